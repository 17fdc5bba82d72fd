"""Warm-up by MSER-5."""

import numpy as np
import pytest

from inventory_hmarl.case import case_from_dict, case_to_dict, default_case
from inventory_hmarl.simulation import simulate
from inventory_hmarl.studies.warmup import Truncation, mser5, short_warmup


@pytest.mark.parametrize("days", [250, 400, 1000, 1003])
def test_a_step_is_cut_off_where_it_ends(days):
    """P14: 10 for 100 days and 1 after, + 0.5 every other day, is truncated at 100."""
    day = np.arange(days)
    assert mser5(np.where(day < 100, 10.0, 1.0) + 0.5 * (day % 2)) == Truncation(100, False)


def test_a_series_that_never_settles_is_cut_at_half():
    """A trend is truncated at the limit, which says so."""
    assert mser5(np.arange(200.0)) == Truncation(100, True)


def test_a_constant_series_keeps_all_days():
    """Nothing is left out of a series without any change."""
    assert mser5(np.full(100, 0.1)) == Truncation(0, False)


def test_the_truncation_is_that_of_the_definition():
    """The least sum of squares about the mean / n^2, looked for one by one."""
    random = np.random.default_rng(4)
    for _ in range(50):
        series = random.normal(size=203) + 3 * np.exp(-np.arange(203) / 20)
        means = series[:200].reshape(40, 5).mean(axis=1)
        errors = [means[cut:].var() / (40 - cut) for cut in range(21)]
        assert mser5(series).days == 5 * int(np.argmin(errors))


@pytest.mark.parametrize("series", [np.ones(9), np.ones((20, 2)), np.full(20, np.nan)])
def test_what_is_no_series_is_refused(series):
    """Too few days, several columns or holes are an error that says what must be."""
    with pytest.raises(ValueError, match="one number a day"):
        mser5(series)


def steady(initial, **horizon):
    """Return the default case without seasons, its warehouse with other initial stock."""
    case = case_to_dict(default_case()) | {"days": 300, "warmup_days": 0} | horizon
    case["demand"] = case["demand"] | {"seasonality": False}
    for warehouse in case["warehouses"].values():
        warehouse["initial_inventory"] = initial
        warehouse["max_inventory"] = 100_000
    return case_from_dict(case)


def test_a_warmup_that_is_too_short_is_told():
    """A warehouse that begins with ten times its stock has not settled on day 1."""
    found = {each.level: each for each in short_warmup(simulate(steady(20_000), replications=20))}
    assert found[1].bias > 0.1
    assert found[1].days > 50
    assert short_warmup(simulate(steady(20_000), replications=1)) == ()


def test_a_warmup_that_suffices_is_not():
    """After the days that are advised, nothing is."""
    usual = {"milk": 2794, "ice_cream": 947, "coffee_beans": 436, "light_bulb": 78}
    case = steady(usual, days=400, warmup_days=60)
    assert short_warmup(simulate(case, replications=30)) == ()
