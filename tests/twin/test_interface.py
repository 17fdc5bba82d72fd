"""The brief's interface: reset, step, observe, state, metrics."""

import copy
import json
import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given

from inventory_hmarl import (
    DigitalTwin,
    Keep,
    apply_scenario,
    case_from_dict,
    default_case,
    get_scenario,
    simulate,
)
from inventory_hmarl.case import case_to_dict
from inventory_hmarl.entities import DemandGenerator, Store, Supplier, Warehouse
from inventory_hmarl.testing.strategies import cases

DAILY = {
    "demand",
    "sales",
    "lost_sales",
    "service_level",
    "fill_rate",
    "holding_cost",
    "stockout_penalty",
    "ordering_cost",
    "total_cost",
    "inventory",
}
FIGURES = {
    "avg_service_level",
    "min_service_level",
    "fill_rate",
    "total_demand",
    "total_sales",
    "total_lost_sales",
    "total_cost",
    "avg_daily_cost",
    "total_holding_cost",
    "total_stockout_penalty",
    "total_ordering_cost",
    "avg_inventory",
    "min_inventory",
    "max_inventory",
    "inventory_std",
}
SUMS = {
    "demand": "total_demand",
    "sales": "total_sales",
    "lost_sales": "total_lost_sales",
    "holding_cost": "total_holding_cost",
    "stockout_penalty": "total_stockout_penalty",
    "ordering_cost": "total_ordering_cost",
    "total_cost": "total_cost",
}


def records(twin):
    """Return the records of a twin's days, `(days, rows)`."""
    return np.stack([record[:, 0] for record in twin._records])  # noqa: SLF001  # all it counted


def told(twin, batch):
    """Return the rows of a batch's records that a twin counts too, `(days, rows, R)`."""
    rows = batch.outcome.recorder.rows
    names = twin._recorder.rows  # noqa: SLF001  # which quantities it counts
    return np.concatenate([batch.outcome.records[:, rows[name]] for name in names], axis=1)


def run(twin, actions=None):
    """Step a twin to its end; return states, metrics and infos."""
    steps = []
    while not twin.done:
        steps.append(twin.step(actions))
    return steps


@pytest.mark.parametrize("replication", [-1, 2**32, 1.5])
def test_an_impossible_replication_is_refused(varied, replication):
    """A replication that has no number is refused when the twin is built, not days later."""
    with pytest.raises(ValueError, match="replication"):
        DigitalTwin(varied, replication=replication)


@pytest.mark.parametrize("units", ["whole", "continuous"])
@pytest.mark.parametrize("replication", [0, 3])
def test_the_twin_is_the_batch(varied, units, replication):
    """A twin's days are those of `simulate` for its replication, to the last bit."""
    case = varied.changed(units=units)
    twin = DigitalTwin(case, replication=replication)
    run(twin)
    batch = simulate(case, replications=replication + 1, keep=Keep(records=True))
    assert records(twin).tobytes() == told(twin, batch)[..., replication].tobytes()


def test_the_figures_are_those_of_the_batch(varied):
    """`get_metrics` and `simulate` give the same figures, in all and for every part."""
    twin = DigitalTwin(varied)
    run(twin)
    metrics = twin.get_metrics()
    batch = simulate(varied, keep=Keep(records=True))
    network = batch.figures()
    for name in FIGURES - {"avg_service_level", "fill_rate"}:
        assert metrics[name] == pytest.approx(network[name][0, 0], rel=1e-12), name
    assert metrics["avg_service_level"] == network["unit_fill_rate"][0, 0]
    assert metrics["fill_rate"] == network["order_fill_rate"][0, 0]
    for by, part in (("location", metrics["stores"] | metrics["warehouses"]), ("sku", None)):
        found = batch.figures(by)["total_cost"][:, 0]
        for label, cost in zip(batch.labels(by), found, strict=True):
            assert (part or metrics["skus"])[label]["total_cost"] == pytest.approx(cost, rel=1e-12)


