from __future__ import annotations

import pytest

from hypertemplate.compiler.dataflow.effects import Change
from tests.compiler.support import module

NAMES = "a, b, c, d, e, x, y = [], [], [], [], [], [], []\n"


def changes(text: str, *degrees: Change) -> list[str]:
    """The names that the last statement of a text changes, to these degrees, in order."""
    found = module(NAMES + text)
    last = found.facts.changes(found.statements[-1])
    return sorted(name for name, how in last.items() if how in degrees)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("a.append(1)", "a", id="a method that is called for its effect"),
        pytest.param("a[0].append(1)", "a", id="a method of an item"),
        pytest.param("a['x'] = 1", "a", id="an item that is assigned"),
        pytest.param("a.b[0].c = 1", "a", id="an attribute that is assigned"),
        pytest.param("x, a[0], (b.c, *d.e) = 1", "a b d", id="items and attributes among other targets"),
        pytest.param("x[0], y[0] = 1, 2", "x y", id="one value for each"),
        pytest.param("x[0], *y[0] = a, b, c", "x y", id="a value for the rest"),
        pytest.param("a += [1]", "a", id="an augmented assignment"),
        pytest.param("a[0] += 1", "a", id="of an item"),
        pytest.param("a.b: int = 1", "a", id="an attribute with an annotation"),
        pytest.param("e: a.pop()", "a", id="an annotation"),
        pytest.param("del a[0], b.c", "a b", id="a deletion"),
        pytest.param("del a", "", id="not the deletion of a name"),
        pytest.param("for a[0] in b: pass", "a", id="a loop's target"),
        pytest.param("with x as a.b: pass", "a", id="a context's target"),
        pytest.param("if x:\n    while y:\n        a.append(y)\nelse:\n    b.pop()", "a b", id="in blocks"),
        pytest.param("a.getroot().append(1)", "a", id="a part that a method of a library gives"),
        pytest.param("for x in a.find('b').iter():\n    x.text = 1", "a x", id="parts of such a part"),
        pytest.param("a.get_layer('b').trainable = 1", "a", id="an attribute of such a part"),
        pytest.param("a.describe().append(1)", "", id="not what another one has made"),
        pytest.param("for x in a: x.append(1)", "a x", id="the items of a loop"),
        pytest.param("for x, y in zip(a, b): y.c = 1", "a b y", id="the items of a loop over two"),
        pytest.param("for x in a:\n    for y in x.z: y.c = 1", "a x y", id="the items of a loop in a loop"),
        pytest.param("[x.fit(1) for x in a]", "a", id="the items of a comprehension"),
        pytest.param("{x: y.pop() for x in a for y in x if y}", "a", id="of two loops"),
        pytest.param("match a:\n    case {'k': [x, *y]} if x: x.append(1)", "a x", id="what a pattern takes"),
        pytest.param(
            "try:\n    a.pop()\nexcept E as e:\n    b.pop()\nfinally:\n    c.pop()", "a b c", id="in a try"
        ),
        pytest.param("assert a.pop(), b.pop()", "a b", id="in an assertion"),
        pytest.param("y = a.fit(1)", "a", id="fit, whose result is kept"),
        pytest.param("x = a.pop()", "a", id="a method that is known to change its object"),
        pytest.param("x = f(end=a.append)", "a", id="that is passed on"),
        pytest.param("(x := a).append(1)", "a", id="what a walrus binds"),
        pytest.param("(a if b else c).append(1)", "a c", id="one of two"),
        pytest.param("(a or b).append(1)", "a b", id="a fallback"),
        pytest.param("[a][0].append(1)", "a", id="an item of a list"),
        pytest.param("{**{'k': a}}['k'].append(1)", "a", id="an item of a dict"),
        pytest.param("[*[a]][0].append(1)", "a", id="of a list that was spread"),
        pytest.param("(a + [b])[0].append(1)", "a b", id="of joined lists"),
        pytest.param("(a - b).append(1)", "", id="not of numbers"),
        pytest.param("setattr(a, 'x', b)", "a", id="setattr"),
        pytest.param("vars(a)['x'] = 1", "a", id="vars of an object"),
        pytest.param("a.__dict__['x'] = 1", "a", id="its dict"),
        pytest.param("globals()['a'].append(1)", "a", id="a name as a text"),
        pytest.param("globals()['a'] = b", "", id="not where the name is bound"),
        pytest.param("exec('a.append(1)')", "a", id="code as a text"),
        pytest.param("import heapq\nheapq.heappush(a, b)", "a", id="a function known to change its first"),
        pytest.param("import numpy\nnumpy.add(a, 1, out=b)", "b", id="what NumPy writes to"),
        pytest.param("import copy\ncopy.deepcopy([a])[0].append(1)", "", id="not what is copied"),
        pytest.param("x = a.predict()", "", id="not another method whose result is kept"),
        pytest.param("a.summary()", "", id="nor one that shows"),
        pytest.param("print(a)", "", id="not an argument"),
        pytest.param("def f(): a.append(1)", "", id="not the body of a function"),
        pytest.param("x = lambda: a.fit(1)", "", id="nor of a lambda"),
        pytest.param("class A: a.append(1)", "a", id="the body of a class"),
        pytest.param("def f(x=a.append(1)): pass", "a", id="a default"),
        pytest.param("def f(x: a.append(1)) -> b.pop(): pass", "a b", id="annotations"),
        pytest.param("@a.append\ndef f(): pass", "a", id="a decorator"),
        pytest.param("def f(): a.append(1)\nf()", "a", id="what a function changes"),
        pytest.param("def f(x): x.append(1)\nf(a)", "a", id="its argument"),
        pytest.param("def f(x): x[0].append(1)\nf([a])", "a", id="a part of its argument"),
        pytest.param("def f(*x, **y): x[0].append(1); y['k'].append(1)\nf(a, k=b)", "a b", id="the rest"),
        pytest.param("def f(x, *, y): y.append(1)\nf(*a, **b)", "b", id="arguments that were spread"),
        pytest.param("def f(x): g(x)\ndef g(x): x.append(1)\nf(a)", "a", id="through another function"),
        pytest.param("def f(x): return x\nf(a).append(1)", "a", id="what it hands back"),
        pytest.param("def f(x):\n    x = x / 255\n    x += 1\nf(a)", "", id="not a new array"),
        pytest.param("def f(x):\n    x, y = list(x), 1\n    x[0] = y\nf(a)", "", id="not a copy"),
        pytest.param("def f(x, m=a): m.append(x)\nf(b)", "f", id="a default that is changed"),
        pytest.param("def f(g): g()\ndef h(): a.append(1)\nf(h)", "a", id="a function that is called back"),
        pytest.param("def f(g): g(a)\nf(lambda x: x.append(1))", "a", id="a lambda that is called back"),
        pytest.param("def f():\n    def g(x): x.append(1)\n    g(a)\nf()", "a", id="an inner function"),
        pytest.param("def f():\n    def g(): return g()\n    return g()\nf()", "", id="that calls itself"),
        pytest.param("list(map(lambda x: x.append(1), [a, b]))", "a b", id="what map calls"),
        pytest.param("class A:\n    def f(self): self.n += 1\nb.f()", "b", id="a method of the template"),
        pytest.param("class A:\n    def f(self): a.append(1)\nA().f()", "a", id="of what it makes"),
        pytest.param("class A:\n    def __init__(self): a.append(1)\nA()", "a", id="what making it changes"),
        pytest.param("class A:\n    def __init__(self): self.n = 1\ny = A()", "", id="not what is made"),
        pytest.param("class A:\n    def __iter__(self): self.n = 1\nfor y in b: pass", "b", id="a loop over it"),
        pytest.param("class A:\n    @property\n    def n(self): a.append(1)\nb.n", "a", id="a property"),
        pytest.param(
            "class A:\n    @property\n    def n(self): pass\n    @n.setter\n    def n(self, v): a.append(v)\nb.n = 1",
            "a b",
            id="that is assigned",
        ),
        pytest.param("class A:\n    def __setitem__(self, k, v): v.append(k)\nb[0] = a", "a b", id="an item"),
        pytest.param("import functools\ndef f(x): x.append(1)\nfunctools.partial(f, a)()", "a f", id="a partial"),
        pytest.param("import functools\nfunctools.reduce(lambda x, y: x.append(y), b, a)", "a b", id="reduce"),
        pytest.param("list(map(a.append, [b]))", "a", id="a method that map calls"),
        pytest.param("def f(x, y): y.append(x)\nf(*a, b)", "a b", id="what follows a spread"),
        pytest.param("[(x := y) for y in a][0].append(1)", "a", id="a walrus in a comprehension"),
        pytest.param("({**{'k': lambda: a.pop()}})['k']()", "a", id="a lambda in a dict"),
        pytest.param("class K:\n    def m(self): b.pop()\ndef f(): a.append(K())\nf()", "a",
                     id="what a function stores"),
        pytest.param("def f(): return lambda: lambda: lambda: lambda: lambda: lambda: 0\nf()", "",
                     id="functions deep inside"),
        pytest.param("def f():\n    yield a\nfor x in f(): x.append(1)", "a x", id="what is yielded"),
        pytest.param("class A:\n    def __init_subclass__(cls): a.append(cls)\nclass B(A): pass", "a",
                     id="a hook of the base"),
        pytest.param("class A(type):\n    def __new__(m, *r): a.append(r)\nclass B(metaclass=A): pass", "a",
                     id="a metaclass"),
        pytest.param("raise ValueError(a) from b.pop()", "b", id="what is raised"),
        pytest.param("class A:\n    def put(self): a.append(1)\nclass B(A):\n    def put(self): super().put()\nB().put()",
                     "a", id="through its base"),
    ],
)  # fmt: skip
def test_what_a_statement_changes_for_certain(text: str, names: str) -> None:
    assert changes(text, Change.CERTAIN) == names.split()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("a(b)", "a b", id="a call of something"),
        pytest.param("a[0](b)", "a b", id="out of a list"),
        pytest.param("def f():\n    n = 0\n    def g(): nonlocal n; n += 1\n    return g\ng = f()\ng()", "g",
                     id="a closure"),
        pytest.param("import functools\n@functools.lru_cache\ndef f(x): return x\nf(a)", "f", id="a cache"),
        pytest.param("exec(code)", "a b c d e x y", id="any code"),
        pytest.param("exec('a b')", "a b c d e x y", id="code that does not parse"),
    ],
)  # fmt: skip
def test_what_a_statement_may_change(text: str, names: str) -> None:
    assert changes(text, Change.UNKNOWN) == names.split()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("import numpy as np\ny = np.sum(a)", "a", id="an imported function"),
        pytest.param("y = a.predict(b)", "a b", id="a method of something"),
        pytest.param("y = load(a)", "a", id="what nothing binds"),
        pytest.param("import q\nclass B(q.Base): pass\ny = B(a)", "a", id="the constructor of its base"),
    ],
)
def test_what_a_library_is_handed(text: str, names: str) -> None:
    assert changes(text, Change.HANDED) == names.split()


