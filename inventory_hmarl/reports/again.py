"""Results had again from their folder, and compared with what the folder says of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from inventory_hmarl._version import __version__
from inventory_hmarl.case import Case
from inventory_hmarl.case.faults import shorten
from inventory_hmarl.engines.outcome import Keep
from inventory_hmarl.reports.figures import summarise
from inventory_hmarl.reports.files import hash_of
from inventory_hmarl.reports.folder import KIND
from inventory_hmarl.reports.folder import tables as tables_of
from inventory_hmarl.reports.manifest import CASE_FILE, Request
from inventory_hmarl.reports.recomputed import (
    RECOMPUTED,
    Method,
    Settings,
    checked_case,
    hash_of_file,
)
from inventory_hmarl.scenarios import apply_scenario
from inventory_hmarl.simulation import simulate
from inventory_hmarl.studies.designs import Design
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.study_folder import CHUNKS, MANIFEST, NAME, differing, read_manifest
from inventory_hmarl.studies.study_folder import KIND as STUDY
from inventory_hmarl.studies.sweeping import Plan, plan, run_plan
from inventory_hmarl.studies.values import Range

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Compared:
    """One result: what its folder says it hashes to, what lies there, and what came out now."""

    name: str
    said: str
    there: str | None  # None where nothing is kept under that name
    now: str

    @property
    def same(self) -> bool:
        """Whether all agree."""
        return self.said == self.now and self.there in (None, self.said)

    def __str__(self) -> str:
        if self.same:
            return f"{self.name}: same ({self.now[:16]})"
        if self.said != self.now:
            return f"{self.name}: different: was {self.said[:16]}, is {self.now[:16]}"
        return f"{self.name}: comes out the same, and its file was changed or lost since"


@dataclass(frozen=True)
class Again:
    """What came out of computing a folder's results again."""

    version: str  # that the folder was written by
    compared: tuple[Compared, ...]

    @property
    def same(self) -> bool:
        """Whether every result is the same."""
        return all(each.same for each in self.compared)


def again(folder: Path, *, workers: int | None = None, progress: Progress | None = None) -> Again:
    """Compute the results of a folder of `--out` again; nothing in it is changed.

    Raises `StudyError` for a folder without results, or whose case is not the one it names.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise StudyError([f"{folder / MANIFEST}: there is no such file: name a folder of --out"])
    kind = str(manifest.get("kind", KIND))
    if kind not in (KIND, STUDY, *RECOMPUTED):
        rule = f"results of `{shorten(kind)}`, which cannot be had again here"
        raise StudyError([f"{folder / MANIFEST}: {rule}"])
    hashes = manifest.get("results")
    if not isinstance(hashes, dict) or not hashes:
        rule = (
            "its study is not finished: the command that began it goes on"
            if kind == STUDY
            else "is of a version that kept no hashes: run it again with --out"
        )
        raise StudyError([f"{folder / MANIFEST}: {rule}"])
    now = _now(kind, folder, manifest, Method(workers, progress))
    damaged = _damaged_chunks(folder, manifest) if kind == STUDY else []
    tables = [
        Compared(str(name), str(said), _there(folder, str(name)), now.get(name, "none"))
        for name, said in hashes.items()
    ]
    return Again(str(manifest.get("version", __version__)), (*tables, *damaged))


def _now(kind: str, folder: Path, manifest: Mapping[str, object], method: Method) -> dict[str, str]:
    """Return what the results hash to now."""
    asked = Settings(folder / MANIFEST, manifest)
    if kind in RECOMPUTED:
        writers = RECOMPUTED[kind](folder, asked, method)
        return {name: hash_of(writer) for name, writer in writers.items()}
    case = checked_case(folder / CASE_FILE, asked.get("case_sha256", str))
    compute = _study if kind == STUDY else _run
    return compute(folder, case, manifest, method.workers, method.progress)


def _there(folder: Path, name: str) -> str | None:
    """Return what a result's file hashes to; None for values, which have no file of their own."""
    return None if name == "values" else hash_of_file(folder / name) or "lost"


def _damaged_chunks(folder: Path, manifest: Mapping[str, object]) -> list[Compared]:
    """Return the chunks that are lost, or whose checksum is not that of their name."""
    found, lost = [], set(range(Settings(folder / MANIFEST, manifest).get("chunks", int)))
    for path in sorted((folder / CHUNKS).glob("*")):
        named = NAME.fullmatch(path.name)
        if named is not None:
            lost.discard(int(named[1]))
            checksum = (hash_of_file(path) or "")[: len(named[2])]
            if checksum != named[2]:
                found.append(Compared(f"{CHUNKS}/{path.name}", named[2], checksum, named[2]))
    return found + [Compared(f"{CHUNKS}/{number:06d}", "", "lost", "") for number in sorted(lost)]


def _run(
    folder: Path,
    case: Case,
    manifest: Mapping[str, object],
    workers: int | None,
    progress: Progress | None,
) -> dict[str, str]:
    """Return the hashes of a run's tables."""
    asked = Settings(folder / MANIFEST, manifest)
    request = Request(
        case,
        tuple(map(str, asked.get("scenario", list))),
        asked.get("days", int),
        asked.get("seed", int),
        asked.get("replications", int),
        checked=asked.get("checked", bool),
        events="events.csv" in asked.get("files", list),
        engine=asked.get("engine", str),
        precision=asked.get("precision", str),
    )
    made = apply_scenario(case, request.scenarios).changed(days=request.days, seed=request.seed)
    run = simulate(
        made,
        replications=request.replications,
        keep=Keep(records=request.events),
        checked=request.checked,
        engine=request.engine,
        precision=request.precision,
        workers=workers,
        progress=progress,
    )
    return {name: hash_of(writer) for name, writer in tables_of(run, summarise(run), request)}


def _study(
    folder: Path,
    case: Case,
    manifest: Mapping[str, object],
    workers: int | None,
    progress: Progress | None,
) -> dict[str, str]:
    """Return the hashes of a study's results."""
    made = _plan(case, Settings(folder / MANIFEST, manifest))
    identity = made.identity()
    ours = {name: identity[name] for name in ("kind", "points_sha256")}
    differing(folder, manifest, ours)
    return run_plan(made, workers=workers, progress=progress).results.hashes()


def _plan(case: Case, asked: Settings) -> Plan:
    vary = {
        name: Range(each["low"], each["high"]) if isinstance(each, dict) else each
        for name, each in asked.get("vary", dict).items()
    }
    return plan(
        case,
        vary,
        replications=asked.get("replications", int),
        design=Design(**asked.get("design", dict)),
        engine=asked.get("engine", str),
        precision=asked.get("precision", str),
    )
