"""Views of a template in a notebook: its parameters and its problems, as the commands show them."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypertemplate.api.options import (
    as_argument,
    spelled_diagnostics,
    told_briefly,
    with_checked_arguments,
)
from hypertemplate.api.prepared import Prepared, from_template
from hypertemplate.compiler.diagnostics.diagnostic import render_all
from hypertemplate.compiler.objective_warnings import objective_warnings
from hypertemplate.errors import CompileError
from hypertemplate.units import listed
from hypertemplate.views.template_text import checked_line, errors_line, space_lines

Template = str | os.PathLike[str] | Callable[..., Any]
Data = Callable[..., Any] | str | None


@with_checked_arguments
def space(template: Template, *, data: Data = None, model: str | None = None) -> None:
    """Print the parameters of a template: their distributions, and where they are marked.

    Args:
        template: path of a ``.py`` file or notebook, or the model function itself.
        data: function that returns the model's data; for a path, its name. A model function is looked at
            without it, too.
        model: for a path, name of the model function.

    Raises:
        CompileError: the template has errors.
        ReadError: the template, or the source of a function, is not found.
        UsageError: the arguments contradict each other.
    """
    with told_briefly():
        program = _viewed(template, data, model).compile(here=True)
        print("\n".join(space_lines(program.space, program.source)))  # noqa: T201


@with_checked_arguments
def check(template: Template, *, data: Data = None, model: str | None = None) -> None:
    """Print the errors and warnings of a template, and what to write instead; arguments as for `space`.

    Raises:
        ReadError: the template, or the source of a function, is not found.
        UsageError: the arguments contradict each other.
    """
    with told_briefly():
        prepared = _viewed(template, data, model)
        name = prepared.read.source.name
        try:
            program = prepared.compile(here=True)
        except CompileError as error:
            told = spelled_diagnostics(error.diagnostics, as_argument)
            lines = [render_all(told, error.source), errors_line(name, error.diagnostics)]
        else:
            warnings = (*program.warnings, *objective_warnings(program, None))
            found = spelled_diagnostics(warnings, as_argument)
            lines = [render_all(found, program.source)] * bool(found)
            lines.append(checked_line(name, program.space, len(found)))
            lines += _data_line(template) if data is None and callable(template) else []
        print("\n".join(lines))  # noqa: T201


def _data_line(model: Callable[..., Any]) -> list[str]:
    """Return a line on the arguments of a model function that a search needs a data function for."""
    parameters = inspect.signature(model).parameters.values()
    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    needed = [one.name for one in parameters if one.default is one.empty and one.kind not in variadic]
    called = f"{getattr(model, '__name__', 'model')}()"
    return [f"note: a search of {called} also needs data=FUNCTION, which returns {listed(needed)}"] * bool(
        needed
    )


def _viewed(template: Template, data: Data, model: str | None) -> Prepared:
    prepared = from_template(template, data, model)
    memory = prepared.memory
    return prepared if memory is None else replace(prepared, memory=replace(memory, is_viewed=True))
