"""Distributions as people read them."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.markers.call_text import call_text, range_text
from hypertemplate.compiler.markers.resolve import resolve_literal
from hypertemplate.compiler.markers.search_space import Parameter
from tests.compiler.support import compiled


def parameter(marker: str) -> Parameter:
    return compiled(f"A = B = C = None\ndef model():\n    return {{{{{marker}}}}}\n").space.parameters[0]


@pytest.mark.parametrize(
    ("marker", "text"),
    [
        pytest.param("uniform(low=0, high=0.50)", "uniform(0, 0.50)", id="arguments by position"),
        pytest.param("uniform(0, 1, name='a', default=0.2)", "uniform(0, 1, default=0.2)", id="a default"),
        pytest.param("quniform(0, A, step=2)", "quniform(0, A, 2)", id="a step, and a name"),
        pytest.param("choice([1, 'a'], default=\"a\")", "choice([1, 'a'], default='a')", id="options"),
        pytest.param("pchoice([(0.5, 1), (0.5, 2)], default=2)", "pchoice([(0.5, 1), (0.5, 2)], default=2)", id="pairs"),
        pytest.param("choice(A, default=B)", "choice(A, default=B)", id="a list that a run knows"),
        pytest.param("uniform(1e-5, 1e-1, log=True)", "1e-05 .. 0.1, log", id="values"),
        pytest.param("loguniform(-11.5, -2.3)", "1e-05 .. 0.1, log", id="logarithms"),
        pytest.param("uniform(A, 1, log=True)", "A .. 1, log", id="a value that a run knows"),
        pytest.param("loguniform(A, 1)", "exp(A) .. 2.7, log", id="a logarithm that a run knows"),
        pytest.param("quniform(8, 400, 8, log=True)", "8 .. 400, log, step 8", id="steps"),
        pytest.param("qloguniform(2.08, 6, A)", "8 .. 400, log, step A", id="steps of logarithms"),
        pytest.param("uniformint(16, 1024, log=True)", "16 .. 1024, log, step 1", id="whole numbers"),
        pytest.param("uniform(1e-5, 1e-1, log=True, default=1e-3)", "1e-05 .. 0.1, log, default 0.001", id="a default between values"),
        pytest.param("loguniform(-11.5, -2.3, default=A)", "1e-05 .. 0.1, log, default A", id="one that a run knows"),
    ],
)  # fmt: skip
def test_a_distribution_as_people_read_it(marker: str, text: str) -> None:
    assert call_text(parameter(marker)) == text


@pytest.mark.parametrize(
    ("marker", "text"),
    [
        pytest.param(
            "loguniform(-11.5, -2.3)", "1.01301e-05 .. 0.100259, log", id="logarithms to six digits"
        ),
        pytest.param("uniform(1e-5, 1e-1, log=True)", "1e-05 .. 0.1, log", id="values"),
        pytest.param("quniform(1, 8, 0.5, log=True)", "1 .. 8, log, step 0.5", id="a step"),
        pytest.param("quniform(1, 8, 1.0, log=True)", "1 .. 8, log, step 1.0", id="a step that makes floats"),
    ],
)
def test_the_range_of_a_dimension(marker: str, text: str) -> None:
    dimension = resolve_literal(parameter(marker))
    assert dimension is not None
    assert range_text(dimension) == text
