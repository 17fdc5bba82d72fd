"""The strategies draw valid cases in which everything that can happen does."""

import json

import pytest
from hypothesis import HealthCheck, given, settings

from inventory_hmarl.testing import simulate_reference
from inventory_hmarl.testing.plain_policies import PLAIN_RULES
from inventory_hmarl.testing.strategies import cases, numbered_case, word_of


class Numbered:
    """The cases that have a number, from the first on, drawn when they are asked for."""

    def __init__(self, most):
        self.drawn, self.most = [], most

    def __iter__(self):
        """Give them until somebody has found what was sought."""
        for number in range(self.most):
            if number == len(self.drawn):
                self.drawn.append(numbered_case(number))
            yield self.drawn[number]


@pytest.fixture(scope="module")
def sample():
    """Give as many cases as the engines are compared on; what is in them is Hypothesis's choice."""
    return Numbered(1000)


@given(drawn=cases())
def test_every_drawn_case_is_valid_and_plain(drawn, build):
    """A drawn case is accepted, and is what a JSON file can hold."""
    assert json.loads(json.dumps(drawn)) == drawn
    assert build(drawn).days == drawn["days"]


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(drawn=cases(large=True))
def test_large_cases_are_valid_too(drawn, build):
    """Up to 20 stores and 10 SKUs."""
    assert len(build(drawn).stores) <= 20


def echelons(drawn):
    """Return how many locations lie on the longest way down from a supplier."""
    below = {}
    for lane in drawn["lanes"]:
        below.setdefault(lane["source"], []).append(lane["destination"])

    def depth(name):
        return 1 + max((depth(customer) for customer in below.get(name, [])), default=0)

    return max(depth(name) for name in drawn["suppliers"]) - 1


def demands_of(drawn):
    """Return the demand of each SKU of a case, the case's own where it has none."""
    return [drawn["demand"] | sku.get("demand", {}) for sku in parts(drawn, "skus")]


def longest(lane):
    """Return the longest lead time of a lane."""
    days = lane["lead_time"]
    return max(days.values()) if isinstance(days, dict) else days


def parts(drawn, kind):
    """Return the tables of one kind."""
    return list(drawn.get(kind, {}).values())


TAILS = {"geometric", "gamma", "lognormal", "negative_binomial", "intermittent", "empirical"}
FEATURES = {
    "four echelons": lambda drawn: echelons(drawn) == 4,
    "one echelon": lambda drawn: echelons(drawn) == 1,
    "shares": lambda drawn: any(lane.get("share", 1) < 1 for lane in drawn["lanes"]),
    "the best lane": lambda drawn: any("sourcing" in store for store in parts(drawn, "stores")),
    "SKUs of a lane": lambda drawn: any("skus" in lane for lane in drawn["lanes"]),
    "a store that ships": lambda drawn: any(
        lane["source"] in drawn["stores"] for lane in drawn["lanes"]
    ),
    "lead times of SKUs": lambda drawn: any(
        isinstance(lane["lead_time"], dict) for lane in drawn["lanes"]
    ),
    "stock on its way": lambda drawn: any("initial_on_order" in lane for lane in drawn["lanes"]),
    "both ways of missing": lambda drawn: any(
        isinstance(store["unmet_demand"], dict) and len(set(store["unmet_demand"].values())) == 2
        for store in parts(drawn, "stores")
    ),
    "an assortment": lambda drawn: any(
        len(store.get("skus", drawn["skus"])) < len(drawn["skus"])
        for store in parts(drawn, "stores")
    ),
    "a drop": lambda drawn: any(
        house["short_orders"] == "dropped" for house in parts(drawn, "warehouses")
    ),
    "priority": lambda drawn: any(
        house["allocation"] == "priority" for house in parts(drawn, "warehouses")
    ),
    "capacity": lambda drawn: any("capacity" in one for one in parts(drawn, "suppliers")),
    "unreliable": lambda drawn: any(one["reliability"] < 1 for one in parts(drawn, "suppliers")),
    "a limit": lambda drawn: any("max_inventory" in store for store in parts(drawn, "stores")),
    "a replay": lambda drawn: any(
        sku.get("demand", {}).get("distribution") == "replay" for sku in parts(drawn, "skus")
    ),
    "a table": lambda drawn: any(
        sku.get("demand", {}).get("distribution") == "table" for sku in parts(drawn, "skus")
    ),
    "a long tail of demand": lambda drawn: any(
        demand["distribution"] in TAILS for demand in demands_of(drawn)
    ),
    "a realised mean": lambda drawn: any(
        demand["distribution"] == "normal" and demand.get("mean") == "realised"
        for demand in demands_of(drawn)
    ),
    "noise that grows with the mean": lambda drawn: any(
        demand["distribution"] == "normal" and demand.get("noise") == "multiplicative"
        for demand in demands_of(drawn)
    ),
    "Poisson with a season and a spike": lambda drawn: (
        drawn["spikes"] and drawn["demand"] == {"distribution": "poisson", "seasonality": True}
    ),
    "a table that is scaled": lambda drawn: (
        any(store["demand_multiplier"] == 1.2 for store in parts(drawn, "stores"))
        and any(demand["distribution"] == "table" for demand in demands_of(drawn))
    ),
    "a long lead time": lambda drawn: any(longest(lane) > drawn["days"] for lane in drawn["lanes"]),
    "a batch of 49": lambda drawn: any(
        store["policy"].get("order_quantity") == 49 for store in parts(drawn, "stores")
    ),
    "a spike": lambda drawn: bool(drawn["spikes"]),
    "continuous": lambda drawn: drawn["units"] == "continuous",
    "many stores": lambda drawn: len(drawn["stores"]) >= 10,
}


@pytest.mark.parametrize("feature", FEATURES)
def test_every_feature_is_drawn(feature, sample):
    """Each feature turns up in the cases that the engines are compared on."""
    assert any(FEATURES[feature](drawn) for drawn in sample)


@pytest.mark.parametrize("rule", PLAIN_RULES)
@pytest.mark.parametrize("kind", ["stores", "warehouses"])
def test_every_policy_is_drawn_at_every_kind_of_location(rule, kind, sample):
    """Each policy turns up at stores and at warehouses."""
    assert any(part["policy"]["rule"] == rule for drawn in sample for part in parts(drawn, kind))


HAPPENINGS = {
    "customers are lost": lambda day, _: any(day.lost.values()),
    "customers wait": lambda day, _: any(day.waiting.values()),
    "orders stay owed": lambda day, _: any(day.owed.values()),
    "orders are dropped": lambda day, _: any(day.dropped.values()),
    "orders fail": lambda day, _: any(day.failed.values()),
    "a warehouse rations": lambda day, case: any(
        0 < units < day.line_ordered[line]
        for line, units in day.shipped.items()
        if line[0] in case.warehouses
    ),
}


@pytest.mark.parametrize("happening", HAPPENINGS)
def test_scarcity_happens(happening, sample, build):
    """In some drawn case, each kind of shortage happens on some day."""

    def happens(drawn):
        case = build(drawn)
        records = simulate_reference(
            case,
            lambda *when: word_of(when) % 10,
            lambda *when: word_of(when) % 3 == 0,
        )
        return any(HAPPENINGS[happening](day, case) for day in records)

    assert any(happens(drawn) for drawn in sample)
