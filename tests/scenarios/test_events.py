"""The events among the scenarios: direction, reach, parameters, and that they compose."""

import dataclasses
from functools import cache

import numpy as np
import pytest

from inventory_hmarl import (
    SCENARIOS,
    Keep,
    apply_scenario,
    case_from_dict,
    default_case,
    get_scenario,
    simulate,
)
from inventory_hmarl.case import CaseError, case_to_dict
from inventory_hmarl.case.models.demand import BY_FORMULA
from inventory_hmarl.scenarios import ScenarioError

CASE = default_case().changed(days=50)
ONE_LANE = "warehouse_1 > store_1"

# What a planner expects of the default parameters: a figure of the network, and its sign.
EXPECTED = {
    "capacity_cut": ("unit_fill_rate", -1),
    "cost_change": ("total_holding_cost", 1),
    "demand_drop": ("total_demand", -1),
    "demand_surge": ("total_demand", 1),
    "high_variability": ("unit_fill_rate", -1),
    "lane_closure": ("unit_fill_rate", -1),
    "new_store": ("total_demand", 1),
    "outage": ("unit_fill_rate", -1),
    "price_change": ("total_demand", -1),
    "promotion": ("total_demand", 1),
    "recall": ("unit_fill_rate", -1),
    "regime_shift": ("total_demand", 1),
    "spike": ("total_demand", 1),
    "store_closed": ("total_demand", -1),
    "strong_seasonality": ("unit_fill_rate", -1),
    "supplier_delay": ("unit_fill_rate", -1),
}
SPAN = {"first_day": 28, "last_day": 33}
SCOPE = {"stores": "store_2", "skus": "milk"}
# Another value of each parameter.
OTHERS = {
    "capacity_cut": SPAN | {"units": 100.0, "locations": "warehouse_1", "skus": "coffee_beans"},
    "cost_change": SPAN
    | {
        "holding": 2.0,
        "stockout": 2.0,
        "ordering": 2.0,
        "locations": "store_1",
        "skus": "milk",
    },
    "demand_drop": SPAN | SCOPE | {"multiplier": 0.2},
    "demand_surge": SPAN | SCOPE | {"multiplier": 1.8},
    "high_variability": SPAN | SCOPE | {"factor": 1.5},
    "lane_closure": SPAN | {"lanes": ONE_LANE, "skus": "milk"},
    "new_store": {"first_day": 20, "like": "store_3", "size": 0.5, "store": "another"},
    "normal": {},
    "outage": SPAN | {"locations": "warehouse_1", "skus": "milk"},
    "price_change": SPAN | SCOPE | {"price": 0.9, "elasticity": -1.0},
    "promotion": SPAN
    | SCOPE
    | {"price": 0.9, "elasticity": -1.0, "uplift": 2.0, "dip": 0.0, "dip_days": 14},
    "recall": {"day": 20, "share": 0.5, "locations": "store_1", "skus": "milk"},
    "regime_shift": SCOPE | {"first_day": 20, "multiplier": 0.5},
    "spike": {"first_day": 28, "last_day": 30} | SCOPE | {"multiplier": 1.5},
    "store_closed": SPAN | {"stores": "store_2"},
    "strong_seasonality": SPAN | SCOPE | {"amplitude": 0.1},
    "supplier_delay": SPAN | {"extra_days": 3, "suppliers": (), "skus": "milk"},
}
"""Of `supplier_delay`, no supplier at all: the default case has one."""

# What a family of demand needs to be told.
OF_FAMILY = {
    "intermittent": {"occurrence": 0.5, "size_cv2": 1.0},
    "negative_binomial": {"variance_to_mean": 3.0},
    "table": {"values": [0, 9], "probabilities": [0.5, 0.5]},
    "empirical": {"units": [3.0, 1.0, 8.0]},
    "replay": {"units": [4.0] * 12},
}
FLOWS = ("demand", "lost", "stock", "position", "ordered", "arrived")


@cache
def records(scenario=None, flow=FLOWS):
    """Give what is recorded of one replication, `(days, rows)`."""
    keep = Keep(records=[flow] if isinstance(flow, str) else flow)
    return simulate(apply_scenario(CASE, scenario), keep=keep).outcome.records[..., 0]


def starts(scenario):
    """Return the day on which an event begins; None if it has none."""
    return getattr(scenario, "first_day", getattr(scenario, "day", None))


