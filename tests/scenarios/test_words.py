"""Scenarios as words of a command line."""

import json

import pytest

from inventory_hmarl import DigitalTwin, apply_scenario, default_case, get_scenario
from inventory_hmarl.cli import main
from inventory_hmarl.scenarios import ScenarioError, as_scenarios

SAME = [
    ("spike:multiplier=3", {"multiplier": 3.0}),
    ("spike: first_day = 20, last_day = 30", {"first_day": 20, "last_day": 30}),
    ("spike:stores=store_1+store_2,skus=milk", {"stores": ("store_1", "store_2"), "skus": "milk"}),
    ("demand_surge:last_day=none,stores=none", {"last_day": None, "stores": None}),
    ("price_change:elasticity=none,price=0.5", {"elasticity": None, "price": 0.5}),
    ("lane_closure:lanes=warehouse_1 > store_1", {"lanes": "warehouse_1 > store_1"}),
    ("new_store:store=corner,like=store_2", {"store": "corner", "like": "store_2"}),
    ("cost_change:holding=2e1", {"holding": 20.0}),
]


@pytest.mark.parametrize(("words", "parameters"), SAME, ids=[words for words, _ in SAME])
def test_words_say_what_parameters_say(words, parameters):
    """A text with parameters is the scenario with these parameters."""
    assert as_scenarios(words) == (get_scenario(words.split(":")[0], **parameters),)


def test_several_scenarios_of_one_text_are_applied_in_order():
    """After a plus comes one more id, or the next scenario where it is one."""
    text = "spike+outage:locations=supplier_1+warehouse_1,last_day=40+recall+spike:multiplier=2"
    spike, outage, recall, again = as_scenarios(text)
    assert (spike, recall) == (get_scenario("spike"), get_scenario("recall"))
    assert outage == get_scenario("outage", locations=("supplier_1", "warehouse_1"), last_day=40)
    assert again == get_scenario("spike", multiplier=2.0)
    twin = DigitalTwin(default_case(), scenario=text)
    assert twin.case == apply_scenario(default_case(), [spike, outage, recall, again])


WRONG = [
    ("spike:multiplier", "must be name=value, as in 'demand_surge:first_day=20"),
    ("spike:", "must be name=value"),
    ("spike:multiplier=2,multiplier=3", "has a parameter twice"),
    ("spike:multiplyer=2", "Did you mean 'multiplier'"),
    ("spkie:multiplier=2", "Did you mean 'spike'"),
    ("spike:first_day=2.5", "must be a whole number"),
    ("spike:multiplier=many", "must be a finite number"),
    ("spike:stores=stor_1", "Did you mean 'store_1'"),
]


@pytest.mark.parametrize(("words", "message"), WRONG, ids=[words for words, _ in WRONG])
def test_what_is_wrong_with_words_is_told(words, message):
    """An error names the word, the rule and the next move."""
    with pytest.raises(ScenarioError, match=message):
        apply_scenario(default_case(), words)


def figures_of(capsys, *words):
    """Return the figures that a command prints as JSON."""
    with pytest.raises(SystemExit) as ended:
        main([*words, "--json"], prog_name="inventory-hmarl")
    assert ended.value.code == 0
    return json.loads(capsys.readouterr().out)


def test_commands_take_scenarios_with_parameters(capsys, tmp_path):
    """`run` applies several in order, and `compare` sets each beside the case."""
    case = str(tmp_path / "case.toml")
    with pytest.raises(SystemExit):
        main(["new", case], prog_name="inventory-hmarl")
    capsys.readouterr()
    first, second = "demand_surge:first_day=20,stores=store_1+store_2", "spike:multiplier=2"
    apart = figures_of(capsys, "run", case, "--scenario", first, "--scenario", second)
    joined = figures_of(capsys, "run", case, "--scenario", f"{first}+{second}")
    plain = figures_of(capsys, "run", case)
    assert apart["network"] == joined["network"] != plain["network"]
    compared = figures_of(
        capsys, "compare", case, "--scenario", first, "--scenario", second, "--replications", "2"
    )
    assert {first, second} <= set(json.dumps(compared).replace('\\"', '"').split('"'))
