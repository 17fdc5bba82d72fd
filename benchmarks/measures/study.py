"""What a study costs beside the days that it simulates, and a thousand replications.

The study runs in this process, with plan, checks, chunks of about a second, files on the disk and
table. The time within `simulate` and its figures is taken in the very same run, and all the rest is
the machinery's: others on the machine trouble both alike.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from benchmarks.figures import RUNS, Figure, figure, timed
from inventory_hmarl import default_case, simulate
from inventory_hmarl.reports.figures import summarise
from inventory_hmarl.simulation import Run
from inventory_hmarl.studies import blocks
from inventory_hmarl.studies.sweeping import Plan, plan, run_plan

CORES = 1
REPLICATIONS = 500
VARY = {"suppliers.supplier_1.reliability": "0.8:1.0:6", "lanes[0].lead_time": "3,5,7,9"}


def planned() -> Plan:
    """Return the plan of the study, which is part of its time."""
    return plan(default_case(), VARY, replications=REPLICATIONS)


def now() -> np.ndarray[Any, Any]:
    """Return the time by the clock and of the processor, seconds."""
    return np.array([time.perf_counter(), time.process_time()])


def trial() -> tuple[Any, Any]:
    """Run the study in a new folder; return the seconds within the days, and of all the rest."""
    within, twice = np.zeros(2), np.zeros(2)

    def watched(*arguments: Any, **settings: Any) -> Run:
        begun = now()
        run = simulate(*arguments, **settings)
        between = now()
        run.figures()  # as the study does itself
        end = now()
        nonlocal within, twice
        within, twice = within + end - begun, twice + end - between
        return run

    begun = now()
    with tempfile.TemporaryDirectory() as work, mock.patch.object(blocks, "simulate", watched):
        run_plan(planned(), out=Path(work) / "study", workers=1)
    return within, now() - begun - within - twice


def figures() -> Iterator[Figure]:
    """Time studies, then a thousand replications."""
    trial()  # imports
    trials = [trial() for _ in range(RUNS)]
    chunks = len(planned().chunks)
    each = statistics.median(float(within[0]) for within, _ in trials) / chunks
    for place, word in enumerate(("by the clock", "of the processor")):
        yield figure(
            f"study of 24 points x {REPLICATIONS} replications in a folder, overhead {word}",
            [100 * float(rest[place] / within[place]) for within, rest in trials],
            "%",
            f"at most 10; {chunks} chunks of {each:.1f} s",
        )
    yield figure(
        "1,000 replications of the default case, all KPIs and intervals",
        timed(lambda: summarise(simulate(default_case(), replications=1000))),
        "s",
        "at most 2",
    )
