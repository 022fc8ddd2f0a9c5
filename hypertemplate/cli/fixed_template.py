"""Fixes of a template, written into its files, and what they changed."""

from __future__ import annotations

from dataclasses import dataclass

from hypertemplate.cli.options import compile_read, read_source
from hypertemplate.cli.written_edits import changed_lines, write_edits
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
from hypertemplate.compiler.diagnostics.edit import compatible
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.errors import CompileError
from hypertemplate.frontend.edited_files import places_as_written
from hypertemplate.search.searched_template import TemplateNames

_PASSES = 20
"""Most times that a template is read again: a fix may make place for another one."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Result of `fix`.

    Attributes:
        count: number of findings that were fixed.
        late: number of those among them that only showed once others were fixed.
        diff: unified diff of the texts, a line each.
    """

    count: int
    late: int
    diff: tuple[str, ...]


def fix(names: TemplateNames) -> Fixed:
    """Make every edit that a diagnostic of a template spells exactly, in the template's own files.

    Raises:
        ReadError: a file cannot be read or written. Fixes made before stay.
    """
    before: Source | None = None
    source, count, first = read_source(names).source, 0, 0
    for _ in range(_PASSES):
        fixes = [
            placed
            for found in _diagnostics(names)
            if found.edits and (placed := places_as_written(source, found.edits)) is not None
        ]
        edits, first = compatible(fixes), len(fixes) if before is None else first
        before = before or source
        if not edits:
            break
        count += sum(set(placed) <= set(edits) for placed in fixes)
        write_edits(names.path, source, edits)
        source = read_source(names).source
    assert before is not None
    texts = {
        number: new.original or new.text
        for number, (old, new) in enumerate(zip(before.parts, source.parts, strict=True))
        if new != old
    }
    return Fixed(count, max(count - first, 0), tuple(changed_lines(before, texts)))


def _diagnostics(names: TemplateNames) -> tuple[Diagnostic, ...]:
    try:
        return compile_read(read_source(names), names).warnings
    except CompileError as error:
        return error.diagnostics
