"""Markers of an earlier version of a template at their present places, whatever runs in a trial."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from hypertemplate.compiler.edits.comparison import Comparison
from hypertemplate.compiler.edits.differences import GoneDraw, SameDraw
from hypertemplate.compiler.edits.idle_code import IdleCode
from hypertemplate.compiler.edits.version import View, version_of
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.syntax.source import Source, Span
from hypertemplate.compiler.syntax.tree import Tree
from hypertemplate.errors import CompileError


@dataclass(frozen=True, eq=False)
class KeptMarker:
    """Marker of an earlier version that has a place in the present one.

    Attributes:
        tree: part of the earlier version.
        node: its braces there.
        call: call of the distribution there.
        place: place of the marker in the present version, or of the expression that stands there instead.
    """

    tree: Tree
    node: ast.Set
    call: ast.Call
    place: Span


def kept_markers(
    before: Source, after: Source, *, model: str | None = None, data: str | None = None
) -> Iterator[KeptMarker]:
    """Yield the markers of the template's own parts that have a place in the present version.

    There are none in an earlier version that no longer compiles.

    Args:
        before: source of the earlier version.
        after: source of the present version.
        model: name of the model function; None if not given.
        data: name of the data function; None if not given.

    Raises:
        CompileError: the present version has errors.
    """
    now = version_of(after, model, data, None, is_after=True)
    try:
        then = version_of(before, model, data, None, is_after=False)
    except CompileError:
        return
    had, has = View(then, then.analysis.module), View(now, now.analysis.module)
    places = {draw: node for node, draw in now.draws.items()}
    markers = {draw: node for node, draw in then.draws.items()}
    bodies = ([one.node for one in view.module.statements] for view in (had, has))
    for found in Comparison(had, has, (IdleCode(had), IdleCode(has))).statements(*bodies):
        match found:
            case SameDraw(before=draw, after=DrawCall() as same):
                stands = places[same]
            case GoneDraw(before=draw, stands=stands):
                pass
            case _:
                continue
        node = markers[draw]
        if isinstance(node, ast.Set) and isinstance(stands, ast.expr):
            yield KeptMarker(had.tree(node), node, draw.call, has.tree(stands).span(stands))
