"""PettingZoo's views and the event view: checked by the libraries, and against each other."""

import functools
import sys
import warnings

import numpy as np
import pytest
from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test
from pettingzoo.utils.conversions import parallel_to_aec

from inventory_hmarl import default_case, simulate
from inventory_hmarl.envs.crew import Roles, make_crew
from inventory_hmarl.envs.event_env import EventChain
from inventory_hmarl.envs.hierarchy import Hierarchy, model_of
from inventory_hmarl.envs.observations import Observe
from inventory_hmarl.envs.parallel_env import VIEWS, ParallelChain
from inventory_hmarl.envs.rewards import Reward
from inventory_hmarl.envs.rllib_env import MultiAgentChain
from inventory_hmarl.extras import MissingExtra

CASE = default_case().changed(days=15)
LED = Roles(coordinator=("multipliers", "shares", "budgets"), periods={"warehouses": 2})


def of_milk():
    """Return the default case of two weeks with one SKU, whose stores have little room."""
    plain = default_case().changed(days=15).model_dump(exclude_none=True)
    plain["skus"] = {"milk": plain["skus"]["milk"]}
    for place in [*plain["stores"].values(), *plain["warehouses"].values()]:
        for settings in (place, place["policy"]):
            for name, value in settings.items():
                if isinstance(value, dict) and "milk" in value:
                    settings[name] = value["milk"]
    return plain


ROLES = {
    "flat": {},
    "led": {"roles": LED},
    "numbers": {"roles": LED, "scaled": False},
    "allocating": {"roles": Roles(actions="units", allocate=True, difference=True)},
    "choices": {"case": of_milk(), "roles": Roles(actions="units"), "choices": 7},
}


@pytest.mark.filterwarnings(
    # What agents of several kinds cannot avoid: their spaces differ.
    "ignore:Agents have different observation space sizes",
    "ignore:Agents have different action space",
    "ignore:Observations are different shapes",
    "ignore:Observation is not a NumPy array",  # but a dict with a mask, as PettingZoo asks for
    "ignore:Observation space for each agent probably should be",  # likewise
)
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("options", ROLES.values(), ids=ROLES)
def test_pettingzoo_has_no_complaint(options, view, capsys):
    """The checks of PettingZoo pass in every form, for parallel and for turns of one agent."""
    options = {"case": CASE, **options}

    def make():
        return ParallelChain(view=view, **options)

    parallel_api_test(make(), 60)
    parallel_seed_test(make)
    api_test(parallel_to_aec(make()), 60)
    assert "Passed" in capsys.readouterr().out


def drawn(env, name, day):
    """Return an action that depends on the agent and the day alone."""
    random = np.random.default_rng([day, *name.encode()])
    space = env.action_spaces[name]
    if hasattr(space, "n"):
        return int(random.integers(space.n))
    return space.low + random.random(space.shape, np.float32) * (space.high - space.low) / 2


def numbers_of(seen):
    """Return an observation as one vector, with its mask if it has one."""
    return np.concatenate([*seen.values()]) if isinstance(seen, dict) else seen


@pytest.mark.parametrize("options", ROLES.values(), ids=ROLES)
def test_both_views_are_one_trajectory(options):
    """What an agent sees and is paid when it acts is the same in both views."""
    options = {"case": CASE, **options}
    event, every = EventChain(**options), ParallelChain(view="synchronous", **options)
    (seen, infos), (all_seen, all_infos) = event.reset(seed=3), every.reset(seed=3)
    ended, turns = False, 0
    while not ended:
        assert {name for name, info in all_infos.items() if info["acts"]} == set(infos)
        for name, mine in seen.items():
            assert np.array_equal(numbers_of(mine), numbers_of(all_seen[name]))
            assert infos[name] == all_infos[name]
        day = event.shell.hierarchy.day
        actions = {name: drawn(every, name, day) for name in every.agents}
        seen, paid, _, ends, infos = event.step({name: actions[name] for name in seen})
        all_seen, all_paid, _, all_ends, all_infos = every.step(actions)
        assert {name: all_paid[name] for name in paid} == paid
        assert not any(pay for name, pay in all_paid.items() if name not in paid)
        ended = ends["__all__"]
        assert all(end == ended for end in all_ends.values())
        if ended:
            break
        turns += 1
    assert turns > CASE.days
    assert set(seen) == set(event.possible_agents)
    assert every.agents == event.agents == []


