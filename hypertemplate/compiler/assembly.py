"""The kept statements of each part, markers rewritten, as the parts of a program."""

from __future__ import annotations
import __future__

import ast
from collections.abc import Iterator

from hypertemplate.compiler import rewriting
from hypertemplate.compiler.analysis import Analysis
from hypertemplate.compiler.draws import DrawCall
from hypertemplate.compiler.module import TopLevel, tests_main
from hypertemplate.compiler.parsing import Tree
from hypertemplate.compiler.program import ProgramPart, Statement
from hypertemplate.compiler.replaced import in_place, is_replaced, replacement
from hypertemplate.compiler.source import Source, newlines, position


def program_parts(source: Source, analysis: Analysis, labels: dict[DrawCall, str]) -> tuple[ProgramPart, ...]:
    """What is kept of each part."""
    edits: dict[TopLevel, list[rewriting.Edit]] = {}
    for statement, marker, draw in analysis.searched():
        text = rewriting.expression(statement.tree, marker, draw, labels)
        edits.setdefault(statement, []).append((marker.span, text))
    return tuple(_part(source, tree, analysis, edits) for tree in analysis.module.trees)


def _part(
    source: Source, tree: Tree, analysis: Analysis, edits: dict[TopLevel, list[rewriting.Edit]]
) -> ProgramPart:
    name = source.parts[tree.part].name
    kept = [s for s in analysis.partition.kept if s.tree is tree]
    statements = tuple(
        Statement(
            line=position(tree.text, statement.span.start).line,
            text=_text(statement, edits.get(statement, [])),
            placement=analysis.partition.placed(statement).placement,
        )
        for statement in kept
        if not list(_features(statement.node))
    )
    flags = 0
    for statement in kept:
        for feature in _features(statement.node):
            flags |= getattr(__future__, feature).compiler_flag
    return ProgramPart(name, _filename(source, name), statements, flags)


def _text(statement: TopLevel, edits: list[rewriting.Edit]) -> str:
    if is_replaced(statement.node):
        return replacement(statement.node)[0]
    tree, span = statement.tree, statement.span
    edits = sorted([*edits, *_inner_imports(statement), *_main_test(statement)])
    return rewriting.rewrite(tree.text, span.start, span.end, edits)


def _main_test(statement: TopLevel) -> Iterator[rewriting.Edit]:
    """The test of an ``if __name__ == "__main__"`` with an ``else``: false, in ``program.py`` too."""
    if isinstance(statement.node, ast.If) and tests_main(statement.node):
        span = statement.tree.span(statement.node.test)
        yield span, f"(False{newlines(statement.tree.text[span.start : span.end])})"


def _inner_imports(statement: TopLevel) -> Iterator[rewriting.Edit]:
    """Edits for imports that do not run as written, inside functions and blocks."""
    for node in ast.walk(statement.node):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and is_replaced(node):
            span = statement.tree.span(node)
            yield span, in_place(node, newlines(statement.tree.text[span.start : span.end]))


def _features(node: ast.stmt) -> Iterator[str]:
    """The features of a ``from __future__ import``, which becomes compiler flags."""
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        yield from (alias.name for alias in node.names)


def _filename(source: Source, name: str) -> str:
    """The ``co_filename``: the file once normalised, but another text than its path.

    With the plain path, AutoGraph and `linecache` would re-read the markers from the disk.
    """
    folder, slash, file = source.path.rpartition("/")
    return f"{folder}/./{file}" if slash else f"<{name}>"
