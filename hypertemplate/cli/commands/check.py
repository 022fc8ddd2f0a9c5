"""Commands that look at a template and start nothing: check, space, compile."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import click

from hypertemplate.cli.console import say, tell
from hypertemplate.cli.options import (
    compile_read,
    data_option,
    model_option,
    read_program,
    read_source,
    template_argument,
)
from hypertemplate.compiler import explain, render_program
from hypertemplate.compiler.diagnostics.diagnostic import Severity, render_all
from hypertemplate.compiler.program import Program
from hypertemplate.errors import CompileError, UsageError
from hypertemplate.frontend import Read
from hypertemplate.report.template_json import Json, diagnostics_json, space_json
from hypertemplate.report.template_text import explained_lines, space_lines
from hypertemplate.report.text import counted

format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people, which is the default, or for other programs.",
)


@click.command(short_help="Find what is wrong with TEMPLATE.")
@template_argument
@model_option
@data_option
@format_option
def check(template: str, model: str | None, data: str | None, format_: str) -> int:
    """Find what is wrong with TEMPLATE, without running any of it."""
    read = read_source(template, model, data)
    if format_ == "json":
        return say_json(read, model, data, lambda program: diagnostics_json(program.warnings, program.source))
    name = read.source.name
    try:
        program = read_program(read, model, data)
    except CompileError as error:
        tell(render_all(error.diagnostics, error.source))
        errors = sum(d.severity is Severity.ERROR for d in error.diagnostics)
        warnings = len(error.diagnostics) - errors
        tell(
            f"{name}: {counted(errors, 'error')}" + (f", {counted(warnings, 'warning')}" if warnings else "")
        )
        return 1
    found = counted(len(program.warnings), "warning") if program.warnings else "no problems"
    say([f"{name}: {counted(len(program.space.parameters), 'parameter')}, {found}"])
    return 0


@click.command(short_help="List the parameters of TEMPLATE.")
@template_argument
@model_option
@data_option
@format_option
def space(template: str, model: str | None, data: str | None, format_: str) -> int:
    """List the parameters of TEMPLATE: what each draws, and where it stands."""
    read = read_source(template, model, data)
    if format_ == "json":
        return say_json(read, model, data, space_json)
    program = read_program(read, model, data)
    say(space_lines(program.space, program.source, terminal_width()))
    return 0


def say_json(read: Read, model: str | None, data: str | None, result: Callable[[Program], Json]) -> int:
    """Compile a template and print what `result` makes of it; of one with errors, the diagnostics."""
    try:
        status, value = 0, result(compile_read(read, model, data))
    except CompileError as error:
        status, value = 1, diagnostics_json(error.diagnostics, error.source)
    # ASCII alone: the stream's way with characters that its encoding lacks is not JSON's.
    say([json.dumps(value, indent=2)])
    return status


def terminal_width() -> int | None:
    """Columns of the terminal that stdout is, None if it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


@click.command("compile", short_help="Print the program that TEMPLATE becomes.")
@template_argument
@click.option("-o", "--output", metavar="FILE", help="Write the program to FILE instead of stdout.")
@click.option(
    "--explain", "explaining", is_flag=True, help="Say when each top-level statement runs, and why."
)
@model_option
@data_option
def compile_(template: str, output: str | None, explaining: bool, model: str | None, data: str | None) -> int:
    """Print the program that TEMPLATE becomes; `python program.py` runs one trial of it."""
    read = read_source(template, model, data)
    program = read_program(read, model, data)
    source = read.source
    if output is not None:
        write_program(Path(output), render_program(program), source.path)
    if explaining:
        say(explained_lines(explain(source, model=model, data=data), source, terminal_width()))
    elif output is None:
        click.echo(render_program(program), nl=False)
    return 0


def write_program(file: Path, text: str, template: str) -> None:
    """Write the program's text; UsageError if that cannot be, or would replace the template."""
    if str(file.resolve()) == template:
        raise UsageError(f"{file}: is the template; name another file with -o")
    try:
        with open(file, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror or error}") from error
