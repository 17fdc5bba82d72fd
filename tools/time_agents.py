"""Steps a second of the multi-agent environments: 3 stores, 1 warehouse, 1 SKU, one core.

`python tools/time_agents.py [STEPS]` prints, for each view, the best of three rounds in processor
time and the memory before and after.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.cases import chain
from inventory_hmarl.envs.crew import Roles
from inventory_hmarl.envs.event_env import EventChain
from inventory_hmarl.envs.parallel_env import ParallelChain

ROUNDS = 3


def main() -> None:
    """Measure each view."""
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    case = chain(stores=3, skus=1, days=365)
    led = Roles(coordinator=["multipliers"])
    views: dict[str, Callable[[], Any]] = {
        "simultaneous": lambda: ParallelChain(case),
        "synchronous": lambda: ParallelChain(case, view="synchronous"),
        "synchronous, coordinator": lambda: ParallelChain(case, view="synchronous", roles=led),
        "events": lambda: EventChain(case),
        "simultaneous, choices": lambda: ParallelChain(case, choices=9),
    }
    for name, make in views.items():
        rate = max(measure(make(), steps) for _ in range(ROUNDS))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{name:26} {rate:8,.0f} steps/s, {memory:.0f} MB at most so far")


def measure(env: Any, steps: int) -> float:  # noqa: ANN401
    """Return steps a second of one core, resets included."""
    env.reset(seed=1)
    actions = {
        name: 0 * space.high if hasattr(space, "high") else int(space.n) // 2
        for name, space in env.action_spaces.items()
    }
    observations, _ = env.reset()
    start = time.process_time()
    for _ in range(steps):
        observations, _, _, truncated, _ = env.step({name: actions[name] for name in observations})
        if all(truncated.values()):
            observations, _ = env.reset()
    return steps / (time.process_time() - start)


if __name__ == "__main__":
    main()
