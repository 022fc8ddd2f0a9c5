"""Options and steps that commands share: the template's path, its functions, and its compilation."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import click

from hypertemplate.cli.console import say, tell, tell_warnings
from hypertemplate.cli.exit_codes import DONE, TEMPLATE_FAULT
from hypertemplate.compiler import compile_source
from hypertemplate.compiler.diagnostics.diagnostic import in_order
from hypertemplate.compiler.program import Program
from hypertemplate.errors import CompileError
from hypertemplate.frontend import Read, read_template
from hypertemplate.frontend.imported_files import with_siblings
from hypertemplate.frontend.project_modules import with_modules
from hypertemplate.report.template_json import Json, diagnostics_json

template_argument = click.argument("template", metavar="TEMPLATE")
model_option = click.option("--model", metavar="NAME", help="The function that builds, trains and scores.")
data_option = click.option("--data", metavar="NAME", help="The function that returns the data.")
set_option = click.option(
    "--set",
    "settings",
    metavar="LABEL=VALUE",
    multiple=True,
    help="Give a parameter one value; #0 is the first option of a choice.",
)
maximize_option = click.option(
    "--maximize", is_flag=True, help="Look for the highest result of the model, not the lowest."
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(0),
    metavar="N",
    help="The same seed gives the same search; by default 1337.",
)


objective_option = click.option(
    "--objective",
    metavar="NAME[:min|:max]",
    help="The metric of the last fit, or the variable of a script, to search by; by default val_loss.",
)

format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people, which is the default, or for other programs.",
)


def read_program(read: Read, model: str | None, data: str | None) -> Program:
    """Compile a template and print its warnings; CompileError passes through."""
    program = compile_read(read, model, data)
    tell_warnings(program)
    if read.dropped:
        tell(f"note: {read.dropped}")
    return program


def read_source(path: str, model: str | None, data: str | None) -> Read:
    """Read the template at a path, with the files beside it that define its functions."""
    read = read_template(path)
    return replace(read, source=with_modules(with_siblings(read.source, model, data)))


def compile_read(read: Read, model: str | None, data: str | None) -> Program:
    """Compile a template; add the notes from reading it to the diagnostics."""
    try:
        program = compile_source(read.source, model=model, data=data)
    except CompileError as error:
        raise CompileError(in_order([*read.notes, *error.diagnostics]), error.source) from None
    return replace(program, warnings=in_order([*read.notes, *program.warnings]))


def say_json(read: Read, model: str | None, data: str | None, result: Callable[[Program], Json]) -> int:
    """Compile a template and print `result` of it as JSON; for one with errors, the diagnostics."""
    try:
        status, value = DONE, result(compile_read(read, model, data))
    except CompileError as error:
        status, value = TEMPLATE_FAULT, diagnostics_json(error.diagnostics, error.source)
    # ASCII alone: the stream would write characters that its encoding lacks in a form that is not JSON.
    say([json.dumps(value, indent=2)])
    return status
