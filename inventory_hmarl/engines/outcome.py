"""What a run may keep, and what an engine hands back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.horizon import DAILY
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.network import Network
from inventory_hmarl.core.record import ALL, MONEY, Recorder, recorder


@dataclass(frozen=True)
class Keep:
    """What a run keeps beside its totals: memory is the caller's choice.

    Totals alone, `Keep(kpis=False)`, do not grow with the horizon.

    >>> Keep(records=["stock", "ordered"]).records == frozenset({"stock", "ordered"})
    True
    """

    kpis: bool = True  # all counters and the daily series of each level, not the money's alone
    records: bool | Collection[str] = False  # each day of all that is counted, or of some of it

    def __post_init__(self) -> None:
        """Refuse quantities that no record holds."""
        if isinstance(self.records, bool):
            return
        chosen = frozenset([self.records] if isinstance(self.records, str) else self.records)
        if unknown := sorted(chosen - ALL):
            raise ValueError(
                f"Keep(records=...): {', '.join(unknown)} is no quantity of a day; there are "
                f"{', '.join(sorted(ALL))}"
            )
        object.__setattr__(self, "records", chosen)

    def counted(self, network: Network) -> Recorder:
        """Return the recorder of what is summed."""
        return recorder(network, ALL if self.kpis else MONEY)

    def kept(self, network: Network) -> Recorder | None:
        """Return the recorder of what is kept of each day; None for nothing."""
        if self.records is True:
            return self.counted(network)
        return recorder(network, frozenset(self.records)) if self.records else None


@dataclass(frozen=True)
class Outcome:
    """What an engine hands back."""

    recorder: Recorder  # of `sums`
    sums: Array  # (rows, R) after the warm-up
    daily: Array | None  # (days, quantities, levels, R), all days
    kept: Recorder | None  # of `records`
    records: Array | None  # (days, rows, R), all days
    cycles_ended: tuple[Array, ...]  # (P, R) a level
    cycles_served: tuple[Array, ...]

    def columns(self, start: int, stop: int) -> Outcome:
        """Return the part of some replications: views, into which they may be written."""

        def part(array: Array) -> Array:
            return array[..., start:stop]

        return Outcome(
            self.recorder,
            part(self.sums),
            None if self.daily is None else part(self.daily),
            self.kept,
            None if self.records is None else part(self.records),
            tuple(map(part, self.cycles_ended)),
            tuple(map(part, self.cycles_served)),
        )


def blank(model: Model, keep: Keep, replications: int) -> Outcome:
    """Return an outcome to be written into: all the memory that a run's results take."""
    network, days = model.network, model.days
    counted, kept = keep.counted(network), keep.kept(network)
    points = [len(level.points) for level in network.levels] if keep.kpis else []

    def room(*shape: int) -> Array:
        return np.zeros((*shape, replications))

    return Outcome(
        counted,
        room(counted.size),
        room(days, len(DAILY), len(network.levels)) if keep.kpis else None,
        kept,
        None if kept is None else room(days, kept.size),
        tuple(room(rows) for rows in points),
        tuple(room(rows) for rows in points),
    )


def joined(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the outcomes of runs over several replications as one: of one model, kept alike."""
    first = outcomes[0]

    def join(arrays: Sequence[Array | None]) -> Array | None:
        given = [array for array in arrays if array is not None]
        return np.concatenate(given, axis=-1) if given else None

    sums = join([each.sums for each in outcomes])
    assert sums is not None
    return Outcome(
        first.recorder,
        sums,
        join([each.daily for each in outcomes]),
        first.kept,
        join([each.records for each in outcomes]),
        tuple(map(np.hstack, zip(*(each.cycles_ended for each in outcomes), strict=True))),
        tuple(map(np.hstack, zip(*(each.cycles_served for each in outcomes), strict=True))),
    )
