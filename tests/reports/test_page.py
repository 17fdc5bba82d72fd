"""The page of a case: every section, no network, and reasons that add up."""

import re
import sys
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from inventory_hmarl import load_case
from inventory_hmarl.case import CaseError, case_from_dict, case_to_dict, default_case, dump_toml
from inventory_hmarl.extras import MissingExtra
from inventory_hmarl.reports.page import Wanted, gather, report_html, write_report
from inventory_hmarl.reports.reasons import REASONS, by_label, missing, worst
from inventory_hmarl.scenarios import apply_scenario
from inventory_hmarl.simulation import simulate
from inventory_hmarl.studies.comparing import compare
from tests.reports.conftest import CASES, made

VOID = {"meta", "link", "br", "img", "input", "hr"}
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "cases"
ALWAYS = ("chain", "time", "cost", "reasons", "bullwhip", "tables")


class Reader(HTMLParser):
    """Follows a page: open elements, ids, and addresses of other places."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.addresses, self.counts = [], [], [], {}

    def handle_starttag(self, tag, attrs):
        """Note an element."""
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            self.ids += [value] if name == "id" else []
            self.addresses += [value] if name in {"href", "src", "data", "action"} else []

    def handle_startendtag(self, tag, attrs):
        """Note an element without content."""
        self.counts[tag] = self.counts.get(tag, 0) + 1

    def handle_endtag(self, tag):
        """See that elements close in order."""
        assert self.open.pop() == tag


def read(page):
    """Return what a well-formed page holds."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    return reader


@pytest.fixture(scope="module")
def page():
    """A page with everything in it."""
    tuned = case_to_dict(default_case())
    place = next(iter(tuned["stores"].values()))
    levels = place["policy"]["reorder_point"]
    levels[next(iter(levels))] += 5
    wanted = Wanted(4, days=40, scenarios=["spike", "supplier_delay"], levels=case_from_dict(tuned))
    return report_html(default_case(), wanted)


def test_a_page_is_well_formed_and_has_every_section(page):
    """Elements close in order, ids are unique, and each section is there."""
    found = read(page)
    assert len(found.ids) == len(set(found.ids))
    assert {*ALWAYS, "alternatives", "levels"} <= set(found.ids)
    assert found.counts["svg"] == 7


def test_a_page_needs_no_network(page):
    """Nothing on the page leads elsewhere."""
    assert all(each.startswith(("#", "data:,")) for each in read(page).addresses)
    assert not re.search(r"https?://|@import|url\(", page)


def test_every_drawing_has_a_name_and_every_caption_its_sample(page):
    """Drawings have a title; captions say n, interval, seed and case."""
    assert page.count('role="img" aria-label=') == page.count("<svg ")
    assert page.count("<svg ") <= page.count("<desc>")
    for caption in re.findall(r"<figcaption>(.*?)</figcaption>", page, re.DOTALL):
        assert all(word in caption for word in ("n = 4 replications", "95 %", "seed 42", "case "))


def test_every_mean_of_a_page_has_its_interval():
    """Boxes of the chain, lanes, parts of bars and alternatives: no mean stands by itself."""
    page = report_html(default_case(), Wanted(replications=4, days=20, scenarios=["spike"]))
    titles = re.findall(r"<title>([^<]*\d\.\d[^<]*)</title>", page)
    boxes = re.findall(r">((?:stock|service) [^<]*)<", page)
    assert len(titles) > 10
    assert len(boxes) == 7
    assert [text for text in (*titles, *boxes) if "±" not in text] == []


def test_a_page_has_the_figures_of_the_other_commands():
    """Alternatives are those of `compare`: ratios of sums, verdicts that allow for all of them."""
    base, spiked = default_case(), apply_scenario(default_case(), "spike")
    page = report_html(base, Wanted(replications=4, days=20, scenarios=["spike"]))
    names = ("unit_fill_rate", "total_lost_sales", "avg_inventory", *gather.COSTS, "total_cost")
    found = compare(base, {"spike": spiked}, replications=4, days=20, figures=(*names, "profit"))
    row = page[page.index("Alternatives</caption>") :].split("</tr>")[1]
    at = found.figures.index("unit_fill_rate")
    assert f"{100 * found.base_mean[at]:.2f} ±" in row
    assert ("chance?" in row) != bool(found.real[0, at])


