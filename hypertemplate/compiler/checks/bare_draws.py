"""Warnings for calls of distributions outside markers, which raise when they run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.grammar import SIGNATURES
from hypertemplate.compiler.markers.invalid_markers import around_span
from hypertemplate.compiler.syntax.nodes import is_marker_shaped
from hypertemplate.compiler.syntax.scopes import SCOPES, bound_names
from hypertemplate.compiler.syntax.tree import NAME_IT_FIRST, Tree

_OURS = ("hyperas.", "hypertemplate.")


def bare_draws(module: Module, tree: Tree, renamed: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Warn about each call of a distribution of Hyperas's or hypertemplate's outside a marker.

    hyperopt's own, such as ``hp.choice("units", [64, 128])``, has a label and is left alone.

    Args:
        module: the template.
        tree: part of it.
        renamed: other name -> distribution.
    """
    starred = any(star.startswith(_OURS) or star in ("hyperas", "hypertemplate") for star in module.stars)
    for node in tree.parents:
        if not isinstance(node, ast.Call) or not _is_ours(module, tree, node, renamed, starred=starred):
            continue
        around = [parent for _, parent in tree.ancestors(node)]
        if any(is_marker_shaped(parent) for parent in around) or isinstance(around[0], ast.Set):
            continue
        help, edits = braces(tree, node)
        text = "a distribution draws only inside a marker; called as here it raises an error"
        yield warning(Code.BARE_DRAW, text, tree.span(node), help, edits)


def braces(tree: Tree, call: ast.Call) -> tuple[str, tuple[Edit, ...]]:
    """Return the help and the edits that make a call of a distribution a marker."""
    if any(isinstance(parent, ast.JoinedStr) for _, parent in tree.ancestors(call)):
        return NAME_IT_FIRST, ()
    return f"write {{{{{tree.one_line(call)}}}}}", around_span(tree.span(call), "{{", "}}")


def _is_ours(
    module: Module, tree: Tree, call: ast.Call, renamed: Mapping[str, str], *, starred: bool
) -> bool:
    path = module.dotted(call.func)
    if path is not None:
        return path.startswith(_OURS) and path.rpartition(".")[2] in SIGNATURES
    if not isinstance(call.func, ast.Name) or call.func.id not in SIGNATURES.keys() | renamed.keys():
        return False
    name = call.func.id
    local = any(isinstance(p, SCOPES) and name in bound_names(p) for _, p in tree.ancestors(call))
    return starred and not local and len(module.binders.get(name, ())) == 1