def test_every_scenario_is_in_the_tables():
    """A new scenario needs a direction, and another value of each of its parameters."""
    assert set(EXPECTED) | {"normal"} == set(SCENARIOS)
    for name, scenario in SCENARIOS.items():
        assert {field.name for field in dataclasses.fields(scenario)} == set(OTHERS[name])


@cache
def means(name):
    """Give the figures of 20 replications of the default case under a scenario."""
    run = simulate(apply_scenario(default_case(), name), replications=20)
    return {figure: values[0] for figure, values in run.figures().items()}


@pytest.mark.parametrize("name", EXPECTED)
def test_default_parameters_act_as_a_planner_expects(name):
    """The figure moves to the expected side, by the mean over the same customers."""
    figure, sign = EXPECTED[name]
    change = means(name)[figure] - means("normal")[figure]
    assert sign * change.mean() > 1.96 * change.std(ddof=1) / np.sqrt(change.size)


@pytest.mark.parametrize(
    ("name", "parameter"), [(name, each) for name, others in OTHERS.items() for each in others]
)
def test_every_parameter_matters(name, parameter):
    """Another value of any parameter is another run; an id is another case."""
    other = get_scenario(name, **{parameter: OTHERS[name][parameter]})
    assert apply_scenario(CASE, other) != apply_scenario(CASE, name)
    if (name, parameter) not in {("new_store", "store"), ("capacity_cut", "skus")}:
        costs = [simulate(apply_scenario(CASE, each)).figures() for each in (other, name)]
        assert any(not np.array_equal(costs[0][f], costs[1][f]) for f in costs[0])


APART = {"new_store", "cost_change"}  # one acts before it opens, one moves nothing but money


@pytest.mark.parametrize(
    "name",
    [name for name, each in SCENARIOS.items() if starts(each) and name not in APART],
)
def test_nothing_changes_before_it_begins(name):
    """Up to the day before, every record is the same to the bit, and from then on not."""
    first = starts(SCENARIOS[name]) - 1
    assert np.array_equal(records(name)[:first], records()[:first])
    assert not np.array_equal(records(name)[first:], records()[first:])


def test_a_new_store_is_stocked_before_it_opens():
    """It orders when its goods can be there in time, and until then nothing changes elsewhere."""
    stock, usual = records("new_store", "stock"), records(None, "stock")
    others = [*range(12), *range(16, 20)]  # its four SKUs stand behind those of the three stores
    assert np.array_equal(stock[:26, others], usual[:26])
    assert not np.array_equal(stock[26, others], usual[26])
    assert stock[:29, 12:16].sum() == 0 < stock[29, 12:16].min()
    demand = records("new_store", "demand")
    assert demand[:29, 12:16].sum() == 0 < demand[29, 12:16].sum()
    assert np.array_equal(demand[:, :12], records(None, "demand"))


@pytest.mark.parametrize("name", [name for name, others in OTHERS.items() if "skus" in others])
def test_nothing_changes_for_other_skus(name):
    """SKUs that are not named have the records that they have without the event."""
    own = "coffee_beans" if name == "capacity_cut" else "milk"
    place = list(CASE.skus).index(own)
    changed = records(get_scenario(name, skus=own), "stock") != records(None, "stock")
    hit = changed.any(axis=0).reshape(-1, 4)
    assert not np.delete(hit, place, axis=1).any()
    assert hit[:, place].any() == (name != "cost_change")


@pytest.mark.parametrize("name", [name for name, others in OTHERS.items() if "stores" in others])
def test_nothing_changes_for_customers_of_other_stores(name):
    """Demand of stores that are not named is what it is without the event."""
    demand = records(get_scenario(name, stores="store_2"), "demand")
    hit = (demand != records(None, "demand")).any(axis=0).reshape(3, 4).any(axis=1)
    assert hit.tolist() == [False, True, False]


@pytest.mark.parametrize("name", EXPECTED)
def test_each_composes_with_each(name):
    """Every event is still at work behind every other, and the same one may come twice."""
    for other in SCENARIOS:
        before = apply_scenario(CASE, other)
        both = apply_scenario(before, name)
        assert both != before or name == "strong_seasonality"
        assert apply_scenario(CASE, f"{other}+{name}") == both


