"""Which sheets there are, their columns, and what a cell of each may hold."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from pydantic import BaseModel

from inventory_hmarl.case.checks.policies import described
from inventory_hmarl.case.faults import Finding
from inventory_hmarl.case.models import (
    Correlation,
    CostChange,
    CostWeights,
    Demand,
    Disruption,
    Event,
    Lane,
    OnOrder,
    Pool,
    Promotion,
    Sku,
    Spike,
    Store,
    Supplier,
    Warehouse,
)
from inventory_hmarl.policies import RULES

Cell: TypeAlias = "str | int | float | bool | None"
Kind = Literal["text", "number", "switch"]

TEXT = frozenset(
    {"failure", "in_transit_owner", "name", "title", "unmet_demand", "allocation", "short_orders"}
    | {"substitute", "sourcing", "when_full", "receives", "holding_charged", "orders"}
    | {"distribution", "noise", "mean", "file", "source", "destination", "sku", "rule"}
    | {"event", "store", "first_date"}
)
SWITCHES = frozenset({"seasonality", "overtaking"})
LISTED = frozenset({"review_days"})  # of a location: lists, with a row an entry in 'by_day'
STRUCTURE = (
    frozenset({"policy", "skus", "stores", "demand", "initial_on_order"})
    | frozenset({"locations", "lanes", "stops", "weekdays", "delays", "delay_probabilities"})
    | frozenset({"after_cutoff"})
    | LISTED
)
BY_SKU = ("initial_inventory", "max_inventory", "demand_multiplier", "unmet_demand")
LANE_BY_SKU = ("order_multiple", "minimum_order", "unit_cost")
RATES = ("holding_cost", "stockout_penalty", "ordering_cost")
SECTIONS = {"stores": "store", "warehouses": "warehouse", "suppliers": "supplier"}
SCOPED = {"pools": "pool", "disruptions": "disruption"}  # with a sheet of what each is about
PARTS = {"stores": "store", "skus": "sku"}  # of a pool
TOP = ("title", "days", "warmup_days", "seed", "first_date", "units")
WEEKDAYS = tuple(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
GROUPS: dict[str, type[BaseModel]] = {"cost_weights": CostWeights, "correlation": Correlation}
GROUPED = tuple(f"{group}.{name}" for group, of in GROUPS.items() for name in of.model_fields)


@dataclass(frozen=True)
class Column:
    """What a column holds, and what it means."""

    kind: Kind
    about: str = ""


@dataclass(frozen=True)
class Sheet:
    """One table: what it is for, the columns that name a row, and all columns."""

    about: str
    keys: tuple[str, ...]
    columns: Mapping[str, Column]


@dataclass(frozen=True)
class Row:
    """A row as it was read: its number in the sheet, and the cells that hold something."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Content:
    """What was read: the rows of each sheet, what is wrong with it, and how to name a sheet."""

    label: Callable[[str], str]
    rows: dict[str, list[Row]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def _kind(name: str) -> Kind:
    if name in SWITCHES:
        return "switch"
    return "text" if name in TEXT else "number"


def _of(model: type[BaseModel], *left_out: str) -> dict[str, Column]:
    return {
        name: Column(_kind(name), about.description or "")
        for name, about in model.model_fields.items()
        if name not in STRUCTURE and name not in left_out
    }


def _texts(**columns: str) -> dict[str, Column]:
    return {name: Column("text", about) for name, about in columns.items()}


def _numbers(**columns: str) -> dict[str, Column]:
    return {name: Column("number", about) for name, about in columns.items()}


@functools.cache
def parameters() -> Mapping[str, Column]:
    """Return the parameters of all rules that are one number, or one a SKU."""
    found: dict[str, Column] = {}
    for rule in sorted(RULES):
        for name, about in described(rule).items():
            if about["kind"] != "table":
                found.setdefault(name, Column("number", f"{rule}: {about['help']}"))
    return found


@functools.cache
def sheets() -> Mapping[str, Sheet]:
    """Return the sheets of a case, in the order of a workbook."""
    rule = {"rule": Column("text", "The replenishment rule."), **parameters()}
    by_sku = {name: _of(Store)[name] for name in (*BY_SKU, *RATES)}
    by_sku["capacity"] = _of(Supplier)["capacity"]
    pair = _texts(store="Empty: all stores.", sku="The SKU; empty: all.")
    return {
        "settings": Sheet(
            "The run, and what multiplies the costs.",
            ("setting",),
            _texts(setting="Its name.", value="Its value."),
        ),
        "skus": Sheet("What is sold.", ("sku",), _texts(sku="Its id.") | _of(Sku)),
        **_places(rule),
        "lanes": Sheet(
            "Who supplies whom.", ("lane",), _texts(lane="A name for the lane.") | _of(Lane)
        ),
        "levels": Sheet(
            "What differs by SKU at a location: leave the cell in the location's own sheet empty.",
            ("location", "sku"),
            _texts(location="A store, warehouse or supplier.", sku="The SKU.")
            | by_sku
            | dict(parameters()),
        ),
        "assortment": Sheet(
            "The SKUs of a location or lane that has not all of them.",
            ("place", "sku"),
            _texts(place="A store, a warehouse or a lane.", sku="The SKU."),
        ),
        "lead_times": Sheet(
            "What differs by SKU on a lane: leave the cell in 'lanes' empty.",
            ("lane", "sku"),
            _texts(lane="The lane.", sku="The SKU.")
            | _numbers(lead_time="Whole days.")
            | {name: _of(Lane)[name] for name in LANE_BY_SKU},
        ),
        "delays": Sheet(
            "Days on top of the lead times of a lane, and the probability of each.",
            ("lane",),
            _texts(lane="The lane.") | _numbers(delay="Whole days.", probability="They sum to 1."),
        ),
        "cutoffs": Sheet(
            "The weekdays on which orders are placed on a lane after the cut-off of its source.",
            ("lane",),
            _texts(lane="The lane.") | _numbers(weekday="1 to 7."),
        ),
        "on_order": Sheet(
            "What is on its way when day 1 begins.",
            ("lane",),
            _texts(lane="The lane.") | _of(OnOrder),
        ),
        "demand": Sheet(
            "How demand is drawn: for all, for a SKU, or for a SKU at a store.",
            ("store", "sku"),
            pair | _of(Demand, "values", "probabilities", "units", "weekdays"),
        ),
        "demand_values": Sheet(
            "Tabulated demand: each value and its probability.",
            ("store", "sku"),
            pair | _numbers(value="Units a day.", probability="They sum to 1."),
        ),
        "demand_weekdays": Sheet(
            "Weights of the days of a week; only their proportions count.",
            ("store", "sku"),
            pair | _numbers(**dict.fromkeys(WEEKDAYS, "Its weight.")),
        ),
        "demand_units": Sheet(
            "Recorded demand; a day without a row is 0.",
            ("store", "sku", "day"),
            pair | _numbers(day="Day 1, 2, ...", units="Units."),
        ),
        **_events(),
        **_pools(),
        **_disruptions(),
    }


def _pools() -> dict[str, Sheet]:
    """Return the sheets of pools: of each, and of its stores and SKUs."""
    name = _texts(pool="Its id.")
    return {
        "pools": Sheet("Stores that help each other out.", ("pool",), name | _of(Pool)),
        "pool_scope": Sheet(
            "The stores of a pool, and its SKUs where it has not all: one cell a row will do.",
            ("pool",),
            name | _texts(store="A store.", sku="A SKU."),
        ),
    }


def _disruptions() -> dict[str, Sheet]:
    """Return the sheets of disruptions: of each, and of what it hits, stops and on which days."""
    name = _texts(disruption="Its id.")
    return {
        "disruptions": Sheet("What stops for a while.", ("disruption",), name | _of(Disruption)),
        "disruption_scope": Sheet(
            "What a disruption hits and stops, and its weekdays: one cell a row will do.",
            ("disruption",),
            name
            | _texts(
                location="A store, warehouse or supplier.",
                sku="A SKU, where not all are hit.",
                source="A lane that is hit: its source,",
                destination="and its destination.",
                stops="orders, shipments, transit or receipts.",
            )
            | _numbers(weekday="1 to 7."),
        ),
    }


def _places(rule: Mapping[str, Column]) -> dict[str, Sheet]:
    """Return the sheets of stores, warehouses and suppliers."""
    about = {"stores": "Who sells.", "warehouses": "Who ships.", "suppliers": "Who delivers."}
    models: dict[str, type[BaseModel]] = {
        "stores": Store,
        "warehouses": Warehouse,
        "suppliers": Supplier,
    }
    found = {}
    for name, key in SECTIONS.items():
        columns = {key: Column("text", "Its id."), **_of(models[name])}
        found[name] = Sheet(
            about[name], (key,), columns if name == "suppliers" else columns | dict(rule)
        )
    return found


def _events() -> dict[str, Sheet]:
    """Return the sheets of spikes, promotions and events, and of parameters that differ by day."""
    spike = _numbers(spike="A number for the spike.")
    promotion = _numbers(promotion="A number for the promotion.")
    change = _numbers(cost_change="A number for the change.")
    scope = _texts(store="A store.", sku="A SKU.")
    return {
        "spikes": Sheet("Days of more or less demand.", ("spike",), spike | _of(Spike)),
        "spike_scope": Sheet(
            "The stores and SKUs of a spike that is not for all.",
            ("spike",),
            spike | scope,
        ),
        "promotions": Sheet(
            "Days with another price or more display.", ("promotion",), promotion | _of(Promotion)
        ),
        "promotion_scope": Sheet(
            "The stores and SKUs of a promotion that is not for all.",
            ("promotion",),
            promotion | scope,
        ),
        "cost_changes": Sheet(
            "Days on which costs are others.", ("cost_change",), change | _of(CostChange)
        ),
        "cost_change_scope": Sheet(
            "The locations and SKUs of a change of costs that is not for all.",
            ("cost_change",),
            change | _texts(location="A store or warehouse.", sku="A SKU."),
        ),
        "events": Sheet("The calendar.", ("day",), _of(Event)),
        "by_day": Sheet(
            "Lists of a location: parameters of its rule by day (orders_by_day), review_days.",
            ("location", "sku", "parameter", "day"),
            _texts(location="A store or warehouse.", sku="Empty: all.", parameter="Its name.")
            | _numbers(day="Day 1, 2, ...; a day without a row is 0.", value="Its value."),
        ),
    }
