"""Every setting matters: changing it changes the run, unless it is for display only."""

import copy
import dataclasses
import tomllib
import typing
from pathlib import Path

import numpy as np
import pytest
from pydantic import BaseModel

from inventory_hmarl import DigitalTwin, Keep, case_from_dict, simulate
from inventory_hmarl.case import Case, CaseError, case_from_settings
from inventory_hmarl.case.settings.places import DEMAND_WORDS, TOPS, WEIGHT_WORDS
from inventory_hmarl.policies import RULES

FOLDER = Path(__file__).parent
BASE, SUPPLY, STOCK = (
    tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
    for name in ("varied.toml", "supply.toml", "stock.toml")
)


def laid_over(data, more):
    """Return settings with more of them: tables are joined, rows of a list named by their place."""
    for name, value in more.items():
        place = int(name) if isinstance(data, list) else name
        there = data[place] if isinstance(data, list) else data.get(place)
        data[place] = laid_over(there, value) if isinstance(there, dict | list) else value
    return data


BASE = laid_over(laid_over(BASE, SUPPLY), STOCK)
REPLAY = {"distribution": "replay", "units": [4.0, 2.0] * 20}
TABLE = {"distribution": "table", "values": [0, 9], "probabilities": [0.5, 0.5]}

# (model, setting): where it stands in the base case, and another value. What stands in one place
# as an example of a kind (the demand of a case, of a SKU, of a store) is one entry for each kind.
CHANGES = {
    ("Case", "days"): ("days", 39),
    ("Case", "warmup_days"): ("warmup_days", 6),
    ("Case", "seed"): ("seed", 12),
    ("Case", "units"): ("units", "continuous"),
    ("Case", "cost_weights"): ("cost_weights", {"stockout": 2.0}),
    ("Case", "demand"): ("demand", {"distribution": "poisson"}),
    ("Case", "spikes"): ("spikes", []),
    ("Case", "correlation"): ("correlation", {"within_store": 0.5}),
    ("Correlation", "everywhere"): (
        "correlation",
        {"everywhere": 0.5, "within_store": 0.5, "within_sku": 0.5},
    ),
    ("Correlation", "within_store"): ("correlation", {"within_store": 0.5}),
    ("Correlation", "within_sku"): ("correlation", {"within_sku": 0.5}),
    ("Demand", "autocorrelation"): ("demand.autocorrelation", 0.5),
    ("Case", "promotions"): ("promotions", [{"first_day": 9, "uplift": 2}]),
    ("Case", "events"): ("events", [{"day": 9, "factor": 2}]),
    ("Case", "skus"): ("skus.milk.base_demand", 11),
    ("Case", "stores"): ("stores.north.initial_inventory", 29),
    ("Case", "warehouses"): ("warehouses.west.initial_inventory", 49),
    ("Case", "suppliers"): ("suppliers.works", {"capacity": 3}),
    ("Case", "lanes"): ("lanes.2.lead_time", 2),
    ("CostWeights", "holding"): ("cost_weights.holding", 1.5),
    ("CostWeights", "stockout"): ("cost_weights.stockout", 1.5),
    ("CostWeights", "expiry"): ("cost_weights.expiry", 1.5),
    ("CostWeights", "overflow"): ("cost_weights.overflow", 1.5),
    ("CostWeights", "ordering"): ("cost_weights.ordering", 1.5),
    ("Demand", "distribution"): ("demand.distribution", "poisson"),
    ("Demand", "noise"): ("demand.noise", "multiplicative"),
    ("Demand", "seasonality"): ("demand.seasonality", False),
    ("Demand", "trend"): ("demand.trend", 0.01),
    ("Demand", "weekdays"): ("demand.weekdays", [1, 1, 1, 1, 1, 2, 3]),
    ("Demand", "yearly_amplitude"): ("demand.yearly_amplitude", 0.5),
    ("Demand", "first_day"): ("demand.first_day", 5),
    ("Demand", "last_day"): ("demand.last_day", 20),
    ("Demand", "mean"): ("demand.mean", "realised"),
    ("Demand", "values"): ("stores.south.demand.milk.values", [0, 4, 9, 16]),
    ("Demand", "probabilities"): (
        "stores.south.demand.milk.probabilities",
        [0.2, 0.3, 0.3, 0.2],
    ),
    ("Demand", "units"): ("stores.kiosk.demand.milk.units", [3] * 40),
    ("Demand", "file"): (
        "stores.kiosk.demand.milk",
        {"distribution": "replay", "file": "demand.csv"},
    ),
    ("Case", "cost_changes"): ("cost_changes", []),
    ("CostChange", "first_day"): ("cost_changes.0.first_day", 9),
    ("CostChange", "last_day"): ("cost_changes.0.last_day", 29),
    ("CostChange", "holding"): ("cost_changes.0.holding", 1),
    ("CostChange", "stockout"): ("cost_changes.0.stockout", 1),
    ("CostChange", "ordering"): ("cost_changes.0.ordering", 1),
    ("CostChange", "locations"): ("cost_changes.0.locations", ["east"]),
    ("CostChange", "skus"): ("cost_changes.0.skus", ["milk"]),
    ("Spike", "first_day"): ("spikes.0.first_day", 9),
    ("Spike", "last_day"): ("spikes.0.last_day", 15),
    ("Spike", "multiplier"): ("spikes.0.multiplier", 1.5),
    ("Spike", "deviation"): ("spikes.0.deviation", 0.5),
    ("Spike", "seasonality_amplitude"): ("spikes.0.seasonality_amplitude", 0.9),
    ("Spike", "stores"): ("spikes.0.stores", ["north"]),
    ("Spike", "skus"): ("spikes.0.skus", ["milk"]),
    ("Sku", "base_demand"): ("skus.bread.base_demand", 6),
    ("Sku", "demand_std"): ("skus.milk.demand_std", 5),
    ("Sku", "seasonality_amplitude"): ("skus.milk.seasonality_amplitude", 0.5),
    ("Sku", "seasonality_period"): ("skus.milk.seasonality_period", 8),
    ("Sku", "holding_cost"): ("skus.milk.holding_cost", 0.5),
    ("Sku", "stockout_penalty"): ("skus.milk.stockout_penalty", 3),
    ("Sku", "ordering_cost"): ("skus.soap.ordering_cost", 2),
    ("Sku", "shelf_life"): ("skus.bread.shelf_life", 5),
    ("Sku", "expiry_cost"): ("skus.bread.expiry_cost", 2),
    ("Sku", "substitute"): ("skus.bread.substitute", "milk"),
    ("Sku", "substitution_share"): ("skus.bread.substitution_share", 0.25),
    ("Sku", "goodwill_loss"): ("skus.milk.goodwill_loss", 0.25),
    ("Sku", "goodwill_recovery"): ("skus.milk.goodwill_recovery", 0.5),
    ("Sku", "volume"): ("skus.milk.volume", 3),
    ("Sku", "unit_cost"): ("skus.bread.unit_cost", 1),
    ("Sku", "unit_price"): ("skus.bread.unit_price", 1),
    ("Sku", "demand"): ("skus.bread.demand", {"distribution": "normal"}),
    ("Store", "demand_multiplier"): ("stores.south.demand_multiplier.bread", 1.0),
    ("Store", "initial_inventory"): ("stores.south.initial_inventory.milk", 21),
    ("Store", "max_inventory"): ("stores.south.max_inventory", 30),
    ("Store", "newest_first"): ("stores.south.newest_first", 0.0),
    ("Store", "waiting_share"): ("stores.south.waiting_share", 0.5),
    ("Store", "patience"): ("stores.south.patience", 1),
    ("Store", "due_days"): ("stores.south.due_days", 2),
    ("Store", "storage"): ("stores.north.storage", 20),
    ("Store", "when_full"): ("stores.north.when_full", "refuse"),
    ("Warehouse", "when_full"): ("warehouses.east.when_full", "overflow"),
    ("Store", "overflow_cost"): ("stores.north.overflow_cost", 1),
    ("Store", "shelf_life"): ("stores.south.shelf_life", 2),
    ("Store", "unmet_demand"): ("stores.kiosk.unmet_demand", "backordered"),
    ("Store", "policy"): ("stores.kiosk.policy", {"rule": "base_stock", "order_up_to": 9}),
    ("Store", "review_period"): ("stores.kiosk.review_period", 3),
    ("Store", "receives"): ("stores.south.receives", "morning"),
    ("Store", "holding_charged"): ("stores.south.holding_charged", "before_sales"),
    ("Store", "skus"): ("stores.kiosk.skus", ["milk", "bread"]),
    ("Store", "holding_cost"): ("stores.south.holding_cost", 1),
    ("Store", "stockout_penalty"): ("stores.south.stockout_penalty.milk", 4),
    ("Store", "ordering_cost"): ("stores.south.ordering_cost", 3),
    ("Store", "demand"): ("stores.south.demand", {"milk": TABLE}),
    ("Warehouse", "initial_inventory"): ("warehouses.east.initial_inventory", 41),
    ("Warehouse", "max_inventory"): ("warehouses.centre.max_inventory", 100),
    ("Warehouse", "newest_first"): ("warehouses.west.newest_first", 1.0),
    ("Warehouse", "storage"): ("warehouses.east.storage", 20),
    ("Warehouse", "overflow_cost"): ("warehouses.west.overflow_cost", 1),
    ("Warehouse", "shelf_life"): ("warehouses.centre.shelf_life", 1),
    ("Warehouse", "policy"): ("warehouses.east.policy.order_up_to", 80),
    ("Warehouse", "review_period"): ("warehouses.east.review_period", 2),
    ("Warehouse", "receives"): ("warehouses.east.receives", "morning"),
    ("Warehouse", "holding_charged"): ("warehouses.east.holding_charged", "before_shipping"),
    ("Warehouse", "orders"): ("warehouses.east.orders", "before_shipping"),
    ("Warehouse", "holding_cost"): ("warehouses.east.holding_cost", 1),
    ("Warehouse", "ordering_cost"): ("warehouses.east.ordering_cost", 7),
    ("Warehouse", "allocation"): ("warehouses.east.allocation", "proportional"),
    ("Warehouse", "short_orders"): ("warehouses.west.short_orders", "owed"),
    ("Supplier", "reliability"): ("suppliers.farm.reliability", 0.7),
    ("Supplier", "failure"): ("suppliers.farm.failure", "lost"),
    ("Supplier", "failure_share"): ("suppliers.works.failure_share", 0.25),
    ("Supplier", "failure_days"): ("suppliers.farm.failure_days", 1),
    ("Supplier", "handling_capacity"): ("suppliers.works.handling_capacity", 9),
    ("Warehouse", "handling_capacity"): ("warehouses.east.handling_capacity", 8),
    ("Supplier", "capacity"): ("suppliers.farm.capacity.milk", 20),
    ("Supplier", "allocation"): ("suppliers.farm.allocation", "priority"),
    ("Lane", "source"): ("lanes.9.source", "east"),
    ("Lane", "destination"): ("lanes.9", BASE["lanes"][9] | {"source": "works"}),
    ("Lane", "lead_time"): ("lanes.4.lead_time", 2),
    ("Lane", "priority"): ("lanes.4.priority", 0),
    ("Lane", "delays"): ("lanes.4.delays", [0, 3]),
    ("Lane", "delay_probabilities"): ("lanes.4.delay_probabilities", [0.9, 0.1]),
    ("Lane", "overtaking"): ("lanes.4.overtaking", True),
    ("Lane", "after_cutoff"): ("lanes.4.after_cutoff", [2, 5]),
    ("Lane", "order_cost"): ("lanes.7.order_cost", 6),
    ("Lane", "trip_cost"): ("lanes.7.trip_cost", 5),
    ("Lane", "trip_co2"): ("lanes.7.trip_co2", 4),
    ("Lane", "truck_units"): ("lanes.7.truck_units", 3),
    ("Lane", "truck_weight"): ("lanes.8.truck_weight", 2),
    ("Lane", "truck_volume"): ("lanes.3.truck_volume", 2),
    ("Lane", "unit_transport_cost"): ("lanes.8.unit_transport_cost", 1),
    ("Lane", "unit_co2"): ("lanes.8.unit_co2", 1),
    ("Lane", "in_transit_owner"): ("lanes.8.in_transit_owner", "destination"),
    ("Sku", "weight"): ("skus.milk.weight", 4),
    ("Lane", "order_multiple"): ("lanes.4.order_multiple", 7),
    ("Lane", "minimum_order"): ("lanes.9.minimum_order", 9),
    ("Lane", "reserved"): ("lanes.4.reserved", 9),
    ("Lane", "unit_cost"): ("lanes.0.unit_cost", 2),
    ("Lane", "initial_on_order"): ("lanes.0.initial_on_order", []),
    ("OnOrder", "due_day"): ("lanes.0.initial_on_order.0.due_day", 1),
    ("OnOrder", "units"): ("lanes.0.initial_on_order.0.units", 15),
    ("OnOrder", "sku"): ("lanes.0.initial_on_order.0.sku", "soap"),
    ("Case", "pools"): ("pools", {}),
    ("Pool", "skus"): ("pools.town.skus", ["bread"]),
    ("Pool", "reserve"): ("pools.town.reserve", 0),
    ("Pool", "transfer_cost"): ("pools.town.transfer_cost", 0.75),
    ("Case", "disruptions"): ("disruptions", {}),
    ("Disruption", "locations"): ("disruptions.strike.locations", ["east"]),
    ("Disruption", "skus"): ("disruptions.strike.skus", ["milk"]),
    ("Disruption", "lanes"): ("disruptions.strike.lanes", []),
    ("Disruption", "stops"): ("disruptions.strike.stops", ["orders"]),
    ("Disruption", "destroys"): ("disruptions.flood.destroys", 0.25),
    ("Disruption", "delay"): ("disruptions.snow.delay", 1),
    ("Disruption", "limit"): ("disruptions.snow.limit", 6),
    ("Disruption", "first_day"): ("disruptions.strike.first_day", 15),
    ("Disruption", "last_day"): ("disruptions.strike.last_day", 20),
    ("Disruption", "weekdays"): ("disruptions.sundays.weekdays", [2, 3]),
    ("Disruption", "probability"): ("disruptions.customs.probability", 0.3),
    ("Disruption", "duration"): ("disruptions.flood.duration", 4),
    ("Disruption", "recovery"): ("disruptions.customs.recovery", 0.1),
    ("LaneEnds", "source"): ("disruptions.customs.lanes.0.source", "works"),
    ("LaneEnds", "destination"): ("disruptions.strike.lanes.0.destination", "south"),
    ("PolicySettings", "rule"): (
        "stores.kiosk.policy",
        {"rule": "capped_base_stock", "order_up_to": 14, "order_cap": 6},
    ),
    ("PolicySettings", "parameters"): ("stores.kiosk.policy.order_quantity", 7),
}
SEVERAL = {  # settings that can only change together with others
    ("Store", "review_days"): {"stores.kiosk.review_period": 3, "stores.kiosk.review_days": [2]},
    ("Warehouse", "review_days"): {
        "warehouses.east.review_period": 2,
        "warehouses.east.review_days": [2],
    },
    ("Pool", "stores"): {
        "pools.town.stores": ["south", "kiosk"],
        "pools.town.skus": ["milk"],
    },
    ("Lane", "share"): {"lanes.0.share": 0.5, "lanes.1.share": 0.5},
    ("Store", "sourcing"): {
        "stores.south.sourcing": "fastest",
        "lanes.7.share": None,
        "lanes.8.share": None,
    },
    ("Warehouse", "sourcing"): {
        "warehouses.centre.sourcing": "cheapest",
        "lanes.0.share": None,
        "lanes.1.share": None,
    },
    ("Lane", "skus"): {"lanes.5.skus": ["milk"], "lanes.6.skus": ["soap", "bread"]},
    ("Warehouse", "skus"): {
        "warehouses.west.skus": ["milk", "bread", "soap"],
        "warehouses.west.initial_inventory": {"milk": 50, "bread": 30, "soap": 9},
    },
}
BOLTS = {"distribution": "intermittent", "occurrence": 0.5, "size_cv2": 0.5}
OFFER = {"first_day": 10, "last_day": 12, "price": 0.8, "uplift": 2, "dip": 0.5}
HOLIDAY = {"day": 12, "factor": 2}
AT_WORK = {  # settings that the base case does not use: what uses them, and another value
    ("Demand", "variance_to_mean"): (
        {"skus.bread.demand": {"distribution": "negative_binomial", "variance_to_mean": 2}},
        {"skus.bread.demand": {"distribution": "negative_binomial", "variance_to_mean": 4}},
    ),
    ("Demand", "yearly_peak"): (
        {"demand.yearly_amplitude": 0.5},
        {"demand.yearly_amplitude": 0.5, "demand.yearly_peak": 10},
    ),
    ("Case", "first_date"): (
        {"demand.weekdays": [1, 1, 1, 1, 1, 2, 3]},
        {"demand.weekdays": [1, 1, 1, 1, 1, 2, 3], "first_date": "2024-01-02"},
    ),
    ("Demand", "occurrence"): (
        {"skus.bread.demand": BOLTS},
        {"skus.bread.demand": BOLTS | {"occurrence": 0.25}},
    ),
    ("Demand", "size_cv2"): (
        {"skus.bread.demand": BOLTS},
        {"skus.bread.demand": BOLTS | {"size_cv2": 1}},
    ),
    ("Demand", "elasticity"): (
        {"promotions": [OFFER], "demand.elasticity": -1},
        {"promotions": [OFFER], "demand.elasticity": -2},
    ),
    ("Promotion", "price"): (
        {"promotions": [OFFER], "demand.elasticity": -1},
        {"promotions": [OFFER | {"price": 0.9}], "demand.elasticity": -1},
    ),
}
AT_WORK |= {
    ("Promotion", name): ({"promotions": [OFFER]}, {"promotions": [OFFER | {name: value}]})
    for name, value in {
        "first_day": 9,
        "last_day": 11,
        "uplift": 1.5,
        "dip": 0.25,
        "dip_days": 9,
        "stores": ["south"],
        "skus": ["milk"],
    }.items()
}
AT_WORK |= {
    ("Event", name): ({"events": [HOLIDAY]}, {"events": [HOLIDAY | {name: value}]})
    for name, value in {"day": 13, "factor": 0.5, "store": "south", "sku": "bread"}.items()
}
FOR_DISPLAY = {
    ("Event", "event"): ("events", [{"day": 12, "factor": 1, "event": "Another"}]),
    ("Case", "title"): ("title", "Another"),
    ("Sku", "name"): ("skus.milk.name", "Another"),
    ("Store", "name"): ("stores.north.name", "Another"),
    ("Warehouse", "name"): ("warehouses.east.name", "Another"),
    ("Supplier", "name"): ("suppliers.farm.name", "Another"),
    ("Pool", "name"): ("pools.town.name", "Another"),
    ("Disruption", "name"): ("disruptions.strike.name", "Another"),
}


