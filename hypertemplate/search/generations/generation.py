"""Generation of a study: the code that some of its trials ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.compiler.syntax.source import Source


@dataclass(frozen=True, slots=True)
class Generation:
    """Code that some trials of a study ran.

    Attributes:
        number: number from 0, in the order of their beginnings.
        digest: digest of the program.
        space: all dimensions, including the frozen ones.
        source: source of the program; None where an earlier version has not stored it.
        program: text of ``program.py``.
        versions: versions, by name, of the libraries that the program loaded last.
        files: digests, by path, of the user's files that the program imported at its beginning.
    """

    number: int
    digest: str
    space: tuple[Dimension, ...]
    source: Source | None = None
    program: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
