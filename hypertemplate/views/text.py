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

MOST_WHOLE = 32
"""Most characters of a name or a number that never breaks."""


_COMMAND = re.compile(r"(?<=: )hypertemplate [a-z]+ .*$")
"""Command to copy at the end of a line."""


def plain_lines(text: str) -> list[str]:
    """Split `text` into lines without terminal escapes; an overwritten line shows its last state."""
    shown = plain_text(text).rstrip()
    return [line.rstrip().expandtabs() for line in shown.split("\n")] if shown else []


def plain_block(lines: Iterable[str]) -> list[str]:
    """Split texts into lines without terminal escapes, each with its indent."""
    whole = (line for text in lines for line in text.split("\n"))
    return [f"{line[: len(line) - len(line.lstrip(' '))]}{plain(line)}" for line in whole]


def cut(text: str, width: int) -> str:
    """Return `text` if it has at most `width` characters, else its beginning and an ellipsis.

    The beginning ends with a whole word, unless half of it would be lost.
    """
    if len(text) <= width:
        return text
    head = text[: max(0, width - 3)]
    whole = re.sub(r"\w+$", "", head) if re.match(r"\w", text[len(head) :]) else head
    return (whole if 2 * len(whole) >= len(head) else head).rstrip(".") + "..."


def fitted(number: float, width: int, flags: str, digits: int) -> str:
    """Format a number with as many of `digits` significant digits as `width` has room for, at least one.

    A whole number that has room is written out, unless the flags ask for all digits.
    """
    if not flags and float(number).is_integer() and len(f"{number:.0f}") <= width:
        return f"{number:.0f}"
    texts = (f"{number:{flags}.{count}g}".removesuffix(".") for count in range(digits, 1, -1))
    return next((text for text in texts if len(text) <= width), f"{number:.1g}")


def on_point(text: str, decimals: int, width: int | None = None) -> str:
    """Pad a number on the right as if it had so many decimals, as far as there is room; another text stays.

    Right-aligned numbers that are padded alike have their points below each other.
    """
    if not decimals or not re.fullmatch(r"-?\d+(\.\d*)?", text):
        return text
    missing = decimals + 1 - len(text.removeprefix(text.partition(".")[0]))
    return text + " " * max(0, missing if width is None else min(missing, width - len(text)))


def decimals_of(text: str) -> int:
    """Return the number of decimals of a number; 0 for another text."""
    return len(text.partition(".")[2]) if re.fullmatch(r"-?\d+\.\d*", text) else 0


def hanging(first: str, items: list[str], width: int | None) -> list[str]:
    """List items after `first`; wrap to further lines below the first item if `width` is too small.

    Args:
        first: text before the first item.
        items: items, each of which stays whole; a path that is longer than a line is broken after slashes.
        width: columns of the terminal; None: no wrapping.
    """
    if width is None:
        return [(first + " ".join(items)).rstrip()]
    indent = " " * (len(first) if width - len(first) >= 24 else 4)
    lines = [first]
    for item in items:
        parts = [item] if len(indent + item) <= width else _FOLDERS.findall(item)
        for number, part in enumerate(parts):
            gap = "" if lines[-1] == first or number else " "
            if len(lines[-1] + gap + part) > width:
                lines.append(indent + part)
            else:
                lines[-1] += gap + part
    return [line.rstrip() for line in lines]


def indented(lines: Iterable[str], width: int | None, indent: str) -> list[str]:
    """Indent lines; wrap those that a terminal of `width` columns would break, below their own beginning.

    A word is broken only where it is longer than a line: a path after a slash. A command to copy at the end
    of a line stays whole.
    """
    found = []
    for line in lines:
        found += _filled(indent + line, indent + _beginning(line), width) if line.strip() else [""]
    return found


def wrapped(line: str, width: int | None) -> list[str]:
    """Wrap a line as `indented` does; further lines of one without indentation are indented."""
    return _filled(line, _beginning(line) or "  ", width)


def wrapped_edit(line: str, width: int | None) -> list[str]:
    """Wrap a line on an edit of a template; further lines begin below its text, behind sign and label."""
    start = _EDIT.match(line)
    below = " " * (len(start[0]) if start is not None else 4)
    return _filled(line, below, width)


