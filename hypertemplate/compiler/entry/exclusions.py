"""Exclusion of statements: a module runs as an import would run it, without the parts that start a search.

Left out are the ``__main__`` part, statements that call ``minimize`` or the model, calls of the data
function whose result is not needed, imports of Hyperas and of hypertemplate, statements that then lack a
name, and what neither data nor model needs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.kept_statements import closure, shows
from hypertemplate.compiler.dataflow.module import Module, immediate_calls
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.entry.driver_calls import Searches
from hypertemplate.compiler.entry.minimize_calls import minimize_calls
from hypertemplate.compiler.entry.selection import Selection
from hypertemplate.compiler.live_module import Memory, have_searched
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.syntax.hyperas_imports import (
    is_replaced,
    only_reports,
    renamed,
    replacement,
    reports_by,
)
from hypertemplate.compiler.syntax.statements import future_features, is_main_guard

BY_COMMENT = "its comment says so"
UNNEEDED = "nothing needs it"
SHOWN = "it only shows something"


def calls_data(data: str) -> str:
    """Return the reason for which a call of the data function is left out.

    Args:
        data: name of the data function.
    """
    return f"it calls {data}(), whose result the model gets anyway"


def left_out(
    module: Module,
    selection: Selection,
    markers: tuple[Marker, ...],
    words: Mapping[int, str],
    memory: Memory | None = None,
) -> dict[int, str]:
    """Return the number of each statement that is left out, with the reason.

    Args:
        module: the template.
        selection: its model and data function.
        markers: its markers.
        words: statement number -> directive in its comment.
        memory: names that already have a value, or None if the code is not live.
    """
    reasons = {number: BY_COMMENT for number, word in words.items() if word == "skip"}
    starts = frozenset(call.node for call in minimize_calls(module))
    model, data = (function.name if function else None for function in (selection.model, selection.data))
    searches = Searches(module, starts, model, data)
    for statement in module.statements:
        if is_main_guard(statement.node):
            reasons[statement.number] = "it is the __main__ part"
            continue
        if is_replaced(statement.node) and not _is_of_trials(module, statement):
            reasons[statement.number] = "it imports what drives a search"
        if module.imports_part(statement.node) and not renamed(statement.node):
            reasons[statement.number] = "what it imports is compiled with this file"
        called = searches.called(statement)
        if called is not None:
            reasons[statement.number] = called
    if memory is not None and memory.ran and selection.model is not None:
        searched = have_searched(module, selection.model.name)
        reasons = dict.fromkeys(searched, "it has run the model, or a search") | reasons
    _leave_out_data_calls(module, selection, reasons, words)
    _cascade(module, reasons, memory.names if memory is not None else frozenset())
    # If names are in memory, as for a cell to be searched, all of the text is meant to run.
    if memory.ran if memory is not None else module.is_notebook or selection.model is not None:
        _keep_closure(module, selection, markers, reasons, words, alive=memory is not None)
    return reasons


def _keep_closure(
    module: Module,
    selection: Selection,
    markers: tuple[Marker, ...],
    reasons: dict[int, str],
    words: Mapping[int, str],
    *,
    alive: bool,
) -> None:
    """Keep only the statements that the trial needs, and those that comments keep."""
    candidates = [s for s in module.statements if s.number not in reasons]
    roots = [function.statement for function in selection.functions]
    roots += [s for s in candidates if s.names.binds & selection.names]
    if selection.model is None:
        roots = [s for s in candidates if any(marker.span.inside(s.span) for marker in markers)]
    roots += [s for s in candidates if s.number in words or any(future_features(s.node)) or s.is_docstring]
    kept = closure(module, candidates, roots, results=selection.model is None, alive=alive)
    for statement in candidates:
        if statement.number not in kept:
            reasons[statement.number] = SHOWN if shows(module, statement) else UNNEEDED


def _leave_out_data_calls(
    module: Module, selection: Selection, reasons: dict[int, str], words: Mapping[int, str]
) -> None:
    """Leave out calls of the data function, unless a comment or a name that one binds keeps it."""
    if selection.data is None:
        return
    kept = [s for s in module.statements if s.number not in reasons]
    needed = reached_names(module, selection, kept)
    for statement in (one for one in kept if one.number not in words):
        calls = immediate_calls(statement)
        if not any(isinstance(c.func, ast.Name) and c.func.id == selection.data.name for c in calls):
            continue
        if not (statement.names.binds - {selection.data.name}) & needed:
            reasons[statement.number] = calls_data(selection.data.name)


def _cascade(module: Module, reasons: dict[int, str], in_memory: frozenset[str]) -> None:
    """Leave out statements that use, outside function bodies, a name that a left-out statement binds."""
    missing: dict[str, int] = {}
    for statement in module.statements:
        names = statement.names
        if statement.number not in reasons:
            gone = sorted(
                name
                for name in names.immediately & missing.keys() - in_memory
                if not (_is_package(module, missing[name]) and only_reports(statement.node, name))
            )
            if not gone:
                lost = replacement(statement.node)[1] if is_replaced(statement.node) else set()
                for name in names.binds:
                    missing.pop(name, None)
                missing.update(dict.fromkeys(lost, statement.number))
                continue
            place = module.statements[missing[gone[0]]].place
            reasons[statement.number] = f"it uses '{gone[0]}' of {place}, which is left out"
        if not is_main_guard(statement.node) and not module.imports_part(statement.node):
            missing.update(dict.fromkeys(names.binds, statement.number))


def _is_of_trials(module: Module, statement: TopLevel) -> bool:
    """Tell whether an import of this package or Hyperas binds something that trials use."""
    text, lost = replacement(statement.node)
    if not isinstance(statement.node, ast.Import) or lost != statement.names.binds:
        return bool(text)
    return any(reports_by(tree.module, lost) for tree in module.trees)


def _is_package(module: Module, number: int) -> bool:
    """Tell whether a statement imports this package as a whole, which trials use for ``report``."""
    return number < len(module.statements) and isinstance(module.statements[number].node, ast.Import)


def reached_names(module: Module, selection: Selection, kept: list[TopLevel]) -> set[str]:
    """Return the module-level names that the trial needs, directly or through their definitions.

    The roots are the names in data and model; in a script, the names that its statements read when they run.
    """
    roots = list(selection.names)
    if selection.model is None:
        roots += [name for statement in kept for name in statement.names.immediately]
    return named_from(module, kept, roots)


def named_from(module: Module, kept: list[TopLevel], roots: Iterable[str]) -> set[str]:
    """Return these names, and all names in the statements that bind or mutate them."""
    numbers = {statement.number for statement in kept}

    def named(name: str) -> set[str]:
        made = (*module.binders.get(name, ()), *module.facts.changers.get(name, ()))
        return set().union(*(s.names.everywhere for s in made if s.number in numbers))

    return set(reachable(roots, named))
