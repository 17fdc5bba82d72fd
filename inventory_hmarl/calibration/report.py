"""What a history holds, in figures that a planner checks before trusting it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from inventory_hmarl.calibration.errors import listed

if TYPE_CHECKING:
    from datetime import date

    from inventory_hmarl.calibration.history import History, Series


@dataclass(frozen=True)
class HistoryReport:
    """What was found in a sales file; counts are rows unless said otherwise.

    gaps: days without a row between a series' own first and last row.
    share_of_zeros: zeros / rows.
    negative, missing, duplicates: rows that the ``ReadOptions`` repaired.
    leading_days: days with rows but no sale before a series' first sale, summed over the series.
    late, early: series whose first row is later, or last row earlier, than that of the file.
    price_coverage: share of the rows that have a price; ``None`` without a price file.
    """

    file: str
    rows: int
    series: int
    stores: tuple[str, ...]
    skus: tuple[str, ...]
    first_day: date
    last_day: date
    days: int
    units: float
    gaps: int
    zeros: int
    share_of_zeros: float
    duplicates: int
    negative: int
    missing: int
    leading_days: int
    leading_series: int
    unsold: tuple[Series, ...]
    late: tuple[Series, ...]
    early: tuple[Series, ...]
    price_coverage: float | None
    unpriced: tuple[str, ...]

    def items(self) -> list[tuple[str, str]]:
        """Label and value of each figure, for a table of two columns."""
        return [
            ("rows", f"{self.rows:,}"),
            ("series", f"{self.series:,} (store and SKU)"),
            ("stores", f"{len(self.stores):,}: {listed(self.stores)}"),
            ("SKUs", f"{len(self.skus):,}: {listed(self.skus)}"),
            ("days", f"{self.days:,}, {self.first_day} to {self.last_day}"),
            ("units", f"{self.units:,.10g}"),
            (
                "gaps",
                f"{self.gaps:,} (days without a row inside a series' own span; read as no sale)",
            ),
            ("zeros", f"{self.zeros:,} ({self.share_of_zeros:.1%} of the rows)"),
            ("duplicates", f"{self.duplicates:,}" + (" (added up)" if self.duplicates else "")),
            ("negative values", f"{self.negative:,}" + (" (read as 0)" if self.negative else "")),
            ("missing values", f"{self.missing:,}" + (" (read as 0)" if self.missing else "")),
            (
                "days before a first sale",
                f"{self.leading_days:,} in {self.leading_series:,} series",
            ),
            ("series never sold", _counted(self.unsold)),
            ("series that start late", _counted(self.late)),
            ("series that end early", _counted(self.early)),
            ("prices", self._prices()),
        ]

    def lines(self) -> list[str]:
        """List the figures as plain lines."""
        width = max(len(label) for label, _ in self.items())
        return [self.file, *(f"  {label:<{width}}  {value}" for label, value in self.items())]

    def _prices(self) -> str:
        if self.price_coverage is None:
            return "none given"
        unpriced = f"; no price at all: {listed(self.unpriced)}" if self.unpriced else ""
        return f"for {self.price_coverage:.1%} of the rows{unpriced}"


def history_report(history: History) -> HistoryReport:
    """Count what a planner wants to know about a history."""
    rows = len(history.units)
    first, last, sold = history.first_rows(), history.last_rows(), history.first_sales()
    zeros = int((history.units == 0).sum())
    ever = sold < history.days
    leading = (sold - first) * ever
    prices = history.prices
    return HistoryReport(
        file=history.file.name,
        rows=rows,
        series=len(history.series),
        stores=history.stores,
        skus=history.skus,
        first_day=history.first_day,
        last_day=history.last_day,
        days=history.days,
        units=float(history.units.sum()),
        gaps=int((last - first + 1).sum()) - rows,
        zeros=zeros,
        share_of_zeros=zeros / rows,
        duplicates=history.repairs.duplicates,
        negative=history.repairs.negative,
        missing=history.repairs.missing,
        leading_days=int(leading.sum()),
        leading_series=int((leading > 0).sum()),
        unsold=_chosen(history, ~ever),
        late=_chosen(history, first > 0),
        early=_chosen(history, last < history.days - 1),
        price_coverage=prices.covered_rows / (rows + history.repairs.duplicates)
        if prices
        else None,
        unpriced=tuple(sku for sku in history.skus if sku not in prices.mean) if prices else (),
    )


def _chosen(history: History, mask: npt.NDArray[np.bool_]) -> tuple[Series, ...]:
    return tuple(history.series[index] for index in np.flatnonzero(mask).tolist())


def _counted(series: tuple[Series, ...]) -> str:
    names = listed((f"{one.sku} in {one.store}" for one in series), limit=3)
    return f"{len(series):,}" + (f": {names}" if series else "")
