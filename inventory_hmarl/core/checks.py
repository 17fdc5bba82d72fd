"""The laws of stock, asserted on a user's own case (`checked` runs)."""

from __future__ import annotations

import numpy as np

from inventory_hmarl.core.arrays import Array, fold, take
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.network import Level
from inventory_hmarl.core.state import (
    Flows,
    LevelSales,
    LevelShipments,
    LevelState,
    State,
    remaining,
)

TOLERANCE = 1e-9  # of the largest quantity, in continuous units


class LawBroken(AssertionError):
    """A law of stock did not hold: a fault of the simulator, or of a policy's orders."""


def check_day(model: Model, before: State, after: State, flows: Flows) -> None:
    """Raise `LawBroken` unless laws I1 to I6 and I9 hold on the day between two states.

    The laws are those of `docs/verification.md`.
    """
    slack = 0.0 if model.network.whole_units else TOLERANCE
    outflows = _outflows(model, flows)
    for number, level in enumerate(model.network.levels):
        _check_level(
            Laws(after.day, number, slack),
            level,
            before.levels[number],
            after.levels[number],
            flows.sales[number],
            flows.shipments[number],
            outflows[number],
        )


class Laws:
    """Compares two quantities, and names the law and the place where they differ."""

    def __init__(self, day: int, level: int, slack: float) -> None:
        self.day, self.level, self.slack = day, level, slack

    def equal(self, law: str, left: Array, *terms: Array | float) -> None:
        """Assert that a quantity is the sum of some terms, to the rounding of the largest."""
        largest = sum((np.abs(term) for term in terms), np.abs(left))
        right = sum(terms, np.zeros(1))
        self.true(law, np.abs(left - right) <= self.slack * (1.0 + largest))

    def true(self, law: str, holds: Array) -> None:
        """Assert that a law holds everywhere."""
        if not holds.all():
            row = int(np.argwhere(~holds)[0][0])
            raise LawBroken(f"law {law} is broken on day {self.day}, level {self.level}, row {row}")


def _check_level(
    laws: Laws,
    level: Level,
    before: LevelState,
    after: LevelState,
    sales: LevelSales | None,
    moved: LevelShipments,
    outflow: Array | float,
) -> None:
    sold = 0.0 if sales is None else sales.sales
    arrived = level.lines_of_point.sum(moved.arrived)
    destroyed = _or_zero(moved.destroyed)
    laws.true("I5 (what is destroyed was there)", destroyed <= remaining(moved) + laws.slack)
    gone = destroyed + _or_zero(moved.expired)
    came = 0.0 if sales is None else _or_zero(sales.received) - _or_zero(sales.given)
    laws.equal("I1 (stock)", after.on_hand, before.on_hand, arrived, came, -sold, -outflow, -gone)
    if after.ages is not None and level.shelf is not None:
        laws.equal("I9 (ages)", fold(after.ages), take(after.on_hand, level.shelf.points))
        laws.true("I9 (no age is negative)", fold(after.ages < -laws.slack) == 0)
    laws.equal(
        "I2 (pipeline)",
        _travelling(after),
        _travelling(before),
        fold_rows(moved.shipped),
        -fold_rows(moved.arrived),
    )
    laws.true("I5 (stock is not negative)", after.on_hand >= -laws.slack)
    laws.true("I5 (orders are numbers, not negative)", moved.ordered >= 0.0)
    if not laws.slack:
        laws.true("I5 (orders are whole)", moved.ordered == np.floor(moved.ordered))
    laws.true("I5 (shipments are not negative)", moved.shipped >= -laws.slack)
    if sales is not None:
        _check_sales(laws, level, before, sales, moved)
        if after.goodwill is not None and sales.stayed_away is not None:
            within = (after.goodwill >= 0.0) & (after.goodwill <= 1.0 + laws.slack)
            laws.true("I11 (goodwill)", within)
            laws.true("I11 (nobody comes for goodwill)", sales.stayed_away >= -laws.slack)


def _check_sales(
    laws: Laws, level: Level, before: LevelState, sales: LevelSales, moved: LevelShipments
) -> None:
    found = before.on_hand + _or_zero(sales.received) - _or_zero(sales.given)
    if level.pools is not None and sales.received is not None and sales.given is not None:
        moved_in, moved_out = (
            level.pools.together.sum(take(units, level.pools.points))
            for units in (sales.received, sales.given)
        )
        laws.equal("I1 (transfers)", moved_in, moved_out)
    if level.mornings is not None:
        found = found + level.lines_of_point.sum(moved.arrived * level.mornings)
    sold = sales.sales
    laws.true("I5 (sales within stock)", (sold >= 0.0) & (sold <= found + laws.slack))
    lost = _or_zero(sales.lost) + _or_zero(sales.switched)
    if sales.waiting is None:
        laws.equal("I4 (demand = sold + lost)", sales.demand, sales.sales, lost)
    else:
        waited = _or_zero(before.waiting)
        laws.equal("I4 (waiting)", sales.waiting, waited, sales.demand, -sales.sales, -lost)
        idle = (remaining(moved) > laws.slack) & (sales.waiting > laws.slack)
        laws.true("I6 (no stock beside waiting customers)", ~idle)
        late = _or_zero(sales.overdue)
        laws.true("I11 (who is overdue waits)", late <= sales.waiting + laws.slack)


def _outflows(model: Model, flows: Flows) -> list[Array | float]:
    """Return what each level shipped to lower ones, `(P, R)`."""
    answer: list[Array | float] = [0.0]
    for number in range(1, len(model.network.levels)):
        stage = model.network.stages[number - 1]
        lines = [flows.shipments[part.level].shipped[part.lines] for part in stage.parts]
        answer.append(stage.customers.sum(np.concatenate(lines)))
    return answer


def _travelling(record: LevelState) -> Array:
    """Return units in transit, summed over the lines of a level, `(R,)`."""
    rings = [fold_rows(np.concatenate(list(ring))) for ring in record.in_transit if len(ring)]
    at_door = 0.0 if record.at_door is None else fold_rows(record.at_door)
    return sum(rings, np.zeros(record.on_hand.shape[-1])) + at_door


def fold_rows(rows: Array) -> Array:
    """Return the sum of all rows, `(rows, R) -> (R,)`."""
    return fold(rows)


def _or_zero(units: Array | None) -> Array | float:
    return 0.0 if units is None else units
