"""Values of a trial in a file whose markers were only proposed: they take the places of today's values."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.suggestions.marked_source import marked_span, span_before
from hypertemplate.compiler.suggestions.proposal import Proposal
from hypertemplate.compiler.syntax.literals import known_value


def edits_of_file(
    edits: Iterable[Edit], values: Iterable[Edit], proposals: Sequence[Proposal]
) -> tuple[tuple[Edit, ...], tuple[Edit, ...]]:
    """Return the edits of a file for those of the source with proposed markers in it.

    Args:
        edits: edits of that source.
        values: its edits that put values in place of the markers.
        proposals: the markers that are not in the file, in the order of the text.

    Returns:
        All edits in source order, and those among them that put values in place of proposed markers.
    """
    proposed = {marked_span(one, proposals): one for one in proposals}
    others = [one for one in edits if not any(one.span.inside(span) for span in proposed)]
    placed = [_value(one.text, proposed[one.span]) for one in values if one.span in proposed]
    moved = [Edit(span_before(one.span, proposals), one.text) for one in others]
    return tuple(sorted([*placed, *moved], key=lambda edit: edit.span)), tuple(placed)


def _value(text: str, proposal: Proposal) -> Edit:
    """Return the edit of a value, which stays as it is written if it is the same."""
    before, after = known_value(proposal.code), known_value(text)
    same = bool(before) and repr(before) == repr(after)
    same = same or ast.dump(_parsed(proposal.code)) == ast.dump(_parsed(text))
    return Edit(proposal.span, proposal.code if same else text)


def _parsed(text: str) -> ast.expr:
    return ast.parse(f"({text}\n)", mode="eval").body
