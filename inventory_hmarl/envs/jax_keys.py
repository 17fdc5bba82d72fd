"""Whose customers a chain in JAX meets: keys, which are seeds, and the chance of one day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from inventory_hmarl.core import supply
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.chance import DAYS_PER_BLOCK, DRAW_ROUNDS, name_key, threefry
from inventory_hmarl.core.demand import Prepared, Share
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.state import Chance
from inventory_hmarl.engines.compiled.pieces import apart
from inventory_hmarl.extras import needed

jax = needed("jax", "jax", "inventory_hmarl.envs.functional")
jnp, lax = jax.numpy, jax.lax


class Keys(NamedTuple):
    """Whose chance some chains meet."""

    demand: tuple[tuple[Array, ...], ...]  # (2, rows, R) uint32, those of a share of the demand
    supply: supply.Keys  # (2, rows, R) uint32
    episode: Array  # (R,) uint32


def key_of(seed: int) -> Array:
    """Return the JAX key whose customers are those of a seed: `(2,)` uint32.

    It is `jax.random.PRNGKey(seed)`, for seeds of 64 bits too.

    >>> key_of(7), key_of(2**32 + 7)
    (array([0, 7], dtype=uint32), array([1, 7], dtype=uint32))
    """
    return np.array([seed >> 32 & 0xFFFFFFFF, seed & 0xFFFFFFFF], np.uint32)


def seed_of(key: Array) -> int:
    """Return the seed whose customers a JAX key brings.

    >>> seed_of(jax.random.PRNGKey(7))
    7
    """
    high, low = np.asarray(jax.random.key_data(key) if is_typed(key) else key).tolist()
    return int(high) << 32 | int(low)


def demand_names(model: Model) -> tuple[tuple[Array, ...], ...]:
    """Return the words of the names of each share's rows and common streams: uint32 `(2, rows)`."""
    selling = [
        level
        for level, rows in zip(model.network.levels, model.demand.levels, strict=True)
        if rows is not None
    ]
    names = [("demand", p.location, p.sku) for level in selling for p in level.points]
    words = np.array([name_key(*name) for name in names], np.uint32).T
    standing = np.empty_like(words)
    standing[:, slice(None) if model.demand.order is None else model.demand.order] = words
    sizes = np.cumsum([share.rows for share in model.demand.shares])
    return tuple(
        (own, *(stream.names for stream in (share.copula.common if share.copula else ())))
        for share, own in zip(
            model.demand.shares, np.split(standing, sizes[:-1], axis=1), strict=True
        )
    )


def keys_of(
    names: tuple[tuple[tuple[Array, ...], ...], supply.Keys],
    key: Array,
    episode: Array,
) -> Keys:
    """Return whose chance the chains of a key, `(2,)`, or of several, `(R, 2)`, meet.

    `names` are the words of the names of what is drawn: of demand and of supply.
    """
    high, low = jnp.reshape(key, (-1, 2)).T

    def under(names: Array) -> Array:
        words = jnp.asarray(names[0][:, None]), jnp.asarray(names[1][:, None])
        drawn: Array = jnp.stack(threefry(words, (low[None], high[None])))
        return drawn

    return Keys(
        tuple(tuple(map(under, each)) for each in names[0]),
        supply.each(names[1], under),
        jnp.broadcast_to(jnp.asarray(episode, jnp.uint32), low.shape),
    )


def chance_of(model: Model, prepared: tuple[Prepared, ...], keys: Keys, day: int | Array) -> Chance:
    """Return the chance of one day; `prepared` is the demand of all days."""
    demand, foresight, days = model.demand, model.foresight, model.days_ahead + 1
    word = [
        _words_of_days(share, mine, keys.episode, day, days)
        for share, mine in zip(demand.shares, keys.demand, strict=True)
    ]
    known = tuple(
        Prepared(
            jax.tree.map(lambda daily: lax.dynamic_slice_in_dim(daily, day, days), each.daily),
            each.shared,
        )
        for each in prepared
    )
    shape = (days, keys.episode.shape[0])
    units = apart(lambda word, known: demand.sample(word, known, shape), word, known)
    told = () if foresight is None else foresight.of(units, day, 1)
    drawn = supply.draw_supply(
        model.network, keys.supply, lambda key: _word(key, keys.episode, day)
    )
    foreseen = supply.each(told, lambda units: units[0])
    return Chance(demand.by_level(units[0]), drawn, foreseen)


def _words_of_days(
    share: Share, keys: tuple[Array, ...], episode: Array, day: int | Array, days: int
) -> Array | None:
    """Return the words of an odd number of days of a share, uint32 `(days, rows, R)`, or None."""
    pairs = jnp.asarray(day // DAYS_PER_BLOCK, jnp.uint32) + np.arange(days // 2 + 1).astype("u4")
    word = share.words_of_pairs(keys, episode, pairs)
    return None if word is None else jnp.where(day % DAYS_PER_BLOCK == 0, word[:-1], word[1:])


def _word(key: Array, episode: Array, day: int | Array) -> Array:
    """Return the words of one day: uint32 `(rows, R)`."""
    shape = key.shape[1:]
    pair = jnp.broadcast_to(jnp.asarray(day // 2, jnp.uint32), shape)
    counter = jnp.broadcast_to(episode, shape), pair
    even, odd = threefry((key[0], key[1]), counter, DRAW_ROUNDS)
    word: Array = jnp.where(day % 2 == 0, even, odd)
    return word


def is_typed(key: Array) -> bool:
    """Whether a key is one of JAX's typed keys, and not its words."""
    return bool(jnp.issubdtype(key.dtype, jax.dtypes.prng_key))
