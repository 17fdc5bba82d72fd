"""What a study refuses. No library is needed to know it."""

from __future__ import annotations


class StudyError(ValueError):
    """A study that cannot be done as asked, or whose extra is not installed."""
