"""`run_simulation`: the command line of the brief's script."""

import sys
from types import ModuleType

import pytest

from inventory_hmarl.cli import run_simulation

PLACE = {"max_inventory": 400, "reorder_point": 60, "order_up_to": 150, "initial_inventory": 120}
SKU = {
    "base_demand": 20,
    "demand_std": 5,
    "seasonality_amplitude": 0.2,
    "seasonality_period": 30,
    "holding_cost": 0.5,
    "stockout_penalty": 10,
    "ordering_cost": 25,
    "unit_cost": 5,
    "unit_price": 9,
}
SETTINGS = {
    "SIMULATION_DAYS": 40,
    "WARMUP_DAYS": 5,
    "RANDOM_SEED": 1,
    "SKU_CONFIG": {"milk": SKU},
    "STORE_CONFIG": {name: {"demand_multiplier": 1} | PLACE for name in ("north", "south")},
    "WAREHOUSE_CONFIG": {"depot": {"lead_time_to_stores": 2} | PLACE},
    "SUPPLIER_CONFIG": {"dairy": {"lead_time": 3, "reliability": 1.0}},
}


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the script's command line; return status, standard output and standard error."""

    def run(*words, **changes):
        module = ModuleType("settings")
        vars(module).update(SETTINGS | changes)
        monkeypatch.setattr(sys, "argv", ["run_simulation.py", *map(str, words)])
        status = run_simulation(module)
        output = capsys.readouterr()
        return status, output.out, output.err

    return run


def test_a_run_prints_the_sections_of_the_brief(run):
    """Service, cost, inventory and every location are on the screen."""
    status, out, err = run()
    assert (status, err) == (0, "")
    wanted = ("40 days", "Service level", "Total cost", "Inventory", "north", "south", "depot")
    assert all(text in out for text in wanted)


def test_verbose_prints_a_line_a_day(run):
    """`--verbose` adds a line for each day."""
    plain, verbose = run()[1].splitlines(), run("--verbose")[1].splitlines()
    assert len(verbose) == len(plain) + 41


def test_quiet_prints_one_line(run):
    """`--quiet` prints the key figures alone, with --verbose as well."""
    out = run("--quiet")[1]
    assert len(out.splitlines()) == 1
    assert run("--quiet", "--verbose")[1] == out


def test_options_and_settings_change_the_run(run):
    """Days, seed, scenario and edited settings change the figures."""
    seen = {
        run("--quiet")[1],
        run("--quiet", "--days", 30)[1],
        run("--quiet", "--seed", 2)[1],
        run("--quiet", "--scenario", "spike")[1],
        run("--quiet", "--scenario", "spike+supplier_delay")[1],
        run("--quiet", SKU_CONFIG={"milk": SKU | {"base_demand": 25}})[1],
    }
    assert len(seen) == 6


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--days -5", "must be a whole number >= 1"),
        ("--days 5", "5 days of warm-up"),
        ("--days 2.5", "2.5"),
        ("--scenario spkie", "Did you mean 'spike'?"),
        ("--seed x", "--seed x"),
        ("--verbos", "--verbose"),
        ("more", "more"),
    ],
)
def test_a_mistake_is_one_line(run, words, expected):
    """A bad value ends with status 2 and one line that says what is allowed."""
    status, out, err = run(*words.split())
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert expected in err


def test_faults_of_the_settings_are_told_in_their_words(run):
    """A fault of the settings names the dict and the keys that the user wrote."""
    store = {"reorder_pont": 5, "demand_multiplier": 1} | PLACE
    status, out, err = run(STORE_CONFIG={"north": store})
    assert (status, out) == (2, "")
    assert "STORE_CONFIG['north']['reorder_pont']" in err
    assert "Did you mean 'reorder_point'?" in err


def test_an_undefined_figure_is_a_dash(run):
    """Without demand there is no service level, and nothing says `nan` or `None`."""
    out = run(SKU_CONFIG={"milk": SKU | {"base_demand": 0, "demand_std": 0}})[1]
    assert "nan" not in out.lower()
    assert "none" not in out.lower()
    assert " - " in out
