"""Hypothesis draws of policies with their parameters: all seven rules, small levels."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from inventory_hmarl.testing.drawn_units import Settings, Units, chance, level


def policy_settings(units: Units, skus: Sequence[str], days: int) -> st.SearchStrategy[Settings]:
    """Return policies of a location that carries these SKUs."""
    return st.one_of(
        reorder_points(units, skus),
        up_to("base_stock", units, skus),
        up_to("echelon_base_stock", units, skus),
        capped(units, skus),
        batches(units, skus),
        moving_averages(units, skus),
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


@st.composite
def fixed_orders(draw: st.DrawFn, units: Units, skus: Sequence[str], days: int) -> Settings:
    """Draw a table of orders, the same for all SKUs or each its own, often shorter than the run."""
    table = st.lists(units.quantities(10), min_size=1, max_size=days)
    if draw(st.booleans()):
        return {"rule": "fixed_orders", "orders_by_day": draw(table)}
    return {"rule": "fixed_orders", "orders_by_day": {sku: draw(table) for sku in skus}}
