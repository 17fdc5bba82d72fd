"""The cost of a run as a function of its policies' parameters: its value and its gradient."""

import dataclasses
import functools
import importlib.util
import itertools
import math
from statistics import NormalDist

import numpy as np
import pytest

pytest.importorskip("jax")

from inventory_hmarl import case_from_dict, default_case, differentiable_cost, simulate
from inventory_hmarl.core.arrays import namespace
from inventory_hmarl.core.decide import everywhere
from inventory_hmarl.engines import EngineError
from inventory_hmarl.engines.compiled import gradient
from inventory_hmarl.extras import MissingExtra

SKU = {"base_demand": 20, "demand_std": 7, "holding_cost": 1, "stockout_penalty": 9}


def place(rule, stock=60, **others):
    """Return the settings of a location."""
    name, *levels = rule
    fields = {
        "base_stock": ("order_up_to",),
        "echelon_base_stock": ("order_up_to",),
        "capped_base_stock": ("order_up_to", "order_cap"),
        "moving_average": ("safety_stock",),
        "s_S": ("reorder_point", "order_up_to"),
        "r_nQ": ("reorder_point", "order_quantity"),
    }[name]
    more = {"periods": 3, "protection_days": 2} if name == "moving_average" else {}
    policy = {"rule": name} | dict(zip(fields, levels, strict=True)) | more
    return {"initial_inventory": stock, "policy": policy} | others


def lane(source, destination, lead_time, **others):
    """Return the settings of a lane."""
    return {"source": source, "destination": destination, "lead_time": lead_time} | others


def network(stores, warehouses, lanes, suppliers=None, sku=None, days=40):
    """Return a case in continuous units."""
    return case_from_dict(
        {
            "days": days,
            "warmup_days": 5,
            "seed": 11,
            "units": "continuous",
            "skus": {"item": sku or SKU},
            "stores": stores,
            "warehouses": warehouses,
            "suppliers": suppliers or {"supplier": {}},
            "lanes": lanes,
        }
    )


def single(rule, lead_time=0, days=60, sku=None, **others):
    """Return a case of one store."""
    stores = {"store": place(rule, rule[-1], **others)}
    return network(stores, {}, [lane("supplier", "store", lead_time)], sku=sku, days=days)


def carted():
    """Return a store that pays for each trip of a truck."""
    stores = {"store": place(("base_stock", 9.0), 9.0)}
    return network(stores, {}, [lane("supplier", "store", 1) | {"trip_cost": 5.0}])


def choosy():
    """Return a store that orders of the cheapest supplier that keeps up."""
    store = place(("base_stock", 9.0), 9.0, sourcing="cheapest")
    lanes = [lane("supplier", "store", 1), lane("other", "store", 2)]
    return network({"store": store}, {}, lanes, {"supplier": {"capacity": 5.0}, "other": {}})


def scarce():
    """Return a warehouse with too little for its stores, which lose what they lack."""
    stores = {f"store_{n}": place(("base_stock", 41.3 + 5 * n)) for n in range(4)}
    lanes = [lane("warehouse", name, n) for n, name in enumerate(stores)]
    warehouse = place(("base_stock", 151.7), 150)
    return network(stores, {"warehouse": warehouse}, [lane("supplier", "warehouse", 1), *lanes])


def many_kinds():
    """Return four echelons of all that is smooth: rules, allocation, failures, limits, shares."""
    stores = {
        "patient": place(("base_stock", 63.1), unmet_demand="backordered"),
        "capped": place(("capped_base_stock", 71.2, 23.4)),
        "roomy": place(("base_stock", 60.1)),
        "average": place(("moving_average", 17.3), unmet_demand="backordered", max_inventory=62),
        "direct": place(("base_stock", 33.3)),
    }
    warehouses = {
        "east": place(("base_stock", 91.3), allocation="priority"),
        "west": place(("moving_average", 41.2), short_orders="dropped"),
        "middle": place(("base_stock", 141.9), 150),
        "top": place(("echelon_base_stock", 590.7), 300),
    }
    suppliers = {"limited": {"capacity": 55}, "shaky": {"reliability": 0.8}, "near": {}}
    lanes = [
        lane("east", "patient", 1, priority=2),
        lane("east", "capped", 0, priority=1),
        lane("west", "roomy", 2),
        lane("west", "average", 1),
        lane("near", "direct", 0),
        lane("middle", "east", 1),
        lane("middle", "west", 0),
        lane("top", "middle", 2),
        lane("limited", "top", 1, share=0.6),
        lane("shaky", "top", 3, share=0.4),
    ]
    return network(stores, warehouses, lanes, suppliers)


