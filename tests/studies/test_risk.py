"""Outages: what can be worked out by hand, what is compared, what cannot be told."""

import copy
import json

import pytest

from inventory_hmarl.case import case_from_dict, default_case, starter_case
from inventory_hmarl.cli import main
from inventory_hmarl.studies import risk as module
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.risk import Outage, risk

# Ten units a day, a position of 50 after every decision, two days on the way.
STEADY = {
    "days": 90,
    "warmup_days": 10,
    "demand": {"distribution": "normal", "noise": "none"},
    "skus": {"item": {"base_demand": 10, "unit_price": 3}},
    "stores": {
        "store": {
            "initial_inventory": 50,
            "policy": {"rule": "base_stock", "order_up_to": 50},
        }
    },
    "suppliers": {"supplier": {}},
    "lanes": [{"source": "supplier", "destination": "store", "lead_time": 2}],
}


# What an outage of 14 days comes to: units lost, days to survive, days to recover. The store has 30
# units in the morning, 20 are on their way. What a lane held up is there a day before the rest;
# customers who wait for it keep the next ones waiting.
WORKED_OUT = {
    ("lost", "supplier"): (120, 5, 3),
    ("lost", "lane"): (120, 3, 1),
    ("lost", "store"): (120, 3, 1),
    ("backordered", "supplier"): (120, 5, 3),
    ("backordered", "lane"): (140, 3, 3),
    ("backordered", "store"): (120, 3, 1),
}
PLACES = {
    "supplier": Outage("supplier"),
    "lane": Outage("supplier", "store"),
    "store": Outage("store"),
}


@pytest.mark.parametrize(("unmet", "place"), WORKED_OUT)
def test_an_outage_is_what_can_be_worked_out_by_hand(unmet, place):
    """Nothing leaves a supplier; a lane stands still as well; a store takes nothing in."""
    settings = copy.deepcopy(STEADY)
    settings["stores"]["store"]["unmet_demand"] = unmet
    found = risk(case_from_dict(settings), outage_days=14, replications=5)
    row = next(row for row in found.rows if row.outage == PLACES[place])
    told = (row.units_lost.mean, row.days_to_survive.mean, row.days_to_recover.mean)
    assert told == WORKED_OUT[unmet, place]
    assert row.value_lost.mean == 3 * row.units_lost.mean
    assert row.exposure == row.units_lost.mean / (120 if unmet == "lost" else 140)
    assert (row.survived, row.unrecovered) == (0, 0)


def test_other_things_may_stop():
    """Where only orders stop, what has left arrives; a supplier without receipts is named."""
    case = case_from_dict(STEADY)
    orders = risk(case, stops=["orders"], replications=5)
    for row in orders.rows:
        told = (row.units_lost.mean, row.days_to_survive.mean, row.days_to_recover.mean)
        assert told == (120, 5, 3)
    assert orders.left_out == ()
    receipts = risk(case, stops=["receipts"], replications=5)
    assert receipts.left_out == (Outage("supplier"),)
    assert {row.outage for row in receipts.rows} == {PLACES["lane"], PLACES["store"]}
    with pytest.raises(StudyError, match="must be among orders, shipments"):
        risk(case, stops=["order"])


def test_what_is_survived_is_a_bound():
    """A store that holds stock for all days survives every outage, and loses nothing."""
    settings = copy.deepcopy(STEADY)
    settings["stores"]["store"]["initial_inventory"] = 2000
    row = risk(case_from_dict(settings), outage_days=14, replications=5).rows[0]
    assert (row.units_lost.mean, row.survived, row.days_to_recover.mean) == (0, 5, 0)
    assert row.exposure is None


def test_losses_grow_with_the_outage():
    """A longer outage costs more at every source, and sources are ranked by what they cost."""
    short, long = (
        {row.outage: row for row in risk(default_case(), outage_days=n, replications=20).rows}
        for n in (7, 21)
    )
    for outage, row in long.items():
        assert row.units_lost.mean > short[outage].units_lost.mean
    values = [row.value_lost.mean for row in long.values()]
    assert values == sorted(values, reverse=True)
    assert risk(default_case(), replications=5) == risk(default_case(), replications=5)


def test_another_source_helps():
    """Where one of two suppliers stops, less is lost than where both lanes do, at the store."""
    settings = copy.deepcopy(STEADY)
    settings["suppliers"]["other"] = {}
    half = settings["lanes"][0] | {"share": 0.5}
    settings["lanes"] = [half, half | {"source": "other"}]
    lost = {row.outage: row.units_lost.mean for row in risk(case_from_dict(settings)).rows}
    assert all(0 < lost[Outage(name)] < lost[Outage("store")] for name in ("supplier", "other"))


def test_outages_come_on_top_of_a_cases_own_disruptions():
    """A strike that ends a day after the outage, and costs nothing alone, makes it a day longer."""
    settings = copy.deepcopy(STEADY)
    strike = {"locations": ["supplier"], "stops": ["shipments"], "first_day": 24, "last_day": 25}
    lost = []
    for disruptions in ({}, {"outage 1": strike}):
        settings["disruptions"] = disruptions
        found = risk(case_from_dict(settings), outage_days=14, replications=1)  # from day 11 to 24
        lost += [row.units_lost.mean for row in found.rows if row.outage == PLACES["supplier"]]
    assert lost == [120, 130]


def test_the_command_prints_a_ranked_table(capsys, tmp_path):
    """`risk` prints outages worst first, or JSON; an outage that is too long is refused."""
    path = tmp_path / "case.toml"
    path.write_text(starter_case(), encoding="utf-8")

    def run(*words):
        with pytest.raises(SystemExit) as ended:
            main(["risk", str(path), "--replications", "4", *words], prog_name="inventory-hmarl")
        return ended.value.code, *capsys.readouterr()

    status, out, err = run()
    assert (status, err) == (0, "")
    assert out.index("warehouse_1 ") < out.index("supplier_1 ")
    assert len(json.loads(run("--json")[1])["rows"]) == 9
    out = run("--stops", "orders, transit", "--json")[1]
    left_out = [outage["source"] for outage in json.loads(out)["left_out"]]
    assert left_out == []  # orders stop everywhere
    assert "An outage: receipts stop." in run("--stops", "receipts")[1]
    status, out, err = run("--stops", "order")
    assert (status, out) == (2, "")
    assert "must be among orders, shipments, transit, receipts" in err
    status, out, err = run("--outage-days", "80")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "leave a week" in err


def test_ctrl_c_keeps_the_outages_that_are_finished(capsys, tmp_path, monkeypatch):
    """Ctrl-C after two outages prints them, names the others, and ends with status 130."""
    path, days, calls = tmp_path / "case.toml", module._days_to_survive, []  # noqa: SLF001
    path.write_text(starter_case(), encoding="utf-8")

    def interrupted(more, begins):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return days(more, begins)

    monkeypatch.setattr(module, "_days_to_survive", interrupted)
    with pytest.raises(SystemExit) as ended:
        main(["risk", str(path), "--replications", "3"], prog_name="inventory-hmarl")
    assert ended.value.code == 130
    assert "Not finished: warehouse_1, warehouse_1 -> store_1" in capsys.readouterr().out


def test_the_method_does_not_show():
    """Threads, and how many outages run side by side, change nothing."""
    first, *others = (
        risk(default_case(), replications=3, workers=workers) for workers in (None, 2, 13)
    )
    assert all(other == first for other in others)
