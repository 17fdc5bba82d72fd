"""From runs to what the page shows: charts and tables, each with its numbers as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.case import Case
from inventory_hmarl.core.arrays import Array, fold
from inventory_hmarl.core.horizon import DAILY
from inventory_hmarl.core.kpis import ratio
from inventory_hmarl.reports.catalogue import shown
from inventory_hmarl.reports.comparison import NOT_TOLD_APART, verdict
from inventory_hmarl.reports.figures import Figures, Section
from inventory_hmarl.reports.page import charts
from inventory_hmarl.reports.reasons import REASONS, Missing, by_label
from inventory_hmarl.reports.tables import COLUMNS, HEADS, ONLY_WITH_A_VALUE, spread
from inventory_hmarl.simulation import Run
from inventory_hmarl.studies.comparing import Comparison
from inventory_hmarl.studies.comparing import comparison as compared
from inventory_hmarl.studies.intervals import Interval, interval
from inventory_hmarl.studies.samples import samples

COSTS = {
    "total_holding_cost": "holding",
    "total_stockout_penalty": "stock-out penalty",
    "total_ordering_cost": "ordering",
}
COMPARED = (
    "unit_fill_rate",
    "total_lost_sales",
    "avg_inventory",
    *COSTS,
    "total_cost",
    "profit",
)
MOST_BARS = 15
MOST_ROWS = 2000  # of a table; a browser sorts them in no time
MOST_POINTS = 200
WEEK = 7


@dataclass(frozen=True)
class Cell:
    """A cell of a table: what is read, and by what it is sorted."""

    text: str
    key: float | str


@dataclass(frozen=True)
class Sheet:
    """A table that sorts: heads, which of them are numbers, rows, and what was left out."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    texts: int  # first columns that are names
    note: str = ""


@dataclass(frozen=True)
class Alternative:
    """Another way of running the same chain, on the same customers."""

    name: str
    run: Run


def number(value: Interval, name: str) -> Cell:
    """Return a figure as a cell."""
    return Cell(spread(value, name), float("-inf") if value.mean is None else value.mean)


def chain(run: Run, figures: Figures) -> charts.Chain:
    """Return the drawing of the chain: stock and service of locations, units a day of lanes."""
    network = run.model.network
    columns: list[dict[str, list[str]]] = []
    rows = {key[0]: figures.locations.row(n) for n, key in enumerate(figures.locations.keys)}
    for level in network.levels:
        names = level.points.names.locations
        here = dict.fromkeys(names[each] for each in level.points.location.tolist())
        columns.insert(0, {name: list(_notes(rows[name])) for name in here})
    flows = _lane_units(run)
    below = {name for column in columns for name in column}
    suppliers = dict.fromkeys(source for source, _ in flows if source not in below)
    columns.insert(0, {name: ["supplier"] for name in suppliers})
    return charts.chain(columns, flows)


def _notes(row: Mapping[str, Interval]) -> Iterator[str]:
    yield f"stock {spread(row['avg_inventory'], 'avg_inventory')}"
    if row["unit_fill_rate"].mean is not None:
        yield f"service {spread(row['unit_fill_rate'], 'unit_fill_rate')}"


def _lane_units(run: Run) -> dict[tuple[str, str], charts.Amount]:
    """Return the units shipped on each lane, a measured day."""
    found: dict[tuple[str, str], Array] = {}
    for number, level in enumerate(run.model.network.levels):
        lines = level.lines
        units = run.counts.recorder.of(run.counts.sums, "shipped", number) / run.counts.days
        names = lines.names.locations
        ends = zip(lines.source.tolist(), lines.destination.tolist(), strict=True)
        for (source, destination), each in zip(ends, units, strict=True):
            key = names[source], names[destination]
            found[key] = found.get(key, 0.0) + each
    return {key: _carried(key, units) for key, units in found.items()}


def _carried(lane: tuple[str, str], units: Array) -> charts.Amount:
    value = interval(units)
    text = f"{spread(value, 'units_ordered')} units a day"
    return charts.Amount(f"{lane[0]} to {lane[1]}", [value.mean or 0.0], text)


def over_time(run: Run) -> tuple[charts.Lines, charts.Lines]:
    """Return stock of each level by day, and service of the last seven days."""
    daily = run.outcome.daily
    assert daily is not None
    series = {name: daily[:, place] for place, name in enumerate(DAILY)}  # (days, levels, R)
    stock = {level_name(run, level): series["stock"][:, level] for level in range(daily.shape[2])}
    filled, demand = (fold(series[name].swapaxes(0, 1)) for name in ("filled", "demand"))
    service = ratio(_week(filled), _week(demand))
    warmup = run.model.warmup_days
    return (
        charts.lines(stock, warmup=warmup),
        charts.lines({"all stores": service}, share=True, height=200, warmup=warmup),
    )


