"""Names that may stand for the same object, or for one that holds the other's; and plain values."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping

from hypertemplate.compiler.dataflow.bindings import through, values_bound
from hypertemplate.compiler.dataflow.library import PLAIN_ATTRIBUTES, PLAIN_CALLS, PLAIN_METHODS
from hypertemplate.compiler.syntax.nodes import root

MUTABLE = (ast.List, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp)
"""Expressions that make a mutable object."""

_OF_NUMBERS = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)


def built_from(node: ast.AST) -> set[str]:
    """Return the names whose objects may be the result of a statement, or part of it.

    The arguments of calls count, since they may be kept. Sizes, sums, comparisons and the like are values of
    their own: a model that is built for ``x.shape`` does not hold ``x``.
    """
    names: set[str] = set()
    waiting: list[ast.AST] = [node]
    while waiting:
        inner = waiting.pop()
        match inner:
            case ast.Compare() | ast.JoinedStr() | ast.UnaryOp():
                continue
            case ast.BinOp(op=operator) if isinstance(operator, _OF_NUMBERS):
                continue
            case ast.Attribute(attr=attribute) if attribute in PLAIN_ATTRIBUTES:
                continue
            case ast.Call(func=ast.Name(id=name)) if name in PLAIN_CALLS:
                continue
            case ast.Call(func=ast.Attribute(attr=attribute)) if attribute in PLAIN_METHODS:
                continue
            case ast.Subscript(value=whole, ctx=ast.Load()):
                waiting.append(whole)
                continue
            case ast.IfExp(body=body, orelse=other):
                waiting += [body, other]
                continue
            case ast.Name(id=name, ctx=ast.Load()):
                names.add(name)
        waiting += list(ast.iter_child_nodes(inner))
    return names


def is_plain(value: ast.expr, known: Callable[[str], bool]) -> bool:
    """Tell whether an expression makes a number, a text or a tuple of these, which are immutable.

    Args:
        value: expression.
        known: tells whether a name has such a value.
    """
    match value:
        case ast.Constant() | ast.JoinedStr():
            return True
        case ast.Name(id=name):
            return known(name)
        case ast.Attribute(attr=attribute):
            return attribute in PLAIN_ATTRIBUTES
        case ast.Subscript(value=one) | ast.UnaryOp(operand=one):
            return is_plain(one, known)
        case ast.BinOp(left=left, right=right):
            return is_plain(left, known) and is_plain(right, known)
        case ast.Tuple(elts=items):
            return all(is_plain(item, known) for item in items)
        case ast.Call(func=ast.Name(id=name)):
            return name in PLAIN_CALLS
    return False


def constants(binders: Mapping[str, list[ast.stmt]]) -> frozenset[str]:
    """Return the names that only ever have plain values, from names and the statements that bind them."""
    values = values_bound(binders)
    known: set[str] = set()
    while True:
        more = {name for name, some in values.items() if all(is_plain(v, known.__contains__) for v in some)}
        if more == known:
            return frozenset(known)
        known = more


def held(node: ast.AST) -> Iterator[str]:
    """Yield the names of which a statement takes an attribute or item."""
    for inner in ast.walk(node):
        if isinstance(inner, (ast.Attribute, ast.Subscript)) and isinstance(inner.ctx, ast.Load):
            yield from root(inner)


def only_called(node: ast.stmt, taken_from: bool) -> bool:
    """Tell whether a statement's definition exists to be called, so that no object made by it holds it.

    A class does, unless a part of it is passed on, as in ``a = Settings.sizes``, or its objects share a list.
    """
    if isinstance(node, ast.ClassDef):
        values = (part.value for part in node.body if isinstance(part, (ast.Assign, ast.AnnAssign)))
        return not taken_from and not any(isinstance(value, MUTABLE) for value in values)
    return isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef))


class Aliases:
    """Names of a module through which an object may be reached.

    Args:
        same: pairs of names, each of which may be the other or a part of it.
        holds: pairs of a name and another one whose object it may hold.
    """

    def __init__(self, same: Iterable[tuple[str, str]], holds: Iterable[tuple[str, str]]) -> None:
        self._same: dict[str, set[str]] = {}
        for name, other in same:
            self._same.setdefault(name, set()).add(other)
            self._same.setdefault(other, set()).add(name)
        self._reaches = {name: set(others) for name, others in self._same.items()}
        for name, other in holds:
            self._reaches.setdefault(name, set()).add(other)
        self._closed = functools.cache(self._closure)
        self._holders: dict[str, set[str]] = {}
        for name in self._reaches:
            for other in self.reached(name):
                self._holders.setdefault(other, set()).add(name)
        self._seen = functools.cache(self._seen_through)

    def same(self, name: str) -> set[str]:
        """Return the names that may stand for a name's object or a part of it."""
        return through(name, self._same)

    def reached(self, name: str) -> frozenset[str]:
        """Return a name and the names of objects that it may be or hold."""
        return self._closed(name) if name in self._reaches else frozenset((name,))

    def holders(self, name: str) -> frozenset[str]:
        """Return the names of objects that may be, or may hold, a name's object."""
        return frozenset((name, *self._holders.get(name, ())))

    def seen_through(self, name: str) -> frozenset[str]:
        """Return the names through which any object that a name reaches may be changed."""
        return self._seen(self.reached(name)) if name in self._holders else frozenset((name,))

    def _seen_through(self, reached: frozenset[str]) -> frozenset[str]:
        return reached.union(*(self._holders[other] for other in reached))

    def _closure(self, name: str) -> frozenset[str]:
        return frozenset(through(name, self._reaches))
