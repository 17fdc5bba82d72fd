"""A case from a file, or from a folder of tables."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

from inventory_hmarl.case.build import case_from_dict
from inventory_hmarl.case.faults import CaseError, shorten
from inventory_hmarl.case.models import Case
from inventory_hmarl.case.reading.files import fault, read_text


def load_case(path: str | Path) -> Case:
    """Return the case of a TOML or JSON file, an Excel workbook or a folder of CSV tables.

    Raises `CaseError` with all that is wrong with it; a workbook needs the extra `excel`.
    """
    from inventory_hmarl.case.tables import is_tables, load_tables

    path = Path(path)
    if is_tables(path):
        return load_tables(path)
    return case_from_dict(load_data(path), path.parent)


def load_data(path: Path) -> object:
    """Return the plain data of a TOML or JSON file; `CaseError` if it cannot be read."""
    parse = PARSERS.get(path.suffix.lower())
    if parse is None:
        raise fault(path, "must end in .toml, .json or .xlsx, or be a folder of CSV tables")
    text = read_text(path)
    try:
        return parse(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, _Refused) as error:
        raise fault(path, f"cannot be understood: {error}") from error
    except RecursionError as error:
        raise fault(path, "cannot be understood: it is nested too deeply") from error
    except (ValueError, OverflowError) as error:  # Python reads no number of 4,301 digits
        raise fault(path, f"cannot be understood: {shorten(str(error))}") from error


class _Refused(ValueError):
    """JSON that Python would read, and a case must not hold."""


def _from_json(text: str) -> object:
    return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise _Refused(f"the key {shorten(name)} is there twice")
        found[name] = value
    return found


def _no_constant(name: str) -> object:
    raise _Refused(f"{name} is not a number")


PARSERS: dict[str, Callable[[str], object]] = {".toml": tomllib.loads, ".json": _from_json}

__all__ = ["CaseError", "load_case", "load_data"]
