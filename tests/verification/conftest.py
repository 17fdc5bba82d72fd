"""What the tests of laws share: small cases, and runs as quantities by name."""

import functools

import numpy as np
import pytest

from inventory_hmarl.case import case_from_dict
from inventory_hmarl.core.horizon import draw_block
from inventory_hmarl.core.record import LINES, SALES, STOCK
from inventory_hmarl.engines.outcome import Keep
from inventory_hmarl.simulation import simulate
from inventory_hmarl.testing.plain_costs import times
from inventory_hmarl.testing.plain_trouble import Troubles, troubles_of


class History:
    """Every quantity of every day of a run, by point or line: `(days, R)` arrays."""

    def __init__(self, run):
        """Read the records of a run."""
        self.run, self.case = run, run.case
        self.levels = run.model.network.levels
        self.points = {p: level for level in self.levels for p in level.points}
        self.lines = {li: level for level in self.levels for li in level.lines}
        self.whole = run.case.units == "whole"

    def of(self, name, item):
        """Return a quantity of a point or line; 0 where it cannot occur."""
        number, row = self._place(item)
        rows = self.run.outcome.recorder.of(self.run.outcome.records, name, number)
        return rows[:, row if rows.shape[1] > 1 else 0]

    def _place(self, item):
        for number, level in enumerate(self.levels):
            members = level.points if item in self.points else level.lines
            if item in members:
                return number, members.index(item)
        raise KeyError(item)

    def remaining(self, point):
        """Return the stock after a day's last outflow, which holding may be charged on or not."""
        number, _ = self._place(point)
        charged_before = ("remaining", number) in self.run.outcome.recorder.rows
        return self.of("remaining" if charged_before else "stock", point)

    def early(self, line):
        """Return whether what a line brings comes in in the morning."""
        places = {**self.case.stores, **self.case.warehouses}
        return places[line.destination].receives == "morning"

    def received(self, point, early):
        """Return what comes in at a point in the mornings, or else in the evenings."""
        zero = np.zeros(self.of("stock", point).shape)
        lines = [line for line in self.into_lines(point) if self.early(line) == early]
        return sum((self.of("arrived", line) for line in lines), zero)

    def seen(self, line):
        """Return what the source of a line sees of orders, by day: those after its cut-off late."""
        ordered, days = self.of("ordered", line), np.arange(self.case.days) % 7 + 1
        late = ordered * np.isin(days, self.lane(line).after_cutoff)[:, None]
        return ordered - late + np.concatenate([np.zeros_like(late[:1]), late[:-1]])

    def into(self, point, name):
        """Return a quantity of lines, summed over those that supply a point."""
        return sum(self.of(name, line) for line in self.into_lines(point))

    def into_lines(self, point):
        """Return the lines that supply a point."""
        return [line for line in self.lines if (line.destination, line.sku) == key(point)]

    def out_of(self, point, name):
        """Return a quantity of lines, summed over those that a point supplies."""
        mine = (self.of(name, line) for line in self.out_of_lines(point))
        return sum(mine, np.zeros(self.of("stock", point).shape))

    def out_of_lines(self, point):
        """Return the lines that a point supplies."""
        return [line for line in self.lines if (line.source, line.sku) == key(point)]

    def on_lane(self, lane):
        """Return the lines of a lane, one a SKU that travels on it."""
        return [line for line in self.lines if self.lane(line) is lane]

    def lane(self, line):
        """Return the lane of a line."""
        (found,) = (
            lane
            for lane in self.case.lanes
            if (lane.source, lane.destination) == (line.source, line.destination)
            and (lane.skus is None or line.sku in lane.skus)
        )
        return found

    def lead_times(self, line):
        """Return the shortest and the longest days to the evening when it is at the door."""
        days = self.lane(line).lead_time
        days = days[line.sku] if isinstance(days, dict) else days
        waits = bool(self.lane(line).after_cutoff)  # of an order, not of goods
        return days - self.early(line), line.lead_time - waits

    def limit(self, location, sku):
        """Return the units of a SKU that may leave a location on each day, `(days, R)`."""
        return np.array([[each.limit(location, sku) for each in day] for day in self._troubles])

    def times(self, rate, location, sku):
        """Return what multiplies a rate on each day, `(days, 1)`."""
        days = range(1, self.case.days + 1)
        return np.array([[times(self.case, day, rate, location, sku)] for day in days])

    def under_way(self, line):
        """Return what is on a line between its ends before an evening's deliveries."""
        come = np.cumsum(self.of("shipped", line), axis=0) + self.started(line).sum()
        arrived = self.of("arrived", line)
        return come - np.cumsum(arrived, axis=0) + (0.0 if self.early(line) else arrived)

    def costs_of_lanes(self):
        """Return what all SKUs of lanes cost together, `(R,)` each: orders, trips, stock moving."""
        case, first = self.case, self.case.warmup_days
        joint = transport = moving = 0.0
        for pool in case.pools.values():
            for point in (point for point in self.points if point.location in pool.stores):
                received = self.of("received", point)[first:].sum(axis=0)
                transport += received * pool.transfer_cost
        for lane in case.lanes:
            lines = self.on_lane(lane)
            ordered = sum(self.of("ordered", line) for line in lines)[first:]
            joint += (ordered > 0).sum(axis=0) * lane.order_cost * case.cost_weights.ordering
            shipped = {line: self.of("shipped", line)[first:] for line in lines}
            transport += trips(case, lane, shipped).sum(axis=0) * lane.trip_cost
            transport += sum(shipped.values()).sum(axis=0) * lane.unit_transport_cost
            owner = {"source": lane.source, "destination": lane.destination}
            payer = owner.get(lane.in_transit_owner)
            if payer is not None and payer not in case.suppliers:
                for line in lines:
                    rate = case.rate(payer, line.sku, "holding_cost") * case.cost_weights.holding
                    under_way = self.under_way(line) * self.times("holding", payer, line.sku)
                    moving += under_way[first:].sum(axis=0) * rate
        return {"joint": joint, "total_transport_cost": transport, "total_in_transit_cost": moving}

    def stopped(self, line, what):
        """Return the days on which disruptions stop something on a line: `(days, R)` bool."""
        rows = (line.source, line.destination, line.sku)
        return np.array([[each.stop(rows, what) for each in day] for day in self._troubles])

    def delayed(self, line):
        """Return the days that disruptions add to what leaves on each day: `(days, R)`."""
        rows = (line.source, line.destination, line.sku)
        return np.array([[each.late(rows) for each in day] for day in self._troubles])

    @functools.cached_property
    def _troubles(self):
        """The disruptions of each day and replication, as the reference simulator finds them."""
        supply = draw_block(self.run.model, self.run.replications, 1, self.case.days).supply
        row = {name: place for place, name in enumerate(self.case.disruptions)}
        days = []
        now = [troubles_of(self.case) for _ in self.run.replications]
        for day in range(1, self.case.days + 1):
            for number, each in enumerate(now):
                each.wake(
                    day,
                    lambda day, name, number=number: (
                        supply.begins[day - 1, row[name], number],
                        supply.stays[day - 1, row[name], number],
                    ),
                )
            days.append([Troubles(each.disruptions, today=set(each.today)) for each in now])
        return days

    def opening(self, point):
        """Return the stock before day 1."""
        number, row = self._place(point)
        return self.run.model.start[number].on_hand[row, 0]

    def started(self, line):
        """Return units on their way before day 1, by the evening when they are due; 0 is first."""
        lanes = [
            lane
            for lane in self.case.lanes
            if (lane.source, lane.destination) == (line.source, line.destination)
        ]
        due = np.zeros(line.lead_time + 1)
        for lane in lanes:
            for item in lane.initial_on_order:
                if item.sku == line.sku and (lane.skus is None or line.sku in lane.skus):
                    due[item.due_day - self.early(line)] += item.units
        return due

    def quantities(self, days=None):
        """Return everything by quantity and names, for comparisons."""
        found = {}
        for point in self.points:
            for name in (*SALES, *STOCK):
                found[name, *key(point)] = self.of(name, point)[:days]
        for line in self.lines:
            for name in LINES:
                found[name, line.source, line.destination, line.sku] = self.of(name, line)[:days]
        return found


