"""Hypothesis draws of policies with their parameters: every rule, small levels."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from inventory_hmarl.testing.drawn_units import (
    DrawnLevel,
    Settings,
    Units,
    chance,
    largest,
    level,
)

LANES = 2
TWO_LANES = {"dual_index": "order_up_to", "tailored_base_surge": "base_order"}
"""rules that choose among two lanes by an expedited level, and what each has beside it"""
EMERGENCY = "emergency_orders"
# The methods of forecasting, and what each needs beside smoothing, days and safety stock.
FORECASTS: dict[str, tuple[str, ...]] = {
    "croston": (),
    "exponential_smoothing": (),
    "holt_winters": ("trend_smoothing", "season_smoothing", "season_days"),
    "sba": (),
    "tsb": ("probability_smoothing",),
}


def policy_settings(units: Units, skus: Sequence[str], days: int) -> st.SearchStrategy[Settings]:
    """Return policies of a location that carries these SKUs."""
    return st.one_of(
        reorder_points(units, skus),
        modified_reorder_points(units, skus),
        up_to("base_stock", units, skus),
        up_to("echelon_base_stock", units, skus),
        capped(units, skus),
        batches(units, skus),
        moving_averages(units, skus),
        forecasts(units, skus),
        covers(skus),
        requirements(units, skus),
        waste_aware(units, skus),
        lookup_tables() if units.whole else reorder_points(units, skus),
        people(units, skus),
        fixed_orders(units, skus, days),
    )


@st.composite
def reorder_points(draw: st.DrawFn, units: Units, skus: Sequence[str]) -> Settings:
    """Draw (s, S) with s at most S, the same for all SKUs or each its own."""
    pairs = st.tuples(units.quantities(40), units.quantities(20))

    def settle(pair: tuple[float, float]) -> tuple[float, float]:
        order_up_to = pair[0] + 2 * units.between
        return max(order_up_to - pair[1] - units.between, units.between), order_up_to

    if not draw(chance(4)):
        reorder_point, order_up_to = settle(draw(pairs))
        return {"rule": "s_S", "reorder_point": reorder_point, "order_up_to": order_up_to}
    own = {sku: settle(draw(pairs)) for sku in skus}
    return {
        "rule": "s_S",
        "reorder_point": {sku: pair[0] for sku, pair in own.items()},
        "order_up_to": {sku: pair[1] for sku, pair in own.items()},
    }


def up_to(rule: str, units: Units, skus: Sequence[str]) -> st.SearchStrategy[Settings]:
    """Return policies with an order-up-to level only."""
    levels = level(units.quantities(60), skus)
    return levels.map(lambda order_up_to: {"rule": rule, "order_up_to": order_up_to})


@st.composite
def capped(draw: st.DrawFn, units: Units, skus: Sequence[str]) -> Settings:
    """Draw capped base-stock."""
    return {
        "rule": "capped_base_stock",
        "order_up_to": draw(level(units.quantities(60), skus)),
        "order_cap": draw(level(units.quantities(10), skus)),
    }


@st.composite
def modified_reorder_points(draw: st.DrawFn, units: Units, skus: Sequence[str]) -> Settings:
    """Draw (s, S) with a largest order."""
    settings = draw(reorder_points(units, skus))
    return settings | {"rule": "s_S_q", "order_cap": draw(level(units.quantities(10), skus))}


@st.composite
def batches(draw: st.DrawFn, units: Units, skus: Sequence[str]) -> Settings:
    """Draw (r, nQ)."""
    between = units.between
    thresholds = units.quantities(30).map(lambda number: number + between)
    # 49 is the smallest whole number whose reciprocal, times it, is not 1 in a 64-bit float.
    quantities = st.one_of(units.quantities(12, above_zero=True), st.just(49.0))
    return {
        "rule": "r_nQ",
        "reorder_point": draw(level(thresholds, skus)),
        "order_quantity": draw(level(quantities, skus)),
    }


@st.composite
def moving_averages(draw: st.DrawFn, units: Units, skus: Sequence[str]) -> Settings:
    """Draw order-up-to a moving average."""
    return {
        "rule": "moving_average",
        "periods": draw(st.integers(1, 7)),
        "protection_days": draw(st.integers(1, 6)),
        "safety_stock": draw(level(units.quantities(6), skus)),
    }


def two_lane_policies(units: Units, skus: Sequence[str]) -> st.SearchStrategy[Settings]:
    """Return rules that choose among the two lanes of a location."""
    levels = level(units.quantities(30), skus)
    rules: list[st.SearchStrategy[Settings]] = [
        st.fixed_dictionaries({"rule": st.just(rule), "expedited_level": levels, name: levels})
        for rule, name in TWO_LANES.items()
    ]
    return st.one_of(*rules, emergencies(units, skus))


@st.composite
def emergencies(draw: st.DrawFn, units: Units, skus: Sequence[str]) -> Settings:
    """Draw emergency orders beside (s, S)."""
    regular, emergency = draw(reorder_points(units, skus)), draw(reorder_points(units, skus))
    low, high = emergency["reorder_point"], emergency["order_up_to"]
    return regular | {"rule": EMERGENCY, "emergency_point": low, "emergency_up_to": high}


def weights(skus: Sequence[str]) -> st.SearchStrategy[DrawnLevel]:
    """Return numbers from 0 to 1 that no sum of whole units times them brings to a half."""
    return level(st.sampled_from([0.0, 0.1234567, 0.3, 0.9876543, 1.0]), skus)


@st.composite
def forecasts(draw: st.DrawFn, units: Units, skus: Sequence[str]) -> Settings:
    """Draw order-up-to a forecast, by each of the methods."""
    settings: Settings = {
        "rule": draw(st.sampled_from([*FORECASTS])),
        "smoothing": draw(weights(skus)),
        "protection_days": draw(st.integers(1, 6)),
        "safety_stock": draw(level(units.quantities(6), skus)),
    }
    for name in FORECASTS[str(settings["rule"])]:
        days = st.integers(1, 8)
        settings[name] = draw(days if name.endswith("_days") else weights(skus))
    return settings


def requirements(units: Units, skus: Sequence[str]) -> st.SearchStrategy[Settings]:
    """Return orders from requirements, planned or foreseen; safety stock is off the lattice."""
    quantities = units.quantities(6).map(lambda number: number + units.between)
    rules = st.sampled_from(["drp", "just_in_time"])
    return st.fixed_dictionaries({"rule": rules, "safety_stock": level(quantities, skus)})


@st.composite
def waste_aware(draw: st.DrawFn, units: Units, skus: Sequence[str]) -> Settings:
    """Draw base-stock that anticipates waste."""
    return {
        "rule": "waste_aware",
        "order_up_to": draw(level(units.quantities(40), skus)),
        "mean_demand": draw(level(st.sampled_from([0.0, 1.1234567, 3.7654321]), skus)),
        "waste_days": draw(st.integers(0, 6)),
    }


@st.composite
def lookup_tables(draw: st.DrawFn) -> Settings:
    """Draw a table of orders by state: whole units, since a state is a place in it."""
    stock, order, days = (draw(st.integers(0, most)) for most in (6, 3, 2))
    states = (stock + 1) * (order + 1) ** days
    return {
        "rule": "lookup_table",
        "orders_by_state": draw(st.lists(st.integers(0, 9), min_size=states, max_size=states)),
        "largest_stock": stock,
        "largest_order": order,
        "later_days": days,
    }


@st.composite
def covers(draw: st.DrawFn, skus: Sequence[str]) -> Settings:
    """Draw min-max with days of cover."""
    least = draw(level(st.sampled_from([0.0, 1.1234567, 2.7654321]), skus))
    more = draw(st.sampled_from([0.0, 3.3333333]))
    most = {sku: days + more for sku, days in least.items()} if isinstance(least, dict) else None
    return {
        "rule": "min_max_cover",
        "periods": draw(st.integers(1, 7)),
        "min_days": least,
        "max_days": most or largest(least) + more,
    }


@st.composite
def people(draw: st.DrawFn, units: Units, skus: Sequence[str]) -> Settings:
    """Draw orders as people place them."""
    names = ("smoothing", "adjustment", "supply_line")
    return {
        "rule": "anchoring",
        **{name: draw(weights(skus)) for name in names},
        "desired_stock": draw(level(units.quantities(40), skus)),
    }


@st.composite
def fixed_orders(draw: st.DrawFn, units: Units, skus: Sequence[str], days: int) -> Settings:
    """Draw a table of orders, the same for all SKUs or each its own, often shorter than the run."""
    table = st.lists(units.quantities(10), min_size=1, max_size=days)
    if draw(st.booleans()):
        return {"rule": "fixed_orders", "orders_by_day": draw(table)}
    return {"rule": "fixed_orders", "orders_by_day": {sku: draw(table) for sku in skus}}
