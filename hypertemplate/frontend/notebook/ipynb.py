"""Code cells of a notebook file; the only module that knows the format and imports nbformat.

Real notebooks break the format's rules in ways that nbformat does not survive, and may carry megabytes of
outputs. So the JSON is parsed once and reduced to the relevant fields of each cell, and nbformat, which
knows the versions of the format, sees only those.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypertemplate.compiler.diagnostics.diagnostic import printable
from hypertemplate.compiler.syntax.source import position
from hypertemplate.errors import ReadError
from hypertemplate.frontend.files import File

VERSIONS = (3, 4)
"""Supported versions of the format."""


@dataclass(frozen=True, slots=True)
class CodeCell:
    """One code cell.

    Attributes:
        number: number among all cells of the notebook, from 1.
        count: number of its last run, as in ``In [7]``, if it has one.
        text: source text.
    """

    number: int
    count: int | None
    text: str


def code_cells(file: File) -> tuple[CodeCell, ...]:
    """Parse the code cells of a notebook, in order.

    Raises:
        ReadError: the file is not a notebook, or not one in Python. One line.
    """
    notebook = _parsed(file)
    try:
        version = _version(notebook)
        cells = _cells(notebook, version)
        _check_language(notebook, cells)
        lean = [_lean(cell, number, version) for number, cell in enumerate(cells, 1)]
        joined = [
            CodeCell(number, cell.execution_count, _text(cell.source, number))
            for number, cell in enumerate(_upgraded(lean, version), 1)
            if cell.cell_type == "code"
        ]
    except ReadError as error:
        raise ReadError(f"{file.shown}: {error}") from None
    return tuple(joined)


def _parsed(file: File) -> dict[str, Any]:
    try:
        text = file.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.data.count(b"\n", 0, error.start) + 1
        raise ReadError(f"{file.shown}: not a notebook: line {line} is not UTF-8 text") from None
    try:
        notebook = json.loads(text)
    except RecursionError:
        raise ReadError(f"{file.shown}: not a notebook: its JSON is nested too deep") from None
    except ValueError as error:
        raise ReadError(f"{file.shown}: not a notebook: {_no_json(text, error)}") from None
    if not isinstance(notebook, dict):
        raise ReadError(f"{file.shown}: not a notebook: its JSON is not an object")
    return notebook


def _no_json(text: str, error: ValueError) -> str:
    """Describe where the JSON breaks off; the usual cause is a full disk or a broken download."""
    content = text.strip()
    if content.startswith("{") and not content.endswith("}"):
        place = position(text, len(text.rstrip()))
        return f"its JSON breaks off at line {place.line}, column {place.column}"
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}"
    return printable(str(error))


def _version(notebook: dict[str, Any]) -> int:
    if "nbformat" not in notebook:
        raise ReadError('not a notebook: its JSON has no "nbformat"')
    version = notebook["nbformat"]
    if version not in VERSIONS:
        given = printable(repr(version))[:20] if isinstance(version, (int, float, str)) else "no number"
        raise ReadError(
            f"versions 3 and 4 of the notebook format are read, got {given}; open and save it in Jupyter"
        )
    return int(version)


def _cells(notebook: dict[str, Any], version: int) -> list[dict[str, Any]]:
    """Return the raw cells; several worksheets (version 3) are joined."""
    sheets = _list(notebook.get("worksheets")) if version == 3 else [notebook]
    cells = [cell for sheet in sheets for cell in _list(_object(sheet).get("cells"))]
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict):
            raise ReadError(f"not a notebook: cell {number} is not an object")
    return cells


def _check_language(notebook: dict[str, Any], cells: list[dict[str, Any]]) -> None:
    """Refuse a notebook whose named languages do not include Python; one that names none passes."""
    metadata = _object(notebook.get("metadata"))
    said = [
        _object(metadata.get("language_info")).get("name"),
        _object(metadata.get("kernelspec")).get("language"),
        _object(metadata.get("kernel_info")).get("language"),
        metadata.get("language"),
        *(cell.get("language") for cell in cells),
    ]
    languages = [language for language in said if isinstance(language, str) and language]
    if languages and not any(
        part in name.lower() for name in languages for part in ("python", "pyspark", "sage")
    ):
        raise ReadError(f"notebooks in Python are read, got one in {printable(languages[0])[:40]}")


def _lean(cell: dict[str, Any], number: int, version: int) -> dict[str, Any]:
    """Reduce a cell to its relevant fields, in the shape that nbformat relies on."""
    if cell.get("cell_type") != "code":
        return {"cell_type": "markdown", "metadata": {}, "source": ""}
    text, count = ("input", "prompt_number") if version == 3 else ("source", "execution_count")
    source, run = cell.get(text), cell.get(count)
    if source is None:
        source = ""
    lines = [source] if isinstance(source, str) else source
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise ReadError(f"not a notebook: the source of cell {number} is not text")
    if not isinstance(run, int) or isinstance(run, bool) or run < 0:
        run = None
    shaped: dict[str, Any] = {"cell_type": "code", "metadata": {}, "outputs": [], text: source, count: run}
    return shaped | ({"language": "python"} if version == 3 else {})


def _upgraded(cells: list[dict[str, Any]], version: int) -> list[Any]:
    """Convert the cells to version 4, each with its source as one string."""
    import nbformat

    format = nbformat.versions[version]
    notebook = {"nbformat": version, "nbformat_minor": format.nbformat_minor, "metadata": {}}
    notebook |= {"worksheets": [{"cells": cells, "metadata": {}}]} if version == 3 else {"cells": cells}
    read = format.to_notebook_json(notebook)
    upgraded: list[Any] = nbformat.versions[4].upgrade(read).cells
    return upgraded


def _text(source: str, number: int) -> str:
    if any("\ud800" <= character <= "\udfff" for character in source):
        raise ReadError(f"cell {number} contains surrogate characters, which no valid text has")
    return source.removeprefix("\ufeff")


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ReadError("not a notebook: it has no list of cells")
    return value


def _object(value: object) -> dict[str, Any]:
    """Return a value that should be an object; an empty dict if it is not."""
    return value if isinstance(value, dict) else {}
