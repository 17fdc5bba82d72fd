"""Every registered rule: orders are numbers, memory is pure, nothing is changed in place."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from inventory_hmarl import Keep, case_from_dict, simulate
from inventory_hmarl.case import CaseError
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.decide import everywhere
from inventory_hmarl.core.state import View
from inventory_hmarl.policies import RULES
from inventory_hmarl.testing.agreement import differences
from inventory_hmarl.testing.engines import engine_differences
from inventory_hmarl.testing.seeing import DECLARED, UndeclaredSightError, orders_with_blinkers
from inventory_hmarl.testing.strategies import cases

POINTS, REPLICATIONS = 3, 4
DAYS, CHANGED = 24, 13


def described(rule):
    """Return the fields of a rule that a case can set."""
    return [f for f in dataclasses.fields(RULES[rule]) if f.metadata.get("kind") is not None]


def settings_of(rule, level=12.0):
    """Return a policy as a case writes it, whatever its rule."""
    if rule == "lookup_table":  # with an entry for each state
        sizes = {"largest_stock": 3, "largest_order": 1, "later_days": 1}
        return {"rule": rule, **sizes, "orders_by_state": [9, 8, 6, 5, 4, 3, 0, 0]}
    plain = {"table": [level, 0.0, 2 * level], "whole": 3, "fraction": 0.3, "number": 4.0}
    return {"rule": rule} | {f.name: plain.get(f.metadata["kind"], level) for f in described(rule)}


def built(rule, chance):
    """Return a rule with random parameters, as a compiled case would hold it."""
    low, high = np.sort(chance.integers(1, 40, size=(2, POINTS, 1)).astype(float), axis=0)
    values = {}
    for number, field in enumerate(described(rule)):
        kind = field.metadata["kind"]
        if kind == "whole":
            values[field.name] = 3
        elif kind == "fraction":
            values[field.name] = chance.random((POINTS, 1))
        elif kind == "table":
            values[field.name] = chance.integers(0, 9, size=(4, POINTS)).astype(float)
        else:
            values[field.name] = low if number == 0 else high
    if lanes := getattr(RULES[rule], "lanes", 0):
        values["lead_times"] = np.arange(lanes)[:, None, None].repeat(POINTS, axis=1)
    if "planned" in {f.name for f in dataclasses.fields(RULES[rule])}:
        values["planned"] = chance.random((4, POINTS)) * 40
    if rule == "lookup_table":
        values["orders_by_state"] = chance.integers(0, 9, size=(4**4, POINTS)).astype(float)
    return RULES[rule](**values)


def view_of(chance, day):
    """Return a view of a day that nobody may write into."""
    shape = (POINTS, REPLICATIONS)
    on_hand, waiting, on_order, demand, echelon = (
        chance.integers(0, 30, size=shape).astype(float) for _ in range(5)
    )
    arriving = chance.integers(0, 9, size=(POINTS, 3, REPLICATIONS)).astype(float)
    ages = chance.integers(0, 9, size=(POINTS, 4, REPLICATIONS)).astype(float)
    position = on_hand - waiting + on_order
    foreseen = chance.integers(0, 40, size=shape).astype(float)
    told = demand, echelon, arriving, ages, foreseen
    view = View(day, on_hand, waiting, on_order, position, *told)
    for array in view[1:]:
        array.flags.writeable = False
    return view


def frozen(memory):
    """Return a memory whose arrays nobody may write into."""
    if isinstance(memory, np.ndarray):
        memory.flags.writeable = False
    elif isinstance(memory, tuple):
        for branch in memory:
            frozen(branch)
    return memory


def same(left, right):
    """Tell whether two trees of arrays are bit for bit the same."""
    if isinstance(left, tuple):
        return len(left) == len(right) and all(
            same(*pair) for pair in zip(left, right, strict=True)
        )
    return np.asarray(left).tobytes() == np.asarray(right).tobytes()


@pytest.mark.parametrize("rule", RULES)
@given(seed=st.integers(0, 2**32))
def test_orders_are_pure_functions(rule, seed):
    """The same view and memory give the same orders and memory, and stay as they are."""
    chance = np.random.default_rng(seed)
    policy = built(rule, chance)
    for field in described(rule):
        if isinstance(value := getattr(policy, field.name), np.ndarray):
            value.flags.writeable = False
    memory = frozen(policy.init(POINTS, REPLICATIONS))
    for day in range(1, 9):
        view = view_of(chance, day)
        orders, renewed = policy.orders(view, memory)
        again, also = policy.orders(view, memory)
        lanes = getattr(policy, "lanes", 0)
        assert orders.shape == ((lanes,) * bool(lanes) + (POINTS, REPLICATIONS))
        assert np.isfinite(orders).all()
        assert (orders >= 0).all()
        assert same(orders, again)
        assert same(renewed, also)
        memory = frozen(renewed)


@pytest.mark.parametrize("rule", [rule for rule in RULES if hasattr(RULES[rule], "orders_if")])
@given(seed=st.integers(0, 2**32))
def test_orders_are_due_where_the_distance_says_so(rule, seed):
    """A rule that can be relaxed orders where its distance is not negative."""
    chance = np.random.default_rng(seed)
    policy, view = built(rule, chance), view_of(chance, 1)
    memory = policy.init(POINTS, REPLICATIONS)
    orders, _ = policy.orders(view, memory)
    due, _ = policy.orders_if(policy.distance(view) >= 0, view, memory)
    assert policy.jumps
    assert same(orders, due)


@pytest.mark.parametrize("rule", RULES)
@given(seed=st.integers(0, 2**32))
def test_replications_are_apart(rule, seed):
    """A rule decides for each replication as if it were alone."""
    chance = np.random.default_rng(seed)
    policy = built(rule, chance)
    memory, alone = policy.init(POINTS, REPLICATIONS), policy.init(POINTS, 1)
    for day in range(1, 6):
        view = view_of(chance, day)
        orders, memory = policy.orders(view, memory)
        single = View(day, *(array[..., :1] for array in view[1:]))
        mine, alone = policy.orders(single, alone)
        assert np.array_equal(mine, orders[..., :1])


@pytest.mark.parametrize("rule", RULES)
@hypothesis_settings(max_examples=8)
@given(settings=cases(large=False))
def test_every_rule_runs_on_any_network(rule, settings):
    """Whatever is registered runs at every location of a random network, under all laws."""
    for name, place in (settings["stores"] | settings.get("warehouses", {})).items():
        if not_for(rule, name, settings["lanes"], place):
            continue
        place["policy"] = settings_of(rule, 64.0)
        if "max_inventory" in place:
            place["max_inventory"] = 500.0
    case = case_from_dict(settings)
    run = simulate(case, replications=2, keep=Keep(records=True), checked=True)
    for level in range(len(run.model.network.levels)):
        ordered = run.outcome.recorder.of(run.outcome.records, "ordered", level)
        assert (ordered >= 0).all()
        if case.units == "whole":
            assert (ordered == np.floor(ordered)).all()


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_what_the_reference_says(rule):
    """The core and the reference run every rule alike."""
    assert differences(case_from_dict(single(settings_of(rule)))) == []


def not_for(rule, name, lanes, place):
    """Whether a rule cannot decide for a location; what it chooses itself is taken off its lanes.

    A rule that chooses among lanes wants a number of them; else a location has shares, or orders
    on the best lane.
    """
    coming = [lane for lane in lanes if lane["destination"] == name]
    wanted = getattr(RULES[rule], "lanes", 0)
    shared = all("share" in lane for lane in coming) or len(coming) == 1 or "sourcing" in place
    if not wanted:
        return not shared
    if len(coming) != wanted or any("skus" in lane for lane in coming):
        return True
    place.pop("sourcing", None)
    for lane in coming:
        lane.pop("share", None)
    return False


def single(policy, **others):
    """Return a case of a store with a policy, and as many suppliers as it chooses among."""
    suppliers = [f"supplier_{n}" for n in range(getattr(RULES[policy["rule"]], "lanes", 1))]
    return {
        "days": 25,
        "skus": {"milk": {"base_demand": 5, "demand_std": 3, "shelf_life": 4}},
        "stores": {"store": {"initial_inventory": 10, "policy": policy}},
        "suppliers": {name: {} for name in suppliers},
        "lanes": [
            {"source": name, "destination": "store", "lead_time": 2 + number}
            for number, name in enumerate(suppliers)
        ],
    } | others


def test_all_rules_side_by_side_are_alike_on_both_engines():
    """A warehouse and a store for each rule run alike on NumPy, JAX and the reference."""
    place = {"initial_inventory": 10}
    lanes = [{"source": "maker", "destination": "house", "lead_time": 3}]
    for rule in RULES:
        sources = ("house", "maker")[: getattr(RULES[rule], "lanes", 1)]
        lanes += [{"source": name, "destination": rule, "lead_time": 2} for name in sources]
    case = case_from_dict(
        {
            "days": 20,
            "skus": {
                "milk": {"base_demand": 5, "demand_std": 5, "shelf_life": 4},
                "salt": {"base_demand": 2},
            },
            "stores": {rule: place | {"policy": settings_of(rule)} for rule in RULES},
            "warehouses": {"house": place | {"policy": settings_of("drp")}},
            "suppliers": {"maker": {"reliability": 0.9}},
            "lanes": lanes,
        }
    )
    assert differences(case) == []
    assert engine_differences(case) == []


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_says_what_its_parameters_are(rule):
    """A rule is frozen, has its name, and describes each parameter for help and schema."""
    policy = RULES[rule]
    assert policy.rule == rule
    assert dataclasses.is_dataclass(policy)
    assert policy.__dataclass_params__.frozen
    for field in described(rule):
        assert field.metadata["kind"] in {"level", "whole", "fraction", "number", "table"}
        assert field.metadata["help"]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_refuses_what_it_does_not_know(rule):
    """A parameter that is missing, unknown or negative is an error that names it."""
    good = settings_of(rule)
    name = described(rule)[0].name
    bad = -5 if described(rule)[0].metadata["kind"] != "table" else [-5]
    without = {key: value for key, value in good.items() if key != name}
    for policy in (without, good | {"unheard_of": 1}, good | {name: bad}):
        with pytest.raises(CaseError) as caught:
            case_from_dict(single(policy))
        assert name in str(caught.value) or "unheard_of" in str(caught.value)


def test_a_policy_of_ones_own():
    """A class of ten lines, with memory, decides for a whole network."""

    @dataclasses.dataclass(frozen=True)
    class Echo:
        """Order yesterday's demand."""

        sees = frozenset({"demand"})

        def init(self, points, replications):
            """Return no demand."""
            return np.zeros((points, replications))

        def orders(self, view, memory):
            """Return what is remembered."""
            return memory, view.demand

    case = case_from_dict(single(settings_of("base_stock")))
    run = simulate(case, policies=everywhere(Echo()), keep=Keep(records=True), checked=True)
    recorder, records = run.outcome.recorder, run.outcome.records
    demand, ordered = (recorder.of(records, name, 0)[:, 0, 0] for name in ("demand", "ordered"))
    assert ordered[0] == 0
    assert np.array_equal(ordered[1:], demand[:-1])
    assert len(compile_case(case).policies.levels) == 1


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (
            {"rule": "s_S", "reorder_point": 19, "order_up_to": 20},
            {"rule": "base_stock", "order_up_to": 20},
        ),
        (
            {"rule": "r_nQ", "reorder_point": 19, "order_quantity": 1},
            {"rule": "base_stock", "order_up_to": 20},
        ),
        (
            {"rule": "capped_base_stock", "order_up_to": 20, "order_cap": 20},
            {"rule": "base_stock", "order_up_to": 20},
        ),
        (
            {"rule": "echelon_base_stock", "order_up_to": 20},
            {"rule": "base_stock", "order_up_to": 20},
        ),
    ],
    ids=lambda policy: policy["rule"],
)
def test_rules_that_are_one_in_a_special_case(left, right):
    """Different rules that mean the same give the same run (M13)."""
    runs = [
        simulate(case_from_dict(single(policy)), keep=Keep(records=True)).outcome.records
        for policy in (left, right)
    ]
    assert np.array_equal(*runs)


