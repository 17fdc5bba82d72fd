"""What a case answers, and how it is written back."""

import copy
import tomllib

import pytest
from pydantic import ValidationError

from inventory_hmarl.case import (
    Case,
    CaseError,
    Demand,
    as_case,
    case_from_dict,
    case_hash,
    case_schema,
    case_to_dict,
    default_case,
    dump_toml,
    level_of,
)
from inventory_hmarl.case.checks.policies import described
from inventory_hmarl.core.allocation import RULES as ALLOCATION_RULES
from inventory_hmarl.policies import RULES


def test_the_default_case_is_the_briefs():
    """Three stores, one warehouse, one supplier, 90 days, 7 of warm-up, SKUs of several kinds."""
    case = default_case()
    assert (len(case.stores), len(case.warehouses), len(case.suppliers)) == (3, 1, 1)
    assert (case.days, case.warmup_days, case.seed, case.units) == (90, 7, 42, "whole")
    assert len(case.skus) >= 3
    assert all(store.unmet_demand == "lost" for store in case.stores.values())
    assert [lane.lead_time for lane in case.lanes] == [7, 2, 2, 2]


@pytest.mark.parametrize("inline", [False, True])
def test_cases_survive_being_written(data, inline):
    """A case is the same after it was written as data and as TOML."""
    data["skus"]["milk"]["demand"] = {"distribution": "replay", "units": list(range(10))}
    data["skus"]["tea"]["name"] = 'Tea "\\ 茶'
    data["stores"]["shop"]["unmet_demand"] = {"milk": "lost", "tea": "backordered"}
    data["stores"]["shop"]["demand"] = {"tea": {"seasonality": False}}
    data["warehouses"]["de pot"] = data["warehouses"].pop("depot")
    data["lanes"][0]["destination"] = data["lanes"][1]["source"] = "de pot"
    data["lanes"][1]["initial_on_order"] = [{"sku": "tea", "due_day": 1, "units": 4}]
    data["spikes"] = [{"first_day": 1, "last_day": 2, "multiplier": 2.5, "skus": ["tea"]}]
    data["units"] = "continuous"
    parameter = next(iter(described("fixed_orders")))
    data["stores"]["shop"]["policy"] = {"rule": "fixed_orders", parameter: [1, 2.5]}
    case = case_from_dict(data)
    assert case_from_dict(case_to_dict(case, inline=inline)) == case
    assert case_from_dict(tomllib.loads(dump_toml(case, inline=inline))) == case
    assert case_to_dict(case_from_dict(case_to_dict(case))) == case_to_dict(case)


def test_defaults_are_resolved(data):
    """Names are ids, assortments are what can be sold, and shares of single lanes are whole."""
    data["stores"]["shop"]["skus"] = ["tea", "milk"]
    data["stores"]["kiosk"] = {**data["stores"]["shop"], "skus": ["tea"]}
    data["lanes"].append({"source": "depot", "destination": "kiosk", "lead_time": 1})
    case = case_from_dict(data)
    assert case.skus["milk"].name == "milk"
    assert case.carried("shop") == ("milk", "tea")
    assert case.carried("kiosk") == ("tea",)
    assert case.carried("depot") == ("milk", "tea")
    data["stores"]["shop"]["skus"] = ["tea"]
    assert case_from_dict(data).carried("depot") == ("tea",)


def test_warehouses_carry_what_lanes_take_on(data):
    """A warehouse carries what its customers get from it, through other warehouses too."""
    data["warehouses"]["hub"] = dict(data["warehouses"]["depot"])
    data["lanes"] = [
        {"source": "farm", "destination": "hub", "lead_time": 3},
        {"source": "farm", "destination": "shop", "lead_time": 3, "skus": ["milk"]},
        {"source": "depot", "destination": "shop", "lead_time": 1, "skus": ["tea"]},
        {"source": "hub", "destination": "depot", "lead_time": 1},
    ]
    case = case_from_dict(data)
    assert case.carried("hub") == case.carried("depot") == ("tea",)


def test_demand_is_merged(data):
    """A SKU overrides fields of the case's demand, a store those of the SKU."""
    data["demand"] = {"noise": "none", "distribution": "poisson"}
    data["skus"]["milk"]["demand"] = {"distribution": "normal", "seasonality": False}
    data["stores"]["shop"]["demand"] = {"milk": {"noise": "multiplicative"}}
    case = case_from_dict(data)
    merged = case.demand_of("shop", "milk")
    assert (merged.distribution, merged.noise, merged.seasonality) == (
        "normal",
        "multiplicative",
        False,
    )
    assert case.demand_of("shop", "tea") == Demand(noise="none", distribution="poisson")


def test_rates_are_the_locations_or_the_skus(data):
    """A location's rate takes the place of the SKU's, for the SKUs that it names."""
    data["stores"]["shop"]["holding_cost"] = {"milk": 5}
    data["warehouses"]["depot"]["ordering_cost"] = 7
    case = case_from_dict(data)
    assert case.rate("shop", "milk", "holding_cost") == 5
    assert case.rate("shop", "tea", "holding_cost") == 0.2
    assert case.rate("depot", "tea", "ordering_cost") == 7
    assert case.rate("depot", "tea", "stockout_penalty") == 0
    assert level_of({"milk": 3}, "milk") == level_of(3, "milk") == 3


