"""The coordinator's levers, and what warehouses say: every number changes the path."""

import numpy as np
import pytest

from inventory_hmarl import default_case
from inventory_hmarl.case import as_case
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.envs.crew import Roles, make_crew
from inventory_hmarl.envs.guidance import LEVERS, open_lanes
from inventory_hmarl.envs.hierarchy import Hierarchy, model_of
from inventory_hmarl.testing.strategies import numbered_case

DAYS = 15


def scarce(rule=None, **stores):
    """Return the default case for two weeks, with little at the warehouse."""
    plain = default_case().changed(days=DAYS).model_dump(exclude_none=True)
    plain["warehouses"]["warehouse_1"]["initial_inventory"] = 50
    for store in plain["stores"].values():
        store.update({"max_inventory": 10_000, **stores})
        if rule:
            store["policy"] = rule
    return as_case(plain)


def run(crew, says, chains=2):
    """Return where a run ends, and what it cost, when `says(crew, agent, day)` is what is said."""
    model = model_of(crew, range(chains))
    hierarchy, earned = Hierarchy(crew, model, np.zeros(chains, np.uint32)), 0.0
    name = crew.agents[0].name
    while not hierarchy.done:
        said = {a.name: says(crew, a, hierarchy.day) for a in hierarchy.acting}
        said = {name: numbers.repeat(chains, axis=1) for name, numbers in said.items()}
        pay = hierarchy.act(said)
        earned = earned + (pay[name].reward if name in pay else 0.0)
    ended = [array for each in levels(hierarchy) for array in (each.on_hand, each.on_order)]
    return np.concatenate([*ended, [earned]])


def levels(hierarchy):
    """Return the records of a run's levels."""
    return hierarchy.chains.moment.state.levels


def middle(crew, agent, day):
    """Return numbers in the middle of what can be said, `(numbers, 1)`."""
    low, high = crew.low[agent.numbers], crew.high[agent.numbers]
    parts = [control.part for control in crew.controls_of(agent.name)]
    share = np.array([[{"share": 0.25, "budget": 0.1}.get(part, 0.5)] for part in parts])
    return low + share * (high - low)


RULES = {
    "s_S": None,
    "base_stock": {"rule": "base_stock", "order_up_to": 60},
    "capped": {"rule": "capped_base_stock", "order_up_to": 60, "order_cap": 40},
    "echelon": {"rule": "echelon_base_stock", "order_up_to": 60},
    "r_nQ": {"rule": "r_nQ", "reorder_point": 50, "order_quantity": 10},
    "moving_average": {
        "rule": "moving_average",
        "periods": 3,
        "protection_days": 3,
        "safety_stock": 0,
    },
    "fixed": {"rule": "fixed_orders", "orders_by_day": [20] * DAYS},
}
ENTRIES = [
    *(("rule", lever, name) for lever in LEVERS for name in RULES if lever != "service"),
    *(("rule", "service", name) for name in ("s_S", "base_stock", "capped", "echelon", "r_nQ")),
    *((mode, lever, "s_S") for mode in ("units", "forecast", "s_S", "order_up_to", "residual")
      for lever in ("multipliers", "shares", "budgets")),
]  # fmt: skip


@pytest.mark.parametrize(("mode", "lever", "rule"), ENTRIES)
def test_every_entry_of_a_lever_changes_the_path(mode, lever, rule):
    """Each number of the coordinator, moved alone, makes another path."""
    roles = Roles(actions={"stores": mode, "warehouses": "rule"}, coordinator=[lever])
    crew = make_crew(scarce(RULES[rule]), roles=roles)
    plain = run(crew, middle)
    count = crew.named("coordinator_0").size
    for entry in range(count):

        def moved(crew, agent, day, entry=entry):
            said = middle(crew, agent, day)
            if agent.kind == "coordinator":
                low, high = crew.low[agent.numbers], crew.high[agent.numbers]
                said[entry] = (
                    low[entry] + (0.9 if lever == "shares" else 0.05) * (high - low)[entry]
                )
            return said

        assert not np.array_equal(run(crew, moved), plain), crew.controls_of("coordinator_0")[entry]


@pytest.mark.parametrize("mode", ["units", "forecast", "order_up_to", "s_S", "residual"])
def test_every_entry_of_stores_and_warehouses_changes_the_path(mode):
    """Each number of a store or a warehouse that allocates, moved alone, makes another path."""
    crew = make_crew(scarce(), roles=Roles(actions=mode, allocate=True))
    plain = run(crew, middle)
    for name in ("store_2", "warehouse_1"):
        for entry in range(crew.named(name).size):

            def moved(crew, agent, day, name=name, entry=entry):
                said = middle(crew, agent, day)
                if agent.name == name:
                    said[entry] += 0.2 * (crew.high - crew.low)[agent.numbers][entry]
                return said

            assert not np.array_equal(run(crew, moved), plain), crew.controls_of(name)[entry]


@pytest.mark.parametrize("rule", RULES)
def test_multiplier_one_is_the_rule(rule):
    """With multipliers of 1, shares of 0 and budgets at their most, rules run as if alone."""
    levers = ["multipliers", "shares", "budgets"]
    crew = make_crew(scarce(RULES[rule]), roles=Roles(actions="rule", coordinator=levers))
    alone = make_crew(scarce(RULES[rule]), roles=Roles(actions={"warehouses": "residual"}))
    value = {"multiplier": 1.0, "share": 0.0}

    def neutral(crew, agent, day):
        controls = crew.controls_of(agent.name)
        return np.array([[value.get(c.part, c.high)] for c in controls])

    def nothing(crew, agent, day):
        return np.zeros((agent.size, 1))

    assert run(crew, neutral) == pytest.approx(run(alone, nothing), rel=1e-12)


