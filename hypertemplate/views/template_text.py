"""A template's parameters and statements as lines of text. Nothing here prints."""

from __future__ import annotations

from collections.abc import Sequence

from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, Severity
from hypertemplate.compiler.markers.call_text import call_text
from hypertemplate.compiler.markers.search_space import Parameter, SearchSpace
from hypertemplate.compiler.stages import Explained
from hypertemplate.compiler.syntax.source import Source, Span, line_text, position
from hypertemplate.units import counted
from hypertemplate.views.text import columns, cut, plain

STATEMENT_WIDTH = 40
"""Characters of a statement's first line in `explained_lines` for which there is always room."""


def space_lines(space: SearchSpace, source: Source, width: int | None = None) -> list[str]:
    """Format the parameters as a table: label, distribution as in `call_text`, place.

    Args:
        space: the search space; an inner distribution is indented below its choice.
        source: the template's source.
        width: columns of a line; longer calls wrap. None: no wrapping.
    """
    rows = [("label", "distribution", "where")]
    for parameter in space.parameters:
        label = "  " * depth(parameter, space) + plain(parameter.label)
        rows.append((label, plain(call_text(parameter)), place(parameter.marker, source)))
    return columns(rows, width=width, flexible=(0, 1, 2))


def errors_line(name: str, found: Sequence[Diagnostic]) -> str:
    """Count the errors and warnings of a template that has errors."""
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in found)
    warnings = f", {counted(len(found) - errors, 'warning')}" if errors < len(found) else ""
    return f"{name}: {counted(errors, 'error')}{warnings}"


def checked_line(name: str, space: SearchSpace, warnings: int) -> str:
    """Count the parameters and the warnings of a template without errors."""
    found = counted(warnings, "warning") if warnings else "no problems found (nothing was run)"
    return f"{name}: {counted(len(space.parameters), 'parameter')}, {found}"


def depth(parameter: Parameter, space: SearchSpace) -> int:
    """Count the choices around a parameter."""
    return 0 if parameter.parent is None else 1 + depth(space[parameter.parent[0]], space)


def place(span: Span, source: Source) -> str:
    """Format a place: ``model.py:34``, or for a cell of the template ``cell 3 (In [7]), line 2``."""
    part = source.parts[span.part]
    line = position(part.text, span.start).line
    if part.kind == "file":
        return f"{part.name}:{line}"
    return f"{part.name.removeprefix(f'{source.name}, ')}, line {line}"


def explained_lines(explained: Sequence[Explained], source: Source, width: int | None = None) -> list[str]:
    """List each top-level statement's place, its beginning, when it runs and why.

    Args:
        explained: the statements.
        source: the template's source.
        width: columns of a line; what is longer wraps below itself. None: no wrapping.
    """
    rows = [("where", "statement", "runs", "why")]
    for item in explained:
        text = source.parts[item.span.part].text
        first = plain(line_text(text, position(text, item.span.start).line))
        rows.append((place(item.span, source), first, item.placement.value, item.reason))
    if width is not None:
        beside = sum(
            max(map(len, cells)) + 2 for number, cells in enumerate(zip(*rows, strict=True)) if number != 1
        )
        room = max(STATEMENT_WIDTH, width - beside)
        rows = [(where, cut(first, room), runs, why) for where, first, runs, why in rows]
    return columns(rows, width=width, flexible=(0, 1, 3))
