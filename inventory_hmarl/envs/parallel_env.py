"""PettingZoo's `ParallelEnv` over the phase machine. Needs the extra "rl"."""

from __future__ import annotations

from typing import Any, ClassVar

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.engines import check_choice
from inventory_hmarl.envs.chains import Watch
from inventory_hmarl.envs.crew import Roles
from inventory_hmarl.envs.hierarchy import Hierarchy, Pay
from inventory_hmarl.envs.observations import Observe
from inventory_hmarl.envs.playing import Players, play_crew
from inventory_hmarl.envs.rewards import Reward
from inventory_hmarl.envs.scene import Config, Scene
from inventory_hmarl.envs.shell import ByAgent, Shell, box, crew_of
from inventory_hmarl.extras import missing
from inventory_hmarl.scenarios import Scenarios

try:
    from pettingzoo import ParallelEnv
except ModuleNotFoundError as error:
    raise missing("rl", "inventory_hmarl.envs.parallel_env") from error

VIEWS = ("simultaneous", "synchronous")


class ParallelChain(ParallelEnv[str, Any, Any]):
    """A chain whose agents all step at once.

    Parameters
    ----------
    case, scenario
        As in `simulate`; without a case, the default one.
    view
        "simultaneous": a step is a day, on which all who are due decide at once. "synchronous": a
        step is a turn, of the coordinator or a level; others' actions are not read, and
        `info["acts"]` says whose are.
    roles, observe, reward
        Who decides what, what is seen, what is paid.
    choices
        Values of each number of an action: actions are then `Discrete`, and observations a dict
        with an "action_mask". Without: a `Box` of numbers.
    scaled
        Whether numbers are said from -1 to 1, which stand for their least and most: agents of one
        kind then have one space, as sharing parameters needs. Else the numbers themselves.
    held_out
        Whether episodes are those that are kept for tests.
    engine
        "jax" (extra `jax`) compiles the day, once a shape: where all decide at once, without a
        coordinator's levers or difference rewards.

    >>> env = ParallelChain()
    >>> observations, infos = env.reset(seed=1)
    >>> env.agents
    ['store_1', 'store_2', 'store_3', 'warehouse_1']
    """

    metadata: ClassVar[dict[str, Any]] = {
        "name": "inventory_hmarl_chain_v0",
        "render_modes": [],
        "is_parallelizable": True,
    }
    render_mode = None

    def __init__(  # noqa: PLR0913 - one name a choice
        self,
        case: Config | None = None,
        scenario: Scenarios = None,
        *,
        view: str = "simultaneous",
        roles: Roles | None = None,
        observe: Observe | None = None,
        reward: Reward | None = None,
        choices: int | None = None,
        scaled: bool = True,
        held_out: bool = False,
        engine: str = "numpy",
    ) -> None:
        """Raise `ValueError` for what cannot be, `CaseError` for a case that cannot."""
        if view not in VIEWS:
            raise ValueError(f"view = {view!r}: one of {', '.join(VIEWS)}")
        check_choice(engine)
        self.view = view
        self.crew = crew_of(
            case, scenario, roles=roles, observe=observe, reward=reward, phases=view != VIEWS[0]
        )
        if engine != "numpy" and not self.crew.compilable:
            raise ValueError(
                f"engine = {engine!r}: it takes whole days, without turns, levers of a coordinator "
                "or difference rewards; leave it out, or these"
            )
        self.shell = Shell(
            self.crew, choices=choices, scaled=scaled, held_out=held_out, engine=engine
        )
        self.possible_agents = [agent.name for agent in self.crew.agents]
        self.agents: list[str] = []
        self.observation_spaces = self.shell.observation_spaces
        self.action_spaces = self.shell.action_spaces
        self.state_space = box(self.crew, slice(None))
        self.hierarchy: Hierarchy | None = None

    def observation_space(self, agent: str) -> Any:  # noqa: ANN401
        """Return the space of an agent's observations: always the same object."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Any:  # noqa: ANN401
        """Return the space of an agent's actions: always the same object."""
        return self.action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[ByAgent, ByAgent]:
        """Begin an episode: the first of a seed, or the next one of the last seed.

        `info["first_day"]`, on every step alike, is what the first day's sales earned before
        anybody decided.
        """
        self.hierarchy = self.shell.begin(seed)
        self.agents = list(self.possible_agents)
        return self._seen({})

    def step(self, actions: ByAgent) -> tuple[ByAgent, ByAgent, ByAgent, ByAgent, ByAgent]:
        """Carry out the actions of those who act; return what PettingZoo's `step` does."""
        hierarchy = self.shell.running()
        pay = hierarchy.act(self.shell.said(actions))
        ended = hierarchy.done
        rewards = {
            name: float(pay[name].reward[0]) if name in pay else 0.0
            for name in self.possible_agents
        }
        observations, infos = self._seen(pay)
        terminated = dict.fromkeys(self.possible_agents, False)
        if ended:
            self.agents = []
        return observations, rewards, terminated, dict.fromkeys(self.possible_agents, ended), infos

    @property
    def scene(self) -> Scene:
        """The case as agents meet it."""
        return self.crew.scene

    def play(self, players: Players, episodes: Array, watch: Watch) -> None:
        """Let agents play episodes of the case's seed, `(R,)`; see `envs.playing`."""
        play_crew(self.shell, players, episodes, watch)

    def action_of(self, agent: str, numbers: Array) -> Any:  # noqa: ANN401
        """Return the action that stands for numbers in units, in order of `crew.controls_of`."""
        return self.shell.action_of(agent, numbers)

    def state(self) -> Array:
        """Return all entries, float32, for a central critic: `crew.entries` names them."""
        state: Array = self._begun().seen[:, 0]
        return state

    def action_masks(self, agent: str) -> Array:
        """Return which choices an agent has now, as bool: what sb3-contrib reads."""
        return self.shell.mask(self.crew.named(agent)).astype(bool)

    def _begun(self) -> Hierarchy:
        if self.hierarchy is None:
            raise RuntimeError("no episode has begun: call reset() first")
        return self.hierarchy

    def _seen(self, pay: dict[str, Pay]) -> tuple[ByAgent, ByAgent]:
        everyone = self.crew.agents
        return self.shell.observations(everyone), self.shell.infos(everyone, pay)
