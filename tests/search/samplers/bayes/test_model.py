"""The model's parts: the gradient of a fit, what it predicts, the expected improvement, the warped losses."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from hypertemplate.search.samplers.bayes import gaussian_process as gp
from hypertemplate.search.samplers.bayes.expected_improvement import log_expected_improvement
from hypertemplate.search.samplers.bayes.start_design import start_design, start_size
from hypertemplate.search.samplers.bayes.surrogate import PRIORS
from hypertemplate.search.samplers.bayes.warped_losses import warped

RANDOM = np.random.default_rng(5)
POINTS = RANDOM.random((25, 4))
VALUES = np.sin(4 * POINTS[:, 0]) + POINTS[:, 1] ** 2
EVIDENCE = gp.Evidence(POINTS, np.array([0, 1, 2, 2]), VALUES, np.zeros(25))


def test_the_gradient_of_a_fit_is_that_of_its_misfit() -> None:
    distances = gp._label_distances(EVIDENCE)
    at = np.array([-0.3, 0.4, 1.0, 0.2, -4.0])
    found, gradient = gp._misfit(at, EVIDENCE, distances)
    step = 1e-6
    slopes = [(gp._misfit(at + step * one, EVIDENCE, distances)[0] - found) / step for one in np.eye(len(at))]
    assert gradient == pytest.approx(slopes, rel=1e-3, abs=1e-4)


def test_a_fitted_model_knows_its_points_and_little_elsewhere() -> None:
    posterior = gp.Posterior(EVIDENCE, gp.fit(EVIDENCE, PRIORS[0]))
    means, deviations = posterior.predict(POINTS)
    assert means == pytest.approx(VALUES, abs=0.05)
    _, far = posterior.predict(POINTS + 10)
    assert (far > 3 * deviations).all()


def test_labels_without_an_effect_have_long_lengthscales() -> None:
    scales = np.exp(gp.fit(EVIDENCE, PRIORS[0])[:3])
    assert scales[2] > 3 * scales[0]


def test_a_believed_point_changes_no_mean_and_leaves_less_to_learn() -> None:
    before = gp.Posterior(EVIDENCE, gp.fit(EVIDENCE, PRIORS[0]))
    new = np.full((1, 4), 0.5)
    after = before.believing(new)
    assert after.means(POINTS) == pytest.approx(before.means(POINTS), abs=1e-6)
    assert after.predict(new)[1] < before.predict(new)[1]


def test_equal_points_without_noise_can_be_factorised() -> None:
    evidence = gp.Evidence(np.zeros((30, 1)), np.array([0]), np.zeros(30), np.zeros(30))
    posterior = gp.Posterior(evidence, np.array([0.0, 0.0, -80.0]))
    assert np.isfinite(posterior.predict(np.ones((1, 1)))[1]).all()


def test_what_cannot_be_factorised_is_an_error() -> None:
    evidence = gp.Evidence(np.full((3, 1), math.nan), np.array([0]), np.zeros(3), np.zeros(3))
    with pytest.raises(gp.FactorisationError):
        gp.Posterior(evidence, np.array([0.0, 0.0, -4.0]))


@pytest.mark.parametrize("z", [3.0, 0.5, -0.5, -1.0, -1.5, -4.0, -8.0])
def test_the_expected_improvement_is_the_integral_of_the_improvement(z: float) -> None:
    def improvement(x: float) -> float:
        return max(z - x, 0.0) * math.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)

    exact = quad(improvement, z - 12, z, epsabs=0, limit=200)[0]
    (found,) = log_expected_improvement(np.array([-z]), np.array([1.0]), 0.0)
    assert found == pytest.approx(math.log(exact), rel=1e-8)


@pytest.mark.property
@given(st.floats(1e-3, 1e9), st.floats(1e-3, 1e9))
def test_the_logarithm_still_ranks_where_the_improvement_is_no_float(one: float, other: float) -> None:
    near, far = sorted((one, other))
    means = np.array([near, far])
    found = log_expected_improvement(means, np.ones(2), 0.0)
    assert np.isfinite(found).all()
    assert found[0] >= found[1] - 1e-9 * abs(found[1])


finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.property
@given(st.lists(finite, min_size=1, max_size=40))
def test_warped_losses_keep_their_order_and_are_of_moderate_size(losses: list[float]) -> None:
    found = warped(np.array(losses))
    assert np.isfinite(found.values).all()
    assert found.values.min() >= -math.sqrt(len(losses)) - 1e-9
    assert found.values.max() < 4
    order = np.argsort(losses, kind="stable")
    assert (np.diff(found.values[order]) >= -1e-12).all()


def test_the_better_half_keeps_its_distances() -> None:
    found = warped(np.array([1.0, 2.0, 4.0, 5.0, 1e300]))
    a, b, c, *_ = found.values
    assert (b - a) / (c - b) == pytest.approx(0.5)
    assert c == 0
    assert [found.loss(value) for value in (a, b, c)] == pytest.approx([1, 2, 4])


@pytest.mark.parametrize(("labels", "size"), [(1, 6), (4, 6), (6, 8), (8, 10), (40, 10)])
def test_a_start_has_a_point_in_each_part_of_each_label(labels: int, size: int) -> None:
    assert start_size(labels) == size
    rows = start_design(labels, 3)
    assert (np.sort(np.floor(rows * size), axis=0) == np.arange(size)[:, None]).all()
    assert np.array_equal(rows, start_design(labels, 3))
    assert not np.array_equal(rows, start_design(labels, 4))
