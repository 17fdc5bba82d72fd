"""Rules whose orders move evenly have gradients, in every parameter."""

import pytest

from inventory_hmarl import case_from_dict
from inventory_hmarl.studies.gradients import differentiable_cost

STEP = 1e-5
RULES = {
    "smooth": {
        "rule": "exponential_smoothing",
        "smoothing": 0.3,
        "protection_days": 3,
        "safety_stock": 3,
    },
    "dual": {"rule": "dual_index", "expedited_level": 9, "order_up_to": 25},
    "people": {
        "rule": "anchoring",
        "smoothing": 0.36,
        "adjustment": 0.26,
        "supply_line": 0.34,
        "desired_stock": 17,
    },
}


def test_gradients_are_those_of_finite_differences():
    """Forecasts, lanes chosen and habits are differentiated, through days of review too."""
    calendar = {"smooth": {"review_period": 3, "review_days": [1, 3]}}
    lanes = [{"source": "far", "destination": name, "lead_time": 2} for name in RULES]
    case = case_from_dict(
        {
            "days": 15,
            "units": "continuous",
            "skus": {"milk": {"base_demand": 4.2, "demand_std": 2, "holding_cost": 1}},
            "stores": {
                name: {"initial_inventory": 10, "policy": rule, "stockout_penalty": 9}
                | calendar.get(name, {})
                for name, rule in RULES.items()
            },
            "suppliers": {"far": {}, "near": {}},
            "lanes": [*lanes, {"source": "near", "destination": "dual", "lead_time": 0}],
        }
    )
    cost = differentiable_cost(case, replications=4)
    parameters = cost.parameters
    _, gradient = cost.value_and_gradient(parameters)
    for name, fields in parameters.items():
        for field, values in fields.items():
            around = [
                cost(parameters | {name: fields | {field: values + step}}) for step in (STEP, -STEP)
            ]
            slope = (around[0] - around[1]) / (2 * STEP)
            assert gradient[name][field].sum() == pytest.approx(slope, rel=1e-6, abs=1e-6)
            assert slope != 0
