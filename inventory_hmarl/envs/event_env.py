"""The event view: only those who act appear, and step.

What RLlib's `MultiAgentEnv` wants, without RLlib: `rllib_env` makes it one. Needs the extra "rl".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.envs.chains import Watch
from inventory_hmarl.envs.crew import Roles
from inventory_hmarl.envs.hierarchy import Hierarchy, Pay
from inventory_hmarl.envs.observations import Observe
from inventory_hmarl.envs.playing import Players, play_crew
from inventory_hmarl.envs.rewards import Reward
from inventory_hmarl.envs.scene import Config, Scene
from inventory_hmarl.envs.shell import ByAgent, Shell, crew_of
from inventory_hmarl.scenarios import Scenarios

ALL = "__all__"


class EventChain:
    """A chain whose agents appear when they act: the coordinator, then stores, then warehouses.

    A step carries the actions of those who appeared and returns those who act next, with what they
    have earned since they last acted; after the last day, all. `options` as in `ParallelChain`.

    >>> env = EventChain()
    >>> observations, infos = env.reset(seed=1)
    >>> orders = {name: env.action_spaces[name].high for name in observations}
    >>> list(env.step(orders)[0])
    ['warehouse_1']
    """

    def __init__(  # noqa: PLR0913 - one name a choice
        self,
        case: Config | None = None,
        scenario: Scenarios = None,
        *,
        roles: Roles | None = None,
        observe: Observe | None = None,
        reward: Reward | None = None,
        choices: int | None = None,
        scaled: bool = True,
        key: str = "observation",
        held_out: bool = False,
    ) -> None:
        """Raise `ValueError` for what cannot be; `key` names the observation beside a mask."""
        self.crew = crew_of(case, scenario, roles=roles, observe=observe, reward=reward)
        self.shell = Shell(self.crew, choices=choices, scaled=scaled, key=key, held_out=held_out)
        self.possible_agents = [agent.name for agent in self.crew.agents]
        self.agents = list(self.possible_agents)
        self.observation_spaces = self.shell.observation_spaces
        self.action_spaces = self.shell.action_spaces

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[ByAgent, ByAgent]:
        """Begin an episode: the first of a seed, or the next one of the last seed.

        `info["first_day"]`, on every step alike, is what the first day's sales earned before
        anybody decided.
        """
        hierarchy = self.shell.begin(seed)
        self.agents = list(self.possible_agents)
        return self._seen(hierarchy, {})

    def step(
        self, actions: Mapping[str, Any]
    ) -> tuple[ByAgent, ByAgent, ByAgent, ByAgent, ByAgent]:
        """Carry out the actions of those who act; return what concerns those who act next."""
        hierarchy = self.shell.running()
        acting = {agent.name for agent in hierarchy.acting}
        for name in actions:
            if name not in acting:
                raise ValueError(f"an action for {name!r}, and now act: {', '.join(acting)}")
        pay = hierarchy.act(self.shell.said(dict(actions)))
        observations, infos = self._seen(hierarchy, pay)
        rewards = {name: float(pay[name].reward[0]) for name in observations}
        terminated: ByAgent = {**dict.fromkeys(observations, False), ALL: False}
        truncated: ByAgent = {**dict.fromkeys(observations, hierarchy.done), ALL: hierarchy.done}
        if hierarchy.done:
            self.agents = []
        return observations, rewards, terminated, truncated, infos

    @property
    def scene(self) -> Scene:
        """The case as agents meet it."""
        return self.crew.scene

    def play(self, players: Players, episodes: Array, watch: Watch) -> None:
        """Let agents play episodes of the case's seed, `(R,)`; see `envs.playing`."""
        play_crew(self.shell, players, episodes, watch)

    def action_of(self, agent: str, numbers: Array) -> Any:  # noqa: ANN401
        """Return the action that stands for numbers in units, in order of `crew.controls_of`."""
        return self.shell.action_of(agent, numbers)

    def _seen(self, hierarchy: Hierarchy, pay: Mapping[str, Pay]) -> tuple[ByAgent, ByAgent]:
        appear = self.crew.agents if hierarchy.done else hierarchy.acting
        return self.shell.observations(appear), self.shell.infos(appear, pay)
