"""Users' text made safe for a terminal: no control characters, limited width."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from hypertemplate.runtime.failures.plain_text import plain as plain
from hypertemplate.runtime.failures.plain_text import plain_text


def plain_lines(text: str) -> list[str]:
    """Split `text` into lines without terminal escapes; an overwritten line shows its last state."""
    shown = plain_text(text).rstrip()
    return [line.rstrip().expandtabs() for line in shown.split("\n")] if shown else []


def cut(text: str, width: int) -> str:
    """Return `text` if it has at most `width` characters, else its beginning and an ellipsis."""
    return text if len(text) <= width else text[: max(0, width - 3)] + "..."


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

    A word is broken only where it is longer than a line.
    """
    found = []
    for line in lines:
        start = indent + line[: len(line) - len(line.lstrip())]
        if width is None or len(indent + line) <= width:
            found.append((indent + line).rstrip())
        else:
            room = max(width, len(start) + 20)
            found += textwrap.wrap(
                line.strip(), room, initial_indent=start, subsequent_indent=start, break_on_hyphens=False
            )
    return found


def columns(rows: Sequence[tuple[str, ...]], *, indent: str = "") -> list[str]:
    """Format rows as lines: each column as wide as its widest cell, two spaces between columns."""
    if not rows:
        return []
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        (indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))).rstrip()
        for row in rows
    ]
