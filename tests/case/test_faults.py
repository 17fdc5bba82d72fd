"""Each kind of fault: where it is said to be, the value, the rule, the name that was meant."""

import math
import pickle

import pytest

from inventory_hmarl.case import CaseError, Fault, case_from_dict
from inventory_hmarl.case.faults import dotted, nearest, shorten

MAX_NESTING = 3000


def put(data, path, value):
    """Set what lies at a path of keys and positions."""
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = value


SINGLE = [
    ("days", True, "days = True: must be a number."),
    ("days", 0, "days = 0: must be at least 1."),
    ("days", "90", "days = '90': must be a number."),
    ("days", 2.5, "days = 2.5: must be a whole number."),
    ("days", 10**400, "days = an integer of many digits: must be at most 1e+07."),
    ("seed", 2**63, "seed = 9223372036854775808: must be below 9.22337e+18."),
    ("seed", -1, "seed = -1: must be at least 0."),
    ("warmup_days", 10, "warmup_days = 10: must be below the days of the run, 10."),
    ("units", "hole", "units = 'hole': must be one of 'whole' or 'continuous'. Did you mean"),
    ("title", "a\nb", "title = 'a\\nb': must be printable text"),
    ("lanes", {}, "lanes = {}: must be a list of tables."),
    ("lanes", [], "lanes = []: must not be empty."),
    ("skus", {}, "skus = {}: must not be empty."),
    ("skus", [1], "skus = [1]: must be a table with ids as keys."),
    ("wareh0uses", {}, "wareh0uses = {}: is not a known setting. Did you mean 'warehouses'?"),
    ("skus.milk", 5, "skus.milk = 5: must be a table of settings."),
    ("skus.milk.base_demand", -1, "skus.milk.base_demand = -1: must be at least 0."),
    ("skus.milk.base_demand", math.nan, "skus.milk.base_demand = nan: must be a finite number."),
    ("skus.milk.base_demand", math.inf, "skus.milk.base_demand = inf: must be a finite number."),
    ("skus.milk.base_demand", 1e308, "skus.milk.base_demand = 1e+308: must be at most 1e+09."),
    ("skus.milk.unit_price", None, "skus.milk.unit_price = None: must be a number."),
    ("skus.milk.seasonality_amplitude", 1.5, "amplitude = 1.5: must be at most 1."),
    ("skus.milk.seasonality_period", 0, "seasonality_period = 0: must be above 0."),
    ("skus.milk.base_demnd", 1, "milk.base_demnd = 1: is not a known setting. Did you mean 'base_"),
    (
        "skus.milk.substitute",
        "te",
        "= 'te': is not the id of a SKU. Did you mean 'tea'?",
    ),
    ("skus.milk.substitute", "milk", "substitute = 'milk': is the SKU itself: name another one."),
    ("skus.milk.substitution_share", 0.5, "substitution_share = 0.5: acts only with a substitute"),
    ("skus.milk.shelf_life", 0, "skus.milk.shelf_life = 0: must be at least 1."),
    ("skus.milk.shelf_life", 2.5, "skus.milk.shelf_life = 2.5: must be a whole number."),
    ("stores.shop.newest_first", 1.5, "stores.shop.newest_first = 1.5: must be at most 1."),
    ("stores.shop.shelf_life", 5, "shelf_life = 5: no SKU carried here expires"),
    ("stores.shop.receives", "mornings", "receives = 'mornings': must be one of 'evening' or"),
    ("stores.shop.when_full", "refuse", "when_full = 'refuse': acts only with a storage, which"),
    ("stores.shop.overflow_cost", 2, "overflow_cost = 2: acts only with a storage, above which"),
    ("stores.shop.waiting_share", 0.5, "waiting_share = 0.5: nobody waits here: set unmet_demand"),
    ("stores.shop.due_days", 2, "stores.shop.due_days = 2: nobody waits here: set unmet_demand"),
    ("skus.milk.goodwill_recovery", 0.1, "recovery = 0.1: acts only with a goodwill_loss"),
    ("stores.shop.patience", 3, "stores.shop.patience = 3: nobody waits here: set unmet_demand"),
    ("warehouses.depot.newest_first", 0.5, "newest_first = 0.5: no SKU carried here expires"),
    ("skus.milk.demand", {"distribution": "poison"}, "Did you mean 'poisson'?"),
    ("skus.milk.demand", {"noize": "none"}, "skus.milk.demand.noize = 'none': is not a known"),
    ("skus.", {}, "skus.'': its id must not be empty."),
    ("stores.shop.initial_inventory", 12.5, "initial_inventory = 12.5: must be a whole number, be"),
    ("stores.shop.initial_inventory", True, "stores.shop.initial_inventory = True: must be a num"),
    ("stores.shop.initial_inventory", {"milk": 1}, "every SKU carried here: 'tea' missing."),
    ("stores.shop.initial_inventory", {"milk": 1, "teas": 2}, "teas = 2: is not the id of a SKU."),
    ("stores.shop.max_inventory", 59, "exceeds max_inventory 59 of SKU 'milk'."),
    ("stores.shop.unmet_demand", "lots", "Did you mean 'lost'?"),
    ("stores.shop.unmet_demand", {"milk": "lost"}, "must name every SKU carried here: 'tea'"),
    ("stores.shop.skus", [], "stores.shop.skus = []: must not be empty."),
    ("stores.shop.skus", "milk", "stores.shop.skus = 'milk': must be a list."),
    ("stores.shop.skus", ["milk", "milk"], "skus = 'milk': names the SKU twice."),
    ("stores.shop.skus", ["mlik"], "skus = 'mlik': is not the id of a SKU. Did you mean 'milk'?"),
    ("stores.shop.policy", {"reorder_point": 1}, "stores.shop.policy.rule: is required."),
    ("stores.shop.policy.rule", "sS", "policy.rule = 'sS': must be one of "),
    ("stores.shop.policy.reorder_point", 80, "reorder_point = 80: exceeds order_up_to 60 for SKU"),
    ("stores.shop.policy.reorder_pont", 1, "is not a parameter of s_S, which has 'reorder_point'"),
    ("stores.shop.policy.order_up_to", [1], "order_up_to = [1]: must be a number."),
    ("stores.shop.policy.order_up_to", 60.5, "order_up_to = 60.5: must be a whole number"),
    ("stores.shop.policy.order_up_to", {"milk": 60}, "every SKU carried here: 'tea' missing."),
    ("stores.shop.policy", {"rule": "base_stock"}, "order_up_to: is required by base_stock: S: "),
    ("stores.shop.holding_cost", {"mlk": 1}, "holding_cost.mlk = 1: is not the id of a SKU. Did"),
    ("stores.shop.demand", {"tee": {}}, "stores.shop.demand.tee = "),
    ("stores.farm", {}, "suppliers.farm = 'farm': is also the id of one of the stores"),
    ("warehouses.depot.allocation", "proportionl", "Did you mean 'proportional'?"),
    ("warehouses.depot.short_orders", "drop", "Did you mean 'dropped'?"),
    ("suppliers.farm.reliability", 0, "suppliers.farm.reliability = 0: must be above 0."),
    ("suppliers.farm.capacity", 1.5, "suppliers.farm.capacity = 1.5: must be a whole number"),
    ("suppliers.farm.capacity", {"milk": 5}, "every SKU carried here: 'tea' missing."),
    ("lanes.0.source", "frm", "lanes #1.source = 'frm': is not the id of a supplier, warehouse or"),
    ("lanes.1.destination", "farm", "lanes #2.destination = 'farm': is a supplier; a lane leads"),
    ("lanes.1.after_cutoff", [8], "lanes #2.after_cutoff #1 = 8: must be at most 7."),
    ("lanes.1.lead_time", 1.5, "lanes #2.lead_time = 1.5: must be a whole number."),
    ("lanes.1.lead_time", {"milk": 1}, "lanes #2.lead_time: must name every SKU carried here"),
    ("lanes.1.reserved", 1.5, "lanes #2.reserved = 1.5: must be a whole number"),
    ("lanes.0.reserved", 5, "reserved = 5: acts only where the source can be short: 'farm' has no"),
    ("lanes.1.share", 0.5, "to 'shop' for 'milk' sum to 0.5, not to 1."),
    ("lanes.1.skus", ["milk"], "stores.shop: no lane brings 'tea' here."),
    ("lanes.1.source", "shop", "lanes #2: lanes lead in a circle: shop -> shop."),
    (
        "lanes.1.initial_on_order",
        [{"sku": "milk", "due_day": 2, "units": 1}],
        "due_day = 2: must be",
    ),
    ("lanes.1.initial_on_order", [{"sku": "m", "due_day": 1, "units": 1}], "sku = 'm': is not the"),
    ("lanes.1.initial_on_order", [{"sku": "tea", "due_day": 1, "units": 0.5}], "units = 0.5: must"),
    (
        "spikes",
        [{"first_day": 5, "last_day": 4, "multiplier": 2}],
        "must be at least first_day, 5.",
    ),
    ("spikes", [{"first_day": 0, "last_day": 4, "multiplier": 2}], "spikes #1.first_day = 0: must"),
    (
        "spikes",
        [{"first_day": 1, "last_day": 2, "multiplier": 2, "stores": ["shp"]}],
        "spikes #1.stores = 'shp': is not the id of a store. Did you mean 'shop'?",
    ),
    ("demand", {"distribution": "table"}, "demand.values: is required by distribution 'table'."),
    ("demand", {"values": [1], "probabilities": [1]}, "acts only with distribution 'table'"),
    ("demand", {"distribution": "replay"}, "demand.file: or units is required by distribution"),
    ("demand", {"distribution": "replay", "units": [1, 2]}, "holds 2 days, fewer than the 10 days"),
    ("demand", {"distribution": "replay", "units": [0.5] * 10}, "demand.units #1 = 0.5: must be a"),
    ("demand", {"distribution": "replay", "units": [-1] * 10}, "demand.units #1 = -1: must be at"),
    (
        "demand",
        {"distribution": "replay", "file": "none.csv"},
        "'none.csv': there is no such file.",
    ),
    ("demand", {"distribution": "intermittent"}, "occurrence: is required by distribution 'inter"),
    ("demand", {"distribution": "intermittent", "occurrence": 0}, "occurrence = 0: must be above"),
    ("demand", {"distribution": "empirical"}, "or units is required by distribution 'empirical'."),
    ("demand", {"units": [1] * 10}, "acts only with distribution 'replay' or 'empirical', which"),
    ("demand", {"size_cv2": 0.5}, "demand.size_cv2 = 0.5: acts only with distribution 'intermit"),
    ("demand", {"distribution": "negative_binomial"}, "squared must be above base_demand, because"),
    ("skus.milk.demand", {"variance_to_mean": 1}, "variance_to_mean = 1: must be above 1."),
    (
        "skus.milk",
        {"base_demand": 1, "demand_std": 17, "demand": {"distribution": "gamma"}},
        "demand_std = 17: must be at most 16 x base_demand, 16, for 'gamma'.",
    ),
    (
        "skus.milk",
        {"base_demand": 0, "demand_std": 1, "demand": {"distribution": "lognormal"}},
        "milk.base_demand = 0: must be above 0",
    ),
    (
        "correlation",
        {"everywhere": 0.3, "within_sku": 0.4},
        "within_store = 0: must be at least ev",
    ),
    (
        "correlation",
        {"within_store": 0.6, "within_sku": 0.5},
        "correlation.within_sku = 0.5: and within_store, 0.6, less everywhere must be at most 1",
    ),
    ("demand", {"autocorrelation": 1}, "demand.autocorrelation = 1: must be at most 0.95."),
    ("first_date", "1st of May", "first_date = '1st of May': must be a date, as 2024-01-31."),
    ("demand", {"weekdays": [1] * 6}, "demand.weekdays = [1, 1, 1, 1, 1, 1]: must "),
    ("demand", {"weekdays": [0] * 7}, "must not all be 0."),
    ("demand", {"elasticity": 1}, "demand.elasticity = 1: must be at most 0."),
    ("demand", {"first_day": 5, "last_day": 4}, "last_day = 4: must be at least first_day, 5."),
    ("demand", {"distribution": "none", "trend": 0.1}, "trend = 0.1: acts on demand that is draw"),
    (
        "promotions",
        [{"first_day": 3, "dip": 0.5}],
        "promotions #1.dip = 0.5: acts after the last day of a promotion, which has none.",
    ),
    ("promotions", [{"first_day": 3, "price": 0}], "promotions #1.price = 0: must be above 0."),
    ("promotions", [{"first_day": 3, "skus": ["tee"]}], "skus = 'tee': is not the id of a SKU. D"),
    ("events", [{"day": 3, "factor": 2, "sku": "tee"}], "sku = 'tee': is not the id of a SKU. Did"),
    ("events", [{"day": 3, "factor": 2, "store": "shp"}], "Did you mean 'shop'?"),
    ("events", "a\0b", "must be printable text without blanks"),
    ("events", "\ud800", "must be printable text without blanks"),
    ("events", "x" * 5000, "events = 'xxxx"),
    ("events", "", "events = '': "),
    ("events", "no.csv", "events = 'no.csv': there is no such file"),
    ("demand", {"seasonality": 1}, "demand.seasonality = 1: must be true or false."),
]


