from __future__ import annotations

import ast

import pytest

from hypertemplate.compiler.effects import changed, root


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("a.append(1)", "a", id="a method that is called for its effect"),
        pytest.param("a.b.c(1).d()", "a", id="a chain of methods"),
        pytest.param("a[0].append(1)", "a", id="a method of an item"),
        pytest.param("a['x'] = 1", "a", id="an item that is assigned"),
        pytest.param("a.b[0].c = 1", "a", id="an attribute that is assigned"),
        pytest.param("x, a[0], (b.c, *d.e) = 1", "a b d", id="items and attributes among other targets"),
        pytest.param("a += 1", "a", id="an augmented assignment"),
        pytest.param("a[0] += 1", "a", id="of an item"),
        pytest.param("del a[0], b.c", "a b", id="a deletion"),
        pytest.param("del a", "", id="not the deletion of a name"),
        pytest.param("for a[0] in b: pass", "a", id="a loop's target"),
        pytest.param("with x as a.b: pass", "a", id="a context's target"),
        pytest.param("if x:\n    for y in z:\n        a.append(y)", "a", id="inside blocks"),
        pytest.param("history = a.fit(1)", "a", id="fit, whose result is kept"),
        pytest.param("x = a.fit_transform(1)", "a", id="fit and more"),
        pytest.param("x = a.pop()", "", id="not another method whose result is kept"),
        pytest.param("x = a", "", id="not a name that is read"),
        pytest.param("print(a)", "", id="not an argument"),
        pytest.param("f(1).append(2)", "f", id="what a function hands back"),
        pytest.param("'a'.join(b)", "", id="not a constant"),
        pytest.param("[].append(a)", "", id="not a list without a name"),
        pytest.param("def f(): a.append(1)", "", id="not the body of a function"),
        pytest.param("class A: a.append(1)", "", id="nor of a class"),
        pytest.param("x = lambda: a.fit(1)", "", id="nor of a lambda"),
    ],
)
def test_what_a_statement_changes(text: str, names: str) -> None:
    assert sorted(changed(ast.parse(text).body[0])) == names.split()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("def f(): a.append(1)", "a", id="of a function"),
        pytest.param("class A:\n    def f(self): self.x = a.fit(1)", "a self", id="of a method"),
        pytest.param("x = lambda: a.fit(1)", "a", id="of a lambda"),
    ],
)
def test_with_the_bodies(text: str, names: str) -> None:
    assert sorted(changed(ast.parse(text).body[0], bodies=True)) == names.split()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("a", "a", id="a name"),
        pytest.param("a.b[c].d(e).f", "a", id="the first name of a chain"),
        pytest.param("(a or b).c", "", id="nothing where there is no single name"),
    ],
)
def test_the_name_at_the_root(text: str, name: str) -> None:
    assert "".join(root(ast.parse(text, mode="eval").body)) == name
