from __future__ import annotations

import ast

import pytest

from hypertemplate.compiler.dataflow.bindings import (
    bindings,
    bound_first,
    loop_sources,
    plainly_bound,
    through,
)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        pytest.param("a = b", {"a": "b"}, id="a name"),
        pytest.param("a: int = b", {"a": "b"}, id="an annotated name"),
        pytest.param("a = b = c", {"a": "c", "b": "c"}, id="two names"),
        pytest.param("a, b = c, d", {"a": "c", "b": "d"}, id="a pair of a pair"),
        pytest.param("[a, (b, c)] = d, (e, f)", {"a": "d", "b": "e", "c": "f"}, id="pairs in pairs"),
        pytest.param("a, b = c", {"a": "*c", "b": "*c"}, id="the items of a value"),
        pytest.param("a, *b = c", {"a": "*c", "b": "[*c]"}, id="the rest of them"),
        pytest.param("a[0] = b", {"a": "b"}, id="an item"),
        pytest.param("a.x = b", {"a": "b"}, id="an attribute"),
        pytest.param("a[0].x = b", {}, id="not a part of a part"),
        pytest.param("a += b", {"a": "*b"}, id="what is added to it"),
        pytest.param("(a := b)", {"a": "b"}, id="a walrus"),
        pytest.param("for a in b: c = d", {"a": "*b", "c": "d"}, id="a loop"),
        pytest.param("with a as b: pass", {"b": "*a"}, id="a context"),
        pytest.param("a.append(b)", {"a": "(b,)"}, id="what is put into it"),
        pytest.param("a.fit(b)", {}, id="not what any method is given"),
        pytest.param("def f(): a = b", {}, id="not in a function"),
        pytest.param("a: int", {}, id="not an annotation alone"),
    ],
)
def test_what_names_are_bound_to(text: str, pairs: dict[str, str]) -> None:
    assert {name: ast.unparse(value) for name, value in bindings(ast.parse(text).body[0])} == pairs


def test_what_any_method_is_given_where_it_counts() -> None:
    node = ast.parse("a.fit(b, c)").body[0]
    assert [(n, ast.unparse(v)) for n, v in bindings(node, given=True)] == [("a", "(*b, *c)")]


def test_attributes_in_methods_where_they_count() -> None:
    node = ast.parse("class A:\n    def f(self): self.x = b").body[0]
    assert [(n, ast.unparse(v)) for n, v in bindings(node, attributes=True)] == [("self", "b")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("a = 1", "a", id="an assignment"),
        pytest.param("a: int = 1", "a", id="with an annotation"),
        pytest.param("a, (b, *c) = 1", "a b c", id="several names"),
        pytest.param("a[b], c.d = 1", "", id="not items and attributes"),
        pytest.param("a += 1", "", id="not an addition"),
        pytest.param("if x: a = 1", "", id="not what may not run"),
    ],
)
def test_what_is_bound_anew(text: str, names: str) -> None:
    assert sorted(plainly_bound(ast.parse(text).body[0])) == names.split()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("for a in b: pass", "a", id="a loop"),
        pytest.param("for a, (b, c) in d: pass", "a b c", id="a loop over tuples"),
        pytest.param("for a in a: pass", "", id="not what it goes through"),
        pytest.param("for a[i] in b: pass", "", id="not an item"),
        pytest.param("for a in b: pass\nelse: a", "", id="not with an else, which may run without it"),
        pytest.param("with open(p) as f, g(): pass", "f", id="a context"),
        pytest.param("with f(p) as f: pass", "", id="not what makes the context"),
        pytest.param("while a: pass", "", id="nothing else"),
    ],
)
def test_what_a_block_binds_before_its_body(text: str, names: str) -> None:
    assert sorted(bound_first(ast.parse(text).body[0])) == names.split()


def test_what_the_names_of_loops_come_from() -> None:
    node = ast.parse("for a.b, (i, x) in f(c.d, *e):\n    y = {z for z in x}").body[0]
    assert loop_sources(node) == {"i": {"c", "e"}, "x": {"c", "e"}, "z": {"x"}}
    assert through("z", loop_sources(node)) == {"z", "x", "c", "e"}
    assert through("y", loop_sources(node)) == {"y"}


def test_what_the_names_of_patterns_come_from() -> None:
    node = ast.parse("match a.b:\n    case {'k': x}: pass\n    case [y, *z, _]: pass").body[0]
    assert loop_sources(node) == {"x": {"a"}, "y": {"a"}, "z": {"a"}}
