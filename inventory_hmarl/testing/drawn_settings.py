"""Hypothesis draws of what the parts of a network are set to, as the tables of a case file."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from inventory_hmarl.testing.drawn_demand import (
    cost_changes,
    demand_settings,
    sku_settings,
    spike_settings,
    store_demand_settings,
)
from inventory_hmarl.testing.drawn_networks import DrawnLane, DrawnNetwork
from inventory_hmarl.testing.drawn_policies import (
    EMERGENCY,
    LANES,
    TWO_LANES,
    policy_settings,
    two_lane_policies,
)
from inventory_hmarl.testing.drawn_trouble import disruptions
from inventory_hmarl.testing.drawn_units import Settings, Units, chance, largest, level

ALLOCATION = ("proportional", "priority", "fair_share", "minimum_shortage", "sequential")
RATES = ("holding_cost", "stockout_penalty", "ordering_cost")


@dataclass(frozen=True)
class Scene:
    """What every part of a case is drawn within."""

    network: DrawnNetwork
    units: Units
    days: int
    spoiling: frozenset[str] = frozenset()
    """SKUs with a shelf life"""
    mornings: frozenset[str] = frozenset()
    """locations that receive in the morning"""


def draw_case(draw: st.DrawFn, scene: Scene) -> Settings:
    """Draw the settings of a whole case file around a bare network."""
    network = scene.network
    skus = draw_skus(draw, scene)
    spoiling = frozenset(sku for sku, settings in skus.items() if "shelf_life" in settings)
    scene = dataclasses.replace(scene, spoiling=spoiling)
    free = [sku for sku, settings in skus.items() if "demand" not in settings]
    ranked = draw(st.booleans())
    stores = {store: draw_store(draw, scene, store, free) for store in network.stores}
    warehouses = {name: draw_warehouse(draw, scene, name) for name in network.warehouses}
    places = stores | warehouses
    early = {name for name, each in places.items() if each.get("receives") == "morning"}
    scene = dataclasses.replace(scene, mornings=frozenset(early))
    suppliers = {name: draw_supplier(draw, scene, name) for name in network.suppliers}
    unlimited = {name for name, supplier in suppliers.items() if "capacity" not in supplier}
    lanes = [
        draw_lane(draw, scene, lane, ranked=ranked, limited=lane.source not in unlimited)
        for lane in network.lanes
    ]
    choosing = {name for name, each in places.items() if chooses_lanes(each)}
    for lane in lanes:
        if lane["destination"] in choosing:
            lane.pop("share", None)
    case: Settings = {
        "title": "Drawn",
        "days": scene.days,
        "warmup_days": draw(st.integers(0, scene.days - 1)),
        "seed": draw(st.integers(0, 2**63 - 1)),
        "units": scene.units.word,
        "demand": draw(demand_settings()),
        "spikes": draw(spike_settings(network.stores, network.skus, scene.days)),
        "skus": skus,
        "stores": stores,
        "suppliers": suppliers,
        "lanes": lanes,
    }
    if warehouses:
        case["warehouses"] = warehouses
    sources = {lane.source for lane in network.lanes}
    apart = [store for store in network.stores if store not in sources]
    if len(apart) > 1 and draw(chance(3)):
        case["pools"] = {"pool": draw_pool(draw, scene, apart)}
    if draw(chance(3)):
        case["disruptions"] = disruptions(draw, scene.network, scene.days)
    case |= draw(cost_changes([*network.stores, *network.warehouses], network.skus, scene.days))
    if draw(chance(4)):
        weights = st.sampled_from([0.0, 0.5, 1.0, 2.0])
        case["cost_weights"] = {name: draw(weights) for name in ("holding", "stockout", "ordering")}
    return case


def draw_skus(draw: st.DrawFn, scene: Scene) -> dict[str, Settings]:
    """Draw what is sold."""
    skus = {
        sku: draw(sku_settings(scene.units, scene.days, name=f"Article {place}"))
        for place, sku in enumerate(scene.network.skus)
    }
    for settings in skus.values():
        settings["volume"] = draw(st.sampled_from([1.0, 1.0, 0.5, 3.0]))
        if draw(chance(4)):
            settings["shelf_life"] = draw(st.integers(1, 8))
            settings["expiry_cost"] = draw(st.sampled_from([0.0, 0.5, 3.0]))
    for name, settings in skus.items():
        if len(skus) > 1 and draw(chance(5)):
            others = [sku for sku in skus if sku != name]
            settings["substitute"] = draw(st.sampled_from(others))
            settings["substitution_share"] = draw(st.sampled_from([0.3, 0.5, 1.0]))
    for settings in skus.values():
        if draw(chance(4)):
            settings["goodwill_loss"] = draw(st.sampled_from([0.3, 0.5, 1.0]))
            settings["goodwill_recovery"] = draw(st.sampled_from([0.0, 0.1, 0.7]))
    return skus


def draw_calendar(draw: st.DrawFn) -> Settings:
    """Draw on which days a location orders, and when it receives."""
    settings: Settings = {}
    if draw(chance(4)):
        settings["review_period"] = period = draw(st.integers(1, 5))
        settings["review_days"] = sorted(draw(st.sets(st.integers(1, period), min_size=1)))
    if draw(chance(4)):
        settings["receives"] = draw(st.sampled_from(["morning", "morning", "evening"]))
    return settings


def at_least(lead_time: float | dict[str, float], least: int) -> float | dict[str, float]:
    """Return a lead time of some days at least: what comes in the morning takes a night."""
    if isinstance(lead_time, dict):
        return {sku: max(days, least) for sku, days in lead_time.items()}
    return max(lead_time, least)


def draw_pool(draw: st.DrawFn, scene: Scene, stores: Sequence[str]) -> Settings:
    """Draw which stores help each other out, and what they keep."""
    some = draw(st.sets(st.sampled_from(stores), min_size=2))
    return {
        "stores": [store for store in stores if store in some],
        "reserve": draw(scene.units.quantities(6)),
        "transfer_cost": draw(st.sampled_from([0.0, 0.5])),
    }


def chooses_lanes(place: Settings) -> bool:
    """Return whether the lane of each order of a location is chosen: by its rule, or the best."""
    policy = place["policy"]
    return "sourcing" in place or (
        isinstance(policy, dict) and policy["rule"] in (*TWO_LANES, EMERGENCY)
    )


def draw_location(draw: st.DrawFn, scene: Scene, location: str) -> Settings:
    """Draw what stores and warehouses have in common; nothing starts above max_inventory."""
    skus = scene.network.carried[location]
    initial = draw(level(scene.units.quantities(40), skus))
    policies = policy_settings(scene.units, skus, scene.days)
    if scene.network.lanes_per_sku(location) == {LANES}:
        policies = st.one_of(policies, two_lane_policies(scene.units, skus))
    policy = draw(policies)
    settings: Settings = {"initial_inventory": initial, "policy": policy}
    several = max(scene.network.lanes_per_sku(location)) > 1
    if several and policy["rule"] not in (*TWO_LANES, EMERGENCY) and draw(chance(3)):
        settings["sourcing"] = draw(st.sampled_from(["cheapest", "fastest"]))
    settings |= draw_calendar(draw)
    if draw(chance(5)):
        settings["storage"] = draw(st.integers(0, 40).map(float))
        settings["overflow_cost"] = draw(st.sampled_from([0.0, 0.5, 2.0]))
        settings["when_full"] = draw(st.sampled_from(["overflow", "refuse"]))
    if scene.spoiling & set(skus):
        if draw(chance(3)):
            settings["newest_first"] = draw(st.sampled_from([0.3, 0.5, 1.0]))
        if draw(chance(4)):
            settings["shelf_life"] = draw(st.integers(1, 6))
    if draw(chance(3)):
        least = max(largest(initial), most_aimed_at(policy))
        room = draw(level(scene.units.quantities(12), skus))
        if isinstance(room, dict):
            settings["max_inventory"] = {sku: least + room[sku] for sku in skus}
        else:
            settings["max_inventory"] = least + room
    return settings


def most_aimed_at(policy: Settings) -> float:
    """Return the largest position that a policy orders up to, 0 where it has no such level."""
    target = policy.get("order_up_to", 0.0)
    numbers = target.values() if isinstance(target, dict) else [target]
    return max(number for number in numbers if isinstance(number, int | float))


def draw_store(draw: st.DrawFn, scene: Scene, store: str, free: Sequence[str]) -> Settings:
    """Draw a store; only SKUs in `free` may get a demand of their own here."""
    skus = scene.network.carried[store]
    settings = draw_location(draw, scene, store)
    modes = st.sampled_from(["lost", "backordered"])
    settings["unmet_demand"] = draw(
        st.one_of(modes, st.fixed_dictionaries(dict.fromkeys(skus, modes)))
    )
    if "backordered" in str(settings["unmet_demand"]):
        if draw(chance(4)):
            settings["waiting_share"] = draw(st.sampled_from([0.0, 0.3, 0.5]))
        if draw(chance(4)):
            settings["patience"] = draw(st.integers(1, 4))
        if draw(chance(4)):
            settings["due_days"] = draw(st.integers(0, 4))
    settings["demand_multiplier"] = draw(level(st.sampled_from([0.0, 0.5, 1.0, 1.2, 2.0]), skus))
    if skus != scene.network.skus or draw(chance(4)):
        settings["skus"] = list(skus)
    demand = draw(store_demand_settings(scene.units, scene.days, [s for s in skus if s in free]))
    if demand:
        settings["demand"] = demand
    if draw(chance(5)):
        settings["holding_charged"] = "before_sales"
    draw_rates(draw, settings, RATES, skus)
    return settings


def draw_warehouse(draw: st.DrawFn, scene: Scene, warehouse: str) -> Settings:
    """Draw a warehouse; its SKUs are written out wherever the default could be read in two ways."""
    network = scene.network
    settings = draw_location(draw, scene, warehouse)
    settings["allocation"] = draw(st.sampled_from(ALLOCATION))
    if draw(chance(4)):
        settings["handling_capacity"] = draw(scene.units.quantities(30))
    for name in ("orders", "holding_charged"):
        if draw(chance(4)):
            settings[name] = "before_shipping"
    settings["short_orders"] = draw(st.sampled_from(["owed", "owed", "dropped"]))
    if any(lane.named for lane in network.lanes) or draw(chance(4)):
        settings["skus"] = list(network.carried[warehouse])
    draw_rates(draw, settings, ("holding_cost", "ordering_cost"), network.carried[warehouse])
    return settings


def draw_rates(
    draw: st.DrawFn, settings: Settings, names: Sequence[str], skus: Sequence[str]
) -> None:
    """Sometimes override the SKUs' rates at a location."""
    for name in names:
        if draw(chance(5)):
            settings[name] = draw(level(st.integers(0, 40).map(lambda n: n / 4), skus))


