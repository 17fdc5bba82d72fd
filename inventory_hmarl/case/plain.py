"""From the parts of a case to plain data, and to the text of a TOML file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import numpy as np
from pydantic import BaseModel

from inventory_hmarl.case.models import Case
from inventory_hmarl.case.models.demand import BY_RECORD
from inventory_hmarl.case.parts import NAMED

INLINE_WIDTH = 76
Table = dict[str, object]


def plain(value: object) -> object:
    """Return a value as dicts, lists, text and numbers; whole numbers without a point."""
    if isinstance(value, BaseModel):
        return plain(value.model_dump(exclude_unset=True, exclude_none=True))
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def case_to_dict(case: Case, *, inline: bool = False) -> Table:
    """Return a case as the plain data of its file; `case_from_dict` gives it back.

    With `inline`, recorded demand is written out as `units`, and no demand file is needed.
    """
    written = {name: plain(getattr(case, name)) for name in Case.model_fields}
    table: Table = {name: value for name, value in written.items() if value not in ("", {}, [])}
    for section in NAMED:
        for name, part in _table(table, section).items():
            if isinstance(part, dict) and part.get("name") == name:
                del part["name"]
    if inline and case.recorded:
        _write_records(case, table)
    return table


def _table(table: Table, name: str) -> Table:
    found = table.setdefault(name, {})
    if not found:
        del table[name]
    assert isinstance(found, dict)
    return found


def _write_records(case: Case, table: Table) -> None:
    """Put the units of files where their store and SKU are, and take the files' names out."""
    stores = _table(table, "stores")
    for name in case.stores:
        store = stores[name]
        assert isinstance(store, dict)
        for sku in case.carried(name):
            demand = case.demand_of(name, sku)
            if demand.distribution in BY_RECORD and demand.file is not None:
                local = store.setdefault("demand", {}).setdefault(sku, {})
                local["units"] = plain(case.recorded_units(name, sku).tolist())
                local.pop("file", None)
    for tables in ([table], _table(table, "skus").values()):
        for owner in tables:
            demand_table = owner.get("demand") if isinstance(owner, dict) else None
            if isinstance(demand_table, dict):
                demand_table.pop("file", None)


def dump_toml(case: Case, *, inline: bool = False) -> str:
    """Return a case as the text of a TOML file; `load_case` gives it back.

    >>> from inventory_hmarl.case import default_case
    >>> dump_toml(default_case()).splitlines()[1]
    'days = 90'
    """
    table = case_to_dict(case, inline=inline)
    blocks: list[str] = []
    _write(table, (), blocks)
    return "\n\n".join(block for block in blocks if block) + "\n"


def _write(table: Table, path: tuple[str, ...], blocks: list[str]) -> None:
    """Append a table and the tables in it; what fits on a line is written inline."""
    lines = [f"[{'.'.join(map(_key, path))}]"] if path else []
    below: list[tuple[str, object]] = []
    for name, value in table.items():
        if (not path and isinstance(value, dict | list)) or _needs_table(name, value):
            below.append((name, value))
        else:
            lines.append(f"{_key(name)} = {_inline(value)}")
    if len(lines) > bool(path) or not below:
        blocks.append("\n".join(lines))
    for name, value in below:
        if isinstance(value, dict):
            _write(value, (*path, name), blocks)
        elif isinstance(value, list):
            for entry in value:
                entries = "\n".join(f"{_key(k)} = {_inline(v)}" for k, v in entry.items())
                blocks.append(f"[[{_key(name)}]]\n{entries}")


def _needs_table(name: str, value: object) -> bool:
    return isinstance(value, dict) and len(_key(name)) + len(_inline(value)) > INLINE_WIDTH


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _inline(name)


def _inline(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_inline(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, str):  # a JSON string is a TOML string, but for the delete character
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value.item() if isinstance(value, np.generic) else value)
