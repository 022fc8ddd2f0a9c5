from __future__ import annotations

import pytest

from hypertemplate.compiler.markers.grammar import SIGNATURES
from hypertemplate.compiler.markers.marker import find_markers
from tests.compiler.support import codes, findings, tree


def found(text: str) -> tuple[list[str], list[str]]:
    """The text of each marker and the code of each finding."""
    markers, problems = find_markers(tree(text))
    return [text[m.span.start : m.span.end] for m in markers], [p.code.name for p in problems]


@pytest.mark.parametrize("name", list(SIGNATURES))
def test_every_distribution_makes_a_marker(name: str) -> None:
    (marker,), problems = find_markers(tree(f"x = {{{{{name}(1, 2)}}}}"))
    assert (marker.distribution, problems) == (name, [])


@pytest.mark.parametrize(
    ("text", "markers"),
    [
        pytest.param("{{uniform(0, 1)}}", ["{{uniform(0, 1)}}"], id="alone"),
        pytest.param("{ {uniform(0, 1)} }", ["{ {uniform(0, 1)} }"], id="blanks between the braces"),
        pytest.param("f(a={\n  {uniform(0, 1)}})", ["{\n  {uniform(0, 1)}}"], id="braces on two lines"),
        pytest.param("f({{\nuniform(0,\r1)\n}})", ["{{\nuniform(0,\r1)\n}}"], id="over many lines"),
        pytest.param("x = {{uniform(0, 1),}}", ["{{uniform(0, 1),}}"], id="a trailing comma"),
        pytest.param("x = {{uniform(0, 1)},}", ["{{uniform(0, 1)},}"], id="a trailing comma further out"),
        pytest.param("x = {{(uniform(0, 1))}}", ["{{(uniform(0, 1))}}"], id="the call in parentheses"),
        pytest.param("x = {({uniform(0, 1)})}", ["{({uniform(0, 1)})}"], id="the inner set in parentheses"),
        pytest.param(
            "x = {{  # why\n uniform(0, 1)}}", ["{{  # why\n uniform(0, 1)}}"], id="a comment in it"
        ),
        pytest.param("x = {{hp.uniform(0, 1)}}", ["{{hp.uniform(0, 1)}}"], id="a dotted name"),
        pytest.param("x = {{a.b().uniform(0, 1)}}", ["{{a.b().uniform(0, 1)}}"], id="an attribute of a call"),
        pytest.param(
            "x = {{choice([{'a': 1}, {1, 2}])}}", ["{{choice([{'a': 1}, {1, 2}])}}"], id="braces in options"
        ),
        pytest.param("x = {{choice(['}}', '{{'])}}", ["{{choice(['}}', '{{'])}}"], id="braces in strings"),
        pytest.param("x = {{{uniform(0, 1)}}}", ["{{uniform(0, 1)}}"], id="a set of one marker"),
        pytest.param(
            "x = {{{uniform(0, 1)}}, {{uniform(2, 3)}}}",
            ["{{uniform(0, 1)}}", "{{uniform(2, 3)}}"],
            id="a set of two markers",
        ),
        pytest.param(
            "x = {{{{uniform(0, 1)}}, {{uniform(2, 3)}}}}",
            ["{{uniform(0, 1)}}", "{{uniform(2, 3)}}"],
            id="two markers in a set in a set",
        ),
        pytest.param(
            "x = '😀é', {{choice(['日'])}}, {{uniform(0, 1)}}",
            ["{{choice(['日'])}}", "{{uniform(0, 1)}}"],
            id="among letters of several bytes",
        ),
        pytest.param(
            "{{choice([a, b])}}.x({{uniform(0, 1)}})[{{randint(3)}}] = {{normal(0, 1)}}",
            ["{{choice([a, b])}}", "{{uniform(0, 1)}}", "{{randint(3)}}", "{{normal(0, 1)}}"],
            id="several in source order",
        ),
    ],
)
def test_a_set_in_a_set_that_calls_a_distribution_is_a_marker(text: str, markers: list[str]) -> None:
    assert found(text) == (markers, [])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# {{uniform(0, 1)}}", id="a comment"),
        pytest.param('"""tried {{choice([1, 2])}} before"""', id="a docstring"),
        pytest.param("def f():\n    '''{{choice([1, 2])}}'''", id="the docstring of a function"),
        pytest.param("x = 1\n'{{choice([1, 2])}}'", id="a string put aside"),
        pytest.param("'{{name}}: {}'.format(x)", id="braces for str.format"),
        pytest.param("'$x^{{2}}$'", id="braces for TeX"),
        pytest.param("b'{{uniform(0, 1)}}'", id="bytes"),
        pytest.param("f'{{json}} {acc}'", id="doubled braces in an f-string"),
        pytest.param("f'{ {1, 2} }'", id="a set in an f-string"),
        pytest.param("{{1}, 2}", id="a set and something else in a set"),
        pytest.param("{1: {uniform(0, 1)}}", id="a set in a dict"),
        pytest.param("{{uniform(0, 1) for _ in x}}", id="a set comprehension in a set"),
        pytest.param("{uniform(0, 1)}", id="one set"),
        pytest.param("uniform(0, 1)", id="no set"),
        pytest.param("{[{uniform(0, 1)}]}", id="a list between the sets"),
        pytest.param("frozenset({frozenset({choice(x)})})", id="sets made by calls"),
    ],
)
def test_everything_else_is_left_alone(text: str) -> None:
    assert found(text) == ([], [])


