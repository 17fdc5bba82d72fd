"""Hypothesis profiles: `dev` is quick, `ci` draws the same examples every time, `thorough` many.

HYPOTHESIS_PROFILE names one: `HYPOTHESIS_PROFILE=thorough pytest tests/core tests/reference`.
"""

import os

from hypothesis import HealthCheck, Phase, settings

# Shared machines stall: a time limit per example would fail tests that are right.
settings.register_profile("dev", max_examples=25, deadline=None)
settings.register_profile(
    "ci",
    max_examples=50,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # shrinking a large network can take an hour
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", max_examples=400, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))
