"""What rules that order on two lanes have in common: the expedited inventory position."""

from __future__ import annotations

from inventory_hmarl.core.arrays import Array, fold, namespace
from inventory_hmarl.core.state import View


def expedited_position(view: View, lead_time: Array) -> Array:
    """Return the inventory position less what arrives later than a fast order of today, `(P, R)`.

    `lead_time` (P, 1) is the fast lane's days. What a source owes has no day, and counts.
    """
    assert view.arriving is not None
    library = namespace(view.arriving)
    later = library.arange(view.arriving.shape[1]) > lead_time
    late = view.arriving * later[..., None].astype(view.arriving.dtype)
    return view.inventory_position - fold(library.moveaxis(late, 1, 0))