def entries(tree, path=()):
    """Yield the path and the array of each leaf of a tree of parameters."""
    if isinstance(tree, np.ndarray):
        yield path, tree
    elif tree is not None:
        for key in tree if isinstance(tree, dict) else range(len(tree)):
            yield from entries(tree[key], (*path, key))


def slopes(cost, parameters, step):
    """Yield the gradient of each array of parameters by central differences of a cost."""
    for _, array in entries(parameters):
        slope = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            middle, costs = array[place], []
            for moved in (middle + step, middle - step):
                array[place] = moved
                costs.append(cost.value_and_gradient(parameters)[0])  # compiled anyway
            array[place] = middle
            slope[place] = (costs[0] - costs[1]) / (2 * step)
        yield slope


@pytest.mark.parametrize("case", [scarce(), many_kinds()], ids=["scarce", "many kinds"])
def test_the_gradient_is_what_differences_say(case):
    """The cost is that of `simulate`, and its gradient that of central differences."""
    cost = differentiable_cost(case, replications=24)
    run = simulate(case, replications=24)
    value, found = cost.value_and_gradient(cost.parameters)
    assert value == pytest.approx(run.figures()["total_cost"].mean(), rel=1e-9)
    for (path, slope), by_differences in zip(
        entries(found), slopes(cost, cost.parameters, 1e-6), strict=True
    ):
        assert np.abs(slope).max() > 0, path
        assert slope == pytest.approx(by_differences, rel=1e-6, abs=1e-3), path


def test_parameters_say_what_they_are():
    """Parameters stand under their rule and level, rows under their points."""
    cost = differentiable_cost(many_kinds(), replications=2)
    shapes = {
        name: {field: array.shape for field, array in fields.items()}
        for name, fields in cost.parameters.items()
    }
    assert shapes["level_0.base_stock"] == {"order_up_to": (3, 1)}
    assert shapes["level_0.capped_base_stock"] == {"order_up_to": (1, 1), "order_cap": (1, 1)}
    assert shapes["level_3.echelon_base_stock"] == {"order_up_to": (1, 1)}
    assert cost.points["level_0.base_stock"] == ("patient/item", "roomy/item", "direct/item")
    assert cost.parameters["level_0.base_stock"]["order_up_to"][1, 0] == 60.1


def test_blocks_of_replications_change_nothing(monkeypatch):
    """The mean and its gradient are the same however many replications run side by side."""
    case = single(("base_stock", 25.0), days=9)
    answers = []
    for cells in (5, 3):
        monkeypatch.setattr(gradient, "STATE_CELLS", cells)
        cost = differentiable_cost(case, replications=5)
        value, slope = cost.value_and_gradient(cost.parameters)
        assert cost(cost.parameters) == pytest.approx(value, rel=1e-12)
        answers.append((value, slope["level_0.base_stock"]["order_up_to"][0, 0]))
    assert answers[0] == pytest.approx(answers[1], rel=1e-12)


# --- relaxation ------------------------------------------------------------------------------


FIXED = SKU | {"base_demand": 10, "demand_std": 4, "ordering_cost": 40}


def jumping():
    """Return a chain of (s, S) rules and fixed costs, with a base-stock rule beside them."""
    stores = {
        "one": place(("s_S", 14.2, 49.3)),
        "two": place(("s_S", 9.1, 44.4), unmet_demand="backordered"),
        "daily": place(("base_stock", 31.2)),
    }
    lanes = [lane("warehouse", name, 1) for name in stores]
    warehouse = place(("s_S", 61.3, 160.2), 150)
    lanes.append(lane("supplier", "warehouse", 1))
    return network(stores, {"warehouse": warehouse}, lanes, sku=FIXED)


@pytest.fixture(scope="module")
def relaxed():
    """Return a relaxed cost of (s, S) rules."""
    return differentiable_cost(jumping(), replications=512, relaxation=4.0)


def test_a_relaxed_cost_comes_near_the_exact_one(relaxed):
    """The lower the temperature the nearer, and in the end the same."""
    exact = simulate(relaxed.case, replications=512).figures()["total_cost"].mean()
    for temperature, most in ((16.0, 0.2), (1.0, 0.05), (0.1, 2e-3), (1e-8, 1e-9)):
        found = relaxed.relaxed(temperature)(relaxed.parameters)
        assert found == pytest.approx(exact, rel=most)


