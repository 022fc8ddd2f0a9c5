"""Where the command line prints: results to stdout, everything else to stderr."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable

import click

from hypertemplate.compiler.diagnostics import render_all
from hypertemplate.compiler.program import Program
from hypertemplate.errors import UsageError


def say(lines: Iterable[str]) -> None:
    """Print a result.

    Raises:
        UsageError: the output has no room; a reader that has gone is a BrokenPipeError.
    """
    try:
        for line in lines:
            click.echo(line)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"the output cannot be written: {error.strerror or error}") from error


def emphasised(text: str) -> str:
    """`text` in bold where stdout is a terminal that wants styles."""
    plain = not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain else click.style(text, bold=True)


def tell(text: str) -> None:
    """Print what is not a result: a note, a warning, an error."""
    click.echo(text, err=True)


def tell_warnings(program: Program) -> None:
    """Print what the compiler found and did not mind."""
    if program.warnings:
        tell(render_all(program.warnings, program.source))


def open_streams() -> None:
    """Have the three standard descriptors taken, so that no file gets the number of one that is closed."""
    descriptor = os.open(os.devnull, os.O_RDWR)
    while descriptor < 3:
        descriptor = os.dup(descriptor)
    os.close(descriptor)


def accept_any_text() -> None:
    """Let a character that the streams' encoding does not have be printed as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
