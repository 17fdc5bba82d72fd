"""What moves the mean of a day: each factor by its formula, one after the other."""

import math

import numpy as np
import pytest

from inventory_hmarl import case_from_dict
from inventory_hmarl.case import CaseError, case_to_dict, load_case
from inventory_hmarl.core.demand.factors import Weekly
from inventory_hmarl.core.demand.path import MeanPath
from inventory_hmarl.entities import DemandGenerator

DAYS = 800
WEIGHTS = [1, 1, 1, 1, 2, 3, 5]
DAY = np.arange(1, DAYS + 1)


def settings(days=DAYS, **changes):
    """Return two stores and two SKUs whose demand is exactly its mean, 40 a day."""
    data = {
        "days": days,
        "units": "continuous",
        "skus": {"milk": {"base_demand": 40}, "soap": {"base_demand": 40}},
        "stores": {
            name: {"initial_inventory": 50, "policy": {"rule": "base_stock", "order_up_to": 90}}
            for name in ("one", "two")
        },
        "suppliers": {"supplier": {}},
        "lanes": [
            {"source": "supplier", "destination": name, "lead_time": 1} for name in ("one", "two")
        ],
    }
    return data | changes


def means(data, folder="."):
    """Return the demand of each store and SKU by day, as a share of 40."""
    customers = DemandGenerator(case_from_dict(data, folder))
    units = customers.series(1, data["days"]) / 40
    return {point: units[:, column] for column, point in enumerate(customers.points)}


def everywhere(data):
    """Return the series of a case in which all are alike."""
    one, *others = means(data).values()
    assert all(np.array_equal(one, other) for other in others)
    return one


def test_a_trend_grows_by_the_same_units_every_day_and_never_below_nothing():
    """Day t has 1 + trend x (t - 1), or nothing."""
    for trend in (0.01, -0.002):
        found = everywhere(settings(demand={"trend": trend}))
        assert found == pytest.approx(np.maximum(1 + trend * (DAY - 1), 0))


def test_weekdays_keep_the_mean_and_follow_the_calendar():
    """The seven weights have mean 1 over every week; a later first date moves them."""
    factor = np.array(WEIGHTS) / 2
    monday = everywhere(settings(demand={"weekdays": WEIGHTS}))
    assert monday[:7] == pytest.approx(factor)
    assert monday[:700].mean() == pytest.approx(1)
    friday = everywhere(settings(demand={"weekdays": WEIGHTS}, first_date="2024-01-05"))
    assert np.array_equal(friday[:700], monday[4:704])
    week_later = everywhere(settings(demand={"weekdays": WEIGHTS}, first_date="2024-01-08"))
    assert np.array_equal(week_later, monday)


def test_a_year_is_recovered_by_regression_on_its_harmonic():
    """1 + 0.3 cos: the amplitude, the day of the peak, and a mean of 1 over the year."""
    demand = {"yearly_amplitude": 0.3, "yearly_peak": 200}
    found = everywhere(settings(demand=demand, first_date="2024-03-01"))
    of_year = DAY + 60  # the first of March is the 61st day of 2024
    wave = np.exp(2j * np.pi * of_year / 365.25)
    regressors = np.stack([np.ones(DAYS), wave.real, wave.imag], axis=1)
    (level, cosine, sine), *_ = np.linalg.lstsq(regressors, found, rcond=None)
    assert level == pytest.approx(1)
    assert math.hypot(cosine, sine) == pytest.approx(0.3)
    assert math.atan2(sine, cosine) / (2 * math.pi) * 365.25 % 365.25 == pytest.approx(200)


def test_a_sku_is_asked_for_from_its_launch_to_its_end():
    """Both days are included, and only the SKU that has them is touched."""
    data = settings(days=30)
    data["skus"]["soap"]["demand"] = {"first_day": 5, "last_day": 20}
    found = means(data)
    alive = (np.arange(1, 31) >= 5) & (np.arange(1, 31) <= 20)
    assert np.array_equal(found["one", "soap"], alive.astype(float))
    assert (found["two", "milk"] == 1).all()