def _week(values: Array) -> Array:
    """Return sums over the last seven days, or as many as there are."""
    sums = np.concatenate([np.zeros_like(values[:1]), values.cumsum(axis=0)])
    days = np.arange(1, values.shape[0] + 1)
    return np.asarray(sums[days] - sums[np.maximum(days - WEEK, 0)])


def level_name(run: Run, level: int) -> str:
    """Return what a level is called: by its kind, if it has one."""
    names = run.model.network.levels[level].points.names.locations
    here = {names[each] for each in run.model.network.levels[level].points.location.tolist()}
    if here <= set(run.case.stores):
        return "stores" if level == 0 else f"stores, level {level}"
    if here <= set(run.case.warehouses):
        return "warehouses" if len(run.model.network.levels) == 2 else f"warehouses, level {level}"
    return f"level {level}"


def costs(figures: Figures) -> charts.Bars:
    """Return the cost of the dearest locations, split."""
    section = figures.locations
    total = section.columns["total_cost"]
    order = np.argsort(-total.mean, kind="stable")[:MOST_BARS]
    amounts = []
    for group in order.tolist():
        row = section.row(group)
        parts = [row[name].mean or 0.0 for name in COSTS]
        titles = [f"{word} {spread(row[name], name)}" for name, word in COSTS.items()]
        amounts.append(
            charts.Amount(
                section.keys[group][0],
                parts,
                spread(row["total_cost"], "total_cost"),
                row["total_cost"].half_width,
                titles,
            )
        )
    return charts.bars(amounts, tuple(COSTS.values()))


def reasons(run: Run, found: Missing) -> tuple[charts.Bars, Sheet, Sheet]:
    """Return why units were missing: a chart of the worst stores, tables by store and by SKU."""
    by_store = sorted(by_label(run.model, found, "location"), key=_missing, reverse=True)
    by_sku = sorted(by_label(run.model, found, "sku"), key=_missing, reverse=True)
    amounts = []
    for name, units in by_store[:MOST_BARS]:
        total = interval(units.sum(axis=0))
        parts = units.mean(axis=1).tolist()
        text, *each = (spread(x, "total_lost_sales") for x in (total, *map(interval, units)))
        titles = [f"{reason}: {part} units" for reason, part in zip(REASONS, each, strict=True)]
        amounts.append(charts.Amount(name, parts, text, total.half_width, titles))
    return (
        charts.bars(amounts, REASONS),
        _reason_sheet("Missing units by store", "Store", by_store),
        _reason_sheet("Missing units by SKU", "SKU", by_sku),
    )


def _missing(item: tuple[str, Array]) -> float:
    return float(item[1].sum())


def _reason_sheet(name: str, head: str, items: Sequence[tuple[str, Array]]) -> Sheet:
    rows = []
    for label, units in items[:MOST_ROWS]:
        cells = [number(interval(each), "total_lost_sales") for each in (units.sum(axis=0), *units)]
        rows.append([Cell(label, label), *cells])
    heads = [head, "missing", *REASONS]
    return Sheet(name, heads, rows, 1, _left_out(len(rows), len(items), "missing units"))


def _left_out(shown_rows: int, rows: int, by: str) -> str:
    return "" if shown_rows == rows else f"The {shown_rows:,} of {rows:,} with most {by}."


def bullwhip(run: Run, figures: Figures) -> charts.Bars:
    """Return the variance of each level's orders over that of customers' demand, in weeks."""
    amounts = []
    for level in range(len(run.model.network.levels)):
        for word in ("weekly_", ""):
            name = f"bullwhip_var_{word}level_{level}"
            value = figures.network[name]
            if value.mean is not None:
                label = f"{level_name(run, level)}, {'weeks' if word else 'days'}"
                amounts.append(
                    charts.Amount(label, [value.mean], spread(value, name), value.half_width)
                )
    return charts.bars(amounts)


def network(figures: Figures) -> Sheet:
    """Return the figures of the whole chain."""
    waits = bool(figures.network["backorder_days"].mean)
    rows = []
    for name, value in figures.network.items():
        hidden = name in ONLY_WITH_A_VALUE and not (
            waits if name == "gamma_service" else value.mean
        )
        if not hidden:
            about = shown(name)
            unit = "" if about.unit == "%" else about.unit
            rows.append([Cell(about.label, about.label), number(value, name), Cell(unit, unit)])
    return Sheet("The whole chain", ("Figure", "Value", "Unit"), rows, 1)


