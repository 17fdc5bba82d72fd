"""Choosing an engine: what exists, what is installed, and what cannot be had together."""

import importlib.util

import pytest

from inventory_hmarl import Keep, simulate
from inventory_hmarl.engines import ENGINES, EngineError, engine, workers_of
from inventory_hmarl.engines.workers import cores
from inventory_hmarl.extras import MissingExtra


@pytest.mark.parametrize("name", ["torch", "", "NumPy", None, 3])
def test_an_unknown_engine_is_refused(name, plain):
    """The error lists the engines that there are."""
    with pytest.raises(EngineError, match=", ".join(ENGINES)):
        simulate(plain(), engine=name)


def test_an_unknown_precision_is_refused(plain):
    """The error lists the precisions that there are."""
    with pytest.raises(EngineError, match="exact, fast"):
        simulate(plain(), engine="jax", precision="half")


def test_numpy_has_no_fast_precision(plain):
    """Fast precision needs the compiled engine, and the error says so."""
    with pytest.raises(EngineError, match="jax"):
        simulate(plain(), precision="fast")


def test_without_jax_the_error_says_what_to_install(plain, monkeypatch):
    """A missing extra is named, with the command that installs it."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install .inventory-hmarl\[jax\]"):
        simulate(plain(), engine="jax")


@pytest.mark.parametrize("workers", [0, -1, 1.0, True, "2"])
def test_impossible_workers(workers, plain):
    """Threads are a whole number, at least one."""
    with pytest.raises(EngineError, match="workers"):
        simulate(plain(), workers=workers)


def test_workers_by_default():
    """Compiled days take every core, NumPy's one."""
    assert workers_of(None, "jax") == cores() >= 1
    assert workers_of(None, "numpy") == 1
    assert workers_of(3, "numpy") == 3


def test_an_unknown_quantity_is_refused():
    """The error names what is unknown, and lists what there is."""
    with pytest.raises(ValueError, match=r"stok.*stock"):
        Keep(records=["stok", "ordered"])


def test_the_numpy_engine_needs_no_jax(plain, monkeypatch):
    """Who does not ask for JAX does not need it."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert engine("numpy")
    assert simulate(plain()).outcome.sums.size
