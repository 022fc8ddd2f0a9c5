"""Warped losses: the better half as it is, the worse half by rank, so that no outlier hides what matters.

The half-rank warping of Vizier (Song et al. 2024, arXiv 2408.11527, section 4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from hypertemplate.search.samplers.bayes.columns import Array

PRECISION = 1e-15
"""Differences of losses, in units of the losses, that are none."""


@dataclass(frozen=True)
class WarpedLosses:
    """Losses in the units of a model.

    Attributes:
        values: warped losses; those of the better half are negative, about as far from 0 as 1.
        size: largest absolute loss of the better half, in whose units `median` and `scale` are, so that no
            difference exceeds a float.
        median: loss that became 0.
        scale: difference of losses that became 1, in the better half.
    """

    values: Array
    size: float
    median: float
    scale: float

    def loss(self, value: float) -> float:
        """Return the loss that a value of the better half stands for."""
        return (self.median + self.scale * value) * self.size

    def width(self, deviation: float) -> float:
        """Return the difference of losses that a difference of values stands for."""
        return deviation * self.scale * self.size


def warped(losses: Array) -> WarpedLosses:
    """Warp losses.

    Args:
        losses: finite losses, one or more.
    """
    middle = np.sort(losses)[(len(losses) - 1) // 2]
    better, worse = losses < middle, losses > middle
    size = float(np.max(np.abs(losses[~worse]))) or 1.0
    median = float(middle / size)
    gains = losses[better] / size - median
    scale = float(np.sqrt(np.mean(gains**2))) if better.any() else 0.0
    if scale < PRECISION:
        scale = 1.0
    values = np.zeros(len(losses))
    values[better] = gains / scale
    if worse.any():
        ranks = _ranks(losses[worse])
        values[worse] = ndtri(0.5 + 0.5 * ranks / len(ranks))
    return WarpedLosses(values, size, median, scale)


def _ranks(numbers: Array) -> Array:
    """Return the ranks of numbers, the first 0.5; equal numbers have the mean of theirs."""
    _, places, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - counts / 2)[places]
