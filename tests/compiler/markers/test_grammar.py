from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypertemplate.compiler.markers.grammar import (
    SIGNATURES,
    check_logarithms,
    check_numbers,
    check_probabilities,
    did_you_mean,
    number_text,
    value_text,
)


def test_the_signatures_are_those_of_the_functions() -> None:
    assert SIGNATURES == {
        "choice": {"options": True},
        "pchoice": {"p_options": True},
        "randint": {"low": True, "high": False},
        "uniform": {"low": True, "high": True},
        "quniform": {"low": True, "high": True, "q": True},
        "uniformint": {"low": True, "high": True},
        "loguniform": {"low": True, "high": True},
        "qloguniform": {"low": True, "high": True, "q": True},
        "normal": {"mu": True, "sigma": True},
        "qnormal": {"mu": True, "sigma": True, "q": True},
        "lognormal": {"mu": True, "sigma": True},
        "qlognormal": {"mu": True, "sigma": True, "q": True},
    }


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        pytest.param("choise", "choice", id="a wrong letter"),
        pytest.param("unifrom", "uniform", id="letters swapped"),
        pytest.param("Uniform", "uniform", id="a capital"),
        pytest.param("loguniforms", "loguniform", id="a letter too many"),
        pytest.param("gauss", None, id="nothing alike"),
    ],
)
def test_a_slip_of_a_name(name: str, meant: str | None) -> None:
    assert did_you_mean(name, SIGNATURES) == meant


def test_how_alike_a_name_must_be() -> None:
    assert did_you_mean("abcd", ["abxx"], cutoff=0.5) == "abxx"
    assert did_you_mean("abcd", ["abxx"], cutoff=0.6) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(3, "3", id="a whole number"),
        pytest.param(3.0, "3", id="a float that is whole"),
        pytest.param(-11.512925, "-11.5129", id="six digits"),
        pytest.param(1e-05, "1e-05", id="a small number"),
    ],
)
def test_a_number_as_people_write_it(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("distribution", "numbers"),
    [
        pytest.param("uniform", {"low": 0, "high": 1}, id="a range"),
        pytest.param("uniform", {"low": 0}, id="what is missing is not checked"),
        pytest.param("uniform", {"high": -3}, id="nor compared"),
        pytest.param("randint", {"low": 3}, id="a count"),
        pytest.param("randint", {"low": -3, "high": 3}, id="a range below zero"),
        pytest.param("randint", {"high": 3}, id="a range whose start is not known"),
        pytest.param("uniformint", {"low": 1, "high": 5}, id="whole numbers"),
        pytest.param("loguniform", {"low": -7, "high": 709}, id="the largest logarithm"),
        pytest.param("qlognormal", {"mu": -2, "sigma": 0.1, "q": 0.5}, id="a mean below zero"),
    ],
)
def test_numbers_that_can_be_drawn_from(distribution: str, numbers: dict[str, float]) -> None:
    assert check_numbers(distribution, numbers) is None


