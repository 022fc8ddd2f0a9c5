"""The unit cube: every distribution there and back, what a place means, what the model compares."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.search.samplers.bayes.columns import column
from hypertemplate.search.samplers.bayes.unit_cube import UnitCube
from tests.search.spaces import EVERY_DISTRIBUTION, LABELS, chosen, numeric

CUBE = UnitCube(EVERY_DISTRIBUTION)

places = st.lists(st.floats(0, 1, exclude_max=True), min_size=len(CUBE), max_size=len(CUBE))


@pytest.mark.property
@given(places)
def test_a_point_of_every_distribution_goes_there_and_back(drawn: list[float]) -> None:
    row = CUBE.snapped(np.array([drawn]))[0]
    params = CUBE.params(row)
    back = CUBE.params(CUBE.row(params))
    assert back.keys() == params.keys()
    for dimension in EVERY_DISTRIBUTION:
        if dimension.label not in params:
            continue
        value = params[dimension.label]
        assert type(value) is (int if dimension.integral else float)
        assert dimension.options or dimension.holds(value)
        if CUBE.columns[LABELS.index(dimension.label)].count is not None:
            assert back[dimension.label] == value
        else:
            assert math.isclose(back[dimension.label], value, rel_tol=1e-6, abs_tol=1e-7)


@pytest.mark.property
@given(places)
def test_a_row_that_is_snapped_stays_and_means_the_same(drawn: list[float]) -> None:
    row = np.array([drawn])
    snapped = CUBE.snapped(row)
    assert np.array_equal(CUBE.snapped(snapped), snapped)
    assert CUBE.params(snapped[0]) == pytest.approx(CUBE.params(row[0]))


@pytest.mark.parametrize(
    ("dimension", "shares"),
    [
        pytest.param(numeric("x", "uniform", low=2, high=6), {0.25: 3.0, 0.5: 4.0}, id="uniform"),
        pytest.param(
            numeric("x", "loguniform", low=math.log(1e-4), high=0.0),
            {0.5: 1e-2, 0.25: 1e-3},
            id="by magnitude",
        ),
        pytest.param(numeric("x", "normal", mu=3, sigma=2), {0.5: 3.0, 0.8413447460685429: 5.0}, id="normal"),
        pytest.param(numeric("x", "lognormal", mu=0, sigma=1), {0.5: 1.0}, id="lognormal"),
        pytest.param(
            numeric("x", "quniform", low=0, high=1, q=0.25),
            {0.12: 0.0, 0.13: 0.25, 0.9: 1.0},
            id="rounded to steps",
        ),
        pytest.param(
            numeric("x", "uniformint", integral=True, low=1, high=3), {0.2: 1, 0.3: 2, 0.8: 3}, id="half ends"
        ),
        pytest.param(
            numeric("x", "randint", integral=True, low=100),
            {0.0: 0, 0.505: 50, 0.9999: 99},
            id="many whole numbers",
        ),
        pytest.param(
            numeric("x", "randint", integral=True, low=5, high=7), {0.49: 5, 0.51: 6}, id="few of them"
        ),
        pytest.param(
            chosen("x", "'a'", "'b'", "'c'", probabilities=(0.5, 0.0, 0.5)),
            {0.49: 0, 0.51: 2},
            id="weighted options",
        ),
        pytest.param(
            chosen("x", "64", "16", "32"), {0.1: 1, 0.5: 2, 0.9: 0}, id="options in the order of their size"
        ),
    ],
)
def test_a_place_is_the_share_of_draws_below_a_value(
    dimension: Dimension, shares: dict[float, float]
) -> None:
    found = {place: column(dimension).value(place) for place in shares}
    assert found == pytest.approx(shares)


@pytest.mark.parametrize(
    ("dimension", "value", "nearest"),
    [
        pytest.param(numeric("x", "uniform", low=0, high=1), 7.0, 1.0, id="above the range"),
        pytest.param(numeric("x", "uniformint", integral=True, low=1, high=9), -3, 1, id="below it"),
        pytest.param(numeric("x", "loguniform", low=-3, high=1), 0.0, math.exp(-3), id="no logarithm"),
        pytest.param(numeric("x", "qlognormal", mu=0, sigma=1, q=1), -1.0, 0.0, id="none, rounded"),
        pytest.param(numeric("x", "quniform", low=0, high=1, q=0.5), 0.3, 0.5, id="between steps"),
        pytest.param(numeric("x", "randint", integral=True, low=5), 9, 4, id="not in the list"),
        pytest.param(
            numeric("x", "uniform", low=-1e308, high=1e308), 9e307, 9e307, id="a range beyond a float"
        ),
    ],
)
def test_a_value_that_is_not_drawn_has_the_place_of_the_nearest(
    dimension: Dimension, value: float, nearest: float
) -> None:
    found = column(dimension)
    place = found.places(np.array([value], float))[0]
    assert 0 < place < 1
    assert found.value(place) == pytest.approx(nearest, rel=1e-6)


@pytest.mark.parametrize(
    ("dimension", "compared"),
    [
        pytest.param(
            chosen("x", "'a'", "'b'", "'c'"), [[1, 0, 0], [0, 1, 0], [0, 0, 1]], id="names: equal or not"
        ),
        pytest.param(chosen("x", "1", "2", "5"), [[0], [0.25], [1]], id="numbers: their difference"),
        pytest.param(
            chosen("x", "16", "64", "256"), [[0], [0.5], [1]], id="numbers of several magnitudes: by these"
        ),
        pytest.param(chosen("x", "64", "128"), [[1, 0], [0, 1]], id="two numbers: equal or not"),
        pytest.param(chosen("x", "1", "1.0", "2"), [[1, 0, 0], [0, 1, 0], [0, 0, 1]], id="equal numbers"),
        pytest.param(chosen("x", "True", "False", "2"), [[1, 0, 0], [0, 1, 0], [0, 0, 1]], id="booleans"),
        pytest.param(
            chosen("x", "1", "2", "f(3)", literal=False), [[1, 0, 0], [0, 1, 0], [0, 0, 1]], id="calls"
        ),
        pytest.param(numeric("x", "randint", integral=True, low=3), np.eye(3).tolist(), id="a few seeds"),
    ],
)
def test_options_are_compared_as_what_they_are(dimension: Dimension, compared: list[Any]) -> None:
    found = column(dimension)
    features = found.features(found.places(np.arange(3.0)[: len(compared)]))
    assert features == pytest.approx(np.array(compared))


def test_a_label_that_is_not_reached_is_in_the_middle() -> None:
    """Whatever its place is, such points are the same to the model."""
    rows = CUBE.snapped(np.tile(np.random.default_rng(0).random(len(CUBE)), (2, 1)))
    outer, inner = LABELS.index("block"), LABELS.index("block.1")
    rows[:, outer] = CUBE.columns[outer].places(np.array([0.0]))[0]
    rows[1, inner] = 0.9
    active = CUBE.reached(rows)
    assert not active[:, inner].any()
    features = CUBE.features(rows, active)
    assert np.array_equal(features[0], features[1])


def test_different_options_are_one_apart() -> None:
    cube = UnitCube((chosen("kind", "'a'", "'b'", "'c'"),))
    rows = cube.columns[0].places(np.arange(3.0))[:, None]
    features = cube.features(rows, cube.reached(rows))
    apart = np.linalg.norm(features[:, None] - features, axis=2)
    assert apart == pytest.approx(1 - np.eye(3))
