"""Open a report in a real browser without a window, and see that it works.

`python -m tools.check_report report.html [screenshot.png]` needs Chromium (Debian and Ubuntu:
`apt-get install chromium`). It fails on a console error, a request to a network, a chart that is
not drawn or a table that does not sort, and says how long the page took to load.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from html import unescape
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--enable-logging=stderr",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
MOST_SECONDS = 3.0
WATCH = (
    "<script>window.faults=[];addEventListener('error',e=>faults.push(String(e.message)));</script>"
)
PROBE = """
<script>
addEventListener("load", () => setTimeout(() => {
  const drawn = [...document.querySelectorAll("svg")].map((svg) => {
    const box = svg.getBBox();
    const good = box.width > 100 && box.height > 20 && !/NaN|undefined/.test(svg.innerHTML);
    return [svg.querySelector("title").textContent, good];
  });
  const sorts = [...document.querySelectorAll("table")].map((table) => {
    const head = table.querySelector("thead th:not(.text)");
    head.querySelector("button").click();
    const column = [...table.tBodies[0].rows].map((row) => +row.cells[head.cellIndex].dataset.key);
    return [table.caption.textContent, column.every((x, n) => n === 0 || column[n - 1] >= x)];
  });
  const time = performance.getEntriesByType("navigation")[0];
  const found = { faults, drawn, sorts, load: time.loadEventEnd / 1000,
    requests: performance.getEntriesByType("resource").map((each) => each.name)
      .filter((name) => !name.startsWith("data:")) };
  const place = document.createElement("pre");
  place.id = "probe";
  place.textContent = JSON.stringify(found);
  document.body.append(place);
}, 0));
</script>
"""


def browser() -> str:
    """Return the browser's path; ends with what to install where there is none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        sys.exit("no Chromium here; on Debian and Ubuntu: apt-get install chromium")
    return found


def opened(page: Path, *more: str) -> tuple[str, str]:
    """Open a page in a browser of its own; return what it printed on stdout and stderr."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [browser(), *FLAGS, f"--user-data-dir={profile}", *more, page.resolve().as_uri()],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
    return done.stdout, done.stderr


def faults_of(page: Path) -> list[str]:
    """Print what the browser saw; return what is wrong."""
    text = page.read_text(encoding="utf-8")
    watched = text.replace("<head>", "<head>" + WATCH, 1).replace("</body>", PROBE + "</body>")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "page.html"
        copy.write_text(watched, encoding="utf-8")
        out, err = opened(copy, "--virtual-time-budget=60000", "--dump-dom")
    found = re.search(r'<pre id="probe">(.*?)</pre>', out, re.DOTALL)
    if found is None:
        return ["the page never finished loading"]
    seen = json.loads(unescape(found[1]))
    print(f"{page}: {page.stat().st_size / 1e6:.2f} MB, loaded in {seen['load']:.2f} s")
    print(f"{len(seen['drawn'])} charts, {len(seen['sorts'])} tables")
    wrong = [f"script: {fault}" for fault in seen["faults"]]
    wrong += [f"console: {line}" for line in err.splitlines() if "CONSOLE" in line]
    wrong += [f"not drawn: {title}" for title, good in seen["drawn"] if not good]
    wrong += [f"does not sort: {caption}" for caption, good in seen["sorts"] if not good]
    wrong += [f"asks a network for {name}" for name in seen["requests"]]
    if seen["load"] > MOST_SECONDS:
        wrong.append(f"takes {seen['load']:.1f} s to load, more than {MOST_SECONDS}")
    return wrong


def main(words: list[str]) -> int:
    """Check a page, and take its picture if a second word says where to."""
    if not 1 <= len(words) <= 2:
        sys.exit("python -m tools.check_report report.html [screenshot.png]")
    page = Path(words[0])
    wrong = faults_of(page)
    if len(words) == 2:
        opened(page, f"--screenshot={Path(words[1]).resolve()}", "--window-size=1060,1720")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
