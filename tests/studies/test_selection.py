"""The best of several newsvendors, whose costs are known."""

import numpy as np
import pytest

from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.selection import kim_nelson, ocba, select_best
from inventory_hmarl.verification.selecting import (
    LEVELS,
    cost,
    gap,
    newsvendor_costs,
    right_choices,
)


def test_the_known_costs_are_those_of_the_newsvendor():
    """S = 8 is best: the least S with P(D <= S) >= 0.9 for Poisson(5)."""
    assert min(LEVELS, key=cost) == 8
    costs = newsvendor_costs(1, 20_000, days=1, seed=3)[:, 0].mean(axis=1)
    assert costs == pytest.approx([cost(level) for level in LEVELS], abs=0.15)


@pytest.mark.parametrize("level_field", [False, True])
def test_the_guarantee_of_kim_and_nelson_holds(level_field):
    """At an indifference of the true gap, 95 % of selections are right, or more."""
    right, replications = right_choices("KN", trials=300, seed=5, level_field=level_field)
    assert right.mean() >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / 300)
    assert replications.mean() < 5000


def test_a_budget_chooses_better_than_equal_shares_would():
    """OCBA is right as often as equal shares of the same budget, or more."""
    right, replications = right_choices("OCBA", trials=200, seed=6)
    assert (replications == replications[0]).all()
    costs = newsvendor_costs(200, int(replications[0]) // len(LEVELS), days=5, seed=6)
    equal = costs.mean(axis=-1).argmin(axis=0) == LEVELS.index(8)
    assert right.mean() >= equal.mean() - 0.1
    assert right.mean() > 0.6


def test_cases_are_chosen_from(newsvendor):
    """`select_best` finds S = 8 among cases, in few replications, and drops the bad ones early."""
    cases = {f"S = {level}": newsvendor(level, days=5) for level in LEVELS}
    found = select_best(cases, indifference=5 * gap())
    assert (found.best, found.procedure, found.confidence) == ("S = 8", "KN", 0.95)
    assert found.remaining == ("S = 8",)
    assert found.replications[0] < found.replications[2]
    again = select_best(cases, indifference=5 * gap())
    assert (again.mean == found.mean).all()


def test_a_budget_is_spent(newsvendor):
    """OCBA spends the whole budget, most of it on the best and its rivals."""
    cases = {f"S = {level}": newsvendor(level, days=20) for level in LEVELS}
    found = select_best(cases, budget=1000)
    assert (found.best, found.procedure) == ("S = 8", "OCBA")
    assert found.replications.sum() == 1000
    assert found.replications[LEVELS.index(8)] > found.replications[0]
    assert 0.5 < found.confidence <= 1


def test_a_large_figure_can_be_best(newsvendor):
    """The largest service level is that of the largest S."""
    cases = {str(level): newsvendor(level, days=20) for level in (6, 10)}
    found = select_best(cases, figure="unit_fill_rate", largest=True, indifference=0.01)
    assert found.best == "10"
    assert found.mean[1] > found.mean[0]


def test_equal_cases_end_with_one_of_them():
    """Two cases that never differ are told as not told apart, at once."""
    found = kim_nelson(lambda number, numbers: np.array(numbers, float), 2, 1.0)
    assert (found.best, found.remaining) == (0, (0, 1))
    assert found.values[0].size == 20
    assert ocba(lambda number, numbers: np.ones(len(numbers)), 2, 100).confidence == 0.5


def test_a_cap_guarantees_nothing():
    """Where the most replications do not suffice, several remain and no confidence is told."""
    random = np.random.default_rng(1)
    found = kim_nelson(lambda number, numbers: random.normal(size=len(numbers)), 3, 0.01, 0.95, 40)
    assert len(found.remaining) > 1
    assert found.confidence is None


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, "one of them"),
        ({"indifference": 1, "budget": 100}, "one of them"),
        ({"indifference": 0}, "> 0"),
        ({"indifference": float("nan")}, "> 0"),
        ({"indifference": 1, "confidence": 0.4}, "guessing"),
        ({"indifference": 1, "most": 5}, "at least 20"),
        ({"budget": 39}, "at least 40"),
        ({"budget": 100, "figure": "cost"}, "must be one of"),
        ({"budget": 100, "figure": "unit_fill_rate", "days": 1}, "undefined"),
    ],
)
def test_what_cannot_be_chosen_is_refused(newsvendor, settings, expected):
    """Each mistake is told with its rule."""
    cases = {"a": newsvendor(6), "b": newsvendor(8)}
    with pytest.raises(StudyError, match=expected):
        select_best(cases, **settings)


def test_one_case_is_no_choice(newsvendor):
    """There must be two cases to choose from."""
    with pytest.raises(StudyError, match="at least 2"):
        select_best({"a": newsvendor(6)}, budget=100)
