"""Edits that put the values of one trial into a template: as defaults, or in place of the markers."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from hypertemplate.compiler.analysis import Analysis, Indices
from hypertemplate.compiler.dataflow.module import Module, build_module
from hypertemplate.compiler.dataflow.top_level import place
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error, in_order
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.entry.minimize_calls import minimize_calls
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.drawn_values import python_values
from hypertemplate.compiler.markers.parameters import indexed, parameters_of
from hypertemplate.compiler.markers.resolve import default_draw, resolve_literal
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.compiler.module_markers import read_markers
from hypertemplate.compiler.syntax.literals import number
from hypertemplate.compiler.syntax.nodes import FUNCTIONS
from hypertemplate.compiler.syntax.source import Source, Span
from hypertemplate.compiler.syntax.tree import Tree, parse
from hypertemplate.compiler.tuned_source.drawn_expressions import DrawnExpressions, Index
from hypertemplate.compiler.tuned_source.driving_calls import DrivingCalls
from hypertemplate.compiler.tuned_source.idle_imports import idle_imports
from hypertemplate.compiler.tuned_source.model_call import model_call
from hypertemplate.compiler.tuned_source.removed_code import comment_removal
from hypertemplate.compiler.tuned_source.search_results import SearchResults, returns_model
from hypertemplate.compiler.tuned_source.tuned_values import TunedValues
from hypertemplate.compiler.tuned_source.unreplaceable_reads import unreplaceable_reads
from hypertemplate.compiler.tuned_source.written_defaults import (
    UnwritableError,
    WrittenDefaults,
    in_one_line,
)
from hypertemplate.errors import CompileError

MOST_INDICES = 8
"""Most values of a marker with an index that a note names."""


@dataclass(frozen=True, slots=True)
class TunedEdits:
    """Edits that put the values of a trial into a template.

    Attributes:
        edits: the edits, in source order.
        notes: what else a person should know, a line each.
        marked: places of the markers that were replaced, and the texts in their places.
        unwritten: labels of the markers that the trial read, and whose defaults cannot say what.
    """

    edits: tuple[Edit, ...]
    notes: tuple[str, ...] = ()
    marked: tuple[Edit, ...] = ()
    unwritten: tuple[str, ...] = ()


def default_edits(analysis: Analysis, values: TunedValues) -> TunedEdits:
    """Return the edits that make the values of a trial the defaults of the markers.

    Markers, and distributions in options, that the trial did not read stay as they are.
    """
    labelled = _Labelled(analysis, values)
    edits: list[Edit] = []
    notes: list[str] = []
    unwritten: list[str] = []
    for statement, marker, draw in analysis.searched():
        tree, indices = statement.tree, analysis.indices.get(marker)
        try:
            read = _read(tree, draw, indices, labelled)
            expressions = DrawnExpressions(
                analysis.module_of(tree), tree, partial(_read_or_default, labelled, tree, read)
            )
            written = WrittenDefaults(expressions, read)
            if marker.comment is None:
                edits += written.in_braces(draw)
            else:
                edits += written.before_comment(marker, draw, labelled.dimension(tree, draw, indices))
        except UnwritableError as problem:
            label = labelled.label(tree, draw)
            where = place(tree, marker.node)
            left = f"{where}: the default of {label} is left unchanged"
            notes.append(f"{left}, so the written defaults do not reproduce the trial: {problem}")
            unwritten.append(label)
    return TunedEdits(_in_order(edits), tuple(notes), unwritten=tuple(unwritten))


def values_in_place(analysis: Analysis, values: TunedValues) -> TunedEdits:
    """Return the edits that put the values of a trial in place of the markers that it had.

    All else stays: of code in memory, which has run, that is all that can be told.
    """
    project = (own.module for own in analysis.project.modules.values())
    marked, _ = _in_place(analysis, values, [analysis.module, *project], searched=True)
    comments = {
        marker.comment: comment_removal(statement.tree, marker.comment)
        for statement, marker, _ in analysis.searched()
        if marker.comment is not None
    }
    return TunedEdits(_in_order([*marked, *comments.values()]))


def plain_edits(source: Source, analysis: Analysis, values: TunedValues, loss: float | None) -> TunedEdits:
    """Return the edits that leave ordinary code with the values of a trial.

    Args:
        source: the template.
        analysis: what is known of it.
        values: values of the trial.
        loss: loss of the trial; None if it is unknown.

    Raises:
        CompileError: code of the template has no meaning without a search.
    """
    trees, found = parse(source)
    whole = build_module(tuple(tree for tree in trees if not tree.origin.is_module))
    modules = [whole, *(own.module for own in analysis.project.modules.values())]
    found += unreplaceable_reads(analysis)
    marked, problems = _in_place(analysis, values, modules)
    driving = _run_once(analysis, values, loss, whole)
    found += [*problems, *driving.found]
    if found:
        raise CompileError(in_order(found), source)
    edits = [*marked, *driving.edits, *(edit for module in modules for edit in _without_comments(module))]
    edits += [edit for module in modules for edit in idle_imports(module.trees, edits)]
    outer = [one for one in edits if not _is_inside_other(one, edits)]
    return TunedEdits(_in_order(outer), tuple(driving.notes), _in_order(marked))


def _in_order(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    return tuple(sorted(edits, key=lambda edit: edit.span))


def _read_or_default(
    labelled: _Labelled,
    tree: Tree,
    read: Mapping[DrawCall, float | None],
    draw: DrawCall,
    index: Index | None,
) -> float:
    found = read[draw]
    return labelled.value(tree, draw, index) if found is None else found


def _read(
    tree: Tree, draw: DrawCall, indices: Indices | None, labelled: _Labelled
) -> Mapping[DrawCall, float | None]:
    """Return what the trial read of a marker's calls.

    Raises:
        UnwritableError: it read several values, one for each index.
    """
    if indices is None:
        return {one: labelled.read(tree, one, None) for one in draw.walk()}
    found = [{one: labelled.read(tree, one, index) for one in draw.walk()} for index in indices]
    read = [one for one in found if any(value is not None for value in one.values())]
    if any(one != read[0] for one in read):
        each = _each_text(
            tree, draw, [i for i, one in zip(indices, found, strict=True) if one in read], labelled
        )
        raise UnwritableError(f"it drew {each}, and a marker has only one default; --plain writes each value")
    return (read or found)[0]


def _each_text(tree: Tree, draw: DrawCall, indices: Sequence[Index], labelled: _Labelled) -> str:
    """Write what the trial read for some indices: ``units[0]=64, units[1]=32``."""
    label = labelled.label(tree, draw)
    expressions = DrawnExpressions(labelled.analysis.module_of(tree), tree, partial(labelled.value, tree))
    texts = [
        f"{indexed(label, one)}={in_one_line(expressions.text(draw, one))}" for one in indices[:MOST_INDICES]
    ]
    more = len(indices) - len(texts)
    return ", ".join(texts) + (f" and {more} more" if more else "")


@dataclass(eq=False)
class _Labelled:
    """Values of a trial, by the calls of distributions in the text.

    Args:
        analysis: what is known of the template.
        values: values of the trial.
    """

    analysis: Analysis
    values: TunedValues
    _labels: dict[Span, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Label every call that is searched."""
        labels, _ = self.analysis.labelled
        for tree, _, outer in self.analysis.marked:
            self._labels.update({tree.span(one.call): labels[one] for one in outer.walk()})

    def label(self, tree: Tree, draw: DrawCall) -> str:
        """Return the label of a call; empty for one that is not searched."""
        return self._labels.get(tree.span(draw.call), "")

    def read(self, tree: Tree, draw: DrawCall, index: Index | None) -> float | None:
        """Return what the trial read of a call; None for nothing."""
        label = self.label(tree, draw)
        return self.values.read(label if index is None else indexed(label, index)) if label else None

    def dimension(self, tree: Tree, draw: DrawCall, indices: Indices | None) -> Dimension:
        """Return the dimension of a searched call, whatever its index."""
        label = self.label(tree, draw)
        return self.values.dimensions[label if indices is None else indexed(label, indices[0])]

    def value(self, tree: Tree, draw: DrawCall, index: Index | None) -> float:
        """Return what the trial read of a call, else its default; not of one that `is_unknown`."""
        found = self.read(tree, draw, index)
        if found is None:
            found = self._default(tree, draw, index)
        assert found is not None
        return found

    def is_unknown(self, tree: Tree, draw: DrawCall) -> bool:
        """Tell whether a call that is not searched has a default that only a run knows."""
        return not self.label(tree, draw) and any(
            self._default(tree, one, None) is None for one in draw.walk()
        )

    def _default(self, tree: Tree, draw: DrawCall, index: Index | None) -> float | None:
        if draw.options is not None:
            return draw.default_option or 0
        label = self.label(tree, draw)
        dimension = self.values.dimensions.get(label if index is None else indexed(label, index))
        if dimension is None:
            labels = {one: one.distribution for one in draw.walk()}
            dimension = resolve_literal(next(parameters_of(tree, draw, labels, tree.span(draw.call), None)))
        written = number(draw.default) if draw.default is not None else None
        if dimension is not None:
            drawn = default_draw(dimension)
            return type(drawn)(written) if written is not None and draw.listing is None else drawn
        return 0 if draw.listing is not None and draw.default is None else None


