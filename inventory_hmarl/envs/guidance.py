"""What a coordinator tells those below: levers, and how the day lives by them.

Every lever has a neutral value, at which the day is exactly what it would be without it:

- multiplier 1: what a store asks for is multiplied by it: the levels of its rule or of an agent's
  level mode, the units of an agent's unit mode. Levels are rounded in whole units.
- service: the reorder point of a store on a rule is set by the normal formula (Silver, Pyke &
  Thomas, "Inventory and Production Management in Supply Chains", 4th ed. (2017), section 6.7):
  mean x n + z x deviation x sqrt(n), n = lead time + 1 days; an order-up-to level beside it keeps
  its distance. Neutral: not a number, which no agent can say.
- share 0: a lane's first claim on what its source has when it ships. Above 1 in all, shares are
  divided by their sum; what is left below 1 goes by the allocation rule.
- budget at its most: units that a store may order until the coordinator's next decision; the most
  that can be said is no limit. What does not fit any more is cut in proportion to what each SKU
  asks for, whole units by largest remainders.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, TypeAlias, cast

import numpy as np

from inventory_hmarl.core.allocation import Shortage
from inventory_hmarl.core.allocation.proportional import proportional
from inventory_hmarl.core.arrays import (
    Array,
    Segments,
    as_they_come,
    fold,
    join,
    replace_where,
    segments,
    take,
)
from inventory_hmarl.core.day import Desk, Shares
from inventory_hmarl.core.decide import ByPolicy, Policy
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.network import Network, Stage
from inventory_hmarl.core.state import LevelShipments, Memory, View
from inventory_hmarl.envs.acting import Acting
from inventory_hmarl.envs.chains import Chains
from inventory_hmarl.envs.observations import longest_lead_time
from inventory_hmarl.envs.scene import Control, Scene

LEVERS = ("multipliers", "service", "shares", "budgets")
NEUTRAL = {"multiplier": 1.0, "service": np.nan, "share": 0.0, "budget": np.inf}
LARGEST_MULTIPLIER = 2.0
SERVICES = (0.5, 0.999)
LEVELS_OF_BUDGET = 4.0  # a budget's most: so many times mean demand of lead time + 1 days,
DAYS_OF_BUDGET = 2.0  # and so many times that of the days until the next decision
SCALED_PARTS = ("units", "days", "order_up_to", "reorder_point")  # not the change of a rule's order
DRAWS = 1_000_000  # draws of demand from which a deviation is estimated,
MOST_REPLICATIONS = 64
FAR = 2**31  # of replications that no run comes to
SHY = 1.0 - 1e-12  # keeps rounded shares of continuous stock below the whole


Ruled: TypeAlias = tuple[Array | None, ...]  # (P, R) bool a level: where the rule decides


@dataclass(frozen=True)
class Lanes:
    """Lanes out of warehouses that supply several locations: whose shares can be said."""

    source: tuple[str, ...]  # of each lane
    destination: tuple[str, ...]
    by_source: Segments
    owner: Array  # (lanes,) number of the source
    of_line: tuple[Array | None, ...]  # (L,) lane of each line of a stage; one past the last: none

    def shares(self, weights: Array, whole_units: bool) -> Shares:
        """Return what each line has a first claim to, from weights `(lanes, R)`."""
        total = np.maximum(self.by_source.sum(weights), 1.0)
        shares = weights / take(total, self.owner)
        if not whole_units:
            shares = shares * SHY
        shares = np.concatenate([shares, np.zeros_like(shares[:1])])
        return tuple(None if lane is None else take(shares, lane) for lane in self.of_line)


def open_lanes(network: Network) -> Lanes:
    """Return the lanes whose shares make a difference, stage by stage as lines come."""
    levels = network.levels
    if len(levels) == 1:
        return dataclasses.replace(NO_LANES, of_line=(None,) * len(network.stages))
    names = levels[0].lines.names.locations
    pairs = [_pairs(network, stage) for stage in network.stages[: len(levels) - 1]]
    distinct, _ = as_they_come(np.concatenate(pairs))
    source = distinct // len(names)
    open_ = distinct[(source[:, None] == source).sum(axis=1) > 1]
    owners, owner = as_they_come(open_ // len(names))
    of_line: list[Array | None] = []
    for mine in pairs:
        order = np.argsort(open_)
        found = np.searchsorted(open_, mine, sorter=order).clip(max=max(open_.size - 1, 0))
        lane = order[found] if open_.size else np.zeros_like(mine)
        known = open_[lane] == mine if open_.size else np.zeros(mine.size, bool)
        of_line.append(np.where(known, lane, open_.size) if known.any() else None)
    others = len(network.stages) - len(of_line)
    return Lanes(
        tuple(names[i] for i in (open_ // len(names)).tolist()),
        tuple(names[i] for i in (open_ % len(names)).tolist()),
        segments(owner, owners.size),
        owner,
        (*of_line, *[None] * others),
    )


def _pairs(network: Network, stage: Stage) -> Array:
    """Return a number of source and destination of each line of a stage, part by part."""
    parts = []
    for part in stage.parts:
        lines = network.levels[part.level].lines
        source, destination = lines.source[part.lines], lines.destination[part.lines]
        parts.append(source * len(lines.names.locations) + destination)
    return np.concatenate(parts)


NO_LANES = Lanes((), (), segments(np.zeros(0, np.intp), 0), np.zeros(0, np.intp), ())


@dataclass(frozen=True)
class Plan:
    """Which numbers guide what: made once."""

    stores: tuple[str, ...]
    store_of: tuple[Array, ...]  # (P,) a level: number of each point's store; one past: none
    lanes: Lanes
    controls: tuple[Control, ...]  # of the levers, after the scene's own
    multipliers: Array | None  # (stores,) where they stand among all numbers
    service: Array | None
    budgets: Array | None
    shares: Array | None  # (lanes,)
    scaled: Array  # (controls of the scene,) store whose multiplier scales it; one past: none
    deviation: tuple[Array, ...]  # (P, 1) a level, of demand over lead time + 1 days; or nothing
    days: tuple[Array, ...]  # (P, 1) lead time + 1
    limits: tuple[Limit | None, ...]  # a level

    @property
    def neutral(self) -> Array:
        """The value of each lever's number at which nothing changes, `(levers' numbers, 1)`."""
        return np.array([[NEUTRAL[control.part]] for control in self.controls])


@dataclass(frozen=True)
class Limit:
    """How budgets cut the orders of one level."""

    rows: Array  # of points that belong to stores
    stores: Array  # which stores these are, of all
    points: Segments  # those rows by store

    def cut(self, orders: Array, left: Array, desk: Desk) -> Array:
        """Return orders `(P, R)` that stay within what is `left` (stores, R)."""
        cut, mine, given = orders.copy(), take(orders, self.rows), take(left, self.stores)
        whole = desk.network.whole_units

        def share(columns: Array, available: Array, segment: Array) -> Array:
            tie = np.zeros(columns.shape, np.uint32)
            return proportional(Shortage(columns, available, lambda: tie, whole))

        parts = []
        for block in self.points.blocks:
            need = block.members(mine)
            available = take(given, block.segments)
            served = replace_where(fold(need) > available, need, share, available)
            rows = np.arange(self.rows.size)[block.rows] if not block.padded else block.rows
            parts.append((rows, served.reshape(-1, served.shape[-1])))
        answer = np.zeros((self.rows.size + 1, orders.shape[-1]))
        for rows, served in parts:
            answer[rows] = served
        cut[self.rows] = answer[:-1]
        return cut

    def spent(self, ordered: Array) -> Array:
        """Return the units that each of its stores ordered, `(stores of the level, R)`."""
        return self.points.sum(take(ordered, self.rows))


def make_plan(scene: Scene, levers: Sequence[str], allocate: bool, period: int) -> Plan:
    """Return the plan of some levers; `allocate`: warehouses say shares themselves.

    Raises `ValueError` for what the case has no use for.
    """
    model, network = scene.model, scene.model.network
    stores = tuple(place.location for place in scene.places if place.kind == "stores")
    store_of = []
    for level in network.levels:
        names = level.points.names.locations
        number = {names.index(store): i for i, store in enumerate(stores) if store in names}
        table = np.array([number.get(i, len(stores)) for i in range(len(names))], dtype=np.intp)
        store_of.append(table[level.points.location])
    shared = allocate or "shares" in levers
    lanes = open_lanes(network) if shared else NO_LANES
    controls: list[Control] = []
    where: dict[str, Array] = {}
    start = len(scene.controls)

    def add(lever: str, new: list[Control]) -> None:
        where[lever] = np.arange(start + len(controls), start + len(controls) + len(new))
        controls.extend(new)

    if "multipliers" in levers:
        add("multipliers", [_of_store(s, "multiplier", 0.0, LARGEST_MULTIPLIER) for s in stores])
    if "service" in levers:
        _check_service(scene, store_of, len(stores))
        add("service", [_of_store(s, "service", *SERVICES) for s in stores])
    if "budgets" in levers:
        most = _most_budgets(scene, store_of, len(stores), period)
        add(
            "budgets",
            [_of_store(s, "budget", 0.0, b) for s, b in zip(stores, most.tolist(), strict=True)],
        )
    if shared:
        if not lanes.source:
            raise ValueError("shares: no warehouse of this case supplies two locations")
        pairs = zip(lanes.source, lanes.destination, strict=True)
        add("shares", [Control(s, d, "share", "share", 0.0, 1.0) for s, d in pairs])
    number_of = {store: i for i, store in enumerate(stores)}
    scaled = [
        number_of.get(c.location, len(stores)) if c.part in SCALED_PARTS else len(stores)
        for c in scene.controls
    ]
    days = tuple((longest_lead_time(level) + 1.0)[:, None] for level in network.levels)
    return Plan(
        stores,
        tuple(store_of),
        lanes,
        tuple(controls),
        where.get("multipliers"),
        where.get("service"),
        where.get("budgets"),
        where.get("shares"),
        np.array(scaled, dtype=np.intp),
        _deviations(model, days) if "service" in levers else (),
        days,
        _limits(store_of, len(stores)) if "budgets" in levers else (None,) * len(store_of),
    )


def _of_store(store: str, part: str, low: float, high: float) -> Control:
    return Control(store, "all", part, part, low, high)


def _limits(store_of: Sequence[Array], count: int) -> tuple[Limit | None, ...]:
    limits: list[Limit | None] = []
    for store in store_of:
        rows = np.flatnonzero(store < count)
        stores = np.unique(store[rows])
        owner = np.searchsorted(stores, store[rows])
        limits.append(Limit(rows, stores, segments(owner, stores.size)) if rows.size else None)
    return tuple(limits)


def _most_budgets(scene: Scene, store_of: Sequence[Array], count: int, period: int) -> Array:
    """Return the most that a budget may be, `(stores,)`: whole units, at least 1."""
    most = np.zeros(count + 1)
    for level, store, expected in zip(
        scene.model.network.levels, store_of, scene.expected, strict=True
    ):
        days = LEVELS_OF_BUDGET * (longest_lead_time(level) + 1.0) + DAYS_OF_BUDGET * period
        np.add.at(most, store, expected.max(axis=0) * days)
    return np.maximum(np.ceil(most[:-1]), 1.0)


def _deviations(model: Model, days: Sequence[Array]) -> tuple[Array, ...]:
    """Return the deviation of demand around what is expected over lead time + 1 days, `(P, 1)`.

    Estimated from draws of other replications than any run's; days are independent.
    """
    cells = max(1, model.days * model.demand.rows)
    count = max(2, min(MOST_REPLICATIONS, DRAWS // cells))
    numbers = np.arange(FAR, FAR + count, dtype=np.uint32)
    off = model.demand.draw(numbers, 1, model.days)
    off = off - model.demand.expected(1, model.days)[..., None]
    square = (off**2).mean(axis=(0, 2))[:, None]
    levels = model.network.levels
    own = [
        np.zeros((len(level.points), 1)) if mine is None else mine
        for level, mine in zip(levels, model.demand.by_level(square), strict=True)
    ]
    return tuple(
        np.sqrt(level.downstream.sum(join(own[: number + 1], None)) * days[number])
        for number, level in enumerate(levels)
    )


def _check_service(scene: Scene, store_of: Sequence[Array], count: int) -> None:
    agents = {c.location for c in scene.controls}
    for place in scene.places:
        if place.kind == "stores" and place.location in agents:
            raise ValueError(
                f"service targets set the rules' reorder points, and {place.location} is an agent: "
                'give it actions = "rule", or use multipliers'
            )
    for number, level in enumerate(scene.model.policies.levels):
        for assignment in level.assignments:
            mine = (store_of[number][assignment.points] < count).any()
            if mine and _reorder_field(assignment.policy) is None:
                raise ValueError(
                    "service targets need rules with a reorder_point or an order_up_to level, and "
                    f"a store has {type(assignment.policy).__name__}: use multipliers"
                )


def _reorder_field(policy: Policy) -> str | None:
    """Return the parameter at or below which a rule orders."""
    names = {each.name for each in dataclasses.fields(policy)}  # type: ignore[arg-type]
    return next((name for name in ("reorder_point", "order_up_to") if name in names), None)


# --- rules under guidance ---------------------------------------------------------------------


@dataclass(frozen=True)
class Multiplied:
    """A rule without levels, whose orders are multiplied."""

    policy: Policy
    factor: Array  # (P, R)
    whole_units: bool

    @property
    def sees(self) -> frozenset[str]:
        """The costlier parts of the view that the rule wants."""
        return self.policy.sees

    def init(self, points: int, replications: int) -> Memory:
        """Return the rule's memory before the first day."""
        return self.policy.init(points, replications)

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return the rule's orders times the factor, `(P, R)` units, and its memory."""
        orders, memory = self.policy.orders(view, memory)
        return _scale(orders, self.factor, self.whole_units), memory


def _scale(values: Array, factor: Array, whole_units: bool) -> Array:
    product = values * factor
    if whole_units:
        product = np.floor(product + 0.5)
    return np.where(factor == 1.0, values, product)


def guided(
    rules: ByPolicy, plan: Plan, numbers: Array, expected: Sequence[Array], whole_units: bool
) -> ByPolicy:
    """Return the rules with the levels that multipliers and service targets make of them.

    `numbers` (all numbers, R); `expected[level]` (P,) mean demand per day from now on.
    """
    if plan.multipliers is None and plan.service is None:
        return rules
    levels = []
    for number, level in enumerate(rules.levels):
        assignments = []
        for each in level.assignments:
            store = plan.store_of[number][each.points]
            policy = each.policy
            if plan.service is not None and (store < len(plan.stores)).any():
                mean = (expected[number][:, None] * plan.days[number])[each.points]
                target = _of_points(numbers, plan.service, store, np.nan)
                at = mean + _normal_quantile(target) * plan.deviation[number][each.points]
                policy = _at_service(policy, np.ceil(at - 1e-9) if whole_units else at)
            if plan.multipliers is not None and (store < len(plan.stores)).any():
                factor = _of_points(numbers, plan.multipliers, store, 1.0)
                policy = _multiplied(policy, factor, whole_units)
            assignments.append(dataclasses.replace(each, policy=policy))
        levels.append(dataclasses.replace(level, assignments=tuple(assignments)))
    return ByPolicy(tuple(levels))


def _of_points(numbers: Array, rows: Array, store: Array, otherwise: float) -> Array:
    """Return each point's number, `(P, R)`, from those of each store."""
    known = numbers[rows]
    return np.concatenate([known, np.full_like(known[:1], otherwise)])[store]


def _normal_quantile(probability: Array) -> Array:
    """Return z of each probability; not a number stays one."""
    values, where = np.unique(probability, return_inverse=True)
    z = [NormalDist().inv_cdf(p) if not math.isnan(p) else p for p in values.tolist()]
    return np.array(z)[where].reshape(probability.shape)


def _at_service(policy: Policy, at: Array) -> Policy:
    """Return a rule whose reorder point is `at` (P, R), where that is a number."""
    name = _reorder_field(policy)
    assert name is not None  # checked when the plan was made
    before = getattr(policy, name)
    changed = {name: np.where(np.isnan(at), before, np.maximum(at, 0.0))}
    if name == "reorder_point" and hasattr(policy, "order_up_to"):
        changed["order_up_to"] = policy.order_up_to + (changed[name] - before)
    made: Policy = dataclasses.replace(policy, **changed)  # type: ignore[type-var]
    return made


def _multiplied(policy: Policy, factor: Array, whole_units: bool) -> Policy:
    """Return a rule with its levels multiplied; where it has none, with its orders."""
    levels = {
        each.name: getattr(policy, each.name)
        for each in dataclasses.fields(policy)  # type: ignore[arg-type]
        if each.metadata.get("kind") == "level" and each.metadata.get("minimum") == 0
    }
    if not any(np.any(value) for value in levels.values()):
        multiplied: Any = Multiplied(policy, factor, whole_units)  # its rule sees, not its class
        return cast(Policy, multiplied)
    changed: dict[str, Any] = {n: _scale(v, factor, whole_units) for n, v in levels.items()}
    made: Policy = dataclasses.replace(policy, **changed)  # type: ignore[type-var]
    return made


# --- the day under guidance ---------------------------------------------------------------------


@dataclass
class GuidedActing(Acting):
    """The `decide` of a day with budgets, and with points that keep their rules in some chains."""

    limits: tuple[Limit | None, ...] = ()
    left: Array | None = None  # (stores, R) units
    ruled: Ruled = ()

    def __call__(self, number: int, desk: Desk, memory: Memory) -> tuple[Array, Memory]:
        """Return the orders of level `number`, `(P, R)`, and its memory for tomorrow."""
        orders, renewed = super().__call__(number, desk, memory)
        if self.ruled and (mine := self.ruled[number]) is not None:
            by_rule, renewed = self.rules(number, desk, memory)
            orders = np.where(mine, by_rule, orders)
        if self.left is not None and (limit := self.limits[number]) is not None:
            orders = limit.cut(orders, self.left, desk)
        return orders, renewed

    def may_clip(self, number: int, network: Network) -> bool:
        """Whether what is asked for at a level may not be what is ordered: budgets run out."""
        return self.left is not None or super().may_clip(number, network)


class GuidedChains(Chains):
    """Chains that live by a plan: told anew whenever a lever moves."""

    def __init__(
        self, scene: Scene, model: Model, episodes: Array, plan: Plan, ruled: Ruled = ()
    ) -> None:
        """Begin at day 1, every lever neutral; `ruled`: where rules decide whatever is said."""
        super().__init__(scene, model, episodes)
        self.plan, self.ruled = plan, ruled
        self.rules = model.policies
        self.scale: Array | None = None  # (controls of the scene, R)
        self.shares: Shares | None = None
        self.left: Array | None = None  # (stores, R) units of budget

    def guide(self, numbers: Array) -> None:
        """Heed multipliers, service targets and budgets, among all numbers `(numbers, R)`."""
        plan, day, whole = self.plan, self.moment.state.day, self.model.network.whole_units
        expected = [mine[day + 1] for mine in self.scene.expected]
        self.rules = guided(self.model.policies, plan, numbers, expected, whole)
        if plan.multipliers is not None:
            self.scale = _of_points(numbers, plan.multipliers, plan.scaled, 1.0)
        if plan.budgets is not None:
            budgets = numbers[plan.budgets]
            start = len(self.scene.controls)
            most = [[float(np.float32(plan.controls[i - start].high))] for i in plan.budgets]
            left = np.where(budgets >= most, np.inf, budgets)
            self.left = np.floor(left) if whole else left

    def claim(self, numbers: Array) -> None:
        """Heed the shares among all numbers."""
        if self.plan.shares is not None:
            whole = self.model.network.whole_units
            self.shares = self.plan.lanes.shares(numbers[self.plan.shares], whole)

    def decide(self, numbers: Array) -> Acting:
        """Return the `decide` that carries out an action, `(controls of the scene, R)`."""
        scene = self.scene
        if self.scale is not None:
            numbers = numbers * self.scale
        told = scene.actions, self.rules, scene.expected, numbers
        if self.left is None and not self.ruled:
            return Acting(*told)
        return GuidedActing(*told, limits=self.plan.limits, left=self.left, ruled=self.ruled)

    def proceed(self, numbers: Array, shares: Shares | None = None) -> tuple[LevelShipments, ...]:
        """Carry out an action; return the orders and moves of the day. Budgets are spent."""
        shipments = super().proceed(numbers, self.shares if shares is None else shares)
        if self.left is not None:
            left = self.left.copy()
            for number, limit in enumerate(self.plan.limits):
                if limit is not None:
                    level = self.model.network.levels[number]
                    ordered = level.lines_of_point.sum(shipments[number].ordered)
                    left[limit.stores] -= limit.spent(ordered)
            self.left = np.maximum(left, 0.0)
        return shipments
