"""The command space, which lists the parameters of a template."""

from __future__ import annotations

import click

from hypertemplate.cli.console import say, terminal_width
from hypertemplate.cli.earlier_template import earlier_template
from hypertemplate.cli.exit_codes import DONE
from hypertemplate.cli.options import (
    format_option,
    read_program,
    read_source,
    say_json,
    suggested_option,
    template_options,
)
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.search.storage.study_place import default_study
from hypertemplate.views.template_json import space_json
from hypertemplate.views.template_text import space_lines


@click.command(short_help="List the parameters of TEMPLATE.")
@template_options
@suggested_option
@format_option
def space(names: TemplateNames, format_: str) -> int:
    """List the parameters of TEMPLATE: their distributions, and where they are marked."""
    earlier = earlier_template(SearchRequest(folder=default_study(names))) if names.suggested else None
    read = read_source(names, earlier)
    if format_ == "json":
        return say_json(read, names, space_json)
    program = read_program(read, names)
    say(space_lines(program.space, program.source, terminal_width()))
    return DONE
