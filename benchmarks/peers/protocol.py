"""What a peer's script is asked and answers, and the case that all of them share.

Runs in the peers' environment as well as in ours, so it needs the standard library alone.
`python on_NAME.py describe` prints the peer as JSON, without its library. `python on_NAME.py
measure` reads `{"demand": [[units of each store] of each day]}` and prints an `Answer` as JSON.
"""

from __future__ import annotations

import importlib.metadata
import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

DAYS = 90
STORES = 3
MEAN, DEVIATION = 50.0, 15.0  # units a day and store
AMPLITUDE, PERIOD = 0.3, 30  # of the season; days
STORE_LEAD_TIME, WAREHOUSE_LEAD_TIME = 2, 7  # as they are written here
STORE_LEVELS = (170, 330)  # s, S
HOLDING, PENALTY = 0.1, 2.0  # money a unit and day, and a unit lost or waiting
RUNS = 7
LEAST_SECONDS = 0.3  # of a timed run

Demand = Sequence[Sequence[float]]  # (days, stores), units
Settings = dict[str, object]


@dataclass(frozen=True)
class Peer:
    """Who is compared, and with which case of ours."""

    distribution: str  # its name as a package
    settings: Settings  # the same case as inventory-hmarl reads it
    environment: bool = False  # whether it is a Gymnasium environment


@dataclass(frozen=True)
class Answer:
    """What a peer's script measured."""

    speeds: Mapping[str, Sequence[float]]  # of each way of running it: chain-days/s of each run
    results: Mapping[str, Sequence[float]]  # of each result: mean, standard error
    stock: Mapping[str, Sequence[float]]  # each location's units by day, on the demand given
    version: str = ""


def store_names() -> list[str]:
    """Return the ids of the stores, in the order in which a short warehouse serves them."""
    return [f"store_{number}" for number in range(STORES)]


def mean_demand(day: int) -> float:
    """Return the seasonal mean of a store on a day counted from 1, in units."""
    return MEAN * (1 + AMPLITUDE * math.sin(2 * math.pi * day / PERIOD))


def our_settings(
    *,
    warehouse_levels: tuple[int, int],
    warehouse: Mapping[str, object],
    store: Mapping[str, object],
    sku: Mapping[str, object],
    units: str = "whole",
) -> Settings:
    """Return the shared case as settings of inventory-hmarl, with what a peer's differs in."""
    product = {"base_demand": MEAN, "demand_std": DEVIATION}
    costs = {"holding_cost": HOLDING, "stockout_penalty": PENALTY}
    return {
        "days": DAYS,
        "seed": 1,
        "units": units,
        "skus": {"sku": {**product, **costs, **sku}},
        "stores": {name: {**_stock(*STORE_LEVELS), **store} for name in store_names()},
        "warehouses": {
            "warehouse": {**_stock(*warehouse_levels), "allocation": "priority", **warehouse}
        },
        "suppliers": {"supplier": {}},
        "lanes": [
            _lane("supplier", "warehouse", WAREHOUSE_LEAD_TIME),
            *(
                {**_lane("warehouse", name, STORE_LEAD_TIME), "priority": place}
                for place, name in enumerate(store_names(), start=1)
            ),
        ],
    }


def season() -> Settings:
    """Return the settings of a SKU whose demand has the shared season."""
    return {"seasonality_amplitude": AMPLITUDE, "seasonality_period": PERIOD}


def _stock(reorder_point: int, order_up_to: int) -> Settings:
    policy = {"rule": "s_S", "reorder_point": reorder_point, "order_up_to": order_up_to}
    return {"initial_inventory": order_up_to, "policy": policy}


def _lane(source: str, destination: str, lead_time: int) -> Settings:
    return {"source": source, "destination": destination, "lead_time": lead_time}


def speeds(action: Callable[[], object], chain_days: int) -> list[float]:
    """Return the chain-days/s of each run of an action, after one that does not count.

    A short action is repeated within a run, so that a run is longer than the clock's accidents.
    """
    repeats = max(1, round(LEAST_SECONDS / _seconds(action, 1)))
    return [chain_days * repeats / _seconds(action, repeats) for _ in range(RUNS)]


def _seconds(action: Callable[[], object], repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        action()
    return time.perf_counter() - start


def summary(replications: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    """Return mean and standard error of each result, from its value in each replication."""
    root = math.sqrt(len(replications))
    columns = {name: [one[name] for one in replications] for name in replications[0]}
    return {
        name: [statistics.fmean(values), statistics.stdev(values) / root]
        for name, values in columns.items()
    }


def say(text: str) -> None:
    """Tell whoever waits what is being done."""
    print(f"  {text} ...", file=sys.stderr, flush=True)


def serve(peer: Peer, measure: Callable[[Demand], Answer]) -> None:
    """Do what the command line asks of a peer's script."""
    if sys.argv[1:] == ["describe"]:
        print(json.dumps(asdict(peer)))
    elif sys.argv[1:] == ["measure"]:
        answer = asdict(measure(json.load(sys.stdin)["demand"]))
        answer["version"] = importlib.metadata.version(peer.distribution)
        print(json.dumps(answer))
    else:
        sys.exit("usage: describe | measure")
