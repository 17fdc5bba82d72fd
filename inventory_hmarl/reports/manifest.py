"""From what a run was made, so that it can be made again."""

from __future__ import annotations

import functools
import hashlib
import json
import platform
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl._version import __version__
from inventory_hmarl.case import Case, case_to_dict
from inventory_hmarl.studies.hashes import hash_of_hashes

CASE_FILE = "case.json"


@dataclass(frozen=True)
class Request:
    """What a user asked for: a case as written, and what of it was changed for this run."""

    case: Case
    scenarios: Sequence[str] = ()
    days: int | None = None
    seed: int | None = None
    replications: int = 1
    checked: bool = False
    events: bool = False
    engine: str = "numpy"
    precision: str = "exact"
    relative: float | None = None  # precision that figures must reach; replications are the most
    figures: Sequence[str] = ()  # that must reach it; none: all

    @functools.cached_property
    def case_text(self) -> str:
        """The case as JSON text that stands by itself: recorded demand is part of it."""
        content = case_to_dict(self.case, inline=True)
        return json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n"

    @functools.cached_property
    def case_hash(self) -> str:
        """The SHA-256 of `case_text`: what `sha256sum case.json` prints."""
        return hashlib.sha256(self.case_text.encode()).hexdigest()


def about(request: Request) -> dict[str, object]:
    """Return what was run, for documents and manifests."""
    case = request.case
    wanted = {} if request.relative is None else {"relative_precision": request.relative}
    return wanted | {
        "version": __version__,
        "title": case.title,
        "case_sha256": request.case_hash,
        "scenario": list(request.scenarios),
        "seed": case.seed if request.seed is None else request.seed,
        "days": case.days if request.days is None else request.days,
        "warmup_days": case.warmup_days,
        "replications": request.replications,
    }


def manifest(
    request: Request, files: Sequence[str], hashes: Mapping[str, str] | None = None
) -> str:
    """Return the manifest of a results folder, as JSON text.

    `hashes` has the SHA-256 of each table, by its name.
    """
    hashes = hashes or {}
    content = about(request) | {
        "checked": request.checked,
        "engine": request.engine,
        "precision": request.precision,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "platform": platform.platform(),
        "command": command(request),
        "files": list(files),
        "results": dict(hashes),
        "results_sha256": hash_of_hashes(hashes),
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def command(request: Request) -> str:
    """Return the command that makes the results again, in their folder."""
    words = ["inventory-hmarl", "run", CASE_FILE]
    for name in request.scenarios:
        words += ["--scenario", name]
    for option, value in (("--days", request.days), ("--seed", request.seed)):
        words += [] if value is None else [option, str(value)]
    if request.replications > 1:
        words += ["--replications", str(request.replications)]
    words += ["--checked"] if request.checked else []
    words += ["--engine", request.engine] if request.engine != "numpy" else []
    words += ["--precision", request.precision] if request.precision != "exact" else []
    words += ["--out", "."]
    words += ["--events"] if request.events else []
    return shlex.join(words)
