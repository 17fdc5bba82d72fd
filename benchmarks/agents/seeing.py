"""What learners see: for each place and SKU that they decide for, some numbers near 0.

They are linear in the observations of an environment: what the place itself has, is owed by and
owes, and awaits; what its source has; the positions of its customers. Nobody sees more than a rule
of the library may.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inventory_hmarl import Case
from inventory_hmarl.core.arrays import Array, namespace
from inventory_hmarl.envs.chains import Chains
from inventory_hmarl.envs.observations import Observe
from inventory_hmarl.envs.scene import Scene, make_scene

OBSERVE = Observe("global", calendar=False)
OWN = ("inventory", "backorders", "owed", "due_in_", "expected_demand")
LOOKED_AT = 64  # chains from which mean and spread of the numbers are taken


@dataclass(frozen=True)
class Sight:
    """How observations become numbers near 0, for the points `P` that are decided for."""

    columns: Array  # (entries, P x F) what is added up
    mean: Array  # (P, F)
    scale: Array  # (P, F) 1 / spread; 0 where nothing varies

    def of(self, seen: Array) -> Array:
        """Return the numbers `(..., P, F)` of observations `(..., entries)`."""
        library = namespace(seen)
        sums = seen @ library.asarray(self.columns, dtype=seen.dtype)
        sums = sums.reshape(seen.shape[:-1] + self.mean.shape)
        answer: Array = (sums - self.mean) * self.scale
        return answer


def points_of(scene: Scene) -> list[tuple[str, str]]:
    """Return the location and SKU of each point that is decided for, in the order of controls."""
    return list(dict.fromkeys((control.location, control.sku) for control in scene.controls))


def sight(case: Case, mode: str, *, coarse: bool = False) -> Sight:
    """Return how the points of a case are seen, scaled by what happens by the case's rules.

    `coarse`: of their own they see the expected demand alone, for rules that know the position.
    """
    scene = make_scene(case, actions=mode, observe=OBSERVE)
    columns = _columns(scene, ("expected_demand",) if coarse else OWN)
    met = _met(case) @ columns
    met = met.reshape(len(met), len(points_of(scene)), -1)
    spread = met.std(axis=0)
    scale = np.where(spread > 1e-6, 1.0 / np.maximum(spread, 1e-6), 0.0)
    return Sight(columns, met.mean(axis=0), scale)


def _columns(scene: Scene, own: tuple[str, ...]) -> Array:
    """Return what is added up for each point and number, `(entries, P x F)`."""
    case, entries = scene.case, scene.table.entries
    quantities = [q for q in dict.fromkeys(e.quantity for e in entries) if q.startswith(own)]
    rows = {(entry.location, entry.sku, entry.quantity): n for n, entry in enumerate(entries)}
    points = points_of(scene)
    columns = np.zeros((len(entries), len(points), len(quantities) + 2))
    for number, (location, sku) in enumerate(points):
        sources = [lane.source for lane in case.lanes if lane.destination == location]
        customers = [lane.destination for lane in case.lanes if lane.source == location]
        wanted = [[(location, sku, quantity)] for quantity in quantities]
        wanted.append([(source, sku, "inventory") for source in sources])
        wanted.append([(customer, sku, "inventory_position") for customer in customers])
        for place, names in enumerate(wanted):
            columns[[rows[name] for name in names if name in rows], number, place] = 1.0
    return columns.reshape(len(entries), -1)


def _met(case: Case) -> Array:
    """Return what there is to see in some chains in which rules decide, `(R x days, entries)`."""
    scene = make_scene(case, actions={}, empty=True, observe=OBSERVE)
    chains = Chains(scene, scene.model_of([0]), np.arange(LOOKED_AT, dtype=np.uint32))
    seen = []
    while chains.day < case.days - 1:
        chains.proceed(np.zeros((0, LOOKED_AT)))
        if chains.day >= case.warmup_days:
            seen.append(chains.observation())
    return np.concatenate(seen).astype(float)
