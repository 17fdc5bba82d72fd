"""Settings of the simulation: edit them, then run `python simulation/run_simulation.py`.

Keys of the dicts are ids; a `name` is for display and changes no number. Levels of stock
(`initial_inventory`, `max_inventory`, `reorder_point`, `order_up_to`) are a number for each SKU
alike, or a mapping SKU -> number. A setting that cannot be is refused with its place and the rule.
"""

# Days of a run, warm-up included; figures cover the days after warm-up.
SIMULATION_DAYS = 90
WARMUP_DAYS = 7

# Another seed is another run; the same seed repeats it to the last unit.
RANDOM_SEED = 42

# Demand per store and day, its season, and money per unit (ordering: per line).
SKU_CONFIG = {
    "milk": {
        "name": "Milk 1 l",
        "base_demand": 60,
        "demand_std": 12,
        "seasonality_amplitude": 0.15,
        "seasonality_period": 7,
        "holding_cost": 0.004,
        "stockout_penalty": 0.8,
        "ordering_cost": 4,
        "unit_cost": 0.95,
        "unit_price": 1.49,
    },
    "ice_cream": {
        "name": "Ice cream 1 l",
        "base_demand": 20,
        "demand_std": 6,
        "seasonality_amplitude": 0.3,
        "seasonality_period": 90,
        "holding_cost": 0.008,
        "stockout_penalty": 2.5,
        "ordering_cost": 4,
        "unit_cost": 2.6,
        "unit_price": 4.99,
    },
    "coffee_beans": {
        "name": "Coffee beans 1 kg",
        "base_demand": 9,
        "demand_std": 4,
        "seasonality_amplitude": 0.1,
        "seasonality_period": 30,
        "holding_cost": 0.012,
        "stockout_penalty": 7,
        "ordering_cost": 4,
        "unit_cost": 13.5,
        "unit_price": 21.9,
    },
    "light_bulb": {
        "name": "Light bulb",
        "base_demand": 1.5,
        "seasonality_amplitude": 0,
        "seasonality_period": 30,
        "holding_cost": 0.003,
        "stockout_penalty": 2,
        "ordering_cost": 4,
        "unit_cost": 3.2,
        "unit_price": 5.95,
        "demand": {"distribution": "poisson"},
    },
}

# A store orders up to `order_up_to` when its position is at `reorder_point`.
STORE_CONFIG = {
    "store_1": {
        "name": "Downtown",
        "demand_multiplier": 1.2,
        "initial_inventory": {
            "milk": 514,
            "ice_cream": 173,
            "coffee_beans": 79,
            "light_bulb": 21,
        },
        "max_inventory": {
            "milk": 800,
            "ice_cream": 280,
            "coffee_beans": 130,
            "light_bulb": 40,
        },
        "unmet_demand": "lost",
        "reorder_point": {
            "milk": 226,
            "ice_cream": 77,
            "coffee_beans": 36,
            "light_bulb": 7,
        },
        "order_up_to": {
            "milk": 514,
            "ice_cream": 173,
            "coffee_beans": 79,
            "light_bulb": 21,
        },
    },
    "store_2": {
        "name": "Suburb",
        "demand_multiplier": 1.0,
        "initial_inventory": {
            "milk": 430,
            "ice_cream": 145,
            "coffee_beans": 66,
            "light_bulb": 18,
        },
        "max_inventory": {
            "milk": 680,
            "ice_cream": 240,
            "coffee_beans": 110,
            "light_bulb": 30,
        },
        "unmet_demand": "lost",
        "reorder_point": {
            "milk": 190,
            "ice_cream": 65,
            "coffee_beans": 30,
            "light_bulb": 6,
        },
        "order_up_to": {
            "milk": 430,
            "ice_cream": 145,
            "coffee_beans": 66,
            "light_bulb": 18,
        },
    },
    "store_3": {
        "name": "Station",
        "demand_multiplier": 0.8,
        "initial_inventory": {
            "milk": 346,
            "ice_cream": 117,
            "coffee_beans": 54,
            "light_bulb": 15,
        },
        "max_inventory": {
            "milk": 550,
            "ice_cream": 190,
            "coffee_beans": 90,
            "light_bulb": 30,
        },
        "unmet_demand": "lost",
        "reorder_point": {
            "milk": 154,
            "ice_cream": 53,
            "coffee_beans": 25,
            "light_bulb": 5,
        },
        "order_up_to": {
            "milk": 346,
            "ice_cream": 117,
            "coffee_beans": 54,
            "light_bulb": 15,
        },
    },
}

# A warehouse supplies the stores, `lead_time_to_stores` days away.
WAREHOUSE_CONFIG = {
    "warehouse_1": {
        "name": "Central warehouse",
        "initial_inventory": {
            "milk": 2794,
            "ice_cream": 947,
            "coffee_beans": 436,
            "light_bulb": 78,
        },
        "max_inventory": {
            "milk": 4380,
            "ice_cream": 1490,
            "coffee_beans": 690,
            "light_bulb": 130,
        },
        "allocation": "proportional",
        "short_orders": "owed",
        "reorder_point": {
            "milk": 1534,
            "ice_cream": 527,
            "coffee_beans": 247,
            "light_bulb": 46,
        },
        "order_up_to": {
            "milk": 2794,
            "ice_cream": 947,
            "coffee_beans": 436,
            "light_bulb": 78,
        },
        "lead_time_to_stores": 2,
    },
}

# Orders arrive after `lead_time` days; 1 - `reliability` of the lines fail.
SUPPLIER_CONFIG = {
    "supplier_1": {
        "name": "Dairy and more",
        "reliability": 0.98,
        "lead_time": 7,
        "infinite_supply": True,
    },
}

# Who supplies whom.
SUPPLY_CHAIN_GRAPH = {
    "supplier_1": ["warehouse_1"],
    "warehouse_1": ["store_1", "store_2", "store_3"],
}

# How demand is drawn.
DEMAND_CONFIG = {
    "distribution": "normal",
    "noise_type": "additive",
    "enable_seasonality": True,
}
