"""The reference reproduces hand-computed traces, every column on every day."""

import json
from pathlib import Path

import pytest

from inventory_hmarl.testing import reference_costs

TABLE = json.loads((Path(__file__).parent / "traces.json").read_text(encoding="utf-8"))
POINT, LINE = ("store", "milk"), ("supplier", "store", "milk")


def settings_of(trace, chain, location, lane):
    """Return the case of a trace: one store below one unlimited supplier."""
    store = location(
        trace["initial_inventory"],
        unmet_demand=trace["unmet_demand"],
    ) | {"policy": trace["policy"]}
    settings = chain(
        stores={"store": store},
        lanes=[lane("supplier", "store", trace["lead_time"])],
        days=len(trace["rows"]),
    )
    rates = {name: trace[name] for name in ("holding_cost", "stockout_penalty")}
    settings["skus"]["milk"] |= {**rates, "ordering_cost": 0}
    return settings


def morning_rows(case, records):
    """Return our evenings as rows of the morning convention: deliveries and orders a day later."""
    before = dict.fromkeys(("arrived", "ordered", "pipeline_end"), 0)
    for record in records:
        yield before | {
            "demand": record.demand[POINT],
            "sold": record.filled[POINT],
            "unmet": record.demand[POINT] - record.filled[POINT],
            "on_hand_end": record.charged_stock[POINT],
            "backorder_end": record.waiting[POINT],
            "cost": reference_costs(case, record).total,
        }
        before = {
            "arrived": record.arrived[LINE],
            "ordered": record.ordered[POINT],
            # The morning's deliveries are those of our evening before: they have left the pipeline.
            "pipeline_end": record.in_transit[LINE],
        }


@pytest.mark.parametrize("name", TABLE["traces"])
def test_every_column_of_a_trace_is_met_exactly(name, chain, location, lane, build, simulate):
    """Our evening of day t is the morning of day t + 1 of the trace."""
    trace = TABLE["traces"][name]
    columns = TABLE["columns"]
    settings = settings_of(trace, chain, location, lane)
    demand = [row[columns.index("demand")] for row in trace["rows"]]
    records = simulate(settings, {"store": demand})
    rows = [[row[column] for column in columns] for row in morning_rows(build(settings), records)]
    assert rows == trace["rows"]