def key(point):
    """Return a point's location and SKU."""
    return (point.location, point.sku)


def trips(case, lane, shipped):
    """Return the trips of a lane, `(days, R)`: as many as the fullest measure of a truck takes."""
    measures = {
        "truck_units": lambda _: 1.0,
        "truck_weight": lambda sku: case.skus[sku].weight,
        "truck_volume": lambda sku: case.skus[sku].volume,
    }
    most = (sum(shipped.values()) > 0).astype(float)
    for name, size in measures.items():
        if (limit := getattr(lane, name)) is not None:
            load = sum(units * size(line.sku) for line, units in shipped.items())
            most = np.maximum(most, np.ceil(load / limit - 1e-9))
    return most


def differences(left, right):
    """Return the names of quantities that are not bit for bit the same; missing ones too."""
    return sorted(
        str(name)
        for name in left.keys() | right.keys()
        if name not in left or name not in right or not np.array_equal(left[name], right[name])
    )


def single_settings(policy, *, demand, lead_time=0, initial=0, unmet="lost", **others):
    """Return a store that an unlimited supplier feeds; `demand` is a list of units a day."""
    return {
        "days": len(demand),
        "skus": {"milk": {"holding_cost": 1, "stockout_penalty": 9, "ordering_cost": 2}},
        "demand": {"distribution": "replay", "units": demand},
        "stores": {
            "store": {"initial_inventory": initial, "unmet_demand": unmet, "policy": policy}
        },
        "suppliers": {"supplier": {}},
        "lanes": [{"source": "supplier", "destination": "store", "lead_time": lead_time}],
    } | others