def _in_place(
    analysis: Analysis, values: TunedValues, modules: Sequence[Module], *, searched: bool = False
) -> tuple[list[Edit], list[Diagnostic]]:
    """Return the edits that replace markers by what the trial drew, else their defaults; and errors."""
    labelled = _Labelled(analysis, values)
    indices = {marker.span: found for marker, found in analysis.indices.items()}
    edits: list[Edit] = []
    found: list[Diagnostic] = []
    for module in modules:
        for marker, draw in read_markers(module).draws.items():
            tree = next(one for one in module.trees if one.part == marker.span.part)
            if tree.origin.is_search or (searched and not labelled.label(tree, draw)):
                continue  # a search of its own, or of another function
            places = indices.get(marker.span)
            read = [labelled.read(tree, draw, one) for one in places or (None,)]
            if marker.comment is not None and all(one is None or _stands(draw, one) for one in read):
                edits.append(Edit(marker.span, tree.text[marker.span.start : marker.span.end]))
                continue
            if labelled.is_unknown(tree, draw):
                text = "no trial reaches this marker, and its range is known only when it runs"
                found.append(error(Code.NOT_PLAIN, text, marker.span, "write a number in its place"))
                continue
            expressions = DrawnExpressions(module, tree, partial(labelled.value, tree))
            edits.append(expressions.replacement(marker, draw, places))
    return edits, found