def test_a_twin_of_a_large_chain():
    """A twin of 4,000 points takes the memory of some thousand points, not that of their pairs."""
    place = {"initial_inventory": 40, "policy": {"rule": "base_stock", "order_up_to": 60}}
    stores = [f"store_{number}" for number in range(20)]
    sku = {"base_demand": 5, "demand_std": 2, "holding_cost": 0.1, "ordering_cost": 1}
    lanes = [{"source": "depot", "destination": name, "lead_time": 1} for name in stores]
    case = case_from_dict(
        {
            "days": 5,
            "skus": {f"sku_{number}": sku for number in range(200)},
            "stores": dict.fromkeys(stores, place),
            "warehouses": {"depot": place | {"initial_inventory": 2000}},
            "suppliers": {"farm": {}},
            "lanes": [*lanes, {"source": "farm", "destination": "depot", "lead_time": 2}],
        }
    )
    tracemalloc.start()
    twin = DigitalTwin(case)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**27
    _, metrics, _, _ = twin.step()
    assert metrics["demand"] == records(twin)[0][: 20 * 200].sum()


def test_demand_drawn_ahead_does_not_show(varied, monkeypatch):
    """However far ahead a twin draws its demand, it meets the same customers."""
    expected = DigitalTwin(varied)
    run(expected)
    monkeypatch.setattr("inventory_hmarl.twin.twin.WORDS_AHEAD", 1)
    twin = DigitalTwin(varied)
    run(twin)
    assert records(twin).tobytes() == records(expected).tobytes()


def test_reset_repeats_the_run(varied):
    """After a reset the same customers come; with another seed, others; then the first again."""
    twin = DigitalTwin(varied)
    first = run(twin)
    start = twin.reset()
    assert start["day"] == twin.day == 0
    assert run(twin) == first
    twin.reset(seed=99)
    other = run(twin)
    assert other != first
    twin.reset(seed=varied.seed)
    assert run(twin) == first
    twin.reset(seed=99)
    assert run(twin) == other


def test_done_on_the_last_day_and_then_an_error(varied):
    """The twin is done after its last day; a step after it says to call reset()."""
    twin = DigitalTwin(varied.changed(days=6, warmup_days=0))
    assert [step[2] for step in run(twin)] == [False] * 5 + [True]
    for late in (twin.step, twin.observe):
        with pytest.raises(RuntimeError, match=r"reset\(\)"):
            late()
    assert twin.day == 6
    assert twin.reset()["day"] == 0
    assert not twin.done


def test_states_are_plain_data(varied):
    """A state is dicts of Python numbers that json writes and reads as they are."""
    twin = DigitalTwin(varied)
    for _ in range(varied.days):
        for look in (twin.observe, lambda: twin.step()[0]):
            state = look()
            assert json.loads(json.dumps(state, allow_nan=False)) == state
            assert state == twin.get_state()
    assert set(state["stores"]) == set(varied.stores)
    assert set(state["warehouses"]) == set(varied.warehouses)
    assert set(state["suppliers"]) == set(varied.suppliers)
    for name, store in state["stores"].items():
        assert list(store["inventory"]) == list(varied.carried(name))


def test_infos_and_metrics_are_plain_data(varied):
    """Metrics and infos, before, in and after the run, are what json takes."""
    twin = DigitalTwin(varied)
    figures = [twin.get_metrics()]
    for _, metrics, _, info in run(twin):
        assert metrics.keys() >= DAILY
        assert set(info) >= {"day", "clips", "failures"}
        assert json.loads(json.dumps([metrics, info], allow_nan=False)) == [metrics, info]
        figures.append(twin.get_metrics())
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures


def test_a_returned_state_is_the_callers(varied):
    """What a caller does to a state that it was given changes nothing in the twin."""
    twin = DigitalTwin(varied)
    state, metrics, _, info = twin.step()
    kept = copy.deepcopy(state)
    state["stores"]["north"]["inventory"]["milk"] = -5
    metrics.clear()
    info.clear()
    assert twin.get_state() == kept


