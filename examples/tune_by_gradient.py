"""Tune the levels of a warehouse and its stores by gradient, and by a search without.

    python examples/tune_by_gradient.py

Both methods begin at the same levels and meet customers 0 to 999,999. What they found is judged on
customers whom neither has met, the same for all. Needs the extra `jax`; takes some 15 seconds on
one core.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np

from inventory_hmarl import Case, DifferentiableCost, case_from_dict, differentiable_cost, simulate
from inventory_hmarl.studies.intervals import interval

HOLDOUT = range(10**6, 10**6 + 1000)
REPLICATIONS = 32  # customers of a step of either method

Levels = np.ndarray


def chain(stores: int) -> Case:
    """Return a warehouse and stores that differ in demand and lead time, all by base-stock."""
    names = [f"store_{number:02}" for number in range(stores)]
    share = dict(zip(names, np.linspace(0.4, 2.2, stores), strict=True))
    lead_time = {name: 1 + number % 3 for number, name in enumerate(names)}
    # A poor start: mean demand until tomorrow's order arrives, and nothing for chance.
    cover = {name: 20 * share[name] * (lead_time[name] + 1) for name in names}
    supply = 20 * sum(share.values()) * 6
    return case_from_dict(
        {
            "days": 150,
            "warmup_days": 30,
            "seed": 7,
            "units": "continuous",
            "skus": {
                "item": {
                    "base_demand": 20,
                    "demand_std": 8,
                    "seasonality_amplitude": 0.3,
                    "seasonality_period": 30,
                    "holding_cost": 1,
                    "stockout_penalty": 20,
                }
            },
            "stores": {
                name: {"demand_multiplier": share[name]} | _base_stock(cover[name])
                for name in names
            },
            "warehouses": {"warehouse": {"holding_cost": 0.5} | _base_stock(supply)},
            "suppliers": {"supplier": {}},
            "lanes": [
                {"source": "supplier", "destination": "warehouse", "lead_time": 5},
                *(
                    {"source": "warehouse", "destination": name, "lead_time": lead_time[name]}
                    for name in names
                ),
            ],
        }
    )


def _base_stock(level: float) -> dict[str, object]:
    policy = {"rule": "base_stock", "order_up_to": level}
    return {"initial_inventory": level, "policy": policy}


def as_tree(cost: DifferentiableCost, levels: Levels) -> dict[str, dict[str, np.ndarray]]:
    """Return levels, one below the other, as the cost takes them."""
    tree, rest = cost.parameters, iter(levels)
    for fields in tree.values():
        for column in fields.values():
            column[:, 0] = [next(rest) for _ in column]
    return tree


def as_levels(tree: dict[str, dict[str, np.ndarray]]) -> Levels:
    """Return the levels of a tree, one below the other."""
    return np.concatenate([column[:, 0] for fields in tree.values() for column in fields.values()])


def fresh_customers() -> Iterator[range]:
    """Yield customers that nobody has met."""
    return (range(first, first + REPLICATIONS) for first in range(0, HOLDOUT.start, REPLICATIONS))


def descend(cost: DifferentiableCost, start: Levels, steps: int) -> Levels:
    """Return the levels after some steps of Adam, each on fresh customers.

    A step moves a level by about a hundredth of it at first and a thousandth in the end. Source:
    Kingma & Ba, "Adam: a method for stochastic optimization" (2015).
    """
    levels, mean, square = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step, customers in zip(range(1, steps + 1), fresh_customers(), strict=False):
        _, tree = cost.on(customers).value_and_gradient(as_tree(cost, levels))
        slope = as_levels(tree) * start  # per share of the level that it began at
        mean += 0.1 * (slope - mean)
        square += 0.01 * (slope**2 - square)
        move = mean / (1 - 0.9**step) / np.sqrt(square / (1 - 0.99**step) + 1e-12)
        levels -= start * 0.02 * 0.1 ** (step / steps) * move
    return levels


def search(cost: DifferentiableCost, start: Levels, goes_on: Callable[[int], bool]) -> Levels:
    """Return the levels that an evolution strategy finds while it may go on.

    Members of a generation meet the same fresh customers, a generation at a time. Source: Ros &
    Hansen, "A simple modification in CMA-ES achieving linear time and space complexity" (2008).
    """
    chance, count, members = np.random.default_rng(1), start.size, 24
    weight = np.log((members + 1) / 2) - np.log(np.arange(1, members // 2 + 1))
    weight /= weight.sum()
    mass = 1 / (weight**2).sum()
    c_size = (mass + 2) / (count + mass + 5)
    c_path = (4 + mass / count) / (count + 4 + 2 * mass / count)
    c_one = (count + 2) / 3 * 2 / ((count + 1.3) ** 2 + mass)
    c_all = (count + 2) / 3 * 2 * (mass - 2 + 1 / mass) / ((count + 2) ** 2 + mass)
    c_all = min(1 - c_one, c_all)
    middle, size, variance = start.copy(), 0.2, np.ones(count)  # in shares of where it began
    size_path, path = np.zeros(count), np.zeros(count)
    for generation, customers in enumerate(fresh_customers(), start=1):
        drawn = chance.normal(size=(members, count))
        tried = middle + start * size * np.sqrt(variance) * drawn
        costs = [cost.on(customers)(as_tree(cost, levels)) for levels in tried]
        best = drawn[np.argsort(costs)[: weight.size]]
        move = weight @ best
        middle = middle + start * size * np.sqrt(variance) * move
        size_path = (1 - c_size) * size_path + np.sqrt(c_size * (2 - c_size) * mass) * move
        path = (1 - c_path) * path + np.sqrt(c_path * (2 - c_path) * mass * variance) * move
        spread = variance * (weight @ best**2)
        variance = (1 - c_one - c_all) * variance + c_one * path**2 + c_all * spread
        size *= np.exp(c_size / 2 * ((size_path**2).sum() / count - 1) / (1 + c_size))
        if not goes_on(generation * members * REPLICATIONS):
            break
    return middle


def timed(function: Callable[[], Levels]) -> tuple[Levels, float]:
    """Return what a function returns, and the seconds that it took."""
    begin = time.perf_counter()
    return function(), time.perf_counter() - begin


def holdout(cost: DifferentiableCost, levels: Levels) -> np.ndarray:
    """Return what each holdout replication costs a day, by the ordinary simulation."""
    run = simulate(
        cost.case,
        replications=HOLDOUT,
        policies=cost.policies(as_tree(cost, levels)),
        engine="jax",
    )
    return run.figures()["avg_daily_cost"][0]


def main(arguments: list[str]) -> None:
    """Tune and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stores", type=int, default=20)
    parser.add_argument("--steps", type=int, default=200)
    choice = parser.parse_args(arguments)
    cost = differentiable_cost(chain(choice.stores), replications=REPLICATIONS)
    start = as_levels(cost.parameters)
    _, compiling = timed(lambda: descend(cost, start, 1))
    cost(cost.parameters)  # compiled before it is timed, in favour of the search

    by_gradient, seconds = timed(lambda: descend(cost, start, choice.steps))
    runs = choice.steps * REPLICATIONS
    same_days, days_seconds = timed(lambda: search(cost, start, lambda done: done < runs))
    until = time.perf_counter() + seconds
    same_time, time_seconds = timed(
        lambda: search(cost, start, lambda done: time.perf_counter() < until)
    )
    print(f"{start.size} levels; compiling the gradient took {compiling:.1f} s\n")
    print("| levels | seconds | cost a day | against the gradient's |")
    print("|---|---:|---:|---:|")
    best = holdout(cost, by_gradient)
    for name, levels, took in (
        ("as they began", start, 0.0),
        ("by gradient", by_gradient, seconds),
        ("by search, as many days", same_days, days_seconds),
        ("by search, as long", same_time, time_seconds),
    ):
        costs = holdout(cost, levels)
        whole, more = interval(costs), interval(costs - best)
        print(
            f"| {name} | {took:.1f} | {whole.mean:.2f} ± {whole.half_width:.2f} "
            f"| {more.mean:+.2f} ± {more.half_width:.2f} |"
        )
    print("\nMeans and 95 % intervals of the same", len(HOLDOUT), "replications.")


if __name__ == "__main__":
    main(sys.argv[1:])
