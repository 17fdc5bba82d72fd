"""Actions of agents: what they change, how they are clipped, and what is refused."""

import json
import math

import numpy as np
import pytest

from inventory_hmarl import ActionError, DigitalTwin, case_from_dict, default_case, simulate
from inventory_hmarl.case import level_of

DAYS = 25


def totals(twin):
    """Return everything that a twin has counted."""
    return [record.tobytes() for record in twin._records]  # noqa: SLF001  # all it counted


def kind_of(case, location):
    """Return the kind of action for a location."""
    return "store_orders" if location in case.stores else "warehouse_orders"


def every_point(case):
    """Return (location, SKU) of everything that orders."""
    return [
        (place, sku) for place in (*case.stores, *case.warehouses) for sku in case.carried(place)
    ]


def test_each_entry_changes_the_path(varied):
    """An order of any store or warehouse for any SKU that it carries is carried out."""
    case = varied.changed(warmup_days=0)
    plain = DigitalTwin(case)
    plain.step()
    for location, sku in every_point(case):
        twin = DigitalTwin(case)
        before = twin.observe()
        _, _, _, info = twin.step({kind_of(case, location): {location: {sku: 3}}})
        after = twin.get_state()
        assert info["clips"] == []
        kind = kind_of(case, location).replace("_orders", "s")
        came = sum(
            after[kind][location][name][sku] - before[kind][location][name][sku]
            for name in ("inventory", "on_order")
        )
        if location not in {"north", "east", "west", "centre"}:  # these ship on the same day
            assert came == 3
        assert totals(twin) != totals(plain)


def test_who_is_not_named_keeps_its_policy(varied):
    """An action for one store leaves the orders of the others as they were."""
    acted, plain = DigitalTwin(varied), DigitalTwin(varied)
    acted.step({"store_orders": {"kiosk": {"milk": 11}}})
    plain.step()
    for store in ("north", "south", "fair"):
        mine, theirs = acted.get_state()["stores"][store], plain.get_state()["stores"][store]
        assert mine["inventory_position"] == theirs["inventory_position"]
    assert acted.get_state()["stores"]["kiosk"] != plain.get_state()["stores"]["kiosk"]


@pytest.mark.parametrize(
    "nothing", [None, {}, {"store_orders": {}}, {"store_orders": {"north": {}}}]
)
def test_an_empty_action_is_no_action(varied, nothing):
    """Naming nobody leaves everything to the policies."""
    acted, plain = DigitalTwin(varied), DigitalTwin(varied)
    for _ in range(5):
        assert acted.step(nothing) == plain.step()


def test_an_order_of_nothing_is_an_order(varied):
    """Zero is an action: the policy is overruled, and nothing is ordered."""
    twin = DigitalTwin(varied)
    for _ in range(12):
        twin.step({"store_orders": {"north": {"milk": 0, "bread": 0, "soap": 0}}})
    assert twin.get_state()["stores"]["north"]["on_order"] == {"milk": 0, "bread": 0, "soap": 0}


@pytest.mark.parametrize(
    ("asked", "ordered"), [(2.4, 2), (2.5, 3), (0.49, 0), (3, 3), (np.int64(4), 4)]
)
def test_whole_units_are_rounded(varied, asked, ordered):
    """In whole units an action is rounded by floor(x + 1/2)."""
    twin = DigitalTwin(varied)
    before = twin.observe()["stores"]["kiosk"]["inventory_position"]["milk"]
    _, _, _, info = twin.step({"store_orders": {"kiosk": {"milk": asked}}})
    assert twin.get_state()["stores"]["kiosk"]["inventory_position"]["milk"] == before + ordered
    assert info["clips"] == []


def test_continuous_units_are_not_rounded(varied):
    """In continuous units an action is carried out as it is."""
    twin = DigitalTwin(varied.changed(units="continuous"))
    before = twin.observe()["stores"]["kiosk"]["inventory_position"]["milk"]
    twin.step({"store_orders": {"kiosk": {"milk": 2.25}}})
    after = twin.get_state()["stores"]["kiosk"]["inventory_position"]["milk"]
    assert after == pytest.approx(before + 2.25)


