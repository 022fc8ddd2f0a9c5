from __future__ import annotations

import math
import pickle
from typing import Any

import pytest

from hypertemplate.compiler.markers.resolve import (
    ResolveError,
    default_draw,
    default_value,
    resolve,
    resolve_literal,
)
from hypertemplate.compiler.markers.search_space import Dimension, Option, Parameter
from hypertemplate.compiler.syntax.source import Span
from tests.compiler.support import compiled


def parameter(marker: str) -> Parameter:
    """The first parameter of a marker that is called ``x``; it may use the names A, B and C."""
    text = f"A = B = C = None\ndef model():\n    x = {{{{{marker}}}}}\n"
    return compiled(text).space.parameters[0]


def resolved(marker: str, **names: Any) -> Dimension:
    """The dimension of a marker where these names have these values."""
    return resolve(parameter(marker), lambda argument: eval(argument.text, dict(names)))


def refused(marker: str, **names: Any) -> str:
    """What keeps a marker from being drawn from: where, why, and what to write."""
    text = f"A = B = C = None\ndef model():\n    x = {{{{{marker}}}}}\n"
    with pytest.raises(ResolveError) as caught:
        resolved(marker, **names)
    error = caught.value
    return f"{text[error.span.start : error.span.end]}: {error}" + (f" | {error.help}" if error.help else "")


class Number:
    """What NumPy's numbers are like."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __float__(self) -> float:
        return float(self.value)


class Whole(Number):
    """What NumPy's whole numbers are like."""

    def __index__(self) -> int:
        return int(self.value)


class Scalar(Number):
    """What NumPy's arrays without a dimension are like."""

    shape = ()

    def item(self) -> float:
        return self.value


@pytest.mark.parametrize(
    ("marker", "names", "numbers", "integral"),
    [
        pytest.param("uniform(0, 0.5)", {}, {"low": 0, "high": 0.5}, False, id="written numbers"),
        pytest.param("uniform(-A, A * 2)", {"A": 3}, {"low": -3, "high": 6}, False, id="expressions"),
        pytest.param(
            "uniform(A, B)",
            {"A": Number(0), "B": Whole(3)},
            {"low": 0.0, "high": 3},
            False,
            id="numbers of another library",
        ),
        pytest.param("randint(5)", {}, {"low": 5}, True, id="a count"),
        pytest.param("uniformint(1, A)", {"A": Whole(9)}, {"low": 1, "high": 9}, True, id="whole bounds"),
        pytest.param("quniform(0, 10, 2)", {}, {"low": 0, "high": 10, "q": 2}, True, id="a whole step"),
        pytest.param("quniform(0, 10, 0.5)", {}, {"low": 0, "high": 10, "q": 0.5}, False, id="half a step"),
        pytest.param(
            "normal(A, B)", {"A": -1, "B": 2}, {"mu": -1, "sigma": 2}, False, id="mean and deviation"
        ),
    ],
)
def test_the_numbers_of_a_dimension(
    marker: str, names: dict[str, Any], numbers: dict[str, float], integral: bool
) -> None:
    assert resolved(marker, **names) == Dimension("x", marker.partition("(")[0], numbers, integral=integral)


