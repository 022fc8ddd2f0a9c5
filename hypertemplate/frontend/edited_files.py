"""Files of a template with edits made, byte for byte as they were elsewhere."""

from __future__ import annotations

import codecs
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from hypertemplate.compiler.diagnostics.diagnostic import as_written
from hypertemplate.compiler.diagnostics.edit import Edit, edited
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import ReadError
from hypertemplate.frontend.files import File, encoding_of
from hypertemplate.frontend.notebook.cell_edits import with_cells


def places_as_written(source: Source, edits: Iterable[Edit]) -> tuple[Edit, ...] | None:
    """Return edits at their places in the texts of the user; None where a magic is at one of them."""
    placed: list[Edit] = []
    for edit in edits:
        part = source.parts[edit.span.part]
        text, span = as_written(part, edit.span)
        if text != (part.original or part.text) or span.end - span.start != edit.span.end - edit.span.start:
            return None
        placed.append(Edit(span, edit.text))
    return tuple(placed)


def edited_texts(source: Source, edits: Iterable[Edit]) -> dict[int, str]:
    """Return the new text of each part that is edited, as its user writes it, by the part's number."""
    of_part: dict[int, list[Edit]] = {}
    for edit in edits:
        of_part.setdefault(edit.span.part, []).append(edit)
    return {n: edited(_text(source.parts[n]), own) for n, own in of_part.items()}


def with_texts(file: File, parts: dict[Part, str]) -> File:
    """Return a file with the new texts of its parts.

    Args:
        file: a Python file or a notebook.
        parts: parts of this file -> new text.
    """
    cells = {part.cell: text for part, text in parts.items() if part.cell is not None}
    if cells:
        mark = codecs.BOM_UTF8 if file.data.startswith(codecs.BOM_UTF8) else b""
        text = with_cells(file.data.decode("utf-8-sig"), cells)
        return File(file.shown, file.path, mark + text.encode())
    (text,) = parts.values()
    encoding = encoding_of(file.data)
    try:
        return File(file.shown, file.path, text.encode(encoding))
    except UnicodeEncodeError as error:  # the reader knows only what this encoding has
        raise ReadError(f"{file.shown}: {error}") from None


def write_files(files: Sequence[File], *, like: str = "") -> None:
    """Replace the contents of files on disk, all or none; their permissions stay.

    Args:
        files: files with their new contents.
        like: path of the file whose permissions a new file gets.

    Raises:
        ReadError: a file or its folder cannot be written to; nothing has changed then.
    """
    for file in files:
        check_writable(file)
    written: list[tuple[File, str]] = []
    try:
        for file in files:
            written.append((file, _beside(file, like)))
        _replace_all(written)
    finally:
        for _, name in written:
            Path(name).unlink(missing_ok=True)


def check_writable(file: File) -> None:
    """Refuse a file that its owner protects: it could be replaced all the same, as its folder allows it.

    Raises:
        ReadError: it is such a file, or its folder does not exist or cannot be written to.
    """
    folder = Path(file.path).parent
    if not folder.is_dir():
        raise ReadError(f"{file.shown}: its folder does not exist; create it first")
    with contextlib.suppress(FileNotFoundError):
        if not Path(file.path).stat().st_mode & 0o222 or not os.access(file.path, os.W_OK):
            raise ReadError(f"{file.shown}: the file is read-only, so nothing is written")
    if not os.access(folder, os.W_OK):
        raise ReadError(f"{file.shown}: its folder is read-only, so nothing is written")


def _beside(file: File, like: str) -> str:
    """Write the new content of a file to another one in its folder, and return the path of that."""
    path = Path(file.path)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(file.data)
            shutil.copymode(path if path.exists() else like, name)
        except OSError:
            Path(name).unlink()
            raise
    except OSError as error:
        raise ReadError(f"{file.shown}: {error.strerror or error}") from None
    return name


def _replace_all(written: Sequence[tuple[File, str]]) -> None:
    """Put new files in the places of others; the earlier ones are put back where one cannot."""
    done: list[tuple[Path, bytes | None]] = []
    try:
        for file, name in written:
            path = Path(file.path)
            done.append((path, path.read_bytes() if path.exists() else None))
            Path(name).replace(path)
    except OSError as error:
        for path, data in done[:-1]:
            path.unlink() if data is None else path.write_bytes(data)
        raise ReadError(f"{file.shown}: {error.strerror or error}") from None


def _text(part: Part) -> str:
    return part.original or part.text
