"""The cases that are timed: built in code, by size."""

from __future__ import annotations

from typing import Any

from inventory_hmarl.case import Case, case_from_dict


def chain(*, stores: int, skus: int, days: int) -> Case:
    """Return one warehouse and `stores` stores that carry `skus` SKUs each, all by (s, S)."""
    sku = {
        "base_demand": 50,
        "demand_std": 15,
        "seasonality_amplitude": 0.3,
        "seasonality_period": 30,
        "holding_cost": 0.05,
        "stockout_penalty": 10,
        "ordering_cost": 5,
    }
    return case_from_dict(
        {
            "days": days,
            "warmup_days": 0,
            "seed": 1,
            "skus": {f"sku_{number}": sku for number in range(skus)},
            "stores": {f"store_{number}": _stock(210, 330) for number in range(stores)},
            "warehouses": {"warehouse": _stock(650 * stores, 900 * stores)},
            "suppliers": {"supplier": {}},
            "lanes": [
                {"source": "supplier", "destination": "warehouse", "lead_time": 7},
                *(
                    {"source": "warehouse", "destination": f"store_{number}", "lead_time": 2}
                    for number in range(stores)
                ),
            ],
        }
    )


def _stock(reorder_point: int, order_up_to: int) -> dict[str, Any]:
    policy = {"rule": "s_S", "reorder_point": reorder_point, "order_up_to": order_up_to}
    return {"initial_inventory": order_up_to, "policy": policy}
