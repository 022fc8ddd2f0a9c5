"""Files that cells write by magics and shell commands, and that are not on the disk as these write them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from hypertemplate.compiler.dataflow.files.file_access import Access, Use, collide, tells
from hypertemplate.compiler.dataflow.files.module_files import module_files
from hypertemplate.compiler.dataflow.files.path_pattern import is_spelled, pattern
from hypertemplate.compiler.dataflow.imported_state import own_files
from hypertemplate.compiler.dataflow.module import FILES, Module, imported_by
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error
from hypertemplate.compiler.placement.partition import Partition
from hypertemplate.compiler.syntax.source import CellFile, Source, Span, line_starts, line_text

_LAST = (1 << 30, 0)


def outdated_files(
    module: Module, partition: Partition, source: Source, *, ends: bool
) -> Iterator[Diagnostic]:
    """Report files that a fresh run of a notebook would have as its cells write them.

    Args:
        module: template.
        partition: placement of its statements.
        source: its source.
        ends: whether it ends with the file's own search, below which no cell counts.
    """
    files: dict[str, list[CellFile]] = {}
    for file in source.cell_files:
        files.setdefault(pattern(file.path).matched, []).append(file)
    last = _place(module.statements[-1]) if ends and module.statements else _LAST
    reported: set[CellFile] = set()
    for path, written in files.items():
        readers = _readers(module, partition, path)
        for reader, verb in readers if any(_is_outdated(one) for one in written) else ():
            above = [one for one in written if (one.cell, one.line) < min(_place(reader), last)]
            if above and _is_outdated(above[-1]) and above[-1] not in reported:
                reported.add(above[-1])
                yield _outdated(source, above[-1], reader, verb)


def _is_outdated(file: CellFile) -> bool:
    return file.is_missing or not file.is_same


def _place(statement: TopLevel) -> tuple[int, int]:
    """Return the cell and line of a statement; the calls of data and model come last."""
    cell = statement.tree.origin.cell
    return _LAST if statement.calls else (cell or 0, statement.node.lineno)


def _readers(module: Module, partition: Partition, path: str) -> Iterator[tuple[TopLevel, str]]:
    """Yield the statements that read a file as it is on the disk, each with the verb for it.

    A module is read when it is first imported. Once the template itself has written the file, it is its own.
    """
    write = Access(pattern(path), Use.WRITES)
    is_loaded = False
    for statement in (*partition.kept, *module.entry):
        accesses = module.facts.files(statement)
        imports = [*(one for one in accesses if Use.IMPORTED in one.use), *_loaded(module, statement)]
        reads = [one for one in accesses if one.use & (Use.READS | Use.IMPORTED | Use.OPAQUE) == Use.READS]
        if any(tells(write, one) for one in imports) and not is_loaded:
            is_loaded = True
            yield statement, "imports"
        elif any(one.is_known and tells(write, one) for one in reads) or _by_own(module, statement, path):
            yield statement, "reads"
        if any(Use.WRITES in one.use and collide(one, write) for one in accesses):
            return


def _loaded(module: Module, statement: TopLevel) -> Collection[Access]:
    """Return the files of the modules that the imports of a statement load, also through other modules."""
    names = {name for code in imported_by(module, statement) for name in code.loads}
    return [Access(path, Use.READS | Use.IMPORTED) for name in names for path in module_files(name)]


def _by_own(module: Module, statement: TopLevel, path: str) -> bool:
    """Tell whether code of the user's own modules may read a file when a statement runs."""
    use, texts = own_files(module, statement)
    return FILES in use.reads and is_spelled(path, texts)


def _outdated(source: Source, file: CellFile, reader: TopLevel, verb: str) -> Diagnostic:
    number = next(n for n, part in enumerate(source.parts) if part.cell == file.cell)
    part = source.parts[number]
    message = (
        f"{file.path}, which {reader.place} {verb}, is missing: this cell writes it"
        if file.is_missing
        else f"{file.path} on the disk differs from what this cell writes, and {reader.place} {verb} it"
    )
    run = f"run cell {file.cell} in the notebook first: a search runs no magics and shell commands"
    other = "" if file.is_missing else "; or remove it, if the file on the disk is right"
    start = line_starts(part.text)[file.line - 1]
    end = start + len(line_text(part.text, file.line))
    return error(Code.OUTDATED_FILE, message, Span(number, start, end), run + other)
