"""The formulas by name: what each sets, and what it cannot handle."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.studies.best_s_S import best_s_S
from inventory_hmarl.studies.closed_forms import (
    NORMAL,
    critical_ratio,
    fractile_level,
    order_quantity,
)
from inventory_hmarl.studies.echelons import clark_scarf
from inventory_hmarl.studies.placement import Arc, Stage, place_in_tree
from inventory_hmarl.studies.spots import (
    QUANTITY,
    STOCK,
    Chain,
    Change,
    Spot,
    about,
    level_for,
    set_level,
)
from inventory_hmarl.studies.tunable import LOWER, UPPER

# What a formula yields: changes, or what is in its way.
Formula = Callable[[Chain, Sequence[Spot]], Iterator[Change | str]]
ALIKE = 1e-9  # of the mean: what days may differ by that are alike


@dataclass(frozen=True)
class Named:
    """A formula, and what the command line says of it."""

    levels: Formula
    help: str
    whole_chain: bool = False


def newsvendor(chain: Chain, spots: Sequence[Spot]) -> Iterator[Change | str]:
    """Yield base-stock levels that balance holding and penalty (Snyder & Shen, 4.3)."""
    for spot in spots:
        if fault := _without_level(spot) or _with_pairs(spot) or _without_rates(spot):
            yield fault
            continue
        (mean, deviation), days = spot.demand, spot.days
        rates = spot.number("holding"), spot.number("stockout")
        ratio = critical_ratio(*rates, mean, mean, lost=not spot.waits)
        yield from set_level(spot, fractile_level(ratio, mean * days, deviation * days**0.5))


def service(kind: str, chain: Chain, spots: Sequence[Spot]) -> Iterator[Change | str]:
    """Yield the smallest levels that reach a service; order quantities are kept."""
    for spot in spots:
        if fault := _without_level(spot):
            yield fault
        else:
            yield from set_level(spot, level_for(spot, kind), up=True)


def eoq(chain: Chain, spots: Sequence[Spot]) -> Iterator[Change | str]:
    """Yield economic order quantities sqrt(2 K mu / h) above the case's reorder points."""
    for spot in spots:
        sized = QUANTITY in spot.rows or {LOWER, UPPER} <= set(spot.rows)
        holding, ordering = spot.number("holding"), spot.number("ordering")
        if not sized:
            yield about(spot, f"its rule {spot.rule} has no order quantity; use s_S or r_nQ.")
        elif holding <= 0 or ordering <= 0:
            yield about(spot, "an ordering_cost and a holding_cost above 0 are needed.")
        else:
            units = order_quantity(spot.demand[0], ordering, holding)
            if QUANTITY in spot.rows:
                yield spot.rows[QUANTITY], units
            else:
                yield spot.rows[UPPER], chain.table.shipped[spot.rows[LOWER]] + units


def best_pair(chain: Chain, spots: Sequence[Spot]) -> Iterator[Change | str]:
    """Yield the (s, S) of least cost (Zheng & Federgruen), of demand as it is drawn."""
    for spot in spots:
        faults = [
            (spot.rule != "s_S", f"its rule is {spot.rule}; use s_S."),
            (not spot.waits, "its customers do not wait; set unmet_demand = 'backordered'."),
            (not chain.table.whole_units, "units are continuous; set units = 'whole'."),
            (not _days_alike(spot), "its days are not alike; leave out seasons and other shapes."),
        ]
        if lines := [about(spot, text) for wrong, text in faults if wrong]:
            yield from lines
        elif fault := _without_rates(spot):
            yield fault
        else:
            rates = (spot.number(name) for name in ("holding", "stockout", "ordering"))
            best = best_s_S(chain.probabilities(spot), int(spot.days) - 1, *rates)
            if best.reorder_point < 0:
                yield about(spot, f"the best reorder point is {best.reorder_point}, below 0.")
            yield spot.rows[LOWER], best.reorder_point
            yield spot.rows[UPPER], best.order_up_to


def serial_echelons(chain: Chain, spots: Sequence[Spot]) -> Iterator[Change | str]:
    """Yield echelon base-stock levels of stages in series (Clark & Scarf)."""
    for mine in _by_sku(spots).values():
        stages = sorted(mine.values(), key=lambda spot: spot.level)
        suppliers = _suppliers(chain, mine)
        faults = list(_not_serial(stages, suppliers))
        for spot in stages:
            local = spot is not stages[0] and not spot.echelon
            if local or set(spot.rows) != {UPPER}:
                faults.append(about(spot, f"its rule is {spot.rule}; use echelon_base_stock."))
        holding = [spot.number("holding") for spot in stages]
        if any(b >= a for a, b in itertools.pairwise(holding)):
            faults.append(
                about(stages[-1], "holding_cost must fall from each stage to the one above it.")
            )
        if not stages[0].waits:
            faults.append(
                about(stages[0], "customers do not wait; set unmet_demand = 'backordered'.")
            )
        if stages[0].number("stockout") <= 0 or stages[0].demand[1] <= 0:
            faults.append(about(stages[0], "a stockout_penalty and varying demand are needed."))
        if faults:
            yield from faults
            continue
        days = [int(spot.days) for spot in stages]
        levels = clark_scarf(*stages[0].demand, days, holding, stages[0].number("stockout"))
        for spot, level in zip(stages, levels.order_up_to, strict=True):
            yield spot.rows[UPPER], max(level, 0.0)


