"""The command space, which lists the parameters of a template."""

from __future__ import annotations

import click

from hypertemplate.cli.console import say, terminal_width
from hypertemplate.cli.exit_codes import DONE
from hypertemplate.cli.options import (
    data_option,
    format_option,
    model_option,
    read_program,
    read_source,
    say_json,
    template_argument,
)
from hypertemplate.report.template_json import space_json
from hypertemplate.report.template_text import space_lines


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
    return DONE
