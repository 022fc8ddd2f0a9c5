"""The command devices, which shows the plan of a search on this machine."""

from __future__ import annotations

from typing import Any

import click

from hypertemplate.accelerators.local_plan import Sight, look, plan_for
from hypertemplate.accelerators.plan.plan import Plan
from hypertemplate.cli.commands.show import say_json
from hypertemplate.cli.console import emphasised, say, terminal_width
from hypertemplate.cli.device_options import accelerator_options, device_request
from hypertemplate.cli.exit_codes import DONE, TEMPLATE_FAULT, USAGE
from hypertemplate.cli.options import (
    compile_read,
    data_option,
    format_option,
    model_option,
    read_program,
    read_source,
)
from hypertemplate.compiler.program import Program
from hypertemplate.errors import CompileError, UsageError
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.views.device_table import devices_json, installed_lines, machine_lines, plan_lines
from hypertemplate.views.template_json import diagnostics_json
from hypertemplate.views.text import plain


@click.command(short_help="Show what TEMPLATE would run on, and why.")
@click.argument("template", metavar="[TEMPLATE]", required=False)
@accelerator_options
@model_option
@data_option
@format_option
def devices(template: str | None, model: str | None, data: str | None, format_: str, **options: Any) -> int:
    """Show the devices of this machine, which of them a search of TEMPLATE would use, and why.

    No trial is run. Without TEMPLATE, the plan is for a template that uses Keras.
    """
    as_json = format_ == "json"
    request = device_request(**options)
    try:
        program = None if template is None else _program(TemplateNames(template, model, data), quiet=as_json)
    except CompileError as error:
        if not as_json:
            raise
        say_json(diagnostics_json(error.diagnostics, error.source))
        return TEMPLATE_FAULT
    name = None if program is None else program.source.name
    sight = look()
    plan, fault = None, None
    try:
        plan = plan_for(program, request, sight)
    except UsageError as error:
        fault = error
    if as_json:
        reason = None if fault is None else str(fault)
        say_json(devices_json(sight.machine, sight.installed, name, plan, reason))
        return DONE if fault is None else USAGE
    _say_lines(sight, name, plan)
    if fault is not None:
        raise fault
    return DONE


def _program(names: TemplateNames, *, quiet: bool) -> Program:
    return (compile_read if quiet else read_program)(read_source(names), names)


def _say_lines(sight: Sight, name: str | None, plan: Plan | None) -> None:
    width = terminal_width()
    lines = [emphasised("machine"), *machine_lines(sight.machine, width), ""]
    lines += [emphasised("installed"), *installed_lines(sight.installed, width)]
    if plan is not None:
        title = "plan for a template that uses Keras" if name is None else f"plan for {name}"
        lines += ["", emphasised(plain(title)), *plan_lines(sight.machine, plan, width)]
    say(lines)
