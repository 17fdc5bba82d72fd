"""What a chunk of a study comes to: figures of each point and replication."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl._version import __version__
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.simulation import simulate
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.planning import Chunk, Study


@dataclass(frozen=True)
class Block:
    """The network's figures of a chunk: columns `(rows,)`, point by point, then replications."""

    columns: Mapping[str, Array]  # float64; NaN where a figure is undefined

    def digest(self) -> bytes:
        """Return the SHA-256 of the figures: names, then 64-bit floats, lowest byte first."""
        found = hashlib.sha256()
        for name, values in self.columns.items():
            found.update(name.encode() + b"\0" + np.ascontiguousarray(values, "<f8").tobytes())
        return found.digest()


def compute(study: Study, chunk: Chunk) -> Block:
    """Return the block of a chunk: the same wherever, whenever and beside whatever it runs."""
    if study.version != __version__:
        raise StudyError(
            [
                f"inventory-hmarl {__version__} is asked for a study of version {study.version}: "
                "install the same version on every machine"
            ]
        )
    found = [_figures(study, point, chunk.replications) for point in chunk.points]
    return Block(together(found, [len(chunk.replications)] * len(found)))


def _figures(study: Study, point: int, replications: range) -> dict[str, Array]:
    run = simulate(
        study.case_at(point),
        replications=replications,
        engine=study.engine,
        precision=study.precision,
        workers=1,
    )
    values = {name: each[0] for name, each in run.figures().items()}
    return {
        name: np.ascontiguousarray(np.broadcast_to(each, len(replications)), dtype=np.float64)
        for name, each in values.items()
    }


def together(parts: Sequence[Mapping[str, Array]], rows: Sequence[int]) -> dict[str, Array]:
    """Return tables one below the other; a figure that one of them lacks is NaN there."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {
        name: np.concatenate(
            [
                part.get(name, np.full(count, np.nan))
                for part, count in zip(parts, rows, strict=True)
            ]
        )
        for name in names
    }
