"""The command check, which finds errors in a template."""

from __future__ import annotations

import click

from hypertemplate.cli.console import say, tell
from hypertemplate.cli.exit_codes import DONE, TEMPLATE_FAULT
from hypertemplate.cli.options import (
    data_option,
    format_option,
    model_option,
    read_program,
    read_source,
    say_json,
    template_argument,
)
from hypertemplate.compiler.diagnostics.diagnostic import Severity, render_all
from hypertemplate.errors import CompileError
from hypertemplate.report.template_json import diagnostics_json
from hypertemplate.units import counted


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
        return TEMPLATE_FAULT
    found = counted(len(program.warnings), "warning") if program.warnings else "no problems"
    say([f"{name}: {counted(len(program.space.parameters), 'parameter')}, {found}"])
    return DONE
