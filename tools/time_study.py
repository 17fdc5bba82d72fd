"""What a study costs beside the bare engine: `python -m tools.time_study`.

The bare engine is `simulate` and its figures, point by point, in one process. The study is the same
points in one process, with plan, checks, files on the disk and table. Trials take turns, and the
middle of each kind counts.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from inventory_hmarl import default_case, simulate
from inventory_hmarl.studies.sweeping import Plan, plan, run_plan
from tools.kill_study import PLACE

POINTS, REPLICATIONS, TRIALS = 24, 500, 5


def planned() -> Plan:
    """Return the plan of the study, which is part of its time."""
    places = {PLACE: "0.8:1.0:6", "lanes[0].lead_time": "3,5,7,9"}
    return plan(default_case(), places, replications=REPLICATIONS)


def bare(made: Plan) -> None:
    """Simulate every point, and compute its figures."""
    for point in range(len(made.study.points)):
        simulate(made.study.case_at(point), replications=REPLICATIONS).figures()


def seconds(action: Callable[[], object]) -> float:
    """Return how long something takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def in_folder() -> None:
    """Plan and run the study in a new folder."""
    with tempfile.TemporaryDirectory() as work:
        run_plan(planned(), out=Path(work) / "study", workers=1)


def main(trials: int = TRIALS) -> None:
    """Print the overhead of a study, and the time of 1,000 replications."""
    made = planned()
    assert len(made.study.points) == POINTS
    in_folder()  # imports
    taken: dict[str, list[float]] = {"bare": [], "study": [], "thousand": []}
    for _ in range(trials):
        taken["bare"].append(seconds(lambda: bare(made)))
        taken["study"].append(seconds(in_folder))
        taken["thousand"].append(
            seconds(lambda: simulate(default_case(), replications=1000).figures())
        )
    middle = {name: statistics.median(each) for name, each in taken.items()}
    print(f"{POINTS} points x {REPLICATIONS} replications, {len(made.chunks)} chunks, one process")
    for name, each in taken.items():
        print(f"{name}: {middle[name]:.2f} s ({', '.join(f'{one:.2f}' for one in each)})")
    print(f"overhead: {middle['study'] / middle['bare'] - 1:+.1%}")
    best = min(taken["study"]) / min(taken["bare"]) - 1
    print(f"overhead, quickest of each: {best:+.1%}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
