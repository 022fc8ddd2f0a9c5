"""Analysis of a source before code is generated: statements, markers, placements."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypertemplate.compiler.checks import names as name_checks
from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.module import Module, build_module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import (
    Diagnostic,
    Severity,
    in_order,
    raise_errors,
    warning,
)
from hypertemplate.compiler.entry.join import given_places, join
from hypertemplate.compiler.entry.own_functions.own_parameters import OwnParameters
from hypertemplate.compiler.entry.selection import Selection
from hypertemplate.compiler.entry.trial_calls import add_calls
from hypertemplate.compiler.entry.unreached import not_run
from hypertemplate.compiler.live_module import Memory, makes
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.indices import index_values, item_of_a_number
from hypertemplate.compiler.markers.labels import assign_labels
from hypertemplate.compiler.markers.late_arguments import LateArguments, late_arguments, module_names
from hypertemplate.compiler.markers.marker import Marker, marker_places, marker_spans
from hypertemplate.compiler.module_markers import ModuleMarkers, has_markers, places_of, read_markers
from hypertemplate.compiler.placement.directives import check_setup, overrules
from hypertemplate.compiler.placement.partition import Partition, partition_of
from hypertemplate.compiler.program import Join, Placement
from hypertemplate.compiler.project.imported_code import imported_code
from hypertemplate.compiler.project.marked_modules import MarkedModules
from hypertemplate.compiler.project.own_module import OwnModule
from hypertemplate.compiler.project.own_state import OwnCode, OwnState
from hypertemplate.compiler.project.reached_markers import reached_markers
from hypertemplate.compiler.replaced_markers import ReplacedMarkers
from hypertemplate.compiler.syntax.listed_classes import LISTING
from hypertemplate.compiler.syntax.source import Source, Span
from hypertemplate.compiler.syntax.tree import Tree, parse
from hypertemplate.compiler.template_module import TemplateInFiles, TemplateInMemory
from hypertemplate.errors import CompileError

Indices = tuple[tuple[int, ...], ...]
_WORD = re.compile(r"\w+")
_STAR = re.compile(r"\bimport\s*\*")


@dataclass(frozen=True, eq=False)
class Analysis:
    """Results of the stages up to the partition.

    Attributes:
        module: statements of all parts.
        markers: markers in source order.
        draws: the call in each marker; markers with an error in their call are missing.
        selection: model and data function.
        partition: placement of each statement.
        found: diagnostics so far.
        undefined: names that no kept statement defines.
        indices: index values of each subscripted marker.
        not_run: markers that no trial can reach, with the reason.
        ends: whether the template ends with the file's own search.
        below: statements that follow the file's own search, which sees none of them.
        project: the user's own modules that the template imports.
        reached: markers in these that a trial reaches.
        joined: join of data and model.
        late: bounds and lists with local names.
        own_code: the user's own modules, those without markers too.
    """

    module: Module
    markers: tuple[Marker, ...]
    draws: dict[Marker, DrawCall]
    selection: Selection
    partition: Partition
    found: list[Diagnostic]
    undefined: tuple[name_checks.Undefined, ...]
    indices: dict[Marker, Indices]
    not_run: dict[Marker, str]
    ends: bool
    below: tuple[TopLevel, ...]
    project: MarkedModules
    reached: set[Marker]
    joined: Join
    late: LateArguments
    own_code: OwnCode

    @property
    def marked_below(self) -> bool:
        """True if a statement below the file's own search holds a marker."""
        return any(span.inside(s.span) for s in self.below for span in marker_spans(s.tree))

    @property
    def leaked(self) -> tuple[str, ...]:
        """Local variables of data that the model reads as if they were the module's."""
        return tuple(u.name for u in self.undefined if name_checks.leaked(self.selection, u))

    @property
    def live(self) -> tuple[str, ...]:
        """Names that the program takes from memory: it uses them before it binds them."""
        kept = self.partition.kept
        used = set().union(*(s.names.everywhere for s in kept))
        used |= {function.name for function in self.selection.functions}
        if self.selection.data_args is not None:
            used.add(self.selection.data_args.text)
        if any(s.names.dynamic or s.names.star for s in kept):
            used |= self.partition.in_memory
        made: set[str] = set()
        read: set[str] = set()
        for statement in kept:
            now = statement.names.immediately - statement.binds_first
            read |= set(reachable(now, self.module.deferred)) - made
            made |= statement.names.binds - statement.names.immediately if makes(statement) else set()
        return tuple(sorted(((used - made) | read) & self.partition.in_memory))

    def module_of(self, tree: Tree) -> Module:
        """Return the module of a part: the template, or one of the user's own."""
        return self.project.modules[tree.origin.module].module if tree.origin.is_module else self.module

    @functools.cached_property
    def marked(self) -> list[tuple[Tree, Marker, DrawCall]]:
        """Markers that become the search space, each with its text and its call, in source order."""
        return [(statement.tree, marker, draw) for statement, marker, draw in self.searched()]

    @functools.cached_property
    def labelled(self) -> tuple[dict[DrawCall, str], list[Diagnostic]]:
        """Labels of the calls in these, inner ones included; errors in labels."""
        return assign_labels(self.marked, self._parameter)

    def _parameter(self, tree: Tree, call: ast.Call, argument: ast.expr) -> str | None:
        module = self.module_of(tree)
        if module not in self._parameters:
            self._parameters[module] = OwnParameters(module, self.own_code)
        return self._parameters[module].name(tree, call, argument)

    @functools.cached_property
    def _parameters(self) -> dict[Module, OwnParameters]:
        return {}

    def searched(self) -> Iterator[tuple[TopLevel, Marker, DrawCall]]:
        """Yield the markers that become the search space: those that run, in source order."""
        for own in self.project.modules.values():
            for statement in own.module.statements:
                held = (marker for marker in own.held_by(statement) if marker in self.reached)
                yield from ((statement, marker, own.draws[marker]) for marker in held if marker in own.draws)
        waiting = iter(self.markers)
        marker = next(waiting, None)
        for statement in self.module.statements:
            kept = self.partition.placed(statement).placement is not Placement.LEFT_OUT
            while marker is not None and marker.span.inside(statement.span):
                if kept and marker in self.draws and marker not in self.not_run:
                    yield statement, marker, self.draws[marker]
                marker = next(waiting, None)


