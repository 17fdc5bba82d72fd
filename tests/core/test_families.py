"""Every family of demand against its law, computed here in another way."""

import math

import numpy as np
import pytest

from inventory_hmarl import case_from_dict
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.case.compiling.families import FAMILIES
from inventory_hmarl.core.demand.curve import along, nodes, pieces
from inventory_hmarl.core.demand.gamma import gamma_quantiles
from inventory_hmarl.core.demand.intermittent import demand_class
from inventory_hmarl.scenarios import apply_scenario

DAYS, REPLICATIONS = 4, 60_000
DRAWS = DAYS * REPLICATIONS
MOST = 400  # units that the laws below are worked out to
RECORD = [0, 3, 1, 0, 7, 3, 0, 2]

# Of each distribution: settings of the SKU and of its demand.
SETTINGS = {
    "normal": ({"base_demand": 5, "demand_std": 3}, {}),
    "poisson": ({"base_demand": 1.7}, {}),
    "negative_binomial": ({"base_demand": 6, "demand_std": 4}, {}),
    "geometric": ({"base_demand": 2.5}, {}),
    "gamma": ({"base_demand": 3, "demand_std": 1.5}, {}),
    "lognormal": ({"base_demand": 2, "demand_std": 1.6}, {}),
    "intermittent": ({"base_demand": 0.8}, {"occurrence": 0.25, "size_cv2": 0.5}),
    "table": ({}, {"values": [0, 2, 7], "probabilities": [0.5, 0.3, 0.2]}),
    "empirical": ({}, {"units": RECORD}),
    "replay": ({}, {"units": RECORD}),
    "none": ({}, {}),
}


def case(names=tuple(SETTINGS), units="whole", **changes):
    """Return a case of one store with a SKU for each distribution."""
    skus = {}
    for name in names:
        sku, demand = SETTINGS[name]
        skus[name] = sku | {"demand": demand | {"distribution": name}} | changes
    policy = {"rule": "base_stock", "order_up_to": 9}
    return {
        "days": DAYS,
        "units": units,
        "skus": skus,
        "stores": {"shop": {"initial_inventory": 9, "policy": policy}},
        "suppliers": {"source": {}},
        "lanes": [{"source": "source", "destination": "shop", "lead_time": 1}],
    }


def drawn(data, replications=REPLICATIONS):
    """Return many draws of each SKU of a case, `(days, R)` each."""
    model = compile_case(case_from_dict(data))
    units = model.demand.draw(np.arange(replications, dtype=np.uint32), 1, DAYS)
    return {point.sku: units[:, row] for row, point in enumerate(model.network.levels[0].points)}


WHOLE = drawn(case())
CONTINUOUS = drawn(case(units="continuous"))


# --- laws, in another way --------------------------------------------------------------------


def negative_binomial(mean, ratio):
    """Return P(k) by gamma functions."""
    r, q = mean / (ratio - 1), 1 - 1 / ratio
    return [
        math.exp(math.lgamma(k + r) - math.lgamma(r) - math.lgamma(k + 1) + k * math.log(q))
        * (1 - q) ** r
        for k in range(MOST)
    ]


def intermittent():
    """Return P(k): nobody, or one unit and a negative binomial number of others."""
    size = 0.8 / 0.25
    others = negative_binomial(size - 1, 0.5 * size**2 / (size - 1))
    return [0.75, *(0.25 * p for p in others[:-1])]


