"""Fixes of a template, written into its files, and what they changed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from hypertemplate.cli.options import compile_read, read_source
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
from hypertemplate.compiler.diagnostics.edit import Edit, compatible
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import CompileError
from hypertemplate.frontend.edited_files import edited_texts, places_as_written, with_texts, write_file
from hypertemplate.frontend.files import open_file
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
        _write(names.path, source, edits)
        source = read_source(names).source
    assert before is not None
    return Fixed(count, max(count - first, 0), tuple(_diff(before, source)))


def _diagnostics(names: TemplateNames) -> tuple[Diagnostic, ...]:
    try:
        return compile_read(read_source(names), names).warnings
    except CompileError as error:
        return error.diagnostics


def _write(template: str, source: Source, edits: tuple[Edit, ...]) -> None:
    """Write the new texts into the template's file, and into those that are compiled with it."""
    texts = {source.parts[number]: text for number, text in edited_texts(source, edits).items()}
    for path in dict.fromkeys(part.path for part in texts):
        own: dict[Part, str] = {part: text for part, text in texts.items() if part.path == path}
        write_file(with_texts(open_file(path or template), own))


def _diff(before: Source, after: Source) -> Iterator[str]:
    for old, new in zip(before.parts, after.parts, strict=True):
        was, now = ((part.original or part.text).splitlines() for part in (old, new))
        yield from difflib.unified_diff(was, now, old.name, new.name, lineterm="")
