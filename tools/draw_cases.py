"""Draw the example cases, and write the page that shows them, `docs/examples.md`.

`python -m tools.draw_cases` after an example case was added or changed. What a case shows is said
by the comment at its head; its picture is the chain and the stock of one run, from the charts of
the report.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from inventory_hmarl import load_case, simulate
from inventory_hmarl.reports.figures import summarise
from inventory_hmarl.reports.page import gather
from inventory_hmarl.reports.page.charts import (
    BOX_HEIGHT,
    BOX_WIDTH,
    LEFT,
    RIGHT,
    WIDTH,
    Chain,
    Curve,
    Lines,
)

ROOT = Path(__file__).resolve().parents[1]
CASES = sorted((ROOT / "examples" / "cases").glob("*.toml"))
PAGE, IMAGES = ROOT / "docs" / "examples.md", ROOT / "docs" / "images" / "cases"
MOST_POINTS = 130  # of a curve: more cannot be told apart at this size
LONGEST_NAME = 24
STYLE = (
    "text{font:12px system-ui,Arial,sans-serif;fill:#1c2733}.s{fill:#5b6875}"
    ".b{fill:#f3f6f9;stroke:#7b8794}.f{fill:none;stroke:#0b6fa4;stroke-opacity:.45}"
    ".g{stroke:#e6eaef}.c{fill:none;stroke-width:1.8}"
)


def picture(path: Path) -> str:
    """Return the drawing of a case: its chain, and below it the stock of one run by day."""
    run = simulate(load_case(path))
    chain, (stock, _) = gather.chain(run, summarise(run)), gather.over_time(run)
    top = round(chain.height) + 30
    parts = [*_chain(chain), f'<g transform="translate(0 {top})">', *_lines(stock), "</g>"]
    height = top + round(stock.height) + 6
    title = f"{run.case.title}: the chain and its flows, and stock by day"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
            f"<title>{escape(title)}</title><style>{STYLE}</style>",
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
            *parts,
            "</svg>\n",
        ]
    )


def _chain(chain: Chain) -> Iterator[str]:
    for flow in chain.flows:
        path = re.sub(r"\d+\.\d+", lambda found: f"{float(found[0]):.0f}", flow.path)
        yield f'<path class="f" d="{path}" stroke-width="{flow.width:.0f}"/>'
    for box in chain.boxes:
        left, top = round(box.left), round(box.top)
        size = f'width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="4"'
        yield f'<rect class="b" x="{left}" y="{top}" {size}/>'
        name = box.name if len(box.name) <= LONGEST_NAME else f"{box.name[: LONGEST_NAME - 1]}…"
        yield f'<text x="{left + 10}" y="{top + 18}" font-weight="600">{escape(name)}</text>'
        for row, note in enumerate(box.notes):
            place = f'x="{left + 10}" y="{top + 34 + 15 * row}"'
            yield f'<text class="s" {place}>{escape(note)}</text>'


def _lines(chart: Lines) -> Iterator[str]:
    bottom = round(chart.height) - 30
    for tick in chart.up:
        y = round(tick.place)
        yield f'<path class="g" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>'
        yield f'<text class="s" x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{tick.text}</text>'
    for tick in chart.across:
        place = f'x="{tick.place:.0f}" y="{bottom + 18}"'
        yield f'<text class="s" {place} text-anchor="middle">{tick.text}</text>'
    place = f'x="{WIDTH - RIGHT}" y="{bottom + 32}" text-anchor="end"'
    yield f'<text class="s" {place}>day</text>'
    x = LEFT
    for curve in chart.curves:
        yield f'<polyline class="c" stroke="{curve.colour}" points="{_points(curve)}"/>'
        yield f'<text x="{x}" y="-8" style="fill:{curve.colour}">stock: {escape(curve.name)}</text>'
        x += 170


def _points(curve: Curve) -> str:
    points = [tuple(map(float, each.split(","))) for each in curve.line.split()]
    step = -(-len(points) // MOST_POINTS)
    return " ".join(f"{x:.0f},{y:.0f}" for x, y in points[::step])


def about(path: Path) -> str:
    """Return what the comment at the head of a case says, with its references as links."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    text = " ".join(" ".join(lines).replace("`", "").split())
    text = re.sub(r'docs/([\w-]+\.md), "([^"]+)"', _section, text)
    return re.sub(r"(?<![(/\w#])docs/([\w-]+\.md)", r"[\1](\1)", text)


def _section(found: re.Match[str]) -> str:
    anchor = re.sub(r"[^\w\- ]", "", found[2].lower()).replace(" ", "-")
    return f"[{found[2]}]({found[1]}#{anchor})"


def page() -> str:
    """Return the text of the page."""
    parts = [
        "# Example cases",
        "Each file of `examples/cases/` shows one thing, with numbers small enough to follow. Run "
        "it, hold it against a change with `compare`, or look at it with `report`. "
        "`everything.toml` has all of it in one chain. `python -m tools.draw_cases` draws the "
        "pictures: the chain with its units a day, and the stock of one run.",
    ]
    for path in CASES:
        title = tomllib.loads(path.read_text(encoding="utf-8"))["title"]
        command = f"inventory-hmarl run examples/cases/{path.name}"
        image = f"![{title}: the chain, and stock by day](images/cases/{path.stem}.svg)"
        parts += [f"## {title}", about(path), f"```sh\n{command}\n```", image]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Draw all cases, and write the page."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for old in IMAGES.glob("*.svg"):
        old.unlink()
    for path in CASES:
        (IMAGES / f"{path.stem}.svg").write_text(picture(path), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
