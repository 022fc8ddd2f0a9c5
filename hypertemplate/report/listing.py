"""What a template consists of, as lines of text: its parameters, its statements. Nothing here prints."""

from __future__ import annotations

from collections.abc import Sequence

from hypertemplate.compiler import Explained
from hypertemplate.compiler.source import Source, Span, line_text, position
from hypertemplate.compiler.space import Parameter, SearchSpace
from hypertemplate.report.text import columns, cut, plain

STATEMENT_WIDTH = 40
"""Characters of a statement's first line that `explained_lines` shows."""


def space_lines(space: SearchSpace, source: Source, width: int | None = None) -> list[str]:
    """A table of the parameters: label, distribution with its arguments as source text, place.

    Args:
        space: an inner distribution is indented below its choice.
        source: what the places are in.
        width: columns that a line may take; a longer call is cut. None: nothing is cut.
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
    """How many choices stand around a parameter."""
    return 0 if parameter.parent is None else 1 + depth(space[parameter.parent[0]], space)


def call_text(parameter: Parameter) -> str:
    """The call of the distribution, its arguments by position as they stand in the source."""
    texts = [argument.text for argument in parameter.arguments]
    if parameter.options is not None:
        options = [option.text for option in parameter.options]
        if parameter.distribution == "pchoice":
            options = [f"({p}, {option})" for p, option in zip(texts, options, strict=True)]
        texts = [f"[{', '.join(options)}]"]
    return f"{parameter.distribution}({', '.join(texts)})"


def place(span: Span, source: Source) -> str:
    """``model.py:34``, or for a cell ``train.ipynb, cell 3, line 2``."""
    part = source.parts[span.part]
    line = position(part.text, span.start).line
    return f"{part.name}:{line}" if part.kind == "file" else f"{part.name}, line {line}"


def explained_lines(explained: Sequence[Explained], source: Source) -> list[str]:
    """For each top-level statement its place, its beginning, when it runs and why."""
    rows = [("where", "statement", "runs", "why")]
    for item in explained:
        text = source.parts[item.span.part].text
        first = line_text(text, position(text, item.span.start).line)
        rows.append(
            (place(item.span, source), cut(plain(first), STATEMENT_WIDTH), item.placement.value, item.reason)
        )
    return columns(rows)
