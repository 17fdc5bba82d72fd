"""Every case with a known answer comes out, and wrong cases are told from right ones."""

import copy
import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest

from inventory_hmarl.verification import (
    Figure,
    Sample,
    run_verification,
    select,
    verification_cases,
    verify_case,
)
from inventory_hmarl.verification.case_files import parsed
from inventory_hmarl.verification.estimates import estimate

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "verification.md"


@pytest.mark.parametrize("name", verification_cases())
def test_the_case_comes_out(name):
    """The short form of every case in the folder passes on every figure."""
    rows = run_verification([name])
    assert rows
    assert [(row.figure, row.measured, row.z) for row in rows if not row.passed] == []


@pytest.mark.parametrize("name", verification_cases())
def test_the_document_lists_every_case(name):
    """The table in the documentation has a row of every case."""
    assert f"| {name} |" in DOCUMENT.read_text(encoding="utf-8")


def wrong(name, *place, by):
    """Return a verification case with one number of its settings changed."""
    case = verification_cases()[name]
    settings = copy.deepcopy(dict(case.settings))
    inner = settings
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] += by
    return dataclasses.replace(case, settings=settings, replications=min(case.replications, 2000))


@pytest.mark.parametrize(
    ("name", "place", "by"),
    [
        ("P02", ("lanes", 0, "lead_time"), 1),
        ("P06", ("lanes", 0, "lead_time"), -1),
        ("P06", ("stores", "store", "policy", "order_up_to"), 4),
        ("P11", ("lanes", 0, "lead_time"), 1),
        ("P11", ("lanes", 0, "lead_time"), -1),
        ("P11", ("lanes", 1, "lead_time"), 1),
        ("P13-T7", ("stores", "store", "policy", "reorder_point"), -1),
        ("P13-T1", ("lanes", 0, "lead_time"), 1),
        ("P13-T5", ("skus", "item", "ordering_cost"), 1),
    ],
)
def test_a_wrong_case_is_found(name, place, by):
    """A lead time or level that is off is told apart from the right one."""
    assert "off" in {row.verdict for row in verify_case(wrong(name, *place, by=by))}


def test_too_few_days_are_no_proof():
    """A figure whose standard error is too large does not pass, however close it is."""
    case = dataclasses.replace(verification_cases()["P06"], replications=3)
    (row,) = verify_case(case)
    assert row.verdict == "blunt" or abs(row.z) > 4
    assert not row.passed


def test_the_long_form_runs_more():
    """The long form runs the replications of its own, and asks for its own sharpness."""
    case = dataclasses.replace(verification_cases()["P04"], replications=2, long_replications=6)
    assert [verify_case(case, long=long)[0].replications for long in (False, True)] == [2, 6]


def test_batches_do_not_show(monkeypatch):
    """A case gives the same figures in one batch and in many."""
    case = dataclasses.replace(verification_cases()["P12"], replications=7)
    whole = verify_case(case)
    monkeypatch.setattr("inventory_hmarl.verification.runner.LARGEST_BATCH", 1)
    assert verify_case(case) == whole


def test_the_estimate_is_the_ratio_of_sums():
    """A ratio's standard error comes from its residuals, so that exact proportion has none."""
    lower = np.array([1.0, 2.0, 4.0])
    assert estimate(Sample(3 * lower, lower)).value == 3.0
    assert estimate(Sample(3 * lower, lower)).standard_error == 0.0
    mean = estimate(Sample(np.array([1.0, 2.0, 6.0]), np.ones(3)))
    assert math.isclose(mean.standard_error, math.sqrt(7 / 3))


def test_names_and_their_groups():
    """A name or the part before its dash chooses cases, in any spelling of upper and lower case."""
    assert [case.name for case in select(["p13"])] == [
        f"P13-T{number}" for number in (1, 2, 3, 5, 7)
    ]
    assert [case.name for case in select(["P13-T5", "P01"])] == ["P13-T5", "P01"]
    with pytest.raises(ValueError, match="P99"):
        select(["P99"])


def test_a_file_with_an_unknown_key_is_refused():
    """A key that nothing reads is an error that names it."""
    head = 'title = "x"\nsource = "x"\nmapping = "x"\n'
    with pytest.raises(TypeError, match="replicatons"):
        parsed("X", head + "replicatons = 1\n[case]\n")
    with pytest.raises(TypeError, match="expcted"):
        parsed("X", head + '[[figures]]\nname = "x"\nmeasure = "on_hand"\nexpcted = 1\n[case]\n')


def test_a_faulty_trace_is_refused():
    """A trace with an unknown column, or too few rows, is an error."""
    case = verification_cases()["P13-T1"]
    for columns, words in (({"sold_out": (1.0,)}, "sold_out"), ({"sold": (1.0,)}, "1 rows for 10")):
        trace = dataclasses.replace(case.trace, columns=columns)
        with pytest.raises(ValueError, match=words):
            verify_case(dataclasses.replace(case, trace=trace))


def test_a_tolerance_of_its_own_asks_for_sharpness_too():
    """With a tolerance, 4 standard errors must fit into it."""
    case = verification_cases()["P06"]
    figure = Figure("cost", "cost_per_day", 5.19777, tolerance=0.1)
    for replications, verdict in ((20, "blunt"), (400, "pass")):
        mine = dataclasses.replace(case, figures=(figure,), replications=replications)
        assert verify_case(mine)[0].verdict == verdict
