"""A slow, obvious simulator: loops, dicts and whole numbers, one replication.

It is written apart from the core, so that the two can be held against each other day by day, and
so that users can read in one place what a day is. It knows chance only as two functions: what is
asked for, and which order lines of suppliers fail.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from inventory_hmarl.testing.plain_customers import come, overdue, remember
from inventory_hmarl.testing.plain_doors import open_doors, overflow
from inventory_hmarl.testing.plain_moving import deliver, destroy, fail, lost_of, send
from inventory_hmarl.testing.plain_network import plain_network
from inventory_hmarl.testing.plain_orders import by_speed, fill, one_way, split
from inventory_hmarl.testing.plain_packs import in_packs
from inventory_hmarl.testing.plain_policies import PLAIN_RULES, Sight
from inventory_hmarl.testing.plain_pools import help_out
from inventory_hmarl.testing.plain_requirements import to_cover
from inventory_hmarl.testing.plain_sharing import handled, ration
from inventory_hmarl.testing.plain_shelf import Lot, ages, spoil, take_in_order
from inventory_hmarl.testing.plain_world import Known, Today, first_morning, take_lots
from inventory_hmarl.testing.records import (
    NO_LUCK,
    SMALLEST_ORDER,
    DayRecord,
    DemandOf,
    FailsOn,
    Line,
    Luck,
    Point,
)

if TYPE_CHECKING:
    from inventory_hmarl.case import Case


def never(_day: int, _source: str, _destination: str, _sku: str) -> bool:
    """Suppliers that always deliver."""
    return False


def simulate_reference(
    case: Case,
    demand: DemandOf,
    fails: FailsOn = never,
    luck: Luck = NO_LUCK,
) -> list[DayRecord]:
    """Run a case from day 1 to its last day.

    Parameters
    ----------
    case
        What to simulate; its demand tables, reliabilities and seed are not looked at.
    demand
        Units asked for, by (day, store, sku); ints where the case has whole units.
    fails
        Whether a supplier's order line fails, by (ordering day, source, destination, sku).
    luck
        What else is left to chance.

    Returns
    -------
    One record per day.
    """
    network = plain_network(case)
    world = first_morning(network)
    records = []
    for day in range(1, case.days + 1):
        world.troubles.wake(day, luck.spell)
        today = Today(network, world, DayRecord(day), demand, fails, luck, {})
        live(today)
        records.append(today.record)
    return records


def live(today: Today) -> None:
    """Live one day.

    0. Who receives in the morning takes in what was due last night.
    1. Customers come to the stores, which help each other out.
    2. What is on hand is sold; what is missing is lost or waits.
    3. Locations that supply nobody order.
    4. Then level by level: a location ships to its customers, what is too old expires,
    5. and orders in its turn. Last, suppliers ship.
    6. Stock that a disruption destroys is lost. Deliveries that are due today come to the door, and
       in where there is space; failed orders that were due today are reported.
    7. The evening is written down.
    """
    network = today.network
    morning = open_early(today)
    sell_everywhere(today)
    look_early(today)
    for level in range(network.top_level + 1):
        points = network.points_at(level)
        if level > 0:
            for location, sku in points:
                ship_from_stock(today, location, sku)
        for point in points:
            expire(today, point)
            count(today, point, morning)
        for point in points:
            today.record.overflow[point] = overflow(today, point)
            order(today, point)
    for supplier in network.case.suppliers:
        for sku in network.case.skus:
            ship_from_supplier(today, supplier, sku)
    for point in network.points:
        destroy(today, point)
    for line in network.lines:
        deliver(today, line)
    open_doors(today, early=False)
    write_evening(today)


def open_early(today: Today) -> dict[Point, float]:
    """Take in what comes in the mornings; return the stock that customers find."""
    open_doors(today, early=True)
    return dict(today.world.on_hand)


def look_early(today: Today) -> None:
    """Remember what those know who order before their customers' orders reach them."""
    for point in today.network.points:
        if today.network.orders_early(point[0]):
            now = known(today, point)  # and what came last night, after the cut-off
            today.early[point] = Known(now.position - unseen(today, point), now.on_hand, now.ages)


def count(today: Today, point: Point, morning: dict[Point, float]) -> None:
    """Write down what remains after the last outflow, and what holding cost is charged on."""
    today.record.remaining[point] = stock = today.world.on_hand[point]
    early = today.network.charged_early(point[0])
    today.record.charged_stock[point] = morning[point] if early else stock


def sell_everywhere(today: Today) -> None:
    """Take steps 1 and 2, store by store; warehouses have no customers of their own."""
    for point in today.network.points:
        come(today, point)
    help_out(today)
    for point in today.network.points:
        today.record.switched[point] = switching(today, point)
    for point in today.network.points:
        if point[0] in today.network.case.stores:
            sell(today, point)
        else:
            for nothing in (today.record.demand, today.record.sales, today.record.filled):
                nothing[point] = today.network.number(0)
            today.record.lost[point] = today.record.waiting[point] = today.network.number(0)
            today.record.overdue[point] = today.network.number(0)
    for point in today.network.points:
        remember(today, point)


