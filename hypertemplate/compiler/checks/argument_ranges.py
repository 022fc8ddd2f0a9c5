"""Numbers outside of the range that an argument of a well-known callable accepts."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Iterator, Mapping

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.syntax.literals import number as written_number

_PACKAGES = frozenset({"keras", "tensorflow", "tf_keras"})
_SHARES: dict[str, str] = {
    **dict.fromkeys(("AlphaDropout", "Dropout", "GaussianDropout"), "rate"),
    **dict.fromkeys(("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"), "rate"),
    "GaussianNoise": "stddev",
}
"""Layer of Keras -> its first argument, which is between 0 and 1."""

_OF_VALUES = frozenset({"quniform", "uniform", "uniformint"})
_OF_LOGARITHMS = frozenset({"loguniform", "qloguniform"})
_LARGE = 100
"""Largest logarithm that is of interest."""


def argument_ranges(
    module: Module, statements: Iterable[TopLevel], draws: Mapping[Marker, DrawCall]
) -> Iterator[Diagnostic]:
    """Warn about ``Dropout(25)`` and ``Dropout({{uniform(0, 2)}})``.

    Args:
        module: template.
        statements: statements that run.
        draws: the calls in its markers.
    """
    drawn: dict[ast.AST, DrawCall] = {marker.node: draw for marker, draw in draws.items()}
    for statement in statements:
        tree = statement.tree
        for call in ast.walk(statement.node):
            name = _layer(module, call)
            value = _share(call, name) if isinstance(call, ast.Call) and name else None
            if value is None:
                continue
            given = module.only_value(tree, value) if isinstance(value, ast.Name) else value
            if given is not None and (what := _outside(given, drawn.get(given))):
                text = f"{_SHARES[name]} of {name}() is between 0 and 1, {what}"
                help = "write a number from 0 to 1, such as 0.25"
                yield warning(Code.RANGE, text, tree.span(value), help)


def _layer(module: Module, node: ast.AST) -> str:
    """Return the name of the layer of Keras that a node makes, if its first argument is a share."""
    path = module.dotted(node.func) if isinstance(node, ast.Call) else None
    if path is None and isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        stars = (star for star in module.stars if node.func.id not in module.binders)
        path = next((f"{star}.{node.func.id}" for star in stars), None)
    first, _, last = (path or "").partition(".")
    name = last.rpartition(".")[2]
    return name if first in _PACKAGES and name in _SHARES else ""


def _share(call: ast.Call, name: str) -> ast.expr | None:
    """Return the argument that is a share."""
    if call.args:
        return call.args[0]
    return next((keyword.value for keyword in call.keywords if keyword.arg == _SHARES[name]), None)


def _outside(value: ast.expr, draw: DrawCall | None) -> str:
    """Say which number is outside of the range; an empty text if none is, or if it is unknown."""
    numbers = [written_number(value)]
    if draw is not None and draw.options is not None:
        numbers = [written_number(option.node) for option in draw.options]
    elif draw is not None:
        return _bounds_outside(draw)
    wrong = [number for number in numbers if number is not None and not 0 <= number <= 1]
    return f"got {wrong[0]:g}" if wrong else ""


def _bounds_outside(draw: DrawCall) -> str:
    """Say how far the numbers go that a distribution draws."""
    bounds = {name: written_number(node) for name, node in draw.numbers}
    low, high = bounds.get("low"), bounds.get("high")
    if draw.distribution in _OF_LOGARITHMS:
        low, high = (None if bound is None else math.exp(min(bound, _LARGE)) for bound in (low, high))
    elif draw.distribution not in _OF_VALUES:
        return ""
    if high is not None and high > 1:
        return f"but {draw.distribution}() draws up to {high:g}"
    return f"but {draw.distribution}() draws down to {low:g}" if low is not None and low < 0 else ""
