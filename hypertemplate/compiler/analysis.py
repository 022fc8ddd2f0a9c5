"""From source to everything that is known before code is generated: statements, markers, placements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypertemplate.compiler import checks
from hypertemplate.compiler.calls import NATIVE_MODULES, CallReader
from hypertemplate.compiler.codes import Code
from hypertemplate.compiler.diagnostics import Diagnostic, Severity, error, in_order, raise_errors
from hypertemplate.compiler.draws import DrawCall
from hypertemplate.compiler.grammar import SIGNATURES
from hypertemplate.compiler.iterations import index_values
from hypertemplate.compiler.joining import unreturned
from hypertemplate.compiler.keras_moves import moved_imports
from hypertemplate.compiler.markers import Marker, find_markers, marker_spans, single_braces
from hypertemplate.compiler.module import Module, TopLevel, build_module
from hypertemplate.compiler.overrules import overrules
from hypertemplate.compiler.parsing import parse
from hypertemplate.compiler.partition import Partition
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.replaced import is_replaced
from hypertemplate.compiler.scopes import free_names
from hypertemplate.compiler.selection import Selection, select
from hypertemplate.compiler.source import Source, Span
from hypertemplate.errors import CompileError

Indices = tuple[tuple[int, ...], ...]
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
        undefined: the names that nothing kept defines.
        indices: the index values of each subscripted marker.
    """

    module: Module
    markers: tuple[Marker, ...]
    draws: dict[Marker, DrawCall]
    selection: Selection
    partition: Partition
    found: list[Diagnostic]
    undefined: tuple[checks.Undefined, ...]
    indices: dict[Marker, Indices]

    @property
    def leaked(self) -> tuple[str, ...]:
        """The local variables of data that the model reads as if they were the module's."""
        return tuple(u.name for u in self.undefined if checks.leaked(self.selection, u))

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
    trees, unparsed = parse(source)
    if any(source.parts[d.span.part].kind == "file" for d in unparsed if d.span is not None) or not trees:
        raise_errors(unparsed, source)
    module = build_module(trees)
    markers, draws, found = _read_markers(module)
    selection, problems = select(module, markers, model, data)
    if selection is None:
        # A cell that does not parse may well be the one that has the model.
        raise CompileError(in_order(found + (unparsed or problems)), source)
    found += problems
    words, problems = overrules(module, markers)
    found += problems
    partition = Partition(module, selection, markers, _bounds(draws), words)
    undefined = tuple(checks.undefined_names(module, selection, partition, markers, _broken(module, found)))
    found += _cells_left_out(unparsed, selection, undefined)
    indices = _indices(module, draws, found)
    return Analysis(module, markers, draws, selection, partition, found, undefined, indices)


def _bounds(draws: dict[Marker, DrawCall]) -> frozenset[str]:
    """The names that bounds and lists of options use."""
    return frozenset(
        use.name
        for draw in draws.values()
        for call in draw.walk()
        for expression in call.evaluated_at_load()
        for use in free_names(expression)
    )


def _broken(module: Module, found: list[Diagnostic]) -> list[Span]:
    """Where errors were found already; of a marker that has one, all of it."""
    broken = [d.span for d in found if d.span is not None and d.severity is Severity.ERROR]
    if not broken:
        return []
    shaped = [span for tree in module.trees for span in marker_spans(tree)]
    return broken + [whole for whole in shaped if any(span.inside(whole) for span in broken)]


def _cells_left_out(
    unparsed: list[Diagnostic], selection: Selection, undefined: tuple[checks.Undefined, ...]
) -> list[Diagnostic]:
    """Cells that do not parse: warnings, unless a name is missing that one of them may define."""
    if any(not checks.leaked(selection, name) for name in undefined):
        return unparsed
    return [
        replace(d, severity=Severity.WARNING, message=f"this cell is left out: {d.message}") for d in unparsed
    ]


def _indices(module: Module, draws: dict[Marker, DrawCall], found: list[Diagnostic]) -> dict[Marker, Indices]:
    """The index values of the subscripted markers; where they are not known, an error is added."""
    indices: dict[Marker, Indices] = {}
    trees = {tree.part: tree for tree in module.trees}
    for marker in draws:
        if marker.subscript is not None:
            values = index_values(module, trees[marker.span.part], marker)
            if isinstance(values, Diagnostic):
                found.append(values)
            else:
                indices[marker] = values
    return indices


def check(analysis: Analysis) -> list[Diagnostic]:
    """What needs the whole module to be seen: names, bounds, markers that nothing reaches."""
    module, selection, partition = analysis.module, analysis.selection, analysis.partition
    found = [
        *checks.check_reserved(module),
        *moved_imports(module),
        *_undefined(analysis),
        *checks.check_reached(module, selection, partition, analysis.markers),
    ]
    for statement, marker, draw in analysis.searched():
        found += checks.check_load_time(marker, draw, statement, partition)
    return found


def _undefined(analysis: Analysis) -> Iterator[Diagnostic]:
    """Errors for undefined names; a warning where Hyperas took a local variable of data instead."""
    data, model = analysis.selection.data, analysis.selection.model
    for undefined in analysis.undefined:
        if data is not None and model is not None and checks.leaked(analysis.selection, undefined):
            yield unreturned(model, data, [undefined.name], undefined.span)
        else:
            yield checks.check_undefined(analysis.module, analysis.partition, undefined)


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
        analysis.selection.model.span if analysis.selection.model is not None else None,
        "mark a value in the model: Dropout({{uniform(0, 0.5)}})",
    )
