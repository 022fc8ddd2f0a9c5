"""Assembly of a program: the kept statements of each part, with markers rewritten."""

from __future__ import annotations
import __future__

import ast
import warnings
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.analysis import Analysis
from hypertemplate.compiler.dataflow.module import Function, Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.emit import rewrite
from hypertemplate.compiler.entry.exclusions import BY_COMMENT
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.program import Block, Join, Placement, ProgramPart, Statement
from hypertemplate.compiler.syntax.hyperas_imports import in_place, is_replaced, renamed, replacement
from hypertemplate.compiler.syntax.import_paths import origin
from hypertemplate.compiler.syntax.source import NEWLINE, Source, Span, line_starts, newlines, position
from hypertemplate.compiler.syntax.statements import compares_with_main, future_features
from hypertemplate.compiler.syntax.tree import Tree
from hypertemplate.errors import InternalError


def program_parts(
    source: Source, analysis: Analysis, labels: dict[DrawCall, str], joined: Join, last: Iterable[Function]
) -> tuple[ProgramPart, ...]:
    """Return the kept statements of each part as the parts of a program.

    Args:
        source: the template.
        analysis: what is known of it.
        labels: label of each draw.
        joined: join of data and model.
        last: functions that a script may end with.
    """
    edits: dict[TopLevel, list[rewrite.Edit]] = {}
    for statement, marker, draw in analysis.searched():
        text = rewrite.expression(statement.tree, marker, draw, labels)
        edits.setdefault(statement, []).append((marker.span, text))
    if joined.locals or analysis.leaked:
        assert analysis.selection.data is not None
        data = analysis.selection.data
        edits.setdefault(data.statement, []).extend(rewrite.leaving(data.statement.tree, data.node))
    for function in last:
        ends = rewrite.leaving(function.statement.tree, function.node, "end")
        edits.setdefault(function.statement, []).extend(ends)
    trees = {tree.part: tree for tree in analysis.module.trees}
    parts: list[ProgramPart] = []
    before = 0
    for number, part in enumerate(source.parts):
        if part.is_module:
            parts.append(_imported(source, number, analysis, edits))
            continue
        if number not in trees:  # a cell that does not parse
            parts.append(ProgramPart(part.name, _filename(source, number), (), 0))
            continue
        parts.append(_part(source, trees[number], analysis, edits, before))
        # A cell's future imports also apply to later cells; a file has its own.
        before = parts[-1].flags if part.kind != "file" else 0
    return tuple(parts)


def _imported(
    source: Source, number: int, analysis: Analysis, edits: dict[TopLevel, list[rewrite.Edit]]
) -> ProgramPart:
    """Return the whole text of a module as one statement; without markers, it is loaded as it is."""
    part = source.parts[number]
    own = analysis.project.modules[part.module]
    inside = [edit for s in own.module.statements for edit in (*edits.get(s, []), *_inner_imports(s))]
    text = rewrite.rewrite(own.tree.text, 0, len(own.tree.text), sorted(inside))
    statements = (Statement(1, text, Placement.IMPORTED),) if own.markers else ()
    return ProgramPart(part.name, _filename(source, number), statements, 0, part.module, part.package)


def check_parts(parts: tuple[ProgramPart, ...]) -> None:
    """Parse the generated text: a template that parses must give a program that parses.

    Raises:
        InternalError: the text does not parse, which is a bug in this package.
    """
    for part in parts:
        for text in (part.kept,) if part.module else (part.setup, part.trial):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    compile(text, part.filename, "exec", part.flags | ast.PyCF_ONLY_AST, dont_inherit=True)
            except SyntaxError as problem:
                message = f"the program of {part.name} does not parse: {problem.msg} (line {problem.lineno})"
                raise InternalError(message) from None