@pytest.mark.parametrize(("path", "value", "text"), SINGLE, ids=lambda each: str(each)[:40])
def test_each_fault_is_explained(data, faults, path, value, text):
    """A broken rule is told with its place, value and rule, and the name that was meant."""
    steps = [int(step) if step.isdigit() else step for step in path.split(".")]
    put(data, steps, value)
    assert any(text in line for line in faults(data)), faults(data)


TABLES = [
    ([1, 2], [0.5, 0.4], "must sum to 1; they sum to 0.9"),
    ([1, 2], [0.5, 0.25, 0.25], "must be as many as the values: 3 for 2"),
    ([2, 1], [0.5, 0.5], "must be strictly increasing"),
    ([1, 1.5], [0.5, 0.5], "must be a whole number"),
    ([1, 2], [1.5, -0.5], "must be at most 1"),
]


@pytest.mark.parametrize(("values", "probabilities", "text"), TABLES)
def test_tables_of_demand_are_checked(data, faults, values, probabilities, text):
    """A table that is no distribution is refused."""
    data["demand"] = {
        "distribution": "table",
        "values": values,
        "probabilities": probabilities,
    }
    assert any(text in line for line in faults(data))


def test_a_required_setting_that_is_absent_is_named(data, faults):
    """What is required and not there is told without a value."""
    del data["days"], data["skus"]["tea"]["base_demand"]
    del data["stores"]["shop"]["initial_inventory"]
    assert faults(data) == [
        "days: is required.",
        "stores.shop.initial_inventory: is required.",
        "skus.tea.base_demand: is required by distribution 'normal'.",
    ]


