"""Labels of parameters, from the places of their markers."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator, Sequence

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.syntax.place_labels import OwnNames, label_at, labels_around
from hypertemplate.compiler.syntax.tree import Tree

ParameterNames = Callable[[Tree, ast.Call, ast.expr], str | None]
"""Parameter of the user's own that an argument of a call in a part is for; None for what is not their own."""


def automatic_label(tree: Tree, marker: Marker, own: OwnNames) -> str:
    """Return the label that the marker's place suggests, before repeats are numbered.

    It is the first of `labels_around`, else the distribution.
    """
    return next(labels_around(tree.parents, marker.node, own), marker.distribution)


def assign_labels(
    draws: Sequence[tuple[Tree, Marker, DrawCall]], names: ParameterNames
) -> tuple[dict[DrawCall, str], list[Diagnostic]]:
    """Label every call, inner ones included; labels given by ``name=`` are reserved first.

    Repeats get ``_1``, ``_2`` in source order; labels in use are skipped.

    Args:
        draws: markers in source order, each with its tree and its call.
        names: names of the parameters of the user's own functions.
    """
    found: list[Diagnostic] = []
    taken: set[str] = set()
    for tree, _, outer in draws:
        for draw in outer.walk():
            if draw.name is None:
                continue
            if draw.name in taken:
                text = f"the label '{draw.name}' is given twice"
                help = "rename one of them, or omit the name"
                found.append(error(Code.LABEL, text, tree.span(draw.call), help))
            taken.add(draw.name)
    labels: dict[DrawCall, str] = {}
    repeats: dict[str, int] = {}
    for tree, marker, outer in draws:
        own = functools.partial(names, tree)
        for draw, wish in _wishes(tree, outer, automatic_label(tree, marker, own), labels, own):
            labels[draw] = draw.name if draw.name is not None else _free(wish, taken, repeats)
            taken.add(labels[draw])
    return labels, found


def _wishes(
    tree: Tree, draw: DrawCall, wish: str, labels: dict[DrawCall, str], own: OwnNames
) -> Iterator[tuple[DrawCall, str]]:
    """Yield each call with its preferred label; an inner call after its choice is labelled."""
    yield draw, wish
    for number, option in enumerate(draw.options or ()):
        for inner in option.inner:
            inside = _label_inside(tree, inner, option.node, own) or str(number)
            yield from _wishes(tree, inner, f"{labels[draw]}.{inside}", labels, own)


def _label_inside(tree: Tree, draw: DrawCall, option: ast.expr, own: OwnNames) -> str | None:
    """Return the label that a distribution's place in an option suggests: ``max_depth`` of a keyword."""
    child: ast.AST = draw.call
    while child is not option:
        parent = tree.parents[child]
        label = label_at(tree.parents, child, parent, own)
        if label:
            return label
        child = parent
    return None


def _free(wish: str, taken: set[str], repeats: dict[str, int]) -> str:
    """Return `wish`, numbered if it is in use; `repeats` holds the last number of each label."""
    label = wish
    while label in taken:
        repeats[wish] = repeats.get(wish, 0) + 1
        label = f"{wish}_{repeats[wish]}"
    return label
