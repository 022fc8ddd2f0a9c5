"""Template of a search: compiled, with the values that it takes from memory."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any, Protocol

from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.runtime.protocol import ValueDigest


@dataclass(frozen=True, slots=True)
class TemplateNames:
    """Names that the user gave for the template.

    Attributes:
        path: path of its file; empty for code in memory.
        model: name of the model function; None if not given.
        data: name of the data function; None if not given.
        module: name of the file as a module, if it runs as ``python -m`` runs it; else empty.
        arguments: arguments of the template itself.
        suggested: whether the values that ``hypertemplate suggest`` proposes are searched too.
    """

    path: str = ""
    model: str | None = None
    data: str | None = None
    module: str = ""
    arguments: tuple[str, ...] = ()
    suggested: bool = False

    @property
    def argv(self) -> tuple[str, ...]:
        """``sys.argv`` of the template, as ``python FILE ARGS`` sets it; empty for code in memory."""
        path = os.path.realpath(self.path) if self.module else self.path
        return (path, *self.arguments) if path else ()


CODE = ("a function", "a class")
"""Kinds of values that are code."""


@dataclass(frozen=True, slots=True)
class LiveCode:
    """Identity of a template in memory, as far as it can be told.

    Attributes:
        digest: digest of the statements that run anew.
        as_file: digest that the same text has as a file, with what is taken from memory here; empty if the
            text is not complete.
        values: digests of the values that it takes from memory, by name.
    """

    digest: str
    as_file: str
    values: Mapping[str, ValueDigest]


@dataclass(frozen=True, slots=True)
class Template:
    """Template that a search runs.

    Attributes:
        program: compiled template.
        values: values that it takes from the memory of this process, by name.
        values_file: file from which worker processes read them; empty if there are none.
        notes: notes for the user.
        argv: its ``sys.argv``; empty for the path of its file alone.
        live: returns the identity of a template in memory, which takes a while; None for a file.
        memory: description of the values in memory for the compiler; None for a file.
        read: its source as the frontend read it, with the modules beside it; None for that of the program.
    """

    program: Program
    values: Mapping[str, Any] = field(default_factory=dict)
    values_file: str = ""
    notes: tuple[str, ...] = ()
    argv: tuple[str, ...] = ()
    live: Callable[[], LiveCode] | None = None
    memory: Memory | None = None
    read: Source | None = None

    @property
    def source(self) -> Source:
        """Source that tells all of its code that can be told without running it."""
        return self.read or self.program.source

    @property
    def code(self) -> str:
        """Digest of the code that trials run: that of the program, and of the functions from memory."""
        functions = (getattr(self.values[name], "__code__", None) for name in self.program.live)
        texts = [self.program.digest, *(code_text(code) for code in functions if isinstance(code, CodeType))]
        return hashlib.sha256("\0".join(texts).encode()).hexdigest()

    @property
    def values_digest(self) -> str:
        """Digest of what can be compared of the values that it takes from memory now; empty for a file."""
        if self.live is None:
            return ""
        texts = [f"{name} {one.kind} {one.contents}" for name, one in sorted(self.live().values.items())]
        return hashlib.sha256("\0".join(texts).encode(errors="replace")).hexdigest()


def code_text(code: CodeType) -> str:
    """Write what a function does, with the functions inside it, without its place."""
    constants = [
        code_text(one) if isinstance(one, CodeType) else _constant_text(one) for one in code.co_consts
    ]
    return repr((code.co_code, code.co_names, code.co_varnames, constants))


def _constant_text(value: object) -> str:
    return repr(sorted(map(repr, value)) if isinstance(value, frozenset) else value)


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
