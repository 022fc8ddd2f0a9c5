"""Effects of code outside the template: on imported modules, on the process, on files."""

from __future__ import annotations

import ast

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.effects import NOTHING
from hypertemplate.compiler.dataflow.evaluation.context import Context
from hypertemplate.compiler.dataflow.files.file_calls import of_function
from hypertemplate.compiler.syntax.nodes import root


def note_call(context: Context, path: str, *, alone: bool) -> None:
    """Note a call of an imported function; `alone` if its result is not used."""
    if library.acts(path, alone=alone) and of_function(path) is None:
        context.effects.outside.add(path)


def note_method(context: Context, func: ast.Attribute, alone: bool) -> None:
    """Note a method that is called on what an imported function has returned, such as a logger."""
    if func.attr == "mkdir":
        context.effects.outside.add("os.mkdir")
    inner: ast.expr = func
    while isinstance(inner, (ast.Attribute, ast.Subscript, ast.Call)):
        inner = inner.func if isinstance(inner, ast.Call) else inner.value
        path = context.path(inner) if isinstance(inner, (ast.Name, ast.Attribute)) else None
        if path is not None:
            if alone and func.attr not in library.OF_MODELS and library.gives_own(path):
                context.effects.outside.add(path)
            return


def note_store(context: Context, target: ast.expr) -> None:
    """Note a change of something that an imported module has, such as an assignment to its attribute."""
    for name in root(target):
        # A name that an import inside a function binds has no values.
        if not context.look_up(name) and name in context.known.aliases:
            context.effects.outside.add(context.known.aliases[name])


def note_import(context: Context, node: ast.Import | ast.ImportFrom) -> None:
    """Note the names that an import binds, and that code of a module runs which the user may have written."""
    for one in node.names:
        context.bind_name(one.asname or one.name.split(".")[0], NOTHING)
    paths = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or "."]
    context.effects.outside |= {path for path in paths if not library.is_known(path.split(".")[0])}
