"""Folding of expressions: the paths and other texts that they may be, without running anything."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Callable, Mapping

from hypertemplate.compiler.dataflow.bindings import bindings
from hypertemplate.compiler.dataflow.effects import Code, Given
from hypertemplate.compiler.dataflow.evaluation.context import Context
from hypertemplate.compiler.dataflow.files.file_calls import OPENED
from hypertemplate.compiler.dataflow.files.path_pattern import (
    NO_PATH,
    UNKNOWN,
    Folded,
    Made,
    added,
    changed,
    either,
    filled_in,
    formatted,
    joined,
    known,
    makers,
)
from hypertemplate.compiler.syntax.nodes import defaults

_JOINS = frozenset({"os.path.join", "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath"})
_SAME = frozenset(
    {
        *("str", "os.fspath", "os.fsdecode", "os.path.abspath", "os.path.realpath", "os.path.normpath"),
        *("os.path.expanduser", "os.path.expandvars"),
    }
)
"""Functions whose result is the path that they are given, written otherwise."""

_PARTS: Mapping[str, Callable[[str], str]] = {
    "os.path.dirname": posixpath.dirname,
    "os.path.basename": posixpath.basename,
}
_ATTRIBUTES: Mapping[str, Callable[[str], str]] = {
    "parent": lambda text: posixpath.dirname(text) or ".",
    "name": posixpath.basename,
    "stem": lambda text: posixpath.splitext(posixpath.basename(text))[0],
}
_SAME_METHODS = frozenset({"resolve", "absolute", "expanduser", "as_posix", "__str__", "__fspath__"})
_IN_MEMORY = frozenset({"io.BytesIO", "io.StringIO", "sys.stdout", "sys.stderr", "sys.stdin"})
_NAMES = frozenset({"os.sep", "os.path.sep"})


def fold(context: Context, node: ast.expr | None) -> Folded:
    """Return what an expression may be, as far as it is known before anything runs."""
    folded = _FOLDED.get(type(node))
    return folded(context, node) if folded is not None else UNKNOWN


def _constant(context: Context, node: ast.Constant) -> Folded:
    return known(node.value) if isinstance(node.value, str) else NO_PATH


def _f_string(context: Context, node: ast.JoinedStr) -> Folded:
    found = known("")
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            plain = part.format_spec is None and part.conversion in (-1, 115)
            found = added(found, fold(context, part.value) if plain else UNKNOWN)
        else:
            found = added(found, fold(context, part))
    return found


def _operation(context: Context, node: ast.BinOp) -> Folded:
    match node.op:
        case ast.Add():
            return added(fold(context, node.left), fold(context, node.right))
        case ast.Div():
            return joined(fold(context, node.left), fold(context, node.right))
        case ast.Mod():
            return formatted(fold(context, node.left))
    return UNKNOWN


def _name(context: Context, node: ast.Name) -> Folded:
    return UNKNOWN if context.path(node) else named(context, node.id)


def named(context: Context, name: str) -> Folded:
    """Return what a name may be."""
    scope = next((one for one in reversed(context.scopes) if name in one.names), None)
    if scope is not None:
        return scope.texts.get(name, UNKNOWN)
    if name not in context.known.folded:
        context.known.folded[name] = UNKNOWN  # while it is found, for a name that is bound by itself
        values = context.known.values.get(name)
        outside = context.anew(type(context.effects)())
        found = [fold(outside, value) for value in values] if values else [UNKNOWN]
        context.known.folded[name] = either(*found)
    return context.known.folded[name]


def _attribute(context: Context, node: ast.Attribute) -> Folded:
    path = context.path(node)
    if path is not None:
        return known("/") if path in _NAMES else NO_PATH if path in _IN_MEMORY else UNKNOWN
    if node.attr in _ATTRIBUTES:
        return changed(fold(context, node.value), _ATTRIBUTES[node.attr])
    if isinstance(node.value, ast.Name) and context.look_up(node.value.id) is None:
        return _class_attribute(context, node.value.id, node.attr)
    return UNKNOWN


def _class_attribute(context: Context, name: str, attribute: str) -> Folded:
    """Return what an attribute of one of the template's classes may be, if nothing else assigns it."""
    code = context.known.classes.get(name)
    if code is None or not context.known.assigned_attributes.isdisjoint((attribute, "*")):
        return UNKNOWN
    bound = (pair for part in code.node.body for pair in bindings(part, puts=False))
    values = [value for name, value in bound if name == attribute]
    return fold(context.anew(type(context.effects)()), values[0]) if len(values) == 1 else UNKNOWN


