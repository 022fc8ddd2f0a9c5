"""Files that calls read and write, as they are met in the evaluation of code."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace

from hypertemplate.compiler.dataflow.effects import Code, Given
from hypertemplate.compiler.dataflow.evaluation.context import Context
from hypertemplate.compiler.dataflow.evaluation.path_texts import argument_texts, fold
from hypertemplate.compiler.dataflow.evaluation.receivers import may_be_foreign
from hypertemplate.compiler.dataflow.files.file_access import Access, Use
from hypertemplate.compiler.dataflow.files.file_calls import (
    GLOBS,
    MOVES,
    PATH_METHODS,
    PROCESSES,
    FileCall,
    of_function,
    of_method,
    use_by_name,
    use_in_mode,
)
from hypertemplate.compiler.dataflow.files.module_files import imported_files
from hypertemplate.compiler.dataflow.files.path_pattern import (
    ANYTHING,
    NO_PATH,
    UNKNOWN,
    Folded,
    Pattern,
    filled_in,
    globbed,
    is_path_like,
    joined,
    known,
    makers,
    paths,
)
from hypertemplate.compiler.dataflow.library import KNOWN_PACKAGES
from hypertemplate.compiler.syntax.nodes import last_name

_MOST = 256
"""Number of accesses of one piece of code; beyond it, they are to any path."""


def note_files(context: Context, node: ast.Call, path: str | None, given: Given) -> None:
    """Note the files that a call reads and writes.

    Args:
        context: state of the evaluation.
        node: call.
        path: dotted path of an imported function, or name of a builtin; None for any other.
        given: arguments, with their texts.
    """
    func = node.func
    if _calls_users(context, node, path):
        note(context, Access(ANYTHING, Use.READS | Use.WRITES | Use.OPAQUE))
    if path in GLOBS:
        _note_glob(context, node, given)
    elif path in PROCESSES:
        note(context, Access(ANYTHING, Use.READS | Use.WRITES))
    elif path in MOVES:
        note(context, Access(ANYTHING, Use.MOVES))
    elif path is not None:
        calls = of_function(path)
        _note_call(context, node, calls, given, path.rpartition(".")[2])
    elif isinstance(func, ast.Attribute):
        _note_method(context, node, func, given)
    elif not _is_templates(context, func):
        _note_call(context, node, None, given, last_name(func) or "")
    _note_passed(context, node)


def note(context: Context, access: Access) -> None:
    """Note one access; of a write that is sure, with its place."""
    files = context.effects.files
    if access.use & (Use.WRITES | Use.MENTIONED | Use.OPAQUE) != Use.WRITES:
        access = replace(access, node=None)
    files[access if len(files) < _MOST else Access(ANYTHING, access.use)] = None


def note_imported_files(context: Context, node: ast.Import | ast.ImportFrom) -> None:
    """Note the files that an import reads, of modules that the user may have written."""
    for path in imported_files(node):
        note(context, Access(path, Use.READS | Use.IMPORTED))


def apply_files(context: Context, code: Code, given: Given, *, held: bool = False) -> None:
    """Note the files that a call of one of the template's functions reads and writes.

    Args:
        context: state of the evaluation.
        code: function.
        given: arguments.
        held: whether other code may call it, with arguments that are not known.
    """
    if not code.effects.files:
        return
    values = argument_texts(context, code, given)
    for access in list(code.effects.files):
        root = access.path.parameter
        if held and root and root not in values:
            continue  # a library calls no function of the user's with a path
        if access.path.is_settled:
            note(context, access)
            continue
        for path in paths(filled_in(access.path, lambda name: values.get(name, UNKNOWN))):
            note(context, replace(access, path=path))


def _calls_users(context: Context, node: ast.Call, path: str | None) -> bool:
    """Tell whether a call may run code of a user's module: by its function, or by an argument."""
    given = (*node.args, *(keyword.value for keyword in node.keywords))
    inner = (one for argument in given for one in ast.walk(argument))
    names = (context.path(one) for one in inner if isinstance(one, (ast.Name, ast.Attribute)))
    return any(_is_users(one) for one in (path, *names) if one is not None)


def _is_users(path: str) -> bool:
    """Tell whether a function may be of a module of the user's."""
    package, dot, _ = path.partition(".")
    return bool(dot) and package not in sys.stdlib_module_names and package not in KNOWN_PACKAGES


