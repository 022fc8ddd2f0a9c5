"""Markers that draw fractions where a whole number is needed: each trial would fail."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.syntax.name_scopes import scope_of, uses_of
from hypertemplate.compiler.syntax.nodes import last_name
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.tree import Tree

_FRACTIONS = frozenset({"lognormal", "loguniform", "normal", "uniform"})
"""Distributions that have a form with a step, which has the same name after a ``q``."""

_FRAMEWORKS = frozenset({"keras", "tensorflow", "tf_keras"})
_FIRST = frozenset({"Conv1D", "Conv2D", "Conv3D", "Dense", "GRU", "LSTM", "SimpleRNN"})
_LAYERS = frozenset({"filters", "kernel_size", "pool_size", "strides", "units"})
_FITS = frozenset({"batch_size", "epochs", "steps_per_epoch"})
_ESTIMATORS = frozenset({"max_depth", "n_clusters", "n_estimators", "n_neighbors"})


def fraction_for_a_whole_number(
    module: Module, tree: Tree, marker: Marker, draw: DrawCall
) -> Diagnostic | None:
    """Warn about ``Dense({{uniform(8, 64)}})``, which draws numbers such as 8.3; None for others.

    A name that has no other value counts as the marker: ``u = {{uniform(8, 64)}}`` and ``Dense(u)``.
    """
    if draw.distribution not in _FRACTIONS:
        return None
    uses = (marker.node, *_uses(module, tree, marker.node))
    what = next((what for node in uses if (what := needs_whole_number(module, tree, node))), "")
    if not what:
        return None
    call, name = tree.span(draw.call), draw.distribution
    end = tree.span(draw.call.func).end
    before = tree.text[: call.end - 1].rstrip()
    step = " q=1" if before.endswith(",") else ", q=1"
    edits = (
        Edit(Span(tree.part, end - len(name), end), f"q{name}"),
        Edit(Span(tree.part, call.end - 1, call.end - 1), step),
    )
    written = f"q{name}{tree.text[end : call.end - 1]}{step})"
    text = f"{what} takes a whole number, and {name}() draws fractions"
    return warning(Code.WHOLE_NUMBER, text, call, f"write {' '.join(written.split())}", edits)


def _uses(module: Module, tree: Tree, node: ast.expr) -> Iterator[ast.expr]:
    """Yield the expressions in the same part whose value is always that of a node that has a name."""
    match tree.parents[node]:
        case ast.Assign(targets=[ast.Name() as name]) | ast.AnnAssign(target=ast.Name() as name):
            pass
        case ast.NamedExpr(target=name) as named:
            yield named
        case _:
            return
    if module.only_binder(tree, name) is not name:
        return
    scope = scope_of(tree, name)
    yield from (use for use in uses_of(tree, name.id) if scope_of(tree, use) is scope)


def needs_whole_number(module: Module, tree: Tree, node: ast.AST) -> str:
    """Return what a value is given to that takes whole numbers alone; an empty text if to none."""
    parent = tree.parents[node]
    call = tree.parents[parent] if isinstance(parent, ast.keyword) else parent
    if not isinstance(call, ast.Call) or call.func is node:
        return ""
    function, keyword = last_name(call.func) or "", getattr(parent, "arg", None)
    if isinstance(call.func, ast.Name) and function == "range" and "range" not in module.binders:
        return "range()"
    path = module.dotted(call.func) or next(
        (f"{star}.{function}" for star in module.stars if function not in module.binders), ""
    )
    package = path.partition(".")[0]
    if package in _FRAMEWORKS and (keyword in _LAYERS or (function in _FIRST and call.args[:1] == [node])):
        return f"{function}()" if keyword is None else f"{keyword} of {function}()"
    if package == "sklearn" and keyword in _ESTIMATORS:
        return f"{keyword} of {function}()"
    is_fit = isinstance(call.func, ast.Attribute) and function == "fit" and "fit" not in module.nested
    return f"{keyword} of fit()" if is_fit and keyword in _FITS else ""
