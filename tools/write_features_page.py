"""Write `docs/features.md`: what the package can do, with its tests, beside its peers.

`python -m tools.write_features_page` after a row of `docs/features.toml` was added or changed.
"""

import tomllib
from pathlib import Path
from typing import Any  # a row holds texts, lists and tables

ROOT = Path(__file__).resolve().parents[1]
DATA, PAGE = ROOT / "docs" / "features.toml", ROOT / "docs" / "features.md"
LEARNING = ("gym_invmgmt", "or_gym", "mabim", "hdpo", "invman", "maro", "viso_jax")
LIBRARIES = ("stockpyl", "supplynetpy", "im_jl", "scs_jl", "miniscot")

Row = dict[str, Any]


def data() -> tuple[dict[str, str], list[Row]]:
    """Return the names of the peers, and the features."""
    read = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return read["peers"], read["features"]


def ours(row: Row) -> str:
    """Return what stands in our column: where a feature is described, tested and shown."""
    links = [f"[described]({row['docs']})"]
    links += [f"[{Path(test).stem}](../{test})" for test in row["tests"]]
    if "example" in row:
        links.append(f"[example](../examples/cases/{row['example']}.toml)")
    return ", ".join(links)


def table(peers: dict[str, str], rows: list[Row], shown: tuple[str, ...]) -> str:
    """Return a table of the features that some of the peers were looked at for."""
    heads = ["feature", "inventory-hmarl", *(peers[peer] for peer in shown)]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for row in rows:
        known = row.get("peers", {})
        cells = ["–" if known.get(peer) == "no" else known.get(peer, "") for peer in shown]
        if any(cells):
            lines.append(f"| {' | '.join([row['name'], ours(row), *cells])} |")
    return "\n".join(lines)


def page() -> str:
    """Return the text of the page."""
    peers, rows = data()
    alone = [row for row in rows if not row.get("peers")]
    parts = [
        "# Features, beside those of peers",
        "What the package has, where it is described, and the tests that hold it to that; beside "
        "it what open simulators of inventory have of the same. Peers were read and run in "
        "November 2026, in the versions that stand in the heads. `–`: looked for and not found; an "
        "empty cell: not looked for. Where one of them has it by now, or where we read it wrongly, "
        "a pull request on [features.toml](features.toml) is welcome: "
        "`python -m tools.write_features_page` makes this page of it. What a feature costs in time "
        "is [measured](benchmarks.md#what-features-cost).",
        "## Beside simulators for learning",
        table(peers, rows, LEARNING),
        "## Beside simulation libraries",
        table(peers, rows, LIBRARIES),
        "## Also here",
        "\n".join(f"- {row['name']}: {ours(row)}." for row in alone),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