def test_turns_come_in_order_of_the_day():
    """Turns are the coordinator's once a week, then the stores', then the warehouse's."""
    env = EventChain(CASE, roles=Roles(coordinator=["multipliers"]))
    seen, _ = env.reset(seed=1)
    turns = []
    for _ in range(18):
        turns.append(next(iter(seen)))
        seen, _, _, _, infos = env.step({name: env.action_spaces[name].high for name in seen})
    day = ["store_1", "warehouse_1"]
    assert turns == ["coordinator_0", *day * 7, "coordinator_0", *day]
    assert infos["store_1"]["elapsed"] == 1


def test_a_warehouse_sees_what_stores_order_today():
    """At its turn a warehouse sees today's orders; all at once, it is not shown any."""
    env = EventChain(CASE, roles=Roles(actions="units"), scaled=False)
    seen, _ = env.reset(seed=1)
    orders = {name: np.array([3, 5, 7, 11], np.float32) for name in seen}
    seen, *_ = env.step(orders)
    entries = [entry.name for entry in env.crew.entries_of("warehouse_1")]
    told = dict(zip(entries, seen["warehouse_1"].tolist(), strict=True))
    assert told["warehouse_1/milk/ordered_today"] == 9
    assert told["warehouse_1/light_bulb/asked_by_store_2"] == 11
    position = told["warehouse_1/coffee_beans/inventory_position"]
    assert told["warehouse_1/coffee_beans/position_at_order"] == position - 21
    flat = make_crew(CASE, phases=False)
    assert not any("today" in entry.name for entry in flat.entries)


def played(crew, says, seeds=(1, 2)):
    """Return each agent's pay over an episode; `says(agent, observation (R, entries))`."""
    hierarchy = Hierarchy(crew, model_of(crew, seeds), np.zeros(len(seeds), np.uint32))
    total = dict.fromkeys([agent.name for agent in crew.agents], 0.0)
    while not hierarchy.done:
        said = {a.name: says(a, hierarchy.observation(a).T).T for a in hierarchy.acting}
        for name, pay in hierarchy.act(said).items():
            total[name] = total[name] + pay.reward
    return total


def modest(crew):
    """Return a policy of every agent: a share of the most, by what it sees."""

    def says(agent, seen):
        share = 0.3 + 0.05 * np.cos(seen.sum(axis=1, keepdims=True).astype(float))
        low, high = crew.low[agent.numbers][:, 0], crew.high[agent.numbers][:, 0]
        return (low + share * (high - low)).astype(np.float32)

    return says


@pytest.mark.parametrize("phases", [True, False], ids=["turns", "at once"])
def test_a_frozen_policy_plays_as_an_agent_would(phases):
    """Stores frozen, or the coordinator and the warehouse: whoever is left is paid the same."""
    roles = {"actions": "order_up_to", "coordinator": ["multipliers", "shares"]}
    crew = make_crew(CASE, roles=Roles(**roles), phases=phases)
    says = modest(crew)
    whole = played(crew, says)
    agents = {agent.name: agent for agent in crew.everyone}
    frozen = {name: lambda seen, a=agent: says(a, seen) for name, agent in agents.items()}
    for left in (["store_1", "store_2", "store_3"], ["coordinator_0"], ["warehouse_1"]):
        others = {name: policy for name, policy in frozen.items() if name not in left}
        some = make_crew(CASE, roles=Roles(frozen=others, **roles), phases=phases)
        assert [agent.name for agent in some.agents] == left
        paid = played(some, says)
        assert all(np.array_equal(paid[name], whole[name]) for name in left)


def test_levels_hold_and_units_lapse():
    """Between decisions an agent's levels hold, and its units are ordered once."""
    for mode, holds in (("order_up_to", True), ("units", False), ("residual", False)):
        crew = make_crew(CASE, roles=Roles(actions={"stores": mode}, periods={"stores": 3}))
        hierarchy = Hierarchy(crew, model_of(crew, [1]), np.zeros(1, np.uint32))
        hierarchy.act({agent.name: crew.high[agent.numbers] / 2 for agent in hierarchy.acting})
        assert hierarchy.day == 3
        assert bool((hierarchy.numbers > 0).all()) == holds
        assert bool((hierarchy.numbers == 0).all()) != holds


