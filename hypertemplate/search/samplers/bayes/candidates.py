"""Candidates: draws of the prior, changed copies of the best points, and changes of the best of both."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from hypertemplate.search.samplers.bayes.columns import EDGE, Array
from hypertemplate.search.samplers.bayes.unit_cube import UnitCube

DRAWS = 320
"""Number of draws of the prior."""

COPIES = 280
"""Number of changed copies of the best points."""

ROUNDS, KEPT, CHANGES = 10, 10, 12
"""Number of rounds of refinement, of the candidates that each changes, and of changes of each."""


def ranked(
    cube: UnitCube,
    score: Callable[[Array], Array],
    active: Callable[[Array], Array],
    best: Array,
    random: np.random.Generator,
) -> Array:
    """Search for rows with a high score, and return them from the highest on.

    Args:
        cube: unit cube of the space.
        score: returns the score of each row.
        active: tells which labels of each row count.
        best: rows of the best points so far.
        random: source of the changes.
    """
    draws = random.random((DRAWS, len(cube)))
    copies = _changed(cube, np.repeat(best, -(-COPIES // len(best)), axis=0), active, None, random)
    rows = cube.snapped(np.concatenate([draws, copies]))
    scores = score(rows)
    for step in range(ROUNDS):
        top = rows[_highest(scores, KEPT)]
        new = cube.snapped(_changed(cube, np.repeat(top, CHANGES, axis=0), active, 0.1 * 0.5**step, random))
        rows, scores = np.concatenate([rows, new]), np.concatenate([scores, score(new)])
    return rows[np.argsort(-scores, kind="stable")]


def _highest(scores: Array, count: int) -> Array:
    return np.argsort(-scores, kind="stable")[:count]


def _changed(
    cube: UnitCube,
    rows: Array,
    active: Callable[[Array], Array],
    width: float | None,
    random: np.random.Generator,
) -> Array:
    """Change one or a few labels of each row that count, a scale by a step and any other by a new draw.

    Args:
        cube: unit cube of the space.
        rows: rows to change.
        active: tells which labels of each row count.
        width: standard deviation of a step on a scale; None for widths of all orders.
        random: source of the changes.
    """
    count, labels = rows.shape
    counts = active(rows)
    # The number of changed labels is 1, 2, 4 or all, on average.
    share = random.choice([1.0, 2.0, 4.0, labels], size=count) / np.maximum(counts.sum(axis=1), 1)
    change = counts & (random.random(rows.shape) < share[:, None])
    # One label at least.
    first = np.argmax(np.where(counts, random.random(rows.shape), -1.0), axis=1)
    change[np.arange(count), first] = True
    widths = 10 ** random.uniform(-2.5, -0.3, size=(count, 1)) if width is None else width
    stepped = rows + widths * random.standard_normal(rows.shape)
    stepped = np.clip(np.abs(stepped), EDGE, None)  # back from the edges
    stepped = np.where(stepped > 1, np.clip(2 - stepped, EDGE, 1 - EDGE), stepped)
    drawn = random.random(rows.shape)
    # A step within a cell changes nothing, so that a few values have new draws too.
    unordered = np.array([one.unordered for one in cube.columns])
    few = np.array([one.count is not None and one.count <= 16 for one in cube.columns])
    anew = unordered | (few & (random.random(rows.shape) < 0.5))
    return np.where(change, np.where(anew, drawn, stepped), rows)
