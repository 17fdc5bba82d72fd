"""What-if changes of a case: one file a kind of event.

A scenario is a frozen dataclass with a `name`, a `description` and `apply(case) -> case`, a pure
function: whatever the order of building, applying and resetting, the run is that of the changed
case. To add one, write a module here that defines `SCENARIO`; its fields are its parameters.
"""

from __future__ import annotations

import dataclasses
import difflib
import importlib
import math
import pkgutil
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Protocol, TypeAlias, cast

from pydantic import ValidationError

from inventory_hmarl.case import Case, CaseError
from inventory_hmarl.scenarios._words import EXAMPLE as EXAMPLE
from inventory_hmarl.scenarios._words import parameters, parted, value_of


class Scenario(Protocol):
    """A named change of a case."""

    name: ClassVar[str]
    description: ClassVar[str]

    def apply(self, case: Case) -> Case:
        """Return the case with the scenario in it; the argument is not changed."""


Scenarios: TypeAlias = "str | Scenario | Iterable[str | Scenario] | None"

SCENARIOS: dict[str, Scenario] = {}


def register(scenario: Scenario) -> Scenario:
    """Make a scenario known by its name, with these parameters."""
    SCENARIOS[scenario.name] = scenario
    return scenario


class ScenarioError(ValueError):
    """A scenario that cannot be applied: to nothing, or to this case."""


class UnknownScenario(ScenarioError):
    """No scenario or parameter has that name."""


def get_scenario(name: str, **parameters: Any) -> Scenario:
    """Return a scenario by name, with some of its parameters changed.

    Raises `UnknownScenario` for a name that is not registered, or a parameter that it lacks.

    >>> get_scenario("spike", multiplier=3.0).multiplier
    3.0
    """
    if name not in SCENARIOS:
        raise UnknownScenario(_unknown("scenario", name, SCENARIOS))
    scenario: Any = SCENARIOS[name]
    fields = {field.name: str(field.type) for field in dataclasses.fields(scenario)}
    defaults = {field: getattr(scenario, field) for field in fields}
    for parameter, value in parameters.items():
        if parameter not in defaults:
            raise UnknownScenario(_unknown(f"parameter of scenario '{name}'", parameter, defaults))
        if value is not None or "None" not in fields[parameter]:
            _check_parameter(f"{name}.{parameter}", value, defaults[parameter])
    changed: Scenario = dataclasses.replace(scenario, **parameters)
    return changed


def as_scenarios(given: Scenarios) -> tuple[Scenario, ...]:
    """Return scenarios from a name, a scenario, several of them, or none.

    A name may be a text with parameters, and with several scenarios in it, as on a command line.

    >>> [each.name for each in as_scenarios("spike:first_day=3,last_day=5+supplier_delay")]
    ['spike', 'supplier_delay']
    """
    if given is None:
        return ()
    if isinstance(given, str):
        return tuple(map(_of_words, parted(given, SCENARIOS)))
    if hasattr(given, "apply"):
        return (cast("Scenario", given),)
    if isinstance(given, Mapping) or not hasattr(given, "__iter__"):
        raise ScenarioError(
            f"scenario = {given!r:.80}: must be a name, a Scenario, or several of them; for other "
            "parameters, get_scenario(name, parameter=value)"
        )
    return tuple(one for item in given for one in as_scenarios(item))


def _of_words(text: str) -> Scenario:
    """Return the scenario of a text such as 'spike:first_day=20,stores=a+b'."""
    name, colon, rest = text.partition(":")
    scenario: Any = get_scenario(name.strip())
    kinds = {field.name: str(field.type) for field in dataclasses.fields(scenario)}
    try:
        words = list(parameters(rest)) if colon else []
    except ValueError as error:
        raise ScenarioError(f"scenario '{text:.200}': {error}") from error
    given = {each: value_of(word, kinds.get(each, "str")) for each, word in words}
    if len(given) < len(words):
        raise ScenarioError(f"scenario '{text:.200}': has a parameter twice; give each once")
    return get_scenario(name.strip(), **given)


def apply_scenario(case: Case, scenario: Scenarios) -> Case:
    """Return a case with scenarios applied, in order.

    >>> from inventory_hmarl.case import default_case
    >>> len(apply_scenario(default_case(), "spike").spikes)
    1
    """
    for one in as_scenarios(scenario):
        try:
            case = one.apply(case)
        except (CaseError, ScenarioError):
            raise  # they say already what is wrong, and where
        except ValidationError as error:
            raise ScenarioError(f"scenario '{one.name}': {_told(error)}") from error
        except (TypeError, ValueError, AttributeError) as error:
            raise ScenarioError(f"scenario {one!r:.200} cannot be applied: {error}") from error
    return case


def _told(error: ValidationError) -> str:
    """Return what is wrong with a part of a case that a scenario made, in a line."""
    faults = error.errors(include_url=False)
    return "; ".join(
        f"{'.'.join(map(str, each['loc']))} = {each['input']!r:.80}: "
        f"{each['msg'].removeprefix('Input ').removeprefix('Value error, ')}"
        for each in faults
    )


def _check_parameter(place: str, value: object, default: object) -> None:
    """Refuse a parameter that is not of its default's kind."""
    if isinstance(default, bool) or not isinstance(default, int | float) or default < 0:
        return  # the scenario says itself what it takes
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ScenarioError(f"{place} = {value!r:.80}: must be a finite number >= 0")
    if not math.isfinite(value) or value < 0:
        raise ScenarioError(f"{place} = {value!r:.80}: must be a finite number >= 0")
    if isinstance(default, int) and value != int(value):
        raise ScenarioError(f"{place} = {value!r:.80}: must be a whole number")


def known(names: str | Iterable[str], ids: Iterable[str]) -> tuple[str, ...]:
    """Return the ids that a scenario's parameter names, one or several.

    Raises `UnknownScenario` for a name that is none of them.
    """
    given = (names,) if isinstance(names, str) else tuple(names)
    for name in given:
        if name not in ids:
            raise UnknownScenario(_unknown("id", name, ids))
    return given


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return f"unknown {kind} '{name[:80]}': it must be one of {', '.join(names) or 'none'}.{hint}"


for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    if not _module.startswith("_"):
        register(importlib.import_module(f"{__name__}.{_module}").SCENARIO)
