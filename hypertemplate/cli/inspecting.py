"""Commands that look at a template and start nothing: check, space, compile."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from hypertemplate.cli.output import say, tell
from hypertemplate.cli.reading import data_option, model_option, read_program, template_argument
from hypertemplate.compiler import explain, render_program
from hypertemplate.compiler.diagnostics import Severity, render_all
from hypertemplate.errors import CompileError, UsageError
from hypertemplate.frontend.files import read_file
from hypertemplate.report.listing import explained_lines, space_lines
from hypertemplate.report.text import counted


@click.command(short_help="Find what is wrong with TEMPLATE.")
@template_argument
@model_option
@data_option
def check(template: str, model: str | None, data: str | None) -> int:
    """Find what is wrong with TEMPLATE, without running any of it."""
    source = read_file(template)
    name = source.parts[0].name
    try:
        program = read_program(source, model, data)
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
def space(template: str, model: str | None, data: str | None) -> int:
    """List the parameters of TEMPLATE: what each draws, and where it stands."""
    program = read_program(read_file(template), model, data)
    say(space_lines(program.space, program.source, terminal_width()))
    return 0


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
    source = read_file(template)
    program = read_program(source, model, data)
    if output is not None:
        write_program(Path(output), render_program(program), source.path)
    if explaining:
        say(explained_lines(explain(source, model=model, data=data), source))
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
