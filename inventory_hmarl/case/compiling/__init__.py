"""From what a user wrote to the arrays that the core runs on."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence

from inventory_hmarl.case.compiling.demand import compile_demand
from inventory_hmarl.case.compiling.foresight import compile_foresight
from inventory_hmarl.case.compiling.groups import GroupOfSkus, groups_of_skus
from inventory_hmarl.case.compiling.layout import Layout, lay_out
from inventory_hmarl.case.compiling.network import compile_network
from inventory_hmarl.case.compiling.policies import compile_policies
from inventory_hmarl.case.compiling.rates import compile_rates, compile_start
from inventory_hmarl.case.compiling.supply import supply_names
from inventory_hmarl.case.compiling.ways import together
from inventory_hmarl.case.compiling.weights import weighted
from inventory_hmarl.case.models import Case
from inventory_hmarl.core.chance import seeded
from inventory_hmarl.core.decide import ByPolicy
from inventory_hmarl.core.model import Model, ModelPart
from inventory_hmarl.core.supply import each

__all__ = [
    "Layout",
    "compile_case",
    "compile_groups",
    "groups_of_skus",
    "lay_out",
    "skus_meet",
    "with_policies",
]


def compile_case(case: Case, seeds: Sequence[int] = ()) -> Model:
    """Return the frozen arrays of a case; with `seeds`, replication i meets the chance of seed i.

    >>> from inventory_hmarl.case import default_case
    >>> len(compile_case(default_case()).network.levels)
    2
    """
    return _compiled(case, lay_out(case), seeds or (case.seed,))


def with_policies(case: Case, model: Model, policies: ByPolicy) -> Model:
    """Return a case's model whose points others decide for."""
    foresight = compile_foresight(case, lay_out(case), model.demand, policies)
    return dataclasses.replace(model, policies=policies, foresight=foresight)


def compile_groups(
    case: Case, most_points: int, *, overlapping: bool = False
) -> list[Callable[[], ModelPart]]:
    """Return what compiles each group of SKUs of a case; together they are the whole case.

    A SKU meets no other SKU on its way, so that groups can be run one after the other, each in the
    cache, or beside each other. All groups are of one shape, or nearly; none is returned for a
    case that is small, or whose SKUs travel differently. See `groups_of_skus`.
    """
    layout = lay_out(case)
    if skus_meet(case, layout):
        return []
    groups = groups_of_skus(layout, most_points, overlapping=overlapping)
    return [functools.partial(_part, case, group) for group in groups]


def skus_meet(case: Case, layout: Layout) -> bool:
    """Whether some SKU feels what others do: they share trucks, handling, space or customers."""
    travel = any(any(together(lane)) for lane in case.lanes)
    handled = any(limit is not None for limit in layout.setting("handling_capacity", None))
    stored = any(space is not None for space in layout.setting("storage", None))
    replaced = any(sku.substitute is not None for sku in case.skus.values())
    return travel or handled or stored or replaced


def _part(case: Case, group: GroupOfSkus) -> ModelPart:
    layout = group.layout()
    return ModelPart(_compiled(case, layout, (case.seed,)), group.points, group.lines)


def _compiled(case: Case, layout: Layout, seeds: Sequence[int]) -> Model:
    demand, names = compile_demand(case, layout, seeds), supply_names(case, layout)
    network = weighted(compile_network(case, layout), demand, case.days)
    policies = compile_policies(case, layout)
    return Model(
        network=network,
        demand=demand,
        policies=policies,
        rates=compile_rates(case, layout),
        start=compile_start(case, layout, network),
        supply_names=names,
        supply_keys=each(names, lambda words: seeded(words, *seeds)),
        days=case.days,
        warmup_days=case.warmup_days,
        foresight=compile_foresight(case, layout, demand, policies),
    )
