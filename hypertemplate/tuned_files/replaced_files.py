"""Files of a template, replaced as a whole by those with the values of a trial."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from hypertemplate.compiler.diagnostics.diagnostic import printable
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.errors import ReadError, UsageError
from hypertemplate.frontend.edited_files import check_writable, with_texts, write_files
from hypertemplate.frontend.files import File, open_file
from hypertemplate.tuned_files.tuned_template import TunedTemplate


def check_places(tuned: TunedTemplate, output: str | None, *, write: bool) -> None:
    """Check that a template with the values of a trial can be written, before it runs for hours.

    Args:
        tuned: the template.
        output: another file that it is to be written to, or None.
        write: whether its own files are to be written.

    Raises:
        ReadError: a file cannot be written.
        UsageError: as of `write_copy`.
    """
    files = [] if output is None else [_copy(tuned, output)]
    files += [_tuned_file(tuned, path) for path in _paths(tuned)] if write else []
    for file in files:
        check_writable(file)


def replace_files(tuned: TunedTemplate, reread: Callable[[], Source]) -> tuple[str, ...]:
    """Write a template with the values of a trial into its own files, all or none.

    Args:
        tuned: the template.
        reread: reads the template again: it must not have changed since.

    Returns:
        The files that were written, as their users name them.

    Raises:
        ReadError: a file cannot be written, has changed meanwhile, or another process is writing it.
    """
    paths = _paths(tuned)
    with contextlib.ExitStack() as locks:
        for path in paths:
            locks.enter_context(_locked(path))
        now = reread()
        if _texts(now) != _texts(tuned.before):
            raise ReadError(
                f"{tuned.before.name}: the file changed while its values were looked up, so nothing is "
                "written; apply it again"
            )
        files = [_tuned_file(tuned, path) for path in paths]
        write_files(files)
    return tuple(file.shown for file in files)


def write_copy(tuned: TunedTemplate, output: str) -> None:
    """Write a template with the values of a trial to another file.

    Raises:
        ReadError: the file cannot be written.
        UsageError: the template has more than one file that differs, or the output is of another kind.
    """
    write_files((_copy(tuned, output),), like=tuned.before.path)


def _paths(tuned: TunedTemplate) -> tuple[str, ...]:
    """Return the paths of the template's files that differ."""
    return tuple(dict.fromkeys(part.path or tuned.before.path for part in tuned.parts))


def _copy(tuned: TunedTemplate, output: str) -> File:
    """Return the file that a copy is; raises as `write_copy` does."""
    others = [part.name for part in tuned.parts if part.path]
    if others:
        text = (
            f"{{output}} {output}: {', '.join(dict.fromkeys(others))} would change too, and one file is named"
        )
        raise UsageError(f"{text}; write them in place with {{write}}", "output", ("write",))
    own = tuned.before.path
    if Path(output).suffix != Path(own).suffix:
        text = f"{{output}} {output}: the template is a {Path(own).suffix} file; write to one of its kind"
        raise UsageError(text, "output")
    if Path(output).is_dir():
        raise UsageError(f"{{output}} {output} is a folder; name a file in it", "output")
    file = _tuned_file(tuned, own) if tuned.texts else open_file(own)
    return File(output, os.path.realpath(output), file.data)


def _tuned_file(tuned: TunedTemplate, path: str) -> File:
    own = {part: text for part, text in tuned.parts.items() if (part.path or tuned.before.path) == path}
    shown = next((part.name for part in own if part.path), tuned.names.path)
    return replace(with_texts(open_file(path), own), shown=printable(shown))


def _texts(source: Source) -> list[tuple[str, str, str]]:
    return [(part.path, part.name, part.original or part.text) for part in source.parts]


@contextlib.contextmanager
def _locked(path: str) -> Iterator[None]:
    """Keep other processes from writing a file in the same way.

    Raises:
        ReadError: another process is writing it, or has replaced it just now.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror or error}") from None
    try:
        with contextlib.suppress(OSError):  # a file system without locks: the comparison is all there is
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise _busy(path) from None
        if not os.path.samestat(os.fstat(descriptor), os.stat(path)):  # noqa: PTH116
            raise _busy(path)
        yield
    finally:
        os.close(descriptor)


def _busy(path: str) -> ReadError:
    return ReadError(f"{path}: another process is writing the file, so nothing is written; apply it again")
