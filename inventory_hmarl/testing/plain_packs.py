"""Case packs and least orders, in the reference's own words."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from inventory_hmarl.testing.records import Line

if TYPE_CHECKING:
    from inventory_hmarl.testing.plain_network import PlainNetwork

SLACK = 1e-9
"""of a pack: what continuous units may miss a whole number of packs by"""


def in_packs(network: PlainNetwork, lines: dict[Line, float], room: float) -> dict[Line, float]:
    """Return order lines in whole packs and not below the least: more, or less for want of room."""
    more = {line: raised(network, line, units) for line, units in lines.items()}
    if sum(more.values()) <= room:
        return more
    return {line: lowered(network, line, units) for line, units in lines.items()}


def raised(network: PlainNetwork, line: Line, units: float) -> float:
    """Return the smallest order that is allowed and not smaller."""
    if units <= 0:
        return network.number(0)
    pack = network.on_lane(line, "order_multiple")
    least = network.on_lane(line, "minimum_order")
    wanted = max(units, least)
    return ceil(wanted / pack - slack(network)) * pack if pack else wanted


def lowered(network: PlainNetwork, line: Line, units: float) -> float:
    """Return the largest order that is allowed and not larger."""
    pack = network.on_lane(line, "order_multiple")
    fewer = floor(units / pack + slack(network)) * pack if pack else units
    least = raised(network, line, network.on_lane(line, "minimum_order"))
    return fewer if fewer >= least else network.number(0)


def slack(network: PlainNetwork) -> float:
    """Return the part of a pack that counts as nothing."""
    return 0 if network.whole else SLACK
