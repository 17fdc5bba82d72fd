"""Time the default case, to hold one commit against another.

    python tools/time_default_case.py

Prints the least processor time of twelve runs: a batch on NumPy, one on JAX where it is installed,
and a day of one chain. Run it in turn with the environments of two checkouts, on one core.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable

from inventory_hmarl import DigitalTwin, Keep, default_case, simulate

RUNS, STEPS = 12, 200


def least(run: Callable[[], object]) -> float:
    """Return the least seconds of the processor that a run takes, after one that does not count."""
    run()
    seconds = []
    for _ in range(RUNS):
        begin = time.process_time()
        run()
        seconds.append(time.process_time() - begin)
    return min(seconds)


def main() -> None:
    """Time and print."""
    case = default_case()
    batches = {"numpy": 2048, "jax": 8192}
    for engine, count in batches.items():
        if importlib.util.find_spec(engine) is None:
            continue

        def batch(engine: str = engine, count: int = count) -> None:
            simulate(case, replications=count, keep=Keep(kpis=False), engine=engine)

        print(f"{engine}, {count:,} x {case.days} days: {1e3 * least(batch):.1f} ms")
    twin = DigitalTwin(case.changed(days=(RUNS + 1) * STEPS, warmup_days=0))
    twin.reset()
    seconds = least(lambda: [twin.step() for _ in range(STEPS)])
    print(f"DigitalTwin.step(): {1e6 * seconds / STEPS:.1f} us")


if __name__ == "__main__":
    main()
