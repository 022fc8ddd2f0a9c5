"""A source with the proposed markers in place of values, and the way back from its places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hypertemplate.compiler.diagnostics.edit import Edit, edited
from hypertemplate.compiler.suggestions.proposal import Proposal
from hypertemplate.compiler.syntax.source import Source, Span


def brace_edits(proposals: Iterable[Proposal]) -> tuple[Edit, ...]:
    """Return the edits that put markers in braces in place of the values."""
    return tuple(Edit(one.span, one.marker) for one in proposals)


def marked_source(source: Source, proposals: Sequence[Proposal]) -> Source:
    """Return a source with markers in braces in place of the values.

    Each part keeps the text that its user wrote, which messages then show.

    Args:
        source: the template.
        proposals: markers for its values, in the order of the text.
    """
    parts = list(source.parts)
    for number, part in enumerate(parts):
        edits = [edit for edit in brace_edits(proposals) if edit.span.part == number]
        if edits:
            parts[number] = replace(part, text=edited(part.text, edits), original=part.original or part.text)
    return replace(source, parts=tuple(parts))


def span_before(span: Span, proposals: Sequence[Proposal]) -> Span:
    """Return the place in the source that a place in the marked one comes from; inside a marker, its value's.

    Args:
        span: place in the marked source.
        proposals: its markers, in the order of the text.
    """
    start, end, moved = span.start, span.end, 0
    for one in (proposal for proposal in proposals if proposal.span.part == span.part):
        first = one.span.start + moved
        last = first + len(one.marker)
        if first <= span.start < last or first < span.end <= last:
            return one.span
        grown = len(one.marker) - (one.span.end - one.span.start)
        start -= grown if last <= span.start else 0
        end -= grown if last <= span.end else 0
        moved += grown
    return Span(span.part, start, end)


def marked_span(proposal: Proposal, proposals: Sequence[Proposal]) -> Span:
    """Return the place of a proposed marker in the marked source."""
    before = [one for one in proposals if one.span.part == proposal.span.part and one.span < proposal.span]
    moved = sum(len(one.marker) - (one.span.end - one.span.start) for one in before)
    start = proposal.span.start + moved
    return Span(proposal.span.part, start, start + len(proposal.marker))
