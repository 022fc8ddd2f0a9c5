"""Entry point: the group of commands, and the message and exit status of each kind of error."""

from __future__ import annotations

import difflib
import os
import shlex
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from hypertemplate import __version__
from hypertemplate.cli.announcement import announce
from hypertemplate.cli.commands.apply import apply
from hypertemplate.cli.commands.check import check
from hypertemplate.cli.commands.compare import compare
from hypertemplate.cli.commands.compile_ import compile_
from hypertemplate.cli.commands.confirm import confirm
from hypertemplate.cli.commands.devices import devices
from hypertemplate.cli.commands.export import export
from hypertemplate.cli.commands.new import new
from hypertemplate.cli.commands.report import report
from hypertemplate.cli.commands.retry import retry
from hypertemplate.cli.commands.run import run
from hypertemplate.cli.commands.show import show
from hypertemplate.cli.commands.space import space
from hypertemplate.cli.commands.suggest import suggest
from hypertemplate.cli.commands.try_ import try_
from hypertemplate.cli.console import accept_any_text, open_streams, outlast_stderr, tell, tell_findings
from hypertemplate.cli.exit_codes import (
    DONE,
    NO_PROCESS,
    OUR_FAULT,
    PIPE_CLOSED,
    TEMPLATE_FAULT,
    USAGE,
)
from hypertemplate.cli.options import OF_TEMPLATE
from hypertemplate.cli.signals import interrupt_status, interrupt_word
from hypertemplate.compiler.diagnostics.diagnostic import printable
from hypertemplate.errors import (
    ClusterError,
    CompileError,
    HypertemplateError,
    LoadError,
    NoProcessError,
    ReadError,
    UsageError,
    as_option,
)
from hypertemplate.other_tools import ARGUMENTS, COMMANDS, OPTIONS, WITHOUT_OPTION
from hypertemplate.search.new_study import lowest_advice
from hypertemplate.units import listed
from hypertemplate.views.text import plain_lines


class _Commands(click.Group):
    """Group of commands that says which one a file is for."""

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first argument names; UsageError for a template's path."""
        first = arguments[0]
        if first not in self.commands and (Path(first).is_file() or first.endswith((".py", ".ipynb"))):
            command = shlex.join(["hypertemplate", "run", *arguments])
            raise click.UsageError(f"{first} is not a command; to search it, run: {command}")
        if first not in self.commands and not first.startswith("-"):
            raise click.UsageError(self._no_such_command(first, arguments[1:]), context)
        return super().resolve_command(context, arguments)

    def _no_such_command(self, name: str, more: list[str]) -> str:
        """Name the command that is meant, if one is near."""
        near = difflib.get_close_matches(name, self.commands, n=1)
        meant = COMMANDS.get(name) or next(iter(near), "")
        if name == "help":
            meant = " ".join([*(one for one in more[:1] if one in self.commands), "--help"])
        return f"no such command '{name}'" + (f": did you mean hypertemplate {meant}?" if meant else "")


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="hypertemplate")
@click.pass_context
def commands(context: click.Context) -> None:
    """Mark values in Keras code that you already have, and find the best ones.

    Write {{uniform(0, 0.5)}} or {{choice([64, 128])}} in place of a value, and then run: hypertemplate run
    model.py
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in (
    *(new, run, try_, show, report, compare, export, confirm, retry, apply),
    *(suggest, check, space, compile_, devices),
):
    commands.add_command(command)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: arguments without the program's name; by default those of the process.

    Returns:
        Exit status: 0 done, 1 the template has errors, 2 usage or a path that cannot be read, 3 no trial
        succeeded, 70 an error in hypertemplate itself, 71 the system starts no process, 129 the terminal was
        closed, 130 interrupted, 141 nobody reads the output, 143 terminated.
    """
    announce("")  # click prints help without taking the line away
    open_streams()
    outlast_stderr()
    accept_any_text()
    arguments = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: _invoke(arguments))


def _invoke(arguments: list[str]) -> int | None:
    # click's own main() would handle Ctrl-C and a closed pipe with exit statuses of its own.
    with commands.make_context("hypertemplate", arguments, obj=arguments) as context:
        status: int | None = commands.invoke(context)
        return status