def phi(x):
    """Return the normal distribution function."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


def erlang(x):
    """Return P(X <= x) of a gamma variable of mean 3 and deviation 1.5, whose shape is 4."""
    x = x / 0.75
    return 1 - math.exp(-x) * sum(x**i / math.factorial(i) for i in range(4)) if x > 0 else 0.0


def lognormal(x):
    """Return P(X <= x) of a lognormal variable of mean 2 and deviation 1.6."""
    spread = math.sqrt(math.log(1 + 0.64))
    return phi((math.log(x / 2) + spread**2 / 2) / spread) if x > 0 else 0.0


def rounded(cdf):
    """Return P(k) of a variable rounded up with its fraction as probability: a mean of hats."""
    grid = np.linspace(0, MOST, 200 * MOST + 1)
    below = np.concatenate([[0.0], np.cumsum([cdf(x) for x in (grid[1:] + grid[:-1]) / 2])]) / 200
    area = np.diff(below[::200])  # of the distribution function over each unit
    return [area[0], *np.diff(area)]


PROBABILITIES = {
    "normal": [phi(-1.5), *(phi((k - 4.5) / 3) - phi((k - 5.5) / 3) for k in range(1, 60))],
    "poisson": [math.exp(k * math.log(1.7) - 1.7 - math.lgamma(k + 1)) for k in range(60)],
    "negative_binomial": negative_binomial(6, 16 / 6),
    "geometric": [(2.5 / 3.5) ** k / 3.5 for k in range(MOST)],
    "gamma": rounded(erlang),
    "lognormal": rounded(lognormal),
    "intermittent": intermittent(),
    "table": [0.5, 0, 0.3, 0, 0, 0, 0, 0.2],
    "empirical": [RECORD.count(k) / len(RECORD) for k in range(8)],
}
PROBABILITIES["normal"][0] = phi((0.5 - 5) / 3)
CERTAIN = ("replay", "none")


def test_every_family_has_a_law():
    """A new family is added here, with settings and a law of its own."""
    assert set(SETTINGS) == set(FAMILIES) == {*PROBABILITIES, *CERTAIN}


@pytest.mark.parametrize("name", PROBABILITIES)
def test_shares_are_those_of_the_law(name):
    """Pearson's chi-square over all counts that are expected five times: p > 1e-4."""
    expected = np.array(PROBABILITIES[name]) * DRAWS
    assert expected.sum() == pytest.approx(DRAWS, rel=1e-6)
    found = np.bincount(WHOLE[name].ravel().astype(int), minlength=expected.size)
    rare = found[expected.size :].sum() + found[: expected.size][expected < 5].sum()
    often = expected >= 5
    square = ((found[: expected.size][often] - expected[often]) ** 2 / expected[often]).sum()
    rest = DRAWS - expected[often].sum()
    square += (rare - rest) ** 2 / max(rest, 5.0)
    freedom = max(1, often.sum() - 1)
    # Wilson & Hilferty: the cube root of chi-square / freedom is nearly normal.
    score = ((square / freedom) ** (1 / 3) - 1 + 2 / (9 * freedom)) / math.sqrt(2 / (9 * freedom))
    assert score < 3.72


@pytest.mark.parametrize("name", PROBABILITIES)
def test_moments_zeros_and_quantiles_are_those_of_the_law(name):
    """Mean, variance, zero share and three quantiles lie within four standard errors."""
    units, law = WHOLE[name].ravel(), np.array(PROBABILITIES[name])
    value = np.arange(law.size)
    mean = law @ value
    central = [law @ (value - mean) ** power for power in (2, 4)]
    assert abs(units.mean() - mean) <= 4 * math.sqrt(central[0] / DRAWS)
    error = math.sqrt((central[1] - central[0] ** 2) / DRAWS)
    assert abs(((units - mean) ** 2).mean() - central[0]) <= 4 * error
    for quantile in (0, *(int(np.searchsorted(np.cumsum(law), p)) for p in (0.25, 0.5, 0.9))):
        below = law[: quantile + 1].sum()
        error = math.sqrt(max(below * (1 - below), 1e-9) / DRAWS)
        assert abs((units <= quantile).mean() - below) <= 4 * error + 1e-9


@pytest.mark.parametrize("name", sorted({*PROBABILITIES} - {"normal", "table", "empirical"}))
def test_the_mean_is_the_one_asked_for(name):
    """Customers ask on average for base_demand, in whole and in continuous units."""
    mean = SETTINGS[name][0]["base_demand"]
    for units in (WHOLE[name], CONTINUOUS[name]):
        assert abs(units.mean() - mean) <= 4 * units.std() / math.sqrt(DRAWS)


@pytest.mark.parametrize(("name", "cdf"), [("gamma", erlang), ("lognormal", lognormal)])
def test_continuous_draws_have_the_law_s_quantiles(name, cdf):
    """The distribution function of draws is uniform, and their deviation is demand_std."""
    units = CONTINUOUS[name].ravel()
    for quantile in np.quantile(units, [0.01, 0.25, 0.5, 0.9, 0.999]):
        error = math.sqrt(cdf(quantile) * (1 - cdf(quantile)) / DRAWS)
        share = (units <= quantile).mean()
        assert abs(share - cdf(quantile)) <= 4 * error
    assert units.std() == pytest.approx(SETTINGS[name][0]["demand_std"], rel=0.02)


def test_continuous_sizes_of_intermittent_demand():
    """A quarter of the days have demand, of gamma sizes with the mean and variation asked for."""
    units = CONTINUOUS["intermittent"].ravel()
    sizes = units[units > 0]
    assert abs(sizes.size / DRAWS - 0.25) <= 4 * math.sqrt(0.25 * 0.75 / DRAWS)
    assert abs(sizes.mean() - 3.2) <= 4 * sizes.std() / math.sqrt(sizes.size)
    assert (sizes.std() / sizes.mean()) ** 2 == pytest.approx(0.5, rel=0.03)


def test_intervals_between_demands_are_geometric():
    """The gap after a day with demand is one day with the occurrence as probability, and so on."""
    days = WHOLE["intermittent"] > 0
    again = days[1:][days[:-1]]
    assert abs(again.mean() - 0.25) <= 4 * math.sqrt(0.25 * 0.75 / again.size)
    later = (days[2:] & ~days[1:-1])[days[:-2]]
    assert abs(later.mean() - 0.1875) <= 4 * math.sqrt(0.1875 * 0.8125 / later.size)