def test_a_plain_page_has_no_empty_sections():
    """Without alternatives and levels, their sections are not there."""
    found = read(report_html(default_case(), Wanted(1, days=20)))
    assert not {"alternatives", "levels"} & set(found.ids)
    assert set(ALWAYS) <= set(found.ids)


@pytest.mark.parametrize("kind", CASES)
def test_every_kind_of_chain_has_a_page(kind):
    """Waiting customers, dropped orders and failing suppliers are no obstacle."""
    assert "NaN" not in report_html(made(*CASES[kind]), Wanted(2))


def test_names_cannot_break_out_of_the_page():
    """A name is text wherever it is shown."""
    data = case_to_dict(default_case()) | {"title": "<script>alert(1)</script>"}
    assert "<script>alert" not in report_html(case_from_dict(data), Wanted(1, days=10))


@pytest.mark.parametrize("kind", CASES)
def test_reasons_add_up_to_what_was_missing(kind):
    """Units by reason are never negative, and sum to demand that was not met at once."""
    case = made(*CASES[kind])
    run = simulate(case, replications=3)
    found = dict(by_label(run.model, missing(case, run), "location"))
    figures = run.figures("location")
    unmet = figures["total_demand"] * (1 - np.nan_to_num(figures["unit_fill_rate"], nan=1.0))
    for name, expected in zip(run.labels("location"), unmet, strict=True):
        if name in found:
            assert found[name].min() >= 0
            np.testing.assert_allclose(found[name].sum(axis=0), expected, atol=1e-6)


def one_store(**settings):
    """Return a store of one SKU, from a supplier three days away, four units a day."""
    store = {"initial_inventory": 4, "policy": {"rule": "base_stock", "order_up_to": 0}}
    lane = {"source": "s", "destination": "a", "lead_time": 3}
    demand = {"distribution": "replay", "units": [4] * 12}
    case = {"days": 12, "skus": {"x": {"demand": demand}}, "stores": {"a": store}}
    case |= {"suppliers": {"s": {}}, "lanes": [lane]}
    for name, value in settings.items():
        owner = {"policy": store, "capacity": case["suppliers"]["s"]}.get(name, case)
        owner[name] = value
    return case_from_dict(case)


def reasons_of(case):
    """Return the missing units of the only store, by reason."""
    run = simulate(case)
    (_, units), *_ = by_label(run.model, missing(case, run), "location")
    return dict(zip(REASONS, units[:, 0].tolist(), strict=True))


def test_a_store_that_never_orders_lacks_for_want_of_orders():
    """Where nothing was ordered, that is the reason."""
    assert reasons_of(one_store()) == dict.fromkeys(REASONS, 0) | {"level too low": 44}


def test_a_store_that_waits_for_the_lead_time_lacks_what_is_on_its_way():
    """What was ordered on day 1 arrives in the evening of day 4: three days go without."""
    case = one_store(policy={"rule": "base_stock", "order_up_to": 100})
    assert reasons_of(case) == dict.fromkeys(REASONS, 0) | {"on its way": 12}


def test_a_supplier_that_has_little_is_short():
    """What the supplier owes comes before what is on its way."""
    case = one_store(policy={"rule": "base_stock", "order_up_to": 100}, capacity=1)
    found = reasons_of(case)
    assert found["source short"] == sum(found.values()) > 0


def test_a_supplier_that_fails_is_the_reason():
    """Once failed orders are reported, what is missing is theirs."""
    case = case_to_dict(one_store(policy={"rule": "base_stock", "order_up_to": 16}))
    case["suppliers"]["s"]["reliability"] = 1e-9
    found = reasons_of(case_from_dict(case))
    assert found["supplier failed"] > 0
    assert found["source short"] == 0