# --- what a rule sees --------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_looks_at_what_it_does_not_declare(rule):
    """A rule that reads an undeclared part of the view raises; no registered one does."""
    chance = np.random.default_rng(7)
    policy = built(rule, chance)
    memory = policy.init(POINTS, REPLICATIONS)
    for day in range(1, 6):
        _, memory = orders_with_blinkers(policy, view_of(chance, day), memory)


@pytest.mark.parametrize("rule", RULES)
def test_what_is_not_declared_changes_no_order(rule):
    """Whatever stands in the undeclared parts of the view, orders and memory are the same."""
    chance = np.random.default_rng(8)
    policy = built(rule, chance)
    mine = others = policy.init(POINTS, REPLICATIONS)
    for day in range(1, 6):
        view = view_of(chance, day)
        hidden = {
            name: chance.permutation(getattr(view, name), axis=-1) + 1.0
            for name in DECLARED
            if name not in policy.sees and getattr(view, name) is not None
        }
        orders, mine = policy.orders(view, mine)
        again, others = policy.orders(view._replace(**hidden), others)
        assert same(orders, again)
        assert same(mine, others)


def test_a_rule_that_looks_further_fails():
    """The guard names the rule, what it looks at, and what to declare."""

    class Peeper:
        """Order what was asked for, without saying so."""

        sees = frozenset()

        def init(self, points, replications):
            """Return no memory."""
            return ()

        def orders(self, view, memory):
            """Return today's demand."""
            return view.demand, memory

    with pytest.raises(UndeclaredSightError, match=r"Peeper looks at view.demand.*add 'demand'"):
        orders_with_blinkers(Peeper(), view_of(np.random.default_rng(1), 1), ())


