"""The commands of studies: tables, documents, mistakes in a line."""

import json

import pytest

from inventory_hmarl.case import starter_case
from inventory_hmarl.cli import main
from inventory_hmarl.studies import executing, planning, sweeping

VARY = ("--vary", "suppliers.supplier_1.reliability=0.8:1.0:3")


@pytest.fixture
def run(capsys):
    """Run a command line; return status, standard output and standard error."""

    def run(*words):
        with pytest.raises(SystemExit) as ended:
            main(list(map(str, words)), prog_name="inventory-hmarl")
        output = capsys.readouterr()
        return ended.value.code, output.out, output.err

    return run


@pytest.fixture
def case(tmp_path):
    """The path of the starter case."""
    path = tmp_path / "case.toml"
    path.write_text(starter_case(), encoding="utf-8")
    return path


def test_a_sweep_prints_a_table(run, case):
    """A row a point, with what was varied and the key figures."""
    status, out, err = run("sweep", case, "--days", 20, *VARY, "--replications", 3)
    assert (status, err) == (0, "")
    assert all(text in out for text in ("0.8", "0.9", "Total cost", "3 replications"))


def test_json_is_one_document(run, case):
    """`--json` prints one document, with settings and figures of each point."""
    words = ("--days", 20, "--sample", 2, "--replications", 2, "--json")
    status, out, err = run("sweep", case, "--vary", "lanes[0].lead_time=1:9", *words)
    content = json.loads(out)
    assert (status, err) == (0, "")
    assert content["design"] == {"kind": "latin", "size": 2, "seed": 0}
    assert [point["point"] for point in content["points"]] == [1, 2]
    assert content["points"][0]["figures"]["total_cost"]["half_width"] > 0


def test_a_sweep_can_be_had_again(run, case, tmp_path):
    """`rerun` of a sweep's and of a run's folder says that all is the same."""
    pytest.importorskip("polars")
    swept, ran = tmp_path / "swept", tmp_path / "ran"
    assert run("sweep", case, "--days", 20, *VARY, "--out", swept)[0] == 0
    assert run("run", case, "--days", 20, "--out", ran)[0] == 0
    for folder in (swept, ran):
        status, out, err = run("rerun", folder)
        assert (status, err, out.splitlines()[-1]) == (0, "", f"{folder}: same")
    (ran / "kpis.csv").write_text("mine")
    status, out, _ = run("rerun", ran, "--json")
    assert (status, json.loads(out)["same"]) == (1, False)
    status, _, err = run("run", case, "--days", 20, "--out", swept, "--force")
    assert status == 2
    assert "holds a study" in err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "--vary"),
        (("--vary", "days"), "PATH=VALUES"),
        (("--vary", "days=20", "--vary", "days=30"), "given twice"),
        (("--vary", "stores.stroe_1.max_inventory=5"), "'store_1'"),
        (("--vary", "days=20,30", "--on", "rya"), "'ray'"),
        (("--vary", "days=20:30", "--sample", 0), ">= 1"),
        (("--vary", "days=20:30", "--design", "latin"), "--sample N"),
        (("--vary", "days=3"), "warmup_days"),
    ],
)
def test_mistakes_are_told(run, case, words, expected):
    """A mistake is a line on standard error, and status 2."""
    status, out, err = run("sweep", case, *words)
    assert (status, out) == (2, "")
    assert err.startswith("error: ")
    assert expected in err


def test_a_folder_of_nothing_is_told(run, tmp_path):
    """`rerun` of what holds no results is a mistake."""
    status, _, err = run("rerun", tmp_path)
    assert (status, len(err.splitlines())) == (2, 1)
    assert str(tmp_path) in err


def test_ctrl_c_shows_the_points_that_are_finished(run, case, monkeypatch):
    """After Ctrl-C, the table has the points that are finished, and the status is 130."""
    monkeypatch.setattr(planning, "CHUNK_COST", 100_000)
    compute, calls = executing.compute, []

    def second_is_interrupted(study, chunk):
        calls.append(chunk)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return compute(study, chunk)

    monkeypatch.setattr(executing, "compute", second_is_interrupted)
    short = ("--days", 20, "--workers", 1, "--replications", 3)
    status, out, err = run("sweep", case, *VARY, *short)
    assert status == 130
    assert "1 of 3 points" in out
    assert "1 of 3 points are finished" in err


def test_a_sweep_has_intervals_unasked(run, case):
    """Without --replications every point has a hundred, so that its means carry intervals."""
    vary = ("--vary", "lanes[0].lead_time=3")
    status, out, _ = run("sweep", case, *vary, "--days", 10, "--json")
    content = json.loads(out)
    assert (status, content["replications"], content["interrupted"]) == (0, 100, False)
    status, out, _ = run("sweep", case, *vary, "--days", 10, "--replications", 1)
    assert "no interval" in out


def test_ctrl_c_says_what_is_kept(run, case, tmp_path, monkeypatch):
    """After Ctrl-C, a line says where the finished part is, and the status is 130."""

    def interrupted(*words, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(sweeping, "run_plan", interrupted)
    status, _, err = run("sweep", case, *VARY, "--out", tmp_path / "out")
    assert status == 130
    assert str(tmp_path / "out") in err
