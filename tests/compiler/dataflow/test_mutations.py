from __future__ import annotations

import ast

import pytest

from hypertemplate.compiler.dataflow.function_effects import local_effects
from hypertemplate.compiler.dataflow.mutations import changed, changed_parts, root, with_attributes


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
        pytest.param("for x in a: x.append(1)", "a x", id="the items of a loop"),
        pytest.param("for i, x in enumerate(a.b): x.c = 1", "a x", id="the items of a loop over a call"),
        pytest.param("for x, y in zip(a, b): y.c = i", "a b y", id="the items of a loop over two"),
        pytest.param("for x in a:\n    for y in x.z: y.c = 1", "a x y", id="the items of a loop in a loop"),
        pytest.param(
            "async def f():\n    async for x in a: x.c = 1", "", id="not in the body of a coroutine"
        ),
        pytest.param("[x.fit(1) for x in a]", "a x", id="the items of a comprehension"),
        pytest.param("for x in x.y: x.c = 1", "x", id="a loop over a part of itself"),
        pytest.param("history = a.fit(1)", "a", id="fit, whose result is kept"),
        pytest.param("x = a.fit_transform(1)", "a", id="fit and more"),
        pytest.param("x = a.pop()", "a", id="a method that is known to change its object"),
        pytest.param("x = a.predict()", "", id="not another method whose result is kept"),
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
    assert sorted(set(changed(ast.parse(text).body[0]))) == names.split()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("def f(): a.append(1)", "a", id="of a function"),
        pytest.param("class A:\n    def f(self): self.x = a.fit(1)", "a self", id="of a method"),
        pytest.param("x = lambda: a.fit(1)", "a", id="of a lambda"),
        pytest.param("async def f():\n    async for x in a: x.c = 1", "a", id="of a coroutine"),
    ],
)
def test_with_the_bodies(text: str, names: str) -> None:
    assert sorted(set(changed(ast.parse(text).body[0], bodies=True))) == names.split()


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


PATHS = {"random": "random", "np": "numpy", "heapq": "heapq", "insort": "bisect.insort", "os": "os"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("random.shuffle(a)", "a random", id="shuffle of Python"),
        pytest.param("np.random.shuffle(a)", "a np", id="of NumPy"),
        pytest.param("rng.shuffle(a)", "a rng", id="of a generator"),
        pytest.param("shuffle(a)", "", id="not what may be another shuffle"),
        pytest.param("b = ds.shuffle(a)", "", id="nor that of a data set, which hands back another"),
        pytest.param("np.copyto(a, b)", "a np", id="copyto"),
        pytest.param("x = heapq.heappop(a)", "a", id="a heap"),
        pytest.param("insort(a.b[0], c)", "a", id="a sorted list that is an attribute"),
        pytest.param("setattr(a, 'x', 1)", "a", id="setattr"),
        pytest.param("delattr(a, 'x')", "a", id="delattr"),
        pytest.param("b = np.add(a, 1, out=c)", "c", id="what NumPy writes to"),
        pytest.param("b = np.add(a, 1)", "", id="not what it reads"),
        pytest.param("b = f(a)", "", id="not what an unknown function is given"),
        pytest.param("f(on_end=a.append)", "a", id="a method that is passed on"),
        pytest.param("b = [a.append, a.index]", "a", id="or stored"),
        pytest.param("b = [c.index]", "", id="not one that changes nothing"),
        pytest.param("b = os.remove", "", id="not a function of a module"),
    ],
)
def test_calls_that_change_what_they_are_given(text: str, names: str) -> None:
    node = ast.parse(text).body[0]
    assert sorted(set(changed(node, local=local_effects([], PATHS)))) == names.split()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("a[0].append(1)", "a", id="a method of an item"),
        pytest.param("a.b[0] = 1", "a", id="an item of an attribute"),
        pytest.param("a[0].b = 1", "a", id="an attribute of an item"),
        pytest.param("del a().b[0]", "a", id="of what it returns"),
        pytest.param("a.append(1)\n", "", id="not a method of its own"),
        pytest.param("a[0] = 1", "", id="nor an item"),
        pytest.param("a.b = 1", "", id="nor an attribute"),
    ],
)
def test_what_a_statement_changes_a_part_of(text: str, names: str) -> None:
    assert sorted(set(changed_parts(ast.parse(text).body[0]))) == names.split()


def test_names_with_attributes_of_their_own() -> None:
    tree = ast.parse("f.a = 1\ndef g(): h.b += 1\ni.c\nj.d.e = 1")
    assert with_attributes(tree) == {"f", "h"}
