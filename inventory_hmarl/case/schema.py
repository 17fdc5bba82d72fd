"""The JSON Schema of a case file, from the same definitions that check it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # a schema is a mapping of anything

from inventory_hmarl.case.checks.policies import described
from inventory_hmarl.case.models import Case
from inventory_hmarl.case.models.values import LARGEST
from inventory_hmarl.core.allocation import RULES as ALLOCATION_RULES
from inventory_hmarl.policies import RULES

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def case_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of a case file, for editors.

    >>> case_schema()["required"]
    ['days', 'skus', 'stores', 'suppliers', 'lanes']
    """
    schema: Schema = Case.model_json_schema()
    schema["$schema"] = DIALECT
    schema["title"] = "A case of inventory-hmarl"
    schema["$defs"]["PolicySettings"] = _policies()
    for owner in ("Warehouse", "Supplier"):
        schema["$defs"][owner]["properties"]["allocation"]["enum"] = sorted(ALLOCATION_RULES)
    return schema


def _policies() -> Schema:
    return {
        "description": "A replenishment rule and its parameters.",
        "type": "object",
        "required": ["rule"],
        "oneOf": [_policy(rule) for rule in sorted(RULES)],
    }


def _policy(rule: str) -> Schema:
    known = described(rule)
    return {
        "title": rule,
        "description": (RULES[rule].__doc__ or rule).strip().splitlines()[0],
        "type": "object",
        "properties": {"rule": {"const": rule}} | {n: _parameter(a) for n, a in known.items()},
        "required": ["rule", *(name for name, about in known.items() if about["required"])],
        "additionalProperties": False,
    }


def _parameter(about: Mapping[str, Any]) -> Schema:
    kind = "integer" if about["kind"] == "whole" else "number"
    most = LARGEST if about["maximum"] is None else about["maximum"]
    number: Schema = {"type": kind, "minimum": about["minimum"], "maximum": most}
    if about["kind"] == "table":
        number = {"type": "array", "items": number}
    if about["kind"] == "whole":
        return {"description": about["help"], **number}
    by_sku = {"type": "object", "additionalProperties": number}
    return {"description": about["help"], "oneOf": [number, by_sku]}
