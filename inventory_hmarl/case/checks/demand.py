"""Demand, once the tables that override each other are put together."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from inventory_hmarl.case.checks.levels import named, whole
from inventory_hmarl.case.faults import ABSENT, Finding, Path
from inventory_hmarl.case.models import Demand, Sku
from inventory_hmarl.case.models.demand import BY_FORMULA, BY_RECORD, BY_VARIATION, given, merged
from inventory_hmarl.case.parts import Parts

DRAWN = (*BY_FORMULA, "table", "empirical")  # a record that is replayed has its shape in it
ACTS = {  # settings that act with some distributions only
    "trend": DRAWN,
    "autocorrelation": DRAWN,
    "weekdays": DRAWN,
    "yearly_amplitude": DRAWN,
    "yearly_peak": DRAWN,
    "values": ("table",),
    "probabilities": ("table",),
    "file": BY_RECORD,
    "units": BY_RECORD,
    "variance_to_mean": ("negative_binomial",),
    "occurrence": ("intermittent",),
    "size_cv2": ("intermittent",),
}
REQUIRED = {"table": ("values", "probabilities"), "intermittent": ("occurrence", "size_cv2")}
TOLERANCE = 1e-9
MOST_VARIATION = 16.0  # deviation / mean
Table = tuple[Path, Demand]


@dataclass(frozen=True)
class Drawn:
    """The demand of a store and SKU, and the tables that it comes from, the most specific last."""

    tables: tuple[Table, ...]
    demand: Demand
    store: str
    sku: str

    def place(self, name: str) -> Path:
        """Return where a setting is written, or where it should be."""
        written = [path for path, table in self.tables if name in given(table)]
        if not written:
            written = [path for path, table in self.tables if "distribution" in given(table)]
        return (*(written or [("demand",)])[-1], name)


def drawn(parts: Parts) -> Iterator[Drawn]:
    """Yield the demand of each store and SKU; those that share all tables only once."""
    seen: set[tuple[int, ...]] = set()
    for store, sku, tables in _tables(parts):
        key = tuple([id(table) for _, table in tables])
        if key not in seen:
            seen.add(key)
            yield Drawn(tables, merged(*(table for _, table in tables)), store, sku)


def _tables(parts: Parts) -> Iterator[tuple[str, str, tuple[Table, ...]]]:
    """Yield the tables of each store and SKU; those without the store's own only once a SKU."""
    if parts.unclear.get(("demand",)):
        return
    base: tuple[Table, ...] = ((("demand",), parts.values.get("demand") or Demand()),)
    of_sku = {
        name: (*base, (("skus", name, "demand"), sku.demand)) if sku.demand else base
        for name, sku in parts.skus.items()
        if parts.clear(("skus", name), "demand")
    }
    pending = set(of_sku)
    for store, place in parts.stores.items():
        if not parts.clear(("stores", store), "demand"):
            continue
        local = place.demand or {}
        for sku in parts.carried_at(("stores", store)) or ():
            if sku in local and sku in of_sku:
                yield store, sku, (*of_sku[sku], (("stores", store, "demand", sku), local[sku]))
            elif sku in pending:
                pending.remove(sku)
                yield store, sku, of_sku[sku]


def findings(parts: Parts) -> Iterator[Finding]:
    """Yield faults of demand."""
    yield from _keys(parts)
    yield from _correlation(parts)
    every = list(drawn(parts))
    for one in every:
        yield from _one(parts, one)
    yield from _needed_by_skus(parts)
    yield from _in_vain(parts, every)


def _keys(parts: Parts) -> Iterator[Finding]:
    for name, store in parts.stores.items():
        carried = parts.carried_at(("stores", name))
        if store.demand is not None:
            yield from named(parts, ("stores", name, "demand"), store.demand, (), carried)


def _correlation(parts: Parts) -> Iterator[Finding]:
    """Yield correlations that no customers can have."""
    path: Path = ("correlation",)
    correlation = parts.values.get("correlation")
    if correlation is None or not parts.clear(path):
        return
    store, sku = correlation.within_store, correlation.within_sku
    for name, value in (("within_store", store), ("within_sku", sku)):
        if value < correlation.everywhere:
            rule = f"must be at least everywhere, {correlation.everywhere:g}"
            yield Finding((*path, name), value, rule)
    if store + sku - correlation.everywhere > 1:
        rule = f"and within_store, {store:g}, less everywhere must be at most 1 together"
        yield Finding((*path, "within_sku"), sku, rule)


def _one(parts: Parts, one: Drawn) -> Iterator[Finding]:
    distribution, weekdays = one.demand.distribution, one.demand.weekdays
    if weekdays is not None and not any(weekdays):
        yield Finding(one.place("weekdays"), list(weekdays), "must not all be 0")
    launch, end = one.demand.first_day, one.demand.last_day
    if launch is not None and end is not None and end < launch:
        yield Finding(one.place("last_day"), end, f"must be at least first_day, {launch}")
    for name in REQUIRED.get(distribution, ()):
        if getattr(one.demand, name) is None:
            yield Finding(one.place(name), ABSENT, f"is required by distribution '{distribution}'")
    if distribution == "table":
        yield from _table(parts, one)
    if distribution in BY_RECORD:
        yield from _record(parts, one)


