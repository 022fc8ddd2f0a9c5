"""Distributions as other tools know them."""

from __future__ import annotations

import math

import pytest

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.exports.value_domains import Choices, Domain, Numbers, domain, domains, values_in
from hypertemplate.search.study import Trial, TrialState
from tests.search.spaces import EVERY_DISTRIBUTION, chosen, numeric


@pytest.mark.parametrize(
    ("dimension", "expected"),
    [
        pytest.param(numeric("x", "uniform", low=-1, high=1.5), Numbers(-1, 1.5), id="a range"),
        pytest.param(
            numeric("x", "loguniform", low=math.log(1e-4), high=math.log(0.1)),
            Numbers(1e-4, 0.1, log=True),
            id="a range by magnitude",
        ),
        pytest.param(
            numeric("x", "quniform", low=0.05, high=1, q=0.1),
            Numbers(0.0, 1.0, step=0.1),
            id="multiples of a step, as they are rounded",
        ),
        pytest.param(
            numeric("x", "quniform", low=0, high=1, q=1 / 3),
            Numbers(0, 1.0),
            id="a step that decimal digits do not have is left out",
        ),
        pytest.param(
            numeric("x", "quniform", integral=True, low=32, high=256, q=32),
            Numbers(32, 256, step=32, integral=True),
            id="whole multiples",
        ),
        pytest.param(
            numeric("x", "qloguniform", integral=True, low=math.log(16), high=math.log(512), q=16),
            Numbers(16, 512, log=True, integral=True),
            id="a step of a magnitude is left out",
        ),
        pytest.param(
            numeric("x", "qloguniform", low=-3, high=6, q=2.5),
            Numbers(0, 402.5, step=2.5),
            id="logarithms do not count where 0 is drawn",
        ),
        pytest.param(
            numeric("x", "randint", integral=True, low=7),
            Numbers(0, 6, step=1, integral=True),
            id="an index",
        ),
        pytest.param(numeric("x", "normal", mu=1, sigma=2), Numbers(-1.0, 3.0), id="no bounds but what was seen"),
        pytest.param(chosen("x", "'a'", "1.5", "None", "True"), Choices(("a", 1.5, None, True)), id="constants"),
        pytest.param(chosen("x", "1", "True"), Choices(("1", "True")), id="constants that are equal are texts"),
        pytest.param(chosen("x", "f()", "f()", literal=False), Choices(("0: f()", "1: f()")), id="equal texts"),
        pytest.param(chosen("x", "1", "(1, 2)"), Choices(("1", "(1, 2)")), id="an option that no tool knows"),
        pytest.param(
            chosen("x", "3", "normal(5, 1)", inner={1: "x.1"}), Choices(("3", "normal(5, 1)")), id="a distribution"
        ),
    ],
)  # fmt: skip
def test_a_distribution(dimension: Dimension, expected: Domain) -> None:
    assert domain(dimension, [3.0, -1.0]) == expected


def test_without_bounds_and_without_trials_there_is_no_domain() -> None:
    assert domain(numeric("x", "normal", mu=1, sigma=2), []) is None
    assert domains([numeric("x", "normal", mu=1, sigma=2)], []) == {}


def test_a_bound_but_for_rounding_is_the_bound() -> None:
    third = Numbers(0, 0.3, step=0.1)
    assert third.holds(3 * 0.1)
    assert third.shown(3 * 0.1) == 0.3
    assert not third.holds(0.25)
    assert not third.holds(0.4)


def test_values_that_were_set_outside_are_told_apart() -> None:
    space = (
        numeric("x", "uniform", low=0, high=1),
        chosen("y", "'a'", "'b'"),
        numeric("z", "uniform", low=0, high=1),
    )
    trial = Trial(0, TrialState.COMPLETE, {"x": 2.0, "y": 1})
    assert values_in(domains(space, [trial]), trial, ["x", "y", "z"]) == ({"y": "b"}, {"x": 2.0})


def test_every_distribution_holds_what_is_drawn_from_it() -> None:
    pytest.importorskip("hyperopt")
    import numpy as np
    from hyperopt.pyll.stochastic import sample

    from tests.search.spaces import as_hyperopt

    rng = np.random.default_rng(1)
    for _ in range(50):
        drawn = {label: sample(node, rng=rng) for label, node in as_hyperopt().items() if label != "block"}
        for dimension in EVERY_DISTRIBUTION:
            if dimension.label in drawn:
                value = float(drawn[dimension.label])
                own = domain(dimension, [value])
                assert own is not None
                assert own.holds(value), (dimension, value)
