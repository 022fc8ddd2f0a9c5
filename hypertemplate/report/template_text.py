"""A template's parameters and statements as lines of text. Nothing here prints."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from hypertemplate.compiler import Explained
from hypertemplate.compiler.markers.search_space import Parameter, SearchSpace
from hypertemplate.compiler.syntax.source import Source, Span, line_text, position
from hypertemplate.report.text import columns, cut, plain

STATEMENT_WIDTH = 40
"""Most characters of a statement's first line in `explained_lines`."""

NARROW_STATEMENT_WIDTH = 26
"""Most characters of a statement's first line on a terminal."""


def space_lines(space: SearchSpace, source: Source, width: int | None = None) -> list[str]:
    """Format the parameters as a table: label, distribution with its arguments as source text, place.

    Args:
        space: the search space; an inner distribution is indented below its choice.
        source: the template's source.
        width: columns of a line; a longer call is cut. None: nothing is cut.
    """
    rows = [("label", "distribution", "where")]
    for parameter in space.parameters:
        label = "  " * depth(parameter, space) + plain(parameter.label)
        rows.append((label, plain(call_text(parameter)), place(parameter.marker, source)))
    if width is not None:
        beside = max(len(row[0]) for row in rows) + max(len(row[2]) for row in rows) + 4
        rows = [(label, cut(call, max(20, width - beside)), where) for label, call, where in rows]
    return columns(rows)


def depth(parameter: Parameter, space: SearchSpace) -> int:
    """Count the choices around a parameter."""
    return 0 if parameter.parent is None else 1 + depth(space[parameter.parent[0]], space)


def call_text(parameter: Parameter) -> str:
    """Return the distribution's call, with positional arguments as in the source."""
    texts = [argument.text for argument in parameter.arguments]
    if parameter.options is not None:
        options = [option.text for option in parameter.options]
        if parameter.distribution == "pchoice":
            options = [f"({p}, {option})" for p, option in zip(texts, options, strict=True)]
        texts = [f"[{', '.join(options)}]"]
    return f"{parameter.distribution}({', '.join(texts)})"


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
        width: columns of a line; reasons wrap below themselves. None: no wrapping.
    """
    rows = [("where", "statement", "runs", "why")]
    shown = STATEMENT_WIDTH if width is None else NARROW_STATEMENT_WIDTH
    for item in explained:
        text = source.parts[item.span.part].text
        first = line_text(text, position(text, item.span.start).line)
        rows.append((place(item.span, source), cut(plain(first), shown), item.placement.value, item.reason))
    if width is not None:
        beside = sum(max(len(row[i]) for row in rows) + 2 for i in range(3))
        wrapped = [(row, textwrap.wrap(row[3], max(24, width - beside))) for row in rows]
        rows = [
            (*(row[:3] if number == 0 else ("", "", "")), line)
            for row, lines in wrapped
            for number, line in enumerate(lines)
        ]
    return columns(rows)
