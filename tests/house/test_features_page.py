"""The page of features is made of its data, and each of its links leads somewhere."""

import re

import pytest

from benchmarks.cases import chain
from benchmarks.measures.features import with_feature
from inventory_hmarl.case import case_to_dict
from tools.write_features_page import DATA, LEARNING, LIBRARIES, PAGE, ROOT, data, page

PEERS, FEATURES = data()


def test_the_page_is_what_the_command_writes():
    """The text of docs/features.md is what `tools.write_features_page` makes of its data."""
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tools.write_features_page"
    assert {*LEARNING, *LIBRARIES} == set(PEERS)


@pytest.mark.parametrize("row", FEATURES, ids=lambda row: row["name"][:40])
def test_each_link_leads_somewhere(row):
    """A feature has a section of the docs, tests, and maybe an example: all are there."""
    file, _, anchor = row["docs"].partition("#")
    text = (DATA.parent / file).read_text(encoding="utf-8")
    heads = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
    assert not anchor or anchor in anchors
    assert row["tests"]
    for test in row["tests"]:
        assert "def test_" in (ROOT / test).read_text(encoding="utf-8")
    if "example" in row:
        assert (ROOT / "examples" / "cases" / f"{row['example']}.toml").exists()
    assert set(row.get("peers", ())) <= set(PEERS)


COSTLY = [row for row in FEATURES if "costs" in row]


@pytest.mark.parametrize("row", COSTLY, ids=lambda row: row["name"][:40])
def test_each_feature_can_be_switched_on(row):
    """What the benchmark sets to switch a feature on makes another case."""
    case = chain(stores=3, skus=2, days=90)
    assert case_to_dict(with_feature(case, row["costs"])) != case_to_dict(case)
