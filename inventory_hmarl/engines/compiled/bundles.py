"""A tree of arrays in as few arrays as may be: what a program is called with day by day.

A call costs some microseconds for each array that goes in or comes out, whatever its size.
"""

from __future__ import annotations

import functools
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

    tree: Any  # JAX's definition of it
    places: Places


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Bundle:
    """A tree in few arrays: the small ones of each type as one."""

    small: list[Array]
    large: list[Array]
    form: Form = field(metadata={"static": True})

    def tree(self) -> Tree:
        """Return the tree."""
        arrays = unpack(self.form.places, self.small, self.large)
        return jax.tree.unflatten(self.form.tree, arrays)

    def read(self) -> Tree:
        """Return the tree of what a program gave, of NumPy's arrays: views of its memory."""
        small, large = (list(map(np.asarray, arrays)) for arrays in (self.small, self.large))
        return Bundle(small, large, self.form).tree()


def bundle(tree: Tree) -> Bundle:
    """Return a tree in few arrays; inside a program, or of arrays at hand.

    >>> both = bundle((np.zeros(2), np.ones((1, 2))))
    >>> both.small, both.tree()
    ([array([0., 0., 1., 1.])], (array([0., 0.]), array([[1., 1.]])))
    """
    arrays, definition = jax.tree.flatten(tree)
    form = _form(definition, places_of(arrays))
    return Bundle(*packed(form.places, arrays), form)


@functools.lru_cache(maxsize=256)
def _form(definition: Any, places: Places) -> Form:  # noqa: ANN401 - JAX does not name its type
    return Form(definition, places)
