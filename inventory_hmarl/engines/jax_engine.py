"""The compiled engine: the same days as NumPy's, as one program for CPU or GPU.

A run is cut into blocks of replications, which threads share, and into chunks of days, each one
call of a program that is compiled once for each shape (`compiled.program`). Neither shows in the
results.
"""

from __future__ import annotations

import dataclasses
import functools

import jax
import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.demand import Family, Prepared
from inventory_hmarl.core.demand.changing import Changing
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.network import ROUNDING_NOISE
from inventory_hmarl.engines import EngineError, Request
from inventory_hmarl.engines.compiled import program
from inventory_hmarl.engines.compiled.device import at_hand, side_by_side
from inventory_hmarl.engines.compiled.program import (
    Arrays,
    Chunk,
    Counted,
    Kept,
    Plan,
    begin,
    run_chunk,
    run_whole,
)
from inventory_hmarl.engines.compiled.trees import Tree, pack, split
from inventory_hmarl.engines.outcome import Outcome, blank
from inventory_hmarl.engines.sizes import JAX_CELLS as STATE_CELLS
from inventory_hmarl.engines.sizes import JAX_WORDS as WORD_CELLS
from inventory_hmarl.engines.workers import Report, spread

MOST_BLOCK = 64  # days drawn at a time
CHUNK_CELLS = 2**28  # points x replications x days of a call, so that progress is seen
PREPARED_CELLS = 2**23  # numbers prepared for a call
# Units that count as nothing where they are continuous: 32 bits round a thousand units by 6e-5.
NOISE = {"float64": ROUNDING_NOISE, "float32": 1e-3}


def run(model: Model, request: Request) -> Outcome:
    """Return what happens to some replications over the model's horizon."""
    if request.check is not None:
        raise EngineError('checked runs look at each day: use engine="numpy"')
    numbers = request.replications
    whole = blank(model, request.keep, numbers.size)
    with jax.enable_x64(True):
        block = Compiled(model, request)
        parts = [
            functools.partial(
                block.run,
                numbers[start : start + block.size],
                whole.columns(start, start + block.size),
            )
            for start in range(0, numbers.size, block.size)
        ]
        spread(parts, request.workers, request.progress, numbers.size * model.days)
    return whole