def test_a_relaxed_gradient_is_that_of_the_expected_cost(relaxed):
    """The mean gradient lies within 4 standard errors of the mean central difference."""
    batches = 10
    found, expected = [], []
    for batch in range(batches):
        cost = relaxed.on(range(512 * batch, 512 * (batch + 1)))
        slopes_found = entries(cost.value_and_gradient(cost.parameters)[1])
        found.append(np.concatenate([slope.ravel() for _, slope in slopes_found]))
        differences = slopes(cost, cost.parameters, 1.0)
        expected.append(np.concatenate([slope.ravel() for slope in differences]))
    off = np.array(found) - np.array(expected)
    error = off.std(axis=0, ddof=1) / np.sqrt(batches)
    assert (np.abs(off.mean(axis=0)) < 4 * error).all()
    assert (error < 0.1 * np.abs(expected).max()).all()


# --- what it is for --------------------------------------------------------------------------


def adam(cost, parameters, steps, rate):
    """Return parameters after some steps down the gradient, on other customers at each step."""
    size = cost.replications.size
    moments = [np.zeros((2, *array.shape)) for _, array in entries(parameters)]
    for step in range(1, steps + 1):
        fresh = cost.on(range(size * step, size * (step + 1)))
        downhill = entries(fresh.value_and_gradient(parameters)[1])
        for place, (path, slope) in enumerate(downhill):
            powers = np.stack([slope, slope**2])
            decay = np.array([0.9, 0.99]).reshape(2, *[1] * slope.ndim)
            moments[place] = decay * moments[place] + (1 - decay) * powers
            mean, square = moments[place] / (1 - decay**step)
            move = rate * 0.05 ** (step / steps) * mean / (np.sqrt(square) + 1e-12)
            at(parameters, path)[...] -= move
    return parameters


def at(tree, path):
    """Return the leaf of a tree at a path."""
    return functools.reduce(lambda branch, key: branch[key], path, tree)


def test_descent_finds_the_newsvendor():
    """From a bad start, base-stock ends within 1 % of the optimal cost (P01)."""
    mean, deviation, holding, penalty = 50, 8, 0.18, 0.70
    sku = {"base_demand": mean, "demand_std": deviation}
    sku |= {"holding_cost": holding, "stockout_penalty": penalty}
    case = single(("base_stock", 20.0), sku=sku, unmet_demand="backordered")
    cost = differentiable_cost(case, replications=64)
    level = adam(cost, cost.parameters, 100, 2.0)["level_0.base_stock"]["order_up_to"][0, 0]
    normal = NormalDist()

    def expected(level):
        z = (level - mean) / deviation
        left = deviation * (normal.pdf(z) + z * normal.cdf(z))
        return holding * left + penalty * (left - (level - mean))

    optimum = expected(mean + deviation * normal.inv_cdf(penalty / (penalty + holding)))
    assert optimum == pytest.approx(1.997605, abs=1e-6)
    assert expected(level) < 1.01 * optimum


def test_relaxed_descent_finds_the_best_reorder_point():
    """From a bad start, (s, S) ends within 1 % of the published optimum (P04)."""
    sku = {"base_demand": 10, "holding_cost": 1, "stockout_penalty": 9, "ordering_cost": 64}
    case = single(("s_S", 25.0, 80.0), days=100, sku=sku, unmet_demand="backordered")
    case = case.changed(demand={"distribution": "poisson"}, warmup_days=20)
    cost = differentiable_cost(case, replications=256, relaxation=1.0)
    tuned = cost.policies(adam(cost, cost.parameters, 150, 2.0))
    run = simulate(case, policies=tuned, replications=range(10**6, 10**6 + 4000))
    assert run.figures()["avg_daily_cost"].mean() < 1.01 * 35.02156


@dataclasses.dataclass(frozen=True)
class Neural:
    """Orders by two layers from stock, what is on order and the demand of the day."""

    layers: tuple

    sees = frozenset({"demand"})

    def init(self, points, replications):
        """Return no memory."""
        return ()

    def orders(self, view, memory):
        """Return the last layer's softplus, 20 units a step."""
        library = namespace(view.on_hand)
        signals = library.stack([view.on_hand, view.on_order, view.demand]) / 20
        for number, (weights, bias) in enumerate(self.layers):
            signals = library.einsum("io,ipr->opr", weights, signals) + bias[:, None, None]
            if number < len(self.layers) - 1:
                signals = library.tanh(signals)
        return 20 * library.logaddexp(signals[0], 0.0), memory