def models(annotation, found):
    """Gather the models that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in found:
            found.append(annotation)
            for field in annotation.model_fields.values():
                models(field.annotation, found)
    else:
        for part in typing.get_args(annotation):
            models(part, found)
    return found


SETTINGS = [(m.__name__, name) for m in models(Case, []) for name in m.model_fields]


def changed(changes):
    """Return the base case with other values at some places."""
    data = copy.deepcopy(BASE)
    for place, value in changes.items():
        *steps, last = (int(step) if step.isdigit() else step for step in place.split("."))
        table = data
        for step in steps:
            table = table[step]
        table[last] = value
    return data


def outcome(case, **options):
    """Return all quantities and figures of a case's run."""
    run = simulate(case, keep=Keep(records=True), **options)
    found = {"records": run.outcome.records}
    for by in ("network", "point"):
        found |= {f"{by} {name}": values for name, values in run.figures(by).items()}
    return found


def differ(left, right):
    """Tell whether two outcomes differ at all."""
    return left.keys() != right.keys() or any(
        not np.array_equal(left[name], right[name], equal_nan=True) for name in left
    )


def write_demand(folder, units):
    """Write a file with the recorded demand of the kiosk."""
    rows = [f"{day},kiosk,milk,{amount}" for day, amount in enumerate(units, start=1)]
    text = "\n".join(["day,store,sku,units", *rows]) + "\n"
    (folder / "demand.csv").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def before():
    """Give the outcome of the base case."""
    return outcome(case_from_dict(BASE))


