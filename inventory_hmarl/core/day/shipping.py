"""Step 4: who gets what of what a location or supplier has."""

from __future__ import annotations

from typing import NamedTuple

from inventory_hmarl.core.allocation import RULES, AllocationRule, Cover, Shortage
from inventory_hmarl.core.arrays import Array, fold, join, replace_where, rounded, take
from inventory_hmarl.core.chance import tie_words
from inventory_hmarl.core.day.desk import Desk
from inventory_hmarl.core.network import Handling, Stage


def serve(
    desk: Desk, stage: Stage, available: Array, shares: Array | None = None
) -> tuple[Array, Array]:
    """Step 4: ship a stage's lines from what is available; return what each source sent, and owes.

    Both are `(S, R)`. What is kept for a line's destination goes to it first, then what a share of
    the stock gives it a claim to, then what the allocation rule hands out.
    """
    lines = desk.lines(stage, "servable")
    if stage.reserved is not None:
        available = _without_kept(desk, stage, lines, available)
    if stage.limits is not None and desk.lasting is not None:
        available = stage.limits.least(desk.lasting, available)
    if stage.handling is not None:
        available = _handled(desk, stage.handling, stage.customers.sum(lines), available)
    if stage.reserved is None and shares is None:
        sent, owed, shipped = _serve_blocks(desk, stage, lines, available)
    else:
        first, left = _first(desk, stage, lines, available, shares)
        sent, owed, shipped = _serve_blocks(desk, stage, lines - first, left, first)
        sent, shipped = sent + stage.customers.sum(first), shipped + first
    if len(stage.parts) == 1:
        desk.trays[stage.parts[0].level].shipped.append(shipped)
    else:
        for part in stage.parts:
            desk.trays[part.level].shipped.append(shipped[part.place])
    if desk.network.disruptions is not None and desk.holds_back(stage):
        queued = desk.lines(stage, "queued")
        owed = owed + stage.customers.sum(queued - lines)
        lines = queued
    if stage.keeps is not None:
        dropped = (lines - shipped) * (1.0 - stage.keeps)
        _drop(desk, stage, dropped)
        owed = owed - stage.customers.sum(dropped)
    return sent, owed


def _without_kept(desk: Desk, stage: Stage, lines: Array, available: Array) -> Array:
    """Return what may leave, `(S, R)`: without what is kept for those who do not ask for it."""
    own = desk.library.minimum(lines, stage.reserved)
    unused = stage.customers.sum(stage.reserved - own)
    claimed = desk.library.minimum(stage.customers.sum(own), available)
    return desk.library.maximum(available - unused, claimed)


def _handled(desk: Desk, handling: Handling, asked: Array, available: Array) -> Array:
    """Return what may leave of each SKU, `(S, R)`, where the SKUs of a location share a limit.

    It is shared in proportion to what would leave without one, by largest remainders.
    """
    library, rule = desk.library, RULES["proportional"]
    wanted = library.minimum(asked, available)
    limit = library.broadcast_to(handling.limit, (handling.limit.shape[0], wanted.shape[-1]))
    parts = [
        _serve_block(
            desk, Counter(block.members(wanted), take(limit, block.segments), ties, rule, None)
        )[2]
        for block, ties in zip(handling.points.blocks, handling.tie_keys, strict=True)
    ]
    fits = take(handling.points.sum(wanted) <= limit, handling.location)
    return library.where(fits, available, join(parts, handling.order))


def _first(
    desk: Desk, stage: Stage, lines: Array, available: Array, shares: Array | None
) -> tuple[Array, Array]:
    """Return what lines get before the allocation rule hands out the rest, and that rest.

    `(L, R)` and `(S, R)`.
    """
    library, first = desk.library, None
    if stage.reserved is not None:
        own = library.minimum(lines, stage.reserved)
        sent, _, first = _serve_blocks(desk, stage, own, available)
        available = available - sent
        lines = lines - first
    if shares is not None:
        claimed = _claimed(desk, stage, lines, shares, available)
        available = available - stage.customers.sum(claimed)
        first = claimed if first is None else first + claimed
    assert first is not None
    return first, available