def test_a_misspelt_required_setting_is_told_once(data, faults):
    """A required setting under a wrong name is one fault, not two."""
    shop = data["stores"]["shop"]
    shop["initial_inventry"] = shop.pop("initial_inventory")
    shop["policy"]["order_upto"] = shop["policy"].pop("order_up_to")
    assert len(faults(data)) == 2


def test_all_faults_come_at_once(data, faults):
    """Faults within parts do not hide faults between them, of the same part either."""
    data["days"] = "ten"
    data["skus"]["milk"]["unit_cost"] = -1
    shop = data["stores"]["shop"]
    shop["name"] = 5
    shop["max_inventory"] = 10
    shop["policy"]["reorder_point"] = 70
    data["warehouses"]["depot"]["policy"]["rule"] = "base_stok"
    data["lanes"].append({"source": "farm", "destination": "sop", "lead_time": 1})
    told = "\n".join(faults(data))
    for text in (
        "days = 'ten': must be a number.",
        "skus.milk.unit_cost = -1: must be at least 0.",
        "stores.shop.name = 5: must be text.",
        "stores.shop.initial_inventory = 60: exceeds max_inventory 10 of SKU 'milk'.",
        "stores.shop.policy.order_up_to = 60: exceeds max_inventory 10 of SKU 'milk'.",
        "stores.shop.policy.reorder_point = 70: exceeds order_up_to 60 for SKU 'milk'; (s,",
        "warehouses.depot.policy.rule = 'base_stok': must be one of",
        "lanes #3.destination = 'sop': is not the id of a warehouse or store. Did you mean 'shop'?",
    ):
        assert text in told
    assert len(told.splitlines()) == 8


