"""Measure the speeds that the documentation quotes: `inventory-hmarl bench`.

Every figure is a median; what it is compared with stands beside it and is measured in the same
run where it can be. Nothing here is a test: no figure makes it fail.
"""

from __future__ import annotations

import datetime
import importlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.figures import Figure  # noqa: E402 - after the path is set

MEASURES = (
    "step",
    "command",
    "batch",
    "compiled",
    "fast",
    "agents_jax",
    "cores",
    "single",
    "large",
    "huge",
    "memory",
    "study",
    "features",
    "gpu",
    "agents",
    "agents_memory",
    "peers",
)
ELSEWHERE = ("gpu",)  # tables that a machine which cannot measure them leaves as they are
# One chain at a time is several times faster when XLA compiles small loops whole.
SETTINGS = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=100000",
    "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
}
INSIDE = "--inside"  # measure in this very process


def measured(name: str) -> Iterator[Figure]:
    """Yield the figures of a measure as they come, from a process of its own."""
    command = [sys.executable, str(Path(__file__)), INSIDE, name]
    with subprocess.Popen(
        command, env={**os.environ, **SETTINGS}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield Figure(**json.loads(line))
    if process.returncode:
        yield Figure(name, None, None, None, "", f"did not run: status {process.returncode}")


def inside(name: str) -> int:
    """Measure in this process, held to the cores of the measure; print a line a figure."""
    cores = _cores(name)
    if hasattr(os, "sched_setaffinity"):
        mine = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, mine[-cores:] if cores else mine)
    try:
        module = importlib.import_module(f"benchmarks.measures.{name}")
        for figure in module.figures():
            print(json.dumps(asdict(figure)), flush=True)
    except ImportError as error:  # JAX, mostly: the other measures go on
        print(json.dumps(asdict(Figure(name, None, None, None, "", f"did not run: {error}"))))
    return 0


def _cores(name: str) -> int:
    """Return how many cores a measure is held to, before anything counts them; 0: all."""
    text = (ROOT / "benchmarks" / "measures" / f"{name}.py").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("CORES = "))
    return int(line.split()[2])


def table_of(name: str) -> str:
    """Return the name of the table that a measure's figures belong to."""
    own, _, _ = name.partition("_")
    return own if own in ("agents", "features", "gpu", "peers") else "bench"


def machine() -> str:
    """Return what the figures were measured on."""
    from importlib.metadata import PackageNotFoundError, version

    libraries = []
    for title, name in (("NumPy", "numpy"), ("JAX", "jax")):
        try:
            libraries.append(f"{title} {version(name)}")
        except PackageNotFoundError:
            libraries.append(f"no {title}")
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, each measure held to one, `cores` "
        f"to two, `gpu` to none; Python {platform.python_version()}, {', '.join(libraries)}"
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
    """Put the figures between the markers of their table in a file."""
    put_between(as_markdown(figures), path, table)


def put_between(text: str, path: Path, table: str) -> None:
    """Put a text between the markers of a table in a file."""
    start, end = f"<!-- {table} -->", f"<!-- end of {table} -->"
    whole = path.read_text(encoding="utf-8")
    head, _, rest = whole.partition(start)
    _, _, tail = rest.partition(end)
    path.write_text(f"{head}{start}\n{text}\n{end}{tail}", encoding="utf-8")


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
        for figure in measured(name):
            found.append(figure)
            tables.setdefault(table_of(name), []).append(figure)
            if not as_json:
                median, spread = numbers(figure)
                line = f"{figure.name}: {median} {figure.unit} ({spread})"
                print(f"{line}  {figure.compared}", flush=True)
    if as_json:
        print(json.dumps({"machine": machine(), "figures": [asdict(f) for f in found]}, indent=2))
    if markdown is not None:
        for table, figures in tables.items():
            if table not in ELSEWHERE or any(figure.median is not None for figure in figures):
                write_markdown(figures, markdown, table)
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == [INSIDE]:
        sys.exit(inside(sys.argv[2]))
    sys.exit(main(sys.argv[1:]))
