"""Run every peer and the same case here, and put the two side by side."""

from __future__ import annotations

import copy
import json
import math
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure
from benchmarks.peers.environment import AbsentError, clean_environment, prepare
from benchmarks.peers.protocol import (
    DAYS,
    DEVIATION,
    STORES,
    Answer,
    Demand,
    Peer,
    mean_demand,
    speeds,
    store_names,
)
from inventory_hmarl import Case, DigitalTwin, Keep, case_from_dict, simulate
from inventory_hmarl.envs.chain_env import ChainEnv

HERE = Path(__file__).resolve().parent
BATCH = 8192
PATIENCE = 900  # seconds that a peer's script may take
SAME = 1e-6  # units by which two stocks may differ, as sums of fractions are rounded
UNITS = {"fill rate": "share", "cost": "money/day", "demand": "units/day"}
INTERVAL = statistics.NormalDist().inv_cdf(0.975)  # standard errors


@dataclass(frozen=True)
class Ours:
    """What our simulator does with a peer's case."""

    steps: float  # chain-days/s, one chain, a day at a time
    batch: float  # chain-days/s, `BATCH` chains
    environment: float | None  # chain-days/s as a Gymnasium environment, for a peer that is one
    results: Mapping[str, Sequence[float]]  # mean, standard error
    stock: Mapping[str, Sequence[float]]  # each location's units by day, on the given demand


def rows() -> Iterator[Figure]:
    """Measure every peer; one that is absent has a row that says why."""
    for script in scripts():
        peer = describe(script)
        print(f"{peer.distribution}:", file=sys.stderr, flush=True)
        try:
            answer = ask(script, prepare(peer.distribution))
        except AbsentError as error:
            print(f"  {error}", file=sys.stderr, flush=True)
            yield Figure(peer.distribution, None, None, None, "", str(error))
            continue
        print("  inventory-hmarl on the same case ...", file=sys.stderr, flush=True)
        yield from beside(f"{peer.distribution} {answer.version}", answer, ours(peer))


def scripts() -> list[Path]:
    """Return the scripts of the peers."""
    return sorted(HERE.glob("on_*.py"))


def describe(script: Path) -> Peer:
    """Ask a script which peer and which case it is for; its library is not needed."""
    command = [sys.executable, str(script), "describe"]
    return Peer(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))