@pytest.mark.parametrize(
    ("distribution", "numbers", "message", "help", "argument"),
    [
        pytest.param(
            "uniform",
            {"low": 1, "high": 0},
            "uniform() needs low < high, got low=1, high=0",
            "swap the bounds: uniform(0, 1)",
            "",
            id="bounds the wrong way round",
        ),
        pytest.param(
            "quniform",
            {"low": 9, "high": 1, "q": 2},
            "quniform() needs low < high, got low=9, high=1",
            "swap the bounds: quniform(1, 9, 2)",
            "",
            id="bounds the wrong way round, with a step",
        ),
        pytest.param(
            "loguniform",
            {"low": 2, "high": 2},
            "loguniform() needs low < high, got low=2, high=2",
            "for a fixed value write 2 without a marker",
            "",
            id="equal bounds",
        ),
        pytest.param(
            "randint",
            {"low": 0},
            "randint(n) draws from 0 to n - 1 and needs n > 0, got 0",
            "write randint(10) for 0 to 9, or randint(1, 11) for 1 to 10",
            "low",
            id="a count of none",
        ),
        pytest.param(
            "randint",
            {"low": 5, "high": 2},
            "randint() needs low < high, got low=5, high=2",
            "swap the bounds: randint(2, 5)",
            "",
            id="whole bounds the wrong way round",
        ),
        pytest.param(
            "uniformint",
            {"low": 1, "high": 5.5},
            "uniformint() needs whole numbers, got high=5.5",
            "write high=5 or high=6; uniform() draws fractions",
            "high",
            id="half a unit",
        ),
        pytest.param(
            "normal",
            {"mu": 0, "sigma": -1},
            "normal() needs sigma > 0 (the standard deviation), got sigma=-1",
            "write sigma=1",
            "sigma",
            id="a negative standard deviation",
        ),
        pytest.param(
            "lognormal",
            {"mu": 0, "sigma": 0},
            "lognormal() needs sigma > 0 (the standard deviation), got sigma=0",
            "write sigma=1",
            "sigma",
            id="no deviation",
        ),
        pytest.param(
            "qnormal",
            {"mu": 0, "sigma": 1, "q": -0.5},
            "qnormal() needs q > 0 (the step), got q=-0.5",
            "write q=0.5",
            "q",
            id="a negative step",
        ),
        pytest.param(
            "uniform",
            {"low": 0, "high": math.inf},
            "high must be finite, got high=inf",
            "write a finite number, such as 1000",
            "high",
            id="an infinite bound",
        ),
        pytest.param(
            "normal",
            {"mu": math.nan},
            "mu must be finite, got mu=nan",
            "write a finite number, such as 1000",
            "mu",
            id="not a number",
        ),
        pytest.param(
            "loguniform",
            {"low": 1, "high": 1000},
            "loguniform() draws up to exp(1000), which is too large for a float",
            "the bounds are natural logarithms: for values up to 1000 write uniform(1, 1000, log=True)",
            "high",
            id="a logarithm that no float holds",
        ),
    ],
)
def test_numbers_that_cannot_be_drawn_from(
    distribution: str, numbers: dict[str, float], message: str, help: str, argument: str
) -> None:
    problem = check_numbers(distribution, numbers)
    assert problem is not None
    assert (problem.code.name, problem.message, problem.help, problem.argument) == (
        "BOUNDS",
        message,
        help,
        argument,
    )


@pytest.mark.parametrize("distribution", ["uniform", "randint"])
def test_a_whole_number_beyond_floats_is_a_problem(distribution: str) -> None:
    problem = check_numbers(distribution, {"low": 0, "high": 10**400})
    assert problem is not None
    assert (problem.message, problem.argument) == (
        "high must be finite, got high=a number too large for a float",
        "high",
    )


def test_a_whole_number_of_thousands_of_digits_is_a_problem() -> None:
    assert check_numbers("uniform", {"low": 0, "high": 10**5000}) is not None


@pytest.mark.parametrize(
    ("distribution", "numbers", "doubtful"),
    [
        pytest.param("loguniform", {"low": 1e-5, "high": 0.1}, True, id="a learning rate"),
        pytest.param("loguniform", {"low": 0.5, "high": 1}, True, id="up to one"),
        pytest.param("qloguniform", {"low": 16, "high": 256, "q": 16}, True, id="a number of units"),
        pytest.param("loguniform", {"low": 1e-4, "high": 10}, True, id="a penalty"),
        pytest.param("loguniform", {"low": 0.1, "high": 10}, False, id="logarithms from about 1"),
        pytest.param("loguniform", {"low": -11.5, "high": -2.3}, False, id="logarithms of small values"),
        pytest.param("loguniform", {"low": 1, "high": 5}, False, id="logarithms of 2.7 and 148"),
        pytest.param("loguniform", {"low": 0, "high": 0.5}, False, id="logarithms from 1"),
        pytest.param("uniform", {"low": 1e-5, "high": 0.1}, False, id="another distribution"),
        pytest.param("loguniform", {"low": 1e-5}, False, id="a bound that is not known"),
        pytest.param("loguniform", {"high": 0.1}, False, id="the other bound is not known"),
    ],
)
def test_bounds_that_look_like_values(distribution: str, numbers: dict[str, float], doubtful: bool) -> None:
    assert (check_logarithms(distribution, numbers) is not None) is doubtful


def test_the_doubt_shows_the_line_to_write() -> None:
    problem = check_logarithms("qloguniform", {"low": 0.01, "high": 1, "q": 0.1})
    assert problem is not None
    assert problem.message == (
        "the bounds of qloguniform() are natural logarithms: this draws between 1.01005 and 2.71828"
    )
    assert problem.help == "for values between 0.01 and 1 write quniform(0.01, 1, 0.1, log=True)"


