"""Blocks as Parquet files, by polars (the extra `study`), which is imported here alone."""

from __future__ import annotations

import io

import numpy as np

from inventory_hmarl.extras import check_extra
from inventory_hmarl.studies.blocks import Block
from inventory_hmarl.studies.planning import Chunk

KEYS = ("point", "replication")


def check_polars() -> None:
    """Raise `MissingExtra` where polars is not installed."""
    check_extra("polars", "study", "--out: a study's folder holds Parquet files, and")


def block_bytes(chunk: Chunk, block: Block) -> bytes:
    """Return the Parquet file of a block; points are numbered from 1, replications from 0."""
    import polars

    points = np.array(chunk.points, dtype=np.int64) + 1
    numbers = np.array(chunk.replications, dtype=np.int64)
    keys = {
        "point": np.repeat(points, len(numbers)),
        "replication": np.tile(numbers, len(points)),
    }
    stream = io.BytesIO()
    polars.DataFrame(keys | dict(block.columns)).write_parquet(stream, compression="zstd")
    return stream.getvalue()


def read_block(content: bytes) -> Block:
    """Return the block of a Parquet file."""
    import polars

    frame = polars.read_parquet(io.BytesIO(content))
    return Block({name: frame[name].to_numpy() for name in frame.columns if name not in KEYS})
