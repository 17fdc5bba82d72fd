"""Compiled chains: what they hand out is what NumPy's do."""

import importlib

import numpy as np
import pytest

pytest.importorskip("jax")

from inventory_hmarl.envs import jax_chains
from inventory_hmarl.envs.chains import Chains
from inventory_hmarl.envs.jax_chains import JaxChains
from inventory_hmarl.envs.scene import make_scene

ACTIONS = {"north": "order_up_to", "centre": "s_S"}  # south keeps its rule, which remembers
SEEDS, EPISODES = (3, 2**40 + 4, 3), np.array([0, 5, 1], np.uint32)


@pytest.fixture(scope="module")
def scene(eventful):
    """Give two stores and a warehouse as agents meet them."""
    return make_scene(eventful(), actions=ACTIONS)


def drawn_actions(scene, seed=0):
    """Return actions of each day, `(days, controls, R)`."""
    spread = (scene.high - scene.low)[:, None]
    share = np.random.default_rng(seed).random((scene.model.days, spread.size, len(SEEDS)))
    return scene.low[:, None] + spread * 0.4 * share


def assert_alike(mine, theirs, my_step=None, their_step=None):
    """Compare what two kinds of chains hand out."""
    assert mine.day == theirs.day
    assert mine.done == theirs.done
    np.testing.assert_array_equal(mine.observation(), theirs.observation())
    assert mine.observation().dtype == np.float32
    earned = mine.earned(my_step), theirs.earned(their_step)
    np.testing.assert_allclose(*earned, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(mine.clipped(my_step), theirs.clipped(their_step))
    if their_step is not None:
        by_location = theirs.clipped_by_location(their_step)
        expected = 0.0 if by_location is None else by_location
        np.testing.assert_array_equal(mine.clipped_by_location(my_step) - expected, 0.0)


def test_they_are_numpys_chains(scene, monkeypatch):
    """Day by day, with chance drawn a few days at a time; some of them go on alone."""
    monkeypatch.setattr(jax_chains, "MOST_AHEAD", 5)  # every other day
    model = scene.model_of(SEEDS)
    mine, theirs = JaxChains(scene, model, EPISODES), Chains(scene, model, EPISODES)
    assert_alike(mine, theirs)
    chosen = np.array([2, 0])
    for day, numbers in enumerate(drawn_actions(scene)):
        if day == 7:
            part = scene.model_of([SEEDS[number] for number in chosen])
            fewer = [chains.some(chosen, part) for chains in (mine, theirs)]
            assert_alike(*fewer)
            assert_alike(*fewer, *(chains.proceed(numbers[:, chosen]) for chains in fewer))
        assert_alike(mine, theirs, mine.proceed(numbers), theirs.proceed(numbers))
    assert mine.done
    np.testing.assert_array_equal(
        mine.moment.state.levels[0].on_hand, theirs.moment.state.levels[0].on_hand
    )
    assert_alike(mine, theirs)


def test_they_are_compiled_once_for_a_shape(eventful, scene):
    """Other seeds, episodes and numbers of the case run the same programs."""

    def dearer(settings):
        settings["skus"]["milk"] |= {"base_demand": 9, "stockout_penalty": 4}

    numbers = drawn_actions(scene)[0]
    first = JaxChains(scene, scene.model_of(SEEDS), EPISODES)
    first.proceed(numbers)
    programs = [jax_chains._draw, jax_chains._begin, first._step]  # noqa: SLF001
    before = [program._cache_size() for program in programs]  # noqa: SLF001 - JAX has no other way
    other = make_scene(eventful(dearer), actions=ACTIONS)
    second = JaxChains(other, other.model_of((9, 8, 7)), EPISODES + 1)
    second.proceed(numbers)
    assert second._step is first._step  # noqa: SLF001
    assert [program._cache_size() for program in programs] == before  # noqa: SLF001


def test_the_vector_environment_takes_either_engine(eventful):
    """With `engine="jax"`, it hands out what NumPy's does, over the end of an episode."""
    vector_env = pytest.importorskip("inventory_hmarl.envs.vector_env")
    numpy_envs, jax_envs = (
        vector_env.ChainVectorEnv(3, eventful(), actions=ACTIONS, engine=engine)
        for engine in ("numpy", "jax")
    )
    np.testing.assert_array_equal(numpy_envs.reset(seed=4)[0], jax_envs.reset(seed=4)[0])
    jax_envs.action_space.seed(1)
    for _ in range(numpy_envs.scene.model.days + 2):
        action = jax_envs.action_space.sample()
        theirs, mine = numpy_envs.step(action), jax_envs.step(action)
        np.testing.assert_array_equal(mine[0], theirs[0])
        np.testing.assert_allclose(mine[1], theirs[1], rtol=0, atol=1e-9)
        np.testing.assert_array_equal(mine[3], theirs[3])
        assert mine[4].keys() == theirs[4].keys()
    with pytest.raises(ValueError, match="engine = 'torch': it must be one of numpy, jax"):
        vector_env.ChainVectorEnv(3, eventful(), engine="torch")


def test_a_single_environment_takes_either_engine(eventful):
    """One chain alone hands out what NumPy's does, to the end of its episode."""
    chain_env = pytest.importorskip("inventory_hmarl.envs.chain_env")
    pair = [
        chain_env.ChainEnv(eventful(), actions=ACTIONS, engine=engine)
        for engine in ("numpy", "jax")
    ]
    starts = [env.reset(seed=3) for env in pair]
    np.testing.assert_array_equal(starts[0][0], starts[1][0])
    assert starts[0][1] == pytest.approx(starts[1][1])
    over = False
    while not over:
        action = pair[0].action_space.sample()
        theirs, mine = (env.step(action) for env in pair)
        np.testing.assert_array_equal(theirs[0], mine[0])
        assert theirs[1:3] == pytest.approx(mine[1:3])
        assert theirs[4] == pytest.approx(mine[4])
        over = mine[3]
        assert over == theirs[3]


def test_agents_who_decide_at_once_take_either_engine(eventful):
    """PettingZoo's agents see and earn the same, whoever runs the day; clips are theirs too."""
    pytest.importorskip("pettingzoo")
    parallel_env = importlib.import_module("inventory_hmarl.envs.parallel_env")
    Roles, Reward = parallel_env.Roles, parallel_env.Reward
    told = {"roles": Roles(actions="residual"), "reward": Reward(team=0.5)}
    pair = [
        parallel_env.ParallelChain(eventful(), engine=engine, **told) for engine in ("numpy", "jax")
    ]
    generator, clipped = np.random.default_rng(0), 0.0
    for seed in (3, None):  # the second episode, too
        starts = [env.reset(seed=seed)[1] for env in pair]
        for name in pair[0].possible_agents:
            assert starts[0][name] == pytest.approx(starts[1][name])
        while pair[0].agents:
            actions = {
                name: generator.uniform(-1, 1, space.shape).astype(np.float32)
                for name, space in pair[0].action_spaces.items()
            }
            theirs, mine = (env.step(actions) for env in pair)
            for name in pair[0].possible_agents:
                np.testing.assert_array_equal(mine[0][name], theirs[0][name])
                assert mine[4][name] == pytest.approx(theirs[4][name])
                clipped += theirs[4][name]["clipped_units"]
            assert mine[1] == pytest.approx(theirs[1])
            assert mine[2:4] == theirs[2:4]
    assert clipped > 0
    levers = {"roles": Roles(coordinator=["multipliers"])}
    for more in ({"view": "synchronous"}, levers, {"roles": Roles(difference=True)}):
        with pytest.raises(ValueError, match="engine = 'jax': it takes whole days"):
            parallel_env.ParallelChain(eventful(), engine="jax", **more)
    with pytest.raises(ValueError, match="engine = 'torch': it must be one of numpy, jax"):
        parallel_env.ParallelChain(eventful(), engine="torch")