@pytest.mark.property
@given(st.floats(1e-300, 1e300).map(lambda value: float(f"{value:.5g}")))
def test_a_logarithm_shows_the_value_that_people_wrote(value: float) -> None:
    assert value_text(math.log(value)) == number_text(value)


@pytest.mark.parametrize(
    ("logarithm", "text"),
    [
        pytest.param(-11.5, "1e-05", id="one decimal"),
        pytest.param(-2.3, "0.1", id="one digit is enough"),
        pytest.param(5.55, "257", id="two decimals need three digits"),
        pytest.param(-8, "0.00034", id="a whole number has one decimal"),
        pytest.param(0, "1", id="no decimals at all"),
        pytest.param(709, "8e+307", id="the largest"),
        pytest.param(math.log(1024), "1024", id="all decimals"),
        pytest.param(math.log(0.001234567), "0.00123457", id="six digits at most"),
    ],
)
def test_values_are_as_short_as_their_logarithms(logarithm: float, text: str) -> None:
    assert value_text(logarithm) == text


@pytest.mark.parametrize(
    ("distribution", "numbers", "message", "help"),
    [
        pytest.param(
            "uniform",
            {"low": 0, "high": 0.1},
            "uniform(log=True) needs bounds above 0, got low=0",
            "write the smallest value of interest, such as low=0.0001",
            id="from zero",
        ),
        pytest.param(
            "uniformint",
            {"low": 0, "high": 512},
            "uniformint(log=True) needs bounds above 0, got low=0",
            "write the smallest value of interest, such as low=1",
            id="whole numbers from zero",
        ),
        pytest.param(
            "quniform",
            {"low": -11.5, "high": -2.3, "q": 0.1},
            "quniform(log=True) needs bounds above 0, got low=-11.5",
            "for the values with these logarithms write quniform(1e-05, 0.1, 0.1, log=True)",
            id="logarithms in place of values",
        ),
        pytest.param(
            "quniform",
            {"low": 8, "high": -1, "q": 8},
            "quniform(log=True) needs bounds above 0, got high=-1",
            "write, for example, quniform(8, 400, 8, log=True)",
            id="steps up to a number below zero",
        ),
        pytest.param(
            "uniform",
            {"high": 0},
            "uniform(log=True) needs bounds above 0, got high=0",
            "write, for example, uniform(1e-05, 0.1, log=True)",
            id="up to zero",
        ),
    ],
)
def test_bounds_without_logarithms(
    distribution: str, numbers: dict[str, float], message: str, help: str
) -> None:
    problem = check_numbers(distribution, numbers, log=True)
    assert problem is not None
    assert (problem.message, problem.help) == (message, help)


@pytest.mark.parametrize(
    "probabilities",
    [
        pytest.param([1], id="one option"),
        pytest.param([0.1] * 10, id="tenths"),
        pytest.param([0.333333, 0.333333, 0.333334], id="thirds, rounded"),
        pytest.param([0, 1], id="an option that is never drawn"),
    ],
)
def test_probabilities_that_sum_to_one(probabilities: list[float]) -> None:
    assert check_probabilities(probabilities) is None


PAIRS = "write pairs such as pchoice([(0.8, 'relu'), (0.2, 'elu')])"


@pytest.mark.parametrize(
    ("probabilities", "message", "help"),
    [
        pytest.param(
            [0.5, 0.6],
            "the probabilities of pchoice() must sum to 1, got 1.1",
            "divide each by their sum: 0.454545, 0.545455",
            id="too much",
        ),
        pytest.param(
            [1, 1, 1],
            "the probabilities of pchoice() must sum to 1, got 3",
            "divide each by their sum: 0.333333, 0.333333, 0.333334",
            id="thirds, which rounded still sum to 1",
        ),
        pytest.param([0, 0], "the probabilities of pchoice() must sum to 1, got 0", PAIRS, id="nothing"),
        pytest.param([1.5, -0.5], "a probability is between 0 and 1, got 1.5", PAIRS, id="above one"),
        pytest.param([0.5, -0.5, 1], "a probability is between 0 and 1, got -0.5", PAIRS, id="below zero"),
        pytest.param([math.nan, 1], "a probability is between 0 and 1, got nan", PAIRS, id="not a number"),
    ],
)
def test_probabilities_that_do_not(probabilities: list[float], message: str, help: str) -> None:
    problem = check_probabilities(probabilities)
    assert problem is not None
    assert (problem.code.name, problem.message, problem.help) == ("PROBABILITIES", message, help)
