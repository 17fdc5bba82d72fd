"""Every registered scenario: pure, repeatable, and with an effect that a planner would expect."""

import dataclasses
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from inventory_hmarl import (
    SCENARIOS,
    DigitalTwin,
    Keep,
    apply_scenario,
    case_from_dict,
    default_case,
    get_scenario,
    load_case,
    simulate,
)
from inventory_hmarl.case import case_hash, case_to_dict
from inventory_hmarl.scenarios import UnknownScenario, as_scenarios, register

VARIED = load_case(Path(__file__).parents[1] / "core" / "varied.toml")
REPLICATIONS = 200
STRESS = ("spike", "strong_seasonality", "supplier_delay", "high_variability")
NORMAL_95 = 1.96


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("case", [default_case(), VARIED], ids=["default", "varied"])
def test_applying_is_pure(name, case):
    """A scenario changes no case in place, and gives the same case each time."""
    before, written = case_hash(case), case_to_dict(case)
    first, second = (apply_scenario(case, name) for _ in range(2))
    assert first == second
    assert case_hash(case) == before
    assert case_to_dict(case) == written
    assert (first == case) == (name == "normal")


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_case_with_a_scenario_is_a_case(name):
    """What comes out can be written, read, and run under all laws."""
    case = apply_scenario(VARIED, name)
    again = case_from_dict(case_to_dict(case))
    assert again == case
    runs = [simulate(one, keep=Keep(records=True), checked=True) for one in (case, again)]
    assert np.array_equal(*(run.outcome.records for run in runs))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_describes_itself(name):
    """Name and description are there, and its parameters can be changed by name."""
    scenario = SCENARIOS[name]
    assert scenario.name == name
    assert scenario.description
    for field in dataclasses.fields(scenario):
        value = getattr(scenario, field.name)
        assert getattr(get_scenario(name, **{field.name: value}), field.name) == value
    with pytest.raises(dataclasses.FrozenInstanceError):
        scenario.anything = 1


def test_twins_under_scenarios_are_apart():
    """Twins of one case under different scenarios, stepped in turn, do not touch each other."""
    alone = {}
    for name in SCENARIOS:
        twin = DigitalTwin(default_case(), scenario=name)
        alone[name] = [twin.step() for _ in range(35)]
    twins = {name: DigitalTwin(default_case(), scenario=name) for name in SCENARIOS}
    together = {name: [] for name in SCENARIOS}
    for _ in range(35):
        for name, twin in twins.items():
            together[name].append(twin.step())
    assert together == alone


def test_the_briefs_five_are_there_with_its_numbers():
    """Days 30 to 32 x 2.5, amplitude 0.5, 7 days more, twice the deviation."""
    assert set(SCENARIOS) >= {"normal", *STRESS}
    case = default_case()
    (spike,) = apply_scenario(case, "spike").spikes
    assert (spike.first_day, spike.last_day, spike.multiplier) == (30, 32, 2.5)
    seasons = apply_scenario(case, "strong_seasonality").skus.values()
    assert {sku.seasonality_amplitude for sku in seasons} == {0.5}
    late = apply_scenario(case, "supplier_delay")
    for before, after in zip(case.lanes, late.lanes, strict=True):
        assert after.lead_time - before.lead_time == (7 if before.source in case.suppliers else 0)
    noisy = apply_scenario(case, "high_variability")
    for sku in case.skus:
        assert noisy.skus[sku].demand_std == 2 * case.skus[sku].demand_std


@pytest.fixture(scope="module")
def figures():
    """Give the figures of the default case under each scenario, with the same customers."""
    runs = {
        name: simulate(apply_scenario(default_case(), name), replications=REPLICATIONS)
        for name in ("normal", *STRESS)
    }
    return {
        name: {figure: values[0] for figure, values in run.figures().items()}
        for name, run in runs.items()
    }


def shift(figures, name, figure):
    """Return the mean change from normal, paired by replication, and half its 95 % interval."""
    change = figures[name][figure] - figures["normal"][figure]
    return change.mean(), NORMAL_95 * change.std(ddof=1) / np.sqrt(change.size)


def test_the_default_case_is_worth_studying(figures):
    """Under normal the service level lies between 94 and 99 %."""
    assert 0.94 < figures["normal"]["unit_fill_rate"].mean() < 0.99


@pytest.mark.parametrize("name", STRESS)
def test_stress_lowers_service(figures, name):
    """Each stress scenario lowers the service level by more than its 95 % interval."""
    change, half = shift(figures, name, "unit_fill_rate")
    assert change < -half


@pytest.mark.parametrize("name", STRESS)
def test_stress_costs_sales(figures, name):
    """Each stress scenario loses more sales, and pays more for it."""
    for figure in ("total_lost_sales", "total_stockout_penalty"):
        change, half = shift(figures, name, figure)
        assert change > half


def test_scenarios_can_be_changed_and_combined():
    """Parameters have their effect, and several scenarios act in order."""
    case = default_case()
    spike = get_scenario("spike", multiplier=3.0, first_day=5, last_day=6, stores=("store_1",))
    both = apply_scenario(case, [spike, "supplier_delay"])
    assert both == apply_scenario(apply_scenario(case, spike), "supplier_delay")
    assert both.spikes[0].stores == ("store_1",)
    assert apply_scenario(case, None) == case
    assert (
        apply_scenario(case, "spike + spike").spikes == (*apply_scenario(case, "spike").spikes,) * 2
    )
    assert [one.name for one in as_scenarios(["spike", ["normal", spike]])] == [
        "spike",
        "normal",
        "spike",
    ]


def test_only_some_suppliers_can_be_late():
    """A delay of one supplier leaves the lanes of the others; lead times per SKU grow alike."""
    late = apply_scenario(VARIED, get_scenario("supplier_delay", suppliers=("farm",), extra_days=2))
    for before, after in zip(VARIED.lanes, late.lanes, strict=True):
        if before.source != "farm":
            assert after == before
        elif isinstance(before.lead_time, dict):
            assert after.lead_time == {sku: days + 2 for sku, days in before.lead_time.items()}
        else:
            assert after.lead_time == before.lead_time + 2


def test_unknown_names_are_told_with_the_nearest():
    """A scenario or parameter that does not exist is an error that names the nearest."""
    with pytest.raises(UnknownScenario, match="Did you mean 'spike'"):
        DigitalTwin(default_case(), scenario="spkie")
    with pytest.raises(UnknownScenario, match="Did you mean 'multiplier'"):
        get_scenario("spike", multplier=2)


def test_a_scenario_of_ones_own(monkeypatch):
    """A registered class of ten lines is known by its name, like those that are shipped."""

    @dataclasses.dataclass(frozen=True)
    class Closed:
        """Nobody comes."""

        name: ClassVar[str] = "closed"
        description: ClassVar[str] = "all stores are closed"

        def apply(self, case):
            """Return the case without customers."""
            return case.changed(
                skus={
                    name: sku.model_copy(update={"base_demand": 0.0, "demand_std": 0.0})
                    for name, sku in case.skus.items()
                }
            )

    monkeypatch.setattr("inventory_hmarl.scenarios.SCENARIOS", dict(SCENARIOS))
    register(Closed())
    twin = DigitalTwin(default_case(), scenario="closed")
    assert twin.step()[1]["demand"] == 0
    monkeypatch.undo()
    assert "closed" not in SCENARIOS
