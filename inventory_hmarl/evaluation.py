"""Agents against rules: on episodes that no training comes to, and on the same customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.engines.tally import Tally
from inventory_hmarl.envs.chains import Watch
from inventory_hmarl.envs.episodes import HELD_OUT
from inventory_hmarl.envs.scene import Scene
from inventory_hmarl.simulation import Run
from inventory_hmarl.studies.comparing import (
    FIGURES,
    Alternative,
    Comparison,
    check_level,
    comparison,
    study_each,
)
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.intervals import LEVEL
from inventory_hmarl.studies.samples import samples

EPISODES = 256
RULES = "rules"

Plays: TypeAlias = Any  # a player, or players by agent or kind: see `envs.playing`


class Playable(Protocol):
    """An environment of this package, whichever its interface."""

    @property
    def scene(self) -> Scene:
        """The case as agents meet it."""

    def play(self, player: Plays, episodes: Array, watch: Watch) -> None:
        """Let a player play episodes of the case's seed, `(R,)`."""


def evaluate(
    env: Any,  # noqa: ANN401 - a `Playable` below wrappers of other libraries
    players: Mapping[str, Plays],
    *,
    baselines: Mapping[str, Alternative] | None = None,
    against: str = RULES,
    episodes: int = EPISODES,
    figures: Sequence[str] = FIGURES,
    level: float = LEVEL,
) -> Comparison:
    """Compare agents with the case's rules, and with other baselines, on held-out episodes.

    Parameters
    ----------
    env
        The environment that the agents are for: of Gymnasium, its vector interface, PettingZoo or
        RLlib, wrapped or not. Its case, scenario, modes and observations are used, not its state.
    players
        Agents by name. An agent is a function from observations `(R, entries)` to actions
        `(R, numbers)` of `env`; where actions are choices it is given the masks as well, `(R,
        choices)`. For several agents: a dict of such functions by agent or kind.
    baselines
        Cases, or policies that rule the case, by name, as `compare` takes them. "rules" are the
        case's own, always there.
    against
        Whom all others are compared with.
    episodes
        How many: those of the case's seed from number 2**30 on, which no training comes to. All
        meet the same customers, so that differences are paired.

    Returns what `compare` does. Figures are of the days after the case's warm-up, as those of
    `simulate`.

    >>> from inventory_hmarl.envs.store_env import StoreEnv
    >>> env = StoreEnv(days=60)
    >>> position = env.observation_names.index("store_1/sku_1/inventory_position")
    >>> def base_stock_16(seen, masks):
    ...     return np.clip(16 - seen[:, position], 0, 15).astype(int)
    >>> found = evaluate(env, {"level 16": base_stock_16}, episodes=64, figures=["total_cost"])
    >>> found.base, found.names, bool(found.difference[0, 0] < 0)
    ('rules', ('level 16',), True)
    """
    check_level(level)
    bare, others = _bare(env), dict(baselines or {})
    names = [RULES, *others, *players]
    if len(set(names)) < len(names):
        raise StudyError(f"a name stands twice among {', '.join(names)}; 'rules' is the case's own")
    if against not in names:
        raise StudyError(f"against = {against!r}: one of {', '.join(names)}")
    numbers = range(HELD_OUT, HELD_OUT + episodes)
    rules = {RULES: bare.scene.case, **others}
    studied = dict(study_each(rules, numbers, choices={}))
    for name, player in players.items():
        run = played(bare, player, np.array(numbers, dtype=np.uint32))
        studied[name] = {figure: values[0] for figure, values in samples(run).items()}
    first = {against: studied.pop(against)}
    return comparison({**first, **studied}, figures, level)


def played(
    env: Any,  # noqa: ANN401 - as in `evaluate`
    player: Plays,
    episodes: Array,
) -> Run:
    """Return the run that an agent makes of episodes of the case's seed, `(R,)` uint32.

    It has all figures that a run of `simulate` has.
    """
    bare = _bare(env)
    scene = bare.scene
    tally = Tally(scene.model, episodes.size)
    bare.play(player, episodes, tally.add)
    return Run(scene.case, scene.model, episodes, tally.outcome())


def _bare(env: Any) -> Playable:  # noqa: ANN401 - as in `evaluate`
    bare: Playable = getattr(env, "unwrapped", env)
    return bare
