"""Statements that may stand elsewhere: functions, and those that have nothing to do with what they cross."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.edits.version import View
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.syntax.literals import is_constant
from hypertemplate.compiler.syntax.nodes import FUNCTIONS, defaults, outside

_DYNAMIC = frozenset({"__name__", "eval", "exec", "globals", "locals", "vars"})
"""Names with which code may read any other one."""

LISTING = frozenset({"__dict__", "dir", "eval", "exec", "globals", "locals", "vars"})
"""Names with which code may go through others in their order."""

_LEAVING = (ast.Break, ast.Continue, ast.Raise, ast.Return, ast.Try, ast.With, ast.Yield, ast.YieldFrom)
"""Code that may end a block before its last statement, or catch what does."""


def may_move(statement: ast.stmt, crossed: Iterable[ast.stmt], view: View, other: View) -> bool:
    """Tell whether a statement may change places with other statements of its block.

    Args:
        statement: the statement.
        crossed: the other statements.
        view: module that it is in.
        other: module of the other version, in which some of those that it crosses may be.
    """
    others = list(crossed)
    if _is_independent(statement, others, view, other):
        return True
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return _is_anywhere(statement, view)
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_quiet(value, view):
            pass
        case _:
            return False
    around = [parent for _, parent in view.tree(statement).ancestors(statement)]
    if any(isinstance(parent, ast.Try | ast.With) for parent in around):
        return False
    scopes = [parent for parent in around if isinstance(parent, (*FUNCTIONS, ast.ClassDef))]
    if not LISTING.isdisjoint(view.version.names) or isinstance([*scopes, None][0], ast.ClassDef):
        return False  # the order of its members is part of a class
    whole: list[ast.AST] = [*scopes[:1]] or [tree.module for tree in view.module.trees]
    is_read_later = any(
        isinstance(inner, (*FUNCTIONS, ast.ClassDef, ast.GeneratorExp)) and _mentions(inner, name)
        for outer in whole
        for inner in ast.walk(outer)
        if inner is not outer
    )
    declared = (node for tree in view.module.trees for node in ast.walk(tree.module))
    is_declared = any(isinstance(node, ast.Global | ast.Nonlocal) and name in node.names for node in declared)
    if is_declared or any(_mentions(other, name) or _leaves(other) for other in others):
        return False
    return not is_read_later or all(_is_plain(other, view) for other in others)


def _is_independent(statement: ast.stmt, others: Iterable[ast.stmt], view: View, other: View) -> bool:
    """Tell whether a statement of a module neither reads nor leaves what others leave or read."""
    own = view.footprint(statement)
    if own is None or not LISTING.isdisjoint(view.version.names):
        return False
    crossed = [view.footprint(one) or other.footprint(one) for one in others]
    return all(one is not None and not own.conflicts(one) for one in crossed)


def _is_anywhere(function: ast.FunctionDef | ast.AsyncFunctionDef, view: View) -> bool:
    """Tell whether it makes no difference where a function of a module is defined.

    Code that needs a function before its only definition fails, unless it asks whether there is one.
    """
    module, name = view.module, function.name
    defined = module.binders.get(name, ())
    evaluated = [inner for one in outside(function) for inner in ast.walk(one)]
    return (
        [one.node for one in defined] == [function]
        and name not in module.declared_global
        and not hasattr(builtins, name)
        and not module.stars
        and LISTING.isdisjoint(view.version.names)
        and not any(isinstance(inner, ast.Call | ast.NamedExpr) for inner in evaluated)
        and all(is_constant(one) for _, one in defaults(function))
        and not function.decorator_list
        and not any(_catches_names(one.node) for one in module.statements)
    )


def _catches_names(node: ast.stmt) -> bool:
    """Tell whether code catches the error of a name that has no value."""
    handlers = (inner for inner in ast.walk(node) if isinstance(inner, ast.ExceptHandler))
    return any(
        one.type is None or not {"NameError", "Exception", "BaseException"}.isdisjoint(_names(one.type))
        for one in handlers
    )


def _names(node: ast.AST) -> Iterator[str]:
    return (inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))


def is_quiet(value: ast.expr, view: View) -> bool:
    """Tell whether evaluating an expression runs no code: a constant, or a draw of numbers and constants."""
    draw = view.draw(value)
    if draw is None:
        return is_constant(value)
    return draw not in view.version.subscripts and _is_plain_draw(draw)


def _is_plain_draw(draw: DrawCall) -> bool:
    inner = {one.call: one for option in draw.options or () for one in option.inner}
    options = [option.node for option in draw.options or ()]
    return draw.listing is None and all(
        _is_plain_draw(inner[node]) if isinstance(node, ast.Call) and node in inner else is_constant(node)
        for node in options
    )


def _mentions(node: ast.AST, name: str) -> bool:
    """Tell whether code names a variable, in whatever way, or may read any."""
    return any(
        text in (name, "*") or text in _DYNAMIC or text.partition(".")[0] == name
        for inner in ast.walk(node)
        for _, value in ast.iter_fields(inner)
        for text in (value if isinstance(value, list) else [value])
        if isinstance(text, str)
    )


def _leaves(node: ast.stmt) -> bool:
    return any(isinstance(inner, _LEAVING) for inner in ast.walk(node))


def _is_plain(statement: ast.stmt, view: View) -> bool:
    """Tell whether a statement runs no code that may read a variable: imports, and quiet assignments."""
    match statement:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.Assign(targets=[ast.Name()], value=value):
            return is_quiet(value, view)
    return False
