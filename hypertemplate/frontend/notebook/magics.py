"""Cells as plain Python, without IPython: its own syntax is removed line for line.

``%matplotlib inline``, ``!pip install x`` and ``model.fit?`` become blank lines; ``%time model.fit(x)``
becomes the statement that it times; ``%env`` and ``%cd`` become Python that does the same. The result has
exactly as many lines as the cell, and code keeps its columns wherever Python's syntax allows: not after
``%time for
...:``, and not in a cell that is indented as a whole or was pasted with prompts.

The rules are those of IPython's `inputtransformer2`. Its rarest syntax, calls without parentheses (``/f x``,
``,f x``, ``;f x``), is left as it is, and so does not parse.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Literal

from hypertemplate.compiler.syntax.source import NEWLINE, position
from hypertemplate.frontend.notebook.file_commands import FileCommand, of_cell, of_folder, of_shell
from hypertemplate.frontend.notebook.logical_lines import (
    BLANK,
    after_blanks,
    blanked,
    cleaned,
    continued_end,
    first_code,
    joined,
    line_end,
    logical_line,
    next_line,
)
from hypertemplate.frontend.notebook.magic_table import (
    CAPTURED,
    SEARCH,
    TIMED,
    TIMED_VALUE,
    Missed,
    cell_magic,
    holds_marker,
    line_magic,
    named,
)

NoteKind = Literal["magic", "shell", "help", "cell", "search"]

WIDTH = 60
"""Most characters of a line that a note shows."""


@dataclass(frozen=True, slots=True)
class Note:
    """One piece of IPython's syntax that was left out.

    Attributes:
        line: line number within the cell, from 1.
        text: description of what was left out and, if it matters, of what is missing.
        kind: a line magic, a shell command, a question mark, or the whole cell.
        matters: whether the remaining code may fail without it.
        help: Python to write instead, or an empty string.
    """

    line: int
    text: str
    kind: NoteKind = "magic"
    matters: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class Plain:
    """A cell as Python.

    Attributes:
        text: the Python, with the cell's number of lines.
        notes: notes on what was left out.
        files: commands among that which write files.
    """

    text: str
    notes: tuple[Note, ...]
    files: tuple[FileCommand, ...] = ()


def plain_cell(text: str) -> Plain:
    r"""Convert a cell to Python; a text that does not parse is converted all the same.

    >>> plain_cell("%matplotlib inline\nx = 1").text
    '\nx = 1'
    >>> plain_cell("%time x = f()").text
    'pass; x = f()'
    """
    cell = _Cell(text)
    cell.lines(cell.body())
    return Plain(joined(cell.out), tuple(cell.notes), tuple(cell.files))


_HELP = re.compile(r"[\w*\]]\?\??\Z")
_CELL_HELP = re.compile(r"%%\w+\?")
_JOINED = re.compile(rf"\\(?:{NEWLINE.pattern})")
_ANNOTATION = re.compile(rf"^([\w.]+)[{BLANK}]*:.*")
_COMPOUND = re.compile(r"(?:async|class|def|for|if|try|while|with)\b")


@dataclass(slots=True)
class _Cell:
    """A cell being converted to Python, one logical line after another.

    Attributes:
        text: the cell, without prompts and common indentation from the scan's position on.
        out: converted lines.
        notes: notes on what was left out.
        files: commands that write files.
        start: start of the current logical line.
        indent: indentation of the current logical line.
        opened: width of the indentation of a line that still needs its block; else infinite.
        empty: index in `out` of that block's first line if it was left out, and its indentation.
    """

    text: str
    out: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    files: list[FileCommand] = field(default_factory=list)
    start: int = 0
    indent: str = ""
    opened: float = math.inf
    empty: tuple[int, str] | None = None

    def body(self) -> int:
        """Remove the cell's magics, one inside another; return the offset of the cell's own lines."""
        offset = 0
        while True:
            self.text = self.text[:offset] + cleaned(self.text[offset:])
            self.start = first = first_code(self.text, offset)
            if not self.text.startswith("%%", first) or _CELL_HELP.match(self.text, first):
                return offset
            self.out.append(blanked(self.text[offset:first]))
            end = line_end(self.text, first)
            if timed := TIMED.match(self.text, first):
                # The rest of the `%%timeit` line is a statement, the setup.
                end = self._timed(timed.end()) if self._is_code(timed.end(), end) else self._blank(end)
            elif CAPTURED.match(self.text, first):
                self._blank(end)
            else:
                name, arguments = named(self.text[first:end])
                if name == SEARCH:
                    return self._drop(len(self.text), "search")
                body = self.text[next_line(self.text, end) :]
                self.files += of_cell(name, arguments, body, self._number(first))
                return self._drop(len(self.text), "cell", cell_magic(name, arguments))
            offset = self._after(end)

    def lines(self, offset: int) -> None:
        """Convert every logical line from `offset` on."""
        while offset < len(self.text):
            first = after_blanks(self.text, offset)
            self.start, self.indent = offset, self.text[offset:first]
            offset = self._after(self._line(self.indent, first))
        self._fill()

    def _after(self, end: int) -> int:
        """Keep the line ending at `end`; return the offset after it."""
        offset = next_line(self.text, end)
        self.out.append(self.text[end:offset])
        return offset

    def _line(self, before: str, offset: int) -> int:
        """Convert the text at `offset` that follows `before`; return the offset of its end."""
        if self.text.startswith("!", offset):
            end = continued_end(self.text, offset)
            command = _JOINED.sub(" ", self.text[offset:end]).lstrip("!")
            self.files += of_shell(command, self._number(offset)) if not self.indent else ()
            return self._drop(end, "shell")
        if self.text.startswith("?", offset):
            return self._drop(continued_end(self.text, offset), "help")
        if self.text.startswith("%", offset):
            return self._magic(offset)
        line = logical_line(self.text, offset)
        if line.value is not None:
            return self._assignment(before, offset, line.statement, line.value)
        content, tail = self.text[offset : line.last], self.text[line.last : line.end]
        if _HELP.search(content) and not tail.strip(BLANK) and not NEWLINE.search(content):
            return self._drop(line.end, "help")
        if not content:
            self.out.append(before + tail)
            return line.end
        return self._keep(before + content + tail, line.end, opens=line.opens)

    def _magic(self, offset: int) -> int:
        end = continued_end(self.text, offset)
        content = self.text[offset:end]
        timed = TIMED.match(self.text, offset)
        if timed and self._is_code(timed.end(), end):
            return self._timed(timed.end())
        if _HELP.search(content.rstrip(BLANK)) and "#" not in content:
            return self._drop(end, "help")
        name, arguments = named(content)
        if name == "cd":
            self.files.append(of_folder(arguments, self._number(offset)))
        meaning = line_magic(name, arguments)
        if isinstance(meaning, str):
            return self._keep(self.indent + meaning + blanked(content), end)
        return self._drop(end, "magic", meaning)

    def _is_code(self, offset: int, end: int) -> bool:
        return self.text[offset:end].strip(BLANK)[:1] not in ("", "#")

    def _timed(self, offset: int) -> int:
        """Keep the statement at `offset`, in its own columns unless it is a compound statement."""
        width = offset - self.start - len(self.indent)
        filler = "" if _COMPOUND.match(self.text, offset) else "pass;".ljust(width)
        return self._line(self.indent + filler, offset)

    def _assignment(self, before: str, offset: int, statement: int, value: int) -> int:
        """Convert ``x = %time f()`` to ``x = f()``; ``x = !ls`` is left out."""
        if timed := TIMED_VALUE.match(self.text, value):
            before += self.text[offset:value] + " " * (timed.end() - value)
            end = logical_line(self.text, timed.end()).end
            return self._keep(before + self.text[timed.end() : end], end)
        end = continued_end(self.text, value)
        kind: NoteKind = "shell" if self.text[value] == "!" else "magic"
        target = _ANNOTATION.sub(r"\1", self.text[statement:value].rstrip("=" + BLANK))
        missed = Missed(f"nothing defines {_short(target)}", "give it a value in Python")
        if statement == offset:
            return self._drop(end, kind, missed)
        self._note(statement, end, kind, missed)
        after = blanked(self.text[statement:end])
        return self._keep(before + self.text[offset:statement] + "pass" + after, end)

    def _keep(self, line: str, end: int, *, opens: bool = False) -> int:
        width = _width(self.indent)
        if width <= self.opened:
            self._fill()
        self.empty = None
        self.opened = width if opens else math.inf
        self.out.append(line)
        return end

    def _drop(self, end: int, kind: NoteKind, missed: Missed | None = None) -> int:
        self._note(self.start + len(self.indent), end, kind, missed)
        if self.empty is None and _width(self.indent) > self.opened:
            self.empty = len(self.out), self.indent
        return self._blank(end)

    def _blank(self, end: int) -> int:
        self.out.append(blanked(self.text[self.start : end]))
        return end

    def _fill(self) -> None:
        """Give a block whose lines were all left out a statement."""
        if self.empty is not None:
            index, indent = self.empty
            self.out[index] = f"{indent}pass{self.out[index]}"

    def _number(self, offset: int) -> int:
        return position(self.text, offset).line

    def _note(self, offset: int, end: int, kind: NoteKind, missed: Missed | None) -> None:
        dropped = self.text[offset:end]
        first = dropped[: line_end(dropped, 0)]
        shown = f"the cell under {_short(first)}" if kind == "cell" else _short(dropped)
        line = self._number(offset)
        if kind == "search":
            text = f"the cell under {_short(first)} is left out: it is a search of its own"
            note = Note(line, text, kind, help="run the cell in the notebook")
        elif missed is not None:
            note = Note(line, f"{shown} is left out: {missed.text}", kind, True, missed.help)
        elif holds_marker(dropped):
            help = "move the marker into a Python statement"
            note = Note(line, f"{shown} is left out, and the marker in it", kind, True, help)
        else:
            note = Note(line, f"{shown} is left out", kind)
        self.notes.append(note)


def _width(indent: str) -> int:
    return len(indent.expandtabs(8))


def _short(text: str) -> str:
    line = " ".join(_JOINED.sub(" ", text).split())
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}..."
