r"""Source text, and places in it.

Inside the compiler a place is always a `Span` of half-open character offsets into one part. Lines and
columns, both counted from 1, exist only in texts for people. Lines end at ``\n``, ``\r\n`` and ``\r`` and
nowhere else (``str.splitlines`` also splits at form feeds and others, which Python does not).
"""

from __future__ import annotations

import ast
import functools
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal, NamedTuple

PartKind = Literal["file", "cell", "history"]

NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Part:
    """One text that is compiled on its own.

    Attributes:
        kind: kind of its origin.
        name: name for people, such as ``model.py`` or ``train.ipynb, cell 3 (In [7])``.
        text: source text, decoded, without a byte order mark.
        cell: number of a notebook's cell, counted from 1 over all cells; else None.
        path: absolute path of a part other than the template's own file, else empty.
        module: name under which the template imports such a part, else empty.
        original: a cell as the user wrote it, on as many lines, if `text` differs; else empty.
        package: package that relative imports start from; empty outside packages.
        is_module: whether the part is a module of its own, with its own names, which the import system loads.
        ran_as: file name that the kernel gave a cell when it ran, which tracebacks show; else empty.
    """

    kind: PartKind
    name: str
    text: str
    cell: int | None = None
    path: str = ""
    module: str = ""
    original: str = ""
    package: str = ""
    is_module: bool = False
    ran_as: str = ""

    @property
    def is_search(self) -> bool:
        """True for a notebook's cell that is a search of its own, under ``%%tune``."""
        return self.original.lstrip().startswith("%%tune")


@dataclass(frozen=True, slots=True)
class CellFile:
    """File that a magic or a shell command of a notebook writes, which the program does not run.

    Attributes:
        cell: number of the cell.
        line: line within the cell, from 1.
        path: path as the cell has it.
        is_missing: whether there is no such file.
        is_same: whether the file holds what it holds after the command, as far as that is known.
    """

    cell: int
    line: int
    path: str
    is_missing: bool
    is_same: bool


@dataclass(frozen=True, slots=True)
class Source:
    """Parts of a template, in order.

    Attributes:
        parts: a file's one part, or the code cells of a notebook; imported files come before it.
        path: absolute path of the file, or an empty string.
        shown: the file as the user wrote it, if no part has that name.
        folder: folder that comes first on `sys.path`, if it is not that of the file; else empty.
        beside: the user's own modules that Python imports as they are: what their code does is read, and
            nothing of them is compiled.
        cell_files: files that cells write by magics and shell commands, in the order of the commands.
        unknown_folder: line that adds a folder to `sys.path` of which the text does not tell; else 0.
    """

    parts: tuple[Part, ...]
    path: str = ""
    shown: str = ""
    folder: str = ""
    beside: tuple[Part, ...] = ()
    cell_files: tuple[CellFile, ...] = ()
    unknown_folder: int = 0

    @property
    def name(self) -> str:
        """Name of the whole template for people."""
        own = [part for part in self.parts if not part.module]
        return self.shown or (own[0].name if own else self.path)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open character offsets ``[start, end)`` into the text of part number `part` (from 0)."""

    part: int
    start: int
    end: int

    def inside(self, outer: Span) -> bool:
        """Return True if this span lies within `outer`."""
        return self.part == outer.part and outer.start <= self.start and self.end <= outer.end


class Position(NamedTuple):
    """A place for people: line and column, both counted from 1; the column in characters."""

    line: int
    column: int


@functools.lru_cache(maxsize=64)
def line_starts(text: str) -> tuple[int, ...]:
    """Return the offset at which each line of `text` begins; there is always at least one line."""
    return (0, *(match.end() for match in NEWLINE.finditer(text)))


def position(text: str, offset: int) -> Position:
    """Return the position of a character offset; the inverse of `offset_at`."""
    starts = line_starts(text)
    line = bisect_right(starts, offset)
    return Position(line, offset - starts[line - 1] + 1)


def offset_at(text: str, place: Position) -> int:
    """Return the character offset of a position."""
    return line_starts(text)[place.line - 1] + place.column - 1


def line_text(text: str, line: int) -> str:
    """Return line number `line` (from 1) without its line ending."""
    starts = line_starts(text)
    end = starts[line] if line < len(starts) else len(text)
    return text[starts[line - 1] : end].rstrip("\r\n")


def byte_offset_at(text: str, line: int, column: int) -> int:
    """Return the character offset of an `ast` place: a line from 1, a column in UTF-8 bytes from 0."""
    start = line_starts(text)[line - 1]
    content = line_text(text, line)
    if content.isascii():
        return start + column
    return start + len(content.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "replace"))


def node_span(part: int, text: str, node: ast.expr | ast.stmt | ast.keyword | ast.alias) -> Span:
    """Return the span of a node of a part's tree; of a decorated definition without its decorators."""
    end_line, end_column = node.end_lineno, node.end_col_offset
    assert end_line is not None
    assert end_column is not None
    start = byte_offset_at(text, node.lineno, node.col_offset)
    return Span(part, start, byte_offset_at(text, end_line, end_column))


def newlines(text: str) -> str:
    """Return only the line endings of `text`, so that what follows stays on its line."""
    return "".join(NEWLINE.findall(text))