def test_all_at_once_keep_the_laws_in_either_order():
    """A case with every scenario runs under all laws, and can be written and read."""
    for order in (list(SCENARIOS), list(SCENARIOS)[::-1]):
        case = apply_scenario(CASE, order)
        assert case_from_dict(case_to_dict(case)) == case
        simulate(case, checked=True)


def test_disruptions_of_one_kind_have_ids_of_their_own():
    """A second outage does not take the place of the first."""
    twice = apply_scenario(CASE, ["outage", get_scenario("outage", locations="warehouse_1")])
    assert list(twice.disruptions) == ["outage", "outage_2"]
    assert [each.locations for each in twice.disruptions.values()] == [
        ("supplier_1",),
        ("warehouse_1",),
    ]


@pytest.mark.parametrize(
    ("name", "parameter", "value", "message"),
    [
        ("demand_drop", "multiplier", 1.2, "demand_surge"),
        ("demand_surge", "multiplier", 0.8, "demand_drop"),
        ("demand_surge", "stores", "stor_1", "Did you mean 'store_1'"),
        ("regime_shift", "skus", ("milk", "mlik"), "Did you mean 'milk'"),
        ("regime_shift", "first_day", 2.5, "whole number"),
        ("promotion", "price", 0.0, "above 0"),
        ("promotion", "elasticity", 2.0, "from -20 to 0"),
        ("price_change", "elasticity", float("nan"), "from -20 to 0"),
        ("price_change", "last_day", 3, "at least first_day, 30"),
        ("outage", "locations", "warehouse", "Did you mean 'warehouse_1'"),
        ("outage", "last_day", 3, "first_day"),
        ("recall", "skus", "mlik", "Did you mean 'milk'"),
        ("lane_closure", "lanes", "warehouse_1 > store_9", "Did you mean 'warehouse_1 > store_"),
        ("recall", "locations", "supplier_1", "must be one of"),
        ("recall", "share", 1.5, "1"),
        ("store_closed", "stores", "warehouse_1", "must be one of store_1"),
        ("capacity_cut", "locations", "supplier", "Did you mean 'supplier_1'"),
        ("capacity_cut", "units", 1.5, "whole"),
        ("cost_change", "holding", -1.0, "finite number >= 0"),
        ("supplier_delay", "suppliers", "supplier", "Did you mean 'supplier_1'"),
        ("supplier_delay", "last_day", 0, "should be greater than or equal to 1"),
        ("new_store", "like", "store_4", "Did you mean 'store_"),
    ],
)
def test_what_cannot_be_is_told(name, parameter, value, message):
    """An error names what is wrong, and where there is one, the nearest name."""
    with pytest.raises((ScenarioError, CaseError), match=message):
        apply_scenario(CASE, get_scenario(name, **{parameter: value}))


def test_the_cases_own_elasticity_answers_a_price():
    """With `elasticity=None` a promotion and a new price move demand as the case says."""
    case = case_from_dict(case_to_dict(CASE) | {"demand": {"elasticity": -2.0}})
    for name in ("promotion", "price_change"):
        own = apply_scenario(case, get_scenario(name, elasticity=None)).promotions[0]
        given = apply_scenario(case, name).promotions[0]
        assert own.price == SCENARIOS[name].price != given.price == 1
        assert own.price**-2.0 * own.uplift == pytest.approx(given.uplift)


@pytest.mark.parametrize("name", ["strong_seasonality", "high_variability"])
@pytest.mark.parametrize("distribution", [*BY_FORMULA, "table", "empirical", "replay"])
def test_other_settings_on_all_days_are_settings(name, distribution):
    """On the days of a span demand is drawn as if the settings were other ones from day 1 on."""
    content = case_to_dict(CASE.changed(days=12, warmup_days=0))
    content["demand"] = {"distribution": distribution} | OF_FAMILY.get(distribution, {})
    for sku in content["skus"].values():
        sku.pop("demand", None)
    case = case_from_dict(content)
    usual, always, spell = (
        simulate(apply_scenario(case, words), keep=Keep(records=["demand"])).outcome.records
        for words in (None, name, f"{name}:first_day=4,last_day=9,stores=store_1+store_2")
    )
    assert np.array_equal(spell[3:9, :8], always[3:9, :8])
    assert np.array_equal(spell[[0, 1, 2, 9, 10, 11]], usual[[0, 1, 2, 9, 10, 11]])
    assert np.array_equal(spell[:, 8:], usual[:, 8:])


