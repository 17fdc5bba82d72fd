"""The cost of a run as a function of its policies' parameters, with its gradient.

`docs/gradients.md` says what is differentiable, and how what jumps is relaxed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias  # settings and trees are of any type

import numpy as np

from inventory_hmarl.case.models import Case
from inventory_hmarl.core.arrays import Array, take
from inventory_hmarl.core.decide import Assignment, ByPolicy, Policy
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.network import Network
from inventory_hmarl.core.rows import Point
from inventory_hmarl.engines import EngineError, check_choice
from inventory_hmarl.engines.compiled.trees import filled, has_leaf, leaves, plain, split
from inventory_hmarl.simulation import compiled, replication_numbers

if TYPE_CHECKING:
    from inventory_hmarl.engines.compiled.gradient import CostProgram

Parameters: TypeAlias = dict[str, Any]  # dicts, lists and NumPy arrays


@dataclass(frozen=True)
class Rule:
    """A policy of a model, which may decide at several levels."""

    policy: Policy
    levels: tuple[int, ...]
    points: tuple[Point, ...]  # it decides for: the rows of its parameters, where it has rows
    skeleton: Any  # of the policy
    arrays: tuple[Array, ...]  # its parameters


@dataclass(frozen=True)
class DifferentiableCost:
    """The mean total cost of some replications over the measured days, money.

    Made by `differentiable_cost`. Parameters are a dict with an entry for each policy, named after
    its levels and its rule ("level_0.base_stock"), which holds a dict of the policy's fields: those
    that are float arrays, or tuples and dataclasses of them (as lists and dicts). A level of a rule
    is an array `(P, 1)` in units, one row for each of `points`.
    """

    case: Case
    model: Model
    replications: Array  # (R,) uint32, the numbers of the replications
    relaxation: float | None  # units; None: the exact cost
    rules: Mapping[str, Rule]
    program: CostProgram = field(repr=False)

    @property
    def parameters(self) -> Parameters:
        """The parameters of the case: a new tree of new arrays at each call."""
        return {
            name: plain(rule.skeleton, [array.copy() for array in rule.arrays])
            for name, rule in self.rules.items()
        }

    @property
    def points(self) -> dict[str, tuple[str, ...]]:
        """The "location/sku" of each point that a policy decides for, by the policy's name."""
        return {
            name: tuple(f"{point.location}/{point.sku}" for point in rule.points)
            for name, rule in self.rules.items()
        }

    def __call__(self, parameters: Parameters) -> float:
        """Return the mean cost of a replication, money.

        Without relaxation it is the mean of `simulate(...).figures()["total_cost"]`. Raises
        `EngineError` for parameters of another shape, or that are no finite numbers.
        """
        return self.program.cost(*self._asked(parameters))

    def value_and_gradient(self, parameters: Parameters) -> tuple[float, Parameters]:
        """Return the mean cost, and its derivatives in the same tree: money a unit of each."""
        cost, slopes = self.program.value_and_gradient(*self._asked(parameters))
        rest = iter(slopes)
        return cost, {
            name: plain(rule.skeleton, [next(rest) for _ in rule.arrays])
            for name, rule in self.rules.items()
        }

    def policies(self, parameters: Parameters) -> Callable[[Network], ByPolicy]:
        """Return the exact policies with other parameters, as `simulate(policies=...)` wants.

        Raises `EngineError` for parameters that the rule refuses in a case, such as s > S.
        """
        renewed = {}
        for name, rule in self.rules.items():
            policy = filled(rule.skeleton, list(_arrays_of(name, rule, parameters)))
            _refuse_faults(name, policy, rule.points)
            renewed[id(rule.policy)] = policy
        deciding = _replaced(self.model.policies, lambda policy: renewed.get(id(policy), policy))
        return lambda network: deciding

    def on(self, replications: int | range) -> DifferentiableCost:
        """Return the cost of other replications: nothing is compiled if they are as many."""
        return dataclasses.replace(self, replications=replication_numbers(replications))

    def relaxed(self, relaxation: float) -> DifferentiableCost:
        """Return a relaxed cost with another relaxation, in units: nothing is compiled."""
        if self.relaxation is None:
            raise EngineError("relaxation = None: an exact cost; make a relaxed one first")
        return dataclasses.replace(self, relaxation=_checked_relaxation(relaxation))

    def _asked(self, parameters: Parameters) -> tuple[list[list[Array]], Array, float]:
        """Return what the program wants to know: each policy's arrays, checked, and the rest."""
        arrays = [list(_arrays_of(name, rule, parameters)) for name, rule in self.rules.items()]
        return arrays, self.replications, self.relaxation or 0.0


