"""The user's own modules that a template imports, and that hold markers or import such a module."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.markers.comments.tune_comment import HEAD as TUNE
from hypertemplate.compiler.syntax.import_paths import loaded_paths, with_packages
from hypertemplate.compiler.syntax.name_scopes import binders_among
from hypertemplate.compiler.syntax.nodes import is_marker_shaped
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.compiler.syntax.tree import Tree, parse
from hypertemplate.errors import ReadError
from hypertemplate.frontend.files import open_file, python_source
from hypertemplate.frontend.import_folders import OwnFiles, own_folders, process_folders, shown
from hypertemplate.frontend.path_edits import path_edits

OPENINGS = ("{{", "<<")
"""Texts of which a marker that is no comment begins with one."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A module of the user's own.

    Attributes:
        part: its text.
        imports: paths that it may import, those in functions included, and the packages around it.
        is_marked: whether it holds something in the shape of a marker, or what may be one and does not parse.
    """

    part: Part
    imports: tuple[str, ...]
    is_marked: bool


def with_modules(source: Source) -> Source:
    """Add the user's own modules that matter to a template, before its own parts, in the order of import.

    Those are modules with markers, and modules that import such a module; the others are beside. No
    installed package is opened, and nothing is imported.

    Raises:
        ReadError: a module with a marker is not the text of a program.
    """
    unknown = next(iter(path_edits(source).unknown), 0)
    return replace(_with_own(source, own_folders(source)), unknown_folder=unknown)


def with_modules_in_memory(source: Source, names: Iterable[str]) -> Source:
    """Add the user's own modules that code in this process imports, or that are in memory, likewise.

    Args:
        source: code that is in memory, or is to run over what is.
        names: names of the modules that it may use.

    Raises:
        ReadError: a module with a marker is not the text of a program.
    """
    return _with_own(source, (*process_folders(), *own_folders(source)), names)


def _with_own(source: Source, folders: Iterable[str], names: Iterable[str] = ()) -> Source:
    merged = {part.module for part in source.parts if part.module}
    project = _Project(source, OwnFiles(folders), merged, names)
    marked = [name for name in project.modules if project.matters(name)]
    parts = tuple(project.modules[name].part for name in marked)
    beside = tuple(found.part for name, found in project.modules.items() if name not in marked)
    return replace(source, parts=(*parts, *source.parts), beside=beside)


class _Project:
    """The modules of the user's own that a template imports, in the order in which their imports end.

    Args:
        source: the template.
        files: files of the user's own modules.
        merged: names of modules that are compiled with the template.
        names: names of modules that it may use besides.
    """

    def __init__(self, source: Source, files: OwnFiles, merged: set[str], names: Iterable[str] = ()) -> None:
        self.modules: dict[str, _Found] = {}
        self._files = files
        self._source = source
        self._seen = set(merged)
        trees, problems = parse(source)
        for tree in () if problems else trees:
            package = with_packages(tree.origin.package) if tree.origin.package else []
            for name in (*package, *_imported(tree.module, tree.origin.package)):
                self._add(name)
        for name in names:
            self._add(name)

    def matters(self, name: str) -> bool:
        """Return True if a module holds a marker, or one that it imports does, at any depth."""
        found = reachable([name], lambda one: (n for n in self.modules[one].imports if n in self.modules))
        return any(self.modules[one].is_marked for one in found)

    def _add(self, name: str) -> None:
        file = self._files.file(name) if name not in self._seen else None
        self._seen.add(name)
        if file is None or name.partition(".")[0] == __name__.partition(".")[0]:
            return
        if str(file.resolve()) == self._source.path:
            return
        package = name if file.name == "__init__.py" else name.rpartition(".")[0]
        text = self._read(file)
        if text is None:
            return
        path, name_shown = str(file.resolve()), shown(self._source, file)
        part = Part("file", name_shown, text, path=path, module=name, package=package, is_module=True)
        may_hold = may_hold_marker(text)
        marked = _marked_tree(part) if may_hold else None
        tree = (None if marked is None else marked.module) if may_hold else _plain_tree(text)
        nodes = [*ast.walk(tree)] if tree is not None else []
        imports = [
            *with_packages(name)[:-1],
            *(path for node in nodes for path in loaded_paths(node, package)),
            *(_parts(file, name) if tree is not None and _is_lazy(file, tree) else ()),
        ]
        for other in imports:
            self._add(other)
        wrong = marked is not None and marked.comments.found
        is_marked = may_hold and (tree is None or bool(wrong) or any(map(is_marker_shaped, nodes)))
        self.modules[name] = _Found(part, tuple(imports), is_marked)

    def _read(self, file: Path) -> str | None:
        """Return the text of a module; None for one without a marker that cannot be read as text."""
        if not file.stat().st_size:
            return ""
        try:
            return python_source(open_file(str(file))).parts[0].text
        except ReadError:
            if may_hold_marker(file.read_bytes().decode("latin-1")):
                raise
            return None


def may_hold_marker(text: str) -> bool:
    """Return False for a text that surely has no marker, be it in braces or in a comment."""
    return any(opening in text for opening in OPENINGS) or TUNE.search(text) is not None


def marked_text(text: str) -> str:
    """Return the text of a module with its markers in braces; empty if it has none, or does not parse.

    Those in comments do not count: Python runs them as they are.
    """
    tree = _marked_tree(Part("file", "module", text))
    nodes = ast.walk(tree.module) if tree is not None else ()
    shaped = (node for node in nodes if is_marker_shaped(node))
    return tree.text if tree is not None and any(n not in tree.comments.places for n in shaped) else ""


def _marked_tree(part: Part) -> Tree | None:
    trees, _ = parse(Source((part,)))
    return trees[0] if trees else None


def _plain_tree(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _is_lazy(file: Path, tree: ast.Module) -> bool:
    """Tell whether a package loads its parts when they are used: it has a `__getattr__` of its own."""
    return file.name == "__init__.py" and any(binders_among(tree.body, "__getattr__"))


def _parts(package: Path, name: str) -> Iterator[str]:
    """Yield the paths of the modules and packages in a package's folder."""
    for file in sorted(package.parent.iterdir()):
        is_part = file.suffix == ".py" or (file / package.name).is_file()
        if is_part and file.stem.isidentifier() and file != package:
            yield f"{name}.{file.stem}"


def _imported(tree: ast.AST, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        yield from loaded_paths(node, package)