def _stands(draw: DrawCall, value: float) -> bool:
    """Tell whether the value before a comment is what the trial read, of the same type."""
    if draw.options is not None:
        return draw.default_option == int(value)
    written = number(draw.default) if draw.default is not None and draw.listing is None else None
    return written == value and type(written) is type(value)


def _without_comments(module: Module) -> Iterator[Edit]:
    """Yield the edits that remove comments which mark values."""
    for tree in module.trees:
        for comment in dict.fromkeys(tree.comments.places.values()) if not tree.origin.is_search else ():
            yield comment_removal(tree, comment)


def _run_once(analysis: Analysis, values: TunedValues, loss: float | None, whole: Module) -> DrivingCalls:
    """Return the calls that drive a search, replaced by one run of the model."""
    selection, joined = analysis.selection, analysis.joined
    drawn = python_values(tuple(values.dimensions.values()), values.params)
    if selection.model is None:
        return DrivingCalls(whole, "", (), "", SearchResults(drawn, loss, ""))
    result, lines = model_call(selection, joined, _names_around_searches(whole))
    model = f"{result}['model']" if returns_model(selection.model.node) else ""
    calls = DrivingCalls(whole, selection.model.name, lines, result, SearchResults(drawn, loss, model))
    calls.replace()
    if calls.edits:
        calls.found += _unreturned(analysis)
    return calls


def _unreturned(analysis: Analysis) -> Iterator[Diagnostic]:
    """Yield an error for local variables of data that the model reads, which ordinary code cannot."""
    model, data = analysis.selection.model, analysis.selection.data
    names = dict.fromkeys((*analysis.joined.locals, *analysis.leaked))
    if names and model is not None and data is not None:
        listed = ", ".join(names)
        text = f"{model.name}() reads {listed} of {data.name}(), which does not return it"
        yield error(Code.NOT_PLAIN, text, model.span, f"return {listed} from {data.name}()")


def _names_around_searches(module: Module) -> set[str]:
    """Return the names of a module, and those of functions that drive searches."""
    found = {*module.binders, *module.users}
    for call in minimize_calls(module):
        tree = next(tree for tree in module.trees if call.node in tree.parents)
        around = (parent for _, parent in tree.ancestors(call.node) if isinstance(parent, FUNCTIONS))
        found |= {node.id for one in around for node in ast.walk(one) if isinstance(node, ast.Name)}
    return found


def _is_inside_other(edit: Edit, edits: Sequence[Edit]) -> bool:
    """Tell whether an edit is of text that another one removes."""
    return any(
        other is not edit and edit.span.inside(other.span) and edit.span != other.span for other in edits
    )
