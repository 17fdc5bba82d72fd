"""Disruptions in the reference's own words: one at a time, day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inventory_hmarl.testing.records import Line, SpellOn

if TYPE_CHECKING:
    from inventory_hmarl.case import Case
    from inventory_hmarl.case.models import Disruption


@dataclass
class Troubles:
    """Which disruptions there are today; changed in place every morning."""

    disruptions: Mapping[str, Disruption]
    left: dict[str, int] = field(default_factory=dict)
    """days that a disruption at random lasts, today's included"""
    today: set[str] = field(default_factory=set)
    yesterday: set[str] = field(default_factory=set)

    def wake(self, day: int, spell: SpellOn) -> None:
        """Find out which disruptions there are today."""
        self.yesterday = self.today
        self.today = {
            name
            for name in self.disruptions
            if self._comes(name, self.disruptions[name], day, spell)
        }

    def _comes(self, name: str, disruption: Disruption, day: int, spell: SpellOn) -> bool:
        if disruption.weekdays is not None:
            return (day - 1) % 7 + 1 in disruption.weekdays
        if disruption.first_day is not None:
            last = disruption.first_day if disruption.last_day is None else disruption.last_day
            return disruption.first_day <= day <= last
        begins, stays = spell(day, name)
        rest = self.left.get(name, 0)
        if disruption.recovery is not None:  # two states: up, and down
            self.left[name] = 1 if (stays if rest else begins) else 0
        elif begins:
            self.left[name] = disruption.duration or 1
        else:
            self.left[name] = max(rest - 1, 0)
        return self.left[name] > 0

    def stop(self, line: Line, what: str) -> bool:
        """Return whether one of today's disruptions stops something on a line."""
        return any(hits(self.disruptions[name], line, what) for name in self.today)

    def late(self, line: Line) -> int:
        """Return the days that what leaves on a line today takes longer."""
        today = [self.disruptions[name] for name in self.today]
        return sum(each.delay for each in today if each.delay and hits(each, line, "late"))

    def limit(self, source: str, sku: str) -> float:
        """Return what may leave a source of a SKU today."""
        today = [self.disruptions[name] for name in self.today]
        here = [each for each in today if source in (each.locations or ())]
        limits = [each.limit for each in here if spares_not(each, sku) and each.limit is not None]
        return min(limits, default=float("inf"))

    def lost_share(self, location: str, sku: str) -> float:
        """Return the share of a location's stock of a SKU that is lost this evening."""
        begun = [self.disruptions[name] for name in sorted(self.today - self.yesterday)]
        hit = [d for d in begun if location in (d.locations or ()) and spares_not(d, sku)]
        return min(sum(d.destroys for d in hit), 1.0)


def spares_not(disruption: Disruption, sku: str) -> bool:
    """Return whether a disruption hits a SKU, where it hits."""
    return disruption.skus is None or sku in disruption.skus


def hits(disruption: Disruption, line: Line, what: str) -> bool:
    """Return whether a disruption hits a line, where `what` is what stops."""
    source, destination, sku = line
    places = disruption.locations or ()
    if (what != "late" and what not in disruption.stops) or not spares_not(disruption, sku):
        return False
    if any((lane.source, lane.destination) == (source, destination) for lane in disruption.lanes):
        return True
    if what == "orders":
        return source in places or destination in places
    return (source if what in ("shipments", "late") else destination) in places


def troubles_of(case: Case) -> Troubles:
    """Return the disruptions of a case, before day 1."""
    return Troubles(case.disruptions)
