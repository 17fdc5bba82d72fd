"""What is counted by lane: orders of several SKUs, trips, emissions, and stock on its way."""

import pytest

from inventory_hmarl import Keep, case_from_dict, simulate
from inventory_hmarl.case import CaseError
from inventory_hmarl.case.compiling import compile_case, compile_groups
from inventory_hmarl.testing import reference_costs, simulate_reference


def chain(lane=(), orders=((5, 0, 9, 0), (0, 0, 4, 0)), **settings):
    """Return a store that orders two SKUs of a supplier two days away."""
    skus = dict(zip(("pen", "ink"), orders, strict=True))
    parameters = {sku: list(days) for sku, days in skus.items()}
    ends = {"source": "works", "destination": "store", "lead_time": 2}
    return case_from_dict(
        {
            "days": 6,
            "skus": {
                "pen": {"holding_cost": 1, "weight": 2, "volume": 1},
                "ink": {"holding_cost": 10, "weight": 5, "volume": 1},
            },
            "demand": {"distribution": "none"},
            "stores": {
                "store": {
                    "initial_inventory": 0,
                    "policy": {"rule": "fixed_orders", "orders_by_day": parameters},
                }
            },
            "suppliers": {"works": {}},
            "lanes": [ends | dict(lane)],
            **settings,
        }
    )


def figures(case):
    """Return the figures of a case's only replication."""
    run = simulate(case, checked=True)
    return {name: values[0, 0] for name, values in run.figures().items()}


def test_an_order_of_several_skus_costs_once():
    """A fixed cost per order is paid on each day on which some SKU is ordered."""
    # Orders on day 1 (pens) and on day 3 (both); three order lines.
    assert figures(chain({"order_cost": 7}))["total_ordering_cost"] == 2 * 7
    both = chain({"order_cost": 7}, cost_weights={"ordering": 3.0})
    assert figures(both)["total_ordering_cost"] == 3 * 2 * 7


@pytest.mark.parametrize(
    ("truck", "trips"),
    [
        ({}, 2),  # without a limit, one on each day on which something leaves
        ({"truck_units": 5}, 1 + 3),  # 5 units, then 13
        ({"truck_weight": 10}, 1 + 4),  # 10, then 18 + 20
        ({"truck_volume": 6, "truck_weight": 1000}, 1 + 3),  # by volume 5 and 13, by weight one
    ],
)
def test_trips_are_as_many_as_a_load_fills(truck, trips):
    """Trips are a day's load over a truck's room, rounded up: by the measure that fills first."""
    found = figures(chain({"trip_cost": 3, "trip_co2": 2, **truck}))
    assert found["trips"] == trips
    assert found["total_transport_cost"] == 3 * trips
    assert found["co2"] == 2 * trips


def test_units_cost_and_emit():
    """A cost and emissions per unit are those of all units that leave."""
    found = figures(chain({"unit_transport_cost": 0.5, "unit_co2": 0.25}))
    assert found["total_transport_cost"] == 18 * 0.5
    assert found["co2"] == 18 * 0.25
    assert found["total_cost"] == found["total_holding_cost"] + 9


def test_what_is_on_its_way_is_charged_to_its_owner():
    """A unit is charged on the day it leaves and on each day before it is stock: L + 1 times."""
    found = figures(chain({"in_transit_owner": "destination"}))
    assert found["total_in_transit_cost"] == 3 * (5 * 1 + 9 * 1 + 4 * 10)
    assert figures(chain({"in_transit_owner": "source"}))["total_in_transit_cost"] == 0


def test_little():
    """Average stock on its way is the average flow times the days on the way (Little's law)."""
    lane = {"in_transit_owner": "destination", "lead_time": 1}
    lane |= {"delays": [0, 2, 5], "delay_probabilities": [0.5, 0.25, 0.25]}
    case = chain(lane, orders=([3] * 2000, [1] * 2000), days=2000)
    run = simulate(case, keep=Keep(records=True))
    travelling, shipped = (run.series(name)[0][100:, :, 0] for name in ("travelling", "shipped"))
    days = 1 + 0.5 + 1.25 + 1  # one more than the lead time: it counts on both its ends
    ratio = travelling.mean(axis=0) / shipped.mean(axis=0)
    # Each day's lead time has variance 4.1875; the mean of 1900 has a standard error of 0.047.
    assert abs(ratio - days).max() < 4 * 0.047


def test_the_reference_charges_the_same(example):
    """Both implementations come to the same total cost, day by day."""
    case = example("transport").changed(
        days=30,
        warmup_days=0,
        demand={"distribution": "table", "values": [8], "probabilities": [1]},
    )
    records = simulate_reference(case, lambda _day, _store, sku: 8)
    expected = sum(reference_costs(case, record).total for record in records)
    assert figures(case)["total_cost"] == pytest.approx(expected, rel=1e-12)


def test_by_sku_a_lane_counts_at_its_first():
    """Over SKUs, locations and points, what is counted by lane adds up to the network's."""
    run = simulate(chain({"order_cost": 7, "trip_cost": 3}))
    whole = run.figures()["total_cost"][0]
    for by in ("location", "sku", "point"):
        assert run.figures(by)["total_cost"].sum(axis=0) == pytest.approx(whole)
    assert run.figures("sku")["trips"][:, 0].tolist() == [2, 0]


def test_skus_that_travel_together_are_not_run_apart():
    """A case whose SKUs share trips or orders is never cut into groups of SKUs."""
    assert compile_groups(chain({"unit_transport_cost": 1}), 1)
    assert not compile_groups(chain({"trip_cost": 1}), 1)
    assert not compile_groups(chain({"order_cost": 1}), 1)


def test_counted_by_lane_only_where_asked():
    """A case without such costs counts nothing by lane."""
    level = compile_case(chain()).network.levels[0]
    assert (level.ways, level.carried, level.owned) == (None, False, False)
    assert "trips" not in figures(chain())


WRONG = [
    ({"truck_units": 5}, "changes nothing: give the lane a trip_cost, or trip_co2"),
    ({"truck_units": 0, "trip_cost": 1}, "must be above 0"),
    ({"in_transit_owner": "sauce"}, "Did you mean 'source'?"),
]


@pytest.mark.parametrize(("lane", "message"), WRONG, ids=[wrong[1][:25] for wrong in WRONG])
def test_what_is_wrong_with_a_truck_is_said(lane, message):
    """A truck that cannot be names its setting, the rule and what to do."""
    with pytest.raises(CaseError) as error:
        chain(lane)
    assert message in str(error.value)


def test_a_truck_needs_sizes():
    """A truck limited by weight needs a SKU that weighs something."""
    with pytest.raises(CaseError, match="no SKU on the lane has a weight"):
        chain({"truck_weight": 5, "trip_cost": 1}, skus={"pen": {}, "ink": {}})
