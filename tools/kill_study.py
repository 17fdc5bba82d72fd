"""Kill a study at random instants, go on with it, and compare: `python -m tools.kill_study 50`.

Each trial starts the study anew and kills it (SIGKILL) after a random time, between its start and a
little past its usual end, once or twice: the main process alone, or its workers with it. Then the
same command goes on. Every file that is then in the folder must be, byte for byte, that of an
undisturbed study.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PLACE = "suppliers.supplier_1.reliability"


def command(folder: Path, workers: int, replications: int = 6000) -> list[str]:
    """Return the command of a study of 9 points, by default of a few seconds and 9 chunks."""
    tool = [sys.executable, "-m", "inventory_hmarl", "sweep", str(folder.parent / "case.toml")]
    varied = ["--vary", f"{PLACE}=0.8:1.0:3", "--vary", "lanes[0].lead_time=3,5,7"]
    chosen = [
        "--replications",
        str(replications),
        "--workers",
        str(workers),
        "--out",
        str(folder),
        "--quiet",
    ]
    return [*tool, *varied, *chosen]


def files(folder: Path) -> dict[str, bytes]:
    """Return the content of all files below a folder, by path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def finish(words: list[str]) -> float:
    """Run a command to its end; return the seconds that it took."""
    begun = time.monotonic()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begun


def kill_after(words: list[str], seconds: float, *, alone: bool) -> bool:
    """Start a command and kill it; return whether it was still running.

    Killed `alone`, it leaves its processes, which must then end by themselves.
    """
    process = subprocess.Popen(words, start_new_session=True, stdout=subprocess.DEVNULL)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        if alone:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def trials(
    work: Path, number: int, seed: int, workers: int, replications: int = 6000
) -> Iterator[str]:
    """Yield a line a trial; raises `AssertionError` where a folder is not as undisturbed."""
    (work / "case.toml").write_text(starter(), encoding="utf-8")
    undisturbed = work / "undisturbed"
    usual = finish(command(undisturbed, workers, replications))
    wanted = files(undisturbed)
    yield f"undisturbed: {usual:.2f} s, {len(wanted) - 4} chunks"
    draw = random.Random(seed)
    for trial in range(1, number + 1):
        folder = work / f"trial_{trial}"
        words = command(folder, workers, replications)
        told = []
        for _ in range(draw.choice((1, 2))):
            instant = draw.uniform(0.0, 1.1 * usual)
            killed = kill_after(words, instant, alone=draw.random() < 0.5)
            kept = len(list(folder.glob("chunks/*.parquet")))
            told.append(f"{'killed' if killed else 'ended'} by {instant:.2f} s, {kept} kept")
        finish(words)
        found = files(folder)
        assert found == wanted, f"trial {trial}: {sorted(set(found) ^ set(wanted))} differ"
        shutil.rmtree(folder)
        yield f"trial {trial}: {'; '.join(told)}; then the same"


def starter() -> str:
    """Return the text of the default case."""
    from inventory_hmarl.case import starter_case

    return starter_case()


def main(number: int = 5, seed: int = 1, workers: int = 2) -> None:
    """Kill as often as asked for, and say what came of it."""
    with tempfile.TemporaryDirectory() as work:
        for line in trials(Path(work), number, seed, workers):
            print(line, flush=True)
    print(f"{number} trials, each folder byte for byte that of the undisturbed study")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
