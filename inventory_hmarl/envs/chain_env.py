"""Gymnasium: a chain as one agent, which decides for every location that is not left to a rule."""

from __future__ import annotations

from typing import Any

import numpy as np

from inventory_hmarl.case import default_case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.state import LevelShipments
from inventory_hmarl.envs.chains import Chains, Watch, chains_of
from inventory_hmarl.envs.episodes import check_episode, first_episode
from inventory_hmarl.envs.observations import Observe
from inventory_hmarl.envs.playing import Player, play_chains
from inventory_hmarl.envs.rewards import Reward
from inventory_hmarl.envs.scene import Config, Modes, make_scene
from inventory_hmarl.envs.spaces import actions as action_numbers
from inventory_hmarl.envs.spaces import gymnasium, observation_space
from inventory_hmarl.scenarios import Scenarios


class ChainEnv(gymnasium.Env[Array, Array]):
    """A supply chain in which one agent orders for every location.

    A step is a day: the agent sees the chain after the day's sales, as a policy does, and its
    numbers become the day's orders; then the next day's customers come. The reward is what the step
    earned for the whole chain. An episode of D days has D steps and ends with `truncated`: the
    chain would go on. The sales of day 1 come before the first decision: what they earned stands
    in `reset`'s `info["earned"]`.

    `case` is a `Case`, the brief's dict of settings or the path of a case file, by default the
    package's chain; `scenario`, `actions`, `observe`, `reward` and `most` are those of
    `make_scene`; `choices` and `scaled` those of `envs.spaces.Actions`. `reset(seed=s)` begins
    episode 0 of seed s; each `reset()` after it the next one, with other customers. With `held_out`
    episodes are those that are kept for tests (`envs.episodes`).

    `engine="jax"` (extra `jax`) compiles the day, once a shape: it pays for large chains.

    Raises `ValueError` for an action of another shape, out of its space, or NaN.

    >>> env = ChainEnv(actions="order_up_to")
    >>> observation, info = env.reset(seed=1)
    >>> observation, reward, terminated, truncated, info = env.step(env.action_space.high)
    >>> env.observation_names[0], info["day"], reward < 0
    ('store_1/milk/inventory', 2, True)
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 - as Gymnasium declares it

    def __init__(  # noqa: PLR0913 - one name a choice
        self,
        case: Config | None = None,
        scenario: Scenarios = None,
        *,
        actions: Modes = "units",
        choices: int | None = None,
        scaled: bool = True,
        most: float | None = None,
        observe: Observe | None = None,
        reward: Reward | None = None,
        engine: str = "numpy",
        held_out: bool = False,
        render_mode: str | None = None,
    ) -> None:
        config = default_case() if case is None else case
        observe = observe or Observe(scope="global")
        self.scene = make_scene(
            config, scenario, actions=actions, observe=observe, reward=reward, most=most
        )
        self.actions = action_numbers(self.scene, choices=choices, scaled=scaled)
        self.render_mode, self._engine = render_mode, chains_of(engine)
        self.observation_space = observation_space(self.scene.table.entries)
        self.action_space = self.actions.space
        self._first = first_episode(held_out)
        self._seed, self._episode = self.scene.case.seed, self._first - 1
        self._model = self.scene.model
        self._chains: Chains | None = None

    @property
    def observation_names(self) -> tuple[str, ...]:
        """The names of the entries of an observation: location/SKU/quantity."""
        return tuple(entry.name for entry in self.scene.table.entries)

    @property
    def action_names(self) -> tuple[str, ...]:
        """The names of the entries of an action: location/SKU/part."""
        return self.actions.names

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Array, dict[str, Any]]:
        """Begin the next episode, or episode 0 of a seed; return observation and info."""
        super().reset(seed=seed)
        self._episode += 1
        if seed is not None:
            self._seed, self._episode = seed, self._first
            self._model = self.scene.model_of((seed,))
        check_episode(self._episode, self._first)
        episode = np.array([self._episode], dtype=np.uint32)
        self._chains = self._engine(self.scene, self._model, episode)
        return self._observation(self._chains), self._info(self._chains, None)

    def step(self, action: Array) -> tuple[Array, float, bool, bool, dict[str, Any]]:
        """Order, and let the next day's customers in.

        Raises `ValueError` for a bad action, and nothing happens; `RuntimeError` before `reset` and
        after the last day.
        """
        chains = self._chains
        if chains is None or chains.done:
            raise RuntimeError("the episode is over, or has not begun: call reset()")
        numbers = self.actions.numbers(np.asarray(action)[None], 1)
        shipments = chains.proceed(numbers)
        info = self._info(chains, shipments)
        observation = self._observation(chains)
        return observation, info["earned"], False, chains.done, info

    def action_masks(self) -> Array:
        """Return which choices are possible: flat bool `(numbers x choices,)`."""
        if self._chains is None:
            raise RuntimeError("no episode has begun: call reset()")
        mask: Array = self.actions.mask(self.scene, self._chains.moment)[0]
        return mask.reshape(-1)

    def action_of(self, numbers: Array) -> Array:
        """Return the action that stands for numbers in units (or days), in `action_names` order."""
        return self.actions.action(np.asarray(numbers, dtype=np.float64))

    def play(self, player: Player, episodes: Array, watch: Watch) -> None:
        """Let an agent play episodes of the case's seed, `(R,)`; see `envs.playing`."""
        play_chains(self.scene, self.actions, player, episodes, watch)

    def _observation(self, chains: Chains) -> Array:
        seen: Array = chains.observation()[0]
        return seen

    def _info(self, chains: Chains, shipments: tuple[LevelShipments, ...] | None) -> dict[str, Any]:
        info: dict[str, Any] = {
            "day": chains.day + 1,
            "earned": float(chains.earned_in_all(shipments)[0]),
            "clipped_units": float(chains.clipped(shipments)[0]),
        }
        if self.actions.values is not None:
            info["action_mask"] = self.actions.sampling_mask(self.scene, chains.moment)[0]
        return info
