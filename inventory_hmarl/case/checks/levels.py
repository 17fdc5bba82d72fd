"""Levels: every SKU named, whole units, and stock that fits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from inventory_hmarl.case.faults import ABSENT, Finding, Path, listed, nearest
from inventory_hmarl.case.models import Lane, Store, Warehouse, level_of
from inventory_hmarl.case.models.assortment import on_lane
from inventory_hmarl.case.parts import Parts

STOCK = ("initial_inventory", "max_inventory")  # units; the others are rates and factors
EVERY_SKU = (*STOCK, "demand_multiplier", "unmet_demand")
RATES = ("holding_cost", "stockout_penalty", "ordering_cost")  # what is not named is the SKU's


def findings(parts: Parts) -> Iterator[Finding]:
    """Yield faults of numbers by SKU."""
    for path, place in parts.locations:
        yield from _location(parts, path, place)
    skus = parts.ids.get("skus", ())
    for name, supplier in parts.suppliers.items():
        lanes = [lane for _, lane in parts.lanes if lane.source == name]
        supplied = {sku for lane in lanes for sku in on_lane(lane, parts.carried, skus)}
        capacity: Path = ("suppliers", name, "capacity")
        if supplier.capacity is not None:
            known = parts.carried_known
            yield from named(parts, capacity, supplier.capacity, supplied if known else None, skus)
            yield from whole(parts, capacity, supplier.capacity)
    handlers: dict[str, Mapping[str, object]] = {
        "warehouses": parts.warehouses,
        "suppliers": parts.suppliers,
    }
    for section, sources in handlers.items():
        for name, source in sources.items():
            limit = getattr(source, "handling_capacity", None)
            yield from whole(parts, (section, name, "handling_capacity"), limit)
    for number, lane in parts.lanes:
        yield from _lane(parts, number, lane)


def _lane(parts: Parts, number: int, lane: Lane) -> Iterator[Finding]:
    skus = parts.ids.get("skus", ())
    travelling = on_lane(lane, parts.carried, skus) if parts.carried_known else None
    path: Path = ("lanes", number)
    yield from named(parts, (*path, "lead_time"), lane.lead_time, travelling, skus)
    yield from whole(parts, (*path, "reserved"), lane.reserved)
    for name in ("order_multiple", "minimum_order"):
        level = getattr(lane, name)
        if level is not None:
            yield from named(parts, (*path, name), level, (), travelling)
            yield from whole(parts, (*path, name), level)
    if lane.unit_cost is not None:
        yield from named(parts, (*path, "unit_cost"), lane.unit_cost, (), travelling)
        if lane.source not in parts.suppliers and parts.clear(path, "source"):
            rule = f"acts only on lanes from suppliers: '{lane.source}' is none"
            yield Finding((*path, "unit_cost"), lane.unit_cost, rule)
    source = parts.suppliers.get(lane.source)
    unlimited = source is not None and source.capacity is None
    unlimited = unlimited and source is not None and source.handling_capacity is None
    if lane.reserved and unlimited and parts.clear(("suppliers", lane.source), "capacity"):
        rule = f"acts only where the source can be short: '{lane.source}' has no capacity"
        yield Finding((*path, "reserved"), lane.reserved, rule)
    for row, order in enumerate(lane.initial_on_order):
        yield from whole(parts, (*path, "initial_on_order", row, "units"), order.units)


def _location(parts: Parts, path: Path, place: Store | Warehouse) -> Iterator[Finding]:
    carried = parts.carried_at(path)
    for name in EVERY_SKU:
        level = getattr(place, name, None)
        if level is not None:
            yield from named(parts, (*path, name), level, carried, carried)
    for name in RATES:
        level = getattr(place, name, None)
        if level is not None:
            yield from named(parts, (*path, name), level, (), carried)
    for name in STOCK:
        level = getattr(place, name)
        if level is not None:
            yield from whole(parts, (*path, name), level)
    yield from _shelf(parts, path, place, carried)
    if place.storage is None and parts.clear(path, "storage"):
        yield from _boundless(path, place)
    if isinstance(place, Store) and parts.clear(path, "unmet_demand"):
        yield from _waiting(path, place)
    if place.max_inventory is not None and parts.clear(path, *STOCK):
        yield from above(
            (*path, "initial_inventory"), place.initial_inventory, place.max_inventory, carried
        )


def _boundless(path: Path, place: Store | Warehouse) -> Iterator[Finding]:
    """Yield what is said of a storage that is full where there is no limit."""
    if place.overflow_cost:
        rule = "acts only with a storage, above which it is charged"
        yield Finding((*path, "overflow_cost"), place.overflow_cost, rule)
    if place.when_full == "refuse":
        rule = "acts only with a storage, which may be full"
        yield Finding((*path, "when_full"), place.when_full, rule)


def _waiting(path: Path, place: Store) -> Iterator[Finding]:
    """Yield what is said of customers who wait where nobody does."""
    unmet = place.unmet_demand
    if "backordered" in (unmet.values() if isinstance(unmet, Mapping) else [unmet]):
        return
    rule = "nobody waits here: set unmet_demand to 'backordered', or leave this out"
    if place.waiting_share != 1:
        yield Finding((*path, "waiting_share"), place.waiting_share, rule)
    if place.patience is not None:
        yield Finding((*path, "patience"), place.patience, rule)
    if place.due_days:
        yield Finding((*path, "due_days"), place.due_days, rule)


def _shelf(
    parts: Parts, path: Path, place: Store | Warehouse, carried: Collection[str] | None
) -> Iterator[Finding]:
    """Yield what is said of stock that expires where none does."""
    known = carried is not None and all(sku in parts.skus for sku in carried)
    clear = known and all(parts.clear(("skus", sku), "shelf_life") for sku in carried or ())
    if not clear or any(parts.skus[sku].shelf_life for sku in carried or ()):
        return
    for name in ("shelf_life", "newest_first"):
        if value := getattr(place, name):
            rule = "no SKU carried here expires: give one a shelf_life, or leave this out"
            yield Finding((*path, name), value, rule)


def above(
    path: Path, level: object, limit: object, skus: Collection[str] | None
) -> Iterator[Finding]:
    """Yield a level that is above `max_inventory`; once, where it is the same for all SKUs."""
    assert isinstance(level, float | Mapping)
    assert isinstance(limit, float | Mapping)
    every = skus if skus is not None else _named_in(level, limit)
    if not isinstance(level, Mapping) and not isinstance(limit, Mapping):
        every = [*every][:1]  # what holds for one SKU holds for all
    for sku in every:
        if _has(level, sku) and _has(limit, sku) and level_of(level, sku) > level_of(limit, sku):
            single = not isinstance(level, Mapping)
            place = path if single else (*path, sku)
            rule = f"exceeds max_inventory {level_of(limit, sku):g} of SKU '{sku}'"
            yield Finding(place, level_of(level, sku), rule)
            if single:
                return


def _named_in(*levels: object) -> list[str]:
    return [sku for level in levels if isinstance(level, Mapping) for sku in level] or ["any"]


def _has(level: object, sku: str) -> bool:
    return not isinstance(level, Mapping) or sku in level


def named(
    parts: Parts,
    path: Path,
    level: object,
    required: Collection[str] | None,
    allowed: Collection[str] | None,
) -> Iterator[Finding]:
    """Yield SKUs that a mapping lacks, or names in vain; None: not known, for other faults."""
    if not isinstance(level, Mapping):
        return
    skus = parts.ids.get("skus", ())
    required = None if required is None else set(required)
    allowed = None if allowed is None else set(allowed)
    for sku in level:
        if sku not in parts.known_skus:
            near = nearest(sku, skus)
            rule = "is not the id of a SKU"
            yield Finding((*path, sku), level[sku], rule, near)
        elif allowed is not None and sku not in allowed:
            yield Finding((*path, sku), level[sku], "is for a SKU that is not carried here")
    missing = [sku for sku in skus if required is not None and sku in required and sku not in level]
    if missing:
        yield Finding(path, ABSENT, f"must name every SKU carried here: {listed(missing)} missing")


def whole(parts: Parts, path: Path, level: object) -> Iterator[Finding]:
    """Yield numbers that are not whole, where units are."""
    if parts.values.get("units", "continuous") != "whole":
        return
    items = level.items() if isinstance(level, Mapping) else [(None, level)]
    for sku, number in items:
        if isinstance(number, float) and not number.is_integer():
            place = path if sku is None else (*path, sku)
            yield Finding(place, number, "must be a whole number, because units are whole")