def _call(context: Context, node: ast.Call) -> Folded:
    func = node.func
    path = context.path(func) if isinstance(func, (ast.Name, ast.Attribute)) else None
    own = isinstance(func, ast.Name) and context.look_up(func.id) is None
    if path is None and isinstance(func, ast.Name) and own and not context.named(func.id):
        path = func.id
    if path is not None:
        return _of_library(context, path, node)
    if isinstance(func, ast.Attribute):
        return _of_method(context, func, node)
    if isinstance(func, ast.Name) and own and func.id in context.known.functions:
        given = texts_of(context, node)
        codes = context.known.functions[func.id]
        context.used.update(codes)
        found = (returned for code in codes for returned in _returned(context, code, given))
        return either(*found)
    return UNKNOWN


def _returned(context: Context, code: Code, given: Given) -> list[Folded]:
    """Return what a function of the template may return in a call."""
    values = argument_texts(context, code, given)
    every = [
        frozenset((one,)) if isinstance(one, Made) else filled_in(one, lambda root: values.get(root, UNKNOWN))
        for one in list(code.effects.gives_texts)
    ]
    return every


def _of_library(context: Context, path: str, node: ast.Call) -> Folded:
    given = [fold(context, argument) for argument in node.args]
    if path in _JOINS:
        whole = known("")
        for part in given:
            whole = joined(whole, part)
        return whole if given else known(".")
    if path in _IN_MEMORY or path in OPENED:
        return NO_PATH  # what an open file is read from, or written to, counts where it is opened
    if path in _SAME or path in _PARTS:
        first = given[0] if given else UNKNOWN
        return first if path in _SAME else changed(first, _PARTS[path])
    return known("/tmp") if path == "tempfile.gettempdir" else frozenset((Made(path),))


def _of_method(context: Context, func: ast.Attribute, node: ast.Call) -> Folded:
    owner = fold(context, func.value)
    given = [fold(context, argument) for argument in node.args]
    if func.attr == "open":
        return NO_PATH
    if func.attr in _SAME_METHODS:
        return owner
    if func.attr == "format":
        return formatted(owner)
    if func.attr == "joinpath":
        for part in given:
            owner = joined(owner, part)
        return owner
    if func.attr == "with_suffix" and given:
        return added(changed(owner, lambda text: posixpath.splitext(text)[0]), given[0])
    if func.attr in ("with_name", "with_stem") and given:
        return joined(changed(owner, posixpath.dirname), given[0])
    return frozenset(map(Made, makers(owner))) or UNKNOWN


def _either(context: Context, node: ast.IfExp | ast.BoolOp) -> Folded:
    values = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
    return either(*(fold(context, value) for value in values))


def _items(context: Context, node: ast.List | ast.Tuple) -> Folded:
    return either(*(fold(context, one) for one in node.elts))


def _inner(context: Context, node: ast.NamedExpr | ast.Starred) -> Folded:
    return fold(context, node.value)


_FOLDED: Mapping[type, Callable[..., Folded]] = {
    ast.Constant: _constant,
    ast.JoinedStr: _f_string,
    ast.BinOp: _operation,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.IfExp: _either,
    ast.BoolOp: _either,
    ast.List: _items,
    ast.Tuple: _items,
    ast.NamedExpr: _inner,
    ast.Starred: _inner,
}
"""Functions that fold expressions, by their class; of all others nothing is known."""


def item_texts(context: Context, node: ast.expr) -> Folded:
    """Return the possible items of a list that is written out, or that a name stands for."""
    return fold(context, node) if isinstance(node, (ast.List, ast.Tuple, ast.Name)) else UNKNOWN


def texts_of(context: Context, node: ast.Call) -> Given:
    """Return the arguments of a call with nothing but their texts."""
    given = Given()
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            break
        given.texts.append(fold(context, argument))
    given.named_texts.update((k.arg, fold(context, k.value)) for k in node.keywords if k.arg is not None)
    return given


def argument_texts(context: Context, code: Code, given: Given) -> dict[str, Folded]:
    """Return the texts of a function's parameters in a call, by their roots, as far as the call tells."""
    arguments = code.node.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    if code.method and names:
        del names[0]
    found = dict(zip(names, given.texts, strict=False))
    found.update(given.named_texts)
    if given.rest is None and given.spread is None:
        for name, value in defaults(code.node):
            if name not in found:
                found[name] = fold(context.anew(context.effects), value)
    return {f"({name})": text for name, text in found.items()}
