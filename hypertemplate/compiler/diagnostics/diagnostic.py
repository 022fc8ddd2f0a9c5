"""Diagnostics of a template, each with its place and an edit."""

from __future__ import annotations

import enum
import textwrap
import unicodedata
from dataclasses import dataclass

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.syntax.source import NEWLINE, Part, Source, Span, line_starts, line_text, position
from hypertemplate.errors import CompileError

WIDTH, LEAST_WIDTH = 100, 20
"""Columns of a source line that a diagnostic shows, and the fewest; a longer line is cut around its span."""

MORE = "..."
"""Mark of what is cut."""


class Severity(enum.Enum):
    """Severity of a diagnostic: an error stops the compiler."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    Attributes:
        code: kind of finding; `docs/diagnostics.rst` explains each.
        severity: an error stops the compiler, a warning does not.
        message: the requirement, then the actual value, in the user's own names.
        span: place, or None for the template as a whole.
        help: an edit that can be pasted, or an empty string.
        edits: changes of the text that end the finding, where they can be spelled exactly.
    """

    code: Code
    severity: Severity
    message: str
    span: Span | None = None
    help: str = ""
    edits: tuple[Edit, ...] = ()


def error(
    code: Code, message: str, span: Span | None = None, help: str = "", edits: tuple[Edit, ...] = ()
) -> Diagnostic:
    """Create a diagnostic that stops the compiler."""
    return Diagnostic(code, Severity.ERROR, message, span, help, edits)


def warning(
    code: Code, message: str, span: Span | None = None, help: str = "", edits: tuple[Edit, ...] = ()
) -> Diagnostic:
    """Create a diagnostic that does not stop the compiler."""
    return Diagnostic(code, Severity.WARNING, message, span, help, edits)


def in_order(diagnostics: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort findings in source order, each once; those without a place come last."""
    last = (1 << 30, 0)
    return tuple(
        sorted(
            dict.fromkeys(diagnostics),
            key=lambda d: (d.span.part, d.span.start) if d.span else last,
        )
    )


def raise_errors(diagnostics: list[Diagnostic], source: Source) -> None:
    """Raise all findings if any of them is an error.

    Raises:
        CompileError: there is an error; it contains all `diagnostics`, warnings included.
    """
    if any(d.severity is Severity.ERROR for d in diagnostics):
        raise CompileError(in_order(diagnostics), source)


def render_all(diagnostics: tuple[Diagnostic, ...], source: Source, width: int | None = None) -> str:
    """Render each diagnostic with `render`, one after another."""
    return "\n".join(render(diagnostic, source, width) for diagnostic in diagnostics)


def render(diagnostic: Diagnostic, source: Source, width: int | None = None) -> str:
    """Render a diagnostic for people: position and message, the line with a caret, the help.

    Args:
        diagnostic: the finding.
        source: source of the template.
        width: columns of the terminal, which neither the line with its caret nor the help exceeds; the
            message is the caller's to wrap. None: no limit.

    >>> part = Part("file", "model.py", "x = {{uniform(1, 0)}}")
    >>> print(render(error(Code.BOUNDS, "low < high", Span(0, 6, 19)), Source((part,))))
    model.py:1:7: error HT104: low < high
        1 | x = {{uniform(1, 0)}}
          |       ^~~~~~~~~~~~~
    """
    where = source.name
    lines = []
    gutter = 4
    if diagnostic.span is not None:
        part = source.parts[diagnostic.span.part]
        text, span = as_written(part, diagnostic.span)
        place = position(text, span.start)
        between = ", line " if part.kind != "file" else ":"
        column = f", column {place.column}" if part.kind != "file" else f":{place.column}"
        where = f"{part.name}{between}{place.line}{column}"
        gutter = max(4, len(str(place.line)) + 2)
        room = WIDTH if width is None else width - gutter - 4 - 2 * (len(MORE) + 1)
        shown, marks = _excerpt(text, span, max(LEAST_WIDTH, min(room, WIDTH)))
        lines = [f"{place.line:>{gutter + 1}} | {shown}", f"{'':>{gutter + 1}} | {marks}"]
    head = f"{printable(where)}: {diagnostic.severity.value} {diagnostic.code.value}: "
    lines = [head + printable(diagnostic.message), *(line.rstrip() for line in lines)]
    if diagnostic.help:
        lines += _help_lines(f"{'':>{gutter + 1}} = help: ", printable(diagnostic.help), width)
    return "\n".join(lines)


def _help_lines(head: str, text: str, width: int | None) -> list[str]:
    """Return the help after its head, wrapped between words below its own beginning."""
    if width is None:
        return [head + text]
    return textwrap.wrap(
        head + text,
        max(width, len(head) + LEAST_WIDTH),
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )


def printable(text: str) -> str:
    """Return `text` on one line, without control characters: a terminal must not obey a template's text."""
    return "".join(" " if c in "\r\n" else _visible(c) for c in text)


def _visible(character: str) -> str:
    control = unicodedata.category(character) in ("Cc", "Cf", "Cs") and character != "\t"
    return "\N{REPLACEMENT CHARACTER}" if control else character


def as_written(part: Part, span: Span) -> tuple[str, Span]:
    """Return the text and the place that the user knows, with a cell's left-out lines restored.

    If the cell's line has something else at that place, return the part's own text.
    """
    line = position(part.text, span.start).line
    starts = line_starts(part.original)
    if not part.original or line > len(starts):
        return part.text, span
    compiled, written = line_text(part.text, line), line_text(part.original, line)
    moved = starts[line - 1] - line_starts(part.text)[line - 1]
    if compiled.strip() in ("", "pass"):
        start = starts[line - 1] + len(written) - len(written.lstrip())
        return part.original, Span(span.part, start, starts[line - 1] + len(written.rstrip()))
    place = Span(span.part, span.start + moved, span.end + moved)
    first = NEWLINE.split(part.text[span.start : span.end])[0]
    same = part.original.startswith(first, place.start)
    return (part.original, place) if same else (part.text, span)


def _excerpt(text: str, span: Span, room: int) -> tuple[str, str]:
    """Return the first line of `span` and the carets below it, both cut to `room` around the span."""
    place = position(text, span.start)
    line = line_text(text, place.line)
    start = line_starts(text)[place.line - 1]
    first, last = (
        span.start - start,
        min(max(span.end, span.start + 1) - start, max(len(line), span.start - start + 1)),
    )
    left = max(0, first - room // 2) if len(line) > room else 0
    right = left + room
    cut = line[left:right]
    before, under = cut[: first - left], cut[first - left : last - left] or " "
    head = f"{MORE} " if left else ""
    tail = f" {MORE}" if len(line) > right else ""
    blank = "".join("\t" if c == "\t" else " " * _columns(c) for c in before)
    marks = "~" * max(1, sum(_columns(c) for c in under))
    return (
        head + "".join(map(_visible, cut)) + tail,
        " " * len(head) + blank + "^" + marks[1:],
    )


def _columns(character: str) -> int:
    """Count the columns that `character` takes in a terminal."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
