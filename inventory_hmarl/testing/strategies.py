"""Hypothesis strategies that draw whole cases, as the plain dicts of a case file.

Every case is valid by construction, and stock is scarce in it: customers go without, warehouses
ration, suppliers reach their capacity. Needs Hypothesis.
"""

from __future__ import annotations

from hashlib import blake2b, shake_256
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory_hmarl.testing.drawn_networks import LARGE, SMALL, TINY, Sizes, networks
from inventory_hmarl.testing.drawn_settings import Scene, draw_case
from inventory_hmarl.testing.drawn_units import Settings, Units, chance
from inventory_hmarl.testing.records import DemandOf, FailsOn

__all__ = ["cases", "demands", "failures", "numbered_case", "renumbered"]

COSTS = ("holding_cost", "ordering_cost", "stockout_penalty", "unit_cost", "unit_price")


@st.composite
def cases(
    draw: st.DrawFn,
    *,
    units: str | None = None,
    large: bool | None = None,
    sizes: Sizes | None = None,
) -> Settings:
    """Draw a case file as a dict: 1 to 4 echelons, 1 to 20 stores, 1 to 10 SKUs, 5 to 25 days.

    Parameters
    ----------
    units
        "whole" or "continuous"; absent: two in three are whole.
    large
        True for up to 20 stores and 10 SKUs, False for up to 4 and 2; absent: one in ten.
    sizes
        How big a network may get, in the place of `large`.
    """
    if sizes is None:
        big = draw(chance(10)) if large is None else large
        sizes = LARGE if big else SMALL
    word = draw(st.sampled_from(["whole", "whole", "continuous"])) if units is None else units
    scene = Scene(draw(networks(sizes)), Units(word), draw(st.integers(5, sizes.days)))
    return draw_case(draw, scene)


def numbered_case(number: int, *, units: str | None = None) -> Settings:
    """Return a random case that has a number: the same one in every process.

    It is read off bytes that depend on the number alone. Hypothesis's own draws do not serve: into
    them go constants of whatever modules have been imported. One case in four has up to 4 echelons,
    one in a hundred 20 stores; the others have up to 2 and 3.
    """
    drawn: list[Settings] = []
    sizes = LARGE if number % 100 == 99 else SMALL if number % 4 == 3 else TINY

    @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=cases(units=units, sizes=sizes))
    def draw(case: Settings) -> None:
        drawn.append(case)

    attempt = 0
    while not drawn:  # the bytes may run out before the case is whole
        buffer = shake_256(f"{number}/{attempt}".encode()).digest(1 << 14)
        draw.hypothesis.fuzz_one_input(buffer)  # type: ignore[attr-defined]  # not in its type
        attempt += 1
    return drawn[0]


def renumbered(case: Settings, times: int) -> Settings:
    """Return a case of the same shape with other customers, less opening stock, and dearer.

    >>> renumbered({"seed": 7, "skus": {"milk": {"holding_cost": 0.5}}}, 2)
    {'seed': 9, 'skus': {'milk': {'holding_cost': 1.5}}}
    """

    def changed(name: str, value: Any, inside: str) -> Any:  # noqa: ANN401 - whatever a case holds
        if isinstance(value, dict):
            return {key: changed(key, part, name) for key, part in value.items()}
        if "initial_inventory" in (name, inside) and isinstance(value, int | float):
            return value // (1 + times)
        if (name in COSTS or inside in COSTS) and isinstance(value, int | float):
            return value * (1 + times)
        return value

    seed = case["seed"]
    assert isinstance(seed, int)
    other = {name: changed(name, value, "") for name, value in case.items()}
    return other | {"seed": seed + times}


@st.composite
def demands(draw: st.DrawFn, *, whole: bool = True, most: int = 9) -> DemandOf:
    """Draw a demand function: units from 0 to the most, one word of chance per day and pair."""
    seed = draw(st.integers(0, 2**32))
    step = 1 if whole else 0.125

    def demand(day: int, store: str, sku: str) -> float:
        return int(word_of(seed, day, store, sku) % (int(most / step) + 1)) * step

    return demand


@st.composite
def failures(draw: st.DrawFn) -> FailsOn:
    """Draw a function that says which order lines of suppliers fail: none to half of them."""
    seed = draw(st.integers(0, 2**32))
    percent = draw(st.sampled_from([0, 10, 50]))

    def fails(day: int, source: str, destination: str, sku: str) -> bool:
        return word_of(seed, day, source, destination, sku) % 100 < percent

    return fails


def word_of(*parts: object) -> int:
    """Return a word that depends on the parts and nothing else."""
    return int.from_bytes(blake2b(repr(parts).encode(), digest_size=8).digest(), "little")
