"""Whatever is done to a case, it is a case or it is explained."""

import copy
import json
import math
import random
import time

import pytest

from inventory_hmarl.case import (
    CaseError,
    case_from_dict,
    case_from_settings,
    case_to_dict,
    load_case,
)

MUTANTS = 1500
SECONDS_EACH = 2.0  # generous: a mutant takes milliseconds
VALUES = [
    None, True, False, 0, -1, 1, 2.5, 1e308, -1e308, 1e-308, math.nan, math.inf, -math.inf,
    10**400, "", " ", "x", "store_1", "milk", "\ud800", "a" * 100_000, [], [[]], {}, {"": 0},
    {"milk": {}}, {1: 2}, {None: None}, (), {1, 2}, b"x", [1] * 1000, {"rule": "s_S"}, object(),
]  # fmt: skip


def places(data):
    """Yield every container of some data with each of its keys."""
    entries = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in list(entries):
        yield data, key
        if isinstance(value, dict | list):
            yield from places(value)


def attempt(make, *given):
    """Return a case and no faults, or no case and its faults."""
    try:
        return make(*given), ()
    except CaseError as error:
        return None, error.faults


def mutate(data, chance):
    """Break one place of some data."""
    owner, key = chance.choice(list(places(data)))
    kind = chance.randrange(5)
    if kind == 0:
        del owner[key]
    elif kind == 1 and isinstance(owner, dict):
        owner[f"{key}x"] = owner.pop(key)
    elif kind == 2:
        other, name = chance.choice(list(places(data)))
        owner[key] = copy.deepcopy(other[name])
    elif kind == 3 and isinstance(owner, dict):
        owner["surplus"] = copy.deepcopy(chance.choice(VALUES))
    else:
        owner[key] = copy.deepcopy(chance.choice(VALUES))


@pytest.mark.parametrize("mutations", [1, 2, 6])
def test_mutants_are_cases_or_case_errors(default_data, mutations):
    """A broken case raises `CaseError`, soon, and nothing else; the rest survive a round trip."""
    chance = random.Random(mutations)
    for _ in range(MUTANTS):
        data = copy.deepcopy(default_data)
        for _ in range(mutations):
            mutate(data, chance)
        start = time.perf_counter()
        case, faults = attempt(case_from_dict, data)
        assert (case is None) == bool(faults)
        assert all(len(str(fault)) < 1000 for fault in faults)
        assert case is None or case_from_dict(case_to_dict(case)) == case
        assert time.perf_counter() - start < SECONDS_EACH


def test_unknown_keys_are_never_accepted(default_data):
    """A surplus key is a fault wherever settings stand, with its name in it."""
    default_data["demand"] = {"distribution": "normal"}
    default_data["cost_weights"] = {"holding": 1}
    default_data["spikes"] = [{"first_day": 1, "last_day": 2, "multiplier": 2}]
    default_data["lanes"][0]["initial_on_order"] = [{"sku": "milk", "due_day": 1, "units": 1}]
    owners = [default_data, *(o[k] for o, k in places(default_data) if isinstance(o[k], dict))]
    for number in range(len(owners)):
        data = copy.deepcopy(default_data)
        copies = [data, *(o[k] for o, k in places(data) if isinstance(o[k], dict))]
        copies[number]["surplus"] = 1
        with pytest.raises(CaseError, match="surplus"):
            case_from_dict(data)


def test_mutants_of_settings_are_cases_or_case_errors(settings):
    """A broken dict of the brief raises `CaseError` and nothing else."""
    chance = random.Random(0)
    for _ in range(MUTANTS):
        data = copy.deepcopy(settings)
        for _ in range(chance.choice([1, 3])):
            mutate(data, chance)
        case, faults = attempt(case_from_settings, data)
        assert (case is None) == bool(faults)


def test_mutants_of_json_text_are_cases_or_case_errors(default_data, tmp_path):
    """A file with some characters changed is read, or refused with a `CaseError`."""
    text = json.dumps(default_data)
    chance = random.Random(1)
    path = tmp_path / "case.json"
    for _ in range(300):
        start = chance.randrange(len(text))
        path.write_text(text[:start] + chance.choice('"{}[]:,x9-.') + text[start + 1 :])
        case, faults = attempt(load_case, path)
        assert (case is None) == bool(faults)
