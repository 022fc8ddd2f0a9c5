"""Edits of a template written into its files, and what they changed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hypertemplate.compiler.diagnostics.edit import Edit, compatible
from hypertemplate.compiler.suggestions.comment_edits import line_comments
from hypertemplate.compiler.suggestions.marked_source import brace_edits
from hypertemplate.compiler.suggestions.proposal import Proposal
from hypertemplate.compiler.syntax.source import Part, Source, line_text, position
from hypertemplate.errors import UsageError
from hypertemplate.frontend.edited_files import edited_texts, places_as_written, with_texts, write_files
from hypertemplate.frontend.files import open_file
from hypertemplate.views.template_text import place


@dataclass(frozen=True, slots=True)
class WrittenMarkers:
    """Markers that were written into the files of a template.

    Attributes:
        count: number of markers.
        diff: unified diff of the texts, a line each.
        notes: proposals that could not be written, with the reason.
    """

    count: int
    diff: tuple[str, ...]
    notes: tuple[str, ...]


def write_edits(template: str, source: Source, edits: tuple[Edit, ...]) -> Mapping[int, str]:
    """Write edits into the template's file, and into those that are compiled with it; return the new texts.

    Args:
        template: path of the template.
        source: its source.
        edits: edits at places in the texts of its user, in source order.

    Returns:
        New texts by the numbers of their parts.

    Raises:
        ReadError: a file cannot be written; nothing has changed then.
    """
    texts = edited_texts(source, edits)
    files = []
    for path in dict.fromkeys(source.parts[number].path for number in texts):
        own: dict[Part, str] = {
            source.parts[number]: text for number, text in texts.items() if source.parts[number].path == path
        }
        files.append(with_texts(open_file(path or template), own))
    write_files(files)
    return texts


def changed_lines(before: Source, texts: Mapping[int, str]) -> Iterator[str]:
    """Yield a unified diff of the parts of a template that have new texts, a line each.

    Args:
        before: the template.
        texts: new texts by the numbers of their parts.
    """
    for number, text in sorted(texts.items()):
        part = before.parts[number]
        was = (part.original or part.text).splitlines()
        yield from difflib.unified_diff(was, text.splitlines(), part.name, part.name, lineterm="")


def write_markers(
    template: str, source: Source, chosen: tuple[Proposal, ...], *, braces: bool
) -> WrittenMarkers:
    """Write proposed markers into the files of a template.

    Args:
        template: path of the template.
        source: its source.
        chosen: proposals to write.
        braces: whether markers in braces take the places of the values.

    Raises:
        ReadError: a file cannot be written.
        UsageError: none of the proposals can be written.
    """
    left: tuple[Proposal, ...] = ()
    edits: list[tuple[Edit, tuple[Proposal, ...]]]
    edits = [(edit, (one,)) for one, edit in zip(chosen, brace_edits(chosen), strict=True)]
    if not braces:
        written, left = line_comments(source, chosen)
        edits = [(one.edit, one.proposals) for one in written]
    no_room = "no comment can stand there, or say which value it is for; write it with --braces"
    notes = [_not_written(one, source, no_room) for one in left]
    fixes: list[tuple[Edit, ...]] = []
    count = 0
    for edit, proposals in edits:
        placed = places_as_written(source, (edit,)) if _is_as_written(source, edit) else None
        if placed is None:
            magic = "the cell has a magic there; mark the value by hand"
            notes += [_not_written(one, source, magic) for one in proposals]
        else:
            fixes.append(placed)
            count += len(proposals)
    if not fixes:
        raise UsageError("\n".join(notes))
    texts = write_edits(template, source, compatible(fixes))
    return WrittenMarkers(count, tuple(changed_lines(source, texts)), tuple(notes))


def _is_as_written(source: Source, edit: Edit) -> bool:
    """Tell whether the line of an edit is one that the user wrote, and no other one in its place."""
    part = source.parts[edit.span.part]
    line = position(part.text, edit.span.start).line
    return not part.original or line_text(part.original, line) == line_text(part.text, line)


def _not_written(proposal: Proposal, source: Source, reason: str) -> str:
    return f"not written: no. {proposal.number}, {place(proposal.span, source)}: {reason}"
