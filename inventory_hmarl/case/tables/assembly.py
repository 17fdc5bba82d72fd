"""The plain data of a case that is being put together, and the cell that each of it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias  # plain data are of any type

from inventory_hmarl.case.faults import Finding, Path, Verbatim, dotted
from inventory_hmarl.case.tables.sheets import Content, sheets

Owner: TypeAlias = Any  # a dict by setting or a list; None: neither
HEADS = {
    "policy": "rule",
    "values": "value",
    "probabilities": "probability",
    "delays": "delay",
    "after_cutoff": "weekday",
    "delay_probabilities": "probability",
}


@dataclass(frozen=True)
class Spot:
    """A cell, or a row."""

    sheet: str
    row: int
    column: str | None = None


@dataclass
class Assembly:
    """The plain data of a case, where each of it comes from, and what is wrong with the tables."""

    content: Content
    data: dict[str, Any] = field(default_factory=dict)
    spots: dict[Path, Spot] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    lanes: dict[str, int] = field(default_factory=dict)  # name -> place in the list
    spikes: dict[object, int] = field(default_factory=dict)
    promotions: dict[object, int] = field(default_factory=dict)
    cost_changes: dict[object, int] = field(default_factory=dict)

    def words(self, path: Path) -> str:
        """Return the cell of a path, or the sheet that lacks it."""
        if path and isinstance(path[0], Verbatim):
            return dotted(path)
        for end in range(len(path), 0, -1):
            spot = self.spots.get(path[:end])
            if spot is not None:
                below = [step for step in path[end:] if isinstance(step, str)]
                column = spot.column or (below and HEADS.get(below[-1], below[-1])) or None
                return self.place(Spot(spot.sheet, spot.row, column))
        if path and path[0] in sheets():
            return self.content.label(str(path[0]))
        return f"{self.content.label('settings')}, setting '{dotted(path)}'"

    def place(self, spot: Spot) -> str:
        """Return a cell in words."""
        column = "" if spot.column is None else f", column '{spot.column}'"
        return f"{self.content.label(spot.sheet)}, row {spot.row}{column}"

    def fault(self, spot: Spot, value: object, rule: str) -> None:
        """Note what is wrong with a cell."""
        self.findings.append(Finding((Verbatim(self.place(spot)),), value, rule))

    def put(self, path: Path, value: object, spot: Spot) -> bool:
        """Put a value where a path leads; False, and a fault, where there is one already."""
        owner = self.owner(path[:-1])
        if owner is None or path[-1] in owner:
            other = next(
                self.spots[path[:end]]
                for end in range(len(path), 0, -1)
                if path[:end] in self.spots and (end == len(path) or owner is None)
            )
            self.fault(spot, value, f"is given already: {self.place(other)}; leave one empty")
            return False
        owner[path[-1]] = value
        self.spots[path] = spot
        return True

    def owner(self, path: Path) -> Owner:
        """Return the table that a path leads to, made where there is none; None: no table."""
        owner: Any = self.data
        for place, step in enumerate(path):
            owner = owner[int(step)] if isinstance(owner, list) else owner.setdefault(step, {})
            if not isinstance(owner, dict | list):
                assert path[: place + 1] in self.spots
                return None
        return owner
