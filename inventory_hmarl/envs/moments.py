"""From one moment of decision to the next: a day's orders, and the sales of the day after.

Agents decide when a policy does: after the day's sales (step 2) and before its orders (step 3). A
step of an environment carries the orders of day t to the end of the day and lets the customers of
day t + 1 in.
"""

from __future__ import annotations

from typing import NamedTuple

from inventory_hmarl.core.day import Decide, Shares, replenish, sell
from inventory_hmarl.core.network import Network
from inventory_hmarl.core.state import Chance, LevelSales, LevelShipments, State


class Moment(NamedTuple):
    """The chain when agents decide: after the sales of day `state.day + 1`.

    After the last day there are no sales, and `sales` has None for every level.
    """

    state: State
    sales: tuple[LevelSales | None, ...]


def begin(network: Network, state: State, chance: Chance) -> Moment:
    """Return the first moment: day 1 has brought its customers."""
    return Moment(*sell(network, state, chance))


def proceed(
    network: Network,
    moment: Moment,
    decide: Decide,
    today: Chance,
    tomorrow: Chance | None,
    shares: Shares | None = None,
) -> tuple[Moment, tuple[LevelShipments, ...]]:
    """Return the next moment, and the orders and moves in between; `tomorrow` None: there is none.

    Of `today` only the failures of what is ordered are read: its customers have been.
    """
    state, shipments = replenish(network, moment.state, moment.sales, decide, today, shares)
    if tomorrow is None:
        return Moment(state, (None,) * len(network.levels)), shipments
    return Moment(*sell(network, state, tomorrow)), shipments