def test_spans_of_other_settings_may_overlap():
    """Deviations multiply where spans meet, and the last season holds."""
    noise = "high_variability:first_day=4,last_day=8"
    twice = f"{noise}+high_variability:first_day=6,last_day=9,factor=3"
    demand = records(twice, "demand")
    for days, factor in ((slice(3, 5), 2), (slice(5, 8), 6), (slice(8, 9), 3)):
        assert np.array_equal(
            demand[days], records(f"high_variability:factor={factor}", "demand")[days]
        )
    seasons = "strong_seasonality:last_day=8,amplitude=0.9+strong_seasonality:first_day=6"
    demand = records(seasons, "demand")
    assert np.array_equal(demand[5:], records("strong_seasonality", "demand")[5:])


def test_an_outage_to_the_end_outlasts_a_longer_run():
    """Without a last day an event lasts to the end, also of a case that is made longer."""
    for name in ("outage", "lane_closure", "store_closed"):
        case = apply_scenario(CASE, get_scenario(name, last_day=None)).changed(days=120)
        arrived = simulate(case, keep=Keep(records=["arrived"])).outcome.records
        assert arrived[90:].sum() == 0 < arrived[:29].sum()


def test_capacity_is_cut_and_never_raised():
    """A cut on all days is a capacity of a supplier, or its own where that is less."""

    def limited(capacity):
        supplier = CASE.suppliers["supplier_1"].model_copy(update={"capacity": capacity})
        return CASE.changed(suppliers={"supplier_1": supplier})

    def shipped(case):
        return simulate(case, keep=Keep(records=["shipped"])).outcome.records

    cut = apply_scenario(CASE, "capacity_cut:units=80,skus=milk")
    own = {sku: 80.0 if sku == "milk" else 1e9 for sku in CASE.skus}
    assert np.array_equal(shipped(cut), shipped(limited(own)))
    assert not np.array_equal(shipped(cut), shipped(CASE))
    higher = apply_scenario(limited(100.0), "capacity_cut:units=200")
    assert np.array_equal(shipped(higher), shipped(limited(100.0)))


def test_costs_that_change_on_all_days_are_other_rates():
    """Written as a span of all days, other costs come to the same figures."""
    words = "holding=1.5,stockout=3,ordering=2,locations=store_1+warehouse_1,skus=milk+coffee_beans"
    whole, written = (
        simulate(apply_scenario(CASE, f"cost_change:{words}{span}"), replications=3).figures(
            "point"
        )
        for span in ("", f",last_day={CASE.days}")
    )
    assert whole.keys() == written.keys()
    for name, values in whole.items():
        assert np.allclose(values, written[name], rtol=1e-12, equal_nan=True)


def test_a_delay_on_all_days_is_a_longer_lead_time():
    """Whether a span is written out or not, a rule that looks at no lead time meets the same."""
    written = f"supplier_delay:first_day=1,last_day={CASE.days}"
    assert apply_scenario(CASE, written) != apply_scenario(CASE, "supplier_delay")
    assert np.array_equal(records(written), records("supplier_delay"))


@pytest.mark.parametrize("own", ["case", "sku"])
def test_noise_of_some_skus_leaves_that_of_others(own):
    """A variance that is the case's, or the SKU's own, is multiplied for the chosen SKU alone."""
    content = case_to_dict(CASE)
    table = {"distribution": "negative_binomial", "variance_to_mean": 3.0}
    content["skus"]["light_bulb"].pop("demand")
    (content if own == "case" else content["skus"]["milk"])["demand"] = table
    case = case_from_dict(content)
    noisy = apply_scenario(case, get_scenario("high_variability", skus="milk"))
    assert noisy.demand_of("store_1", "milk").variance_to_mean == 12.0
    for sku in ("ice_cream", "coffee_beans", "light_bulb"):
        assert noisy.demand_of("store_1", sku) == case.demand_of("store_1", sku)
        assert noisy.skus[sku] == case.skus[sku]


def test_a_store_that_opens_at_once_orders_at_once():
    """Where there is no time to be stocked before, nothing keeps the new store from ordering."""
    early = apply_scenario(CASE, get_scenario("new_store", first_day=3))
    assert early.disruptions == {}
    waits = apply_scenario(CASE, get_scenario("new_store", first_day=5)).disruptions
    assert [(each.first_day, each.last_day) for each in waits.values()] == [(1, 1)]
