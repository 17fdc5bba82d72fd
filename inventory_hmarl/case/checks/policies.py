"""Policies: a known rule, its parameters and no others, each within its bounds."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any  # metadata of a dataclass field is a mapping of anything

from inventory_hmarl.case.checks.levels import above, named, whole
from inventory_hmarl.case.faults import ABSENT, Finding, Path, listed, nearest
from inventory_hmarl.case.models import PolicySettings, Store, Warehouse, level_of
from inventory_hmarl.case.models.values import LARGEST
from inventory_hmarl.case.parts import Parts
from inventory_hmarl.policies import RULES

Description = Mapping[str, Any]


def described(rule: str) -> dict[str, Description]:
    """Return what each parameter of a rule must be; fields that a user does not set left out."""
    return {
        each.name: {"required": _is_required(each), **each.metadata}
        for each in dataclasses.fields(RULES[rule])
        if "kind" in each.metadata
    }


def _is_required(field: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing


def findings(parts: Parts) -> Iterator[Finding]:
    """Yield faults of policies."""
    for path, place in parts.locations:
        if not parts.clear(path, "policy"):
            continue
        if place.policy.rule not in RULES:
            near = nearest(place.policy.rule, RULES)
            rule = f"must be one of {listed(RULES)}"
            yield Finding((*path, "policy", "rule"), place.policy.rule, rule, near)
        else:
            yield from _parameters(parts, path, place)


def _parameters(parts: Parts, path: Path, place: Store | Warehouse) -> Iterator[Finding]:
    policy, known = place.policy, described(place.policy.rule)
    root = (*path, "policy")
    slips: set[str | None] = set()
    for name, value in policy.parameters.items():
        if name not in known:
            near = nearest(name, known)
            slips.add(near)
            rule = f"is not a parameter of {policy.rule}, which has {listed(known) or 'none'}"
            yield Finding((*root, name), value, rule, near)
    bad = False
    for name, about in known.items():
        if name in policy.parameters:
            for found in _parameter(parts, (*root, name), policy.parameters[name], about):
                bad = True
                yield found
        elif about["required"]:
            bad = True
            if name in slips:
                continue  # it is there, under a name that is nearly right
            yield Finding((*root, name), ABSENT, f"is required by {policy.rule}: {about['help']}")
    if not bad:
        yield from _together(parts, path, place, known)


def _parameter(parts: Parts, path: Path, value: object, about: Description) -> Iterator[Finding]:
    kind = about["kind"]
    if kind == "whole" and not (isinstance(value, float) and value.is_integer()):
        yield Finding(path, value, "must be a whole number, the same for every SKU")
        return
    entries = value.items() if isinstance(value, Mapping) and kind != "whole" else [(None, value)]
    good = True
    for sku, entry in entries:
        place = path if sku is None else (*path, sku)
        for found in _entry(parts, place, entry, about):
            good = False
            yield found
    if good and isinstance(value, Mapping):
        carried = parts.carried_at(path[:2])
        yield from named(parts, path, value, carried, carried)


def _entry(parts: Parts, path: Path, entry: object, about: Description) -> Iterator[Finding]:
    """Yield faults of a parameter of one SKU, or of all alike."""
    table = about["kind"] == "table"
    if isinstance(entry, tuple) != table:
        rule = "must be a list of numbers, one per day" if table else "must be a number"
        yield Finding(path, list(entry) if isinstance(entry, tuple) else entry, rule)
        return
    numbers = entry if isinstance(entry, tuple) else (entry,)
    least = about["minimum"]
    most = LARGEST if about["maximum"] is None else about["maximum"]
    for day, number in enumerate(numbers):
        place = (*path, day) if table else path
        if number < least:
            yield Finding(place, number, f"must be at least {least:g}")
        elif number > most:
            yield Finding(place, number, f"must be at most {most:g}")
        elif about["kind"] in {"level", "table"}:
            yield from whole(parts, place, number)


def _together(
    parts: Parts, path: Path, place: Store | Warehouse, known: Mapping[str, Description]
) -> Iterator[Finding]:
    """Yield faults between the parameters of a rule, and between them and the location."""
    carried = parts.carried_at(path)
    if carried is None:
        return
    for name, about in known.items():
        target = place.policy.parameters.get(name)
        fits = (
            place.max_inventory is None or target is None or not parts.clear(path, "max_inventory")
        )
        if about.get("position_target") and not fits:
            yield from above((*path, "policy", name), target, place.max_inventory, carried)
    rule = RULES[place.policy.rule]
    if not hasattr(rule, "faults"):
        return
    told: set[str] = set()
    if not any(isinstance(value, Mapping) for value in place.policy.parameters.values()):
        carried = carried[:1]  # what holds for one SKU holds for all
    for sku in carried:
        numbers = _numbers_of(place.policy, sku)
        for text in rule.faults(numbers) if numbers is not None else ():
            if text not in told:
                told.add(text)
                yield _spoken((*path, "policy"), place.policy, sku, text, known)


def _numbers_of(policy: PolicySettings, sku: str) -> dict[str, float] | None:
    numbers: dict[str, float] = {}
    for name, value in policy.parameters.items():
        if isinstance(value, Mapping) and sku not in value:
            return None
        own = value[sku] if isinstance(value, Mapping) else value
        if isinstance(own, float):
            numbers[name] = own
        elif isinstance(own, tuple):
            numbers[name] = float(len(own))  # of a table, how long it is
    return numbers


def _spoken(
    root: Path, policy: PolicySettings, sku: str, text: str, known: Mapping[str, Description]
) -> Finding:
    """Return what a rule says, at the parameter with which it begins: "<name> <number> <fault>"."""
    head, _, tail = text.partition("; ")
    words = head.split(" ", 2)
    rule = f"for SKU '{sku}'" + (f"; {tail}" if tail else "")
    if len(words) < 3 or words[0] not in known:
        return Finding(root, ABSENT, f"{head} {rule}")
    value = policy.parameters[words[0]]
    place = (*root, words[0], sku) if isinstance(value, Mapping) else (*root, words[0])
    number = level_of(value, sku) if isinstance(value, float | Mapping) else value  # type: ignore[arg-type]  # a level
    return Finding(place, number, f"{words[2]} {rule}")
