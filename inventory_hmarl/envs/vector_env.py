"""Gymnasium's vector interface: many chains as one array program, without a loop over them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

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

AutoresetMode: TypeAlias = gymnasium.vector.AutoresetMode
batch_space = gymnasium.vector.utils.batch_space

Info = dict[str, Any]  # arrays by name, as Gymnasium has them
Step = tuple[Array, Array, Array, Array, Info]


class ChainVectorEnv(gymnasium.vector.VectorEnv[Array, Array, Array]):
    """`num_envs` chains like `ChainEnv`, side by side, each bit for bit as one alone.

    Environment i of `reset(seed=s)` has seed s + i; its e-th episode meets the customers of episode
    e of a `ChainEnv` of that seed. All episodes are equally long, so that chains which began
    together are one batch. `autoreset_mode` is Gymnasium's: `NEXT_STEP` (the default), `SAME_STEP`
    or `DISABLED`, where `reset(options={"reset_mask": mask})` begins new episodes.

    `engine="jax"` (extra `jax`) compiles the day, once a shape and number of chains: the same
    observations to the bit, rewards up to the rounding of sums.

    Arrays of observations have the chains along their rows and are views of memory in which the
    chains lie together.

    >>> envs = ChainVectorEnv(4, actions="order_up_to")
    >>> observations, infos = envs.reset(seed=1)
    >>> observations.shape == (4, len(envs.observation_names))
    True
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 - as Gymnasium declares it

    def __init__(  # noqa: PLR0913 - one name a choice
        self,
        num_envs: int = 1,
        case: Config | None = None,
        scenario: Scenarios = None,
        *,
        actions: Modes = "units",
        choices: int | None = None,
        scaled: bool = True,
        most: float | None = None,
        observe: Observe | None = None,
        reward: Reward | None = None,
        autoreset_mode: AutoresetMode = AutoresetMode.NEXT_STEP,
        engine: str = "numpy",
        held_out: bool = False,
        render_mode: str | None = None,
    ) -> None:
        if type(num_envs) is not int or num_envs < 1:
            raise ValueError(f"num_envs = {num_envs!r}: a whole number, at least 1")
        config = default_case() if case is None else case
        observe = observe or Observe(scope="global")
        self.scene = make_scene(
            config, scenario, actions=actions, observe=observe, reward=reward, most=most
        )
        self.actions = action_numbers(self.scene, choices=choices, scaled=scaled)
        self.num_envs, self.render_mode = num_envs, render_mode
        self._engine = chains_of(engine)
        self.single_observation_space = observation_space(self.scene.table.entries)
        self.single_action_space = self.actions.space
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._mode = AutoresetMode(autoreset_mode)
        self.metadata = {**self.metadata, "autoreset_mode": self._mode}
        self._seeds = [self.scene.case.seed + number for number in range(num_envs)]
        self._model = self.scene.model_of(self._seeds)
        self._first = first_episode(held_out)
        self._episodes = np.full(num_envs, self._first - 1, dtype=np.int64)
        self._batches: list[tuple[Array, Chains]] = []  # chains that began together, and who

    @property
    def observation_names(self) -> tuple[str, ...]:
        """The names of the entries of an observation: location/SKU/quantity."""
        return tuple(entry.name for entry in self.scene.table.entries)

    @property
    def action_names(self) -> tuple[str, ...]:
        """The names of the entries of an action: location/SKU/part."""
        return self.actions.names

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[Array, Info]:
        """Begin new episodes: of all, or of those in `options["reset_mask"]`, bool (num_envs,)."""
        mask = _mask(options, self.num_envs)
        if seed is not None:
            self._seed(seed, mask)
        self._episodes[mask] += 1
        check_episode(int(self._episodes.max()), self._first)
        if mask.all():
            every = np.arange(self.num_envs)
            self._batches = [(every, self._begun(every))]
        else:
            self._divide(mask)
        return self._observations(), self._infos(dict.fromkeys(range(len(self._batches))))

    def _seed(self, seed: int | Sequence[int | None], mask: Array) -> None:
        seeds = [seed + i for i in range(self.num_envs)] if isinstance(seed, int) else list(seed)
        if len(seeds) != self.num_envs:
            raise ValueError(f"seed: {len(seeds)} seeds for {self.num_envs} environments")
        for number in np.flatnonzero(mask).tolist():
            if (given := seeds[number]) is not None:
                self._seeds[number], self._episodes[number] = given, self._first - 1
        self._model = self.scene.model_of(self._seeds)
        super().reset(seed=self._seeds[0])

    def _begun(self, chosen: Array) -> Chains:
        whole = chosen.size == self.num_envs
        model = self._model if whole else self.scene.model_of([self._seeds[i] for i in chosen])
        return self._engine(self.scene, model, self._episodes[chosen].astype(np.uint32))

    def _divide(self, mask: Array) -> None:
        """Begin anew where the mask holds; the others go on."""
        if not self._batches:
            raise ValueError("options['reset_mask']: the first reset is of all environments")
        kept = []
        for members, chains in self._batches:
            stay = np.flatnonzero(~mask[members])
            if stay.size == members.size:
                kept.append((members, chains))
            elif stay.size:
                model = self.scene.model_of([self._seeds[i] for i in members[stay]])
                kept.append((members[stay], chains.some(stay, model)))
        anew = np.flatnonzero(mask)
        if anew.size:
            kept.append((anew, self._begun(anew)))
        self._batches = kept

    def step(self, actions: Array) -> Step:
        """Order, and let the next day's customers in, in every chain.

        Raises `ValueError` for actions of another shape, out of their space or NaN, and nothing
        happens; `RuntimeError` where an episode is over and `autoreset_mode` is DISABLED.
        """
        over = [chains.done for _, chains in self._batches]
        if not self._batches or (any(over) and self._mode == AutoresetMode.DISABLED):
            raise RuntimeError("an episode is over, or has not begun: call reset()")
        if all(over):  # NEXT_STEP: the action is ignored
            observations, infos = self.reset()
            return observations, np.zeros(self.num_envs), *self._ends(), infos
        numbers = self.actions.numbers(actions, self.num_envs)
        shipments: dict[int, tuple[LevelShipments, ...] | None] = {}
        for place, (members, chains) in enumerate(self._batches):
            mine = numbers if members.size == self.num_envs else numbers[:, members]
            shipments[place] = chains.proceed(mine)
        infos = self._infos(shipments)
        observations, ends = self._observations(), self._ends()
        rewards = infos["earned"]
        if self._mode == AutoresetMode.SAME_STEP and ends[1].any():
            observations, infos = self._anew(observations, infos, ends[1])
        return observations, rewards, *ends, infos

    def _anew(self, last: Array, info: Info, done: Array) -> tuple[Array, Info]:
        """Return what comes after the last day: new episodes, with what was seen last beside it."""
        observations, infos = self.reset()
        final = np.full(self.num_envs, None, dtype=object)
        final[:] = list(np.ascontiguousarray(last))
        return observations, {
            **infos,
            "final_obs": final,
            "_final_obs": done,
            "final_info": info,
            "_final_info": done,
        }

    def action_masks(self) -> Array:
        """Return which choices are possible, bool `(num_envs, numbers x choices)`."""
        whole = [self.actions.mask(self.scene, chains.moment) for _, chains in self._batches]
        return self._together(whole).reshape(self.num_envs, -1)

    def action_of(self, numbers: Array) -> Array:
        """Return the actions `(num_envs, n)` of numbers in units (or days), `(num_envs, n)`."""
        return self.actions.action(np.asarray(numbers, dtype=np.float64))

    def play(self, player: Player, episodes: Array, watch: Watch) -> None:
        """Let an agent play episodes of the case's seed, `(R,)`; see `envs.playing`."""
        play_chains(self.scene, self.actions, player, episodes, watch)

    def _observations(self) -> Array:
        return self._together([chains.observation() for _, chains in self._batches])

    def _ends(self) -> tuple[Array, Array]:
        over = [np.full(members.size, chains.done) for members, chains in self._batches]
        return np.zeros(self.num_envs, dtype=bool), self._together(over)

    def _infos(self, shipments: dict[int, Any]) -> Info:
        """Return the numbers beside a step, each with its mask: all environments have them."""
        parts: dict[str, list[Array]] = {"day": [], "earned": [], "clipped_units": []}
        for place, (members, chains) in enumerate(self._batches):
            parts["day"].append(np.full(members.size, chains.day + 1))
            parts["earned"].append(chains.earned_in_all(shipments[place]))
            parts["clipped_units"].append(chains.clipped(shipments[place]))
            if self.actions.values is not None:
                mask = self.actions.sampling_mask(self.scene, chains.moment)
                parts.setdefault("action_mask", []).append(mask)
        every = np.ones(self.num_envs, dtype=bool)
        info: Info = {}
        for name, arrays in parts.items():
            info[name], info[f"_{name}"] = self._together(arrays), every
        return info

    def _together(self, parts: Sequence[Array]) -> Array:
        """Return what the batches have, by environment."""
        if len(parts) == 1:
            return parts[0]
        standing = np.concatenate([members for members, _ in self._batches])
        return np.concatenate(parts)[np.argsort(standing)]


def _mask(options: dict[str, Any] | None, count: int) -> Array:
    """Return which environments are reset; raise `ValueError` for a mask of another shape."""
    if not options or "reset_mask" not in options:
        return np.ones(count, dtype=bool)
    mask = np.asarray(options["reset_mask"])
    if mask.shape != (count,) or mask.dtype != np.bool_:
        raise ValueError(f"options['reset_mask']: bool of shape ({count},) is needed")
    return mask
