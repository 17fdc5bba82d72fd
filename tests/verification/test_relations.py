"""The relations M1 to M4 and M14 to M18 of docs/verification.md hold on random cases.

Each is a change of a case after which something must stay as it was, bit for bit.
"""

import copy
import functools
import re

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from inventory_hmarl.case.models import Lane, Pool, Sku, Store, Supplier, Warehouse
from inventory_hmarl.testing.strategies import cases

# Whatever a case says in money, by its description; what is bought and sold is beside the costs.
RATES = sorted(
    {
        name
        for part in (Sku, Store, Warehouse, Supplier, Lane, Pool)
        for name, field in part.model_fields.items()
        if (field.description or "").startswith("Money")
    }
)
SHARED_BY_SKUS = {"joint_orders", "trips"}
"""What is counted of all SKUs of a lane together."""
PAID = {"carried", "travelling", "remaining"}
PAID |= {"extra_stock", "extra_missing", "extra_orders", "extra_travelling"}
"""What is counted of a point or line where some other of its level is charged so."""


def scaled(value, factor):
    """Return a number, or each number of a mapping or list, times a factor."""
    if isinstance(value, dict):
        return {name: scaled(part, factor) for name, part in value.items()}
    if isinstance(value, list):
        return [scaled(part, factor) for part in value]
    return value * factor


def rescaled(settings, names, factor):
    """Return settings with every field of the given names multiplied, wherever it stands."""
    if isinstance(settings, dict):
        return {
            name: scaled(value, factor) if name in names else rescaled(value, names, factor)
            for name, value in settings.items()
        }
    if isinstance(settings, list):
        return [rescaled(part, names, factor) for part in settings]
    return settings


# Whatever a case says in units: of locations, of lanes, and of their policies.
QUANTITIES = [
    "units",
    "initial_inventory",
    "max_inventory",
    "capacity",
    "limit",
    "handling_capacity",
    "storage",
    "reserved",
    "order_multiple",
    "minimum_order",
    "truck_units",
    "order_up_to",
    "reorder_point",
    "order_quantity",
    "order_cap",
    "safety_stock",
    "orders_by_day",
    "desired_stock",
    "mean_demand",
    "expedited_level",
    "base_order",
    "emergency_point",
    "emergency_up_to",
    "reserve",
]


@given(cases(units="continuous"))
def test_m1_twice_the_quantities_twice_the_flows(play, replayed, settings):
    """With demand, stock, levels and capacities doubled, every flow doubles, bit for bit."""
    settings = replayed(settings, play(settings))
    word = settings.pop("units")
    single, double = settings | {"units": word}, rescaled(settings, QUANTITIES, 2)
    left, right = play(single), play(double | {"units": word})
    counts = {"stockout_days", "demand_days", "ready_days", "orders", "in_full", "extra_orders"}
    counts |= SHARED_BY_SKUS
    after = right.quantities()
    for name, units in left.quantities().items():
        factor = 1 if name[0] in counts else 2
        assert np.array_equal(factor * units, after[name]), name


@given(cases(), st.sampled_from([0.5, 2.0]))
def test_m2_twice_the_rates_twice_the_cost(play, unlike, settings, factor):
    """With every rate multiplied by a power of two, costs follow exactly and nothing else moves."""
    left = play(settings, replications=2)
    # The price of a lane is beside the costs, but who buys on the cheapest lane looks at both.
    right = play(rescaled(settings, [*RATES, "unit_cost"], factor), replications=2)
    assert unlike(left, right) == []
    before, after = left.run.figures(), right.run.figures()
    money = [name for name in before if re.fullmatch("total_.*(cost|penalty)", name)]
    assert {"total_holding_cost", "total_stockout_penalty", "total_cost"} <= {*money}
    for name in money:
        assert np.array_equal(factor * before[name], after[name]), name


COUNTED_FOR = {"order_cost": "joint_orders", "trip_cost": "trips", "unit_transport_cost": "carried"}
"""A rate of a lane -> what is counted only where the rate is above 0."""


