"""The policies of each level, those of one rule taken together."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from inventory_hmarl.case.compiling.layout import Layout, location
from inventory_hmarl.case.models import Case, PolicySettings
from inventory_hmarl.case.models.values import Parameter
from inventory_hmarl.core.arrays import Array, as_rows
from inventory_hmarl.core.decide import Assignment, ByPolicy, LevelPolicies, Policy
from inventory_hmarl.core.network import Point, column
from inventory_hmarl.policies import RULES


def compile_policies(case: Case, layout: Layout) -> ByPolicy:
    """Return who decides for which points."""
    return ByPolicy(tuple(_level(case, points) for points in layout.points))


def _level(case: Case, points: tuple[Point, ...]) -> LevelPolicies:
    groups: dict[tuple[object, ...], list[int]] = {}
    for row, point in enumerate(points):
        groups.setdefault(_kind(location(case, point.location).policy), []).append(row)
    assignments = []
    for rows in groups.values():
        settings = [location(case, points[row].location).policy for row in rows]
        chosen = [points[row] for row in rows]
        policy = _policy(case, chosen, settings)
        assignments.append(Assignment(policy, as_rows(rows), len(rows)))
    standing = [row for rows in groups.values() for row in rows]
    order = None if standing == sorted(standing) else np.argsort(np.array(standing))
    return LevelPolicies(tuple(assignments), order)


def _kind(settings: PolicySettings) -> tuple[object, ...]:
    """Return what two points must share to be decided for together."""
    fields = dataclasses.fields(RULES[settings.rule])
    wholes = [f.name for f in fields if f.metadata.get("kind") == "whole"]
    return (settings.rule, *(settings.parameters[name] for name in wholes))


def _policy(case: Case, points: list[Point], settings: list[PolicySettings]) -> Policy:
    rule = RULES[settings[0].rule]
    values: dict[str, Any] = {}
    for field in dataclasses.fields(rule):
        kind = field.metadata.get("kind")
        if kind == "table":
            values[field.name] = _table(
                [(p.sku, s.parameters[field.name]) for p, s in zip(points, settings, strict=True)]
            )
        elif kind == "whole":
            values[field.name] = int(_number(settings[0].parameters[field.name], points[0].sku))
        elif kind is not None:
            values[field.name] = column(
                [
                    _number(s.parameters[field.name], p.sku)
                    for p, s in zip(points, settings, strict=True)
                ]
            )
        elif field.name == "whole_units":
            values[field.name] = case.units == "whole"
    policy: Policy = rule(**values)
    return policy


def _number(parameter: Parameter, sku: str) -> float:
    """Return a SKU's number of a parameter that the case's checks know to hold numbers."""
    number = parameter[sku] if isinstance(parameter, Mapping) else parameter
    assert not isinstance(number, tuple)
    return number


def _table(plans: list[tuple[str, Any]]) -> Array:
    """Return units `(days, points)` from a list for all SKUs or a mapping of lists."""
    columns = [plan[sku] if isinstance(plan, dict) else plan for sku, plan in plans]
    table = np.zeros((max((len(c) for c in columns), default=0) or 1, len(columns)))
    for number, units in enumerate(columns):
        table[: len(units), number] = units
    return table
