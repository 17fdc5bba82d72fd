"""Chunks on a Ray cluster (the extra `ray`), which is imported here alone.

A node may go at any time: Ray runs its chunks again elsewhere, and a chunk whose every attempt
was lost is handed out again here. Chunks are pure, so nothing can come out twice or otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any  # Ray's own types are of its tasks

from inventory_hmarl.extras import check_extra
from inventory_hmarl.studies.blocks import Block, compute
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.planning import Chunk, Study

if TYPE_CHECKING:
    from inventory_hmarl.studies.executing import Blocks

AHEAD = 4  # chunks handed out for each core of the cluster, so that none waits
ATTEMPTS = 5  # of a chunk whose node or process went away
SECONDS_BETWEEN_LOOKS = 5.0


def check_ray() -> None:
    """Raise `MissingExtra` where Ray is not installed."""
    check_extra("ray", "ray", "--on ray")


def on_ray(study: Study, chunks: Sequence[Chunk]) -> Blocks:
    """Yield the blocks of chunks computed on the cluster that this process is connected to.

    Without a connection, `ray.init()` makes one: to the cluster of RAY_ADDRESS, or one of this
    machine's own.
    """
    import ray

    ours = not ray.is_initialized()
    if ours:
        ray.init(log_to_driver=False)
    try:
        yield from _handed_out(ray, study, chunks)
    finally:
        if ours:
            ray.shutdown()


def _handed_out(ray: Any, study: Study, chunks: Sequence[Chunk]) -> Blocks:  # noqa: ANN401 - a module
    task = ray.remote(num_cpus=1, max_retries=ATTEMPTS)(_computed)
    shared = ray.put(study)
    waiting = list(reversed(chunks))
    running: dict[Any, Chunk] = {}
    tried: dict[int, int] = {}
    try:
        while waiting or running:
            room = AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
            while waiting and len(running) < room:
                chunk = waiting.pop()
                running[task.remote(shared, chunk)] = chunk
            ready, _ = ray.wait(list(running), num_returns=1, timeout=SECONDS_BETWEEN_LOOKS)
            for reference in ready:
                chunk = running.pop(reference)
                block = _fetched(ray, reference)
                if block is not None:
                    yield chunk, block
                    continue
                tried[chunk.number] = tried.get(chunk.number, 0) + 1
                if tried[chunk.number] >= ATTEMPTS:
                    raise StudyError([_lost(chunk)])
                waiting.append(chunk)
    finally:
        for reference in running:
            ray.cancel(reference, force=True)


def _computed(study: Study, chunk: Chunk) -> Block:
    return compute(study, chunk)


def _fetched(ray: Any, reference: Any) -> Block | None:  # noqa: ANN401 - Ray's own types
    """Return a block, or None where its node or process went away; raises what it raised."""
    gone = (
        ray.exceptions.WorkerCrashedError,
        ray.exceptions.NodeDiedError,
        ray.exceptions.ObjectLostError,
        ray.exceptions.OutOfMemoryError,
    )
    try:
        block: Block = ray.get(reference)
    except gone:
        return None
    except ray.exceptions.RayTaskError as error:
        raise error.cause from None
    return block


def _lost(chunk: Chunk) -> str:
    return (
        f"chunk {chunk.number}: its node or process went away {ATTEMPTS} times: look at the "
        "cluster's memory; what is finished is kept, and the same command goes on"
    )
