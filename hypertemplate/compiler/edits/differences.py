"""Differences of two trees, before labels: markers that are the same, are new or gone, and changed code."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, replace

from hypertemplate.compiler.edits.changes import Branch
from hypertemplate.compiler.markers.draw_call import DrawCall


@dataclass(frozen=True, eq=False)
class SameDraw:
    """Draw of both versions; attributes as in `MarkerPair`."""

    before: DrawCall
    after: DrawCall
    options: tuple[tuple[int, int], ...] | None
    same_list: bool


@dataclass(frozen=True, eq=False)
class NewDraw:
    """Draw in the place of an expression; attributes as in `Marked`.

    Of an argument that had no value, the expression is its default, and `call` the call with the draw.
    """

    after: DrawCall
    stood: ast.expr
    option: int | None
    call: ast.Call | None = None


@dataclass(frozen=True, eq=False)
class GoneDraw:
    """Draw that an expression replaced; attributes as in `Unmarked`.

    Of an argument that has no value any more, the expression is its default, and `call` the call without it.
    """

    before: DrawCall
    stands: ast.expr
    options: tuple[int, ...]
    call: ast.Call | None = None


@dataclass(frozen=True, eq=False)
class SameFunction:
    """Definition of a function that both versions have."""

    before: ast.AST
    after: ast.AST


@dataclass(frozen=True, eq=False)
class OtherCode:
    """Code that differs: a statement, or an expression that a condition leads to.

    Attributes:
        before: it in the earlier version; None if it is new.
        after: it in the present version; None if it is gone.
        branches: branches under all of which it runs.
        what: what is different, where that is known; to follow its place.
    """

    before: ast.expr | ast.stmt | None
    after: ast.expr | ast.stmt | None
    branches: tuple[Branch, ...] = ()
    what: str = ""


Difference = SameDraw | NewDraw | GoneDraw | SameFunction | OtherCode


def is_clean(found: Iterable[Difference] | None) -> bool:
    """Tell whether two trees differ in markers alone; None stands for expressions that differ."""
    return found is not None and not any(isinstance(one, OtherCode) for one in found)


def under(found: Iterable[Difference], *branches: Branch | None) -> list[Difference]:
    """Add branches to the conditions of code that differs; None stands for a branch that is not known."""
    known = tuple(branch for branch in branches if branch is not None)
    return [
        replace(one, branches=(*known, *one.branches)) if isinstance(one, OtherCode) else one for one in found
    ]