def _is_templates(context: Context, func: ast.expr) -> bool:
    if not isinstance(func, ast.Name):
        return False
    return func.id in context.known.functions or func.id in context.known.classes


def _note_call(
    context: Context,
    node: ast.Call,
    calls: tuple[FileCall, ...] | None,
    given: Given,
    name: str,
) -> None:
    if calls is None:
        _note_mentioned(context, node, given, use_by_name(name))
    for call in calls or ():
        found, argument = _argument(node, given, call)
        use = call.use if call.mode is None else _use_in_mode(node, given, call)
        for one in paths(found):
            note(context, Access(one, use, argument, call.extent))


def _argument(node: ast.Call, given: Given, call: FileCall) -> tuple[Folded, ast.expr]:
    """Return the paths that an argument may be, and its expression."""
    keyed = {keyword.arg: keyword.value for keyword in node.keywords}
    if call.keyword in keyed:
        return given.named_texts[call.keyword], keyed[call.keyword]
    if call.position < len(given.texts):
        return given.texts[call.position], node.args[call.position]
    if given.rest is not None or given.spread is not None:
        return UNKNOWN, node
    return known(call.default) if call.default else NO_PATH, node


def _use_in_mode(node: ast.Call, given: Given, call: FileCall) -> Use:
    assert call.mode is not None
    mode = FileCall("mode", Use.READS, call.mode if call.mode >= 0 else sys.maxsize)
    found = paths(_argument(node, given, mode)[0])
    if not found:
        return call.use
    use = Use(0)
    for one in found:
        use |= use_in_mode(one.literal)
    return use


def _note_method(context: Context, node: ast.Call, func: ast.Attribute, given: Given) -> None:
    owner = fold(context, func.value)
    name = func.attr
    if name in PATH_METHODS or name == "open":
        _note_path_method(context, node, func, given, paths(owner))
        return
    calls = of_method(name, makers(owner))
    if calls is not None or may_be_foreign(context, func):
        _note_call(context, node, calls, given, name)


def _note_path_method(
    context: Context, node: ast.Call, func: ast.Attribute, given: Given, owner: frozenset[Pattern]
) -> None:
    method = PATH_METHODS.get(func.attr)
    use = method.use if method is not None else _use_in_mode(node, given, FileCall("", Use.READS, mode=0))
    for path in owner:
        unknown = path.is_any and not path.parameter and path.literal is None
        if unknown and (method is None or not method.only_of_paths):
            continue  # a method of that name may be of anything else
        if method is not None and method.lists:
            names = given.texts[0] if given.texts and func.attr == "glob" else UNKNOWN
            for found in paths(globbed(joined(frozenset((path,)), names))):
                note(context, Access(found, use, func.value))
        else:
            note(context, Access(path, use, func.value))
            if Use.REMOVES in use and given.texts:  # it is moved to the argument
                for target in paths(given.texts[0]):
                    note(context, Access(target, Use.WRITES, node.args[0]))


def _note_glob(context: Context, node: ast.Call, given: Given) -> None:
    for one in paths(globbed(given.texts[0] if given.texts else UNKNOWN)):
        note(context, Access(one, Use.READS, node.args[0] if node.args else node))


def _note_mentioned(context: Context, node: ast.Call, given: Given, use: Use) -> None:
    """Note texts that look like paths, which code gets of which nothing is known."""
    for found, argument in _each(node, given):
        for one in found:
            if isinstance(one, Pattern) and (one.parameter or is_path_like(one.literal or "")):
                # What a parameter is may be no path at all.
                note(context, Access(one, use | (Use.MENTIONED if one.parameter else Use(0)), argument))


def _each(node: ast.Call, given: Given) -> Iterator[tuple[Folded, ast.expr]]:
    yield from zip(given.texts, node.args, strict=False)
    keyed: Mapping[str | None, ast.expr] = {keyword.arg: keyword.value for keyword in node.keywords}
    yield from ((found, keyed[name]) for name, found in given.named_texts.items())


def _note_passed(context: Context, node: ast.Call) -> None:
    """Note functions that read or write files and are passed on, as in ``map(np.load, paths)``."""
    for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
        path = context.path(argument) if isinstance(argument, (ast.Name, ast.Attribute)) else None
        for call in (of_function(path) if path is not None else None) or ():
            note(context, Access(ANYTHING, call.use, argument))