@pytest.mark.parametrize("setting", SETTINGS, ids=".".join)
def test_each_setting_has_an_entry(setting):
    """A new setting is added to one of the tables of this test, with what to change it to."""
    tables = [setting in table for table in (CHANGES, SEVERAL, AT_WORK, FOR_DISPLAY)]
    assert sum(tables) == 1


@pytest.mark.parametrize("setting", [*CHANGES, *SEVERAL], ids=".".join)
def test_a_changed_setting_changes_the_run(setting, before, tmp_path):
    """Another value gives other quantities or other figures."""
    place = CHANGES.get(setting)
    changes = dict([place]) if place else SEVERAL[setting]
    write_demand(tmp_path, [3] * BASE["days"])
    after = outcome(case_from_dict(changed(changes), tmp_path))
    assert differ(before, after)


@pytest.mark.parametrize("setting", AT_WORK, ids=".".join)
def test_a_setting_changes_the_run_that_uses_it(setting):
    """Another value of what the base case leaves alone gives other quantities or figures."""
    first, second = (outcome(case_from_dict(changed(changes))) for changes in AT_WORK[setting])
    assert differ(first, second)


@pytest.mark.parametrize("setting", FOR_DISPLAY, ids=".".join)
def test_what_is_for_display_changes_nothing(setting, before):
    """A name or title changes no number."""
    after = outcome(case_from_dict(changed(dict([FOR_DISPLAY[setting]]))))
    assert not differ(before, after)