def _table(parts: Parts, one: Drawn) -> Iterator[Finding]:
    values, probabilities = one.demand.values, one.demand.probabilities
    if values is not None:
        yield from _numbers(parts, one.place("values"), values)
        if any(later <= earlier for earlier, later in itertools.pairwise(values)):
            yield Finding(one.place("values"), list(values), "must be strictly increasing")
    if probabilities is None:
        return
    place = one.place("probabilities")
    total = math.fsum(probabilities)
    if abs(total - 1) > TOLERANCE:
        yield Finding(place, list(probabilities), f"must sum to 1; they sum to {total:.12g}")
    if values is not None and len(values) != len(probabilities):
        rule = f"must be as many as the values: {len(probabilities)} for {len(values)}"
        yield Finding(place, list(probabilities), rule)


def _numbers(parts: Parts, path: Path, numbers: tuple[float, ...]) -> Iterator[Finding]:
    for place, number in enumerate(numbers):
        yield from whole(parts, (*path, place), number)


def _record(parts: Parts, one: Drawn) -> Iterator[Finding]:
    demand = one.demand
    days = parts.values.get("days") if demand.distribution == "replay" else None
    own = given(one.tables[-1][1])
    if demand.file is not None and demand.units is not None:
        place = one.place("units" if "units" in own else "file")
        yield Finding(place[:-1], ABSENT, "a record is in a file or in units, not in both")
    elif demand.units is not None:
        yield from _numbers(parts, one.place("units"), demand.units)
        if days is not None and len(demand.units) < days:
            rule = f"holds {len(demand.units)} days, fewer than the {days} days of the run"
            yield Finding(one.place("units"), ABSENT, rule)
    elif demand.file is None:
        rule = f"or units is required by distribution '{demand.distribution}'"
        yield Finding(one.place("file"), ABSENT, rule)
    else:
        recorded = parts.recorded.get(demand.file)
        if recorded is not None and days is not None and recorded.last_day < days:
            rule = f"ends on day {recorded.last_day}, before day {days}, the last of the run"
            yield Finding(one.place("file"), demand.file, rule)


def _needed_by_skus(parts: Parts) -> Iterator[Finding]:
    told: set[tuple[str, int]] = set()
    for _, sku, tables in _tables(parts):
        key = (sku, id(tables[-1][1]))
        if key in told:
            continue
        told.add(key)
        demand = merged(*(table for _, table in tables))
        if demand.distribution in BY_FORMULA:
            yield from _formula(parts, sku, parts.skus[sku], demand)


def _formula(parts: Parts, name: str, sku: Sku, demand: Demand) -> Iterator[Finding]:
    absent = "base_demand" not in sku.model_fields_set
    if absent and parts.clear(("skus", name), "base_demand"):
        rule = f"is required by distribution '{demand.distribution}'"
        yield Finding(("skus", name, "base_demand"), ABSENT, rule)
        return
    divides = demand.distribution in BY_VARIATION or (
        demand.distribution == "normal" and demand.noise == "multiplicative"
    )
    if divides and sku.base_demand == 0 and sku.demand_std > 0:
        rule = "must be above 0, because multiplicative noise divides by it"
        yield Finding(("skus", name, "base_demand"), sku.base_demand, rule)
    elif demand.distribution in BY_VARIATION and parts.clear(("skus", name), "demand_std"):
        yield from _variation(name, sku, demand)


def _variation(name: str, sku: Sku, demand: Demand) -> Iterator[Finding]:
    path = ("skus", name, "demand_std")
    most = MOST_VARIATION * sku.base_demand
    if demand.distribution != "negative_binomial":
        if sku.demand_std > most:
            rule = f"must be at most {MOST_VARIATION:g} x base_demand, {most:g}"
            yield Finding(path, sku.demand_std, f"{rule}, for '{demand.distribution}'")
    elif demand.variance_to_mean is None and sku.demand_std**2 <= sku.base_demand:
        rule = (
            "squared must be above base_demand, because a negative binomial variance is above its "
            "mean; or give variance_to_mean, or take 'poisson'"
        )
        yield Finding(path, sku.demand_std, rule)


def _in_vain(parts: Parts, every: list[Drawn]) -> Iterator[Finding]:
    """Yield tables and records that no store and SKU uses."""
    if not (parts.all_clear and parts.carried_known):
        return
    tables = {path: table for one in every for path, table in one.tables}
    used = {
        one.place(name)
        for one in every
        for name, distributions in ACTS.items()
        if one.demand.distribution in distributions and getattr(one.demand, name) is not None
    }
    for path, table in tables.items():
        for name, distributions in ACTS.items():
            if name in given(table) and (*path, name) not in used:
                words = " or ".join(f"'{each}'" for each in distributions)
                rule = f"acts only with distribution {words}, which nothing here has"
                if distributions is DRAWN:
                    rule = "acts on demand that is drawn, which nothing here has"
                yield Finding((*path, name), given(table)[name], rule)
