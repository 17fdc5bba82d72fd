"""Lanes that make a network: without cycles, every SKU reached, shares that sum to 1."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any  # rules are classes of any kind

from inventory_hmarl.case.faults import ABSENT, Finding, Path, listed
from inventory_hmarl.case.models import Lane, level_of
from inventory_hmarl.case.models.assortment import on_cycle, on_lane
from inventory_hmarl.case.parts import Parts
from inventory_hmarl.policies import RULES

SHARE_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Arrival:
    """SKUs that the same lanes bring to a location."""

    location: str
    lanes: tuple[int, ...]  # their places in the file
    skus: list[str]


def findings(parts: Parts) -> Iterator[Finding]:
    """Yield faults of the network."""
    yield from _cycle(parts)
    yield from _idle_warehouses(parts)
    if parts.carried_known:
        arrivals = list(_arrivals(parts))
        yield from _empty_lanes(parts)
        yield from _unreached(parts, arrivals)
        yield from _doubled(parts, arrivals)
        yield from _shares(parts, arrivals)
        yield from _sourced(parts)
    for number, lane in parts.lanes:
        yield from _on_order(parts, number, lane)
        yield from _delays(number, lane)
        yield from _mornings(parts, number, lane)
        yield from _trucks(parts, number, lane)


def _cycle(parts: Parts) -> Iterator[Finding]:
    circling = on_cycle([lane for _, lane in parts.lanes])
    onward = {lane.source: lane.destination for lane in reversed(circling)}
    if not onward:
        return
    name, seen = next(iter(onward)), list[str]()
    while name not in seen:
        seen.append(name)
        # A lane that only supplies a circle leads into it; every place on a circle leads on.
        name = onward[name]
    circle = [*seen[seen.index(name) :], name]
    number = next(n for n, lane in parts.lanes if [lane.source, lane.destination] == circle[:2])
    rule = f"lanes lead in a circle: {' -> '.join(circle[:12])}"
    yield Finding(("lanes", number), ABSENT, rule)


def _idle_warehouses(parts: Parts) -> Iterator[Finding]:
    whole = len(parts.lanes) == len(parts.values.get("lanes", ()))
    if not (whole and parts.clear(("lanes",)) and parts.clear(("stores",))):
        return
    sources = {lane.source for _, lane in parts.lanes}
    for name in parts.ids.get("warehouses", ()):
        if name not in sources:
            rule = "supplies nobody: give it a lane to a store or warehouse, or leave it out"
            yield Finding(("warehouses", name), ABSENT, rule)


def _arrivals(parts: Parts) -> Iterator[Arrival]:
    """Yield what lanes bring, location by location."""
    into: dict[str, list[tuple[int, Lane]]] = {}
    for number, lane in parts.lanes:
        into.setdefault(lane.destination, []).append((number, lane))
    for name, lanes in into.items():
        bringing: dict[str, tuple[int, ...]] = {}
        for number, lane in lanes:
            travelling = on_lane(lane, parts.carried, parts.ids.get("skus", ()))
            bringing |= {sku: (*bringing.get(sku, ()), number) for sku in travelling}
        together: dict[tuple[int, ...], list[str]] = {}
        for sku, numbers in bringing.items():
            together.setdefault(numbers, []).append(sku)
        for numbers, skus in together.items():
            yield Arrival(name, numbers, skus)


def _empty_lanes(parts: Parts) -> Iterator[Finding]:
    for number, lane in parts.lanes:
        path: Path = ("lanes", number)
        travelling = set(on_lane(lane, parts.carried, parts.ids.get("skus", ())))
        for sku in lane.skus or ():
            if sku in parts.known_skus and sku not in travelling:
                lacking = _lacking(parts, lane, sku)
                yield Finding((*path, "skus"), sku, f"is not carried by {listed(lacking)}")
        if not travelling and lane.skus is None:
            rule = f"'{lane.source}' carries no SKU that '{lane.destination}' carries"
            yield Finding(path, ABSENT, rule)


def _lacking(parts: Parts, lane: Lane, sku: str) -> list[str]:
    ends = (lane.source, lane.destination)
    return [end for end in ends if end in parts.carried and sku not in parts.carried[end]]


def _unreached(parts: Parts, arrivals: list[Arrival]) -> Iterator[Finding]:
    brought: dict[str, list[Arrival]] = {}
    for arrival in arrivals:
        brought.setdefault(arrival.location, []).append(arrival)
    for path, _ in parts.locations:
        name = str(path[1])
        reached = {sku for arrival in brought.get(name, ()) for sku in arrival.skus}
        missing = [sku for sku in parts.carried[name] if sku not in reached]
        if not missing:
            continue
        if len(missing) == len(parts.carried[name]):
            yield Finding(path, ABSENT, "no lane leads here: nothing would supply it")
        else:
            yield Finding(path, ABSENT, f"no lane brings {listed(missing)} here")


def _doubled(parts: Parts, arrivals: list[Arrival]) -> Iterator[Finding]:
    source = {number: lane.source for number, lane in parts.lanes}
    for arrival in arrivals:
        first: dict[str, int] = {}
        for number in arrival.lanes:
            earlier = first.setdefault(source[number], number)
            rule = f"to '{arrival.location}', as lane #{earlier + 1} from there does"
            for sku in arrival.skus if earlier != number else ():
                yield Finding(("lanes", number), ABSENT, f"brings '{sku}' {rule}")


def _shares(parts: Parts, arrivals: list[Arrival]) -> Iterator[Finding]:
    every = dict(parts.lanes)
    for arrival in arrivals:
        name, sku = arrival.location, arrival.skus[0]
        lanes = [(number, every[number]) for number in arrival.lanes]
        if not all(parts.clear(("lanes", number), "share") for number in arrival.lanes):
            continue
        if (word := _sourcing(parts, name)) != "shares":
            yield from _one_way(parts, name, lanes, word)
            continue
        chooses = _chooses_lanes(parts, name)
        if chooses is not None:
            yield from _chosen(arrival, lanes, chooses)
            continue
        if len(lanes) > 1:
            for number, lane in lanes:
                if lane.share is None:
                    rule = f"is required: '{name}' has {len(lanes)} lanes for '{sku}'"
                    yield Finding(("lanes", number, "share"), ABSENT, rule)
            if any(lane.share is None for _, lane in lanes):
                continue
        total = math.fsum(1.0 if lane.share is None else lane.share for _, lane in lanes)
        if abs(total - 1) > SHARE_TOLERANCE:
            number, last = lanes[-1]
            rule = f"the shares of the lanes to '{name}' for '{sku}' sum to {total:.9g}, not to 1"
            yield Finding(("lanes", number, "share"), last.share, rule)


def _sourcing(parts: Parts, name: str) -> str:
    """Return how the orders of a location are divided over its lanes."""
    place = parts.stores.get(name) or parts.warehouses.get(name)
    return "shares" if place is None else place.sourcing


def _sourced(parts: Parts) -> Iterator[Finding]:
    """Yield locations that choose among lanes where their rule does so too."""
    for path, place in parts.locations:
        if place.sourcing == "shares" or not parts.clear(path, "sourcing", "policy"):
            continue
        if (chooses := _chooses_lanes(parts, str(path[1]))) is not None:
            rule = f"must be 'shares': the rule here, {chooses.rule}, chooses the lane"
            yield Finding((*path, "sourcing"), place.sourcing, rule)


def _one_way(
    parts: Parts, name: str, lanes: list[tuple[int, Lane]], word: str
) -> Iterator[Finding]:
    """Yield faults of a location whose orders go on one lane of several."""
    for number, lane in lanes:
        if lane.share is not None:
            rule = f"must be left out: '{name}' orders on the {word} lane"
            yield Finding(("lanes", number, "share"), lane.share, rule)


def _chooses_lanes(parts: Parts, name: str) -> type[Any] | None:
    """Return the rule of a location where it chooses the lane of each order itself."""
    place = parts.stores.get(name) or parts.warehouses.get(name)
    rule = RULES.get(place.policy.rule) if place is not None else None
    return rule if getattr(rule, "lanes", 0) else None


def _chosen(arrival: Arrival, lanes: list[tuple[int, Lane]], rule: type[Any]) -> Iterator[Finding]:
    """Yield faults of the lanes to a location whose rule chooses among them."""
    name, sku = arrival.location, arrival.skus[0]
    if len(lanes) != rule.lanes:
        text = f"'{name}' has {len(lanes)} for '{sku}', and {rule.rule} orders on {rule.lanes}"
        yield Finding(("lanes",), ABSENT, text)
    for number, lane in lanes:
        if lane.share is not None:
            text = f"must be left out: the rule of '{name}', {rule.rule}, chooses the lane"
            yield Finding(("lanes", number, "share"), lane.share, text)


def _trucks(parts: Parts, number: int, lane: Lane) -> Iterator[Finding]:
    path, travelling = ("lanes", number), on_lane(lane, parts.carried, parts.ids.get("skus", ()))
    for name in ("truck_units", "truck_weight", "truck_volume"):
        room = getattr(lane, name)
        if room is None:
            continue
        if not (lane.trip_cost or lane.trip_co2):
            rule = "changes nothing: give the lane a trip_cost, or trip_co2"
            yield Finding((*path, name), room, rule)
        measure = name.removeprefix("truck_")
        sizes = [getattr(parts.skus.get(sku), measure, 1.0) for sku in travelling]
        if not any(sizes) and parts.carried_known:
            rule = f"no SKU on the lane has a {measure}: give one to [skus.ID]"
            yield Finding((*path, name), room, rule)


def _delays(number: int, lane: Lane) -> Iterator[Finding]:
    path, days, shares = ("lanes", number), lane.delays, lane.delay_probabilities
    if (days is None) != (shares is None):
        missing = "delays" if days is None else "delay_probabilities"
        rule = "is required: delays and delay_probabilities are given together"
        yield Finding((*path, missing), ABSENT, rule)
    if days is None or shares is None:
        return
    if any(later <= earlier for earlier, later in itertools.pairwise(days)):
        yield Finding((*path, "delays"), list(days), "must be strictly increasing")
    place, total = (*path, "delay_probabilities"), math.fsum(shares)
    if len(days) != len(shares):
        rule = f"must be as many as the delays: {len(shares)} for {len(days)}"
        yield Finding(place, list(shares), rule)
    elif abs(total - 1) > SHARE_TOLERANCE:
        yield Finding(place, list(shares), f"must sum to 1; they sum to {total:.12g}")


def _mornings(parts: Parts, number: int, lane: Lane) -> Iterator[Finding]:
    """Yield lead times of 0 to where goods come in in the morning: they leave in the evening."""
    places = [place for path, place in parts.locations if path[1] == lane.destination]
    if not places or places[0].receives != "morning":
        return
    levels = lane.lead_time if isinstance(lane.lead_time, dict) else {"": lane.lead_time}
    for sku, days in levels.items():
        if days < 1:
            rule = (
                f"must be at least 1, because '{lane.destination}' receives in the morning: what "
                "leaves in the evening is there on the next one"
            )
            yield Finding(("lanes", number, "lead_time", *([sku] if sku else [])), days, rule)


def _on_order(parts: Parts, number: int, lane: Lane) -> Iterator[Finding]:
    travelling = set(on_lane(lane, parts.carried, parts.ids.get("skus", ())))
    for row, order in enumerate(lane.initial_on_order):
        path: Path = ("lanes", number, "initial_on_order", row)
        if order.sku not in parts.known_skus:
            continue
        if order.sku not in travelling and parts.carried_known:
            yield Finding((*path, "sku"), order.sku, "does not travel on this lane")
        if isinstance(lane.lead_time, dict) and order.sku not in lane.lead_time:
            continue
        longest = level_of(lane.lead_time, order.sku) + max(lane.delays or (0,))
        if order.due_day > longest:
            rule = f"must be at most the lane's lead time, {longest:g} days"
            yield Finding((*path, "due_day"), order.due_day, rule)
