"""The textbook store: nobody beats the optimum, and the optimal policy reaches it."""

import numpy as np
import pytest

pytest.importorskip("gymnasium")

from inventory_hmarl.envs.store_env import StoreVectorEnv

COUNT, DAYS, SKIPPED = 3000, 200, 20
# Zipkin (2008), "Old and new methods for lost-sales inventory systems", Operations Research 56(5),
# Table 3, to five decimals: lead time 1, Poisson demand of 5 a day, holding cost 1, penalty 4.
OPTIMUM = 4.04071


def poisson(mean, most):
    """Return the probabilities of 0 to `most`, the rest on the last."""
    weights = np.cumprod([np.exp(-mean), *(mean / k for k in range(1, most + 1))])
    weights[-1] += 1.0 - weights.sum()
    return weights


def optimal_orders(penalty, most=25, largest=15):
    """Return the best order for each stock that tomorrow begins with (on hand and due today)."""
    demand = poisson(5.0, 60)
    stock = np.arange(most + 1)
    left = np.maximum(stock[:, None] - np.arange(demand.size), 0)
    cost = (left + penalty * np.maximum(np.arange(demand.size) - stock[:, None], 0)) @ demand
    value = np.zeros(most + 1)
    for _ in range(400):
        begins = np.minimum(left[:, :, None] + np.arange(largest + 1), most)
        ahead = np.einsum("d,sdq->sq", demand, value[begins])
        total = cost[:, None] + ahead
        value = total.min(axis=1) - total.min()
    return total.argmin(axis=1)


def cost_of(decide):
    """Return the mean cost per day of a policy, and its standard error."""
    envs = StoreVectorEnv(COUNT, lead_time=1, days=DAYS)
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


def test_the_optimal_policy_reaches_the_optimum():
    """The policy of value iteration, looked up by what the agent sees, has the published cost."""
    orders = optimal_orders(penalty=4.0)

    def decide(envs, seen):
        stock = entries(envs, seen, "inventory", "due_in_0")
        return orders[np.minimum(stock, orders.size - 1)]

    mean, error = cost_of(decide)
    assert abs(mean - OPTIMUM) < 4 * error
    assert error < 0.0025 * OPTIMUM


@pytest.mark.parametrize("level", [9, 10, 11, 12])
def test_no_base_stock_level_beats_the_optimum(level):
    """A standing guard: agents that cost less than the optimum know the future."""

    def decide(envs, seen):
        return np.clip(level - entries(envs, seen, "inventory_position"), 0, 15)

    mean, error = cost_of(decide)
    assert mean > OPTIMUM - 4 * error
