"""SupplyNetPy: supplier, distributor and three retailers as events, (s, S), lost sales.

Time there is continuous: customers come at 0, 1, 2, ..., a retailer reviews its stock at each sale,
and its orders leave the distributor at once. Deliveries are timed to an instant before the next
customers and the distributor's daily review to an instant after the retailers' orders, so that its
time-weighted stock is ours to a thousandth of a day. What differs: an order that the distributor
cannot fill whole waits whole, in line, and we ship what there is; so its levels are such that it is
never short.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from protocol import (
    DAYS,
    DEVIATION,
    HOLDING,
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

WAREHOUSE_LEVELS = (1950, 2700)
ORDERING = 5.0  # money an order
INSTANT = 2.0**-12  # days; a power of two, so that times add up exactly
REPLICATIONS = 300
PEER = Peer(
    distribution="supplynetpy",
    settings=our_settings(
        warehouse_levels=WAREHOUSE_LEVELS,
        warehouse={},
        store={},
        sku={**season(), "stockout_penalty": 0, "ordering_cost": ORDERING},
    ),
)

Customers = Callable[[int, int], float]  # units asked for of a store on a day, from 0


def random_customers(seed: int) -> Customers:
    """Return seasonal normal demand in whole units; at least one, as it refuses to sell none."""
    draw = random.Random(seed)
    means = [mean_demand(day) for day in range(1, DAYS + 1)]
    return lambda store, day: max(1, round(draw.gauss(means[day], DEVIATION)))


class Chain:
    """One chain, built anew for each run, as its clock cannot be turned back."""

    def __init__(self, customers: Customers) -> None:
        import simpy
        import SupplyNetPy.Components as library

        self.clock = simpy.Environment()
        self.library = library
        self.supplier = library.Supplier(
            self.clock, "supplier", "supplier", node_type="infinite_supplier", logging=False
        )
        self.warehouse = self._site(
            "warehouse", "distributor", WAREHOUSE_LEVELS, first_review_delay=INSTANT, period=1
        )
        self.stores = [self._site(name, "retailer", STORE_LEVELS) for name in store_names()]
        self.links = [self._link(self.supplier, self.warehouse, WAREHOUSE_LEAD_TIME)]
        self.links += [self._link(self.warehouse, s, STORE_LEAD_TIME) for s in self.stores]
        self.customers = [self._customers(number, customers) for number in range(STORES)]

    def _site(self, name: str, kind: str, levels: tuple[int, int], **review: float) -> object:
        return self.library.InventoryNode(
            self.clock,
            name,
            name,
            kind,
            capacity=float("inf"),
            initial_level=levels[1],
            inventory_holding_cost=HOLDING,
            replenishment_policy=self.library.SSReplenishment,
            policy_param={"s": levels[0], "S": levels[1], **review},
            product_sell_price=0,
            product_buy_price=0,
            logging=False,
        )

    def _link(self, source: object, sink: object, lead_time: int) -> object:
        # Whoever orders, an instant into the day or at once, receives before the day is over.
        time = lead_time + 1 - 2 * INSTANT
        return self.library.Link(
            self.clock, f"to {sink.ID}", source, sink, cost=ORDERING, lead_time=lambda: time
        )

    def _customers(self, number: int, customers: Customers) -> object:
        return self.library.Demand(
            self.clock,
            f"customers {number}",
            f"customers {number}",
            order_arrival_model=lambda: 1,
            order_quantity_model=lambda: customers(number, int(self.clock.now)),
            demand_node=self.stores[number],
            consume_available=True,
            logging=False,
        )

    def run(self) -> Chain:
        """Simulate the days."""
        self.clock.run(until=DAYS)
        return self

    def results(self) -> dict[str, float]:
        """Return the results by its own statistics."""
        for site in (self.warehouse, *self.stores):
            site.stats.update_stats()  # the holding cost up to the end
        demand = sum(customers.stats.demand_placed[1] for customers in self.customers)
        filled = sum(customers.stats.fulfillment_received[1] for customers in self.customers)
        sites = (self.warehouse, *self.stores)
        return {
            "demand": demand / DAYS,
            "fill rate": filled / demand,
            "stock of the stores": sum(s.stats.avg_inventory_level for s in self.stores),
            "stock of the warehouse": self.warehouse.stats.avg_inventory_level,
            "cost": sum(site.stats.node_cost for site in sites) / DAYS,
        }


def stock(demand: Demand) -> dict[str, list[float]]:
    """Return each location's stock at noon of each day."""
    chain = Chain(lambda store, day: demand[day][store])
    sites = {"warehouse": chain.warehouse, **dict(zip(store_names(), chain.stores, strict=True))}
    answer: dict[str, list[float]] = {name: [] for name in sites}

    def look() -> object:
        yield chain.clock.timeout(0.5)
        while True:
            for name, site in sites.items():
                answer[name].append(site.inventory.level)
            yield chain.clock.timeout(1)

    chain.clock.process(look())
    chain.run()
    return answer


def measure(demand: Demand) -> Answer:
    """Time it, run it for its results, and run it on the given demand."""
    say("timing one chain")
    one = speeds(lambda: Chain(random_customers(1)).run(), DAYS)
    say(f"results of {REPLICATIONS} replications")
    results = summary(
        [Chain(random_customers(seed)).run().results() for seed in range(1, REPLICATIONS + 1)]
    )
    return Answer({"one chain": one}, results, stock(demand))


if __name__ == "__main__":
    serve(PEER, measure)