def test_the_vector_has_one_order(varied):
    """Names are unique and fixed; the vector's values are the state's."""
    twin = DigitalTwin(varied)
    names = twin.state_names
    assert len(set(names)) == len(names)
    for _ in range(5):
        state, *_ = twin.step()
        vector = twin.state_vector()
        assert vector.dtype == np.float64
        assert twin.state_names == names
        for name, value in zip(names, vector, strict=True):
            entry = state
            for step in name.split("."):
                entry = entry[step]
            assert value == entry
    assert DigitalTwin(case_to_dict(varied)).state_names == names


def test_daily_metrics_sum_up_to_the_run(varied):
    """Without a warm-up, the metrics of the days add up to those of the run."""
    twin = DigitalTwin(varied.changed(warmup_days=0))
    daily = [metrics for _, metrics, _, _ in run(twin)]
    metrics = twin.get_metrics()
    for day, total in SUMS.items():
        assert math.fsum(each[day] for each in daily) == pytest.approx(metrics[total], rel=1e-12)
    stock = [each["inventory"] for each in daily]
    assert np.mean(stock) == pytest.approx(metrics["avg_inventory"], rel=1e-12)
    assert (min(stock), max(stock)) == (metrics["min_inventory"], metrics["max_inventory"])
    assert np.std(stock) == pytest.approx(metrics["inventory_std"], rel=1e-9)
    served = [each["service_level"] for each in daily if each["service_level"] is not None]
    assert min(served) == pytest.approx(metrics["min_service_level"], rel=1e-12)
    for each in daily:
        parts = each["holding_cost"] + each["stockout_penalty"] + each["ordering_cost"]
        assert each["total_cost"] == pytest.approx(parts, rel=1e-12)


def test_the_warm_up_does_not_count(varied):
    """Figures are those of the days after the warm-up; before those, nothing has happened."""
    twin = DigitalTwin(varied)
    daily = []
    for _ in range(varied.warmup_days):
        twin.step()
        assert twin.get_metrics()["total_demand"] == 0
    while not twin.done:
        daily.append(twin.step()[1])
    total = sum(each["demand"] for each in daily)
    assert twin.get_metrics()["total_demand"] == total


def test_the_figures_of_the_parts(varied):
    """There is the same of each store, warehouse and SKU, and costs of the parts add up."""
    twin = DigitalTwin(varied)
    run(twin)
    metrics = twin.get_metrics()
    assert metrics.keys() >= FIGURES
    assert set(metrics["stores"]) == set(varied.stores)
    assert set(metrics["warehouses"]) == set(varied.warehouses)
    assert set(metrics["skus"]) == set(varied.skus)
    locations = metrics["stores"] | metrics["warehouses"]
    for parts in (locations, metrics["skus"]):
        assert all(part.keys() >= FIGURES for part in parts.values())
        for name in SUMS.values():
            total = math.fsum(part[name] for part in parts.values())
            assert total == pytest.approx(metrics[name], rel=1e-12), name


def test_observing_shows_the_state_after_sales(varied):
    """`observe` lets customers in: stock falls by sales, and the day is not over."""
    twin = DigitalTwin(varied)
    before = twin.get_state()
    seen = twin.observe()
    assert twin.observe() == seen
    assert seen["day"] == before["day"] == twin.day
    stock = [sum(state["stores"]["north"]["inventory"].values()) for state in (before, seen)]
    assert stock[1] < stock[0]
    assert not set(before["warehouses"]["east"]["inventory"].items()) ^ set(
        seen["warehouses"]["east"]["inventory"].items()
    )


def test_observing_changes_no_day(varied):
    """A run on which every day is observed, or some, is the run on which none is."""
    plain, watched = DigitalTwin(varied), DigitalTwin(varied)
    run(plain)
    while not watched.done:
        if watched.day % 3:
            watched.observe()
            watched.observe()
        watched.step()
    assert records(watched).tobytes() == records(plain).tobytes()