def test_a_demand_file_is_read(tmp_path, before):
    """Recorded demand is the same from a file as inline, and another file is another run."""
    units = BASE["stores"]["kiosk"]["demand"]["milk"]["units"]
    write_demand(tmp_path, units)
    data = changed(dict([CHANGES["Demand", "file"]]))
    assert not differ(before, outcome(case_from_dict(data, tmp_path)))
    write_demand(tmp_path, [units[0] + 1, *units[1:]])
    assert differ(before, outcome(case_from_dict(data, tmp_path)))


@pytest.mark.parametrize("place", ["demand", "skus.milk.demand", "stores.north.demand.milk"])
@pytest.mark.parametrize(
    "settings",
    [{"distribution": "poisson"}, {"noise": "none"}, {"seasonality": False}, TABLE, REPLAY],
    ids=lambda settings: next(iter(settings.values())) or "plain",
)
def test_demand_can_be_set_at_every_place(place, settings):
    """What a case, a SKU or a store says of demand acts there."""
    data = changed({})
    for table in (data["skus"], data["stores"]):
        for entry in table.values():
            entry.setdefault("demand", {})
    steps = place.split(".")
    table = data
    for step in steps[:-1]:
        table = table[step]
    first = outcome(case_from_dict(data))
    table[steps[-1]] = settings
    assert differ(first, outcome(case_from_dict(data)))