def guaranteed(chain: Chain, spots: Sequence[Spot]) -> Iterator[Change | str]:
    """Yield base-stock levels of a tree under guaranteed service (Graves & Willems)."""
    factor = NORMAL.inv_cdf(chain.service)
    for mine in _by_sku(spots).values():
        suppliers = _suppliers(chain, mine)
        if faults := list(_no_tree(mine, suppliers)):
            yield from faults
            continue
        place = {name: number for number, name in enumerate(mine)}
        arcs: list[Arc] = [
            (place[above[0]], place[name]) for name, above in suppliers.items() if above[0] in place
        ]
        stages = [
            Stage(
                int(spot.days),
                spot.number("holding"),
                spot.demand[1],
                0 if spot.sells else None,
            )
            for spot in mine.values()
        ]
        placed = place_in_tree(stages, arcs, max(factor, 0.0))
        for spot, stage, number in zip(mine.values(), stages, range(len(stages)), strict=True):
            span = placed.entering[number] + stage.days - placed.service_times[number]
            level = spot.demand[0] * span + placed.safety_stock[number]
            yield from set_level(spot, level, up=True)


def _no_tree(mine: Mapping[str, Spot], suppliers: Mapping[str, list[str]]) -> Iterator[str]:
    for name, spot in mine.items():
        if set(spot.rows) != {UPPER} or spot.echelon:
            yield about(spot, f"its rule is {spot.rule}; use base_stock.")
        if len(suppliers[name]) > 1:
            yield about(spot, "it has several lanes; a tree has one into each place.")


FORMULAS: Mapping[str, Named] = {
    "newsvendor": Named(newsvendor, "base-stock levels that balance holding and penalty"),
    **{
        name: Named(functools.partial(service, kind), f"reorder points or levels for a {text}")
        for name, kind, text in (
            ("cycle_service", "cycle_service_level", "type 1 service"),
            ("fill_rate", "unit_fill_rate", "type 2 service, the fill rate"),
            ("ready_rate", "ready_rate", "share of days without a shortage"),
        )
    },
    "eoq": Named(eoq, "economic order quantities above the reorder points"),
    "best_s_S": Named(best_pair, "the (s, S) of least cost, by Zheng & Federgruen"),
    "clark_scarf": Named(serial_echelons, "echelon levels of stages in series", whole_chain=True),
    "guaranteed_service": Named(
        guaranteed, "base-stock levels of a tree, by Graves & Willems", whole_chain=True
    ),
}


def _without_level(spot: Spot) -> str | None:
    """Return what is wrong where a rule has no local level to set."""
    if spot.echelon or not {LOWER, UPPER, STOCK} & set(spot.rows):
        return about(spot, f"its rule {spot.rule} has no level of its own stock to set.")
    return None


def _with_pairs(spot: Spot) -> str | None:
    if LOWER in spot.rows:
        return about(spot, f"its rule {spot.rule} has a reorder point; use base_stock.")
    return None


def _without_rates(spot: Spot) -> str | None:
    if spot.number("holding") <= 0 or spot.number("stockout") <= 0:
        return about(spot, "a holding_cost and a stockout_penalty above 0 are needed.")
    return None


def _days_alike(spot: Spot) -> bool:
    """Whether each day's customers are drawn alike, and apart from those of other days."""
    model = spot.chain.model
    rows = model.demand.levels[spot.level]
    if rows is None:
        return False
    mean = model.demand.expected(1, model.days)[:, rows.start + spot.point]
    carries = spot.chain.case.demand_of(spot.location, spot.sku).autocorrelation
    return bool(np.ptp(mean) <= ALIKE * max(mean.max(), 1.0)) and not carries


def _by_sku(spots: Sequence[Spot]) -> dict[str, dict[str, Spot]]:
    """Return the places of each SKU, stores first."""
    found: dict[str, dict[str, Spot]] = {}
    for spot in spots:
        found.setdefault(spot.sku, {})[spot.location] = spot
    return found


def _suppliers(chain: Chain, mine: Mapping[str, Spot]) -> dict[str, list[str]]:
    """Return who supplies each place of a SKU."""
    found: dict[str, list[str]] = {name: [] for name in mine}
    for level in chain.model.network.levels:
        for line in level.lines:
            if line.destination in mine and line.sku == mine[line.destination].sku:
                found[line.destination].append(line.source)
    return found


def _not_serial(stages: Sequence[Spot], suppliers: Mapping[str, list[str]]) -> Iterator[str]:
    names = [spot.location for spot in stages]
    for spot, above in zip(stages, [*names[1:], None], strict=True):
        mine = suppliers[spot.location]
        if len(mine) != 1 or (above is not None and mine != [above]):
            yield about(spot, "its chain is no line of stages; each must have one lane.")