def serial_settings(policy, warehouse, *, lead_times, demand, **others):
    """Return `single_settings` with a warehouse; `lead_times` are the warehouse's, the store's."""
    settings = single_settings(policy, demand=demand, **others)
    upper, lower = lead_times
    settings["warehouses"] = {"warehouse": warehouse}
    settings["lanes"] = [
        {"source": "supplier", "destination": "warehouse", "lead_time": upper},
        {"source": "warehouse", "destination": "store", "lead_time": lower},
    ]
    return settings


@pytest.fixture(scope="session")
def single():
    """Give the function that builds a single store."""
    return single_settings


@pytest.fixture(scope="session")
def serial():
    """Give the function that builds a store behind a warehouse."""
    return serial_settings


@pytest.fixture(scope="session")
def play():
    """Give the function that runs settings and returns the history of what happened."""

    def run(settings, **options):
        return History(simulate(case_from_dict(settings), keep=Keep(records=True), **options))

    return run


@pytest.fixture(scope="session")
def unlike():
    """Give the function that names the quantities in which two histories differ."""

    def compare(left, right):
        return differences(left.quantities(), right.quantities())

    return compare


@pytest.fixture(scope="session")
def unlike_quantities():
    """Give the function that compares two dicts of quantities."""
    return differences


@pytest.fixture(scope="session")
def replayed():
    """Give the function that turns the demand that a run met into recorded demand."""

    def rewrite(settings, history):
        stores = {}
        for name, store in settings["stores"].items():
            series = {
                point.sku: {
                    "distribution": "replay",
                    "units": history.of("demand", point)[:, 0].tolist(),
                }
                for point in history.points
                if point.location == name
            }
            stores[name] = store | {"demand": series, "demand_multiplier": 1.0}
        skus = {
            name: {field: value for field, value in sku.items() if field != "demand"}
            for name, sku in settings["skus"].items()
        }
        return settings | {"skus": skus, "stores": stores, "spikes": []}

    return rewrite
