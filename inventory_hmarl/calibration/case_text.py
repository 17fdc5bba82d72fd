"""The text of ``case.toml``, with where each figure comes from as a comment."""

from __future__ import annotations

import json
import re
from itertools import count
from textwrap import wrap
from typing import TYPE_CHECKING

from inventory_hmarl.calibration.history import natural_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from inventory_hmarl.calibration.levels import Levels
    from inventory_hmarl.calibration.plan import CasePlan, SkuPlan


def case_text(plan: CasePlan, demand_file: str) -> str:
    """Build the whole case as TOML."""
    stores = natural_order({one.store for one in plan.series})
    warehouse = free_id("warehouse_1", stores)
    supplier = free_id("supplier_1", stores)
    blocks = [
        _comments(plan),
        _head(plan, demand_file),
        *(_sku(sku, figures) for sku, figures in plan.skus.items()),
        *(_store(store, plan) for store in stores),
        _warehouse(warehouse, plan),
        _table("suppliers", supplier, {"reliability": 1.0}),
        _lane(supplier, warehouse, plan.assumptions.supplier_lead_time),
        *(_lane(warehouse, store, plan.assumptions.store_lead_time) for store in stores),
    ]
    return "\n\n".join(blocks) + "\n"


def free_id(wanted: str, taken: Iterable[str]) -> str:
    """``wanted``, or the first of its name with a higher number that is not taken.

    >>> free_id("warehouse_1", ["warehouse_1"])
    'warehouse_2'
    """
    stem = wanted.rpartition("_")[0]
    used = set(taken)
    return next(name for number in count(1) if (name := f"{stem}_{number}") not in used)


def _comments(plan: CasePlan) -> str:
    history = plan.history
    lines = [
        f"Made from {_plain(history.file.name)}, {history.first_day} to {history.last_day},"
        f" {len(plan.series)} series.",
        "",
        *_level_lines(plan),
        "",
        f"Replay: day 1 is {history.date_of(plan.calibration_days)}; a day without a row is a day",
        "without demand. Sales, not wishes: what customers did not find on the shelf is not in the",
        "file.",
        "",
        *_assumption_lines(plan),
    ]
    for note in plan.notes:
        lines += ["", *wrap(_plain(f"Mind: {note}"), 94, break_long_words=False)]
    return "\n".join(f"# {line}".rstrip() for line in lines)


def _level_lines(plan: CasePlan) -> list[str]:
    first, last = plan.history.first_day, plan.history.date_of(plan.calibration_days - 1)
    assume = plan.assumptions
    quantity = f"{assume.cover_days:g} days of mean demand"
    if assume.order_quantity == "eoq":
        limits = f"1 to {assume.maximum_cover_days:g} days of mean demand"
        quantity = f"sqrt(2 K mean / h), the economic one, {limits}"
    return [
        f"Levels, from the first {plan.calibration_days} days ({first} to {last}), without",
        "the days before a series' first sale:",
        "  s = mean (L + 1) + z std sqrt(L + 1), S = s + order quantity",
        f"  z = normal quantile of the cycle service level {assume.cycle_service:g}",
        "  L = lead time in days; the stock is looked at once a day, hence L + 1",
        f"  order quantity = {quantity}",
        "  The warehouse: the same, from the sum of its stores' daily demand.",
        "  Source: Silver, Pyke and Thomas, Inventory and Production Management in Supply Chains,",
        "  4th edition, 2017 (order point, periodic review, economic order quantity).",
    ]


def _assumption_lines(plan: CasePlan) -> list[str]:
    assume = plan.assumptions
    return [
        "Assumed, because a sales file does not say it:",
        f"  lead times: {assume.store_lead_time} days from warehouse to store,"
        f" {assume.supplier_lead_time} from supplier to warehouse",
        "  a supplier that never fails and is never short",
        f"  unit_price = {_price_source(plan)}",
        f"  unit_cost = unit_price x (1 - margin {assume.margin:g})",
        f"  holding_cost = unit_cost x {assume.annual_holding_rate:g} a year / 365 days",
        "  stockout_penalty = unit_price - unit_cost, the margin of a lost sale",
        f"  ordering_cost = {assume.ordering_cost:g} per order line",
        "  opening stock = S everywhere",
    ]


def _price_source(plan: CasePlan) -> str:
    if plan.history.prices is None:
        return f"{plan.assumptions.unit_price:g}, for want of a price file"
    return f"mean of the SKU's rows in {_plain(plan.history.prices.file.name)}"


def _head(plan: CasePlan, demand_file: str) -> str:
    stores = {one.store for one in plan.series}
    title = f"{plan.history.file.name}: {len(stores)} stores, {len(plan.skus)} SKUs, replayed"
    head = {
        "title": title,
        "days": plan.days,
        "warmup_days": plan.warmup_days,
        "seed": 42,
        "units": "whole" if plan.whole_units else "continuous",
    }
    return "\n".join(
        [
            *_entries(head),
            "",
            "[demand]",
            *_entries({"distribution": "replay", "file": demand_file}),
        ]
    )


def _sku(sku: str, figures: SkuPlan) -> str:
    rates = {
        "holding_cost": figures.holding_cost,
        "stockout_penalty": figures.stockout_penalty,
        "ordering_cost": figures.ordering_cost,
        "unit_cost": figures.unit_cost,
        "unit_price": figures.unit_price,
    }
    demand = {"base_demand": figures.base_demand, "demand_std": figures.demand_std}
    return _table("skus", sku, {**demand, **rates})


def _store(store: str, plan: CasePlan) -> str:
    levels = {one.sku: found for one, found in plan.store_levels.items() if one.store == store}
    settings = {"unmet_demand": plan.assumptions.unmet_demand, "skus": list(levels)}
    return _location(f"stores.{_key(store)}", settings, levels)


def _warehouse(warehouse: str, plan: CasePlan) -> str:
    settings = {"allocation": "proportional", "short_orders": "owed"}
    return _location(f"warehouses.{_key(warehouse)}", settings, plan.warehouse_levels)


def _location(path: str, settings: Mapping[str, object], levels: Mapping[str, Levels]) -> str:
    points = {sku: found.reorder_point for sku, found in levels.items()}
    tops = {sku: found.order_up_to for sku, found in levels.items()}
    lines = [f"[{path}]", *_entries(settings)]
    lines += ["", f"[{path}.initial_inventory]", *_entries(tops)]
    lines += ["", f"[{path}.policy]", 'rule = "s_S"']
    lines += ["", f"[{path}.policy.reorder_point]", *_entries(points)]
    lines += ["", f"[{path}.policy.order_up_to]", *_entries(tops)]
    return "\n".join(lines)


def _lane(source: str, destination: str, lead_time: int) -> str:
    entries = {"source": source, "destination": destination, "lead_time": lead_time}
    return "\n".join(["[[lanes]]", *_entries(entries)])


def _table(family: str, name: str, entries: Mapping[str, object]) -> str:
    return "\n".join([f"[{family}.{_key(name)}]", *_entries(entries)])


def _entries(entries: Mapping[str, object]) -> list[str]:
    return [f"{_key(name)} = {_value(value)}" for name, value in entries.items()]


def _key(name: str) -> str:
    """Leave a key bare where TOML allows it and it cannot be taken for a number."""
    return name if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name) else _text(name)


def _value(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return repr(
            int(value) if value.is_integer() else float(f"{value:.6g}" if value < 1000 else value)
        )
    return repr(value)


def _text(value: str) -> str:
    """Quote as TOML does; JSON does the same, but for the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(text: str) -> str:
    """Text that fits into one line of comment."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
