from __future__ import annotations

import pytest

from hypertemplate.compiler.markers.search_space import Argument, Option, Parameter, SearchSpace
from hypertemplate.compiler.syntax.source import Span
from tests.compiler.support import compiled


def parameters(marker: str) -> list[Parameter]:
    """The parameters of a marker whose label is ``x``."""
    return list(
        compiled(f"HIGH = SIZES = PAIRS = p = None\ndef model():\n    x = {marker}\n").space.parameters
    )


def arguments(marker: str) -> list[tuple[str, str, bool]]:
    """Name, text and whether it is a number, for each argument of the only parameter."""
    (parameter,) = parameters(marker)
    return [(one.name, one.text, one.literal) for one in parameter.arguments]


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        pytest.param("{{uniform(0, 1)}}", [("low", "0", True), ("high", "1", True)], id="numbers"),
        pytest.param(
            "{{uniform(high=1e-1, low=-2 ** 3)}}",
            [("low", "-2 ** 3", True), ("high", "1e-1", True)],
            id="in the signature's order, as written",
        ),
        pytest.param("{{uniform(0, HIGH)}}", [("low", "0", True), ("high", "HIGH", False)], id="a name"),
        pytest.param(
            "{{uniform(0,\n  max(1,\n  2))}}",
            [("low", "0", True), ("high", "max(1, 2)", False)],
            id="an expression of two lines on one",
        ),
        pytest.param("{{randint(5, None)}}", [("low", "5", True)], id="a bound of None is none"),
        pytest.param("{{choice([1, 2])}}", [], id="written options"),
        pytest.param("{{choice(SIZES)}}", [("options", "SIZES", False)], id="a list made at load"),
        pytest.param("{{pchoice(PAIRS)}}", [("p_options", "PAIRS", False)], id="pairs made at load"),
        pytest.param(
            "{{pchoice([(1 / 4, 'a'), (p, 'b')])}}",
            [("p", "1 / 4", True), ("p", "p", False)],
            id="probabilities",
        ),
    ],
)
def test_arguments_stay_source_text(marker: str, expected: list[tuple[str, str, bool]]) -> None:
    assert arguments(marker) == expected


@pytest.mark.parametrize(
    ("marker", "options"),
    [
        pytest.param("{{uniform(0, 1)}}", None, id="a number has none"),
        pytest.param("{{choice(SIZES)}}", None, id="a list made at load has none yet"),
        pytest.param(
            "{{choice([1, 'a', [2], (3, -4)])}}",
            [Option("1", True), Option("'a'", True), Option("[2]", True), Option("(3, -4)", True)],
            id="constants",
        ),
        pytest.param(
            "{{choice([len, print('a', 1 +\n  2), 1 + 2])}}",
            [Option("len", False), Option("print('a', 1 + 2)", False), Option("1 + 2", False)],
            id="expressions on one line",
        ),
        pytest.param(
            "{{pchoice([(0.5, 'a'), (0.5, len)])}}",
            [Option("'a'", True), Option("len", False)],
            id="the options of pairs",
        ),
    ],
)
def test_the_options_of_a_parameter(marker: str, options: list[Option] | None) -> None:
    (parameter,) = parameters(marker)
    assert parameter.options == (None if options is None else tuple(options))


def test_an_inner_distribution_follows_its_choice_and_names_it() -> None:
    text = "def model():\n    x = {{choice([0, uniform(0, 1), [choice([2, randint(3)])]])}}\n"
    found = compiled(text).space.parameters
    assert [(one.label, one.distribution, one.parent) for one in found] == [
        ("x", "choice", None),
        ("x.1", "uniform", ("x", 1)),
        ("x.2", "choice", ("x", 2)),
        ("x.2.1", "randint", ("x.2", 1)),
    ]
    assert [option.inner for option in found[0].options or ()] == ["", "x.1", ""]
    assert [text[one.marker.start : one.marker.end] for one in found] == [
        "{{choice([0, uniform(0, 1), [choice([2, randint(3)])]])}}",
        "uniform(0, 1)",
        "choice([2, randint(3)])",
        "randint(3)",
    ]


def test_every_place_is_a_span_of_the_text() -> None:
    text = "HIGH = 1\ndef model():\n    'é'; x = {{uniform(0, HIGH)}}\n"
    (parameter,) = compiled(text).space.parameters
    assert text[parameter.marker.start : parameter.marker.end] == "{{uniform(0, HIGH)}}"
    assert [text[one.span.start : one.span.end] for one in parameter.arguments] == ["0", "HIGH"]
    assert parameter.draws is None


def test_a_space_is_asked_by_label() -> None:
    space = SearchSpace(
        (
            Parameter("a", "uniform", (), None, Span(0, 0, 1)),
            Parameter("b", "normal", (Argument("mu", "0", Span(0, 0, 1), True),), None, Span(0, 2, 3)),
        )
    )
    assert space["b"].distribution == "normal"
    with pytest.raises(KeyError, match="c"):
        space["c"]
