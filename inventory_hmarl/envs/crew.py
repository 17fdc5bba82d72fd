"""Who acts in a case, how often, in which numbers, and what each sees: made once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import numpy as np

from inventory_hmarl.case.faults import nearest
from inventory_hmarl.core.arrays import Array, Rows, as_rows
from inventory_hmarl.core.network import Network
from inventory_hmarl.envs.guidance import LEVERS, Plan, make_plan
from inventory_hmarl.envs.observations import MOST, Entry, Observe
from inventory_hmarl.envs.rewards import Reward
from inventory_hmarl.envs.scene import Config, Control, Modes, Scene, make_scene
from inventory_hmarl.scenarios import Scenarios

COORDINATOR = "coordinator_0"
KINDS = ("coordinator", "stores", "warehouses")
Setting = TypeVar("Setting")
PERIODS = {"coordinator": 7, "stores": 1, "warehouses": 1}  # days from one decision to the next
TOP = -1  # the coordinator's place among the levels: before the stores
HOLDING = ("order_up_to", "s_S")  # modes whose numbers hold until the agent's next decision

# What the views with turns add to the table of observations; `docs/multi-agent.md` lists it.
QUANTITIES: Mapping[str, str] = {
    "ordered_today": "units that the locations below ordered today; 0 before they have",
    "position_at_order": "the inventory position that the rule would see: after today's orders",
    "asked_by_": "units that a customer of the warehouse waits for: owed and ordered today",
    "multiplier": "the store's multiplier",
    "service": "the store's service target",
    "budget": "units that are left of the store's budget",
    "share_": "the share that a customer of the warehouse has a first claim to",
}

# Observations (R, entries), float32 -> numbers (R, the agent's own).
Frozen: TypeAlias = Callable[[Array], Array]


@dataclass(frozen=True)
class Roles:
    """Who decides what.

    Parameters
    ----------
    actions
        The mode of every location, or a mode by location or kind ("stores", "warehouses"); "rule"
        keeps the case's policy, as does whoever is not named. See `make_scene`.
    coordinator
        Its levers, of "multipliers", "service", "shares" and "budgets"; none: there is no
        coordinator.
    allocate
        Whether warehouses say shares as well. Not together with the lever "shares".
    periods
        Days from one decision to the next, by agent or kind: 7 for the coordinator, 1 for others.
    frozen
        Policies that play in the place of some agents, by agent or kind: functions from
        observations `(R, entries)` to actions `(R, numbers)`.
    difference
        Whether agents earn what the chain earns beyond the same chain with the agent on its rule.
    most
        The largest order or level in units. See `make_scene`.
    """

    actions: Modes = "order_up_to"
    coordinator: Sequence[str] = ()
    allocate: bool = False
    periods: Mapping[str, int] = field(default_factory=dict)
    frozen: Mapping[str, Frozen] = field(default_factory=dict)
    difference: bool = False
    most: float | None = None

    def __post_init__(self) -> None:
        """Raise `ValueError` for what cannot be."""
        for lever in self.coordinator:
            if lever not in LEVERS:
                raise ValueError(f"coordinator: no lever {lever!r}; one of {', '.join(LEVERS)}")
        if self.allocate and "shares" in self.coordinator:
            raise ValueError(
                'shares are said by the coordinator or by the warehouses: drop the lever "shares" '
                "or allocate"
            )
        for name, period in self.periods.items():
            if period != int(period) or period < 1:
                raise ValueError(f"period of {name} = {period!r}: whole days, at least 1")


@dataclass(frozen=True, eq=False)
class Agent:
    """One who decides."""

    name: str
    kind: str  # "coordinator", "stores" or "warehouses"
    level: int  # whose turn it is, or TOP
    period: int  # days from one decision to the next
    numbers: Rows  # which of all numbers are its own,
    size: int  # and how many
    seen: Rows  # which of all entries it sees
    place: int  # its row of what locations earn; the row after the last is the chain's
    policy: Frozen | None  # plays in its place; None: it is for others to act


@dataclass(frozen=True)
class Crew:
    """All that views of one environment share. `controls` and `entries` name all numbers."""

    scene: Scene
    plan: Plan
    roles: Roles
    phases: bool  # whether levels act one after the other; else all at once
    everyone: tuple[Agent, ...]  # in order of the day
    controls: tuple[Control, ...]
    entries: tuple[Entry, ...]  # of the scene's table; of the desk; of what was told
    scale: Array | None  # (entries after the table's, 1) what these are multiplied by

    @functools.cached_property
    def agents(self) -> tuple[Agent, ...]:
        """Those who are for others to act."""
        return tuple(agent for agent in self.everyone if agent.policy is None)

    @property
    def compilable(self) -> bool:
        """Whether a day is one step: nobody looks at it or moves a lever while it goes on."""
        return not (self.phases or self.plan.controls or self.roles.difference)

    @functools.cached_property
    def low(self) -> Array:
        """The least of each number, `(numbers, 1)`, as a 32-bit float has it."""
        return _column([control.low for control in self.controls])

    @functools.cached_property
    def high(self) -> Array:
        """The most of each number, `(numbers, 1)`."""
        return _column([control.high for control in self.controls])

    @functools.cached_property
    def lapsing(self) -> Array:
        """Numbers that are nothing on days on which their agent does not act."""
        return np.array(
            [
                row
                for agent in self.everyone
                if agent.period > 1
                for row in np.arange(len(self.controls))[agent.numbers].tolist()
                if row < len(self.scene.controls) and self.controls[row].mode not in HOLDING
            ],
            dtype=np.intp,
        )

    def turns(self, day: int) -> list[tuple[int, list[Agent]]]:
        """Return who acts on a day, turn by turn, with the turn's level."""
        due = [agent for agent in self.everyone if (day - 1) % agent.period == 0]
        if not self.phases:
            return [(TOP, due)] if due else []
        turns: dict[int, list[Agent]] = {}
        for agent in due:
            turns.setdefault(agent.level, []).append(agent)
        return list(turns.items())

    def entries_of(self, agent: str) -> tuple[Entry, ...]:
        """Return what an agent sees, in order."""
        return chosen(self.entries, self.named(agent).seen)

    def controls_of(self, agent: str) -> tuple[Control, ...]:
        """Return the numbers that an agent says, in order."""
        return chosen(self.controls, self.named(agent).numbers)

    def named(self, name: str) -> Agent:
        """Return the agent of a name; else raise `KeyError`."""
        for agent in self.everyone:
            if agent.name == name:
                return agent
        names = [agent.name for agent in self.everyone]
        raise KeyError(f"no agent {name!r}; there are {', '.join(names)}")


