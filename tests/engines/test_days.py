"""One day at a time: a twin's days are the same on either engine."""

import pytest

pytest.importorskip("jax")

import jax

from inventory_hmarl import DigitalTwin, case_from_dict
from inventory_hmarl.engines import EngineError
from inventory_hmarl.engines.compiled import single_day

ACTION = {"store_orders": {"north": {"milk": 7}}}


@pytest.fixture(scope="module")
def twins(chain):
    """Give the twin of each engine, after some days of rules, actions and observations."""
    pair = tuple(DigitalTwin(chain, replication=3, engine=name) for name in ("numpy", "jax"))
    for action in (None, ACTION, None, None):
        for twin in pair:
            twin.observe()
            twin.step(action)
            twin.step()
    return pair


def test_a_twin_s_days_are_the_same(twins):
    """States, metrics and infos of every day are NumPy's, after actions and observations too."""
    for twin in twins:
        twin.reset()
    while not twins[0].done:
        actions = ACTION if twins[0].day % 4 == 1 else None
        if twins[0].day % 3 == 2:
            assert twins[0].observe() == twins[1].observe()
        assert twins[0].step(actions) == twins[1].step(actions)
    assert twins[0].get_metrics() == twins[1].get_metrics()


def test_a_twin_goes_on_from_a_snapshot_on_either_engine(twins, tmp_path):
    """What a compiled twin wrote, and its forks, go on as NumPy's do."""
    compiled = DigitalTwin(twins[1].case, replication=3, engine="jax")
    compiled.step(), compiled.observe()
    path = compiled.snapshot(tmp_path / "twin.json")
    plain, again = (DigitalTwin.restore(path, engine=name) for name in ("numpy", "jax"))
    fork = compiled.fork(1)[0]
    assert (again.engine, fork.engine) == ("jax", "jax")
    expected = plain.fork(1)[0]
    for _ in range(4):
        assert plain.step() == again.step() == compiled.step()
        assert expected.step() == fork.step()
    with pytest.raises(EngineError, match="numpy, jax"):
        DigitalTwin.restore(path, engine="torch")


def test_twins_of_one_shape_share_their_programs(twins, chain_settings):
    """Other levels, seeds, means and days compile nothing."""
    programs = (single_day._sell, single_day._replenish)  # noqa: SLF001 - JAX has no other way
    before = [program._cache_size() for program in programs]  # noqa: SLF001 - likewise
    stores = chain_settings["stores"]
    north = stores["north"] | {"initial_inventory": 30, "max_inventory": 55}
    other = chain_settings | {"days": 30, "seed": 9, "stores": stores | {"north": north}}
    twin = DigitalTwin(case_from_dict(other), engine="jax")
    twin.step()
    assert [program._cache_size() for program in programs] == before  # noqa: SLF001 - likewise
    assert all(size > 0 for size in before)


def test_a_day_of_rules_is_compiled(twins, monkeypatch):
    """Without actions nothing of the core runs uncompiled; with actions it does."""
    ran = []
    plain = single_day.day.replenish
    monkeypatch.setattr(single_day.day, "replenish", lambda *given: ran.append(1) or plain(*given))
    twin = twins[1]
    twin.reset()
    twin.step()
    assert not ran
    twin.step(ACTION)
    assert ran == [1]
    assert jax.config.jax_enable_x64 is False  # the caller's types are the caller's