def test_a_budget_is_spent_and_never_overspent():
    """From one decision of the coordinator to the next, a store orders its budget and no more."""
    crew = make_crew(scarce(), roles=Roles(actions={"stores": "units"}, coordinator=["budgets"]))
    hierarchy = Hierarchy(crew, model_of(crew, [1]), np.zeros(1, np.uint32))
    budget, spent = np.array([[101.0], [57.0], [300.0]]), np.zeros(3)
    left = [i for i, entry in enumerate(crew.entries) if entry.quantity == "budget"]
    while not hierarchy.done:
        ordered = sum(level.on_order for level in levels(hierarchy)[:1])
        coming = sum(ring[(hierarchy.day + 1) % 2] for ring in levels(hierarchy)[0].in_transit)
        said = {
            a.name: budget if a.kind == "coordinator" else crew.high[a.numbers] / 20
            for a in hierarchy.acting
        }
        told = "coordinator_0" in said
        if told:
            assert (spent == (budget[:, 0] if hierarchy.day else 0)).all()
            spent[:] = 0
        hierarchy.act(said)
        if not told:
            today = levels(hierarchy)[0].on_order - ordered + coming
            spent += today.reshape(3, 4).sum(axis=1)
            assert (hierarchy.seen[left, 0] == budget[:, 0] - spent).all() or hierarchy.done


def test_service_targets_are_the_normal_formula():
    """A store's reorder point is mean x n + z x deviation x sqrt(n), and S keeps its distance."""
    crew = make_crew(default_case(), roles=Roles(actions="rule", coordinator=["service"]))
    hierarchy = Hierarchy(crew, model_of(crew, [1]), np.zeros(1, np.uint32))
    hierarchy.act({"coordinator_0": np.full((3, 1), 0.95)})
    policy = hierarchy.chains.rules.levels[0].assignments[0].policy
    before = crew.scene.model.policies.levels[0].assignments[0].policy
    mean = crew.scene.expected[0][1][0] * 3  # milk at store_1: deviation 12 a day
    formula = mean + 1.6448536 * 12 * np.sqrt(3)
    assert policy.reorder_point[0, 0] == pytest.approx(formula, abs=1.5)
    distance = before.order_up_to - before.reorder_point
    assert np.array_equal(policy.order_up_to - policy.reorder_point, distance)


@pytest.mark.parametrize("units", ["whole", "continuous"])
def test_shares_are_first_claims(units):
    """A warehouse that is short ships by its shares, first; the rest goes by the rule."""
    case = scarce().changed(units=units)
    crew = make_crew(case, roles=Roles(actions={"warehouses": "s_S"}, allocate=True))
    hierarchy = Hierarchy(crew, model_of(crew, [1]), np.zeros(1, np.uint32))
    lanes = [c.name for c in crew.controls if c.part == "share"]
    assert lanes == [f"warehouse_1/store_{i}/share" for i in (1, 2, 3)]
    for weights, shares in (
        ((0.5, 0.25, 0.125), (0.5, 0.25, 0.125)),
        ((1.0, 0.5, 0.5), (0.5, 0.25, 0.25)),
    ):
        told = np.array(weights)[:, None]
        assert crew.plan.lanes.shares(told, True)[0][:, 0].tolist() == np.repeat(shares, 4).tolist()
    while not hierarchy.done:
        agent = hierarchy.acting[0]
        said = np.zeros((agent.size, 1))
        said[-3] = 1.0  # all to store_1 first
        hierarchy.act({agent.name: said})
    owed = levels(hierarchy)[0].owed.reshape(3, 4)
    assert owed[1:].sum() > 0


WRONG = {
    "lever": ({"coordinator": ["price"]}, "no lever 'price'"),
    "twice": ({"coordinator": ["shares"], "allocate": True}, "drop the lever"),
    "period": ({"periods": {"stores": 0}}, "whole days, at least 1"),
    "nobody": ({"actions": "rule"}, "nobody is left to act"),
    "name": ({"periods": {"store_4": 2}}, "Did you mean 'store_3'"),
    "agent": ({"coordinator": ["service"]}, "store_1 is an agent"),
}


@pytest.mark.parametrize(("roles", "message"), WRONG.values(), ids=WRONG)
def test_roles_that_cannot_be_are_explained(roles, message):
    """Each mistake is named, with the next move."""
    with pytest.raises(ValueError, match=message):
        make_crew(default_case(), roles=Roles(**roles))


def test_service_needs_a_level():
    """Rules without a reorder point take no service target."""
    case, roles = scarce(RULES["fixed"]), Roles(actions="rule", coordinator=["service"])
    with pytest.raises(ValueError, match="FixedOrders: use multipliers"):
        make_crew(case, roles=roles)


def some(lines, rows):
    """Return some lines, one by one."""
    return [lines[row] for row in np.arange(len(lines))[rows].tolist()]


@pytest.mark.parametrize("number", [3, 7, 11, 15, 99])
def test_lines_know_their_lanes(number):
    """In any network, a line has the share of its lane, and lanes that are alone have none."""
    network = compile_case(as_case(numbered_case(number))).network
    lanes = open_lanes(network)
    weight = np.arange(1.0, len(lanes.source) + 1)[:, None] / 1000
    named = dict(zip(zip(lanes.source, lanes.destination, strict=True), weight[:, 0], strict=True))
    assert all(lanes.source.count(source) > 1 for source in lanes.source)
    told = lanes.shares(weight, True)
    for stage, shares in zip(network.stages, told, strict=True):
        lines = [
            line
            for part in stage.parts
            for line in some(network.levels[part.level].lines, part.lines)
        ]
        mine = [named.get((line.source, line.destination), 0.0) for line in lines]
        assert np.array_equal(np.zeros(len(mine)) if shares is None else shares[:, 0], mine)