def test_a_neural_policy_learns():
    """A policy of one's own is differentiable in its weights, which all levels share."""
    chance = np.random.default_rng(0)
    sizes = (3, 6, 1)
    layers = tuple(
        (chance.normal(size=(a, b)) / a, np.zeros(b)) for a, b in itertools.pairwise(sizes)
    )
    policies = everywhere(Neural(layers))
    cost = differentiable_cost(scarce(), replications=32, policies=policies)
    assert list(cost.parameters) == ["level_0_1.Neural"]
    value, found = cost.value_and_gradient(cost.parameters)
    run = simulate(scarce(), replications=32, policies=policies)
    assert value == pytest.approx(run.figures()["total_cost"].mean(), rel=1e-9)
    for (_, slope), by_differences in zip(
        entries(found), slopes(cost, cost.parameters, 1e-6), strict=True
    ):
        assert slope == pytest.approx(by_differences, rel=1e-5, abs=1e-2)
    better = cost.policies(adam(cost, cost.parameters, 40, 0.05))
    run = simulate(scarce(), replications=32, policies=better)
    assert run.figures()["total_cost"].mean() < 0.8 * value


# --- refusals --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "options", "message"),
    [
        (default_case(), {}, 'units = "whole".*units = "continuous"'),
        (single(("s_S", 9.0, 50.0)), {}, "level_0.s_S: orders of this rule jump.*relaxation"),
        (single(("r_nQ", 9.0, 50.0)), {"relaxation": 1.0}, "level_0.r_nQ.*no relaxation"),
        (single(("base_stock", 9.0), sku=FIXED), {}, "ordering_cost = 40.*relaxation"),
        (carted(), {"relaxation": 1.0}, "trip_cost of a lane"),
        (choosy(), {"relaxation": 1.0}, "sourcing: orders go another way"),
        (single(("base_stock", 9.0)), {"relaxation": 0}, "relaxation = 0: .*above 0"),
        (single(("base_stock", 9.0)), {"relaxation": math.nan}, "relaxation = nan"),
        (single(("base_stock", 9.0)), {"relaxation": "warm"}, "relaxation = 'warm'"),
    ],
)
def test_a_case_without_gradient_is_refused(case, options, message):
    """What has no gradient is refused, by name, with what to do instead."""
    with pytest.raises(EngineError, match=message):
        differentiable_cost(case, **options)


def test_parameters_are_checked():
    """Parameters of another form are refused where they are wrong, before anything is compiled."""
    cost = differentiable_cost(single(("s_S", 9.0, 50.0)), relaxation=1.0)
    good = cost.parameters["level_0.s_S"]
    for wrong, message in (
        ({}, "level_0.s_S is not there"),
        ({"level_0.s_S": {"reorder_point": good["reorder_point"]}}, "level_0.s_S is not there"),
        ({"level_0.s_S": good | {"order_up_to": np.ones(2)}}, r"order_up_to.*\(2,\).*\(1, 1\)"),
        ({"level_0.s_S": good | {"order_up_to": [[np.inf]]}}, "order_up_to.*finite"),
    ):
        with pytest.raises(EngineError, match=message):
            cost(wrong)
    with pytest.raises(EngineError, match="store/item: reorder_point 60 exceeds"):
        cost.policies({"level_0.s_S": good | {"reorder_point": np.array([[60.0]])}})
    with pytest.raises(ValueError, match="replications = 0"):
        cost.on(0)


def test_an_exact_cost_is_not_relaxed():
    """A temperature is for costs that were made with one."""
    with pytest.raises(EngineError, match="an exact cost"):
        differentiable_cost(single(("base_stock", 9.0))).relaxed(1.0)


def test_a_policy_without_parameters_is_refused():
    """A policy whose numbers are no arrays has nothing to differentiate in."""

    class Constant(Neural):
        """A policy without fields."""

    with pytest.raises(EngineError, match=r"level_0\.Constant: none has a parameter"):
        differentiable_cost(single(("base_stock", 9.0)), policies=everywhere(Constant(())))


def test_a_missing_extra_is_named(monkeypatch):
    """Without JAX, the error says what to install."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"inventory-hmarl\[jax\]"):
        differentiable_cost(single(("base_stock", 9.0)))
