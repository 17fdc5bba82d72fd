"""A small neural network sets order-up-to levels, trained by gradient through the compiled day.

All locations ask one network for their levels each day and show it what they see themselves: stock,
what is on order, position, and the demand that the case expects. Beside it stand the case's own
rules, and the best constant levels that the same descent finds. See docs/jax-environments.md.
"""

import argparse
import sys
import time
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from inventory_hmarl import case_from_dict
from inventory_hmarl.case import Case
from inventory_hmarl.envs.functional import FunctionalChain, key_of, make_functional
from inventory_hmarl.studies.intervals import interval

BATCH, HIDDEN = 32, 16
HELD_OUT = range(1_000_000, 1_000_256)  # seeds that no step of training meets
SEEN = ("inventory", "on_order", "inventory_position", "expected_demand")
LEVELS = {"north": 62.0, "south": 95.0, "warehouse": 260.0}

Array = np.ndarray
Policy = Callable[[dict[str, Array], Array], Array]  # weights, observation -> levels


def chain(days: int) -> Case:
    """Return two stores with a monthly season behind a warehouse; units are continuous."""
    place: dict = {name: {"initial_inventory": level} for name, level in LEVELS.items()}
    for settings in place.values():
        settings["policy"] = {"rule": "base_stock", "order_up_to": settings["initial_inventory"]}
    sku = {"base_demand": 12, "demand_std": 4, "holding_cost": 1, "stockout_penalty": 15}
    season = {"seasonality_amplitude": 0.6, "seasonality_period": 28}
    lanes = [("supplier", "warehouse", 4), ("warehouse", "north", 2), ("warehouse", "south", 3)]
    fields = ("source", "destination", "lead_time")
    return case_from_dict(
        {
            "days": days,
            "units": "continuous",
            "skus": {"item": sku | season},
            "stores": {name: place[name] for name in ("north", "south")},
            "warehouses": {"warehouse": place["warehouse"] | {"holding_cost": 0.5}},
            "suppliers": {"supplier": {}},
            "lanes": [dict(zip(fields, lane, strict=True)) for lane in lanes],
        }
    )


def network(env: FunctionalChain) -> tuple[Policy, dict[str, Array]]:
    """Return the policy that all locations share, and weights that set the case's own levels."""
    names = [entry.name for entry in env.scene.table.entries]
    rows = np.array([[names.index(f"{place}/item/{what}") for what in SEEN] for place in LEVELS])
    start = np.array(list(LEVELS.values()))
    shape = len(SEEN) + len(LEVELS), HIDDEN
    hidden = np.random.default_rng(0).normal(size=shape) / np.sqrt(shape[0])
    weights = {"hidden": hidden, "out": np.zeros(HIDDEN)}

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
    """Return the compiled function from weights and keys to the cost a day of each chain."""
    days = env.scene.case.days

    def cost(weights: dict[str, Array], key: Array) -> Array:
        def day(carry: tuple, _: None) -> tuple[tuple, Array]:
            seen, state, reward, _, _ = env.step_env(key, carry[1], policy(weights, carry[0]))
            return (seen, state), reward

        seen, state = env.reset(key)
        first = env.first_rewards(state)[0]  # of the whole chain, as everyone's is
        _, rewards = lax.scan(day, (seen, state), None, length=days)
        return -(first + rewards.sum()) / days

    return jax.jit(jax.vmap(cost, in_axes=(None, 0)))


def train(costs: Callable[..., Array], weights: dict[str, Array], steps: int) -> dict[str, Array]:
    """Return the weights after some steps of Adam (Kingma & Ba, 2015), each on fresh seeds."""

    @jax.jit
    def step(carry: tuple, number: Array, keys: Array) -> tuple:
        slope = jax.grad(lambda weights: costs(weights, keys).mean())(carry[0])
        rate = 0.02 * 0.1 ** (number / steps)

        def of_one(weight: Array, mean: Array, square: Array, slope: Array) -> tuple:
            mean, square = mean + 0.1 * (slope - mean), square + 0.01 * (slope**2 - square)
            move = mean / (1 - 0.9**number) / jnp.sqrt(square / (1 - 0.99**number) + 1e-12)
            return weight - rate * move, mean, square

        moved = {name: of_one(*(tree[name] for tree in (*carry, slope))) for name in slope}
        return tuple({name: each[part] for name, each in moved.items()} for part in range(3))

    nothing = jax.tree.map(np.zeros_like, weights)
    carry = weights, nothing, nothing
    for number in range(1, steps + 1):
        seeds = range(number * BATCH, (number + 1) * BATCH)
        carry = step(carry, float(number), np.stack([key_of(seed) for seed in seeds]))
    return jax.block_until_ready(carry[0])


def main(arguments: list[str]) -> None:
    """Train, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--days", type=int, default=84)
    choice = parser.parse_args(arguments)
    env = make_functional(chain(choice.days), actions="order_up_to", precision="fast")
    print("| levels | seconds | cost a day | against the rules |\n|---|---:|---:|---:|")
    level, start = {"factor": np.zeros(len(LEVELS))}, costs_of(env, constant)
    policy, weights = network(env)
    rules, keys = None, np.stack([key_of(seed) for seed in HELD_OUT])
    for name, costs, begun, steps in (
        ("the case's rules", start, level, 0),
        ("best constant", start, level, choice.steps),
        ("neural", costs_of(env, policy), weights, choice.steps),
    ):
        begin = time.perf_counter()
        found = train(costs, begun, steps)
        seconds = time.perf_counter() - begin
        held_out = np.asarray(costs(found, keys), float)
        rules = held_out if rules is None else rules
        whole, more = interval(held_out), interval(held_out - rules)
        print(
            f"| {name} | {seconds:.0f} | {whole.mean:.2f} ± {whole.half_width:.2f} "
            f"| {more.mean:+.2f} ± {more.half_width:.2f} |"
        )
    print("\nMeans and 95 % intervals of the same", len(HELD_OUT), "held-out seeds.")


if __name__ == "__main__":
    main(sys.argv[1:])
