"""The table of learners: optima, bounds, intervals, what is kept, and that learners learn."""

import doctest
import itertools
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("gymnasium")

from benchmarks.agents import __main__ as command
from benchmarks.agents import entrants, judging, keeping, playing, table
from benchmarks.agents.judging import relative, score, sees_the_future
from benchmarks.agents.learners import evolution, gradient
from benchmarks.agents.playing import Rules, held_out
from benchmarks.agents.problem import Problem
from benchmarks.agents.problems import _default
from benchmarks.agents.problems._default import Price, least_cost
from benchmarks.agents.problems._lost_sales import optimal, solved
from benchmarks.agents.rules import _tuning, constant_order
from inventory_hmarl.envs.episodes import HELD_OUT
from inventory_hmarl.envs.store_env import store_case

T_5 = 2.7764451  # Student's t, 97.5 %, of five values
T_2 = 12.7062047  # and of two
loaded = entrants.entrant
SMALL = store_case(lead_time=1, days=60).changed(warmup_days=10)


@pytest.fixture
def poor(monkeypatch):
    """A store where lost sales are dear, and learners who begin at mean demand."""
    monkeypatch.setattr(gradient, "BATCH", 16)
    monkeypatch.setattr(gradient, "DAYS", 30)
    monkeypatch.setattr(gradient, "begin", too_low)
    monkeypatch.setattr(evolution, "BATCH", 16)
    monkeypatch.setitem(evolution.RULES, "order_up_to", ("base_stock", too_low))
    monkeypatch.setattr(evolution, "tuned_case", untuned)
    case = store_case(lead_time=1, stockout_penalty=39.0, days=40).changed(warmup_days=10)
    return Problem("poor", case)


def named_only(name):
    """Return an entrant that has a name, and cannot enter."""
    return SimpleNamespace(NAME=loaded(name).NAME, SEEDS=1)


def untuned(case, rule, begin, seed):
    """Return the case with the rule as it begins."""
    return _tuning.with_rule(case, rule, begin)


def too_low(mean, cover):
    """Return a level that is mean demand over lead time + 1 days."""
    return {"order_up_to": cover}


@pytest.mark.parametrize(
    ("lead_time", "penalty", "published"), [(1, 4.0, 4.04071), (2, 19.0, 7.66442)]
)
def test_value_iteration_finds_the_published_optimum(lead_time, penalty, published):
    """The best cost of a cell of Zipkin's table is the published one."""
    assert solved(5.0, lead_time, penalty, 15)[1] == pytest.approx(published, abs=1e-5)


def test_the_optimal_agent_costs_what_it_should_and_less_than_a_rule():
    """Played through the environment, the optimum has its cost, and no level is below it."""
    agent = optimal(SMALL, mean=5.0, lead_time=1, penalty=4.0, largest=15)
    best = agent.costs(held_out(1500))
    assert abs(best.mean() - 4.04071) < 4 * best.std() / 1500**0.5
    rule = Rules(_tuning.with_rule(SMALL, "base_stock", lambda mean, cover: {"order_up_to": 11.0}))
    costs = rule.costs(held_out(1500))[None]
    assert relative(costs, best).mean > 0
    assert not sees_the_future(costs, best)
    assert sees_the_future(best[None], costs[0])


def test_customers_of_the_table_are_held_out():
    """Episodes of the table are those that the package keeps from all training."""
    assert held_out(3) == range(HELD_OUT, HELD_OUT + 3)


def test_an_interval_is_over_seeds_and_customers():
    """Half-widths of seeds and of customers add up as squares; one alone adds nothing."""
    seeds = np.arange(5.0)[:, None] + np.zeros((5, 3))
    width = T_5 * np.sqrt(2.5 / 5)
    assert score(seeds).mean == 2.0
    assert score(seeds).half_width == pytest.approx(width)
    assert score(seeds[:, :1]).half_width == pytest.approx(width)
    customers = np.array([[0.0, 2.0]])
    assert score(customers).half_width == pytest.approx(T_2)
    both = np.array([[0.0, 2.0], [1.0, 3.0]])
    assert score(both).half_width == pytest.approx(np.hypot(T_2, T_2 / 2))


def test_pairing_takes_out_what_customers_have_in_common():
    """A difference that is the same for all customers has no width, however they differ."""
    reference = np.array([1.0, 5.0, 30.0])
    found = relative(reference[None] + 3.0, reference)
    assert (found.mean, found.half_width) == (0.25, 0.0)


def test_the_guard_lets_equals_pass():
    """Whoever costs what the optimum does, to rounding, has not seen the future."""
    best = np.array([1.0, 2.0, 3.0])
    assert not sees_the_future(np.stack([best, best - 1e-15]), best)
    assert sees_the_future(np.stack([best, best - 0.1]), best)


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_is_the_least_cost_of_all_plans(seed):
    """Over all days of delivery and of losing sales, nothing is cheaper, and something as cheap."""
    chance = np.random.default_rng(seed)
    demand, price = chance.integers(0, 6, 5).astype(float), Price(6.0, 1.0, 3.5)
    free_days, free_deliveries = (0, 0) if seed < 3 else (1, 2)

    def cost(deliveries):
        total, last = 0.0, None
        for day, units in enumerate(demand):
            if day in deliveries:
                last, total = day, total + (price.ordering if day >= free_deliveries else 0.0)
            lost = price.stockout if day >= free_days else 0.0
            waits = [] if last is None else range(last, day)
            held = price.holding * sum(day_held >= free_days for day_held in waits)
            total += units * (lost if last is None else min(lost, held))
        return total

    plans = itertools.chain(*(itertools.combinations(range(5), n) for n in range(6)))
    least = least_cost(demand[:, None], price, free_days, free_deliveries)
    assert least[0] == pytest.approx(min(map(cost, plans)))


