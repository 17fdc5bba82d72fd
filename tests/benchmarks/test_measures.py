"""Measures: processes that work when they are told to, rows for what is missing, deviations."""

import json
import sys

import numpy as np
import pytest

from benchmarks import bench, beside
from benchmarks.measures import cores, fast, features


def test_processes_work_alone_and_together(monkeypatch):
    """Each process says how often it did its work in a second, as often as it is asked."""
    monkeypatch.setattr(cores, "RUNS", 1)
    with beside.processes("arithmetic", [0, 0]) as rates:
        assert len(rates(slice(None))) == 2
        (alone,) = rates(slice(1, 2))
        assert alone > 1
    (times,) = cores.ratios("arithmetic", [0])
    assert times > 0.1


def test_a_measure_without_its_library_is_a_row(monkeypatch, capsys):
    """Where JAX is missing, the measure says so in a row, and the others go on."""
    monkeypatch.setattr(bench.os, "sched_setaffinity", lambda *given: None, raising=False)
    monkeypatch.setitem(sys.modules, "benchmarks.measures.gpu", None)
    assert bench.inside("gpu") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["median"] is None
    assert told["compared"].startswith("did not run: ")


def test_a_feature_is_timed_in_pairs():
    """What a feature costs is a ratio a pair of runs, and names the engine and the usual speed."""
    spoils = {"skus.*.shelf_life": 5}
    found = features.cost("Stock that spoils", spoils, "numpy", batch=2, runs=3)
    assert found.name == "Stock that spoils, numpy"
    assert 0 < found.lowest <= found.median <= found.highest
    assert "without" in found.compared
    case = features.with_feature(features.CASE, spoils)
    assert {sku.shelf_life for sku in case.skus.values()} == {5}


def test_deviations_are_told_as_shares():
    """A figure that is a hundredth too high in one replication of two is told so."""
    found = fast.deviation("cost", np.array([100.0, 200.0]), np.array([101.0, 200.0]))
    assert (found.lowest, found.highest) == (0.0, pytest.approx(0.01))
    assert found.median == pytest.approx(0.5 / 150)
    assert found.compared == "0.01 standard errors"