def analyse(
    source: Source,
    model: str | None,
    data: str | None,
    memory: Memory | None = None,
    replaced: ReplacedMarkers | None = None,
) -> Analysis:
    """Parse the source, find markers, choose the functions, place every statement.

    Args:
        source: the template.
        model: name of the model function; None if not given.
        data: name of the data function; None if not given.
        memory: values in memory; None for a template in files.
        replaced: markers that its text has values for; None for none.

    Raises:
        CompileError: a part does not parse, or there is no model function.
    """
    text = _read(source, model, data, memory, replaced)
    template, module, (markers, draws, _) = text.template, text.template.module, text.marked
    selection, found = _selected(text, source)
    selection = selection if replaced is None else replaced.completed(module, selection)
    if not template.ran:
        add_calls(module, selection)
    words, problems = overrules(module, markers)
    found += problems
    plain = {number: overrule.word for number, overrule in words.items()}
    plain |= dict.fromkeys(template.never_ran(found), "skip")
    is_viewed = memory is not None and memory.is_viewed
    joined, mismatches = join(selection, is_live=template.ran, is_viewed=is_viewed)
    late = _late(module, selection, joined, draws, text.project)
    partition = partition_of(module, selection, markers, _bounds(draws, late), plain, memory)
    found = [*template.concerning(found, partition), *mismatches, *check_setup(module, partition, words)]
    broken = _broken(module, found)
    undefined = tuple(name_checks.undefined_names(module, selection, partition, markers, broken))
    found += _cells_left_out(source, text.unparsed, selection, undefined)
    indices = _indices(module, draws, found, broken)
    for own in text.project.modules.values():
        indices |= _indices(own.module, own.draws, found, _broken(own.module, own.found))
    found += _below_search(module, template.below)
    return Analysis(
        module=module,
        markers=markers,
        draws=draws,
        selection=selection,
        partition=partition,
        found=found,
        undefined=undefined,
        indices=indices,
        not_run=not_run(module, selection, partition.kept, markers),
        ends=template.ends,
        below=template.below,
        project=text.project,
        reached=reached_markers(text.project, module, partition.kept),
        joined=joined,
        late=late,
        own_code=text.own,
    )


@dataclass(frozen=True, eq=False)
class _Text:
    """Source whose text has been read.

    Attributes:
        template: the template, in files or in memory.
        project: the user's own modules among its parts.
        marked: markers of the template.
        unparsed: errors in cells that do not parse, which the template may not need.
        own: the user's own modules, those without markers too.
    """

    template: TemplateInFiles | TemplateInMemory
    project: MarkedModules
    marked: ModuleMarkers
    unparsed: list[Diagnostic]
    own: OwnCode


