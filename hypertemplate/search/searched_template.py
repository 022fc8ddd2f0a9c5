"""Template of a search: compiled, with the values that it takes from memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from hypertemplate.compiler.program import Program


@dataclass(frozen=True, slots=True)
class TemplateNames:
    """Names that the user gave for the template.

    Attributes:
        path: path of its file; empty for code in memory.
        model: name of the model function; None if not given.
        data: name of the data function; None if not given.
        module: name of the file as a module, if it runs as ``python -m`` runs it; else empty.
    """

    path: str = ""
    model: str | None = None
    data: str | None = None
    module: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """Template that a search runs.

    Attributes:
        program: compiled template.
        values: values that it takes from the memory of this process, by name.
        values_file: file from which worker processes read them; empty if there are none.
        notes: notes for the user.
    """

    program: Program
    values: Mapping[str, Any] = field(default_factory=dict)
    values_file: str = ""
    notes: tuple[str, ...] = ()


class TemplateSource(Protocol):
    """Source of a template."""

    @property
    def names(self) -> TemplateNames:
        """Names that the user gave for the template."""

    def template(self, names: TemplateNames, folder: Callable[[], Path], *, in_process: bool) -> Template:
        """Read and compile the template.

        Args:
            names: names of the template and its functions.
            folder: returns a folder for files that only this search reads.
            in_process: whether trials run in this process.

        Raises:
            CompileError: the template has errors.
            ReadError: the template cannot be read.
            UsageError: a value that it takes from memory cannot be sent to worker processes.
        """
