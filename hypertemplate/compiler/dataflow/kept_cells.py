"""Cells of a notebook that are kept: their statements that data and model need.

A notebook is a record of work: cells that print, plot and explore stand between those that matter. The kept
statements are the closure by name of those that the trial needs, with all that change a kept name, and those
that write a file that a kept statement reads.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.dataflow.bindings import KEEPING, loop_sources, through
from hypertemplate.compiler.dataflow.effects import Change
from hypertemplate.compiler.dataflow.files.file_access import Use, tells
from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.imported_state import is_own, set_packages
from hypertemplate.compiler.dataflow.library import SEEDING, SHOWING
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.random_generators import draws, seeds, seeds_any
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.syntax.nodes import evaluated, outside, root
from hypertemplate.compiler.syntax.statements import defines

PLOTTING = frozenset({"IPython", "bokeh", "matplotlib", "plotly", "pprint", "pylab", "seaborn", "wandb"})
"""Packages that only show something."""


def closure(
    module: Module,
    candidates: list[TopLevel],
    roots: Iterable[TopLevel],
    *,
    results: bool,
    alive: bool = False,
) -> set[int]:
    """Return the numbers of the statements that are kept.

    Args:
        module: template.
        candidates: statements that may be kept.
        roots: statements that must be kept: the chosen functions, or in a script those that hold a marker.
        results: whether any variable may be the objective, as in a script: then statements that compute with
            a kept name are kept too.
        alive: whether the cells have run: then what only may have changed an object has done so in memory.
    """
    touching = _by_touched_name(module, candidates, results, alive)
    writing = [s for s in candidates if any(Use.WRITES in one.use for one in module.facts.files(s))]

    def needed(node: TopLevel | str) -> Iterable[TopLevel | str]:
        if isinstance(node, str):
            return touching.get(node, ())
        names = node.names.everywhere | node.names.binds | node.names.declares
        return (*names, *_writers_for(module, node, writing))

    start: list[TopLevel | str] = [*roots, *(s for s in candidates if _acts_on_module(module, s))]
    start += [s for s in candidates if set_packages(module, s, ()) - PLOTTING and not shows(module, s)]
    # Each number of a generator that is seeded depends on those that were drawn before.
    if seeds_any(module):
        start += [s for s in candidates if seeds(module, s) or (draws(module, s) and not shows(module, s))]
    return {node.number for node in reachable(start, needed) if isinstance(node, TopLevel)}


def _writers_for(module: Module, reader: TopLevel, writing: list[TopLevel]) -> Iterator[TopLevel]:
    """Yield the statements that may write what a statement reads, or what functions that it defines read."""
    unsure = Use.MENTIONED | Use.OPAQUE
    now = [one for one in module.facts.files(reader) if one.use & (Use.READS | unsure) == Use.READS]
    names = reader.names.binds if defines(reader.node) else ()
    files = (one for name in names for one in module.facts.files_of(name))
    later = [one for one in files if one.use & (Use.READS | unsure) == Use.READS]
    for writer in writing if now or later else ():
        reads = [*later, *(now if writer.number < reader.number else ())]
        writes = [one for one in module.facts.files(writer) if one.use & (Use.WRITES | unsure) == Use.WRITES]
        if any(tells(write, read) for write in writes for read in reads):
            yield writer


def _by_touched_name(
    module: Module, candidates: list[TopLevel], results: bool, alive: bool
) -> dict[str, list[TopLevel]]:
    """Map each name to the statements that bind it, change it or pass it to a call."""
    facts = module.facts
    touching: dict[str, list[TopLevel]] = {}
    for statement in candidates:
        names = statement.names.binds | statement.names.declares
        if not shows(module, statement):
            changed = {name for name, how in facts.changes(statement).items() if how is not Change.HANDED}
            if alive:
                names = names | _rebound(module, statement)
            there = changed if alive else {*touched(module, statement.node), *changed}
            names = names | _of_own_modules(module, statement, there)
            # Without called names that nothing binds, such as `len`: they would tie all callers together.
            there = (there & module.binders.keys()) - module.aliases.keys()
            names = names.union(*map(facts.aliases.holders, there))
            names = names.union(*map(facts.aliases.reached, facts.changes_inside(statement)))
        if results and isinstance(statement.node, (ast.Assign, ast.AnnAssign)):
            names = names | statement.names.immediately
        for name in names:
            touching.setdefault(name, []).append(statement)
    return touching


def _of_own_modules(module: Module, statement: TopLevel, names: set[str]) -> set[str]:
    """Return the names of objects of the user's own modules, less those of functions that are called."""
    called = {
        node.func.id
        for node in ast.walk(statement.node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return {name for name in names - called if name in module.aliases and is_own(module.aliases[name])}


def _rebound(module: Module, statement: TopLevel) -> set[str]:
    """Return the names that functions which a statement may call declare ``global``."""
    called = reachable(statement.names.immediately, module.deferred)
    binders = (binder for name in called for binder in module.binders.get(name, ()))
    return set().union(*(binder.names.declares for binder in binders))


def touched(module: Module, node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement assigns into, deletes, calls a method on, or passes as an argument.

    Bodies of functions do not count: they run when they are called. Calls that only show something do not
    count either.
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
                # A called name may be a method: `add = names.append`.
                changes += root(func) if not isinstance(func, ast.Call) else []
                if not isinstance(func, ast.Attribute) or func.attr not in KEEPING:
                    yield from _arguments(inner)
        for name in changes:
            yield from through(name, looped)
        worklist += list(ast.iter_child_nodes(inner))


def _arguments(call: ast.Call) -> Iterator[str]:
    """Yield the names that are arguments of a call, including ``*names`` and ``**names``."""
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        value = argument.value if isinstance(argument, ast.Starred) else argument
        if isinstance(value, ast.Name):
            yield value.id


def shows(module: Module, statement: TopLevel) -> bool:
    """Tell whether a statement only shows something: ``print(x)``, ``model.summary()``, ``plt.plot(x)``."""
    match statement.node:
        case ast.Expr(value=ast.Call() as call):
            return _only_shows(module, call)
        case ast.Expr(value=value):
            # A value at the end of a cell, unless it has an effect: `[model.add(Dense(n)) for n in sizes]`.
            if Change.CERTAIN in module.facts.changes(statement).values():
                return False  # by an operator of the template's own: `store << x`
            return all(_only_shows(module, call) for call in ast.walk(value) if isinstance(call, ast.Call))
    return False


def _only_shows(module: Module, call: ast.Call) -> bool:
    path = module.dotted(call.func) or ""
    last = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return last in SHOWING or path.split(".")[0] in PLOTTING


def _acts_on_module(module: Module, statement: TopLevel) -> bool:
    """Tell whether a statement calls something of an imported module for its effect, or assigns into one.

    Examples are ``np.random.seed(1)`` and ``os.environ["KERAS_BACKEND"] = "jax"``.
    """
    for node in evaluated(statement.node):
        match node:
            case ast.Expr(value=ast.Call(func=func) as call) if not _only_shows(module, call):
                path = module.dotted(func)
                # A function that was imported by name is not called on a module; only seeding counts.
                if path is not None and (isinstance(func, ast.Attribute) or path in SEEDING):
                    return True
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                packages = {
                    module.aliases[name].split(".")[0] for name in root(node) if name in module.aliases
                }
                if packages - PLOTTING:
                    return True
    return False