def _claimed(desk: Desk, stage: Stage, lines: Array, shares: Array, available: Array) -> Array:
    """Return what each line has a first claim to and asks for, `(L, R)`: its share, whole units."""
    entitled = rounded(shares * take(available, stage.source_of_line))
    if desk.network.whole_units:
        entitled = desk.library.floor(entitled)
    return desk.library.minimum(lines, entitled)


def _serve_blocks(
    desk: Desk, stage: Stage, lines: Array, available: Array, had: Array | None = None
) -> tuple[Array, Array, Array]:
    """Return what each source sent, and did not send, `(S, R)`, and each line's share of it.

    `had` is what lines have got already, which a rule may look at.
    """
    customers = stage.customers
    stock = None if stage.weights is None else _stock(desk, stage, had)
    if customers.alike:
        (block,), (rule,), (ties,) = customers.blocks, stage.rules, stage.tie_keys
        shape = (block.size, block.count, -1)
        cover = None
        if stock is not None and stage.weights is not None:
            cover = Cover(stock.reshape(shape), stage.weights.reshape(shape))
        return _serve_block(desk, Counter(lines.reshape(shape), available, ties, rule, cover))
    served = []
    for block, rule, ties in zip(customers.blocks, stage.rules, stage.tie_keys, strict=True):
        cover = None
        if stock is not None and stage.weights is not None:
            cover = Cover(block.members(stock), block.members(stage.weights))
        mine = take(available, block.segments)
        served.append(_serve_block(desk, Counter(block.members(lines), mine, ties, rule, cover)))
    sent, unfilled, shipped = zip(*served, strict=True)
    return customers.gather(sent), customers.gather(unfilled), join(shipped, stage.line_order)


def _stock(desk: Desk, stage: Stage, had: Array | None) -> Array:
    """Return what the destination of each line has or is on its way to it, `(L, R)` units.

    Less what it owes; without what is shipped today but for what lines `had`. What will be
    reported failed is among it: nobody knows before.
    """
    parts = []
    for part in stage.parts:
        tray = desk.trays[part.level]
        asked = tray.queued if tray.posted is None else tray.queued + tray.posted
        stock = tray.standing + tray.level.lines_of_point.sum(tray.ordered - asked)
        parts.append(take(take(stock, tray.level.point_of_line), part.lines))
    stock = join(parts, None)
    return stock if had is None else stock + had


class Counter(NamedTuple):
    """One block of sources, as they serve their customers."""

    need: Array  # (C, S, R) units asked for
    available: Array  # (S, R) units
    tie_keys: Array  # (C, S) uint32
    rule: AllocationRule
    cover: Cover | None  # (C, S, R) and (C, S, 1); None: the rule does not look at it


def _serve_block(desk: Desk, counter: Counter) -> tuple[Array, Array, Array]:
    """Ship one block: all that is asked for where there is enough, else by the rule.

    Return the units that leave each source and those asked for and not sent, `(S, R)`, and the
    units sent on each line, `(C * S, R)`.
    """
    library, cover = desk.library, counter.cover
    total = fold(counter.need)
    sent = library.minimum(total, counter.available)

    def ration(columns: Array, given: Array, segment: Array, *stock: Array) -> Array:
        def tie() -> Array:
            return tie_words(counter.tie_keys, segment, desk.day, library)

        def seen() -> Cover:
            assert cover is not None
            return Cover(stock[0], library.asarray(cover.weight)[:, :, 0].take(segment, axis=1))

        whole = desk.network.whole_units
        return counter.rule(Shortage(columns, given, tie, whole, seen if stock else None))

    beside = () if cover is None else (cover.stock,)
    short = total > counter.available
    shipped = replace_where(short, counter.need, ration, counter.available, *beside)
    return sent, total - sent, shipped.reshape(-1, counter.need.shape[-1])


def serve_all(desk: Desk, stage: Stage) -> None:
    """Ship whatever is asked for: a supplier without a limit."""
    for part in stage.parts:
        tray = desk.trays[part.level]
        lines = take(tray.servable, part.lines)
        tray.shipped.append(lines)
        if stage.keeps is not None:
            tray.dropped.append(desk.library.zeros_like(lines))


def _drop(desk: Desk, stage: Stage, dropped: Array) -> None:
    """Strike dropped lines off their customers' orders."""
    for part in stage.parts:
        tray, lines = desk.trays[part.level], dropped[part.place]
        tray.dropped.append(lines)
        tray.on_order = tray.on_order - part.points.sum(lines)
