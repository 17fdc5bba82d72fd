"""Service, stock and money, computed from counts. `docs/glossary.md` defines each figure.

Quantities are counted day by day; rates are applied here, once, in float64 and in one order, so
that money is the same for every batch size. A ratio whose divisor is zero is NaN inside arrays and
null wherever a figure is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array, Segments, as_they_come, fold, segments, take
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.network import Network
from inventory_hmarl.core.record import Recorder

DAYS_PER_YEAR = 365
DAYS_PER_WEEK = 7


@dataclass(frozen=True)
class Counts:
    """What a run counted, over `days` measured days."""

    recorder: Recorder
    sums: Array  # (rows, R)
    cycles_ended: tuple[Array, ...]  # (P, R) a level, or none
    cycles_served: tuple[Array, ...]
    days: int


@dataclass(frozen=True)
class Groups:
    """Points and lines, put together under labels: the network, its locations, its SKUs ..."""

    labels: tuple[str, ...]
    points: tuple[Segments, ...]  # a level
    lines: tuple[Segments, ...]  # a level; a line belongs to its destination


def group(network: Network, by: str = "network") -> Groups:
    """Return the groups of a network: by "network", "location", "sku" or "point"."""
    return BY[by](network)


def group_with(network: Network, label: Callable[[str, str], str]) -> Groups:
    """Return the groups that `label(location, sku)` makes; "" leaves a point out."""
    numbers = {"": -1}
    owners = [
        np.array(
            [numbers.setdefault(label(p.location, p.sku), len(numbers) - 1) for p in level.points]
        )
        for level in network.levels
    ]
    return _grouped(network, tuple(numbers)[1:], owners)


def _whole(network: Network) -> Groups:
    return _grouped(network, ("network",), [np.zeros(len(x.points), int) for x in network.levels])


def _by_location(network: Network) -> Groups:
    points = [level.points for level in network.levels]
    return _by_number(network, points[0].names.locations, [each.location for each in points])


def _by_sku(network: Network) -> Groups:
    points = [level.points for level in network.levels]
    return _by_number(network, points[0].names.skus, [each.sku for each in points])


def _by_number(network: Network, names: Sequence[str], numbers: list[Array]) -> Groups:
    """Put points of one number together; who comes first in the network is first."""
    distinct, owner = as_they_come(np.concatenate(numbers))
    labels = tuple(names[number] for number in distinct.tolist())
    return _grouped(network, labels, _by_level(network, owner))


def _by_point(network: Network) -> Groups:
    """Put each point by itself, also where two have one label: ids may hold any letter."""
    labels = tuple(f"{p.location}/{p.sku}" for level in network.levels for p in level.points)
    return _grouped(network, labels, _by_level(network, np.arange(len(labels))))


def _by_level(network: Network, points: Array) -> list[Array]:
    """Split what stands for all points, bottom up, into levels."""
    return np.split(points, np.cumsum([len(level.points) for level in network.levels])[:-1])


def _grouped(network: Network, labels: tuple[str, ...], owners: list[Array]) -> Groups:
    """Return the groups of points with these owners, `(P,)` a level; -1 is left out."""

    def plan(owner: Array) -> Segments:
        rows = np.flatnonzero(owner >= 0)
        return segments(owner[rows], len(labels), rows, owner.size)

    levels = list(zip(network.levels, owners, strict=True))
    return Groups(
        labels,
        tuple(plan(owner) for _, owner in levels),
        tuple(plan(take(owner, level.point_of_line)) for level, owner in levels),
    )


BY: Mapping[str, Callable[[Network], Groups]] = {
    "network": _whole,
    "location": _by_location,
    "sku": _by_sku,
    "point": _by_point,
}


def ratio(upper: Array, lower: Array) -> Array:
    """Return upper / lower, NaN where lower is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(lower == 0, np.nan, upper / np.where(lower == 0, 1, lower))


@dataclass(frozen=True)
class Ledger:
    """Sums counts, weighted by rates, over the points or lines of each group."""

    model: Model
    counts: Counts
    groups: Groups

    def points(self, name: str, rate: str | None = None) -> Array:
        """Return a point quantity, `(G, R)`, multiplied by a rate of the point."""
        return self._sum(name, rate, self.groups.points)

    def lines(self, name: str, rate: str | None = None) -> Array:
        """Return a line quantity, `(G, R)`, multiplied by a rate of the line."""
        return self._sum(name, rate, self.groups.lines)

    def rows(self, arrays: tuple[Array, ...]) -> Array:
        """Return the sum of one array `(P, R)` a level, `(G, R)`."""
        parts = [plan.sum(a) for plan, a in zip(self.groups.points, arrays, strict=True)]
        return fold(np.stack(parts))

    def has(self, name: str) -> bool:
        """Whether the run counted the quantity at some level."""
        return any(key[0] == name for key in self.counts.recorder.rows)

    def _sum(self, name: str, rate: str | None, plans: tuple[Segments, ...]) -> Array:
        recorder, sums = self.counts.recorder, self.counts.sums
        parts = [np.zeros((len(self.groups.labels), sums.shape[-1]))]
        for level, plan in enumerate(plans):
            sold = name in {"filled", "sales"} and recorder.sells(level)
            mine = name
            if name == "overdue" and (name, level) not in recorder.rows:
                mine = "waiting"  # who waits is due at once
            if sold or (mine, level) in recorder.rows:
                rows = recorder.of(sums, mine, level)
                if rate is not None:
                    rows = rows * getattr(self.model.rates[level], rate)[:, None]
                parts.append(plan.sum(rows))
        return fold(np.stack(parts))


