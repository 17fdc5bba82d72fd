"""A name for all that a case says."""

from __future__ import annotations

import hashlib
import json

from inventory_hmarl.case.models import Case
from inventory_hmarl.case.plain import case_to_dict


def case_hash(case: Case) -> str:
    """Return the SHA-256 of a case, recorded demand of its days included.

    Where a record is sampled, all its days are.

    It covers what `case_to_dict` writes, display names too, as JSON with sorted keys and no spaces,
    and after it the units of each demand file, as 64-bit floats by store, SKU and day. The order of
    keys does not count; a default that is written out does.

    >>> from inventory_hmarl.case import default_case
    >>> len(case_hash(default_case()))
    64
    """
    text = json.dumps(case_to_dict(case), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    digest = hashlib.sha256(text.encode())
    sampled = '"distribution":"empirical"' in text
    for name in sorted(case.recorded):
        for store, sku in sorted(case.recorded[name].series):
            days = max(case.days, case.recorded[name].last_day) if sampled else case.days
            units = case.recorded[name].units(store, sku, days)
            digest.update(json.dumps([name, store, sku]).encode() + units.astype("<f8").tobytes())
    return digest.hexdigest()
