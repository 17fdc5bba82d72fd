"""What a study costs beside the bare engine: `python -m tools.time_study`.

The bare engine is `simulate` and its figures, point by point, in one process. The study is the same
points in one process, with plan, checks, files on the disk and table. Trials take turns, and the
quickest of each kind counts: others on a machine only add time.
"""

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


def seconds(action: Callable[[], object]) -> tuple[float, float]:
    """Return how long something takes, by the clock and of the processor."""
    begun, used = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - begun, time.process_time() - used


def in_folder() -> None:
    """Plan and run the study in a new folder."""
    with tempfile.TemporaryDirectory() as work:
        run_plan(planned(), out=Path(work) / "study", workers=1)


def main(trials: int = TRIALS) -> None:
    """Print the overhead of a study, and the time of 1,000 replications."""
    made = planned()
    assert len(made.study.points) == POINTS
    in_folder()  # imports
    actions = {
        "bare": lambda: bare(made),
        "study": in_folder,
        "1,000 replications": lambda: simulate(default_case(), replications=1000).figures(),
    }
    taken = {name: [] for name in actions}
    for _ in range(trials):
        for name, action in actions.items():
            taken[name].append(seconds(action))
    print(f"{POINTS} points x {REPLICATIONS} replications, {len(made.chunks)} chunks, one process")
    best = {
        name: [min(column) for column in zip(*each, strict=True)] for name, each in taken.items()
    }
    for name, (clock, processor) in best.items():
        print(f"{name}: {clock:.2f} s by the clock, {processor:.2f} s of the processor")
    for place, word in enumerate(("by the clock", "of the processor")):
        print(f"overhead {word}: {best['study'][place] / best['bare'][place] - 1:+.1%}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
