"""Levels by formula, written into cases."""

import copy
import itertools
import math

import numpy as np
import pytest

from inventory_hmarl import case_from_dict, load_case, simulate
from inventory_hmarl.case import dump_toml
from inventory_hmarl.cli import main
from inventory_hmarl.studies.best_s_S import best_s_S, poisson
from inventory_hmarl.studies.closed_forms import fractile_level, point_for
from inventory_hmarl.studies.echelons import guaranteed_service
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.formula_rules import FORMULAS
from inventory_hmarl.studies.formulas import by_formula
from inventory_hmarl.studies.placement import Stage, place_in_tree
from inventory_hmarl.verification.case_files import verification_cases

ECHELON = {"rule": "echelon_base_stock", "order_up_to": 1}


def store(policy, lead_time=2, **others):
    """Return a case of a store with Poisson customers who wait."""
    rates = {"holding_cost": 1, "stockout_penalty": 9, "ordering_cost": 64}
    place = {"initial_inventory": 40, "unmet_demand": "backordered", "policy": policy}
    return {
        "days": 1100,
        "warmup_days": 100,
        "demand": {"distribution": "poisson"},
        "skus": {"milk": {"base_demand": 10, **rates}},
        "stores": {"store": place | others},
        "suppliers": {"dairy": {}},
        "lanes": [{"source": "dairy", "destination": "store", "lead_time": lead_time}],
    }


PAIR = {"rule": "s_S", "reorder_point": 20, "order_up_to": 50}
BASE = {"rule": "base_stock", "order_up_to": 5}
ROOT = math.sqrt(10)


def levels(settings, formula, **choices):
    """Return the levels that a formula sets, by parameter."""
    return {each.parameter: each.after for each in by_formula(settings, formula, **choices).levels}


@pytest.mark.parametrize("kind", [("cycle_service", "cycle_service_level"), ("fill_rate",) * 2])
def test_a_service_sets_the_smallest_level_that_reaches_it(kind):
    """The reorder point is the formula's, rounded up, and the order quantity is kept."""
    name, figure = kind[0], {"fill_rate": "unit_fill_rate"}.get(kind[1], kind[1])
    wanted = point_for(figure, 0.9, 30, (10, ROOT), 3)
    found = levels(store(PAIR), name, service=0.9)
    assert found["reorder_point"] == pytest.approx(math.ceil(wanted), abs=1)
    assert found["order_up_to"] == found["reorder_point"] + 30


def test_a_newsvendor_balances_holding_and_penalty():
    """A base-stock level is the fractile p / (p + h) of lead time + 1 days; so is safety stock."""
    wanted = fractile_level(0.9, 30, math.sqrt(30))
    assert levels(store(BASE), "newsvendor")["order_up_to"] == pytest.approx(wanted, abs=1)
    average = {
        "rule": "moving_average",
        "periods": 5,
        "protection_days": 3,
        "safety_stock": 1,
    }
    stock = levels(store(average), "newsvendor")["safety_stock"]
    assert stock == pytest.approx(wanted - 30, abs=1)


def test_the_economic_order_quantity_stands_above_the_reorder_point():
    """Q = sqrt(2 K mu / h) = 35.8 for (r, nQ), and S = s + Q for (s, S)."""
    multiples = {"rule": "r_nQ", "reorder_point": 20, "order_quantity": 5}
    assert levels(store(multiples), "eoq") == {"order_quantity": 36}
    assert levels(store(PAIR), "eoq") == {"order_up_to": 56}


def test_the_best_pair_of_a_case_is_zheng_and_federgruens():
    """From demand as it is drawn, (6, 40) of their table, and its cost when simulated."""
    computed = by_formula(store(PAIR, lead_time=0), "best_s_S")
    best = best_s_S(poisson(10), 0, 1, 9, 64)
    assert [each.after for each in computed.levels] == [best.reorder_point, best.order_up_to]
    run = simulate(computed.case, replications=30)
    assert run.figures()["avg_daily_cost"].mean() == pytest.approx(best.cost, rel=0.01)


def serial_case():
    """Return the published chain of three stages, its levels spoiled."""
    content = copy.deepcopy(dict(verification_cases()["P07"].settings))
    for kind in ("stores", "warehouses"):
        for place in content[kind].values():
            place["policy"] = ECHELON
    return content


