"""What of a notebook is kept: what data and model need, and nothing that only shows or tries things.

A notebook is a record of work: cells that print, plot and explore stand between those that matter. Kept is
the closure by name of what the trial needs, with every statement that changes a name that is kept.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.effects import root
from hypertemplate.compiler.module import Module, TopLevel

SHOWING = frozenset(
    {
        *("barplot", "describe", "display", "head", "heatmap", "hist", "imshow", "info", "legend"),
        *("plot", "plot_model", "print", "scatter", "show", "summary", "tail", "title", "xlabel", "ylabel"),
    }
)
"""Calls that only show something."""

PLOTTING = frozenset({"IPython", "bokeh", "matplotlib", "plotly", "pprint", "pylab", "seaborn", "wandb"})
"""Packages that only show something."""


def closure(module: Module, candidates: list[TopLevel], roots: Iterable[TopLevel]) -> set[int]:
    """The numbers of the statements that are kept.

    Args:
        module: the template.
        candidates: the statements that may be kept.
        roots: those that must be: the chosen functions, or in a script what holds a marker.
    """
    kept: set[int] = set()
    needed: set[str] = set()
    waiting = list(roots)
    touching = _by_touched_name(module, candidates)
    waiting += [s for s in candidates if _is_module_call(module, s) and not shows(module, s)]
    while waiting:
        statement = waiting.pop()
        if statement.number in kept:
            continue
        kept.add(statement.number)
        own = statement.names.binds | statement.names.declares
        for name in (statement.names.everywhere | own) - needed:
            needed.add(name)
            waiting += touching.get(name, ())
    return kept


def _by_touched_name(module: Module, candidates: list[TopLevel]) -> dict[str, list[TopLevel]]:
    """For each name the statements that bind it, change it or hand it to a call."""
    touching: dict[str, list[TopLevel]] = {}
    for statement in candidates:
        names = statement.names.binds | statement.names.declares
        if not shows(module, statement):
            names = names | set(touched(statement.node)) - module.aliases.keys()
        for name in names:
            touching.setdefault(name, []).append(statement)
    return touching


def touched(node: ast.stmt) -> Iterator[str]:
    """The names that a statement assigns into, deletes, calls a method on, or passes as an argument.

    Bodies of functions do not count: they run when they are called.
    """
    waiting: list[ast.AST] = [node]
    while waiting:
        inner = waiting.pop()
        match inner:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
                continue
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                yield from root(inner)
            case ast.AugAssign(target=ast.Name(id=name)):
                yield name
            case ast.Call(func=func, args=arguments, keywords=keywords):
                if isinstance(func, ast.Attribute):
                    yield from root(func)
                for argument in (*arguments, *(keyword.value for keyword in keywords)):
                    if isinstance(argument, ast.Name):
                        yield argument.id
        waiting += list(ast.iter_child_nodes(inner))


def shows(module: Module, statement: TopLevel) -> bool:
    """Whether a statement only shows something: ``print(x)``, ``model.summary()``, ``plt.plot(x)``."""
    match statement.node:
        case ast.Expr(value=ast.Call(func=func)):
            path = module.dotted(func) or ""
            last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            return last in SHOWING or path.split(".")[0] in PLOTTING
        case ast.Expr():
            return True  # a value at the end of a cell
    return False


def _is_module_call(module: Module, statement: TopLevel) -> bool:
    """Whether a statement calls something of an imported module for its effect, such as a seeding call."""
    match statement.node:
        case ast.Expr(value=ast.Call(func=ast.Attribute() as func)):
            return module.dotted(func) is not None
    return False
