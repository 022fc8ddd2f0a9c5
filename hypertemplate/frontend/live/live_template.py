"""Templates from live functions: definitions are read from source, the values that they use from memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hypertemplate.compiler.dataflow.module import build_module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.syntax.source import Part, Source, Span, byte_offset_at
from hypertemplate.compiler.syntax.tree import parse
from hypertemplate.frontend.files import open_file
from hypertemplate.frontend.hosts.document import Document
from hypertemplate.frontend.hosts.places import find_document, places
from hypertemplate.frontend.live import history
from hypertemplate.frontend.live.blanks import without
from hypertemplate.frontend.live.definitions import Definition, parsed, same
from hypertemplate.frontend.live.functions import Given, given_functions
from hypertemplate.frontend.live.namespaces import foreign_names, values_of
from hypertemplate.frontend.live.source_text import Origin, Placed, from_cells, from_file
from hypertemplate.frontend.notebook.cells import notebook_source
from hypertemplate.frontend.notebook.ipynb import CodeCell, code_cells
from hypertemplate.frontend.notebook.magics import plain_cell
from hypertemplate.frontend.template import Read


@dataclass(frozen=True, slots=True)
class Live:
    """Functions that live in this process, with their source and values.

    Attributes:
        read: source of the functions: the cells that ran, or files.
        model: name of the model function in the source.
        data: name of the data function in the source, or None.
        values: other values in memory that their code may reach, by name.
        found: summary of what was read, in one line.
        missing: says that the named notebook is not there; empty if it is, or none was named.
    """

    read: Read
    model: str
    data: str | None
    values: Mapping[str, object]
    found: str
    missing: str = ""


def read_live(
    model: Callable[..., object],
    data: Callable[..., object] | None = None,
    functions: Sequence[Callable[..., object]] = (),
    notebook_name: str | None = None,
) -> Live:
    """Read functions that were passed as objects.

    Args:
        model: the model function.
        data: the data function, if there is one.
        functions: further functions that these use.
        notebook_name: a notebook on disk, by name or path, with code that did not run here; what ran wins
            over what it says.

    Raises:
        ReadError: a function, or a notebook that is there, cannot be read. One line.
    """
    given = given_functions(model, data, functions)
    values = values_of(given)
    path, missing = _notebook(notebook_name) if notebook_name else ("", "")
    origins, document, failures = _origins(given, path)
    read = _read_with(origins, path, given) if path else _read(origins, document, given)
    needless = [f"{missing}; none is needed"] if missing else []
    found = "; ".join([_found(origins, document), *failures, *needless])
    if path:
        found += f"; what is not defined there, from {path}"
    return Live(read, given[0].name, None if data is None else given[1].name, values, found, missing)


def _origins(given: Sequence[Given], path: str) -> tuple[list[Origin], Document | None, tuple[str, ...]]:
    """Find where the functions are defined; the place that the others are imported into comes last.

    Also return the notebook whose cells define them, if it is found, and the failures of that search. One at
    a path that the user gave only numbers the cells.
    """
    variables = history.namespace()
    executed = history.every_run()
    files = {cell.file for cell in executed}
    by_file: dict[str, list[Given]] = {}
    cells: list[Given] = []
    for function in given:
        own = variables is not None and function.function.__globals__ is variables
        if own and (function.file in files or not Path(function.file).is_file()):
            cells.append(function)
        else:
            by_file.setdefault(function.file, []).append(function)
    # The script comes last, or else the file of the model.
    last = [file for file, own in by_file.items() if own[0].function.__module__ == "__main__"]
    last = [] if cells else last or list(by_file)[:1]
    ordered = [file for file in by_file if file not in last] + last
    origins = [from_file(by_file[file]) for file in ordered]
    document: Document | None = None
    failures: tuple[str, ...] = ()
    if cells:
        assert variables is not None
        if not path:
            document, failures = find_document(places(variables))
        numbers = _numbers(code_cells(open_file(path)) if path else document.cells if document else ())
        origins.append(from_cells(executed, numbers, cells, variables))
    return origins, document, failures


def _numbers(cells: Iterable[CodeCell]) -> dict[str, int]:
    """Map the text of each cell of a notebook to its number there."""
    return {cell.text.strip(): cell.number for cell in cells}


def _read(origins: Sequence[Origin], document: Document | None, given: Sequence[Given]) -> Read:
    main = origins[-1]
    parts = _parts(origins, given)
    path = main.parts[0].path if main.is_file else document.path if document is not None else ""
    if main.is_file:
        parts[-1] = replace(parts[-1], path="", module="")
    shown = "" if main.is_file else document.name if document is not None else "the notebook"
    package = main.parts[0].package
    folder = str(Path(path).parents[package.count(".") + 1]) if package else ""
    source = Source(tuple(parts), path, shown, folder)
    return Read(source, tuple(_edited(source, origins, document)))


def _edited(source: Source, origins: Sequence[Origin], document: Document | None) -> list[Diagnostic]:
    """Return a warning for each function whose cell now shows another text than the one that ran."""
    found: list[Diagnostic] = []
    cells = document.cells if document is not None and document.live else ()
    for placed in origins[-1].placed if not origins[-1].is_file else ():
        now: tuple[int, Definition] | None = None
        for cell in cells:
            tree = parsed(plain_cell(cell.text).text)
            for node in tree.module.body if tree is not None else ():
                if isinstance(node, Definition) and node.name == placed.given.name:
                    now = cell.number, node
        if now is not None and not same(now[1], placed.node):
            number = now[0]
            name = placed.given.name
            text = f"'{name}' has been edited in cell {number} since it ran; what ran is used"
            span = _place(source, origins[-1].part_of(placed), placed)
            found.append(warning(Code.EDITED_CELL, text, span, f"run cell {number} to use what it says now"))
    return found


def _place(source: Source, part: Part, placed: Placed) -> Span:
    number = next(n for n, other in enumerate(source.parts) if other.name == part.name)
    start = byte_offset_at(part.text, placed.node.lineno, placed.node.col_offset)
    return Span(number, start, start + len("def ") + len(placed.node.name))


def _read_with(origins: Sequence[Origin], path: str, given: Sequence[Given]) -> Read:
    """Read a notebook on disk for what the code that ran does not define: the file may be older than that."""
    read = notebook_source(open_file(path))
    trees, _ = parse(read.source)
    defined = frozenset().union(*(origin.defined for origin in origins))
    parts = list(read.source.parts)
    # From the end, so that the offsets of earlier statements stay valid.
    for statement in reversed(build_module(trees).statements):
        names = statement.names.binds | statement.names.declares
        if names <= defined if names else statement.names.immediately & defined:
            number = statement.tree.part
            parts[number] = replace(parts[number], text=without(parts[number].text, statement))
    main = origins[-1]  # what the search is of; the notebook only adds to it
    shown = main.parts[0].name if main.is_file else "the notebook"
    return replace(read, source=replace(read.source, parts=(*parts, *_parts(origins, given)), shown=shown))


def _parts(origins: Sequence[Origin], given: Sequence[Given]) -> list[Part]:
    """Return what ran."""
    parts: list[Part] = []
    for origin in origins:
        own = [placed.given for placed in origin.placed]
        parts += origin.support(foreign_names(own, given))
    return parts


def _notebook(name: str) -> tuple[str, str]:
    """Return the path of a notebook named with or without its suffix; else say that it is not there."""
    path = Path(name)
    for candidate in (path, path.with_name(f"{path.name}.ipynb")) if path.name else ():
        if candidate.is_file():
            return str(candidate), ""
    folder = path.parent
    there = sorted(file.name for file in folder.glob("*.ipynb"))
    listed = ", ".join(there) if there else "none"
    where = "the working directory" if folder == Path() else str(folder)
    return "", f"no notebook {name!r} was found ({where} has {listed})"


def _found(origins: Sequence[Origin], document: Document | None) -> str:
    """Summarise what was read, in one line."""
    said: list[str] = []
    for origin in reversed(origins):
        placed = [p for p in origin.placed if p.given.role != "functions"]
        if not placed:
            continue
        roles = " and ".join(p.given.role for p in placed)
        names = ", ".join(dict.fromkeys(origin.part_of(p).name for p in placed))
        where = names if origin.is_file else f"the cells that ran ({names})"
        said.append(f"{roles} {'are' if len(placed) > 1 else 'is'} read from {where}")
    if document is not None:
        said.append(f"cells are numbered as in {document.name} ({document.place})")
    return "; ".join(said)
