"""Gaussian process with a Matern 5/2 kernel, a lengthscale for each label, and priors of all it is told.

Rasmussen and Williams (2006), chapters 2, 4.2 and 5. That the prior of the lengthscales grows with the square
root of the dimension is from Hvarfner et al. (2024, arXiv 2402.02229).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack
from scipy.linalg.blas import dtrsm
from scipy.optimize import minimize

from hypertemplate.search.samplers.bayes.columns import Array

ROOT_FIVE = math.sqrt(5.0)

JITTERS = (0.0, 1e-8, 1e-6, 1e-4, 1e-2)
"""Variances that are added, one after another, where a matrix cannot be factorised."""

STEPS = 40
"""Most steps of a fit."""


@dataclass(frozen=True)
class Normal:
    """Normal prior of the logarithm of a hyperparameter."""

    mean: float
    deviation: float


@dataclass(frozen=True)
class Priors:
    """Priors of the hyperparameters' logarithms.

    Attributes:
        lengthscale: of each lengthscale, in a space of one label; more labels add half of their logarithm.
        signal: of the variance of the function.
        noise: of the variance of the noise.
    """

    lengthscale: Normal
    signal: Normal
    noise: Normal


@dataclass(frozen=True)
class Evidence:
    """Observations.

    Attributes:
        features: features of each point, n x p.
        groups: for each feature, the number of its label.
        values: observed values, n.
        extra_noise: variance of each besides that of the noise, n.
    """

    features: Array
    groups: Array
    values: Array
    extra_noise: Array

    @property
    def labels(self) -> int:
        """Number of labels."""
        return int(self.groups[-1]) + 1


class FactorisationError(Exception):
    """Error of a covariance matrix that cannot be factorised."""


def fit(evidence: Evidence, priors: Priors) -> Array:
    """Find the most probable hyperparameters.

    Returns:
        Logarithms of the lengthscales, of the variance of the function and of that of the noise.
    """
    labels = evidence.labels
    means = np.array(
        [*[priors.lengthscale.mean + 0.5 * math.log(labels)] * labels, priors.signal.mean, priors.noise.mean]
    )
    widths = np.array(
        [*[priors.lengthscale.deviation] * labels, priors.signal.deviation, priors.noise.deviation]
    )
    distances = _label_distances(evidence)

    def objective(standard: Array) -> tuple[float, Array]:
        # In units of the priors' deviations all hyperparameters are alike to the optimiser.
        found, gradient = _misfit(means + widths * standard, evidence, distances)
        return found + 0.5 * float(standard @ standard), widths * gradient + standard

    limits = [(-4.0, 4.0)] * len(means)
    result = minimize(
        objective,
        np.zeros(len(means)),
        jac=True,
        method="L-BFGS-B",
        bounds=limits,
        options={"maxiter": STEPS, "ftol": 1e-5, "gtol": 1e-3},
    )
    return means + widths * result.x


def _label_distances(evidence: Evidence) -> Array:
    """Return the squared distances of all pairs of points, one row for each label."""
    count = len(evidence.values)
    found = np.zeros((evidence.labels, count, count))
    for feature, group in zip(evidence.features.T, evidence.groups, strict=True):
        found[group] += (feature[:, None] - feature) ** 2
    return found.reshape(evidence.labels, -1)


def _misfit(logarithms: Array, evidence: Evidence, distances: Array) -> tuple[float, Array]:
    """Return the negative logarithm of the likelihood, and its gradient."""
    values, count = evidence.values, len(evidence.values)
    weights = np.exp(-2 * logarithms[:-2])
    signal, noise = np.exp(logarithms[-2:])
    root = ROOT_FIVE * np.sqrt(weights @ distances)
    decay = np.exp(-root)
    kernel = (signal * (1 + root + root**2 / 3) * decay).reshape(count, count)
    covariance = kernel.copy()
    covariance.flat[:: count + 1] += noise + evidence.extra_noise + 1e-9
    factor, failed = lapack.dpotrf(covariance, lower=1, overwrite_a=1)
    if failed:
        return 1e10, np.zeros_like(logarithms)
    alpha, _ = lapack.dpotrs(factor, values, lower=1)
    misfit = 0.5 * float(values @ alpha) + float(np.sum(np.log(np.diag(factor))))
    inverse, _ = lapack.dpotri(factor, lower=1)
    inverse = np.tril(inverse) + np.tril(inverse, -1).T
    residual = inverse - np.outer(alpha, alpha)
    # The derivative of the kernel by the squared distance is -5/6 * signal * (1 + root) * decay.
    slope = residual.reshape(-1) * ((5 / 6) * signal * (1 + root) * decay)
    gradient = np.empty_like(logarithms)
    gradient[:-2] = weights * (distances @ slope)
    gradient[-2] = 0.5 * float(np.sum(residual * kernel))
    gradient[-1] = 0.5 * noise * float(np.trace(residual))
    return misfit, gradient


class Posterior:
    """Gaussian process given observations.

    Args:
        evidence: observations.
        logarithms: hyperparameters, as `fit` returns them.

    Raises:
        FactorisationError: the covariance matrix cannot be factorised.
    """

    def __init__(self, evidence: Evidence, logarithms: Array) -> None:
        self._evidence = evidence
        self._logarithms = logarithms
        self._inverse = np.exp(-logarithms[:-2])[evidence.groups]
        self._signal, noise = np.exp(logarithms[-2:])
        self._scaled = evidence.features * self._inverse
        covariance = self._kernel(self._scaled)
        diagonal = noise + evidence.extra_noise + 1e-9
        self._factor = _factor(covariance, diagonal)
        alpha, _ = lapack.dpotrs(self._factor, evidence.values, lower=1)
        self._alpha = alpha

    @property
    def log_likelihood(self) -> float:
        """Logarithm of the likelihood of the observations, but for a constant of their number."""
        fit = -0.5 * float(self._evidence.values @ self._alpha)
        return fit - float(np.sum(np.log(np.diag(self._factor))))

    def means(self, features: Array) -> Array:
        """Return the means of the function at some points."""
        return self._kernel(features * self._inverse) @ self._alpha

    def predict(self, features: Array) -> tuple[Array, Array]:
        """Return the means and the standard deviations of the function at some points."""
        kernel = self._kernel(features * self._inverse)
        means = kernel @ self._alpha
        solved = dtrsm(1.0, self._factor, kernel.T, lower=1, overwrite_b=1)
        left = self._signal - np.einsum("ij,ij->j", solved, solved)
        return means, np.sqrt(np.maximum(left, 1e-12 * self._signal))

    def believing(self, features: Array) -> Posterior:
        """Return the process that has also observed its own means at some points (a kriging believer)."""
        before = self._evidence
        evidence = Evidence(
            np.concatenate([before.features, features]),
            before.groups,
            np.concatenate([before.values, self.means(features)]),
            np.concatenate([before.extra_noise, np.zeros(len(features))]),
        )
        return Posterior(evidence, self._logarithms)

    def _kernel(self, scaled: Array) -> Array:
        """Return the covariances of points, one row for each, with the observed ones."""
        mine = self._scaled
        root = (-2 * scaled) @ mine.T
        root += np.einsum("ij,ij->i", scaled, scaled)[:, None]
        root += np.einsum("ij,ij->i", mine, mine)
        np.maximum(root, 0.0, out=root)
        np.sqrt(root, out=root)
        root *= ROOT_FIVE
        decay = np.exp(-root)
        decay *= self._signal
        # (1 + root + root**2 / 3) * decay, in place: these are most of the work of a proposal.
        found = root / 3
        found += 1.0
        found *= root
        found += 1.0
        found *= decay
        return found


def _factor(covariance: Array, diagonal: Array) -> Array:
    """Return the lower Cholesky factor of a matrix with a diagonal added.

    Raises:
        FactorisationError: there is none.
    """
    for jitter in JITTERS:
        whole = covariance.copy()
        whole.flat[:: len(whole) + 1] += diagonal + jitter
        factor, failed = lapack.dpotrf(whole, lower=1, overwrite_a=1)
        if not failed and np.all(np.isfinite(factor)):
            return factor
    raise FactorisationError