def switching(today: Today, point: Point) -> float:
    """Return the units for which a point's customers ask for its substitute, there being none."""
    nothing, sku = today.network.number(0), today.network.case.skus[point[1]]
    here = (point[0], sku.substitute) in today.network.points
    if not here or point[0] not in today.network.case.stores or today.network.waits(point):
        return nothing
    demand = today.record.demand[point]
    units = max(demand - today.world.on_hand[point], 0) * sku.substitution_share
    return floor(units + 0.5) if today.network.whole else units


def sell(today: Today, point: Point) -> None:
    """Serve waiting customers first, then today's; lose or remember the others."""
    world, record = today.world, today.record
    demand = record.demand[point]
    for store, sku in today.network.points:
        if store == point[0] and today.network.case.skus[sku].substitute == point[1]:
            demand += record.switched[store, sku]
    need = world.waiting[point] + demand
    handed = min(world.on_hand[point], need)
    unmet = need - handed
    new = min(demand, unmet)
    waits = today.network.waits(point)
    world.on_hand[point] -= handed
    take_lots(today, point, handed - record.received[point])  # what others sent is sold at once
    waiting = wait(today, point, unmet, new) if waits else today.network.number(0)
    record.demand[point] = demand
    record.sales[point] = handed
    record.filled[point] = demand - new
    record.lost[point] = unmet - waiting - record.switched[point]
    record.waiting[point] = world.waiting[point] = waiting
    record.overdue[point] = overdue(today, point, demand, new)


def wait(today: Today, point: Point, unmet: float, new: float) -> float:
    """Return how many wait in the evening, of those who did not get what they want.

    Of today's, a share waits; of the earlier ones, those leave whose patience is at an end.
    """
    store = today.network.case.stores[point[0]]
    joining = new * store.waiting_share
    joining = floor(joining + 0.5) if today.network.whole else joining
    earlier = unmet - new
    if store.patience is not None:
        queue = today.world.queues.setdefault(point, [])
        take_in_order(queue, sum(each.units for each in queue) - earlier)
        earlier -= min(spoil(queue), earlier)
        queue.append(Lot(store.patience, joining))
    return earlier + joining


def expire(today: Today, point: Point) -> None:
    """Throw away what has reached its age."""
    old = spoil(today.world.lots[point]) if point in today.world.lots else today.network.number(0)
    old = min(old, today.world.on_hand[point])  # in continuous units, sums are rounded
    today.world.on_hand[point] -= old
    today.record.expired[point] = old


def order(today: Today, point: Point) -> None:
    """Take step 3 or 5: ask the policy, clip to the free room, split over the lanes."""
    network, record = today.network, today.record
    today.world.demand_seen[point].append(demand_seen_today(today, point))
    now = today.early.get(point) or known(today, point)
    position = now.position
    echelon = sum(position_of(today, p) - unseen(today, p) for p in network.downstream[point])
    settings = network.policy(point)
    sight = Sight(
        day=today.day,
        sku=point[1],
        position=position,
        on_hand=now.on_hand,
        on_order=on_order(today, point),
        echelon_position=echelon,
        arriving=arriving(today, point),
        ages=now.ages,
        lead_times=[network.longest(line) for line in by_speed(network, point)],
        planned=lambda: to_cover(network, today.luck.expected, point, today.day),
        foreseen=lambda: to_cover(network, today.demand, point, today.day),
        demand_seen=today.world.demand_seen[point],
        whole=network.whole,
        parameters=settings.parameters,
    )
    answer = PLAIN_RULES[settings.rule](sight)
    by_lane = () if isinstance(answer, int | float) else answer
    wanted = answer if isinstance(answer, int | float) else sum(answer)
    if not network.may_order(point[0], today.day):
        wanted = 0
    ordered = network.number(min(max(wanted, 0), network.free_room(point, position)))
    if not network.whole and ordered < SMALLEST_ORDER:
        ordered = 0.0
    record.inventory_position[point] = position
    record.echelon_position[point] = echelon
    if network.location(point[0]).sourcing != "shares":
        lines = one_way(today, point, ordered)
    else:
        whole = by_lane or ()
        lines = fill(network, point, ordered, whole) if whole else split(network, point, ordered)
    room = network.free_room(point, position)
    record.ordered[point] = place(today, in_packs(network, lines, room))


def place(today: Today, lines: dict[Line, float]) -> float:
    """Write orders into the books of their sources, or of the failures to come; return the units.

    On a line on which nothing is ordered today, it is not ordered at all.
    """
    network, ordered = today.network, today.network.number(0)
    for line, wanted in lines.items():
        units = network.number(0) if today.world.troubles.stop(line, "orders") else wanted
        ordered += units
        today.record.line_ordered[line] = units
        hand_over(today, line, units)
    return ordered


