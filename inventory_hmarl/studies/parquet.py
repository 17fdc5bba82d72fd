"""Blocks as Parquet files, by polars (the extra `study`), which is imported here alone."""

from __future__ import annotations

import io

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.extras import check_extra
from inventory_hmarl.studies.blocks import Block
from inventory_hmarl.studies.planning import Chunk

KEYS = ("point", "replication")


def check_polars() -> None:
    """Raise `MissingExtra` where polars is not installed."""
    check_extra("polars", "study", "--out: a study's folder holds Parquet files, and")


def block_bytes(chunk: Chunk, block: Block) -> bytes:
    """Return the Parquet file of a block; points are numbered from 1, replications from 0.

    What a group of SKUs counted is one column, without them.
    """
    import polars

    stream = io.BytesIO()
    frame = polars.DataFrame(_keys(chunk) | dict(block.columns))
    frame.write_parquet(stream, compression="zstd")
    return stream.getvalue()


def _keys(chunk: Chunk) -> dict[str, Array]:
    if chunk.groups > 1:
        return {}
    points = np.array(chunk.points, dtype=np.int64) + 1
    numbers = np.array(chunk.replications, dtype=np.int64)
    return {
        "point": np.repeat(points, len(numbers)),
        "replication": np.tile(numbers, len(points)),
    }


def read_block(content: bytes) -> Block:
    """Return the block of a Parquet file."""
    import polars

    frame = polars.read_parquet(io.BytesIO(content))
    return Block({name: frame[name].to_numpy() for name in frame.columns if name not in KEYS})
