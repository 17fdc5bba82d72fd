"""Other simulators and ours on the same cases."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.peers.comparing import rows

CORES = 1
TABLE = "peers"  # of its own


def figures() -> Iterator[Figure]:
    """Run each peer in the environment of all of them, and ours beside it."""
    return rows()
