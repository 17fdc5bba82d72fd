"""stockpyl: one warehouse, three retailers, (s, S), normal demand, customers who wait.

A period there: customers, orders (retailers, then the warehouse), receipts and shipments (from the
warehouse down), costs. Goods are shipped on in the period in which they arrive, so each lead time
there is one more than here, and everything else is the same: whoever waits is served first, a short
warehouse serves the retailers in order, cost is charged on what is left.
"""

from __future__ import annotations

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
    our_settings,
    say,
    serve,
    speeds,
    store_names,
    summary,
)

WAREHOUSE_LEVELS = (1150, 1500)
REPLICATIONS, TRIALS = 150, 8
PEER = Peer(
    distribution="stockpyl",
    settings=our_settings(
        warehouse_levels=WAREHOUSE_LEVELS,
        warehouse={},
        store={"unmet_demand": "backordered"},
        sku={},
    ),
)


def network(demand: Demand | None = None) -> object:
    """Return the chain with node 0 as its warehouse; on given demand, or on random."""
    from stockpyl.demand_source import DemandSource
    from stockpyl.policy import Policy
    from stockpyl.supply_chain_network import network_from_edges

    if demand is None:
        normal = {"type": "N", "mean": MEAN, "standard_deviation": DEVIATION, "round_to_int": True}
        sources = [DemandSource(**normal) for _ in range(STORES)]
    else:
        sources = [
            DemandSource(type="D", demand_list=list(units)) for units in zip(*demand, strict=True)
        ]
    levels = [WAREHOUSE_LEVELS, *[STORE_LEVELS] * STORES]
    # Its builder of such systems, owmr_system, leaves the last retailer without demand.
    return network_from_edges(
        edges=[(0, store) for store in range(1, STORES + 1)],
        node_order_in_lists=list(range(STORES + 1)),
        local_holding_cost=HOLDING,
        in_transit_holding_cost=0,
        stockout_cost=[0, *[PENALTY] * STORES],
        shipment_lead_time=[WAREHOUSE_LEAD_TIME + 1, *[STORE_LEAD_TIME + 1] * STORES],
        initial_inventory_level=[order_up_to for _, order_up_to in levels],
        demand_source=[None, *sources],
        inventory_policy=[
            Policy(type="sS", reorder_point=reorder_point, order_up_to_level=order_up_to)
            for reorder_point, order_up_to in levels
        ],
    )


def run(chain: object, seed: int | None) -> float:
    """Simulate the days; return the total cost."""
    from stockpyl.sim import simulation

    # Its checks of the backorders take time, and change nothing.
    return simulation(chain, DAYS, rand_seed=seed, progress_bar=False, consistency_checks="N")


def stock(chain: object, node: int) -> list[float]:
    """Return the units on hand at the end of each day at a node."""
    states = chain.nodes_by_index[node].state_vars
    (product,) = chain.nodes_by_index[node].product_indices
    return [max(0.0, states[day].inventory_level[product]) for day in range(DAYS)]


def replication(chain: object, seed: int) -> dict[str, float]:
    """Return the results of one run."""
    cost = run(chain, seed)
    demand = filled = 0.0
    for node in range(1, STORES + 1):
        (product,) = chain.nodes_by_index[node].product_indices
        last = chain.nodes_by_index[node].state_vars[DAYS - 1]
        demand += last.demand_cumul[product]
        filled += last.demand_met_from_stock_cumul[product]
    return {
        "demand": demand / DAYS,
        "fill rate": filled / demand,
        "stock of the stores": sum(sum(stock(chain, n)) for n in range(1, STORES + 1)) / DAYS,
        "stock of the warehouse": sum(stock(chain, 0)) / DAYS,
        "cost": cost / DAYS,
    }


def measure(demand: Demand) -> Answer:
    """Time it, run it for its results, and run it on the given demand."""
    from stockpyl.sim import run_multiple_trials

    chain = network()
    say("timing one chain")
    one = speeds(lambda: run(chain, 1), DAYS)
    say(f"timing run_multiple_trials, {TRIALS} trials")
    many = speeds(
        lambda: run_multiple_trials(chain, TRIALS, DAYS, rand_seed=1, progress_bar=False),
        DAYS * TRIALS,
    )
    say(f"results of {REPLICATIONS} replications")
    results = summary([replication(chain, seed) for seed in range(1, REPLICATIONS + 1)])
    given = network(demand)
    run(given, 1)
    places = dict(zip(["warehouse", *store_names()], range(STORES + 1), strict=True))
    return Answer(
        {"one chain": one, f"run_multiple_trials of {TRIALS}": many},
        results,
        {name: stock(given, node) for name, node in places.items()},
    )


if __name__ == "__main__":
    serve(PEER, measure)
