"""A study on the disk: its case, its manifest, a Parquet file a finished chunk, its table.

A chunk's file is written whole, and its name ends with its checksum: at every instant a file is
complete or not there, and damage shows without a second file that could disagree.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from inventory_hmarl.case.faults import shorten
from inventory_hmarl.studies.blocks import Block
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.hashes import hash_of_hashes
from inventory_hmarl.studies.locking import LOCK
from inventory_hmarl.studies.parquet import block_bytes, read_block
from inventory_hmarl.studies.planning import Chunk
from inventory_hmarl.studies.tables import Results
from inventory_hmarl.whole_files import text_writer, write_bytes, write_files

KIND = "sweep"
CASE_FILE, MANIFEST, TABLE, CHUNKS = "case.json", "manifest.json", "table.csv", "chunks"
NAME = re.compile(r"(\d{6,})-([0-9a-f]{16})\.parquet")

WHY = {  # of what makes a study another one, and how it is told
    "kind": "holds no study: choose another folder",
    "version": "its results are of another version: install that version, or choose another folder",
    "case_sha256": "its results are of another case: choose another folder",
    "vary": "it varies something else: repeat its --vary, or choose another folder",
    "design": "its points are chosen otherwise: repeat its --design, --sample and --sample-seed",
    "points_sha256": "its points are others: choose another folder",
    "replications": "it has another number of replications: repeat it, or choose another folder",
    "engine": "it was begun with another engine: repeat it, or choose another folder",
    "precision": "it was begun with another precision: repeat it, or choose another folder",
    "chunks": "its chunks are cut otherwise: choose another folder",
}
DERIVED = ("points_sha256", "chunks")  # told where nothing else differs


@dataclass
class StudyFolder:
    """The folder of one study, claimed and locked by this process."""

    path: Path
    manifest: dict[str, object]
    finished: dict[int, Path] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)  # what was found, a line each

    def keep(self, chunk: Chunk, block: Block) -> None:
        """Write a block: when this returns it is on the disk; raises `OSError`."""
        content = block_bytes(chunk, block)
        checksum = hashlib.sha256(content).hexdigest()[:16]
        path = self.path / CHUNKS / f"{chunk.number:06d}-{checksum}.parquet"
        write_bytes(path, content)
        self.finished[chunk.number] = path

    def block(self, chunk: Chunk) -> Block:
        """Return the block of a finished chunk."""
        return read_block(self.finished[chunk.number].read_bytes())

    def finish(self, results: Results) -> None:
        """Write the table, and into the manifest what it hashes to."""
        self.manifest |= {
            "results": results.hashes(),
            "results_sha256": hash_of_hashes(results.hashes()),
        }
        write_files(
            self.path,
            {TABLE: text_writer(results.csv()), MANIFEST: text_writer(_text(self.manifest))},
        )


def open_folder(path: Path, identity: Mapping[str, object], case_text: str) -> StudyFolder:
    """Return the folder of a study, begun or gone on with; the caller holds its lock.

    `identity` says which study it is. Raises `StudyError` for a folder of something else, with what
    differs, and `OSError` where it cannot be written.
    """
    found = read_manifest(path)
    if found is None:
        found = _begin(path, identity, case_text)
    else:
        differing(path, found, identity)
    folder = StudyFolder(path, found)
    (path / CHUNKS).mkdir(exist_ok=True)
    for place in (path, path / CHUNKS):
        for left in place.glob(".*.tmp"):  # of a process that was killed while it wrote
            left.unlink(missing_ok=True)
    _look(folder, identity)
    return folder


def differing(path: Path, found: Mapping[str, object], identity: Mapping[str, object]) -> None:
    """Raise `StudyError` where a manifest is of another study, with all that differs."""
    names = [name for name in identity if name in WHY and found.get(name) != identity[name]]
    chosen = [name for name in names if name not in DERIVED] or names
    lines = [
        f"{path / MANIFEST}: {name} = {_short(found.get(name))}, and {_short(identity[name])} is "
        f"asked for: {WHY[name]}."
        for name in chosen
    ]
    if lines:
        raise StudyError(lines[:1] if found.get("kind") != KIND else lines)


def _short(value: object) -> str:
    return "nothing" if value is None else shorten(value)


def read_manifest(path: Path) -> dict[str, object] | None:
    """Return the manifest of a folder, None where there is none; raises `StudyError`."""
    place = path / MANIFEST
    try:
        content = json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise StudyError(
            [f"{place}: is not a manifest: mend it from a copy, or choose another folder"]
        )
    return content


def _begin(path: Path, identity: Mapping[str, object], case_text: str) -> dict[str, object]:
    """Write case and manifest into a folder with nothing in it but what a kill may leave there."""
    ours = {LOCK, CHUNKS}
    for entry in sorted(path.iterdir()):
        temporary = entry.name.startswith(".") and entry.name.endswith(".tmp")
        same_case = entry.name == CASE_FILE and entry.read_bytes() == case_text.encode()
        if entry.name not in ours and not temporary and not same_case:
            rule = "is in the way: a study needs an empty folder, or one of its own"
            raise StudyError([f"{entry}: {rule}"])
    manifest = dict(identity) | {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "platform": platform.platform(),
    }
    write_files(path, {CASE_FILE: text_writer(case_text), MANIFEST: text_writer(_text(manifest))})
    return manifest


def _look(folder: StudyFolder, identity: Mapping[str, object]) -> None:
    """Find the finished chunks; a damaged file is taken away, so that it is computed again."""
    count = identity["chunks"]
    assert isinstance(count, int)
    for path in sorted((folder.path / CHUNKS).iterdir()):
        named = NAME.fullmatch(path.name)
        if named is None or int(named[1]) >= count:
            continue  # somebody's own file
        checksum = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        if checksum == named[2]:
            folder.finished[int(named[1])] = path
        else:
            why = f"its checksum is {checksum}, its name says {named[2]}"
            folder.damaged.append(f"{path}: damaged ({why}); its chunk is computed again")
            path.unlink()


def _text(manifest: Mapping[str, object]) -> str:
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
