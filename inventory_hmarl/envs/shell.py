"""What the shells of a multi-agent environment share: spaces, episodes, masks. Needs "rl"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from inventory_hmarl.case import default_case
from inventory_hmarl.core.arrays import Array, Rows, as_rows, take
from inventory_hmarl.core.model import Model
from inventory_hmarl.envs.choices import Choices, choices_of
from inventory_hmarl.envs.crew import Agent, Crew, chosen, make_crew
from inventory_hmarl.envs.episodes import check_episode, first_episode
from inventory_hmarl.envs.hierarchy import Hierarchy, Pay, model_of
from inventory_hmarl.envs.scene import Config
from inventory_hmarl.envs.spaces import gymnasium, observation_space
from inventory_hmarl.scenarios import Scenarios

Said: TypeAlias = Any  # what an agent observes or does: an array, or a dict of two, or a number
ByAgent: TypeAlias = dict[str, Any]


def crew_of(case: Config | None, scenario: Scenarios, **options: Any) -> Crew:
    """Return the crew of a case; without one, of the default case."""
    return make_crew(default_case() if case is None else case, scenario, **options)


def box(crew: Crew, rows: Rows) -> gymnasium.spaces.Box:
    """Return the space of some entries."""
    return observation_space(chosen(crew.entries, rows))


class Abreast(NamedTuple):
    """What some agents see and say, one agent after the other: a few operations for all of them."""

    seen: Rows  # of all entries
    seen_by: list[slice]  # among these, each agent's
    sizes: list[int]  # how many numbers each says,
    said_by: list[slice]  # and where these stand among all of theirs
    middle: Array  # (numbers, 1) of each number's range,
    half: Array  # and half its width


class Shell:
    """What shells for one chain share: spaces, episodes, masks."""

    def __init__(
        self,
        crew: Crew,
        *,
        choices: int | None,
        scaled: bool,
        key: str = "observation",
        held_out: bool = False,
        engine: str = "numpy",
    ) -> None:
        """`key` names the observation beside its mask; `held_out`: episodes kept for tests."""
        self.crew, self.key, self.scaled, self._engine = crew, key, scaled, engine
        self.choices: dict[str, Choices] = {}
        self.observation_spaces: ByAgent = {}
        self.action_spaces: ByAgent = {}
        self._spans: dict[str, tuple[Array, Array]] = {}  # middle and half of each number's range
        self._known: dict[tuple[Agent, ...], Abreast] = {}
        for agent in crew.agents:
            least, most = crew.low[agent.numbers], crew.high[agent.numbers]
            self._spans[agent.name] = (most + least) / 2.0, (most - least) / 2.0
            seen = box(crew, agent.seen)
            if choices is None:
                low, high = crew.low[agent.numbers][:, 0], crew.high[agent.numbers][:, 0]
                if scaled:
                    low, high = -np.ones_like(low), np.ones_like(high)
                low, high = low.astype(np.float32), high.astype(np.float32)
                said = gymnasium.spaces.Box(low, high, dtype=np.float32)
            else:
                mine = self.choices[agent.name] = choices_of(crew, agent, choices)
                count = len(mine.values)
                said = gymnasium.spaces.Discrete(count)
                mask = gymnasium.spaces.Box(0, 1, (count,), dtype=np.int8)
                seen = gymnasium.spaces.Dict({key: seen, "action_mask": mask})
            self.observation_spaces[agent.name] = seen
            self.action_spaces[agent.name] = said
        self._first = first_episode(held_out)
        self._seed, self._episode = crew.scene.case.seed, self._first - 1
        self._model: Model | None = None
        self.hierarchy: Hierarchy | None = None
        self.first_day: dict[str, float] = {}  # what each agent earned before anybody decided

    def begin(self, seed: int | None) -> Hierarchy:
        """Begin the first episode of a seed, or without one the next: the e-th is replication e."""
        if seed is not None:
            self.start(seed)
        if self._model is None:
            self._model = model_of(self.crew, [self._seed])
        self._episode += 1
        check_episode(self._episode, self._first)
        episodes = np.full(1, self._episode, dtype=np.uint32)
        self.hierarchy = Hierarchy(self.crew, self._model, episodes, engine=self._engine)
        names = [agent.name for agent in self.crew.everyone]
        first = self.hierarchy.first_day[:, 0].tolist()
        self.first_day = dict(zip(names, first, strict=True))
        return self.hierarchy

    def start(self, seed: int) -> None:
        """Let the next episode be the first of a seed."""
        if seed != self._seed:
            self._model = None
        self._seed, self._episode = seed, self._first - 1

    def running(self) -> Hierarchy:
        """Return the episode; raise `RuntimeError` where none has begun or it is over."""
        if self.hierarchy is None or self.hierarchy.done:
            raise RuntimeError("no episode is running: call reset() first")
        return self.hierarchy

    def said(self, actions: ByAgent) -> dict[str, Array]:
        """Return the numbers of those who act, `(numbers, 1)` each."""
        acting = self.running().acting
        if any([agent.name not in actions for agent in acting]):
            acting = tuple(agent for agent in acting if agent.name in actions)
        if self.choices:
            choices = {agent.name: np.asarray(actions[agent.name])[None] for agent in acting}
            return {name: self._chosen(name, choice) for name, choice in choices.items()}
        if not acting:
            return {}
        abreast = self._abreast(acting)
        given = {a.name: np.asarray(actions[a.name]).reshape(-1) for a in acting}
        if [len(numbers) for numbers in given.values()] != abreast.sizes:
            return {name: numbers[:, None] for name, numbers in given.items()}  # wrong ones too
        whole = np.concatenate(list(given.values()))[:, None]
        if self.scaled:
            whole = whole * abreast.half
            whole += abreast.middle
        return {name: whole[mine] for name, mine in zip(given, abreast.said_by, strict=True)}

    def _abreast(self, agents: tuple[Agent, ...]) -> Abreast:
        if agents not in self._known:
            self._known[agents] = self._put_abreast(agents)
        return self._known[agents]

    def _put_abreast(self, agents: tuple[Agent, ...]) -> Abreast:
        entries = np.arange(len(self.crew.entries))
        seen = [entries[agent.seen] for agent in agents]
        middles, halves = zip(*(self._spans[agent.name] for agent in agents), strict=True)
        return Abreast(
            as_rows(np.concatenate(seen)),
            _one_after_the_other([rows.size for rows in seen]),
            [agent.size for agent in agents],
            _one_after_the_other([agent.size for agent in agents]),
            np.concatenate(middles),
            np.concatenate(halves),
        )

    def numbers_of(self, agent: Agent, actions: Array) -> Array:
        """Return the numbers `(n, R)` of actions `(R, n)`, or of choices `(R,)`."""
        if self.choices:
            return self._chosen(agent.name, actions)
        many = np.asarray(actions, dtype=np.float64).reshape(len(actions), -1)
        return self._stretched(agent, many.T)

    def _stretched(self, agent: Agent, numbers: Array) -> Array:
        if self.scaled and len(numbers) == agent.size:
            middle, half = self._spans[agent.name]
            numbers = middle + numbers * half
        return numbers

    def action_of(self, name: str, numbers: Array) -> Said:
        """Return what an agent says to mean numbers in units (or days), `(its numbers,)`.

        Numbers beyond the range count as its end; of choices, the nearest.
        """
        agent = self.crew.named(name)
        low, high = self.crew.low[agent.numbers][:, 0], self.crew.high[agent.numbers][:, 0]
        inside = np.clip(np.asarray(numbers, dtype=np.float64), low, high)
        if self.choices:
            off = np.abs(self.choices[name].values - inside) / (high - low)
            return int(off.sum(axis=1).argmin())
        if self.scaled:
            middle, half = (side[:, 0] for side in self._spans[name])
            inside = (inside - middle) / half
        return inside.astype(np.float32)

    def _chosen(self, name: str, choices: Array) -> Array:
        mine = self.choices[name]
        most = len(mine.values) - 1
        if choices.ndim != 1 or not np.issubdtype(choices.dtype, np.integer):
            raise ValueError(f"action of {name} = {choices[0]!r}: must be a whole number")
        if choices.min() < 0 or choices.max() > most:
            wrong = choices[(choices < 0) | (choices > most)][0]
            raise ValueError(f"action of {name} = {wrong}: must be from 0 to {most}")
        return mine.numbers(choices)

    def mask(self, agent: Agent) -> Array:
        """Return which choices an agent has now, int8."""
        if not self.choices:
            raise ValueError("actions are numbers, and nothing is masked: make it with choices=")
        assert self.hierarchy is not None
        masks = self.choices[agent.name].masks(self.hierarchy, agent in self.hierarchy.acting)
        mask: Array = masks[:, 0]
        return mask

    def observations(self, agents: tuple[Agent, ...]) -> ByAgent:
        """Return what agents observe now, by name."""
        assert self.hierarchy is not None
        abreast = self._abreast(agents)
        whole = take(self.hierarchy.seen[:, 0], abreast.seen)
        seen = {a.name: whole[mine] for a, mine in zip(agents, abreast.seen_by, strict=True)}
        if not self.choices:
            return seen
        return {
            agent.name: {self.key: seen[agent.name], "action_mask": self.mask(agent)}
            for agent in agents
        }

    def infos(self, agents: Sequence[Agent], pay: Mapping[str, Pay]) -> ByAgent:
        """Return agents' infos, by name: always the same keys.

        Without pay, an agent has not acted before.
        """
        assert self.hierarchy is not None
        day, acting = self.hierarchy.day + 1, self.hierarchy.acting
        infos = {}
        for agent in agents:
            mine = pay.get(agent.name)
            # Masks are in the observations alone: TorchRL fails where they are in both.
            infos[agent.name] = {
                "acts": agent in acting,
                "day": day,
                "elapsed": 0 if mine is None else mine.elapsed,
                "clipped_units": 0.0 if mine is None else float(mine.clipped[0]),
                "first_day": self.first_day[agent.name],
            }
        return infos


def _one_after_the_other(sizes: Sequence[int]) -> list[slice]:
    ends = np.cumsum(sizes).tolist()
    return [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
