"""The functional environment: the same customers, paths and money as NumPy's chains, compiled."""

import numpy as np
import pytest

pytest.importorskip("jax")

import jax
import jax.numpy as jnp

from inventory_hmarl import simulate
from inventory_hmarl.envs.chains import Chains
from inventory_hmarl.envs.functional import Params, key_of, make_functional, seed_of
from inventory_hmarl.envs.observations import Observe
from inventory_hmarl.envs.rewards import Reward, shared

SEEDS, EPISODES = (3, 2**40 + 4, 3), np.array([0, 5, 1], np.uint32)
MAPPED = Params(None, None, 0, None)  # over episodes


ACTIONS = {"north": "order_up_to", "centre": "s_S"}  # south keeps its rule, which remembers


def one_store(settings):
    """Leave one store and one SKU, which compile sooner."""
    del settings["stores"]["south"], settings["lanes"][2], settings["skus"]["soap"]


@pytest.fixture(scope="module")
def env(eventful):
    """Give an environment in 64-bit floats."""
    return make_functional(eventful(), actions=ACTIONS, reward=Reward(team=0.5))


@pytest.fixture
def exact():
    """Let JAX have 64-bit floats."""
    with jax.enable_x64(True):
        yield


def programs(env):
    """Return `reset` and `step_env` over seeds and episodes, and a list with one entry a trace."""
    traces = []

    def step(*arguments):
        traces.append(len(traces))
        return env.step_env(*arguments)

    return (
        jax.jit(jax.vmap(env.reset, in_axes=(0, MAPPED))),
        jax.jit(jax.vmap(step, in_axes=(None, 0, 0, MAPPED))),
        traces,
    )


def drawn_actions(scene, count, seed=0):
    """Return actions of each day, `(days, controls, count)`."""
    spread = (scene.high - scene.low)[:, None]
    share = np.random.default_rng(seed).random((scene.model.days, len(scene.controls), count))
    return scene.low[:, None] + spread * 0.4 * share


def test_paths_and_money_are_those_of_numpys_chains(env, exact):
    """Seeds beyond 32 bits, later episodes, failures, rationing: to the bit; money to 1e-9."""
    scene, (reset, step, traces) = env.scene, programs(env)
    chains = Chains(scene, scene.model_of(SEEDS), EPISODES)
    keys = np.stack([key_of(seed) for seed in SEEDS])
    params = env.default_params._replace(episode=EPISODES)
    seen, state = reset(keys, params)
    np.testing.assert_array_equal(seen.T, scene.table.of(chains.moment))
    first = jax.vmap(env.first_rewards, in_axes=(0, MAPPED))(state, params)
    own = scene.earnings.of(None, chains.moment)
    np.testing.assert_allclose(first.T, shared(own, 0.5), rtol=0, atol=1e-9)
    for numbers in drawn_actions(scene, len(SEEDS)):
        shipments = chains.proceed(numbers)
        seen, state, reward, done, info = step(keys[0], state, numbers.T, params)
        np.testing.assert_array_equal(seen.T, scene.table.of(chains.moment))
        own = scene.earnings.of(shipments, chains.moment)
        np.testing.assert_allclose(reward, own.sum(axis=0), rtol=0, atol=1e-9)
        np.testing.assert_allclose(info["rewards"].T, shared(own, 0.5), rtol=0, atol=1e-9)
        np.testing.assert_array_equal(info["clipped"], chains.clipped(shipments))
        assert done.tolist() == [chains.done] * len(SEEDS)
    assert chains.done
    assert len(traces) == 1  # compiled once