@pytest.mark.parametrize(
    ("marker", "names", "options", "probabilities"),
    [
        pytest.param(
            "choice(['a', len])", {}, [Option("'a'", True), Option("len", False)], [], id="written options"
        ),
        pytest.param("choice(A)", {"A": (8, 16)}, [Option("8", True), Option("16", True)], [], id="a tuple"),
        pytest.param("choice(range(A))", {"A": 2}, [Option("0", True), Option("1", True)], [], id="a range"),
        pytest.param(
            "choice(A)",
            {"A": [[1], None, "é"]},
            [Option("[1]", True), Option("None", True), Option("'é'", True)],
            [],
            id="constants of every kind",
        ),
        pytest.param(
            "choice(A)", {"A": [Scalar(8)]}, [Option("8", True)], [], id="a number of another library"
        ),
        pytest.param(
            "choice(A)", {"A": [len]}, [Option("<built-in function len>", False)], [], id="an object"
        ),
        pytest.param(
            "choice(A)",
            {"A": [float("nan")]},
            [Option("nan", False)],
            [],
            id="a value that is not equal to itself",
        ),
        pytest.param(
            "pchoice([(0.25, 'a'), (3 / 4, 'b')])",
            {},
            [Option("'a'", True), Option("'b'", True)],
            [0.25, 0.75],
            id="written pairs",
        ),
        pytest.param(
            "pchoice([(A, 'a'), (1 - A, 'b')])",
            {"A": 0.25},
            [Option("'a'", True), Option("'b'", True)],
            [0.25, 0.75],
            id="probabilities with names",
        ),
        pytest.param(
            "pchoice(A)",
            {"A": [(0.5, 1), [Number(0.5), 2]]},
            [Option("1", True), Option("2", True)],
            [0.5, 0.5],
            id="pairs made at load",
        ),
    ],
)
def test_the_options_of_a_dimension(
    marker: str, names: dict[str, Any], options: list[Option], probabilities: list[float]
) -> None:
    name = marker.partition("(")[0]
    assert resolved(marker, **names) == Dimension(
        "x", name, {}, options=tuple(options), probabilities=tuple(probabilities), integral=True
    )


def test_the_text_of_an_object_is_one_line() -> None:
    class Layer:
        def __repr__(self) -> str:
            return "<Layer\n   'a  b'>"

    assert resolved("choice(A)", A=[Layer()]).options == (Option("<Layer 'a b'>", False),)


def test_the_text_of_a_constant_is_left_as_it_is() -> None:
    assert resolved("choice(A)", A=["a  b"]).options == (Option("'a  b'", True),)


@pytest.mark.parametrize(
    ("marker", "names", "said"),
    [
        pytest.param(
            "uniform(0, A)",
            {"A": "x"},
            "A: uniform() needs a number for high, got A = 'x'",
            id="a string for a bound",
        ),
        pytest.param(
            "uniform(A, 1)",
            {"A": None},
            "A: uniform() needs a number for low, got A = None",
            id="None for a bound",
        ),
        pytest.param(
            "uniform(A, 2)",
            {"A": True},
            "A: uniform() needs a number for low, got A = True",
            id="a truth value for a bound",
        ),
        pytest.param(
            "uniform(A, 0)",
            {"A": 1},
            "{{uniform(A, 0)}}: uniform() needs low < high, got low=1, high=0 (from A) | swap the bounds: uniform(0, 1)",
            id="bounds the wrong way round",
        ),
        pytest.param(
            "normal(0, A - B)",
            {"A": 1, "B": 1},
            "A - B: normal() needs sigma > 0 (the standard deviation), got sigma=0 (from A - B) | write sigma=1",
            id="no deviation",
        ),
        pytest.param(
            "randint(A)",
            {"A": 2.5},
            "A: randint() needs whole numbers, got low=2.5 (from A) | write low=2 or low=3; uniform() draws fractions",
            id="half a count",
        ),
        pytest.param(
            "uniform(0, A)",
            {"A": float("inf")},
            "A: high must be finite, got high=inf (from A) | write a finite number, such as 1000",
            id="an infinite bound",
        ),
        pytest.param(
            "choice(A)",
            {"A": []},
            "{{choice(A)}}: choice() needs at least one option (from A)",
            id="an empty list",
        ),
        pytest.param(
            "choice(A)", {"A": "abc"}, "A: choice() needs a list, got A = 'abc'", id="a string for a list"
        ),
        pytest.param(
            "choice(A)", {"A": {1, 2}}, "A: choice() needs a list, got A = {1, 2}", id="a set for a list"
        ),
        pytest.param(
            "choice(A)", {"A": {"a": 1}}, "A: choice() needs a list, got A = {'a': 1}", id="a dict for a list"
        ),
        pytest.param(
            "choice(A)", {"A": None}, "A: choice() needs a list, got A = None", id="None for a list"
        ),
        pytest.param(
            "pchoice(A)",
            {"A": [1, 2]},
            "A: A must hold pairs of a probability and an option",
            id="options without probabilities",
        ),
        pytest.param(
            "pchoice(A)",
            {"A": [("a", 1)]},
            "A: A must hold pairs of a probability and an option",
            id="a string for a probability",
        ),
        pytest.param(
            "pchoice(A)",
            {"A": [(0.5, 1)]},
            "{{pchoice(A)}}: the probabilities of pchoice() must sum to 1, got 0.5 (from A) | divide each by their sum: 1",
            id="a sum below one",
        ),
        pytest.param(
            "pchoice([(A, 1), (0.5, 2)])",
            {"A": 1},
            "{{pchoice([(A, 1), (0.5, 2)])}}: the probabilities of pchoice() must sum to 1, got 1.5 (from A) | divide each by their sum: 0.666667, 0.333333",
            id="a sum above one",
        ),
        pytest.param(
            "pchoice([(A, 1)])",
            {"A": "x"},
            "A: pchoice() needs a number for p, got A = 'x'",
            id="a string for a written probability",
        ),
    ],
)
def test_values_that_cannot_be_drawn_from(marker: str, names: dict[str, Any], said: str) -> None:
    assert refused(marker, **names) == said


