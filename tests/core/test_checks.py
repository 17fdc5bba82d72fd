"""Checked runs: the laws hold, a broken one is told with its day and place."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from inventory_hmarl import Keep, case_from_dict, default_case, load_case, simulate
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.checks import LawBroken, check_day
from inventory_hmarl.core.day import step
from inventory_hmarl.core.decide import everywhere
from inventory_hmarl.core.horizon import draw_block
from inventory_hmarl.core.model import initial_state
from inventory_hmarl.testing.strategies import cases

VARIED = load_case(Path(__file__).parent / "varied.toml")


class Wrong:
    """A policy that orders a value, in one place, on day 3."""

    sees = frozenset()

    def __init__(self, value):
        """Remember the value."""
        self.value = value

    def init(self, points, replications):
        """Return no memory."""
        return ()

    def orders(self, view, memory):
        """Return two units everywhere, but once the value."""
        orders = np.full(view.on_hand.shape, 2.0)
        if view.day == 3:
            orders[-1, 0] = self.value
        return orders, memory


@pytest.mark.parametrize("units", ["whole", "continuous"])
@pytest.mark.parametrize("value", [np.nan, -1.0])
def test_orders_that_are_none(units, value):
    """NaN and negative orders of a policy are told by day and level."""
    case = default_case().changed(units=units, days=9, warmup_days=0)
    policies = everywhere(Wrong(value))
    with pytest.raises(LawBroken, match="day 3, level 0"):
        simulate(case, replications=2, policies=policies, checked=True)


def test_orders_of_parts_of_a_unit():
    """In whole units a policy that orders half a unit is told."""
    case = default_case().changed(days=9, warmup_days=0)
    with pytest.raises(LawBroken, match="day 3"):
        simulate(case, policies=everywhere(Wrong(1.5)), checked=True)


@given(settings=cases())
def test_checking_changes_nothing(settings):
    """The laws hold in random networks, and asserting them changes no bit."""
    case = case_from_dict(settings)
    plain = simulate(case, replications=3, keep=Keep(records=True))
    checked = simulate(case, replications=3, keep=Keep(records=True), checked=True)
    assert plain.outcome.records.tobytes() == checked.outcome.records.tobytes()


def a_day(case, days=12):
    """Return a model, and the states and flows of a day on which much happens."""
    model = compile_case(case)
    block = draw_block(model, np.arange(2, dtype=np.uint32), 1, days)
    state = initial_state(model, 2)
    for offset in range(days):
        before = state
        state, flows = step(model.network, state, model.policies, block.day(model, offset))
    return model, before, state, flows


def with_level(state, number, **changes):
    """Return a state with other arrays at one level."""
    levels = list(state.levels)
    levels[number] = levels[number]._replace(**changes)
    return state._replace(levels=tuple(levels))


@pytest.mark.parametrize("units", ["whole", "continuous"])
@pytest.mark.parametrize("number", [0, 1, 2, 3])
@pytest.mark.parametrize("change", [1.0, -1.0, np.nan])
def test_stock_from_nowhere(units, number, change):
    """A unit that appears or vanishes at any level breaks the law of stock."""
    model, before, after, flows = a_day(VARIED.changed(units=units))
    check_day(model, before, after, flows)
    on_hand = after.levels[number].on_hand.copy()
    on_hand[0, 1] += change
    with pytest.raises(LawBroken, match=rf"I1 \(stock\).*level {number}, row 0"):
        check_day(model, before, with_level(after, number, on_hand=on_hand), flows)


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_a_pipeline_that_leaks(number):
    """A unit that vanishes on its way breaks the law of the pipeline."""
    model, before, after, flows = a_day(VARIED)
    rings = [list(ring) for ring in after.levels[number].in_transit]
    for ring in rings:
        if ring:
            ring[0] = ring[0] + 1.0
            break
    leaked = with_level(after, number, in_transit=tuple(tuple(ring) for ring in rings))
    with pytest.raises(LawBroken, match=r"I2 \(pipeline\)"):
        check_day(model, before, leaked, flows)


def with_sales(flows, number, **changes):
    """Return flows with other sales at one level."""
    sales = list(flows.sales)
    sales[number] = sales[number]._replace(**changes)
    return flows._replace(sales=tuple(sales))


def with_shipments(flows, number, **changes):
    """Return flows with other shipments at one level."""
    shipments = list(flows.shipments)
    shipments[number] = shipments[number]._replace(**changes)
    return flows._replace(shipments=tuple(shipments))


def test_sales_that_nobody_made():
    """Sales beyond demand or stock are told, where customers are lost and where they wait."""
    lost = default_case()
    model, before, after, flows = a_day(lost)
    more = with_sales(flows, 0, demand=flows.sales[0].demand + 1.0)
    with pytest.raises(LawBroken, match=r"I4 \(demand = sold \+ lost\)"):
        check_day(model, before, after, more)
    model, before, after, flows = a_day(VARIED)
    more = with_sales(flows, 0, demand=flows.sales[0].demand + 1.0)
    with pytest.raises(LawBroken, match=r"I4 \(waiting\)"):
        check_day(model, before, after, more)


def test_stock_below_zero():
    """Stock that is negative on both sides of a day is told although it balances."""
    model, before, after, flows = a_day(VARIED)
    number = 2
    before, after = (
        with_level(state, number, on_hand=state.levels[number].on_hand - 1000.0)
        for state in (before, after)
    )
    with pytest.raises(LawBroken, match=r"I5 \(stock is not negative\)"):
        check_day(model, before, after, flows)


def test_customers_who_wait_beside_stock():
    """Stock beside waiting customers after the day's sales breaks I6."""
    model, before, after, flows = a_day(VARIED)
    charged = np.where(flows.sales[0].waiting > 0, 5.0, flows.shipments[0].charged_stock)
    assert (flows.sales[0].waiting > 0).any()
    with pytest.raises(LawBroken, match="I6"):
        check_day(model, before, after, with_shipments(flows, 0, charged_stock=charged))


def test_shipments_below_zero():
    """A negative shipment is told, even where sums come out right."""
    model, before, after, flows = a_day(VARIED)
    shipped = flows.shipments[0].shipped.copy()
    shipped[0] -= 1000.0
    shipped[-1] += 1000.0
    with pytest.raises(LawBroken):
        check_day(model, before, after, with_shipments(flows, 0, shipped=shipped))
