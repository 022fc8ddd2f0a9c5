"""Options and steps that commands share: the template's path, its functions, and its compilation."""

from __future__ import annotations

import functools
import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import click

from hypertemplate.cli.console import say, tell, tell_findings
from hypertemplate.cli.exit_codes import DONE, TEMPLATE_FAULT
from hypertemplate.cli.number_types import WholeNumber
from hypertemplate.cli.study_paths import refuse_study
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, in_order
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.suggestions.marked_source import marked_source
from hypertemplate.compiler.suggestions.proposals import proposals
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.errors import CompileError, UsageError
from hypertemplate.frontend import Read, read_template
from hypertemplate.frontend.imported_files import with_siblings
from hypertemplate.frontend.named_modules import module_path, read_module, refuse_relative_imports
from hypertemplate.frontend.project_modules import with_modules
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.views.template_json import Json, diagnostics_json

_module_option = click.option(
    "-m", "is_module", is_flag=True, help="TEMPLATE is the name of a module, as with python -m."
)
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
    "--maximize", is_flag=True, help="Search for the highest result of the model, not the lowest."
)
seed_option = click.option(
    "--seed",
    type=WholeNumber(0),
    metavar="N",
    help="Seed of the search; the same seed gives the same search. Default: 1337.",
)


objective_option = click.option(
    "--objective",
    metavar="NAME[:min|:max]",
    help="The number to search by: a metric of the last fit, or a variable of a script. Default: the "
    "result of the model function, or val_loss.",
)

format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Text for people (the default), or JSON for other programs.",
)


def template_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add TEMPLATE, and the options that say how to read it, to a command, which gets them as `names`."""

    @functools.wraps(command)
    def named(
        *given: Any,
        template: str,
        is_module: bool,
        model: str | None,
        data: str | None,
        arguments: tuple[str, ...] = (),
        suggested: bool = False,
        **options: Any,
    ) -> int:
        path = module_path(template) if is_module else template
        names = TemplateNames(path, model, data, template if is_module else "", arguments, suggested)
        return command(*given, names=names, **options)

    for add in (data_option, model_option, _module_option, click.argument("template", metavar="TEMPLATE")):
        named = add(named)
    return named


suggested_option = click.option(
    "--suggested",
    is_flag=True,
    help="Search the values that hypertemplate suggest proposes, too; the file stays as it is.",
)
"""Option that goes into the names of the template; comes after `template_options`."""


def _behind_dashes(
    context: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the arguments of the template itself, which come after ``--``."""
    if given and "--" not in context.find_root().obj:
        raise click.UsageError(f"unexpected argument {given[0]!r}: {OF_TEMPLATE}", context)
    return given


OF_TEMPLATE = "put the program's own arguments after --"
"""Advice on what the command does not understand."""

template_arguments = click.argument(
    "arguments", metavar="[-- ARGS]", nargs=-1, type=click.UNPROCESSED, callback=_behind_dashes
)
"""Arguments that the template gets in ``sys.argv``; comes after `template_options`."""


def read_program(read: Read, names: TemplateNames) -> Program:
    """Compile a template, and print its warnings and the command that fixes them.

    Raises:
        Exit: the template has errors, which were printed likewise.
    """
    try:
        program = compile_read(read, names)
    except CompileError as error:
        tell_findings(error.diagnostics, error.source)
        tell_fixable(error.diagnostics, names)
        raise click.exceptions.Exit(TEMPLATE_FAULT) from error
    tell_findings(program.warnings, program.source)
    tell_fixable(program.warnings, names)
    if read.dropped:
        tell(f"note: {read.dropped}")
    return program


def tell_fixable(found: Sequence[Diagnostic], names: TemplateNames) -> None:
    """Print the command that fixes those diagnostics that can be fixed automatically, if any can."""
    fixable = sum(bool(diagnostic.edits) for diagnostic in found)
    if fixable:
        template = ["-m", names.module] if names.module else [names.path]
        which = "it" if len(found) == 1 else f"{fixable} of them"
        tell(f"fix {which} with: hypertemplate check --fix {shlex.join(template)}")


def read_source(names: TemplateNames, earlier: Source | None = None) -> Read:
    """Read a template, with the files of the user's own that define its functions or hold markers.

    Args:
        names: names that the user gave for the template.
        earlier: its earlier version, whose proposed markers keep their distributions; None for none.
    """
    if names.module:
        read = read_module(names.path, names.module)
    else:
        refuse_study(names.path)
        read = read_template(names.path)
        refuse_relative_imports(read.source)
    source = with_modules(with_siblings(read.source, names.model, names.data))
    return replace(read, source=_suggested(source, names, earlier) if names.suggested else source)


def _suggested(source: Source, names: TemplateNames, earlier: Source | None) -> Source:
    """Return a template with the markers that are proposed for its values.

    Raises:
        UsageError: none are.
    """
    found = proposals(source, model=names.model, data=names.data, earlier=earlier)
    if not found:
        text = f"--suggested finds no value to propose in {names.path}"
        raise UsageError(f"{text}; mark values, such as Dropout({{{{uniform(0, 0.5)}}}}), or leave it out")
    return marked_source(source, found)


def compile_read(read: Read, names: TemplateNames) -> Program:
    """Compile a template; add the notes from reading it to the diagnostics."""
    try:
        program = compile_source(read.source, model=names.model, data=names.data)
    except CompileError as error:
        raise CompileError(in_order([*read.notes, *error.diagnostics]), error.source) from None
    return replace(program, warnings=in_order([*read.notes, *program.warnings]))


def say_json(read: Read, names: TemplateNames, result: Callable[[Program], Json]) -> int:
    """Compile a template and print `result` of it as JSON; for one with errors, the diagnostics."""
    try:
        status, value = DONE, result(compile_read(read, names))
    except CompileError as error:
        status, value = TEMPLATE_FAULT, diagnostics_json(error.diagnostics, error.source)
    # ASCII alone: the stream would write characters that its encoding lacks in a form that is not JSON.
    say([json.dumps(value, indent=2)])
    return status
