"""The brief's upper-case settings."""

import types

import pytest

from inventory_hmarl.case import CaseError, as_case, case_from_module, case_from_settings


def refusal(settings):
    """Return the faults of settings, one a line."""
    with pytest.raises(CaseError) as caught:
        case_from_settings(settings)
    return str(caught.value).splitlines()


def test_settings_become_a_case(settings):
    """Each setting of the brief arrives where a case has it."""
    case = case_from_settings(settings)
    assert (case.days, case.warmup_days, case.seed) == (60, 5, 7)
    assert case.skus["milk"].unit_price == 25
    store = case.stores["store_1"]
    assert store.policy.rule == "s_S"
    assert store.policy.parameters == {"reorder_point": 300, "order_up_to": 800}
    assert [(x.source, x.destination, x.lead_time) for x in case.lanes] == [
        ("supplier_1", "warehouse_1", 7),
        ("warehouse_1", "store_1", 2),
        ("warehouse_1", "store_2", 2),
    ]
    assert case.suppliers["supplier_1"].reliability == 0.95
    assert (case.demand.noise, case.demand.seasonality) == ("multiplicative", False)
    assert (case.cost_weights.holding, case.cost_weights.stockout) == (2, 3)
    assert case.title == "2 stores, 1 warehouse, 1 supplier, 1 SKU"
    assert as_case(settings) == case


@pytest.mark.parametrize("name", ["negative_binomial", "geometric", "gamma", "lognormal"])
def test_demand_config_may_name_every_family(settings, name):
    """`DEMAND_CONFIG` takes the families and the shape of a case file, by the same words."""
    sku = settings["SKU_CONFIG"]["milk"]
    sku["demand_std"] = 2 * sku["base_demand"] ** 0.5
    settings["DEMAND_CONFIG"] = {"distribution": name, "weekdays": [1, 1, 1, 1, 1, 2, 3]}
    demand = case_from_settings(settings).demand
    assert (demand.distribution, demand.weekdays) == (name, (1, 1, 1, 1, 1, 2, 3))
    settings["DEMAND_CONFIG"]["weekdys"] = 1
    assert refusal(settings) == [
        "DEMAND_CONFIG['weekdys'] = 1: is not a known setting. Did you mean 'weekdays'?"
    ]


def test_a_graph_says_who_supplies_whom(settings):
    """With a graph, several suppliers share a warehouse's orders equally."""
    settings["SUPPLIER_CONFIG"]["other"] = {"lead_time": 4}
    assert refusal(settings) == [
        "SUPPLY_CHAIN_GRAPH: is required with several warehouses or suppliers: "
        "{source: [destinations]}."
    ]
    settings["SUPPLY_CHAIN_GRAPH"] = {
        "supplier_1": ["warehouse_1"],
        "other": ["warehouse_1"],
        "warehouse_1": ["store_1", "store_2"],
    }
    lanes = case_from_settings(settings).lanes
    assert [(x.source, x.lead_time, x.share) for x in lanes[:2]] == [
        ("supplier_1", 7, 0.5),
        ("other", 4, 0.5),
    ]


def test_finite_supply_needs_a_capacity(settings):
    """`infinite_supply` says whether a capacity is needed, and must not contradict one."""
    supplier = settings["SUPPLIER_CONFIG"]["supplier_1"]
    supplier["infinite_supply"] = False
    assert "SUPPLIER_CONFIG['supplier_1']['capacity']: is required when" in refusal(settings)[0]
    supplier["capacity"] = 500
    assert case_from_settings(settings).suppliers["supplier_1"].capacity == 500
    supplier["infinite_supply"] = True
    assert "acts only when infinite_supply is False" in refusal(settings)[0]


