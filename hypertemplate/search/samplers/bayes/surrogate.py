"""Surrogate of the objective: a Gaussian process fitted to what trials have told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hypertemplate.search.samplers.bayes.columns import Array
from hypertemplate.search.samplers.bayes.conditions import Conditions
from hypertemplate.search.samplers.bayes.gaussian_process import Evidence, Normal, Posterior, Priors, fit
from hypertemplate.search.samplers.bayes.unit_cube import UnitCube
from hypertemplate.search.samplers.bayes.warped_losses import WarpedLosses, warped

MOST_POINTS = 150
"""Most points in a model, those of running trials included."""

FIT_POINTS = 100
"""Most points that hyperparameters are fitted to, which takes some dozens of factorisations."""

MOST_BELIEVED = 16
"""Most running trials that are believed at their mean."""

REFIT_SHARE = 20
"""Hyperparameters are fitted anew once there is this part more of trials."""

UNCERTAIN_NOISE = 0.1
"""Variance of an uncertain loss besides the noise, in units of the better half's losses."""

PRIORS = tuple(
    Priors(lengthscale=Normal(-0.5, 1.0), signal=Normal(0.0, 1.0), noise=noise)
    for noise in (Normal(-6.0, 2.0), Normal(-4.0, 1.0))
)
"""Priors by turns: one takes the losses for nearly exact, the other one for noisy."""


@dataclass(frozen=True)
class Told:
    """Outcome of a trial, as a surrogate sees it.

    Attributes:
        row: row of its point.
        loss: finite loss or estimate; None for a failure, which counts as the worst seen.
        missed: labels that a complete trial did not read, as booleans.
        is_uncertain: whether the loss is an estimate, or that of another value of a fixed parameter.
    """

    row: Array
    loss: float | None
    missed: Array
    is_uncertain: bool = False


@dataclass(frozen=True)
class Fitted:
    """Surrogate at one moment.

    Attributes:
        posterior: Gaussian process of the warped losses, running trials believed.
        losses: losses that were warped.
        best: warped value to improve on.
        rows: rows of the best points, from the best on.
    """

    posterior: Posterior
    losses: WarpedLosses
    best: float
    rows: Array


class Surrogate:
    """Surrogates of one search; a fit depends on the outcomes and the seed alone, and is kept.

    Args:
        cube: unit cube of the space.
        conditions: conditions of the space.
        seed: seed of the search.
    """

    def __init__(self, cube: UnitCube, conditions: Conditions, seed: int) -> None:
        self._cube = cube
        self._conditions = conditions
        self._seed = seed
        self._kept: dict[int, tuple[Evidence, Array]] = {}

    def fitted(self, told: Sequence[Told], running: Sequence[Array], turn: int) -> Fitted:
        """Fit a surrogate.

        Args:
            told: outcomes in the order of the trials' numbers, one of them with a loss.
            running: rows of running trials.
            turn: number of the priors.

        Raises:
            FactorisationError: there is none.
        """
        running = running[-MOST_BELIEVED:]
        evidence, losses, values = self._evidence(told, MOST_POINTS - len(running))
        posterior = Posterior(evidence, self._hyperparameters(told, turn))
        best = float(np.min(posterior.means(evidence.features)))
        if running:
            rows = np.stack(running)
            posterior = posterior.believing(self._cube.features(rows, self._conditions.active(rows)))
        order = np.argsort(values, kind="stable")[:8]
        return Fitted(posterior, losses, best, np.stack([told[place].row for place in order]))

    def expected(self, told: Sequence[Told], place: int) -> tuple[float, float] | None:
        """Return the loss that is expected at the point of an outcome, and its standard deviation.

        Of the models by turns, the one under which the losses are more likely answers.

        Args:
            told: outcomes in the order of the trials' numbers.
            place: place of the outcome among them.

        Returns:
            None if the expected loss is not in the better half, where losses are not warped.

        Raises:
            FactorisationError: there is no model.
        """
        evidence, losses, _ = self._evidence(told, MOST_POINTS)
        made = [Posterior(evidence, self._hyperparameters(told, turn)) for turn in range(len(PRIORS))]
        likely = max(made, key=lambda one: one.log_likelihood)
        one = told[place]
        active = self._conditions.active(one.row[None]) & ~one.missed
        means, deviations = likely.predict(self._cube.features(one.row[None], active))
        mean, deviation = float(means[0]), float(deviations[0])
        return (losses.loss(mean), losses.width(deviation)) if mean < 0 else None

    def _hyperparameters(self, told: Sequence[Told], turn: int) -> Array:
        """Return the hyperparameters, fitted to a first part of the outcomes that seldom changes."""
        step = max(1, len(told) // REFIT_SHARE)
        first = told[: len(told) // step * step]
        if all(one.loss is None for one in first):
            first = told
        evidence, _, _ = self._evidence(first, FIT_POINTS)
        kept = self._kept.get(turn)
        if kept is None or not _are_equal(kept[0], evidence):
            kept = self._kept[turn] = evidence, fit(evidence, PRIORS[turn])
        return kept[1]

    def _evidence(self, told: Sequence[Told], most: int) -> tuple[Evidence, WarpedLosses, Array]:
        """Return the observations that a model has room for, the warped losses, and those of all outcomes."""
        losses = np.array([np.nan if one.loss is None else one.loss for one in told])
        losses[np.isnan(losses)] = np.nanmax(losses)
        found = warped(losses)
        picked = [told[place] for place in self._picked(found.values, most)]
        rows = np.stack([one.row for one in picked])
        active = self._conditions.active(rows) & ~np.stack([one.missed for one in picked])
        evidence = Evidence(
            self._cube.features(rows, active),
            self._cube.groups,
            found.values[self._picked(found.values, most)],
            np.array([UNCERTAIN_NOISE if one.is_uncertain else 0.0 for one in picked]),
        )
        return evidence, found, found.values

    def _picked(self, values: Array, most: int) -> Array:
        """Pick the outcomes that a model has room for: the best half, the newest quarter, some others."""
        count = len(values)
        if count <= most:
            return np.arange(count)
        best = np.argsort(values, kind="stable")[: most // 2]
        chosen = np.zeros(count, bool)
        chosen[best] = chosen[count - most // 4 :] = True
        others = np.flatnonzero(~chosen)
        random = np.random.default_rng([self._seed, count])
        chosen[random.permutation(others)[: most - int(chosen.sum())]] = True
        return np.flatnonzero(chosen)


def _are_equal(one: Evidence, other: Evidence) -> bool:
    return (
        np.array_equal(one.features, other.features)
        and np.array_equal(one.values, other.values)
        and np.array_equal(one.extra_noise, other.extra_noise)
    )
