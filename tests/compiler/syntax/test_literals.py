from __future__ import annotations

import ast

import pytest

from hypertemplate.compiler.syntax.literals import is_constant, is_literal, known_value, number


def expression(text: str) -> ast.expr:
    """The tree of an expression."""
    return ast.parse(text, mode="eval").body


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("3", 3, id="a whole number"),
        pytest.param("-2.5", -2.5, id="a sign"),
        pytest.param("+-+3", -3, id="several signs"),
        pytest.param("1e-3", 1e-3, id="an exponent"),
        pytest.param("0x10", 16, id="hexadecimal"),
        pytest.param("1_000", 1000, id="with underscores"),
        pytest.param("2 ** 10", 1024, id="a power"),
        pytest.param("2 ** -1", 0.5, id="a negative power"),
        pytest.param("(1 + 2) * 3 - 4", 5, id="sums and products"),
        pytest.param("7 / 2", 3.5, id="a quotient"),
        pytest.param("7 // 2", 3, id="a whole quotient"),
        pytest.param("7 % 4", 3, id="a remainder"),
        pytest.param("1e400", float("inf"), id="too large for a float"),
    ],
)
def test_arithmetic_on_numbers_has_a_value(text: str, value: float) -> None:
    result = number(expression(text))
    assert (result, type(result)) == (value, type(value))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x", id="a name"),
        pytest.param("1 + x", id="a sum with a name"),
        pytest.param("x * 2", id="a product with a name"),
        pytest.param("-x", id="a negated name"),
        pytest.param("True", id="a truth value"),
        pytest.param("'3'", id="a string"),
        pytest.param("1j", id="an imaginary number"),
        pytest.param("None", id="nothing"),
        pytest.param("~3", id="an inversion"),
        pytest.param("not 3", id="a negation"),
        pytest.param("1.5 << 3", id="a shift of what is not whole"),
        pytest.param("1 / 0", id="a division by zero"),
        pytest.param("7 % 0", id="a remainder by zero"),
        pytest.param("0 ** -1", id="a negative power of zero"),
        pytest.param("(-8) ** 0.5", id="a complex root"),
        pytest.param("10.0 ** 400", id="a power beyond floats"),
        pytest.param("9 ** 9 ** 9", id="a power that would take for ever"),
        pytest.param("(10 ** 7) ** 2", id="a power of a large number"),
        pytest.param("math.log(3)", id="a call"),
        pytest.param("[3][0]", id="an item"),
    ],
)
def test_everything_else_has_no_value_before_it_runs(text: str) -> None:
    assert number(expression(text)) is None


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        pytest.param("'a'", True, id="a string"),
        pytest.param("[1, (2, {'a': {3}})]", True, id="displays of constants"),
        pytest.param("-1 + 2j", True, id="a complex number"),
        pytest.param("set()", True, id="an empty set, as literal_eval knows it"),
        pytest.param("...", True, id="an ellipsis"),
        pytest.param("x", False, id="a name"),
        pytest.param("[x]", False, id="a list of a name"),
        pytest.param("1 + 2", False, id="arithmetic"),
        pytest.param("{[]: 1}", False, id="a list as a key, which raises"),
        pytest.param("f'a'", False, id="an f-string"),
    ],
)
def test_what_literal_eval_can_read(text: str, literal: bool) -> None:
    assert is_literal(expression(text)) is literal


@pytest.mark.parametrize(
    ("text", "constant"),
    [
        pytest.param("'a'", True, id="a string"),
        pytest.param("-1", True, id="a negative number"),
        pytest.param("None", True, id="None"),
        pytest.param("(1, ('a', -2.5))", True, id="tuples of constants"),
        pytest.param("()", True, id="the empty tuple"),
        pytest.param("[1]", False, id="a list, which can be changed"),
        pytest.param("{'a': 1}", False, id="a dict, which can be changed"),
        pytest.param("(1, [2])", False, id="a tuple that holds a list"),
        pytest.param("-x", False, id="a negated name"),
        pytest.param("x", False, id="a name"),
        pytest.param("1 + 2", False, id="arithmetic"),
    ],
)
def test_what_one_object_can_serve(text: str, constant: bool) -> None:
    assert is_constant(expression(text)) is constant


def test_the_repr_of_an_object_is_no_known_value() -> None:
    assert known_value("<Adam object at 0x7f>") == ()