def test_difference_rewards_are_differences():
    """An agent earns what the chain earns beyond the chain with the agent on its rule."""
    roles = {"actions": "units", "coordinator": ["multipliers"]}
    crew = make_crew(CASE, roles=Roles(difference=True, **roles))

    def says(agent, seen):
        high = np.array([control.high for control in crew.controls_of(agent.name)])
        share = 0.4 if agent.kind == "coordinator" else 0.05
        return np.tile(share * high, (len(seen), 1))

    paid = played(crew, says)
    plain = make_crew(CASE, roles=Roles(**roles), reward=Reward(team=1.0))
    real = played(plain, says)["store_1"]
    for name in ("store_2", "warehouse_1"):
        modes = {"stores": "units", "warehouses": "units", name: "rule"}
        without = make_crew(CASE, roles=Roles(actions=modes, coordinator=["multipliers"]))
        assert paid[name] == pytest.approx(real - played(without, says)["store_1"], rel=1e-9)
    alone = make_crew(CASE, roles=Roles(actions="units"))
    assert paid["coordinator_0"] == pytest.approx(real - played(alone, says)["store_1"], rel=1e-9)


@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0, 1e9])
def test_an_action_that_cannot_be_is_named(value):
    """The agent and the entry are named, and nothing has happened."""
    env = ParallelChain(CASE, scaled=False)
    env.reset(seed=1)
    actions = {name: env.action_space(name).high for name in env.agents}
    wrong = actions["store_2"].copy()
    wrong[1] = value
    state = env.state()
    message = r"action of store_2, entry 1 \(store_2/ice_cream/order_up_to\)"
    with pytest.raises(ValueError, match=message):
        env.step({**actions, "store_2": wrong})
    assert np.array_equal(env.state(), state)
    with pytest.raises(ValueError, match=r"shape \(3,\), and it needs \(4,\)"):
        env.step({**actions, "store_2": wrong[:3]})
    del actions["store_3"]
    with pytest.raises(ValueError, match="no action for 'store_3'"):
        env.step(actions)


def test_masked_choices_are_those_that_would_be_clipped():
    """In units, a choice is masked where the units would not fit, and only there."""
    case = of_milk()
    roles = Roles(actions={"stores": "units"})
    env = EventChain(case, roles=roles, choices=9)
    seen, _ = env.reset(seed=2)
    masked = 0
    for step in range(14):
        mask = seen["store_1"]["action_mask"]
        assert mask[0] == 1
        choice = (step * 5) % 9
        seen, _, _, _, infos = env.step({**dict.fromkeys(seen, 0), "store_1": choice})
        assert (infos["store_1"]["clipped_units"] > 0) == (mask[choice] == 0)
        masked += mask[choice] == 0
    assert 0 < masked < 14


def test_only_the_first_choice_is_left_to_those_who_do_not_act():
    """In the synchronous view a mask leaves one choice to those whose turn it is not."""
    env = ParallelChain(of_milk(), view="synchronous", roles=Roles(actions="units"), choices=5)
    seen, infos = env.reset(seed=1)
    assert not infos["warehouse_1"]["acts"]
    assert seen["warehouse_1"]["action_mask"].tolist() == [1, 0, 0, 0, 0]
    assert env.action_masks("store_1").sum() > 1
    with pytest.raises(ValueError, match="at most 4,096"):
        ParallelChain(CASE, choices=9)


def test_each_episode_has_customers_of_its_own():
    """A seed's episodes differ, and come again with the seed."""
    env = ParallelChain(CASE)
    first = [env.reset(seed=4)[0]["store_1"], env.reset()[0]["store_1"]]
    again = [env.reset(seed=4)[0]["store_1"], env.reset()[0]["store_1"]]
    assert np.array_equal(first, again)
    assert not np.array_equal(first[0], first[1])


