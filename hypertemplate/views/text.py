"""Users' text made safe for a terminal: no control characters, limited width."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from hypertemplate.runtime.failures.plain_text import plain as plain
from hypertemplate.runtime.failures.plain_text import plain_text

LEAST_WIDTH = 10
"""Least width of a column whose cells wrap."""


_COMMAND = re.compile(r"(?<=: )hypertemplate [a-z]+ .*$")
"""Command to copy at the end of a line."""


def plain_lines(text: str) -> list[str]:
    """Split `text` into lines without terminal escapes; an overwritten line shows its last state."""
    shown = plain_text(text).rstrip()
    return [line.rstrip().expandtabs() for line in shown.split("\n")] if shown else []


def cut(text: str, width: int) -> str:
    """Return `text` if it has at most `width` characters, else its beginning and an ellipsis.

    The beginning ends with a whole word, unless half of it would be lost.
    """
    if len(text) <= width:
        return text
    head = text[: max(0, width - 3)]
    whole = re.sub(r"\w+$", "", head) if re.match(r"\w", text[len(head) :]) else head
    return (whole if 2 * len(whole) >= len(head) else head) + "..."


def fitted(number: float, width: int, flags: str, digits: int) -> str:
    """Format a number with as many of `digits` significant digits as `width` has room for, at least one.

    A whole number that has room is written out, unless the flags ask for all digits.
    """
    if not flags and float(number).is_integer() and len(f"{number:.0f}") <= width:
        return f"{number:.0f}"
    texts = (f"{number:{flags}.{count}g}" for count in range(digits, 1, -1))
    return next((text for text in texts if len(text) <= width), f"{number:.1g}")


def hanging(first: str, items: list[str], width: int | None) -> list[str]:
    """List items after `first`; wrap to further lines below the first item if `width` is too small.

    Args:
        first: text before the first item.
        items: items, each of which stays whole.
        width: columns of the terminal; None: no wrapping.
    """
    if width is None:
        return [(first + " ".join(items)).rstrip()]
    indent = " " * (len(first) if width - len(first) >= 24 else 4)
    lines = [first]
    for item in items:
        gap = "" if lines[-1] == first else " "
        if len(lines[-1] + gap + item) > width:
            lines.append(indent + item)
        else:
            lines[-1] += gap + item
    return [line.rstrip() for line in lines]


def indented(lines: Iterable[str], width: int | None, indent: str) -> list[str]:
    """Indent lines; wrap those that a terminal of `width` columns would break, below their own beginning.

    A word is broken only where it is longer than a line. A command to copy at the end of a line stays whole.
    """
    found = []
    for line in lines:
        start = indent + line[: len(line) - len(line.lstrip())]
        found += _filled(start + line.strip(), start, width) if line.strip() else [""]
    return found


def wrapped(line: str, width: int | None) -> list[str]:
    """Wrap a line as `indented` does, with its further lines indented."""
    return _filled(line, "  ", width)


def _filled(line: str, below: str, width: int | None) -> list[str]:
    if width is None or len(line) <= width:
        return [line]
    command = _COMMAND.search(line)
    said = line if command is None else line[: command.start()]
    room = max(width, len(below) + 20)
    lines = textwrap.wrap(
        said.rstrip(), room, subsequent_indent=below, break_on_hyphens=False, drop_whitespace=True
    )
    return lines if command is None else [*lines, below + command[0]]


def columns(
    rows: Sequence[tuple[str, ...]],
    *,
    indent: str = "",
    width: int | None = None,
    flexible: Sequence[int] = (),
) -> list[str]:
    """Format rows as lines: each column as wide as its widest cell, two spaces between columns.

    Args:
        rows: cells.
        indent: text before each line.
        width: columns of the terminal; None: no wrapping.
        flexible: numbers of the columns whose cells wrap where the lines would be wider.
    """
    return tables([rows], indent=indent, width=width, flexible=flexible)[0]


def tables(
    parts: Sequence[Sequence[tuple[str, ...]]],
    *,
    indent: str = "",
    width: int | None = None,
    flexible: Sequence[int] = (),
) -> list[list[str]]:
    """Format several lists of rows as `columns` does, with the same columns in all of them."""
    rows = [row for part in parts for row in part]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    if width is not None:
        _narrow(widths, flexible, width - len(indent) - 2 * (len(widths) - 1))
    return [[line for row in part for line in _row_lines(row, widths, indent)] for part in parts]


def _row_lines(row: tuple[str, ...], widths: list[int], indent: str) -> Iterator[str]:
    cells = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    for texts in zip_longest(*cells, fillvalue=""):
        line = "  ".join(text.ljust(width) for text, width in zip(texts, widths, strict=True))
        yield (indent + line).rstrip()


def _narrow(widths: list[int], flexible: Sequence[int], room: int) -> None:
    """Narrow the widest of the flexible columns until all columns fit, or none can be narrowed."""
    while sum(widths) > room:
        widest = max(flexible, key=lambda i: widths[i], default=None)
        if widest is None or widths[widest] <= LEAST_WIDTH:
            return
        widths[widest] -= 1


_CHUNK = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?|[(\[,./]*[^\s(\[,./]+[(\[,./]*|[(\[,./]+|\s+")
"""Number, word, or a part of code up to a bracket, a comma, a dot or a slash."""


def _wrapped(cell: str, width: int) -> list[str]:
    """Wrap a cell between words, and code also after a bracket, a comma, a dot or a slash."""
    if len(cell) <= width:
        return [cell]
    lines = [""]
    for chunk in _CHUNK.findall(cell):
        if len(lines[-1] + chunk.rstrip()) > width and lines[-1]:
            lines.append("")
        rest = chunk if lines[-1] or len(lines) == 1 else chunk.lstrip()
        while len(rest) > width:
            lines[-1], rest = rest[:width], rest[width:]
            lines.append("")
        lines[-1] += rest
    return [line.rstrip() for line in lines]
