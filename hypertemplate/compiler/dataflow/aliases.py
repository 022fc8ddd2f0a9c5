"""Which names may stand for the same object, or for one that holds the other's."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

from hypertemplate.compiler.dataflow.bindings import bindings, through

MUTATING = frozenset(
    {
        *("add", "append", "appendleft", "clear", "discard", "extend", "extendleft", "insert", "pop"),
        *("popitem", "popleft", "remove", "reverse", "setdefault", "sort", "update", "write", "writelines"),
    }
)
"""Methods that change the list, set, dict, deque or file that they belong to."""

MUTABLE = (ast.List, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp)
"""Expressions that make something that can be changed in place."""

_VIEWS = frozenset({"ravel", "reshape", "squeeze", "swapaxes", "transpose", "view"})
_PLAIN_ATTRIBUTES = frozenset({"dtype", "itemsize", "nbytes", "ndim", "shape", "size"})
_PLAIN_CALLS = frozenset(
    {
        "abs",
        "bool",
        "float",
        "hash",
        "id",
        "int",
        "isinstance",
        "len",
        "print",
        "range",
        "repr",
        "str",
        "type",
    }
)
_PLAIN_METHODS = frozenset(
    {
        *("all", "any", "argmax", "argmin", "astype", "count", "format", "index", "item", "join", "lower"),
        *("max", "mean", "min", "nunique", "std", "strip", "sum", "upper", "var"),
    }
)
_OF_NUMBERS = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)


def shared(value: ast.expr, returning: Mapping[str, bool] = MappingProxyType({})) -> Iterator[str]:
    """The names whose objects an expression's value may be, be a part of, or hold.

    What a call returns is its own, but for views of arrays, and for the functions in `returning`: these
    may return something of the module's, and stand for it, or, where true, what they are given.
    """
    waiting: list[ast.expr] = [value]
    while waiting:
        match waiting.pop():
            case ast.Name(id=name):
                yield name
            case ast.Attribute(value=whole, attr=attribute) if attribute not in _PLAIN_ATTRIBUTES:
                waiting.append(whole)
            case ast.Subscript(value=part) | ast.Starred(value=part) | ast.NamedExpr(value=part):
                waiting.append(part)
            case ast.IfExp(body=body, orelse=other):
                waiting += [body, other]
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                waiting += items
            case ast.BoolOp(values=items) | ast.Dict(values=items):
                waiting += items
            case ast.ListComp(elt=item, generators=loops) | ast.SetComp(elt=item, generators=loops):
                waiting += [item, *(loop.iter for loop in loops)]
            case ast.DictComp(value=item, generators=loops) | ast.GeneratorExp(elt=item, generators=loops):
                waiting += [item, *(loop.iter for loop in loops)]
            case ast.Call(func=ast.Attribute(value=whole, attr=attribute), args=given) if attribute in _VIEWS:
                waiting += [whole, *given[:1]]
            case ast.Call(func=ast.Name(id=name), args=given, keywords=keywords) if name in returning:
                yield name
                waiting += [*given, *(keyword.value for keyword in keywords)] if returning[name] else []


def built_from(node: ast.AST) -> set[str]:
    """The names whose objects may be part of what a statement makes, or be what it makes.

    What calls are given counts, since it may be kept. Sizes, sums, comparisons and the like are values of
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
            case ast.Attribute(attr=attribute) if attribute in _PLAIN_ATTRIBUTES:
                continue
            case ast.Call(func=ast.Name(id=name)) if name in _PLAIN_CALLS:
                continue
            case ast.Call(func=ast.Attribute(attr=attribute)) if attribute in _PLAIN_METHODS:
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
    """Whether an expression makes a number, a text or a tuple of these, which nothing can change.

    Args:
        value: the expression.
        known: whether a name has such a value.
    """
    match value:
        case ast.Constant() | ast.JoinedStr():
            return True
        case ast.Name(id=name):
            return known(name)
        case ast.Attribute(attr=attribute):
            return attribute in _PLAIN_ATTRIBUTES
        case ast.Subscript(value=one) | ast.UnaryOp(operand=one):
            return is_plain(one, known)
        case ast.BinOp(left=left, right=right):
            return is_plain(left, known) and is_plain(right, known)
        case ast.Tuple(elts=items):
            return all(is_plain(item, known) for item in items)
        case ast.Call(func=ast.Name(id=name)):
            return name in _PLAIN_CALLS
    return False


def constants(binders: Mapping[str, list[ast.stmt]]) -> frozenset[str]:
    """The names that only ever have plain values, of names and the statements that bind them."""
    values: dict[str, list[ast.expr]] = {}
    for name, statements in binders.items():
        found = [[v for bound, v in bindings(statement) if bound == name] for statement in statements]
        if all(found):
            values[name] = [value for some in found for value in some]
    known: set[str] = set()
    while True:
        more = {name for name, some in values.items() if all(is_plain(v, known.__contains__) for v in some)}
        if more == known:
            return frozenset(known)
        known = more


def only_called(node: ast.stmt, taken_from: bool) -> bool:
    """Whether what a statement defines is there to be called, so that nothing made by it holds it.

    A class is, unless a part of it is handed on, as in ``a = Settings.sizes``, or its objects share a list.
    """
    if isinstance(node, ast.ClassDef):
        values = (part.value for part in node.body if isinstance(part, (ast.Assign, ast.AnnAssign)))
        return not taken_from and not any(isinstance(value, MUTABLE) for value in values)
    return isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef))


class Sharing:
    """Through which names of a module an object may be reached.

    Args:
        statements: the module's.
        apart: the names that are no objects of the module's own: its imports.
        returned: for each function the module's names whose objects it may return.
        returning: for each function that may return these or what it is given whether it is the latter.
    """

    def __init__(
        self,
        statements: Iterable[ast.stmt],
        apart: Collection[str],
        returned: Mapping[str, set[str]],
        returning: Mapping[str, bool],
    ) -> None:
        self._reaches: dict[str, set[str]] = {name: set(names) for name, names in returned.items()}
        for statement in statements:
            pairs = list(bindings(statement))
            if isinstance(statement, ast.ClassDef):
                pairs = [(statement.name, value) for part in statement.body for _, value in bindings(part)]
            for name, value in pairs:
                if name in apart:
                    continue
                both = not isinstance(value, (ast.List, ast.Tuple, ast.Set, ast.Dict))
                for other in {*shared(value, returning)} - {*apart, name}:
                    self._reaches.setdefault(name, set()).add(other)
                    if both:
                        self._reaches.setdefault(other, set()).add(name)
        self._closed = functools.cache(self._closure)
        self._holders: dict[str, set[str]] = {}
        for name in self._reaches:
            for other in self.reached(name):
                self._holders.setdefault(other, set()).add(name)
        self._seen = functools.cache(self._seen_through)

    def reached(self, name: str) -> frozenset[str]:
        """A name and the names of objects that it may be or hold."""
        return self._closed(name) if name in self._reaches else frozenset((name,))

    def holders(self, name: str) -> frozenset[str]:
        """The names of objects that what a name stands for may be or be a part of."""
        return frozenset((name, *self._holders.get(name, ())))

    def seen_through(self, name: str) -> frozenset[str]:
        """The names through which what is reached by a name may be changed."""
        return self._seen(self.reached(name)) if name in self._holders else frozenset((name,))

    def _seen_through(self, reached: frozenset[str]) -> frozenset[str]:
        return reached.union(*(self._holders[other] for other in reached))

    def _closure(self, name: str) -> frozenset[str]:
        return frozenset(through(name, self._reaches))
