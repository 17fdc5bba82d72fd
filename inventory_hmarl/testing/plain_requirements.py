"""What is going to be asked of each location and SKU, day by day, with plain recursion."""

from __future__ import annotations

from inventory_hmarl.testing.plain_network import PlainNetwork
from inventory_hmarl.testing.plain_orders import by_preference
from inventory_hmarl.testing.records import DemandOf, Point


def to_cover(network: PlainNetwork, demand: DemandOf, point: Point, day: int) -> float:
    """Return what is asked of a point on the days that an order of today must cover.

    From tomorrow to the longest lead time + 1 days from now.
    """
    longest = max(network.longest(line) for line in network.into[point])
    return sum(asked(network, demand, point, day + ahead) for ahead in range(1, longest + 2))


def asked(network: PlainNetwork, demand: DemandOf, point: Point, day: int) -> float:
    """Return what is asked of a point on a day; after the last day it is as on the last day.

    Customers' demand, and the orders of other locations, which order today what is asked of them
    on the first day that the order serves.
    """
    day = min(day, network.case.days)
    units = demand(day, *point) if point[0] in network.case.stores else 0.0
    for line in network.out_of[point]:
        customer = line[1:]
        rivals = len(network.into[customer])
        given = network.lanes[line].share
        share = 1 / rivals if given is None else given
        if network.location(customer[0]).sourcing != "shares":
            share = float(by_preference(network, customer)[0] == line)
        later = day + network.longest(line) + 1
        units += share * asked(network, demand, customer, later)
    return units
