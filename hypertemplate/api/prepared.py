"""Preparation of a path, live functions or text: a program, and the values that it takes."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hypertemplate.compiler import Memory, compile_source
from hypertemplate.compiler.diagnostics.diagnostic import in_order
from hypertemplate.compiler.live_module import DATA_ARGS
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import CompileError, UsageError
from hypertemplate.frontend import read_template
from hypertemplate.frontend.imported_files import with_siblings
from hypertemplate.frontend.live.live_template import read_live
from hypertemplate.frontend.template import Read

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Template that is ready for a search.

    Attributes:
        read: its source, and the notes from reading it.
        model: name of the model function, or None.
        data: name of the data function, or None.
        values: values in memory, by name; empty for a file.
        memory: description of those values for the compiler, or None for a file.
        found: one line that says where live functions were read; empty for a file.
        path: path of the file as the user wrote it; empty for code in memory.
    """

    read: Read
    model: str | None
    data: str | None
    values: Mapping[str, Any] = field(default_factory=dict)
    memory: Memory | None = None
    found: str = ""
    path: str = ""

    def compile(self, *, here: bool, without: frozenset[str] = frozenset()) -> Program:
        """Compile the template.

        Args:
            here: whether trials run in this process.
            without: names whose values in memory cannot be used, so that their statements run instead.

        Raises:
            CompileError: the template has errors.
        """
        memory = self.memory
        if memory is not None:
            memory = replace(memory, here=here, names=memory.names - without)
        try:
            program = compile_source(self.read.source, model=self.model, data=self.data, memory=memory)
        except CompileError as error:
            raise CompileError(in_order([*self.read.notes, *error.diagnostics]), error.source) from None
        return replace(program, warnings=in_order([*self.read.notes, *program.warnings]))


def from_path(path: str | os.PathLike[str], model: str | None, data: str | None) -> Prepared:
    """Prepare the template in a file or notebook.

    Raises:
        ReadError: the path has no template.
    """
    read = read_template(os.fspath(path))
    source = with_siblings(read.source, model, data)
    return Prepared(replace(read, source=source), model, data, path=os.fspath(path))


def from_functions(
    model: Function,
    data: Function | None = None,
    *,
    functions: Sequence[Function] = (),
    data_args: Sequence[Any] = (),
    notebook_name: str | None = None,
) -> Prepared:
    """Prepare the template that live functions are part of.

    Args:
        model: function that builds, trains and scores.
        data: function that returns the model's arguments, or None.
        functions: other functions whose source is to be read.
        data_args: arguments of `data`.
        notebook_name: notebook whose imports and support code are to be read.

    Raises:
        ReadError: the source of a function is not found.
        UsageError: `data_args` is not a tuple or list.
    """
    if not isinstance(data_args, (tuple, list)):
        kind = type(data_args).__name__
        raise UsageError(f"data_args must be a tuple of arguments, got {kind}: write (x,)")
    live = read_live(model, data, functions, notebook_name)
    values = {**live.values, DATA_ARGS: tuple(data_args)}
    if live.data is not None:
        values[live.data] = data
    memory = Memory(frozenset(values), data_args=len(data_args))
    return Prepared(live.read, live.model, live.data, values, memory, live.found)


def from_text(text: str, name: str, values: Mapping[str, Any]) -> Prepared:
    """Prepare a flat script that has not run, over values in memory.

    Args:
        text: its source.
        name: name for messages, such as ``In [7]``.
        values: values that it may use, by name.
    """
    source = Source((Part("history", name, text),), shown=name)
    memory = Memory(frozenset(values), ran=False)
    return Prepared(Read(source), None, None, dict(values), memory)
