"""Chance: known answers of the generator, and an inverse normal that is right in both tails."""

from statistics import NormalDist

import numpy as np
import pytest

from inventory_hmarl.core.chance import exceeds, keys, name_key, standard_normal, threefry, words

EVERY = [0xFFFFFFFF] * 2


@pytest.mark.parametrize(
    ("key", "counter", "answer"),
    [
        ([0, 0], [0, 0], [0x6B200159, 0x99BA4EFE]),
        (EVERY, EVERY, [0x1CB996FC, 0xBB002BE7]),
        ([0x13198A2E, 0x03707344], [0x243F6A88, 0x85A308D3], [0xC4923A9C, 0x483DF7A0]),
    ],
)
def test_known_answers(key, counter, answer):
    """Threefry-2x32 with 20 rounds gives the words that Random123 publishes."""
    pairs = [tuple(np.array([word], dtype=np.uint32) for word in pair) for pair in (key, counter)]
    assert [int(word[0]) for word in threefry(*pairs)] == answer


def test_the_inverse_normal():
    """The largest error is 2e-9, from the middle to the last word of either tail."""
    steps = np.arange(0, 2**32, 999_983, dtype=np.uint64)
    ends = [0, 1, 2, 3, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1]
    octaves = [2**k + d for k in range(2, 32) for d in (-1, 0, 1)]
    word = np.concatenate([steps, np.array(ends + octaves, dtype=np.uint64)]).astype(np.uint32)
    exact = [NormalDist().inv_cdf((float(each) + 0.5) / 2**32) for each in word]
    assert np.abs(standard_normal(word) - np.array(exact)).max() < 2e-9


def test_the_inverse_normal_is_odd_and_rises():
    """Both tails are mirror images, and a larger word is a larger draw."""
    word = np.arange(0, 2**31, 1_000_003, dtype=np.uint32)
    assert np.array_equal(standard_normal(word), -standard_normal(~word))
    assert (np.diff(standard_normal(word)) > 0).all()


def test_seeds_use_all_their_bits():
    """Seeds that differ in a high bit alone are other seeds."""
    seeds = [0, 1, 2**31, 2**32, 2**62, 2**63 - 1]
    found = {tuple(keys([("demand", "a", "b")], seed).ravel().tolist()) for seed in seeds}
    assert len(found) == len(seeds)


def test_names_do_not_run_together():
    """("ab", "c") and ("a", "bc") are different names."""
    assert name_key("ab", "c") != name_key("a", "bc")


def test_probabilities():
    """Nothing exceeds 1, everything reaches 0, and shares come out as asked."""
    found = words(keys([("fail",)], 3), np.arange(40_000, dtype=np.uint32), 1, 2)
    assert exceeds(found, np.array([0.0])).all()
    assert not exceeds(found, np.array([1.0])).any()
    assert exceeds(found, np.array([0.9])).mean() == pytest.approx(0.1, abs=0.005)