@given(cases(), st.sampled_from(RATES), st.sampled_from([0.0, 3.7]))
def test_m3_a_price_moves_no_unit(play, unlike_quantities, settings, rate, factor):
    """Under a fixed policy a cost rate changes money alone, where nobody looks at it."""
    places = {**settings["stores"], **settings.get("warehouses", {})}.values()
    assume(rate != "unit_transport_cost" or not any("sourcing" in place for place in places))
    changed = rescaled(settings, (rate, "unit_price"), factor)
    left_out = None
    if factor == 0.0:  # what costs nothing is not counted, and a truck that is free has no size
        left_out = COUNTED_FOR.get(rate)
        for lane in changed["lanes"]:
            if not lane.get("trip_cost"):
                lane.pop("truck_units", None)
    before, after = (
        {name: units for name, units in play(case).quantities().items() if name[0] != left_out}
        for case in (settings, changed)
    )
    assert unlike_quantities(before, after) == []


@given(cases())
def test_m4_without_demand_nobody_buys(play, settings):
    """Without demand nothing is sold, lost or waited for."""
    quiet = copy.deepcopy(settings) | {"demand": {"distribution": "none"}}
    for part in (*quiet["skus"].values(), *quiet["stores"].values()):
        part.pop("demand", None)
    history = play(quiet, replications=2)
    for point in history.points:
        for units in (
            history.of("sales", point),
            history.of("lost", point),
            history.of("waiting", point),
        ):
            assert not units.any()


@given(st.data())
def test_m14_the_order_of_the_file_does_not_matter(play, data):
    """Stores, warehouses, suppliers and SKUs may stand in any order and have any display name."""
    settings = data.draw(cases())
    other = copy.deepcopy(settings)
    for table in ("skus", "stores", "warehouses", "suppliers"):
        if table in other:
            names = data.draw(st.permutations(list(other[table])))
            other[table] = {name: other[table][name] | {"name": "?"} for name in names}
    before, after = (by_lane(play(case, replications=2).quantities()) for case in (settings, other))
    assert unequal(before, after, settings["units"] == "whole") == []


def by_lane(quantities):
    """Return quantities, with those that all SKUs of a lane share summed over its SKUs.

    They stand with the SKU that the file names first, which is a place, and no result.
    """
    answer = {}
    for name, units in quantities.items():
        place = (*name[:-1], "all SKUs") if name[0] in SHARED_BY_SKUS else name
        answer[place] = answer[place] + units if place in answer else units
    return answer


@given(cases())
def test_m15_a_new_store_changes_nobody_else(play, settings):
    """A store with a supplier of its own leaves every other result as it was, bit for bit."""
    other = copy.deepcopy(settings)
    other["stores"]["another store"] = {
        "initial_inventory": 5,
        "policy": {"rule": "base_stock", "order_up_to": 9},
        "skus": [next(iter(settings["skus"]))],
    }
    other["suppliers"]["another supplier"] = {}
    lane = {"source": "another supplier", "destination": "another store", "lead_time": 1}
    other["lanes"] = [lane, *other["lanes"]]
    before = play(settings, replications=2).quantities()
    after = play(other, replications=2).quantities()
    kept = {name: units for name, units in after.items() if "another store" not in name}
    assert len(kept) < len(after)
    assert unequal(before, kept, settings["units"] == "whole") == []


