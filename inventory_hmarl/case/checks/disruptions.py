"""Disruptions that come some time, hit something, and are told when."""

from __future__ import annotations

from collections.abc import Iterator

from inventory_hmarl.case.checks.levels import whole
from inventory_hmarl.case.checks.names import unknown
from inventory_hmarl.case.faults import ABSENT, Finding, Path, listed, nearest
from inventory_hmarl.case.models import Disruption
from inventory_hmarl.case.models.disruptions import LATE
from inventory_hmarl.case.parts import Parts, all_ids


def findings(parts: Parts) -> Iterator[Finding]:
    """Yield faults of disruptions."""
    for name, disruption in parts.disruptions.items():
        path: Path = ("disruptions", name)
        if not parts.clear(path):
            continue
        faults = [*_when(path, disruption), *_where(parts, path, disruption)]
        yield from faults
        if not faults:
            yield from _what(parts, path, disruption)


def _when(path: Path, disruption: Disruption) -> Iterator[Finding]:
    ways = {
        "first_day": disruption.first_day is not None,
        "weekdays": disruption.weekdays is not None,
        "probability": disruption.at_random,
    }
    given = [way for way, is_given in ways.items() if is_given]
    if len(given) != 1:
        said = f"has {listed(given)}" if given else "never comes"
        yield Finding(path, ABSENT, f"{said}: give one of {listed(ways)}")
    if disruption.last_day is not None:
        first = disruption.first_day
        if first is None:
            yield Finding((*path, "last_day"), disruption.last_day, "needs a first_day")
        elif disruption.last_day < first:
            rule = f"must be at least first_day, {first}"
            yield Finding((*path, "last_day"), disruption.last_day, rule)
    lasting = [name for name in ("duration", "recovery") if getattr(disruption, name) is not None]
    if disruption.at_random and len(lasting) != 1:
        rule = "says how long it lasts twice" if lasting else "does not say how long it lasts"
        yield Finding(path, ABSENT, f"{rule}: give one of 'duration', 'recovery'")
    for name in lasting if not disruption.at_random else ():
        rule = "is for disruptions at random: give a probability"
        yield Finding((*path, name), getattr(disruption, name), rule)


def _where(parts: Parts, path: Path, disruption: Disruption) -> Iterator[Finding]:
    known = all_ids(parts, ("stores", "warehouses", "suppliers"))
    for row, name in enumerate(disruption.locations or ()):
        if name not in known:
            yield unknown((*path, "locations", row), name, known, "store, warehouse or supplier")
    for row, sku in enumerate(disruption.skus or ()):
        if sku not in parts.known_skus:
            yield unknown((*path, "skus", row), sku, parts.ids.get("skus", ()), "SKU")
    ends = [(lane.source, lane.destination) for _, lane in parts.lanes]
    for row, lane in enumerate(disruption.lanes):
        if (lane.source, lane.destination) not in ends:
            there = [f"{source} > {destination}" for source, destination in ends]
            value = f"{lane.source} > {lane.destination}"
            rule = "is not a lane of the case: name the ends of one"
            yield Finding((*path, "lanes", row), value, rule, nearest(value, there))


def _what(parts: Parts, path: Path, disruption: Disruption) -> Iterator[Finding]:
    """Yield what is said to stop where nothing of the kind is."""
    does = (disruption.stops, disruption.destroys, disruption.delay, disruption.limit is not None)
    if not any(does):
        rule = "does nothing: give it 'stops', 'destroys', 'delay' or 'limit'"
        yield Finding(path, ABSENT, rule)
    if not parts.clear(("lanes",)):
        return
    for stop in disruption.stops:
        if not any(disruption.hits(lane, stop) for _, lane in parts.lanes):
            rule = "hits no lane: see what each of 'stops' means for locations and for lanes"
            yield Finding((*path, "stops"), stop, rule)
    if disruption.delay and not any(disruption.hits(lane, LATE) for _, lane in parts.lanes):
        rule = "delays no lane: name lanes, or locations that lanes lead out of"
        yield Finding((*path, "delay"), disruption.delay, rule)
    yield from _limit(parts, path, disruption)
    holders = all_ids(parts, ("stores", "warehouses"))
    if disruption.destroys and not any(name in holders for name in disruption.locations or ()):
        rule = "hits no stock: name a store or warehouse among its locations"
        yield Finding((*path, "destroys"), disruption.destroys, rule)


def _limit(parts: Parts, path: Path, disruption: Disruption) -> Iterator[Finding]:
    """Yield what is wrong with a limit to what leaves locations."""
    limit, sources = disruption.limit, {lane.source for _, lane in parts.lanes}
    if limit is None:
        return
    if not sources & set(disruption.locations or ()):
        rule = "limits nobody: name locations that lanes lead out of"
        yield Finding((*path, "limit"), limit, rule)
    yield from whole(parts, (*path, "limit"), limit)
