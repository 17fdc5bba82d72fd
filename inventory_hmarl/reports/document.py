"""A run as one JSON document: null where a figure is undefined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # JSON holds values of any type

from inventory_hmarl.reports.figures import Figures, Row, Section

Document = dict[str, Any]


def document(figures: Figures, about: Mapping[str, object]) -> Document:
    """Return what was run, and its figures: mean, half-width of the 95 % interval, undefined.

    `half_width` is null with one replication; `undefined` counts the replications without a value.
    """
    return {
        **about,
        "network": _row(figures.network),
        "locations": _section(figures.locations),
        "skus": _section(figures.skus),
        "points": _section(figures.points),
    }


def _section(section: Section) -> Document:
    """Return the figures by the parts of the key: points by location, then by SKU."""
    answer: Document = {}
    for group, key in enumerate(section.keys):
        place = answer
        for part in key[:-1]:
            place = place.setdefault(part, {})
        place[key[-1]] = _row(section.row(group))
    return answer


def _row(row: Row) -> Document:
    return {name: dict(vars(value)) for name, value in row.items()}
