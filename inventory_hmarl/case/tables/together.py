"""From the rows of tables to the plain data of a case, and to what is wrong on the way.

Every setting of the data remembers its cell, so that whatever is wrong with the case is told by
sheet, row and column.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # plain data are of any type

from inventory_hmarl.case.checks.names import unknown
from inventory_hmarl.case.faults import ABSENT, Finding, Path, Verbatim
from inventory_hmarl.case.models.values import LONGEST_DAYS
from inventory_hmarl.case.tables.assembly import Assembly, Spot
from inventory_hmarl.case.tables.sheets import (
    GROUPED,
    LANE_BY_SKU,
    LISTED,
    PARTS,
    SCOPED,
    SECTIONS,
    TOP,
    WEEKDAYS,
    Content,
    Row,
    parameters,
)
from inventory_hmarl.case.translate import unknown_setting


def assemble(content: Content) -> Assembly:
    """Return the data of a case from its tables, with all faults of the tables themselves."""
    made = Assembly(content, findings=list(content.findings))
    _settings(made)
    for section, key in {"skus": "sku", **SECTIONS, **SCOPED}.items():
        _table(made, section, key)
    _lists(made)
    _levels(made)
    _assortment(made)
    _lead_times(made)
    _on_order(made)
    _delays(made)
    _cutoffs(made)
    _scopes(made)
    _pool_scopes(made)
    _disruption_scopes(made)
    _demand(made)
    _by_day(made)
    return made


def _rows(made: Assembly, sheet: str, *required: str) -> list[Row]:
    """Return the rows of a sheet that have the cells without which they say nothing."""
    good = []
    for row in made.content.rows.get(sheet, ()):
        lacking = [column for column in required if column not in row.cells]
        for column in lacking:
            made.fault(Spot(sheet, row.number, column), ABSENT, "is required")
        if not lacking:
            good.append(row)
    return good


def _settings(made: Assembly) -> None:
    for row in _rows(made, "settings", "setting"):
        name, value = str(row.cells["setting"]), row.cells.get("value")
        spot = Spot("settings", row.number, "value")
        if name not in (*TOP, *GROUPED):
            place = Verbatim(made.place(Spot("settings", row.number, "setting")))
            found = unknown_setting((name,), name, (*TOP, *GROUPED))
            made.findings.append(Finding((place,), name, found.rule, found.suggestion))
        elif value is not None:
            made.put(tuple(name.split(".")), _setting(name, value), spot)


def _setting(name: str, value: object) -> object:
    """Return text as text, and a number as such, whatever the cell was formatted as."""
    if name in {"title", "units", "first_date"}:
        return str(value)
    return as_number(value)


def as_number(value: object) -> object:
    """Return the number that a text stands for, or the text.

    >>> as_number("12"), as_number("0.5"), as_number("1e3"), as_number("a dozen")
    (12, 0.5, 1000.0, 'a dozen')
    """
    if not isinstance(value, str) or "_" in value or len(value) > 400:
        return value
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value


def _table(made: Assembly, section: str, key: str) -> None:
    """Read a sheet with a row for each id: SKUs and locations."""
    made.data.setdefault(section, {})
    for row in _rows(made, section, key):
        name = str(row.cells[key])
        if not made.put((section, name), {}, Spot(section, row.number)):
            continue
        for column, value in row.cells.items():
            if column != key:
                path = (section, name, *_setting_path(column, section))
                made.put(path, value, Spot(section, row.number, column))


def _setting_path(column: str, section: str) -> Path:
    """Return the path of a column within a location: a rule and its parameters go together."""
    plain = section in {"skus", *SCOPED}
    own = column != "rule" and (plain or column not in parameters())
    return (column,) if own else ("policy", column)


def _lists(made: Assembly) -> None:
    """Read lanes, spikes, promotions and events, which stand in a list."""
    kinds: tuple[tuple[str, str, dict[Any, int]], ...] = (
        ("lanes", "lane", made.lanes),
        ("spikes", "spike", made.spikes),
        ("promotions", "promotion", made.promotions),
        ("cost_changes", "cost_change", made.cost_changes),
        ("events", "", {}),  # which have no name
    )
    for sheet, key, places in kinds:
        entries = made.data.setdefault(sheet, [])
        for row in made.content.rows.get(sheet, ()):
            number = len(entries)
            name = row.cells.get(key)
            if name is not None and name in places:
                first = made.spots[sheet, places[name]]
                rule = f"is there twice, as in row {first.row}"
                made.fault(Spot(sheet, row.number, key), name, rule)
                continue
            if name is not None:
                places[name] = number
            entries.append({n: value for n, value in row.cells.items() if n != key})
            made.spots[sheet, number] = Spot(sheet, row.number)
            for column in row.cells:
                made.spots[sheet, number, column] = Spot(sheet, row.number, column)


def _section_of(made: Assembly, spot: Spot, name: object, *more: str) -> Path | None:
    """Return the path of a location or, where they may be meant, of a lane; else note a fault."""
    for section in SECTIONS:
        if name in made.data[section]:
            return (section, str(name))
    if "lane" in more and name in made.lanes:
        return ("lanes", made.lanes[str(name)])
    known = [each for section in SECTIONS for each in made.data[section]]
    kind = " or lane" if "lane" in more else ""
    known += list(made.lanes) if kind else []
    _unknown(made, spot, name, known, f"store, warehouse, supplier{kind}")
    return None


def _unknown(made: Assembly, spot: Spot, name: object, known: list[Any], kind: str) -> None:
    found = unknown((Verbatim(made.place(spot)),), str(name), [str(each) for each in known], kind)
    made.findings.append(found)


def _levels(made: Assembly) -> None:
    for row in _rows(made, "levels", "location", "sku"):
        name, sku = row.cells["location"], str(row.cells["sku"])
        path = _section_of(made, Spot("levels", row.number, "location"), name)
        if path is None:
            continue
        for column, value in row.cells.items():
            if column in {"location", "sku"}:
                continue
            spot = Spot("levels", row.number, column)
            inner = (*path, *_setting_path(column, str(path[0])))
            if made.put((*inner, sku), value, spot):
                made.spots.setdefault(inner, spot)


def _assortment(made: Assembly) -> None:
    for row in _rows(made, "assortment", "place", "sku"):
        spot = Spot("assortment", row.number, "place")
        path = _section_of(made, spot, row.cells["place"], "lane")
        if path is not None:
            _append(made, (*path, "skus"), row.cells["sku"], Spot("assortment", row.number, "sku"))


def _append(made: Assembly, path: Path, value: object, spot: Spot) -> None:
    """Add to a list, which begins with its first row."""
    owner = made.owner(path[:-1])
    entries = owner.setdefault(path[-1], [])
    made.spots.setdefault(path, spot)
    made.spots[*path, len(entries)] = spot
    entries.append(value)


def _lane(made: Assembly, sheet: str, row: Row) -> Path | None:
    name = row.cells["lane"]
    if name in made.lanes:
        return ("lanes", made.lanes[str(name)])
    _unknown(made, Spot(sheet, row.number, "lane"), name, list(made.lanes), "lane")
    return None


def _lead_times(made: Assembly) -> None:
    for row in _rows(made, "lead_times", "lane", "sku"):
        path = _lane(made, "lead_times", row)
        for name in ("lead_time", *LANE_BY_SKU) if path is not None else ():
            if name in row.cells and path is not None:
                spot = Spot("lead_times", row.number, name)
                inner = (*path, name)
                if made.put((*inner, str(row.cells["sku"])), row.cells[name], spot):
                    made.spots.setdefault(inner, spot)


def _on_order(made: Assembly) -> None:
    for row in _rows(made, "on_order", "lane"):
        path = _lane(made, "on_order", row)
        if path is not None:
            order = {n: value for n, value in row.cells.items() if n != "lane"}
            _append(made, (*path, "initial_on_order"), order, Spot("on_order", row.number))


def _delays(made: Assembly) -> None:
    for row in _rows(made, "delays", "lane"):
        path = _lane(made, "delays", row)
        for column, name in (("delay", "delays"), ("probability", "delay_probabilities")):
            if path is not None and column in row.cells:
                _append(made, (*path, name), row.cells[column], Spot("delays", row.number, column))


def _cutoffs(made: Assembly) -> None:
    for row in _rows(made, "cutoffs", "lane", "weekday"):
        path = _lane(made, "cutoffs", row)
        if path is not None:
            spot = Spot("cutoffs", row.number, "weekday")
            _append(made, (*path, "after_cutoff"), row.cells["weekday"], spot)


SCOPE = {"store": "stores", "location": "locations", "sku": "skus"}


def _scopes(made: Assembly) -> None:
    kinds = {
        "spike": made.spikes,
        "promotion": made.promotions,
        "cost_change": made.cost_changes,
    }
    for kind, places in kinds.items():
        sheet = f"{kind}_scope"
        for row in _rows(made, sheet, kind):
            if row.cells[kind] not in places:
                spot = Spot(sheet, row.number, kind)
                made.fault(spot, row.cells[kind], f"is not the number of a row of '{kind}s'")
                continue
            path: Path = (f"{kind}s", places[row.cells[kind]])
            for column, name in SCOPE.items():
                if column in row.cells:
                    spot = Spot(sheet, row.number, column)
                    _append(made, (*path, name), row.cells[column], spot)


REACH = {"location": "locations", "sku": "skus", "stops": "stops", "weekday": "weekdays"}


def _named_scopes(made: Assembly, kind: str, settings: Mapping[str, str]) -> list[tuple[Row, Path]]:
    """Read what things of a kind, which have names, are about; return each row and its path.

    `settings` are those that hold what stands in a column.
    """
    found: list[tuple[Row, Path]] = []
    sheet, named = f"{kind}_scope", made.data[f"{kind}s"]
    for row in _rows(made, sheet, kind):
        name = row.cells[kind]
        if name not in named:
            _unknown(made, Spot(sheet, row.number, kind), name, list(named), kind)
            continue
        path: Path = (f"{kind}s", str(name))
        for column, setting in settings.items():
            if column in row.cells:
                spot = Spot(sheet, row.number, column)
                _append(made, (*path, setting), row.cells[column], spot)
        found.append((row, path))
    return found


def _pool_scopes(made: Assembly) -> None:
    _named_scopes(made, "pool", {column: setting for setting, column in PARTS.items()})


def _disruption_scopes(made: Assembly) -> None:
    for row, path in _named_scopes(made, "disruption", REACH):
        ends = {n: row.cells[n] for n in ("source", "destination") if n in row.cells}
        if ends:
            _append(made, (*path, "lanes"), ends, Spot("disruption_scope", row.number))


def _demand_path(made: Assembly, sheet: str, row: Row) -> Path | None:
    """Return the path of the demand that a row is about; None, and a fault, where there is none."""
    store, sku = row.cells.get("store"), row.cells.get("sku")
    if store is None:
        if sku is None:
            return ("demand",)
        if sku in made.data["skus"]:
            return ("skus", str(sku), "demand")
        _unknown(made, Spot(sheet, row.number, "sku"), sku, list(made.data["skus"]), "SKU")
    elif store not in made.data["stores"]:
        _unknown(made, Spot(sheet, row.number, "store"), store, list(made.data["stores"]), "store")
    elif sku is None:
        made.fault(Spot(sheet, row.number, "sku"), ABSENT, "is required, because a store is named")
    else:
        return ("stores", str(store), "demand", str(sku))
    return None


def _demand(made: Assembly) -> None:
    for row in _rows(made, "demand"):
        path = _demand_path(made, "demand", row)
        if path is not None and made.put(path, {}, Spot("demand", row.number)):
            for column, value in row.cells.items():
                if column not in {"store", "sku"}:
                    made.put((*path, column), value, Spot("demand", row.number, column))
    _tabulated(made)
    for row in _rows(made, "demand_weekdays", *WEEKDAYS):
        path = _demand_path(made, "demand_weekdays", row)
        if path is not None:
            for day in WEEKDAYS:
                spot = Spot("demand_weekdays", row.number, day)
                _append(made, (*path, "weekdays"), row.cells[day], spot)
    series: dict[Path, dict[int, Row]] = {}
    for row in _rows(made, "demand_units", "day", "units"):
        path = _demand_path(made, "demand_units", row)
        if path is not None:
            _note_day(made, "demand_units", series.setdefault((*path, "units"), {}), row)
    _put_series(made, "demand_units", "units", series)


def _tabulated(made: Assembly) -> None:
    for row in _rows(made, "demand_values"):
        path = _demand_path(made, "demand_values", row)
        if path is not None:
            for column, name in (("value", "values"), ("probability", "probabilities")):
                if column in row.cells:
                    spot = Spot("demand_values", row.number, column)
                    _append(made, (*path, name), row.cells[column], spot)


def _by_day(made: Assembly) -> None:
    series: dict[Path, dict[int, Row]] = {}
    for row in _rows(made, "by_day", "location", "parameter", "day", "value"):
        spot = Spot("by_day", row.number, "location")
        path = _section_of(made, spot, row.cells["location"])
        if path is not None:
            of_sku = (str(row.cells["sku"]),) if "sku" in row.cells else ()
            name = str(row.cells["parameter"])
            key = (*path, *(() if name in LISTED else ("policy",)), name, *of_sku)
            _note_day(made, "by_day", series.setdefault(key, {}), row)
    _put_series(made, "by_day", "value", series)


def _note_day(made: Assembly, sheet: str, days: dict[int, Row], row: Row) -> None:
    day, spot = row.cells["day"], Spot(sheet, row.number, "day")
    number = day if isinstance(day, int | float) and 1 <= day <= LONGEST_DAYS else 0
    if isinstance(day, bool) or number < 1 or number != int(number):
        made.fault(spot, day, "must be a whole number from 1, the day")
    elif number in days:
        made.fault(spot, day, f"is there twice, as in row {days[int(number)].number}")
    else:
        days[int(number)] = row


def _put_series(
    made: Assembly, sheet: str, column: str, series: dict[Path, dict[int, Row]]
) -> None:
    """Put what is given by day into lists; a day without a row is 0."""
    for path, days in series.items():
        if not days:
            continue
        values: list[object] = [0] * max(days)
        for day, row in days.items():
            values[day - 1] = row.cells[column]
        first = Spot(sheet, min(row.number for row in days.values()), column)
        if made.put(path, values, first):
            for day, row in days.items():
                made.spots[*path, day - 1] = Spot(sheet, row.number, column)
