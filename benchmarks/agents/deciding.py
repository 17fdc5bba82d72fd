"""Policies with weights: from what is seen to the numbers of an action, with NumPy or JAX."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.agents.playing import Agent
from benchmarks.agents.seeing import OBSERVE, Sight, points_of
from inventory_hmarl import Case
from inventory_hmarl.core.arrays import Array, namespace
from inventory_hmarl.envs.chain_env import ChainEnv
from inventory_hmarl.envs.modes import MODES
from inventory_hmarl.envs.scene import Scene, make_scene

Weights = Mapping[str, Array]
Policy = Callable[[Weights, Array], Array]
MOST = 1.0  # levels are changed by at most exp(1)


@dataclass(frozen=True)
class Places:
    """The points `P` that are decided for: what they are, and which rule learning begins at."""

    base: Array  # (P, parts) units: the numbers of the rule
    mean: Array  # (P, 1) units a day
    kinds: Array  # (P,) points of one level and SKU are of one kind, and share weights
    order: Array  # (controls,) where each control's number stands in (P x parts)

    @property
    def count(self) -> int:
        """How many kinds there are."""
        return int(self.kinds.max()) + 1

    def said(self, numbers: Array) -> Array:
        """Return numbers `(..., P, parts)` as an action `(..., controls)`."""
        flat = numbers.reshape((*numbers.shape[:-2], self.base.size))
        answer: Array = flat[..., self.order]
        return answer


def places(case: Case, mode: str) -> Places:
    """Return the points of a case whose rules have the parameters of the mode."""
    scene = make_scene(case, actions=mode, observe=OBSERVE)
    points, parts = points_of(scene), MODES[mode].parts
    where = {**case.stores, **case.warehouses}
    base = [[where[at].policy.parameters[part][sku] for part in parts] for at, sku in points]
    of_level = {place.location: place.level for place in scene.places}
    kinds = list(dict.fromkeys((of_level[at], sku) for at, sku in points))
    order = [
        points.index((control.location, control.sku)) * len(parts) + parts.index(control.part)
        for control in scene.controls
    ]
    return Places(
        np.array(base, float),
        _means(scene, points)[:, None],
        np.array([kinds.index((of_level[at], sku)) for at, sku in points]),
        np.array(order),
    )


def _means(scene: Scene, points: list[tuple[str, str]]) -> Array:
    means = {
        (point.location, point.sku): mean
        for level, expected in zip(scene.model.network.levels, scene.expected, strict=True)
        for point, mean in zip(level.points, expected[1:].mean(axis=0).tolist(), strict=True)
    }
    return np.array([means[point] for point in points])


def network(places: Places, sight: Sight, weights: Weights, seen: Array) -> Array:
    """Return order-up-to levels by two layers of tanh: `(..., controls)`.

    Level = that of the rule + mean demand x what the network says.
    """
    library, kinds = namespace(seen), places.kinds
    first = library.einsum("...pf,pfh->...ph", sight.of(seen), weights["first"][kinds])
    hidden = library.tanh(first + weights["shift"][kinds])
    hidden = library.tanh(
        library.einsum("...ph,phk->...pk", hidden, weights["second"][kinds])
        + weights["second_shift"][kinds]
    )
    change = (hidden * weights["out"][kinds]).sum(axis=-1) + weights["level"]
    return places.said((places.base[:, 0] + places.mean[:, 0] * change)[..., None])


def network_weights(places: Places, sight: Sight, hidden: int, seed: int) -> dict[str, Array]:
    """Return random weights, with which the network says what the rule says."""
    chance, kinds, features = np.random.default_rng(seed), places.count, sight.mean.shape[1]

    def drawn(*shape: int) -> Array:
        return (chance.normal(size=shape) / np.sqrt(shape[-2])).astype(np.float32)

    weights = {
        "first": drawn(kinds, features, hidden),
        "shift": np.zeros((kinds, hidden)),
        "second": drawn(kinds, hidden, hidden),
        "second_shift": np.zeros((kinds, hidden)),
        "out": np.zeros((kinds, hidden)),
        "level": np.zeros(len(places.base)),
    }
    return {name: array.astype(np.float32) for name, array in weights.items()}


def scaled(places: Places, sight: Sight, weights: Weights, seen: Array) -> Array:
    """Return the rule's numbers, each times exp(linear in what is seen): `(..., controls)`.

    Of (s, S), s and S - s are changed.
    """
    library, kinds = namespace(seen), places.kinds
    change = library.einsum("...pf,pfn->...pn", sight.of(seen), weights["seen"][kinds])
    factor = library.exp(library.clip(change + weights["shift"][kinds], -MOST, MOST))
    steps = np.diff(places.base, axis=1, prepend=0.0) * factor
    return places.said(library.cumsum(steps, axis=-1))


def as_agent(case: Case, mode: str, policy: Policy, weights: Weights) -> Agent:
    """Return a policy with its weights as an agent that NumPy plays, in the case's own units."""
    env = ChainEnv(case, actions=mode, observe=OBSERVE, scaled=False)
    plain = {name: np.asarray(array, float) for name, array in weights.items()}

    def act(seen: Array) -> Array:
        return np.clip(policy(plain, seen.astype(float)), env.scene.low, env.scene.high)

    return Agent(env, act)