def draw_supplier(draw: st.DrawFn, scene: Scene, supplier: str) -> Settings:
    """Draw a supplier: reliable or not, limited or not."""
    settings: Settings = {
        "reliability": draw(st.sampled_from([1.0, 1.0, 0.98, 0.8, 0.5])),
        "failure": draw(st.sampled_from(["lost", "lost", "partial", "late"])),
        "failure_share": draw(st.sampled_from([0.25, 0.5])),
        "failure_days": draw(st.integers(0, 3)),
        "allocation": draw(st.sampled_from(ALLOCATION)),
    }
    if draw(st.booleans()):
        served = scene.network.skus_on_lanes_from(supplier)
        # A mapping names every SKU of the case, so that no reading of "all SKUs" is left open.
        skus = served if served == scene.network.skus else ()
        settings["capacity"] = draw(level(scene.units.quantities(20), skus))
    if draw(chance(4)):
        settings["handling_capacity"] = draw(scene.units.quantities(30))
    return settings


def draw_lane(
    draw: st.DrawFn, scene: Scene, lane: DrawnLane, *, ranked: bool, limited: bool
) -> Settings:
    """Draw a lane; where `ranked`, each one has a priority, else the order of the file counts.

    Its source may be short where it is `limited`, and then may keep some stock for it.
    """
    few, many = st.integers(0, 5), st.integers(6, 40)
    lead_time = draw(level(st.one_of(few, few, few, many), lane.skus))
    lead_time = at_least(lead_time, int(lane.destination in scene.mornings))
    settings: Settings = {
        "source": lane.source,
        "destination": lane.destination,
        "lead_time": lead_time,
    }
    if lane.share != 1.0 or draw(st.booleans()):
        settings["share"] = lane.share
    if draw(chance(4)):
        settings |= drawn_delays(draw)
    if draw(chance(4)):
        settings |= drawn_transport(draw)
        if lane.source in scene.network.suppliers:
            settings["unit_cost"] = draw(level(st.integers(0, 8).map(lambda n: n / 4), lane.skus))
    settings |= drawn_packs(draw, lane)
    if ranked:
        settings["priority"] = draw(st.integers(1, 3))
    if lane.named:
        settings["skus"] = list(lane.skus)
    if limited and draw(chance(4)):
        settings["reserved"] = draw(scene.units.quantities(12))
    if draw(chance(5)):
        settings["after_cutoff"] = sorted(draw(st.sets(st.integers(1, 7), min_size=1)))
    started = draw_on_order(draw, scene, lane, lead_time)
    if started:
        settings["initial_on_order"] = started
    return settings


