"""Logical lines of a text that need not parse.

IPython looks for its own syntax only where a statement begins: not in a string, not in brackets, not after
a backslash. `tokenize` stops at the first invalid Python, which cells are full of; hence a scanner that
knows strings, brackets, comments and line ends, and skips the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hypertemplate.compiler.syntax.source import NEWLINE

BLANK = " \t\f"
"""Characters that Python treats as space; `str.strip` would also remove some that Python rejects."""

_SOLID = re.compile(rf"[^{BLANK}]")
_HEADER = re.compile(r"(?:async|class|def|elif|else|except|finally|for|if|try|while|with)\b")
_ESCAPED = re.compile(rf"!|%[{BLANK}]*[^\W\d]")
_TOKEN = re.compile(
    r'''
      (?P<string> """ [^"\\]* (?:(?:\\.|"(?!""))[^"\\]*)* (?:"""|\\?\Z)
                | \'\'\' [^'\\]* (?:(?:\\.|'(?!''))[^'\\]*)* (?:\'\'\'|\\?\Z)
                | " [^"\\\r\n]* (?:\\(?:\r\n|.)[^"\\\r\n]*)* "?
                | ' [^'\\\r\n]* (?:\\(?:\r\n|.)[^'\\\r\n]*)* '? )
    | (?P<comment> \#[^\r\n]* )
    | (?P<opening> [(\[{] )
    | (?P<closing> [)\]}] )
    | (?P<joined> \\(?:\r\n|\r|\n) )
    | (?P<end> \r\n|\r|\n )
    | (?P<blank> [ \t\f]+ )
    | (?P<operator> [!<>+\-*/%&|^@:=]+= )
    | (?P<equals> = )
    | (?P<colon> : )
    | (?P<semicolon> ; )
    | (?P<other> [^\s"'\#(){}\[\]\\!<>+\-*/%&|^@:=;]+ | . )
    ''',
    re.VERBOSE | re.DOTALL,
)
_PROMPTS = (
    (re.compile(r">>>(?: |\Z)"), re.compile(r"(?:>>>|\.\.\.)(?: |\Z)")),
    (re.compile(r"In \[\d+\]: "), re.compile(r"In \[\d+\]: |\s*\.{3,}: ?")),
)
"""Patterns of a cell that was pasted with prompts: its beginning, and the prompts of its lines."""


@dataclass(frozen=True, slots=True)
class Logical:
    """One logical line, or a line of only a comment or space; offsets are into its text.

    Attributes:
        start: first character that is not indentation.
        end: end of the line, without its line ending.
        last: end of the code, before comments and space; `start` if there is no code.
        statement: start of its last statement: after a semicolon, or after the colon of a header such as ``if
            ready:``, else `start`.
        value: start of the value if IPython provides it (``x = !ls``, ``x = %pwd``), else None.
        opens: whether a block must follow.
    """

    start: int
    end: int
    last: int
    statement: int
    value: int | None
    opens: bool


def logical_line(text: str, offset: int) -> Logical:
    """Scan the logical line that begins at `offset`, which is at a line's start or in its indentation."""
    start = end = last = statement = after_blanks(text, offset)
    in_header = _HEADER.match(text, start) is not None
    assigned = opens = False
    for kind, token_end, depth in _tokens(text, start):
        end = token_end
        if kind in ("blank", "comment", "end", "joined"):
            continue
        last, opens = end, kind == "colon" and depth == 0
        if depth > 0:
            continue
        following = after_blanks(text, end)
        if kind == "equals" and not assigned:
            assigned = True
            if _ESCAPED.match(text, following):
                end = continued_end(text, following)
                return Logical(start, end, end, statement, following, opens=False)
        elif kind == "semicolon":
            statement = following
        elif kind == "colon" and in_header:
            statement, in_header = following, False
    return Logical(start, end, last, statement, None, opens)


def _tokens(text: str, offset: int) -> Iterator[tuple[str | None, int, int]]:
    """Yield the kind, end and bracket depth of each token, up to the end of the logical line."""
    depth = 0
    while token := _TOKEN.match(text, offset):
        kind, offset = token.lastgroup, token.end()
        if kind == "end" and depth == 0:
            return
        if kind == "opening":
            depth += 1
        yield kind, offset, depth
        if kind == "closing":
            depth = max(0, depth - 1)


def line_end(text: str, offset: int) -> int:
    """Return the end of the line that contains `offset`."""
    ending = NEWLINE.search(text, offset)
    return ending.start() if ending else len(text)


def continued_end(text: str, offset: int) -> int:
    """Return the end of the line at `offset`, including lines that a trailing backslash joins to it."""
    end = line_end(text, offset)
    while end < len(text) and text.endswith("\\", offset, end):
        offset = next_line(text, end)
        end = line_end(text, offset)
    return end


def next_line(text: str, end: int) -> int:
    """Return the start of the line after the one that ends at `end`; after the last line, the text's end."""
    ending = NEWLINE.match(text, end)
    return ending.end() if ending else len(text)


def joined(pieces: Iterable[str]) -> str:
    r"""Join pieces of a text; a space separates a lone ``\r`` from a ``\n`` that is not its own."""
    result: list[str] = []
    for piece in filter(None, pieces):
        if result and result[-1].endswith("\r") and piece.startswith("\n"):
            result.append(" ")
        result.append(piece)
    return "".join(result)


def blanked(text: str) -> str:
    """Return as many empty lines as `text` has lines."""
    return joined(NEWLINE.findall(text))


def after_blanks(text: str, offset: int) -> int:
    """Return the first offset from `offset` on that is not a space."""
    solid = _SOLID.search(text, offset)
    return solid.start() if solid else len(text)


def first_code(text: str, offset: int) -> int:
    """Return the offset of the first character of code in the first nonblank line from `offset` on."""
    while (solid := after_blanks(text, offset)) < len(text) and text[solid] in "\r\n":
        offset = next_line(text, solid)
    return solid


def cleaned(text: str) -> str:
    """Remove the indentation that all lines of a cell share, and prompts pasted with them."""
    pieces = re.split(f"({NEWLINE.pattern})", text)
    lines = pieces[::2]
    indents = [line[: after_blanks(line, 0)] for line in lines if line.strip(BLANK)]
    margin = min(indents, key=len, default="")
    if all(indent.startswith(margin) for indent in indents):
        lines = [line.removeprefix(margin) for line in lines]
    first = next((line for line in lines if line.strip(BLANK)), "")
    for initial, prompt in _PROMPTS:
        if initial.match(first):
            lines = [line[found.end() :] if (found := prompt.match(line)) else line for line in lines]
    pieces[::2] = lines
    return joined(pieces)
