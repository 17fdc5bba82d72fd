"""One hash for several results."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def hash_of_hashes(hashes: Mapping[str, str]) -> str:
    """Return the SHA-256 of the lines "hash  name", as `sha256sum` prints them."""
    lines = "".join(f"{value}  {name}\n" for name, value in hashes.items())
    return hashlib.sha256(lines.encode()).hexdigest()