# --- policies --------------------------------------------------------------------------------


def parameters(rule):
    """Return the described fields of a rule."""
    return [f for f in dataclasses.fields(RULES[rule]) if f.metadata.get("kind") is not None]


LOW = {"emergency_point": 6.0, "emergency_up_to": 9.0}  # below the levels of the slow lane


def plain(field):
    """Return a value that suits any parameter of its kind."""
    if field.name in LOW:
        return LOW[field.name]
    known = {"table": [6.0, 0.0, 9.0], "whole": 4, "fraction": 0.5, "number": 3.0}
    return known.get(field.metadata["kind"], 12.0)


def others(field):
    """Return values that differ from the plain one."""
    if field.metadata["kind"] == "table":
        return [[6.0, 1.0, 9.0]]
    by = 0.3 if field.metadata["kind"] == "fraction" else 3
    return [plain(field) + by, plain(field) - by]


TABLE_RULE = {  # its parameters fit together: a table has an entry for each state
    "largest_stock": 3,
    "largest_order": 2,
    "later_days": 0,
    "orders_by_state": [6, 5, 3, 0],
}
TABLE_CHANGES = {
    "largest_stock": {"largest_stock": 1, "orders_by_state": [6, 5]},
    "largest_order": {"largest_order": 2, "orders_by_state": [*range(1, 13)]},  # 1 before
    "later_days": {"later_days": 1, "orders_by_state": [6, 5, 5, 5, 5, 4, 3, 3, 3, 1, 1, 0]},
    "orders_by_state": {"orders_by_state": [6, 6, 3, 0]},
}


