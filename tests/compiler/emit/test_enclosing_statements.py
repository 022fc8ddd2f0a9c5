"""The statement that each marker stands in."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.emit.fingerprint import enclosing_statements
from tests.compiler.support import Text, cells, compiled

MARKER = "{{uniform(0, 1)}}"


def statements(text: Text) -> dict[str, str]:
    return enclosing_statements(compiled(text))


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        pytest.param(f"    return {MARKER}", f"return {MARKER}", id="a simple statement"),
        pytest.param(
            "    return  max( # the larger\n        {{uniform(\n 0, 1)}}, 0 )",
            f"return max({MARKER}, 0)",
            id="layout and comments do not count",
        ),
        pytest.param("    return <<uniform(0, 1)>>", f"return {MARKER}", id="the other spelling"),
        pytest.param(f"    if True:\n        return {MARKER}", f"return {MARKER}", id="the innermost"),
        pytest.param(
            f"    if {MARKER} > 0.5:\n        return 1\n    else:\n        return 2",
            f"if {MARKER} > 0.5:\n    pass",
            id="the head of an if",
        ),
        pytest.param(
            f"    while {MARKER} > 2:\n        pass\n    else:\n        return 2",
            f"while {MARKER} > 2:\n    pass",
            id="the head of a loop",
        ),
        pytest.param(
            f"    def inner(rate={MARKER}):\n        return rate\n    return inner()",
            f"def inner(rate={MARKER}):\n    pass",
            id="the head of a def",
        ),
        pytest.param(
            f"    with open({MARKER}):\n        return 1",
            f"with open({MARKER}):\n    pass",
            id="the head of a with",
        ),
        pytest.param(
            f"    match {MARKER}:\n        case _:\n            return 1",
            f"match {MARKER}:",
            id="the head of a match",
        ),
        pytest.param(
            f"    try:\n        x = 1\n    except open({MARKER}):\n        x = 2\n    finally:\n        x = 3\n    return x",
            "try:\n    pass",
            id="of what is no statement, the statement around it",
        ),
    ],
)
def test_a_statement(text: str, statement: str) -> None:
    assert list(statements(f"def model():\n{text}\n").values()) == [statement]


def test_two_markers_in_one_statement_and_one_in_another_part() -> None:
    first = "rate = {{uniform(0, 1)}}"
    both = "def model():\n    return rate + {{choice([1, {{}}])}}".replace("{{}}", "uniform(2, 3)")
    assert statements(cells(first, both)) == {
        "rate": first,
        "choice": "return rate + {{choice([1, uniform(2, 3)])}}",
        "choice.1": "return rate + {{choice([1, uniform(2, 3)])}}",
    }


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        pytest.param("rate = 0  {}\n", "rate = {}", id="at the top level"),
        pytest.param("def model():\n    rate = 0  {}\n    return rate\n", "rate = {}", id="in a function"),
        pytest.param("rate = [\n    0,\n]  {}\n", "rate = [{}]", id="after a closing bracket"),
        pytest.param(
            "class Settings:\n    rate = 0; name = 'a'  {}\nloss = Settings.rate\n",
            "rate = {}",
            id="of several on a line",
        ),
    ],
)
def test_what_a_choice_in_a_comment_contains_stands_where_the_value_does(text: str, statement: str) -> None:
    call = "choice([0, uniform(1, 2)])"
    expected = statement.replace("{}", f"{{{{{call}}}}}")
    assert statements(text.replace("{}", f"# tune: {call}")) == {"rate": expected, "rate.1": expected}
