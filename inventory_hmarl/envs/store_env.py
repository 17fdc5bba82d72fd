"""Gymnasium: one store and one SKU, the textbook problem of lost sales with a lead time."""

from __future__ import annotations

from typing import Any

import numpy as np

from inventory_hmarl.case import Case, case_from_dict
from inventory_hmarl.envs.chain_env import ChainEnv
from inventory_hmarl.envs.observations import Observe
from inventory_hmarl.envs.vector_env import AutoresetMode, ChainVectorEnv

MOST_ORDER = 15  # units


def store_case(
    *,
    mean: float = 5.0,
    lead_time: int = 2,
    holding_cost: float = 1.0,
    stockout_penalty: float = 4.0,
    ordering_cost: float = 0.0,
    unmet_demand: str = "lost",
    days: int = 200,
    seed: int = 0,
) -> Case:
    """Return one store with Poisson demand, supplied by a source that is never short.

    The defaults are a cell of Zipkin (2008), "Old and new methods for lost-sales inventory
    systems", Operations Research 56(5), whose best cost per day is known.
    """
    level = float(np.ceil(mean * (lead_time + 1)))
    return case_from_dict(
        {
            "title": "One store, one SKU",
            "days": days,
            "warmup_days": 0,
            "seed": seed,
            "units": "whole",
            "demand": {"distribution": "poisson", "seasonality": False},
            "skus": {
                "sku_1": {
                    "base_demand": mean,
                    "demand_std": 0,
                    "holding_cost": holding_cost,
                    "stockout_penalty": stockout_penalty,
                    "ordering_cost": ordering_cost,
                }
            },
            "stores": {
                "store_1": {
                    "initial_inventory": level,
                    "unmet_demand": unmet_demand,
                    "policy": {"rule": "base_stock", "order_up_to": level},
                }
            },
            "suppliers": {"supplier_1": {}},
            "lanes": [{"source": "supplier_1", "destination": "store_1", "lead_time": lead_time}],
        }
    )


class StoreEnv(ChainEnv):
    """One store, one SKU: an action is the number of units to order, from 0 to `most_order`.

    Further keywords are those of `store_case`. An observation is the stock after the day's sales
    and what is in transit by the day it is due.

    >>> env = StoreEnv(lead_time=2)
    >>> observation, info = env.reset(seed=1)
    >>> env.action_space
    Discrete(16)
    """

    def __init__(
        self,
        *,
        most_order: int = MOST_ORDER,
        engine: str = "numpy",
        held_out: bool = False,
        render_mode: str | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(
            engine=engine,
            held_out=held_out,
            render_mode=render_mode,
            **_arguments(most_order, settings),
        )


class StoreVectorEnv(ChainVectorEnv):
    """Many stores like `StoreEnv`, side by side; see `ChainVectorEnv`."""

    def __init__(
        self,
        num_envs: int = 1,
        *,
        most_order: int = MOST_ORDER,
        autoreset_mode: AutoresetMode = AutoresetMode.NEXT_STEP,
        engine: str = "numpy",
        held_out: bool = False,
        render_mode: str | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(
            num_envs,
            autoreset_mode=autoreset_mode,
            engine=engine,
            held_out=held_out,
            render_mode=render_mode,
            **_arguments(most_order, settings),
        )


def _arguments(most_order: int, settings: dict[str, Any]) -> dict[str, Any]:
    if type(most_order) is not int or most_order < 1:
        raise ValueError(f"most_order = {most_order!r}: a whole number of units, at least 1")
    return {
        "case": store_case(**settings),
        "observe": Observe(forecast=False, calendar=False),
        "choices": most_order + 1,
        "most": float(most_order),
    }
