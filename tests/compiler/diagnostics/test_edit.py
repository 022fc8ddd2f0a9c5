"""Edits of a text: which are made together, and what they make."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.diagnostics.edit import Edit, compatible, edited
from hypertemplate.compiler.syntax.source import Span


def edit(start: int, end: int, text: str, part: int = 0) -> Edit:
    return Edit(Span(part, start, end), text)


@pytest.mark.parametrize(
    ("fixes", "made"),
    [
        pytest.param([(edit(4, 5, "b"),), (edit(0, 1, "a"),)], [(0, "a"), (4, "b")], id="in source order"),
        pytest.param(
            [(edit(0, 3, "a"),), (edit(2, 5, "b"),)], [(0, "a")], id="the first of two that overlap"
        ),
        pytest.param([(edit(0, 3, "a"),), (edit(3, 5, "b"),)], [(0, "a"), (3, "b")], id="neighbours"),
        pytest.param([(edit(0, 0, "a"),), (edit(0, 0, "b"),)], [(0, "a")], id="one insertion at a place"),
        pytest.param(
            [(edit(0, 0, "a"), edit(2, 3, "b")), (edit(0, 0, "a"), edit(5, 6, "c"))],
            [(0, "a"), (2, "b"), (5, "c")],
            id="an edit that two fixes share, once",
        ),
        pytest.param(
            [(edit(0, 3, "a"),), (edit(1, 2, "b"), edit(7, 8, "c"))],
            [(0, "a")],
            id="a fix whole or not at all",
        ),
        pytest.param(
            [(edit(0, 3, "a"),), (edit(0, 3, "b", part=1),)], [(0, "a"), (0, "b")], id="parts are apart"
        ),
    ],
)
def test_fixes_are_made_together_where_they_do_not_overlap(
    fixes: list[tuple[Edit, ...]], made: list[tuple[int, str]]
) -> None:
    assert [(one.span.start, one.text) for one in compatible(fixes)] == made


def test_edits_insert_replace_and_remove() -> None:
    assert edited("f(a, b, c)", [edit(0, 0, "x = "), edit(2, 3, "long"), edit(4, 7, "")]) == "x = f(long, c)"
