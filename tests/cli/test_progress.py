"""The progress bar: on a terminal, after a while, and never elsewhere."""

import io
import sys

import pytest

from inventory_hmarl.cli._progress import Bar


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("stream", "quiet", "patience", "shows"),
    [
        (Screen, False, 0.0, True),
        (Screen, True, 0.0, False),
        (Screen, False, 60.0, False),
        (io.StringIO, False, 0.0, False),
    ],
)
def test_when_the_bar_shows(monkeypatch, stream, quiet, patience, shows):
    """The bar shows on a terminal, when it is wanted, and when it takes long."""
    screen = stream()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with Bar("Working", quiet=quiet, patience=patience) as bar:
        bar(1, 10)
        bar(10, 10)
    assert ("Working" in screen.getvalue()) is shows
