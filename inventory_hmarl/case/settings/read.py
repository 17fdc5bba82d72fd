"""The brief's dicts as the plain data of a case file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from inventory_hmarl.case.faults import ABSENT, Finding, Path, nearest, shorten
from inventory_hmarl.case.models import Demand, Sku, Store, Supplier, Warehouse
from inventory_hmarl.case.settings.places import (
    DEMAND_WORDS,
    POLICY_WORDS,
    TOPS,
    WEIGHT_WORDS,
    LaneOrigin,
)
from inventory_hmarl.case.translate import TABLE, unknown_setting

KNOWN = tuple(TOPS.values())
DEFAULT_DAYS = 90
Data = dict[str, object]

LOCATION_WORDS = {
    "stores": (*Store.model_fields, *POLICY_WORDS),
    "warehouses": (*Warehouse.model_fields, *POLICY_WORDS, "lead_time_to_stores"),
}
SUPPLIER_WORDS = (*Supplier.model_fields, "lead_time", "infinite_supply")


def read_settings(
    settings: Mapping[object, object],
) -> tuple[Data, list[Finding], list[LaneOrigin]]:
    """Return a case file's data, what is wrong with the settings, and where each lane is from."""
    found = [
        unknown_setting((_text(name),), value, KNOWN)
        for name, value in settings.items()
        if name not in KNOWN
    ]
    data = _top(settings, found)
    if "SKU_CONFIG" in settings:
        data["skus"] = settings["SKU_CONFIG"]
        _unknown_keys("skus", settings["SKU_CONFIG"], Sku.model_fields, found)
    for section in ("stores", "warehouses"):
        if TOPS[section] in settings:
            data[section] = _locations(section, settings[TOPS[section]], found)
        else:
            found.append(Finding((section,), ABSENT, "is required"))
    if "SUPPLIER_CONFIG" in settings:
        data["suppliers"] = _suppliers(settings["SUPPLIER_CONFIG"], found)
    lanes = _lanes(settings, found)
    if lanes:
        data["lanes"] = [_lane(settings, lane, lanes) for lane in lanes]
    elif not any(each.path[0] == "lanes" for each in found) and all(
        _table(settings.get(TOPS[each])) for each in ("stores", "warehouses", "suppliers")
    ):
        found.append(Finding(("lanes",), ABSENT, "leaves no lane between two locations"))
    data["title"] = _title(data)
    return data, found, lanes


def _top(settings: Mapping[object, object], found: list[Finding]) -> Data:
    """Return the horizon, the seed, and the tables without ids."""
    data: Data = {"days": settings.get("SIMULATION_DAYS", DEFAULT_DAYS)}
    for ours in ("warmup_days", "seed"):
        if TOPS[ours] in settings:
            data[ours] = settings[TOPS[ours]]
    for ours, words in (("demand", DEMAND_WORDS), ("cost_weights", WEIGHT_WORDS)):
        if TOPS[ours] in settings:
            data[ours] = _renamed(settings[TOPS[ours]], ours, words, found)
    return data


def _text(name: object) -> str:
    return name if isinstance(name, str) else shorten(name)


def _title(data: Data) -> str:
    """Return what a chain is made of, as "3 stores, 1 warehouse, 1 supplier, 4 SKUs"."""
    words = {"stores": "store", "warehouses": "warehouse", "suppliers": "supplier", "skus": "SKU"}
    counts = {word: len(_table(data.get(name))) for name, word in words.items()}
    return ", ".join(f"{number} {word}{'s' * (number != 1)}" for word, number in counts.items())


def _table(value: object) -> Mapping[object, object]:
    return value if isinstance(value, Mapping) else {}


def _renamed(table: object, section: str, words: Mapping[str, str], found: list[Finding]) -> object:
    """Return a table with the words of a case file in place of the settings' own."""
    if not isinstance(table, Mapping):
        return table
    names = {theirs: ours for ours, theirs in words.items()}
    if section == "demand":
        names |= {name: name for name in Demand.model_fields if name not in words}
    for name, value in table.items():
        if name not in names:
            found.append(unknown_setting((TOPS[section], _text(name)), value, names))
    return {names[name]: value for name, value in table.items() if name in names}


def _unknown_keys(section: str, table: object, known: Iterable[str], found: list[Finding]) -> None:
    names = tuple(known)
    for key, entry in _table(table).items():
        for name, value in _table(entry).items():
            if name not in names:
                found.append(unknown_setting((section, _text(key), _text(name)), value, names))


def _locations(section: str, table: object, found: list[Finding]) -> object:
    """Return stores or warehouses, their (s, S) levels as a policy."""
    if not isinstance(table, Mapping):
        return table
    _unknown_keys(section, table, LOCATION_WORDS[section], found)
    return {key: _location((section, _text(key)), entry, found) for key, entry in table.items()}


