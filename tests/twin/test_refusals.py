"""What cannot be meant is refused, with what is allowed, and nothing has happened."""

import pytest

from inventory_hmarl import ActionError, DigitalTwin, default_case, get_scenario, simulate
from inventory_hmarl.scenarios import ScenarioError


@pytest.mark.parametrize("actions", ["x", 5, 0, [], ["a"], {"x"}])
def test_actions_are_a_mapping_or_a_callable(actions):
    """An action of another kind is refused, and the twin stands where it stood."""
    twin = DigitalTwin(default_case())
    with pytest.raises(ActionError, match="must be a callable, None, or a mapping"):
        twin.step(actions)
    assert twin.get_state() == DigitalTwin(default_case()).get_state()


def test_orders_have_a_bound():
    """More units than a case may hold are refused by an action too."""
    with pytest.raises(ActionError, match="from 0 to 1e"):
        DigitalTwin(default_case()).step({"store_orders": {"store_1": {"milk": 2e9}}})


@pytest.mark.parametrize("scenario", [5, ["spike", 5], {"spike": {"multiplier": 3}}])
def test_scenarios_are_names_or_scenarios(scenario):
    """What is neither a name nor a scenario nor several of them is refused."""
    with pytest.raises(ScenarioError, match="must be a name, a Scenario"):
        DigitalTwin(default_case(), scenario=scenario)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("spike", {"multiplier": "x"}),
        ("spike", {"multiplier": -4}),
        ("supplier_delay", {"extra_days": 1.5}),
        ("high_variability", {"factor": float("nan")}),
        ("strong_seasonality", {"amplitude": True}),
    ],
)
def test_parameters_are_of_their_kind(name, parameters):
    """A scenario's parameter of another kind is refused under its own name."""
    with pytest.raises(ScenarioError, match=f"{name}.{next(iter(parameters))} = "):
        get_scenario(name, **parameters)


@pytest.mark.parametrize(
    "scenario",
    [
        get_scenario("supplier_delay", suppliers=("supplier_9",)),
        get_scenario("supplier_delay", suppliers="xsupplier_1x"),
        get_scenario("spike", stores="store"),
        get_scenario("spike", skus=("milc",)),
    ],
)
def test_scenarios_name_what_is_there(scenario):
    """A scenario for a supplier, store or SKU that the case lacks is refused."""
    with pytest.raises(ScenarioError, match="unknown id"):
        DigitalTwin(default_case(), scenario=scenario)


def test_one_id_is_as_good_as_a_tuple_of_one():
    """A single supplier may be named without a tuple."""
    late = [get_scenario("supplier_delay", suppliers=s) for s in ("supplier_1", ("supplier_1",))]
    lanes = [DigitalTwin(default_case(), scenario=s).case.lanes for s in late]
    assert lanes[0] == lanes[1] != default_case().lanes


@pytest.mark.parametrize("count", [0, -1, 1.5])
def test_forks_are_counted(count):
    """A twin is forked into a whole number of twins, at least one."""
    with pytest.raises(ValueError, match="a whole number of twins"):
        DigitalTwin(default_case()).fork(count)


@pytest.mark.parametrize("replications", [0, "x", -3, 1.5, range(0), range(2**32, 2**32 + 1)])
def test_replications_are_counted(replications):
    """Replications are a whole number or a range of numbers below 2**32."""
    with pytest.raises(ValueError, match="replications = "):
        simulate(default_case(), replications=replications)