def test_a_constant_order_has_its_share_on_the_average():
    """Whole units are ordered each day, and in all the share of the demand."""
    planned = constant_order.planned(SMALL, 0.9).stores["store_1"].policy.parameters
    orders = np.array(planned["orders_by_day"]["sku_1"])
    assert set(orders) == {4.0, 5.0}
    assert orders.sum() == round(0.9 * 5 * 60)


def test_echelon_levels_begin_with_what_is_needed_below():
    """An echelon level begins with the lead times of all below it."""
    case = entrants.problem("serial").case
    covers = _tuning.with_downstream(case)
    days = {name: cover["item"][1] / 5 for name, cover in covers.items()}
    assert days == {"store": 1, "middle": 2, "top": 4}


@pytest.mark.parametrize("name", entrants.entrants())
def test_every_entrant_says_what_the_table_needs(name):
    """A file of the folders has a name for the table, a number of trainings, and enters."""
    found = entrants.entrant(name)
    trainings = 5 if entrants.entrants()[name] == "learners" else 1
    assert found.NAME
    assert trainings == found.SEEDS
    assert callable(found.enter)


@pytest.mark.parametrize("name", entrants.files("problems"))
def test_every_problem_says_how_good_one_can_be(name):
    """A problem has days to count, and an optimum or a bound."""
    problem = entrants.problem(name)
    assert 0 < problem.case.warmup_days < problem.case.days
    assert problem.optimum or problem.bound


@pytest.mark.parametrize(
    "learn",
    [lambda poor: gradient.trained(poor, 0, 60), lambda poor: evolution.evolved(poor, 0, 20)],
)
def test_learners_learn(poor, learn):
    """A short training makes a policy much cheaper than the rule that it begins with."""
    before = Rules(_tuning.with_rule(poor.case, "base_stock", too_low)).costs(held_out(200))
    found = relative(learn(poor).costs(held_out(200))[None], before)
    assert found.mean + found.half_width < -0.1


def test_what_is_kept_is_kept_for_its_sources(tmp_path):
    """A result comes back as it was, and no longer when its sources are others."""
    path = keeping.path_of("problem", "entrant", 0, tmp_path)
    keeping.keep(path, "stamp", keeping.Result(np.array([0.1, 0.2]), 1.5))
    found = keeping.kept(path, "stamp")
    assert (found.costs.tolist(), found.seconds) == ([0.1, 0.2], 1.5)
    assert keeping.kept(path, "another") is None
    assert keeping.kept(tmp_path / "nothing.json", "stamp") is None


def test_the_table_of_known_costs():
    """Costs, differences to optimum and best rule, and seeds are those of known numbers."""

    def cell(entrant, folder, *costs):
        return table.Cell("p", entrant, entrant, folder, np.array(costs), 2.0)

    cells = [
        cell("optimum", "references", [1.0, 3.0]),
        cell("dear", "rules", [9.0, 9.0]),
        cell("rule", "rules", [3.0, 5.0]),
        cell("agent", "learners", [2.0, 4.0], [2.0, 4.0]),
        table.Cell("p", "other", "other", "rules", None, 0.0),
    ]
    text = table.costs_table(cells)
    assert "| optimum | 2.00 ± 12.71 |" in text
    assert "| dear | 9.00 |" in text
    assert "| other | n/a |" in text
    row = "| p | agent | +50.00 ± 0.00 % | - | -25.00 ± 0.00 % | rule | 3.00 to 3.00 (2) | 2 s |"
    assert row in table.learners_table(cells)


def test_the_command_writes_the_table_and_trains_nothing_twice(tmp_path, capsys, monkeypatch):
    """What is kept is shown again, without training, between the markers of a page."""
    page = tmp_path / "page.md"
    page.write_text("head\n<!-- agents -->\nold\n<!-- end of agents -->\ntail\n", encoding="utf-8")
    asked = ["serial", "--only", "optimum", "constant_order", "--customers", "40"]
    asked += ["--folder", str(tmp_path)]
    assert command.main(asked) == 0
    first = capsys.readouterr().out
    monkeypatch.setattr(entrants, "entrant", named_only)
    assert command.main([*asked, "--markdown", str(page)]) == 0
    assert capsys.readouterr().out == first
    text = page.read_text(encoding="utf-8")
    assert first.strip() in text
    assert "old" not in text
    assert text.startswith("head\n")
    assert text.endswith("tail\n")


def test_what_cannot_be_is_said():
    """A rule below the optimum is named, and an optimum that is not the published one."""

    def cell(name, folder, cost):
        costs = cost + np.linspace(-0.1, 0.1, 50)[None]
        return table.Cell("zipkin_4", name, name, folder, costs, 0.0)

    best, good, seer = (
        cell("optimum", "references", 4.73),
        cell("good", "rules", 4.9),
        cell("seer", "learners", 4.2),
    )
    assert not list(command.impossible([best, good]))
    assert list(command.impossible([best, good, seer])) == ["seer is below the optimum of zipkin_4"]
    off = cell("optimum", "references", 4.0)
    assert "4.72853" in next(command.impossible([off]))


@pytest.mark.parametrize("module", [judging, playing, _default], ids=lambda each: each.__name__)
def test_examples_run(module):
    """The examples of the table's functions come out as written."""
    found = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert found.attempted
    assert not found.failed


def test_an_unknown_problem_is_refused(capsys):
    """The command names the problems that there are."""
    with pytest.raises(SystemExit):
        command.main(["no_such"])
    assert "zipkin_4" in capsys.readouterr().err
