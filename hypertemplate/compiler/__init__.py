"""From source to program: pure functions over frozen data, one stage after another.

`compile_source` shows the stages on one screen. Nothing here touches a file, a clock, the environment
or a process, and no user code runs.
"""

from __future__ import annotations

import __future__

import ast
from dataclasses import dataclass

from hypertemplate.compiler import checks, derive, rewriting
from hypertemplate.compiler.calls import CallReader, DrawCall
from hypertemplate.compiler.codegen import render_program as render_program
from hypertemplate.compiler.codes import Code
from hypertemplate.compiler.diagnostics import Diagnostic, Severity, error, in_order, raise_errors
from hypertemplate.compiler.digest import digest
from hypertemplate.compiler.grammar import SIGNATURES
from hypertemplate.compiler.joining import join
from hypertemplate.compiler.labels import assign_labels
from hypertemplate.compiler.markers import Marker, find_markers
from hypertemplate.compiler.module import Module, TopLevel, build_module
from hypertemplate.compiler.parsing import Tree, parse
from hypertemplate.compiler.partition import Partition
from hypertemplate.compiler.program import Placement, Program, ProgramPart, Statement
from hypertemplate.compiler.replaced import is_replaced, replacement
from hypertemplate.compiler.selection import Selection, select
from hypertemplate.compiler.source import Source, Span, position
from hypertemplate.compiler.space import SearchSpace
from hypertemplate.errors import CompileError

Draws = dict[Marker, DrawCall]


@dataclass(frozen=True, slots=True)
class Explained:
    """When one top-level statement runs, and why."""

    span: Span
    placement: Placement
    reason: str


@dataclass(frozen=True, eq=False)
class _Analysis:
    """What the stages up to the partition found."""

    module: Module
    markers: tuple[Marker, ...]
    draws: Draws
    selection: Selection
    partition: Partition
    found: list[Diagnostic]


def compile_source(source: Source, *, model: str | None = None, data: str | None = None) -> Program:
    """Compile a template.

    Args:
        source: what a frontend read.
        model: the name of the model function; by default what `selection` finds.
        data: the name of the data function; likewise.

    Raises:
        CompileError: the template has errors; each stage reports all that it finds before the next begins.
    """
    analysis = _analyse(source, model, data)
    found = analysis.found + _check(analysis)
    joined, mismatch = join(analysis.selection)
    labelled = _searched(analysis)
    labels, clashes = assign_labels(labelled)
    found += mismatch + clashes
    if not labelled and not any(d.severity is Severity.ERROR for d in found):
        found.append(_no_markers(analysis))
    raise_errors(found, source)
    selection, partition = analysis.selection, analysis.partition
    space = [p for tree, marker, draw in labelled for p in derive.parameters(tree, draw, labels, marker.span)]
    names = [selection.model.name, selection.data.name if selection.data else ""]
    return Program(
        source=source,
        parts=tuple(_program_part(source, tree, analysis, labels) for tree in analysis.module.trees),
        space=SearchSpace(tuple(space)),
        model=selection.model.name,
        data=selection.data.name if selection.data else None,
        data_per_trial=partition.data_per_trial,
        join=joined,
        digest=digest((s.tree.text[s.span.start : s.span.end] for s in partition.kept), names),
        warnings=in_order([d for d in found if d.severity is Severity.WARNING]),
        hints=selection.hints,
    )


def explain(source: Source, *, model: str | None = None, data: str | None = None) -> tuple[Explained, ...]:
    """For each top-level statement when it runs, and why.

    Raises:
        CompileError: as `compile_source`.
    """
    analysis = _analyse(source, model, data)
    explained = []
    for statement in analysis.module.statements:
        placed = analysis.partition.placed(statement)
        explained.append(Explained(statement.span, placed.placement, placed.reason))
    return tuple(explained)


def _analyse(source: Source, model: str | None, data: str | None) -> _Analysis:
    try:
        trees, found = parse(source)
        raise_errors(found, source)
        module = build_module(trees)
        markers, draws, found = _read_markers(module)
        selection, more = select(module, markers, model, data)
        found += [*more, *checks.check_reserved(module)]
        if selection is None:
            raise CompileError(in_order(found), source)
        return _Analysis(module, markers, draws, selection, Partition(module, selection, markers), found)
    except RecursionError:
        # A text can parse and still be too deep for what walks its tree.
        deep = error(Code.TOO_DEEP, "the code is nested too deep to compile", None, "split the deepest expression")
        raise CompileError((deep,), source) from None


