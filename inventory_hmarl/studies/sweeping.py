"""`sweep`: a case at many points of its parameters, on the same customers everywhere."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # settings are of any type

from inventory_hmarl._version import __version__
from inventory_hmarl.case import Case, as_case, case_to_dict
from inventory_hmarl.engines import check_choice
from inventory_hmarl.studies.blocks import Block
from inventory_hmarl.studies.designs import Design, points_of
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.executing import blocks, check_place
from inventory_hmarl.studies.locking import locked
from inventory_hmarl.studies.parquet import check_polars
from inventory_hmarl.studies.places import Place, places
from inventory_hmarl.studies.planning import Chunk, Study, check_points, chunks_of, points_hash
from inventory_hmarl.studies.study_folder import KIND, open_folder
from inventory_hmarl.studies.tables import Results, results
from inventory_hmarl.studies.values import Range, Values, checked, read_values

Progress = Callable[[int, int], None]
Vary = Mapping[str, "str | Range | Sequence[int | float | str | bool]"]


@dataclass(frozen=True)
class Plan:
    """A study and how it is cut and told: all that a folder must agree with."""

    study: Study
    vary: Mapping[str, object]
    design: Design
    title: str
    chunks: tuple[Chunk, ...]

    @property
    def case_text(self) -> str:
        """The case as JSON text that stands by itself, as in the folder of a run."""
        return json.dumps(self.study.data, ensure_ascii=False, allow_nan=False) + "\n"

    def identity(self) -> dict[str, object]:
        """Return which study this is, for manifests and documents."""
        study = self.study
        return {
            "kind": KIND,
            "version": study.version,
            "title": self.title,
            "case_sha256": hashlib.sha256(self.case_text.encode()).hexdigest(),
            "vary": dict(self.vary),
            "design": dict(vars(self.design)),
            "points": len(study.points),
            "points_sha256": points_hash(study.points),
            "replications": study.replications,
            "engine": study.engine,
            "precision": study.precision,
            "chunks": len(self.chunks),
        }


def plan(
    case: Case | Mapping[str, Any] | str | Path,
    vary: Vary,
    *,
    replications: int = 1,
    design: Design | None = None,
    engine: str = "numpy",
    precision: str = "exact",
) -> Plan:
    """Return the plan of a study, every point checked; raises `StudyError` with all faults."""
    check_choice(engine, precision)
    design = design or Design()
    base = as_case(case)
    data = case_to_dict(base, inline=True)
    values, found = _read(data, vary)
    points = points_of(values, design)
    if type(replications) is not int or not 1 <= replications < 2**31:
        raise StudyError(
            [f"replications = {replications!r:.40}: must be a whole number, at least 1"]
        )
    study = Study(
        __version__,
        data,
        tuple(values),
        tuple(found[name] for name in values),
        tuple(points),
        replications,
        engine,
        precision,
    )
    check_points(study)
    said = {name: _said(each) for name, each in values.items()}
    return Plan(study, said, design, base.title, tuple(chunks_of(study)))


def _read(
    data: Mapping[str, object], vary: Vary
) -> tuple[dict[str, Values], dict[str, tuple[Place, ...]]]:
    """Return values and places of each parameter; raises `StudyError` with all faults."""
    values: dict[str, Values] = {}
    found: dict[str, tuple[Place, ...]] = {}
    taken: dict[Place, str] = {}
    faults: list[str] = []
    for name, given in vary.items():
        try:
            found[name] = tuple(places(data, name))
            values[name] = _values(name, given)
        except StudyError as error:
            faults += error.faults
            continue
        for place in found[name]:
            if taken.setdefault(place, name) != name:
                rule = f"is varied by {taken[place]} too: vary each setting once"
                faults.append(f"--vary {name}: {rule}.")
                break
    if faults:
        raise StudyError(faults)
    return values, found


def _values(name: str, given: str | Range | Sequence[Any]) -> Values:
    if isinstance(given, str):
        return read_values(name, given)
    return given if isinstance(given, Range) else checked(name, given)


def _said(values: Values) -> object:
    return {"low": values.low, "high": values.high} if isinstance(values, Range) else list(values)


@dataclass(frozen=True)
class Sweep:
    """What came out of a study."""

    plan: Plan
    results: Results  # of all points, or of those that were finished
    damaged: tuple[str, ...] = ()  # chunks that were found damaged, and computed again
    interrupted: bool = False


def sweep(  # noqa: PLR0913 - a keyword for each choice of a study
    case: Case | Mapping[str, Any] | str | Path,
    vary: Vary,
    *,
    replications: int = 1,
    design: Design | None = None,
    out: Path | str | None = None,
    on: str = "cores",
    workers: int | None = None,
    engine: str = "numpy",
    precision: str = "exact",
    progress: Progress | None = None,
) -> Sweep:
    """Simulate a case at points of its parameters; every point meets the same customers.

    `vary` has values by place: `{"suppliers.supplier_1.reliability": [0.9, 1.0]}`, or the words of
    the command line, "0.8:1.0:5". `out` is a folder that keeps what is finished (extra `study`):
    the same call goes on where the last one ended. A `KeyboardInterrupt` ends it with the points
    that are finished, if there are any. `on` is "cores", in `workers` processes, or
    "ray" (extra `ray`); results are the same. `progress(done, all)` counts chains.

    >>> from inventory_hmarl.case import default_case
    >>> place = "suppliers.supplier_1.reliability"
    >>> found = sweep(default_case().changed(days=20), {place: [0.5, 1]}, workers=1)
    >>> [row.settings[place] for row in found.results.rows]
    [0.5, 1]
    """
    made = plan(
        case,
        vary,
        replications=replications,
        design=design,
        engine=engine,
        precision=precision,
    )
    return run_plan(made, out=out, on=on, workers=workers, progress=progress)


def run_plan(
    made: Plan,
    *,
    out: Path | str | None = None,
    on: str = "cores",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Compute what a plan has not yet, and return all its results; see `sweep`."""
    check_place(on)
    if out is None:
        found: dict[int, Block] = {}

        def remember(chunk: Chunk, block: Block) -> None:
            found[chunk.number] = block

        work = _computed(made, made.chunks, on, workers, progress)
        stopped = _interrupted(work, remember)
        return _told(made, found, lambda chunk: found[chunk.number], (), stopped)
    check_polars()
    path = Path(out)
    path.mkdir(parents=True, exist_ok=True)
    with locked(path):
        folder = open_folder(path, made.identity(), made.case_text)
        todo = [chunk for chunk in made.chunks if chunk.number not in folder.finished]
        stopped = _interrupted(_computed(made, todo, on, workers, progress), folder.keep)
        swept = _told(made, folder.finished, folder.block, folder.damaged, stopped)
        if not stopped:
            folder.finish(swept.results)
    return swept


