"""Values that lie outside their range."""

from __future__ import annotations

import pytest

from hypertemplate.search.fixed_params import outside, parse_fixed
from tests.compiler.support import compiled


def notes(marker: str, value: str) -> list[str]:
    space = compiled(f"MAX = 4\n\ndef model():\n    x = {{{{{marker}}}}}\n    return x\n").space
    return outside(parse_fixed([f"x={value}"], space), space)


@pytest.mark.parametrize(
    ("marker", "value", "expected"),
    [
        pytest.param("uniform(-5, 5)", "100", "uniform(-5, 5)", id="above"),
        pytest.param("uniform(low=-5.0, high=5)", "-5.1", "uniform(-5, 5)", id="below"),
        pytest.param("uniformint(1, 9)", "10", "uniformint(1, 9)", id="whole numbers"),
        pytest.param("randint(9)", "9", "randint(9)", id="randint does not have its end"),
        pytest.param("randint(2, 9)", "1", "randint(2, 9)", id="randint with two bounds"),
        pytest.param(
            "loguniform(-2, 0)",
            "-1",
            "0.135335 .. 1, log",
            id="the bounds are logarithms",
        ),
        pytest.param("uniform(1e-5, 0.1, log=True)", "0.2", "1e-05 .. 0.1, log", id="the bounds are values"),
        pytest.param(
            "uniformint(16, 1024, log=True)",
            "1025",
            "16 .. 1024, log, step 1",
            id="whole numbers by magnitude",
        ),
        pytest.param("quniform(0, 1, 0.5)", "1.5", "quniform(0, 1, 0.5)", id="above the last step"),
        pytest.param(
            "lognormal(0, 1)", "-1", "lognormal(0, 1), which draws from 0 to inf", id="no logarithm"
        ),
    ],
)
def test_outside(marker: str, value: str, expected: str) -> None:
    assert notes(marker, value) == [f"x={value} lies outside {expected}"]


@pytest.mark.parametrize(
    ("marker", "value"),
    [
        pytest.param("uniform(-5, 5)", "5", id="a bound"),
        pytest.param("randint(9)", "8", id="the last of randint"),
        pytest.param("randint(2, 9)", "2", id="the first of randint"),
        pytest.param("loguniform(-2, 0)", "0.1353352832366127", id="a bound of a logarithm"),
        pytest.param("uniform(1e-5, 0.1, log=True)", "0.1", id="a bound that is a value"),
        pytest.param("uniformint(16, 1024, log=True)", "1024", id="the last whole number by magnitude"),
        pytest.param("quniform(0, 0.9, 0.5)", "1.0", id="the step after a bound"),
        pytest.param("normal(0, 1)", "-1e9", id="what has no bounds"),
        pytest.param("uniform(0, MAX)", "9", id="bounds that only a run knows"),
        pytest.param("choice([1, 2])", "2", id="an option"),
    ],
)
def test_not_outside(marker: str, value: str) -> None:
    assert notes(marker, value) == []
