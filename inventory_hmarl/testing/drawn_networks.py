"""Hypothesis draws of bare networks: who carries what, and what travels from whom to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st


@dataclass(frozen=True)
class DrawnLane:
    """One lane, with the SKUs that travel on it."""

    source: str
    destination: str
    skus: tuple[str, ...]
    share: float
    named: bool
    """whether the case must name the SKUs, since not all that the destination carries travel"""


@dataclass(frozen=True)
class Sizes:
    """How big a network may get."""

    stores: int
    skus: int
    tiers: int
    """tiers of warehouses between suppliers and stores, at most"""
    days: int


TINY = Sizes(stores=3, skus=2, tiers=1, days=12)
SMALL = Sizes(stores=4, skus=2, tiers=3, days=15)
LARGE = Sizes(stores=20, skus=10, tiers=3, days=25)


@dataclass
class DrawnNetwork:
    """A network under construction: stores first, then upward, so that nobody is left over."""

    skus: tuple[str, ...]
    stores: list[str]
    suppliers: list[str]
    carried: dict[str, tuple[str, ...]]
    """location -> its SKUs, in the order of the case"""
    lanes: list[DrawnLane] = field(default_factory=list)
    warehouses: list[str] = field(default_factory=list)

    def lanes_per_sku(self, location: str) -> set[int]:
        """Return the numbers of lanes that bring the SKUs of a location."""
        coming = [sku for lane in self.lanes if lane.destination == location for sku in lane.skus]
        return {coming.count(sku) for sku in coming}

    def skus_on_lanes_from(self, source: str) -> tuple[str, ...]:
        """Return the SKUs that some lane takes away from a source, in the order of the case."""
        gone = {sku for lane in self.lanes if lane.source == source for sku in lane.skus}
        return tuple(sku for sku in self.skus if sku in gone)


@st.composite
def networks(draw: st.DrawFn, sizes: Sizes) -> DrawnNetwork:
    """Draw a network of 1 to 4 echelons in which every location and SKU is reached."""
    skus = tuple(f"sku_{i + 1}" for i in range(draw(st.integers(1, sizes.skus))))
    prefix = draw(st.sampled_from(["store_", "Filiale Köln "]))
    stores = [f"{prefix}{i + 1}" for i in range(draw(st.integers(1, sizes.stores)))]
    suppliers = [f"supplier_{i + 1}" for i in range(draw(st.integers(1, 2)))]
    carried = {store: draw(assortments(skus)) for store in stores}
    network = DrawnNetwork(skus, stores, suppliers, carried)
    tiers = draw(st.integers(0, sizes.tiers))
    above = [
        [f"warehouse_{tier + 1}{'abc'[i]}" for i in range(draw(st.integers(1, 3)))]
        for tier in range(tiers)
    ]
    supply_stores(draw, network, [*above, suppliers])
    for tier, warehouses in enumerate(above):
        supply_warehouses(draw, network, warehouses, [*above[tier + 1 :], suppliers])
    network.suppliers = [name for name in suppliers if network.skus_on_lanes_from(name)]
    return network


def assortments(skus: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Return the assortments of one store: mostly all SKUs, sometimes some."""
    some = st.sets(st.sampled_from(skus), min_size=1)
    in_order = some.map(lambda chosen: tuple(sku for sku in skus if sku in chosen))
    return st.one_of(st.just(skus), in_order)


def supply_stores(draw: st.DrawFn, network: DrawnNetwork, tiers: Sequence[Sequence[str]]) -> None:
    """Give every store its lanes; the first one sits below the first warehouse of tier one."""
    for place, store in enumerate(network.stores):
        sisters = [
            other
            for other in network.stores[:place]
            if set(network.carried[store]) <= set(network.carried[other])
        ]
        if sisters and draw(st.integers(0, 7)) == 0:
            sister = draw(st.sampled_from(sisters))
            network.lanes.append(DrawnLane(sister, store, network.carried[store], 1.0, named=False))
        else:
            supply(draw, network, store, tiers, first=place == 0)


def supply_warehouses(
    draw: st.DrawFn, network: DrawnNetwork, names: Sequence[str], tiers: Sequence[Sequence[str]]
) -> None:
    """Give every warehouse of a tier its lanes; one that nobody asked for is not built."""
    wanted = [name for name in names if network.skus_on_lanes_from(name)]
    for place, warehouse in enumerate(wanted):
        network.warehouses.append(warehouse)
        network.carried[warehouse] = network.skus_on_lanes_from(warehouse)
        supply(draw, network, warehouse, tiers, first=place == 0)


def supply(
    draw: st.DrawFn,
    network: DrawnNetwork,
    destination: str,
    tiers: Sequence[Sequence[str]],
    *,
    first: bool,
) -> None:
    """Draw one to three sources, mostly of the next tier, and what comes from which."""
    next_tier, beyond = list(tiers[0]), [name for tier in tiers[1:] for name in tier]
    main = next_tier[0] if first else draw(st.sampled_from(next_tier))
    others = [name for name in [*next_tier, *beyond] if name != main]
    extra = min(len(others), draw(st.sampled_from([0, 0, 1, 2])))
    sources = [main, *draw(st.permutations(others))[:extra]]
    network.lanes.extend(divide(draw, sources, destination, network.carried[destination]))


def divide(
    draw: st.DrawFn, sources: Sequence[str], destination: str, skus: tuple[str, ...]
) -> list[DrawnLane]:
    """Divide a destination's orders among its sources: by shares, by SKUs, or by both."""
    shares = draw(shares_of(len(sources)))
    if len(sources) == 1 or len(skus) == 1 or draw(st.booleans()):
        return [
            DrawnLane(source, destination, skus, share, named=False)
            for source, share in zip(sources, shares, strict=True)
        ]
    cut = draw(st.integers(1, len(skus) - 1))
    parts = [skus[:cut], skus[cut:]]
    rest = [
        DrawnLane(source, destination, part, 1.0 - sum(shares[2:]), named=True)
        for source, part in zip(sources[:2], parts, strict=True)
    ]
    return rest + [
        DrawnLane(source, destination, skus, share, named=False)
        for source, share in zip(sources[2:], shares[2:], strict=True)
    ]


def shares_of(number: int) -> st.SearchStrategy[tuple[float, ...]]:
    """Return shares of so many lanes; they sum to 1."""
    choices: dict[int, list[tuple[float, ...]]] = {
        1: [(1.0,)],
        2: [(0.5, 0.5), (0.7, 0.3), (0.9, 0.1), (1 / 3, 2 / 3)],
        3: [(0.5, 0.25, 0.25), (0.6, 0.3, 0.1), (1 / 3, 1 / 3, 1 / 3)],
    }
    return st.sampled_from(choices[number])
