"""What every frontend hands over."""

from __future__ import annotations

from dataclasses import dataclass

from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
from hypertemplate.compiler.syntax.source import Source


@dataclass(frozen=True, slots=True)
class Read:
    """A template as it was read.

    Attributes:
        source: its text, ready for the compiler.
        notes: warnings about what was left out of it, or about what it was found to be.
        dropped: in a few words, what else was left out and is not missed; or an empty string.
    """

    source: Source
    notes: tuple[Diagnostic, ...] = ()
    dropped: str = ""