@pytest.mark.parametrize("units", ["whole", "continuous"])
def test_more_is_never_less(units):
    """Where the mean is raised, no customer asks for less: comparisons meet the same chance."""
    names = [name for name in SETTINGS if name != "none"]
    if units == "continuous":
        names = ["gamma", "lognormal", "intermittent", "normal"]
    plain = case(names, units)
    raised = case(names, units)
    raised["stores"]["shop"]["demand_multiplier"] = 1.5
    before, after = drawn(plain, 2000), drawn(raised, 2000)
    for name in names:
        assert (after[name] >= before[name]).all(), name
        assert (after[name] > before[name]).any(), name


def test_variance_to_mean_takes_the_place_of_the_deviation():
    """A ratio of 16 / 6 is a deviation of 4 at a mean of 6, and holds at other means too."""
    data = case(["negative_binomial"])
    data["skus"]["negative_binomial"] = {
        "base_demand": 6,
        "demand": {"distribution": "negative_binomial", "variance_to_mean": 16 / 6},
    }
    assert np.array_equal(
        drawn(data, 500)["negative_binomial"], WHOLE["negative_binomial"][:, :500]
    )


@pytest.mark.parametrize("name", ["negative_binomial", "gamma", "intermittent"])
def test_high_variability_raises_the_deviation_of_every_family(name):
    """The scenario doubles the deviation around the same mean; of intermittent sizes, theirs."""
    data = case([name])
    if name == "negative_binomial":
        data["skus"][name]["demand"]["variance_to_mean"] = 16 / 6
    noisy = compile_case(apply_scenario(case_from_dict(data), "high_variability"))
    units = noisy.demand.draw(np.arange(REPLICATIONS, dtype=np.uint32), 1, DAYS)
    assert abs(units.mean() - WHOLE[name].mean()) <= 6 * units.std() / math.sqrt(DRAWS)
    sizes, before = (each[each > 0] for each in (units, WHOLE[name]))
    ratio = (
        sizes.std() / before.std() if name == "intermittent" else units.std() / WHOLE[name].std()
    )
    assert ratio == pytest.approx(2, rel=0.05)


def test_days_below_the_occurrence_have_single_units():
    """Where the mean of a day is below the occurrence, single units come with that probability."""
    data = case(["intermittent"])
    data["spikes"] = [{"first_day": 1, "last_day": DAYS, "multiplier": 0.25}]
    units = drawn(data)["intermittent"]
    assert set(np.unique(units)) == {0.0, 1.0}
    assert abs(units.mean() - 0.2) <= 4 * math.sqrt(0.2 * 0.8 / DRAWS)


@pytest.mark.parametrize("variation", [0.0, 0.003, 0.02, 0.7, math.sqrt(2), 3.0, 16.0])
def test_gamma_curves(variation):
    """Between its nodes a curve is as exact as at them, and its mean is 1."""
    curve = pieces(gamma_quantiles(np.array([variation])))
    draw = np.linspace(-6.4, 6.4, 40_001)
    weight = np.exp(-(draw**2) / 2)
    value = along(curve, 0, draw)
    assert (value * weight).sum() / weight.sum() == pytest.approx(1.0, abs=1e-5)
    assert (np.diff(value) >= -1e-6).all()
    if variation == math.sqrt(2):  # the square of a normal variable
        exact = [math.erf(math.sqrt(max(x, 0.0) / 2)) for x in value.tolist()]
        assert exact == pytest.approx([phi(z) for z in draw.tolist()], abs=1e-4)
        assert nodes().size == gamma_quantiles(np.array([variation])).size


@pytest.mark.parametrize("variation", [0.2, 1.0, 2.0, 10.0, 16.0])
def test_curves_are_as_exact_as_the_docs_say(variation):
    """Of the mean: 5e-9 for variations up to 2, 4e-6 up to 10 and 2e-5 up to 16."""
    stats = pytest.importorskip("scipy.stats")
    draw = np.linspace(-6.3, 6.3, 20_011)
    shape = variation**-2
    upper = stats.gamma.isf(stats.norm.sf(draw), shape)
    exact = np.where(draw < 0, stats.gamma.ppf(stats.norm.cdf(draw), shape), upper) / shape
    error = abs(along(pieces(gamma_quantiles(np.array([variation]))), 0, draw) - exact)
    assert error.max() <= 5e-9 if variation <= 2 else error.max() <= variation**4 * 4e-10


@pytest.mark.parametrize(
    ("units", "name"),
    [
        ([4, 5, 0, 6, 5], "smooth"),
        ([1, 20, 2, 30, 1], "erratic"),
        ([0, 0, 5, 0, 4], "slow"),
        ([0, 0, 50, 0, 1, 0, 1], "lumpy"),
        ([0, 0, 0], "none"),
    ],
)
def test_classes_of_demand(units, name):
    """A record is told by how often and how evenly its customers come."""
    assert demand_class(np.array(units, float)) == name
