"""RLlib's `MultiAgentEnv` over the event view. Needs ray[rllib], which pins its own gymnasium."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inventory_hmarl.envs.event_env import EventChain
from inventory_hmarl.extras import Untyped, needed

try:  # so that the module can be looked at without RLlib
    from ray.rllib.env.multi_agent_env import MultiAgentEnv as _Base
except ImportError:
    _Base = object

MultiAgentEnv: Untyped = _Base
SEEDS_OF_WORKER = 2**20  # seeds that each of RLlib's workers has for itself


class MultiAgentChain(EventChain, MultiAgentEnv):
    """A chain for RLlib: only those who act appear. `config` holds the options of `EventChain`.

    Masked observations are named as RLlib's masking modules read them: "observations" and
    "action_mask". Each worker and each of its environments has a seed of its own: the `seed` of the
    config (or the case's), and from there on.
    """

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        """Raise `MissingExtra` without RLlib, `ValueError` for what cannot be."""
        needed("ray.rllib", "rllib", "RLlib's environment")
        MultiAgentEnv.__init__(self)
        options = dict(config or {})
        seed = options.pop("seed", None)
        EventChain.__init__(self, **{"key": "observations", **options})
        if seed is None:
            seed = self.crew.scene.case.seed
        worker, vector = getattr(config, "worker_index", 0), getattr(config, "vector_index", 0)
        self.shell.start(seed + SEEDS_OF_WORKER * worker + vector)