def hand_over(today: Today, line: Line, units: float) -> None:
    """Show the source what was ordered yesterday after the cut-off, and today's order if in time.

    What it sees may fail.
    """
    network, world = today.network, today.world
    late = units if network.too_late(line, today.day) else network.number(0)
    seen = world.posted[line] + units - late
    world.posted[line] = late
    fails = seen > 0 and line[0] in network.case.suppliers and today.fails(today.day, *line)
    lost = lost_of(today, line, seen) if fails else network.number(0)
    today.record.line_seen[line] = seen
    today.record.line_failed[line] = lost > 0
    if lost > 0:
        fail(today, line, lost)
    world.owed[line] += seen - lost


def ship_from_stock(today: Today, location: str, sku: str) -> None:
    """Take step 4: ship what is owed and what was ordered today, as far as the stock reaches."""
    world, record = today.world, today.record
    point = (location, sku)
    shipped = ship(today, location, sku, world.on_hand[point])
    take_lots(today, point, sum(shipped.values()))
    # In continuous units a rationed stock may miss zero by a rounding error.
    world.on_hand[point] = max(world.on_hand[point] - sum(shipped.values()), 0)
    for line in shipped:
        record.dropped[line] = today.network.number(0)
        if today.network.drops(location):
            record.dropped[line] = world.owed[line]
            world.owed[line] = today.network.number(0)


def ship_from_supplier(today: Today, supplier: str, sku: str) -> None:
    """Ship up to the supplier's capacity of the day; the rest stays owed."""
    limit = today.world.troubles.limit(supplier, sku)
    shipped = ship(today, supplier, sku, min(today.network.capacity(supplier, sku), limit))
    for line in shipped:
        today.record.dropped[line] = today.network.number(0)


def ship(today: Today, source: str, sku: str, available: float) -> dict[Line, float]:
    """Serve the lines of one source and SKU; return what leaves on each."""
    world, record, network = today.world, today.record, today.network
    needs = {line: world.owed[line] for line in network.out_of[source, sku]}
    may_leave = {
        line: network.number(0) if world.troubles.stop(line, "shipments") else units
        for line, units in needs.items()
    }
    hands = min(handled(today, source, sku), world.troubles.limit(source, sku))
    shipped = ration(today, source, may_leave, available, hands)
    for line, units in shipped.items():
        failed = today.record.line_failed[line]
        world.owed[line] -= units
        if units > 0:
            send(today, line, units)
        record.shipped[line] = units
        whole = needs[line] - units <= (0 if network.whole else SMALLEST_ORDER)
        record.in_full[line] = record.line_seen[line] > 0 and not failed and whole
    return shipped


def write_evening(today: Today) -> None:
    """Take step 7: write down the state that tomorrow starts from."""
    for point in today.network.points:
        today.record.on_hand[point] = today.world.on_hand[point]
        today.record.on_order[point] = on_order(today, point)
    for line in today.network.lines:
        today.record.owed[line] = today.world.owed[line]
        today.record.posted[line] = today.world.posted[line]
        moving = sum(today.world.in_transit[line].values())
        today.record.in_transit[line] = moving + today.world.at_door[line]


def position_of(today: Today, point: Point) -> float:
    """Return on hand - waiting - owed to own customers + on order, at this moment."""
    to_customers = sum(today.world.owed[line] for line in today.network.out_of[point])
    on_hand, waiting = today.world.on_hand[point], today.world.waiting[point]
    return on_hand - waiting - to_customers + on_order(today, point)


def unseen(today: Today, point: Point) -> float:
    """Return what customers ordered of a point after the cut-off."""
    return sum(today.world.posted[line] for line in today.network.out_of[point])


def known(today: Today, point: Point) -> Known:
    """Return what a point knows at this moment."""
    lots = today.world.lots.get(point, ())
    return Known(position_of(today, point), today.world.on_hand[point], ages(lots))


def on_order(today: Today, point: Point) -> float:
    """Return what is in transit, owed by sources, or failed and not reported, at this moment."""
    world = today.world
    total = today.network.number(0)
    for line in today.network.into[point]:
        total += sum(world.in_transit[line].values()) + world.at_door[line]
        total += world.owed[line] + world.posted[line]
        total += sum(world.failing[line].values())
    return total


def arriving(today: Today, point: Point) -> list[float]:
    """Return what is due at a point on the evening of today, tomorrow, ..."""
    world, lines = today.world, today.network.into[point]
    calendars = [c[line] for line in lines for c in (world.in_transit, world.failing)]
    longest = max(today.network.longest(line) for line in lines)
    last = max((day for calendar in calendars for day in calendar), default=today.day)
    return [
        sum((calendar.get(today.day + ahead, 0) for calendar in calendars), 0)
        for ahead in range(max(longest, last + 1 - today.day))
    ]


def demand_seen_today(today: Today, point: Point) -> float:
    """Return what customers asked of a point today: buyers' demand and customers' order lines."""
    lines = today.network.out_of[point]
    ordered = sum(today.record.line_ordered[line] for line in lines)
    seen = sum(today.record.line_seen[line] for line in lines)
    before, today.world.asked_before[point] = today.world.asked_before[point], ordered
    return today.record.demand[point] + (before if point in today.early else seen)