def only(settings, keep, skus, carried):
    """Return a case cut down to some SKUs; levels lose what they say about the others."""

    def cut(value):
        if isinstance(value, dict):
            return {name: cut(part) for name, part in value.items() if name not in skus - keep}
        if isinstance(value, list):
            return [cut(part) for part in value if not isinstance(part, str) or part in keep]
        return value

    def names(value, part):
        """Cut lists of SKUs and tables that name SKUs; leave lists of numbers alone."""
        return {name: cut(v) for name, v in value.items()} | part

    lanes = []
    for lane in settings["lanes"]:
        if set(lane.get("skus", skus)) & keep & carried[lane["destination"]]:
            started = [i for i in lane.get("initial_on_order", []) if i["sku"] in keep]
            lanes.append(names(lane, {"initial_on_order": started}))
    left = {end for lane in lanes for end in (lane["source"], lane["destination"])}
    answer = settings | {"lanes": lanes, "skus": cut(settings["skus"])}
    for table in ("stores", "warehouses", "suppliers"):
        places = settings.get(table, {})
        answer[table] = {name: names(places[name], {}) for name in places if name in left}
        for place in answer[table].values():
            drop_what_acts_on_none(place, answer["skus"])
    answer["spikes"] = [
        cut(spike)
        | ({"stores": [s for s in spike["stores"] if s in left]} if "stores" in spike else {})
        for spike in settings["spikes"]
        if set(spike.get("skus", skus)) & keep and set(spike.get("stores", left)) & left
    ]
    here = {*answer["stores"], *answer["warehouses"]}
    answer["cost_changes"] = [
        cut(change)
        | (
            {"locations": [n for n in change["locations"] if n in here]}
            if "locations" in change
            else {}
        )
        for change in settings.get("cost_changes", [])
        if set(change.get("skus", skus)) & keep and set(change.get("locations", here)) & here
    ]
    answer["pools"] = {
        name: pool | {"stores": [store for store in pool["stores"] if store in left]}
        for name, pool in settings.get("pools", {}).items()
        if len(left & {*pool["stores"]}) > 1
    }
    answer["disruptions"] = {
        name: disruption
        for name, whole in settings.get("disruptions", {}).items()
        if (disruption := what_still_hits(whole, keep, answer))
    }
    return answer


HIT_BY = {
    "orders": ("source", "destination"),
    "shipments": ("source",),
    "transit": ("destination",),
    "receipts": ("destination",),
}
"""What stops -> at which end of a lane its location is hit."""


def what_still_hits(disruption, keep, settings):
    """Return what a disruption of a case does in one that is cut down; nothing: None."""
    holders = {**settings["stores"], **settings["warehouses"]}
    lanes = [{end: lane[end] for end in ("source", "destination")} for lane in settings["lanes"]]
    places = [
        name
        for name in disruption.get("locations", [])
        if name in holders or name in settings["suppliers"]
    ]
    named = [lane for lane in disruption.get("lanes", []) if lane in lanes]
    hit = {
        stop
        for stop, ends in HIT_BY.items()
        for lane in lanes
        if lane in named or any(lane[end] in places for end in ends)
    }
    left = {
        "stops": [stop for stop in disruption.get("stops", []) if stop in hit],
        "locations": places,
        "lanes": named,
        "skus": [sku for sku in disruption.get("skus", []) if sku in keep],
    }
    destroys = disruption.get("destroys", 0.0) if holders.keys() & {*places} else 0.0
    also = {"destroys": destroys}
    if "shipments" in hit and "delay" in disruption:
        also["delay"] = disruption["delay"]
    if "limit" in disruption and any(lane["source"] in places for lane in lanes):
        also["limit"] = disruption["limit"]
    does = left["stops"] or destroys or len(also) > 1
    if not does or ("skus" in disruption and not left["skus"]):
        return None
    apart = {*left, "destroys", "delay", "limit"}
    others = {name: v for name, v in disruption.items() if name not in apart}
    return others | {name: v for name, v in left.items() if v} | also


def drop_what_acts_on_none(place, skus):
    """Leave out what a location says of spoiling stock, or of who waits, where there is none."""
    carried = place.get("skus", list(skus))
    if not any("shelf_life" in skus[sku] for sku in carried if sku in skus):
        place.pop("shelf_life", None)
        place.pop("newest_first", None)
    if "backordered" not in str(place.get("unmet_demand")):
        place.pop("waiting_share", None)
        place.pop("patience", None)
        place.pop("due_days", None)