def figures(model: Model, counts: Counts, groups: Groups) -> dict[str, Array]:
    """Return each figure of each group, `(G, R)`: units, money, days or shares."""
    ledger = Ledger(model, counts, groups)
    demand = ledger.points("demand")
    answer = {
        "total_demand": demand,
        "total_sales": ledger.points("sales"),
        "total_lost_sales": ledger.points("lost"),
        "unit_fill_rate": ratio(ledger.points("filled"), demand),
        "backorder_days": ledger.points("waiting"),
        **_costs(ledger),
    }
    answer["avg_daily_cost"] = answer["total_cost"] / counts.days
    answer["avg_inventory"] = ledger.points("stock") / counts.days
    if ledger.has("in_full"):
        answer |= _service(ledger, counts) | _trade(ledger, answer["total_cost"])
    return answer


def divisors(model: Model, counts: Counts, groups: Groups) -> dict[str, Array]:
    """Return what the ratios among the figures divide by, `(G, R)`.

    A ratio over many replications is the sum of its upper parts over the sum of these. Ratios whose
    divisor is the same in every replication (days, points) are left out: their mean is that ratio.
    """
    ledger = Ledger(model, counts, groups)
    demand = ledger.points("demand")
    answer = {"unit_fill_rate": demand}
    if ledger.has("expired"):
        answer["waste_share"] = ledger.points("expired") + ledger.points("sales")
    if ledger.has("in_full"):
        answer["order_fill_rate"] = ledger.lines("orders")
        answer["gamma_service"] = demand
        answer["inventory_turns"] = ledger.points("stock")
        answer["days_of_supply"] = ledger.points("filled")
        if counts.cycles_ended:
            answer["cycle_service_level"] = ledger.rows(counts.cycles_ended)
    return answer


# What customers do whom a shortage meets, and the figure that tells it.
CUSTOMERS = {
    "switched": "units_switched",
    "received": "units_transferred",
    "stayed_away": "units_stayed_away",
    "overdue": "overdue_days",
}


def _costs(ledger: Ledger) -> dict[str, Array]:
    holding, stockout, ordering = _usual_costs(ledger)
    answer = {
        "total_holding_cost": holding,
        "total_stockout_penalty": stockout,
        "total_ordering_cost": ordering,
        "total_cost": holding + stockout + ordering,
    }
    if ledger.has("joint_orders"):
        joint = ledger.lines("joint_orders", "joint")
        answer["total_ordering_cost"] = ordering + joint
        answer["total_cost"] = holding + stockout + answer["total_ordering_cost"]
    if ledger.has("travelling"):
        in_transit = ledger.lines("travelling", "in_transit")
        if ledger.has("extra_travelling"):
            in_transit = in_transit + ledger.lines("extra_travelling", "in_transit")
        answer["total_in_transit_cost"] = in_transit
        answer["total_cost"] = answer["total_cost"] + answer["total_in_transit_cost"]
    if ledger.has("trips") or ledger.has("carried"):
        answer |= _transport(ledger)
        answer["total_cost"] = answer["total_cost"] + answer["total_transport_cost"]
    if ledger.has("received"):
        transfers = ledger.points("received", "transfer")
        answer["total_transport_cost"] = answer.get("total_transport_cost", 0.0) + transfers
        answer["total_cost"] = answer["total_cost"] + transfers
    if ledger.has("expired"):
        expired = ledger.points("expired")
        answer["total_expiry_cost"] = ledger.points("expired", "expiry")
        answer["total_cost"] = answer["total_cost"] + answer["total_expiry_cost"]
        answer["units_expired"] = expired
        answer["waste_share"] = ratio(expired, expired + ledger.points("sales"))
    if ledger.has("overflow"):
        answer["total_overflow_cost"] = ledger.points("overflow", "overflow")
        answer["total_cost"] = answer["total_cost"] + answer["total_overflow_cost"]
    return answer | _units(ledger)


def _units(ledger: Ledger) -> dict[str, Array]:
    """Return what became of units, beside the money that it costs."""
    answer = {figure: ledger.points(name) for name, figure in CUSTOMERS.items() if ledger.has(name)}
    if ledger.has("overflow"):
        answer["overflow_days"] = ledger.points("overflow")
    if ledger.has("refused"):
        answer["door_days"] = ledger.lines("refused")
    return answer