def guarded(command: Callable[[], int | None]) -> int:
    """Run a command; turn every exception into its text on stderr and its exit status."""
    try:
        return command() or DONE
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        tell(f"error: {_usage_text(error)}")
        return USAGE
    except (ReadError, UsageError) as error:
        tell("error: " + "\n".join(map(printable, str(error).split("\n"))))
        return USAGE
    except CompileError as error:
        tell_findings(error.diagnostics, error.source)
        return TEMPLATE_FAULT
    except LoadError as error:
        tell(load_error_text(error))
        return TEMPLATE_FAULT
    except KeyboardInterrupt as interrupt:
        tell(interrupt_word(interrupt))
        return interrupt_status(interrupt)
    except (ClusterError, NoProcessError) as error:
        tell(f"error: {printable(str(error))}")
        return NO_PROCESS
    except (BrokenPipeError, SystemExit):
        # The reader of our output, such as `head`, has had enough; rich reports it by exiting. Python would
        # complain when it flushes at exit.
        for stream in (sys.stdout, sys.stderr):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return PIPE_CLOSED
    except Exception as error:
        tell(internal_error_text(error))
        return OUR_FAULT


def _usage_text(error: click.UsageError) -> str:
    """Say what was wrong on the command line, and where to read more."""
    text = printable(error.format_message()).rstrip(".")
    if isinstance(error, click.NoSuchOption):
        text = _no_such_option(error)
    if isinstance(error, click.MissingParameter) and isinstance(error.param, click.Option):
        text = _missing_option(error.param)
    return f"{text} (see {error.ctx.command_path} --help)" if error.ctx else text


def _missing_option(option: click.Option) -> str:
    """Say that an option must be given, with its values where they are a list."""
    name, values = option.opts[-1], option.type.choices if isinstance(option.type, click.Choice) else ()
    return f"{name} is missing" + (
        f": write {name} and one of {', '.join(map(str, values))}" if values else ""
    )


def _no_such_option(error: click.NoSuchOption) -> str:
    """Name the option that is meant, if one is near; else say where the template's own belong."""
    name, text = error.option_name, f"no such option {printable(error.option_name)}"
    if advice := lowest_advice(name):
        return f"{text}: {advice}"
    command = error.ctx.command.name or "" if error.ctx is not None else ""
    if advice := WITHOUT_OPTION.get((command, name.lstrip("-")), ""):
        return f"{text}: {advice}"
    of_template = error.ctx is not None and error.ctx.command in (run, try_)
    if meant := _other_name(name.lstrip("-"), error.ctx):
        text = f"{text}: did you mean {meant}?"
        return f"{text} If it is the program's own, put it after --" if of_template else text
    near = difflib.get_close_matches(name, error.possibilities or (), n=1, cutoff=0.8)
    near += [other for other in error.possibilities or () if other.startswith(f"{name}-")][:1]
    if near:
        return f"{text}: did you mean {near[0]}?"
    if of_template:
        return f"{text}; {OF_TEMPLATE}"
    others = [f"hypertemplate {one.name}" for one in commands.commands.values() if name in _options_of(one)]
    return f"{text}: it is an option of {listed(others)}" if others else text


def _options_of(command: click.Command) -> set[str]:
    return {option for one in command.params for option in one.opts}


def _other_name(name: str, context: click.Context | None) -> str:
    """Return the option of a command that other tools call so; empty for none."""
    own = _options_of(context.command) if context else set()
    ways = [OPTIONS.get(name, ""), *map(as_option, ARGUMENTS.get(name.replace("-", "_"), ()))]
    return next((way for way in ways if way.partition(" ")[0] in own), "")


def load_error_text(error: LoadError) -> str:
    """Describe the failure, the last lines that the template printed, and the traceback."""
    first, *more = plain_lines(error.message) or [""]
    lines = [f"error: the template could not be loaded: {printable(first)}"]
    lines += [] if error.details else [f"  {line}" for line in more]  # else they end the traceback
    printed = plain_lines(error.output)
    if printed:
        lines += ["last output:", *(f"| {line}".rstrip() for line in printed)]
    return "\n".join([*lines, *plain_lines(error.details)])


def internal_error_text(error: Exception) -> str:
    """Return a few lines that ask for a report; they name a file with the traceback."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="hypertemplate-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as file:
        file.write(f"hypertemplate {__version__}, Python {sys.version}\n{sys.argv}\n")
        traceback.print_exception(error, file=file)
    reason = str(error) if isinstance(error, HypertemplateError) else repr(error)
    return (
        f"error: hypertemplate itself failed: {printable(reason)}\n"
        f"This is a fault of hypertemplate, not of your template. Please report it, and attach {file.name}"
    )