def _column(values: Sequence[float]) -> Array:
    return np.array(values, dtype=np.float32).astype(np.float64)[:, None]


def chosen(names: tuple[Setting, ...], rows: Rows) -> tuple[Setting, ...]:
    """Return some of a tuple."""
    return tuple(names[row] for row in np.arange(len(names))[rows].tolist())


def make_crew(
    case: Config,
    scenario: Scenarios = None,
    *,
    roles: Roles | None = None,
    observe: Observe | None = None,
    reward: Reward | None = None,
    phases: bool = True,
) -> Crew:
    """Return who acts in a case.

    With `phases`, the coordinator, stores, warehouses and further levels act one after the other,
    and each sees what was decided before; else all act at once.

    >>> from inventory_hmarl import default_case
    >>> crew = make_crew(default_case(), roles=Roles(coordinator=["multipliers"]))
    >>> [agent.name for agent in crew.agents]
    ['coordinator_0', 'store_1', 'store_2', 'store_3', 'warehouse_1']
    >>> crew.controls_of("coordinator_0")[0].name
    'store_1/all/multiplier'
    """
    roles = roles or Roles()
    scene = make_scene(
        case,
        scenario,
        actions=roles.actions,
        observe=observe,
        reward=reward,
        most=roles.most,
        empty=True,
    )
    names = [place.location for place in scene.places]
    if COORDINATOR in names:
        raise ValueError(f"a location is named {COORDINATOR!r}, as the coordinator: rename it")
    for what, told in (("periods", roles.periods), ("frozen", roles.frozen)):
        for name in told:
            if name not in (*names, *KINDS, COORDINATOR):
                hint = nearest(name, [*names, *KINDS, COORDINATOR])
                meant = f" Did you mean '{hint}'?" if hint else ""
                raise ValueError(f"{what}: no agent or kind '{name}'.{meant}")
    period = _setting(roles.periods, COORDINATOR, "coordinator", PERIODS["coordinator"])
    plan = make_plan(scene, roles.coordinator, roles.allocate, period)
    controls = (*scene.controls, *plan.controls)
    entries = (*scene.table.entries, *(_entries(scene.model.network, plan) if phases else ()))
    everyone = tuple(_agents(scene, plan, roles, entries))
    if all(agent.policy is not None for agent in everyone):
        raise ValueError("nobody is left to act: every location has its rule or a frozen policy")
    scale = None
    if scene.table.observe.unit == "days":
        scale = _days(scene, entries[len(scene.table.entries) :])
    return Crew(scene, plan, roles, phases, everyone, controls, entries, scale)


