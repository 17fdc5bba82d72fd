"""The device that JAX uses: what a GPU is told otherwise than a CPU, and that nothing shows.

No GPU is needed: the programs for one run on a CPU as well, only slower.
"""

import numpy as np
import pytest

pytest.importorskip("jax")

import jax
import jax.numpy as jnp

from inventory_hmarl import Keep, simulate
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.allocation import RULES, Shortage
from inventory_hmarl.engines import Request
from inventory_hmarl.engines.compiled import device, pieces
from inventory_hmarl.engines.jax_engine import Compiled
from inventory_hmarl.testing.engines import engine_differences


class Device:
    """What JAX says of a device."""

    def __init__(self, platform, memory=None):
        self.platform, self.memory = platform, memory

    def memory_stats(self):
        """Return what it knows of its memory."""
        return self.memory


@pytest.fixture
def on(monkeypatch):
    """Return what has days run as on a device, in programs that are compiled for it."""

    def use(platform, memory=None):
        jax.clear_caches()
        monkeypatch.setattr(device.jax, "devices", lambda: [Device(platform, memory)])

    yield use
    monkeypatch.undo()
    jax.clear_caches()


def test_a_gpu_takes_what_its_memory_holds(chain, unlike, on):
    """Where days run on a GPU, more memory takes more replications at a time; nothing shows."""

    def size():
        with jax.enable_x64(True):
            many = np.arange(10**6, dtype=np.uint32)
            return Compiled(compile_case(chain), Request(many, Keep(), 1)).size

    on("cpu")
    on_the_cpu = size()
    on("gpu", {"bytes_limit": 2**34})
    assert size() > 100 * on_the_cpu
    assert device.points_at_once() == 2**23
    on("gpu", {"bytes_limit": 2**17})
    few = size()
    assert few < on_the_cpu
    left, right = (simulate(chain, replications=few + 3, engine=e) for e in ("numpy", "jax"))
    assert unlike(left, right) == []


def test_a_gpu_that_does_not_tell_its_memory(on):
    """It is taken for a small one."""
    on("gpu")
    assert device.gpu_bytes() == device.UNKNOWN


def test_days_for_a_gpu_are_the_same_days(chain, on):
    """A program as a GPU gets it gives what NumPy gives, each quantity of each day."""
    on("gpu")
    assert engine_differences(chain) == []


def test_a_gpu_is_given_no_calls(on):
    """It would run a call operation by operation; a barrier keeps what is computed once so."""

    def told():
        program = jax.jit(lambda x: pieces.apart(lambda y: y + 1, x) * 2)
        return program.lower(jnp.ones(3)).as_text()

    on("cpu")
    assert "inlineable" in told()
    assert "optimization_barrier" not in told()
    on("gpu")
    assert "inlineable" not in told()
    assert "optimization_barrier" in told()


@pytest.mark.parametrize("platform", ["cpu", "gpu"])
def test_many_customers_share_what_is_left(platform, on):
    """The columns that are short are shared as the rule has it, one by one or all at once."""
    on(platform)
    generator = np.random.default_rng(0)
    need = generator.integers(1, 9, (pieces.FEW + 4, 6)).astype(float)
    available = need.sum(axis=0) - np.array([0, 7, 0, 20, 1, 0])
    tie = generator.integers(0, 2**32, need.shape, dtype=np.uint32)
    short = available < need.sum(axis=0)
    rule = RULES["proportional"]
    with jax.enable_x64(True):
        compiled = jax.jit(
            lambda need, available: pieces.only_if_short(rule)(
                Shortage(need, available, lambda: tie, whole_units=True)
            )
        )
        got = np.asarray(compiled(need, available))
    expected = rule(Shortage(need, available, lambda: tie, whole_units=True))
    assert (got[:, short] == expected[:, short]).all()
    assert (got.sum(axis=0) == available)[short].all()
