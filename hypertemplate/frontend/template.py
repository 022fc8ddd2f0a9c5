"""Result that every frontend returns."""

from __future__ import annotations

from dataclasses import dataclass

from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
from hypertemplate.compiler.syntax.source import Source


@dataclass(frozen=True, slots=True)
class Read:
    """A template and the notes from reading it.

    Attributes:
        source: text for the compiler.
        notes: warnings about text that was left out, or about the kind of file.
        dropped: summary of harmless text that was left out; or an empty string.
    """

    source: Source
    notes: tuple[Diagnostic, ...] = ()
    dropped: str = ""
