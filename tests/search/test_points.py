"""Points that are tried first."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.space import Dimension, Params, SearchSpace
from hypertemplate.errors import UsageError
from hypertemplate.search.grid import GridSampler
from hypertemplate.search.hyperopt_sampler import HyperoptSampler
from hypertemplate.search.points import PointsFirst, parse_points, point_params
from hypertemplate.search.settings import Setting
from tests.compiler.support import compiled
from tests.search.spaces import chosen, numeric

SPACE = (
    numeric("rate", "uniform", low=0, high=1),
    chosen("act", "'relu'", "uniform(2, 3)", inner={1: "act.1"}),
    Dimension("act.1", "uniform", {"low": 2, "high": 3}, parent=("act", 1)),
)
TEMPLATE = "def model():\n    rate = {{uniform(0, 1)}}\n    act = {{choice(['relu', uniform(2, 3)])}}\n    return rate\n"


def params(*texts: str) -> list[Params]:
    return [point_params(point, SPACE) for point in parse_points(texts, compiled(TEMPLATE).space)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"rate": 0.25, "act": "relu"}', {"rate": 0.25, "act": 0}, id="a value for each"),
        pytest.param('{"rate": 1}', {"rate": 1.0, "act": 0}, id="what is left out takes its default"),
        pytest.param("{}", {"rate": 0.5, "act": 0}, id="all defaults"),
        pytest.param('{"act": "#1"}', {"rate": 0.5, "act": 1, "act.1": 2.5}, id="an option by its number"),
        pytest.param(
            '{"act": "#1", "act.1": 2.75}', {"rate": 0.5, "act": 1, "act.1": 2.75}, id="an inner value"
        ),
    ],
)
def test_what_a_point_means(text: str, expected: dict[str, float]) -> None:
    assert params(text) == [expected]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "rate=1",
            "--point rate=1: write a JSON object of labels and values, such as '{\"rate\": 1}'",
            id="no JSON",
        ),
        pytest.param(
            "[1]",
            "--point [1]: write a JSON object of labels and values, such as '{\"rate\": 1}'",
            id="a list",
        ),
        pytest.param(
            '{"rat": 1}',
            "--point rat=1: no parameter rat (did you mean rate?); the parameters are rate, act, act.1",
            id="a label that is none",
        ),
        pytest.param(
            '{"act": "elu"}',
            "--point act: no option elu; the options are 'relu', uniform(2, 3) (or #0 to #1)",
            id="no option",
        ),
        pytest.param('{"rate": true}', "--point rate: uniform draws a number, got true", id="no number"),
    ],
)
def test_what_is_no_point(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        params(text)
    assert str(caught.value) == message


def test_a_space_without_parameters_has_an_example_all_the_same() -> None:
    with pytest.raises(UsageError) as caught:
        parse_points(["1"], SearchSpace(()))
    assert str(caught.value).endswith("such as '{\"rate\": 1}'")


def test_a_grid_follows_the_points() -> None:
    space = (chosen("size", "8", "16"),)
    sampler = PointsFirst(GridSampler(space), [(Setting("size", "16"),)], space)
    assert sampler.size == 3
    assert [sampler.ask(number) for number in range(3)] == [{"size": 1}, {"size": 0}, {"size": 1}]
    sampler.tell(0, {"size": 1}, 1.0)
    assert sampler.state() == ""


def test_the_algorithm_learns_from_the_points() -> None:
    def told(rate: str) -> list[Params]:
        space = SPACE[:1]
        inner = HyperoptSampler(space, "tpe", 3)
        sampler = PointsFirst(inner, [(Setting("rate", rate),)], space)
        assert sampler.size is None
        found = []
        for number in range(30):
            point = sampler.ask(number)
            found.append(point)
            sampler.tell(number, point, (point["rate"] - 0.9) ** 2)
        assert sampler.state() == inner.state()
        return found

    low, high = told("0.1"), told("0.9")
    assert (low[0], high[0]) == ({"rate": 0.1}, {"rate": 0.9})
    assert low[1:20] == high[1:20], "the random ones are those of a search without points"
    assert low[20:] != high[20:]
