"""Write the tables of `docs/agents.md` from the definitions that environments are made of.

`python -m tools.write_agents_page` after a quantity or an action mode was added or changed.
"""

from pathlib import Path

from inventory_hmarl import default_case
from inventory_hmarl.envs.modes import MODES
from inventory_hmarl.envs.observations import QUANTITIES, Observe
from inventory_hmarl.envs.scene import make_scene

PAGE = Path(__file__).resolve().parents[1] / "docs" / "agents.md"


def tables() -> dict[str, str]:
    """Return each table of the page by its name."""
    return {"observations": _observations(), "actions": _actions()}


def _observations() -> str:
    lines = ["| entry | meaning | least | most | entries in the default case |"]
    lines.append("|---|---|---|---|---|")
    entries = make_scene(default_case(), observe=Observe("global")).table.entries
    for name, about in QUANTITIES.items():
        whole = not name.endswith("_")
        mine = [e for e in entries if (e.quantity if whole else e.quantity[: len(name)]) == name]
        low = min((f"{e.low:g}" for e in mine), default="0")
        high = max((f"{e.high:g}" for e in mine), default="1e+15")
        lines.append(f"| `{name}{'' if whole else 'N'}` | {about} | {low} | {high} | {len(mine)} |")
    return "\n".join(lines)


def _actions() -> str:
    lines = ["| mode | orders | numbers of a SKU |", "|---|---|---|"]
    for name, mode in MODES.items():
        about = " ".join((mode.orders.__doc__ or "").split())
        parts = ", ".join(f"`{part}`" for part in mode.parts)
        lines.append(f"| `{name}` | {about} | {parts} |")
    return "\n".join(lines)


def page_with(text: str, parts: dict[str, str]) -> str:
    """Return the page's text with its tables put between their markers."""
    for name, part in parts.items():
        start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(start)
        _, _, after = rest.partition(end)
        text = f"{before}{start}\n\n{part}\n\n{end}{after}"
    return text


def main() -> None:
    """Rewrite the page."""
    PAGE.write_text(page_with(PAGE.read_text(encoding="utf-8"), tables()), encoding="utf-8")


if __name__ == "__main__":
    main()
