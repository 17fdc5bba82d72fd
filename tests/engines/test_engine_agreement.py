"""The same case, seed and policy give the same on both engines: known cases, and random ones."""

from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("jax")

import jax
from hypothesis import given, settings

from inventory_hmarl import case_from_dict, load_case
from inventory_hmarl.calibration import case_from_history, read_history
from inventory_hmarl.engines import numpy_engine
from inventory_hmarl.testing.engines import compare_engines, engine_differences
from inventory_hmarl.testing.strategies import cases, numbered_case
from inventory_hmarl.verification import engine_cases, known_cases, run_engine_cases

ROOT = Path(__file__).resolve().parents[2]
KNOWN = known_cases()
# The other scenarios of the default case change its numbers and not its shape; `inventory-hmarl
# verify --engines` runs them all.
RUN = [name for name in KNOWN if not name.startswith("default ")] + ["default spike"]
VARIED = load_case(ROOT / "tests" / "core" / "varied.toml")


@pytest.fixture(autouse=True, scope="module")
def _forget_programs():
    """Let the memory of all these programs go."""
    yield
    jax.clear_caches()


@pytest.mark.parametrize("name", RUN)
def test_known_cases(name):
    """Every case of the package runs alike."""
    assert engine_differences(KNOWN[name]) == []


@pytest.mark.parametrize("units", ["whole", "continuous"])
def test_a_case_with_every_setting(units, monkeypatch):
    """A chain in which every setting of a case is at work runs alike, to the last bit."""
    monkeypatch.setattr("inventory_hmarl.testing.engines.TOLERANCE", 0.0)
    assert engine_differences(VARIED.changed(units=units)) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "examples" / "cases").glob("*.toml")), ids=lambda path: path.stem
)
def test_every_example_case(path):
    """The cases that users are given as examples run alike."""
    assert engine_differences(load_case(path), replications=2, days=40) == []


def test_a_case_from_a_history(tmp_path):
    """The case that is made of the example history runs alike, its recorded customers included."""
    sales = ROOT / "examples" / "history" / "sales_by_date.csv"
    history = read_history(sales, date="date", store="store", sku="item", units="sales")
    assert engine_differences(load_case(case_from_history(history, tmp_path))) == []


@settings(max_examples=6)
@given(case=cases(large=False))
def test_random_cases(case):
    """Random networks run alike, on every number of every day."""
    assert engine_differences(case_from_dict(case)) == []


@pytest.mark.parametrize("rule", ["proportional", "priority"])
@pytest.mark.parametrize("units", ["whole", "continuous"])
def test_a_source_of_many_customers(rule, units):
    """Stock that is short is handed to forty customers alike, one by one where they are ranked."""
    store = {
        "initial_inventory": 4,
        "unmet_demand": "backordered",
        "policy": {"rule": "base_stock", "order_up_to": 9},
    }
    names = [f"store_{number}" for number in range(40)]
    case = case_from_dict(
        {
            "days": 12,
            "units": units,
            "skus": {"milk": {"base_demand": 3.3, "demand_std": 2.1, "holding_cost": 1}},
            "stores": dict.fromkeys(names, store),
            "warehouses": {
                "centre": {
                    "initial_inventory": 70,
                    "allocation": rule,
                    "policy": {"rule": "base_stock", "order_up_to": 150},
                }
            },
            "suppliers": {"farm": {"capacity": 75}},
            "lanes": [
                {"source": "farm", "destination": "centre", "lead_time": 1},
                *({"source": "centre", "destination": name, "lead_time": 1} for name in names),
            ],
        }
    )
    assert engine_differences(case) == []


def test_a_difference_is_found(monkeypatch, plain):
    """A unit more or less on one day of one replication is told, with its place."""
    run = numpy_engine.run

    def off_by_one(model, request):
        outcome = run(model, request)
        outcome.records[4, outcome.recorder.rows["stock", 0], 1] += 1
        return outcome

    monkeypatch.setattr(numpy_engine, "run", off_by_one)
    (difference,) = engine_differences(plain())
    assert (difference.field, difference.day, difference.replication) == ("stock", 5, 1)
    assert difference.key == ("store", "milk")
    assert difference.numpy == difference.jax + 1


def test_replications_and_days_are_those_asked_for(plain):
    """Fewer days and other replications may be compared."""
    few, many = compare_engines(plain(), 1, days=3), compare_engines(plain(), range(4, 8))
    assert few.differences == many.differences == []
    assert few.numbers < many.numbers


def test_a_numbered_case_can_be_had_again():
    """A random case is the same whenever it is asked for by its number, and unlike the others."""
    drawn = [numbered_case(number) for number in range(6)]
    assert drawn == [numbered_case(number) for number in range(6)]
    assert all(case not in drawn[:place] for place, case in enumerate(drawn))


def test_the_command_counts_what_differs(monkeypatch):
    """The rows say how many cases ran, how many numbers were compared, and which cases differ."""
    known = {name: KNOWN[name] for name in ("P13-T1", "P13-T5")}
    monkeypatch.setattr("inventory_hmarl.verification.engine_cases.known_cases", lambda: known)
    told = []
    package, random = run_engine_cases(6, progress=lambda *pair: told.append(pair))
    assert (package.cases, random.cases) == (2, 6)
    assert random.what == "random cases, of 2 networks"
    assert package.numbers > 500
    assert random.numbers > 0
    assert package.differing == random.differing == ()
    assert told == [(1, 8), (2, 8), (6, 8), (8, 8)]


def test_processes_share_the_cases(monkeypatch):
    """Several workers are processes of their own, renewed now and then; rows are the same."""
    begun = []

    class Pool:
        def __init__(self, workers, maxtasksperchild):
            begun.append((workers, maxtasksperchild))

        def __enter__(self):
            return self

        def __exit__(self, *raised):
            return None

        def imap(self, function, names):
            return map(function, names)

    found = engine_cases._Found  # noqa: SLF001 - what a process hands back
    monkeypatch.setattr(engine_cases, "known_cases", lambda: {"P13-T1": KNOWN["P13-T1"]})
    monkeypatch.setattr(engine_cases, "_compared", lambda task: [found(len(task), str(task))])
    monkeypatch.setattr(
        engine_cases.multiprocessing, "get_context", lambda kind: SimpleNamespace(Pool=Pool)
    )
    rows = [run_engine_cases(2, workers=workers) for workers in (1, 3)]
    assert rows[0] == rows[1]
    assert [row.differing for row in rows[0]] == [("P13-T1",), ("range(0, 2)",)]
    assert begun == [(3, engine_cases.CASES_IN_MEMORY)]
