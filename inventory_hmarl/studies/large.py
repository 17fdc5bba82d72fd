"""A large chain, cut into groups of SKUs that share nothing: each may be another machine's work.

What is counted of the groups is put together into what the whole chain counts, and figures are made
of that, once: so they are those of the chain in one piece, to the last bit.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from inventory_hmarl.case import Case
from inventory_hmarl.case.compiling import compile_case, compile_groups
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.model import ModelPart
from inventory_hmarl.engines import Request, engine
from inventory_hmarl.engines.outcome import Keep, Outcome, blank
from inventory_hmarl.engines.parts import place
from inventory_hmarl.simulation import Run

Groups = list[Callable[[], ModelPart]]


def groups_of(case: Case, most_points: int) -> Groups:
    """Return what compiles each group of a case: none where cutting it might show.

    Sums over SKUs are added in another order, which shows in the last bit of continuous units.
    """
    return [] if case.units == "continuous" else compile_groups(case, most_points)


def counted(part: ModelPart, replications: Array, name: str, precision: str) -> Array:
    """Return all that a run of one group counts, in one row of numbers."""
    request = Request(replications, Keep(), workers=1, precision=precision)
    outcome = engine(name, precision)(part.model, request)
    return np.concatenate([array.reshape(-1) for array in _arrays(outcome)])


def together(case: Case, replications: Array, groups: Groups, counts: Sequence[Array]) -> Run:
    """Return the run of a whole case from what its groups counted."""
    model, keep = compile_case(case), Keep()
    whole = blank(model, keep, replications.size)
    for group, numbers in zip(groups, counts, strict=True):
        part = group()
        outcome = blank(part.model, keep, replications.size)
        start = 0
        for array in _arrays(outcome):
            array[...] = numbers[start : start + array.size].reshape(array.shape)
            start += array.size
        place(whole, part, outcome)
    return Run(case, model, replications, whole)


def _arrays(outcome: Outcome) -> Iterator[Array]:
    """Yield the arrays of an outcome, in the order of its fields."""
    for field in dataclasses.fields(outcome):
        value = getattr(outcome, field.name)
        yield from (x for x in (value if isinstance(value, tuple) else (value,)) if _is_array(x))


def _is_array(value: object) -> bool:
    return isinstance(value, np.ndarray)