def _days(scene: Scene, entries: tuple[Entry, ...]) -> Array:
    """Return what turns units into days of mean demand, `(entries, 1)`; a budget's of its store."""
    mean: dict[tuple[str, str], float] = {}
    for level, days in zip(scene.model.network.levels, scene.expected, strict=True):
        for point, daily in zip(level.points, days[1:].mean(axis=0).tolist(), strict=True):
            mean[point.location, point.sku] = daily
            mean[point.location, ""] = mean.get((point.location, ""), 0.0) + daily
    factors = [
        1.0 / (mean[entry.location, entry.sku] or 1.0) if entry.high == MOST else 1.0
        for entry in entries
    ]
    return np.array(factors)[:, None]


def _setting(told: Mapping[str, Setting], name: str, kind: str, otherwise: Setting) -> Setting:
    return told.get(name, told.get(kind, otherwise))


def _agents(scene: Scene, plan: Plan, roles: Roles, entries: tuple[Entry, ...]) -> list[Agent]:
    start = len(scene.controls)
    levers = np.arange(start, start + len(plan.controls))
    agents = []
    if roles.coordinator:
        mine = [i for i, c in zip(levers.tolist(), plan.controls, strict=True)]
        if roles.allocate:
            mine = [i for i in mine if plan.controls[i - start].part != "share"]
        every = slice(0, len(entries))
        agents.append(
            _agent(COORDINATOR, "coordinator", TOP, mine, every, len(scene.places), roles)
        )
    for number, place in enumerate(scene.places):
        mine = np.arange(start)[scene.controls_of(place.location)].tolist()
        if roles.allocate:
            mine += [
                i
                for i, c in zip(levers.tolist(), plan.controls, strict=True)
                if c.part == "share" and c.location == place.location
            ]
        if mine:
            seen = _seen(scene, entries, place.location)
            agents.append(
                _agent(place.location, place.kind, place.level, mine, seen, number, roles)
            )
    return agents


def _agent(
    name: str, kind: str, level: int, numbers: list[int], seen: Rows, place: int, roles: Roles
) -> Agent:
    return Agent(
        name,
        kind,
        level,
        _setting(roles.periods, name, kind, PERIODS[kind]),
        as_rows(numbers),
        len(numbers),
        seen,
        place,
        roles.frozen.get(name, roles.frozen.get(kind)),
    )


def _seen(scene: Scene, entries: tuple[Entry, ...], location: str) -> Rows:
    """Return which entries a location sees: its scope's of the table, its own of the others."""
    count = len(scene.table.entries)
    seen = np.arange(count)[scene.seen_by(location)].tolist()
    everything = scene.table.observe.scope == "global"
    others = range(count, len(entries))
    return as_rows([*seen, *(i for i in others if everything or entries[i].location == location)])


def _entries(network: Network, plan: Plan) -> list[Entry]:
    """Return what the desk adds for each level that ships, and what was told.

    `Hierarchy` fills them in the same order.
    """
    entries: list[Entry] = []
    for number, level in enumerate(network.levels[1:], start=1):
        points = list(level.points)
        for quantity, low in (("ordered_today", 0.0), ("position_at_order", -MOST)):
            entries += [Entry(quantity, p.location, p.sku, low, MOST) for p in points]
        for part in network.stages[number - 1].parts:
            lines = network.levels[part.level].lines
            rows = np.arange(len(lines))[part.lines].tolist()
            mine = [lines[row] for row in rows]
            entries += [
                Entry(f"asked_by_{line.destination}", line.source, line.sku, 0.0, MOST)
                for line in mine
            ]
    for control in plan.controls:
        what = f"{control.part}_{control.sku}" if control.part == "share" else control.part
        high = MOST if control.part == "budget" else control.high  # alike for all stores
        entries.append(Entry(what, control.location, "", control.low, high))
    return entries
