"""Step 4: who gets what of what a location or supplier has."""

from __future__ import annotations

from inventory_hmarl.core.allocation import AllocationRule, Shortage
from inventory_hmarl.core.arrays import Array, fold, join, replace_where, rounded, take
from inventory_hmarl.core.chance import mix
from inventory_hmarl.core.day.desk import Desk
from inventory_hmarl.core.network import Stage


def serve(
    desk: Desk, stage: Stage, available: Array, shares: Array | None = None
) -> tuple[Array, Array]:
    """Step 4: ship a stage's lines from what is available; return what each source sent, and owes.

    Both are `(S, R)`.
    """
    lines = desk.lines(stage, "queued")
    if shares is None:
        sent, owed, shipped = _serve_blocks(desk, stage, lines, available)
    else:
        claimed = _claimed(desk, stage, lines, shares, available)
        first = stage.customers.sum(claimed)
        sent, owed, shipped = _serve_blocks(desk, stage, lines - claimed, available - first)
        sent, shipped = sent + first, shipped + claimed
    if len(stage.parts) == 1:
        desk.trays[stage.parts[0].level].shipped.append(shipped)
    else:
        for part in stage.parts:
            desk.trays[part.level].shipped.append(shipped[part.place])
    if stage.keeps is not None:
        dropped = (lines - shipped) * (1.0 - stage.keeps)
        _drop(desk, stage, dropped)
        owed = owed - stage.customers.sum(dropped)
    return sent, owed


def _claimed(desk: Desk, stage: Stage, lines: Array, shares: Array, available: Array) -> Array:
    """Return what each line has a first claim to and asks for, `(L, R)`: its share, whole units."""
    entitled = rounded(shares * take(available, stage.source_of_line))
    if desk.network.whole_units:
        entitled = desk.library.floor(entitled)
    return desk.library.minimum(lines, entitled)


def _serve_blocks(
    desk: Desk, stage: Stage, lines: Array, available: Array
) -> tuple[Array, Array, Array]:
    """Return what each source sent, and did not send, `(S, R)`, and each line's share of it."""
    customers = stage.customers
    if customers.alike:
        (block,), (rule,), (ties,) = customers.blocks, stage.rules, stage.tie_keys
        need = lines.reshape(block.size, block.count, -1)
        return _serve_block(desk, need, available, ties, rule)
    served = [
        _serve_block(desk, block.members(lines), take(available, block.segments), ties, rule)
        for block, rule, ties in zip(customers.blocks, stage.rules, stage.tie_keys, strict=True)
    ]
    sent, unfilled, shipped = zip(*served, strict=True)
    return customers.gather(sent), customers.gather(unfilled), join(shipped, stage.line_order)


def _serve_block(
    desk: Desk, need: Array, available: Array, tie_keys: Array, rule: AllocationRule
) -> tuple[Array, Array, Array]:
    """Ship one block (C, S, R): all that is asked for where there is enough, else by the rule.

    Return the units that leave each source and those asked for and not sent, `(S, R)`, and the
    units sent on each line, `(C * S, R)`.
    """
    library = desk.library
    total = fold(need)
    sent = library.minimum(total, available)

    def ration(columns: Array, given: Array, segment: Array) -> Array:
        def tie() -> Array:
            day = library.asarray([desk.day]).astype(library.uint32)
            return mix(library.asarray(tie_keys).take(segment, axis=1) ^ mix(day))

        return rule(Shortage(columns, given, tie, desk.network.whole_units))

    shipped = replace_where(total > available, need, ration, available)
    return sent, total - sent, shipped.reshape(-1, need.shape[-1])


def serve_all(desk: Desk, stage: Stage) -> None:
    """Ship whatever is asked for: a supplier without a limit."""
    for part in stage.parts:
        tray = desk.trays[part.level]
        lines = take(tray.queued, part.lines)
        tray.shipped.append(lines)
        if stage.keeps is not None:
            tray.dropped.append(desk.library.zeros_like(lines))


def _drop(desk: Desk, stage: Stage, dropped: Array) -> None:
    """Strike dropped lines off their customers' orders."""
    for part in stage.parts:
        tray, lines = desk.trays[part.level], dropped[part.place]
        tray.dropped.append(lines)
        tray.on_order = tray.on_order - part.points.sum(lines)
