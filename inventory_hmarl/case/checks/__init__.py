"""What must hold between the parts of a case: one file a subject, each a generator of findings."""

from __future__ import annotations

from collections.abc import Iterator

from inventory_hmarl.case.checks import (
    demand,
    disruptions,
    horizon,
    lanes,
    levels,
    names,
    policies,
    pools,
)
from inventory_hmarl.case.faults import Finding
from inventory_hmarl.case.parts import Parts

CHECKS = (
    horizon.findings,
    names.findings,
    lanes.findings,
    levels.findings,
    policies.findings,
    demand.findings,
    disruptions.findings,
    pools.findings,
)


def findings_between(parts: Parts) -> Iterator[Finding]:
    """Yield what is wrong between the parts that could be understood."""
    for check in CHECKS:
        yield from check(parts)