def _read_markers(module: Module) -> tuple[tuple[Marker, ...], Draws, list[Diagnostic]]:
    """The markers of all parts, and the calls in them; a call with an error is missing."""
    markers: list[Marker] = []
    draws: Draws = {}
    found: list[Diagnostic] = []
    for tree in module.trees:
        here, problems = find_markers(tree)
        reader = CallReader(tree, _foreign(module))
        for marker in here:
            draw = reader.read(marker.call, marker.distribution)
            if draw is not None:
                draws[marker] = draw
        markers += here
        found += problems + reader.found
    return tuple(markers), draws, found


def _foreign(module: Module) -> frozenset[str]:
    """The names of distributions that the module binds to something else."""
    return frozenset(
        name
        for name in SIGNATURES
        for statement in module.binders.get(name, ())
        if not is_replaced(statement.node)
        and module.aliases.get(name, "").split(".")[0] != "hyperopt"
    )


def _check(analysis: _Analysis) -> list[Diagnostic]:
    module, selection, partition = analysis.module, analysis.selection, analysis.partition
    found = [
        *checks.check_undefined(module, selection, partition, analysis.markers),
        *checks.check_reached(module, selection, partition, analysis.markers),
    ]
    for statement, marker in _placed_markers(analysis):
        if marker in analysis.draws:
            found += checks.check_load_time(marker, analysis.draws[marker], statement, partition)
    return found


def _placed_markers(analysis: _Analysis) -> list[tuple[TopLevel, Marker]]:
    """The markers of kept statements, each with its statement, in source order."""
    pairs = []
    waiting = iter(analysis.markers)
    marker = next(waiting, None)
    for statement in analysis.module.statements:
        while marker is not None and marker.span.inside(statement.span):
            if analysis.partition.placed(statement).placement is not Placement.LEFT_OUT:
                pairs.append((statement, marker))
            marker = next(waiting, None)
    return pairs


def _searched(analysis: _Analysis) -> list[tuple[Tree, Marker, DrawCall]]:
    """What becomes the search space, in source order."""
    return [
        (statement.tree, marker, analysis.draws[marker])
        for statement, marker in _placed_markers(analysis)
        if marker in analysis.draws
    ]


def _no_markers(analysis: _Analysis) -> Diagnostic:
    return error(
        Code.NO_MARKERS,
        "there are no markers, so there is nothing to search",
        analysis.selection.model.span,
        "mark a value in the model: Dropout({{uniform(0, 0.5)}})",
    )


def _program_part(
    source: Source, tree: Tree, analysis: _Analysis, labels: dict[DrawCall, str]
) -> ProgramPart:
    part = source.parts[tree.part]
    edits: dict[TopLevel, list[rewriting.Edit]] = {}
    for statement, marker in _placed_markers(analysis):
        if statement.tree is tree:
            text = rewriting.expression(tree, marker, analysis.draws[marker], labels)
            edits.setdefault(statement, []).append((marker.span, text))
    statements = []
    flags = 0
    for statement in analysis.module.statements:
        placement = analysis.partition.placed(statement).placement
        if statement.tree is not tree or placement is Placement.LEFT_OUT:
            continue
        if isinstance(statement.node, ast.ImportFrom) and statement.node.module == "__future__":
            flags |= _flags(statement.node)
            continue
        if is_replaced(statement.node):
            text = replacement(statement.node)[0]
        else:
            text = rewriting.rewrite(
                tree.text, statement.span.start, statement.span.end, edits.get(statement, [])
            )
        line = position(tree.text, statement.span.start).line
        statements.append(Statement(line, text, placement))
    return ProgramPart(part.name, _filename(source, part.name), tuple(statements), flags)


def _flags(node: ast.ImportFrom) -> int:
    flags = 0
    for alias in node.names:
        flags |= getattr(__future__, alias.name).compiler_flag
    return flags


def _filename(source: Source, name: str) -> str:
    """The ``co_filename``: the file once normalised, but another text than the path.

    With the plain path, AutoGraph and `linecache` would re-read the markers from the disk.
    """
    folder, slash, file = source.path.rpartition("/")
    return f"{folder}/./{file}" if slash else f"<{name}>"
