"""Constants of a template that ranges and lists of options are made of, and that nothing else reads."""

from __future__ import annotations

import ast

from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.edits.idle_code import IdleCode, noticed
from hypertemplate.compiler.edits.version import View
from hypertemplate.compiler.syntax.literals import known_value
from hypertemplate.compiler.syntax.nodes import root

_READING_ANY = tuple(
    map(
        frozenset,
        (["__dict__"], ["__globals__"], ["__main__"], ["_getframe"], ["f_globals"], ["sys", "modules"]),
    )
)
"""Names in code, some together, with which it may read any name of a module."""


def feeds_ranges(statement: TopLevel, view: View, idle: IdleCode) -> bool:
    """Tell whether a statement binds a constant that only ranges and lists of options of draws read.

    What a trial drew is then all that it knew of the constant.

    Args:
        statement: top-level statement.
        view: module that it is in.
        idle: idle code of the version.
    """
    match statement.node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            pass
        case _:
            return False
    module = view.module
    running = view.version.running.values()
    if (
        module.binders[name] != [statement]
        or name in module.declared_global
        or not known_value(ast.unparse(value))
        or any(one.names.dynamic for one in running)
        or any(names <= view.version.names for names in _READING_ANY)
        or any(_is_looked_up(name, user) for user in module.users.get(name, ()) if user in running)
        or any(user in running for one in ("eval", "exec") for user in module.users.get(one, ()))
    ):
        return False
    ranges = view.version.range_nodes
    return all(
        node in ranges
        for user in module.users.get(name, ())
        if user.node in view.version.running
        for node in noticed(user.node, idle)
        if name in root(node)
    )


def _is_looked_up(name: str, user: TopLevel) -> bool:
    """Tell whether a statement may use a name that its code does not spell, as `getattr` of a text does."""
    nodes = {*ast.walk(user.node)}
    return any(use.name == name and use.node not in nodes for use in user.names.uses)
