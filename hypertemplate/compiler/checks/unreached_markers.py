"""Warnings for markers whose value neither data nor model can see, one for each statement."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.entry.exclusions import UNNEEDED, reached_names
from hypertemplate.compiler.entry.given_functions import stands_for
from hypertemplate.compiler.entry.minimize_calls import argument, minimize_calls
from hypertemplate.compiler.entry.selection import Selection
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.placement.partition import Partition
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.syntax.statements import defines, is_main_guard


def check_reached(
    module: Module,
    selection: Selection,
    partition: Partition,
    markers: tuple[Marker, ...],
    not_run: Mapping[Marker, str],
) -> Iterator[Diagnostic]:
    """Warn about statements with markers that nothing reaches, or that never run."""
    reached = reached_names(module, selection, partition.kept)
    position = 0
    for statement in module.statements:
        first = position
        while position < len(markers) and markers[position].span.inside(statement.span):
            position += 1
        inside = markers[first:position]
        idle = [marker for marker in inside if marker in not_run]
        rest = [marker for marker in inside if marker not in not_run]
        if idle:
            text = f"{not_run[idle[0]]}, so {_these(idle)} not searched"
            yield warning(Code.UNREACHED_MARKER, text, idle[0].span, _advice(module, statement, idle))
        if rest:
            yield from _unreached(module, selection, partition, statement, rest, reached)


def _unreached(
    module: Module,
    selection: Selection,
    partition: Partition,
    statement: TopLevel,
    markers: Sequence[Marker],
    reached: set[str],
) -> Iterator[Diagnostic]:
    """Warn about a statement that is left out, or whose names nothing reads."""
    placed = partition.placed(statement)
    users = "neither data nor model uses" if selection.model is not None else "nothing uses"
    names = sorted(statement.names.binds | statement.names.declares)
    if placed.reason == UNNEEDED and names:
        text = f"{users} '{names[0]}', so {_these(markers)} not searched"
        help = _advice(module, statement, markers)
    elif placed.placement is Placement.LEFT_OUT:
        text = f"{_these(markers)} not searched: the statement is left out, since {placed.reason}"
        help = "move it to where its value is used, or remove it"
        if len(markers) > 1:
            help = "move them to where their values are used, or remove them"
    # Any variable of a script may be its objective.
    elif (selection.model is not None or defines(statement.node)) and not _is_reached(
        module, statement, reached
    ):
        text = f"{users} '{names[0]}', so {_these(markers, 'changes', 'change')} nothing"
        help = _use(markers)
    else:
        return
    yield warning(Code.UNREACHED_MARKER, text, markers[0].span, help)


def _these(markers: Sequence[Marker], one: str = "is", several: str = "are") -> str:
    """Return the subject of a sentence about markers, with its verb."""
    return f"this marker {one}" if len(markers) == 1 else f"these {len(markers)} markers {several}"


def _use(markers: Sequence[Marker]) -> str:
    return "remove it, or use its value" if len(markers) == 1 else "remove them, or use their values"


def _advice(module: Module, statement: TopLevel, markers: Sequence[Marker]) -> str:
    """Return advice on markers in a statement that never runs; perhaps only the __main__ part calls it."""
    for name in sorted(statement.names.binds):
        if name in _searched_elsewhere(module):
            return f"to search {name}() instead: --model {name}"
        if any(is_main_guard(user.node) for user in module.users.get(name, ())):
            return f"if {name}() is what you search, say so: --model {name}"
    return _use(markers)


def _searched_elsewhere(module: Module) -> set[str]:
    """Return the functions that the file's own calls of ``minimize`` get as their model."""
    found: set[str] = set()
    for call in minimize_calls(module):
        given = argument(call, "model")
        if isinstance(given, ast.Name):
            found.update({given.id}, stands_for(module, given))
    return found


def _is_reached(module: Module, statement: TopLevel, reached: set[str]) -> bool:
    """Return True if a name that a statement binds or mutates is reached, or if it binds none."""
    names = statement.names.binds | statement.names.declares
    touched = names.union(module.facts.binds(statement), module.facts.changes(statement))
    return not names or bool(touched & reached)
