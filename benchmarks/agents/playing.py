"""Playing a problem: whoever decides, the same customers, whom nobody has trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from inventory_hmarl import Case, simulate
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.envs.episodes import HELD_OUT
from inventory_hmarl.evaluation import Playable, Plays, played

COST = "avg_daily_cost"


def held_out(count: int) -> range:
    """Return the numbers of the episodes of the table, which no training comes to."""
    return range(HELD_OUT, HELD_OUT + count)


class Player(Protocol):
    """Whatever has a cost on given customers."""

    def costs(self, episodes: range) -> Array:
        """Return the cost a day after the warm-up in each episode of the case's seed, `(R,)`."""


@dataclass(frozen=True)
class Rules:
    """A case's own rules."""

    case: Case

    def costs(self, episodes: range) -> Array:
        """Return the cost a day of each replication.

        >>> from inventory_hmarl import default_case
        >>> Rules(default_case()).costs(held_out(3)).shape
        (3,)
        """
        return simulate(self.case, replications=episodes).figures()[COST][0]


@dataclass(frozen=True)
class Agent:
    """Who decides in an environment of the package: a function, as `evaluate` takes it."""

    env: Playable
    player: Plays

    def costs(self, episodes: range) -> Array:
        """Return the cost a day of each episode."""
        run = played(self.env, self.player, np.array(episodes, np.uint32))
        return run.figures()[COST][0]