def test_a_spike_without_a_last_day_is_a_shift_of_the_level():
    """From its first day on, everything is multiplied."""
    found = everywhere(settings(days=20, spikes=[{"first_day": 8, "multiplier": 1.5}]))
    assert np.array_equal(found, np.where(np.arange(1, 21) >= 8, 1.5, 1.0))


def test_a_price_acts_by_its_elasticity():
    """A fifth off at an elasticity of -2 is 0.8^-2 = 1.5625 times the demand; 0 leaves it alone."""
    offer = {"first_day": 4, "last_day": 6, "price": 0.8, "stores": ["two"]}
    data = settings(days=9, promotions=[offer])
    data["skus"]["milk"]["demand"] = {"elasticity": -2}
    found = means(data)
    assert found["two", "milk"] == pytest.approx([1] * 3 + [1.5625] * 3 + [1] * 3)
    assert all((found[point] == 1).all() for point in found if point != ("two", "milk"))


@pytest.mark.parametrize("dip", [0.5, 1.0])
def test_a_pantry_takes_back_what_was_bought_ahead(dip):
    """Three days at 2.5 times bring 4.5 days' demand, of which the share returns over nine days."""
    offer = {"first_day": 4, "last_day": 6, "uplift": 2.5, "dip": dip, "dip_days": 9}
    found = everywhere(settings(days=30, promotions=[offer]))
    assert found[6:15] == pytest.approx(1 - dip * 4.5 / 9)
    assert found.sum() == pytest.approx(30 + 4.5 * (1 - dip))
    assert (found[15:] == 1).all()


def test_a_pantry_that_holds_more_than_is_wanted_is_refused():
    """A dip may not take more than all of a day's demand."""
    offer = {"first_day": 4, "last_day": 6, "uplift": 9, "dip": 1, "dip_days": 9}
    with pytest.raises(CaseError, match="must be less than the demand of dip_days"):
        means(settings(days=30, promotions=[offer]))


def test_events_multiply_on_their_days():
    """Events of a day multiply each other, and reach the stores and SKUs that they name."""
    events = [
        {"day": 2, "factor": 2},
        {"day": 2, "factor": 1.5, "store": "one"},
        {"day": 4, "factor": 0, "store": "two", "sku": "soap", "event": "Closed shelf"},
        {"day": 99, "factor": 7},
    ]
    found = means(settings(days=5, events=events))
    assert found["one", "milk"].tolist() == [1, 3, 1, 1, 1]
    assert found["two", "soap"].tolist() == [1, 2, 1, 0, 1]


CALENDAR = """date,event,factor,store
2023-12-25,Before day 1,9,
2024-01-02,Sale,2,
2024-01-02,Party,1.5,one

2024-01-04,Strike,0,two
"""