def differentiable_cost(
    case: Case | Mapping[str, Any] | str | Path,
    *,
    replications: int | range = 64,
    days: int | None = None,
    seed: int | None = None,
    policies: Callable[[Network], ByPolicy] | None = None,
    relaxation: float | None = None,
) -> DifferentiableCost:
    """Return the mean cost of a case as a function of its policies' parameters.

    The days are the core's own, on the customers that `simulate` meets with the same seed and
    replications. `days`, `seed` and `policies` take the place of the case's.

    The case must have continuous units. Where something jumps, a rule such as (s, S) or a fixed
    cost per order line, `relaxation` says over how many units the jump is spread.

    Raises `MissingExtra` without the extra `jax`, `EngineError` for a case that has no gradient.

    >>> from inventory_hmarl import case_from_dict
    >>> case = case_from_dict({
    ...     "days": 30, "units": "continuous",
    ...     "skus": {"milk": {"base_demand": 5, "demand_std": 2,
    ...                       "holding_cost": 1, "stockout_penalty": 9}},
    ...     "stores": {"store": {"initial_inventory": 9, "policy":
    ...                          {"rule": "base_stock", "order_up_to": 9}}},
    ...     "suppliers": {"supplier": {}},
    ...     "lanes": [{"source": "supplier", "destination": "store", "lead_time": 1}]})
    >>> cost = differentiable_cost(case, replications=16)
    >>> cost.parameters, cost.points
    ({'level_0.base_stock': {'order_up_to': array([[9.]])}},
     {'level_0.base_stock': ('store/milk',)})
    >>> value, gradient = cost.value_and_gradient(cost.parameters)
    >>> bool(gradient["level_0.base_stock"]["order_up_to"][0, 0] < 0)  # more stock would be cheaper
    True
    """
    check_choice("jax")
    case, model = compiled(case, days, seed, policies)
    if model.network.whole_units:
        raise EngineError(
            'units = "whole": the cost of whole units is a staircase, which has no gradient; set '
            'units = "continuous", and round what comes out'
        )
    rules = _rules(model)
    if relaxation is not None:
        relaxation = _checked_relaxation(relaxation)
    _refuse_jumps(model, rules, relaxation)
    numbers = replication_numbers(replications)
    program = _program(case, model, rules, relaxed=relaxation is not None)
    return DifferentiableCost(case, model, numbers, relaxation, rules, program)


def _program(case: Case, model: Model, rules: Mapping[str, Rule], *, relaxed: bool) -> CostProgram:
    from inventory_hmarl.engines.compiled.gradient import CostProgram

    number = {id(rule.policy): place for place, rule in enumerate(rules.values())}
    deciding = _replaced(model.policies, lambda policy: number[id(policy)])
    skeletons = tuple(rule.skeleton for rule in rules.values())
    return CostProgram(dataclasses.replace(model, policies=deciding), case.seed, skeletons, relaxed)


def _rules(model: Model) -> dict[str, Rule]:
    """Return each policy of a model once, under a name of its own."""
    found: dict[int, Rule] = {}
    for number, (level, deciding) in enumerate(
        zip(model.network.levels, model.policies.levels, strict=True)
    ):
        everybody = np.arange(len(level.points))
        for assignment in deciding.assignments:
            points = tuple(level.points.at(take(everybody, assignment.points)))
            policy = assignment.policy
            if (known := found.get(id(policy))) is None:
                skeleton, arrays = split(policy, np.floating)
                found[id(policy)] = Rule(policy, (number,), points, skeleton, tuple(arrays))
            else:
                found[id(policy)] = dataclasses.replace(
                    known, levels=(*known.levels, number), points=known.points + points
                )
    named: dict[str, Rule] = {}
    for rule in found.values():
        name = f"level_{'_'.join(map(str, rule.levels))}.{_word(rule.policy)}"
        copies = sum(other.split("#")[0] == name for other in named)
        named[f"{name}#{copies + 1}" if copies else name] = rule
    if not any(has_leaf(rule.skeleton) for rule in found.values()):
        raise EngineError(
            f"policies = {', '.join(named)}: none has a parameter that is a float array; hold "
            "weights as NumPy arrays in fields of a dataclass"
        )
    return named


