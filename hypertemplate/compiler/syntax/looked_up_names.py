"""Names of the module that code looks up by texts, as ``globals()[name]`` and ``eval(text)`` do."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from hypertemplate.compiler.syntax.nodes import FUNCTIONS, is_own_name, last_name, literal_text
from hypertemplate.compiler.syntax.tree import Tree

LOOKING_UP = frozenset({"__name__", "dir", "eval", "exec", "globals", "locals", "vars"})
"""Names of which code uses one where it looks others up."""

_TAKING_NAMES = frozenset({"__getitem__", "get", "getattr", "hasattr", "pop", "setdefault"})
_WRITING = frozenset({"__setitem__", "delattr", "setattr", "update"})
_IMPORTERS = frozenset({"__import__", "import_module"})
_RUNNING = frozenset({"eval", "exec"})


@dataclass(frozen=True, slots=True)
class LookUp:
    """A name of the module that code looks up.

    Attributes:
        name: the name; empty if it may be any one.
        node: expression that looks it up.
        immediate: whether that happens when the statement runs, rather than in a function.
    """

    name: str
    node: ast.expr
    immediate: bool


def standing_for_it(statements: Iterable[ast.stmt]) -> set[str]:
    """Return the names of a module that stand for the module itself, or for the dict of its names."""
    found: set[str] = set()
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_it(value, found):
                found.add(name)
    return found


def look_ups(tree: Tree, statement: ast.stmt, known: Collection[str]) -> Iterator[LookUp]:
    """Yield what a statement looks up, also in functions.

    Args:
        tree: part of the statement.
        statement: top-level statement.
        known: names that stand for the module itself, or for the dict of its names.
    """
    for node in ast.walk(statement):
        if not isinstance(node, ast.expr):
            continue
        immediate = is_immediate(tree, node)
        match node:
            case ast.Call(func=ast.Name(id=function), args=[text, *_]) if function in _RUNNING:
                if not literal_text(text):
                    yield LookUp("", node, immediate)
            case _ if _is_it(node, known, local=not immediate):
                name = _read_through(tree, node)
                if name is not None:
                    yield LookUp(name, node, immediate)


def is_immediate(tree: Tree, node: ast.AST) -> bool:
    """Tell whether an expression is evaluated when its statement runs, rather than in a function."""
    return not any(_is_in_body(child, parent) for child, parent in tree.ancestors(node))


def _is_in_body(child: ast.AST, parent: ast.AST) -> bool:
    body = getattr(parent, "body", None) if isinstance(parent, FUNCTIONS) else None
    return body is child or (isinstance(body, list) and child in body)


def _is_it(node: ast.expr, known: Collection[str], *, local: bool = False) -> bool:
    """Tell whether an expression is the module itself, or the dict of its names.

    Args:
        node: expression.
        known: names that stand for these.
        local: whether it is in a function, which has local variables of its own.
    """
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            return name in known
        case ast.Subscript(value=holder, slice=index):
            return last_name(holder) == "modules" and is_own_name(index)
        case ast.Call(func=ast.Name(id="dir" | "locals" | "vars"), args=[]):
            return not local
        case ast.Call(func=ast.Name(id="globals")):
            return True
        case ast.Call(func=function, args=[argument]) if last_name(function) in _IMPORTERS:
            return is_own_name(argument)
        case ast.Call(func=ast.Name(id="vars"), args=[module]) | ast.Attribute(value=module, attr="__dict__"):
            return _is_it(module, known, local=local)
    return False


def _read_through(tree: Tree, node: ast.expr) -> str | None:
    """Return the name that is read through the module or its dict; empty for any name, None for none."""
    ancestors = [parent for _, parent in tree.ancestors(node)]
    parent = ancestors[0] if ancestors else None
    match parent:
        case ast.Subscript(value=value, slice=index, ctx=ast.Load()) if value is node:
            return literal_text(index)
        case ast.Subscript(value=value) | ast.Attribute(value=value, ctx=ast.Store() | ast.Del()) if (
            value is node
        ):
            return None
        case ast.Attribute(attr="__dict__") | ast.Call(func=ast.Name(id="vars")):
            return None  # that expression is the dict
        case ast.Attribute(attr=method) if isinstance(ancestors[1], ast.Call) and ancestors[1].func is parent:
            arguments = ancestors[1].args
            return method if _is_module(node) else _by_call(method, arguments[0] if arguments else None)
        case ast.Attribute(attr=name):
            return name
        case ast.Call(func=function, args=args) if node in args[:1]:
            return _by_call(last_name(function) or "", args[1] if len(args) > 1 else None)
        case ast.Call(args=[text, *_], func=ast.Name(id=name)) if name in _RUNNING and literal_text(text):
            return None
        case ast.Compare(left=text, ops=[ast.In() | ast.NotIn()]):
            return literal_text(text)
        case ast.Assign(targets=[ast.Name()]) | ast.Expr():
            return None
    return ""


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript) or last_name(getattr(node, "func", node)) in _IMPORTERS


def _by_call(function: str, text: ast.expr | None) -> str | None:
    if function in _WRITING:
        return None
    return literal_text(text) if function in _TAKING_NAMES and text is not None else ""
