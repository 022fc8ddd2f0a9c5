"""Text of the user's as people may see it in a terminal: no control characters, a bounded width."""

from __future__ import annotations

from collections.abc import Sequence

from hypertemplate.runtime.failures.plain_text import plain as plain
from hypertemplate.runtime.failures.plain_text import plain_text


def plain_lines(text: str) -> list[str]:
    """The lines of `text` without terminal escapes; of a line that was written over, the last state."""
    shown = plain_text(text).rstrip()
    return [line.rstrip().expandtabs() for line in shown.split("\n")] if shown else []


def cut(text: str, width: int) -> str:
    """`text` if it has at most `width` characters, else its beginning and an ellipsis."""
    return text if len(text) <= width else text[: max(0, width - 3)] + "..."


def hanging(first: str, items: list[str], width: int | None) -> list[str]:
    """Items after `first`, on further lines below the first item where `width` is not enough.

    Args:
        first: what stands before the first item.
        items: each stays whole.
        width: columns of the terminal; None: never break.
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


def columns(rows: Sequence[tuple[str, ...]], *, indent: str = "") -> list[str]:
    """Rows as lines, each column as wide as its widest cell, two spaces between columns."""
    if not rows:
        return []
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        (indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))).rstrip()
        for row in rows
    ]
