"""Cases that are compared, and how they are run."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any  # choices are of any type

if TYPE_CHECKING:
    from pathlib import Path

    from inventory_hmarl.case import Case


@dataclass(frozen=True)
class Study:
    """What is compared, and how it is run."""

    cases: Mapping[str, Case]  # the first is the base
    replications: int
    engine: str
    precision: str
    workers: int | None

    @property
    def choices(self) -> dict[str, Any]:
        """How `simulate` is to run."""
        return {"engine": self.engine, "precision": self.precision, "workers": self.workers}

    @functools.cached_property
    def hashes(self) -> dict[str, str]:
        """The hash of each case, by name."""
        from inventory_hmarl.case import case_hash

        return {name: case_hash(case) for name, case in self.cases.items()}

    def about(self) -> dict[str, object]:
        """Return what is compared, for documents and manifests."""
        from inventory_hmarl._version import __version__

        base = next(iter(self.cases.values()))
        return {
            "kind": "compare",
            "version": __version__,
            "cases": self.hashes,
            "seed": base.seed,
            "days": base.days,
            "warmup_days": base.warmup_days,
            "replications": self.replications,
            "engine": self.engine,
            "precision": self.precision,
        }


def loaded_case(path: Path, days: int | None, seed: int | None) -> Case:
    """Return the case of a file, with other days and another seed where they are given."""
    from inventory_hmarl.case import load_case

    changes = {"days": days, "seed": seed}
    given = {name: value for name, value in changes.items() if value is not None}
    return load_case(path).changed(**given)