def ordered(rule, units):
    """Return what a rule orders on the days of some recorded demand, `(days, lines)`."""
    demand = {"distribution": "replay", "units": units}
    case = single(settings_of(rule)) | {"days": DAYS, "demand": demand}
    run = simulate(case_from_dict(case), keep=Keep(records=True))
    return run.outcome.recorder.of(run.outcome.records, "ordered", 0)[..., 0]


@pytest.mark.parametrize("rule", RULES)
def test_only_an_oracle_knows_the_future(rule):
    """Other demand from some day on changes no order before it, but of a rule that sees it.

    Its days to come change order among themselves, so that no mean of the record tells.
    """
    units = [3, 5, 0, 8, 2, 9] * (DAYS // 6)
    later = units[: CHANGED - 1] + sorted(units[CHANGED - 1 :])
    before = slice(0, CHANGED - 1)
    foreseen = not np.array_equal(ordered(rule, units)[before], ordered(rule, later)[before])
    assert foreseen == ("foreseen" in RULES[rule].sees)


def test_every_part_of_a_view_is_declared_or_its_own():
    """The day and the point's own stock are always seen; all else is declared by its name."""
    own = {"day", "on_hand", "waiting", "on_order", "inventory_position"}
    assert own.isdisjoint(DECLARED)
    assert {*View._fields} == own | {*DECLARED}
    for policy in RULES.values():
        assert policy.sees <= {*DECLARED}
        assert dataclasses.is_dataclass(policy)
