"""The Gymnasium environment: one agent, one chain."""

import subprocess
import sys
import warnings

import numpy as np
import pytest

gymnasium = pytest.importorskip("gymnasium")

from gymnasium.utils.env_checker import check_env  # noqa: E402

from inventory_hmarl import default_case, simulate  # noqa: E402
from inventory_hmarl.case.models import CostChange  # noqa: E402
from inventory_hmarl.envs.chain_env import ChainEnv  # noqa: E402
from inventory_hmarl.envs.crew import Roles  # noqa: E402
from inventory_hmarl.envs.modes import MODES  # noqa: E402
from inventory_hmarl.envs.observations import Observe  # noqa: E402
from inventory_hmarl.envs.parallel_env import ParallelChain  # noqa: E402
from inventory_hmarl.envs.rewards import Reward  # noqa: E402
from inventory_hmarl.envs.store_env import StoreEnv, store_case  # noqa: E402

DAYS = 30


@pytest.fixture(scope="module")
def case():
    """Return the default case, short and without a warm-up."""
    return default_case().changed(days=DAYS, warmup_days=0)


def episode(env, decide, seed=None):
    """Run an episode; return its rewards, the first info and the last observation."""
    observation, first = env.reset(seed=seed)
    rewards, done = [], False
    while not done:
        observation, reward, _, done, _ = env.step(decide(observation))
        rewards.append(reward)
    return np.array(rewards), first, observation


def levels(case, env):
    """Return what a base-stock or (s, S) agent would say: the levels of the case's own rules."""
    numbers = []
    for control in env.scene.controls:
        place = {**case.stores, **case.warehouses}[control.location]
        numbers.append(place.policy.parameters[control.part][control.sku])
    return numbers


@pytest.mark.parametrize("name", ["Chain-v0", "Store-v0"])
def test_gymnasium_finds_no_fault(name):
    """`check_env` passes without a warning, and `make_vec` finds the native environment."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gymnasium.make(f"inventory_hmarl:InventoryHMARL/{name}")
        check_env(env.unwrapped)
        for mode in gymnasium.vector.AutoresetMode:
            many = gymnasium.make_vec(
                f"inventory_hmarl:InventoryHMARL/{name}", num_envs=2, autoreset_mode=mode
            )
            assert many.metadata["autoreset_mode"] == mode
    assert type(many.unwrapped).__name__ == type(env.unwrapped).__name__.replace("Env", "VectorEnv")


@pytest.mark.parametrize("first", ["gymnasium", "inventory_hmarl"])
def test_the_names_are_known_whoever_is_imported_first(first):
    """Gymnasium knows the names whether it or the package is loaded first."""
    second = {"gymnasium": "inventory_hmarl"}.get(first, "gymnasium")
    make = "gymnasium.make('inventory_hmarl:InventoryHMARL/Store-v0')"
    subprocess.run(
        [sys.executable, "-c", f"import {first}; import {second}; {make}"], check=True, timeout=60
    )


def test_the_package_does_not_import_gymnasium():
    """Who trains nothing does not wait for it."""
    code = "import inventory_hmarl, sys; assert 'gymnasium' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_without_gymnasium_the_error_names_the_extra():
    """Who has not installed it is told how to."""
    code = (
        "import sys; sys.modules['gymnasium'] = None\n"
        "from inventory_hmarl.extras import MissingExtra\n"
        "try: import inventory_hmarl.envs.chain_env\n"
        "except MissingExtra as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, timeout=60, capture_output=True, text=True
    )
    assert 'pip install "inventory-hmarl[rl]"' in done.stdout


def test_the_rules_from_their_levels_are_the_rules(case):
    """An agent that says the (s, S) of the rules gets their run, cost for cost."""
    env = ChainEnv(case, actions="s_S")
    action = env.action_of(levels(case, env))
    rewards, first, _ = episode(env, lambda _: action)
    run = simulate(case, replications=1)
    assert -(rewards.sum() + first["earned"]) == pytest.approx(
        run.figures()["total_cost"][0, 0], rel=1e-9
    )


def test_days_of_other_costs_are_paid_for(case):
    """Rewards hold what rates of some days exceed the usual ones by."""
    change = CostChange(first_day=3, last_day=9, holding=1.5, stockout=2.0, ordering=0.5)
    dearer = case.changed(cost_changes=(change,))
    env = ChainEnv(dearer, actions="residual")
    nothing = env.action_of(np.zeros(len(env.scene.controls)))
    rewards, first, _ = episode(env, lambda _: nothing)
    cost, usual = (simulate(each).figures()["total_cost"][0, 0] for each in (dearer, case))
    assert -(rewards.sum() + first["earned"]) == pytest.approx(cost, rel=1e-9)
    assert cost != usual


def orders_by_rule(case, env):
    """Return a function from observations to positions and what the stores' rules order."""
    names = list(env.observation_names)
    seen, reorder, target = [], [], []
    for control in env.scene.controls:
        policy = case.stores[control.location].policy.parameters
        seen.append(names.index(f"{control.location}/{control.sku}/inventory_position"))
        reorder.append(policy["reorder_point"][control.sku])
        target.append(policy["order_up_to"][control.sku])
    reorder, target = np.array(reorder), np.array(target)

    def orders(observation):
        position = observation[..., seen]
        return position, np.where(position <= reorder, target - position, 0)

    return orders


