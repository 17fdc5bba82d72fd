"""A study's folder: whole at every instant, of one study, and never silently wrong."""

import dataclasses
import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inventory_hmarl.case import default_case, starter_case
from inventory_hmarl.studies import executing, planning, study_folder
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.locking import locked
from inventory_hmarl.studies.sweeping import plan, run_plan
from tools.kill_study import files, trials

pytest.importorskip("polars")

ROOT = Path(__file__).resolve().parents[2]
PLACE = "suppliers.supplier_1.reliability"


@pytest.fixture
def finished(made, tmp_path):
    """The folder of a finished study."""
    run_plan(made, out=tmp_path / "study", workers=1)
    return tmp_path / "study"


def chunks(folder):
    """Return the files of chunks."""
    return sorted((folder / "chunks").iterdir())


def test_a_study_killed_at_random_instants_goes_on(tmp_path):
    """Killed five times with SIGKILL and begun again, a study ends as one that was left alone."""
    assert len(list(trials(tmp_path, 5, seed=3, workers=1, replications=1250))) == 6


def test_a_finished_study_is_not_computed_again(made, finished, monkeypatch):
    """The same call reads what is there, and changes no byte."""
    before = files(finished)
    monkeypatch.setattr(executing, "compute", None)
    assert run_plan(made, out=finished, workers=1).results.csv().encode() == before["table.csv"]
    assert files(finished) == before


def test_an_interrupted_study_keeps_what_is_finished(made, finished, tmp_path):
    """What was finished before Ctrl-C is told and stays, and the rest comes to the same."""

    def interrupt(done, whole):
        if done == 20:
            raise KeyboardInterrupt

    out = tmp_path / "other"
    for told in (
        run_plan(made, workers=1, progress=interrupt),
        run_plan(made, out=out, workers=1, progress=interrupt),
    ):
        assert told.interrupted
        assert [row.point for row in told.results.rows] == [1, 2]
    assert len(chunks(out)) == 2
    assert not (out / "table.csv").exists()
    whole = run_plan(made, out=out, workers=2)
    assert not whole.interrupted
    assert whole.results.rows[:2] == told.results.rows
    assert files(out) == files(finished)


