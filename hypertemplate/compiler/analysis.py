"""From source to everything that is known before code is generated: statements, markers, placements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hypertemplate.compiler import checks
from hypertemplate.compiler.calls import NATIVE_MODULES, CallReader
from hypertemplate.compiler.codes import Code
from hypertemplate.compiler.diagnostics import Diagnostic, Severity, error, in_order, raise_errors
from hypertemplate.compiler.draws import DrawCall
from hypertemplate.compiler.grammar import SIGNATURES
from hypertemplate.compiler.markers import Marker, find_markers, marker_spans, single_braces
from hypertemplate.compiler.module import Module, TopLevel, build_module
from hypertemplate.compiler.parsing import parse
from hypertemplate.compiler.partition import Partition
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.replaced import is_replaced
from hypertemplate.compiler.scopes import free_names
from hypertemplate.compiler.selection import Selection, select
from hypertemplate.compiler.source import Source, Span
from hypertemplate.errors import CompileError

_NATIVE_PATHS = frozenset(
    ["hyperas", "hyperas.distributions", "hyperopt.hp", "hypertemplate", "hypertemplate.distributions"]
)


@dataclass(frozen=True, eq=False)
class Analysis:
    """What the stages up to the partition found.

    Attributes:
        module: the statements of all parts.
        markers: in source order.
        draws: the call in each marker; one whose call has an error is missing.
        selection: the model and data function.
        partition: when each statement runs.
        found: the diagnostics so far.
    """

    module: Module
    markers: tuple[Marker, ...]
    draws: dict[Marker, DrawCall]
    selection: Selection
    partition: Partition
    found: list[Diagnostic]

    def searched(self) -> Iterator[tuple[TopLevel, Marker, DrawCall]]:
        """What becomes the search space: the markers of kept statements, in source order."""
        waiting = iter(self.markers)
        marker = next(waiting, None)
        for statement in self.module.statements:
            kept = self.partition.placed(statement).placement is not Placement.LEFT_OUT
            while marker is not None and marker.span.inside(statement.span):
                if kept and marker in self.draws:
                    yield statement, marker, self.draws[marker]
                marker = next(waiting, None)


def analyse(source: Source, model: str | None, data: str | None) -> Analysis:
    """Parse, find markers, choose the functions, place every statement.

    Raises:
        CompileError: a part does not parse, or there is no model function.
    """
    trees, problems = parse(source)
    raise_errors(problems, source)
    module = build_module(trees)
    markers, draws, found = _read_markers(module)
    selection, problems = select(module, markers, model, data)
    found += problems
    if selection is None:
        raise CompileError(in_order(found), source)
    bounds = frozenset(
        use.name
        for draw in draws.values()
        for call in draw.walk()
        for expression in call.evaluated_at_load()
        for use in free_names(expression)
    )
    partition = Partition(module, selection, markers, bounds)
    return Analysis(module, markers, draws, selection, partition, found)


def check(analysis: Analysis) -> list[Diagnostic]:
    """What needs the whole module to be seen: names, bounds, markers that nothing reaches."""
    module, selection, partition = analysis.module, analysis.selection, analysis.partition
    broken = [d.span for d in analysis.found if d.span is not None and d.severity is Severity.ERROR]
    shaped = [span for tree in module.trees for span in marker_spans(tree)]
    broken += [whole for whole in shaped if any(span.inside(whole) for span in broken)]
    found = [
        *checks.check_reserved(module),
        *_undefined(analysis, broken),
        *checks.check_reached(module, selection, partition, analysis.markers),
    ]
    for statement, marker, draw in analysis.searched():
        found += checks.check_load_time(marker, draw, statement, partition)
    return found


def _undefined(analysis: Analysis, broken: list[Span]) -> Iterator[Diagnostic]:
    return checks.check_undefined(
        analysis.module, analysis.selection, analysis.partition, analysis.markers, broken
    )


def _read_markers(
    module: Module,
) -> tuple[tuple[Marker, ...], dict[Marker, DrawCall], list[Diagnostic]]:
    """The markers of all parts and the calls in them."""
    markers: list[Marker] = []
    draws: dict[Marker, DrawCall] = {}
    found: list[Diagnostic] = []
    foreign = _foreign(module)
    native = NATIVE_MODULES | {name for name, path in module.aliases.items() if path in _NATIVE_PATHS}
    for tree in module.trees:
        here, problems = find_markers(tree)
        reader = CallReader(tree, foreign, native)
        for marker in here:
            draw = reader.read(marker.call, marker.distribution)
            if draw is not None:
                draws[marker] = draw
        found += single_braces(tree, frozenset(SIGNATURES) - foreign)
        markers += here
        found += problems + reader.found
    return tuple(markers), draws, found


def _foreign(module: Module) -> frozenset[str]:
    """The names of distributions that the module binds to something else."""
    return frozenset(
        name
        for name in SIGNATURES
        for statement in module.binders.get(name, ())
        if not is_replaced(statement.node) and module.aliases.get(name, "").split(".")[0] != "hyperopt"
    )


def no_markers(analysis: Analysis) -> Diagnostic:
    """The error for a template in which nothing is searched."""
    return error(
        Code.NO_MARKERS,
        "there are no markers, so there is nothing to search",
        analysis.selection.model.span,
        "mark a value in the model: Dropout({{uniform(0, 0.5)}})",
    )
