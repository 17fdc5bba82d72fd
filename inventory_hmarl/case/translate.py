"""From pydantic's errors to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any  # the context of a pydantic error is a dict of anything

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from inventory_hmarl.case.faults import ABSENT, SHOWN_CHARACTERS, Finding, Path, listed, nearest
from inventory_hmarl.case.models.demand import Demand
from inventory_hmarl.case.models.lanes import OnOrder
from inventory_hmarl.case.models.policy import PolicySettings
from inventory_hmarl.case.models.values import TAGS

NESTED: dict[str, type[BaseModel]] = {
    "demand": Demand,
    "initial_on_order": OnOrder,
    "policy": PolicySettings,
}
TABLE = "must be a table of settings"

RULES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "is required",
    "greater_than_equal": lambda c: f"must be at least {c['ge']:g}",
    "greater_than": lambda c: f"must be above {c['gt']:g}",
    "less_than_equal": lambda c: f"must be at most {c['le']:g}",
    "less_than": lambda c: f"must be below {c['lt']:g}",
    "literal_error": lambda c: f"must be one of {c['expected']}",
    "string_too_short": lambda _: "must not be empty",
    "string_too_long": lambda c: f"must have at most {c['max_length']} characters",
    "too_short": lambda _: "must not be empty",
    "bool_type": lambda _: "must be true or false",
    "dict_type": lambda _: TABLE,
    "model_type": lambda _: TABLE,
    "model_attributes_type": lambda _: TABLE,
    "invalid_key": lambda _: "must have text as its name",
}


def findings_of(error: ValidationError, model: type[BaseModel], root: Path) -> list[Finding]:
    """Return what pydantic found in one part of a case, whose place is `root`."""
    found = [_finding(detail, model, root) for detail in error.errors(include_url=False)]
    slips = {(*each.path[:-1], each.suggestion) for each in found if each.suggestion}
    return [each for each in found if each.value is not ABSENT or each.path not in slips]


def _finding(detail: ErrorDetails, model: type[BaseModel], root: Path) -> Finding:
    kind, location = detail["type"], detail["loc"]
    path = (*root, *_path(location))
    if kind == "extra_forbidden":
        owner = _owner(model, location)
        return unknown_setting(path, detail["input"], tuple(owner.model_fields))
    if kind == "invalid_key":
        path = (*path[:-1], str(path[-1])[:SHOWN_CHARACTERS])
    context = detail.get("ctx", {})
    rule = RULES[kind](context) if kind in RULES else detail["msg"]
    value = ABSENT if kind == "missing" else detail["input"]
    near = None
    if kind == "literal_error":
        near = nearest(value, [word.strip("' ") for word in _words(context["expected"])])
    return Finding(path, value, rule, near)


def unknown_setting(path: Path, value: object, known: Iterable[str]) -> Finding:
    """Return the finding about a name that is not among the known ones."""
    names = list(known)
    near = nearest(path[-1], names)
    rule = "is not a known setting"
    if near is None:
        rule += f"; known are {listed(names, 30)}"
    return Finding(path, value, rule, near)


def _words(expected: str) -> list[str]:
    return expected.replace(" or ", ", ").split(", ")


def _path(location: tuple[int | str, ...]) -> Path:
    """Return the place within a part, without the marks of pydantic's unions and keys."""
    steps = tuple(step for step in location if step not in TAGS and step != "[key]")
    if "parameters" in steps and steps.index("parameters") > 0:  # they stand beside the rule
        place = steps.index("parameters")
        return (*steps[:place], *steps[place + 1 :])
    return steps


def _owner(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel]:
    first = location[0]
    return NESTED[first] if len(location) > 1 and isinstance(first, str) else model
