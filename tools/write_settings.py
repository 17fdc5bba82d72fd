"""Write `config/simulation_config.py` from the package's default case.

`python tools/write_settings.py` after `inventory_hmarl/case/data/default.toml` was changed.
"""

import json
import tomllib
from pathlib import Path
from typing import Any  # values of a TOML table are of any type

ROOT = Path(__file__).resolve().parents[1]
DEFAULT = ROOT / "inventory_hmarl" / "case" / "data" / "default.toml"
SETTINGS = ROOT / "config" / "simulation_config.py"

Table = dict[str, Any]

HEAD = '''"""Settings of the simulation: edit them, then run `python simulation/run_simulation.py`.

Keys of the dicts are ids; a `name` is for display and changes no number. Levels of stock
(`initial_inventory`, `max_inventory`, `reorder_point`, `order_up_to`) are a number for each SKU
alike, or a mapping SKU -> number. A setting that cannot be is refused with its place and the rule.
"""
'''

COMMENTS = {
    "SIMULATION_DAYS": "Days of a run, warm-up included; figures cover the days after warm-up.",
    "RANDOM_SEED": "Another seed is another run; the same seed repeats it to the last unit.",
    "SKU_CONFIG": "Demand per store and day, its season, and money per unit (ordering: per line).",
    "STORE_CONFIG": "A store orders up to `order_up_to` when its position is at `reorder_point`.",
    "WAREHOUSE_CONFIG": "A warehouse supplies the stores, `lead_time_to_stores` days away.",
    "SUPPLIER_CONFIG": "Orders arrive after `lead_time` days; 1 - `reliability` of the lines fail.",
    "SUPPLY_CHAIN_GRAPH": "Who supplies whom.",
    "DEMAND_CONFIG": "How demand is drawn.",
    "COST_CONFIG": "Multipliers of the costs.",
}

COST_KEYS = {
    "holding": "holding_cost_weight",
    "stockout": "stockout_penalty_weight",
    "ordering": "ordering_cost_weight",
}


def location(settings: Table) -> Table:
    """Return a store or warehouse in the words of the settings: (s, S) levels without a policy."""
    policy = dict(settings.get("policy", {}))
    if policy.pop("rule", "s_S") != "s_S":
        raise SystemExit(f"{settings.get('name')}: the settings know (s, S) policies alone")
    return {key: value for key, value in settings.items() if key != "policy"} | policy


def lead_time_from(case: Table, source: str) -> float:
    """Return the lead time that all lanes from a source share."""
    times = {lane["lead_time"] for lane in case["lanes"] if lane["source"] == source}
    if len(times) != 1:
        raise SystemExit(
            f"{source}: the settings need one lead time for all its lanes, not {times}"
        )
    return times.pop()


def supplier(case: Table, name: str, settings: Table) -> Table:
    """Return a supplier in the words of the settings."""
    endless = "capacity" not in settings
    return settings | {"lead_time": lead_time_from(case, name), "infinite_supply": endless}


def graph(case: Table) -> dict[str, list[str]]:
    """Return who supplies whom."""
    sources: dict[str, list[str]] = {}
    for lane in case["lanes"]:
        sources.setdefault(lane["source"], []).append(lane["destination"])
    return sources


def demand(case: Table) -> Table:
    """Return how demand is drawn, in the words of the settings."""
    words = {
        "distribution": "distribution",
        "noise": "noise_type",
        "seasonality": "enable_seasonality",
    }
    return {words[key]: value for key, value in case.get("demand", {}).items() if key in words}


def settings_of(case: Table) -> Table:
    """Return the upper-case settings of a case."""
    warehouses = {
        name: location(warehouse) | {"lead_time_to_stores": lead_time_from(case, name)}
        for name, warehouse in case["warehouses"].items()
    }
    settings = {
        "SIMULATION_DAYS": case["days"],
        "WARMUP_DAYS": case["warmup_days"],
        "RANDOM_SEED": case["seed"],
        "SKU_CONFIG": case["skus"],
        "STORE_CONFIG": {name: location(store) for name, store in case["stores"].items()},
        "WAREHOUSE_CONFIG": warehouses,
        "SUPPLIER_CONFIG": {n: supplier(case, n, s) for n, s in case["suppliers"].items()},
        "SUPPLY_CHAIN_GRAPH": graph(case),
        "DEMAND_CONFIG": demand(case),
        "COST_CONFIG": {COST_KEYS[k]: v for k, v in case.get("cost_weights", {}).items()},
    }
    return {name: value for name, value in settings.items() if value != {}}


def inline(value: object) -> str:
    """Return a value as Python text on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}": {inline(entry)}' for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def written(value: object, depth: int = 0) -> str:
    """Return a value as Python text, one entry of a long dict a line."""
    if not isinstance(value, dict) or (depth > 1 and len(inline(value)) < 60):
        return inline(value)
    inner, outer = "    " * (depth + 1), "    " * depth
    entries = [f'{inner}"{key}": {written(entry, depth + 1)},\n' for key, entry in value.items()]
    return "{\n" + "".join(entries) + outer + "}"


def main() -> None:
    """Write the settings."""
    case = tomllib.loads(DEFAULT.read_text(encoding="utf-8"))
    text = HEAD
    for name, value in settings_of(case).items():
        comment = f"\n# {COMMENTS[name]}\n" if name in COMMENTS else ""
        text += f"{comment}{name} = {written(value)}\n"
    SETTINGS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
