"""The tables of `compare`, `optimise`, `risk` and `safety-stock`, had again from their folders."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar  # choices are of any type

from inventory_hmarl.case import Case, case_hash, load_case
from inventory_hmarl.case.faults import shorten
from inventory_hmarl.reports import comparison, outages, safety, selection, tuned
from inventory_hmarl.reports.made import CASE_FILE
from inventory_hmarl.studies.comparing import comparison as compared
from inventory_hmarl.studies.comparing import study_each
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.objective import targets_of
from inventory_hmarl.studies.optimising import Effort, optimise_each
from inventory_hmarl.studies.risk import risk
from inventory_hmarl.studies.safety_stock import by_kind, in_order
from inventory_hmarl.studies.selection import select_best
from inventory_hmarl.whole_files import Writer

T = TypeVar("T")
Writers = Mapping[str, Writer]


@dataclass(frozen=True)
class Method:
    """How results are computed again: of this nothing shows in them."""

    workers: int | None
    progress: Callable[[int, int], None] | None


@dataclass(frozen=True)
class Settings:
    """What a manifest says, each of the type that it must have."""

    place: Path
    content: Mapping[str, object]

    def get(self, name: str, kind: type[T]) -> T:
        """Return a setting; raises `StudyError` where it is not of its type."""
        found = self.content.get(name)
        if not isinstance(found, kind):
            rule = f"must be a {kind.__name__}: mend the manifest from a copy"
            raise StudyError([f"{self.place}: {name} = {shorten(found)}: {rule}"])
        return found

    def maybe(self, name: str, kind: type[T]) -> T | None:
        """Return a setting, or None where there is none."""
        return None if self.content.get(name) is None else self.get(name, kind)

    def within(self, name: str) -> Settings:
        """Return the settings that stand below a name."""
        return Settings(self.place, self.get(name, dict))

    def refuse(self, why: str) -> StudyError:
        """Return the error of a folder whose results cannot be had again."""
        return StudyError([f"{self.place}: {why}"])

    def run(self, method: Method) -> dict[str, Any]:
        """Return the choices of a run."""
        chosen: dict[str, Any] = {name: self.get(name, str) for name in ("engine", "precision")}
        return chosen | {"workers": method.workers, "progress": method.progress}


def hash_of_file(path: Path) -> str | None:
    """Return the SHA-256 of a file, None where there is none."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def checked_case(path: Path, said: str) -> Case:
    """Return the case of a file; raises `StudyError` where it is not the one that was run."""
    found = hash_of_file(path)
    if found is not None and found != said:
        rule = f"the manifest was made from {said}: put that case back"
        raise StudyError([f"{path}: has the SHA-256 {found}, and {rule}"])
    return load_case(path)


def _finished(asked: Settings) -> None:
    """Raise where Ctrl-C, whose instant nobody knows, ended what is in the folder."""
    if asked.content.get("interrupted"):
        raise asked.refuse("was interrupted: the command that began it makes the whole")


def _case(folder: Path, asked: Settings) -> Case:
    _finished(asked)
    return checked_case(folder / CASE_FILE, asked.get("case_sha256", str))


def _cases(folder: Path, asked: Settings) -> dict[str, Case]:
    """Return the compared cases by name, each the one that was run."""
    found = {}
    for number, (name, said) in enumerate(asked.get("cases", dict).items()):
        path = folder / comparison.case_file(number)
        found[name] = load_case(path)
        if case_hash(found[name]) != said:
            raise StudyError([f"{path}: is another case than {name} was: put that case back"])
    return found


def _compare(folder: Path, asked: Settings, method: Method) -> Writers:
    choices = asked.run(method)
    progress = choices.pop("progress")
    count, cases = asked.get("replications", int), _cases(folder, asked)
    studied = dict(study_each(cases, count, progress=progress, choices=choices))
    found = compared(studied, asked.get("figures", list), asked.get("level", float))
    return {comparison.TABLE: comparison.writer(found)}


def _best(folder: Path, asked: Settings, method: Method) -> Writers:
    _finished(asked)
    wanted = asked.within("wanted").content
    found = select_best(_cases(folder, asked), **wanted, **asked.run(method))  # type: ignore[arg-type]  # checked there
    return {selection.TABLE: selection.writer(found)}


def _risk(folder: Path, asked: Settings, method: Method) -> Writers:
    case, options = _case(folder, asked), asked.within("options")
    days, count = (options.get(name, int) for name in ("outage-days", "replications"))
    stops = [word for word in (options.maybe("stops", str) or "").split(",") if word]
    found = risk(case, outage_days=days, replications=count, stops=stops, **options.run(method))
    return {outages.RISK: outages.writer(found)}


def _safety_stock(folder: Path, asked: Settings, method: Method) -> Writers:
    case, options = _case(folder, asked), asked.within("options")
    service, count = options.get("service", float), options.get("replications", int)
    kinds = list(by_kind(case, service, replications=count, **options.run(method)))
    return {safety.SAFETY: safety.writer(in_order(kinds))}


def _optimise(folder: Path, asked: Settings, method: Method) -> Writers:
    case, options = _case(folder, asked), asked.within("options")
    if options.content.get("time") is not None:
        raise asked.refuse("ended by --time: what it found depends on the machine")
    effort = Effort(
        **{name: options.get(name, int) for name in ("replications", "validation", "holdout")},
        generations=options.get("generations", int),
        seed=options.get("search-seed", int),
        chain_days=options.maybe("budget", int),
        backtest_days=options.maybe("backtest-days", int) or 0,
        gradient=options.maybe("gradient", bool) or False,
    )
    front = options.get("front", bool)
    targets = targets_of(options.maybe("service", str), front=front)
    found = optimise_each(case, targets, as_front=front, effort=effort, **options.run(method))
    return tuned.writers_of(found)


RECOMPUTED: Mapping[str, Callable[[Path, Settings, Method], Writers]] = {
    "compare": _compare,
    selection.KIND: _best,
    "optimise": _optimise,
    "risk": _risk,
    "safety-stock": _safety_stock,
}
"""What computes the tables of a folder again, by its kind."""
