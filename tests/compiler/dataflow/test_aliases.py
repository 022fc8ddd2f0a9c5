from __future__ import annotations

import ast

import pytest

from hypertemplate.compiler.dataflow.aliases import built_from
from hypertemplate.compiler.syntax.nodes import root
from tests.compiler.support import module


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("x = f(a, k=b)", "a b f", id="what a call is given"),
        pytest.param("x = a + [b]", "a b", id="lists that are joined"),
        pytest.param("x = a / b - c ** d", "", id="not arithmetic"),
        pytest.param("x = [len(a), a.shape[0], a.mean(), str(a), f'{a}', -a, a > b]", "", id="not sizes"),
        pytest.param("x = a[b]", "a", id="not an index"),
        pytest.param("x = a if b else c", "a c", id="not a condition"),
        pytest.param("for i in a: x = b", "a b", id="in a block"),
    ],
)
def test_what_a_statement_is_built_from(text: str, names: str) -> None:
    assert sorted(built_from(ast.parse(text).body[0])) == names.split()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("a = 3\nb = 'x', -a, f'{a}'\nc = b[0] * 2", "a b c", id="numbers and texts"),
        pytest.param("a = len(x)\nb = x.shape[1:]", "a b", id="sizes"),
        pytest.param("a = 3\na = 4", "a", id="bound twice"),
        pytest.param("a = 3\na = []", "", id="not a list"),
        pytest.param("a = 3\ndef f():\n    global a\n    a = []", "", id="not what a function binds"),
        pytest.param("a = 3\na += 1", "", id="not what is added to"),
        pytest.param("a = load()\nb = a.x", "", id="not what is called or held"),
        pytest.param("import a", "", id="not a module"),
        pytest.param("for a in (1, 2): pass", "", id="not what a loop binds"),
    ],
)
def test_names_of_what_nothing_can_change(text: str, names: str) -> None:
    assert sorted(module(text).constants) == names.split()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("a.b(c)[d].e", "a", id="a chain"),
        pytest.param("'a'.join(b)", "", id="not a constant"),
    ],
)
def test_the_name_at_the_root(text: str, names: str) -> None:
    assert list(root(ast.parse(text, mode="eval").body)) == names.split()