@pytest.mark.parametrize(
    ("text", "markers", "codes"),
    [
        pytest.param("{{1}}", [], ["MARKER_CONTENT"], id="a number"),
        pytest.param("{{x}}", [], ["MARKER_CONTENT"], id="a name"),
        pytest.param("{{*x}}", [], ["MARKER_CONTENT"], id="an unpacked list"),
        pytest.param("{{uniform(0, 1) * 2}}", [], ["MARKER_CONTENT"], id="a product"),
        pytest.param("{{uniform(0, 1)()}}", [], ["MARKER_CONTENT"], id="a call of a call"),
        pytest.param("{{uniform(0, 1).real}}", [], ["MARKER_CONTENT"], id="an attribute of a call"),
        pytest.param("{{x := uniform(0, 1)}}", [], ["MARKER_CONTENT"], id="a walrus"),
        pytest.param("{{hp.uniform}}", [], ["MARKER_CONTENT"], id="no parentheses"),
        pytest.param("{{a[0]}}", [], ["MARKER_CONTENT"], id="an item of something else"),
        pytest.param("{{choice[1, 2]}}", [], ["MARKER_CONTENT"], id="square brackets"),
        pytest.param("{{hp.choise[1, 2]}}", [], ["MARKER_CONTENT"], id="square brackets and a slip"),
        pytest.param("{{choice([1]), 2}}", [], ["MARKER_CONTENT"], id="a call and something else"),
        pytest.param(
            "{{choice([1]), {{uniform(0, 1)}}}}",
            [],
            ["MARKER_CONTENT", "NESTED_MARKER"],
            id="a marker as second item",
        ),
        pytest.param("{{choise([1])}}", [], ["UNKNOWN_DISTRIBUTION"], id="a slip"),
        pytest.param("{{np.random.rand(3)}}", [], ["UNKNOWN_DISTRIBUTION"], id="another call"),
        pytest.param("{{choise([1])[i]}}", [], ["UNKNOWN_DISTRIBUTION"], id="a slip for each iteration"),
        pytest.param("{{f()([1])[i]}}", [], ["MARKER_CONTENT"], id="a call of a call for each iteration"),
        pytest.param(
            "{{choice([{{uniform(0, 1)}}, {{randint(3)}}])}}",
            ["{{choice([{{uniform(0, 1)}}, {{randint(3)}}])}}"],
            ["NESTED_MARKER"] * 2,
            id="markers inside a marker",
        ),
        pytest.param(
            "{{choise([{{uniform(0, 1)}}])}}",
            [],
            ["UNKNOWN_DISTRIBUTION", "NESTED_MARKER"],
            id="a marker inside a slip",
        ),
        pytest.param("{{{{uniform(0, 1)}}}}", [], ["MARKER_CONTENT"], id="four braces"),
        pytest.param("{{{{{{uniform(0, 1)}}}}}}", [], ["MARKER_CONTENT"], id="six braces"),
        pytest.param("f'{{uniform(0, 1)}}'", [], ["MARKER_IN_FSTRING"], id="braces in an f-string"),
        pytest.param(
            "f'{ {{uniform(0, 1)}} }'", [], ["MARKER_IN_FSTRING"], id="a set in a set in an f-string"
        ),
        pytest.param("f'{f({{x}})}'", [], ["MARKER_IN_FSTRING"], id="any set in a set in an f-string"),
        pytest.param(
            "f'''\n{{ hp.choice([1,\n2]) }}'''", [], ["MARKER_IN_FSTRING"], id="over lines in an f-string"
        ),
        pytest.param(
            "f'{{uniform(0, 1)}} { {{randint(3)}} }'",
            [],
            ["MARKER_IN_FSTRING"],
            id="one finding for an f-string",
        ),
        pytest.param(
            "x = '{{uniform(0, 1)}}'", [], ["MARKER_IN_STRING"], id="a string that looks like a marker"
        ),
        pytest.param(
            "f('a {{ hp.choice([1,\\n2]) }} b')", [], ["MARKER_IN_STRING"], id="a string that holds one"
        ),
        pytest.param(
            "{{choice(['{{uniform(0, 1)}}'])}}",
            ["{{choice(['{{uniform(0, 1)}}'])}}"],
            ["MARKER_IN_STRING"],
            id="a string in a marker",
        ),
    ],
)
def test_what_looks_like_a_marker_and_is_none(text: str, markers: list[str], codes: list[str]) -> None:
    assert found(text) == (markers, codes)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = '{{uniform(0, 1)}}' f'{y}'", id="before it"),
        pytest.param("x = (f'{y}'\n  r'{{uniform(0, 1)}}')", id="on the line below"),
    ],
)
def test_a_string_beside_an_f_string_is_no_f_string(text: str) -> None:
    assert found(text) == ([], ["MARKER_IN_STRING"])