def drawn_packs(draw: st.DrawFn, lane: DrawnLane) -> Settings:
    """Sometimes draw case packs, and a least order."""
    least_and_most = {"order_multiple": (1, 6), "minimum_order": (0, 8)}
    return {
        name: draw(level(st.integers(*ends), lane.skus))
        for name, ends in least_and_most.items()
        if draw(chance(5))
    }


def drawn_transport(draw: st.DrawFn) -> Settings:
    """Draw what orders, trips and units of a lane cost."""
    return {
        "order_cost": draw(st.sampled_from([0, 2.5])),
        "trip_cost": 4,
        "truck_units": draw(st.sampled_from([7, 20])),
        "unit_transport_cost": draw(st.sampled_from([0, 0.25])),
        "in_transit_owner": draw(st.sampled_from(["source", "destination"])),
    }


def drawn_delays(draw: st.DrawFn) -> Settings:
    """Draw days on top of a lead time."""
    delays = sorted(draw(st.sets(st.integers(0, 5), min_size=1, max_size=3)))
    shares = {1: [1.0], 2: [0.75, 0.25], 3: [0.5, 0.25, 0.25]}[len(delays)]
    overtaking = draw(st.booleans())
    return {"delays": delays, "delay_probabilities": shares, "overtaking": overtaking}


def draw_on_order(
    draw: st.DrawFn, scene: Scene, lane: DrawnLane, lead_time: float | dict[str, float]
) -> list[Settings]:
    """Sometimes put units on their way; each arrives within the lead time of its SKU."""
    started: list[Settings] = []
    for sku in lane.skus:
        days = int(lead_time[sku] if isinstance(lead_time, dict) else lead_time)
        if days > 0 and draw(chance(5)):
            due_day, units = draw(st.integers(1, days)), draw(scene.units.quantities(10))
            started.append({"sku": sku, "due_day": due_day, "units": units})
    return started
