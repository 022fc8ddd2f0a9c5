"""Template files on disk; the only module that reads them."""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path

from hypertemplate.compiler.diagnostics.diagnostic import printable
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import ReadError

_SUFFIXES = (".py", ".ipynb")

_MARKER = re.compile(rb"\{\{\s*\w+\s*\(|<<\s*\w+\s*\(")

_MOST_NAMED = 3
"""Most files of a folder that a message names."""


@dataclass(frozen=True, slots=True)
class File:
    """A file on disk.

    Attributes:
        shown: path as the user wrote it, made printable.
        path: absolute path.
        data: content.
    """

    shown: str
    path: str
    data: bytes


def open_file(path: str) -> File:
    """Read a file.

    Raises:
        ReadError: the path is missing, a folder, an empty file, or unreadable.
    """
    shown = printable(path.encode("utf-8", "replace").decode("utf-8"))
    if "\0" in path or not path:
        raise ReadError(f"{shown or repr(path)}: not a path")
    file = Path(path)
    try:
        data = file.read_bytes()
    except IsADirectoryError:
        raise ReadError(f"{shown} is a directory; {_in_folder(file, shown)}") from None
    except FileNotFoundError:
        there = [file.name for suffix in _SUFFIXES if (file := Path(f"{path}{suffix}")).is_file()]
        meant = f"; did you mean {' or '.join(there)}?" if there else ""
        raise ReadError(f"{shown}: no such file{meant}") from None
    except OSError as error:
        raise ReadError(f"{shown}: {error.strerror or error}") from None
    if not data.strip():
        raise ReadError(f"{shown}: the file is empty")
    return File(shown, str(file.resolve()), data)


def _in_folder(folder: Path, shown: str) -> str:
    """Name the files in a folder that hold markers, the first ones of many."""
    try:
        texts = sorted(one for one in folder.iterdir() if one.suffix in _SUFFIXES and one.is_file())
        marked = [one.name for one in texts if _MARKER.search(one.read_bytes())]
    except OSError:
        return "name a file in it"  # nothing can be said of what cannot be read
    if not marked:
        return "name a file in it; no .py or .ipynb file there contains markers"
    names = [f"{shown.rstrip('/')}/{printable(name)}" for name in marked[:_MOST_NAMED]]
    return f"did you mean {' or '.join(names)}?"


def python_source(file: File) -> Source:
    """Decode a Python file into a source.

    Raises:
        ReadError: the file is not the text of a program.
    """
    text = _decoded(file.data, file.shown)
    if not text.strip():
        raise ReadError(f"{file.shown}: the file is empty")
    return Source((Part("file", file.shown, text),), path=file.path)


def _decoded(data: bytes, shown: str) -> str:
    """Decode a Python file by its byte order mark or encoding declaration (PEP 263), else as UTF-8."""
    if b"\0" in data:
        raise ReadError(f"{shown}: a binary file, not the text of a program")
    try:
        text = data.decode(encoding_of(data))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ReadError(
            f"{shown}: line {line} is not {error.encoding} text; save the file as UTF-8, "
            "or declare its encoding on the first line: # -*- coding: latin-1 -*-"
        ) from None
    except (SyntaxError, LookupError, UnicodeError) as error:
        raise ReadError(f"{shown}: {printable(str(error))}") from None
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ReadError(
            f"{shown}: contains surrogate characters, which no valid text has; save the file as UTF-8"
        )
    return text


def encoding_of(data: bytes) -> str:
    """Return the declared encoding of a Python file, else UTF-8; with a byte order mark ``utf-8-sig``.

    Raises:
        SyntaxError: the declared encoding is unknown, or contradicts the byte order mark.
    """
    # Only ASCII in the first lines matters here; `decode` then reports other invalid bytes.
    head = b"\n".join(data.split(b"\n", 2)[:2]).decode("ascii", "replace").replace("\ufffd", "?")
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    return tokenize.detect_encoding(
        io.BytesIO(mark + head.encode("ascii").lstrip(b"?" * len(mark))).readline
    )[0]