@pytest.mark.parametrize("damage", ["flip", "cut", "empty"])
def test_a_damaged_chunk_is_named_and_computed_again(made, finished, damage):
    """A chunk whose checksum is not that of its name is told, and comes to the same again."""
    before, path = files(finished), chunks(finished)[1]
    content = bytearray(path.read_bytes())
    if damage == "flip":
        content[len(content) // 2] ^= 1
    path.write_bytes({"flip": content, "cut": content[:-10], "empty": b""}[damage])
    found = run_plan(made, out=finished, workers=1)
    assert len(found.damaged) == 1
    assert str(path) in found.damaged[0]
    assert files(finished) == before


def test_what_a_kill_leaves_is_cleared(made, finished):
    """Temporary files of a killed process go; a lost chunk, table or manifest entry comes again."""
    before = files(finished)
    (finished / "chunks" / ".000001-x.parquet.77.tmp").write_bytes(b"half")
    (finished / ".table.csv.77.tmp").write_text("half")
    chunks(finished)[2].unlink()
    (finished / "table.csv").unlink()
    run_plan(made, out=finished, workers=1)
    assert files(finished) == before


CHANGES = {
    "version": lambda made: dataclasses.replace(
        made, study=dataclasses.replace(made.study, version="0.0.1")
    ),
    "replications": lambda made: plan(default_case().changed(days=20), made.vary, replications=9),
    "case_sha256": lambda made: plan(default_case().changed(days=21), made.vary, replications=10),
    "vary": lambda made: plan(default_case().changed(days=20), {PLACE: [0.5]}, replications=10),
    "chunks": lambda made: dataclasses.replace(made, chunks=made.chunks[:1]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_folder_of_another_study_is_refused(made, finished, name):
    """What differs is named with both values and the next move, and nothing is changed."""
    before = files(finished)
    with pytest.raises(StudyError) as error:
        run_plan(CHANGES[name](made), out=finished, workers=1)
    assert f"manifest.json: {name} = " in str(error.value)
    assert "choose another folder" in str(error.value)
    assert files(finished) == before


def test_a_folder_with_other_files_is_refused(made, tmp_path):
    """A study is not begun among somebody's files, its own case file included."""
    for name in ("notes.txt", "case.json"):
        folder = tmp_path / name.replace(".", "_")
        folder.mkdir()
        (folder / name).write_text("mine")
        with pytest.raises(StudyError, match=name):
            run_plan(made, out=folder, workers=1)
        assert (folder / name).read_text() == "mine"


def test_a_damaged_manifest_is_refused(made, finished):
    """A manifest that cannot be read is named."""
    (finished / "manifest.json").write_text("{")
    with pytest.raises(StudyError, match=r"manifest\.json: is not a manifest"):
        run_plan(made, out=finished, workers=1)


def test_two_processes_do_not_work_on_one_folder(made, finished):
    """A folder that is being worked on is refused."""
    with locked(finished), pytest.raises(StudyError, match="another process"):
        run_plan(made, out=finished, workers=1)


def test_the_chunks_say_whose_figures_they_hold(made, finished):
    """A chunk's file has a row a point and replication, and the figures of the run."""
    import polars

    frame = polars.read_parquet(chunks(finished)[1])
    assert frame["point"].to_list() == [2] * 10
    assert frame["replication"].to_list() == list(range(10))
    assert "total_cost" in frame.columns


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))
from inventory_hmarl.cli import main
main(sys.argv[1:], prog_name="inventory-hmarl")
"""


def sweep_command(folder):
    """Return the words of a study of three chunks."""
    (folder / "case.toml").write_text(starter_case(), encoding="utf-8")
    varied = [
        "--vary",
        f"{PLACE}=0.8:1.0:3",
        "--workers",
        "1",
        "--replications",
        "8000",
        "--days",
        "60",
    ]
    return ["sweep", str(folder / "case.toml"), *varied, "--out", str(folder / "study"), "--quiet"]


def called(words):
    """Run a command of Python; return status and standard error."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_full_disk_leaves_what_is_finished(tmp_path):
    """A file that cannot be written is named, in a line; earlier results are whole."""
    pytest.importorskip("resource")
    words = sweep_command(tmp_path)
    assert called(["-m", "inventory_hmarl", *words]) == (0, "")
    before = files(tmp_path / "study")
    lost = chunks(tmp_path / "study")[1]
    lost.unlink()
    status, told = called(["-c", LIMITED, *words])
    assert (status, len(told.splitlines())) == (2, 1)
    assert lost.name in told
    assert "File too large" in told
    kept = files(tmp_path / "study")
    assert kept == {name: before[name] for name in before if lost.name not in name}
    assert called(["-m", "inventory_hmarl", *words]) == (0, "")
    assert files(tmp_path / "study") == before


def mounted(words, folder, *, size="10m", read_only=False):
    """Run a command with a file system of some size at a folder; return status and error."""
    command = [sys.executable, "-m", "inventory_hmarl", *words]
    mount = f"mount -t tmpfs -o size={size} tmpfs {shlex.quote(str(folder))}"
    if read_only:
        mount += f" && mount -o remount,ro {shlex.quote(str(folder))}"
    apart = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    if shutil.which("unshare") is None or subprocess.run([*apart, mount], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    done = subprocess.run(
        [*apart, f"{mount} && exec {shlex.join(command)}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(("command", "kind"), [("sweep", "read-only"), ("risk", "full")])
def test_a_disk_that_takes_nothing_is_named(tmp_path, kind, command):
    """On a full disk or a read-only mount, the error is a line that names what is not written."""
    words, disk = sweep_command(tmp_path), tmp_path / "disk"
    disk.mkdir()
    if command == "risk":
        words = ["risk", words[1], "--replications", "2", "--out", ""]
    words[words.index("--replications") + 1] = "2"
    words[words.index("--out") + 1] = str(disk / "out")
    status, told = mounted(words, disk, size="4k", read_only=kind == "read-only")
    assert (status, len(told.splitlines())) == (2, 1)
    assert str(disk / "out") in told
    assert ("No space left" if kind == "full" else "Read-only file system") in told


WITHOUT_PRIVILEGE = """
import ctypes, os, sys
if os.geteuid() == 0:  # root writes everywhere, as long as it has the capability DAC_OVERRIDE
    libc, capabilities = ctypes.CDLL(None), (ctypes.c_uint32 * 6)()
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    assert libc.capget(header, capabilities) == 0
    for k in range(3):  # effective, permitted, inheritable
        capabilities[k] &= ~(1 << 1)
    assert libc.capset(header, capabilities) == 0
from inventory_hmarl.cli import main
main(sys.argv[1:], prog_name="inventory-hmarl")
"""


def test_a_folder_that_may_not_be_written_is_named(tmp_path):
    """Without permission, the error is a line that names what cannot be written."""
    words = sweep_command(tmp_path)
    (tmp_path / "study").mkdir(mode=0o555)
    status, told = called(["-c", WITHOUT_PRIVILEGE, *words])
    assert (status, len(told.splitlines())) == (2, 1)
    assert str(tmp_path / "study") in told
    assert "Permission denied" in told


def test_a_folder_below_a_file_is_named(made, tmp_path):
    """Where no folder can be, the error names the path."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file") as error:
        run_plan(made, out=tmp_path / "file" / "study", workers=1)
    assert str(tmp_path / "file") in str(error.value.filename)


def test_the_manifest_has_all_that_is_needed(made, finished):
    """The manifest names version, case, parameters, design and chunks, and the results' hashes."""
    content = json.loads((finished / "manifest.json").read_text())
    assert {*study_folder.WHY, "results", "results_sha256"} <= content.keys()
    assert planning.points_hash(made.study.points) == content["points_sha256"]