def _part(
    source: Source,
    tree: Tree,
    analysis: Analysis,
    edits: dict[TopLevel, list[rewrite.Edit]],
    flags: int,
) -> ProgramPart:
    name = source.parts[tree.part].name
    kept = [s for s in analysis.partition.kept if s.tree is tree]
    statements = tuple(
        _statement(analysis, statement, edits.get(statement, []))
        for statement in kept
        if not list(future_features(statement.node))
    )
    for statement in kept:
        for feature in future_features(statement.node):
            flags |= getattr(__future__, feature).compiler_flag
    package = source.parts[tree.part].package
    return ProgramPart(name, _filename(source, tree.part), statements, flags, package=package)


def _statement(analysis: Analysis, statement: TopLevel, edits: list[rewrite.Edit]) -> Statement:
    placed = analysis.partition.placed(statement)
    return Statement(
        line=position(statement.tree.text, statement.span.start).line,
        text=_text(analysis.module, statement, sorted(edits)),
        placement=placed.placement,
        block=_block(statement),
        by_comment=placed.reason == BY_COMMENT,
    )


def template_text(statement: TopLevel, edits: list[rewrite.Edit]) -> str:
    """Return the text of a statement with some edits, below an ``if`` if it is in a block."""
    span, block = statement.span, _block(statement)
    text = rewrite.rewrite(statement.tree.text, span.start, span.end, edits)
    return text if block is None else f"if True:\n{block.indent}{text}"


def _block(statement: TopLevel) -> Block | None:
    """Return the block around a statement of the ``__main__`` part."""
    tree = statement.tree
    guard = tree.guards.get(statement.node)
    if guard is None:
        return None
    start = tree.span(guard.body[0]).start
    before = tree.text[line_starts(tree.text)[position(tree.text, start).line - 1] : start]
    return Block(guard.lineno, before if before.isspace() else " ")


def _text(module: Module, statement: TopLevel, edits: list[rewrite.Edit]) -> str:
    if is_replaced(statement.node):
        return replacement(statement.node)[0]
    if module.imports_part(statement.node):
        return renamed(statement.node)
    tree, span = statement.tree, statement.span
    absolute = () if tree.origin.package == module.package else _absolute_imports(statement)
    edits = sorted([*edits, *_inner_imports(statement), *_main_tests(statement), *absolute])
    return rewrite.rewrite(tree.text, span.start, span.end, edits)


def _absolute_imports(statement: TopLevel) -> Iterator[rewrite.Edit]:
    """Yield edits of relative imports, which start from another package than those of the template."""
    tree = statement.tree
    for node in ast.walk(statement.node):
        if isinstance(node, ast.ImportFrom) and node.level:
            start = tree.span(node).start + len("from")
            end = tree.text.rindex("import", start, tree.span(node.names[0]).start)
            breaks = "\\\n" * len(NEWLINE.findall(tree.text[start:end]))
            yield Span(tree.part, start, end), f" {origin(node, tree.origin.package)} {breaks}"


def _main_tests(statement: TopLevel) -> Iterator[rewrite.Edit]:
    """Yield edits that replace each ``__name__ == "__main__"`` by its value: the program has another name."""
    for node in ast.walk(statement.node):
        if compares_with_main(node) and not _in_fstring(statement.tree, node):
            span = statement.tree.span(node)
            yield span, f"({statement.tree.is_main}{newlines(statement.tree.text[span.start : span.end])})"


def _in_fstring(tree: Tree, node: ast.expr) -> bool:
    """Tell whether a node is part of an f-string, where Python 3.11 does not say its place."""
    return any(isinstance(parent, ast.JoinedStr) for _, parent in tree.ancestors(node))


def _inner_imports(statement: TopLevel) -> Iterator[rewrite.Edit]:
    """Yield edits for imports that are replaced, inside functions and blocks."""
    for node in ast.walk(statement.node):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and is_replaced(node):
            span = statement.tree.span(node)
            yield span, in_place(node, newlines(statement.tree.text[span.start : span.end]))


def _filename(source: Source, number: int) -> str:
    """Return the ``co_filename``: the normalised file, spelled differently from its path.

    With the plain path, AutoGraph and `linecache` would read the markers from disk again.
    """
    part = source.parts[number]
    path = part.path or (source.path if part.kind == "file" else "")
    folder, slash, file = path.rpartition("/")
    return f"{folder}/./{file}" if slash else f"<{part.name}>"
