"""Tables and documents: what a planner and a program read."""

import io
import json

import pytest
from rich.console import Console

from inventory_hmarl.case import case_from_dict, case_to_dict, default_case
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.reports import tables
from inventory_hmarl.reports.advice import demand_biases, warnings
from inventory_hmarl.reports.catalogue import shown
from inventory_hmarl.reports.document import document
from inventory_hmarl.reports.figures import summarise
from inventory_hmarl.simulation import simulate
from inventory_hmarl.studies.intervals import Interval


def printed(figures, width=132):
    """Return a report as text."""
    stream = io.StringIO()
    console = Console(file=stream, width=width, markup=False, highlight=False)
    for part in tables.report(figures, "title", width):
        console.print(part)
    return stream.getvalue()


def with_skus(count):
    """Return the default case with many SKUs that are alike."""
    case = case_to_dict(default_case()) | {"days": 10, "warmup_days": 2}
    pattern = next(iter(case["skus"].values()))
    case["skus"] = {f"sku_{number}": dict(pattern) for number in range(count)}
    for place in (*case["stores"].values(), *case["warehouses"].values()):
        place["initial_inventory"], place["max_inventory"] = 30, 5000
        place["policy"] = {"rule": "s_S", "reorder_point": 60, "order_up_to": 120}
    return case_from_dict(case)


def test_the_report_names_every_location_and_sku():
    """A small case is shown whole: network, locations, SKUs and each pair of them."""
    case = default_case().changed(days=20)
    text = printed(summarise(simulate(case)))
    for name in (*case.stores, *case.warehouses, *case.skus, "Total cost", "Service level"):
        assert name in text
    assert "nan" not in text
    assert "±" not in text


def test_many_rows_are_cut_to_the_worst_with_a_line_that_says_so():
    """Of many rows those that lose most are shown, worst first, and a line says how many."""
    figures = summarise(simulate(with_skus(70)))
    text = printed(figures)
    assert "SKU: the 20 of 70 that lose most units" in text
    assert "Location and SKU: the 20 of 280 that lose most units" in text
    lost = figures.points.columns["total_lost_sales"].mean
    chosen = tables.worst(figures.points)
    assert lost[chosen].tolist() == sorted(lost, reverse=True)[:20]


def test_intervals_stand_beside_means():
    """With replications each figure has a mean and a half-width, and a line says what they are."""
    figures = summarise(simulate(default_case().changed(days=20), replications=4))
    text = printed(figures)
    assert "95 % interval over 4 replications" in text
    assert "- (4 undefined)" in text
    assert "±" in text


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_tables_fit_their_screen(width):
    """No line is wider than the screen."""
    figures = summarise(simulate(default_case().changed(days=20)))
    assert max(map(len, printed(figures, width).splitlines())) <= width


def test_names_cannot_move_the_cursor():
    """What is not printable in a name is shown as a question mark."""
    assert tables.printable("a\x1b[31mb\n") == "a?[31mb?"


def test_every_figure_has_a_name_for_people():
    """The catalogue knows each figure that a run computes."""
    for name in simulate(default_case().changed(days=10)).figures():
        assert shown(name).label != name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Interval(None, None, 1), "-"),
        (Interval(None, None, 3), "- (3 undefined)"),
        (Interval(12.0, None, 0), "12"),
        (Interval(12.0, 0.25, 0), "12.0 ± 0.2"),
        (Interval(1234.5, None, 2), "1,234.5 (2 undefined)"),
    ],
)
def test_a_figure_on_paper(value, text):
    """Undefined figures are dashes, with their count where there are several replications."""
    assert tables.spread(value, "total_demand") == text


def test_the_document_is_json_without_nan():
    """Figures that are undefined are null; all others are those of the run."""
    run = simulate(default_case().changed(days=20), replications=2)
    text = json.dumps(document(summarise(run), {"seed": 1}), allow_nan=False)
    content = json.loads(text)
    assert content["seed"] == 1
    assert content["locations"]["warehouse_1"]["unit_fill_rate"] == {
        "mean": None,
        "half_width": None,
        "undefined": 2,
    }
    mean = run.figures()["total_cost"].mean()
    assert content["network"]["total_cost"]["mean"] == pytest.approx(mean)
    assert set(content["points"]) == {*run.case.stores, *run.case.warehouses}


def test_ids_that_look_alike_when_joined_stay_apart():
    """Location `a/b` with SKU `c` and location `a` with SKU `b/c` are two rows."""
    case = case_to_dict(default_case())
    sku = next(iter(case["skus"].values()))
    case |= {"days": 10, "warmup_days": 0, "skus": {"c": sku, "b/c": sku}}
    for place in (*case["stores"].values(), *case["warehouses"].values()):
        place["policy"] = {"rule": "s_S", "reorder_point": 60, "order_up_to": 120}
        place["initial_inventory"], place["max_inventory"] = 100, 500
    first, second, third = case["stores"].values()
    case["stores"] = {"a/b": first, "a": second, "third": third}
    renamed = dict(zip(("store_1", "store_2", "store_3"), case["stores"], strict=True))
    for lane in case["lanes"]:
        lane["destination"] = renamed.get(lane["destination"], lane["destination"])
    run = simulate(case_from_dict(case))
    assert len(summarise(run).points.keys) == 8


def test_bent_demand_is_named():
    """A deviation beyond the mean bends demand, and the warning names SKU and store."""
    case = case_to_dict(default_case())
    assert warnings(compile_case(case_from_dict(case))) == []
    name = next(iter(case["skus"]))
    case["skus"][name] |= {"base_demand": 5, "demand_std": 8, "seasonality_amplitude": 0}
    case["stores"]["store_2"]["demand_multiplier"] = 1
    model = compile_case(case_from_dict(case))
    biases = {(one.store, one.sku): one.bias for one in demand_biases(model)}
    assert set(biases) == {(store, name) for store in case["stores"]}
    assert biases["store_2", name] == pytest.approx(6.2937 / 5 - 1, abs=1e-4)
    (line,) = warnings(model)
    assert name in line
    assert "store_2" in line
    case["demand"] = case.get("demand", {}) | {"mean": "realised"}
    assert warnings(compile_case(case_from_dict(case))) == []


def test_the_bias_is_that_of_what_is_drawn():
    """The mean of many drawn years differs from the formula's by the bias that is told."""
    table = case_to_dict(default_case()) | {"days": 365, "warmup_days": 0}
    for number, sku in enumerate(table["skus"].values()):
        sku |= {"base_demand": 4, "demand_std": 3 + number, "seasonality_amplitude": 0}
        sku["demand"] = {"distribution": "poisson" if number == 1 else "normal"}
    case = case_from_dict(table)
    run = simulate(case, replications=40)
    told = {(one.store, one.sku): one.bias for one in demand_biases(run.model)}
    drawn = run.figures("point")["total_demand"].mean(axis=1)
    for row, point in enumerate(run.model.network.levels[0].points):
        asked = 365 * 4 * case.stores[point.location].demand_multiplier
        bias = told.get((point.location, point.sku), 0.0)
        assert bias == pytest.approx(drawn[row] / asked - 1, abs=0.03)
