"""Defaults, and which labels a point reaches."""

from __future__ import annotations

import pytest

from hypertemplate.runtime.protocol import Go
from hypertemplate.search.pruners.base import NoPruner
from hypertemplate.search.samplers.base import DefaultSampler, plain, reached
from hypertemplate.search.study import Curve, Report, Study, Trial, TrialState
from tests.search.spaces import EVERY_DISTRIBUTION, numeric


def test_the_default_is_the_first_option_and_the_middle_of_the_range() -> None:
    sampler = DefaultSampler(EVERY_DISTRIBUTION)
    point = sampler.ask(0)
    sampler.tell(0, point, 1.0)
    assert sampler.ask(1) == point
    assert list(point) == [d.label for d in EVERY_DISTRIBUTION[:15]], (
        "the first option of block has no inner label"
    )
    assert (point["uniform"], point["units"], point["activation"]) == (0.25, 128, 0)
    for dimension in EVERY_DISTRIBUTION[:15]:
        assert type(point[dimension.label]) is (int if dimension.integral else float)


@pytest.mark.parametrize(
    ("drawn", "labels"),
    [
        pytest.param({"block": 0}, ["block"], id="an option without inner labels"),
        pytest.param({"block": 1, "block.1": 0.1}, ["block", "block.1"], id="one with an inner label"),
        pytest.param(
            {"block": 2, "block.2": 0, "block.2_1": 0.5},
            ["block", "block.2", "block.2_1"],
            id="the first option inside",
        ),
        pytest.param(
            {"block": 2, "block.2": 1, "block.2.1": 5.0, "block.2_1": 0.5, "block.1": 0.2},
            ["block", "block.2", "block.2.1", "block.2_1"],
            id="labels that are not reached are left out",
        ),
        pytest.param({"block": 0, "block.2": 1, "block.2.1": 5.0}, ["block"], id="below what is not reached"),
    ],
)
def test_a_point_reaches_labels(drawn: dict[str, float], labels: list[str]) -> None:
    assert list(reached(EVERY_DISTRIBUTION[14:], drawn)) == labels


def test_a_value_is_a_plain_number() -> None:
    whole, real = numeric("n", "randint", integral=True, low=3), numeric("x", "uniform", low=0, high=1)
    assert (plain(whole, 2.0), type(plain(whole, 2.0))) == (2, int)
    assert (plain(real, 2), type(plain(real, 2))) == (2.0, float)


@pytest.mark.parametrize(
    ("step", "drawn", "value"),
    [
        pytest.param(0.1, 6 * 0.1, 0.6, id="a multiple of a step"),
        pytest.param(0.05, -3 * 0.05, -0.15, id="a negative one"),
        pytest.param(1e-4, 7 * 1e-4, 0.0007, id="of a small step"),
        pytest.param(1 / 3, 3 * (1 / 3), 1.0, id="of a step that no decimals spell"),
        pytest.param(0.1, 0.25, 0.25, id="another value, such as one that the user gave"),
        pytest.param(1e-300, 1e300, 1e300, id="more steps than a float counts"),
    ],
)
def test_a_multiple_of_a_step_is_as_people_write_it(step: float, drawn: float, value: float) -> None:
    dimension = numeric("x", "quniform", low=0, high=1, q=step)
    assert plain(dimension, drawn) == plain(dimension, value) == value


def test_no_pruner_stops_nothing() -> None:
    pruner = NoPruner()
    study = Study("model", "d1", 1, ())
    pruner.begin(study, ())
    pruner.trial_started(Trial(0, TrialState.RUNNING, {}))
    assert pruner.epoch_ended(0, Curve(0, None, (Report(0, 0, {"loss": float("inf")}),))) == Go()
    pruner.trial_ended(Trial(0, TrialState.COMPLETE, {}, 1.0), study)
