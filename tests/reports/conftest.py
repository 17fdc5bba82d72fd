"""Cases that the tests of reports run."""

import pytest

from inventory_hmarl.case import case_from_dict, case_to_dict, default_case


def lost(case):
    """Change nothing: unmet demand is lost, a short warehouse owes."""


def waiting(case):
    """Let customers of one store wait, and of another, for one SKU only."""
    first, second, *_ = case["stores"].values()
    first["unmet_demand"] = "backordered"
    skus = list(case["skus"])
    second["unmet_demand"] = {sku: "lost" for sku in skus} | {skus[0]: "backordered"}


def dropped(case):
    """Let a short warehouse drop what it cannot ship, by priority."""
    for warehouse in case["warehouses"].values():
        warehouse |= {"short_orders": "dropped", "allocation": "priority"}


def scarce(case):
    """Let suppliers fail often, and have little."""
    for supplier in case["suppliers"].values():
        supplier |= {"reliability": 0.7, "capacity": 60}


def shipped_already(case):
    """Let something be on its way before day 1."""
    lane = case["lanes"][0]
    sku = next(iter(case["skus"]))
    lane["initial_on_order"] = [{"sku": sku, "due_day": 1, "units": 17}]


def made(*changes, **settings):
    """Return the default case, changed, with stock that runs short."""
    case = case_to_dict(default_case()) | {"days": 40, "warmup_days": 5} | settings
    for warehouse in case["warehouses"].values():
        warehouse["initial_inventory"] = 100
    for change in changes:
        change(case)
    return case_from_dict(case)


CASES = {
    "lost": (lost,),
    "waiting": (waiting,),
    "dropped": (dropped,),
    "scarce": (scarce, shipped_already),
    "all": (waiting, dropped, scarce, shipped_already),
}


@pytest.fixture(params=CASES)
def case(request):
    """A case of each kind."""
    return made(*CASES[request.param])
