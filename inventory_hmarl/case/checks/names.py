"""Names that must be known, and named once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from inventory_hmarl.case.faults import Finding, Path, listed, nearest
from inventory_hmarl.case.models import CostChange
from inventory_hmarl.case.parts import Parts, all_ids
from inventory_hmarl.core.allocation import RULES

KINDS = ("stores", "warehouses", "suppliers")


def findings(parts: Parts) -> Iterator[Finding]:
    """Yield names that are unknown, or used twice."""
    yield from _shared_ids(parts)
    yield from _lists(parts)
    yield from _ends_of_lanes(parts)
    yield from _allocation_rules(parts)
    yield from _substitutes(parts)
    yield from _goodwill(parts)


def unknown(path: Path, name: str, known: Collection[str], kind: str) -> Finding:
    """Return the finding about a name that stands for nothing."""
    near = nearest(name, known)
    rule = f"is not the id of a {kind}"
    if near is None:
        rule += f"; known are {listed(known)}" if known else "; there are none"
    return Finding(path, name, rule, near)


def _shared_ids(parts: Parts) -> Iterator[Finding]:
    owner: dict[str, str] = {}
    for kind in KINDS:
        for name in parts.ids.get(kind, ()):
            if name in owner:
                rule = f"is also the id of one of the {owner[name]}; an id stands for one location"
                yield Finding((kind, name), name, rule)
            owner.setdefault(name, kind)


def _lists(parts: Parts) -> Iterator[Finding]:
    skus, stores = parts.ids.get("skus", ()), parts.ids.get("stores", ())
    holders = all_ids(parts, ("stores", "warehouses"))
    for path, place in parts.locations:
        yield from _list((*path, "skus"), place.skus, skus, "SKU")
    for number, lane in parts.lanes:
        yield from _list(("lanes", number, "skus"), lane.skus, skus, "SKU")
        for row, order in enumerate(lane.initial_on_order):
            path = ("lanes", number, "initial_on_order", row, "sku")
            if order.sku not in parts.known_skus:
                yield unknown(path, order.sku, skus, "SKU")
    for name, number, span in parts.spans:
        yield from _list((name, number, "skus"), span.skus, skus, "SKU")
        if isinstance(span, CostChange):
            kind = "store or warehouse"
            yield from _list((name, number, "locations"), span.locations, holders, kind)
        else:
            yield from _list((name, number, "stores"), span.stores, stores, "store")
    every_sku, every_store = set(skus), set(stores)
    for number, event in parts.events:
        if event.sku is not None and event.sku not in every_sku:
            yield unknown(("events", number, "sku"), event.sku, skus, "SKU")
        if event.store is not None and event.store not in every_store:
            yield unknown(("events", number, "store"), event.store, stores, "store")


def _list(
    path: Path, names: Iterable[str] | None, known: Collection[str], kind: str
) -> Iterator[Finding]:
    if names is None:
        return
    seen: set[str] = set()
    every = set(known)
    for name in names:
        if name not in every:
            yield unknown(path, name, known, kind)
        if name in seen:
            yield Finding(path, name, f"names the {kind} twice")
        seen.add(name)


def _ends_of_lanes(parts: Parts) -> Iterator[Finding]:
    destinations = all_ids(parts, ("stores", "warehouses"))
    sources = [*all_ids(parts, ("suppliers",)), *reversed(destinations)]
    suppliers = parts.ids.get("suppliers", ())
    ends, starts = set(destinations), set(sources)
    for number, lane in parts.lanes:
        path: Path = ("lanes", number)
        if lane.source not in starts:
            kind = "supplier, warehouse or store"
            yield unknown((*path, "source"), lane.source, sources, kind)
        if lane.destination in ends:
            continue
        if lane.destination in suppliers:
            rule = "is a supplier; a lane leads to a warehouse or a store"
            yield Finding((*path, "destination"), lane.destination, rule)
        else:
            kind = "warehouse or store"
            yield unknown((*path, "destination"), lane.destination, destinations, kind)


def _allocation_rules(parts: Parts) -> Iterator[Finding]:
    for section, places in (("warehouses", parts.warehouses), ("suppliers", parts.suppliers)):
        for name, place in places.items():
            if place.allocation not in RULES:
                near = nearest(place.allocation, RULES)
                rule = f"must be one of {listed(RULES)}"
                yield Finding((section, name, "allocation"), place.allocation, rule, near)


def _substitutes(parts: Parts) -> Iterator[Finding]:
    for name, sku in parts.skus.items():
        path: Path = ("skus", name)
        if sku.substitute == name:
            yield Finding((*path, "substitute"), name, "is the SKU itself: name another one")
        elif sku.substitute is not None and sku.substitute not in parts.known_skus:
            yield unknown((*path, "substitute"), sku.substitute, parts.ids.get("skus", ()), "SKU")
        elif sku.substitute is None and sku.substitution_share < 1.0:
            rule = "acts only with a substitute"
            yield Finding((*path, "substitution_share"), sku.substitution_share, rule)


def _goodwill(parts: Parts) -> Iterator[Finding]:
    for name, sku in parts.skus.items():
        if sku.goodwill_recovery and not sku.goodwill_loss:
            rule = "acts only with a goodwill_loss"
            yield Finding(("skus", name, "goodwill_recovery"), sku.goodwill_recovery, rule)
