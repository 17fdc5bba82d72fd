"""The figures of a run, a mean and an interval each, grouped as tables and documents need them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.reports.catalogue import ordered
from inventory_hmarl.simulation import Run
from inventory_hmarl.studies.intervals import Interval, Intervals, intervals
from inventory_hmarl.studies.samples import samples

Row = Mapping[str, Interval]


@dataclass(frozen=True)
class Section:
    """The figures of some groups: what identifies a group, and a column a figure."""

    heads: tuple[str, ...]  # of the parts of a key
    keys: tuple[tuple[str, ...], ...]
    columns: Mapping[str, Intervals]

    def row(self, group: int) -> Row:
        """Return the figures of one group."""
        return {name: column.at(group) for name, column in self.columns.items()}


@dataclass(frozen=True)
class Figures:
    """All figures of a run; the groups are in the order of the network, bottom up."""

    replications: int
    network: Row
    locations: Section
    skus: Section
    points: Section


def summarise(run: Run) -> Figures:
    """Return the figures of a run, over its replications.

    A ratio is the ratio of sums over all replications, its interval by the delta method.
    """
    locations, skus = (run.labels(by) for by in ("location", "sku"))
    return Figures(
        len(run.replications),
        _section((), ((),), samples(run)).row(0),
        _section(("location",), _keys(locations), samples(run, "location")),
        _section(("sku",), _keys(skus), samples(run, "sku")),
        _section(("location", "sku"), _points(run), samples(run, "point")),
    )


def _points(run: Run) -> tuple[tuple[str, ...], ...]:
    points = (point for level in run.model.network.levels for point in level.points)
    return tuple((point.location, point.sku) for point in points)


def _keys(labels: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple((label,) for label in labels)


def _section(
    heads: tuple[str, ...], keys: tuple[tuple[str, ...], ...], values: Mapping[str, Array]
) -> Section:
    return Section(heads, keys, {name: intervals(values[name]) for name in ordered(list(values))})
