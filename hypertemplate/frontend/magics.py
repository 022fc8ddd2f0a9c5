"""Cells as IPython means them, without IPython: its own syntax is taken out line for line.

``%matplotlib inline``, ``!pip install x`` and ``model.fit?`` become blank lines, ``%time model.fit(x)`` becomes
the statement that it times, ``%env`` and ``%cd`` become Python that does the same. The result has exactly
as many lines as the cell, and what is kept stands in its own columns wherever Python's syntax allows it:
not after ``%time for ...:``, and not in a cell that is indented as a whole or was pasted with prompts.

The rules are those of IPython's `inputtransformer2`; its rarest, calls without parentheses (``/f x``, ``,f x``,
``;f x``), are left as they are and so do not parse.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from typing import Literal

from hypertemplate.compiler.grammar import SIGNATURES
from hypertemplate.compiler.source import NEWLINE, newlines, position
from hypertemplate.frontend.logical import BLANK, after_blanks, continued_end, logical_line, next_line

NoteKind = Literal["magic", "shell", "help", "cell"]


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that was left out.

    Attributes:
        line: where, counted from 1 within the cell.
        text: what was left out and, where it matters, what is then missing.
        kind: a line magic, a shell command, a question mark, or a whole cell.
        matters: whether what is left may fail for want of it.
        help: what to write instead, or an empty string.
    """

    line: int
    text: str
    kind: NoteKind = "magic"
    matters: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class Plain:
    """A cell as Python, with as many lines as it had, and what was left out of it."""

    text: str
    notes: tuple[Note, ...]


def plain_cell(text: str) -> Plain:
    """The Python of a cell; a text that does not parse is rewritten all the same.

    >>> plain_cell("%matplotlib inline\\nx = 1").text
    '\\nx = 1'
    >>> plain_cell("%time x = f()").text
    'pass; x = f()'
    """
    cell = _Cell(text)
    cell.lines(cell.magics())
    return Plain("".join(cell.out), tuple(cell.notes))


_WORD = re.compile(rf"%*[{BLANK}]*(?P<name>\S*)[{BLANK}]*")
_HELP = re.compile(r"[\w*\]]\?\??\Z")
_CELL_HELP = re.compile(r"%%\w+\?")
_CAPTURE = re.compile(rf"%%[{BLANK}]*capture(?!\S)")
_BLANK_LINES = re.compile(rf"(?:[{BLANK}]*(?:{NEWLINE.pattern}))*")
_JOINED = re.compile(rf"\\(?:{NEWLINE.pattern})")
_COMPOUND = re.compile(r"(?:async|class|def|for|if|try|while|with)\b")
_MARKER = re.compile(rf"(?:\{{\s*\{{|<<)\s*(?:\w+\.)*(?:{'|'.join(SIGNATURES)})\s*\(")
_EXPANDED = re.compile(r"\{|\$\w")


def _option(flags: str, valued: str) -> str:
    """The pattern of one option in getopt's style: ``-q``, ``-n10``, ``-n 10``, ``-qn 10``."""
    return rf"[{BLANK}]+-(?:[{flags}]+|[{flags}]*[{valued}][{BLANK}]*\S+)(?!\S)"


_TIMED = re.compile(
    rf"%+[{BLANK}]*(?:time(?:[{BLANK}]+--no-raise-error)?|timeit(?:{_option('tcqo', 'nrpv')})*"
    rf"|prun(?:{_option('rq', 'DlsT')})*)(?!\S)[{BLANK}]*"
)

_OTHER_LANGUAGES = frozenset(
    "bash cmd file html HTML javascript js latex markdown perl pypy python python2 python3 ruby script sh "
    "shell svg SVG sx system writefile".split()
)
"""Cell magics whose text is no Python of this notebook, so that nothing is missed without it."""

_MISSED = {
    "run": ("the names that it defines are missing", "import what is used from it: from ... import ..."),
    "pylab": ("the names of numpy and matplotlib are missing", "import numpy as np"),
    "load": ("the code that it loads is missing", "put the code into the cell"),
    "loadpy": ("the code that it loads is missing", "put the code into the cell"),
    "store -r": ("the variables that it restores are missing", "give them their values in Python"),
    "aimport": ("the module that it imports is missing", "import it in Python: import ..."),
    "dotenv": ("the variables of the .env file are not set", "import os; os.environ['NAME'] = 'VALUE'"),
    "pushd": ("the working directory stays as it is", "import os; os.chdir('...')"),
    "popd": ("the working directory stays as it is", "import os; os.chdir('...')"),
}
"""What is missing without a line magic, by how it begins, and what to write instead."""


