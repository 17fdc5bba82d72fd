"""Stable-Baselines3's `VecEnv` over the native vector environment. Needs the extra "sb3"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.envs.spaces import gymnasium
from inventory_hmarl.envs.store_env import StoreVectorEnv
from inventory_hmarl.envs.vector_env import AutoresetMode, ChainVectorEnv, Info
from inventory_hmarl.extras import Untyped, needed

try:  # so that the module can be looked at without Stable-Baselines3
    from stable_baselines3.common.vec_env import VecEnv as _Base
except ImportError:
    _Base = object

VecEnv: Untyped = _Base
Indices: TypeAlias = int | Sequence[int] | None  # of environments; None: all


def chain_vec_env(num_envs: int = 1, *arguments: Any, **settings: Any) -> VectorAdapter:
    """Return `num_envs` chains for Stable-Baselines3; further arguments: see `ChainVectorEnv`."""
    mode = AutoresetMode.SAME_STEP
    return VectorAdapter(ChainVectorEnv(num_envs, *arguments, autoreset_mode=mode, **settings))


def store_vec_env(num_envs: int = 1, **settings: Any) -> VectorAdapter:
    """Return `num_envs` textbook stores for Stable-Baselines3; keywords: see `StoreEnv`."""
    mode = AutoresetMode.SAME_STEP
    return VectorAdapter(StoreVectorEnv(num_envs, autoreset_mode=mode, **settings))


class VectorAdapter(VecEnv):
    """A native vector environment as Stable-Baselines3 has it: one array program, no loop of days.

    Observations, rewards and ends are those of `envs`, bit for bit, in memory of their own. An
    environment begins anew in the step that ends its episode: that step's info has the last
    observation (`terminal_observation`) and `TimeLimit.truncated`, and `reset_infos` what the new
    episode's `reset` told. `seed(s)` gives environment i the seed s + i at the next `reset`.

    With `choices`, sb3-contrib's `MaskablePPO` finds `action_masks`.

    Raises `ValueError` for environments that do not begin anew in the same step.
    """

    def __init__(self, envs: ChainVectorEnv) -> None:
        needed("stable_baselines3", "sb3", "Stable-Baselines3's environment")
        if envs.metadata["autoreset_mode"] != AutoresetMode.SAME_STEP:
            raise ValueError(
                f"autoreset_mode = {envs.metadata['autoreset_mode'].name}: Stable-Baselines3 "
                "begins anew in the step that ends an episode; make them with "
                "autoreset_mode=AutoresetMode.SAME_STEP, or by chain_vec_env or store_vec_env"
            )
        self.envs = envs
        self._actions: Array | None = None
        super().__init__(envs.num_envs, envs.single_observation_space, envs.single_action_space)

    def reset(self) -> Array:
        """Begin new episodes, of the seeds that `seed` gave or the next ones."""
        given = any(seed is not None for seed in self._seeds)
        observations, infos = self.envs.reset(seed=self._seeds if given else None)
        self._reset_seeds()
        self._reset_options()
        self.reset_infos = self._by_environment(infos)
        return np.array(observations)

    def step_async(self, actions: Array) -> None:
        """Take the actions of the next step."""
        self._actions = np.asarray(actions)

    def step_wait(self) -> tuple[Array, Array, Array, list[Info]]:
        """Carry out the actions; return observations, rewards, ends and infos.

        Raises what `ChainVectorEnv.step` does.
        """
        assert self._actions is not None  # Stable-Baselines3 calls step_async before
        observations, rewards, _, ended, infos = self.envs.step(self._actions)
        told = self._by_environment(infos.get("final_info", infos))
        for info, over in zip(told, ended.tolist(), strict=True):
            info["TimeLimit.truncated"] = over
        if ended.any():
            for number in np.flatnonzero(ended).tolist():
                told[number]["terminal_observation"] = infos["final_obs"][number]
            self.reset_infos = self._by_environment(infos)
        return np.array(observations), np.array(rewards), np.array(ended), told

    def action_masks(self) -> Array:
        """Return which choices are possible, bool `(num_envs, numbers x choices)`."""
        return self.envs.action_masks()

    def action_of(self, numbers: Array) -> Array:
        """Return the actions `(num_envs, n)` of numbers in units (or days), `(num_envs, n)`."""
        return self.envs.action_of(numbers)

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""

    def get_attr(self, attr_name: str, indices: Indices = None) -> list[Any]:
        """Return an attribute for each of some environments: all have the same one."""
        if attr_name == "action_masks" and isinstance(self.action_space, gymnasium.spaces.Box):
            raise AttributeError("actions are numbers, and nothing is masked: give it choices=")
        return [getattr(self.envs, attr_name) for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Indices = None) -> None:  # noqa: ANN401 - as the base class has it
        """Set an attribute of all environments; raises `ValueError` for some of them only."""
        if len(set(self._get_indices(indices))) < self.num_envs:
            raise ValueError(
                f"{attr_name}: the {self.num_envs} chains are one array program and share it; "
                "set it for all"
            )
        setattr(self.envs, attr_name, value)

    def env_method(
        self,
        method_name: str,
        *method_args: Any,
        indices: Indices = None,
        **method_kwargs: Any,
    ) -> list[Any]:
        """Return what a method of the single environment would, for each of some environments.

        There are `action_masks` and `action_of`; raises `AttributeError` for another name.
        """
        chosen = list(self._get_indices(indices))
        if method_name == "action_masks":
            return list(self.action_masks()[chosen])
        if method_name == "action_of":
            return [self.envs.action_of(*method_args, **method_kwargs) for _ in chosen]
        raise AttributeError(
            f"env_method({method_name!r}): one of action_masks, action_of; of chains side by side "
            "none can be called alone"
        )

    def env_is_wrapped(self, wrapper_class: type[Any], indices: Indices = None) -> list[bool]:
        """Return False for each: there are no single environments that could be wrapped."""
        return [False for _ in self._get_indices(indices)]

    def _by_environment(self, infos: Info) -> list[Info]:
        """Return one dict an environment, as Stable-Baselines3 reads them."""
        names = [name for name in infos if not name.startswith(("_", "final_"))]
        columns = [infos[name] for name in names]
        columns = [column.tolist() if column.ndim == 1 else list(column) for column in columns]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
