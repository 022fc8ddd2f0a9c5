"""Bindings of names by statements, and the names that are bound first."""

from __future__ import annotations

import ast
import functools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from hypertemplate.compiler.dataflow.graph import reachable

KEEPING = frozenset({"add", "append", "appendleft", "insert", "put", "setdefault"})
"""Methods that put their arguments into their object as they are."""


@functools.lru_cache(maxsize=4096)
def bindings(
    statement: ast.stmt, *, attributes: bool = False, given: bool = False, puts: bool = True
) -> tuple[tuple[str, ast.expr], ...]:
    """Return pairs of a name and a value that it is bound to, or that is put into its object.

    If only the items of a value are bound, or may be put there, the value is an `ast.Starred`.

    Args:
        statement: statement to read.
        attributes: whether to enter functions: then the values that ``self.x = ...`` assigns count.
        given: whether the arguments of any method count, as in ``model.fit(x)``, which seldom keeps them.
        puts: whether values put into the object of a name count, as in ``names.append(x)``.
    """
    return tuple(_bindings(statement, attributes, given, puts))


def _bindings(
    statement: ast.stmt, attributes: bool, given: bool, puts: bool
) -> Iterator[tuple[str, ast.expr]]:
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _assigned(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from _assigned(target, value)
            case ast.AugAssign(target=target, value=value):
                yield from _assigned(target, _items(value))
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                yield name, value
            case ast.For(target=ast.Name(id=name), iter=value):
                yield name, _items(value)
            case ast.withitem(context_expr=value, optional_vars=ast.Name(id=name)):
                yield name, _items(value)  # after the block, a file is closed
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method), args=args)
            ):
                if puts and (method in KEEPING or given):
                    held = args if method in KEEPING else [_items(argument) for argument in args]
                    yield name, ast.Tuple(elts=held, ctx=ast.Load())
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() | ast.ClassDef() if not attributes:
                continue
        waiting += list(ast.iter_child_nodes(node))


def _items(value: ast.expr) -> ast.expr:
    return ast.Starred(value=value, ctx=ast.Load())


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    match target:
        case ast.Name(id=name):
            yield name, value
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            same = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(targets)
            values = value.elts if same else [_items(value)] * len(targets)  # type: ignore[attr-defined]
            for one, its in zip(targets, values, strict=True):
                yield from _assigned(one, its)
        case ast.Starred(value=inner):
            yield from _assigned(inner, ast.List(elts=[value], ctx=ast.Load()))
        case ast.Subscript(value=ast.Name(id=name)):
            yield name, value
        case ast.Attribute(value=ast.Name(id=name)):
            yield name, value


def values_bound(binders: Mapping[str, list[ast.stmt]]) -> dict[str, list[ast.expr]]:
    """Return the values that names are bound to, for those names of which all values are known.

    Args:
        binders: statements that bind a name, by name.
    """
    values: dict[str, list[ast.expr]] = {}
    for name, statements in binders.items():
        found = [
            [v for bound, v in bindings(statement, puts=False) if bound == name] for statement in statements
        ]
        if all(v and len(v) == times_bound(s)[name] for v, s in zip(found, statements, strict=True)):
            values[name] = [value for some in found for value in some]
    return values


def text_values(binders: Mapping[str, list[ast.stmt]]) -> dict[str, list[ast.expr]]:
    """Return the values that names are bound to, for those of which a text can be told.

    A name that an assignment such as ``path += name`` changes is none of them.
    """
    added = {
        node.target.id
        for statements in binders.values()
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
    }
    return {name: values for name, values in values_bound(binders).items() if name not in added}


@functools.lru_cache(maxsize=4096)
def times_bound(statement: ast.stmt) -> Counter[str]:
    """Count how often a statement binds each name, by whatever means."""
    return Counter(
        name
        for node in ast.walk(statement)
        for name in (getattr(node, "id", None), getattr(node, "name", None), getattr(node, "rest", None))
        if isinstance(name, str) and not isinstance(getattr(node, "ctx", None), ast.Load)
    )


def plainly_bound(statement: ast.stmt) -> set[str]:
    """Return the names that an assignment binds anew, whatever they were before."""
    targets: list[ast.expr] = []
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    nodes = (node for target in targets for node in ast.walk(target))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def bound_first(statement: ast.stmt) -> set[str]:
    """Return the names that a ``for`` or ``with`` statement binds before its body can read them."""
    match statement:
        case ast.For(target=target, iter=source, orelse=[]):
            pairs: list[tuple[ast.expr, ast.expr]] = [(target, source)]
        case ast.With(items=items):
            pairs = [(i.optional_vars, i.context_expr) for i in items if i.optional_vars is not None]
        case _:
            return set()
    before = {node.id for _, source in pairs for node in ast.walk(source) if isinstance(node, ast.Name)}
    nodes = (node for target, _ in pairs for node in ast.walk(target))
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} - before


def loop_sources(node: ast.AST) -> dict[str, set[str]]:
    """Map each name that a loop or ``match`` in a statement binds to the names that it iterates over.

    So ``layer.trainable = False`` in ``for layer in base.layers`` is known to change ``base``.
    """
    sources: dict[str, set[str]] = {}
    for inner in ast.walk(node):
        if isinstance(inner, (ast.For, ast.AsyncFor, ast.comprehension)):
            called = {call.func for call in ast.walk(inner.iter) if isinstance(call, ast.Call)}
            names = {n.id for n in ast.walk(inner.iter) if isinstance(n, ast.Name) and n not in called}
            for target in ast.walk(inner.target):
                if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store):
                    sources.setdefault(target.id, set()).update(names)
        elif isinstance(inner, ast.Match):
            names = {n.id for n in ast.walk(inner.subject) if isinstance(n, ast.Name)}
            for pattern in ast.walk(inner):
                if isinstance(pattern, (ast.MatchAs, ast.MatchStar)) and pattern.name is not None:
                    sources.setdefault(pattern.name, set()).update(names)
    return sources


def through(name: str, sources: Mapping[str, Iterable[str]]) -> set[str]:
    """Return a name and all names that it comes from."""
    return set(reachable((name,), lambda one: sources.get(one, ())))
