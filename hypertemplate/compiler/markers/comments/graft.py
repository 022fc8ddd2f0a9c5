"""Markers in comments put into the tree, as if they were braces in the place of the values that they mark.

``Dropout(0.2)  # tune: uniform(0, 0.5)`` gets the nodes of ``Dropout({{uniform(0, 0.5, default=0.2)}})``. The
braces have the place of the value, which is what the rewrite replaces; the nodes of the call have theirs in
the comment, where errors point; the value is the default, at its own place. So all later stages see one
spelling, but a call does not lie inside its marker.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error
from hypertemplate.compiler.markers.comments.line_values import Lines, Value
from hypertemplate.compiler.markers.comments.marked_value import marked_value
from hypertemplate.compiler.markers.comments.stated_default import stated_default
from hypertemplate.compiler.markers.comments.tune_comment import HEAD, TuneCall, TuneComment, tune_comments
from hypertemplate.compiler.syntax.place_labels import Parents
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.tokens import comments


@dataclass(frozen=True, eq=False)
class CommentMarkers:
    """Markers in the comments of a part.

    Attributes:
        places: outer braces in the tree -> the part of a comment that holds the marker.
        defaults: keywords in the tree that hold the values.
        found: errors and warnings in comments.
        spans: the parts of comments that hold markers, valid or not.
    """

    places: Mapping[ast.Set, Span]
    defaults: frozenset[ast.keyword]
    found: tuple[Diagnostic, ...]
    spans: tuple[Span, ...]


NO_COMMENTS = CommentMarkers(MappingProxyType({}), frozenset(), (), ())


def grafted(part: int, text: str, module: ast.Module) -> CommentMarkers:
    """Put the markers in comments into a tree, and return them.

    Args:
        part: number of the part.
        text: its text, which parses.
        module: its tree, which is changed.
    """
    if HEAD.search(text) is None:
        return NO_COMMENTS  # most templates; no need to read their tokens
    tuned = [one for comment in comments(text) for one in tune_comments(part, text, comment)]
    if not tuned:
        return NO_COMMENTS
    parents = {child: node for node in ast.walk(module) for child in ast.iter_child_nodes(node)}
    lines = Lines(part, text, module)
    found: list[Diagnostic] = []
    chosen: list[_Chosen] = []
    for comment in tuned:
        found += comment.found
        for call in comment.calls:
            value = marked_value(parents, lines.before(comment.line, comment.comment), call)
            if isinstance(value, Value):
                value = _taken(value, call, chosen) or value
            if isinstance(value, Diagnostic):
                found.append(value)
                continue
            stated = stated_default(part, text, value, call)
            found += [] if stated is None else [stated]
            call.call.keywords[:] = [one for one in call.call.keywords if one.arg != "default"]
            chosen.append(_Chosen(comment, call, value))
    markers = {_braces(parents, one): one for one in chosen}
    return CommentMarkers(
        {node: one.comment.span for node, one in markers.items()},
        frozenset(one.call.call.keywords[-1] for one in chosen),
        tuple(found),
        tuple(comment.span for comment in tuned),
    )


class _Chosen(NamedTuple):
    """A call in a comment, and the value that it is for."""

    comment: TuneComment
    call: TuneCall
    value: Value


def _taken(value: Value, call: TuneCall, chosen: Sequence[_Chosen]) -> Diagnostic | None:
    """Report a value that a comment marks, or a part of which or what is around which a comment marks."""
    for other in chosen:
        one, two = value.span, other.value.span
        if one.inside(two) or two.inside(one):
            text = f"two comments are for {other.value.text}, and a value has one marker"
            return error(Code.COMMENT, text, call.span, "remove one of them")
    return None


def _braces(parents: Parents, chosen: _Chosen) -> ast.Set:
    """Put the braces of a marker in the place of its value, which becomes the default; return them."""
    node, call = chosen.value.node, chosen.call
    call.call.keywords.append(ast.copy_location(ast.keyword("default", node), node))
    inner = ast.copy_location(ast.Set([call.content]), node)
    outer = ast.copy_location(ast.Set([inner]), node)
    parent = parents[node]
    for name, field in ast.iter_fields(parent):
        if field is node:
            setattr(parent, name, outer)
        elif isinstance(field, list):
            field[:] = [outer if one is node else one for one in field]
    return outer
