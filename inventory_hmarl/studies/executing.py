"""Where the chunks of a study are computed: in this process, in several, or on a Ray cluster.

All hand back the same blocks, in whatever order they are finished.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator, Sequence

from inventory_hmarl.case.faults import Fault, nearest
from inventory_hmarl.engines.workers import cores
from inventory_hmarl.studies.blocks import Block, compute
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.planning import Chunk, Study

PLACES = ("cores", "ray")

Blocks = Generator[tuple[Chunk, Block], None, None]


def check_place(name: str) -> None:
    """Raise `StudyError` for a place that is none, `MissingExtra` without what it needs."""
    if name not in PLACES:
        rule = f"must be one of {', '.join(PLACES)}"
        raise StudyError([Fault("--on", name, rule, nearest(name, PLACES))])
    if name == "ray":
        from inventory_hmarl.studies.ray_executor import check_ray

        check_ray()


def blocks(study: Study, chunks: Sequence[Chunk], on: str, workers: int | None) -> Blocks:
    """Yield the block of each chunk as it is finished; closing it stops the work."""
    if on == "ray":
        from inventory_hmarl.studies.ray_executor import on_ray

        return on_ray(study, chunks)
    wanted = min(len(chunks), cores() if workers is None else workers)
    return _here(study, chunks) if wanted <= 1 else _processes(study, chunks, wanted)


def _here(study: Study, chunks: Sequence[Chunk]) -> Blocks:
    for chunk in chunks:
        yield chunk, compute(study, chunk)


class _Worker:
    """A process that computes chunks; see `inventory_hmarl.studies.worker`."""

    def __init__(self, study: bytes) -> None:
        path = os.pathsep.join(each or os.getcwd() for each in sys.path)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "inventory_hmarl.studies.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
        )
        self._send(study)

    def _send(self, content: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(content)
        self.process.stdin.flush()

    def block(self, chunk: Chunk) -> Block:
        """Return the block of a chunk; raises what the process raised, or `StudyError`."""
        assert self.process.stdout is not None
        try:
            self._send(pickle.dumps(chunk))
            found = pickle.load(self.process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError, ValueError):
            status = self.process.wait()
            raise StudyError(
                [
                    f"chunk {chunk.number}: its process ended with status {status}, which is often "
                    "for want of memory: ask for fewer --workers; what is finished is kept"
                ]
            ) from None
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, Block)
        return found

    def end(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


Answer = tuple[Chunk, Block | Exception]


def _processes(study: Study, chunks: Sequence[Chunk], count: int) -> Blocks:
    content = pickle.dumps(study)
    workers: list[_Worker] = []
    try:
        workers += (_Worker(content) for _ in range(count))
        yield from _answers(workers, chunks)
    finally:
        for worker in workers:
            worker.end()


def _answers(workers: Sequence[_Worker], chunks: Sequence[Chunk]) -> Iterator[tuple[Chunk, Block]]:
    """Yield blocks as they come; a thread a process asks it for the next chunk there is."""
    todo: queue.SimpleQueue[Chunk] = queue.SimpleQueue()
    done: queue.SimpleQueue[Answer] = queue.SimpleQueue()
    for chunk in chunks:
        todo.put(chunk)

    def ask(worker: _Worker) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                chunk = todo.get_nowait()
                try:
                    done.put((chunk, worker.block(chunk)))
                except Exception as error:
                    done.put((chunk, error))
                    return

    for worker in workers:
        threading.Thread(target=ask, args=(worker,), daemon=True).start()
    for _ in chunks:
        chunk, found = done.get()
        if isinstance(found, Exception):
            raise found
        yield chunk, found
