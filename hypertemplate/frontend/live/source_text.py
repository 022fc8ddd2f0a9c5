"""Source of passed functions: one file, or all the cells that ran, reduced to their relevant parts."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from hypertemplate.compiler.dataflow.module import Module, build_module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.syntax.source import Part
from hypertemplate.compiler.syntax.tree import Tree
from hypertemplate.errors import ReadError
from hypertemplate.frontend.live.blanks import with_inner, without
from hypertemplate.frontend.live.definitions import (
    Definition,
    definition_at,
    definitions,
    parsed,
    same,
)
from hypertemplate.frontend.live.functions import Given
from hypertemplate.frontend.live.history import Executed, searched_text
from hypertemplate.frontend.live.overwritten import earlier_searches, overwritten
from hypertemplate.frontend.live.statements_not_run import never_reached, not_run_yet
from hypertemplate.frontend.live.superseded import superseded
from hypertemplate.frontend.notebook.magics import plain_cell


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A passed function, its definition, and the top-level statement that is or contains the definition."""

    given: Given
    node: Definition
    statement: TopLevel

    @property
    def is_inner(self) -> bool:
        """True if it is defined inside another function, or in a block such as a file's main part."""
        return self.statement.node is not self.node


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """One file, or all the cells that ran.

    Attributes:
        parts: complete texts.
        module: statements in the texts.
        placed: passed functions that are defined here.
        gone: statements that no longer apply.
    """

    parts: tuple[Part, ...]
    module: Module
    placed: tuple[Placed, ...]
    gone: frozenset[TopLevel]

    @property
    def is_file(self) -> bool:
        """True for a file, False for cells."""
        return self.parts[0].kind == "file"

    @property
    def defined(self) -> frozenset[str]:
        """Names that its statements bind."""
        kept = (s for s in self.module.statements if s not in self.gone)
        return frozenset().union(*(s.names.binds | s.names.declares for s in kept))

    def part_of(self, placed: Placed) -> Part:
        """Return the part that a function is defined in."""
        return self.parts[placed.statement.tree.part]

    def support(self, foreign: Iterable[str] = ()) -> list[Part]:
        """Return the relevant text of each part; a function around a passed one is reduced to the passed one.

        Args:
            foreign: names that functions of another origin use, and define there.
        """
        names = set(foreign)
        gone = {s for s in self.module.statements if s.names.binds and s.names.binds <= names}
        return self._blanked(self.gone | gone)

    def _blanked(self, gone: set[TopLevel] | frozenset[TopLevel]) -> list[Part]:
        inner: dict[TopLevel, list[Definition]] = {}
        for placed in self.placed:
            if placed.is_inner:
                inner.setdefault(placed.statement, []).append(placed.node)
        found: list[Part] = []
        for tree in self.module.trees:
            own = [s for s in self.module.statements if s.tree is tree]
            text = self.parts[tree.part].text
            # From the end, so that the offsets of earlier statements stay valid.
            for statement in reversed(own):
                if statement in gone:
                    text = without(text, statement)
                elif statement in inner:
                    text = with_inner(text, tree, statement, inner[statement])
            if any(statement not in gone for statement in own) or self.parts[tree.part].is_search:
                found.append(replace(self.parts[tree.part], text=text))
        return found


def from_file(functions: Sequence[Given]) -> Origin:
    """Read the file that functions are defined in.

    Raises:
        ReadError: the source is missing, or has changed since it was loaded.
    """
    first = functions[0]
    name = _shown(first.file)
    on_disk = Path(first.file).is_file()
    text = first.text
    if not text:
        what = "typed at a prompt that keeps no source" if first.file == "<stdin>" else "made from a text"
        why = f"it was {what}" if first.file.startswith("<") else f"{name} cannot be read"
        raise ReadError(
            f"{first.role}: the source of '{first.name}' cannot be found: {why}; "
            f"define it in a file or in a notebook's cell"
        )
    tree = parsed(text)
    placed: list[tuple[Given, Definition | None]] = [
        (given, definition_at(tree, given.name, given.line) if tree is not None else None)
        for given in functions
    ]
    changed = next((given for given, node in placed if node is None), None)
    if tree is None or changed is not None:
        lost = changed or first
        raise ReadError(
            f"{lost.role}: {name} has changed since '{lost.name}' was loaded from it; run it again, "
            "or reload the module"
        )
    path = str(Path(first.file).resolve()) if on_disk else ""
    module = str(first.function.__globals__.get("__name__", ""))
    package = str(first.function.__globals__.get("__package__") or "") if on_disk else ""
    package = package if any(map(_is_relative, tree.module.body)) else ""
    part = Part("file" if on_disk else "history", name, text, path=path, module=module, package=package)
    return _origin((part,), (tree,), [(g, node) for g, node in placed if node is not None])


