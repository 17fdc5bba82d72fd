"""What a run may keep, and what an engine hands back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
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


def side_by_side(parts: list[Outcome]) -> Outcome:
    """Put the outcomes of some replications, and of the next ones, into one."""
    if len(parts) == 1:
        return parts[0]

    def joined(arrays: list[Array | None]) -> Array | None:
        present = [array for array in arrays if array is not None]
        return np.concatenate(present, axis=-1) if present else None

    def levels(arrays: list[tuple[Array, ...]]) -> tuple[Array, ...]:
        return tuple(np.concatenate(level, axis=-1) for level in zip(*arrays, strict=True))

    return Outcome(
        parts[0].recorder,
        np.concatenate([part.sums for part in parts], axis=-1),
        joined([part.daily for part in parts]),
        parts[0].kept,
        joined([part.records for part in parts]),
        levels([part.cycles_ended for part in parts]),
        levels([part.cycles_served for part in parts]),
    )
