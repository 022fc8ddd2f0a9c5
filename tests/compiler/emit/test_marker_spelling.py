"""One spelling for all ways to write the same."""

from __future__ import annotations

import ast

import pytest

from hypertemplate.compiler.markers.call_text import spelled, spelled_option


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("uniform(-5, 5)", "uniform(low=-5, high=5)", id="by keyword"),
        pytest.param("uniform(-5, 5)", "uniform(high=5, low=-5)", id="in another order"),
        pytest.param("uniform(-5, 5)", "uniform(-5.0, 10 / 2)", id="another spelling of the numbers"),
        pytest.param("uniform(-5, 5)", "hp.uniform(-5, 5)", id="with its module"),
        pytest.param("uniform(-5, 5)", "uniform(-5, 5, name='x')", id="with the label that it has"),
        pytest.param("uniform(0, MAX)", "uniform( low=0,high=MAX )", id="what only a run knows"),
        pytest.param('choice(["a", "b"])', "choice(options=['a', 'b'])", id="quotes"),
        pytest.param(
            "choice([f(uniform(0, 1))])", "choice([f(uniform(low=0.0, high=1))])", id="an inner draw"
        ),
    ],
)
def test_markers_that_are_the_same(one: str, other: str) -> None:
    first, second = (spelled(ast.parse(f"x = f({{{{{text}}}}})").body[0]) for text in (one, other))
    assert first == second


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("{{uniform(0, 1)}}", "{{uniform(0, 2)}}", id="another bound"),
        pytest.param("{{quniform(0, 4, 1)}}", "{{quniform(0, 4, 1.0)}}", id="whole numbers and others"),
        pytest.param("{{choice([1, 2])}}", "{{choice([1.0, 2])}}", id="another kind of number"),
        pytest.param("{{uniform(0, MAX)}}", "{{uniform(0, 1 + MAX)}}", id="another expression"),
        pytest.param("uniform(low=0, high=1)", "uniform(0, 1)", id="a function that is no draw"),
        pytest.param("{uniform(0, 1)}", "{uniform(0, 1.0)}", id="a set that is no marker"),
        pytest.param("{{choice([f(1, x=2)])}}", "{{choice([f(1, y=2)])}}", id="another function"),
        pytest.param("{{choice([choice(*a)])}}", "{{choice([choice(*b)])}}", id="other items"),
        pytest.param(
            "{{choice([r.uniform(0, 1, size=2)])}}",
            "{{choice([r.uniform(0, 1, size=3)])}}",
            id="an argument that the distribution does not have",
        ),
        pytest.param("{{choice([uniform(**a)])}}", "{{choice([uniform(**b)])}}", id="arguments of a dict"),
    ],
)
def test_what_is_not_the_same(one: str, other: str) -> None:
    first, second = (spelled(ast.parse(f"x = {text}").body[0]) for text in (one, other))
    assert first != second


def test_a_statement_is_left_as_it_is() -> None:
    statement = ast.parse("x = {{uniform(low=0, high=1)}}").body[0]
    spelled(statement)
    assert ast.unparse(statement) == "x = {{uniform(low=0, high=1)}}"


def test_what_an_object_shows_has_even_white_space() -> None:
    assert spelled_option("<function f\n  at 0x1>") == "<function f at 0x1>"
