"""Terminal output as plain text."""

from __future__ import annotations

import re
import unicodedata

from hypertemplate.compiler.diagnostics.diagnostic import printable

ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movements
    r"|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # OSC: titles, links
    r"|[PX^_][^\x1b\n]*(?:\x1b\\)?"  # DCS, SOS, PM, APC
    r"|[ -/]*[0-~])?"  # two-character sequences, and an escape that nothing follows
)
"""A terminal's escape sequence (ECMA-48)."""


def plain_text(text: str) -> str:
    r"""Remove escape sequences and control characters from `text`; keep each line's last state.

    A progress bar that returns the carriage or erases with backspaces is reduced to its last state.

    >>> plain_text("1/2\r2/2\n\x1b[1mdone\x1b[0m")
    '2/2\ndone'
    """
    return "\n".join(_last_state(line) for line in ESCAPE.sub("", text).split("\n"))


def plain(text: str) -> str:
    """Return `text` on one line without terminal escapes."""
    return printable(plain_text(re.sub(r"\s*[\r\n]\s*", " ", text.strip())))


def _last_state(line: str) -> str:
    shown = next((part for part in reversed(line.split("\r")) if part), "")
    kept: list[str] = []
    for character in shown:
        if character == "\b":
            del kept[-1:]
        elif character == "\t" or unicodedata.category(character) not in ("Cc", "Cs"):
            kept.append(character)
    return "".join(kept)


def encodable(text: str) -> str:
    """Write the surrogates in `text`, which no encoding accepts, as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