def test_demand_above_the_mean_is_a_reason():
    """A day on which customers ask for more than the mean is told from a level that is too low."""
    demand = {"distribution": "table", "values": [4, 20], "probabilities": [0.9, 0.1]}
    case = case_to_dict(one_store(policy={"rule": "base_stock", "order_up_to": 24}))
    case["skus"]["x"] |= {"demand": demand, "base_demand": 5.6}
    case["days"], case["stores"]["a"]["initial_inventory"] = 200, 24
    found = reasons_of(case_from_dict(case))
    assert found["demand above forecast"] > 0


def test_what_spoiled_is_a_reason():
    """Units that expired are what is missing until a replacement could have come."""
    case = case_to_dict(one_store())
    demand = {"distribution": "replay", "units": [0, 0, 4] * 4}
    case["skus"]["x"] |= {"shelf_life": 2, "demand": demand}
    found = reasons_of(case_from_dict(case))
    assert found["spoiled"] == 8  # on days 3 and 6: the 4 of the opening stock expired on day 2
    assert sum(found.values()) == 16


def test_a_store_that_orders_seldom_waits_for_its_review():
    """What was sold since the last day of ordering is missing for want of a review."""
    case = case_to_dict(one_store(policy={"rule": "base_stock", "order_up_to": 12}))
    case["lanes"][0]["lead_time"] = 0
    case["stores"]["a"] |= {"review_period": 6, "initial_inventory": 12}
    found = reasons_of(case_from_dict(case))
    assert found["not yet reviewed"] > 0
    assert found["on its way"] == 0


STOPS = [{"stops": [name]} for name in ("orders", "shipments", "transit", "receipts")]


@pytest.mark.parametrize("what", [*STOPS, {"delay": 2}, {"limit": 0}], ids=str)
def test_an_outage_is_a_reason(what):
    """Two days on which something stops, is late or is limited cost two days of sales: no more.

    The lead time is 3 days, the stock what is needed: without the outage nobody goes without.
    """
    case = case_to_dict(one_store(policy={"rule": "base_stock", "order_up_to": 16}))
    case["stores"]["a"]["initial_inventory"] = 16
    assert not any(reasons_of(case_from_dict(case)).values())
    place = "s" if what.keys() & {"delay", "limit"} or what == STOPS[1] else "a"
    case["disruptions"] = {"trouble": {"locations": [place], "first_day": 4, "last_day": 5} | what}
    assert reasons_of(case_from_dict(case)) == dict.fromkeys(REASONS, 0) | {"outage": 8}


@pytest.mark.parametrize("stop", ["orders", "shipments"])
def test_an_outage_above_explains_what_the_source_owes(stop):
    """Where a depot is short because its supplier stood still, the outage is the reason."""
    case = case_to_dict(one_store(policy={"rule": "base_stock", "order_up_to": 8}))
    depot = {"initial_inventory": 4, "policy": {"rule": "base_stock", "order_up_to": 8}}
    case["warehouses"], case["stores"]["a"]["initial_inventory"] = {"depot": depot}, 8
    case["lanes"] = [
        {"source": "s", "destination": "depot", "lead_time": 0},
        {"source": "depot", "destination": "a", "lead_time": 1},
    ]
    assert not any(reasons_of(case_from_dict(case)).values())
    trouble = {"locations": ["s"], "stops": [stop], "first_day": 4, "last_day": 6}
    case["disruptions"] = {"trouble": trouble}
    found = reasons_of(case_from_dict(case))
    assert found["outage"] == sum(found.values()) > 0


def test_want_of_space_is_a_reason():
    """What waits at the door of a full store is missing for want of space."""
    case = case_to_dict(one_store(policy={"rule": "base_stock", "order_up_to": 16}))
    case["skus"] = {"x": case["skus"]["x"], "y": {"demand": {"distribution": "none"}}}
    case["stores"]["a"] |= {
        "initial_inventory": {"x": 0, "y": 16},
        "storage": 16,
        "when_full": "refuse",
    }
    # On days 1 to 4 the order of day 1 is on its way; from day 5 on it waits at the door.
    found = reasons_of(case_from_dict(case))
    assert found["no space"] == 8 * 4
    case["stores"]["a"]["receives"] = "morning"
    case["lanes"][0]["lead_time"] = 4
    assert reasons_of(case_from_dict(case))["no space"] == 8 * 4


