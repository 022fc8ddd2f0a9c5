"""Arguments with which a library changes its other arguments: ``copy=False``, ``inplace=True``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.effects import NOTHING, Change, Fresh, Given, Objects
from hypertemplate.compiler.dataflow.evaluation.context import Context
from hypertemplate.compiler.dataflow.graph import reachable

_COPIES = frozenset({"copy", "copy_X", "copy_x"})
_COPYING = ("imblearn.", "numpy.nan_to_num", "scipy.", "skimage.", "sklearn.")
"""Beginnings of paths whose ``copy=False`` is leave to change an argument; others return a view of it."""

_OF_ESTIMATORS = ("fit", "inverse_transform", "partial_fit", "predict", "score", "transform")
"""Beginnings of the names of methods that change what they are given, if their estimator copies nothing."""


def change_arguments(context: Context, node: ast.Call, path: str, given: Given) -> None:
    """Note what a call of an imported function changes since an argument of it says so."""
    asked = _asked(node)
    if any(name.startswith("overwrite_") for name in asked):
        context.effects.change(given.every, Change.CERTAIN)
    elif "inplace" in asked or copies_nothing(node, path):
        context.effects.change(_first(given), Change.CERTAIN)


def change_by_method(context: Context, node: ast.Call, receiver: Objects, given: Given) -> None:
    """Note what a library's method changes since an argument of it, or of what made its object, says so."""
    assert isinstance(node.func, ast.Attribute)
    asked = _asked(node)
    if "inplace" in asked:
        context.effects.change(receiver, Change.CERTAIN)
    if node.func.attr.startswith(_OF_ESTIMATORS) and (
        asked & _COPIES
        or any(isinstance(one, Fresh) and one.in_place for one in receiver)
        or any(copies_nothing(call, context.path(call.func)) for call in _makers(context, node.func.value))
    ):
        context.effects.change(_first(given), Change.CERTAIN)


def copies_nothing(node: ast.Call, path: str | None) -> bool:
    """Tell whether a library's call, or what it makes, may change what it is given, rather than a copy."""
    return bool(path and path.startswith(_COPYING) and _asked(node) & _COPIES)


def made_by_python(context: Context, node: ast.expr) -> bool:
    """Tell whether an expression may be an object of Python's own that keeps a state, or a part of one."""
    paths = (context.path(call.func) for call in _makers(context, node))
    return any(path is not None and library.keeps_state(path) for path in paths)


def _first(given: Given) -> Objects:
    return given.first.union(*(given.named.get(name, NOTHING) for name in ("X", "target")))


def _asked(node: ast.Call) -> set[str]:
    """Return the keywords of a call by which it may be told to change its arguments, or to copy nothing."""
    return {one.arg for one in node.keywords if one.arg and _may_be(one.value, one.arg not in _COPIES)}


def _may_be(node: ast.expr, wanted: bool) -> bool:
    return not isinstance(node, ast.Constant) or node.value is wanted


def _makers(context: Context, node: ast.expr) -> Iterator[ast.Call]:
    """Yield the calls that may have made an object: those in its expression, and in those of its names."""

    def values(one: ast.expr) -> Iterator[ast.expr]:
        names = (inner.id for inner in ast.walk(one) if isinstance(inner, ast.Name))
        yield from (value for name in names for value in context.known.values.get(name, ()))

    for value in reachable([node], values):
        yield from (inner for inner in ast.walk(value) if isinstance(inner, ast.Call))
