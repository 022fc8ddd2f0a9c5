from __future__ import annotations

import ast

import pytest

from hypertemplate.compiler.dataflow.function_effects import kept_functions, local_effects
from hypertemplate.compiler.dataflow.mutations import changed
from tests.compiler.support import module


def changes(text: str) -> list[str]:
    """The names whose objects the last statement changes."""
    tree = ast.parse(text)
    return sorted(set(changed(tree.body[-1], local=local_effects([tree], {}))))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("def f(x): x.append(1)\ny = f(a)", "a", id="a method"),
        pytest.param("def f(x): x[0] = 1\ny = f(a)", "a", id="an item"),
        pytest.param("def f(x): x /= 255\ny = f(a)", "a", id="an augmented assignment"),
        pytest.param("f = lambda x: x.append(1)\ny = f(a)", "a", id="a lambda"),
        pytest.param("def f(x, y): y.append(x)\ny = f(a, b)", "b", id="by position"),
        pytest.param("def f(x, y): y.append(x)\ny = f(y=a, x=b)", "a", id="by keyword"),
        pytest.param("def f(x, *, y): y.append(x)\ny = f(a, y=b)", "b", id="by keyword alone"),
        pytest.param("def f(*x): x[0].append(1)\ny = f(a, b)", "a b", id="any number"),
        pytest.param("def f(**x): x['a'].append(1)\ny = f(a=b)", "b", id="any keywords"),
        pytest.param("def f(x): x.append(1)\ny = f(*a)", "a", id="from a list"),
        pytest.param("def f(x): x.append(1)\ny = f(**a)", "a", id="from a dict"),
        pytest.param("def f(x): x.append(1)\ny = f([a, b.c])", "a b", id="in a list"),
        pytest.param("def f(x): x.append(1)\ny = f(g(a))", "", id="not through an unknown call"),
        pytest.param("def f(x):\n    y = x\n    y.append(1)\ny = f(a)", "a", id="by another name"),
        pytest.param("def f(x):\n    for y in x: y.append(1)\ny = f(a)", "a", id="its items"),
        pytest.param("def f(x):\n    for x in x: x.append(1)\ny = f(a)", "a", id="by the same name"),
        pytest.param("def f(x):\n    y = x.T.reshape(3)\n    y[0] = 1\ny = f(a)", "a", id="a view"),
        pytest.param("def f(x):\n    if x: y = x\n    y.append(1)\ny = f(a)", "a", id="perhaps"),
        pytest.param("def f(x): return g(x)\ndef g(x): x.append(1)\ny = f(a)", "a", id="through another"),
        pytest.param("def f(x):\n    def g(): x.append(1)\n    g()\ny = f(a)", "a", id="a function inside"),
        pytest.param("class A:\n    def __init__(self, x): x.append(1)\ny = A(a)", "a", id="a class"),
        pytest.param("class A:\n    def f(self, x): x.append(1)\ny = b.f(a)", "a", id="a method"),
        pytest.param(
            "class A:\n    @staticmethod\n    def f(x): x.append(1)\ny = b.f(a)", "a", id="a static method"
        ),
        pytest.param("class A:\n    def f(self): self.n += 1\ny = b.f()", "b", id="its own object"),
        pytest.param("class A:\n    def f(self): self.n += 1\ng(b.f)", "b", id="passed on"),
        pytest.param("class A:\n    def __call__(self): self.n += 1\ny = b()", "b", id="what is called"),
        pytest.param(
            "class A:\n    def __iter__(self): self.n = 1\nfor y in b: pass", "b", id="what is gone through"
        ),
        pytest.param(
            "class A:\n    def __iter__(self): self.n = 1\nz = [y for y in b]", "b", id="in a comprehension"
        ),
        pytest.param(
            "class A:\n    def __exit__(self, *a): self.n = 1\nwith b as c: pass", "b", id="a context"
        ),
        pytest.param("try:\n    def f(x): x.append(1)\nexcept E: pass\ny = f(a)", "a", id="in a try"),
        pytest.param("def f(x):\n    x = x / 255\n    x += 1\ny = f(a)", "", id="not a new array"),
        pytest.param("def f(x):\n    x, y = list(x), 1\n    x[0] = y\ny = f(a)", "", id="not a copy"),
        pytest.param("def f(x): return x.append\ny = g(a)", "", id="not another function"),
        pytest.param("def f(): pass\ny = f(a)", "", id="not without a parameter"),
        pytest.param("class A:\n    def f(): pass\ny = b.f(a)", "", id="not without self"),
        pytest.param("class A:\n    def __init__(self): self.n = 1\ny = A()", "", id="not what is made"),
    ],
)
def test_the_template_s_functions_that_change_what_they_are_given(text: str, names: str) -> None:
    assert changes(text) == names.split()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("f = twice", "f: twice", id="another name"),
        pytest.param("f = [twice, (once, 3)]", "f: once, f: twice", id="a list"),
        pytest.param("f = {'a': twice}", "f: twice", id="a dict"),
        pytest.param("f = partial(twice, 2)", "f: partial, f: twice", id="partial"),
        pytest.param("f = Callback(on_end=log)", "f: Callback, f: log", id="an object that is given it"),
        pytest.param("f = keras.Callback(log)", "f: log", id="of an imported class"),
        pytest.param("f = Callback(lambda: 1)", "f: Callback, f: lambda: 1", id="a lambda"),
        pytest.param("rows = list(map(parse, lines))", "", id="not what was called already"),
    ],
)
def test_functions_that_are_kept_to_be_called(text: str, kept: str) -> None:
    pairs = kept_functions(ast.parse(text).body[0])
    shown = (f"{name}: {ast.unparse(function).replace('lambda :', 'lambda:')}" for name, function in pairs)
    assert ", ".join(sorted(shown)) == kept  # Python 3.10 has a space there


@pytest.mark.parametrize(
    ("text", "name", "names"),
    [
        pytest.param("def f(): a.append(1)", "f", "a", id="a function"),
        pytest.param("def f(): g()\ndef g(): a.append(1)", "f", "a", id="through another"),
        pytest.param("def f():\n    global a\n    a = 1", "f", "a", id="a global name"),
        pytest.param("def f():\n    b = a\n    b.append(1)", "f", "a", id="by a name of its own"),
        pytest.param("def f():\n    a = []\n    a.append(1)", "f", "", id="not a list of its own"),
        pytest.param("def f(x, m=a): m[x] = 1", "f", "a", id="a default"),
        pytest.param("f = lambda x, m=a: m.append(x)", "f", "a", id="of a lambda"),
        pytest.param("class A:\n    def f(self): a.append(1)\nb = A()", "b", "a", id="an object"),
        pytest.param("def f(): a.append(1)\ng = [f]", "g", "a", id="a list of functions"),
        pytest.param("g = C(lambda: a.append(1))", "g", "a", id="a lambda that an object keeps"),
        pytest.param("if x:\n    def f(): a.append(1)", "f", "a", id="in a branch"),
    ],
)
def test_what_calling_a_name_changes(text: str, name: str, names: str) -> None:
    assert sorted(module("a = x = 0\n" + text).changed_when_called.get(name, ())) == names.split()