def _read(
    source: Source,
    model: str | None,
    data: str | None,
    memory: Memory | None,
    replaced: ReplacedMarkers | None,
) -> _Text:
    """Parse a source, and find its markers; a file that does not parse is an error."""
    trees, unparsed = parse(source)
    of_template = tuple(tree for tree in trees if not tree.origin.is_module)
    in_files = any(source.parts[d.span.part].kind == "file" for d in unparsed if d.span is not None)
    if in_files or not of_template:
        raise_errors(unparsed, source)
    modules = [build_module((tree,)) for tree in trees if tree.origin.is_module]

    def marked(module: Module) -> ModuleMarkers:
        found = read_markers(module)
        return found if replaced is None else replaced.added(found, module.trees)

    lists_classes = any(LISTING in tree.text for tree in trees)
    own_modules = (OwnModule(module, *marked(module)) for module in modules)
    project = MarkedModules(own_modules, lists_classes=lists_classes)
    whole = build_module(of_template)
    template: TemplateInFiles | TemplateInMemory
    if memory is None:
        template = TemplateInFiles(whole, model, data)
    else:
        template = TemplateInMemory(whole, model, data, memory)
    project.mark(template.module)
    parsed = {name: own.module for name, own in project.modules.items()}
    own = OwnCode(source.beside, parsed)
    state = OwnState(own)
    state.mark(template.module, template.own)
    template.module.imported_code.update(imported_code(template.module, own, state))
    return _Text(template, project, marked(template.module), unparsed, own)


def _selected(text: _Text, source: Source) -> tuple[Selection, list[Diagnostic]]:
    """Return the model and the data function, and all findings so far; raise if there is no model."""
    of_project = (problem for own in text.project.modules.values() for problem in own.found)
    found = [*text.template.found, *text.marked.found, *of_project]
    marked = has_markers((*text.marked.markers, *text.project.markers), found)
    selection, problems = text.template.selection(
        places_of(text.marked), is_searched=marked or bool(text.unparsed)
    )
    if selection is None:
        # A cell that does not parse may be the one that has the model.
        raise CompileError(in_order(found + (text.unparsed or problems)), source)
    return selection, found + problems


def _late(
    module: Module,
    selection: Selection,
    joined: Join,
    draws: dict[Marker, DrawCall],
    project: MarkedModules,
) -> LateArguments:
    """Return the bounds and lists with local names."""
    model = selection.model
    given = given_places(joined, model) if model is not None else ()
    found = late_arguments(module, draws, model.node if model is not None else None, given)
    for own in project.modules.values():
        found |= late_arguments(own.module, own.draws, None, ())
    return found


def _below_search(module: Module, below: tuple[TopLevel, ...]) -> Iterator[Diagnostic]:
    """Yield warnings about markers below the file's own search."""
    for statement in below:
        for span in marker_spans(statement.tree):
            if span.inside(statement.span):
                place = module.statements[-1].place
                text = f"this marker is not searched: it comes after the search on {place}"
                yield warning(Code.UNREACHED_MARKER, text, span, "remove it, or move it above the search")


def _bounds(draws: dict[Marker, DrawCall], late: LateArguments) -> frozenset[str]:
    """Return the names of the module that bounds and lists of options use."""
    return frozenset[str]().union(
        *(
            module_names(late.value(expression))
            for draw in draws.values()
            for call in draw.walk()
            for expression in call.evaluated_at_load()
        )
    )


def _broken(module: Module, found: list[Diagnostic]) -> list[Span]:
    """Return the places of the errors so far; for a marker with an error, the whole marker."""
    broken = [d.span for d in found if d.span is not None and d.severity is Severity.ERROR]
    if not broken:
        return []
    shaped = [places for tree in module.trees for places in marker_places(tree)]
    return broken + [
        whole for places in shaped if any(b.inside(one) for b in broken for one in places) for whole in places
    ]


def _cells_left_out(
    source: Source,
    unparsed: list[Diagnostic],
    selection: Selection,
    undefined: tuple[name_checks.Undefined, ...],
) -> list[Diagnostic]:
    """Yield cells that do not parse: as warnings, except those that may define a missing name."""
    missing = [u.name for u in undefined if not name_checks.leaked(selection, u)]
    found: list[Diagnostic] = []
    for d in unparsed:
        text = source.parts[d.span.part].text if d.span is not None else ""
        words = set(_WORD.findall(text))
        if not (words & set(missing) or (missing and _STAR.search(text))):
            left = f"{d.message}; nothing needs this cell, so it is left out"
            d = replace(d, severity=Severity.WARNING, message=left)
        found.append(d)
    return found


def _indices(
    module: Module, draws: dict[Marker, DrawCall], found: list[Diagnostic], broken: list[Span]
) -> dict[Marker, Indices]:
    """Return the index values of the subscripted markers; add an error for each that is unknown."""
    indices: dict[Marker, Indices] = {}
    trees = {tree.part: tree for tree in module.trees}
    for marker, draw in draws.items():
        tree = trees[marker.span.part]
        values: tuple[tuple[int, ...], ...] | Diagnostic | None
        if marker.subscript is None:
            values = item_of_a_number(tree, marker, draw)
        else:
            values = index_values(module, tree, marker, broken)
        if isinstance(values, Diagnostic):
            found.append(values)
        elif values is not None:
            indices[marker] = values
    return indices