SAID = {  # what is said in a mode, from position, order and expected demand
    "units": lambda position, order, expected: order,
    "forecast": lambda position, order, expected: order / expected,
    "order_up_to": lambda position, order, expected: np.where(order > 0, position + order, 0),
    "residual": lambda position, order, expected: 0 * order,
}


@pytest.mark.parametrize("scaled", [True, False])
@pytest.mark.parametrize("mode", SAID)
def test_stores_that_compute_s_and_S_from_what_they_see(case, mode, scaled):
    """In every mode, an agent that applies (s, S) to its observation gets the run of the rules."""
    env = ChainEnv(case, actions={"stores": mode}, scaled=scaled)
    names, orders = list(env.observation_names), orders_by_rule(case, env)
    means = [names.index(f"{c.location}/{c.sku}/expected_demand") for c in env.scene.controls]

    def decide(observation):
        return env.action_of(SAID[mode](*orders(observation), observation[means]))

    rewards, first, _ = episode(env, decide)
    cost = simulate(case, replications=1).figures()["total_cost"][0, 0]
    assert -(rewards.sum() + first["earned"]) == pytest.approx(cost, rel=1e-9)
    assert rewards.shape == (DAYS,)


@pytest.mark.parametrize("mode", sorted(MODES))
def test_every_entry_of_an_action_matters(case, mode):
    """Another number in any one place leads elsewhere."""
    env = ChainEnv(case, actions=mode)
    start, other = {"units": (-0.96, -0.9), "forecast": (-0.96, -0.9)}.get(mode, (0.0, 0.2))
    usual = np.full(env.action_space.shape, start, np.float32)
    base, _, end = episode(env, lambda _: usual, seed=3)
    for entry in range(usual.size):
        changed = usual.copy()
        changed[entry] = other
        rewards, _, seen = episode(env, lambda _, action=changed: action, seed=3)
        assert not (np.array_equal(rewards, base) and np.array_equal(seen, end)), entry


def test_profit_and_service_are_paid(case):
    """Profit is the run's; a service constraint pays for units above the target."""
    zero = np.zeros(16, np.float32)
    run = simulate(case, replications=1).figures()
    rewards, first, _ = episode(
        ChainEnv(case, actions="residual", reward=Reward(kind="profit")), lambda _: zero
    )
    assert rewards.sum() + first["earned"] == pytest.approx(run["profit"][0, 0], rel=1e-9)
    paid = Reward(service_target=0.9, service_multiplier=2.0)
    rewards, first, _ = episode(ChainEnv(case, actions="residual", reward=paid), lambda _: zero)
    filled = run["total_demand"][0, 0] * run["unit_fill_rate"][0, 0]
    service = 2.0 * (filled - 0.9 * run["total_demand"][0, 0])
    assert rewards.sum() + first["earned"] == pytest.approx(
        service - run["total_cost"][0, 0], rel=1e-9
    )


def test_observations_lie_in_their_space_and_have_names(case):
    """Whatever is asked for, what is seen is finite, in its space, and has a name of its own."""
    env = ChainEnv(case, actions="units")
    assert len(set(env.observation_names)) == env.observation_space.shape[0]
    space = env.action_space
    space.seed(1)
    observation, _ = env.reset(seed=1)
    for _ in range(DAYS):
        assert env.observation_space.contains(observation)
        observation, _, _, _, _ = env.step(space.sample())
    assert env.observation_space.contains(observation)


def test_what_is_seen_is_chosen(case):
    """Each choice of what is shown changes the entries; days of demand are units by the mean."""
    whole = ChainEnv(case).observation_names
    for left_out, word in [("pipeline", "due_in"), ("forecast", "expected"), ("calendar", "week")]:
        fewer = ChainEnv(case, observe=Observe("global", **{left_out: False})).observation_names
        assert {word in name for name in set(whole) - set(fewer)} >= {True}
    units, _ = ChainEnv(case).reset(seed=1)
    days, _ = ChainEnv(case, observe=Observe("global", unit="days")).reset(seed=1)
    row = whole.index("store_1/milk/inventory")
    mean = case.skus["milk"].base_demand * case.stores["store_1"].demand_multiplier
    assert units[row] / days[row] == pytest.approx(mean, rel=0.05)


def test_bad_actions_are_named_and_change_nothing(case):
    """NaN, a number out of the space and a wrong shape are errors; the day does not pass."""
    env = ChainEnv(case)
    env.reset(seed=1)
    good = np.zeros(16, np.float32)
    for value, told in [(np.nan, "store_2/milk/units = nan"), (2.0, "from -1 to 1")]:
        bad = good.copy()
        bad[env.action_names.index("store_2/milk/units")] = value
        with pytest.raises(ValueError, match=told):
            env.step(bad)
    with pytest.raises(ValueError, match="shape"):
        env.step(good[:-1])
    assert env.step(good)[4]["day"] == 2