def _refuse_jumps(model: Model, rules: Mapping[str, Rule], relaxation: float | None) -> None:
    """Raise the error of a case whose cost jumps where nothing is known to smooth it."""
    jumping = {n: rule for n, rule in rules.items() if getattr(rule.policy, "jumps", False)}
    hopeless = [name for name, rule in jumping.items() if not hasattr(rule.policy, "orders_if")]
    if hopeless:
        raise EngineError(
            f"{', '.join(hopeless)}: orders of this rule jump, and it has no relaxation; search "
            "its parameters without gradient, or choose another rule"
        )
    if any(rates.joint.any() or rates.trip.any() for rates in model.rates):
        raise EngineError(
            "order_cost or trip_cost of a lane: what an order or a trip costs jumps, and the "
            "gradient would miss it; set them to 0, or search without gradient"
        )
    if any(x.tariff is not None and x.tariff.orders is not None for x in model.network.levels):
        raise EngineError(
            "cost_changes: what an order costs jumps, and the gradient would miss that it is "
            "another on some days; leave out 'ordering', or search without gradient"
        )
    if any(level.sourcing is not None and level.can_wait for level in model.network.levels):
        raise EngineError(
            "sourcing: orders go another way while their source is behind, which jumps, and the "
            'gradient would miss it; set sourcing = "shares", or search without gradient'
        )
    if relaxation is not None:
        return
    move = "give relaxation = some units over which to spread the jumps (docs/gradients.md)"
    if jumping:
        raise EngineError(
            f"{', '.join(jumping)}: orders of this rule jump, and the gradient would miss what a "
            f"jump costs; {move}"
        )
    dearest = max(float(rates.ordering.max(initial=0.0)) for rates in model.rates)
    if dearest > 0:
        raise EngineError(
            f"ordering_cost = {dearest:g}: a fixed cost per order line jumps, and the gradient "
            f"would miss it; {move}, or set cost_weights.ordering = 0"
        )


def _refuse_faults(name: str, policy: Policy, points: tuple[Point, ...]) -> None:
    """Raise the error of levels that are wrong beside each other, at the first point of them."""
    faults = getattr(policy, "faults", None)
    if faults is None:
        return
    levels = {f: np.broadcast_to(value, (len(points), 1)) for f, value in vars(policy).items()}
    for row, point in enumerate(points):
        if found := faults({field: float(column[row, 0]) for field, column in levels.items()}):
            raise EngineError(f"{name} at {point.location}/{point.sku}: {found[0]}")


def _checked_relaxation(relaxation: float) -> float:
    if type(relaxation) not in (int, float) or not 0 < relaxation < np.inf:
        raise EngineError(
            f"relaxation = {relaxation!r:.40}: a number of units, above 0, or None for none"
        )
    return float(relaxation)


def _word(policy: Policy) -> str:
    return str(getattr(policy, "rule", type(policy).__name__))


def _replaced(deciding: ByPolicy, other: Callable[[Policy], Any]) -> ByPolicy:
    """Return who decides, with something else in the place of each policy."""

    def assignment_of(assignment: Assignment) -> Assignment:
        return dataclasses.replace(assignment, policy=other(assignment.policy))

    levels = (
        dataclasses.replace(level, assignments=tuple(map(assignment_of, level.assignments)))
        for level in deciding.levels
    )
    return ByPolicy(tuple(levels))


def _arrays_of(name: str, rule: Rule, parameters: Parameters) -> Iterator[Array]:
    """Yield a policy's arrays out of the parameters; raise the error of what is wrong in them."""
    try:
        given = list(leaves(rule.skeleton, parameters[name] if rule.arrays else None))
    except (LookupError, TypeError) as error:
        raise EngineError(
            f"parameters: what belongs to {name} is not there; change what `cost.parameters` "
            "holds, and leave its form"
        ) from error
    for (path, value), known in zip(given, rule.arrays, strict=True):
        place = ".".join(map(str, (name, *path)))
        array = np.asarray(value, dtype=np.float64)
        if array.shape != known.shape:
            raise EngineError(f"{place}: its shape is {array.shape}, and must be {known.shape}")
        if not np.isfinite(array).all():
            raise EngineError(f"{place}: must hold finite numbers; a smaller step may help")
        yield array