def ask(script: Path, python: Path) -> Answer:
    """Run a peer's script in the peers' environment."""
    command = [str(python), "-W", "ignore", str(script), "measure"]
    try:
        ended = subprocess.run(
            command,
            check=False,
            input=json.dumps({"demand": same_customers()}),
            text=True,
            stdout=subprocess.PIPE,
            env=clean_environment(),
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired as error:
        raise AbsentError(f"did not run: no answer in {PATIENCE} s") from error
    if ended.returncode != 0:
        raise AbsentError(f"did not run: its script ended with status {ended.returncode}")
    return read_answer(ended.stdout)


def read_answer(text: str) -> Answer:
    """Return what a script printed: its last line, as the library may have printed others."""
    try:
        answer = Answer(**json.loads(text.strip().splitlines()[-1]))
    except (IndexError, TypeError, ValueError) as error:
        raise AbsentError("did not run: its script answered nothing that can be read") from error
    if not answer.speeds or not answer.results:
        raise AbsentError("did not run: its script measured nothing")
    return answer


def same_customers() -> list[list[float]]:
    """Return what the customers of each store ask for on each day, for both simulators."""
    draw = random.Random(7)
    return [
        [float(max(1, round(draw.gauss(mean_demand(day), DEVIATION)))) for _ in range(STORES)]
        for day in range(1, DAYS + 1)
    ]


def replayed(peer: Peer, demand: Demand) -> Case:
    """Return a peer's case with given customers."""
    settings = copy.deepcopy(peer.settings)
    for name, units in zip(store_names(), zip(*demand, strict=True), strict=True):
        given = {"distribution": "replay", "units": list(units)}
        settings["stores"][name]["demand"] = {"sku": given}
    return case_from_dict(settings)


def ours(peer: Peer) -> Ours:
    """Run a peer's case here: timed, for its results, and with the given customers."""
    case = case_from_dict(peer.settings)
    twin = DigitalTwin(case)

    def days() -> None:
        twin.reset()
        for _ in range(case.days):
            twin.step()

    batch = speeds(
        lambda: simulate(case, replications=BATCH, keep=Keep(kpis=False)), BATCH * case.days
    )
    return Ours(
        statistics.median(speeds(days, case.days)),
        statistics.median(batch),
        environment_speed(case) if peer.environment else None,
        our_results(case),
        our_stock(replayed(peer, same_customers())),
    )


def environment_speed(case: Case) -> float:
    """Return how many chain-days/s our Gymnasium environment makes."""
    env = ChainEnv(case)
    env.reset(seed=0)
    action = np.full(env.action_space.shape, -0.8, np.float32)

    def episode() -> None:
        env.reset()
        for _ in range(case.days):
            env.step(action)

    return statistics.median(speeds(episode, case.days))


def our_results(case: Case) -> dict[str, tuple[float, float]]:
    """Return mean and standard error of every result that a peer may have."""
    run = simulate(case, replications=BATCH, keep=Keep(kpis=False))
    chain, places = run.figures(), run.figures("location")
    stores = [row for row, name in enumerate(run.labels("location")) if name in case.stores]
    stock = places["avg_inventory"]
    values = {
        "demand": chain["total_demand"][0] / case.days,
        "fill rate": chain["unit_fill_rate"][0],
        "stock of the stores": stock[stores].sum(axis=0),
        "stock of the warehouse": np.delete(stock, stores, axis=0).sum(axis=0),
        "cost": chain["avg_daily_cost"][0],
    }
    root = math.sqrt(BATCH)
    return {name: (float(x.mean()), float(x.std(ddof=1)) / root) for name, x in values.items()}


def our_stock(case: Case) -> dict[str, list[float]]:
    """Return the stock that each location is charged for on each day, in units."""
    run = simulate(case, keep=Keep(records=True))
    answer = {}
    for number, level in enumerate(run.model.network.levels):
        stock = run.outcome.recorder.of(run.outcome.records, "stock", number)[:, :, 0]
        answer |= {p.location: stock[:, row].tolist() for row, p in enumerate(level.points)}
    return answer


def beside(name: str, answer: Answer, ours: Ours) -> Iterator[Figure]:
    """Return a peer's figures, each with ours beside it."""
    yield from _speeds(name, answer.speeds, ours)
    yield _days(name, answer.stock, ours.stock)
    for result, (mean, error) in answer.results.items():
        our_mean, our_error = ours.results[result]
        apart = abs(mean - our_mean) / math.hypot(error, our_error)
        yield Figure(
            f"{name}, {result}: mean, 95 % interval",
            mean,
            mean - INTERVAL * error,
            mean + INTERVAL * error,
            UNITS.get(result, "units"),
            f"inventory-hmarl: {our_mean:.5g}; {apart:.1f} standard errors apart",
        )


def _speeds(name: str, measured: Mapping[str, Sequence[float]], ours: Ours) -> Iterator[Figure]:
    """Return the rows of the speeds: the first is of one chain, what follows of its batches."""
    for number, (way, values) in enumerate(measured.items()):
        median = statistics.median(values)
        compared = []
        if number == 0:
            compared.append(("a day at a time", ours.steps))
            if ours.environment is not None:
                compared.append(("as a Gymnasium environment", ours.environment))
        if number > 0 or len(measured) == 1:
            compared.append((f"batch of {BATCH:,}", ours.batch))
        told = [f"{s / 1e3:,.4g} {how} ({_times(s / median)})" for how, s in compared]
        yield Figure(
            f"{name}, {way}",
            median / 1e3,
            min(values) / 1e3,
            max(values) / 1e3,
            "thousand chain-days/s",
            f"inventory-hmarl: {', '.join(told)}",
        )


def _times(factor: float) -> str:
    return f"{factor:,.0f} times" if factor >= 20 else f"{factor:.1f} times"


def _days(name: str, stock: Mapping[str, Sequence[float]], ours: Mapping[str, object]) -> Figure:
    """Return the row that says how many stocks are equal, day by day, on the same customers."""
    theirs = np.array([stock[place] for place in ours])
    apart = np.abs(theirs - np.array(list(ours.values())))
    equal = 100 * float((apart <= SAME).mean())
    return Figure(
        f"{name}, same customers: stocks equal to ours",
        equal,
        equal,
        equal,
        "%",
        f"{len(stock)} locations x {DAYS} days; largest difference {apart.max():.3g} units",
    )
