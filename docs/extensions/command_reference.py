"""The directive ``commands``: every command with its arguments and options, as click knows them."""

from __future__ import annotations

import inspect
from typing import Any

import click
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from hypertemplate.cli.app import commands


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx, which calls this."""
    app.add_directive("commands", CommandReference)
    return {"parallel_read_safe": True}


class CommandReference(SphinxDirective):
    """A section for each command."""

    def run(self) -> list[nodes.Node]:
        """Make the sections."""
        return [section for name in commands.commands for section in self._command(name)]

    def _command(self, name: str) -> list[nodes.Node]:
        lines = StringList(command_lines(name), source=f"hypertemplate {name}")
        section = nodes.section(ids=[f"hypertemplate-{name}"], names=[])
        section += nodes.title("", name)
        self.state.nested_parse(lines, self.content_offset, section)
        return [section]


def command_lines(name: str) -> list[str]:
    """Say in reStructuredText what a command does and takes."""
    command = commands.commands[name]
    context = click.Context(command, info_name=f"hypertemplate {name}")
    lines = ["::", "", f"    {context.command_path} {' '.join(command.collect_usage_pieces(context))}", ""]
    lines += [escaped(line) for line in inspect.cleandoc(command.help or "").replace("\b", "").splitlines()]
    for option in command.params:
        spelling, text = option.get_help_record(context) or ("", "")
        if text:  # an argument is explained by the text of its command
            lines += ["", f"``{spelling}``", f"    {escaped(text)}"]
    return [*lines, ""]


def escaped(text: str) -> str:
    """The text, with nothing in it that is markup."""
    return "".join("\\" + character if character in "*`|_\\<" else character for character in text)
