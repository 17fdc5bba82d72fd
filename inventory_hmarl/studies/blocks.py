"""What a chunk of a study comes to: figures of each point and replication.

Beside a ratio stands what it divides by, so that a table has ratios of sums. A chunk of a group of
SKUs comes to what the group counted; figures are made when all groups of a chain are there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl._version import __version__
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.simulation import Run, replication_numbers, simulate
from inventory_hmarl.studies import large
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.planning import Chunk, Study

DIVISOR = "_divisor"  # ends the name of what a ratio divides by
COUNTED = "counted"  # the one column of a group of SKUs


@dataclass(frozen=True)
class Block:
    """The network's figures of a chunk: columns `(rows,)`, point by point, then replications.

    Of a group of SKUs, the one column `COUNTED` instead.
    """

    columns: Mapping[str, Array]  # float64; NaN where a figure is undefined

    def digest(self) -> bytes:
        """Return the SHA-256 of the figures: names, then 64-bit floats, lowest byte first."""
        found = hashlib.sha256()
        for name, values in self.columns.items():
            found.update(name.encode() + b"\0" + np.ascontiguousarray(values, "<f8").tobytes())
        return found.digest()


def compute(study: Study, chunk: Chunk) -> Block:
    """Return the block of a chunk: the same wherever, whenever and beside whatever it runs."""
    if study.version != __version__:
        raise StudyError(
            [
                f"inventory-hmarl {__version__} is asked for a study of version {study.version}: "
                "install the same version on every machine"
            ]
        )
    if chunk.groups > 1:
        return Block({COUNTED: _counted(study, chunk)})
    found = [_figures(study, point, chunk.replications) for point in chunk.points]
    return Block(together(found, [len(chunk.replications)] * len(found)))


def _figures(study: Study, point: int, replications: range) -> dict[str, Array]:
    run = simulate(
        study.case_at(point),
        replications=replications,
        engine=study.engine,
        precision=study.precision,
        workers=1,
    )
    return _columns(run)


def _columns(run: Run) -> dict[str, Array]:
    """Return the network's figures of a run, and what its ratios divide by, `(R,)` each."""
    values = run.figures() | {name + DIVISOR: each for name, each in run.divisors().items()}
    size = run.replications.size
    return {
        name: np.ascontiguousarray(np.broadcast_to(each[0], size), dtype=np.float64)
        for name, each in values.items()
    }


def _counted(study: Study, chunk: Chunk) -> Array:
    """Return what a group of SKUs counts."""
    groups = _Cut.of(study, chunk).groups
    numbers = replication_numbers(chunk.replications)
    return large.counted(groups[chunk.group](), numbers, study.engine, study.precision)


@dataclass(frozen=True)
class _Cut:
    """The groups of a point's chain, kept until another's are asked for: they are dear to find."""

    study: Study
    point: int
    groups: large.Groups

    @staticmethod
    def of(study: Study, chunk: Chunk) -> _Cut:
        point = chunk.points.start
        for kept in _LAST:
            if kept.study is study and kept.point == point:
                return kept
        made = _Cut(study, point, large.groups_of(study.case_at(point), study.group_points))
        _LAST[:] = [made]
        return made


_LAST: list[_Cut] = []


def of_whole_chains(
    study: Study, blocks: Iterable[tuple[Chunk, Block]]
) -> Iterator[tuple[Chunk, Block]]:
    """Yield chunks and their blocks in order, those of a chain's groups as one."""
    waiting: list[Array] = []
    for chunk, block in blocks:
        if chunk.groups == 1:
            yield chunk, block
            continue
        waiting.append(block.columns[COUNTED])
        if len(waiting) == chunk.groups:
            numbers = replication_numbers(chunk.replications)
            case, groups = study.case_at(chunk.points.start), _Cut.of(study, chunk).groups
            yield chunk, Block(_columns(large.together(case, numbers, groups, waiting)))
            waiting = []


def together(parts: Sequence[Mapping[str, Array]], rows: Sequence[int]) -> dict[str, Array]:
    """Return tables one below the other; a figure that one of them lacks is NaN there."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {
        name: np.concatenate(
            [
                part.get(name, np.full(count, np.nan))
                for part, count in zip(parts, rows, strict=True)
            ]
        )
        for name in names
    }
