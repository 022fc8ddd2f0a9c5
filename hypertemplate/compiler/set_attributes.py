"""Attributes that code of the template sets on modules and classes that it imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel


def set_attributes(module: Module, kept: Iterable[TopLevel]) -> tuple[str, ...]:
    """Return the dotted paths of attributes that kept code assigns or deletes on what it imports, each once.

    ``Dense.call = traced`` of a template that imports ``Dense`` from ``keras.layers`` gives
    ``keras.layers.Dense.call``. Files that are compiled with the template have no such paths.
    """
    found = (path for statement in kept for path in _paths(module, statement.node))
    return tuple(dict.fromkeys(path for path in found if path.split(".")[0] not in module.imported))


def _paths(module: Module, statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        match node:
            case ast.Attribute(ctx=ast.Store() | ast.Del()):
                if (path := module.dotted(node)) is not None:
                    yield path
            case ast.Call(
                func=ast.Name(id="setattr" | "delattr"), args=[owner, ast.Constant(value=str(name)), *_]
            ):
                if (path := module.dotted(owner)) is not None:
                    yield f"{path}.{name}"