def groups(name: str, section: Section, most: int = MOST_ROWS) -> Sheet:
    """Return the figures of locations, SKUs or both; those that lose most, if there are many."""
    names = [each for each in COLUMNS if each in section.columns]
    lost = section.columns["total_lost_sales"].mean
    order = range(len(section.keys))
    chosen = order if len(section.keys) <= most else np.argsort(-lost, kind="stable")[:most]
    rows = []
    for group in chosen:
        row = section.row(int(group))
        keys = [Cell(part, part) for part in section.keys[int(group)]]
        rows.append([*keys, *(number(row[each], each) for each in names)])
    heads = [*(HEADS[head] for head in section.heads), *(COLUMNS[each] for each in names)]
    note = _left_out(len(rows), len(section.keys), "lost sales")
    return Sheet(name, heads, rows, len(section.heads), note)


def comparison(base: Run, others: Sequence[Alternative]) -> tuple[Sheet, charts.Bars]:
    """Return the paired differences of alternatives to the base, on the same customers."""
    studied = {
        number: {name: values[0] for name, values in samples(run).items()}
        for number, run in enumerate([base, *(each.run for each in others)])
    }
    named = {str(number): each for number, each in studied.items()}  # names may be given twice
    found = compared(named, [name for name in COMPARED if name in studied[0]])
    rows = []
    for place, name in enumerate(found.figures):
        label = shown(name).label
        before = interval(studied[0][name])
        changes = (difference(found, each, place) for each in range(len(others)))
        rows.append([Cell(label, label), number(before, name), *changes])
    heads = ["Figure", "Base", *(f"{each.name} − base" for each in others)]
    amounts, at = [], found.figures.index("total_cost")
    for place, other in enumerate(others):
        cell, half = difference(found, place, at), found.difference_half_width[place, at]
        width = None if np.isnan(half) else float(half)
        amounts.append(charts.Amount(other.name, [float(cell.key)], cell.text, width))
    return Sheet("Alternatives", heads, rows, 1), charts.bars(amounts)


def difference(found: Comparison, alternative: int, figure: int) -> Cell:
    """Return a difference with its sign; one that may be chance says so."""
    at = alternative, figure
    mean, half = (float(x[at]) for x in (found.difference, found.difference_half_width))
    if np.isnan(mean):
        return Cell("-", float("-inf"))
    value = Interval(mean, None if np.isnan(half) else half, 0)
    text = spread(value, found.figures[figure])
    text = text if mean < 0 else f"+{text}"
    return Cell(text + " (chance?)" * (verdict(found, *at) == NOT_TOLD_APART), mean)


def levels(base: Case, tuned: Case) -> Sheet:
    """Return each level of each location and SKU that differs from the base's."""
    heads = ("Location", "SKU", "Rule", "Level", "Now", "Recommended", "Change")
    rows: list[list[Cell]] = []
    for location in (*tuned.stores, *tuned.warehouses):
        new, old = _parameters(tuned, location), _parameters(base, location)
        for key, value in new.items():
            if value != old.get(key):
                rows.append(_level_row(location, key, old.get(key), value))
    rows.sort(key=lambda row: -abs(float(row[-1].key)))
    note = _left_out(min(len(rows), MOST_ROWS), len(rows), "change")
    return Sheet("Recommended levels", heads, rows[:MOST_ROWS], 4, note)


def _level_row(
    location: str, key: tuple[str, str, str], old: float | None, new: float
) -> list[Cell]:
    sku, rule, name = key
    change = new - (old or 0.0)
    numbers = [_units(old), _units(new), Cell(f"{change:+,.6g}", change)]
    return [Cell(each, each) for each in (location, sku, rule, name.replace("_", " "))] + numbers


def _units(value: float | None) -> Cell:
    return Cell("-", -1.0) if value is None else Cell(f"{value:,.6g}", value)


def _parameters(case: Case, location: str) -> dict[tuple[str, str, str], float]:
    """Return the numbers of a location's rule, by SKU, rule and name."""
    place = case.stores[location] if location in case.stores else case.warehouses[location]
    found = {}
    for name, value in place.policy.parameters.items():
        for sku in case.carried(location):
            each = value.get(sku) if isinstance(value, dict) else value
            if isinstance(each, float):
                found[sku, place.policy.rule, name] = each
    return found
