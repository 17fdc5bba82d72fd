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


@pytest.mark.parametrize("unmet", ["lost", "backordered"])
def test_an_outage_is_what_can_be_worked_out_by_hand(unmet):
    """Stock of 5 days survives 5; of 14 days, and 2 + 1 until goods can be sold, 12 are missed."""
    settings = copy.deepcopy(STEADY)
    settings["stores"]["store"]["unmet_demand"] = unmet
    source, lane = risk(case_from_dict(settings), outage_days=14, replications=5).rows
    assert source.outage == Outage("supplier")
    assert lane.outage == Outage("supplier", "store")
    for row in (source, lane):
        assert row.days_to_survive.mean == 5
        assert row.units_lost.mean == 120
        assert row.value_lost.mean == 360
        assert row.days_to_recover.mean == 3
        assert row.exposure == 1
        assert (row.survived, row.unrecovered) == (0, 0)


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


def test_another_source_is_left_out_and_named():
    """Where a store has two suppliers for a SKU, their outages are not told."""
    settings = copy.deepcopy(STEADY)
    settings["suppliers"]["other"] = {}
    settings["skus"]["tea"] = {"base_demand": 5}
    settings["lanes"] = [
        {**settings["lanes"][0], "share": 0.5, "skus": ["item"]},
        {**settings["lanes"][0], "source": "other", "share": 0.5, "skus": ["item"]},
        {**settings["lanes"][0], "source": "third", "skus": ["tea"]},
    ]
    settings["suppliers"]["third"] = {}
    found = risk(case_from_dict(settings), replications=2)
    assert {row.outage.source for row in found.rows} == {"third"}
    assert {outage.source for outage in found.left_out} == {"supplier", "other"}
    settings["lanes"] = settings["lanes"][:2]
    del settings["skus"]["tea"], settings["suppliers"]["third"]
    with pytest.raises(StudyError, match="several sources"):
        risk(case_from_dict(settings))


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
    assert len(json.loads(run("--json")[1])["rows"]) == 6
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
    assert "Not finished: warehouse_1 -> store_2" in capsys.readouterr().out


def test_the_method_does_not_show():
    """Threads, and how many outages run side by side, change nothing."""
    first, *others = (
        risk(default_case(), replications=3, workers=workers) for workers in (None, 2, 13)
    )
    assert all(other == first for other in others)