def test_chains_in_columns_are_numpys_too(eventful, exact):
    """Three at once, through the end of their episodes, which begin anew with their keys."""
    env = make_functional(eventful(), actions=ACTIONS, reward=Reward(team=0.5), chains=3)
    scene, chains = env.scene, Chains(env.scene, env.scene.model_of(SEEDS), EPISODES)
    keys = np.stack([key_of(seed) for seed in SEEDS])
    params = env.default_params._replace(episode=EPISODES)
    reset, step = jax.jit(env.reset), jax.jit(env.step)
    begun, state = reset(keys, params)
    np.testing.assert_array_equal(begun, scene.table.of(chains.moment))
    first = shared(scene.earnings.of(None, chains.moment), 0.5)
    np.testing.assert_allclose(env.first_rewards(state, params), first, rtol=0, atol=1e-9)
    for numbers in drawn_actions(scene, len(SEEDS)):
        shipments = chains.proceed(numbers)
        seen, state, reward, done, info = step(keys, state, numbers, params)
        own = scene.earnings.of(shipments, chains.moment)
        np.testing.assert_allclose(reward, own.sum(axis=0), rtol=0, atol=1e-9)
        np.testing.assert_allclose(info["rewards"], shared(own, 0.5), rtol=0, atol=1e-9)
        np.testing.assert_array_equal(info["clipped"], chains.clipped(shipments))
        assert bool(done) == chains.done
        expected = begun if chains.done else scene.table.of(chains.moment)
        np.testing.assert_array_equal(seen, expected)
    assert state.moment.state.day == 0


def test_rewards_of_an_episode_are_minus_its_cost(eventful, exact):
    """A scan over the horizon, playing the case's rule: the cost that `simulate` tells."""
    case = eventful(one_store)
    env = make_functional(case, actions={"north": "s_S"})
    order = [14.0, 26.0]

    @jax.jit
    def episode(key):
        _, state = env.reset(key)

        def day(state, _):
            _, state, reward, done, _ = env.step_env(key, state, jnp.array(order))
            return state, (reward, done)

        _, (rewards, done) = jax.lax.scan(day, state, None, length=case.days)
        return env.first_rewards(state)[0] + rewards.sum(), done

    earned, done = episode(jax.random.PRNGKey(5))
    assert done.tolist() == [False] * (case.days - 1) + [True]
    cost = simulate(case).figures()["total_cost"].mean()
    assert float(earned) == pytest.approx(-cost, abs=1e-9)


def test_step_begins_the_next_episode_with_its_key(eventful):
    """Like gymnax; in a program of 32-bit floats, with the state still in 64."""
    env = make_functional(eventful(one_store))
    short = env.params(days=2)
    step = jax.jit(env.step)
    _, state = jax.jit(env.reset)(key_of(1), short)
    action = jnp.asarray(env.scene.high * 0.3, jnp.float32)
    rewards = []
    for number in range(2):
        seen, state, reward, done, _ = step(key_of(100 + number), state, action, short)
        rewards.append((reward.dtype.name, bool(done)))
    assert rewards == [("float32", False), ("float32", True)]
    fresh, begun = jax.jit(env.reset)(key_of(101), short)
    np.testing.assert_array_equal(seen, fresh)
    for mine, other in zip(jax.tree.leaves(state), jax.tree.leaves(begun), strict=True):
        assert mine.dtype == other.dtype
        np.testing.assert_array_equal(mine, other)
    assert state.moment.state.levels[0].on_hand.dtype == np.float64


def test_params_of_another_case_are_numbers_alone(env, eventful, exact):
    """Levels, means and rates change without compiling again; what is no number is refused."""

    def busier(settings):
        settings["seed"] = 8
        settings["skus"]["milk"] |= {"base_demand": 9, "stockout_penalty": 4}
        settings["stores"]["north"]["initial_inventory"] = 30

    def slower(settings):
        settings["lanes"][0]["lead_time"] = 3

    def renamed(settings):
        settings["stores"]["middle"] = settings["stores"].pop("south")
        settings["lanes"][2]["destination"] = "middle"

    params = [env.default_params, env.params(eventful(busier))]
    stacked = jax.tree.map(lambda *each: jnp.stack(each), *params)
    seen, _ = jax.jit(jax.vmap(env.reset, in_axes=(None, 0)))(key_of(3), stacked)
    for column, case in enumerate((eventful(), eventful(busier))):
        scene = make_functional(case, actions=ACTIONS).scene
        chains = Chains(scene, scene.model_of([3]), EPISODES[:1])
        np.testing.assert_array_equal(seen[column], scene.table.of(chains.moment)[:, 0])
    for change in (slower, renamed):
        with pytest.raises(ValueError, match="differs in more than numbers"):
            env.params(eventful(change))
    with pytest.raises(ValueError, match="days = 15: from 1 to the case's 14"):
        env.params(days=15)


