"""Playing a problem: whoever decides, the same customers, whom nobody has trained on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from inventory_hmarl import Case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.envs.chains import Chains
from inventory_hmarl.envs.scene import Scene, make_scene

HELD_OUT = 2**62  # the seed of the judges; training has those below
Act = Callable[[Array], Array]  # observations (R, entries) -> numbers of an action (R, controls)


class Player(Protocol):
    """Whatever has a cost on given customers."""

    def costs(self, customers: range) -> Array:
        """Return the cost a day after the warm-up, `(R,)`, on replications of seed `HELD_OUT`."""


@dataclass(frozen=True)
class Agent:
    """Who decides in a chain: it sees observations of the scene, and says the numbers of its mode.

    A scene without controls is one in which the case's own rules decide.
    """

    scene: Scene
    act: Act

    def costs(self, customers: range) -> Array:
        """Return the cost a day of each replication: of decisions after the warm-up.

        A decision's costs are those of its orders and of the next day's customers; the last day's,
        which no customers follow, is left out.
        """
        scene = self.scene
        chains = Chains(scene, scene.model_of([HELD_OUT]), np.array(customers, np.uint32))
        first, last = max(1, scene.case.warmup_days), scene.case.days - 1
        total = np.zeros(len(customers))
        while chains.day < last:
            shipments = chains.proceed(self.act(chains.observation()).T)
            if chains.day >= first:
                total -= chains.earned_in_all(shipments)
        return total / (last - first + 1)


def ruled(case: Case) -> Agent:
    """Return a case's own rules as an agent.

    >>> from inventory_hmarl import default_case
    >>> ruled(default_case()).costs(range(3)).shape
    (3,)
    """
    return Agent(make_scene(case, actions={}, empty=True), _nothing)


def _nothing(seen: Array) -> Array:
    """Say nothing."""
    return np.zeros((seen.shape[0], 0))