def test_the_state_is_finite_and_in_its_space():
    """`state()` is the same vector for all, named by the crew's entries, to the last day."""
    env = ParallelChain(CASE, view="synchronous", roles=LED)
    env.reset(seed=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        while env.agents:
            assert env.state_space.contains(env.state())
            env.step({name: env.action_space(name).high for name in env.agents})
    assert env.state_space.contains(env.state())
    assert len(env.crew.entries) == env.state().size


def test_scaled_actions_are_the_numbers():
    """-1 is a number's least, 1 its most, and 0 the middle; beyond is an error."""
    ends = []
    for scaled in (True, False):
        env = ParallelChain(CASE, scaled=scaled)
        env.reset(seed=1)
        middle = {n: (env.action_space(n).low + env.action_space(n).high) / 2 for n in env.agents}
        env.step(middle)
        ends.append(env.state())
    assert np.array_equal(*ends)
    env = ParallelChain(CASE)
    env.reset(seed=1)
    actions = {name: env.action_space(name).high for name in env.agents}
    for value in (np.nan, 1.5):
        actions["warehouse_1"] = np.array([0, 0, value, 0])
        with pytest.raises(ValueError, match=r"entry 2 \(warehouse_1/coffee_beans"):
            env.step(actions)


def test_days_are_units_in_other_words():
    """With `unit="days"`, each entry is that of units divided by mean demand or the horizon."""
    units, days = (
        ParallelChain(CASE, view="synchronous", roles=LED, observe=Observe(unit=unit))
        for unit in ("units", "days")
    )
    for env in (units, days):
        env.reset(seed=1)
        for _ in range(3):
            env.step({name: env.action_space(name).high / 2 for name in env.agents})
    crew = days.crew
    table, others = crew.scene.table.scale, crew.scale
    scale = np.concatenate([table, others])[:, 0]
    assert days.state() == pytest.approx(units.state() * scale, rel=1e-5)
    names = [entry.name for entry in crew.entries]
    milk = crew.scene.expected[1][1:, 0].mean()
    assert scale[names.index("warehouse_1/milk/ordered_today")] == pytest.approx(1 / milk)
    assert scale[names.index("store_1/multiplier")] == 1


TURN_BY_TURN = functools.partial(ParallelChain, view="synchronous")


@pytest.mark.parametrize("make", [ParallelChain, TURN_BY_TURN, EventChain])
@pytest.mark.parametrize("scaled", [True, False])
def test_an_agent_of_the_environment_reproduces_the_rule(make, scaled):
    """An agent that says the rule's (s, S), or orders by it, costs what `simulate` says."""
    case = CASE.changed(warmup_days=0, seed=5)
    cost = simulate(case, replications=1).figures()["total_cost"][0, 0]
    for modes in ("s_S", {"stores": "units", "warehouses": "s_S"}):
        env = make(case, roles=Roles(actions=modes), scaled=scaled)
        seen, infos = env.reset()
        earned = infos["store_1"]["first_day"]
        while env.agents:
            actions = {name: env.action_of(name, by_rule(env, name, seen[name])) for name in seen}
            seen, rewards, _, _, infos = env.step(actions)
            earned += rewards.get("store_1", 0.0)
        assert earned == pytest.approx(-cost, rel=1e-9)


def by_rule(env, name, seen):
    """Return the levels of a location's rule, or what they order at the position seen."""
    place = {**env.crew.scene.case.stores, **env.crew.scene.case.warehouses}[name]
    controls = env.crew.controls_of(name)
    levels = place.policy.parameters
    if controls[0].part != "units":
        return np.array([levels[control.part][control.sku] for control in controls])
    position = {
        entry.sku: float(value)
        for entry, value in zip(env.crew.entries_of(name), seen, strict=True)
        if entry.quantity == "inventory_position"
    }
    return np.array(
        [
            levels["order_up_to"][c.sku] - position[c.sku]
            if position[c.sku] <= levels["reorder_point"][c.sku]
            else 0.0
            for c in controls
        ]
    )


def test_the_nearest_choice_stands_for_numbers():
    """`action_of` returns the choice whose numbers are nearest."""
    env = ParallelChain(of_milk(), roles=Roles(actions="units"), choices=5)
    most = env.crew.high[env.crew.named("store_1").numbers][0, 0]
    assert [env.action_of("store_1", [share * most]) for share in (0, 0.3, 0.7, 2)] == [0, 1, 3, 4]


def test_rllib_is_named_where_it_is_missing(monkeypatch):
    """Without RLlib its environment says which extra it needs."""
    monkeypatch.setitem(sys.modules, "ray.rllib", None)
    with pytest.raises(MissingExtra, match=r"inventory-hmarl\[rllib\]"):
        MultiAgentChain({"case": CASE})
