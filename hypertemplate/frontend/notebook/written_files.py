"""Files that commands of a notebook's cells write, compared with what is on the disk."""

from __future__ import annotations

import ast
import os
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hypertemplate.compiler.syntax.source import NEWLINE, CellFile
from hypertemplate.frontend.notebook.file_commands import FileCommand

_MOST = 1 << 20
"""Most bytes of a file that is compared: nobody writes a larger one by hand."""


@dataclass(slots=True)
class _Folder:
    """The working directory of a cell: that of the search, and, for modules, that of the notebook.

    Attributes:
        here: working directory of the search; None if it is not known any more.
        beside: folder of the notebook, or where cells have gone from there.
    """

    here: Path | None
    beside: Path | None

    def file(self, path: str) -> Path | None:
        """Return the place of a file; None if that is not known."""
        folder = self.beside if path.endswith(".py") else self.here
        return None if folder is None else folder / os.path.expanduser(path)  # noqa: PTH111

    def move(self, path: str) -> None:
        """Change the working directory."""
        place = os.path.expanduser(path)  # noqa: PTH111
        self.here = self.here / place if path and self.here is not None else None
        self.beside = self.beside / place if path and self.beside is not None else None


def cell_files(commands: Iterable[tuple[int, FileCommand]], notebook: Path) -> Iterator[CellFile]:
    """Yield the files that cells write, in their order, each with how it stands on the disk.

    Args:
        commands: commands, each with the number of its cell.
        notebook: file of the notebook.
    """
    folder = _Folder(Path.cwd(), notebook.parent)
    texts: dict[Path, str | None] = {}
    for cell, command in commands:
        if command.moves:
            folder.move(command.path)
            continue
        file = folder.file(command.path)
        if file is None:
            continue
        if file.is_dir() and command.source:
            file /= Path(command.source).name
        now = _on_disk(file)
        text, is_known = _expected(command, folder, texts, file, now)
        texts[file] = text
        is_same = now is not None and text is not None and _same(file, now, text)
        yield CellFile(cell, command.line, command.path, not file.exists(), is_same or not is_known)


def _expected(
    command: FileCommand, folder: _Folder, texts: dict[Path, str | None], file: Path, now: str | None
) -> tuple[str | None, bool]:
    """Return the text of a file after a command, and whether the command tells of it.

    Args:
        command: the command.
        folder: working directory.
        texts: texts of the files that earlier commands have written.
        file: place of the file.
        now: its text on the disk.
    """
    text = command.text
    if command.source:
        source = folder.file(command.source)
        text = texts.get(source, _on_disk(source)) if source is not None else None
    if not command.adds or text is None:
        return text, text is not None
    before = texts.get(file)
    if before is not None:
        return before + text, True
    # What it held before is not known. If the command ran last, it ends with what that has added.
    is_done = now is not None and now.rstrip().endswith(text.rstrip())
    return now if is_done else None, True


def _on_disk(file: Path) -> str | None:
    """Return the text of a file; None if there is none that could have been written by hand."""
    try:
        if file.stat().st_size > _MOST:
            return None
        return NEWLINE.sub("\n", file.read_text(encoding="utf-8", errors="replace"))
    except OSError:  # it is missing, or no file
        return None


def _same(file: Path, one: str, other: str) -> bool:
    """Tell whether two texts of a file say the same; layout and comments of a module do not count."""
    if one.rstrip() == other.rstrip():
        return True
    return file.suffix == ".py" and (tree := _tree(one)) is not None and tree == _tree(other)


def _tree(text: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError):
        return None