def example(rule):
    """Return a policy with a value for each of its parameters."""
    if rule == "lookup_table":
        return {"rule": rule, **TABLE_RULE}
    return {"rule": rule} | {field.name: plain(field) for field in parameters(rule)}


def changes_of(rule, field):
    """Return what to change of the example, so that one parameter is another."""
    if rule == "lookup_table":
        return [TABLE_CHANGES[field.name]]
    return [{field.name: value} for value in others(field)]


def single(policy):
    """Return a case of one store with a policy, and as many suppliers as it chooses among."""
    suppliers = [f"supplier_{n}" for n in range(getattr(RULES[policy["rule"]], "lanes", 1))]
    return {
        "days": 40,
        "skus": {"milk": {"base_demand": 5, "demand_std": 5, "shelf_life": 3}},
        "stores": {"store": {"initial_inventory": 0, "policy": policy}},
        "suppliers": {name: {} for name in suppliers},
        "lanes": [
            {"source": name, "destination": "store", "lead_time": 2 + 2 * number}
            for number, name in enumerate(suppliers)
        ],
    }


@pytest.mark.parametrize(
    ("rule", "name"), [(rule, field.name) for rule in RULES for field in parameters(rule)]
)
def test_each_parameter_of_each_rule_changes_the_run(rule, name):
    """Whatever rule is registered, each of its parameters acts."""
    policy = example(rule)
    if (rule, name) == ("lookup_table", "largest_order"):
        policy |= {"later_days": 1, "largest_order": 1, "orders_by_state": [*range(1, 9)]}
    first = outcome(case_from_dict(single(policy)))
    (field,) = (field for field in parameters(rule) if field.name == name)
    differences = []
    for change in changes_of(rule, field):
        try:
            after = outcome(case_from_dict(single(policy | change)))
        except CaseError:
            continue
        differences.append(differ(first, after))
    assert any(differences)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_another_run(rule):
    """Two rules do not order alike: the word that picks a rule matters."""
    policy = example(rule)
    mine = outcome(case_from_dict(single(policy)))["records"]
    idle = outcome(case_from_dict(single({"rule": "fixed_orders", "orders_by_day": [0.0]})))
    assert not np.array_equal(mine, idle["records"])


