"""The table of a study: a row a point, a mean and an interval a figure."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.studies.blocks import DIVISOR, Block, of_whole_chains, together
from inventory_hmarl.studies.intervals import Interval, intervals
from inventory_hmarl.studies.planning import Chunk, Study
from inventory_hmarl.studies.samples import linearised


@dataclass(frozen=True)
class PointFigures:
    """A point of a study: its number from 1, its settings, and its figures."""

    point: int
    settings: dict[str, object]
    figures: dict[str, Interval]


@dataclass(frozen=True)
class Results:
    """The figures of all points, and what they hash to."""

    parameters: tuple[str, ...]
    replications: int
    rows: tuple[PointFigures, ...]
    values_sha256: str  # of the figures of every point and replication

    def names(self) -> list[str]:
        """Return the names of the figures, in the order in which points have them."""
        return list(dict.fromkeys(name for row in self.rows for name in row.figures))

    def csv(self) -> str:
        """Return the table as CSV text; an undefined figure is an empty cell."""
        names, several = self.names(), self.replications > 1
        suffixes = ("", "_half_width") if several else ("",)
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(
            ["point", *self.parameters, *(name + end for name in names for end in suffixes)]
        )
        for row in self.rows:
            cells: list[object] = []
            for name in names:
                value = row.figures.get(name, Interval(None, None, self.replications))
                cells += [_cell(value.mean), *([_cell(value.half_width)] if several else [])]
            writer.writerow([row.point, *map(_cell, row.settings.values()), *cells])
        return stream.getvalue()

    def hashes(self) -> dict[str, str]:
        """Return what the results hash to: the table's text, and all values."""
        table = hashlib.sha256(self.csv().encode()).hexdigest()
        return {"table.csv": table, "values": self.values_sha256}


def _cell(value: object) -> object:
    """Return a number in the shortest form that reads back as the same one."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return str(value).lower() if isinstance(value, bool) else value


def results(study: Study, blocks: Iterable[tuple[Chunk, Block]]) -> Results:
    """Return the results of a study from its blocks, in the order of its chunks."""
    digest, rows = hashlib.sha256(), []
    whole = of_whole_chains(study, blocks)
    for point, columns in _by_point(whole, study.replications, digest):
        rows.append(
            PointFigures(
                point + 1,
                dict(zip(study.parameters, study.points[point], strict=True)),
                _intervals(columns),
            )
        )
    return Results(study.parameters, study.replications, tuple(rows), digest.hexdigest())


def _intervals(columns: dict[str, Array]) -> dict[str, Interval]:
    """Return the interval of each figure from its replications, `(R,)`.

    A ratio is the ratio of sums over all replications, its interval by the delta method.
    """
    samples = {
        name: linearised(values, columns[name + DIVISOR]) if name + DIVISOR in columns else values
        for name, values in columns.items()
        if not name.endswith(DIVISOR)
    }
    found = intervals(np.stack(list(samples.values())))
    return {name: found.at(number) for number, name in enumerate(samples)}


def _by_point(
    blocks: Iterable[tuple[Chunk, Block]], replications: int, digest: hashlib._Hash
) -> Iterator[tuple[int, dict[str, Array]]]:
    """Yield each point's figures, `(R,)` each, put together from the blocks that hold them."""
    waiting: list[dict[str, Array]] = []
    counts: list[int] = []
    for chunk, block in blocks:
        digest.update(block.digest())
        size = len(chunk.replications)
        for place, point in enumerate(chunk.points):
            rows = slice(place * size, (place + 1) * size)
            part = {name: values[rows] for name, values in block.columns.items()}
            waiting.append(part)
            counts.append(size)
            if sum(counts) == replications:
                yield point, together(waiting, counts)
                waiting, counts = [], []
