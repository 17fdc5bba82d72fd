"""A study as pieces of work: what each is a pure function of, and how they are cut."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from inventory_hmarl.case import Case, CaseError, case_from_dict
from inventory_hmarl.engines.sizes import PART_POINTS
from inventory_hmarl.studies.designs import Point
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.large import groups_of
from inventory_hmarl.studies.places import Place, changed

CHUNK_COST = 15_000_000  # points x days x replications of a chunk: about a second
SETTING_UP = 200  # what a point of a study costs before its first replication, in replications


@dataclass(frozen=True)
class Study:
    """All that the results of a study depend on; plain data, so that it travels."""

    version: str
    data: Mapping[str, object]  # of the case, as in its file, recorded demand included
    parameters: tuple[str, ...]  # places as they were written
    places: tuple[tuple[Place, ...], ...]  # of each parameter, those that it stands for
    points: tuple[Point, ...]
    replications: int
    engine: str = "numpy"
    precision: str = "exact"
    group_points: int = PART_POINTS  # SKUs at locations of a chain above which it is cut

    def case_at(self, point: int) -> Case:
        """Return the case of a point, numbered from 0; raises `CaseError`."""
        changes = [
            (place, value)
            for group, value in zip(self.places, self.points[point], strict=True)
            for place in group
        ]
        return case_from_dict(changed(self.data, changes))


@dataclass(frozen=True)
class Chunk:
    """Some replications of some points: what is computed, and kept, at a time.

    Of a large chain it is one group of its SKUs, and `groups` chunks that follow each other are one
    point's replications.
    """

    number: int
    points: range
    replications: range
    group: int = 0
    groups: int = 1

    @property
    def rows(self) -> int:
        """How many chains are run in it."""
        return len(self.points) * len(self.replications)


def chunks_of(study: Study) -> list[Chunk]:
    """Return the chunks of a study: a function of the study alone, not of the machine."""
    point_days = _point_days(study.data)
    whole = point_days * (study.replications + SETTING_UP)
    if whole <= CHUNK_COST and _size_of(study.data) <= study.group_points:
        parts = _ranges(len(study.points), CHUNK_COST // whole)
        made = [(points, range(study.replications)) for points in parts]
        return [Chunk(number, *parts) for number, parts in enumerate(made)]
    most = max(1, CHUNK_COST // point_days - SETTING_UP)
    cut = [
        (range(point, point + 1), replications, group, groups)
        for point in range(len(study.points))
        for groups in (_groups(study, point),)
        for replications in _ranges(study.replications, most)
        for group in range(groups)
    ]
    return [Chunk(number, *parts) for number, parts in enumerate(cut)]


def _groups(study: Study, point: int) -> int:
    """Return into how many groups of SKUs the chain of a point is cut."""
    if _size_of(study.data) <= study.group_points:
        return 1
    return max(1, len(groups_of(study.case_at(point), study.group_points)))


def _ranges(count: int, size: int) -> list[range]:
    return [range(start, min(start + size, count)) for start in range(0, count, size)]


def _point_days(data: Mapping[str, object]) -> int:
    """Return about how many SKUs at locations, times days, one replication has."""
    days = data["days"]
    assert isinstance(days, int)
    return max(1, _size_of(data) * days)


def _size_of(data: Mapping[str, object]) -> int:
    """Return about how many SKUs at locations a chain has."""
    sizes = {name: _size(data.get(name)) for name in ("skus", "stores", "warehouses")}
    return sizes["skus"] * (sizes["stores"] + sizes["warehouses"])


def _size(table: object) -> int:
    return len(table) if isinstance(table, Mapping) else 0


def check_points(study: Study) -> None:
    """Raise `StudyError` with the faults of all points, each said once, with the first of them."""
    faults = dict(_faults(study))
    if faults:
        raise StudyError(f"{fault} (first at {where})" for fault, where in faults.items())


def _faults(study: Study) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for number in range(len(study.points)):
        try:
            study.case_at(number)
        except CaseError as error:
            for fault in map(str, error.faults):
                if fault not in seen:
                    seen.add(fault)
                    yield fault, f"point {number + 1:,}"


def points_hash(points: Sequence[Point]) -> str:
    """Return the SHA-256 of the points' values as JSON."""
    return hashlib.sha256(json.dumps(list(map(list, points))).encode()).hexdigest()