def test_an_iterator_is_no_list() -> None:
    assert refused("choice(A)", A=iter([1])).startswith("A: choice() needs a list, got A = <list_iterator")


def test_a_long_value_is_cut() -> None:
    assert refused("choice(A)", A="x" * 1000) == f"A: choice() needs a list, got A = '{'x' * 59}"


def test_what_evaluating_raises_passes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        resolved("uniform(0, 1 / A)", A=0)


def test_an_inner_dimension_names_its_parent() -> None:
    text = "def model():\n    x = {{choice([0, uniform(0, 1)])}}\n"
    outer, inner = (resolve_literal(one) for one in compiled(text).space.parameters)
    assert outer is not None
    assert inner is not None
    assert outer.options[1].inner == "x.1"
    assert (outer.parent, inner.parent) == (None, ("x", 1))


def test_an_error_pickles() -> None:
    error = ResolveError("no", Span(0, 1, 2), "yes")
    again = pickle.loads(pickle.dumps(error))
    assert (again.message, again.span, again.help, str(again)) == ("no", Span(0, 1, 2), "yes", "no")


@pytest.mark.parametrize(
    ("marker", "known"),
    [
        pytest.param("uniform(0, 2 ** 3)", True, id="written numbers"),
        pytest.param("choice([len])", True, id="written options"),
        pytest.param("pchoice([(1 / 2, 1), (1 / 2, 2)])", True, id="written probabilities"),
        pytest.param("uniform(0, A)", False, id="a name"),
        pytest.param("choice(A)", False, id="a list made at load"),
        pytest.param("pchoice([(A, 1), (0.5, 2)])", False, id="a probability with a name"),
    ],
)
def test_what_is_known_without_running_anything(marker: str, known: bool) -> None:
    assert (resolve_literal(parameter(marker)) is not None) is known


@pytest.mark.parametrize(
    ("marker", "value"),
    [
        pytest.param("choice([8, 16])", 0, id="choice: the first option"),
        pytest.param("pchoice([(0.1, 8), (0.9, 16)])", 0, id="pchoice: the first option too"),
        pytest.param("randint(10)", 4, id="randint: the middle of 0 to 9"),
        pytest.param("randint(5, 8)", 6, id="randint: the middle of 5 to 7"),
        pytest.param("randint(1)", 0, id="randint: the only value"),
        pytest.param("uniform(0, 0.5)", 0.25, id="uniform: the middle"),
        pytest.param("uniform(-1, 3)", 1.0, id="uniform: a float though whole"),
        pytest.param("quniform(0, 10, 4)", 4, id="quniform: the middle rounded to the step, half to even"),
        pytest.param("quniform(0, 1, 0.25)", 0.5, id="quniform: a float where the step is one"),
        pytest.param("uniformint(1, 6)", 3, id="uniformint: the middle, downwards"),
        pytest.param("uniformint(-6, -1)", -4, id="uniformint: below zero too"),
        pytest.param("loguniform(-2, 2)", 1.0, id="loguniform: the middle of the logarithms"),
        pytest.param("uniform(0.001, 0.1, log=True)", 0.01, id="uniform by magnitude: the same of values"),
        pytest.param("uniformint(16, 1024, log=True)", 128, id="uniformint by magnitude: a whole number"),
        pytest.param("qloguniform(0, 4, 2)", 8, id="qloguniform: the same, rounded to the step"),
        pytest.param("quniform(0.2, 0.4, 0.1)", 0.3, id="quniform: as people write a multiple of the step"),
        pytest.param("normal(3, 1)", 3.0, id="normal: the mean"),
        pytest.param("qnormal(64, 16, 8)", 64, id="qnormal: the mean, rounded to the step"),
        pytest.param("lognormal(0, 1)", 1.0, id="lognormal: the mean of the logarithms"),
        pytest.param("qlognormal(4, 1, 8)", 56, id="qlognormal: the same, rounded to the step"),
    ],
)
def test_the_value_that_stands_for_the_whole_range(marker: str, value: float) -> None:
    dimension = resolve_literal(parameter(marker))
    assert dimension is not None
    drawn = default_draw(dimension)
    assert (drawn, type(drawn)) == (value, type(value))


