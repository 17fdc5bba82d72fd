"""The page of settings says what the definitions say."""

from tools.write_case_page import PAGE, page


def test_case_page_is_current():
    """The tables of docs/case.md are those that `python -m tools.write_case_page` writes."""
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text