def test_an_episode_has_an_end(case):
    """After the last day, and before the first reset, a step is an error."""
    env = ChainEnv(case.changed(days=3))
    zero = np.zeros(16, np.float32)
    with pytest.raises(RuntimeError, match="reset"):
        env.step(zero)
    env.reset()
    assert [env.step(zero)[3] for _ in range(3)] == [False, False, True]
    with pytest.raises(RuntimeError, match="reset"):
        env.step(zero)


def test_episodes_meet_other_customers_and_seeds_repeat_them(case):
    """A seed's episodes differ, and come again."""
    env = ChainEnv(case, actions="residual")
    zero = np.zeros(16, np.float32)
    first = [episode(env, lambda _: zero, seed=5)[0], episode(env, lambda _: zero)[0]]
    again = [episode(env, lambda _: zero, seed=5)[0], episode(env, lambda _: zero)[0]]
    assert np.array_equal(first, again)
    assert not np.array_equal(*first)
    second = simulate(case.changed(seed=5), replications=2).figures()["total_cost"][0, 1]
    assert -first[1].sum() < second < -first[1].sum() + 500


def test_a_mask_leaves_what_there_is_room_for():
    """With limited stock, larger orders are masked, and asking for them is told as clipped."""
    case = default_case().changed(days=9)
    env = ChainEnv(case, choices=5, most=1000)
    env.reset(seed=1)
    mask = env.action_masks().reshape(-1, 5)
    assert mask[:, 0].all()
    assert not mask[:12, -1].any()
    assert mask[12:].any(axis=0).all()
    sampled = env.reset(seed=1)[1]["action_mask"]
    np.testing.assert_array_equal(sampled, mask)
    for _ in range(20):
        choices = env.action_space.sample(mask=tuple(sampled))
        assert mask[np.arange(16), choices].all()
    assert env.step(np.full(16, 4))[4]["clipped_units"] > 0
    with pytest.raises(ValueError, match="choices"):
        begun(ChainEnv(case)).action_masks()
    with pytest.raises(RuntimeError, match="reset"):
        ChainEnv(case, choices=2).action_masks()


def test_a_choice_is_a_whole_number():
    """A choice between two is an error, not the lower one."""
    env = begun(StoreEnv())
    with pytest.raises(ValueError, match="whole numbers"):
        env.step(2.5)
    env.step(np.int64(2))
    info = env.reset()[1]
    assert env.action_space.sample(mask=info["action_mask"]) in env.action_space


@pytest.mark.parametrize(("beyond", "clipped"), [(3, 3), (0, 0), (-5, 0)])
def test_less_than_nothing_is_told_as_clipped(beyond, clipped):
    """A change that would take more than the rule orders is cut at nothing, which is told."""
    case = store_case(days=5)  # whose rule orders what was sold
    env = ChainEnv(case, actions="residual", scaled=False)
    several = ParallelChain(case, roles=Roles(actions="residual"), scaled=False)
    seen, _ = env.reset(seed=1)
    several.reset(seed=1)
    change = -seen[[env.observation_names.index("store_1/sku_1/demand")]] - beyond
    assert env.step(change)[4]["clipped_units"] == clipped
    assert several.step({"store_1": change})[4]["store_1"]["clipped_units"] == clipped


def begun(env):
    """Return an environment after its first reset."""
    env.reset()
    return env


def test_what_cannot_be_asked_for_is_named(case):
    """Unknown modes, locations, choices and limits are errors that say what there is."""
    with pytest.raises(ValueError, match="Did you mean 'warehouse_1'"):
        ChainEnv(case, actions={"warehouse_l": "units"})
    with pytest.raises(ValueError, match="order_up_to"):
        ChainEnv(case, actions="levels")
    with pytest.raises(ValueError, match="nothing to decide"):
        ChainEnv(case, actions="rule")
    with pytest.raises(ValueError, match="at least 2"):
        ChainEnv(case, choices=1)
    with pytest.raises(ValueError, match="most"):
        ChainEnv(case, most=0)
    for wrong in ({"scope": "near"}, {"unit": "boxes"}):
        with pytest.raises(ValueError, match="one of"):
            Observe(**wrong)
    for wrong in ({"kind": "fame"}, {"team": 2}, {"service_target": 0}, {"service_multiplier": -1}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Reward(**wrong)
    with pytest.raises(ValueError, match="most_order"):
        StoreEnv(most_order=0)


def test_orders_on_days_without_orders_are_told_as_clipped():
    """Where a store orders once a week, what is asked for on other days is not ordered."""
    plain = store_case(days=9).model_dump(exclude_none=True)
    plain["stores"]["store_1"] |= {"review_period": 7, "review_days": [2]}
    env = ChainEnv(plain, scaled=False)
    env.reset(seed=1)
    clipped = [env.step(np.array([4.0], np.float32))[4]["clipped_units"] for _ in range(9)]
    assert clipped == [4, 0, *[4] * 6, 0]
