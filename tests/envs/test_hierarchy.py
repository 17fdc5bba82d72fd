"""The phase machine: one trajectory, whoever looks at it."""

import numpy as np
import pytest

from inventory_hmarl import default_case, simulate
from inventory_hmarl.case import as_case
from inventory_hmarl.envs.chains import Chains, mapped
from inventory_hmarl.envs.crew import Roles, make_crew
from inventory_hmarl.envs.hierarchy import Hierarchy, model_of
from inventory_hmarl.envs.rewards import Reward
from inventory_hmarl.testing.strategies import numbered_case

LEVERS = ("multipliers", "shares", "budgets")
MODES = ("units", "forecast", "order_up_to", "s_S", "residual")


def begun(crew, seeds=(1, 2, 3)):
    """Return chains of some seeds at their first turn."""
    return Hierarchy(crew, model_of(crew, seeds), np.zeros(len(seeds), np.uint32))


def drawn(crew, agent, day, chains=3):
    """Return numbers that depend on the agent and the day alone, `(numbers, chains)`."""
    random = np.random.default_rng([day, *agent.name.encode()])
    low, high = crew.low[agent.numbers], crew.high[agent.numbers]
    share = random.random((low.size, chains)) * random.choice([0.1, 0.5, 1.0])
    return (low + share * (high - low)).astype(np.float32)


def neutral(crew, agent):
    """Return what a coordinator says to change nothing."""
    least = {"multiplier": 1.0, "share": 0.0}
    controls = crew.controls_of(agent.name)
    return np.array([[least.get(c.part, c.high)] for c in controls]).repeat(3, axis=1)


def arrays(tree):
    """Return all arrays of a tree."""
    found = []
    mapped(tree, lambda array: found.append(array) or array)
    return found


