"""The twin itself: it holds a state and calls the core."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from inventory_hmarl.case import Case, as_case, case_from_dict, case_to_dict
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.horizon import draw_block
from inventory_hmarl.core.model import initial_state
from inventory_hmarl.core.record import recorder
from inventory_hmarl.core.state import Chance, Flows, State
from inventory_hmarl.engines import check_choice
from inventory_hmarl.engines.days import days_of
from inventory_hmarl.scenarios import Scenarios, apply_scenario
from inventory_hmarl.twin import snapshot as files
from inventory_hmarl.twin.actions import Actions, Overruled, places
from inventory_hmarl.twin.describe import Sales, book
from inventory_hmarl.twin.metrics import TOLD, day_weights, run_metrics

MOST_REPLICATIONS = 2**32
WORDS_AHEAD = 4096  # demand is drawn for some days at once; which never shows in results

Step = tuple[dict[str, Any], dict[str, Any], bool, dict[str, Any]]


class DigitalTwin:
    """One chain, advanced a day at a time.

    `config` is a `Case`, the brief's dict of settings, or the path of a case file. `scenario` is a
    name, a `Scenario`, or several. `replication` picks one of the futures of the case's seed.

    `engine="jax"` (the extra `jax`) compiles the day, once a shape, to the same results; on a CPU
    one chain a day at a time is faster on NumPy. A day on which you act is Python's own, and runs
    by the same functions uncompiled.

    >>> from inventory_hmarl.case import default_case
    >>> twin = DigitalTwin(default_case())
    >>> state = twin.reset()
    >>> state, metrics, done, info = twin.step()
    >>> state["day"], done
    (1, False)
    """

    def __init__(
        self,
        config: Case | Mapping[str, Any] | str | Path,
        scenario: Scenarios = None,
        *,
        replication: int = 0,
        engine: str = "numpy",
    ) -> None:
        self.engine = engine
        self._use(apply_scenario(as_case(config), scenario), replication)

    def _use(self, case: Case, replication: int) -> None:
        if type(replication) is not int or not 0 <= replication < MOST_REPLICATIONS:
            raise ValueError(
                f"replication = {replication!r:.40}: a whole number from 0 to "
                f"{MOST_REPLICATIONS - 1}"
            )
        self.case, self.replication = case, replication
        self._model = compile_case(case)
        self._days = days_of(self._model, self.engine)
        self._book = book(case, self._model)
        self._places = places(self._model, case.stores)
        self._recorder = recorder(self._model.network, TOLD)
        self._weights = day_weights(self._model, self._recorder)
        self._figures = self._weights.sums.starts.size
        self._told = self._weights.sums.beside(self._book.told, self._recorder.size)
        failed = [place for place in self._recorder.rows.items() if place[0][0] == "failed"]
        self._unreliable = [(number, rows) for (_, number), rows in failed]  # levels, record rows
        self._start()

    def _start(self) -> None:
        self._state: State = initial_state(self._model, 1)
        self._observed: tuple[State, Sales] | None = None
        self._observer = self.replication  # whose customers were observed: a fork keeps the past's
        self._records: list[Array] = []
        self._ahead: list[Chance] = []  # what was drawn ahead
        self._drawn_from = 1  # the first day of it

    @property
    def day(self) -> int:
        """Days completed."""
        return self._state.day

    @property
    def done(self) -> bool:
        """Whether the horizon is over."""
        return self._state.day >= self.case.days

    def apply_scenario(self, scenario: Scenarios) -> None:
        """Change the case from day 1 on, for this run and all later ones.

        Raises `RuntimeError` when days have passed: call `reset()` first, or build another twin.
        """
        if self.day or self._observed:
            raise RuntimeError(
                f"day {self.day} is over: a scenario changes a case from its first day; "
                "call reset() before apply_scenario()"
            )
        self._use(apply_scenario(self.case, scenario), self.replication)

    def reset(self, seed: int | None = None) -> dict[str, Any]:
        """Return to day 0, with the same customers, or with those of another seed."""
        if seed is not None and seed != self.case.seed:
            self._use(self.case.changed(seed=seed), self.replication)
        self._start()
        return self.get_state()

    def observe(self) -> dict[str, Any]:
        """Let the next day's customers in (steps 1 and 2); return the state they leave.

        The next `step` completes that day. Calling it twice changes nothing.
        """
        self._observe()
        return self.get_state()

    def _observe(self) -> None:
        if self._observed is None:
            self._observed = self._days.sell(self._state, self._tomorrow())
            self._observer = self.replication

    def _tomorrow(self) -> Chance:
        """Return the chance of the next day."""
        if self.done:
            raise RuntimeError(f"the run is over on day {self.day}: call reset()")
        return self._chance(self.day + 1)

    def step(self, actions: Actions | None = None) -> Step:
        """Run the next day; return `(state, metrics, done, info)`.

        `actions` is `{"store_orders": {store: {sku: units}}, "warehouse_orders": {...}}`, or a
        callable that is shown each level's view, stores first, and returns `{location: {sku:
        units}}`. Whoever is not named keeps its policy. Raises `ActionError`, and nothing happens,
        for a bad action; `RuntimeError` after the last day.
        """
        overruled = None
        if actions is not None:
            overruled = Overruled(self._model, actions, self._places, self._book.describe_level)
        chance = self._tomorrow()
        before, sales = self._observed or self._days.sell(self._state, chance)
        self._state, shipments = self._days.replenish(before, sales, overruled, chance)
        self._observed = None
        state, metrics = self._tell(Flows(sales, shipments))
        record = self._records[-1]
        clips = [] if overruled is None else self._clips(overruled)
        info = {"day": self._state.day, "clips": clips, "failures": self._failures(record)}
        return state, metrics, self.done, info

    def _tell(self, flows: Flows) -> tuple[dict[str, Any], dict[str, Any]]:
        """Record the day that is over; return its state and metrics, sums made all at once."""
        arrays = self._recorder.parts(flows)
        arrays += self._book.arrays(self._state)
        everything = np.concatenate(arrays, dtype=np.float64)
        self._records.append(everything[: self._recorder.size].copy())
        told = self._told.of(everything)
        metrics = self._weights.metrics(told[: self._figures].tolist())
        return self._book.describe(self._state.day, told[self._figures :]), metrics

    def _chance(self, day: int) -> Chance:
        if not 0 <= day - self._drawn_from < len(self._ahead):
            rows = sum(share.rows for share in self._model.demand.shares)
            days = min(max(1, WORDS_AHEAD // max(rows, 1)), self.case.days - day + 1)
            numbers = np.array([self.replication], dtype=np.uint32)
            self._ahead = draw_block(self._model, numbers, day, days).chances(self._model)
            self._drawn_from = day
        return self._ahead[day - self._drawn_from]

    def _clips(self, decide: Overruled) -> list[dict[str, Any]]:
        """Return the actions of which less was ordered than asked, for want of room."""
        clips = []
        for (level, row), asked in decide.asked.items():
            plan = self._model.network.levels[level]
            lines = self._recorder.of(self._records[-1], "ordered", level)
            ordered = float(plan.lines_of_point.sum(lines)[row, 0])
            if ordered < asked:
                point = plan.points[row]
                clips.append(
                    {
                        "location": point.location,
                        "sku": point.sku,
                        "asked": asked,
                        "ordered": ordered,
                    }
                )
        return clips

    def _failures(self, record: Array) -> list[dict[str, Any]]:
        """Return the order lines that were reported failed today."""
        failures = []
        for number, rows in self._unreliable:
            failed = record[rows]
            if not np.count_nonzero(failed):
                continue
            for row in np.flatnonzero(failed).tolist():
                line = self._model.network.levels[number].lines[row]
                failures.append(
                    {
                        "source": line.source,
                        "destination": line.destination,
                        "sku": line.sku,
                        "units": float(failed[row, 0]),
                    }
                )
        return failures

    def get_state(self) -> dict[str, Any]:
        """Return day, stores, warehouses and suppliers as plain nested dicts of numbers."""
        state = self._now()
        return self._book.describe(state.day, self._book.vector(state))

    def _now(self) -> State:
        return self._state if self._observed is None else self._observed[0]

    @property
    def state_names(self) -> tuple[str, ...]:
        """The names of the entries of `state_vector()`."""
        return ("day", *self._book.names)

    def state_vector(self) -> Array:
        """Return the state as a flat float64 vector, in the order of `state_names`."""
        return np.concatenate([[float(self.day)], self._book.vector(self._now())])

    def get_metrics(self) -> dict[str, Any]:
        """Return the figures of the days after the warm-up so far, in all and for every part."""
        kinds = {place.location: place.kind for place in self._book.places}
        return run_metrics(self._model, self._recorder, self._records, kinds)

    def snapshot(self, path: str | Path) -> Path:
        """Write the twin into a plain data file, from which `restore` goes on bit for bit."""
        files.write(
            Path(path),
            {
                "case": case_to_dict(self.case, inline=True),
                "replication": self.replication,
                "observed": None if self._observed is None else self._observer,
                "state": files.encode_state(self._state),
                "records": files.encode_records(self._records),
            },
        )
        return Path(path)

    @classmethod
    def restore(cls, path: str | Path, *, engine: str = "numpy") -> DigitalTwin:
        """Return the twin that a snapshot was taken of, on whichever engine.

        Raises `SnapshotError` for a file that is no snapshot of this format.
        """
        check_choice(engine)
        content = files.read(Path(path))
        try:
            case = case_from_dict(content["case"])
            if content["observed"] is not None:
                past = cls(case, replication=content["observed"], engine=engine)
                past._load(content)
                past._observe()
            twin = cls(case, replication=content["replication"], engine=engine)
            twin._load(content)
            if content["observed"] is not None:
                twin._observed, twin._observer = past._observed, past.replication
        except (KeyError, TypeError, ValueError, OverflowError, RuntimeError) as error:
            raise files.SnapshotError(f"{path}: the snapshot is damaged ({error})") from error
        return twin

    def _load(self, content: Mapping[str, Any]) -> None:
        """Take over the state and records of a snapshot; raise `ValueError` unless they fit."""
        state = files.fitted(files.decode_state(content["state"]), self._state, self.case.days)
        records = files.decode_records(content["records"])
        if len(records) != state.day or any(r.shape[0] != self._recorder.size for r in records):
            raise ValueError("its records are not those of its days")
        self._state, self._records = state, records

    def fork(self, count: int) -> list[DigitalTwin]:
        """Return `count` twins that share this one's past and meet other customers from now on.

        They go on as the replications after this twin's own. Of a day that was observed, the sales
        are past.
        """
        if type(count) is not int or count < 1:
            raise ValueError(f"fork({count!r:.40}): a whole number of twins, at least 1")
        forks = []
        for number in range(count):
            mine = self.replication + 1 + number
            twin = DigitalTwin(self.case, replication=mine, engine=self.engine)
            twin._state, twin._observed = self._state, self._observed
            twin._observer = self._observer
            twin._records = list(self._records)
            forks.append(twin)
        return forks