@given(cases())
def test_m16_skus_apart_are_skus_together(play, settings):
    """A run of one SKU alone gives that SKU's results of the whole run, bit for bit.

    Where SKUs share no space and no hands, and none takes another's place. What they share of a
    lane, its orders and trips, is money and moves no unit: it is not compared.
    """
    for sku in settings["skus"].values():
        sku.pop("substitute", None)
        sku.pop("substitution_share", None)
    for table in ("stores", "warehouses"):
        for place in settings.get(table, {}).values():
            place.pop("storage", None)
            place.pop("overflow_cost", None)
            place.pop("when_full", None)
    for table in ("warehouses", "suppliers"):
        for place in settings.get(table, {}).values():
            place.pop("handling_capacity", None)
    together = play(settings)
    skus = set(settings["skus"])
    carried = {}
    for point in together.points:
        carried.setdefault(point.location, set()).add(point.sku)
    every = together.quantities()
    for sku in sorted({point.sku for point in together.points})[:2]:
        alone = play(only(settings, {sku}, skus, carried))
        # The level of a location, its moment of the day, comes from all its lanes: a SKU that is
        # alone may lose a lane, and a location its level.
        if levels(alone).items() <= levels(together).items():
            own = counted_of_itself(alone)
            mine = {
                name: units
                for name, units in every.items()
                if name[-1] == sku and (name in own or name[0] not in SHARED_BY_SKUS | PAID)
            }
            assert unequal(mine, own, together.whole) == []


def counted_of_itself(history):
    """Return the quantities of a run but for those that its SKUs share, or that it has no need of.

    What is carried or on its way is counted at levels with a lane that is paid for it, and so on.
    """
    rows = history.run.outcome.recorder.rows
    level_of = levels(history)
    return {
        name: units
        for name, units in history.quantities().items()
        if name[0] not in SHARED_BY_SKUS
        and (name[0] not in PAID or (name[0], level_of[name[-2]]) in rows)
    }


def levels(history):
    """Return the level of each location."""
    numbered = enumerate(history.levels)
    return {point.location: number for number, level in numbered for point in level.points}


def unequal(left, right, whole):
    """Return the names of quantities that are not the same, bit for bit in whole units.

    In continuous units a sum over lines is taken in an order that depends on how many lines other
    points have, and so are its last bits.
    """
    same = np.array_equal if whole else functools.partial(np.allclose, rtol=1e-9, atol=1e-9)
    return sorted(
        str(name)
        for name in left.keys() | right.keys()
        if name not in left or name not in right or not same(left[name], right[name])
    )


def test_m17_a_season_repeats(play, single):
    """A weekly season without noise asks for the same on the same day of every week."""
    policy = {"rule": "base_stock", "order_up_to": 40}
    settings = single(policy, demand=[0] * 29, initial=40, units="continuous")
    settings["demand"] = {"distribution": "normal", "noise": "none"}
    season = {"base_demand": 10, "seasonality_amplitude": 0.6, "seasonality_period": 7}
    settings["skus"]["milk"] |= season
    history = play(settings)
    (point,) = history.points
    demand = history.of("demand", point)
    assert np.array_equal(demand[:-7], demand[7:])
    assert len(np.unique(demand)) > 3
    for name in ("stock", "filled", "position"):
        units = history.of(name, point)
        assert np.array_equal(units[7:-7], units[14:])


@given(cases(), st.integers(1, 4), st.integers(1, 3))
def test_m18_replications_may_be_split(play, unlike_quantities, settings, first, second):
    """Replications run together or in lots give the same, each for each."""
    together = play(settings, replications=first + second)
    lots = [
        play(settings, replications=first).quantities(),
        play(settings, replications=range(first, first + second)).quantities(),
    ]
    joined = {name: np.concatenate([lot[name] for lot in lots], axis=-1) for name in lots[0]}
    assert unlike_quantities(together.quantities(), joined) == []
    assert np.array_equal(
        together.run.figures()["total_cost"],
        np.concatenate(
            [
                play(settings, replications=first).run.figures()["total_cost"],
                play(settings, replications=range(first, first + second)).run.figures()[
                    "total_cost"
                ],
            ],
            axis=-1,
        ),
    )