@pytest.mark.parametrize(
    ("text", "costs"),
    [
        pytest.param("y = [1, a]", False, id="a list"),
        pytest.param("import numpy as np\ny = np.zeros(3)", True, id="a call of a library"),
        pytest.param("import functools\ny = functools.partial(f)", False, id="a cheap one"),
        pytest.param("y = open(a)", True, id="a file"),
        pytest.param("setattr(a, 'x', b)", False, id="not an attribute that is assigned"),
        pytest.param("def f(): return open(a)\ny = f()", True, id="through a function"),
        pytest.param("import numpy as np\nx = np.zeros(3)\ny = x / 2", True, id="what computes with it"),
        pytest.param("import numpy as np\nx = np.zeros(3)\ny = [x]", False, id="not a list of it"),
    ],
)
def test_what_costs(text: str, costs: bool) -> None:
    found = module(NAMES + text)
    assert found.facts.costs(found.statements[-1]) is costs


@pytest.mark.parametrize(
    ("text", "name", "names"),
    [
        pytest.param("b = a", "b", "a b", id="the same object"),
        pytest.param("b, c = a, d", "c", "c d", id="in tuples"),
        pytest.param("b = [a]", "b", "a b", id="what it holds"),
        pytest.param("b = [a]", "a", "a", id="not what holds it"),
        pytest.param("b = a[0]", "a", "a b", id="a part"),
        pytest.param("b.append(a)", "b", "a b", id="what is put into it"),
        pytest.param("b.fit(a)", "b", "b", id="not what a method is given"),
        pytest.param("def f(): return a\nb = f()", "b", "a b", id="what a function returns"),
        pytest.param("def f(x):\n    x = x / 2\n    return x\nb = f(a)", "b", "b", id="not what it makes"),
        pytest.param("def f(x): b.append(x)\nf(a)", "b", "a b", id="what it keeps"),
        pytest.param("class B:\n    def __init__(self, x): self.x = x\nb = B(a)", "b", "a b", id="what an object keeps"),
        pytest.param("import os as q\nb = q.path", "b", "b", id="not a module"),
        pytest.param("n = 3\nb = [n]", "b", "b", id="not a number"),
    ],
)  # fmt: skip
def test_what_is_reached_by_a_name(text: str, name: str, names: str) -> None:
    prefix = "a, b, c, d = [1], [2], [3], [4]\n"
    assert sorted(module(prefix + text).facts.aliases.reached(name)) == names.split()
