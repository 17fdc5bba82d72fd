"""The policies of each level, those of one rule taken together."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from inventory_hmarl.case.compiling.columns import numbers
from inventory_hmarl.case.compiling.layout import Layout
from inventory_hmarl.case.models import Case, PolicySettings
from inventory_hmarl.core.arrays import Array, as_rows, inverse, rows_alike
from inventory_hmarl.core.decide import Assignment, ByPolicy, LevelPolicies, Policy
from inventory_hmarl.core.network import column
from inventory_hmarl.core.rows import Points
from inventory_hmarl.policies import RULES


def compile_policies(case: Case, layout: Layout) -> ByPolicy:
    """Return who decides for which points."""
    settings = [policy for policy in layout.setting("policy", None) if policy is not None]
    known: dict[tuple[object, ...], int] = {}
    kinds = np.array([known.setdefault(_kind(each), len(known)) for each in settings])
    return ByPolicy(tuple(_level(case, each.points, settings, kinds) for each in layout.levels))


def _level(
    case: Case, points: Points, settings: list[PolicySettings], kinds: Array
) -> LevelPolicies:
    groups = rows_alike(kinds[points.location])
    assignments = tuple(
        Assignment(_policy(case, points.at(rows), settings), as_rows(rows), rows.size)
        for rows in groups
    )
    return LevelPolicies(assignments, inverse(np.concatenate(groups)))


def _kind(settings: PolicySettings) -> tuple[object, ...]:
    """Return what two points must share to be decided for together."""
    fields = dataclasses.fields(RULES[settings.rule])
    wholes = [f.name for f in fields if f.metadata.get("kind") == "whole"]
    return (settings.rule, *(settings.parameters[name] for name in wholes))


def _policy(case: Case, points: Points, settings: list[PolicySettings]) -> Policy:
    """Return the policy of points of one kind; `settings` are those of each location."""
    first = settings[points.location[0]]
    rule = RULES[first.rule]
    values: dict[str, Any] = {}
    for field in dataclasses.fields(rule):
        kind = field.metadata.get("kind")
        if kind == "whole":
            values[field.name] = int(cast(float, first.parameters[field.name]))
        elif kind is not None:
            mine = [s.parameters[field.name] if s.rule == first.rule else None for s in settings]
            values[field.name] = (_table if kind == "table" else _column)(mine, points)
        elif field.name == "whole_units":
            values[field.name] = case.units == "whole"
    policy: Policy = rule(**values)
    return policy


def _column(parameters: list[Any], points: Points) -> Array:
    """Return a number for each point from those of each location, `(points, 1)`."""
    return column(numbers(parameters, points.location, points))


def _table(parameters: list[Any], points: Points) -> Array:
    """Return units `(days, points)` from each location's list, or its mapping SKU -> list."""
    skus = points.names.skus
    plans: list[tuple[float, ...]] = []
    for location, sku in zip(points.location.tolist(), points.sku.tolist(), strict=True):
        plan = parameters[location]
        plans.append(plan[skus[sku]] if isinstance(plan, Mapping) else plan)
    distinct = {id(plan): plan for plan in plans}
    place = {key: number for number, key in enumerate(distinct)}
    table = np.zeros((max(map(len, plans)) or 1, len(distinct)))
    for number, plan in enumerate(distinct.values()):
        table[: len(plan), number] = plan
    return table.take([place[id(plan)] for plan in plans], axis=1)
