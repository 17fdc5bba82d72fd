"""A process that computes chunks: `python -m inventory_hmarl.studies.worker`.

It reads pickles from its standard input, the study first, then chunks, and answers each on its
standard output. Where its parent ends, however that comes, its input ends, and so does it.

Processes are started this way, and not by multiprocessing, whose workers import the user's script
again: `sweep` then works in a script without `if __name__ == "__main__"`.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from typing import BinaryIO

from inventory_hmarl.studies.blocks import Block, compute


def answer(requests: BinaryIO, answers: BinaryIO) -> None:
    """Compute chunk after chunk, until there are no more."""
    study = pickle.load(requests)
    while True:
        try:
            chunk = pickle.load(requests)
        except EOFError:
            return
        found: Block | Exception
        try:
            found = compute(study, chunk)
        except Exception as error:  # told by the parent, whoever's fault it is
            found = error
        pickle.dump(found, answers, protocol=5)
        answers.flush()


def main() -> None:
    """Keep standard output to the answers; leave Ctrl-C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        answer(sys.stdin.buffer, answers)
    except BrokenPipeError:
        os._exit(1)  # the parent is gone: nobody to tell


if __name__ == "__main__":
    main()
