"""Templates that are alive: their code has run, and what it made is in memory.

What holds a marker or depends on one comes from source. Everything else is taken as it is in memory: that is
what the user means, and nothing runs a second time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.seed_calls import seeds
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
from hypertemplate.compiler.entry.selection import Selection, not_a_coroutine
from hypertemplate.compiler.markers.search_space import Argument
from hypertemplate.compiler.program import Hints
from hypertemplate.compiler.syntax.statements import defines, future_features

DATA_ARGS = "_ht_data_args_"
"""The name under which the arguments of the data function are in memory."""

IN_MEMORY = "what it made is in memory"

_LIBRARIES = frozenset({"jax", "keras", "numpy", "tensorflow", "tf_keras", "torch", "warnings"})
_SETTING = ("set_", "enable_", "disable_", "use_", "filterwarnings", "simplefilter", "seterr")


@dataclass(frozen=True, slots=True)
class Memory:
    """What the compiler is told of the process that a template lives in.

    Attributes:
        names: the names that have a value.
        ran: whether the statements of the source have run; else only what they lack is in memory.
        here: whether trials run in this process. In another, what acts on imported modules runs again.
        data_args: how many arguments the data function is called with.
        source: names whose definitions come from source all the same.
    """

    names: frozenset[str]
    ran: bool = True
    here: bool = True
    data_args: int = 0
    source: frozenset[str] = frozenset()


def select_live(
    module: Module, memory: Memory, model: str | None, data: str | None
) -> tuple[Selection, list[Diagnostic]]:
    """The selection of functions that are in memory: as they are named, and no other.

    Args:
        module: the template, which defines both.
        memory: tells of the data function's arguments.
        model: the name of the model function, or None for a script.
        data: the name of the data function, or None.
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


def taken_from_memory(
    module: Module, memory: Memory | None, statements: Iterable[TopLevel], made_anew: set[int]
) -> set[int]:
    """The numbers of the statements that need not run, since what they made or did is in memory.

    What is in memory is what the user means, definitions included: a function may have attributes, and its
    defaults have been evaluated. From source comes only what is made anew, what works on names that
    functions rebind, and what is not there.

    Args:
        module: the template.
        memory: what is there, or None of code that is not alive.
        statements: those that are kept.
        made_anew: the numbers of those that run in each trial, or because a comment says so.
    """
    if memory is None or not memory.ran:
        return set()
    kept = list(statements)
    running = [s for s in kept if s.number in made_anew or _runs_again(module, memory, s)]
    running += _rebinding(kept, running)
    numbers = {s.number for s in running}
    grown = True
    while grown:
        missing = set().union(*(s.names.everywhere for s in kept if s.number in numbers)) - memory.names
        making = (s for s in kept if (s.names.binds | module.facts.changes(s).keys()) & missing)
        more = {s.number for s in making} - numbers
        numbers |= more
        grown = bool(more)
    return {s.number for s in kept} - numbers


def _runs_again(module: Module, memory: Memory, statement: TopLevel) -> bool:
    """Whether a statement runs although it has: it seeds, or in another process sets a library up."""
    if any(future_features(statement.node)) or seeds(module, statement):
        return True
    if statement.names.binds & memory.source:
        return True
    return not memory.here and not statement.names.binds and _sets_up(module, statement)


def _sets_up(module: Module, statement: TopLevel) -> bool:
    """Whether a statement calls what sets a library up for its process: ``keras.config.set_floatx(...)``."""
    if not isinstance(statement.node, ast.Expr) or not isinstance(statement.node.value, ast.Call):
        return False
    package, _, rest = (module.dotted(statement.node.value.func) or "").partition(".")
    return package in _LIBRARIES and rest.rpartition(".")[2].startswith(_SETTING)


def _rebinding(kept: list[TopLevel], running: list[TopLevel]) -> list[TopLevel]:
    """The definitions that must work on the program's module, since functions rebind names of it.

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
    """Whether a statement that runs binds its names for certain."""
    return not isinstance(statement.node, (ast.If, ast.For, ast.While, ast.Try, ast.Delete, ast.AugAssign))
