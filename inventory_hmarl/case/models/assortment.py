"""Which location carries which SKUs, defaults resolved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from inventory_hmarl.case.models.lanes import Lane
from inventory_hmarl.case.models.locations import Store, Warehouse

Assortments = dict[str, tuple[str, ...]]


def upward(lanes: Iterable[Lane]) -> tuple[list[str], dict[str, list[Lane]]]:
    """Return the ids on lanes, customers before sources, and the lanes out of each.

    What lies on a cycle, or supplies it, is left out of the order.
    """
    out_of: dict[str, list[Lane]] = {}
    into: dict[str, list[str]] = {}
    for lane in lanes:
        out_of.setdefault(lane.source, []).append(lane)
        into.setdefault(lane.destination, []).append(lane.source)
    open_customers = {name: len(out_of.get(name, ())) for name in (*out_of, *into)}
    order = [name for name, number in open_customers.items() if number == 0]
    for name in order:
        for source in into.get(name, ()):
            open_customers[source] -= 1
            if open_customers[source] == 0:
                order.append(source)
    return order, out_of


def on_cycle(lanes: Sequence[Lane]) -> list[Lane]:
    """Return the lanes that lie on a cycle, or between two of them."""
    order = set(upward(lanes)[0])
    return [lane for lane in lanes if not {lane.source, lane.destination} & order]


def assortments(
    skus: Collection[str],
    stores: Mapping[str, Store],
    warehouses: Mapping[str, Warehouse],
    lanes: Iterable[Lane],
) -> Assortments:
    """Return the SKUs of each store and warehouse, in the order of `skus`."""
    every = tuple(skus)
    found: Assortments = {name: _own(every, store.skus) for name, store in stores.items()}
    order, out_of = upward(lanes)
    for name in dict.fromkeys([*order, *warehouses]):
        if name not in warehouses:
            continue
        own = warehouses[name].skus
        below = set(own or ()) if own is not None else _below(out_of.get(name, ()), found)
        found[name] = tuple(sku for sku in every if sku in below)
    return found


def _own(every: tuple[str, ...], skus: tuple[str, ...] | None) -> tuple[str, ...]:
    if skus is None:
        return every
    chosen = set(skus)
    return tuple(sku for sku in every if sku in chosen)


def _below(lanes: Iterable[Lane], found: Assortments) -> set[str]:
    below: set[str] = set()
    for lane in lanes:
        carried = found.get(lane.destination, ())
        below |= set(carried if lane.skus is None else set(carried) & set(lane.skus))
    return below


def on_lane(lane: Lane, found: Assortments, skus: Collection[str]) -> tuple[str, ...]:
    """Return the SKUs that travel on a lane: that both ends carry, of the named ones."""
    source = found.get(lane.source, skus)  # a supplier has everything
    carried = found.get(lane.destination, ())
    if lane.skus is None and source == carried:
        return carried
    both = set(source) if lane.skus is None else set(source) & set(lane.skus)
    return tuple(sku for sku in carried if sku in both)
