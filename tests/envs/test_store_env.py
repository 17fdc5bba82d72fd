"""The textbook cells: nobody beats the optimum, and the optimal policy reaches it."""

import numpy as np
import pytest

pytest.importorskip("gymnasium")

from inventory_hmarl.envs.store_env import StoreVectorEnv

COUNT, DAYS, SKIPPED = 2000, 160, 20
# Zipkin (2008), "Old and new methods for lost-sales inventory systems", Operations Research 56(5),
# Table 3, to five decimals: the best cost per day by penalty and lead time. Poisson demand of 5 a
# day, holding cost 1.
OPTIMA = {(4, 1): 4.04071, (19, 1): 6.67574, (4, 2): 4.39530, (9, 2): 6.09364, (39, 1): 7.83595}
LARGEST = 15  # order of the environment


def poisson(mean, most):
    """Return the probabilities of 0 to `most`, the rest on the last."""
    weights = np.cumprod([np.exp(-mean), *(mean / k for k in range(1, most + 1))])
    weights[-1] += 1.0 - weights.sum()
    return weights


def optimal_orders(penalty, lead_time):
    """Return the best order by value iteration; `lead_time` 1 or 2.

    A state is what tomorrow begins with (on hand and due today), and with a lead time of 2 what is
    due the day after: `(stock)` or `(stock, due)`.
    """
    most, demand = 30, poisson(5.0, 60)
    stock, units = np.arange(most + 1), np.arange(demand.size)
    left = np.maximum(stock[:, None] - units, 0)
    cost = (left + penalty * np.maximum(units - stock[:, None], 0)) @ demand
    chance = np.zeros((most + 1, most + 1))  # of each stock after tomorrow's sales
    np.add.at(chance, (stock[:, None], left), demand)
    begins = np.minimum(stock[:, None] + np.arange(LARGEST + 1), most)  # with what is due
    value = np.zeros(most + 1 if lead_time == 1 else (most + 1, LARGEST + 1))
    for _ in range(250):
        if lead_time == 1:  # by order
            total = cost[:, None] + chance @ value[begins]
        else:  # (stock, due, order)
            total = cost[:, None, None] + np.tensordot(chance, value[begins], axes=1)
        value = total.min(axis=-1) - total.min()
    return total.argmin(axis=-1)


def cost_of(decide, penalty, lead_time):
    """Return the mean cost per day of a policy, and its standard error."""
    envs = StoreVectorEnv(COUNT, lead_time=lead_time, stockout_penalty=penalty, days=DAYS)
    seen, _ = envs.reset(seed=1)
    costs = np.zeros((DAYS, COUNT))
    for day in range(DAYS):
        seen, rewards, _, _, _ = envs.step(decide(envs, seen))
        costs[day] = -rewards
    means = costs[SKIPPED:-1].mean(axis=0)  # the last step has no customers
    return means.mean(), means.std(ddof=1) / np.sqrt(COUNT)


def entries(envs, seen, *quantities):
    """Return the sum of some quantities that are seen, (COUNT,)."""
    names = [name.split("/")[-1] for name in envs.observation_names]
    return sum(seen[:, names.index(quantity)] for quantity in quantities).astype(int)


@pytest.mark.parametrize("cell", OPTIMA)
def test_the_optimal_policy_reaches_the_optimum(cell):
    """The policy of value iteration, looked up by what the agent sees, has the published cost."""
    orders = optimal_orders(*cell)

    def decide(envs, seen):
        stock = np.minimum(entries(envs, seen, "inventory", "due_in_0"), len(orders) - 1)
        if orders.ndim == 1:
            return orders[stock]
        return orders[stock, entries(envs, seen, "due_in_1")]

    mean, error = cost_of(decide, *cell)
    assert abs(mean - OPTIMA[cell]) < 4 * error
    assert error < 0.006 * OPTIMA[cell]


@pytest.mark.parametrize(("cell", "level"), [((4, 1), 11), ((4, 1), 10), ((9, 2), 18)])
def test_no_base_stock_level_beats_the_optimum(cell, level):
    """A standing guard: agents that cost less than the optimum know the future."""

    def decide(envs, seen):
        return np.clip(level - entries(envs, seen, "inventory_position"), 0, LARGEST)

    mean, error = cost_of(decide, *cell)
    assert mean > OPTIMA[cell] - 4 * error


def test_the_guard_sees_an_agent_that_knows_the_future():
    """An agent that is told tomorrow's customers costs less than the optimum allows."""
    envs = StoreVectorEnv(COUNT, lead_time=1, days=DAYS)
    model = envs.scene.model_of(range(1, COUNT + 1))
    demand = model.demand.draw(np.zeros(COUNT, np.uint32), 1, DAYS + 2)[:, 0]
    today = iter(range(DAYS))

    def decide(envs, seen):
        day = next(today)
        coming = demand[day + 1 : day + 3].sum(axis=0)  # tomorrow's, and when the order is there
        stock = entries(envs, seen, "inventory", "due_in_0")
        return np.clip(coming - stock, 0, LARGEST).astype(int)

    mean, error = cost_of(decide, 4, 1)
    assert mean < OPTIMA[4, 1] - 4 * error
