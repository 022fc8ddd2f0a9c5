"""What of a notebook is kept: what data and model need, and nothing that only shows or tries things.

A notebook is a record of work: cells that print, plot and explore stand between those that matter. Kept is
the closure by name of what the trial needs, with every statement that changes a name that is kept.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.dataflow.bindings import KEEPING, loop_sources, through
from hypertemplate.compiler.dataflow.effects import Change
from hypertemplate.compiler.dataflow.library import SEEDING, SHOWING
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.syntax.nodes import evaluated, outside, root

PLOTTING = frozenset({"IPython", "bokeh", "matplotlib", "plotly", "pprint", "pylab", "seaborn", "wandb"})
"""Packages that only show something."""


def closure(
    module: Module, candidates: list[TopLevel], roots: Iterable[TopLevel], *, results: bool
) -> set[int]:
    """The numbers of the statements that are kept.

    Args:
        module: the template.
        candidates: the statements that may be kept.
        roots: those that must be: the chosen functions, or in a script what holds a marker.
        results: whether any variable may be what is searched by, as in a script: then what is computed from
            a kept name is kept too.
    """
    kept: set[int] = set()
    needed: set[str] = set()
    waiting = list(roots)
    touching = _by_touched_name(module, candidates, results)
    waiting += [s for s in candidates if _acts_on_module(module, s)]
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


def _by_touched_name(module: Module, candidates: list[TopLevel], results: bool) -> dict[str, list[TopLevel]]:
    """For each name the statements that bind it, change it or hand it to a call."""
    facts = module.facts
    touching: dict[str, list[TopLevel]] = {}
    for statement in candidates:
        names = statement.names.binds | statement.names.declares
        if not shows(module, statement):
            changed = {name for name, how in facts.changes(statement).items() if how is not Change.HANDED}
            there = {*touched(module, statement.node), *changed}
            # Not what is called and bound nowhere, such as `len`: it would tie all that calls it together.
            there = (there & module.binders.keys()) - module.aliases.keys()
            names = names.union(*map(facts.aliases.holders, there))
            names = names.union(*map(facts.aliases.reached, facts.changes_inside(statement)))
        if results and isinstance(statement.node, (ast.Assign, ast.AnnAssign)):
            names = names | statement.names.immediately
        for name in names:
            touching.setdefault(name, []).append(statement)
    return touching


def touched(module: Module, node: ast.stmt) -> Iterator[str]:
    """The names that a statement assigns into, deletes, calls a method on, or passes as an argument.

    Bodies of functions do not count: they run when they are called. Neither do calls that only show.
    """
    looped = loop_sources(node)
    worklist: list[ast.AST] = [node]
    while worklist:
        inner = worklist.pop()
        changes: list[str] = []
        match inner:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                worklist += outside(inner)
                continue
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                changes += root(inner)
            case ast.AugAssign(target=ast.Name(id=name)):
                changes.append(name)
            case ast.Call() if _only_shows(module, inner):
                continue
            case ast.Call(func=func):
                # A name that is called may be a method: `add = names.append`.
                changes += root(func) if not isinstance(func, ast.Call) else []
                if not isinstance(func, ast.Attribute) or func.attr not in KEEPING:
                    yield from _arguments(inner)
        for name in changes:
            yield from through(name, looped)
        worklist += list(ast.iter_child_nodes(inner))


def _arguments(call: ast.Call) -> Iterator[str]:
    """The names that a call is given, ``*names`` and ``**names`` too."""
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        value = argument.value if isinstance(argument, ast.Starred) else argument
        if isinstance(value, ast.Name):
            yield value.id


def shows(module: Module, statement: TopLevel) -> bool:
    """Whether a statement only shows something: ``print(x)``, ``model.summary()``, ``plt.plot(x)``."""
    match statement.node:
        case ast.Expr(value=ast.Call() as call):
            return _only_shows(module, call)
        case ast.Expr(value=value):
            # A value at the end of a cell, if it is no more: `[model.add(Dense(n)) for n in sizes]`.
            if Change.CERTAIN in module.facts.changes(statement).values():
                return False  # by an operator of the template's own: `store << x`
            return all(_only_shows(module, call) for call in ast.walk(value) if isinstance(call, ast.Call))
    return False


def _only_shows(module: Module, call: ast.Call) -> bool:
    path = module.dotted(call.func) or ""
    last = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return last in SHOWING or path.split(".")[0] in PLOTTING


def _acts_on_module(module: Module, statement: TopLevel) -> bool:
    """Whether a statement calls something of an imported module for its effect, or assigns into one.

    Such as ``np.random.seed(1)`` and ``os.environ["KERAS_BACKEND"] = "jax"``.
    """
    for node in evaluated(statement.node):
        match node:
            case ast.Expr(value=ast.Call(func=func) as call) if not _only_shows(module, call):
                path = module.dotted(func)
                # A function that was imported by its name is no call on a module, unless it seeds.
                if path is not None and (isinstance(func, ast.Attribute) or path in SEEDING):
                    return True
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                packages = {
                    module.aliases[name].split(".")[0] for name in root(node) if name in module.aliases
                }
                if packages - PLOTTING:
                    return True
    return False
