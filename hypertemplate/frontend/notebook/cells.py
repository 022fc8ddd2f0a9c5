"""Templates from Jupyter notebooks: each code cell is a part, named by its number among all cells."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.syntax.source import Part, Source, Span, line_starts
from hypertemplate.errors import ReadError
from hypertemplate.frontend.files import File
from hypertemplate.frontend.notebook.ipynb import CodeCell, code_cells
from hypertemplate.frontend.notebook.magic_table import holds_marker
from hypertemplate.frontend.notebook.magics import NoteKind, Plain, plain_cell
from hypertemplate.frontend.notebook.written_files import cell_files
from hypertemplate.frontend.template import Read

CELLS_SHOWN = 8
"""Most cells that the summary of left-out lines names; for more it gives the number."""

_KINDS: dict[NoteKind, str] = {
    "magic": "magic",
    "shell": "shell line",
    "help": "help line",
    "cell": "whole cell",
    "search": "%%tune cell",
}
_BOM = b"\xef\xbb\xbf"
_PYTHON = re.compile(
    rb"^[ \t]*(?:import[ \t]+\w|from[ \t]+[\w.]+[ \t]+import\b|(?:def|class)[ \t]+\w|\w[\w., ]*=[^=])",
    re.MULTILINE,
)


def notebook_source(file: File) -> Read:
    """Read the template in a notebook file.

    Raises:
        ReadError: the file is not a notebook, or contains no Python.
    """
    cells = code_cells(file)
    if not cells:
        raise ReadError(f"{file.shown}: the notebook has no code cells")
    plains = [plain_cell(cell.text) for cell in cells]
    if not any(plain.text.strip() for plain in plains):
        magics = any(plain.notes for plain in plains)
        what = "only magics in its code cells" if magics else "nothing in its code cells"
        raise ReadError(f"{file.shown}: the notebook has {what}")
    parts = (
        Part("cell", _name(file, c), p.text, c.number, original="" if p.text == c.text else c.text)
        for c, p in zip(cells, plains, strict=True)
    )
    commands = ((c.number, one) for c, p in zip(cells, plains, strict=True) for one in p.files)
    written = tuple(cell_files(commands, Path(file.path)))
    source = Source(tuple(parts), file.path, file.shown, cell_files=written)
    settled = {(one.cell, one.line) for one in written if one.is_same and not one.is_missing}
    return Read(source, _warnings(cells, plains, settled), _dropped(cells, plains))


def looks_like_notebook(data: bytes) -> bool:
    """Return True if a file without a notebook's name is a notebook."""
    return _content(data).startswith(b"{") and (b'"cells"' in data or b'"worksheets"' in data)


def looks_like_python(data: bytes) -> bool:
    """Return True if a file with a notebook's name is the text of a program."""
    content = _content(data)
    return not content.startswith((b"{", b"[", b"<")) and _PYTHON.search(content) is not None


def _content(data: bytes) -> bytes:
    return data.removeprefix(_BOM).lstrip()


def _name(file: File, cell: CodeCell) -> str:
    count = "" if cell.count is None else f" (In [{cell.count}])"
    return f"{file.shown}, cell {cell.number}{count}"


def _warnings(
    cells: tuple[CodeCell, ...], plains: list[Plain], settled: set[tuple[int, int]]
) -> tuple[Diagnostic, ...]:
    """Return the notes that matter; not those on cells whose files are `settled`, and are read themselves."""
    # Where nothing else holds a marker, a search of the notebook's own is what somebody is looking for.
    alone = not any(holds_marker(plain.text) for plain in plains)
    found = []
    for part, plain in enumerate(plains):
        for note in plain.notes:
            if (cells[part].number, note.line) in settled:
                continue
            if note.matters or (alone and note.kind == "search"):
                start = line_starts(plain.text)[note.line - 1]
                found.append(warning(Code.MAGIC, note.text, Span(part, start, start), note.help))
    return tuple(found)


def _dropped(cells: tuple[CodeCell, ...], plains: list[Plain]) -> str:
    """Summarise the harmless lines that were left out: how many of which kind, and in which cells."""
    kinds: Counter[NoteKind] = Counter()
    numbers: list[str] = []
    for cell, plain in zip(cells, plains, strict=True):
        harmless = [note.kind for note in plain.notes if not note.matters]
        kinds.update(harmless)
        numbers += [str(cell.number)] if harmless else []
    if not numbers:
        return ""
    counts = [f"{kinds[k]} {name}{'' if kinds[k] == 1 else 's'}" for k, name in _KINDS.items() if kinds[k]]
    head, last = counts[:-1], counts[-1]
    shown = [*numbers[:CELLS_SHOWN], *([f"{more} more"] if (more := len(numbers) - CELLS_SHOWN) > 0 else [])]
    what = f"{', '.join(head)} and {last}" if head else last
    return f"left out: {what} (cell{'' if len(numbers) == 1 else 's'} {', '.join(shown)})"
