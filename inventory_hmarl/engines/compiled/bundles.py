"""A tree of arrays in as few arrays as may be: what a program is called with day by day.

A call costs some microseconds for each array that goes in or comes out, whatever its size.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import jax
import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.engines.compiled.trees import Places, packed, places_of, unpack

Tree: TypeAlias = Any  # of tuples, arrays and None

# As XLA schedules by default, each small operation may go to another thread: half a call's time.
ONE_AFTER_THE_OTHER = {"xla_cpu_scheduler_type": "CPU_SCHEDULER_TYPE_MEMORY_OPTIMIZED"}


@dataclass(frozen=True, eq=False)
class Form:
    """How a tree is put together, and where its arrays went; equal ones are one object."""

    definition: Any  # JAX's, of the tree
    places: Places
    kinds: int  # of small arrays, which come before the large ones

    def tree(self, arrays: Sequence[Array]) -> Tree:
        """Return the tree, inside a program or of arrays at hand."""
        parts = unpack(self.places, arrays[: self.kinds], arrays[self.kinds :])
        return jax.tree.unflatten(self.definition, parts)

    def read(self, arrays: Sequence[Array]) -> Tree:
        """Return the tree of what a program gave, of NumPy's arrays: views of its memory."""
        return self.tree([np.asarray(array) for array in arrays])


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Bundle:
    """A tree in few arrays: the small ones of each type as one."""

    arrays: list[Array]
    form: Form = field(metadata={"static": True})

    def tree(self) -> Tree:
        """Return the tree."""
        return self.form.tree(self.arrays)

    def read(self) -> Tree:
        """Return the tree of what a program gave, of NumPy's arrays: views of its memory."""
        return self.form.read(self.arrays)


def bundle(tree: Tree) -> Bundle:
    """Return a tree in few arrays; inside a program, or of arrays at hand.

    >>> both = bundle((np.zeros(2), np.ones((1, 2))))
    >>> both.arrays, both.tree()
    ([array([0., 0., 1., 1.])], (array([0., 0.]), array([[1., 1.]])))
    """
    arrays, definition = jax.tree.flatten(tree)
    places = places_of(arrays)
    small, large = packed(places, arrays)
    return Bundle([*small, *large], _form(definition, places, len(small)))


@functools.lru_cache(maxsize=256)
def _form(
    definition: Any,  # noqa: ANN401 - JAX does not name its type
    places: Places,
    kinds: int,
) -> Form:
    return Form(definition, places, kinds)
