"""A study's results: those of the bare engine, whoever computes them."""

import csv
import dataclasses
import io
import os
import pickle
import signal

import numpy as np
import pytest

from inventory_hmarl import simulate, sweep
from inventory_hmarl.case import case_from_dict, case_to_dict, default_case
from inventory_hmarl.extras import MissingExtra
from inventory_hmarl.reports.figures import summarise
from inventory_hmarl.studies import blocks, executing, planning, ray_executor, sweeping
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.planning import chunks_of
from inventory_hmarl.studies.sweeping import plan

PLACE = "suppliers.supplier_1.reliability"


def test_each_point_is_its_case_on_the_same_customers(made):
    """A point's figures are those that `run` has of its case, and demand is that of all points."""
    rows = sweeping.run_plan(made, workers=1).results.rows
    for row, value in zip(rows, [0.7, 0.8, 0.9, 1], strict=True):
        data = case_to_dict(default_case().changed(days=20))
        data["suppliers"]["supplier_1"]["reliability"] = value
        figures = summarise(simulate(case_from_dict(data), replications=10)).network
        assert row.settings == {PLACE: value}
        for name, wanted in figures.items():
            found = row.figures[name]
            assert (found.mean, found.half_width) == (wanted.mean, wanted.half_width), name
    assert len({row.figures["total_demand"].mean for row in rows}) == 1


def test_processes_give_the_same_as_one(made):
    """One process and three give the same table, to the last digit."""
    assert len(made.chunks) == 4
    one, three = (sweeping.run_plan(made, workers=number).results for number in (1, 3))
    assert one.csv() == three.csv()
    assert one.hashes() == three.hashes()


def test_replications_cut_into_chunks_give_the_same(monkeypatch):
    """How a study is cut shows nowhere in its table."""
    tables = []
    for cost in (10**9, 66_000):
        monkeypatch.setattr(planning, "CHUNK_COST", cost)
        tables.append(sweep(default_case().changed(days=20), {PLACE: [0.5, 1]}, replications=25))
    assert [len(found.plan.chunks) for found in tables] == [1, 10]
    assert tables[0].results.csv() == tables[1].results.csv()


@pytest.mark.parametrize("workers", [1, 2])
def test_groups_of_skus_are_the_chain_in_one_piece(tmp_path, monkeypatch, workers):
    """Groups of SKUs, in one process or two, come to the very table and values of whole chains."""
    pytest.importorskip("polars")
    monkeypatch.setattr(planning, "CHUNK_COST", 1)
    whole = plan(default_case().changed(days=15), {PLACE: [0.7, 1]}, replications=2)
    cut = dataclasses.replace(whole.study, group_points=4)
    split = dataclasses.replace(whole, study=cut, chunks=tuple(chunks_of(cut)))
    assert [(chunk.group, chunk.groups) for chunk in split.chunks] == 4 * [(n, 4) for n in range(4)]
    found = sweeping.run_plan(split, workers=workers, out=tmp_path / "split").results
    wanted = sweeping.run_plan(whole, workers=1).results
    assert found.csv() == wanted.csv()
    assert found.hashes() == wanted.hashes()
    again = sweeping.run_plan(split, out=tmp_path / "split").results  # from its files
    assert again.hashes() == wanted.hashes()


def test_continuous_units_are_not_cut():
    """Sums of parts of units depend on their order, so such a chain stays in one piece."""
    data = case_to_dict(default_case().changed(days=15)) | {"units": "continuous"}
    made = plan(data, {PLACE: [0.7, 1]}, replications=3)
    cut = dataclasses.replace(made.study, group_points=4)
    assert {chunk.groups for chunk in chunks_of(cut)} == {1}


def test_chunks_cover_a_study_once(made):
    """Every replication of every point is in one chunk, in order."""
    cells = [
        (point, replication)
        for chunk in chunks_of(made.study)
        for point in chunk.points
        for replication in chunk.replications
    ]
    assert cells == [(point, number) for point in range(4) for number in range(10)]


def test_the_table_reads_back(made):
    """The CSV has a row a point: its settings, a mean and a half-width a figure."""
    results = sweeping.run_plan(made, workers=1).results
    rows = list(csv.DictReader(io.StringIO(results.csv())))
    assert [float(row[PLACE]) for row in rows] == [0.7, 0.8, 0.9, 1.0]
    for row, point in zip(rows, results.rows, strict=True):
        value = point.figures["total_cost"]
        assert (float(row["total_cost"]), float(row["total_cost_half_width"])) == (
            value.mean,
            value.half_width,
        )


def test_progress_counts_chains(made):
    """Progress goes up to the number of chains."""
    heard = []
    sweeping.run_plan(made, workers=2, progress=lambda done, whole: heard.append((done, whole)))
    assert heard == [(10, 40), (20, 40), (30, 40), (40, 40)]


def test_an_error_of_a_process_is_the_callers(made, monkeypatch):
    """What a process raises is raised here, and an ended process is told as such."""
    study = pickle.loads(pickle.dumps(made.study))
    other = planning.Study(**{**vars(study), "version": "0.0.0"})
    with pytest.raises(StudyError, match=r"0\.0\.0"):
        list(executing.blocks(other, made.chunks, "cores", 2))

    def killed(self, content):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    monkeypatch.setattr(executing._Worker, "_send", killed)  # noqa: SLF001
    with pytest.raises(StudyError, match="its process ended with status -9"):
        list(executing.blocks(study, made.chunks, "cores", 2))


def test_missing_extras_are_named(made, monkeypatch, tmp_path):
    """Without polars or Ray, the error says which extra to install."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"inventory-hmarl\[study\]"):
        sweeping.run_plan(made, out=tmp_path / "out")
    with pytest.raises(MissingExtra, match=r"inventory-hmarl\[ray\]"):
        ray_executor.check_ray()
    with pytest.raises(StudyError, match="'ray'"):
        executing.check_place("rey")


def test_a_figure_that_one_point_lacks_is_empty():
    """Tables with other figures stand below each other, undefined where one has none."""
    parts = [{"a": np.ones(2)}, {"b": np.zeros(1)}]
    found = blocks.together(parts, [2, 1])
    assert np.array_equal(found["a"], [1, 1, np.nan], equal_nan=True)
    assert np.array_equal(found["b"], [np.nan, np.nan, 0], equal_nan=True)