def test_the_default_of_a_distribution_by_its_arguments() -> None:
    assert default_value("uniform", low=0, high=1) == 0.5
    whole = default_value("quniform", low=0, high=10, q=2)
    assert (whole, type(whole)) == (4, int)
    assert default_value("uniformint", low=0, high=10) == 5
    assert default_value("uniform", low=0, high=1, default=0.2) == 0.2
    assert default_value("uniform", low=0, high=1, default=2) == 0.5
    assert default_value("choice", options=[16, 32], default=32) == 1
    assert default_value("pchoice", options=[(0.5, 16), (0.5, 32)], default=32) == 1
    assert default_value("choice", options=[16, 32]) == 0
    by_magnitude = default_value("uniformint", low=16, high=1024, log=True)
    assert (by_magnitude, type(by_magnitude)) == (128, int)


@pytest.mark.parametrize(
    ("marker", "same"),
    [
        pytest.param("uniform(1e-5, 0.1, log=True)", "loguniform(A, B)", id="numbers"),
        pytest.param("uniform(C, 0.1, log=True)", "loguniform(A, B)", id="bounds that only a run knows"),
        pytest.param("quniform(1e-5, 0.1, 0.01, log=True)", "qloguniform(A, B, 0.01)", id="steps"),
        pytest.param("quniform(1e-5, 0.1, log=True, step=2)", "qloguniform(A, B, q=2)", id="step for q"),
        pytest.param("uniform(1e-5, 0.1, log=False)", "uniform(1e-5, 0.1)", id="no logarithms"),
    ],
)
def test_a_scale_of_logarithms_is_hyperopts_own(marker: str, same: str) -> None:
    names = {"A": math.log(1e-5), "B": math.log(0.1), "C": 1e-5}
    assert resolved(marker, **names) == resolved(same, **names)


def test_whole_numbers_by_magnitude_have_a_step_of_one() -> None:
    assert resolved("uniformint(A, 1024, log=True)", A=16) == Dimension(
        "x", "qloguniform", {"low": math.log(16), "high": math.log(1024), "q": 1}, integral=True
    )


@pytest.mark.parametrize(
    ("marker", "value", "said"),
    [
        pytest.param(
            "uniform(A, 0.1, log=True)",
            0,
            "A: uniform(log=True) needs bounds above 0, got low=0 (from A) | write the smallest value of "
            "interest, such as low=0.0001",
            id="a bound without a logarithm",
        ),
        pytest.param(
            "uniformint(A, 9, log=True)",
            1.5,
            "A: uniformint() needs whole numbers, got low=1.5 (from A) | write low=1 or low=2; uniform() "
            "draws fractions",
            id="a fraction",
        ),
        pytest.param(
            "uniform(A, 9, log=True)",
            "1",
            "A: uniform() needs a number for low, got A = '1'",
            id="no number",
        ),
    ],
)
def test_bounds_by_magnitude_that_turn_out_wrong(marker: str, value: Any, said: str) -> None:
    assert refused(marker, A=value) == said


@pytest.mark.parametrize(
    "marker",
    ["lognormal(1000, 1)", "quniform(0, 1e308, 1e-308)", "uniform(1e308, 1.5e308)"],
)
def test_a_default_is_always_a_finite_number(marker: str) -> None:
    dimension = resolve_literal(parameter(marker))
    assert dimension is not None
    assert abs(default_draw(dimension)) < float("inf")
