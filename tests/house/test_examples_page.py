"""The page of example cases shows all of them as the command draws them."""

import re

from tools.draw_cases import CASES, IMAGES, PAGE, page, picture

MOST_BYTES = 300_000  # of all pictures together


def test_the_page_is_what_the_command_writes():
    """The text of docs/examples.md, with every case in it, is what `tools.draw_cases` writes."""
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(), "run python -m tools.draw_cases"
    assert all(f"examples/cases/{path.name}" in text for path in CASES)
    assert all((PAGE.parent / link).exists() for link in re.findall(r"\]\(([\w./-]+)[#)]", text))


def test_each_picture_is_what_the_command_draws():
    """Every case has a picture, drawn from its run; there is no other, and all are small."""
    drawn = {path.stem: path for path in IMAGES.glob("*.svg")}
    assert set(drawn) == {path.stem for path in CASES}
    for path in CASES:
        assert drawn[path.stem].read_text(encoding="utf-8") == picture(path), path.name
    assert sum(path.stat().st_size for path in drawn.values()) < MOST_BYTES