def same(one, other):
    """Return whether two states are alike to the last bit."""
    pairs = zip(arrays(one), arrays(other), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


CASES = {
    "default": default_case().changed(days=12),
    "echelons": as_case(numbered_case(3)),
    "continuous": as_case(numbered_case(7, units="continuous")),
    "another": as_case(numbered_case(11)),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_turns_lead_where_one_step_leads(case, mode):
    """With a coordinator that changes nothing, turn by turn is the flat chain."""
    crew = make_crew(case, roles=Roles(actions=mode, coordinator=("multipliers", "budgets")))
    hierarchy, total = begun(crew), 0.0
    scene, zeros = crew.scene, np.zeros(3, np.uint32)
    flat = Chains(scene, scene.model_of((1, 2, 3)), zeros)
    whole = np.zeros((len(crew.controls), 3))
    while not hierarchy.done:
        day, actions = hierarchy.day, {}
        for agent in hierarchy.acting:
            fixed = agent.kind == "coordinator"
            actions[agent.name] = neutral(crew, agent) if fixed else drawn(crew, agent, day)
            whole[agent.numbers] = actions[agent.name]
        hierarchy.act(actions)
        if hierarchy.day > day:
            shipments = flat.proceed(whole[: len(scene.controls)])
            total = total + scene.earnings.of(shipments, flat.moment).sum()
            assert same(hierarchy.chains.moment, flat.moment)
    assert flat.done
    assert total != 0


def test_all_at_once_leads_where_turns_lead():
    """Actions that look at nothing make one trajectory, in turns and all at once."""
    moments = []
    for phases in (True, False):
        roles = Roles(actions="units", coordinator=LEVERS)
        crew = make_crew(CASES["default"], roles=roles, phases=phases)
        hierarchy = begun(crew)
        while not hierarchy.done:
            hierarchy.act({a.name: drawn(crew, a, hierarchy.day) for a in hierarchy.acting})
        moments.append(hierarchy.chains.moment)
    assert same(*moments)


def test_chains_side_by_side_are_chains_alone():
    """Chain i of three is the chain of its seed alone: what it sees, earns and has."""
    crew = make_crew(CASES["default"], roles=Roles(actions="residual", coordinator=LEVERS))
    three, alone = begun(crew), [begun(crew, (seed,)) for seed in (1, 2, 3)]
    while not three.done:
        actions = {a.name: drawn(crew, a, three.day) for a in three.acting}
        pay = three.act(actions)
        for i, one in enumerate(alone):
            mine = one.act({name: action[:, i : i + 1] for name, action in actions.items()})
            assert np.array_equal(three.seen[:, i], one.seen[:, 0])
            for name, each in pay.items():
                assert each.reward[i] == mine[name].reward[0]
                assert each.clipped[i] == mine[name].clipped[0]


class Ruled(Chains):
    """Chains run by the case's rules."""

    def decide(self, numbers):
        """Return the rules."""
        return self.model.policies


def rule_run(crew, seeds):
    """Return the moments of a case run by its rules, and what locations earned in all."""
    scene = crew.scene
    ruled = Ruled(scene, scene.model_of(seeds), np.zeros(len(seeds), np.uint32))
    moments, total = [ruled.moment], scene.earnings.of(None, ruled.moment)
    while not ruled.done:
        shipments = ruled.proceed(None)
        total = total + scene.earnings.of(shipments, ruled.moment)
        moments.append(ruled.moment)
    return moments, total


def changed(**settings):
    """Return the default case of two weeks, with every warehouse and store changed."""
    plain = default_case().changed(days=14).model_dump(exclude_none=True)
    for store in plain["stores"].values():
        store.update(settings.get("stores", {}))
    for warehouse in plain["warehouses"].values():
        warehouse.update(settings.get("warehouses", {}))
    return as_case(plain)


KNOWING = {
    "lost, owed": changed(),
    "waiting, dropped": changed(
        stores={"unmet_demand": "backordered"},
        warehouses={"short_orders": "dropped", "initial_inventory": 100},
    ),
}


def levels_of(crew, location):
    """Return s and S of each SKU of a location of the default case."""
    place = next(p for p in crew.scene.places if p.location == location)
    for assignment in crew.scene.model.policies.levels[place.level].assignments:
        policy, rows = assignment.policy, place.rows
        return policy.reorder_point[rows], policy.order_up_to[rows]


def by_rule(crew, agent, seen, mode):
    """Return what an agent that computes (s, S) from its observation says."""
    s, upper = levels_of(crew, agent.name)
    names = [entry.quantity for entry in crew.entries_of(agent.name)]
    quantity = "position_at_order" if "position_at_order" in names else "inventory_position"
    position = seen[[name == quantity for name in names]].astype(float)
    order = np.where(position <= s, upper - position, 0.0)
    if mode == "units":
        return order
    if mode == "forecast":
        return order / seen[[name == "expected_demand" for name in names]]
    if mode == "s_S":
        return np.concatenate([s, upper]).repeat(seen.shape[1], axis=1)
    if mode == "order_up_to":  # a level below the position orders nothing
        return np.where(position <= s, upper, 0.0 * position)
    return 0.0 * position


@pytest.mark.parametrize("phases", [True, False], ids=["turns", "at once"])
@pytest.mark.parametrize("mode", ["units", "forecast", "order_up_to", "s_S", "residual"])
@pytest.mark.parametrize("case", KNOWING.values(), ids=KNOWING)
def test_agents_know_what_rules_know(case, mode, phases):
    """An agent that computes (s, S) from what it sees makes the rule's run, to the last bit.

    Acting at once, a warehouse does not see today's orders, and says levels.
    """
    modes = {"stores": mode, "warehouses": mode}
    if not phases and mode in ("units", "forecast", "order_up_to"):
        modes["warehouses"] = "s_S"
    crew = make_crew(case, roles=Roles(actions=modes), phases=phases)
    hierarchy, (moments, _) = begun(crew), rule_run(crew, (1, 2, 3))
    while not hierarchy.done:
        assert same(hierarchy.chains.moment.sales, moments[hierarchy.day].sales)
        hierarchy.act(
            {
                a.name: by_rule(crew, a, hierarchy.observation(a), modes[a.kind])
                for a in hierarchy.acting
            }
        )
    ended = hierarchy.chains.moment.state
    for level, ruled in zip(ended.levels, moments[-1].state.levels, strict=True):
        assert same(level, ruled)


@pytest.mark.parametrize("team", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("phases", [True, False], ids=["turns", "at once"])
def test_accounts_close(team, phases):
    """What is earned and the first day's sales are minus the total cost of the run."""
    case = CASES["default"]
    periods = {"stores": 2, "warehouse_1": 3}
    roles = Roles(actions="s_S", coordinator=["multipliers"], periods=periods)
    crew = make_crew(case, roles=roles, reward=Reward(team=team), phases=phases)
    hierarchy = begun(crew)
    earned = dict(zip([a.name for a in crew.everyone], hierarchy.first_day, strict=True))
    days = dict.fromkeys(earned, 0)
    said = {}
    while not hierarchy.done:
        for agent in hierarchy.acting:
            fixed = agent.kind == "coordinator"
            said[agent.name] = (
                neutral(crew, agent)
                if fixed
                else np.concatenate(levels_of(crew, agent.name)).repeat(3, axis=1)
            )
        for name, pay in hierarchy.act({a.name: said[a.name] for a in hierarchy.acting}).items():
            earned[name] = earned[name] + pay.reward
            days[name] += pay.elapsed
    _, own = rule_run(crew, (1, 2, 3))
    total = own.sum(axis=0)
    assert set(days.values()) == {case.days}
    assert earned["coordinator_0"] == pytest.approx(total, rel=1e-12)
    for place, mine in zip(crew.scene.places, own, strict=True):
        expected = (1 - team) * mine + team * total
        assert earned[place.location] == pytest.approx(expected, rel=1e-12)


def test_rewards_are_minus_total_cost():
    """The team's rewards and the first day are minus what `simulate` says the run costs."""
    case = CASES["default"].changed(warmup_days=0, seed=5)
    crew = make_crew(case, roles=Roles(actions="residual"))
    hierarchy = begun(crew, (5,))
    earned = hierarchy.first_day[0, 0]
    while not hierarchy.done:
        pay = hierarchy.act({a.name: np.zeros((4, 1)) for a in hierarchy.acting})
        earned += pay["store_1"].reward[0] if "store_1" in pay else 0.0
    cost = simulate(case, replications=1).figures()["total_cost"][0]
    assert earned == pytest.approx(-cost, rel=1e-9)


@pytest.mark.parametrize("number", [3, 7, 11, 15, 19, 23, 99])
def test_positions_are_those_that_decisions_see(number):
    """In any network, what a location sees as its position at its turn is what its rule would see.

    And today's orders are those that the day carries out.
    """
    crew = make_crew(as_case(numbered_case(number)), roles=Roles(actions="residual"))
    hierarchy, told = begun(crew), []
    carried_out = hierarchy.chains.proceed

    def proceed(numbers):
        told.append(carried_out(numbers))
        return told[-1]

    hierarchy.chains.proceed = proceed
    seen = {}
    quantity = np.array([entry.quantity for entry in crew.entries])
    levels = crew.scene.model.network.levels
    while not hierarchy.done:
        day, level = hierarchy.day, hierarchy.acting[0].level
        seen[level] = hierarchy.seen.astype(float)
        hierarchy.act({a.name: drawn(crew, a, day) for a in hierarchy.acting})
        if hierarchy.day == day:
            continue
        for level, moved in enumerate(told[-1]):
            points = [(point.location, point.sku) for point in levels[level].points]
            expected = {"inventory_position" if level == 0 else "position_at_order": moved.position}
            if level > 0:
                expected["ordered_today"] = received(crew, told, level)
            for name, numbers in expected.items():
                rows = np.flatnonzero(quantity == name)
                mine = {(crew.entries[i].location, crew.entries[i].sku): i for i in rows}
                shown = seen[level][[mine[point] for point in points]]
                assert shown == pytest.approx(numbers, rel=1e-6, abs=1e-4)


def received(crew, told, number):
    """Return what the points of a level know to be asked of them, from the flows of all days.

    Who orders before it ships knows yesterday's orders, and not today's.
    """
    early, known = crew.scene.model.network.levels[number].orders_before, asked(crew, told, number)
    if early is None:
        return known
    before = asked(crew, told[:-1], number) if len(told) > 1 else np.zeros_like(known)
    return np.where(early, before, known)


def asked(crew, told, number):
    """Return what is ordered of a level today, or came yesterday after the cut-off."""
    network, day = crew.scene.model.network, len(told)
    stage, lines = network.stages[number - 1], []
    for part in stage.parts:
        units, cutoff = told[-1][part.level].ordered, network.levels[part.level].cutoff
        if cutoff is not None:
            units = units * (1 - cutoff.today(day))
            if day > 1:
                units = units + told[-2][part.level].ordered * cutoff.today(day - 1)
        lines.append(units[part.lines])
    return stage.customers.sum(np.concatenate(lines))
