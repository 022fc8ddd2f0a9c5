"""Exact edits of a template's text, which ``hypertemplate check --fix`` makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hypertemplate.compiler.syntax.source import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Replacement of the text in a span.

    Attributes:
        span: place in a part; an empty one inserts.
        text: new text.
    """

    span: Span
    text: str


def compatible(fixes: Iterable[tuple[Edit, ...]]) -> tuple[Edit, ...]:
    """Return the edits of all fixes that do not overlap with those of an earlier fix.

    Args:
        fixes: the edits of each fix, which are made together or not at all.

    Returns:
        Edits in source order, each once. A fix that is missing can be made once these are.
    """
    chosen: dict[Edit, None] = {}
    for fix in fixes:
        added = [edit for edit in fix if edit not in chosen]
        if not any(_overlap(edit, other) for edit in added for other in chosen):
            chosen.update(dict.fromkeys(added))
    return tuple(sorted(chosen, key=lambda edit: (edit.span.part, edit.span.start, edit.span.end)))


def _overlap(edit: Edit, other: Edit) -> bool:
    if edit.span.part != other.span.part:
        return False
    if edit.span.start == other.span.start:
        return True
    first, second = sorted((edit.span, other.span), key=lambda span: span.start)
    return second.start < first.end


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with all edits made; they are in source order and do not overlap.

    >>> edited("Dropout(p=0.5)", [Edit(Span(0, 8, 9), "rate")])
    'Dropout(rate=0.5)'
    """
    pieces: list[str] = []
    at = 0
    for edit in edits:
        pieces += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join(pieces) + text[at:]
