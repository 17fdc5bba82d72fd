"""From the plain data of a case to the rows of its tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # plain data are of any type

from inventory_hmarl.case.tables.sheets import (
    GROUPS,
    LANE_BY_SKU,
    PARTS,
    SECTIONS,
    TOP,
    WEEKDAYS,
    Cell,
    parameters,
    sheets,
)

Data = Mapping[str, Any]
Found = dict[str, list[dict[str, Any]]]
LARGEST_EXACT = 10**15  # Excel keeps 15 digits of a number; longer ones are written as text


def rows_of(data: Data) -> dict[str, list[list[Cell]]]:
    """Return each table, its head first, from what `case_to_dict` returns."""
    found: Found = {name: [] for name in sheets()}
    _settings(found, data)
    for sku, settings in data["skus"].items():
        row = {name: value for name, value in settings.items() if name != "demand"}
        found["skus"].append({"sku": sku, **row})
        _demand(found, None, sku, settings.get("demand"))
    levels: dict[tuple[str, str], dict[str, Any]] = {}
    for section in SECTIONS:
        for name, place in data.get(section, {}).items():
            _place(found, levels, (section, name), place)
    found["levels"] = list(levels.values())
    names = {name for section in SECTIONS for name in data.get(section, {})}
    for lane in data["lanes"]:
        _lane(found, names, lane)
    for kind in ("spike", "promotion", "cost_change"):
        for number, span in enumerate(data.get(f"{kind}s", ()), start=1):
            _span(found, kind, number, span)
    found["events"] = list(data.get("events", ()))
    for name, pool in data.get("pools", {}).items():
        found["pools"].append({"pool": name, **{n: v for n, v in pool.items() if n not in PARTS}})
        found["pool_scope"] += [
            {"pool": name, column: value}
            for several, column in PARTS.items()
            for value in pool.get(several, ())
        ]
    for name, disruption in data.get("disruptions", {}).items():
        _disruption(found, name, disruption)
    return {name: _table(name, rows) for name, rows in found.items()}


def _table(name: str, rows: list[dict[str, Any]]) -> list[list[Cell]]:
    """Return a head and rows; parameters of rules that nobody has are left out."""
    used = {column for row in rows for column in row}
    head = [each for each in sheets()[name].columns if each in used or each not in parameters()]
    return [list(head), *([_cell(row.get(column)) for column in head] for row in rows)]


def _cell(value: Cell) -> Cell:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST_EXACT:
        return str(value)
    return value


def _settings(found: Found, data: Data) -> None:
    rows = {name: data[name] for name in TOP if name in data}
    for group in GROUPS:
        for name, value in data.get(group, {}).items():
            rows[f"{group}.{name}"] = value
    found["settings"] = [{"setting": name, "value": value} for name, value in rows.items()]
    _demand(found, None, None, data.get("demand"))


def _demand(found: Found, store: str | None, sku: str | None, demand: Data | None) -> None:
    if demand is None:
        return
    key = {"store": store, "sku": sku}
    lists = ("values", "probabilities", "units", "weekdays")
    found["demand"].append(key | {n: value for n, value in demand.items() if n not in lists})
    if "weekdays" in demand:
        found["demand_weekdays"].append(key | dict(zip(WEEKDAYS, demand["weekdays"], strict=True)))
    values, shares = demand.get("values", ()), demand.get("probabilities", ())
    for place in range(max(len(values), len(shares))):
        pair = {
            "value": values[place] if place < len(values) else None,
            "probability": shares[place] if place < len(shares) else None,
        }
        found["demand_values"].append(key | pair)
    for day, units in enumerate(demand.get("units", ()), start=1):
        found["demand_units"].append({**key, "day": day, "units": units})


def _place(
    found: Found,
    levels: dict[tuple[str, str], dict[str, Any]],
    who: tuple[str, str],
    place: Data,
) -> None:
    """Take a location apart: its own row, and rows of what differs by SKU or by day."""
    section, name = who
    row: dict[str, Any] = {SECTIONS[section]: name}
    settings = {n: value for n, value in place.items() if n not in {"skus", "demand", "policy"}}
    for column, value in (settings | place.get("policy", {})).items():
        of_sku = value if isinstance(value, dict) else {None: value}
        for sku, each in of_sku.items():
            if isinstance(each, list):
                key = {"location": name, "sku": sku, "parameter": column}
                days = [{**key, "day": d, "value": v} for d, v in enumerate(each, start=1)]
                found["by_day"] += days
            elif sku is None:
                row[column] = each
            else:
                level = levels.setdefault((name, sku), {"location": name, "sku": sku})
                level[column] = each
    found[section].append(row)
    found["assortment"] += [{"place": name, "sku": sku} for sku in place.get("skus", ())]
    for sku, demand in place.get("demand", {}).items():
        _demand(found, name, sku, demand)


def _lane(found: Found, names: set[str], lane: Data) -> None:
    key = lane_name(lane["source"], lane["destination"], names)
    names.add(key)
    apart = {"skus", "initial_on_order", "delays", "delay_probabilities", "after_cutoff"}
    row = {n: value for n, value in lane.items() if n not in apart}
    by_sku: dict[str, dict[str, Any]] = {}
    for name in ("lead_time", *LANE_BY_SKU):
        if isinstance(lane.get(name), dict):
            for sku, value in row.pop(name).items():
                by_sku.setdefault(sku, {"lane": key, "sku": sku})[name] = value
    found["lead_times"] += by_sku.values()
    found["lanes"].append({"lane": key, **row})
    found["assortment"] += [{"place": key, "sku": sku} for sku in lane.get("skus", ())]
    drawn = zip(lane.get("delays", ()), lane.get("delay_probabilities", ()), strict=True)
    found["delays"] += [{"lane": key, "delay": d, "probability": p} for d, p in drawn]
    found["cutoffs"] += [{"lane": key, "weekday": day} for day in lane.get("after_cutoff", ())]
    found["on_order"] += [{"lane": key, **order} for order in lane.get("initial_on_order", ())]


def lane_name(source: str, destination: str, taken: set[str]) -> str:
    """Return a name for a lane that nothing has yet.

    >>> lane_name("a", "b", {"a > b"})
    'a > b (2)'
    """
    name, number = f"{source} > {destination}", 1
    while name in taken:
        number += 1
        name = f"{source} > {destination} ({number})"
    return name


def _span(found: Found, kind: str, number: int, span: Data) -> None:
    """Take a span apart: its own row, and rows of the locations and SKUs that it is for."""
    row = {n: value for n, value in span.items() if n not in {"stores", "locations", "skus"}}
    found[f"{kind}s"].append({kind: number, **row})
    column = "location" if kind == "cost_change" else "store"
    places, skus = span.get(f"{column}s", ()), span.get("skus", ())
    for place in range(max(len(places), len(skus))):
        scope = {
            column: places[place] if place < len(places) else None,
            "sku": skus[place] if place < len(skus) else None,
        }
        found[f"{kind}_scope"].append({kind: number, **scope})


def _disruption(found: Found, name: str, disruption: Data) -> None:
    lists = ("locations", "skus", "lanes", "stops", "weekdays")
    row = {n: value for n, value in disruption.items() if n not in lists}
    found["disruptions"].append({"disruption": name, **row})
    columns = {
        "locations": "location",
        "skus": "sku",
        "stops": "stops",
        "weekdays": "weekday",
    }
    scopes = [{columns[each]: value} for each in columns for value in disruption.get(each, ())] + [
        dict(lane) for lane in disruption.get("lanes", ())
    ]
    found["disruption_scope"] += [{"disruption": name, **scope} for scope in scopes]
