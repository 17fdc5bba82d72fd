"""A small neural network sets order-up-to levels, trained by gradient through the compiled day.

Every location asks the same network for its level each day, and shows it what it sees itself: its
stock, what is on order, its position, and the demand that the case expects. The cost of an episode
has a derivative in every weight (docs/jax-environments.md). Beside it stand the case's own rules,
and the best constant levels that the same descent finds. Needs the extra `jax`:

    python examples/neural_policy_by_gradient.py
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from inventory_hmarl import case_from_dict
from inventory_hmarl.case import Case
from inventory_hmarl.envs.functional import FunctionalChain, key_of, make_functional
from inventory_hmarl.envs.observations import Observe
from inventory_hmarl.studies.intervals import interval

BATCH, HIDDEN = 32, 16
HELD_OUT = range(1_000_000, 1_000_256)  # seeds that no step of training meets
SEEN = ("inventory", "on_order", "inventory_position", "expected_demand")
LEVELS = {"north": 62.0, "south": 95.0, "warehouse": 260.0}

Array = np.ndarray
Policy = Callable[[dict[str, Array], Array], Array]  # weights, observation -> order-up-to levels


def chain(days: int) -> Case:
    """Return two stores with a monthly season behind a warehouse; units are continuous."""

    def place(name: str) -> dict[str, object]:
        rule = {"rule": "base_stock", "order_up_to": LEVELS[name]}
        return {"initial_inventory": LEVELS[name], "policy": rule}

    sku = {"base_demand": 12, "demand_std": 4, "holding_cost": 1, "stockout_penalty": 15}
    season = {"seasonality_amplitude": 0.6, "seasonality_period": 28}
    lanes = [("supplier", "warehouse", 4), ("warehouse", "north", 2), ("warehouse", "south", 3)]
    return case_from_dict(
        {
            "days": days,
            "units": "continuous",
            "skus": {"item": sku | season},
            "stores": {name: place(name) for name in ("north", "south")},
            "warehouses": {"warehouse": place("warehouse") | {"holding_cost": 0.5}},
            "suppliers": {"supplier": {}},
            "lanes": [
                {"source": source, "destination": destination, "lead_time": lead_time}
                for source, destination, lead_time in lanes
            ],
        }
    )


def network(env: FunctionalChain) -> tuple[Policy, dict[str, Array]]:
    """Return the policy that all locations share, and weights that set the case's own levels."""
    names = [entry.name for entry in env.scene.table.entries]
    rows = np.array([[names.index(f"{place}/item/{what}") for what in SEEN] for place in LEVELS])
    start = np.array(list(LEVELS.values()))
    chance = np.random.default_rng(0)
    inputs = len(SEEN) + len(LEVELS)
    weights = {
        "hidden": chance.normal(size=(inputs, HIDDEN)) / np.sqrt(inputs),
        "out": np.zeros(HIDDEN),
    }

    def levels(weights: dict[str, Array], observation: Array) -> Array:
        seen = observation[rows] / start[:, None] * np.array([1, 1, 1, 4])  # numbers near 1
        who = jnp.eye(len(LEVELS), dtype=seen.dtype)
        hidden = jnp.tanh(jnp.concatenate([seen, who], axis=1) @ weights["hidden"])
        return start * jnp.exp(hidden @ weights["out"])

    return levels, weights


def constant(weights: dict[str, Array], observation: Array) -> Array:
    """Return the same levels every day."""
    return jnp.array(list(LEVELS.values())) * jnp.exp(weights["factor"])


def costs_of(env: FunctionalChain, policy: Policy) -> Callable[..., Array]:
    """Return the compiled function from weights and keys to the cost a day of each key's chain."""
    params, days = env.default_params, env.scene.case.days

    def cost(weights: dict[str, Array], key: Array) -> Array:
        seen, state = env.reset(key, params)
        first = env.first_rewards(state, params)[0]  # of the whole chain, as everyone's is

        def day(carry: tuple, _: None) -> tuple[tuple, Array]:
            seen, state = carry
            seen, state, reward, _, _ = env.step_env(key, state, policy(weights, seen), params)
            return (seen, state), reward

        _, rewards = lax.scan(day, (seen, state), None, length=days)
        return -(first + rewards.sum()) / days

    return jax.vmap(cost, in_axes=(None, 0))


def train(costs: Callable[..., Array], weights: dict[str, Array], steps: int) -> dict[str, Array]:
    """Return the weights after some steps of Adam (Kingma & Ba, 2015), each on fresh seeds."""

    @jax.jit
    def step(carry: tuple, number: Array, keys: Array) -> tuple:
        weights, mean, square = carry
        slope = jax.grad(lambda weights: costs(weights, keys).mean())(weights)
        rate = 0.02 * 0.1 ** (number / steps)
        mean = jax.tree.map(lambda m, g: m + 0.1 * (g - m), mean, slope)
        square = jax.tree.map(lambda s, g: s + 0.01 * (g * g - s), square, slope)
        fair = 1 - 0.9**number, 1 - 0.99**number
        weights = jax.tree.map(
            lambda w, m, s: w - rate * m / fair[0] / jnp.sqrt(s / fair[1] + 1e-12),
            weights,
            mean,
            square,
        )
        return weights, mean, square

    weights = jax.tree.map(jnp.asarray, weights)
    nothing = jax.tree.map(jnp.zeros_like, weights)
    carry = weights, nothing, nothing
    for number in range(1, steps + 1):
        carry = step(carry, float(number), keys_of(range(number * BATCH, (number + 1) * BATCH)))
    return jax.block_until_ready(carry[0])


def keys_of(seeds: Sequence[int]) -> Array:
    """Return the keys of some seeds."""
    return np.stack([key_of(seed) for seed in seeds])


def main(arguments: list[str]) -> None:
    """Train, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--days", type=int, default=84)
    choice = parser.parse_args(arguments)
    seen = Observe(pipeline=False, calendar=False)
    case = chain(choice.days)
    env = make_functional(case, actions="order_up_to", observe=seen, precision="fast")
    print("| levels | seconds | cost a day | against the rules |\n|---|---:|---:|---:|")
    same = {"factor": np.zeros(len(LEVELS))}
    rules, keys = None, keys_of(HELD_OUT)
    tried = [("the case's rules", constant, same, 0), ("best constant", constant, same, None)]
    for name, policy, weights, steps in [*tried, ("neural", *network(env), None)]:
        begin = time.perf_counter()
        costs = costs_of(env, policy)
        weights = train(costs, weights, choice.steps if steps is None else steps)
        seconds = time.perf_counter() - begin
        found = np.asarray(jax.jit(costs)(weights, keys), float)
        rules = found if rules is None else rules
        whole, more = interval(found), interval(found - rules)
        print(
            f"| {name} | {seconds:.0f} | {whole.mean:.2f} ± {whole.half_width:.2f} "
            f"| {more.mean:+.2f} ± {more.half_width:.2f} |"
        )
    print("\nMeans and 95 % intervals of the same", len(HELD_OUT), "held-out seeds.")


if __name__ == "__main__":
    main(sys.argv[1:])