def test_a_chain_in_series_gets_clark_and_scarfs_levels():
    """Snyder & Shen, Example 6.1: 6.49, 12.02, 22.71, from demand as it is drawn."""
    found = by_formula(serial_case(), "clark_scarf").levels
    assert [each.after for each in found] == pytest.approx([6.49, 12.02, 22.71], abs=0.04)


def everything(stages, arcs, factor):
    """Return the least cost of all service times, in plain enumeration."""
    most = sum(stage.days for stage in stages) + max(stage.waits for stage in stages)
    best = math.inf
    for quoted in itertools.product(range(most + 1), repeat=len(stages)):
        cost = 0.0
        for number, stage in enumerate(stages):
            entering = max([stage.waits, *(quoted[one] for one, other in arcs if other == number)])
            span = entering + stage.days - quoted[number]
            late = stage.quotes_at_most is not None and quoted[number] > stage.quotes_at_most
            if span < 0 or late:
                cost = math.inf
                break
            cost += stage.holding * stage.deviation * factor * math.sqrt(span)
        best = min(best, cost)
    return best


TREES = {
    "two stores": [(0, 1), (0, 2)],
    "two suppliers": [(0, 2), (1, 2)],
    "both ways": [(0, 1), (2, 1), (2, 3)],
    "apart": [(0, 1), (2, 3)],
}


@pytest.mark.parametrize("arcs", TREES.values(), ids=TREES)
@pytest.mark.parametrize("seed", range(3))
def test_a_tree_is_placed_as_by_trying_everything(arcs, seed):
    """No service times cost less, and the stock is that of the times that are told."""
    chance = np.random.default_rng(seed)
    count = 1 + max(max(arc) for arc in arcs)
    sold = {number for number in range(count) if all(one != number for one, _ in arcs)}
    stages = [
        Stage(
            int(chance.integers(1, 3)),
            float(chance.integers(1, 9)),
            float(chance.integers(1, 5)),
            int(chance.integers(0, 2)) if number in sold else None,
            int(chance.integers(0, 2)),
        )
        for number in range(count)
    ]
    placed = place_in_tree(stages, arcs, 1.5)
    assert placed.cost == pytest.approx(everything(stages, arcs, 1.5))
    held = sum(s.holding * units for s, units in zip(stages, placed.safety_stock, strict=True))
    assert held == pytest.approx(placed.cost)
    for one, other in arcs:
        assert placed.service_times[one] <= placed.entering[other]


def test_a_tree_without_branches_is_placed_as_a_series():
    """The programme for trees gives what the one for stages in series gives."""
    days, holding = (2, 1, 3, 2), (5.0, 2.6, 2.4, 1.0)
    serial = guaranteed_service(10, days, holding, 2.0)
    stages = [
        Stage(n, h, 10.0, 0 if number == 0 else None)
        for number, (n, h) in enumerate(zip(days, holding, strict=True))
    ]
    placed = place_in_tree(stages, [(1, 0), (2, 1), (3, 2)], 2.0)
    assert placed.cost == pytest.approx(serial.cost)
    assert placed.safety_stock == pytest.approx(serial.safety_stock)


def test_a_ring_is_no_tree():
    """Arcs that close a ring, directions left aside, are refused."""
    with pytest.raises(ValueError, match="ring"):
        place_in_tree([Stage(1, 1, 1)] * 3, [(0, 1), (1, 2), (0, 2)], 1.0)


def branches(holding):
    """Return two stores behind a warehouse."""
    content = store(BASE)
    place = content["stores"]["store"]
    house = {"initial_inventory": 50, "policy": BASE, "holding_cost": holding}
    lanes = [("dairy", "house", 3), ("house", "one", 1), ("house", "two", 0)]
    return content | {
        "stores": {"one": place, "two": place},
        "warehouses": {"house": house},
        "lanes": [{"source": s, "destination": d, "lead_time": n} for s, d, n in lanes],
    }


