"""Proposals for an earlier version of a template that still have a place in it, with their distributions."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from hypertemplate.compiler.suggestions.kept_markers import KeptMarker, kept_markers
from hypertemplate.compiler.suggestions.marked_source import marked_source, span_before
from hypertemplate.compiler.suggestions.proposal import Proposal
from hypertemplate.compiler.suggestions.shown_value import shown
from hypertemplate.compiler.syntax.nodes import is_marker_shaped
from hypertemplate.compiler.syntax.source import Source, Span, position
from hypertemplate.compiler.syntax.tree import Tree, parse


def kept_proposals(
    earlier: Source,
    source: Source,
    new: Sequence[Proposal],
    *,
    model: str | None = None,
    data: str | None = None,
) -> dict[Span, Proposal]:
    """Return the proposals of an earlier version for the values that stand at their places now.

    Args:
        earlier: the earlier version, with the proposed markers in place of values.
        source: the present version, without markers that are only proposed.
        new: proposals for it, which compile, in the order of the text.
        model: name of the model function; None if not given.
        data: name of the data function; None if not given.

    Returns:
        The proposals by their places; where the file has a marker of its own there is none.

    Raises:
        CompileError: the present version has errors.
    """
    trees = {tree.part: tree for tree in parse(source)[0]}
    rules = {one.span: one for one in new}
    found: dict[Span, Proposal] = {}
    for marker in kept_markers(earlier, marked_source(source, new), model=model, data=data):
        span = span_before(marker.place, new)
        tree = trees[span.part]
        node, draw = _value(tree, span), _proposed_draw(marker)
        if draw and node is not None:
            code, today = tree.one_line(node), rules.get(span)
            proposal = Proposal(0, span, code, shown(tree, node), draw, "", "", is_kept=True)
            if today is not None:
                proposal = replace(today, draw=draw, is_kept=draw != today.draw)
            found[span] = proposal
    return found


def _value(tree: Tree, span: Span) -> ast.expr | None:
    """Return the expression at a place, unless a marker of the file stands there or around it."""
    line = position(tree.text, span.start).line
    near = (node for node in tree.parents if isinstance(node, ast.expr) and node.lineno == line)
    found = [node for node in near if tree.span(node) == span]
    around = [*found, *(parent for node in found[:1] for _, parent in tree.ancestors(node))]
    return None if not found or any(map(is_marker_shaped, around)) else found[0]


def _proposed_draw(marker: KeptMarker) -> str:
    """Return the distribution of a proposed marker, without its default; empty for one of the user's own."""
    tree, call = marker.tree, marker.call
    has_default = bool(call.keywords) and call.keywords[-1].arg == "default"
    if not (tree.origin.original and has_default) or tree.segment(marker.node) in tree.origin.original:
        return ""
    start = tree.span(call).start
    return f"{tree.text[start : tree.span(call.keywords[-1]).start].rstrip().removesuffix(',')})"