SLIPS = [
    ("STORE_CONFIG", "store_1", "reorder_pont", 1, "STORE_CONFIG['store_1']['reorder_pont'] = 1"),
    ("STORE_CONFIG", "store_1", "reorder_point", 900, "['reorder_point'] = 900: exceeds order_up"),
    ("STORE_CONFIG", "store_1", "max_inventory", 10, "STORE_CONFIG['store_1']['order_up_to'] = 8"),
    ("STORE_CONFIG", "store_1", "initial_inventory", -1, "['initial_inventory'] = -1: must be at"),
    ("SKU_CONFIG", "milk", "base_demnd", 1, "SKU_CONFIG['milk']['base_demnd'] = 1: is not a known"),
    ("SKU_CONFIG", "milk", "demand_std", True, "SKU_CONFIG['milk']['demand_std'] = True: must be"),
    ("WAREHOUSE_CONFIG", "warehouse_1", "lead_time_to_stores", -1, "['lead_time_to_stores'] = -1"),
    ("WAREHOUSE_CONFIG", "warehouse_1", "lead_time", 3, "Did you mean 'lead_time_to_stores'?"),
    ("SUPPLIER_CONFIG", "supplier_1", "reliability", 2, "['reliability'] = 2: must be at most 1."),
    ("SUPPLIER_CONFIG", "supplier_1", "infinite_supply", 1, "['infinite_supply'] = 1: must be Tr"),
]


@pytest.mark.parametrize(("table", "name", "setting", "value", "text"), SLIPS)
def test_faults_are_in_the_users_words(settings, table, name, setting, value, text):
    """A fault is told where the user wrote it."""
    settings[table][name][setting] = value
    assert any(text in line for line in refusal(settings)), refusal(settings)


def test_faults_of_plain_tables_are_in_the_users_words(settings):
    """Faults of the horizon, demand, costs and graph are told where the user wrote them."""
    settings["WARMUP_DAYS"] = 60
    settings["DEMAND_CONFIG"] = {"noise_type": "multiplicativ", "noise": 1}
    settings["COST_CONFIG"] = {"holding_cost_weight": -1, "holding": 1}
    settings["SUPPLY_CHAIN_GRAPH"] = {
        "supplier_1": ["warehouse_1"],
        "warehouse_1": ["store_1", "store2"],
        "nobody": ["store_2"],
    }
    settings["SIMULATION_DAY"] = 3
    told = "\n".join(refusal(settings))
    for text in (
        "WARMUP_DAYS = 60: must be below",
        "DEMAND_CONFIG['noise_type'] = 'multiplicativ': must be one of",
        "DEMAND_CONFIG['noise'] = 1: is not a known setting",
        "COST_CONFIG['holding_cost_weight'] = -1: must be at least 0.",
        "COST_CONFIG['holding'] = 1: is not a known setting",
        "SUPPLY_CHAIN_GRAPH['warehouse_1'][1] = 'store2': is not the id",
        "SUPPLY_CHAIN_GRAPH['nobody']: is not the id of a supplier or warehouse",
        "SIMULATION_DAY = 3: is not a known setting. Did you mean 'SIMULATION_DAYS'?",
    ):
        assert text in told, told


def test_missing_tables_are_named(settings):
    """Tables and settings that are required are told when they are absent."""
    del settings["STORE_CONFIG"], settings["WAREHOUSE_CONFIG"]["warehouse_1"]["reorder_point"]
    del settings["SUPPLIER_CONFIG"]["supplier_1"]["lead_time"]
    told = refusal(settings)
    assert "STORE_CONFIG: is required." in told
    assert "WAREHOUSE_CONFIG['warehouse_1']['reorder_point']: is required." in told
    assert "SUPPLIER_CONFIG['supplier_1']['lead_time']: is required." in told


def test_modules_are_read(settings):
    """A module gives the same case; its other names are its own, near misses are faults."""
    module = types.ModuleType("settings")
    vars(module).update(settings, NOTES="mine", helper=len)
    assert case_from_module(module) == as_case(module) == case_from_settings(settings)
    module.STORE_CONFG = {}
    with pytest.raises(CaseError, match=r"STORE_CONFG: is not a known.*'STORE_CONFIG'"):
        case_from_module(module)


def test_settings_must_be_a_dict():
    """What is no dict is told so."""
    assert "settings = 5: must be a dict" in refusal(5)[0]
