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
from inventory_hmarl.core.demand import Prepared
from inventory_hmarl.core.model import Model
from inventory_hmarl.engines import EngineError, Request
from inventory_hmarl.engines.compiled.program import Arrays, Chunk, Counted, Plan, run_chunk
from inventory_hmarl.engines.compiled.trees import Tree, pack, split
from inventory_hmarl.engines.outcome import Outcome, blank
from inventory_hmarl.engines.workers import Report, spread

STATE_CELLS = 8192  # points x replications side by side: more leaves the cache, fewer call more
WORD_CELLS = 24576  # random words drawn at a time
MOST_BLOCK = 64  # days drawn at a time
CHUNK_CELLS = 2**28  # points x replications x days of a call, so that progress is seen
PREPARED_CELLS = 2**23  # numbers prepared for a call


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
        points = sum(len(level.points) for level in model.network.levels)
        self.size = even_blocks(request.replications.size, max(1, STATE_CELLS // points))
        cells = max(1, model.demand.rows * self.size)
        longest = min(MOST_BLOCK, model.days + 1, WORD_CELLS // cells)
        block = max(2, longest // 2 * 2)
        skeleton, arrays = split(bare(model))
        places, *packed = pack([as_type(array, float_type) for array in arrays])
        self.arrays = Arrays(*jax.device_put(packed))
        self.plan = Plan(skeleton, places, request.keep, self.size, block, float_type)
        self._length = self._chunk_length(points * self.size, block)
        self._prepared: dict[int, tuple[Prepared, ...]] = {}

    def _chunk_length(self, cells: int, block: int) -> int:
        """Return how many days a call runs: whole blocks, up to the horizon."""
        rows = max(1, self.model.demand.rows)
        most = min(
            CHUNK_CELLS // cells,
            PREPARED_CELLS // rows,
            self.model.demand.most_days,
        )
        blocks = min(max(1, most // block), self.model.days // block + 1)
        return blocks * block

    def run(self, replications: Array, into: Outcome, report: Report) -> None:
        """Run at most `size` replications and write what is asked for into their part."""
        count, days = replications.size, self.model.days
        numbers, totals = np.resize(replications, self.size), None
        with jax.enable_x64(True):
            for first in range(0, days + 1, self._length):
                last = min(first + self._length - 1, days)
                totals, kept = run_chunk(
                    self.plan,
                    self.arrays,
                    numbers,
                    self.chunk(first, last),
                    totals,
                    ends=last == days,
                )
                for mine, theirs in ((into.daily, kept.daily), (into.records, kept.records)):
                    if mine is not None:
                        begin = max(first, 1)  # day 0 is none
                        found = np.asarray(theirs)[begin - first : last + 1 - first]
                        mine[begin - 1 : last] = found[..., :count]
                report(count * (last - max(first, 1) + 1))
            assert isinstance(totals, Counted)  # as asked for of the last chunk
            _write(into, totals, count)

    def chunk(self, first: int, last: int) -> Chunk:
        """Return some days as the program takes them; `first` is an even one."""
        if first not in self._prepared:
            prepared = self.model.demand.prepare(first, self._length)
            self._prepared[first] = jax.tree.map(
                functools.partial(as_type, float_type=self.plan.float_type), prepared
            )
        return Chunk(
            self._prepared[first], np.array([first, last, self.model.warmup_days], np.int32)
        )


def _write(into: Outcome, counted: Counted, count: int) -> None:
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


def bare(model: Model) -> Model:
    """Return a model without what no day looks at: names, money, and what demand prepares from."""
    levels = [
        _without(level, points=range(len(level.points)), lines=range(len(level.lines)))
        for level in model.network.levels
    ]
    shares = [
        _without(share, family=_without(share.family, **dict.fromkeys(share.family.prepared_from)))
        for share in model.demand.shares
    ]
    return _without(
        model,
        network=_without(model.network, levels=tuple(levels)),
        demand=_without(model.demand, shares=tuple(shares)),
        rates=(),
        days=0,
        warmup_days=0,
    )


def _without(whole: Tree, **stand_ins: object) -> Tree:
    """Return a dataclass with something of no matter in the place of what is left out."""
    return dataclasses.replace(whole, **stand_ins)


def as_type(array: Array, float_type: str) -> Array:
    """Return an array, its 64-bit floats as another type."""
    return array.astype(float_type, copy=False) if array.dtype == np.float64 else array
