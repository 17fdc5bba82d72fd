"""The same case is the same run: in any batch, split, process and day by day."""

import dataclasses
import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory_hmarl import Keep, case_from_dict, default_case, load_case, simulate
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.horizon import draw_block
from inventory_hmarl.engines import numpy_engine
from inventory_hmarl.engines.outcome import Outcome
from inventory_hmarl.testing.strategies import cases

FOLDER = Path(__file__).parent
SCRIPT = FOLDER / "golden.py"
STORED = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))
CHANGED = (
    "The results of a run have changed. If that is meant, run `python tests/core/golden.py "
    "--write` and say in CHANGELOG.md which results have changed, and why."
)
ALL = Keep(records=True)
VARIED = load_case(FOLDER / "varied.toml")
CASES = {
    "default": default_case().changed(days=30),
    "varied": VARIED,
    "continuous": VARIED.changed(units="continuous"),
}


def outcome(run):
    """Return all that a run found, as bytes by name."""
    found = {"records": run.outcome.records, "sums": run.outcome.sums, "daily": run.outcome.daily}
    for by in ("network", "location", "sku", "point"):
        found |= {f"{by} {name}": values for name, values in run.figures(by).items()}
    return {name: values for name, values in found.items() if values is not None}


def unlike(left, right):
    """Return the names of what is not the same to the last bit."""
    assert left.keys() == right.keys()
    return [name for name in left if left[name].tobytes() != right[name].tobytes()]


@pytest.mark.parametrize("name", CASES)
def test_the_days_of_a_block_are_the_same_asked_for_at_once(name):
    """A block's chances are those of its days, one by one."""
    model = compile_case(CASES[name])
    block = draw_block(model, np.arange(2, dtype=np.uint32), 3, 8)
    at_once = block.chances(model)
    assert len(at_once) == 8
    for offset, chance in enumerate(at_once):
        alone = block.day(model, offset)
        drawn = [(each.demand, *each.supply) for each in (chance, alone)]
        for mine, other in zip(*drawn, strict=True):
            pair = (mine, other) if isinstance(mine, tuple) else ((mine,), (other,))
            for one, another in zip(*pair, strict=True):
                assert (one is None) == (another is None)
                assert one is None or np.array_equal(one, another)


def side_by_side(runs):
    """Return the outcomes of several runs as one of all their replications."""
    found = [outcome(run) for run in runs]
    return {name: np.concatenate([one[name] for one in found], axis=-1) for name in found[0]}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("cells", "words"), [(1, 1), (60, 300), (1000, 7), (10**7, 10**7)])
def test_batch_sizes_show_in_nothing(name, cells, words, monkeypatch):
    """However many replications and days are run side by side, every bit is the same."""
    expected = outcome(simulate(CASES[name], replications=9, keep=ALL))
    monkeypatch.setattr(numpy_engine, "STATE_CELLS", cells)
    monkeypatch.setattr(numpy_engine, "WORD_CELLS", words)
    found = outcome(simulate(CASES[name], replications=9, keep=ALL))
    assert unlike(expected, found) == []


@given(case=cases(), cells=st.integers(1, 200), words=st.integers(1, 400))
def test_batch_sizes_show_in_no_random_case(case, cells, words):
    """The same in random networks."""
    case = case_from_dict(case)
    expected = outcome(simulate(case, replications=5, keep=ALL))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numpy_engine, "STATE_CELLS", cells)
        patch.setattr(numpy_engine, "WORD_CELLS", words)
        found = outcome(simulate(case, replications=5, keep=ALL))
    assert unlike(expected, found) == []


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("size", [1, 2, 7, 8, 9])
def test_any_split_of_the_replications(name, size):
    """Replications run apart are the same as side by side, money included."""
    expected = outcome(simulate(CASES[name], replications=12, keep=ALL))
    parts = [range(start, min(start + size, 12)) for start in range(0, 12, size)]
    runs = [simulate(CASES[name], replications=part, keep=ALL) for part in parts]
    assert unlike(expected, side_by_side(runs)) == []