def test_a_calendar_file_is_a_list_of_events(tmp_path):
    """Dates count from the first date; what lies before is left out; the case stands alone."""
    (tmp_path / "days.csv").write_text(CALENDAR, encoding="utf-8")
    data = settings(days=5, events="days.csv")
    found = means(data, tmp_path)
    assert found["one", "milk"].tolist() == [1, 3, 1, 1, 1]
    assert found["two", "soap"].tolist() == [1, 2, 1, 0, 1]
    case = case_from_dict(data, tmp_path)
    assert case_from_dict(case_to_dict(case)) == case
    numbers = CALENDAR.replace("date,", "day,").replace("2023-12-25", "5").replace("2024-01-0", "")
    (tmp_path / "days.csv").write_text(numbers, encoding="utf-8")
    assert means(data, tmp_path)["one", "milk"].tolist() == [1, 3, 1, 1, 9]


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("factor", "facto", "days.csv, row 1 = 'facto': is not a column of a calendar"),
        ("date,", "", "days.csv, row 1 = "),
        ("date,", "day,", "days.csv, row 2, column 'day' = '2023-12-25': must be a number."),
        ("event", "factor", "days.csv, row 1 = 'factor': is there twice."),
        ("2024-01-04", "4th", "days.csv, row 6, column 'date' = '4th': must be a date"),
        (",2,", ",two,", "days.csv, row 3, column 'factor' = 'two': must be a number."),
        ("1.5,one", "1.5,once", "row 4, column 'store' = 'once': is not the id of a store. Did"),
        ("1.5,one", "1.5", "days.csv, row 4 = ['2024-01-02', 'Party', '1.5']: has 3 columns"),
    ],
)
def test_faults_of_a_calendar_are_told_by_row_and_column(tmp_path, old, new, text):
    """What is wrong with a calendar is found in the file."""
    (tmp_path / "days.csv").write_text(CALENDAR.replace(old, new), encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        case_from_dict(settings(days=5, events="days.csv"), tmp_path)
    assert any(text in str(fault) for fault in caught.value.faults), str(caught.value)


def test_a_first_date_may_be_a_date(tmp_path):
    """A TOML file has dates of its own."""
    from inventory_hmarl.case import dump_toml

    text = dump_toml(case_from_dict(settings(days=5)))
    (tmp_path / "case.toml").write_text(f"first_date = 2024-05-01\n{text}", encoding="utf-8")
    assert load_case(tmp_path / "case.toml").first_date == "2024-05-01"


def test_all_factors_multiply_each_other():
    """The mean of a day is base x multiplier x season x yearly x weekday x trend x ..."""
    shape = {"trend": 0.002, "weekdays": WEIGHTS, "yearly_amplitude": 0.2, "elasticity": -1.5}
    extra = {
        "events": [{"day": 5, "factor": 3}],
        "promotions": [{"first_day": 5, "last_day": 6, "price": 0.9, "dip": 0.1}],
        "spikes": [{"first_day": 5, "last_day": 9, "multiplier": 1.25}],
    }
    parts = [everywhere(settings(demand={name: value})) for name, value in shape.items()]
    parts += [
        everywhere(settings(**{name: value}, demand={"elasticity": -1.5}))
        for name, value in extra.items()
    ]
    together = everywhere(settings(demand=shape, **extra))
    assert together == pytest.approx(np.prod(parts, axis=0))
    assert together[4] > 3


def test_rows_keep_their_factors_when_they_are_cut_out():
    """The mean path of some rows is theirs in the path of all."""
    weekly = Weekly(np.array([0, 1, 0]), np.array([WEIGHTS, WEIGHTS[::-1]]).T / 2.0)
    whole = MeanPath(np.array([4.0, 5.0, 6.0]), (weekly,))
    rows = slice(1, 3)
    assert np.array_equal(whole.at(rows).means(1, 4), whole.means(1, 4)[:, rows])


def test_a_record_is_moved_by_what_happens_and_not_by_its_own_seasons():
    """Events and weekdays are in a record already; promotions, life and spikes multiply it."""
    record = {"distribution": "replay", "units": [40.0] * 10}
    data = settings(days=10, events=[{"day": 2, "factor": 5}], demand=record)
    data["promotions"] = [{"first_day": 3, "last_day": 3, "uplift": 2}]
    data["spikes"] = [{"first_day": 5, "last_day": 5, "multiplier": 3}]
    for sku in data["skus"].values():
        sku["demand"] = {"last_day": 9}
    assert everywhere(data).tolist() == [1, 1, 2, 1, 3, 1, 1, 1, 1, 0]


def test_no_rhythm_is_left_once_the_factors_are_removed():
    """Noisy demand divided by its mean has no autocorrelation at seven days."""
    data = settings(days=4000, demand={"weekdays": WEIGHTS, "noise": "multiplicative"})
    for sku in data["skus"].values():
        sku["demand_std"] = 6
    noisy = means(data)["one", "milk"]
    plain = noisy / np.tile(np.array(WEIGHTS) / 2, 572)[:4000] - 1
    for series, rhythm in ((noisy - noisy.mean(), True), (plain, False)):
        together = (series[7:] * series[:-7]).mean() / series.var()
        assert (abs(together) > 4 / math.sqrt(4000)) == rhythm
