"""Proposed markers as lines of text and as plain data. Nothing here prints."""

from __future__ import annotations

from collections.abc import Sequence

from hypertemplate.compiler.suggestions.proposal import Proposal
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.units import counted
from hypertemplate.views.template_json import Json, place_json
from hypertemplate.views.template_text import place
from hypertemplate.views.text import columns, plain


def proposal_lines(
    proposals: Sequence[Proposal], source: Source, width: int | None = None, *, reasons: bool = False
) -> list[str]:
    """Format proposals as a table: number, place, the value of today, the distribution.

    Args:
        proposals: the proposals.
        source: the template.
        width: columns of a line; longer cells wrap. None: no wrapping.
        reasons: whether to say why each value is worth searching, and who says so.
    """
    rows = [("no.", "where", "today", "search", *(["because"] if reasons else []))]
    for one in proposals:
        because = [f"{one.reason} ({one.source})"] if reasons else []
        row = (f"{one.number:>3}", place(one.span, source), plain(one.shown), plain(one.draw), *because)
        rows.append(row)
    return columns(rows, width=width, flexible=range(1, len(rows[0])))


def proposals_json(proposals: Sequence[Proposal], source: Source) -> Json:
    """Return ``{"template": ..., "proposals": [...]}``; places as in the JSON of diagnostics."""
    return {"template": source.name, "proposals": [_proposal(one, source) for one in proposals]}


def found_line(name: str, proposals: Sequence[Proposal]) -> str:
    """Count the proposals for a template."""
    if not proposals:
        return f"{name}: nothing to propose (nothing was run)"
    worth = "value is worth" if len(proposals) == 1 else "values are worth"
    return f"{name}: {len(proposals)} {worth} searching; today's is the default of each (nothing was run)"


def written_line(name: str, count: int) -> str:
    """Say how many markers were written into a template."""
    return f"{counted(count, 'marker')} written into {name}"


def _proposal(one: Proposal, source: Source) -> Json:
    return {
        "number": one.number,
        **place_json(one.span, source),
        "code": one.code,
        "shown": one.shown,
        "distribution": one.draw,
        "marker": one.marker,
        "reason": one.reason,
        "source": one.source,
    }
