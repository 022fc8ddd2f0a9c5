"""The command check, which finds errors in a template."""

from __future__ import annotations

import click

from hypertemplate.cli.console import say, tell, tell_findings
from hypertemplate.cli.exit_codes import DONE, TEMPLATE_FAULT
from hypertemplate.cli.fixed_template import Fixed, fix
from hypertemplate.cli.options import (
    compile_read,
    format_option,
    read_source,
    say_json,
    tell_fixable,
    template_options,
)
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
from hypertemplate.compiler.objective_warnings import objective_warnings
from hypertemplate.compiler.program import Program
from hypertemplate.errors import CompileError, UsageError
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.units import counted
from hypertemplate.views.template_json import diagnostics_json
from hypertemplate.views.template_text import checked_line, errors_line


@click.command(short_help="Report errors and warnings in TEMPLATE.")
@template_options
@format_option
@click.option(
    "--fix",
    "fixes",
    is_flag=True,
    help="Write the fixes that are certain into TEMPLATE, and show the changes.",
)
def check(names: TemplateNames, format_: str, fixes: bool) -> int:
    """Report errors and warnings in TEMPLATE, without running any of it."""
    if fixes and format_ == "json":
        raise UsageError("--fix prints its changes as a diff; leave out --format json")
    fixed = fix(names) if fixes else None
    if fixed is not None and fixed.diff:
        say([*fixed.diff, ""])
    read = read_source(names)
    if format_ == "json":
        return say_json(read, names, lambda program: diagnostics_json(_warnings(program), program.source))
    name = read.source.name
    try:
        program = compile_read(read, names)
    except CompileError as error:
        tell_findings(error.diagnostics, error.source)
        tell(errors_line(name, error.diagnostics))
        _tell_fixes(fixed, error.diagnostics, names)
        return TEMPLATE_FAULT
    more = objective_warnings(program, None)
    tell_findings(program.warnings, program.source)
    if read.dropped:
        tell(f"note: {read.dropped}")
    tell_findings(more, program.source)
    say([checked_line(name, program.space, len(program.warnings) + len(more))])
    _tell_fixes(fixed, (*program.warnings, *more), names)
    return DONE


def _warnings(program: Program) -> tuple[Diagnostic, ...]:
    return (*program.warnings, *objective_warnings(program, None))


def _tell_fixes(fixed: Fixed | None, found: tuple[Diagnostic, ...], names: TemplateNames) -> None:
    """Say how many problems were fixed, or how those are fixed that can be."""
    if fixed is not None:
        late = f", {fixed.late} of them found once others were fixed" if fixed.late else ""
        if fixed.count:
            tell(f"{counted(fixed.count, 'problem')} fixed{late}")
        else:
            tell("nothing here can be fixed automatically" if found else "nothing to fix")
        if len(found) > 1:
            tell(f"{len(found)} problems are left, see above")
        elif found:
            tell(f"1 problem is left: {found[0].message}")
    else:
        tell_fixable(found, names)
