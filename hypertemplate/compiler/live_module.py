"""Live templates: their code has run, and its results are in memory.

Statements that contain a marker or depend on one come from source. Everything else is taken from memory: that
is what the user means, and nothing runs a second time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.random_generators import seeds
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
from hypertemplate.compiler.entry.selection import Selection, not_a_coroutine
from hypertemplate.compiler.markers.search_space import Argument
from hypertemplate.compiler.program import Hints
from hypertemplate.compiler.syntax.hyperas_imports import is_replaced, replacement
from hypertemplate.compiler.syntax.statements import defines, future_features

DATA_ARGS = "_ht_data_args_"
"""Name of the data function's arguments in memory."""

IN_MEMORY = "what it made is in memory"

_LIBRARIES = frozenset({"jax", "keras", "numpy", "tensorflow", "tf_keras", "torch", "warnings"})
_SETTING = ("set_", "enable_", "disable_", "use_", "filterwarnings", "simplefilter", "seterr")


@dataclass(frozen=True, slots=True)
class Memory:
    """Facts about the process that a live template is in.

    Attributes:
        names: names that have a value.
        ran: whether the statements of the source have run; if not, memory has only names that they lack.
        here: whether trials run in this process. In another, statements that configure imported modules run
            again.
        data_args: number of arguments of the data function.
        source: names whose definitions still come from source.
        imports: dotted paths of the modules, and of libraries' functions and classes, by name.
        code: names of the user's own functions, classes and their instances.
        own: dotted paths of those that modules of the user's own define, by name.
        shared: pairs of names whose objects are, or hold, the same one.
        fits: names whose objects may run a fit that is watched, or report numbers.
        reaches: dotted paths in modules with markers that the code of values leads to, by name.
        is_viewed: whether the template is only looked at, so that the model may lack a data function.
    """

    names: frozenset[str]
    ran: bool = True
    here: bool = True
    data_args: int = 0
    source: frozenset[str] = frozenset()
    imports: Mapping[str, str] = field(default_factory=dict)
    code: frozenset[str] = frozenset()
    own: Mapping[str, str] = field(default_factory=dict)
    shared: frozenset[tuple[str, str]] = frozenset()
    fits: frozenset[str] = frozenset()
    reaches: Mapping[str, frozenset[str]] = field(default_factory=dict)
    is_viewed: bool = False


def select_live(
    module: Module, memory: Memory, model: str | None, data: str | None
) -> tuple[Selection, list[Diagnostic]]:
    """Select functions that are in memory: exactly those that are named.

    Args:
        module: the template, which defines both.
        memory: has the number of the data function's arguments.
        model: name of the model function, or None for a script.
        data: name of the data function, or None.
    """
    chosen = [module.functions[name][-1] if name is not None else None for name in (model, data)]
    found = [diagnostic for function in chosen if function for diagnostic in not_a_coroutine(function)]
    arguments = None
    if chosen[1] is not None and memory.data_args:
        arguments = Argument("data_args", DATA_ARGS, chosen[1].span, False)
    selection = Selection(
        chosen[0], chosen[1], Hints(), data_args=arguments, data_args_count=memory.data_args
    )
    return selection, found


def have_searched(module: Module, model: str) -> set[int]:
    """Return the numbers of the statements that, when they run, name the model or what drives a search.

    A search, a wrapper around one, a trial by hand: these have happened, and are not part of a trial.
    """
    imports = [s.node for s in module.statements if is_replaced(s.node)]
    drivers = {model}.union(*(replacement(node)[1] for node in imports))

    def drives(statement: TopLevel) -> bool:
        named: Iterator[str] = reachable(statement.names.immediately, module.deferred)
        return not defines(statement.node) and not drivers.isdisjoint(named)

    return {statement.number for statement in module.statements if drives(statement)}


def taken_from_memory(
    module: Module, memory: Memory | None, statements: Iterable[TopLevel], made_anew: set[int]
) -> set[int]:
    """Return the numbers of the statements that need not run, because their results are in memory.

    The values in memory are what the user means, definitions included: a function may have attributes, and
    its defaults have been evaluated. Only these come from source: statements that run in each trial,
    definitions that use names that functions rebind, and names that are not in memory.

    Args:
        module: the template.
        memory: names in memory, or None if the code is not live.
        statements: statements that are kept.
        made_anew: numbers of those that run in each trial, or because a comment says so.
    """
    if memory is None or not memory.ran:
        return set()
    kept = list(statements)
    running = [s for s in kept if s.number in made_anew or _runs_again(module, memory, s)]
    running += _rebinding(kept, running)
    numbers = {s.number for s in running}
    # Names that functions alone bind have no value yet when these are made.
    absent = set().union(*(s.names.binds for s in kept)) - memory.names
    grown = True
    while grown:
        missing = absent & set().union(*(s.names.everywhere for s in kept if s.number in numbers))
        making = (s for s in kept if (s.names.binds | module.facts.changes(s).keys()) & missing)
        more = {s.number for s in making} - numbers
        numbers |= more
        grown = bool(more)
    return {s.number for s in kept} - numbers


def _runs_again(module: Module, memory: Memory, statement: TopLevel) -> bool:
    """Return True if a statement runs again: it seeds, or in another process configures a library."""
    if any(future_features(statement.node)) or seeds(module, statement):
        return True
    if statement.names.binds & memory.source:
        return True
    return not memory.here and not statement.names.binds and _sets_up(module, statement)


def _sets_up(module: Module, statement: TopLevel) -> bool:
    """Return True for a call that configures a library for its process: ``keras.config.set_floatx(...)``."""
    if not isinstance(statement.node, ast.Expr) or not isinstance(statement.node.value, ast.Call):
        return False
    package, _, rest = (module.dotted(statement.node.value.func) or "").partition(".")
    return package in _LIBRARIES and rest.rpartition(".")[2].startswith(_SETTING)


def _rebinding(kept: list[TopLevel], running: list[TopLevel]) -> list[TopLevel]:
    """Return the definitions that must work on the program's module, because functions rebind its names.

    A function in memory reads and rebinds the names of its own module, which the trial does not see.
    """
    rebound: set[str] = set().union(*(s.names.declares for s in kept))
    found: list[TopLevel] = []
    grown = bool(rebound)
    while grown:
        more = [
            s
            for s in kept
            if s not in found
            and s not in running
            and defines(s.node)
            and (s.names.declares or s.names.deferred & rebound)
        ]
        found += more
        rebound |= {name for s in more for name in s.names.binds}
        grown = bool(more)
    return found


def makes(statement: TopLevel) -> bool:
    """Return True if a statement, when it runs, is certain to bind its names."""
    return not isinstance(statement.node, (ast.If, ast.For, ast.While, ast.Try, ast.Delete, ast.AugAssign))
