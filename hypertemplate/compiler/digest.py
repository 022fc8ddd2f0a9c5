"""The digest of a template: equal where only comments, blank lines or line ends differ."""

from __future__ import annotations

import hashlib
import io
import tokenize
from collections.abc import Iterable

from hypertemplate.compiler.source import NEWLINE


def digest(texts: Iterable[str], names: Iterable[str]) -> str:
    """SHA-256, in hexadecimal, of the kept statements and the names of the chosen functions.

    Args:
        texts: the user's text of each kept statement, markers as written.
        names: the names of the model and data functions.
    """
    state = hashlib.sha256()
    for text in (*texts, *names):
        state.update(plain(text).encode("utf-8", "surrogatepass") + b"\0")
    return state.hexdigest()


def plain(text: str) -> str:
    r"""The text of a statement without comments and blank lines; strings stay as they are.

    >>> plain("x = (1,  # one\n\n     2)")
    'x = (1,\n     2)'
    """
    text = NEWLINE.sub("\n", text)
    lines = text.split("\n")
    dropped: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        line, column = token.start
        if token.type == tokenize.COMMENT:
            lines[line - 1] = lines[line - 1][:column].rstrip()
        if token.type in (tokenize.COMMENT, tokenize.NL) and not lines[line - 1].strip():
            dropped.add(line)
    return "\n".join(content for number, content in enumerate(lines, 1) if number not in dropped)
