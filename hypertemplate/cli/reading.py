"""What all commands share: the template's path, which of its functions count, and compiling it."""

from __future__ import annotations

import click

from hypertemplate.cli.output import tell_warnings
from hypertemplate.compiler import compile_source
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.source import Source

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


def read_program(source: Source, model: str | None, data: str | None) -> Program:
    """Compile a template and print the warnings; CompileError passes through."""
    program = compile_source(source, model=model, data=data)
    tell_warnings(program)
    return program