@pytest.mark.parametrize("name", ["disruptions", "shared_space", "order_of_day"])
def test_reasons_of_the_examples_add_up(name):
    """Disruptions at random, full stores and other orders of the day are accounted for exactly."""
    run = simulate(load_case(EXAMPLES / f"{name}.toml").changed(days=60), replications=3)
    found = dict(by_label(run.model, missing(run.case, run), "location"))
    figures = run.figures("location")
    unmet = figures["total_demand"] * (1 - np.nan_to_num(figures["unit_fill_rate"], nan=1.0))
    for label, expected in zip(run.labels("location"), unmet, strict=True):
        if label in found:
            assert found[label].min() >= 0
            np.testing.assert_allclose(found[label].sum(axis=0), expected, atol=1e-6)


def test_the_worst_places_come_first():
    """The summary names where most was missing, and the reason of most of it."""
    run = simulate(one_store())
    (place,) = worst(run.model, missing(run.case, run))
    assert (place.location, place.sku, place.units) == ("a", "x", 44)
    assert (place.reason, place.part) == ("level too low", 1.0)


def test_levels_of_another_chain_are_refused():
    """Recommended levels must be of the same locations and SKUs."""
    with pytest.raises(CaseError, match="levels: stores"):
        report_html(default_case(), Wanted(1, levels=one_store()))


def test_a_page_is_not_replaced_unasked(tmp_path):
    """A page that is there stays, unless `force`."""
    path = tmp_path / "report.html"
    wanted = Wanted(1, days=10)
    write_report(default_case(), path, wanted)
    with pytest.raises(FileExistsError, match="--force"):
        write_report(default_case(), path, wanted)
    assert write_report(default_case(), path, wanted, force=True) == path


def test_a_missing_extra_is_named(monkeypatch):
    """Without jinja2, the error says which extra to install."""
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtra, match=r'pip install "inventory-hmarl\[report\]"'):
        report_html(default_case(), Wanted(1, days=10))


def test_a_page_of_many_skus_stays_small():
    """Three hundred SKUs take less than their share of ten megabytes for a thousand."""
    data = case_to_dict(default_case())
    sku = next(iter(data["skus"].values()))
    data["skus"] = {f"sku_{n:03d}": sku for n in range(300)}
    for place in (*data["stores"].values(), *data["warehouses"].values()):
        del place["max_inventory"]
        place["initial_inventory"] = 50
        place["policy"] = {"rule": "base_stock", "order_up_to": 60}
    data["lanes"] = [lane | {"lead_time": 2} for lane in data["lanes"]]
    page = report_html(case_from_dict(data), Wanted(2, days=20))
    assert len(page.encode()) < 3_000_000


def test_the_templates_are_in_the_package():
    """The page's templates are files of the package."""
    folder = resources.files("inventory_hmarl.reports.page") / "templates"
    names = {each.name for each in folder.iterdir()}
    assert {"report.html.j2", "charts.html.j2", "style.css", "sort.js"} <= names


def test_the_command_writes_a_page(tmp_path):
    """`inventory-hmarl report` writes a page, and ends with 2 where there is one."""
    from inventory_hmarl.cli import main

    case, out = tmp_path / "case.toml", tmp_path / "report.html"
    case.write_text(dump_toml(default_case()), encoding="utf-8")
    words = ["report", str(case), "--days", "20", "--replications", "2", "--out", str(out)]
    for status in (0, 2):
        with pytest.raises(SystemExit) as ended:
            main([*words, "--levels", str(case)], prog_name="inventory-hmarl")
        assert ended.value.code == status
    assert "They are those of the case." in out.read_text(encoding="utf-8")
