"""The notebook that a kernel belongs to, and the protocol of a place where it may be found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from hypertemplate.errors import ReadError
from hypertemplate.frontend.files import File, open_file
from hypertemplate.frontend.notebook.ipynb import CodeCell, code_cells


@dataclass(frozen=True, slots=True)
class Document:
    """A notebook.

    Attributes:
        name: its file's name.
        place: in a few words where it was found.
        live: whether it is as the user sees it, edits that did not run included; else it is the last save.
        cells: its cells of code.
        path: its absolute path, or an empty string where it is no file here.
    """

    name: str
    place: str
    live: bool
    cells: tuple[CodeCell, ...]
    path: str = ""


class Unanswered(Exception):
    """A place where the notebook should be did not hand it over; the message says why."""


class Place(Protocol):
    """Where a notebook may be found."""

    def find(self) -> Document | None:
        """The notebook, or None where the kernel is not of this place.

        Raises:
            Unanswered: it is, and the notebook cannot be had.
        """


def document_of(notebook: Mapping[str, Any], name: str, place: str) -> Document:
    """A notebook that a live front end handed over.

    Raises:
        Unanswered: what it handed over is no notebook.
    """
    text = json.dumps(notebook).encode()
    try:
        return Document(name, place, True, code_cells(File(name, "", text)))
    except ReadError as error:
        raise Unanswered(f"{place}: {error}") from None


def document_at(path: Path, place: str) -> Document | None:
    """A notebook on disk as it was saved last, or None where there is no such file.

    Raises:
        Unanswered: the file is no notebook.
    """
    if not path.is_file():
        return None
    try:
        file = open_file(str(path))
        return Document(path.name, place, False, code_cells(file), file.path)
    except ReadError as error:
        raise Unanswered(f"{place}: {error}") from None