# --- the brief's settings --------------------------------------------------------------------


def settings():
    """Return settings in the brief's form, in which each of its words is at work."""
    levels = {"initial_inventory": 60, "max_inventory": 90, "reorder_point": 40, "order_up_to": 70}
    return {
        "SIMULATION_DAYS": 40,
        "WARMUP_DAYS": 5,
        "RANDOM_SEED": 1,
        "SKU_CONFIG": {
            "milk": {
                "name": "Milk",
                "base_demand": 12,
                "demand_std": 6,
                "seasonality_amplitude": 0.3,
                "seasonality_period": 20,
                "holding_cost": 1,
                "stockout_penalty": 5,
                "ordering_cost": 3,
                "unit_cost": 2,
                "unit_price": 4,
            }
        },
        "STORE_CONFIG": {
            "store_1": {"name": "One", "demand_multiplier": 1.5, **levels},
            "store_2": {"name": "Two", "demand_multiplier": 1.0, **levels},
        },
        "WAREHOUSE_CONFIG": {
            "warehouse_1": {"name": "Central", **levels, "lead_time_to_stores": 1},
            "warehouse_2": {"name": "Other", **levels, "lead_time_to_stores": 2},
        },
        "SUPPLIER_CONFIG": {
            "supplier_1": {
                "name": "First",
                "lead_time": 2,
                "reliability": 0.9,
                "infinite_supply": False,
                "capacity": 30,
            }
        },
        "SUPPLY_CHAIN_GRAPH": {
            "supplier_1": ["warehouse_1", "warehouse_2"],
            "warehouse_1": ["store_1", "store_2"],
            "warehouse_2": ["store_2"],
        },
        "DEMAND_CONFIG": {
            "distribution": "normal",
            "noise_type": "additive",
            "enable_seasonality": True,
        },
        "COST_CONFIG": {
            "holding_cost_weight": 1,
            "stockout_penalty_weight": 1,
            "ordering_cost_weight": 1,
        },
    }