@settings(max_examples=20)
@given(case=cases(), cut=st.integers(1, 10))
def test_any_split_of_the_replications_of_a_random_case(case, cut):
    """The same in random networks: each replication stands for itself."""
    case = case_from_dict(case)
    expected = outcome(simulate(case, replications=11, keep=ALL))
    runs = [simulate(case, replications=part, keep=ALL) for part in (range(cut), range(cut, 11))]
    assert unlike(expected, side_by_side(runs)) == []


def test_replications_in_any_order():
    """Replications in reverse are the same replications."""
    forward = outcome(simulate(VARIED, replications=range(6), keep=ALL))
    backward = outcome(simulate(VARIED, replications=range(5, -1, -1), keep=ALL))
    turned = {name: np.ascontiguousarray(values[..., ::-1]) for name, values in backward.items()}
    assert unlike(forward, turned) == []


def test_replications_differ():
    """Two replications, and two seeds, meet other customers."""
    records = simulate(VARIED, replications=2, keep=ALL).outcome.records
    other = simulate(VARIED, replications=2, keep=ALL, seed=12).outcome.records
    assert (records[..., 0] != records[..., 1]).any()
    assert (records != other).any()


def test_what_is_kept_shows_in_no_figure():
    """Money is the same when only money is counted."""
    everything = simulate(VARIED, replications=3, keep=ALL).figures("point")
    least = simulate(VARIED, replications=3, keep=Keep(kpis=False)).figures("point")
    assert [n for n in least if least[n].tobytes() != everything[n].tobytes()] == []
    assert {"total_cost", "total_holding_cost", "unit_fill_rate"} <= least.keys()


def test_progress_reaches_the_end_without_an_effect():
    """Progress is told in chain-days, in order, and changes nothing."""
    told = []
    run = simulate(VARIED, replications=4, keep=ALL, progress=lambda *pair: told.append(pair))
    assert unlike(outcome(run), outcome(simulate(VARIED, replications=4, keep=ALL))) == []
    assert told == sorted(told)
    assert {of for _, of in told} == {4 * VARIED.days}


@pytest.mark.parametrize("replications", [0, range(0), range(-1, 3), range(2**32, 2**32 + 1)])
def test_impossible_replications(replications):
    """Replications that are none, or have no number, are refused."""
    with pytest.raises(ValueError, match="replications"):
        simulate(VARIED, replications=replications)


def test_the_first_days_of_a_longer_run():
    """A run of half the days is the first half of the run, bit for bit (I12)."""
    case = VARIED.changed(days=40, warmup_days=0)
    whole = simulate(case, replications=3, keep=ALL).outcome.records
    half = simulate(case, replications=3, keep=ALL, days=20).outcome.records
    assert whole[:20].tobytes() == half.tobytes()


def test_golden_hashes():
    """Twenty runs have the hashes that are stored: a change must be stated in the changelog."""
    golden = runpy.run_path(str(SCRIPT))
    assert len(STORED) == 20
    assert golden["hashes"]() == STORED, CHANGED


def test_golden_hashes_see_a_single_unit():
    """A hash changes when one opening stock changes by one unit."""
    golden = runpy.run_path(str(SCRIPT))
    case = golden["runs"]()["chain s_S"]
    store = case.stores["store"].model_copy(update={"initial_inventory": 21.0})
    assert golden["digest"](case.changed(stores={"store": store})) != STORED["chain s_S"]


@pytest.mark.parametrize("hash_seed", ["0", "1", "random"])
def test_every_process_runs_alike(hash_seed):
    """Another process, with another hash seed, finds the same hashes."""
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    command = [sys.executable, str(SCRIPT)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(result.stdout) == STORED, CHANGED


def test_a_kept_outcome_is_complete():
    """Every field of an outcome is compared above, or counted in a figure."""
    names = {field.name for field in dataclasses.fields(Outcome)}
    compared = {"sums", "daily", "records", "cycles_ended", "cycles_served"}
    assert names == compared | {"recorder", "kept"}
