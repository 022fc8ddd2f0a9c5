"""``--set LABEL=VALUE``: what each value means, what is refused and with which words."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.markers.search_space import Argument, Dimension, Option, Parameter, SearchSpace
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.errors import UsageError
from hypertemplate.search.fixed_params import (
    FixedParam,
    best_with,
    choose,
    fixed_space,
    joined_fixed,
    leading_to,
    number,
    parse_fixed,
)
from hypertemplate.search.study import Study, Trial, TrialState
from tests.search.spaces import EVERY_DISTRIBUTION, LABELS, chosen, numeric

PLACE = Span(0, 0, 1)


def parameter(
    label: str,
    distribution: str,
    *texts: str,
    literal: bool = True,
    options: tuple[Option, ...] | None = None,
    parent: tuple[str, int] | None = None,
) -> Parameter:
    names = ("p",) * len(texts) if options is not None else ("low", "high", "q")
    arguments = tuple(Argument(name, text, PLACE, literal) for name, text in zip(names, texts, strict=False))
    return Parameter(label, distribution, arguments, options, PLACE, parent=parent)


def listed(label: str, *texts: str, parent: tuple[str, int] | None = None) -> Parameter:
    return parameter(label, "choice", options=tuple(Option(t, True) for t in texts), parent=parent)


SPACE = SearchSpace(
    (
        parameter("rate", "uniform", "0", "0.5"),
        parameter("units", "quniform", "32", "256", "32"),
        parameter("width", "quniform", "LOW", "256", "32", literal=False),
        parameter("depth", "uniformint", "LOW", "5", literal=False),
        listed("activation", "'relu'", "'elu'"),
        parameter("sizes", "choice", "SIZES", literal=False),
        listed("block", "'none'", "'conv'", "'dense'"),
        listed("block.1", "3", "5", parent=("block", 1)),
        parameter("block.1.1", "uniform", "0", "1", parent=("block.1", 1)),
        parameter("a=b", "uniform", "0", "1"),
    )
)

OPTIONS = tuple(
    Option(text, literal)
    for text, literal in [
        ("1", True),
        ("True", True),
        ("'relu'", True),
        ("None", True),
        ("[1, 2]", True),
        ("(1, 2)", True),
        ("{'lr': 0.1}", True),
        ("Dropout( 0.5,  # half\n seed=1)", False),
        ("'#1'", True),
        ("2.5", True),
        ("<object at 0x7f>", False),
        ("'a '\n  'b'", True),
        ("[True]", True),
    ]
)


@pytest.mark.parametrize(
    ("text", "index"),
    [
        pytest.param("1", 0, id="a number is not True"),
        pytest.param("1.0", 0, id="1.0 equals 1"),
        pytest.param("true", 1, id="JSON's true is not 1"),
        pytest.param("True", 1, id="the source text of True"),
        pytest.param("relu", 2, id="text that is not JSON"),
        pytest.param('"relu"', 2, id="a JSON string"),
        pytest.param("'relu'", 2, id="the source text of a string"),
        pytest.param("null", 3, id="JSON's null is None"),
        pytest.param("None", 3, id="the source text of None"),
        pytest.param("[1,2.0]", 4, id="a JSON list"),
        pytest.param("(1,2)", 5, id="source text without its spaces"),
        pytest.param('{"lr": 0.1}', 6, id="a JSON object"),
        pytest.param("Dropout(0.5, seed=1)", 7, id="source text of a call, spaces and comments apart"),
        pytest.param("#1", 8, id="an option that equals the text goes before the number"),
        pytest.param("#0", 0, id="the first option"),
        pytest.param(" #12 ", 12, id="the last option"),
        pytest.param("2.5", 9, id="a float"),
        pytest.param("<object at 0x7f>", 10, id="the repr of an object"),
        pytest.param("a b", 11, id="a string that is written on two lines"),
        pytest.param("[true]", 12, id="True in a list is not 1"),
    ],
)
def test_a_value_means_an_option(text: str, index: int) -> None:
    assert choose(FixedParam("x", text), OPTIONS) == index


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2", id="another number"),
        pytest.param("[1]", id="a list of another length"),
        pytest.param("[1, true]", id="a list with True for 1"),
        pytest.param('{"lr": true}', id="an object with another value"),
        pytest.param('{"lr": 0.1, "x": 1}', id="an object with more keys"),
        pytest.param("#13", id="a number beyond the last option"),
        pytest.param("#-1", id="a number below zero"),
        pytest.param("#", id="no number"),
        pytest.param("", id="nothing"),
        pytest.param("[" * 100_000, id="nested too deep for JSON"),
        pytest.param("'", id="an unfinished string"),
        pytest.param("NaN", id="what is not JSON"),
    ],
)
def test_a_value_that_means_no_option_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--set x: no option"):
        choose(FixedParam("x", text), OPTIONS)


def test_a_refusal_lists_the_options() -> None:
    with pytest.raises(UsageError) as caught:
        choose(FixedParam("x", "selu"), (Option("'relu'", True), Option("f(1,\n   2)", False)))
    assert str(caught.value) == "--set x: no option selu; the options are 'relu', f(1, 2) (or #0 to #1)"


@pytest.mark.parametrize(
    ("text", "integral", "value"),
    [
        pytest.param("0.3", False, 0.3, id="a float"),
        pytest.param("3", False, 3.0, id="a whole number where floats are drawn is a float"),
        pytest.param("1e-3", False, 0.001, id="an exponent"),
        pytest.param("64", True, 64, id="a whole number"),
        pytest.param("64.0", True, 64, id="a whole number written as a float is an int"),
        pytest.param("-2", True, -2, id="a negative number outside the range is the user's wish"),
    ],
)
def test_a_number_is_given_its_kind(text: str, integral: bool, value: float) -> None:
    got = number(FixedParam("x", text), "uniform", integral=integral)
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize(
    ("text", "integral"),
    [
        pytest.param("fast", False, id="text"),
        pytest.param("true", False, id="a truth value"),
        pytest.param("True", False, id="Python's True"),
        pytest.param("null", False, id="null"),
        pytest.param("NaN", False, id="NaN"),
        pytest.param("Infinity", False, id="Infinity"),
        pytest.param("1e999", False, id="beyond every float"),
        pytest.param("9" * 400, False, id="a number too large for a float"),
        pytest.param("9" * 5000, False, id="more digits than Python reads"),
        pytest.param("#0", False, id="an option's number"),
        pytest.param("", False, id="nothing"),
        pytest.param("1.5", True, id="a fraction where whole numbers are drawn"),
        pytest.param("[1]", True, id="a list"),
    ],
)
def test_what_is_no_number_is_refused(text: str, integral: bool) -> None:
    kind = "a whole number" if integral else "a number"
    with pytest.raises(UsageError) as caught:
        number(FixedParam("x", text), "uniform", integral=integral)
    assert str(caught.value) == f"--set x: uniform draws {kind}, got {text}"


@pytest.mark.parametrize(
    ("texts", "settings"),
    [
        pytest.param([], [], id="nothing is set"),
        pytest.param(["rate=0.1", "units=64"], [("rate", "0.1"), ("units", "64")], id="two numbers"),
        pytest.param(["activation=elu"], [("activation", "elu")], id="an option"),
        pytest.param(
            ["sizes=#3"], [("sizes", "#3")], id="a list that is made at load time is left for later"
        ),
        pytest.param(["sizes=what"], [("sizes", "what")], id="and so is any text for it"),
        pytest.param(["a=b=1"], [("a=b", "1")], id="a label that holds an equals sign"),
        pytest.param(["block.1=5"], [("block.1", "5")], id="an inner label whose choice may take its option"),
        pytest.param(
            ["block.1=5", "block=conv"],
            [("block.1", "5"), ("block", "conv")],
            id="and whose choice does take it",
        ),
    ],
)
def test_settings_are_parsed(texts: list[str], settings: list[tuple[str, str]]) -> None:
    assert parse_fixed(texts, SPACE) == tuple(FixedParam(*pair) for pair in settings)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        pytest.param(["rate"], "--set rate: write LABEL=VALUE, such as --set rate=0.25", id="no equals sign"),
        pytest.param(
            ["activation"],
            "--set activation: write LABEL=VALUE, such as --set activation=relu",
            id="no equals sign, and a value of that label is shown",
        ),
        pytest.param(
            ["sizes"],
            "--set sizes: write LABEL=VALUE, such as --set 'sizes=#0'",
            id="no equals sign, and options that only the worker knows",
        ),
        pytest.param(
            ["other"], "--set other: write LABEL=VALUE, such as --set rate=0.25", id="no such label either"
        ),
        pytest.param(
            ["=1"],
            "--set =1: no parameter ; the parameters are " + ", ".join(p.label for p in SPACE.parameters),
            id="no label",
        ),
        pytest.param(
            ["activatoin=relu"],
            "--set activatoin=relu: no parameter activatoin (did you mean activation?); the parameters are "
            "rate, units, width, depth, activation, sizes, block, block.1, block.1.1, a=b",
            id="a slip in the label",
        ),
        pytest.param(["rate=1", "rate=1"], "--set rate: it is set twice", id="the same label twice"),
        pytest.param(["rate=x"], "--set rate: uniform draws a number, got x", id="no number"),
        pytest.param(
            ["units=33.5"],
            "--set units: quniform draws a whole number, got 33.5",
            id="whole by its literal step",
        ),
        pytest.param(
            ["depth=1.5"],
            "--set depth: uniformint draws a whole number, got 1.5",
            id="whole by its distribution, though a bound is not literal",
        ),
        pytest.param(
            ["activation=selu"],
            "--set activation: no option selu; the options are 'relu', 'elu' (or #0 to #1)",
            id="no option",
        ),
        pytest.param(
            ["block=dense", "block.1.1=0.5"],
            "--set block.1.1: it is drawn only for option #1 of block, and block is set to #2",
            id="a label that another setting puts out of reach",
        ),
    ],
)
def test_a_setting_that_cannot_be_is_refused_before_any_worker(texts: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_fixed(texts, SPACE)
    assert str(caught.value) == message


def test_a_number_whose_step_is_not_literal_is_checked_when_the_worker_knows() -> None:
    (setting,) = parse_fixed(["width=33.5"], SPACE)
    whole = (numeric("width", "quniform", integral=True, low=32, high=256, q=32),)
    with pytest.raises(UsageError, match="whole"):
        fixed_space((setting,), whole)
    assert fixed_space((setting,), (numeric("width", "quniform", low=0, high=99, q=0.5),)).values == {
        "width": 33.5
    }


def labels(space: tuple[Dimension, ...]) -> list[str]:
    return [dimension.label for dimension in space]


INNER = ["block", "block.1", "block.2", "block.2.1", "block.2_1"]


@pytest.mark.parametrize(
    ("settings", "free", "values"),
    [
        pytest.param({}, INNER, {}, id="nothing is set"),
        pytest.param(
            {"block": "#0"}, [], {"block": 0}, id="inner labels of options not taken leave the space"
        ),
        pytest.param({"block": "#1"}, ["block.1"], {"block": 1}, id="those of the option taken stay"),
        pytest.param(
            {"block": "#2"},
            ["block.2", "block.2.1", "block.2_1"],
            {"block": 2},
            id="so does what is below them",
        ),
        pytest.param(
            {"block": "#2", "block.2": "3"},
            ["block.2_1"],
            {"block": 2, "block.2": 0},
            id="two levels are set",
        ),
        pytest.param(
            {"block.2": "#1"},
            ["block", "block.1", "block.2.1", "block.2_1"],
            {"block.2": 1},
            id="an inner choice is set and its choice is not",
        ),
    ],
)
def test_what_is_set_leaves_the_space_that_is_sampled(
    settings: dict[str, str], free: list[str], values: dict[str, float]
) -> None:
    frozen = fixed_space(tuple(FixedParam(*item) for item in settings.items()), EVERY_DISTRIBUTION)
    assert labels(frozen.free) == LABELS[:14] + free
    assert frozen.values == values


def test_below_a_choice_that_is_set_labels_depend_on_what_the_choice_depended_on() -> None:
    def parents(**settings: str) -> dict[str, object]:
        given = tuple(FixedParam(label.replace("_", "."), text) for label, text in settings.items())
        return {d.label: d.parent for d in fixed_space(given, EVERY_DISTRIBUTION).free[14:]}

    assert parents(block="#2") == {"block.2": None, "block.2.1": ("block.2", 1), "block.2_1": None}
    assert parents(block_2="#1")["block.2.1"] == ("block", 2)


@pytest.mark.parametrize(
    ("settings", "params", "complete"),
    [
        pytest.param(
            {"block.1": "0.5"}, {"block": 0}, {"block": 0}, id="a set inner label that is not reached"
        ),
        pytest.param(
            {"block.1": "0.5"}, {"block": 1}, {"block": 1, "block.1": 0.5}, id="a set inner label that is"
        ),
        pytest.param(
            {"block": "#2", "block.2": "#1"},
            {"block.2.1": 4.0, "block.2_1": 0.5},
            {"block": 2, "block.2": 1, "block.2.1": 4.0, "block.2_1": 0.5},
            id="two levels are set",
        ),
    ],
)
def test_a_point_is_completed_with_the_values_that_it_reaches(
    settings: dict[str, str], params: dict[str, float], complete: dict[str, float]
) -> None:
    blocks = EVERY_DISTRIBUTION[14:]
    frozen = fixed_space(tuple(FixedParam(*item) for item in settings.items()), blocks)
    got = frozen.complete(params)
    assert got == complete
    assert list(got) == [label for label in INNER if label in complete]


def test_all_parameters_may_be_set() -> None:
    frozen = fixed_space(
        (FixedParam("x", "2"), FixedParam("y", "b")), (numeric("x", "uniform"), chosen("y", "'a'", "'b'"))
    )
    assert frozen.free == ()
    assert frozen.complete({}) == {"x": 2.0, "y": 1}


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        pytest.param(["rate=0.1"], ["rate=0.1"], id="a label of its own leads nowhere"),
        pytest.param(["block.1=3"], ["block.1=3", "block=#1"], id="an inner one to its option"),
        pytest.param(
            ["block.1.1=0.5"], ["block.1.1=0.5", "block.1=#1", "block=#1"], id="through both choices"
        ),
        pytest.param(["block.1=3", "block=conv"], ["block.1=3", "block=conv"], id="what is set stays"),
    ],
)
def test_the_options_that_lead_to_what_is_set(texts: list[str], found: list[str]) -> None:
    settings = leading_to(parse_fixed(texts, SPACE), SPACE)
    assert [f"{setting.label}={setting.text}" for setting in settings] == found


@pytest.mark.parametrize(
    ("before", "now", "joined"),
    [
        pytest.param(["a=1", "b=2"], [], ["a=1", "b=2"], id="left out"),
        pytest.param(["a=1", "b=2"], ["a=3"], ["b=2", "a=3"], id="another value"),
        pytest.param(["a=1", "b=2"], ["a="], ["b=2"], id="ended"),
        pytest.param([], ["a="], [], id="nothing to end"),
        pytest.param(["act='x'"], ["act="], ["act="], id="the empty text is an option"),
        pytest.param(["d=k=1"], ["d=k=2", "d=3"], ["d=k=2", "d=3"], id="a label that holds an equals sign"),
        pytest.param(["a=1"], ["x=", "a"], ["x=", "a"], id="what is no setting is refused later"),
        pytest.param([], ["b=1", "b=2"], ["b=1", "b=2"], id="twice at once too"),
    ],
)
def test_settings_of_before_and_of_now(before: list[str], now: list[str], joined: list[str]) -> None:
    space = (
        *(numeric(label, "uniform", low=0, high=9) for label in ("a", "b", "d", "d=k")),
        chosen("act", "''", "'x'"),
    )
    assert joined_fixed(before, now, space) == tuple(joined)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param({}, "", id="nothing is set"),
        pytest.param({"x": 0.1}, "", id="the best one has it"),
        pytest.param({"other": 0.1}, "", id="the best one does not reach it"),
        pytest.param(
            {"x": 0.5},
            "trial 0, the best, has x 0.1, which is not what --set asks for; the best one with that is trial 2, loss 3",
            id="others have it",
        ),
        pytest.param(
            {"x": 0.7},
            "trial 0, the best, has x 0.1, which is not what --set asks for; no trial with what is set has a result",
            id="none has it",
        ),
    ],
)
def test_a_best_trial_with_another_value_than_is_set_is_told(values: dict[str, float], said: str) -> None:
    losses = ((0.1, 1.0), (0.5, 4.0), (0.5, 3.0))
    trials = tuple(
        Trial(number, TrialState.COMPLETE, {"x": x}, loss=loss) for number, (x, loss) in enumerate(losses)
    )
    space = (numeric("x", "uniform", low=0, high=1),)
    study = Study("s", "d", 1, space, trials=trials)
    assert best_with(study, values) == said
    assert best_with(Study("s", "d", 1, space), values) == ""