def test_one_cause_is_one_fault(data, faults):
    """A lane that leads nowhere is told, and not what follows from it."""
    data["lanes"][0]["source"] = "nobody"
    assert len(faults(data)) == 1


def test_lanes_that_compete_need_shares(data, faults):
    """Two lanes for one SKU need shares that sum to 1."""
    data["suppliers"]["mill"] = {}
    data["lanes"].append({"source": "mill", "destination": "depot", "lead_time": 2})
    assert "lanes #1.share: is required: 'depot' has 2 lanes for 'milk'." in faults(data)
    data["lanes"][0]["share"] = 0.25
    data["lanes"][2]["share"] = 0.7
    assert faults(data) == [
        "lanes #3.share = 0.7: the shares of the lanes to 'depot' for 'milk' sum to 0.95, not to 1."
    ]
    data["lanes"][2]["share"] = 0.75
    case_from_dict(data)


def test_the_same_lane_twice_is_refused(data, faults):
    """Two lanes between the same ends must not carry the same SKU."""
    data["lanes"][0]["share"] = 0.5
    data["lanes"].append(dict(data["lanes"][0]))
    assert any("as lane #1 from there does" in line for line in faults(data))


def test_cycles_are_shown(data, faults):
    """A circle of lanes is told with the places on it."""
    data["lanes"].append({"source": "shop", "destination": "depot", "lead_time": 1})
    assert any("in a circle: " in line and "shop -> depot" in line for line in faults(data))


