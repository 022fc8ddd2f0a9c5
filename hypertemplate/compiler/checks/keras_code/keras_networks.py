"""Names that surely are networks of Keras, and what their methods then return."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.syntax.name_scopes import scope_of, uses_of
from hypertemplate.compiler.syntax.tree import Tree

_PACKAGES = frozenset({"keras", "tensorflow", "tf_keras"})
_NETWORKS = frozenset({"Model", "Sequential"})
_PLACES_BEFORE_CALLBACKS = 5
"""Number of the arguments of ``fit`` before callbacks and those for validation."""

_PLACE_OF_METRICS = 4
"""Position of the metrics among the arguments of ``compile``, from 1."""


def builds_network(module: Module, value: ast.expr | None) -> bool:
    """Tell whether an expression builds a network of Keras's own classes."""
    path = module.dotted(value.func) if isinstance(value, ast.Call) else None
    return path is not None and path.split(".")[0] in _PACKAGES and path.rpartition(".")[2] in _NETWORKS


def called_method(module: Module, tree: Tree, call: ast.expr | None) -> tuple[ast.Name, str] | None:
    """Return the name of the network and of the method that an expression calls; None for any other."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name() as name, attr=method)):
            return (name, method) if builds_network(module, module.only_value(tree, name)) else None
    return None


def is_without_validation(call: ast.Call) -> bool:
    """Tell whether a call of ``fit`` surely reports no ``val_loss``."""
    given = {keyword.arg for keyword in call.keywords}
    # A callback may add it.
    may_have = {"callbacks", "validation_data", "validation_split"}
    return not (given & may_have or _has_unpacked(call)) and len(call.args) <= _PLACES_BEFORE_CALLBACKS


def has_metrics(tree: Tree, network: ast.Name) -> bool | None:
    """Tell whether a network is compiled with metrics; None if in doubt."""
    compiled = list(_compiled(tree, network))
    if len(compiled) != 1 or _has_unpacked(compiled[0]):
        return None
    metrics = [k.value for k in compiled[0].keywords if k.arg in ("metrics", "weighted_metrics")]
    match metrics:
        case [ast.List(elts=[_, *_])]:
            return True
        case [] if len(compiled[0].args) < _PLACE_OF_METRICS:
            return False
    return None


def _compiled(tree: Tree, name: ast.Name) -> Iterator[ast.Call]:
    """Yield the calls of a network's ``compile``."""
    scope = scope_of(tree, name)
    for use in uses_of(tree, name.id):
        attribute = tree.parents[use]
        call = tree.parents.get(attribute)
        if (
            isinstance(attribute, ast.Attribute)
            and attribute.attr == "compile"
            and isinstance(call, ast.Call)
            and scope_of(tree, use) is scope
        ):
            yield call


def _has_unpacked(call: ast.Call) -> bool:
    """Tell whether a call has arguments that its text does not show."""
    starred = any(isinstance(one, ast.Starred) for one in call.args)
    return starred or any(keyword.arg is None for keyword in call.keywords)
