"""gym-invmgmt: raw material, a hub and three retailers, seasonal normal demand, lost sales.

It has no policies: what to order is the action, here by (s, S) from its state. A period there:
orders are filled from the stock of the period's start, deliveries, customers, costs. So a morning
there is the evening before here, with the same lead times at both echelons; what a short hub
cannot ship is dropped on both sides. The hub is charged after its deliveries there and before them
here, so its holding cost is left out of both.
"""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from protocol import (
    DAYS,
    DEVIATION,
    HOLDING,
    MEAN,
    PENALTY,
    STORE_LEAD_TIME,
    STORE_LEVELS,
    STORES,
    WAREHOUSE_LEAD_TIME,
    Answer,
    Demand,
    Peer,
    mean_demand,
    our_settings,
    say,
    season,
    serve,
    speeds,
    store_names,
    summary,
)

WAREHOUSE_LEVELS = (1150, 1500)
REPLICATIONS, ENVIRONMENTS = 300, 8
PEER = Peer(
    distribution="gym-invmgmt",
    settings=our_settings(
        warehouse_levels=WAREHOUSE_LEVELS,
        warehouse={"short_orders": "dropped", "holding_cost": 0},
        store={},
        sku=season(),
        units="continuous",
    ),
    environment=True,
)

SUPPLIER, HUB = 0, 1
RETAILERS = range(2, 2 + STORES)
MARKETS = range(2 + STORES, 2 + 2 * STORES)
LEVELS = [WAREHOUSE_LEVELS, *[STORE_LEVELS] * STORES]  # of the hub, then of the retailers


def topology() -> str:
    """Return the network in its YAML: nothing costs but the stores' stock and their lost sales."""
    free = "p: 0, g: 0"
    demand = f"demand_dist: normal, dist_param: {{loc: {MEAN}, scale: {DEVIATION}}}"
    lines = ["nodes:", f"- {{id: {SUPPLIER}}}"]
    lines += [f"- {{id: {HUB}, I0: {WAREHOUSE_LEVELS[1]}, h: 0}}"]
    lines += [f"- {{id: {node}, I0: {STORE_LEVELS[1]}, h: {HOLDING}}}" for node in RETAILERS]
    lines += [f"- {{id: {node}}}" for node in MARKETS]
    lines += ["edges:", f"- {{from: {SUPPLIER}, to: {HUB}, L: {WAREHOUSE_LEAD_TIME}, {free}}}"]
    for retailer, market in zip(RETAILERS, MARKETS, strict=True):
        lines += [f"- {{from: {HUB}, to: {retailer}, L: {STORE_LEAD_TIME}, {free}}}"]
        lines += [f"- {{from: {retailer}, to: {market}, p: 0, b: {PENALTY}, {demand}}}"]
    return "\n".join(lines) + "\n"


def environment(days: int = DAYS, demand: Demand | None = None) -> object:
    """Return the environment; its period t is our day t + 1."""
    from gym_invmgmt import make_custom_env

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.yaml"
        path.write_text(topology(), encoding="utf-8")
        given = {}
        if demand is not None:
            markets = zip(RETAILERS, MARKETS, strict=True)
            given = dict(zip(markets, zip(*demand, strict=True), strict=True))
        return make_custom_env(
            str(path),
            num_periods=days,
            backlog=False,
            user_D=given,
            # Its own season begins at sine 0 in period 0: the same, a day earlier.
            demand_config={"external_series": [mean_demand(day) for day in range(1, DAYS + 1)]},
        )


def orders(env: object) -> list[float]:
    """Return what (s, S) orders this morning, the hub's first."""
    period, stock, on_order = env.period, env.inventory, env.pipeline
    node, link = env.network.node_map, env.network.reorder_map
    left = stock[period, node[HUB]]
    requests = []
    for retailer, levels in zip(RETAILERS, LEVELS[1:], strict=True):
        position = stock[period, node[retailer]] + on_order[period, link[HUB, retailer]]
        request = order(position, *levels)
        left -= min(request, left)
        requests.append(request)
    # The hub sees what it ships this morning, as it does here.
    position = left + on_order[period, link[SUPPLIER, HUB]]
    return [order(position, *LEVELS[0]), *requests]


def order(position: float, reorder_point: float, order_up_to: float) -> float:
    """Return what (s, S) orders at a position."""
    return order_up_to - position if position <= reorder_point else 0.0


def run(env: object, seed: int) -> list[list[float]]:
    """Run an episode by (s, S); return what was ordered in each period."""
    env.reset(seed=seed)
    placed = []
    done = False
    while not done:
        placed.append(orders(env))
        _, _, terminated, truncated, _ = env.step(placed[-1])
        done = terminated or truncated
    return placed


def replication(env: object, seed: int) -> dict[str, float]:
    """Return the results of one run."""
    run(env, seed)
    nodes = [env.network.node_map[node] for node in RETAILERS]
    demand, lost = env.demand.sum(), env.standing_backlog.sum()
    return {
        "demand": float(demand) / DAYS,
        "fill rate": float(1 - lost / demand),
        "stock of the stores": float(env.inventory[1:, nodes].sum()) / DAYS,
        "cost": -float(env.profit.sum()) / DAYS,
    }


def one_chain(env: object) -> list[float]:
    """Time it with actions that are ready: our rule costs it nothing."""
    actions = run(env, 1)

    def episode() -> None:
        env.reset(seed=1)
        for action in actions:
            env.step(action)

    return speeds(episode, DAYS)


def many_chains() -> list[float]:
    """Time Gymnasium's vector of it, which is its only batch."""
    import numpy as np
    from gymnasium.vector import SyncVectorEnv

    actions = np.repeat(np.array(run(environment(), 1))[:, None], ENVIRONMENTS, axis=1)
    vector = SyncVectorEnv([environment] * ENVIRONMENTS)

    def episodes() -> None:
        vector.reset(seed=1)
        for action in actions:
            vector.step(action)

    return speeds(episodes, DAYS * ENVIRONMENTS)


def stock(demand: Demand) -> dict[str, list[float]]:
    """Return each location's stock by day, when it is charged here: the hub's after it has shipped.

    The evening of the last day is the morning of one more, on which nobody comes.
    """
    env = environment(DAYS + 1, [*demand, [0.0] * STORES])
    run(env, 1)
    node, link = env.network.node_map, env.network.network_map
    shipped = functools.reduce(
        lambda total, retailer: total + env.shipments[:, link[HUB, retailer]], RETAILERS, 0.0
    )
    answer = {"warehouse": env.inventory[1:-1, node[HUB]] - shipped[1:]}
    for name, retailer in zip(store_names(), RETAILERS, strict=True):
        answer[name] = env.inventory[1:-1, node[retailer]]
    return {name: units.tolist() for name, units in answer.items()}


def measure(demand: Demand) -> Answer:
    """Time it, run it for its results, and run it on the given demand."""
    env = environment()
    say("timing one chain")
    one = one_chain(env)
    say(f"timing SyncVectorEnv, {ENVIRONMENTS} environments")
    many = many_chains()
    say(f"results of {REPLICATIONS} replications")
    results = summary([replication(env, seed) for seed in range(1, REPLICATIONS + 1)])
    return Answer(
        {"one chain": one, f"SyncVectorEnv of {ENVIRONMENTS}": many}, results, stock(demand)
    )


if __name__ == "__main__":
    serve(PEER, measure)
