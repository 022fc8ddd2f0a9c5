"""Folders that a program adds to `sys.path`, as far as its text tells them."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hypertemplate.compiler.syntax.import_paths import bound_paths
from hypertemplate.compiler.syntax.nodes import dotted
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.compiler.syntax.tree import parse

_TEXTS: dict[str, Callable[[str], str]] = {
    "os.path.abspath": os.path.abspath,
    "os.path.dirname": os.path.dirname,
    "os.path.expanduser": os.path.expanduser,
    "os.path.normpath": os.path.normpath,
    "os.path.realpath": os.path.realpath,
}
_SAME = frozenset({"str", "os.fspath", "pathlib.PurePath"})
_ABSOLUTE = frozenset({"absolute", "resolve"})
_SAME_METHODS = frozenset({"as_posix", "expanduser"})


@dataclass(frozen=True, slots=True)
class PathEdits:
    """Folders that a program adds to `sys.path`.

    Attributes:
        first: those before all others, in order.
        last: those behind them.
        unknown: lines that add folders of which the text does not tell.
    """

    first: list[str] = field(default_factory=list)
    last: list[str] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)


def path_edits(source: Source) -> PathEdits:
    """Return the folders that the parts of a template add to `sys.path`."""
    edits = PathEdits()
    mentioned = any("path" in part.text or "addsitedir" in part.text for part in source.parts)
    for tree in parse(source)[0] if mentioned else ():
        add_edits(edits, tree.module, tree.origin.path or source.path)
    return edits


def add_edits(edits: PathEdits, module: ast.Module, file: str) -> None:
    """Add the folders that a module adds to `sys.path`.

    Args:
        edits: folders so far.
        module: its text as a tree.
        file: its file; empty where ``__file__`` is not defined.
    """
    program = _Program(module, file)
    for node, folders, at_first in program.added():
        found = [program.text(one) for one in folders]
        if None in found or not found:
            edits.unknown.append(node.lineno)
        known = [os.path.abspath(one) for one in found if one is not None]  # noqa: PTH100
        if at_first:
            edits.first[:0] = known
        else:
            edits.last.extend(known)


class _Program:
    """Expressions of a program whose values its text tells.

    Args:
        module: the program.
        file: its file, or an empty text.
    """

    def __init__(self, module: ast.Module, file: str) -> None:
        self._nodes = [*ast.walk(module)]
        self._file = file
        self._aliases = {
            name: path
            for node in self._nodes
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for name, path in bound_paths(node, "")
        }
        bound: dict[str, list[ast.expr]] = {}
        for node in self._nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    bound.setdefault(name, []).append(value)
        self._values = {name: values[0] for name, values in bound.items() if len(values) == 1}

    def added(self) -> Iterator[tuple[ast.stmt | ast.expr, list[ast.expr], bool]]:
        """Yield each place where `sys.path` grows, the folders, and whether they come first."""
        for node in self._nodes:
            match node:
                case ast.Call(func=ast.Attribute(value=owner, attr="insert"), args=[at, folder]):
                    if self._is_path(owner):
                        yield node, [folder], isinstance(at, ast.Constant) and at.value in (0, 1)
                case ast.Call(func=ast.Attribute(value=owner, attr="append"), args=[folder]):
                    if self._is_path(owner):
                        yield node, [folder], False
                case ast.Call(func=ast.Attribute(value=owner, attr="extend"), args=[folders]):
                    if self._is_path(owner):
                        yield node, _items(folders), False
                case ast.Call(func=function, args=[folder]) if self._path(function) == "site.addsitedir":
                    yield node, [folder], False
                case ast.AugAssign(target=owner, value=folders) if self._is_path(owner):
                    yield node, _items(folders), False
                case ast.Assign(targets=[ast.Subscript(value=owner)], value=folders) if self._is_path(owner):
                    yield node, _items(folders), True
                case ast.Assign(targets=[owner], value=ast.BinOp(left=left, right=right)):
                    if self._is_path(owner):
                        yield node, _items(right if self._is_path(left) else left), not self._is_path(left)

    def _path(self, node: ast.expr) -> str:
        return dotted(node, self._aliases) or (node.id if isinstance(node, ast.Name) else "")

    def _is_path(self, node: ast.expr) -> bool:
        return self._path(node) == "sys.path"

    def text(self, node: ast.expr, depth: int = 0) -> str | None:
        """Return the text of a path that an expression gives, relative to the current folder."""
        if depth > 20:
            return None  # names that are bound to each other

        def of(inner: ast.expr) -> str | None:
            return self.text(inner, depth + 1)

        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Name(id="__file__"):
                return self._file or None
            case ast.Name(id=name) if name in self._values:
                return of(self._values[name])
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return _joined([of(left), of(right)])
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return _added([of(left), of(right)])
            case ast.JoinedStr(values=values):
                return _added([of(one) for one in values])
            case ast.FormattedValue(value=value, format_spec=None):
                return of(value)
            case ast.Attribute(value=owner, attr="parent"):
                return _above(of(owner), 1)
            case ast.Subscript(value=ast.Attribute(value=owner, attr="parents"), slice=ast.Constant(int(n))):
                return _above(of(owner), n + 1)
            case ast.Call(func=function, args=args):
                return self._called(function, [of(one) for one in args])
            case ast.Attribute():
                return {"os.pardir": "..", "os.curdir": ".", "os.sep": "/"}.get(self._path(node))
        return None

    def _called(self, function: ast.expr, given: list[str | None]) -> str | None:
        path = self._path(function)
        if path in ("os.getcwd", "pathlib.Path.cwd"):
            return str(Path.cwd())
        if path in ("os.path.join", "pathlib.Path"):
            return _joined(given)
        if path in _TEXTS or path in _SAME:
            one = given[0] if len(given) == 1 else None
            return one if one is None or path in _SAME else _TEXTS[path](one)
        if isinstance(function, ast.Attribute):
            owner = self.text(function.value)
            if function.attr == "joinpath":
                return _joined([owner, *given])
            if owner is not None and function.attr in _ABSOLUTE:
                return str(Path(owner).resolve())
            return owner if function.attr in _SAME_METHODS else None
        return None


def _items(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]


def _joined(parts: list[str | None]) -> str | None:
    known = [part for part in parts if part is not None]
    return str(Path(*known)) if len(known) == len(parts) else None


def _added(parts: list[str | None]) -> str | None:
    known = [part for part in parts if part is not None]
    return "".join(known) if len(known) == len(parts) else None


def _above(path: str | None, count: int) -> str | None:
    # As pathlib does: the parent of a relative path of one name is the current folder.
    return None if path is None else str([Path(path), *Path(path).parents, Path(path)][count])
