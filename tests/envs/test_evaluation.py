"""Agents are compared with rules on the same customers, whom no training meets."""

import functools

import numpy as np
import pytest

pytest.importorskip("gymnasium")
pytest.importorskip("pettingzoo")

from inventory_hmarl import StudyError, default_case, evaluate, simulate
from inventory_hmarl.envs import episodes
from inventory_hmarl.envs.chain_env import ChainEnv
from inventory_hmarl.envs.crew import Roles
from inventory_hmarl.envs.event_env import EventChain
from inventory_hmarl.envs.parallel_env import ParallelChain
from inventory_hmarl.envs.store_env import StoreEnv, StoreVectorEnv, store_case
from inventory_hmarl.envs.vector_env import ChainVectorEnv
from inventory_hmarl.evaluation import played

CASE = default_case().changed(days=16, warmup_days=4)
LED = Roles(actions="s_S", coordinator=["multipliers", "budgets"])
FIRST = episodes.HELD_OUT
EPISODES = np.arange(FIRST, FIRST + 3, dtype=np.uint32)


def constant(action):
    """Return a player that says the same whatever it sees."""
    return lambda seen, masks=None: np.tile(action, (len(seen), 1))


def levels(controls):
    """Return the levels of the case's own rules for some numbers; of a coordinator, no change."""
    places, told = {**CASE.stores, **CASE.warehouses}, {"multiplier": 1.0}
    return [
        told.get(c.part, c.high)
        if c.part in ("multiplier", "budget")
        else places[c.location].policy.parameters[c.part][c.sku]
        for c in controls
    ]


def flat(kind):
    """Return an environment of one agent, and a player that repeats the rules."""
    env = kind(case=CASE, actions="s_S")
    return env, constant(env.action_of(levels(env.scene.controls)))


def crew(kind, **options):
    """Return an environment of several agents, and players that repeat the rules."""
    env = kind(CASE, **options)
    return env, {
        agent.name: constant(env.action_of(agent.name, levels(env.crew.controls_of(agent.name))))
        for agent in env.crew.agents
    }


ENVS = {
    "Gymnasium": lambda: flat(ChainEnv),
    "vector": lambda: flat(ChainVectorEnv),
    "all at once": lambda: crew(ParallelChain, roles=LED),
    "turn by turn": lambda: crew(ParallelChain, view="synchronous", roles=LED),
    "event view": lambda: crew(EventChain, roles=Roles(actions="s_S", difference=True)),
}


@pytest.mark.parametrize("made", ENVS.values(), ids=ENVS)
def test_agents_that_repeat_the_rules_have_their_figures(made):
    """Every figure of what agents play is that of `simulate`, where their orders are the rules'."""
    env, player = made()
    mine = played(env, player, EPISODES).figures()
    run = simulate(CASE, replications=range(FIRST, FIRST + 3))
    theirs = run.figures()
    assert mine.keys() == theirs.keys()
    for name, values in theirs.items():
        np.testing.assert_array_equal(mine[name], values, err_msg=name)
    spread = theirs["total_cost"].std()
    assert spread > 0  # the episodes differ


def test_agents_and_baselines_are_paired():
    """Whoever orders alike differs by 0 from whom all are compared with, others do not."""
    env, player = flat(ChainEnv)
    found = evaluate(
        env,
        {"rules again": player, "much": constant(env.action_space.high)},
        baselines={"spike": CASE.changed(seed=3)},  # on the rules' seed all the same
        against="rules again",
        episodes=5,
    )
    assert (found.base, found.names) == ("rules again", ("rules", "spike", "much"))
    cost = found.figures.index("total_cost")
    assert found.difference[:2, cost].tolist() == [0, 0]
    assert found.difference_half_width[:2, cost].tolist() == [0, 0]
    assert found.difference[2, cost] > found.difference_half_width[2, cost] > 0


def test_choices_come_with_masks():
    """A player of choices sees which are possible, each chain its own."""
    plain = store_case(days=12).model_dump(exclude_none=True)
    plain["stores"]["store_1"]["max_inventory"] = 18
    seen = []

    def highest(observations, masks):
        seen.append(masks)
        return masks.shape[1] - 1 - masks[:, ::-1].argmax(axis=1)

    for env, player in (
        (ChainEnv(plain, most=16.0, choices=9), highest),
        (
            EventChain(plain, roles=Roles(actions="units", most=16.0), choices=9),
            {"stores": highest},
        ),
    ):
        seen.clear()
        played(env, player, EPISODES)
        masks = np.stack(seen)
        assert masks.shape == (12, 3, 9)
        assert masks[..., 0].all()
        assert (masks[:, 0] != masks[:, 1]).any()


KINDS = [
    *(functools.partial(kind, CASE) for kind in (ChainEnv, ParallelChain, EventChain)),
    functools.partial(ChainVectorEnv, 2, CASE),
    functools.partial(StoreEnv, days=5),
    functools.partial(StoreVectorEnv, 2, days=5),
]


@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.func.__name__)
@pytest.mark.parametrize("seed", [None, 7])
def test_training_ends_where_the_test_begins(make, seed, monkeypatch):
    """The first test episode is the one that an environment for learning must not come to."""
    endless = make()
    endless.reset(seed=seed), endless.reset()
    third = endless.reset()[0]
    monkeypatch.setattr(episodes, "HELD_OUT", 2)
    learning, test = make(), make(held_out=True)
    seen = [learning.reset(seed=seed)[0], learning.reset()[0], test.reset(seed=seed)[0]]
    with pytest.raises(ValueError, match="go on with another seed"):
        learning.reset()
    assert [same(each, third) for each in seen] == [False, False, True]


def same(one, other):
    """Return whether two observations are alike."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    return np.array_equal(one, other)


def test_mistakes_are_named():
    """A name that stands twice, an unknown one and an agent whom nobody plays are errors."""
    env, player = flat(ChainEnv)
    with pytest.raises(StudyError, match="stands twice"):
        evaluate(env, {"rules": player})
    with pytest.raises(StudyError, match="against = 'best'"):
        evaluate(env, {"agent": player}, against="best")
    env, players = crew(ParallelChain, roles=LED)
    del players["store_2"]
    with pytest.raises(ValueError, match="nobody plays store_2"):
        evaluate(env, {"agents": players}, episodes=2)
