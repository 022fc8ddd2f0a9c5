"""Draws that get a name of their own: ``Dense(128)`` becomes ``units = {{...}}`` and ``Dense(units)``."""

from __future__ import annotations

import ast

from hypertemplate.compiler.edits.moved_statements import LISTING, is_quiet
from hypertemplate.compiler.edits.version import View
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.syntax.nodes import FUNCTIONS


def named_draw(node: ast.Name, view: View, other: View) -> DrawCall | None:
    """Return the draw that a name stands for which another version lacks; None if in doubt.

    Args:
        node: the name, where it is used.
        view: module that it is in.
        other: module of the other version.
    """
    if _is_known(node, view, other):
        return None
    draw = view.drawn_by_name(node, is_alone=True)
    value = view.module.only_value(view.tree(node), node)
    return draw if value is not None and is_quiet(value, view) and not _in_class(value, view) else None


def names_draw(statement: ast.stmt, view: View, other: View) -> bool:
    """Tell whether a statement only gives a draw a name that another version lacks, so that each use differs.

    Args:
        statement: the statement.
        view: module that it is in.
        other: module of the other version.
    """
    match statement:
        case ast.Assign(targets=[ast.Name() as target], value=value) if view.draw(value) is not None:
            only = view.module.only_binder(view.tree(statement), target) is target
            quiet = is_quiet(value, view) and not _in_class(value, view)
            return only and quiet and not _is_known(target, view, other)
    return False


def _is_known(node: ast.Name, view: View, other: View) -> bool:
    """Tell whether code of the other version may tell that there is a variable of a name."""
    names = other.version.names | other.version.bound_names
    return node.id in names or not LISTING.isdisjoint(view.version.names | names)


def _in_class(value: ast.expr, view: View) -> bool:
    around = (parent for _, parent in view.tree(value).ancestors(value))
    return isinstance(
        next((one for one in around if isinstance(one, (*FUNCTIONS, ast.ClassDef))), None), ast.ClassDef
    )
