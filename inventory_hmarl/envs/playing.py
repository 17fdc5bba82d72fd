"""Agents that play many episodes at once, by themselves: for tests, and for whoever watches.

A player is a function from observations `(R, entries)` to actions `(R, numbers)`, both as the
environment has them. Where actions are choices it is given the masks too, bool `(R, choices)`, and
answers with choices. `watch(state, flows)` is told of every day.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.envs.chains import Chains, Watch
from inventory_hmarl.envs.crew import Agent, Crew
from inventory_hmarl.envs.hierarchy import Hierarchy
from inventory_hmarl.envs.scene import Scene
from inventory_hmarl.envs.shell import Shell
from inventory_hmarl.envs.spaces import Actions

Player: TypeAlias = Callable[..., Array]
Players: TypeAlias = Mapping[str, Player]  # by agent, or by kind: "stores", "coordinator", ...


def play_chains(
    scene: Scene, actions: Actions, player: Player, episodes: Array, watch: Watch
) -> None:
    """Let one agent play for whole chains; `episodes` (R,) uint32."""
    chains = Chains(scene, scene.model, episodes)
    chains.watch = watch
    while not chains.done:
        masks = None
        if actions.values is not None:
            masks = actions.mask(scene, chains.moment).reshape(episodes.size, -1)
        said = _said(player, chains.observation(), masks)
        chains.proceed(actions.numbers(said, episodes.size))


def play_crew(shell: Shell, players: Players, episodes: Array, watch: Watch) -> None:
    """Let agents play, each at its turns; `episodes` (R,) uint32."""
    crew = shell.crew
    roles = dataclasses.replace(crew.roles, difference=False)  # nobody is paid here
    crew = dataclasses.replace(crew, roles=roles)
    chosen = {agent.name: _player_of(crew, agent, players) for agent in crew.agents}
    hierarchy = Hierarchy(crew, crew.scene.model, episodes, watch=watch)
    while not hierarchy.done:
        said = {}
        for agent in hierarchy.acting:
            masks = None
            if shell.choices:
                masks = shell.choices[agent.name].masks(hierarchy, acts=True).astype(bool).T
            action = _said(chosen[agent.name], hierarchy.observation(agent).T, masks)
            said[agent.name] = shell.numbers_of(agent, action)
        hierarchy.act(said)


def _said(player: Player, seen: Array, masks: Array | None) -> Array:
    return np.asarray(player(seen) if masks is None else player(seen, masks))


def _player_of(crew: Crew, agent: Agent, players: Players) -> Player:
    for name in (agent.name, agent.kind):
        if name in players:
            return players[name]
    names = ", ".join(each.name for each in crew.agents)
    raise ValueError(f"nobody plays {agent.name}: give a player for each of {names}, or by kind")
