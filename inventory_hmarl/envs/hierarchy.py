"""The phase machine: who acts next, what it sees, and what it has earned since it last acted.

A day's turns are the coordinator's, on its days, then level by level from the stores upward, as the
orders of the day are made. After the last turn the day is carried out, and the customers of the
next day come. A turn at which nobody acts is passed over. Chains are side by side, as in `Chains`;
nothing here needs a library beyond NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

import numpy as np

from inventory_hmarl.core.arrays import Array, as_rows, fold, take
from inventory_hmarl.core.day import Desk, desk_before
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.state import LevelShipments, Memory
from inventory_hmarl.envs.chains import Watch, chains_of
from inventory_hmarl.envs.crew import Agent, Crew
from inventory_hmarl.envs.guidance import NEUTRAL, GuidedChains, Ruled


class Pay(NamedTuple):
    """What an agent gets when it acts again, or at the end."""

    reward: Array  # (R,) since it last acted
    elapsed: int  # days since it last acted
    clipped: Array  # (R,) units asked for and not ordered, or ordered unasked, since then


class Hierarchy:
    """Chains in which agents of several levels act, turn by turn. Advanced in place.

    >>> from inventory_hmarl import default_case
    >>> from inventory_hmarl.envs.crew import make_crew
    >>> crew = make_crew(default_case())
    >>> hierarchy = Hierarchy(crew, model_of(crew, [1]), np.zeros(1, np.uint32))
    >>> [agent.name for agent in hierarchy.acting]
    ['store_1', 'store_2', 'store_3']
    >>> pay = hierarchy.act({a.name: crew.high[a.numbers] for a in hierarchy.acting})
    >>> [agent.name for agent in hierarchy.acting]
    ['warehouse_1']
    """

    def __init__(
        self,
        crew: Crew,
        model: Model,
        episodes: Array,
        *,
        watch: Watch | None = None,
        engine: str = "numpy",
    ) -> None:
        """Begin at day 1. `model` is from `model_of`; `episodes` (R,) uint32 are its replications.

        With difference rewards each agent has a shadow of each chain, in the same batch. `watch`
        is told of every day. `engine="jax"` compiles the days of agents who decide all at once,
        without levers or shadows (`crew.compilable`).
        """
        self.crew, self.count = crew, episodes.size
        self.shadows = crew.agents if crew.roles.difference else ()
        copies = 1 + len(self.shadows)
        everywhere = np.tile(episodes, copies)
        if engine == "numpy":
            self.chains = GuidedChains(crew.scene, model, everywhere, crew.plan, self._ruled())
            self.chains.watch = watch
        else:
            self.chains = cast(GuidedChains, chains_of(engine)(crew.scene, model, everywhere))
        self.numbers = np.zeros((len(crew.controls), self.count))
        start = len(crew.scene.controls)
        if crew.plan.controls:
            # What nobody has said yet is shown as the nearest that can be said.
            neutral = crew.plan.neutral
            self.numbers[start:] = np.where(np.isfinite(neutral), neutral, crew.high[start:])
        self.acting: tuple[Agent, ...] = ()
        rows = len(crew.everyone)
        self._place = np.array([agent.place for agent in crew.everyone], dtype=np.intp)
        rows_there = np.flatnonzero(self._place < len(crew.scene.places))
        self._at_places = as_rows(rows_there), as_rows(self._place[rows_there])
        self._row = {agent.name: row for row, agent in enumerate(crew.everyone)}
        self._earned, self._clipped = np.zeros((rows, self.count)), np.zeros((rows, self.count))
        self._since = [0] * rows  # days completed when each last acted
        self._turns: list[tuple[int, list[Agent]]] = crew.turns(1)
        self._desk: list[Array] = []
        self._seen: Array | None = None
        self._morning()
        self.first_day = self._earned + self._paid(None)
        self._go_on()

    def _ruled(self) -> Ruled:
        """Return where rules decide whatever is said: an agent's points in its shadow."""
        if not self.shadows:
            return ()
        columns = np.arange((1 + len(self.shadows)) * self.count) // self.count - 1
        shadow = {agent.name: number for number, agent in enumerate(self.shadows)}
        masks: list[Array | None] = []
        for level in self.crew.scene.model.network.levels:
            mine = np.array([shadow.get(point.location, -2) for point in level.points])
            mask = mine[:, None] == columns
            masks.append(mask if mask.any() else None)
        return tuple(masks)

    @property
    def day(self) -> int:
        """Days completed."""
        return self.chains.day

    @property
    def done(self) -> bool:
        """Whether the last day is over."""
        return self.chains.done

    # --- seeing -----------------------------------------------------------------------------------

    @property
    def seen(self) -> Array:
        """All entries now, `(entries, R)` float32: the state of the whole chain."""
        if self._seen is None:
            self._seen = self._table
            others = [*self._desk, self._told()] if self.crew.plan.controls else self._desk
            if others:
                more, scale = np.concatenate(others), self.crew.scale
                more = more if scale is None else more * scale
                self._seen = np.concatenate([self._table, more.astype(np.float32)])
        return self._seen

    def observation(self, agent: Agent) -> Array:
        """Return what an agent sees now, `(its entries, R)` float32."""
        return take(self.seen, agent.seen)

    def room(self, number: int) -> Array:
        """Return the units that may be ordered at a level before its stock is full, `(P, R)`.

        Not a number where there is no limit.
        """
        level = self.crew.scene.model.network.levels[number]
        if level.max_inventory is None:
            return np.full((len(level.points), self.count), np.nan)
        room: Array = np.maximum(level.max_inventory - self._positions(number), 0.0)
        return room

    def _positions(self, number: int) -> Array:
        """Return the inventory positions of a level as far as they are known, `(P, R)`."""
        if number > 0 and self.crew.phases:
            return self._desk[3 * (number - 1) + 1]
        return self._before(number)

    def _morning(self) -> None:
        """Look at a new moment, at which nobody has ordered yet."""
        self._seen = None
        self._table = self.chains.observation().T[:, : self.count]
        if self.crew.phases:
            self._desk = []
            for number, level in enumerate(self.chains.model.network.levels[1:], start=1):
                nothing = np.zeros((len(level.points), self.count))
                self._desk += [nothing, self._before(number), self._owed(number)]

    def _before(self, number: int) -> Array:
        """Return the inventory positions of a level before today's orders, `(P, R)`."""
        position = self.crew.scene.table.position(number, self.chains.moment)
        known: Array = position[:, : self.count]
        return known

    def _owed(self, number: int) -> Array:
        stage = self.chains.model.network.stages[number - 1]
        levels = self.chains.moment.state.levels
        owed = [take(levels[part.level].owed, part.lines) for part in stage.parts]  # type: ignore[arg-type]
        return np.concatenate(owed)[:, : self.count]

    def _look(self, number: int) -> None:
        """See today's orders as level `number` > 0 finds them on its desk."""
        chains, network = self.chains, self.chains.model.network
        seen: list[Array] = []

        def decide(level: int, desk: Desk, memory: Memory) -> tuple[Array, Memory]:
            if level < number:
                return acting(level, desk, memory)
            seen.append(desk.view(level, frozenset()).inventory_position)
            return np.zeros_like(seen[0]), memory

        acting = chains.decide(self._wide()[: len(self.crew.scene.controls)])
        state, sales = chains.moment
        desk = desk_before(network, state, sales, decide, chains.today(), number + 1, chains.shares)
        stage = network.stages[number - 1]
        told = [desk.asked(stage), seen[0], desk.lines(stage, "queued")]
        tray = desk.trays[number]
        if (
            tray.seen is not None and tray.level.orders_before is not None
        ):  # who orders early does not know today's orders
            early = take(tray.level.orders_before, stage.source_of_line)
            told[0] = tray.seen.asked
            told[2] = np.where(early, desk.owed_before(stage), told[2])
        place = 3 * (number - 1)
        self._desk[place : place + 3] = [array[:, : self.count] for array in told]

    def _told(self) -> Array:
        """Return what levers say now, `(levers' numbers, R)`: of budgets, what is left."""
        plan, start = self.crew.plan, len(self.crew.scene.controls)
        told = self.numbers[start:]
        if plan.budgets is not None and self.chains.left is not None:
            told = told.copy()
            told[plan.budgets - start] = self.chains.left[:, : self.count]
        controls = plan.controls
        return np.where(np.isfinite(told), told, [[control.high] for control in controls])

    # --- acting -----------------------------------------------------------------------------------

    def act(self, actions: Mapping[str, Array]) -> dict[str, Pay]:
        """Carry out what those who act say, `(their numbers, R)` each; go on to the next turn.

        Returns the pay of those who act then, or of all agents at the end. Raises `ValueError` for
        an action that is missing or cannot be, and is then as before.
        """
        self._say(self.acting, actions)
        return self._go_on()

    def _say(self, agents: Sequence[Agent], actions: Mapping[str, Array]) -> None:
        numbers, crew = self.numbers.copy(), self.crew
        for agent in agents:
            if agent.name not in actions:
                raise ValueError(f"no action for {agent.name!r}, which acts now")
            action = np.asarray(actions[agent.name], dtype=np.float64)
            if action.shape != (agent.size, self.count):
                raise ValueError(
                    f"action of {agent.name}: shape {action.shape[:-1]}, and it needs "
                    f"({agent.size},): one number for each of its controls"
                )
            numbers[agent.numbers] = action
        fits = (numbers >= crew.low) & (numbers <= crew.high)  # not where it is not a number
        if np.count_nonzero(fits) < fits.size:
            raise ValueError(self._complaint(agents, numbers, fits))
        self.numbers = numbers
        self._heed(agents)

    def _complaint(self, agents: Sequence[Agent], numbers: Array, fits: Array) -> str:
        agent = next(agent for agent in agents if not fits[agent.numbers].all())
        entry, chain = (int(i) for i in np.argwhere(~fits[agent.numbers])[0])
        control, action = self.crew.controls_of(agent.name)[entry], numbers[agent.numbers]
        return (
            f"action of {agent.name}, entry {entry} ({control.name}) = {action[entry, chain]:g}: "
            f"must be a number from {control.low:g} to {control.high:g}; clip it to the action "
            "space"
        )

    def _heed(self, agents: Sequence[Agent]) -> None:
        if not self.crew.plan.controls:
            return
        wide = self._wide()
        if any(agent.kind == "coordinator" for agent in agents):
            self.chains.guide(wide)
        self.chains.claim(wide)

    def _wide(self) -> Array:
        """Return the numbers of every chain, shadows included: there, one agent says nothing."""
        if not self.shadows:
            return self.numbers
        wide = np.tile(self.numbers, (1, 1 + len(self.shadows)))
        start = len(self.crew.scene.controls)
        for number, agent in enumerate(self.shadows, start=1):
            columns = slice(number * self.count, (number + 1) * self.count)
            for row in np.arange(len(self.crew.controls))[agent.numbers].tolist():
                if row >= start:
                    wide[row, columns] = NEUTRAL[self.crew.controls[row].part]
        return wide

    def _go_on(self) -> dict[str, Pay]:
        """Go on to the next turn of somebody, or to the end; return the pay that is due."""
        while True:
            while self._turns:
                level, agents = self._turns.pop(0)
                self._seen = None
                if level > 0 and self.crew.phases:
                    self._look(level)
                frozen = [agent for agent in agents if agent.policy is not None]
                mine = tuple(agent for agent in agents if agent.policy is None)
                if frozen:
                    self._say(frozen, {agent.name: self._played(agent) for agent in frozen})
                if mine:
                    self.acting = mine
                    return self._settle(mine)
            self._end_day()
            if self.done:
                self.acting = ()
                return self._settle(self.crew.agents)
            self._turns = self.crew.turns(self.day + 1)

    def _played(self, agent: Agent) -> Array:
        assert agent.policy is not None
        return np.asarray(agent.policy(self.observation(agent).T), dtype=np.float64).T

    def _settle(self, agents: Sequence[Agent]) -> dict[str, Pay]:
        """Return what agents have earned, and begin anew."""
        day, since = self.day, self._since
        earned, clipped, pay = self._earned, self._clipped, {}
        rows = [self._row[agent.name] for agent in agents]
        for agent, row in zip(agents, rows, strict=True):
            pay[agent.name] = Pay(earned[row], day - since[row], clipped[row])
            since[row] = day
        if len(rows) == len(earned):
            self._earned, self._clipped = np.zeros(earned.shape), np.zeros(clipped.shape)
        else:
            self._earned, self._clipped = earned.copy(), clipped.copy()
            self._earned[rows] = self._clipped[rows] = 0.0
        return pay

    # --- the end of a day -------------------------------------------------------------------------

    def _end_day(self) -> None:
        """Carry out the day, let the customers of the next one in, and add up what was earned."""
        chains, crew = self.chains, self.crew
        shipments = chains.proceed(self._wide()[: len(crew.scene.controls)])
        self._earned += self._paid(shipments)
        clipped = chains.clipped_by_location(shipments)
        if clipped is not None:
            rows, places = self._at_places
            self._clipped[rows] += clipped[places, : self.count]
        if crew.lapsing.size:
            self.numbers = self.numbers.copy()
            self.numbers[crew.lapsing] = 0.0
        self._morning()

    def _paid(self, shipments: Sequence[LevelShipments] | None) -> Array:
        """Return what each agent has earned since the last moment, `(agents, R)` money.

        `(1, R)` where all have earned the same.
        """
        team = self.crew.scene.reward.team
        if team == 1 and not self.shadows:
            return self.chains.earned_in_all(shipments)[None]
        own = self.chains.earned(shipments)
        chain = fold(own)[None]
        if self.shadows:
            real, *others = np.split(chain[0], 1 + len(self.shadows))
            worth = np.zeros((len(self._place), self.count))
            worth[[self._row[agent.name] for agent in self.shadows]] = real - np.stack(others)
            return worth
        mine = take(np.concatenate([own, chain]), self._place)
        return mine if team == 0 else (1.0 - team) * mine + team * chain


def model_of(crew: Crew, seeds: Sequence[int]) -> Model:
    """Return the model of chains with these seeds, and of their shadows."""
    copies = 1 + (len(crew.agents) if crew.roles.difference else 0)
    return crew.scene.model_of([*seeds] * copies)
