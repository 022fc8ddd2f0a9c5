"""Points that are tried first."""

from __future__ import annotations

import shlex

import pytest

from hypertemplate.compiler.markers.resolve import resolve_literal
from hypertemplate.compiler.markers.search_space import Dimension, Params, SearchSpace
from hypertemplate.errors import UsageError
from hypertemplate.search.fixed_params import FixedParam
from hypertemplate.search.samplers.enqueued import (
    PointsFirst,
    joined_points,
    parse_points,
    point_params,
    points_had,
    points_note,
    possible_points,
    still_to_try,
)
from hypertemplate.search.samplers.grid import GridSampler
from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler
from hypertemplate.search.study import Trial, TrialState
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
    ("options", "value", "index"),
    [
        pytest.param("['1', '2']", '"1"', 0, id="a text of digits"),
        pytest.param("[1, '1']", '"1"', 1, id="a number and its text, the text"),
        pytest.param("[1, '1']", "1", 0, id="a number and its text, the number"),
        pytest.param("['1', 1]", "1", 1, id="a number behind its text"),
        pytest.param("[True, 'true']", '"true"', 1, id="true as a text"),
        pytest.param("[None, 'null']", '"null"', 1, id="null as a text"),
        pytest.param("['a', '#0']", '"#0"', 1, id="the number of an option as a text"),
        pytest.param("['a', 'b']", '"#1"', 1, id="the number of an option"),
        pytest.param("[2, 1]", '"1"', 1, id="a number where there is no such text"),
    ],
)
def test_a_string_is_first_the_option_that_is_that_string(options: str, value: str, index: int) -> None:
    template = f"def model():\n    return {{{{choice({options}, name='a')}}}}\n"
    space = compiled(template).space
    ((setting,),) = parse_points([f'{{"a": {value}}}'], space)
    texts = [option.text for option in space["a"].options or ()]
    assert point_params((setting,), (chosen("a", *texts),)) == {"a": index}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "rate=1",
            "--point rate=1: write a JSON object of labels and values, such as '{\"rate\": 0.5}'",
            id="no JSON",
        ),
        pytest.param(
            "[1]",
            "--point [1]: write a JSON object of labels and values, such as '{\"rate\": 0.5}'",
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


@pytest.mark.parametrize(
    ("marker", "example", "draw"),
    [
        pytest.param("choice(['svc', 'tree'], name='k')", """'{"k": "svc"}'""", 0, id="a text"),
        pytest.param(
            "choice(['svc', 'tree'], name='k', default='tree')", """'{"k": "tree"}'""", 1, id="its default"
        ),
        pytest.param("choice([None, 2], name='k')", """'{"k": null}'""", 0, id="nothing"),
        pytest.param("choice([(1, 2), 3], name='k')", """'{"k": "(1, 2)"}'""", 0, id="a tuple"),
        pytest.param("choice([max(1, 2), 3], name='k')", """'{"k": "max(1, 2)"}'""", 0, id="an expression"),
        pytest.param("choice(['#1', 'x', 2], name='k')", """'{"k": "#1"}'""", 0, id="a text like a number"),
        pytest.param(
            "choice([max(1, 2), min(1, 2)] * 2, name='k')", """'{"k": "#0"}'""", 0, id="unknown options"
        ),
        pytest.param(f"choice([{'x' * 50!r}, 2], name='k')", """'{"k": "#0"}'""", 0, id="a long text"),
        pytest.param("uniformint(2, 8, name='k')", """'{"k": 5}'""", 5, id="a whole number"),
        pytest.param(
            "uniform(1e-4, 1e-2, log=True, name='k')", """'{"k": 0.001}'""", 0.001, id="a logarithmic range"
        ),
        pytest.param(
            """choice(["it's", 2], name='k')""", """'{"k": "it'"'"'s"}'""", 0, id="a quotation mark"
        ),
    ],
)
def test_the_example_of_a_point_is_possible_there(marker: str, example: str, draw: float) -> None:
    space = compiled(f"def model():\n    k = {{{{{marker}}}}}\n    return k\n").space
    with pytest.raises(UsageError) as caught:
        parse_points(["{k: 'svc'}"], space)
    text = "--point {k: 'svc'}: write a JSON object of labels and values, such as "
    assert str(caught.value) == text + example
    (point,) = parse_points(shlex.split(example), space)
    texts = [option.text for option in space["k"].options or ()] or ["1", "2"]
    dimension = resolve_literal(space["k"]) or chosen("k", *texts)
    assert point_params(point, (dimension,)).get("k") == draw


def test_a_point_cannot_have_another_value_than_the_one_that_is_set() -> None:
    space = compiled(TEMPLATE).space
    settings = (FixedParam("rate", "0.5"),)
    parse_points(['{"rate": 0.5}', '{"act": "relu"}'], space, settings)
    with pytest.raises(UsageError) as caught:
        parse_points(['{"rate": 0.25}'], space, settings)
    assert str(caught.value) == (
        "--point rate: --set gives it the value 0.5 in every trial; leave it out of the point"
    )
    with pytest.raises(UsageError) as caught:
        parse_points(['{"rate": 0.25}'], space, settings, {"rate"})
    assert str(caught.value) == (
        "--point rate: the study has --set rate=0.5 from an earlier run; leave it out of the point, or search it "
        "again with --set rate="
    )


def test_the_points_that_a_study_has_had() -> None:
    drawn: list[Params] = [
        {"rate": 0.25, "act": 0},
        {"rate": 0.5, "act": 1, "act.1": 2.5},
        {"rate": 0.25, "act": 1, "act.1": 2.75},
    ]
    trials = [Trial(number, TrialState.FAILED, params) for number, params in enumerate(drawn)]
    assert points_had(trials, {}, SPACE) == drawn
    assert points_had(trials, {"rate": 0.25}, SPACE[1:]) == [{"act": 0}, {"act": 1, "act.1": 2.75}]
    assert points_had(trials, {"act.1": 2.5}, SPACE[:2]) == [drawn[0], {"rate": 0.5, "act": 1}]


def test_a_point_is_tried_as_often_as_it_is_given() -> None:
    a, b = {"rate": 0.25}, {"rate": 1.0}
    assert still_to_try([a, b, a], []) == [a, b, a]
    assert still_to_try([a, b, a], [{"rate": 1}, a]) == [a]
    assert still_to_try([a], [a, a]) == []


@pytest.mark.parametrize(
    ("tried", "new", "room", "resumed", "text"),
    [
        pytest.param(0, 0, 5, True, None, id="none is given"),
        pytest.param(0, 2, 5, False, None, id="a study begins with them"),
        pytest.param(1, 0, 5, True, "1 point has been tried already", id="it has been tried"),
        pytest.param(2, 0, 0, True, "2 points have been tried already", id="all have been tried"),
        pytest.param(0, 1, 5, True, "1 point is tried next", id="a new one"),
        pytest.param(
            1, 2, 5, True, "1 point has been tried already, 2 points are tried next", id="both"
        ),
        pytest.param(
            0, 3, 2, True, "3 points are tried next, --max-evals has room for 2", id="no room for all"
        ),
        pytest.param(0, 2, 1, False, "--max-evals has room for 1 of 2 points", id="no room in a new study"),
        pytest.param(0, 1, 0, True, "--max-evals has room for 0 of 1 point", id="no room at all"),
    ],
)  # fmt: skip
def test_what_is_said_of_points(tried: int, new: int, room: int, resumed: bool, text: str | None) -> None:
    assert points_note(tried, new, room, resumed=resumed) == text


@pytest.mark.parametrize(
    ("before", "now", "joined"),
    [
        pytest.param(["1"], [], ["1"], id="left out"),
        pytest.param(["1", "2"], ["2", "1"], ["1", "2"], id="given again"),
        pytest.param(["1"], ["1", "1"], ["1", "1"], id="once more often"),
        pytest.param(['{"a": 1, "b": 2}'], ['{"b":2,"a":1}'], ['{"a": 1, "b": 2}'], id="in other words"),
        pytest.param(["1"], ["no JSON"], ["1", "no JSON"], id="what is no point is refused later"),
    ],
)
def test_points_of_before_and_of_now(before: list[str], now: list[str], joined: list[str]) -> None:
    assert joined_points(before, now) == tuple(joined)


def test_points_that_contradict_what_is_set_now_are_left_out() -> None:
    points = parse_points(['{"rate": 0.5}', '{"rate": 0.25}', "{}"], compiled(TEMPLATE).space)
    assert possible_points(points, (FixedParam("rate", "0.5"),)) == (points[0], points[2])


def test_a_space_without_parameters_has_an_example_all_the_same() -> None:
    with pytest.raises(UsageError) as caught:
        parse_points(["1"], SearchSpace(()))
    assert str(caught.value).endswith("such as '{\"rate\": 1}'")


def test_a_grid_follows_the_points() -> None:
    space = (chosen("size", "8", "16", "32"),)
    sampler = PointsFirst(GridSampler(space, [{"size": 1}], 1), [{"size": 1}])
    assert sampler.size == 3
    assert [sampler.ask(number) for number in range(3)] == [{"size": 1}, {"size": 0}, {"size": 2}]
    sampler.tell(0, {"size": 1}, 1.0)
    assert sampler.state() == ""


def test_the_algorithm_learns_from_the_points() -> None:
    def told(rate: str) -> list[Params]:
        space = SPACE[:1]
        inner = HyperoptSampler(space, "tpe", 3)
        sampler = PointsFirst(inner, [{"rate": float(rate)}])
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
