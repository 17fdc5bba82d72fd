"""Hypothesis draws of what customers want: every distribution, season and spike."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from inventory_hmarl.testing.drawn_units import Settings, Units, chance

SKEWED: list[Settings] = [  # with longer tails than normal and Poisson demand
    {"distribution": "geometric"},
    {"distribution": "gamma"},
    {"distribution": "lognormal"},
    {"distribution": "negative_binomial", "variance_to_mean": 4.0},
    # An occurrence below every base demand x multiplier, as whole units need it.
    {"distribution": "intermittent", "occurrence": 0.05, "size_cv2": 0.5},
]
QUARTERS = st.integers(0, 40).map(lambda number: number / 4)


@st.composite
def demand_settings(draw: st.DrawFn) -> Settings:
    """Draw the default demand of a case: normal or Poisson, by the brief's formula."""
    distribution = draw(st.sampled_from(["normal", "poisson"]))
    settings: Settings = {"distribution": distribution, "seasonality": draw(st.booleans())}
    if distribution == "normal":
        settings["noise"] = draw(st.sampled_from(["additive", "multiplicative", "none"]))
        settings["mean"] = draw(st.sampled_from(["latent", "latent", "realised"]))
    return settings


@st.composite
def sku_settings(draw: st.DrawFn, units: Units, days: int, name: str) -> Settings:
    """Draw a SKU, now and then with a demand of its own."""
    settings: Settings = {
        "name": name,
        "base_demand": draw(st.integers(1, 32)) / 4,
        "demand_std": draw(st.integers(0, 16)) / 4,
        "seasonality_amplitude": draw(st.sampled_from([0.0, 0.3, 1.0])),
        "seasonality_period": draw(st.sampled_from([2, 7, 30, 365.25])),
        "holding_cost": draw(QUARTERS),
        "stockout_penalty": draw(QUARTERS),
        "ordering_cost": draw(QUARTERS),
        "unit_cost": draw(QUARTERS),
        "unit_price": draw(QUARTERS),
    }
    if draw(chance(3)):
        settings["demand"] = draw(own_demand_settings(units, days))
    return settings


def own_demand_settings(units: Units, days: int) -> st.SearchStrategy[Settings]:
    """Return demands that replace the default one: of every distribution."""
    plain: st.SearchStrategy[Settings] = st.one_of(
        st.sampled_from(["poisson", "none"]).map(lambda word: {"distribution": word}),
        st.sampled_from(["multiplicative", "additive"]).map(
            lambda noise: {"distribution": "normal", "noise": noise, "mean": "realised"}
        ),
    )
    records = st.tuples(
        st.sampled_from(["replay", "empirical"]),
        st.lists(units.quantities(8), min_size=days, max_size=days),
    )
    return st.one_of(
        demand_tables(units),
        demand_tables(units),  # twice as often as each of the others
        records.map(lambda drawn: {"distribution": drawn[0], "units": drawn[1]}),
        plain,
        st.sampled_from(SKEWED),
    )


@st.composite
def demand_tables(draw: st.DrawFn, units: Units) -> Settings:
    """Draw a tabulated distribution."""
    values = sorted(draw(st.sets(units.quantities(12), min_size=1, max_size=4)))
    size = len(values)
    weights = draw(st.lists(st.integers(1, 5), min_size=size, max_size=size))
    return {
        "distribution": "table",
        "values": values,
        "probabilities": [weight / sum(weights) for weight in weights],
    }


@st.composite
def store_demand_settings(
    draw: st.DrawFn, units: Units, days: int, skus: Sequence[str]
) -> Settings:
    """Draw demands of single SKUs at one store."""
    return {sku: draw(own_demand_settings(units, days)) for sku in skus if draw(chance(6))}


@st.composite
def cost_changes(
    draw: st.DrawFn, locations: Sequence[str], skus: Sequence[str], days: int
) -> Settings:
    """Draw up to two changes of costs, which may overlap: a table of a case file, or none."""
    changes: list[Settings] = []
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        change: Settings = {
            "first_day": draw(st.integers(1, days)),
            draw(st.sampled_from(["holding", "stockout", "ordering"])): 1.5,
        }
        if draw(st.booleans()):
            change["locations"] = [draw(st.sampled_from(locations))]
        if draw(st.booleans()):
            change["skus"] = [draw(st.sampled_from(skus))]
        changes.append(change)
    return {"cost_changes": changes} if changes else {}


@st.composite
def spike_settings(
    draw: st.DrawFn, stores: Sequence[str], skus: Sequence[str], days: int
) -> list[Settings]:
    """Draw up to two spikes, which may overlap."""
    spikes: list[Settings] = []
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        first = draw(st.integers(1, days))
        spike: Settings = {
            "first_day": first,
            "last_day": draw(st.integers(first, days)),
            "multiplier": draw(st.sampled_from([0.0, 0.5, 2.5])),
        }
        if draw(chance(4)):
            spike["deviation"] = draw(st.sampled_from([1.5, 2.0]))
        if draw(chance(4)):
            spike["seasonality_amplitude"] = draw(st.sampled_from([0.0, 0.6]))
        if draw(st.booleans()):
            spike["stores"] = sorted(draw(st.sets(st.sampled_from(stores), min_size=1)))
        if draw(st.booleans()):
            spike["skus"] = sorted(draw(st.sets(st.sampled_from(skus), min_size=1)))
        spikes.append(spike)
    return spikes
