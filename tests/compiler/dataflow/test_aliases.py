from __future__ import annotations

import ast

import pytest

from hypertemplate.compiler.dataflow.aliases import built_from, shared
from tests.compiler.support import module


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("a", "a", id="a name"),
        pytest.param("a.b[c].d", "a", id="a part"),
        pytest.param("a.shape", "", id="not its shape"),
        pytest.param("[a, (b, *c), {'k': d}, {e}]", "a b c d e", id="what holds it"),
        pytest.param("a if b else c", "a c", id="one of two"),
        pytest.param("a or b", "a b", id="a fallback"),
        pytest.param("(a := b)", "b", id="a walrus"),
        pytest.param("[a for b in c]", "a c", id="a comprehension"),
        pytest.param("{a: b for c in d}", "b d", id="of a dict"),
        pytest.param("a.reshape(3)", "a", id="a view"),
        pytest.param("np.reshape(a, 3)", "a np", id="a view by a function"),
        pytest.param("f(a)", "", id="not what a call makes"),
        pytest.param("a + b", "", id="not a sum"),
    ],
)
def test_the_names_whose_objects_a_value_may_hold(text: str, names: str) -> None:
    assert sorted(shared(ast.parse(text, mode="eval").body)) == names.split()


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
    ("text", "name", "names"),
    [
        pytest.param("b = a", "a", "a b", id="the same object"),
        pytest.param("b = a", "b", "a b", id="from the other side"),
        pytest.param("b, c = a, d", "c", "c d", id="in tuples"),
        pytest.param("b = [a]", "b", "a b", id="what it holds"),
        pytest.param("b = [a]", "a", "a", id="not what holds it"),
        pytest.param("b = a[0]", "a", "a b", id="a part"),
        pytest.param("b.append(a)", "b", "a b", id="what is put into it"),
        pytest.param("b.fit(a)", "b", "b", id="not what a method is given"),
        pytest.param("class B:\n    c = a", "B", "B a", id="a class"),
        pytest.param("def f(): return a\nb = f()", "b", "a b f", id="what a function returns"),
        pytest.param("def f(x): return x\nb = f(a)", "b", "a b", id="what it hands back"),
        pytest.param("def f(x):\n    x = x / 2\n    return x\nb = f(a)", "b", "b", id="not what it makes"),
        pytest.param("def f(x): return d if x else x\nb = f(a)", "b", "a b d f", id="either"),
        pytest.param("import os as a\nb = a.path", "b", "b", id="not a module"),
        pytest.param("import os as b\nb.path = a", "b", "b", id="nor in a module"),
        pytest.param("a = 3\nb = [a]", "b", "b", id="not a number"),
    ],
)
def test_what_is_reached_by_a_name(text: str, name: str, names: str) -> None:
    assert sorted(module("d = []\n" + text).sharing.reached(name)) == names.split()


def test_through_which_names_a_change_is_seen() -> None:
    sharing = module("a = []\nb = [a]\nc = [a]\nd = []").sharing
    assert sorted(sharing.seen_through("b")) == ["a", "b", "c"]
    assert sorted(sharing.holders("a")) == ["a", "b", "c"]
    assert sorted(sharing.holders("d")) == ["d"]


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
