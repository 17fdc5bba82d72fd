"""Snapshots: a restored twin goes on bit for bit, and no file can do harm."""

import ast
import copy
import json
import os
from pathlib import Path

import pytest

from inventory_hmarl import DigitalTwin, SnapshotError
from inventory_hmarl.case import default_case

ROOT = Path(__file__).parents[2]
DAYS = 60


def story(twin):
    """Run a twin to its end; return all that it tells and counts."""
    steps = []
    while not twin.done:
        steps.append(twin.step())
    counted = [record.tobytes() for record in twin._records]  # noqa: SLF001  # all it counted
    return steps, counted, twin.get_metrics()


@pytest.fixture(scope="module")
def chain(varied):
    """Give a case of sixty days with failures, a memory and owed orders."""
    kiosk = varied.stores["kiosk"].model_copy(update={"demand": None})
    stores = {**varied.stores, "kiosk": kiosk}
    return varied.changed(stores=stores, days=DAYS, warmup_days=3, spikes=())


@pytest.mark.parametrize("observed", [False, True])
@pytest.mark.parametrize("units", ["whole", "continuous"])
def test_every_day_can_be_restored(chain, tmp_path, observed, units):
    """Saved and restored on every day, in the morning or after sales, the run is the same."""
    expected = story(DigitalTwin(chain.changed(units=units), replication=2))
    twin = DigitalTwin(chain.changed(units=units), replication=2)
    steps = []
    while not twin.done:
        if observed:
            twin.observe()
        kept = twin.get_state()
        twin = DigitalTwin.restore(twin.snapshot(tmp_path / "twin.json"))
        assert twin.get_state() == kept
        steps.append(twin.step())
    assert (steps, *story(twin)[1:]) == expected


def test_a_snapshot_changes_nothing(chain, tmp_path):
    """A twin goes on after a snapshot as if none had been taken, and the file stays as it is."""
    twin = DigitalTwin(chain)
    for _ in range(7):
        twin.step()
    path = twin.snapshot(tmp_path / "twin.json")
    content = path.read_bytes()
    expected = story(DigitalTwin.restore(path))
    assert story(twin) == expected
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_a_finished_twin_can_be_restored(chain, tmp_path):
    """After the last day a restored twin is done, with the same figures, and can be reset."""
    twin = DigitalTwin(chain)
    expected = story(twin)
    twin = DigitalTwin.restore(twin.snapshot(tmp_path / "twin.json"))
    assert twin.done
    assert twin.get_metrics() == expected[2]
    twin.reset()
    assert story(twin) == expected


def test_a_fork_can_be_restored(chain, tmp_path):
    """A fork's snapshot is the fork: its own future, the common past."""
    twin = DigitalTwin(chain)
    for _ in range(7):
        twin.step()
    fork = twin.fork(2)[1]
    restored = DigitalTwin.restore(fork.snapshot(tmp_path / "fork.json"))
    assert story(restored) == story(fork)


def test_a_fork_of_an_observed_day_can_be_restored(chain, tmp_path):
    """Sales that a fork shares with its twin are kept in its snapshot."""
    twin = DigitalTwin(chain)
    twin.observe()
    fork = twin.fork(1)[0]
    restored = DigitalTwin.restore(fork.snapshot(tmp_path / "fork.json"))
    assert restored.get_state() == fork.get_state()
    assert story(restored) == story(fork)


def test_the_scenario_is_kept(tmp_path):
    """A restored twin has the scenario of the one that was saved."""
    twin = DigitalTwin(default_case(), scenario="spike")
    for _ in range(20):
        twin.step()
    restored = DigitalTwin.restore(twin.snapshot(tmp_path / "twin.json"))
    assert restored.case == twin.case
    assert story(restored) == story(twin)


def test_recorded_demand_travels_with_the_snapshot(varied, tmp_path, monkeypatch):
    """A twin with demand from a file is restored where the file is not."""
    rows = [f"{day},kiosk,milk,{day % 7}" for day in range(1, varied.days + 1)]
    (tmp_path / "demand.csv").write_text("\n".join(["day,store,sku,units", *rows]) + "\n")
    monkeypatch.chdir(tmp_path)
    demand = {"milk": {"distribution": "replay", "file": "demand.csv"}}
    kiosk = varied.stores["kiosk"].model_dump(exclude_none=True) | {"demand": demand}
    stores = {name: store.model_dump(exclude_none=True) for name, store in varied.stores.items()}
    case = varied.changed(stores=stores | {"kiosk": kiosk})
    twin = DigitalTwin(case)
    twin.step()
    path = twin.snapshot(tmp_path / "twin.json")
    os.remove(tmp_path / "demand.csv")
    assert story(DigitalTwin.restore(path)) == story(twin)