def _usual_costs(ledger: Ledger) -> tuple[Array, Array, Array]:
    """Return holding, stockout and ordering cost, with what some days' rates exceed others by."""
    holding = ledger.points("stock", "holding")
    stockout = ledger.points("lost", "stockout") + ledger.points("overdue", "stockout")
    ordering = ledger.lines("orders", "ordering")
    if ledger.has("extra_stock"):
        holding = holding + ledger.points("extra_stock", "holding")
    if ledger.has("extra_missing"):
        stockout = stockout + ledger.points("extra_missing", "stockout")
    if ledger.has("extra_orders"):
        ordering = ordering + ledger.lines("extra_orders", "ordering")
    return holding, stockout, ordering


def _transport(ledger: Ledger) -> dict[str, Array]:
    """Return what it takes to carry: money, trips and emissions."""
    return {
        "total_transport_cost": ledger.lines("trips", "trip") + ledger.lines("carried", "carried"),
        "trips": ledger.lines("trips"),
        "co2": ledger.lines("trips", "trip_co2") + ledger.lines("carried", "carried_co2"),
    }


def _service(ledger: Ledger, counts: Counts) -> dict[str, Array]:
    """Return the service figures that need all counters."""
    orders, stockouts = ledger.lines("orders"), ledger.points("stockout_days")
    selling = _point_days(ledger, sells=True)
    answer = {
        "order_fill_rate": ratio(ledger.lines("in_full"), orders),
        "order_lines": orders,
        "units_ordered": ledger.lines("ordered"),
        "units_failed": ledger.lines("failed"),
        "alpha_period": ratio(selling - stockouts, selling),
        "stockout_days": stockouts,
        "ready_rate": ratio(ledger.points("ready_days"), _point_days(ledger, sells=False)),
        "gamma_service": 1 - ratio(ledger.points("waiting"), ledger.points("demand")),
    }
    if ledger.has("destroyed"):
        answer["units_destroyed"] = ledger.points("destroyed")
    if counts.cycles_ended:
        answer["cycle_service_level"] = ratio(
            ledger.rows(counts.cycles_served), ledger.rows(counts.cycles_ended)
        )
    return answer


def _trade(ledger: Ledger, total_cost: Array) -> dict[str, Array]:
    """Return what was bought and sold, beside the costs, and how fast stock turned."""
    revenue = ledger.points("sales", "unit_price")
    purchases = ledger.lines("arrived", "unit_cost")
    stock, filled = ledger.points("stock"), ledger.points("filled")
    return {
        "lost_sales_value": ledger.points("lost", "unit_price"),
        "revenue": revenue,
        "purchase_cost": purchases,
        "profit": revenue - purchases - total_cost,
        "inventory_turns": ratio(filled * DAYS_PER_YEAR, stock),
        "days_of_supply": ratio(stock, filled),
    }


def _point_days(ledger: Ledger, *, sells: bool) -> Array:
    """Return measured days x points of each group."""
    total = np.zeros((len(ledger.groups.labels), 1))
    for level, plan in zip(ledger.model.network.levels, ledger.groups.points, strict=True):
        if level.sells or not sells:
            total = total + plan.sum(np.ones((len(level.points), 1)))
    return total * ledger.counts.days


def inventory_figures(stock: Array) -> dict[str, Array]:
    """Return average, minimum, maximum and deviation of daily stock `(days, G, R)`, each (G, R)."""
    mean = fold(stock) / stock.shape[0]
    return {
        "avg_inventory": mean,
        "min_inventory": stock.min(axis=0),
        "max_inventory": stock.max(axis=0),
        "inventory_std": np.sqrt(fold((stock - mean) ** 2) / stock.shape[0]),
    }


def lowest_service(demand: Array, filled: Array) -> Array:
    """Return the lowest daily ratio over days with demand, `(days, G, R) -> (G, R)`."""
    daily = ratio(filled, demand)
    lowest = np.where(np.isnan(daily), np.inf, daily).min(axis=0)
    return np.where(np.isinf(lowest), np.nan, lowest)


def variance_ratio(orders: Array, demand: Array, bucket: int = 1) -> Array:
    """Return Var(orders) / Var(demand) over buckets of days, `(days, ...) -> (...)`: bullwhip.

    Source: Chen, Drezner, Ryan & Simchi-Levi (2000), Management Science 46(3). Days that do not
    fill a bucket are left out.
    """
    return ratio(squares(orders, bucket), squares(demand, bucket))


def squares(series: Array, bucket: int = 1) -> Array:
    """Return the sum of squares about the mean, over buckets of days, `(days, ...) -> (...)`.

    NaN where the days do not fill two buckets.
    """
    whole = series.shape[0] // bucket * bucket
    if whole < 2 * bucket:
        return np.full(series.shape[1:], np.nan)
    sums = fold(series[:whole].reshape(-1, bucket, *series.shape[1:]).swapaxes(0, 1))
    return fold((sums - fold(sums) / sums.shape[0]) ** 2)