def _interrupted(work: Iterator[tuple[Chunk, Block]], keep: Callable[[Chunk, Block], None]) -> bool:
    """Keep blocks as they come; return whether that was interrupted."""
    try:
        for chunk, block in work:
            keep(chunk, block)
    except KeyboardInterrupt:
        return True
    return False


def _told(
    made: Plan,
    finished: Container[int],
    block: Callable[[Chunk], Block],
    damaged: Sequence[str],
    stopped: bool,
) -> Sweep:
    """Return the results of the points whose chunks are all finished; raises, if there is none."""
    lacking = {
        point for chunk in made.chunks if chunk.number not in finished for point in chunk.points
    }
    whole = [chunk for chunk in made.chunks if lacking.isdisjoint(chunk.points)]
    if not whole:
        raise KeyboardInterrupt
    found = results(made.study, ((chunk, block(chunk)) for chunk in whole))
    return Sweep(made, found, tuple(damaged), stopped)


def _computed(
    made: Plan,
    todo: Sequence[Chunk],
    on: str,
    workers: int | None,
    progress: Progress | None,
) -> Iterator[tuple[Chunk, Block]]:
    """Yield blocks as they are finished, and say how far it is."""
    whole = sum(chunk.rows for chunk in made.chunks)
    done = whole - sum(chunk.rows for chunk in todo)
    if not todo:
        return
    with contextlib.closing(blocks(made.study, todo, on, workers)) as found:
        for chunk, block in found:
            yield chunk, block
            done += chunk.rows
            if progress is not None:
                progress(done, whole)