BRIEF = {
    "SIMULATION_DAYS": 39,
    "WARMUP_DAYS": 4,
    "RANDOM_SEED": 2,
    "SKU_CONFIG.milk.base_demand": 13,
    "SKU_CONFIG.milk.demand_std": 7,
    "SKU_CONFIG.milk.seasonality_amplitude": 0.5,
    "SKU_CONFIG.milk.seasonality_period": 10,
    "SKU_CONFIG.milk.holding_cost": 2,
    "SKU_CONFIG.milk.stockout_penalty": 6,
    "SKU_CONFIG.milk.ordering_cost": 4,
    "SKU_CONFIG.milk.unit_cost": 3,
    "SKU_CONFIG.milk.unit_price": 5,
    "STORE_CONFIG.store_1.demand_multiplier": 1.6,
    "STORE_CONFIG.store_1.initial_inventory": 61,
    "STORE_CONFIG.store_1.reorder_point": 30,
    "STORE_CONFIG.store_1.order_up_to": 75,
    "WAREHOUSE_CONFIG.warehouse_1.initial_inventory": 61,
    "WAREHOUSE_CONFIG.warehouse_1.reorder_point": 30,
    "WAREHOUSE_CONFIG.warehouse_1.order_up_to": 75,
    "WAREHOUSE_CONFIG.warehouse_1.lead_time_to_stores": 2,
    "SUPPLIER_CONFIG.supplier_1.lead_time": 3,
    "SUPPLIER_CONFIG.supplier_1.reliability": 0.7,
    "SUPPLIER_CONFIG.supplier_1.capacity": 20,
    "SUPPLIER_CONFIG.supplier_1": {"lead_time": 2, "reliability": 0.9, "infinite_supply": True},
    "SUPPLY_CHAIN_GRAPH.warehouse_2": ["store_1", "store_2"],
    "DEMAND_CONFIG.distribution": "poisson",
    "DEMAND_CONFIG.noise_type": "none",
    "DEMAND_CONFIG.enable_seasonality": False,
    "COST_CONFIG.holding_cost_weight": 2,
    "COST_CONFIG.stockout_penalty_weight": 2,
    "COST_CONFIG.ordering_cost_weight": 2,
}
NAMES = [
    "SKU_CONFIG.milk.name",
    "STORE_CONFIG.store_1.name",
    "WAREHOUSE_CONFIG.warehouse_1.name",
    "SUPPLIER_CONFIG.supplier_1.name",
]


def with_other(place, value):
    """Return the brief's settings with another value at a place."""
    data = settings()
    *steps, last = place.split(".")
    table = data
    for step in steps:
        table = table[step]
    assert last in table
    table[last] = value
    return case_from_settings(data)


@pytest.mark.parametrize("place", BRIEF)
def test_each_word_of_the_brief_changes_the_run(place):
    """Every key of the brief's dicts acts."""
    first = outcome(case_from_settings(settings()))
    assert differ(first, outcome(with_other(place, BRIEF[place])))


@pytest.mark.parametrize(
    ("section", "location", "kind"),
    [
        ("STORE_CONFIG", "store_1", "store_orders"),
        ("WAREHOUSE_CONFIG", "warehouse_1", "warehouse_orders"),
    ],
)
def test_max_inventory_of_the_brief_limits_an_agent(section, location, kind):
    """`max_inventory` binds whoever aims above it; (s, S) cannot, as S above it is an error."""
    ordered = []
    for limit in (90, 70):
        twin = DigitalTwin(with_other(f"{section}.{location}.max_inventory", limit))
        _, _, _, info = twin.step({kind: {location: {"milk": 1000}}})
        (clip,) = info["clips"]
        ordered.append(clip["ordered"])
    assert ordered[0] - ordered[1] == 20


@pytest.mark.parametrize("place", NAMES)
def test_names_of_the_brief_change_nothing(place):
    """Names are for display."""
    first = outcome(case_from_settings(settings()))
    assert not differ(first, outcome(with_other(place, "Another")))


def test_every_word_of_the_brief_is_tested():
    """A new section or a new word of a table of settings needs an entry above."""
    heads = {place.split(".")[0] for place in BRIEF}
    assert heads == set(TOPS.values())
    words = {place.split(".")[-1] for place in BRIEF}
    assert set(DEMAND_WORDS.values()) | set(WEIGHT_WORDS.values()) <= words
