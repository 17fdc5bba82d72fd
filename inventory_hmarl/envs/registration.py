"""The environments by their names in Gymnasium.

`gymnasium.make("inventory_hmarl:InventoryHMARL/Chain-v0")` imports the package and looks the name
up. The package must not import Gymnasium, which few of its users need: it registers its names when
Gymnasium is there, or as soon as it comes.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from types import ModuleType

NAMES = {"Chain-v0": ("chain_env:Chain", "vector_env:Chain"), "Store-v0": ("store_env:Store",) * 2}


def register() -> None:
    """Tell Gymnasium the names of the environments."""
    import gymnasium

    for name, (single, vector) in NAMES.items():
        gymnasium.register(
            f"InventoryHMARL/{name}",
            entry_point=f"inventory_hmarl.envs.{single}Env",
            vector_entry_point=f"inventory_hmarl.envs.{vector}VectorEnv",
        )


def register_when_it_comes() -> None:
    """Register now, if Gymnasium is loaded, or when somebody loads it."""
    if sys.modules.get("gymnasium") is not None:
        register()
    else:
        sys.meta_path.insert(0, _Awaited())


class _Awaited(importlib.abc.MetaPathFinder):
    """Finds Gymnasium as Python would, once, and registers the names behind its import."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return where Gymnasium is, with what follows its import; None for all else."""
        if fullname != "gymnasium":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec("gymnasium")
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_register(module: ModuleType) -> None:
                execute(module)
                register()

            spec.loader.exec_module = execute_and_register  # type: ignore[method-assign]
        return spec