def from_cells(
    cells: Sequence[Executed],
    numbers: Mapping[str, int],
    functions: Sequence[Given],
    names: Mapping[str, object],
) -> Origin:
    """Collect the cells that ran; those that do not parse are left out.

    Args:
        cells: cells as the user wrote them.
        numbers: cell text -> number of the cell in the notebook, from 1.
        functions: functions that are defined in cells.
        names: the user's variables.

    Raises:
        ReadError: the cell of a function is missing.
    """
    texts = _Texts()
    last = {cell.text.strip(): cell for cell in cells}
    failed: dict[int, int | None] = {}
    for cell in cells:
        number = numbers.get(cell.text.strip())
        name = f"In [{cell.number}]" if number is None else f"cell {number} (In [{cell.number}])"
        text = plain_cell(cell.text).text
        if cell is last[cell.text.strip()] or not _is_idempotent(text):
            failed |= {len(texts.parts): cell.failed_at} if cell.failed else {}
            texts.add(name, text, cell.file, number, searched_text(cell))
    placed: list[tuple[Given, Definition]] = []
    for given in functions:
        node = _among(texts.trees, texts.files, given)
        if node is None and given.text:
            texts.add(f"the cell of {given.name}", given.text, given.file)
            node = _among(texts.trees, texts.files, given)
        if node is None:
            raise ReadError(
                f"{given.role}: the source of '{given.name}' is not in the cells that ran; "
                "run the cell that defines it again"
            )
        placed.append((given, node))
    return _origin(tuple(texts.parts), tuple(texts.trees), placed, names, texts.files, failed)


@dataclass(slots=True, eq=False)
class _Texts:
    """Texts of cells, as far as they parse.

    Attributes:
        parts: the texts.
        trees: their trees.
        files: `co_filename` of the definitions of each.
    """

    parts: list[Part] = field(default_factory=list)
    trees: list[Tree] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def add(self, name: str, text: str, file: str, number: int | None = None, original: str = "") -> None:
        """Add a text; its arguments are those of its part. One that does not parse is left out."""
        tree = parsed(text)
        if tree is not None:
            part = Part("history", name, text, number, ran_as=file, original=original)
            self.trees.append(replace(tree, part=len(self.parts), origin=part))
            self.parts.append(part)
            self.files.append(file)


def _is_idempotent(text: str) -> bool:
    """Tell whether code that runs twice has surely done no more than once: definitions and imports."""
    tree = parsed(text)
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return tree is None or all(isinstance(node, definitions) for node in tree.module.body)


def _origin(
    parts: tuple[Part, ...],
    trees: tuple[Tree, ...],
    placed: Sequence[tuple[Given, Definition]],
    names: Mapping[str, object] | None = None,
    files: Sequence[str] = (),
    failed: Mapping[int, int | None] = MappingProxyType({}),
) -> Origin:
    module = build_module(trees)
    found = tuple(Placed(given, node, _statement(module, node)) for given, node in placed)
    pinned = {placed.given.name: placed.statement for placed in found}
    if names is not None:
        gone = superseded(module, names, pinned, files)
        ran_as = {placed.statement.tree.part: placed.given.file for placed in found}
        parts = tuple(
            replace(part, ran_as=ran_as.get(number, part.ran_as)) for number, part in enumerate(parts)
        )
    else:
        same_name = ((s, pinned[n]) for n in pinned for s in module.binders.get(n, ()))
        gone = {s for s, own in same_name if s is not own and s.names.binds <= pinned.keys()}
        gone |= {s for s in module.statements if _is_relative(s.node) and not parts[0].package}
    gone |= set(not_run_yet(module, [placed.given.function.__globals__ for placed in found], files))
    roots = {placed.statement for placed in found}
    if names is not None:
        gone |= {*never_reached(module, {part: at for part, at in failed.items() if at is not None})}
        named = {placed.given.role: placed.given.name for placed in found}
        model = named.get("model", "")
        gone |= earlier_searches(module, model, named.get("data"))
        gone |= overwritten(module, gone, roots, model, failed)
    return Origin(parts, module, found, frozenset(gone - roots))


def _is_relative(node: ast.stmt) -> bool:
    """Return True for a relative import, which runs only in a package; its names are in memory."""
    return isinstance(node, ast.ImportFrom) and node.level > 0


def _among(trees: Sequence[Tree], files: Sequence[str], given: Given) -> Definition | None:
    """Find the definition of a function among the cells: the last that matches the compiled one."""
    whole = parsed(given.text) if given.text else None
    own = definition_at(whole, given.name, given.line) if whole is not None else None
    nodes = [(tree, node) for tree in trees for node in definitions(tree, given.name)]
    if own is not None:
        equal = [node for tree, node in nodes if same(node, own)]
        at_home = [node for tree, node in nodes if files[tree.part] == given.file]
        return next(reversed(equal or at_home), None)
    # Code under %%time leaves no text behind; its parameters' names are the best clue.
    count = given.function.__code__.co_argcount
    parameters = list(given.function.__code__.co_varnames[:count])
    alike = [node for _, node in nodes if _parameters(node) == parameters]
    return next(reversed(alike), None)


def _parameters(node: Definition) -> list[str] | None:
    if isinstance(node, ast.ClassDef):
        return None
    return [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]


def _statement(module: Module, node: Definition) -> TopLevel:
    """Return the top-level statement that is or contains a definition."""
    tree = next(tree for tree in module.trees if node in tree.parents)
    outer: ast.AST = node
    for _, parent in tree.ancestors(node):
        outer = parent if not isinstance(parent, ast.Module) else outer
    return next(s for s in module.statements if s.node is outer)


def _shown(file: str) -> str:
    """Format a path as a person would write it here."""
    path = Path(file).resolve()
    if file.startswith("<"):
        return file.strip("<>")
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else str(path)
