"""The event table: every figure follows from it."""

from collections import defaultdict
from math import fsum

import pytest

from inventory_hmarl.engines.outcome import Keep
from inventory_hmarl.reports.events import COLUMNS, events
from inventory_hmarl.simulation import simulate

REPLICATIONS = 3
KINDS = (
    "demand",
    "transfer_out",
    "transfer_in",
    "sale",
    "lost",
    "switch",
    "waiting",
    "order",
    "shipment",
    "removal",
    "expiry",
    "delivery",
    "refusal",
    "failure",
)


@pytest.fixture
def run(case):
    """A run that keeps its records."""
    return simulate(case, replications=REPLICATIONS, keep=Keep(records=True))


def test_every_figure_follows_from_the_events(case, run):
    """Units, ratios and money, recomputed from the table alone, are those of the run."""
    table = list(events(run))
    for replication in range(REPLICATIONS):
        mine = [row for row in table if row[0] == replication]
        found = recomputed(case, ledger(mine, case.days, case.warmup_days))
        expected = run.figures()
        for name, value in found.items():
            assert value == pytest.approx(float(expected[name][0, replication])), name


def test_ids_are_unique_and_causes_come_before(run):
    """Each event has an id of its own, and answers an earlier one of the same place."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in events(run)]
    by_id = {row["id"]: row for row in rows}
    assert len(by_id) == len(rows)
    causes = {
        "sale": {"demand"},
        "lost": {"demand"},
        "switch": {"demand"},
        "removal": {"order"},
        "delivery": {"shipment", "opening_shipment"},
        "failure": {"order"},
    }
    for row in rows:
        assert row["units"] > 0
        if row["event"] in {"lost", "delivery", "failure"}:
            assert row["cause"] is not None
        if row["cause"] is not None:
            cause = by_id[row["cause"]]
            assert cause["event"] in causes[row["event"]]
            assert (cause["location"], cause["sku"]) == (row["location"], row["sku"])
            assert (cause["day"], cause["id"]) < (row["day"], row["id"])


def test_deliveries_are_what_was_shipped(run):
    """A delivery brings what its shipment took, a lead time later."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in events(run)]
    by_id = {row["id"]: row for row in rows}
    lead_times = {(lane.source, lane.destination): lane.lead_time for lane in run.case.lanes}
    for row in rows:
        if row["event"] == "delivery":
            shipment = by_id[row["cause"]]
            assert shipment["units"] == row["units"]
            assert row["day"] - shipment["day"] == lead_times[row["source"], row["location"]]


def test_a_run_without_records_has_no_events(case):
    """Events of a run that kept no records are refused, with the way to keep them."""
    with pytest.raises(ValueError, match="records=True"):
        next(events(simulate(case, days=10)))


# --- the figures again, from the table alone: loops and dicts, nothing of the package ---


def ledger(rows, days, warmup):
    """Return the sums after the warm-up of each quantity: `{quantity: {place: number}}`.

    Places are (location, SKU) for stock and customers, (source, location, SKU) for lines.
    """
    by_day = defaultdict(list)
    for _, day, number, _, kind, source, location, sku, units in rows:
        by_day[max(day, 0)].append((number, kind, source, location, sku, units))
    failed = {row[3] for row in rows if row[4] == "failure"}
    state = {name: defaultdict(float) for name in ("on_hand", "waiting", "owed")}
    for _, kind, _, location, sku, units in by_day[0]:
        if kind == "opening_stock":
            state["on_hand"][location, sku] += units
    sums = defaultdict(lambda: defaultdict(float))
    for day in range(1, days + 1):
        for name, amounts in one_day(by_day[day], state, failed).items():
            for place, amount in amounts.items():
                sums[name][place] += amount if day > warmup else 0
    return sums


def one_day(happened, state, failed):
    """Return what one day counts, and carry the state to its end."""
    today = {kind: defaultdict(float) for kind in KINDS}
    placed = {}
    for number, kind, source, location, sku, units in happened:
        place = (location, sku) if source is None else (source, location, sku)
        today[kind][place] += units
        if kind == "order":
            placed[place] = number
    counts = {kind: dict(today[kind]) for kind in KINDS if kind != "waiting"}
    counts |= customers(today, state) | orders(today, state["owed"], placed, failed)
    on_hand = state["on_hand"]
    for (source, _, sku), units in today["shipment"].items():
        if (source, sku) in on_hand:  # a supplier has no stock to speak of
            on_hand[source, sku] -= units
    for place, units in today["expiry"].items():
        on_hand[place] -= units
    counts["stock"] = dict(on_hand)
    for (_, location, sku), units in today["delivery"].items():
        on_hand[location, sku] += units
    return counts


def customers(today, state):
    """Return what is filled at once and what waits; take the sales from stock."""
    filled, waiting = {}, state["waiting"]
    for place in {*today["demand"], *waiting}:
        demand = today["demand"][place]
        unmet = waiting[place] + demand - today["sale"][place]
        filled[place] = demand - min(demand, unmet)
        waiting[place] = unmet - today["lost"][place] - today["switch"][place]
        assert waiting[place] == today["waiting"][place]
        state["on_hand"][place] += today["transfer_in"][place] - today["transfer_out"][place]
        state["on_hand"][place] -= today["sale"][place]
    return {"filled": filled, "waiting": dict(waiting)}


def orders(today, owed, placed, failed):
    """Return how many order lines there are, and how many of them were met in full at once."""
    lines, in_full = {}, {}
    for place in {*today["order"], *today["shipment"], *owed}:
        fails = placed.get(place) in failed
        queue = owed[place] + (0 if fails else today["order"][place])
        owed[place] = queue - today["shipment"][place] - today["removal"][place]
        if place in placed:
            lines[place] = 1
            in_full[place] = int(not fails and queue == today["shipment"][place])
    return {"orders": lines, "in_full": in_full}


def recomputed(case, sums):
    """Return the network's figures from the sums."""

    def total(name):
        return fsum(sums[name].values())

    def cost(name, rate, weight):
        return fsum(
            amount * case.rate(*place[-2:], rate) * weight for place, amount in sums[name].items()
        )

    weights = case.cost_weights
    answer = {
        "total_demand": total("demand"),
        "total_sales": total("sale"),
        "total_lost_sales": total("lost"),
        "unit_fill_rate": total("filled") / total("demand"),
        "backorder_days": total("waiting"),
        "order_lines": total("orders"),
        "units_ordered": total("order"),
        "units_failed": total("failure"),
        "order_fill_rate": total("in_full") / total("orders"),
        "avg_inventory": total("stock") / (case.days - case.warmup_days),
        "total_holding_cost": cost("stock", "holding_cost", weights.holding),
        "total_stockout_penalty": cost("lost", "stockout_penalty", weights.stockout)
        + cost("waiting", "stockout_penalty", weights.stockout),
        "total_ordering_cost": cost("orders", "ordering_cost", weights.ordering),
        "revenue": fsum(n * case.skus[p[-1]].unit_price for p, n in sums["sale"].items()),
        "purchase_cost": fsum(
            n * case.skus[p[-1]].unit_cost
            for p, n in sums["delivery"].items()
            if p[0] in case.suppliers
        ),
    }
    parts = ("total_holding_cost", "total_stockout_penalty", "total_ordering_cost")
    expiry = cost("expiry", "expiry_cost", weights.expiry)
    answer["total_cost"] = fsum([*(answer[part] for part in parts), expiry])
    return answer
