"""What of a module is kept: it runs as an import would run it, less what drives a search.

Left out are the ``__main__`` part, statements that call ``minimize`` or the model, calls of the data
function whose result nothing needs, imports of Hyperas and of hypertemplate, and what then misses a name.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from hypertemplate.compiler.markers import Marker
from hypertemplate.compiler.minimizing import is_minimize
from hypertemplate.compiler.module import (
    Module,
    TopLevel,
    calls_outside_functions,
    future_features,
    immediate_calls,
    is_main_guard,
)
from hypertemplate.compiler.notebook_closure import closure, shows
from hypertemplate.compiler.replaced import is_replaced, renamed, replacement
from hypertemplate.compiler.scopes import FunctionNode
from hypertemplate.compiler.selection import Selection

BY_COMMENT = "its comment says so"


def left_out(
    module: Module, selection: Selection, markers: tuple[Marker, ...], words: Mapping[int, str]
) -> dict[int, str]:
    """The number of each statement that is left out, with the reason.

    Args:
        module: the template.
        selection: its model and data function.
        markers: its markers.
        words: what comments say of statements, by their number.
    """
    reasons = {number: BY_COMMENT for number, word in words.items() if word == "skip"}
    searching = _searching_functions(module, selection)
    for statement in module.statements:
        if is_main_guard(statement.node):
            reasons[statement.number] = "it is the __main__ part"
            continue
        if is_replaced(statement.node) and not replacement(statement.node)[0]:
            reasons[statement.number] = "it imports what drives a search"
        if module.imports_part(statement.node) and not renamed(statement.node):
            reasons[statement.number] = "what it imports is compiled with this file"
        for call in immediate_calls(statement):
            if is_minimize(call, module):
                reasons[statement.number] = "it calls minimize"
            elif isinstance(call.func, ast.Name) and call.func.id in searching:
                reasons[statement.number] = f"it calls {call.func.id}()"
    _leave_out_data_calls(module, selection, reasons)
    _cascade(module, reasons)
    if module.is_notebook:
        _keep_closure(module, selection, markers, reasons, words)
    return reasons


def _keep_closure(
    module: Module,
    selection: Selection,
    markers: tuple[Marker, ...],
    reasons: dict[int, str],
    words: Mapping[int, str],
) -> None:
    """Of a notebook keep only what the trial needs, and what comments say."""
    candidates = [s for s in module.statements if s.number not in reasons]
    roots = [function.statement for function in selection.functions]
    if selection.model is None:
        roots = [s for s in candidates if any(marker.span.inside(s.span) for marker in markers)]
    roots += [s for s in candidates if s.number in words or any(future_features(s.node))]
    kept = closure(module, candidates, roots, results=selection.model is None)
    for statement in candidates:
        if statement.number not in kept:
            shown = shows(module, statement)
            reasons[statement.number] = "it only shows something" if shown else "nothing needs it"


def _searching_functions(module: Module, selection: Selection) -> set[str]:
    """The model and every function whose call would start a search or call the model."""
    searching = {selection.model.name} if selection.model is not None else set()
    others = {
        name: list(_calls_when_called(definitions[-1].node))
        for name, definitions in module.functions.items()
        if selection.data is None or name != selection.data.name
    }
    searching |= {name for name, calls in others.items() if any(is_minimize(c, module) for c in calls)}
    grown = True
    while grown:
        more = {
            name
            for name, calls in others.items()
            if any(isinstance(c.func, ast.Name) and c.func.id in searching for c in calls)
        }
        grown = not more <= searching
        searching |= more
    return searching


def _calls_when_called(function: FunctionNode) -> Iterator[ast.Call]:
    """The calls that run when a function is called, through its own inner functions too."""
    inner = {
        node.name: node
        for node in ast.walk(function)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node is not function
    }
    waiting = [function]
    while waiting:
        for call in calls_outside_functions(list(waiting.pop().body)):
            yield call
            if isinstance(call.func, ast.Name) and call.func.id in inner:
                waiting.append(inner.pop(call.func.id))


def _leave_out_data_calls(module: Module, selection: Selection, reasons: dict[int, str]) -> None:
    """A call of the data function stays only if data or model reach a name that the statement binds."""
    if selection.data is None:
        return
    kept = [s for s in module.statements if s.number not in reasons]
    needed = reached_names(module, selection, kept)
    for statement in kept:
        calls = immediate_calls(statement)
        if not any(isinstance(c.func, ast.Name) and c.func.id == selection.data.name for c in calls):
            continue
        if not statement.names.binds & needed:
            reasons[statement.number] = (
                f"it calls {selection.data.name}(), whose result the model gets anyway"
            )


def _cascade(module: Module, reasons: dict[int, str]) -> None:
    """Leave out what, outside function bodies, uses a name that a statement left out would have bound."""
    missing: dict[str, int] = {}
    for statement in module.statements:
        names = statement.names
        if statement.number not in reasons:
            gone = sorted(names.immediately & missing.keys())
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


def reached_names(module: Module, selection: Selection, kept: list[TopLevel]) -> set[str]:
    """The module-level names that the trial needs, directly or through what defines those.

    That is what data and model name; in a script, what its statements name when they run.
    """
    numbers = {statement.number for statement in kept}
    reached: set[str] = set()
    waiting = [function.name for function in selection.functions]
    if selection.model is None:
        waiting += [name for statement in kept for name in statement.names.immediately]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        for statement in (*module.binders.get(name, ()), *module.changers.get(name, ())):
            if statement.number in numbers:
                waiting += statement.names.everywhere - reached
    return reached