def test_the_folder_must_exist(chain, tmp_path):
    """A snapshot into a folder that is not there fails, and leaves nothing behind."""
    with pytest.raises(SnapshotError, match="nowhere"):
        DigitalTwin(chain).snapshot(tmp_path / "nowhere" / "twin.json")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_older_snapshot(chain, tmp_path, monkeypatch):
    """When writing fails, the snapshot that was there is still whole, and no debris is left."""
    path = DigitalTwin(chain).snapshot(tmp_path / "twin.json")
    content = path.read_bytes()

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    twin = DigitalTwin(chain)
    twin.step()
    with pytest.raises(SnapshotError, match="disk full"):
        twin.snapshot(path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


# --- damage ----------------------------------------------------------------------------------

BYTES = {
    "empty": b"",
    "not text": b"\xff\xfe\x00\x80",
    "not json": b"title = 'a case'",
    "a pickle": b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94\x93\x94.",
    "a list": b"[1, 2, 3]",
    "a number": b"7",
    "null": b"null",
    "deep": b"[" * 100_000,
    "another format": b'{"format": 999}',
    "no format": b'{"case": {}}',
    "only a format": b'{"format": 1}',
    "a long number": b'{"format": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("name", BYTES)
def test_other_files_are_refused(tmp_path, name):
    """What is no snapshot is a `SnapshotError` that names the file."""
    path = tmp_path / "twin.json"
    path.write_bytes(BYTES[name])
    with pytest.raises(SnapshotError, match=r"twin\.json"):
        DigitalTwin.restore(path)


def test_a_missing_file_is_refused(tmp_path):
    """A file that is not there, and a folder, are no snapshots."""
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(SnapshotError):
            DigitalTwin.restore(path)


@pytest.fixture(scope="module")
def content(chain, tmp_path_factory):
    """Give the content of a good snapshot."""
    twin = DigitalTwin(chain)
    for _ in range(4):
        twin.step()
    return json.loads(twin.snapshot(tmp_path_factory.mktemp("good") / "twin.json").read_text())


def test_a_cut_file_is_refused(content, tmp_path):
    """A file that ends too early is refused wherever it was cut."""
    text = json.dumps(content)
    path = tmp_path / "twin.json"
    for length in range(0, len(text) - 1, len(text) // 40):
        path.write_text(text[:length])
        with pytest.raises(SnapshotError):
            DigitalTwin.restore(path)


DAMAGE = {
    "no case": (["case"], None),
    "another case": (["case"], {"days": 3}),
    "a case that is text": (["case"], "case"),
    "another number of days": (["case", "days"], 2),
    "a negative replication": (["replication"], -1),
    "a large replication": (["replication"], 2**40),
    "an infinite replication": (["replication"], float("inf")),
    "a replication that is text": (["replication"], "x"),
    "no state": (["state"], None),
    "a state that is text": (["state"], "state"),
    "an empty state": (["state"], []),
    "a day that is text": (["state", 0], "monday"),
    "a negative day": (["state", 0], -3),
    "a day after the end": (["state", 0], 10**9),
    "half a day": (["state", 0], 1.5),
    "no levels": (["state", 1], []),
    "a level less": (["state", 1, 0], None),
    "a level without arrays": (["state", 1, 0], [1, 2, 3, 4, 5, 6]),
    "no memory": (["state", 2], []),
    "a memory that is a number": (["state", 2], 5),
    "an array of another shape": (["state", 1, 0, 0, "shape"], [1, 1]),
    "an array of text": (["state", 1, 0, 0, "array"], ["x"]),
    "an array without a shape": (["state", 1, 0, 0], {"array": [1.0]}),
    "an array with few rows": (
        ["state", 1, 0, 0],
        {"array": [1.0], "shape": [1, 1], "kind": "float"},
    ),
    "an array of NaN": (
        ["state", 1, 1, 0, "array", 0],
        float("nan"),
    ),
    "an array of infinity": (["state", 1, 1, 0, "array", 0], float("inf")),
    "a negative stock": (["state", 1, 1, 0, "array", 0], -5.0),
    "no records": (["records"], None),
    "records that are text": (["records"], "records"),
    "short records": (["records"], [[1.0]]),
    "a record less": (["records", 0], None),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_snapshots_are_refused(content, tmp_path, name):
    """A snapshot with a part that is missing, or of another kind, is a `SnapshotError`."""
    place, value = DAMAGE[name]
    damaged = copy.deepcopy(content)
    table = damaged
    for step in place[:-1]:
        table = table[step]
    if value is None:
        del table[place[-1]]
    else:
        table[place[-1]] = value
    path = tmp_path / "twin.json"
    path.write_text(json.dumps(damaged))
    with pytest.raises(SnapshotError, match=r"twin\.json"):
        DigitalTwin.restore(path)


def test_a_memory_of_another_kind_cannot_be_saved():
    """What a policy must not remember is told when the snapshot is taken."""
    from inventory_hmarl.twin.snapshot import encode

    with pytest.raises(SnapshotError, match="set"):
        encode(({1, 2},))


# --- no code from data (R10) -----------------------------------------------------------------

FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "yaml"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
SHIPPED = sorted(
    path
    for folder in (
        "inventory_hmarl",
        "config",
        "demand",
        "entities",
        "env",
        "evaluation",
        "scenarios",
        "simulation",
        "tools",
    )
    for path in (ROOT / folder).rglob("*.py")
)


def suspects(tree):
    """Yield what in a module could run code that came as data."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] in FORBIDDEN_MODULES)
        elif isinstance(node, ast.ImportFrom):
            if (node.module or "").split(".")[0] in FORBIDDEN_MODULES:
                yield node.module
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
                yield node.func.id
            for keyword in node.keywords:
                if keyword.arg in {"allow_pickle", "shell"}:
                    yield keyword.arg


# A study and its own worker processes talk over pipes, which nobody else can write to.
BETWEEN_OUR_PROCESSES = {"executing.py", "worker.py"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_shipped_runs_data(path):
    """No shipped module unpickles, evaluates or executes anything."""
    found = list(suspects(ast.parse(path.read_text(encoding="utf-8"))))
    ours = path.parent.name == "studies" and path.name in BETWEEN_OUR_PROCESSES
    assert found == (["pickle"] if ours else [])


def test_the_gate_sees_what_it_looks_for():
    """The gate itself works."""
    bad = "import pickle\nfrom yaml import load\neval('1')\nnumpy.load('x', allow_pickle=True)\n"
    assert len(list(suspects(ast.parse(bad)))) == 4
