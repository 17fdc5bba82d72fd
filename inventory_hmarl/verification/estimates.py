"""A mean and its standard error, from replications that are independent of each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array


@dataclass(frozen=True)
class Sample:
    """A ratio's two parts in each replication; for a mean per day, the lower part is days."""

    upper: Array  # (R,)
    lower: Array  # (R,)


@dataclass(frozen=True)
class Estimate:
    """What was measured, and how far off it may be."""

    value: float
    standard_error: float
    replications: int


def joined(samples: Sequence[Sample]) -> Sample:
    """Return the samples of several batches of replications as one."""
    return Sample(
        np.concatenate([sample.upper for sample in samples]),
        np.concatenate([sample.lower for sample in samples]),
    )


def estimate(sample: Sample) -> Estimate:
    """Return the ratio of sums and its standard error by the delta method.

    Source: Law, "Simulation Modeling and Analysis", 5th ed. (2015), section 9.5.3 (ratio
    estimators); where the lower part is constant it is the mean and its usual standard error.

    >>> estimate(Sample(np.array([1.0, 3.0]), np.array([1.0, 1.0])))
    Estimate(value=2.0, standard_error=1.0, replications=2)
    """
    count = sample.upper.size
    value = float(sample.upper.sum() / sample.lower.sum())
    if count < 2:
        return Estimate(value, 0.0, count)
    residuals = (sample.upper - value * sample.lower) / sample.lower.mean()
    error = float(np.sqrt((residuals**2).sum() / (count - 1) / count))
    return Estimate(value, error, count)
