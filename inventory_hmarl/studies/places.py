"""Places in a case, in the words of its file: `stores.store_1.policy.reorder_point`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from inventory_hmarl.case.faults import ABSENT, Fault, listed, nearest
from inventory_hmarl.case.models import Case
from inventory_hmarl.studies.errors import StudyError

Place = tuple["str | int", ...]

ALL = "*"
STEP = re.compile(
    r"""(?:^|\.) (?: "(?P<quoted>[^"]+)" | (?P<plain>[^.\[\]"=]+) )
    | \[ (?P<index>\d{1,9}|\*) \]""",
    re.VERBOSE,
)
ID_SECTIONS = ("skus", "stores", "warehouses", "suppliers")
LIST_SECTIONS = ("lanes", "spikes", "promotions", "events", "cost_changes")


def split_place(text: str) -> Place:
    """Return the steps of a place; entries of lists count from 0, `*` stands for all.

    >>> split_place('lanes[0].lead_time'), split_place('skus."a.b".holding_cost')
    (('lanes', 0, 'lead_time'), ('skus', 'a.b', 'holding_cost'))
    """
    steps: list[str | int] = []
    end = 0
    while end < len(text):
        found = STEP.match(text, end) if end else STEP.match(text)
        if found is None:
            break
        index = found["index"]
        name = index or found["quoted"] or found["plain"]
        steps.append(int(index) if index and index != ALL else name)
        end = found.end()
    if not steps or end < len(text):
        rule = (
            "is no place in a case: write it as stores.store_1.max_inventory or lanes[0].lead_time"
        )
        raise StudyError([Fault(f"--vary {text:.200}", ABSENT, rule)])
    return tuple(steps)


def places(data: Mapping[str, object], text: str) -> list[Place]:
    """Return the places that a place with `*` stands for; raises `StudyError`.

    Ids and entries of lists must be there. Settings need not be: a default is no part of a case's
    data, and whether a setting exists is for the case to say.
    """
    return list(_expanded(data, split_place(text), (), text))


def _expanded(inside: object, steps: Place, done: Place, text: str) -> Iterator[Place]:
    if not steps:
        yield done
        return
    first, rest = steps[0], steps[1:]
    for step in _matching(inside, first, done, text):
        below = _below(inside, step)
        if rest and not (below is None or isinstance(below, Mapping | list)):
            raise StudyError([_no_table(text, (*done, step), below)])
        yield from _expanded(below, rest, (*done, step), text)


def _below(inside: object, step: str | int) -> object:
    if isinstance(inside, list) and isinstance(step, int):
        return inside[step]
    return inside.get(step) if isinstance(inside, Mapping) else None


def _matching(inside: object, step: str | int, done: Place, text: str) -> list[str | int]:
    if isinstance(inside, list):
        return _entries(inside, step, done, text)
    known = [str(name) for name in inside] if isinstance(inside, Mapping) else []
    if step == ALL and known:
        return list(known)
    if not done:
        known = list(Case.model_fields)
    must_be_there = not done or step == ALL or (len(done) == 1 and done[0] in ID_SECTIONS)
    if isinstance(step, str) and (step in known or not must_be_there):
        return [step]
    near = nearest(step, known)
    rule = "is not in the case" + ("" if near else f"; there are {listed(known)}")
    raise StudyError([Fault(_said(text, (*done, step)), ABSENT, rule, near)])


def _entries(inside: list[object], step: str | int, done: Place, text: str) -> list[str | int]:
    if step == ALL:
        return list(range(len(inside)))
    if isinstance(step, int) and step < len(inside):
        return [step]
    name = written(done)
    rule = f"is not in the case: its {name} are {name}[0] to {name}[{len(inside) - 1}]"
    raise StudyError([Fault(_said(text, (*done, step)), ABSENT, rule)])


def _no_table(text: str, place: Place, value: object) -> Fault:
    rule = "has no settings of its own; to vary one part of it, write it as a table in the case"
    return Fault(_said(text, place), value, rule)


def _said(text: str, place: Place) -> str:
    """Return a place as an error names it, with what was asked for where that is more."""
    short = written(place)
    return f"--vary {short}" if short == text else f"--vary {text:.200}: {short}"


def written(place: Place) -> str:
    """Return a place as a user writes it.

    >>> written(("lanes", 0, "lead_time")), written(("skus", "a.b"))
    ('lanes[0].lead_time', 'skus."a.b"')
    """
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            plain = re.fullmatch(r'[^.\[\]"=]+', step)
            text += ("." if text else "") + (step if plain else f'"{step}"')
    return text


def changed(
    data: Mapping[str, object], changes: Sequence[tuple[Place, object]]
) -> dict[str, object]:
    """Return a case's data with other values at some places; nothing of `data` is changed.

    >>> changed({"lanes": [{"lead_time": 2}]}, [(("lanes", 0, "lead_time"), 5)])
    {'lanes': [{'lead_time': 5}]}
    """
    made: object = data
    for place, value in changes:
        made = _with(made, place, value)
    assert isinstance(made, dict)
    return made


def _with(inside: object, place: Place, value: object) -> object:
    """Return a copy of tables and lists along one place; what lies beside it is shared."""
    if not place:
        return value
    step = place[0]
    if isinstance(inside, list) and isinstance(step, int):
        return [*inside[:step], _with(inside[step], place[1:], value), *inside[step + 1 :]]
    table = dict(inside) if isinstance(inside, Mapping) else {}
    table[step] = _with(table.get(step), place[1:], value)
    return table
