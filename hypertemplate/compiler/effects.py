"""Which objects a statement changes, as far as its text tells."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_BODIES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)

SEEDING = frozenset(
    {
        "keras.utils.set_random_seed",
        "numpy.random.seed",
        "random.seed",
        "tensorflow.compat.v1.set_random_seed",
        "tensorflow.keras.utils.set_random_seed",
        "tensorflow.random.set_random_seed",
        "tensorflow.random.set_seed",
        "tensorflow.set_random_seed",
        "tf_keras.utils.set_random_seed",
        "torch.cuda.manual_seed",
        "torch.cuda.manual_seed_all",
        "torch.manual_seed",
    }
)
"""Calls that seed random numbers; a template's own run in every trial."""


def changed(node: ast.AST, *, bodies: bool = False) -> Iterator[str]:
    """The names whose objects a statement changes in place.

    That is by an item or attribute that is assigned or deleted, an augmented assignment, a method called
    for its effect alone, or one called ``fit``. What changes an item of a loop changes what is looped over.

    Args:
        node: the statement.
        bodies: whether bodies of functions and classes count, which run when they are called.
    """
    looped = loop_sources(node)
    for name in _changed(ast.walk(node) if bodies else outside_bodies(node)):
        yield from through_loops(name, looped)


def _changed(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for inner in nodes:
        match inner:
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                yield from root(inner)
            case ast.AugAssign(target=ast.Name(id=name)):
                yield name
            case ast.Expr(value=ast.Call(func=ast.Attribute() as func)):
                yield from root(func)
            case ast.Call(func=ast.Attribute(attr=attribute) as func) if attribute.startswith("fit"):
                yield from root(func)  # history = model.fit(...)


def outside_bodies(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a statement does: all nodes but those inside functions and classes that it defines."""
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        yield inner
        if not isinstance(inner, _BODIES):
            waiting += list(ast.iter_child_nodes(inner))


def loop_sources(node: ast.AST) -> dict[str, set[str]]:
    """For each name that a loop in a statement binds the names of what is looped over.

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
    return sources


def through_loops(name: str, sources: dict[str, set[str]]) -> set[str]:
    """A name and, if a loop binds it, the names that it comes from."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += sources.get(name, ())
    return found


def held(node: ast.AST) -> Iterator[str]:
    """The names of which a statement takes an attribute or item."""
    for inner in ast.walk(node):
        if isinstance(inner, (ast.Attribute, ast.Subscript)) and isinstance(inner.ctx, ast.Load):
            yield from root(inner)


def root(node: ast.expr) -> Iterator[str]:
    """``a`` of ``a.b[c].d``; nothing where there is no name at the root."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        yield node.id
