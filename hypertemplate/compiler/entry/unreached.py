"""Markers in functions that never run, which are not searched.

Examples are the functions of a model that ``--model`` did not choose, and the earlier of two definitions.
"""

from __future__ import annotations

import ast

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel, place
from hypertemplate.compiler.entry.exclusions import named_from
from hypertemplate.compiler.entry.selection import Selection
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.syntax.scopes import FunctionNode


def not_run(
    module: Module, selection: Selection, kept: list[TopLevel], markers: tuple[Marker, ...]
) -> dict[Marker, str]:
    """Return the markers that no trial can reach, each with the reason.

    A decorator may call what it decorates, and ``exec`` or ``globals()`` anything; then nothing is certain.

    Args:
        module: the template.
        selection: its model and data function.
        kept: statements that are kept.
        markers: all markers.
    """
    trees = {tree.part: tree for tree in module.trees}
    inside = [m for m in markers if _waits(list(trees[m.span.part].ancestors(m.node)))]
    unsure = [s for s in kept if _only_defines(s) and any(m.span.inside(s.span) for m in inside)]
    if not unsure or any(s.names.dynamic for s in kept):
        return {}
    reasons: dict[int, str] = {}
    for statement in unsure:
        later = _replacement(module, statement, kept)
        if later is not None:
            name = next(iter(statement.names.binds))
            reasons[statement.number] = f"'{name}' is defined again on {later}"
    rest = [s for s in kept if s.number not in reasons]
    waiting = {s.number for s in unsure}
    at_once = (name for s in rest if s.number not in waiting for name in s.names.immediately)
    needed = named_from(module, rest, [*selection.names, *at_once])
    users = "nothing uses" if selection.model is None else "neither data nor model uses"
    for statement in unsure:
        if not statement.names.binds & needed:
            reasons.setdefault(statement.number, f"{users} '{min(statement.names.binds)}'")
    return {
        marker: reasons[statement.number]
        for statement in unsure
        for marker in inside
        if statement.number in reasons and marker.span.inside(statement.span)
    }


def _waits(around: list[tuple[ast.AST, ast.AST]]) -> bool:
    """Return True if a marker is in the body of a function, which only a call runs."""
    for child, parent in around:
        if isinstance(parent, FunctionNode | ast.Lambda):
            body = parent.body
            if child in body if isinstance(body, list) else child is body:
                return True
    return False


def _only_defines(statement: TopLevel) -> bool:
    match statement.node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return not statement.node.decorator_list
        case ast.Assign(targets=[ast.Name()], value=ast.Lambda()):
            return True
    return False


def _replacement(module: Module, statement: TopLevel, kept: list[TopLevel]) -> str | None:
    """Return the place of a redefinition before anything reads the first definition, or None."""
    if not isinstance(statement.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    name = statement.node.name
    if module.functions[name][-1].statement is statement:
        return None
    below = (later for later in kept if later.number > statement.number)
    readers = ((later, name in named_from(module, kept, later.names.immediately)) for later in below)
    first = next(((later, reads) for later, reads in readers if reads or name in later.names.binds), None)
    if first is None or first[1] or not isinstance(first[0].node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    return place(first[0].tree, first[0].node, statement.tree)
