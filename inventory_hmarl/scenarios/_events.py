"""What several scenarios share: spikes, disruptions, and the names of what they hit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import count
from typing import TypeAlias

from inventory_hmarl.case import Case, Spike
from inventory_hmarl.case.models import Disruption, LaneEnds
from inventory_hmarl.case.models.disruptions import Stop
from inventory_hmarl.case.models.values import LONGEST_DAYS
from inventory_hmarl.scenarios import known

Names: TypeAlias = "str | tuple[str, ...] | None"


def some(names: Names, ids: Iterable[str]) -> tuple[str, ...] | None:
    """Return the ids that are named; None for all, as a case has it.

    >>> some("north", ["north", "south"]), some(None, ["north", "south"])
    (('north',), None)
    """
    return None if names is None else known(names, tuple(ids))


def chosen(names: Names, ids: Iterable[str]) -> tuple[str, ...]:
    """Return the ids that are named; all for None.

    >>> chosen(None, ["north", "south"])
    ('north', 'south')
    """
    there = tuple(ids)
    return there if names is None else known(names, there)


def spiked(
    case: Case,
    *,
    first_day: int,
    last_day: int | None,
    stores: Names,
    skus: Names,
    **what: float,
) -> Case:
    """Return the case with one more spike; without `last_day` it lasts to the end."""
    spike = Spike(
        first_day=first_day,
        last_day=last_day,
        stores=some(stores, case.stores),
        skus=some(skus, case.skus),
        **what,
    )
    return case.changed(spikes=(*case.spikes, spike))


def disrupted(case: Case, name: str, disruption: Disruption) -> Case:
    """Return the case with one more disruption, by this id or this one with a number."""
    return case.changed(
        disruptions={**case.disruptions, unused(name, case.disruptions): disruption}
    )


def unused(name: str, ids: Collection[str]) -> str:
    """Return an id that is none of some others: this one, or with the first number that is free.

    >>> unused("outage", {"outage"})
    'outage_2'
    """
    numbered = (f"{name}_{number}" for number in count(2))
    return name if name not in ids else next(each for each in numbered if each not in ids)


def standstill(case: Case, places: Collection[str]) -> tuple[Stop, ...]:
    """Return what stops where nothing leaves locations and nothing enters: what there is of it."""
    out = any(lane.source in places for lane in case.lanes)
    into = any(lane.destination in places for lane in case.lanes)
    stops: dict[Stop, bool] = {"shipments": out, "receipts": into}
    return tuple(stop for stop, there in stops.items() if there)


def whole_run(first_day: int, last_day: int | None) -> bool:
    """Return whether a span is all days of any run: then a setting of the case changes itself."""
    return first_day == 1 and last_day is None


def lasting(last_day: int | None) -> int:
    """Return the last day of a disruption; None is the end of any run."""
    return LONGEST_DAYS if last_day is None else last_day


def lanes_named(case: Case, names: Names) -> tuple[LaneEnds, ...]:
    """Return the lanes that are named as 'source > destination'; all for None."""
    there: Mapping[str, LaneEnds] = {
        f"{lane.source} > {lane.destination}": LaneEnds(
            source=lane.source, destination=lane.destination
        )
        for lane in case.lanes
    }
    return tuple(there[name] for name in chosen(names, there))
