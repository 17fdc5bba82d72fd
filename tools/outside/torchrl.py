"""TorchRL: its check of both PettingZoo views, with and without masks."""

from __future__ import annotations


def check(_: int) -> None:
    """Run TorchRL's check on both views, with and without masks."""
    import torchrl
    from torchrl.envs import PettingZooWrapper
    from torchrl.envs.utils import check_env_specs

    from inventory_hmarl import default_case
    from inventory_hmarl.envs.crew import Roles
    from inventory_hmarl.envs.parallel_env import VIEWS, ParallelChain

    case = default_case().changed(days=28)
    for view in VIEWS:
        for name, options in {
            "numbers": {"roles": Roles(coordinator=["multipliers", "shares"])},
            "choices": {"choices": 3, "roles": Roles(actions="units")},
        }.items():
            env = ParallelChain(case, view=view, **options)
            wrapped = PettingZooWrapper(
                env, return_state=True, use_mask=True, categorical_actions=True
            )
            check_env_specs(wrapped)
            groups = {group: list(names) for group, names in wrapped.group_map.items()}
            wrapped.rollout(40)
            print(f"torchrl {torchrl.__version__}, {view}, {name}: passed; groups {groups}")
