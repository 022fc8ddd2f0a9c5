"""A template as a search is given it: compiled, with what it takes from memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from hypertemplate.compiler.program import Program


@dataclass(frozen=True, slots=True)
class TemplateNames:
    """What the user named of the template.

    Attributes:
        path: its file; empty for code that is in memory.
        model: the model function; None where it was not named.
        data: the data function; None where it was not named.
    """

    path: str = ""
    model: str | None = None
    data: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """What is searched.

    Attributes:
        program: the compiled template.
        values: what it takes from the memory of this process, by name.
        values_file: where worker processes read that; empty where there is nothing.
        notes: what the user should know of it.
    """

    program: Program
    values: Mapping[str, Any] = field(default_factory=dict)
    values_file: str = ""
    notes: tuple[str, ...] = ()


class TemplateSource(Protocol):
    """Where a template comes from."""

    @property
    def names(self) -> TemplateNames:
        """What the user named of it."""

    def template(self, names: TemplateNames, folder: Callable[[], Path], *, in_process: bool) -> Template:
        """Read and compile it.

        Args:
            names: which functions count.
            folder: gives a folder for files that only this search reads.
            in_process: whether trials run in this process.

        Raises:
            CompileError: it has errors.
            ReadError: it cannot be read.
            UsageError: what it takes from memory cannot be sent to worker processes.
        """
