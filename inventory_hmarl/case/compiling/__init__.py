"""From what a user wrote to the arrays that the core runs on."""

from __future__ import annotations

from inventory_hmarl.case.compiling.demand import compile_demand
from inventory_hmarl.case.compiling.layout import Layout, lay_out
from inventory_hmarl.case.compiling.network import compile_network
from inventory_hmarl.case.compiling.policies import compile_policies
from inventory_hmarl.case.compiling.rates import compile_rates, compile_start, fail_keys
from inventory_hmarl.case.models import Case
from inventory_hmarl.core.model import Model

__all__ = ["Layout", "compile_case", "lay_out"]


def compile_case(case: Case) -> Model:
    """Return the frozen arrays of a case.

    >>> from inventory_hmarl.case import default_case
    >>> len(compile_case(default_case()).network.levels)
    2
    """
    layout = lay_out(case)
    network = compile_network(case, layout)
    return Model(
        network=network,
        demand=compile_demand(case, layout),
        policies=compile_policies(case, layout),
        rates=compile_rates(case, layout),
        start=compile_start(case, layout, network),
        fail_keys=fail_keys(case, layout),
        days=case.days,
        warmup_days=case.warmup_days,
    )