def test_32_bit_floats_walk_the_same_whole_units(eventful, exact):
    """Paths of small whole numbers are the same; money is rounded."""
    stock = Observe(calendar=False, forecast=False)
    env = make_functional(eventful(one_store), observe=stock, precision="fast")
    scene, (reset, step, _) = env.scene, programs(env)
    chains = Chains(scene, scene.model_of(SEEDS), EPISODES)
    keys = np.stack([key_of(seed) for seed in SEEDS])
    params = env.default_params._replace(episode=EPISODES)
    _, state = reset(keys, params)
    for numbers in np.floor(drawn_actions(scene, len(SEEDS))):
        shipments = chains.proceed(numbers)
        seen, state, reward, _, _ = step(keys[0], state, numbers.T, params)
        np.testing.assert_array_equal(seen.T, scene.table.of(chains.moment))
        own = scene.earnings.of(shipments, chains.moment)
        np.testing.assert_allclose(reward, own.sum(axis=0), rtol=1e-6)
    assert state.moment.state.levels[0].on_hand.dtype == np.float32


def test_a_key_is_a_seed(eventful):
    """Of 64 bits, whichever kind of key."""
    assert [seed_of(key_of(seed)) for seed in (0, 7, 2**63 + 5)] == [0, 7, 2**63 + 5]
    np.testing.assert_array_equal(key_of(7), jax.random.PRNGKey(7))
    assert seed_of(jax.random.key(7)) == 7
    env = make_functional(eventful())
    with pytest.raises(ValueError, match="map over several"):
        env.reset(jax.random.split(jax.random.key(7), 3))
    with pytest.raises(ValueError, match=r"key of shape \(3, 2\): \(2, 2\) is needed"):
        make_functional(eventful(), chains=2).reset(jax.random.split(jax.random.key(7), 3))
    with pytest.raises(ValueError, match="chains = 0"):
        make_functional(eventful(), chains=0)
    with pytest.raises(ValueError, match="precision = 'half'"):
        make_functional(eventful(), precision="half")


def test_the_gradient_is_that_of_finite_differences(eventful, exact):
    """Of an episode's earnings in every action, through rationing, limits and failures."""

    def continuous(settings):
        settings |= {"units": "continuous", "days": 6}
        del settings["skus"]["soap"]  # its demand is whole: the kinks would be met exactly
        settings["skus"]["milk"]["ordering_cost"] = 0

    env = make_functional(eventful(continuous), actions="order_up_to")
    start = jnp.asarray(drawn_actions(env.scene, 1, seed=3)[..., 0])

    def earning(env, key):
        def earned(actions):
            _, state = env.reset(key)

            def day(state, action):
                _, state, reward, _, _ = env.step_env(None, state, action)
                return state, reward

            return jax.lax.scan(day, state, actions)[1].sum()

        return earned

    earned = jax.jit(earning(env, key_of(5)))
    slope = np.asarray(jax.jit(jax.grad(earned))(start))
    columns = make_functional(eventful(continuous), actions="order_up_to", chains=2)
    both = jax.grad(earning(columns, np.stack([key_of(5), key_of(6)])))
    same = jax.jit(both)(jnp.stack([start, start], axis=-1))
    np.testing.assert_allclose(same[..., 0], slope, rtol=0, atol=1e-9)
    step, differences = 1e-5, np.zeros(start.shape)
    for place in np.ndindex(start.shape):
        nudge = np.zeros(start.shape)
        nudge[place] = step
        differences[place] = (earned(start + nudge) - earned(start - nudge)) / (2 * step)
    np.testing.assert_allclose(slope, differences, rtol=0, atol=1e-6)
    assert (np.abs(slope) > 0.01).any(axis=0).all()  # every location's levels matter
