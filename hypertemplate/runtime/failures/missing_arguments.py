"""Reads of ``sys.argv`` beyond its end, by a template that was given too few arguments."""

from __future__ import annotations

import ast
import linecache
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hypertemplate.runtime.own_code import is_own_module_name


def reads_missing(error: BaseException) -> bool:
    """Return True if an exception is that of the user's line which takes more of ``sys.argv`` than it has."""
    frames = list(traceback.walk_tb(error.__traceback__))
    if not isinstance(error, (IndexError, ValueError)) or not frames:
        return False
    frame, line = frames[-1]
    if not is_own_module_name(frame.f_globals.get("__name__")):
        return False
    text = "".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals))
    try:
        tree = ast.parse(text)
    except SyntaxError:  # a file that was edited since
        return False
    reader = _Reader(tree, {**frame.f_globals, **frame.f_locals})
    return any(reader.takes_too_much(node) for node in reader.at(line))


@dataclass(frozen=True)
class _Reader:
    """Expressions of a text that are ``sys.argv`` or a part of it.

    Attributes:
        tree: the text.
        names: values of the names where it failed.
    """

    tree: ast.Module
    names: Mapping[str, Any]

    def at(self, line: int) -> Iterator[ast.AST]:
        """Yield the statements and expressions that a line is part of."""
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.stmt, ast.expr)) and node.lineno <= line <= (node.end_lineno or line):
                yield node

    def takes_too_much(self, node: ast.AST) -> bool:
        """Tell whether a node takes an item that is not there, or more items than there are."""
        match node:
            case ast.Subscript(value=taken, slice=ast.Constant(value=int(index))):
                value = self._value(taken)
                return value is not None and len(value) <= index
            case ast.Assign(targets=[ast.Tuple(elts=targets) | ast.List(elts=targets)], value=taken):
                value = self._value(taken)
                needed = sum(not isinstance(target, ast.Starred) for target in targets)
                return value is not None and len(value) < needed
        return False

    def _value(self, node: ast.expr) -> list[str] | None:
        """Return the list that an expression is, if it is ``sys.argv``, the rest of it, or a name of that."""
        if not isinstance(node, ast.Name) or self.names.get(node.id) is sys.argv:
            return self._rest(node)
        rests = (
            self._rest(other.value)
            for other in ast.walk(self.tree)
            if isinstance(other, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == node.id for target in other.targets)
        )
        return next((rest for rest in rests if rest is not None and rest == self.names.get(node.id)), None)

    def _rest(self, node: ast.expr) -> list[str] | None:
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr="argv") if self.names.get(name) is sys:
                return list(sys.argv)
            case ast.Name(id=name) if self.names.get(name) is sys.argv:
                return list(sys.argv)
            case ast.Subscript(
                value=whole, slice=ast.Slice(lower=ast.Constant(value=int(first)), upper=None)
            ):
                rest = self._rest(whole)
                return None if rest is None else rest[first:]
        return None
