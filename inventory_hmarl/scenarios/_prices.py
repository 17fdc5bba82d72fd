"""What another price does to demand."""

from __future__ import annotations

from inventory_hmarl.scenarios import ScenarioError

LEAST_ELASTICITY = -20.0  # as of a case's demand


def response(name: str, price: float, elasticity: float | None) -> float:
    """Return what a price, as a share of the usual one, makes of mean demand.

    None leaves that to the elasticity of the case: 1.

    >>> response("promotion", 0.5, -2.0), response("promotion", 0.5, None)
    (4.0, 1.0)
    """
    if price <= 0:
        raise ScenarioError(f"{name}.price = {price}: must be above 0, as a share of the usual one")
    if elasticity is None:
        return 1.0
    if not LEAST_ELASTICITY <= elasticity <= 0:
        raise ScenarioError(
            f"{name}.elasticity = {elasticity}: must be from {LEAST_ELASTICITY:g} to 0, or None "
            "for that of the case"
        )
    return float(price**elasticity)
