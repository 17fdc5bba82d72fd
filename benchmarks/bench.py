"""Measure the speeds that the documentation quotes: `inventory-hmarl bench`.

Every figure is a median; what it is compared with stands beside it and is measured in the same
run where it can be. Nothing here is a test: no figure makes it fail.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

RUNS = 7
OWN_TABLE = frozenset({"peers"})  # measures with a table of their own; the others' is "bench"


@dataclass(frozen=True)
class Figure:
    """One measured speed; without numbers where it could not be measured."""

    name: str
    median: float | None
    lowest: float | None
    highest: float | None
    unit: str
    compared: str


def _timed(action: Callable[[], object], runs: int = RUNS) -> list[float]:
    action()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return seconds


def _figure(name: str, values: Sequence[float], unit: str, compared: str) -> Figure:
    return Figure(name, statistics.median(values), min(values), max(values), unit, compared)


def twin_step() -> list[Figure]:
    """Time `DigitalTwin.step()` of the default case early and late in a long run."""
    from inventory_hmarl import DigitalTwin, default_case

    twin = DigitalTwin(default_case().changed(days=2000))
    figures = []
    for day in (9, 1800):
        while twin.day < day:
            twin.step()
        seconds = []
        for _ in range(RUNS * 10):
            start = time.perf_counter()
            twin.step()
            seconds.append((time.perf_counter() - start) * 1e6)
        figures.append(_figure(f"DigitalTwin.step(), day {day}", seconds, "us", "bar: 100 us"))
    return figures


def run_command() -> list[Figure]:
    """Time the README's run command, set-up apart, as a whole process."""
    command = [sys.executable, str(ROOT / "simulation" / "run_simulation.py")]
    seconds = _timed(lambda: subprocess.run(command, check=True, capture_output=True, cwd=ROOT))
    bare = _timed(lambda: subprocess.run([sys.executable, "-c", "import numpy"], check=True))
    compared = f"bar: 1 s; Python with NumPy alone: {statistics.median(bare):.2f} s"
    return [_figure("run_simulation.py, whole process", seconds, "s", compared)]


def batch() -> list[Figure]:
    """Time many small chains side by side: demand and policy inside, totals kept."""
    import numpy as np

    from benchmarks.cases import chain
    from inventory_hmarl import Keep, simulate
    from inventory_hmarl.case.compiling import compile_case

    case = chain(stores=3, skus=1, days=90)
    model = compile_case(case)
    figures = []
    for count in (1024, 8192, 49152):
        chain_days = count * case.days / 1e6
        money = _timed(lambda n=count: simulate(case, replications=n, keep=Keep(kpis=False)))
        numbers = np.arange(min(count, 2048), dtype=np.uint32)
        draws = _timed(lambda n=numbers: [model.demand.draw(n, day, 2) for day in range(2, 90, 2)])
        limit = numbers.size * 88 / 1e6 / statistics.median(draws)
        figures.append(
            _figure(
                f"3 stores + 1 warehouse, 1 SKU, batch of {count:,}",
                [chain_days / s for s in money],
                "million chain-days/s",
                f"bar: 5 million; drawing the demand alone: {limit:.1f} million",
            )
        )
    every = _timed(lambda: simulate(case, replications=8192))
    figures.append(
        _figure(
            "the same, all KPIs and daily series, batch of 8,192",
            [8192 * case.days / 1e6 / s for s in every],
            "million chain-days/s",
            "",
        )
    )
    return figures


def large_chain() -> list[Figure]:
    """Time a chain of M5's size in a process of its own, compilation included."""
    script = (
        "import resource, sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from benchmarks.cases import chain\n"
        "from inventory_hmarl import Keep, simulate\n"
        "case = chain(stores=10, skus=3049, days=1941)\n"
        "start = time.perf_counter(); simulate(case, keep=Keep(kpis=False))\n"
        "print(time.perf_counter() - start,\n"
        "      resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)\n"
    )
    results = [
        subprocess.run(
            [sys.executable, "-c", script, str(ROOT)], check=True, capture_output=True, text=True
        ).stdout.split()
        for _ in range(3)
    ]
    return [
        _figure(
            "10 stores + 1 warehouse, 3,049 SKUs, 1,941 days (of 3)",
            [float(seconds) for seconds, _ in results],
            "s",
            "bar: 10 s",
        ),
        _figure("the same, peak memory", [float(m) for _, m in results], "GiB", "bar: 2 GiB"),
    ]


def peers() -> Iterator[Figure]:
    """Run other simulators and ours on the same cases."""
    from benchmarks.peers.comparing import rows

    return (Figure(*row) for row in rows())


MEASURES: dict[str, Callable[[], Iterable[Figure]]] = {
    "step": twin_step,
    "command": run_command,
    "batch": batch,
    "large": large_chain,
    "peers": peers,
}


def machine() -> str:
    """Return what the figures were measured on."""
    import numpy as np

    return (
        f"{platform.machine()}, {os.cpu_count()} cores (one used), Python "
        f"{platform.python_version()}, NumPy {np.__version__}"
    )


def numbers(figure: Figure) -> tuple[str, str]:
    """Return the median and the range as they are shown."""
    if figure.median is None:
        return "-", "-"
    return f"{figure.median:.4g}", f"{figure.lowest:.4g} to {figure.highest:.4g}"


def as_markdown(figures: Sequence[Figure]) -> str:
    """Return the figures as a table, with machine and date."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    lines = [
        f"{today}; {machine()}; medians (lowest to highest).",
        "",
        "| measure | median | range | unit | compared with |",
        "|---|---|---|---|---|",
    ]
    for figure in figures:
        cells = (figure.name, *numbers(figure), figure.unit, figure.compared)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def write_markdown(figures: Sequence[Figure], path: Path, table: str = "bench") -> None:
    """Put a table between its markers in a file."""
    start, end = f"<!-- {table} -->", f"<!-- end of {table} -->"
    text = path.read_text(encoding="utf-8")
    head, _, rest = text.partition(start)
    _, _, tail = rest.partition(end)
    path.write_text(f"{head}{start}\n{as_markdown(figures)}\n{end}{tail}", encoding="utf-8")


def main(names: Sequence[str] = (), *, as_json: bool = False, markdown: Path | None = None) -> int:
    """Run the named measures (default all) and print a line for each figure."""
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        allowed = ", ".join(MEASURES)
        print(
            f"error: unknown measure '{unknown[0]}': it must be one of {allowed}", file=sys.stderr
        )
        return 2
    found: list[Figure] = []
    tables: dict[str, list[Figure]] = {}
    print(f"{machine()}; medians (lowest to highest)", file=sys.stderr)
    for name in names or MEASURES:
        for figure in MEASURES[name]():
            found.append(figure)
            tables.setdefault(name if name in OWN_TABLE else "bench", []).append(figure)
            if not as_json:
                median, spread = numbers(figure)
                line = f"{figure.name}: {median} {figure.unit} ({spread})"
                print(f"{line}  {figure.compared}", flush=True)
    if as_json:
        print(json.dumps({"machine": machine(), "figures": [asdict(f) for f in found]}, indent=2))
    if markdown is not None:
        for table, figures in tables.items():
            write_markdown(figures, markdown, table)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
