"""Alignment of two lists of statements: those that are the same, differ a little, moved, are new or gone."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from hypertemplate.compiler.edits.differences import Difference, is_clean
from hypertemplate.compiler.edits.moved_statements import may_move
from hypertemplate.compiler.edits.version import View

Pairs = list[tuple[ast.stmt, ast.stmt]]

MOST = 400
"""Most pairs of statements that are compared to find out which of them belong together."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two lists of statements side by side.

    Attributes:
        pairs: statements of both lists that belong together.
        gone: statements of the first list alone.
        new: statements of the second list alone.
    """

    pairs: Pairs
    gone: list[ast.stmt]
    new: list[ast.stmt]


def aligned(
    before: Sequence[ast.stmt],
    after: Sequence[ast.stmt],
    views: tuple[View, View],
    differences: Callable[[ast.stmt, ast.stmt], list[Difference]],
) -> Alignment:
    """Align two lists of statements.

    Args:
        before: statements of the earlier version.
        after: statements of the present version.
        views: modules that they are in.
        differences: function that compares two statements.
    """
    keys = [views[0].key(one) for one in before], [views[1].key(one) for one in after]
    pairs: Pairs = []
    gone: list[ast.stmt] = []
    new: list[ast.stmt] = []
    for kind, i, j, k, m in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        had, has = before[i:j], after[k:m]
        if kind != "equal":
            found = _best(had, has, views, differences)
            gone += [one for one in had if one not in {pair[0] for pair in found}]
            new += [one for one in has if one not in {pair[1] for pair in found}]
        pairs += zip(had, has, strict=True) if kind == "equal" else found
    moved = list(_moved(gone, new, pairs, (before, after), views))
    return Alignment(
        [*pairs, *moved],
        [one for one in gone if one not in {pair[0] for pair in moved}],
        [one for one in new if one not in {pair[1] for pair in moved}],
    )


def _best(
    before: Sequence[ast.stmt],
    after: Sequence[ast.stmt],
    views: tuple[View, View],
    differences: Callable[[ast.stmt, ast.stmt], list[Difference]],
) -> Pairs:
    """Return the pairs, in order, of the statements that are the most alike."""
    if not before or not after or len(before) * len(after) > MOST:
        return []
    rows: list[list[tuple[int, Pairs]]] = [[(0, [])] * (len(after) + 1)]
    for had in before:
        row: list[tuple[int, Pairs]] = [(0, [])]
        for number, has in enumerate(after):
            likeness = _likeness(had, has, views, differences)
            total, pairs = rows[-1][number]
            both = (total + likeness, [*pairs, (had, has)]) if likeness else (0, [])
            row.append(max(rows[-1][number + 1], row[-1], both, key=lambda one: one[0]))
        rows.append(row)
    return rows[-1][-1][1]


def _likeness(
    before: ast.stmt,
    after: ast.stmt,
    views: tuple[View, View],
    differences: Callable[[ast.stmt, ast.stmt], list[Difference]],
) -> int:
    if type(before) is not type(after):
        return 0
    if is_clean(differences(before, after)):
        return 4
    return 2 if _head(before, views[0]) == _head(after, views[1]) else 1


def _head(statement: ast.stmt, view: View) -> str:
    """Return what a statement is about: what it binds, calls, or asks."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[head, *_]) | ast.AugAssign(target=head) | ast.AnnAssign(target=head):
            return view.key(head)
        case ast.Expr(value=ast.Call(func=head)) | ast.If(test=head) | ast.While(test=head):
            return view.key(head)
        case ast.For(iter=head) | ast.With(items=[head, *_]):
            return view.key(head)
    return ""


def _is_same(before: ast.stmt, after: ast.stmt, views: tuple[View, View]) -> bool:
    """Tell whether two statements are one that stands elsewhere: a function may have changed, too."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    if isinstance(before, functions) and isinstance(after, functions) and before.name == after.name:
        return True
    return views[0].key(before) == views[1].key(after)


def _moved(
    gone: list[ast.stmt],
    new: list[ast.stmt],
    pairs: Pairs,
    both: tuple[Sequence[ast.stmt], Sequence[ast.stmt]],
    views: tuple[View, View],
) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    """Yield the statements that stand elsewhere, where that makes no difference to the others."""
    places = [{one: number for number, one in enumerate(statements)} for statements in both]
    left = list(new)
    found: Pairs = []
    for one in gone:
        other = next((two for two in left if _is_same(one, two, views)), None)
        if other is not None:
            left.remove(other)
            found.append((one, other))

    def may_stand(one: ast.stmt, other: ast.stmt) -> bool:
        crossed = [
            pair
            for pair in (*pairs, *found)
            if (places[0][pair[0]] < places[0][one]) != (places[1][pair[1]] < places[1][other])
        ]
        apart = {*gone, *new}.difference(*found)
        return may_move(one, [*(had for had, _ in crossed), *apart], *views) and may_move(
            other, [*(has for _, has in crossed), *apart], *reversed(views)
        )

    # One that may not stand elsewhere is gone, and new: so others may not cross it.
    while not all(may_stand(*pair) for pair in found):
        found = [pair for pair in found if may_stand(*pair)]
    yield from found