def test_clips_are_reported(varied):
    """Above the room under `max_inventory` an order is cut, and `info` says so."""
    twin = DigitalTwin(varied)
    room = 60 - twin.observe()["stores"]["north"]["inventory_position"]["soap"]
    _, _, _, info = twin.step({"store_orders": {"north": {"soap": 500}}})
    assert info["clips"] == [{"location": "north", "sku": "soap", "asked": 500, "ordered": room}]
    assert json.loads(json.dumps(info)) == info
    assert twin.get_state()["stores"]["north"]["inventory_position"]["soap"] == 60
    _, _, _, info = twin.step()
    assert info["clips"] == []


BAD = [
    {"store_orders": {"north": {"milk": -1}}},
    {"store_orders": {"north": {"milk": -0.1}}},
    {"store_orders": {"north": {"milk": math.nan}}},
    {"store_orders": {"north": {"milk": math.inf}}},
    {"store_orders": {"north": {"milk": True}}},
    {"store_orders": {"north": {"milk": None}}},
    {"store_orders": {"north": {"milk": "many"}}},
    {"store_orders": {"north": {"milk": "5"}}},
    {"store_orders": {"north": {"milk": [5]}}},
    {"store_orders": {"north": {"milk": 10**400}}},
    {"store_orders": {"north": {"mlik": 5}}},
    {"store_orders": {"kiosk": {"soap": 5}}},
    {"store_orders": {"nort": {"milk": 5}}},
    {"store_orders": {"east": {"milk": 5}}},
    {"warehouse_orders": {"north": {"milk": 5}}},
    {"warehouse_orders": {"farm": {"milk": 5}}},
    {"store_order": {"north": {"milk": 5}}},
    {"store_orders": {"north": 5}},
    {"store_orders": 5},
    {"store_orders": {"kiosk": {"milk": 2}, "north": {"milk": -1}}},
]


@pytest.mark.parametrize("actions", BAD, ids=lambda actions: repr(actions)[:60])
@pytest.mark.parametrize("observed", [False, True])
def test_bad_actions_are_refused_and_nothing_has_happened(varied, actions, observed):
    """After an `ActionError` the twin is where it was, and goes on as if nothing was asked."""
    twin, plain = DigitalTwin(varied), DigitalTwin(varied)
    for one in (twin, plain):
        one.step()
        if observed:
            one.observe()
    before = twin.get_state()
    with pytest.raises(ActionError):
        twin.step(actions)
    assert twin.get_state() == before
    assert twin.get_metrics() == plain.get_metrics()
    assert twin.step() == plain.step()
    assert totals(twin) == totals(plain)


@pytest.mark.parametrize("actions", BAD[:7], ids=lambda actions: repr(actions)[:60])
def test_bad_answers_of_a_callable_are_refused(varied, actions):
    """A callable that answers nonsense, even at the last level, leaves the twin where it was."""
    twin, plain = DigitalTwin(varied), DigitalTwin(varied)
    before = twin.get_state()
    bad = actions["store_orders"]["north"]["milk"]

    def agent(view):
        return {"centre": {"milk": bad}} if "centre" in view["locations"] else {}

    with pytest.raises(ActionError):
        twin.step(agent)
    assert twin.get_state() == before
    assert twin.step() == plain.step()


def test_an_agent_that_fails_leaves_the_twin_where_it_was(varied):
    """An exception of the agent's own comes through, and the day can be run again."""
    twin, plain = DigitalTwin(varied), DigitalTwin(varied)

    def agent(view):
        raise KeyError(view["day"])

    with pytest.raises(KeyError):
        twin.step(agent)
    assert twin.day == 0
    assert twin.step() == plain.step()


