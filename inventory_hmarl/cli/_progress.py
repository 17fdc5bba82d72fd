"""A bar on standard error, for what takes longer than a moment."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0  # seconds without a bar


class Bar:
    """Shows `(done, all)` on a terminal, once `PATIENCE` is over: `with Bar("Running") as bar`."""

    def __init__(self, title: str, *, quiet: bool = False, patience: float = PATIENCE) -> None:
        """Take what to call the work; a quiet bar never shows."""
        self.title, self.quiet = title, quiet
        self.patience = patience
        self._begun = time.monotonic()
        self._shown: tuple[Progress, TaskID] | None = None

    def __enter__(self) -> Bar:
        """Begin to wait."""
        self._begun = time.monotonic()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Clear the bar."""
        if self._shown is not None:
            self._shown[0].stop()

    def __call__(self, done: int, total: int) -> None:
        """Say how much is done."""
        if self._shown is None:
            self._show()
        if self._shown is not None:
            bar, task = self._shown
            bar.update(task, completed=done, total=total)

    def _show(self) -> None:
        import sys

        late = time.monotonic() - self._begun >= self.patience
        if self.quiet or not late or not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import Progress

        bar = Progress(console=Console(stderr=True), transient=True)
        self._shown = bar, bar.add_task(self.title)
        bar.start()
