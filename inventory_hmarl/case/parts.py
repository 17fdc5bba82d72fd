"""What of a case could be understood, part by part, so that one fault does not hide the next."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar  # a file may hold anything

from pydantic import BaseModel, TypeAdapter, ValidationError

from inventory_hmarl.case.faults import ABSENT, Finding, Path, shorten
from inventory_hmarl.case.models import (
    Case,
    Correlation,
    CostChange,
    CostWeights,
    Demand,
    Disruption,
    Event,
    Lane,
    Pool,
    Promotion,
    Recorded,
    Sku,
    Spike,
    Store,
    Supplier,
    Warehouse,
)
from inventory_hmarl.case.models.assortment import Assortments, assortments, on_cycle
from inventory_hmarl.case.models.values import (
    Date,
    Day,
    DaysBefore,
    Identifier,
    Seed,
    Text,
    UnitsWord,
)
from inventory_hmarl.case.translate import TABLE, findings_of, unknown_setting

Model = TypeVar("Model", bound=BaseModel)

TABLES: dict[str, type[BaseModel]] = {
    "skus": Sku,
    "stores": Store,
    "warehouses": Warehouse,
    "suppliers": Supplier,
    "pools": Pool,
    "disruptions": Disruption,
}
MAY_BE_EMPTY = ("warehouses", "pools", "disruptions")
LISTS: dict[str, type[BaseModel]] = {
    "spikes": Spike,
    "promotions": Promotion,
    "events": Event,
    "cost_changes": CostChange,
    "lanes": Lane,
}
SINGLES: dict[str, type[BaseModel]] = {
    "cost_weights": CostWeights,
    "demand": Demand,
    "correlation": Correlation,
}
SCALARS: dict[str, TypeAdapter[Any]] = {
    "title": TypeAdapter(Text),
    "days": TypeAdapter(Day),
    "warmup_days": TypeAdapter(DaysBefore),
    "seed": TypeAdapter(Seed),
    "first_date": TypeAdapter(Date),
    "units": TypeAdapter(UnitsWord),
}
_ID: TypeAdapter[str] = TypeAdapter(Identifier)
NAMED = ("skus", "stores", "warehouses", "suppliers")

# Harmless values of required settings whose own are not understood, so that the others of their
# part can be checked.
NEUTRAL: dict[str, object] = {
    "initial_inventory": 0,
    "policy": {"rule": "?"},
    "lead_time": 3650,
}


@dataclass
class Parts:
    """The parts of a case that could be understood, and the findings about the others."""

    values: dict[str, Any] = field(default_factory=dict)  # by the name of the Case's field
    ids: dict[str, tuple[str, ...]] = field(default_factory=dict)  # all, of faulty parts too
    unclear: dict[Path, frozenset[str]] = field(default_factory=dict)  # settings with faults
    recorded: dict[str, Recorded | None] = field(default_factory=dict)  # None: could not be read
    findings: list[Finding] = field(default_factory=list)

    @property
    def skus(self) -> dict[str, Sku]:
        """The SKUs that could be understood."""
        return self.values.get("skus", {})  # type: ignore[no-any-return]  # read as Sku

    @property
    def stores(self) -> dict[str, Store]:
        """The stores that could be understood."""
        return self.values.get("stores", {})  # type: ignore[no-any-return]  # read as Store

    @property
    def warehouses(self) -> dict[str, Warehouse]:
        """The warehouses that could be understood."""
        return self.values.get("warehouses", {})  # type: ignore[no-any-return]  # read as Warehouse

    @property
    def suppliers(self) -> dict[str, Supplier]:
        """The suppliers that could be understood."""
        return self.values.get("suppliers", {})  # type: ignore[no-any-return]  # read as Supplier

    @property
    def pools(self) -> dict[str, Pool]:
        """The pools that could be understood."""
        return self.values.get("pools", {})  # type: ignore[no-any-return]  # read as such

    @property
    def disruptions(self) -> dict[str, Disruption]:
        """The disruptions that could be understood."""
        return self.values.get("disruptions", {})  # type: ignore[no-any-return]  # read as such

    @property
    def lanes(self) -> list[tuple[int, Lane]]:
        """The lanes that could be understood, with their places in the file."""
        return [(n, lane) for n, lane in enumerate(self.values.get("lanes", ())) if lane]

    @property
    def spans(self) -> list[tuple[str, int, Spike | Promotion | CostChange]]:
        """The spikes, promotions and changes of costs, with their places in the file."""
        return [
            (name, number, span)
            for name in ("spikes", "promotions", "cost_changes")
            for number, span in enumerate(self.values.get(name, ()))
            if span
        ]

    @property
    def events(self) -> list[tuple[int, Event]]:
        """The events that could be understood, with their places in the file."""
        return [(n, event) for n, event in enumerate(self.values.get("events", ())) if event]

    @property
    def locations(self) -> list[tuple[Path, Store | Warehouse]]:
        """Stores and warehouses with their places."""
        found: list[tuple[Path, Store | Warehouse]] = []
        found += [(("stores", name), store) for name, store in self.stores.items()]
        found += [(("warehouses", name), each) for name, each in self.warehouses.items()]
        return found

    def clear(self, path: Path, *names: str) -> bool:
        """Return whether a part is there and none of these of its settings has a fault."""
        return not self.unclear.get(path, frozenset()) & {*names, "*"}

    @functools.cached_property
    def all_clear(self) -> bool:
        """Whether every part was understood whole."""
        return not self.unclear

    @functools.cached_property
    def known_skus(self) -> frozenset[str]:
        """The ids of all SKUs, of faulty ones too."""
        return frozenset(self.ids.get("skus", ()))

    @functools.cached_property
    def carried(self) -> Assortments:
        """The SKUs of each location; of faulty SKUs too."""
        lanes = [lane for _, lane in self.lanes]
        return assortments(self.ids.get("skus", ()), self.stores, self.warehouses, lanes)

    @functools.cached_property
    def network_known(self) -> bool:
        """Whether every lane is understood, has two known ends, and none lies on a cycle."""
        ends = {name for section in NAMED[1:] for name in self.ids.get(section, ())}
        sections = all(self.clear((section,)) for section in (*NAMED, "lanes"))
        lanes = [lane for _, lane in self.lanes]
        clear = all(
            self.clear(("lanes", n), "skus") for n in range(len(self.values.get("lanes", ())))
        )
        known = all({lane.source, lane.destination} <= ends for lane in lanes)
        return sections and clear and known and not on_cycle(lanes)

    @functools.cached_property
    def carried_known(self) -> bool:
        """Whether no fault leaves open which location carries what."""
        return self.network_known and all(
            self.clear((section, name), "skus")
            for section in ("stores", "warehouses")
            for name in self.ids.get(section, ())
        )

    def carried_at(self, path: Path) -> tuple[str, ...] | None:
        """Return the SKUs of a location; None where other faults leave it open."""
        section, name = str(path[0]), str(path[1])
        if not (self.clear(("skus",)) and self.clear(path, "skus")):
            return None
        by_lanes = section == "warehouses" and self.warehouses[name].skus is None
        return None if by_lanes and not self.carried_known else self.carried[name]


def parts_of(case: Case) -> Parts:
    """Return the parts of a case that exists."""
    parts = Parts(values={name: getattr(case, name) for name in Case.model_fields})
    parts.recorded = dict(case.recorded)
    for section in TABLES:
        parts.ids[section] = tuple(parts.values[section])
    return parts


def read_parts(data: object) -> Parts:
    """Return what can be understood of the plain data of a case file."""
    parts = Parts()
    if not isinstance(data, Mapping):
        parts.findings.append(Finding((), data, TABLE))
        parts.unclear[()] = frozenset("*")
        return parts
    for name, value in data.items():
        if name not in Case.model_fields:
            parts.findings.append(unknown_setting((_text(name),), value, Case.model_fields))
    for name in Case.model_fields:
        read_section(parts, name, data.get(name, ABSENT))
    return parts


def read_section(parts: Parts, name: str, raw: object) -> None:
    """Read one setting of the top level into `parts`."""
    if raw is ABSENT:
        _absent(parts, name)
    elif name in TABLES:
        _read_table(parts, name, raw)
    elif name in LISTS:
        _read_list(parts, name, raw)
    elif name in SINGLES:
        parts.values[name] = _read(parts, SINGLES[name], raw, (name,)) or SINGLES[name]()
    else:
        _read_scalar(parts, name, raw)


def _absent(parts: Parts, name: str) -> None:
    setting = Case.model_fields[name]
    if name in TABLES:
        parts.ids[name] = ()
    if setting.is_required():
        parts.findings.append(Finding((name,), ABSENT, "is required"))
        parts.unclear[name,] = frozenset("*")
    else:
        parts.values[name] = setting.get_default(call_default_factory=True, validated_data={})


def _read_table(parts: Parts, name: str, raw: object) -> None:
    parts.ids[name] = ()
    ids: list[str] = []
    if not isinstance(raw, Mapping) or (not raw and name not in MAY_BE_EMPTY):
        rule = (
            "must not be empty" if isinstance(raw, Mapping) else "must be a table with ids as keys"
        )
        parts.findings.append(Finding((name,), raw, rule))
        parts.unclear[name,] = frozenset("*")
        return
    values = parts.values[name] = {}
    for key, entry in raw.items():
        path = (name, _text(key))
        if not _good_id(parts, path, key):
            continue
        ids.append(key)
        part = _read(parts, TABLES[name], _with_name(entry, key), path)
        if part is not None:
            values[key] = part
    parts.ids[name] = tuple(ids)


def _with_name(entry: object, key: str) -> object:
    return {"name": key, **entry} if isinstance(entry, Mapping) else entry


def _good_id(parts: Parts, path: Path, key: object) -> bool:
    try:
        _ID.validate_python(key)
    except ValidationError as error:
        for found in findings_of(error, Case, path):
            parts.findings.append(Finding(path, ABSENT, f"its id {found.rule}"))
        parts.unclear[path[0],] = frozenset("*")
        return False
    return True


def _read_list(parts: Parts, name: str, raw: object) -> None:
    required = Case.model_fields[name].is_required()
    if not isinstance(raw, list | tuple) or (required and not raw):
        rule = (
            "must be a list of tables" if not isinstance(raw, list | tuple) else "must not be empty"
        )
        parts.findings.append(Finding((name,), raw, rule))
        parts.unclear[name,] = frozenset("*")
        return
    parts.values[name] = tuple(
        _read(parts, LISTS[name], entry, (name, number)) for number, entry in enumerate(raw)
    )


def _read_scalar(parts: Parts, name: str, raw: object) -> None:
    try:
        parts.values[name] = SCALARS[name].validate_python(raw)
    except ValidationError as error:
        parts.findings += findings_of(error, Case, (name,))
        parts.unclear[name,] = frozenset("*")


def _read(parts: Parts, model: type[Model], raw: object, path: Path) -> Model | None:
    """Return a part, or what of it is right beside neutral values, or None."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        parts.findings += findings_of(error, model, path)
        bad = {str(detail["loc"][0]) if detail["loc"] else "*" for detail in error.errors()}
        parts.unclear[path] = frozenset(bad)
    if not isinstance(raw, Mapping):
        parts.unclear[path] = frozenset("*")
        return None
    kept = {name: raw[name] for name in model.model_fields if name in raw and name not in bad}
    neutral = {name: NEUTRAL[name] for name in model.model_fields if name in bad & NEUTRAL.keys()}
    try:
        return model.model_validate(neutral | kept)
    except ValidationError:
        parts.unclear[path] = frozenset("*")
        return None


def _text(key: object) -> str:
    return key if isinstance(key, str) else shorten(key)


def all_ids(parts: Parts, sections: Iterable[str]) -> list[str]:
    """Return the ids of some sections, faulty parts included."""
    return [name for section in sections for name in parts.ids.get(section, ())]
