"""Definitions and imports in cells that ran which the values in memory are not from.

People work on a notebook by changing cells and running them again. The values in memory show which
definition of a name is current; where they do not, the last one is.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.frontend.live.definitions import origin, same

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BINDING = (*_DEFINITIONS, ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)


def superseded(
    module: Module, names: Mapping[str, object], pinned: Mapping[str, TopLevel], files: Sequence[str]
) -> set[TopLevel]:
    """Return the statements that no longer apply.

    Args:
        module: the cells that ran, in order.
        names: the user's variables.
        pinned: name -> statement that is known to define it.
        files: `co_filename` of the definitions of each part.
    """
    deleted = {name for s in module.statements for name in _deleted(s)}
    gone: set[TopLevel] = set()
    for name, binders in module.binders.items():
        defining = [s for s in binders if isinstance(s.node, _DEFINITIONS)]
        if name in pinned:
            gone.update(s for s in binders if s is not pinned[name] and s.names.binds == {name})
        elif defining and name in names:
            gone.update(_outdone(module, name, names[name], defining, files))
        elif name not in deleted:  # the cell failed before defining it
            gone.update(defining)
    for statement in module.statements:
        is_import = isinstance(statement.node, (ast.Import, ast.ImportFrom)) and not statement.names.star
        if is_import and not statement.names.binds & (names.keys() | deleted):  # it failed
            gone.add(statement)
    return gone


def _outdone(
    module: Module, name: str, value: object, defining: list[TopLevel], files: Sequence[str]
) -> list[TopLevel]:
    """List the definitions of a name that its value in memory does not come from."""
    found = origin(name, value)
    if found is None:
        return [s for s in defining if _bound_again(module, name, s)]
    file, node = found
    equal = [s for s in defining if same(s.node, node)]
    equal = equal or [s for s in defining if files[s.tree.part] == file]
    return [s for s in defining if s not in equal[-1:]]


def _bound_again(module: Module, name: str, statement: TopLevel) -> bool:
    """Return True if a later cell gives the name another value, not made from this one."""
    return any(
        later.number > statement.number
        and later.tree is not statement.tree
        and isinstance(later.node, _BINDING)
        and name not in later.names.immediately
        for later in module.binders[name]
    )


def _deleted(statement: TopLevel) -> set[str]:
    """Return the names that a statement deletes."""
    found = [node for node in ast.walk(statement.node) if isinstance(node, ast.Delete)]
    return {target.id for node in found for target in node.targets if isinstance(target, ast.Name)}