def test_positions_of_a_state(varied):
    """Position = on hand - waiting - owed + on order, at each location and SKU."""
    twin = DigitalTwin(varied)
    for state, *_ in run(twin):
        for place in (*state["stores"].values(), *state["warehouses"].values()):
            for sku, position in place["inventory_position"].items():
                claims = place.get("backorders", {}).get(sku, 0) + place.get("owed", {}).get(sku, 0)
                on_hand, on_order = place["inventory"][sku], place["on_order"][sku]
                assert position == on_hand - claims + on_order


def door(record, lines):
    """Return what is due and not received, line by line."""
    return np.zeros(lines) if record.at_door is None else record.at_door[:, 0]


@given(settings=cases())
def test_what_is_in_transit_lies_in_the_rings(settings):
    """What a supplier has on its way lies in the rings of its lines, failed or not, or at doors."""
    twin = DigitalTwin(case_from_dict(settings))
    network = twin._model.network  # noqa: SLF001  # whose lines they are
    while not twin.done:
        state, *_ = twin.step()
        moving = {}
        for level, record in zip(network.levels, twin._state.levels, strict=True):  # noqa: SLF001
            lines = np.arange(len(level.lines))
            for line, waits in zip(level.lines, door(record, lines.size), strict=True):
                key = (line.source, line.sku)
                moving[key] = moving.get(key, 0.0) + waits
            for rings in (record.in_transit, record.failing):
                for transit, ring in zip(level.transits, rings, strict=bool(rings)):
                    units = sum((slot[:, 0] for slot in ring), np.zeros(lines[transit.lines].size))
                    for row, amount in zip(lines[transit.lines], units, strict=True):
                        line = level.lines[row]
                        key = (line.source, line.sku)
                        moving[key] = moving.get(key, 0.0) + amount
        for name, supplier in state["suppliers"].items():
            for sku, amount in supplier["in_transit"].items():
                assert amount == pytest.approx(moving[name, sku], rel=1e-12, abs=1e-9)


def test_failures_are_reported(varied):
    """Each order that fails is told once, with its lane and units, and counted."""
    twin = DigitalTwin(varied.changed(warmup_days=0))
    failures = [item for step in run(twin) for item in step[3]["failures"]]
    assert failures
    assert {item["source"] for item in failures} == {"farm"}
    total = simulate(varied.changed(warmup_days=0)).figures()["units_failed"][0, 0]
    assert sum(item["units"] for item in failures) == total


def test_scenarios_in_any_order():
    """A scenario acts whether it is given, applied to the case, or to the twin before or after."""
    case = default_case().changed(days=45)
    given = DigitalTwin(case, scenario="spike")
    changed = DigitalTwin(apply_scenario(case, "spike"))
    later = DigitalTwin(case)
    later.apply_scenario("spike")
    reset = DigitalTwin(case)
    run(reset)
    reset.reset()
    reset.apply_scenario(get_scenario("spike"))
    again = DigitalTwin(case, scenario=["spike"])
    again.step()
    again.reset()
    expected = run(given)
    assert run(DigitalTwin(case)) != expected
    for twin in (changed, later, reset, again):
        assert run(twin) == expected
    given.reset()
    assert run(given) == expected


def test_scenarios_combine():
    """Several scenarios act together, as a list or as a word with a plus."""
    case = default_case().changed(days=45)
    both = run(DigitalTwin(case, scenario=["spike", "supplier_delay"]))
    assert run(DigitalTwin(case, scenario="spike+supplier_delay")) == both
    twin = DigitalTwin(case, scenario="spike")
    assert run(twin) != both
    twin.reset()
    twin.apply_scenario("supplier_delay")
    assert run(twin) == both


def test_a_scenario_in_mid_run_is_refused():
    """Once a day has passed, or is being watched, a scenario has to wait for a reset."""
    twin = DigitalTwin(default_case())
    twin.observe()
    with pytest.raises(RuntimeError, match=r"reset\(\)"):
        twin.apply_scenario("spike")
    twin.step()
    with pytest.raises(RuntimeError, match=r"reset\(\)"):
        twin.apply_scenario("spike")
    twin.reset()
    twin.apply_scenario("spike")
    assert len(twin.case.spikes) == 1


