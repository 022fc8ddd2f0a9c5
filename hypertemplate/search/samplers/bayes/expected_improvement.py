"""Logarithm of the expected improvement, exact where the improvement itself is 0 as a float.

Jones, Schonlau and Welch (1998); the logarithm as in Ament et al. (2023, arXiv 2310.20708).
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import erfcx, ndtr

from hypertemplate.search.samplers.bayes.columns import Array

_LOG_ROOT_TWO_PI = 0.5 * math.log(2 * math.pi)
_FAR = -1e5
"""Number of deviations from which on the first term of the asymptotic series is exact."""


def log_expected_improvement(means: Array, deviations: Array, best: float) -> Array:
    """Return the logarithm of how much lower than `best` a normal number is on average.

    Args:
        means: means of normal numbers.
        deviations: their standard deviations, above 0.
        best: number to improve on.
    """
    return np.log(deviations) + _log_h((best - means) / deviations)


def _log_h(z: Array) -> Array:
    """Return ``log(phi(z) + z * Phi(z))`` of the standard normal density and distribution function."""
    near = np.maximum(z, -1.0)
    density = np.exp(-0.5 * near**2 - _LOG_ROOT_TWO_PI)
    above = np.log(density + near * ndtr(near))
    far = np.clip(z, _FAR, -1.0)
    # phi + z * Phi = phi * (1 - |z| * Phi / phi), and Phi / phi = sqrt(pi / 2) * erfcx(|z| / sqrt(2))
    with np.errstate(divide="ignore"):
        left = np.log1p(far * math.sqrt(math.pi / 2) * erfcx(-far / math.sqrt(2)))
    series = -2 * np.log(np.abs(np.minimum(z, -1.0)))
    tail = -0.5 * np.minimum(z, 0.0) ** 2 - _LOG_ROOT_TWO_PI + np.where(z < -1e3, series, left)
    return np.where(z > -1.0, above, tail)