@pytest.mark.parametrize(("holding", "held"), [(0.1, True), (0.999, False)])
def test_a_tree_holds_stock_where_that_is_cheap(holding, held):
    """A cheap warehouse holds stock for its own days, a dear one passes its days on."""
    found = by_formula(branches(holding), "guaranteed_service", service=0.975).levels
    by_place = {each.location: each.after for each in found}
    own = point_for("cycle_service_level", 0.975, 0, (20, math.sqrt(20)), 4)
    assert by_place["house"] == pytest.approx(own if held else 0, abs=1)
    alone = point_for("cycle_service_level", 0.975, 0, (10, ROOT), 2 if held else 6)
    assert by_place["one"] == pytest.approx(alone, abs=1)


REFUSED = {
    "newsvendor": (store(PAIR), "store, milk: its rule s_S has a reorder point; use base_stock"),
    "eoq": (store(BASE), "its rule base_stock has no order quantity; use s_S or r_nQ"),
    "fill_rate": (store(ECHELON), "no level of its own stock"),
    "best_s_S": (
        store(PAIR, unmet_demand="lost") | {"units": "continuous", "demand": {}},
        "do not wait",
    ),
    "clark_scarf": (branches(0.1), "no line of stages"),
    "guaranteed_service": (store(PAIR), "its rule is s_S; use base_stock"),
    "cycle_service": (store(PAIR, max_inventory=60), "see max_inventory"),
}


@pytest.mark.parametrize("formula", REFUSED)
def test_what_a_formula_cannot_handle_is_named(formula):
    """An error says which place, what is in the way, and what would do."""
    settings, words = REFUSED[formula]
    with pytest.raises(StudyError, match=words):
        by_formula(settings, formula, service=0.999)


def test_days_that_differ_have_no_best_pair():
    """A season is named as what the formula cannot handle."""
    settings = store(PAIR)
    settings["demand"]["seasonality"] = True
    settings["skus"]["milk"] |= {"seasonality_amplitude": 0.5, "seasonality_period": 7}
    with pytest.raises(StudyError, match="days are not alike"):
        by_formula(settings, "best_s_S")


def test_names_that_are_none_are_told_with_the_nearest():
    """A formula, a location or a service that cannot be is refused."""
    with pytest.raises(StudyError, match="Did you mean 'newsvendor'"):
        by_formula(store(BASE), "newsvender")
    with pytest.raises(StudyError, match="Did you mean 'store'"):
        by_formula(store(BASE), "newsvendor", locations=["stor"])
    with pytest.raises(StudyError, match="whole chain"):
        by_formula(store(BASE), "guaranteed_service", locations=["store"])
    with pytest.raises(StudyError, match="between 0 and 1"):
        by_formula(store(BASE), "newsvendor", service=1.0)


def test_a_location_may_be_named():
    """Warehouses have levels by formula too, from the demand of all that is below them."""
    (found,) = by_formula(branches(0.1), "cycle_service", locations=["house"]).levels
    wanted = point_for("cycle_service_level", 0.95, 0, (20, math.sqrt(20)), 4)
    assert (found.location, found.after) == ("house", pytest.approx(math.ceil(wanted), abs=1))


def status(*words):
    """Return the exit status of the command."""
    with pytest.raises(SystemExit) as ended:
        main(["formula", *map(str, words)])
    return ended.value.code


def test_the_command_writes_the_whole_case_or_nothing(tmp_path, capsys):
    """The file runs and has the levels; what is there is kept; --help names every formula."""
    case, out = tmp_path / "case.toml", tmp_path / "tuned.toml"
    case.write_text(dump_toml(case_from_dict(store(BASE))))
    assert status(case, "newsvendor", "--out", out) == 0
    after = load_case(out).stores["store"].policy.parameters["order_up_to"]
    assert after == {"milk": pytest.approx(37, abs=1)}
    assert status(case, "newsvendor", "--out", out) == 2
    assert "--force" in capsys.readouterr().err
    out.unlink()
    assert status(case, "eoq", "--out", out) == 2
    assert not out.exists()
    assert status(case, "eoq", "--out", "folder") == 2
    assert status(case, "newsvendor", "--service", "often") == 2
    capsys.readouterr()
    assert status(case, "newsvendor", "--json") == 0
    assert '"order_up_to"' in capsys.readouterr().out
    assert status("--help") == 0
    words = " ".join(capsys.readouterr().out.split())
    assert all(f"{name} ({each.help})" in words for name, each in FORMULAS.items())