def test_what_comes_in_the_morning_takes_a_night(data, faults):
    """A lane to where goods come in in the morning takes a day at least, for each SKU."""
    data["stores"]["shop"]["receives"] = "morning"
    data["lanes"][1]["lead_time"] = 0
    (only,) = faults(data)
    assert only.startswith("lanes #2.lead_time = 0: must be at least 1, because 'shop' receives")
    data["lanes"][1]["lead_time"] = {"milk": 0, "tea": 1}
    (only,) = faults(data)
    assert only.startswith("lanes #2.lead_time.milk = 0: must be at least 1")


def test_a_warehouse_must_supply_somebody(data, faults):
    """A warehouse without a lane out of it is a fault."""
    data["warehouses"]["annex"] = dict(data["warehouses"]["depot"])
    data["lanes"].append({"source": "farm", "destination": "annex", "lead_time": 1})
    assert any("warehouses.annex: supplies nobody" in line for line in faults(data))


def test_unreached_locations_are_named(data, faults):
    """A store to which no lane leads is a fault."""
    data["stores"]["kiosk"] = dict(data["stores"]["shop"])
    assert faults(data) == ["stores.kiosk: no lane leads here: nothing would supply it."]


def test_whole_numbers_may_be_written_with_a_point(data):
    """12.0 units are 12 units; continuous units may have any number."""
    data["stores"]["shop"]["initial_inventory"] = 12.0
    data["days"] = 10.0
    assert case_from_dict(data).days == 10
    data["units"] = "continuous"
    data["stores"]["shop"]["initial_inventory"] = 12.5
    assert case_from_dict(data).stores["shop"].initial_inventory == 12.5


@pytest.mark.parametrize("data", [None, 5, "x", [], [[]], math.nan, {1, 2}, object()])
def test_what_is_no_table_is_refused(data, faults):
    """Data of another shape is one fault."""
    assert len(faults(data)) == 1


def test_deep_nesting_and_huge_values_are_told_shortly(data, faults):
    """A value of any size or depth is refused with a line of bounded length."""
    deep = []
    for _ in range(MAX_NESTING):
        deep = [deep]
    table = {}
    for _ in range(MAX_NESTING):
        table = {"x": table}
    data["skus"]["milk"]["base_demand"] = deep
    data["skus"]["tea"]["base_demand"] = "9" * 10**7
    data["stores"]["shop"]["policy"]["reorder_point"] = table
    data["x" * 10**6] = 1
    data["seed"] = 10**5000
    told = faults(data)
    assert len(told) == 5
    assert max(map(len, told)) < 500


def test_a_foreign_repr_that_fails_does_no_harm():
    """A value that cannot be shown is shown by its type."""

    class Broken:
        def __repr__(self):
            raise OSError

    assert shorten(Broken())


def test_errors_survive_pickling():
    """An error that crosses processes keeps its faults."""
    error = CaseError([Fault("days", 0, "must be at least 1")])
    assert pickle.loads(pickle.dumps(error)).faults == error.faults


def test_places_read_like_the_file():
    """Places are dotted, and ids with odd characters are quoted."""
    assert dotted(("skus", "a.b", "name")) == "skus.'a.b'.name"
    assert dotted(()) == "case"


def test_names_far_from_any_get_no_suggestion():
    """Nothing is suggested for what is like nothing known, or is no text."""
    assert nearest("zzz", ["milk"]) is None
    assert nearest(5, ["milk"]) is None
    assert nearest("MILK", ["milk"]) == "milk"