def test_a_marker_in_a_string_and_in_the_f_string_beside_it() -> None:
    assert "MARKER_IN_FSTRING" in found("x = '{{uniform(0, 1)}}' f'{{uniform(0, 1)}}'")[1]


@pytest.mark.parametrize(
    ("text", "got"),
    [
        pytest.param("{{}}", "; this one is empty", id="nothing in the braces"),
        pytest.param("{{x: uniform(0, 1)}}", ", got x: uniform(0, 1)", id="a dict"),
        pytest.param("{{**uniform(0, 1)}}", ", got **uniform(0, 1)", id="an unpacked dict"),
    ],
)
def test_a_dict_in_a_set_was_meant_for_a_marker(text: str, got: str) -> None:
    assert findings(f"def model():\n    return {text}\n").split("\n")[0] == (
        f"model.py:2:12: error HT101: a marker must contain one distribution call{got}"
    )


@pytest.mark.parametrize(
    ("text", "codes_found"),
    [
        pytest.param("{uniform(0, 1)}", ["MARKER_CONTENT"], id="one brace"),
        pytest.param("{1, uniform(0, 1)}", ["UNDEFINED_NAME"], id="a set of two"),
        pytest.param("f'{ {uniform(0, 1)} }'", ["UNDEFINED_NAME"], id="in an f-string"),
        pytest.param("{{uniform(0, 1)}}", [], id="two braces"),
        pytest.param("{{{uniform(0, 1)}}}", [], id="a set of a draw"),
    ],
)
def test_one_brace_is_no_marker(text: str, codes_found: list[str]) -> None:
    assert codes(f"def model():\n    return {text}, {{{{randint(2)}}}}\n") == codes_found


def test_one_brace_around_the_users_own_function_is_a_set() -> None:
    assert (
        codes("def uniform(a, b): return a\ndef model():\n    return {uniform(0, 1)}, {{randint(2)}}\n") == []
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def draw(choice): return {choice([1, 2])}\n", id="of a parameter"),
        pytest.param(
            "def draw(x):\n    normal = x.normal\n    return {normal(0, 1)}\n", id="of a local variable"
        ),
    ],
)
def test_one_brace_around_a_local_name_is_a_set(text: str) -> None:
    assert codes(f"{text}def model():\n    return {{{{randint(2)}}}}\n") == []
