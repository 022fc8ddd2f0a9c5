"""The notebook that a kernel belongs to, and the protocol of a host that may have it."""

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
    """A notebook found on a host.

    Attributes:
        name: name of its file.
        place: short description of where it was found.
        live: whether it includes unsaved edits, as the user sees it; else it is the last save.
        cells: its code cells.
        path: absolute path, or an empty string if there is no file on this machine.
    """

    name: str
    place: str
    live: bool
    cells: tuple[CodeCell, ...]
    path: str = ""


class Unanswered(Exception):
    """Failure of the host that should have the notebook to return it; the message says why."""


class Place(Protocol):
    """A host that may have the notebook."""

    def find(self) -> Document | None:
        """Return the notebook, or None if the kernel does not belong to this host.

        Raises:
            Unanswered: the kernel belongs to it, but the notebook is not available.
        """


def document_of(notebook: Mapping[str, Any], name: str, place: str) -> Document:
    """Parse a notebook from a live front end.

    Raises:
        Unanswered: the data is not a notebook.
    """
    text = json.dumps(notebook).encode()
    try:
        return Document(name, place, True, code_cells(File(name, "", text)))
    except ReadError as error:
        raise Unanswered(f"{place}: {error}") from None


def document_at(path: Path, place: str) -> Document | None:
    """Read a notebook's last save from disk; None if there is no such file.

    Raises:
        Unanswered: the file is not a notebook.
    """
    if not path.is_file():
        return None
    try:
        file = open_file(str(path))
        return Document(path.name, place, False, code_cells(file), file.path)
    except ReadError as error:
        raise Unanswered(f"{place}: {error}") from None