_EDIT = re.compile(r"  [-+~] \S.*?  +")
"""Beginning of a line on a marker: its sign and label."""


def _beginning(line: str) -> str:
    """Return the part of a line that its further lines begin with too: its indentation, and a bar."""
    return line[: len(line) - len(re.sub(r"^\s*(?:\| \s*)?", "", line))]


class _Words(textwrap.TextWrapper):
    """Wrapper that breaks a path that is longer than a line after slashes."""

    def _split(self, text: str) -> list[str]:
        room = self.width - len(self.subsequent_indent)
        return [
            part
            for chunk in super()._split(text)
            for part in (_FOLDERS.findall(chunk) if len(chunk) > room else [chunk])
        ]


_FOLDERS = re.compile(r"[^/\\]*[/\\]+|[^/\\]+")


def _filled(line: str, below: str, width: int | None) -> list[str]:
    if width is None or len(line) <= width:
        return [line]
    command = _COMMAND.search(line)
    said = line if command is None else line[: command.start()]
    room = max(width, len(below) + 20)
    lines = _Words(room, subsequent_indent=below, break_on_hyphens=False).wrap(said.rstrip())
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
    """Format several lists of rows as `columns` does, with the same columns in all of them.

    Where even names and numbers would break, cells of the last column stand below their rows, if they wrap.
    """
    cells = [*zip(*(row for part in parts for row in part), strict=True)]
    widths = [max(map(len, column)) for column in cells]
    if width is not None and cells and not _narrow(widths, cells, flexible, width - len(indent)):
        last = len(cells) - 1
        if last and last in flexible:
            widths = [max(map(len, column)) for column in cells[:last]]
            _narrow(widths, cells, [one for one in flexible if one < last], width - len(indent))
    return [[line for row in part for line in _row_lines(row, widths, indent, width)] for part in parts]


def _row_lines(row: tuple[str, ...], widths: list[int], indent: str, width: int | None) -> Iterator[str]:
    cells = [_wrapped(cell, room) for cell, room in zip(row, widths, strict=False)]
    for texts in zip_longest(*cells, fillvalue=""):
        line = "  ".join(text.ljust(room) for text, room in zip(texts, widths, strict=True))
        yield (indent + line).rstrip()
    yield from indented(filter(None, row[len(widths) :]), width, indent + "    ")


def _narrow(widths: list[int], cells: Sequence[Sequence[str]], flexible: Sequence[int], width: int) -> bool:
    """Narrow the widest of the flexible columns until a row fits; return False if none can be narrowed.

    A column stays as wide as the longest name or number in its cells.
    """
    room = width - 2 * (len(widths) - 1)
    least = {number: max([LEAST_WIDTH, *map(_longest, cells[number])]) for number in flexible}
    while sum(widths) > room:
        able = [number for number in flexible if widths[number] > least[number]]
        if not able:
            return False
        widths[max(able, key=lambda number: widths[number])] -= 1
    return True


def _longest(cell: str) -> int:
    """Return the length of the longest name or number in a cell."""
    return max((length for length in map(len, _CHUNK.findall(cell)) if length <= MOST_WHOLE), default=0)


_CHUNK = re.compile(r"[(\[,/]*[^\s(\[,/]+[(\[,/]*|[(\[,/]+|\s+")
"""Number, word, or a part of code up to a bracket, a comma or a slash."""

_PART = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?|[^.]+\.*|\.+")
"""Number, or a part of a dotted name."""


def _wrapped(cell: str, width: int) -> list[str]:
    """Wrap a cell between words, and code also after a bracket, a comma or a slash."""
    if len(cell) <= width:
        return [cell]
    lines = [""]
    for chunk in _chunks(cell, width):
        if len(lines[-1] + chunk.rstrip()) > width and lines[-1]:
            lines.append("")
        lines[-1] += chunk if lines[-1] or len(lines) == 1 else chunk.lstrip()
    return [line.rstrip() for line in lines]


def _chunks(cell: str, width: int) -> Iterator[str]:
    """Yield the chunks of a cell; one that is longer than a line is broken after dots, and else anywhere."""
    for chunk in _CHUNK.findall(cell):
        parts = [chunk] if len(chunk) <= width else _PART.findall(chunk)
        for part in parts:
            yield from (part[place : place + width] for place in range(0, len(part), width))
