"""How much runs side by side: what the cache of the machine holds."""

import os

import numpy as np
import pytest

from inventory_hmarl import Keep
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.engines import Request, sizes


def test_sizes_follow_the_cache():
    """A larger cache holds more, a smaller one less, in powers of two and within reason."""
    found = [sizes.fitting(2**13, cache) for cache in (2**10, 2**19, 2**20, 2**21, 2**30)]
    assert found == [2**11, 2**12, 2**13, 2**14, 2**15]
    assert sizes.fitting(2**13, None) == 2**13


def test_the_cache_is_the_machine_s(monkeypatch, tmp_path):
    """It is read where Linux tells it, else asked for; a machine may not know."""
    told = tmp_path / "size"
    told.write_text("512K\n", encoding="ascii")
    monkeypatch.setattr(sizes, "LEVEL_2", told)
    assert sizes.cache_bytes() == 2**19
    monkeypatch.setattr(sizes, "LEVEL_2", tmp_path / "nowhere")
    monkeypatch.setattr(os, "sysconf", lambda name: 2**21, raising=False)
    assert sizes.cache_bytes() == 2**21
    monkeypatch.setattr(os, "sysconf", lambda name: 0)
    assert sizes.cache_bytes() is None
    monkeypatch.delattr(os, "sysconf")
    assert sizes.cache_bytes() is None


def test_the_cache_takes_twice_as_many_short_numbers(chain, monkeypatch):
    """What is 32 bits wide takes half the room, so that twice as much runs side by side."""
    pytest.importorskip("jax")
    import jax

    from inventory_hmarl.engines.compiled import device
    from inventory_hmarl.engines.jax_engine import Compiled

    monkeypatch.setattr(device, "on_gpu", lambda: False)
    numbers = np.arange(2**20, dtype=np.uint32)
    model, found = compile_case(chain), []
    for precision in ("exact", "fast"):
        with jax.enable_x64(True):
            request = Request(numbers, Keep(), 1, precision=precision)
            found.append(Compiled(model, request).size)
    assert found[1] == pytest.approx(2 * found[0], rel=0.05)