def test_forks_share_the_past_only(varied):
    """Forks have the past in common, and futures of their own, which are repeatable."""
    twin = DigitalTwin(varied)
    for _ in range(10):
        twin.step()
    kept = twin.get_state()
    forks = twin.fork(3)
    assert all(fork.get_state() == kept for fork in forks)
    assert all(fork.get_metrics() == twin.get_metrics() for fork in forks)
    futures = [run(fork) for fork in forks]
    assert futures[0] != futures[1] != futures[2] != futures[0]
    assert twin.get_state() == kept
    assert [run(fork) for fork in twin.fork(3)] == futures
    own = run(twin)
    assert own not in futures
    straight = DigitalTwin(varied)
    assert run(straight)[10:] == own


def test_forks_of_an_observed_day_share_its_sales(varied):
    """Of a day that was observed, sales are past: all forks have them in common."""
    twin = DigitalTwin(varied)
    seen = twin.observe()
    forks = twin.fork(2)
    assert all(fork.get_state() == seen for fork in forks)
    days = [fork.step()[1]["demand"] for fork in forks]
    assert days == [twin.step()[1]["demand"]] * 2


def test_the_demand_generator_is_what_the_twin_meets(varied):
    """`DemandGenerator` gives each day's demand at each store as the twin meets it."""
    for units in ("whole", "continuous"):
        case = varied.changed(units=units)
        customers, twin = DemandGenerator(case, replication=4), DigitalTwin(case, replication=4)
        while not twin.done:
            _, metrics, _, info = twin.step()
            asked = customers.generate(info["day"])
            assert set(asked) == set(case.stores)
            total = math.fsum(units for store in asked.values() for units in store.values())
            assert metrics["demand"] == pytest.approx(total, rel=1e-12)


def test_the_demand_generator_by_day_and_series(varied):
    """A day's demand is a row of the series, whatever is asked before, and bad days are refused."""
    customers = DemandGenerator(varied)
    series = customers.series(1, varied.days)
    for day in (30, 2, 17):
        asked = customers.generate(day)
        row = [asked[store][sku] for store, sku in customers.points]
        assert row == series[day - 1].tolist()
    for day in (0, varied.days + 1):
        with pytest.raises(ValueError, match=f"day {day} is outside"):
            customers.generate(day)


def test_the_views_show_the_twin(varied):
    """Stores, warehouses and suppliers are windows on the twin's state, and change with it."""
    twin = DigitalTwin(varied)
    store, warehouse = Store(twin, "north"), Warehouse(twin, "east")
    supplier = Supplier(twin, "farm")
    seen = []
    for _ in range(6):
        state, *_ = twin.step()
        assert store.state == state["stores"]["north"]
        assert store.inventory == state["stores"]["north"]["inventory"]
        assert store.on_order == state["stores"]["north"]["on_order"]
        assert store.inventory_position == state["stores"]["north"]["inventory_position"]
        assert store.backorders == state["stores"]["north"]["backorders"]
        assert warehouse.owed == state["warehouses"]["east"]["owed"]
        assert supplier.in_transit == state["suppliers"]["farm"]["in_transit"]
        assert supplier.owed == state["suppliers"]["farm"]["owed"]
        seen.append(store.inventory)
    assert seen[0] != seen[-1]
    with pytest.raises(AttributeError):
        store.inventory = {}
    with pytest.raises(KeyError, match="Did you mean 'north'"):
        Store(twin, "nort")
    assert repr(store) == "Store('north')"


def test_the_doors_are_the_package():
    """The brief's paths open on the same things as the package."""
    from demand.demand_generator import DemandGenerator as Customers
    from entities.store import Store as BriefStore
    from env.digital_twin import DigitalTwin as BriefTwin
    from evaluation.metrics import compute_metrics

    assert (Customers, BriefStore, BriefTwin) == (DemandGenerator, Store, DigitalTwin)
    twin = BriefTwin(default_case().changed(days=12, warmup_days=2))
    run(twin)
    assert compute_metrics(twin) == twin.get_metrics()
