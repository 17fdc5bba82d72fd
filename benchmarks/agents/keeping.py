"""What is finished is kept, so that an interrupted table goes on where it stood."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inventory_hmarl.core.arrays import Array

FOLDER = Path(__file__).resolve().parents[2] / ".bench" / "agents"


@dataclass(frozen=True)
class Result:
    """What one seed of an entrant costs on the held-out customers, and what training cost."""

    costs: Array | None  # (R,) a day; None: the problem is none for it
    seconds: float  # of the processor, in training


def path_of(problem: str, entrant: str, seed: int, folder: Path = FOLDER) -> Path:
    """Return where a result is kept."""
    return folder / problem / f"{entrant}-{seed}.json"


def stamp_of(sources: list[Path], replications: int) -> str:
    """Return a hash of all that a result depends on, the package itself apart."""
    digest = hashlib.sha256(str(replications).encode())
    for path in sorted(sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def kept(path: Path, stamp: str) -> Result | None:
    """Return a result that is kept and made by the same sources; None: there is none."""
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    if found["stamp"] != stamp:
        return None
    costs = None if found["costs"] is None else np.array(found["costs"])
    return Result(costs, found["seconds"])


def keep(path: Path, stamp: str, result: Result) -> None:
    """Keep a result: whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    costs = None if result.costs is None else result.costs.tolist()
    text = json.dumps({"stamp": stamp, "seconds": result.seconds, "costs": costs})
    fresh = path.with_suffix(".part")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
