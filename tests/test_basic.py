"""The basic test of the brief: a user's first hour with the twin.

It runs as a script, `python tests/test_basic.py`, and under pytest.
"""

import json
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.environment import enter

if __name__ == "__main__":
    enter()

import config.simulation_config as config
from env.digital_twin import DigitalTwin
from scenarios.scenarios import SCENARIOS, get_scenario

DAYS = 30
WARMUP_DAYS = 7
NAMES = ["normal", "spike", "strong_seasonality", "supplier_delay", "high_variability"]


def settings():
    """Return the settings as the brief builds them."""
    return {
        "SIMULATION_DAYS": DAYS,
        "WARMUP_DAYS": WARMUP_DAYS,
        "RANDOM_SEED": 42,
        "SKU_CONFIG": config.SKU_CONFIG,
        "STORE_CONFIG": config.STORE_CONFIG,
        "WAREHOUSE_CONFIG": config.WAREHOUSE_CONFIG,
        "SUPPLIER_CONFIG": config.SUPPLIER_CONFIG,
    }


def run(twin):
    """Reset a twin, step it to its end and return the metrics of each day."""
    twin.reset()
    daily, done = [], False
    while not done:
        _, metrics, done, _ = twin.step()
        daily.append(metrics)
    return daily


def test_reset_starts_before_the_first_day():
    """After a reset no day has passed, and the state is plain data."""
    state = DigitalTwin(settings()).reset()
    assert state["day"] == 0
    assert set(state["stores"]) == set(config.STORE_CONFIG)
    assert json.loads(json.dumps(state)) == state


def test_step_runs_all_days_and_then_is_done():
    """The twin is done on the last day's step, and not before."""
    twin = DigitalTwin(settings())
    twin.reset()
    done = [twin.step()[2] for _ in range(DAYS)]
    assert done == [False] * (DAYS - 1) + [True]
    assert twin.get_state()["day"] == DAYS


def test_each_day_adds_up():
    """On each day sales and lost sales make up the demand, and the cost is the sum of its parts."""
    for day in run(DigitalTwin(settings())):
        assert day["sales"] + day["lost_sales"] == day["demand"]
        parts = day["holding_cost"] + day["stockout_penalty"] + day["ordering_cost"]
        assert math.isclose(day["total_cost"], parts)


def test_metrics_are_those_of_the_days_after_warm_up():
    """The final metrics are the sums of the days after warm-up."""
    twin = DigitalTwin(settings())
    daily = run(twin)[WARMUP_DAYS:]
    final = twin.get_metrics()
    assert final["total_demand"] == sum(day["demand"] for day in daily)
    assert math.isclose(final["total_cost"], math.fsum(day["total_cost"] for day in daily))
    assert math.isclose(final["avg_daily_cost"], final["total_cost"] / len(daily))
    assert math.isclose(final["avg_service_level"], final["total_sales"] / final["total_demand"])


def test_same_seed_same_run():
    """Two twins with one seed live the same days, and another seed gives others."""
    first, again, other = (DigitalTwin(settings() | {"RANDOM_SEED": s}) for s in (1, 1, 2))
    days = run(first)
    assert days == run(again)
    assert days != run(other)


def test_an_order_of_the_user_replaces_the_policy():
    """An order given to `step` is placed instead of the policy's."""
    store, sku = next(iter(config.STORE_CONFIG)), next(iter(config.SKU_CONFIG))
    twin, plain = DigitalTwin(settings()), DigitalTwin(settings())
    twin.reset()
    plain.reset()
    for _ in range(DAYS):
        twin.step({"store_orders": {store: {sku: 0}}})
        plain.step()
    assert twin.get_metrics() != plain.get_metrics()


def test_each_scenario_runs_and_matters():
    """Each scenario of the brief can be run by name, and all but `normal` change the result."""
    baseline = DigitalTwin(settings())
    run(baseline)
    for name in NAMES:
        assert name in SCENARIOS
        for scenario in (name, get_scenario(name)):
            twin = DigitalTwin(settings(), scenario=scenario)
            run(twin)
            assert (twin.get_metrics() == baseline.get_metrics()) == (name == "normal")


def main():
    """Run the tests above one after the other and say how it went."""
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")]
    for name, test in tests:
        test()
        print(f"passed  {name}: {test.__doc__}")
    print(f"{len(tests)} tests passed.")


if __name__ == "__main__":
    main()
