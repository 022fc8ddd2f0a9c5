"""Tests of one drawn value against constants."""

from __future__ import annotations

import ast

import pytest

from hypertemplate.compiler.edits.branches import VALUE, is_test, shown, takes
from hypertemplate.compiler.edits.changes import Branch


def _is_value(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == VALUE


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        pytest.param("_", True, id="the value itself"),
        pytest.param("not _", True, id="its negation"),
        pytest.param("_ == 'sgd'", True, id="a constant"),
        pytest.param("3 < _ <= 4", True, id="a chain"),
        pytest.param("_ in ('a', 'b') or _ == 'c'", True, id="a tuple, one of two"),
        pytest.param("_ in ['a', 'b']", True, id="a list of constants"),
        pytest.param("_ is None", True, id="the one None"),
        pytest.param("_ is 'a'", False, id="the identity of a text"),
        pytest.param("_ == n", False, id="another name"),
        pytest.param("_ in [n]", False, id="a list with a name"),
        pytest.param("f(_)", False, id="a call"),
        pytest.param("_ == 1 and n", False, id="another condition"),
    ],
)
def test_what_is_a_test_of_one_value(test: str, expected: bool) -> None:
    assert is_test(ast.parse(test, mode="eval").body, _is_value) is expected


@pytest.mark.parametrize(
    ("test", "value", "result"),
    [
        pytest.param("_ == 'sgd'", "sgd", True, id="equal"),
        pytest.param("_ != 'sgd'", "sgd", False, id="not equal"),
        pytest.param("_ in ['a', 'b']", "b", True, id="in a list"),
        pytest.param("_ not in ('a', 'b')", "b", False, id="not in a tuple"),
        pytest.param("1 < _ <= 2", 3, False, id="beyond a range"),
        pytest.param("1 < _ <= 2", 2, True, id="in a range"),
        pytest.param("_ < 1 or _ >= 3", 3, True, id="one of two"),
        pytest.param("_ > 1 and _ < 3", 3, False, id="both"),
        pytest.param("not _", 0, True, id="a negation"),
        pytest.param("_ is None", None, True, id="None"),
        pytest.param("_ is not None", None, False, id="not None"),
        pytest.param("_ > 3", "relu", None, id="what raises"),
        pytest.param("_ == 'sgd'", [1], None, id="a value that code may change"),
    ],
)
def test_which_branch_a_value_takes(test: str, value: object, result: bool | None) -> None:
    taken = {branch: takes(Branch("x", False, test, branch, ""), value) for branch in (True, False)}
    assert taken == ({True: True, False: True} if result is None else {result: True, not result: False})


@pytest.mark.parametrize(
    ("test", "taken", "expected"),
    [
        pytest.param("_ == 'sgd'", True, "optimizer='sgd'", id="equal"),
        pytest.param("_ != 'sgd'", False, "optimizer='sgd'", id="not unequal"),
        pytest.param("_ == 'sgd'", False, "optimizer != 'sgd'", id="not equal"),
        pytest.param("_ > 3", True, "optimizer > 3", id="greater"),
        pytest.param("_ > 3", False, "not optimizer > 3", id="not greater"),
    ],
)
def test_how_a_branch_is_shown(test: str, taken: bool, expected: str) -> None:
    assert shown(ast.parse(test, mode="eval").body, "optimizer", taken=taken) == expected
