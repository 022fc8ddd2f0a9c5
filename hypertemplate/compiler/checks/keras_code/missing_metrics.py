"""Metrics that code reads and that a Keras fit or ``evaluate`` surely does not report."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.checks.keras_code.keras_networks import (
    called_method,
    has_metrics,
    is_without_validation,
)
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.syntax.nodes import literal_text
from hypertemplate.compiler.syntax.tree import Tree

_ALWAYS = frozenset({"loss", "val_loss", "learning_rate", "lr"})


def missing_metrics(module: Module, statements: Iterable[TopLevel]) -> Iterator[Diagnostic]:
    """Warn about ``history.history['val_loss']`` of a fit without validation, and the like.

    Args:
        module: template.
        statements: statements that run.
    """
    for statement in statements:
        reader = _Reader(module, statement.tree)
        for node in ast.walk(statement.node):
            yield from reader.found(node)


class _Reader:
    """Reader of what a part takes from the results of fits and evaluations."""

    def __init__(self, module: Module, tree: Tree) -> None:
        self._module = module
        self._tree = tree

    def found(self, node: ast.AST) -> Iterator[Diagnostic]:
        """Yield the warning of one node."""
        match node:
            case ast.Subscript(value=ast.Attribute(value=of, attr="history"), slice=key, ctx=ast.Load()):
                yield from self._key(of, key)
            case ast.Assign(targets=[ast.Tuple(elts=[_, _, *_])], value=value):
                yield from self._items(value, alone=True)
            case ast.Subscript(value=value, slice=ast.Constant(value=int()), ctx=ast.Load()):
                yield from self._items(value, alone=True)
            case ast.UnaryOp(op=ast.USub(), operand=value):
                yield from self._items(value, alone=False)

    def _call(self, value: ast.expr, method: str) -> tuple[ast.Call, ast.Name] | None:
        """Return the call of a network's method that gives a value, and the network."""
        given = self._module.only_value(self._tree, value) if isinstance(value, ast.Name) else value
        called = called_method(self._module, self._tree, given)
        if isinstance(given, ast.Call) and called is not None and called[1] == method:
            return given, called[0]
        return None

    def _key(self, of: ast.expr, key: ast.expr) -> Iterator[Diagnostic]:
        fit, name = self._call(of, "fit"), literal_text(key)
        if fit is None or not name:
            return
        call, network = fit
        if name.startswith("val_") and is_without_validation(call):
            text = f"this fit reports no {name}: it has no validation"
            yield warning(Code.NO_METRIC, text, self._tree.span(key), "give fit() validation_data")
        elif (
            name.removeprefix("val_") not in _ALWAYS
            and has_metrics(self._tree, network) is False
            and not any(keyword.arg in (None, "callbacks") for keyword in call.keywords)
        ):
            text = f"this fit reports no {name}: the network is compiled without metrics"
            yield warning(Code.NO_METRIC, text, self._tree.span(key), "give compile() metrics=['accuracy']")

    def _items(self, value: ast.expr, *, alone: bool) -> Iterator[Diagnostic]:
        evaluated = self._call(value, "evaluate")
        if evaluated is None or any(k.arg in (None, "return_dict") for k in evaluated[0].keywords):
            return
        metrics = has_metrics(self._tree, evaluated[1])
        span = self._tree.span(value)
        if alone and metrics is False:
            text = "evaluate() returns the loss alone: the network is compiled without metrics"
            yield warning(
                Code.NO_METRIC, text, span, "give compile() metrics=['accuracy'], or take the loss alone"
            )
        elif not alone and metrics:
            text = "evaluate() returns a list of the loss and the metrics"
            yield warning(
                Code.NO_METRIC, text, span, "take one of its numbers: the loss is [0], the first metric [1]"
            )
