"""Code that may read back what was plotted: figures, and what is in them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping

from hypertemplate.compiler.syntax.nodes import last_name, literal_text, root

_PACKAGES = frozenset({"matplotlib", "pylab"})
"""Packages that plot, and keep the figures."""

_RETURNING_FIGURES = frozenset(
    {
        *("add_subplot", "axes", "bar", "barh", "colorbar", "figure", "gca", "gcf", "imshow", "legend"),
        *("plot", "scatter", "subplot", "subplot_mosaic", "subplots", "twinx", "twiny"),
    }
)
"""Functions and methods that return figures, axes or what is in them, which are no numbers."""

_PLOTTERS = frozenset({"boxplot", "hist", "plot"})
"""Methods with which pandas plots, which return axes that may have had other plots before."""


def reads_plots(statements: Collection[ast.stmt], aliases: Mapping[str, str], stars: Iterable[str]) -> bool:
    """Tell whether code may read what was plotted, rather than only plot.

    Args:
        statements: the code.
        aliases: full paths of the names that it imports.
        stars: modules from which it imports all names.
    """
    if not _PACKAGES.isdisjoint(path.partition(".")[0] for path in stars):
        return True
    plots = {name for name, path in aliases.items() if path.partition(".")[0] in _PACKAGES}
    nodes = [node for statement in statements for node in ast.walk(statement)]
    figures = _figures(nodes, plots)
    known = plots | figures
    drawing = {name for node in nodes for name in _only_drawing(node, plots, figures)}
    shown = {node.value for node in nodes if isinstance(node, ast.Expr)}
    return any(
        (isinstance(node, ast.Name) and node.id in known and node not in drawing and _is_read(node))
        or (isinstance(node, ast.Constant) and literal_text(node).partition(".")[0] in _PACKAGES)
        or (isinstance(node, ast.Call) and node not in shown and _plots_elsewhere(node, aliases, known))
        for node in nodes
    )


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def _figures(nodes: Iterable[ast.AST], plots: Collection[str]) -> set[str]:
    """Return the names that are bound to figures, or to what is in them."""
    assigned = [node for node in nodes if isinstance(node, ast.Assign)]
    found: set[str] = set()
    while True:
        more = {
            name.id
            for node in assigned
            if _is_figure(node.value, plots, found)
            for target in node.targets
            for name in _bound(target)
        }
        if more <= found:
            return found
        found |= more


def _bound(target: ast.expr) -> list[ast.Name]:
    """Return the names of a target that consists of names alone; none of any other."""
    parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
    names = [one for one in parts if isinstance(one, ast.Name)]
    return names if len(names) == len(parts) else []


def _is_figure(value: ast.expr, plots: Collection[str], figures: Collection[str]) -> bool:
    """Tell whether an expression is a figure, or what is in one."""
    if isinstance(value, ast.Call):
        made = last_name(value.func) in _RETURNING_FIGURES
        return made and any(name in plots or name in figures for name in root(value))
    while isinstance(value, ast.Subscript):
        value = value.value
    return isinstance(value, ast.Name) and value.id in figures


def _only_drawing(node: ast.AST, plots: Collection[str], figures: Collection[str]) -> Iterator[ast.Name]:
    """Yield the names with which a statement only plots, or gives names to figures."""
    match node:
        case ast.Expr(value=ast.Call() as value):
            pass
        case ast.Assign(targets=targets, value=value) if all(map(_bound, targets)):
            if not _is_figure(value, plots, figures):
                return
        case _:
            return
    if not any(name in plots or name in figures for name in root(value)):
        return
    yield from _at_root(value)
    while isinstance(value, ast.Attribute | ast.Subscript | ast.Call):
        if isinstance(value, ast.Call):
            for one in (*value.args, *(keyword.value for keyword in value.keywords)):
                if not any(isinstance(inner, ast.Call) for inner in ast.walk(one)):
                    yield from _at_root(one)
        value = value.func if isinstance(value, ast.Call) else value.value


def _at_root(node: ast.expr) -> Iterator[ast.Name]:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        yield node


def _plots_elsewhere(call: ast.Call, aliases: Mapping[str, str], known: Collection[str]) -> bool:
    """Tell whether a call may plot with pandas or seaborn, and return the axes."""
    names = [*root(call)]
    if any(aliases.get(name, "").partition(".")[0] == "seaborn" for name in names):
        return True
    methods = {node.attr for node in ast.walk(call.func) if isinstance(node, ast.Attribute)}
    return not methods.isdisjoint(_PLOTTERS) and not any(name in known for name in names)
