"""A twin as a plain JSON file: numbers, strings and lists, nothing that could run.

Python writes a float with as many digits as it takes to read the same bits back, so that a
restored twin goes on bit for bit.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from inventory_hmarl import _version
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.state import LevelState, State
from inventory_hmarl.whole_files import text_writer, write_files

FORMAT = 1
NOISE = 1e-6  # units: in continuous units a sum may miss zero by rounding
# What json reads and writes, and the trees that a policy's memory may be: both recursive.
Json: TypeAlias = Any
Tree: TypeAlias = Any


class SnapshotError(ValueError):
    """A snapshot that cannot be written, or a file that is none that this version can read."""


def encode(tree: Tree) -> Json:
    """Return a tree of tuples, arrays, numbers and None as JSON values."""
    if tree is None or isinstance(tree, bool | int | float | str):
        return tree
    if isinstance(tree, np.ndarray):
        kind = "bool" if tree.dtype == bool else "float"
        return {"array": tree.ravel().tolist(), "shape": list(tree.shape), "kind": kind}
    if isinstance(tree, tuple):
        return [encode(branch) for branch in tree]
    raise SnapshotError(f"a policy's memory holds a {type(tree).__name__}: only arrays and numbers")


def decode(value: Json) -> Tree:
    """Return what `encode` was given."""
    if isinstance(value, list):
        return tuple(decode(branch) for branch in value)
    if isinstance(value, dict):
        dtype = np.bool_ if value["kind"] == "bool" else np.float64
        return np.array(value["array"], dtype=dtype).reshape(value["shape"])
    return value


def encode_state(state: State) -> Json:
    """Return a state as JSON values."""
    levels = tuple(tuple(level) for level in state.levels)
    return encode((int(state.day), levels, state.memory, state.disrupted))


def decode_state(value: Json) -> State:
    """Return the state that `encode_state` was given."""
    day, levels, *rest = decode(value)
    return State(day, tuple(LevelState(*level) for level in levels), *rest)


def fitted(state: State, start: State, days: int) -> State:
    """Return a decoded state in the types of the run that starts with `start`.

    Raises `ValueError` unless it could be one of that run.
    """
    if type(state.day) is not int or not 0 <= state.day <= days:
        raise ValueError(f"its day is {state.day!r:.40}, not one of 0 to {days}")
    if not all(_alike(*pair) for pair in zip(state[1:], start[1:], strict=True)):
        raise ValueError("its state is not one of its case")
    return State(state.day, *(_typed(*pair) for pair in zip(state[1:], start[1:], strict=True)))


def _typed(tree: Tree, pattern: Tree) -> Tree:
    """Return a tree with each tuple in the type that it has in a tree of the same branches."""
    if not isinstance(pattern, tuple):
        return tree
    branches = [_typed(*pair) for pair in zip(tree, pattern, strict=True)]
    return type(pattern)(*branches) if hasattr(pattern, "_fields") else type(pattern)(branches)


def _alike(tree: Tree, pattern: Tree) -> bool:
    """Whether two trees have the same branches, and arrays of one shape, finite and >= 0."""
    if isinstance(pattern, tuple):
        return (
            isinstance(tree, tuple)
            and len(tree) == len(pattern)
            and all(_alike(*pair) for pair in zip(tree, pattern, strict=True))
        )
    if isinstance(pattern, np.ndarray):
        return (
            isinstance(tree, np.ndarray)
            and tree.shape == pattern.shape
            and bool((np.isfinite(tree) & (tree >= -NOISE)).all())
        )
    return type(tree) is type(pattern)


def encode_records(records: list[Array]) -> list[list[float]]:
    """Return the records of one chain as lists of numbers."""
    return [record[:, 0].tolist() for record in records]


def decode_records(value: list[list[float]]) -> list[Array]:
    """Return the records that `encode_records` was given."""
    return [np.array(row, dtype=np.float64)[:, None] for row in value]


def write(path: Path, content: dict[str, Json]) -> None:
    """Write a snapshot whole or not at all; raise `SnapshotError` where that cannot be."""
    text = json.dumps({"format": FORMAT, "version": _version.__version__, **content})
    try:
        write_files(path.parent, {path.name: text_writer(text)})
    except OSError as error:
        raise SnapshotError(f"{path}: cannot be written ({error.strerror or error})") from error


def read(path: Path) -> dict[str, Json]:
    """Return the content of a snapshot file.

    Raises `SnapshotError` for a file that is no snapshot, or of another format.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SnapshotError(f"{path}: cannot be read as a snapshot ({error})") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        found = content.get("format") if isinstance(content, dict) else None
        raise SnapshotError(f"{path}: snapshot format {found!r:.40}; this version reads {FORMAT}")
    return content
