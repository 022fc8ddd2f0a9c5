"""Functions of a script that remember earlier calls: in the value of a default, or around a closure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.dataflow.aliases import MUTATING
from hypertemplate.compiler.dataflow.bindings import bindings
from hypertemplate.compiler.dataflow.function_effects import changed_defaults, kept_functions
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.mutations import Body, changed_in_body
from hypertemplate.compiler.syntax.scopes import FunctionNode, bound_names


def remembering(module: Module) -> dict[str, str]:
    """Name to what it holds that changes when it is called, such as ``memo={}``."""
    found: dict[str, str] = {}
    makers: set[str] = set()
    for name, functions in module.functions.items():
        node = functions[-1].node
        found |= _remembering_defaults(module, name, node)
        if _makes_closure(module, node):
            makers.add(name)
    for name, functions in module.functions.items():
        for decorator in functions[-1].node.decorator_list:
            if isinstance(decorator, ast.Name) and decorator.id in makers:
                found[name] = f"@{decorator.id}"
    for statement in module.statements:
        for name, kept in kept_functions(statement.node):
            if isinstance(kept, ast.Lambda):
                found |= _remembering_defaults(module, name, kept)
        for name, value in bindings(statement.node):
            match value:
                case ast.Call(func=ast.Name(id=maker)) if maker in makers:
                    found[name] = f"{maker}()"
                case ast.Attribute(attr=method) if method in MUTATING:
                    found[name] = ast.unparse(value)
    return found


def _remembering_defaults(module: Module, name: str, function: Body) -> dict[str, str]:
    pairs = changed_defaults(function, module.local)
    made = [f"{parameter}={ast.unparse(value)}" for parameter, value in pairs if not _is_elsewhere(value)]
    return {name: made[0]} if made else {}


def _is_elsewhere(value: ast.expr) -> bool:
    """Whether a default is a value that the definition does not make."""
    return isinstance(value, (ast.Constant, ast.Name, ast.Attribute))


def _makes_closure(module: Module, node: FunctionNode) -> bool:
    """Whether a function makes another one that changes the first one's variables."""
    own = bound_names(node)
    return any(own & _changed_outside(module, inner) for inner in _inner(node))


def _inner(node: FunctionNode) -> Iterator[FunctionNode]:
    for inner in ast.walk(node):
        if inner is not node and isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield inner


def _changed_outside(module: Module, inner: FunctionNode) -> set[str]:
    """The variables from around a function that calling it changes or binds."""
    declared = {n for node in ast.walk(inner) if isinstance(node, ast.Nonlocal) for n in node.names}
    return (changed_in_body(inner, module.local) - bound_names(inner)) | declared
