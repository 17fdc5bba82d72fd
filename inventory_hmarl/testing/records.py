"""What the reference simulator writes down about one day: plain dicts, keyed by ids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Point = tuple[str, str]
"""(location, sku)"""
Line = tuple[str, str, str]
"""(source, destination, sku)"""
DemandOf = Callable[[int, str, str], float]
"""(day, store, sku) -> units asked for; days count from 1"""
FailsOn = Callable[[int, str, str, str], bool]
"""(ordering day, source, destination, sku) -> whether the supplier's order line fails"""

SpellOn = Callable[[int, str], tuple[bool, bool]]
"""(day, disruption) -> whether it begins where there is none; whether it goes on where there is"""


MeanOf = Callable[[str, str], float]
"""(store, sku) -> mean units asked for a day, as a planner knows it"""

DelayOf = Callable[[int, str, str, str], int]
"""(day, source, destination, sku) -> days that what leaves takes beyond the fewest"""


@dataclass(frozen=True)
class Luck:
    """What else is left to chance; by default nothing comes or is late, and stores sell alike."""

    spell: SpellOn = lambda _day, _disruption: (False, False)
    delay: DelayOf = lambda _day, _source, _destination, _sku: 0
    means: MeanOf = lambda _store, _sku: 1.0
    """mean demand a day, which allocation by run-out time looks at"""
    expected: DemandOf = lambda _day, _store, _sku: 1.0
    """mean demand of a day, from which requirements are planned"""


NO_LUCK = Luck()
SMALLEST_ORDER = 1e-9
"""units: in continuous units, an order below this is not placed"""


@dataclass(slots=True)
class DayRecord:
    """One day of one replication; every quantity in units of the SKU, every key always present.

    Points cover each store and warehouse with each SKU it carries, lines each lane with each SKU
    that travels on it. Suppliers have lines and no points.
    """

    day: int
    """1 .. days"""

    demand: dict[Point, float] = field(default_factory=dict)
    """asked for by customers today; 0 at warehouses"""
    sales: dict[Point, float] = field(default_factory=dict)
    """handed over to customers today, to waiting ones and today's"""
    filled: dict[Point, float] = field(default_factory=dict)
    """the part of today's demand that was handed over today"""
    lost: dict[Point, float] = field(default_factory=dict)
    """demand of today that went away"""
    waiting: dict[Point, float] = field(default_factory=dict)
    """owed to customers at the end of step 2"""
    remaining: dict[Point, float] = field(default_factory=dict)
    """stock on hand after the day's last outflow"""
    charged_stock: dict[Point, float] = field(default_factory=dict)
    """the stock that holding cost is charged on: what remains, or what was there before outflows"""
    received: dict[Point, float] = field(default_factory=dict)
    """units that other stores sent before sales"""
    given: dict[Point, float] = field(default_factory=dict)
    """units sent to other stores before sales"""
    switched: dict[Point, float] = field(default_factory=dict)
    """the part of today's demand for which the substitute was asked"""
    refused: dict[Line, float] = field(default_factory=dict)
    """units that wait at the door in the evening for want of space"""
    stayed_away: dict[Point, float] = field(default_factory=dict)
    """units that were drawn and not asked for, for want of goodwill"""
    overdue: dict[Point, float] = field(default_factory=dict)
    """the part of waiting that is beyond its due date"""
    overflow: dict[Point, float] = field(default_factory=dict)
    """space taken above the location's, of the stock that holding cost is charged on"""
    expired: dict[Point, float] = field(default_factory=dict)
    """spoiled after the day's last outflow"""
    on_hand: dict[Point, float] = field(default_factory=dict)
    """end of the day, after deliveries"""
    on_order: dict[Point, float] = field(default_factory=dict)
    """end of the day: in transit, owed by sources, and failed orders not reported yet"""
    inventory_position: dict[Point, float] = field(default_factory=dict)
    """what the policy saw: on hand - waiting - owed to own customers + on order"""
    echelon_position: dict[Point, float] = field(default_factory=dict)
    """the same, summed over the location and everything downstream of it, at the same moment"""
    ordered: dict[Point, float] = field(default_factory=dict)
    """total order of the point, over its lanes"""

    line_ordered: dict[Line, float] = field(default_factory=dict)
    """the part of the order that goes this way"""
    line_seen: dict[Line, float] = field(default_factory=dict)
    """what the source saw today of orders: yesterday's late ones, and today's that are in time"""
    posted: dict[Line, float] = field(default_factory=dict)
    """end of the day: ordered after the cut-off, and not seen by the source yet"""
    line_failed: dict[Line, bool] = field(default_factory=dict)
    """today's order line will be reported failed"""
    left: dict[Line, tuple[int, float]] = field(default_factory=dict)
    """the day on which what left today is due, and its units"""
    doomed: dict[Line, tuple[int, float]] = field(default_factory=dict)
    """the same of what will be reported failed"""
    allotments: dict[str, dict[Line, float]] = field(default_factory=dict)
    """what each source may ship of its SKUs, where they share what can be handled"""
    shipped: dict[Line, float] = field(default_factory=dict)
    """left the source today"""
    owed: dict[Line, float] = field(default_factory=dict)
    """end of the day: ordered, not failed, not shipped yet"""
    arrived: dict[Line, float] = field(default_factory=dict)
    """delivered in step 6, or this morning"""
    failed: dict[Line, float] = field(default_factory=dict)
    """reported failed in step 6"""
    dropped: dict[Line, float] = field(default_factory=dict)
    """not shipped by a short source that drops what it cannot ship"""
    in_full: dict[Line, bool] = field(default_factory=dict)
    """today's order line is above 0 and left in full today"""
    in_transit: dict[Line, float] = field(default_factory=dict)
    """end of the day: shipped, not delivered yet"""
    destroyed: dict[Point, float] = field(default_factory=dict)
    """stock lost in the evening, before deliveries"""
