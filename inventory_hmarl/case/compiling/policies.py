"""The policies of each level, those of one rule taken together."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from inventory_hmarl.case.compiling.columns import numbers
from inventory_hmarl.case.compiling.layout import Layout, LevelLayout
from inventory_hmarl.case.compiling.requirements import Requirements
from inventory_hmarl.case.models import Case, PolicySettings
from inventory_hmarl.core.arrays import Array, as_rows, inverse, rows_alike
from inventory_hmarl.core.decide import (
    Assignment,
    ByPolicy,
    LevelPolicies,
    Policy,
    lanes_of,
    level_policies,
)
from inventory_hmarl.core.network import column
from inventory_hmarl.core.rows import Points
from inventory_hmarl.policies import RULES


def compile_policies(case: Case, layout: Layout) -> ByPolicy:
    """Return who decides for which points."""
    settings = [policy for policy in layout.setting("policy", None) if policy is not None]
    known: dict[tuple[object, ...], int] = {}
    kinds = np.array([known.setdefault(_kind(each), len(known)) for each in settings])
    known_of = Requirements(case, layout)
    return ByPolicy(
        tuple(_level(known_of, number, settings, kinds) for number in range(len(layout.levels)))
    )


def _level(
    requirements: Requirements, number: int, settings: list[PolicySettings], kinds: Array
) -> LevelPolicies:
    here = requirements.layout.levels[number]
    groups = rows_alike(kinds[here.points.location])
    assignments = tuple(
        Assignment(
            _policy(Deciding(requirements, number, rows), settings), as_rows(rows), rows.size
        )
        for rows in groups
    )
    order = inverse(np.concatenate(groups))
    return level_policies(assignments, order, here.point, here.lines.lead_time)


def _kind(settings: PolicySettings) -> tuple[object, ...]:
    """Return what two points must share to be decided for together."""
    fields = dataclasses.fields(RULES[settings.rule])
    wholes = [f.name for f in fields if f.metadata.get("kind") == "whole"]
    return (settings.rule, *(settings.parameters[name] for name in wholes))


@dataclass(frozen=True)
class Deciding:
    """Some points of a level that a policy decides for."""

    requirements: Requirements
    level: int
    rows: Array  # (points,)

    @property
    def here(self) -> LevelLayout:
        """The rows of the level."""
        return self.requirements.layout.levels[self.level]

    @property
    def points(self) -> Points:
        """The points."""
        return self.here.points.at(self.rows)

    def lead_times(self, lanes: int) -> Array:
        """Return the days of each point's lanes, the fastest first, `(lanes, points, 1)`."""
        lines = lanes_of(self.rows, self.here.point, self.here.lines.lead_time, lanes)
        return self.here.lines.lead_time[lines][..., None]


# What a rule knows of the case beside its parameters: fields that it has by these names.
KNOWN: dict[str, Callable[[Deciding, type[Any]], Any]] = {
    "whole_units": lambda mine, _rule: mine.requirements.case.units == "whole",
    "lead_times": lambda mine, rule: mine.lead_times(rule.lanes),
    "planned": lambda mine, _rule: mine.requirements.planned(mine.level)[:, mine.rows],
}


def _policy(deciding: Deciding, settings: list[PolicySettings]) -> Policy:
    """Return the policy of points of one kind; `settings` are those of each location."""
    points = deciding.points
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
        elif field.name in KNOWN:
            values[field.name] = KNOWN[field.name](deciding, rule)
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
