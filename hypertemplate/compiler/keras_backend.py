"""Where a program itself says what Keras 3 computes with; nothing of it runs."""

from __future__ import annotations

import ast

from hypertemplate.compiler.module import Module
from hypertemplate.compiler.parsing import Tree

_SET_BACKEND = "keras.config.set_backend"
_VARIABLE = "KERAS_BACKEND"


def given_backend(module: Module, node: ast.AST) -> tuple[ast.expr | None, bool]:
    """What a node sets as Keras's backend, and whether only where ``KERAS_BACKEND`` has no value."""
    match node:
        case ast.Assign(targets=[ast.Subscript(value=of, slice=ast.Constant(value=key))], value=value):
            if key == _VARIABLE and module.dotted(of) == "os.environ":
                return value, False
        case ast.Call(func=func, args=[value, *_]) if module.dotted(func) == _SET_BACKEND:
            return value, False
        case ast.Call(func=ast.Attribute(value=of, attr=method), args=arguments, keywords=keywords):
            if module.dotted(of) == "os.environ":
                return _given(method, arguments, keywords), method == "setdefault"
    return None, False


def guard(module: Module, tree: Tree, node: ast.AST) -> ast.If | None:
    """The ``if "KERAS_BACKEND" not in os.environ:`` in whose body a node stands; None where there is none."""
    for child, parent in tree.ancestors(node):
        if isinstance(parent, ast.If) and child in parent.body and _asks_whether_unset(module, parent.test):
            return parent
    return None


def _asks_whether_unset(module: Module, test: ast.expr) -> bool:
    """Whether a test holds where ``KERAS_BACKEND`` has no value."""
    match test:
        case ast.Compare(left=ast.Constant(value=key), ops=[ast.NotIn()], comparators=[of]):
            return key == _VARIABLE and module.dotted(of) == "os.environ"
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=func, args=[ast.Constant(value=key), *_])):
            return key == _VARIABLE and module.dotted(func) in ("os.environ.get", "os.getenv")
    return False


def _given(method: str, arguments: list[ast.expr], keywords: list[ast.keyword]) -> ast.expr | None:
    """What ``os.environ.setdefault`` or ``os.environ.update`` is given for ``KERAS_BACKEND``."""
    match method, arguments:
        case "setdefault", [ast.Constant(value=key), value] if key == _VARIABLE:
            return value
        case "update", [ast.Dict(keys=keys, values=values)]:
            for name, value in zip(keys, values, strict=True):
                if isinstance(name, ast.Constant) and name.value == _VARIABLE:
                    return value
        case "update", []:
            return next((keyword.value for keyword in keywords if keyword.arg == _VARIABLE), None)
    return None
