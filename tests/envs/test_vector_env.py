"""The vector environment is as many single ones, bit for bit."""

import sys

import numpy as np
import pytest

gymnasium = pytest.importorskip("gymnasium")

from gymnasium.vector import AutoresetMode  # noqa: E402

from inventory_hmarl import default_case  # noqa: E402
from inventory_hmarl.envs.chain_env import ChainEnv  # noqa: E402
from inventory_hmarl.envs.sb3_vec_env import chain_vec_env  # noqa: E402
from inventory_hmarl.envs.vector_env import ChainVectorEnv  # noqa: E402
from inventory_hmarl.extras import MissingExtra  # noqa: E402

DAYS, COUNT = 6, 3


@pytest.fixture(scope="module")
def case():
    """Return a short case."""
    return default_case().changed(days=DAYS, warmup_days=0)


def drawn(envs, steps):
    """Return actions of some steps."""
    envs.action_space.seed(7)
    return [envs.action_space.sample() for _ in range(steps)]


@pytest.mark.parametrize("choices", [None, 4])
@pytest.mark.parametrize("mode", list(AutoresetMode))
def test_a_vector_is_its_parts(case, mode, choices):
    """Observations, rewards, ends and infos are those of Gymnasium's own loop over single ones."""
    many = ChainVectorEnv(COUNT, case, autoreset_mode=mode, choices=choices)
    one_by_one = gymnasium.vector.SyncVectorEnv(
        [lambda: ChainEnv(case, choices=choices)] * COUNT, autoreset_mode=mode
    )
    steps = DAYS if mode == AutoresetMode.DISABLED else 3 * DAYS
    assert_same(many.reset(seed=4), one_by_one.reset(seed=4))
    for action in drawn(many, steps):
        assert_same(many.step(action), one_by_one.step(action))
    assert many.metadata["autoreset_mode"] == mode


def assert_same(mine, theirs):
    """Compare what two environments return, but for the masks of numbers that all have."""
    for ours, others in zip(mine[:-1], theirs[:-1], strict=True):
        np.testing.assert_array_equal(ours, others)
    assert mine[-1].keys() == theirs[-1].keys()
    for name, value in theirs[-1].items():
        if isinstance(value, dict):
            assert_same((mine[-1][name],), (value,))
        elif value.dtype == object:
            np.testing.assert_array_equal(list(mine[-1][name]), list(value))
        else:
            np.testing.assert_array_equal(mine[-1][name], value)


def test_some_begin_anew_while_others_go_on(case):
    """With a reset mask, chains on different days stand side by side, each as if alone."""
    many = ChainVectorEnv(COUNT, case, autoreset_mode=AutoresetMode.DISABLED)
    singles = [ChainEnv(case) for _ in range(COUNT)]
    many.reset(seed=4)
    for number, env in enumerate(singles):
        env.reset(seed=4 + number)
    actions = drawn(many, 5)
    for action in actions[:2]:
        many.step(action)
        for env, mine in zip(singles, action, strict=True):
            env.step(mine)
    mask = np.array([False, True, False])
    seen, _ = many.reset(options={"reset_mask": mask})
    np.testing.assert_array_equal(seen[1], singles[1].reset()[0])
    for action in actions[2:]:
        seen, rewards, _, ends, infos = many.step(action)
        alone = [env.step(mine) for env, mine in zip(singles, action, strict=True)]
        np.testing.assert_array_equal(seen, [each[0] for each in alone])
        np.testing.assert_array_equal(rewards, [each[1] for each in alone])
        np.testing.assert_array_equal(ends, [each[3] for each in alone])
        np.testing.assert_array_equal(infos["day"], [each[4]["day"] for each in alone])
    seen, _ = many.reset(
        seed=[9, None, None], options={"reset_mask": np.array([True, False, True])}
    )
    np.testing.assert_array_equal(seen[0], singles[0].reset(seed=9)[0])
    np.testing.assert_array_equal(seen[2], singles[2].reset()[0])


def test_faults_are_named(case):
    """A bad mask, a wrong number of seeds, NaN, and a step after the end are errors."""
    many = ChainVectorEnv(COUNT, case, autoreset_mode=AutoresetMode.DISABLED)
    with pytest.raises(RuntimeError, match="reset"):
        many.step(drawn(many, 1)[0])
    with pytest.raises(ValueError, match="first reset"):
        many.reset(options={"reset_mask": np.array([True, False, False])})
    with pytest.raises(ValueError, match="reset_mask"):
        many.reset(options={"reset_mask": [1, 0, 0]})
    with pytest.raises(ValueError, match="2 seeds for 3"):
        many.reset(seed=[1, 2])
    many.reset(seed=1)
    action = drawn(many, 1)[0]
    action[1, 2] = np.nan
    with pytest.raises(ValueError, match="of environment 1 = nan"):
        many.step(action)
    for action in drawn(many, DAYS):
        many.step(action)
    with pytest.raises(RuntimeError, match="reset"):
        many.step(action)
    with pytest.raises(ValueError, match="num_envs"):
        ChainVectorEnv(0, case)


def test_stable_baselines3_is_named_where_it_is_missing(monkeypatch):
    """Without it, its adapter says which extra it needs."""
    monkeypatch.setitem(sys.modules, "stable_baselines3", None)
    with pytest.raises(MissingExtra, match=r"inventory-hmarl\[sb3\]"):
        chain_vec_env(2)
