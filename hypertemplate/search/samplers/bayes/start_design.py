"""Start of a search: points that fill the space evenly, before there is anything to learn from."""

from __future__ import annotations

import numpy as np

from hypertemplate.search.samplers.base import BAYES_STARTUP
from hypertemplate.search.samplers.bayes.columns import Array

TRIES = 64
"""Number of designs of which the most even one is taken."""


def start_size(labels: int) -> int:
    """Return the number of points of a start."""
    return min(max(labels + 2, 6), BAYES_STARTUP)


def start_design(labels: int, seed: int) -> Array:
    """Return the rows of a start: a Latin hypercube whose closest points are far apart.

    McKay, Beckman and Conover (1979); the maximin choice is that of Morris and Mitchell (1995).

    Args:
        labels: number of labels.
        seed: seed of the search.
    """
    random = np.random.default_rng([seed])
    size = start_size(labels)
    best, farthest = np.empty((0, labels)), -1.0
    for _ in range(TRIES):
        cells = np.argsort(random.random((labels, size)), axis=1).T
        rows = (cells + random.random((size, labels))) / size
        apart = np.sum((rows[:, None] - rows) ** 2, axis=2)
        closest = float(np.min(apart[np.triu_indices(size, 1)]))
        if closest > farthest:
            best, farthest = rows, closest
    return best