def test_errors_name_the_nearest():
    """An unknown name is told with the nearest known one."""
    twin = DigitalTwin(default_case())
    with pytest.raises(ActionError, match="Did you mean 'store_orders'"):
        twin.step({"store_order": {}})
    with pytest.raises(ActionError, match="Did you mean 'store_1'"):
        twin.step({"store_orders": {"store1": {}}})
    with pytest.raises(ActionError, match="Did you mean 'milk'"):
        twin.step({"store_orders": {"store_1": {"mlk": 3}}})


def reorder_point_agent(case):
    """Return an agent that computes (s, S) from what it is shown."""

    def agent(view):
        answer = {}
        for name, seen in view["locations"].items():
            place = case.stores.get(name) or case.warehouses[name]
            lower = place.policy.parameters["reorder_point"]
            upper = place.policy.parameters["order_up_to"]
            answer[name] = {
                sku: level_of(upper, sku) - position if position <= level_of(lower, sku) else 0
                for sku, position in seen["inventory_position"].items()
            }
        return answer

    return agent


@pytest.mark.parametrize("scenario", ["normal", "supplier_delay", "high_variability"])
def test_an_agent_that_computes_the_policy_repeats_the_run(scenario):
    """(s, S) from what the callable is shown is the built-in run, on every day."""
    built_in, agent = (DigitalTwin(default_case(), scenario) for _ in range(2))
    decide = reorder_point_agent(agent.case)
    while not agent.done:
        assert agent.step(decide) == built_in.step()
    assert totals(agent) == totals(built_in)


def test_an_agent_is_asked_level_by_level(varied):
    """The callable sees each level once a day, stores first, after the sales of the day."""
    twin = DigitalTwin(varied)
    views = []
    seen = twin.observe()
    twin.step(lambda view: views.append(view) or {})
    assert [view["level"] for view in views] == list(range(len(views)))
    assert {view["day"] for view in views} == {1}
    asked = [name for view in views for name in view["locations"]]
    assert sorted(asked) == sorted((*varied.stores, *varied.warehouses))
    for name, place in views[0]["locations"].items():
        assert place["inventory"] == seen["stores"][name]["inventory"]
        assert place["inventory_position"] == seen["stores"][name]["inventory_position"]
    assert json.loads(json.dumps(views)) == views


def test_a_warehouse_agent_sees_what_stores_ordered():
    """What a warehouse is shown as demand is what its stores ordered on the same day."""
    case = default_case()
    twin = DigitalTwin(case)
    orders = {store: {"milk": 10 + number} for number, store in enumerate(case.stores)}
    views = []

    def agent(view):
        views.append(view)
        return orders if view["level"] == 0 else {}

    twin.step(agent)
    assert views[1]["locations"]["warehouse_1"]["demand"]["milk"] == 33


def test_agents_are_bound_by_the_laws():
    """Under wild orders stock stays in balance: what was sold came from somewhere."""
    settings = {
        "days": DAYS,
        "skus": {"milk": {"base_demand": 9, "demand_std": 4}},
        "stores": {
            "store": {
                "initial_inventory": 20,
                "policy": {"rule": "base_stock", "order_up_to": 20},
                "max_inventory": 50,
            }
        },
        "suppliers": {"supplier": {}},
        "lanes": [{"source": "supplier", "destination": "store", "lead_time": 2}],
    }
    case = case_from_dict(settings)
    chance = np.random.default_rng(1)
    twin = DigitalTwin(case)
    came, sold = 20.0, 0.0
    while not twin.done:
        asked = float(chance.integers(0, 60))
        before = twin.observe()["stores"]["store"]["inventory_position"]["milk"]
        state, metrics, _, info = twin.step({"store_orders": {"store": {"milk": asked}}})
        ordered = info["clips"][0]["ordered"] if info["clips"] else asked
        assert ordered == min(asked, 50 - before)
        came, sold = came + ordered, sold + metrics["sales"]
        store = state["stores"]["store"]
        assert store["inventory"]["milk"] + store["on_order"]["milk"] == came - sold
    assert simulate(case).figures()["total_sales"][0, 0] != sold
