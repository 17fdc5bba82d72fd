"""A rule of the library in every place of a case, tuned by the library's `optimise`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np

from benchmarks.agents.playing import Rules
from inventory_hmarl import Case
from inventory_hmarl.case import PolicySettings, Store, Warehouse
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.envs.observations import expected_demand, longest_lead_time
from inventory_hmarl.studies.optimising import Effort, optimise

# Twice the usual customers and generations: learners are not to win against rules half tuned.
EFFORT = Effort(replications=64, generations=300, holdout=2)

Place = TypeVar("Place", Store, Warehouse)
Cover = Mapping[str, tuple[float, float]]  # by SKU: mean demand a day, and over lead time + 1 days
Parameters = Callable[[float, float], Mapping[str, float]]  # of a mean and a cover


def tuned(case: Case, rule: str, begin: Parameters, seed: int) -> Rules:
    """Return the case with a rule in every place, and its levels as tuned."""
    return Rules(tuned_case(case, rule, begin, seed))


def tuned_case(case: Case, rule: str, begin: Parameters, seed: int) -> Case:
    """Return the case with a rule in every place, begun with a mean and a cover, and tuned."""
    effort = dataclasses.replace(EFFORT, seed=seed)
    return optimise(with_rule(case, rule, begin), effort=effort).case


def with_rule(case: Case, rule: str, begin: Parameters) -> Case:
    """Return the case with a rule in every place, whose parameters `begin` gives."""
    means = with_downstream(case) if rule == "echelon_base_stock" else covers(case)

    def changed(name: str, place: Place) -> Place:
        parameters: dict[str, dict[str, float]] = {}
        for sku, (mean, cover) in means[name].items():
            for parameter, value in begin(mean, cover).items():
                whole = case.units == "whole" and isinstance(value, float)
                parameters.setdefault(parameter, {})[sku] = np.ceil(value) if whole else value
        policy = PolicySettings.model_construct(rule=rule, parameters=parameters)
        return place.model_copy(update={"policy": policy})

    stores = {name: changed(name, store) for name, store in case.stores.items()}
    houses = {name: changed(name, house) for name, house in case.warehouses.items()}
    return case.changed(stores=stores, **({"warehouses": houses} if houses else {}))


def covers(case: Case) -> dict[str, Cover]:
    """Return what is needed of each SKU by location: mean demand a day, and cover, units."""
    model, answer = compile_case(case), {}
    for level, expected in zip(model.network.levels, expected_demand(model), strict=True):
        days = longest_lead_time(level) + 1
        for point, mean, span in zip(level.points, expected[1:].mean(axis=0), days, strict=True):
            pair = float(mean), float(np.ceil(mean * span))
            answer.setdefault(point.location, {})[point.sku] = pair
    return answer


def with_downstream(case: Case) -> dict[str, Cover]:
    """Return covers of which each has the longest of those below it, as echelon levels need."""
    means = covers(case)

    def below(name: str, sku: str) -> float:
        customers = [lane.destination for lane in case.lanes if lane.source == name]
        return max((days(each, sku) for each in customers if sku in means[each]), default=0.0)

    def days(name: str, sku: str) -> float:
        mean, cover = means[name][sku]
        return cover / (mean or 1.0) + below(name, sku)

    return {
        name: {
            sku: (mean, float(np.ceil(mean * days(name, sku)))) for sku, (mean, _) in own.items()
        }
        for name, own in means.items()
    }
