"""Results can be had again, and what does not agree is named."""

import json

import pytest

from inventory_hmarl.case import default_case
from inventory_hmarl.engines.outcome import Keep
from inventory_hmarl.reports import folder
from inventory_hmarl.reports.again import again
from inventory_hmarl.reports.figures import summarise
from inventory_hmarl.reports.manifest import Request
from inventory_hmarl.scenarios import apply_scenario
from inventory_hmarl.simulation import simulate
from inventory_hmarl.studies.designs import Design
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.sweeping import sweep
from inventory_hmarl.studies.values import Range


@pytest.fixture
def run_folder(tmp_path):
    """The folder of a run with a scenario, other days and seed, and events."""
    request = Request(default_case(), ("spike",), 60, 5, 3, events=True)
    case = apply_scenario(request.case, request.scenarios).changed(days=60, seed=5)
    run = simulate(case, replications=3, keep=Keep(records=True))
    folder.claim(tmp_path, request)
    folder.write_folder(tmp_path, run, summarise(run), request)
    return tmp_path


def changed_manifest(path, **changes):
    """Write other values into a manifest."""
    place = path / "manifest.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | changes))


def test_a_run_comes_out_the_same(run_folder):
    """Every table of a run, its events too, hashes to what the manifest says."""
    found = again(run_folder)
    assert found.same
    names = [each.name for each in found.compared]
    assert names == [
        "kpis.csv",
        "locations.csv",
        "skus.csv",
        "points.csv",
        "daily.csv",
        "events.csv",
    ]


def test_a_changed_file_is_named(run_folder):
    """A table that was changed after the run is told from one that comes out otherwise."""
    with (run_folder / "skus.csv").open("a") as stream:
        stream.write("x")
    found = {each.name: each for each in again(run_folder).compared}
    assert [name for name, each in found.items() if not each.same] == ["skus.csv"]
    assert "changed or lost since" in str(found["skus.csv"])
    (run_folder / "kpis.csv").unlink()
    assert not again(run_folder).compared[0].same
    changed_manifest(run_folder, seed=6)
    assert "different" in str(again(run_folder).compared[0])


@pytest.mark.parametrize("design", [Design(), Design("latin", 3, 5)])
def test_a_study_comes_out_the_same(tmp_path, design):
    """Table and values of a study hash to what its manifest says."""
    pytest.importorskip("polars")
    values = [2, 5] if design.kind == "grid" else Range(1, 9)
    case = default_case().changed(days=20)
    vary = {"lanes[0].lead_time": values}
    sweep(case, vary, replications=4, design=design, out=tmp_path, workers=1)
    assert again(tmp_path, workers=1).same
    (tmp_path / "table.csv").write_text("mine")
    assert [each.name for each in again(tmp_path, workers=1).compared if not each.same] == [
        "table.csv"
    ]
    for path in (tmp_path / "chunks").iterdir():
        path.write_bytes(b"mine")
    assert not again(tmp_path, workers=1).compared[2].same
    path.unlink()
    assert "lost" in str(again(tmp_path, workers=1).compared[2])
    with pytest.raises(FileExistsError, match="holds a study"):
        folder.claim(tmp_path, Request(case), force=True)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"case_sha256": "0"}, "put that case back"),
        ({"results": {}}, "kept no hashes"),
        ({"kind": "sweep", "results": None}, "not finished"),
        ({"replications": "3"}, "replications = '3': must be a int"),
    ],
)
def test_a_folder_that_cannot_be_run_is_refused(run_folder, changes, expected):
    """What stands in the way is named."""
    changed_manifest(run_folder, **changes)
    with pytest.raises(StudyError, match=expected):
        again(run_folder)


def test_a_folder_without_a_manifest_is_refused(tmp_path):
    """A folder of nothing is no folder of results."""
    with pytest.raises(StudyError, match=r"manifest\.json: there is no such file"):
        again(tmp_path)
