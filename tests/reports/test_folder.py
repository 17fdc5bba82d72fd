"""The results folder: complete, repeatable, and never of two cases at once."""

import csv
import hashlib
import json
import os

import pytest

from inventory_hmarl.case import default_case, load_case
from inventory_hmarl.engines.outcome import Keep
from inventory_hmarl.reports import files, folder
from inventory_hmarl.reports.figures import summarise
from inventory_hmarl.reports.manifest import Request, command
from inventory_hmarl.simulation import simulate


def request_of(case, **changes):
    """Return a request for a short run."""
    return Request(case.changed(days=20), **changes)


def written(path, request):
    """Run a request and write its folder."""
    keep = Keep(records=request.events)
    run = simulate(request.case, replications=request.replications, keep=keep)
    folder.claim(path, request)
    return folder.write_folder(path, run, summarise(run), request)


def table(path):
    """Return a CSV file as a list of dicts."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_folder_holds_what_the_manifest_lists(tmp_path):
    """The files are those of the manifest, and nothing else, temporary files included."""
    names = written(tmp_path, request_of(default_case(), events=True))
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["files"] == names
    assert sorted(names) == sorted(os.listdir(tmp_path))


def test_the_tables_hold_the_figures_of_the_run(tmp_path):
    """Numbers in the files read back as those of the run."""
    request = request_of(default_case(), replications=3)
    written(tmp_path, request)
    run = simulate(request.case, replications=3)
    kpis = {row["figure"]: row for row in table(tmp_path / "kpis.csv")}
    mean = run.figures()["total_cost"].mean()
    assert float(kpis["total_cost"]["mean"]) == pytest.approx(mean, rel=1e-12)
    assert float(kpis["total_cost"]["half_width"]) > 0
    by_sku = {row["sku"]: float(row["total_demand"]) for row in table(tmp_path / "skus.csv")}
    assert sum(by_sku.values()) == pytest.approx(run.figures()["total_demand"].mean())
    points = table(tmp_path / "points.csv")
    assert len(points) == sum(len(level.points) for level in run.model.network.levels)
    assert "total_cost_half_width" in points[0]
    assert len(table(tmp_path / "daily.csv")) == 20 * len(run.model.network.levels)


def test_undefined_figures_are_empty_cells(tmp_path):
    """A warehouse that sells nothing has no service level, not `nan`."""
    written(tmp_path, request_of(default_case()))
    rows = {row["location"]: row for row in table(tmp_path / "locations.csv")}
    assert rows["warehouse_1"]["unit_fill_rate"] == ""
    assert "nan" not in (tmp_path / "locations.csv").read_text()


def test_the_hash_is_that_of_the_case_file(tmp_path):
    """The case's hash can be checked with any tool, and the case file is the case."""
    request = request_of(default_case())
    written(tmp_path, request)
    content = (tmp_path / "case.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() == request.case_hash
    again = load_case(tmp_path / "case.json")
    assert again == request.case
    assert Request(again).case_hash == request.case_hash


def test_a_folder_is_for_one_case(tmp_path):
    """Another seed may replace results; another case may not, unless it is forced."""
    case = default_case()
    written(tmp_path, request_of(case))
    written(tmp_path, request_of(case, seed=5))
    other = request_of(case.changed(warmup_days=3))
    with pytest.raises(FileExistsError, match="another case"):
        folder.claim(tmp_path, other)
    folder.claim(tmp_path, other, force=True)


def test_results_without_a_manifest_are_not_replaced(tmp_path):
    """Files of those names that nobody vouches for are somebody's."""
    (tmp_path / "kpis.csv").write_text("mine")
    with pytest.raises(FileExistsError):
        folder.claim(tmp_path, request_of(default_case()))


def test_events_of_an_earlier_run_do_not_stay(tmp_path):
    """A run without events leaves none of an earlier run beside its figures."""
    written(tmp_path, request_of(default_case(), events=True))
    written(tmp_path, request_of(default_case()))
    assert not (tmp_path / "events.csv").exists()


def test_a_failure_leaves_the_old_results_whole(tmp_path):
    """When one file cannot be written, no file is replaced and nothing temporary stays."""
    files.write_files(tmp_path, {"a": files.text_writer("old"), "b": files.text_writer("old")})

    def full(stream):
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left") as error:
        files.write_files(tmp_path, {"a": files.text_writer("new"), "b": full})
    assert error.value.filename == str(tmp_path / "b")
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]
    assert (tmp_path / "a").read_text() == "old"


def test_the_command_of_a_manifest_names_all_that_was_asked():
    """The command repeats each option that is not the default."""
    request = Request(
        default_case(), ("a b",), days=9, seed=1, replications=2, checked=True, events=True
    )
    assert command(request) == (
        "inventory-hmarl run case.json --scenario 'a b' --days 9 --seed 1 "
        "--replications 2 --checked --out . --events"
    )
