"""What the tests of laws share: small cases, and runs as quantities by name."""

import numpy as np
import pytest

from inventory_hmarl.case import case_from_dict
from inventory_hmarl.core.record import LINES, SALES, STOCK
from inventory_hmarl.engines.outcome import Keep
from inventory_hmarl.simulation import simulate


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

    def into(self, point, name):
        """Return a quantity of lines, summed over those that supply a point."""
        mine = [li for li in self.lines if (li.destination, li.sku) == tuple(key(point))]
        return sum(self.of(name, line) for line in mine)

    def out_of(self, point, name):
        """Return a quantity of lines, summed over those that a point supplies."""
        mine = [li for li in self.lines if (li.source, li.sku) == tuple(key(point))]
        return sum((self.of(name, line) for line in mine), np.zeros(self.of("stock", point).shape))

    def opening(self, point):
        """Return the stock before day 1."""
        number, row = self._place(point)
        return self.run.model.start[number].on_hand[row, 0]

    def started(self, line):
        """Return units on their way before day 1, by the day on which they are due."""
        lanes = [
            lane
            for lane in self.case.lanes
            if (lane.source, lane.destination) == (line.source, line.destination)
        ]
        due = np.zeros(line.lead_time + 1)
        for lane in lanes:
            for item in lane.initial_on_order:
                if item.sku == line.sku and (lane.skus is None or line.sku in lane.skus):
                    due[item.due_day] += item.units
        return due[1:]

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
