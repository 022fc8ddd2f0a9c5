"""Output of the command line: results to stdout, everything else to stderr."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from hypertemplate.cli.announcement import announce
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, render_all
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.errors import UsageError
from hypertemplate.views.text import plain_block, wrapped, wrapped_edit

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def say(lines: Iterable[str]) -> None:
    """Print a result.

    Raises:
        UsageError: there is no space for the output; if its reader has gone, BrokenPipeError passes through.
    """
    announce("")
    try:
        for line in lines:
            click.echo(line)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"the output cannot be written: {error.strerror or error}") from error


def emphasised(text: str) -> str:
    """Return `text` in bold if stdout is a terminal that wants styles."""
    plain = not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain else click.style(text, bold=True)


def tell(text: str) -> None:
    """Print a message that is not a result: a note, a warning, an error.

    On a terminal long lines wrap between words.
    """
    announce("")
    width = _message_width()
    click.echo("\n".join(part for line in text.split("\n") for part in wrapped(line, width)), err=True)


def tell_edits(lines: Iterable[str]) -> None:
    """Print lines on edits of a template to stderr; on a terminal they wrap below their texts."""
    announce("")
    for line in plain_block(lines):
        for part in wrapped_edit(line, _message_width()):
            click.echo(part, err=True)


def tell_findings(found: tuple[Diagnostic, ...], source: Source) -> None:
    """Print the compiler's errors and warnings."""
    if found:
        tell(render_all(found, source, _message_width()))


def _message_width() -> int | None:
    """Return the columns of the terminal at stderr; None if it is not a terminal."""
    return shutil.get_terminal_size().columns if sys.stderr.isatty() else None


def open_streams() -> None:
    """Open the three standard descriptors, so that no file gets the number of a closed one.

    Output to a closed one is discarded.
    """
    descriptor = os.open(os.devnull, os.O_RDWR)
    while descriptor < 3:
        descriptor = os.dup(descriptor)
    os.close(descriptor)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for as long as we live


class _Lossy(io.FileIO):
    """A file that discards data without space for it; a reader that has gone is still a BrokenPipeError."""

    def write(self, data: ReadableBuffer) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError:
            return memoryview(data).nbytes


def outlast_stderr() -> None:
    """Let a search continue when its messages have no space: its results are stored elsewhere."""
    stream = sys.stderr
    # If someone has replaced the stream, data loss is theirs to report.
    if stream is sys.__stderr__ and isinstance(stream, io.TextIOWrapper):
        raw = _Lossy(stream.fileno(), "w", closefd=False)
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(raw), stream.encoding, line_buffering=True, write_through=stream.write_through
        )


def accept_any_text() -> None:
    """Print characters that the streams' encoding lacks as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def terminal_width() -> int | None:
    """Return the columns of the terminal at stdout; None if it is not a terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
