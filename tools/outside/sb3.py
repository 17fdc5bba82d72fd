"""Stable-Baselines3: its check, its own vector of single environments as a twin, and training."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

DAYS, COUNT = 30, 8


def check(iterations: int) -> None:
    """Check single and vector environments, and train on them for some rollouts."""
    import sb3_contrib
    import stable_baselines3
    from stable_baselines3.common.env_checker import check_env

    from inventory_hmarl.envs.chain_env import ChainEnv
    from inventory_hmarl.envs.store_env import StoreEnv

    for env in (ChainEnv(), StoreEnv()):
        check_env(env, warn=True)
    _is_its_parts("numbers", actions="order_up_to")
    _is_its_parts("choices", choices=4)
    _faults_are_named()
    _ppo(iterations)
    _masked_ppo(iterations)
    _example()
    print(f"sb3 {stable_baselines3.__version__}, contrib {sb3_contrib.__version__}: passed")


def _example() -> None:
    """The example of docs/learning.md trains for a moment, and is judged."""
    from examples.ppo_store import main

    main(["--steps", "8192", "--episodes", "20"])


def _case(**changes: int) -> object:
    from inventory_hmarl import default_case

    return default_case().changed(days=DAYS, warmup_days=0, **changes)


def _is_its_parts(name: str, **options: object) -> None:
    """The adapter returns what Stable-Baselines3's own loop over single environments does."""
    from stable_baselines3.common.vec_env import DummyVecEnv, VecCheckNan, VecMonitor

    from inventory_hmarl.envs.chain_env import ChainEnv
    from inventory_hmarl.envs.sb3_vec_env import chain_vec_env

    case = _case()
    adapter = chain_vec_env(COUNT, case, **options)
    loop = DummyVecEnv([lambda: ChainEnv(case, **options) for _ in range(COUNT)])
    many, parts = VecMonitor(VecCheckNan(adapter)), VecMonitor(loop)
    many.seed(5), parts.seed(5)
    np.testing.assert_array_equal(many.reset(), parts.reset())
    _same_infos(many.reset_infos, parts.reset_infos)
    space = adapter.action_space
    space.seed(1)
    for _ in range(2 * DAYS + 3):
        actions = np.stack([space.sample() for _ in range(COUNT)])
        mine, theirs = many.step(actions), parts.step(actions)
        np.testing.assert_array_equal(mine[0], theirs[0])
        np.testing.assert_array_equal(mine[1].astype(np.float32), theirs[1])
        np.testing.assert_array_equal(mine[2], theirs[2])
        _same_infos(mine[3], theirs[3])
        _same_infos(many.reset_infos, parts.reset_infos)
        if options.get("choices"):
            masks = many.env_method("action_masks")
            np.testing.assert_array_equal(masks, parts.env_method("action_masks"))
    print(f"sb3: {COUNT} chains, {name}, as single ones over {2 * DAYS + 3} steps: the same")


def _same_infos(mine: list[dict], theirs: list[dict]) -> None:
    for one, other in zip(map(dict, mine), map(dict, theirs), strict=True):
        episodes = one.pop("episode", None), other.pop("episode", None)
        assert (episodes[0] is None) == (episodes[1] is None)
        if episodes[0] is not None:  # the loop adds up rewards in 32 bits
            assert episodes[0]["l"] == episodes[1]["l"]
            assert np.isclose(episodes[0]["r"], episodes[1]["r"], rtol=1e-5)
        last = one.pop("terminal_observation", None), other.pop("terminal_observation", None)
        np.testing.assert_array_equal(*last)
        masks = one.pop("action_mask", None), other.pop("action_mask", None)
        np.testing.assert_array_equal(*masks)
        assert one == other, (one, other)


def _faults_are_named() -> None:
    """Other autoreset modes, an attribute of some chains and unknown methods are errors."""
    from inventory_hmarl.envs.sb3_vec_env import VectorAdapter, chain_vec_env
    from inventory_hmarl.envs.vector_env import ChainVectorEnv

    adapter = chain_vec_env(COUNT, _case())
    told = {
        "SAME_STEP": lambda: VectorAdapter(ChainVectorEnv(2)),
        "set it for all": lambda: adapter.set_attr("render_mode", None, indices=[0]),
        "one of action_masks, action_of": lambda: adapter.env_method("reset"),
        "give it choices": lambda: adapter.get_attr("action_masks"),
    }
    for words, mistake in told.items():
        assert words in _error_of(mistake), words


def _error_of(mistake: Callable[[], object]) -> str:
    try:
        mistake()
    except (ValueError, AttributeError) as error:
        return str(error)
    return "none"


def _ppo(iterations: int) -> None:
    """PPO trains, and is evaluated, on one adapter of two hundred stores."""
    from stable_baselines3 import PPO
    from stable_baselines3.common.evaluation import evaluate_policy
    from stable_baselines3.common.vec_env import VecMonitor, VecNormalize

    from inventory_hmarl.envs.sb3_vec_env import chain_vec_env

    adapter = chain_vec_env(64, _case(), actions="order_up_to")
    envs = VecNormalize(VecMonitor(adapter), norm_obs=True, norm_reward=True)
    model = PPO("MlpPolicy", envs, n_steps=32, batch_size=512, n_epochs=2, seed=1, device="cpu")
    before = {name: value.clone() for name, value in model.policy.state_dict().items()}
    model.learn(iterations * 32 * 64)
    after = model.policy.state_dict()
    assert any(not value.equal(after[name]) for name, value in before.items())
    envs.training = False
    mean, deviation = evaluate_policy(model, envs, n_eval_episodes=64)
    print(f"sb3: PPO, {model.num_timesteps} steps: {mean:.3g} ± {deviation:.2g} an episode")


def _masked_ppo(iterations: int) -> None:
    """MaskablePPO finds the masks, and never orders what does not fit."""
    from sb3_contrib import MaskablePPO
    from sb3_contrib.common.maskable.utils import is_masking_supported
    from stable_baselines3.common.vec_env import VecMonitor

    from inventory_hmarl.envs.sb3_vec_env import chain_vec_env, store_vec_env

    assert not is_masking_supported(chain_vec_env(2))
    envs = VecMonitor(store_vec_env(64))
    assert is_masking_supported(envs)
    model = MaskablePPO("MlpPolicy", envs, n_steps=32, batch_size=512, n_epochs=2, seed=1)
    model.learn(iterations * 32 * 64)
    print(f"sb3: MaskablePPO, {model.num_timesteps} steps")
