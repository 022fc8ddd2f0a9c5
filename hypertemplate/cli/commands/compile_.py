"""The command compile, which prints the program of a template."""

from __future__ import annotations

from pathlib import Path

import click

from hypertemplate.cli.console import say, terminal_width
from hypertemplate.cli.exit_codes import DONE
from hypertemplate.cli.options import (
    read_program,
    read_source,
    template_options,
)
from hypertemplate.compiler.emit.program_text import render_program
from hypertemplate.compiler.stages import explain
from hypertemplate.errors import UsageError
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.views.template_text import explained_lines


@click.command("compile", short_help="Print the program generated from TEMPLATE.")
@template_options
@click.option("-o", "--output", metavar="FILE", help="Write the program to FILE instead of stdout.")
@click.option(
    "--explain", "explaining", is_flag=True, help="Say when each top-level statement runs, and why."
)
def compile_(names: TemplateNames, output: str | None, explaining: bool) -> int:
    """Print the program generated from TEMPLATE; `python program.py` runs one trial of it."""
    read = read_source(names)
    program = read_program(read, names)
    source = read.source
    if output is not None:
        write_program(Path(output), render_program(program), source.path)
    if explaining:
        say(explained_lines(explain(source, model=names.model, data=names.data), source, terminal_width()))
    elif output is None:
        click.echo(render_program(program), nl=False)
    return DONE


def write_program(file: Path, text: str, template: str) -> None:
    """Write the program's text; raise UsageError if that fails, or would overwrite the template."""
    if str(file.resolve()) == template:
        raise UsageError(f"{file} is the template; name another file with -o")
    try:
        with open(file, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror or error}") from error