def test_changes_are_checked(data):
    """A changed case is checked like a new one, and the first stays as it is."""
    case = case_from_dict(data)
    assert case.changed() is case
    assert case.changed(seed=9).seed == 9
    assert case.seed == 1
    with pytest.raises(CaseError, match="must be below the days of the run, 2"):
        case.changed(days=2)
    with pytest.raises(CaseError, match="Did you mean 'seed'"):
        case.changed(sed=2)
    wild = {name: sku.model_copy(update={"base_demand": -1}) for name, sku in case.skus.items()}
    with pytest.raises(CaseError, match="must be at least 0"):
        case.changed(skus=wild)


def test_cases_are_frozen(data):
    """No setting of a case can be set."""
    case = case_from_dict(data)
    with pytest.raises(ValidationError):
        case.days = 5
    with pytest.raises(ValidationError):
        case.skus["milk"].base_demand = 5


def test_the_class_itself_checks_too(data):
    """`Case(...)` refuses what `case_from_dict` refuses."""
    assert Case(**data).days == 10
    data["warmup_days"] = 10
    with pytest.raises(ValidationError, match="must be below the days of the run"):
        Case(**data)


def reordered(data):
    """Return the same data, every mapping in the opposite order."""
    if isinstance(data, dict):
        return {name: reordered(value) for name, value in reversed(data.items())}
    return [reordered(value) for value in data] if isinstance(data, list) else data


def test_the_hash_is_of_what_is_said(default_data):
    """The order of keys leaves the hash as it is; any setting changes it."""
    first = case_hash(default_case())
    assert case_hash(case_from_dict(reordered(default_data))) == first
    changed = copy.deepcopy(default_data)
    changed["skus"]["milk"]["unit_cost"] += 1
    assert case_hash(case_from_dict(changed)) != first
    assert case_hash(default_case().changed(seed=43)) != first


def checked(schema, value, root):
    """Return whether a value fits a schema, as far as the keywords that ours uses."""
    if "$ref" in schema:
        return checked(root["$defs"][schema["$ref"].rpartition("/")[2]], value, root)
    fitting = sum(checked(each, value, root) for each in schema.get("oneOf", ()))
    one = "oneOf" not in schema or fitting == 1
    some = any(checked(each, value, root) for each in schema.get("anyOf", ()))
    some = some or "anyOf" not in schema
    same = value in schema.get("enum", [value]) and value == schema.get("const", value)
    return one and some and same and fits_type(schema, value, root)


def fits_type(schema, value, root):
    """Return whether a value has the type and lies above the minimum of a schema."""
    kind = schema.get("type")
    if kind == "object":
        return isinstance(value, dict) and fits_object(schema, value, root)
    if kind == "array":
        return isinstance(value, list) and all(checked(schema["items"], v, root) for v in value)
    types = {"number": int | float, "integer": int, "string": str, "boolean": bool}
    right = kind not in types or isinstance(value, types[kind])
    low = schema.get("minimum", float("-inf"))
    return right and (not isinstance(value, int | float) or low <= value)


def fits_object(schema, value, root):
    """Return whether a mapping fits a schema of objects."""
    properties = schema.get("properties", {})
    extra = schema.get("additionalProperties", True)
    for name, each in value.items():
        if name in properties:
            if not checked(properties[name], each, root):
                return False
        elif extra is False or (isinstance(extra, dict) and not checked(extra, each, root)):
            return False
    return all(name in value for name in schema.get("required", ()))


def test_the_schema_fits_the_default_case(default_data):
    """The default case fits the schema; a wrong parameter and a surplus key do not."""
    schema = case_schema()
    assert checked(schema, default_data, schema)
    broken = copy.deepcopy(default_data)
    broken["stores"]["store_1"]["policy"]["reorder_pont"] = 1
    assert not checked(schema, broken, schema)
    assert not checked(schema, default_data | {"surplus": 1}, schema)


def test_the_schema_knows_every_rule_and_describes_every_setting():
    """Policies and allocation rules come from the registries; each setting says what it is."""
    schema = case_schema()
    assert schema["$schema"].endswith("2020-12/schema")
    policies = schema["$defs"]["PolicySettings"]["oneOf"]
    assert {each["properties"]["rule"]["const"] for each in policies} == set(RULES)
    allocation = schema["$defs"]["Supplier"]["properties"]["allocation"]
    assert allocation["enum"] == sorted(ALLOCATION_RULES)
    for owner in (schema, *schema["$defs"].values()):
        for name, setting in owner.get("properties", {}).items():
            assert setting.get("description"), name


def test_anything_of_a_case_is_taken(data, tmp_path):
    """A case, its data, and the path of its file are the same case; a number is none."""
    case = case_from_dict(data)
    (tmp_path / "case.toml").write_text(dump_toml(case), encoding="utf-8")
    assert as_case(case) is case
    assert as_case(data) == as_case(tmp_path / "case.toml") == as_case(str(tmp_path / "case.toml"))
    with pytest.raises(CaseError, match="must be a case, a dict, a module"):
        as_case(5)
