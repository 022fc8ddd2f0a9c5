"""Where the command line prints: results to stdout, everything else to stderr."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from hypertemplate.compiler.diagnostics.diagnostic import render_all
from hypertemplate.compiler.program import Program
from hypertemplate.errors import UsageError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


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
    """Have the three standard descriptors taken, so that no file gets the number of one that is closed.

    What is printed to one that is closed goes nowhere.
    """
    descriptor = os.open(os.devnull, os.O_RDWR)
    while descriptor < 3:
        descriptor = os.dup(descriptor)
    os.close(descriptor)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for as long as we live


class _Lossy(io.FileIO):
    """A file that loses what it has no room for; a reader that has gone is still a BrokenPipeError."""

    def write(self, data: ReadableBuffer) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError:
            return memoryview(data).nbytes


def outlast_stderr() -> None:
    """Let a search go on when there is no room for its messages: what it finds is kept elsewhere."""
    stream = sys.stderr
    # Where someone has put another stream in its place, it is theirs to say what is lost.
    if stream is sys.__stderr__ and isinstance(stream, io.TextIOWrapper):
        raw = _Lossy(stream.fileno(), "w", closefd=False)
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(raw), stream.encoding, line_buffering=True, write_through=stream.write_through
        )


def accept_any_text() -> None:
    """Let a character that the streams' encoding does not have be printed as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def terminal_width() -> int | None:
    """Columns of the terminal that stdout is, None if it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