class Compiled:
    """A model and what is asked of it, as a program for a block of replications."""

    def __init__(self, model: Model, request: Request) -> None:
        self.model, self.keep = model, request.keep
        float_type = "float32" if request.precision == "fast" else "float64"
        shorter = 64 // np.finfo(float_type).bits  # 32 bits take half the room
        points = sum(len(level.points) for level in model.network.levels)
        most = side_by_side(model, request.keep, STATE_CELLS * shorter)
        self.size = even_blocks(request.replications.size, most)
        words = WORD_CELLS * shorter // max(1, model.demand.rows * self.size)
        longest = min(MOST_BLOCK, model.days + 1, words, model.demand.most_days)
        block = max(2, longest // 2 * 2)
        skeleton, arrays = split(bare(model, NOISE[float_type]))
        places, *packed = pack([as_type(array, float_type) for array in arrays])
        self.arrays = Arrays(*jax.device_put(packed))
        self._length = self._chunk_length(points * self.size, block)
        self.plan = Plan(skeleton, places, request.keep, self.size, block, self._length, float_type)

    def _chunk_length(self, cells: int, block: int) -> int:
        """Return how many days a call runs: whole blocks, up to the horizon."""
        day = [known.daily for known in self.model.demand.prepare(0, 1)]
        prepared = sum(array.size for array in jax.tree.leaves(day))
        most = min(
            CHUNK_CELLS // cells,
            PREPARED_CELLS // max(1, prepared),
            self.model.demand.most_days,
        )
        blocks = min(max(1, most // block), self.model.days // block + 1)
        return blocks * block

    def run(self, replications: Array, into: Outcome, report: Report) -> None:
        """Run at most `size` replications and write what is asked for into their part."""
        count, days = replications.size, self.model.days
        numbers = np.resize(replications, self.size)
        with jax.enable_x64(True):
            if days < self._length:
                chunk = self.chunk(0, days)
                counted, kept = run_whole(self.plan, self.arrays, numbers, chunk)
                _write_days(into, kept, 0, days)
                _write(into, counted, count)
                report(count * days)
            else:
                counted = self._by_chunks(numbers, into, lambda run: report(count * run))
                _write(into, counted, count)

    def _by_chunks(self, numbers: Array, into: Outcome, report: Report) -> Counted:
        totals, days = begin(self.plan, self.arrays), self.model.days
        for first in range(0, days + 1, self._length):
            last = min(first + self._length - 1, days)
            chunk = self.chunk(first, last)
            totals, kept = run_chunk(self.plan, self.arrays, numbers, chunk, totals)
            _write_days(into, kept, first, last)
            jax.block_until_ready(totals)  # or the sign would come before the days
            report(last - max(first, 1) + 1)
        return program.count(totals)

    def chunk(self, first: int, last: int) -> Chunk:
        """Return some days as the program takes them; `first` is an even one."""
        days = np.array([first, last, self.model.warmup_days], np.int32)
        return Chunk(self._whole if first == 0 else self._prepare(first), days)

    @functools.cached_property
    def _whole(self) -> tuple[Prepared, ...]:
        """The first chunk, which is often the whole horizon and serves all replications."""
        return self._prepare(0)

    def _prepare(self, first: int) -> tuple[Prepared, ...]:
        cast = functools.partial(as_type, float_type=self.plan.float_type)
        return tuple(
            Prepared(jax.tree.map(cast, known.daily), jax.tree.map(padded, known.shared))
            for known in self.model.demand.prepare(first, self._length + self.model.days_ahead)
        )


def _write_days(into: Outcome, kept: Kept, first: int, last: int) -> None:
    """Write what is kept of some days; day 0 is none."""
    begun = max(first, 1)
    kept = at_hand(kept)
    for mine, theirs in ((into.daily, kept.daily), (into.records, kept.records)):
        if mine is not None:
            found = np.asarray(theirs)[begun - first : last + 1 - first]
            mine[begun - 1 : last] = found[..., : mine.shape[-1]]


def _write(into: Outcome, counted: Counted, count: int) -> None:
    counted = at_hand(counted)
    into.sums[:] = np.asarray(counted.sums)[:, :count]
    for mine, theirs in (
        *zip(into.cycles_ended, counted.cycles_ended, strict=True),
        *zip(into.cycles_served, counted.cycles_served, strict=True),
    ):
        mine[:] = np.asarray(theirs)[:, :count]


def even_blocks(replications: int, most: int) -> int:
    """Return the size of equal blocks of at most `most` replications."""
    blocks = -(-replications // most)
    return -(-replications // blocks)


def bare(model: Model, noise: float) -> Model:
    """Return a model without what no day looks at: names, money, and what demand prepares from."""
    levels = [
        _without(level, points=range(len(level.points)), lines=range(len(level.lines)))
        for level in model.network.levels
    ]
    shares = [_without(share, family=_unprepared(share.family)) for share in model.demand.shares]
    return _without(
        model,
        network=_without(model.network, levels=tuple(levels), rounding_noise=noise),
        demand=_without(model.demand, shares=tuple(shares)),
        rates=(),
        supply_names=None,
        days=0,
        warmup_days=0,
    )


def _unprepared(family: Family) -> Family:
    """Return a family without what it prepares from, and so what it is made of."""
    if isinstance(family, Changing):
        others = tuple(map(_unprepared, family.others))
        family = _without(family, usual=_unprepared(family.usual), others=others)
    bare: Family = _without(family, **dict.fromkeys(family.prepared_from))
    return bare


def _without(whole: Tree, **stand_ins: object) -> Tree:
    """Return a dataclass with something of no matter in the place of what is left out."""
    return dataclasses.replace(whole, **stand_ins)


def as_type(array: Array, float_type: str) -> Array:
    """Return an array, its 64-bit floats as another type."""
    return array.astype(float_type, copy=False) if array.dtype == np.float64 else array


def padded(table: Array) -> Array:
    """Return a table with as many rows as a power of two, so that most chunks are of one shape."""
    missing = (1 << (len(table) - 1).bit_length()) - len(table)
    return np.pad(table, [(0, missing), *[(0, 0)] * (table.ndim - 1)], mode="edge")