@dataclass(slots=True)
class _Cell:
    """A cell on its way to Python, one logical line after another.

    Attributes:
        text: the cell, without prompts and common indentation from where the scan has reached.
        out: what has become of the lines so far.
        start, indent: where the logical line at hand begins, and its indentation.
        opened: the width of the line that waits for its block, or None.
        empty: where in `out` that block's first line was dropped, and its indentation.
    """

    text: str
    out: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    start: int = 0
    indent: str = ""
    opened: int | None = None
    empty: tuple[int, str] | None = None

    def magics(self) -> int:
        """Unwrap the cell's own magics, one inside another; the offset at which its lines begin."""
        offset = 0
        while True:
            self.text = self.text[:offset] + _cleaned(self.text[offset:])
            blank = _BLANK_LINES.match(self.text, offset)
            self.start = first = blank.end() if blank else offset
            if not self.text.startswith("%%", first) or _CELL_HELP.match(self.text, first):
                return offset
            self.out.append(newlines(self.text[offset:first]))
            if timed := _TIMED.match(self.text, first):
                end = self._timed(first, timed.end())
            elif _CAPTURE.match(self.text, first):
                end = continued_end(self.text, first)
                self.out.append(newlines(self.text[first:end]))
            else:
                self._drop_cell(first)
                return len(self.text)
            offset = self._after(end)

    def lines(self, offset: int) -> None:
        """Every logical line from `offset` on."""
        while offset < len(self.text):
            first = after_blanks(self.text, offset)
            self.start, self.indent = offset, self.text[offset:first]
            offset = self._after(self._line(self.indent, first))
        if self.empty is not None:
            self._fill()

    def _after(self, end: int) -> int:
        """Keep the line end at `end`; the offset after it."""
        offset = next_line(self.text, end)
        self.out.append(self.text[end:offset])
        return offset

    def _line(self, before: str, offset: int) -> int:
        """What stands at `offset`, `before` being what the line has before it by now; where it ends."""
        if self.text.startswith(("!", "?"), offset):
            kind: NoteKind = "shell" if self.text[offset] == "!" else "help"
            return self._drop(continued_end(self.text, offset), kind)
        if self.text.startswith("%", offset):
            return self._magic(offset)
        line = logical_line(self.text, offset)
        if line.value is not None:
            return self._assignment(before, offset, line.statement, line.value)
        content, tail = self.text[offset : line.last], self.text[line.last : line.end]
        if _HELP.search(content) and not tail.strip(BLANK):
            return self._drop(line.end, "help")
        if content:
            return self._keep(before + content + tail, line.end, opens=line.opens)
        self.out.append(before + tail)
        return line.end

    def _magic(self, offset: int) -> int:
        end = continued_end(self.text, offset)
        content = _JOINED.sub(" ", self.text[offset:end]).rstrip(BLANK)
        if _HELP.search(content):
            return self._drop(end, "help")
        if timed := _TIMED.match(self.text, offset):
            return self._timed(offset, timed.end())
        words = content.lstrip("%" + BLANK).split(None, 1)
        name, arguments = (*words, "", "")[:2]
        code, missed = _translated(name, arguments)
        if code:
            return self._keep(self.indent + code + newlines(self.text[offset:end]), end)
        if not missed:
            begun = (key for key in _MISSED if f"{name} {arguments} ".startswith(f"{key} "))
            missed = _MISSED.get(next(begun, ""))
        return self._drop(end, "magic", missed)

    def _timed(self, offset: int, statement: int) -> int:
        """Keep the statement after ``%time``, in its own columns unless it is a compound one."""
        end = continued_end(self.text, offset)
        if not self.text[statement:end].strip(BLANK) or self.text[statement] == "#":
            return self._drop(end, "magic", silent=self.text.startswith("%%", offset))
        width = statement - self.start - len(self.indent)
        filler = "" if _COMPOUND.match(self.text, statement) else "pass;".ljust(width)
        return self._line(self.indent + filler, statement)

    def _assignment(self, before: str, offset: int, statement: int, value: int) -> int:
        """``x = %time f()`` keeps its value; of ``x = !ls`` nothing can be kept."""
        timed = re.compile(rf"%[{BLANK}]*time[{BLANK}]+(?![!%?])").match(self.text, value)
        if timed:
            head = before + self.text[offset:value] + " " * (timed.end() - value)
            line = logical_line(self.text, timed.end())
            return self._keep(head + self.text[timed.end() : line.end], line.end)
        end = continued_end(self.text, value)
        target = self.text[statement:value].rstrip("=" + BLANK)
        kind: NoteKind = "shell" if self.text[value] == "!" else "magic"
        missed = (f"{_short(target)} is not defined", "give it its value in Python")
        if statement == offset:
            return self._drop(end, kind, missed)
        self._note(statement, end, kind, missed)
        rest = newlines(self.text[statement:end])
        return self._keep(before + self.text[offset:statement] + "pass" + rest, end)
