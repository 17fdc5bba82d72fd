"""What is done when a cluster's nodes go; `python -m tools.ray_study` does it to a real one."""

from types import SimpleNamespace

import pytest

from inventory_hmarl.studies import ray_executor
from inventory_hmarl.studies.blocks import compute
from inventory_hmarl.studies.errors import StudyError


class Gone(Exception):
    """Stands for every error that Ray raises when a node or process goes."""


class Failed(Exception):
    """Stands for Ray's error around what a task raised."""

    def __init__(self, cause):
        super().__init__(str(cause))
        self.cause = cause


class Cluster:
    """As much of Ray as the executor uses; `outcome(chunk, attempt)` may raise."""

    exceptions = SimpleNamespace(
        WorkerCrashedError=Gone,
        NodeDiedError=Gone,
        ObjectLostError=Gone,
        OutOfMemoryError=Gone,
        RayTaskError=Failed,
    )

    def __init__(self, outcome):
        self.outcome, self.attempts, self.cancelled = outcome, {}, []

    def put(self, value):
        """Share a value."""
        return value

    def remote(self, **options):
        """Return what makes a task of a function."""
        return lambda function: SimpleNamespace(remote=lambda *words: Reference(function, words))

    def cluster_resources(self):
        """Return a cluster of one core."""
        return {"CPU": 1.0}

    def wait(self, references, num_returns, timeout):
        """Return the last that was handed out, as a cluster may."""
        return references[-1:], references[:-1]

    def get(self, reference):
        """Compute a chunk, or fail as the test wants."""
        number = reference.arguments[1].number
        self.attempts[number] = self.attempts.get(number, 0) + 1
        self.outcome(number, self.attempts[number])
        return reference.function(*reference.arguments)

    def cancel(self, reference, force):
        """Note what was called off."""
        self.cancelled.append(reference)


class Reference:
    """A task that was handed out."""

    def __init__(self, function, arguments):
        self.function, self.arguments = function, arguments


def handed_out(cluster, made):
    """Return the blocks of a study by chunk number, each once."""
    found = list(ray_executor._handed_out(cluster, made.study, made.chunks))  # noqa: SLF001
    assert sorted(chunk.number for chunk, _ in found) == [0, 1, 2, 3]
    return {chunk.number: block.digest() for chunk, block in found}


def test_lost_chunks_are_handed_out_again(made):
    """Chunks whose nodes went come out once, and as anywhere else."""

    def outcome(number, attempt):
        if number % 2 and attempt < 3:
            raise Gone

    found = handed_out(Cluster(outcome), made)
    assert found == {chunk.number: compute(made.study, chunk).digest() for chunk in made.chunks}


def test_a_chunk_that_is_always_lost_ends_the_study(made):
    """After some attempts the study ends, says which chunk it was, and calls the others off."""

    def outcome(number, attempt):
        if number == 2:
            raise Gone

    cluster = Cluster(outcome)
    with pytest.raises(StudyError, match="chunk 2: its node or process went away 5 times"):
        handed_out(cluster, made)
    assert cluster.attempts[2] == ray_executor.ATTEMPTS


def test_what_a_task_raises_is_raised_here(made):
    """An error of the simulation is not Ray's, and is not tried again."""

    def outcome(number, attempt):
        raise Failed(StudyError(["no"]))

    cluster = Cluster(outcome)
    with pytest.raises(StudyError, match="no"):
        handed_out(cluster, made)
    assert len(cluster.cancelled) == 3