def _location(path: Path, entry: object, found: list[Finding]) -> object:
    if not isinstance(entry, Mapping):
        return entry
    section = str(path[0])
    ours = [name for name in LOCATION_WORDS[section] if name not in (*POLICY_WORDS, "policy")]
    data: Data = {name: entry[name] for name in ours if name in entry}
    data.pop("lead_time_to_stores", None)
    levels = {name: entry[name] for name in POLICY_WORDS if name in entry}
    if "policy" in entry:
        data["policy"] = entry["policy"]
        for name, value in levels.items():
            found.append(Finding((*path, name), value, "and policy exclude each other"))
        return data
    missing = [name for name in POLICY_WORDS if name not in entry]
    for name in missing:
        slip = nearest(name, [_text(key) for key in entry if key not in LOCATION_WORDS[section]])
        if slip is None:
            found.append(Finding((*path, name), ABSENT, "is required"))
    # The other faults of a location are found with levels of 0 in place of what is missing.
    data["policy"] = {"rule": "s_S"} | ({name: 0 for name in POLICY_WORDS} if missing else levels)
    return data


def _suppliers(table: object, found: list[Finding]) -> object:
    if not isinstance(table, Mapping):
        return table
    _unknown_keys("suppliers", table, SUPPLIER_WORDS, found)
    return {key: _supplier(("suppliers", _text(key)), entry, found) for key, entry in table.items()}


def _supplier(path: Path, entry: object, found: list[Finding]) -> object:
    if not isinstance(entry, Mapping):
        return entry
    endless = entry.get("infinite_supply", "capacity" not in entry)
    if not isinstance(endless, bool):
        found.append(Finding((*path, "infinite_supply"), endless, "must be True or False"))
    elif endless and "capacity" in entry:
        rule = "acts only when infinite_supply is False"
        found.append(Finding((*path, "capacity"), entry["capacity"], rule))
    elif not endless and "capacity" not in entry:
        rule = "is required when infinite_supply is False: units per SKU and day"
        found.append(Finding((*path, "capacity"), ABSENT, rule))
    return {name: entry[name] for name in Supplier.model_fields if name in entry}


def _lanes(settings: Mapping[object, object], found: list[Finding]) -> list[LaneOrigin]:
    suppliers = [name for name in _table(settings.get("SUPPLIER_CONFIG")) if isinstance(name, str)]
    warehouses = [n for n in _table(settings.get("WAREHOUSE_CONFIG")) if isinstance(n, str)]
    if "SUPPLY_CHAIN_GRAPH" in settings:
        return _graph_lanes(settings["SUPPLY_CHAIN_GRAPH"], suppliers, warehouses, found)
    if len(suppliers) > 1 or len(warehouses) > 1:
        rule = "is required with several warehouses or suppliers: {source: [destinations]}"
        found.append(Finding(("lanes",), ABSENT, rule))
        return []
    stores = [name for name in _table(settings.get("STORE_CONFIG")) if isinstance(name, str)]
    pairs = [(supplier, warehouse) for supplier in suppliers for warehouse in warehouses]
    pairs += [(warehouse, store) for warehouse in warehouses for store in stores]
    return [
        LaneOrigin(source, destination, 0, _lead_time_of(source, suppliers), from_graph=False)
        for source, destination in pairs
    ]


def _graph_lanes(
    graph: object, suppliers: list[str], warehouses: list[str], found: list[Finding]
) -> list[LaneOrigin]:
    lanes: list[LaneOrigin] = []
    if not isinstance(graph, Mapping):
        found.append(Finding(("lanes",), graph, TABLE))
        return lanes
    for source, destinations in graph.items():
        if not isinstance(source, str) or not isinstance(destinations, list | tuple):
            rule = "must be the id of a source with a list of destinations"
            found.append(Finding(("lanes", _text(source)), destinations, rule))
            continue
        if source not in suppliers and source not in warehouses:
            near = nearest(source, [*suppliers, *warehouses])
            rule = "is not the id of a supplier or warehouse"
            found.append(Finding(("lanes", source), ABSENT, rule, near))
            continue
        lead_time = _lead_time_of(source, suppliers)
        for place, destination in enumerate(destinations):
            name = destination if isinstance(destination, str) else shorten(destination)
            lanes.append(LaneOrigin(source, name, place, lead_time, from_graph=True))
    return lanes


def _lead_time_of(source: str, suppliers: list[str]) -> Path:
    if source in suppliers:
        return ("suppliers", source, "lead_time")
    return ("warehouses", source, "lead_time_to_stores")


def _lane(settings: Mapping[object, object], lane: LaneOrigin, lanes: list[LaneOrigin]) -> Data:
    section, name, word = (str(step) for step in lane.lead_time)
    entry = _table(_table(settings.get(TOPS[section])).get(name))
    data: Data = {"source": lane.source, "destination": lane.destination}
    if word in entry:
        data["lead_time"] = entry[word]
    rivals = sum(other.destination == lane.destination for other in lanes)
    return data | ({"share": 1 / rivals} if rivals > 1 else {})
