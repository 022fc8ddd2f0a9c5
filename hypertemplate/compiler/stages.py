"""Compiler from source to program: pure functions over frozen data, one stage after another.

`compile_source` shows the stages on one screen. Nothing here uses a file, a clock, the environment or a
process, and no user code runs.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypertemplate.compiler.analysis import Analysis, analyse
from hypertemplate.compiler.checks.loss_scales import loss_numbers, scales
from hypertemplate.compiler.checks.shared_outputs import Output, outputs, overwritten
from hypertemplate.compiler.dataflow.module import Function, build_module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import (
    Diagnostic,
    Severity,
    error,
    in_order,
    raise_errors,
)
from hypertemplate.compiler.emit.assembly import check_parts, program_parts, template_text
from hypertemplate.compiler.emit.fingerprint import digest
from hypertemplate.compiler.emit.rewrite import Edit
from hypertemplate.compiler.entry.join import given_places
from hypertemplate.compiler.entry.marked_options import marked_options
from hypertemplate.compiler.entry.minimize_calls import minimize_calls
from hypertemplate.compiler.entry.returned_numbers import returned_numbers
from hypertemplate.compiler.entry.selection import functions_elsewhere, usual_model
from hypertemplate.compiler.findings import check, no_markers
from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.marked_defaults import in_braces
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.markers.parameters import parameters_of
from hypertemplate.compiler.markers.search_space import SearchSpace
from hypertemplate.compiler.objective_warnings import no_loss
from hypertemplate.compiler.placement.data_reuse import data_reuse
from hypertemplate.compiler.placement.remarks import remarks_on
from hypertemplate.compiler.program import LastCall, Placement, Program, ProgramPart, Script
from hypertemplate.compiler.project.dependent_modules import dependent_modules
from hypertemplate.compiler.reached_names import reached_names
from hypertemplate.compiler.replaced_markers import ReplacedMarkers
from hypertemplate.compiler.script.last_call import ending
from hypertemplate.compiler.script.script_results import may_report, script_facts
from hypertemplate.compiler.set_attributes import set_attributes
from hypertemplate.compiler.syntax.source import Part, Source, Span
from hypertemplate.compiler.syntax.tree import Tree, parse
from hypertemplate.errors import CompileError


@dataclass(frozen=True, slots=True)
class Explained:
    """Placement of one top-level statement, and its reason."""

    span: Span
    placement: Placement
    reason: str


def compile_source(
    source: Source,
    *,
    model: str | None = None,
    data: str | None = None,
    memory: Memory | None = None,
    replaced: ReplacedMarkers | None = None,
) -> Program:
    """Compile a template.

    Args:
        source: source from a frontend.
        model: name of the model function; by default the one in the file's ``minimize`` call, else ``model``
            or ``create_model``.
        data: name of the data function; likewise, else ``data`` if there is one.
        memory: values in memory, if the template is the source of live functions; `model` and `data` then
            name these, and without a model the source is a script.
        replaced: markers that the text has values for: it then need not have any.

    Raises:
        CompileError: the template has errors; each stage reports all that it finds before the next begins.
        InternalError: the program of a template that parses does not parse, which is a bug.
    """
    try:
        return _compile(source, model, data, memory, replaced)
    except RecursionError:
        raise _too_deep(source) from None


def explain(source: Source, *, model: str | None = None, data: str | None = None) -> tuple[Explained, ...]:
    """Explain when each top-level statement runs, and why; arguments as in `compile_source`.

    Raises:
        CompileError: a part does not parse, or there is no model function.
    """
    try:
        analysis = analyse(source, model, data)
    except RecursionError:
        raise _too_deep(source) from None
    above, below = analysis.module.statements, analysis.below
    remarks = remarks_on(analysis.module, analysis.selection, analysis.partition, _own_packages(source))
    placed = ((s, analysis.partition.placed(s)) for s in above)
    follows = f"it comes after the search on {above[-1].place}" if below else ""
    return (
        *(
            Explained(s.span, p.placement, "; ".join([p.reason, *remarks.get(s.number, ())]))
            for s, p in placed
        ),
        *(Explained(s.span, Placement.LEFT_OUT, follows) for s in below),
    )


def _own_packages(source: Source) -> set[str]:
    """Return the packages of the user's own whose text is known."""
    return {part.module.partition(".")[0] for part in source.beside if part.module}


def imported_modules(source: Source, *, model: str | None = None, data: str | None = None) -> set[str]:
    """Return the modules that a template imports its model, data or ``functions=[...]`` from.

    A frontend that finds such a file, ``network`` for example, reads it as a part; arguments as in
    `compile_source`. Parts that do not parse import nothing.
    """
    trees, problems = parse(source)
    return set() if problems else functions_elsewhere(build_module(trees), model, data)


def is_script(source: Source, *, model: str | None = None) -> bool:
    """Return True if no function of a template is its objective; arguments as in `compile_source`."""
    trees, problems = parse(source)
    module = build_module(trees)
    named = model is not None or minimize_calls(module)
    return not problems and not named and usual_model(module.as_main()) is None


def _too_deep(source: Source) -> CompileError:
    """Return the error for a text that parses but is nested too deep for walking its tree."""
    return CompileError((error(Code.TOO_DEEP, "the code is nested too deep"),), source)


def _compile(
    source: Source,
    model: str | None,
    data: str | None,
    memory: Memory | None,
    replaced: ReplacedMarkers | None = None,
) -> Program:
    analysis = analyse(source, model, data, memory, replaced)
    if memory is not None and (own := _from_source(analysis, memory)) != memory.source:
        return _compile(source, model, data, replace(memory, source=own), replaced)
    searched, (labels, clashes) = analysis.marked, analysis.labelled
    written = sorted(outputs(analysis.module, analysis.partition, source.path), key=lambda one: one.span)
    shared = [output for output in written if not output.relative]
    found = [*analysis.found, *check(analysis, source), *clashes, *map(overwritten, shared)]
    if not searched and replaced is None:
        found = no_markers(analysis, found, source)
    raise_errors(found, source)
    warnings = in_order([d for d in found if d.severity is Severity.WARNING])
    return _Template(source, analysis, memory, searched, labels, shared, warnings).program()


def _from_source(analysis: Analysis, memory: Memory) -> frozenset[str]:
    """Return the names whose definitions come from source, those of functions with captured variables too."""
    data = analysis.selection.data
    if data is None or not (analysis.joined.locals or analysis.leaked):
        return memory.source
    # Its local variables are captured where it returns.
    return memory.source | {data.name}


@dataclass(frozen=True, eq=False)
class _Template:
    """Template without errors, of which a program is made.

    Attributes:
        source: its source.
        analysis: what is known of it.
        memory: values in memory, or None.
        searched: markers that become the search space, each with its text and its call.
        labels: label of each call.
        shared: files that every trial writes.
        warnings: findings about it.
    """

    source: Source
    analysis: Analysis
    memory: Memory | None
    searched: list[tuple[Tree, Marker, DrawCall]]
    labels: dict[DrawCall, str]
    shared: list[Output]
    warnings: tuple[Diagnostic, ...]

    def program(self) -> Program:
        """Return its program."""
        analysis = self.analysis
        module, selection, partition = analysis.module, analysis.selection, analysis.partition
        space = self._space()
        # Where the imported modules lie is known to a worker, which finds the others, but not their texts.
        beside = tuple(replace(part, text="", original="") for part in self.source.beside)
        return Program(
            source=replace(self.source, beside=beside, cell_files=()),
            parts=self._parts(),
            space=space,
            model=selection.model.name if selection.model is not None else None,
            data=selection.data.name if selection.data is not None else None,
            data_per_trial=partition.data_per_trial,
            changed_data=partition.changed_data,
            keeps_data=bool(partition.for_data),
            data_shares=partition.data_shares,
            data_args=selection.data_args,
            join=analysis.joined,
            given=self._given(),
            digest=self._digest(),
            leaked=analysis.leaked,
            live=analysis.live,
            reads_space=partition.reads_space,
            warnings=self.warnings,
            hints=selection.hints,
            writes=tuple(dict.fromkeys(output.path for output in self.shared)),
            reached=reached_names(module, partition, analysis.live),
            set_attributes=set_attributes(module, partition.kept),
            dependent=dependent_modules(module, partition, self._own_parts()),
            seeds=tuple(sorted(partition.seeds)),
            script=self._script(),
            may_report=bool(analysis.project.modules) or may_report(partition.kept, self.memory),
            scales=scales(module, selection, [m for t, m, _ in self.searched if not t.origin.is_module]),
            no_loss=no_loss(module, selection.model, self._own_parts()),
            returned=returned_numbers(selection.model),
            loss_numbers=loss_numbers(module, selection),
            anew=tuple(analysis.project.anew),
            marked=tuple(analysis.project.modules),
            marked_options=marked_options(self.searched, space.parameters),
            is_live=self.memory is not None,
            reuse=data_reuse(module, selection, partition, _own_packages(self.source)),
        )

    def _own_parts(self) -> Iterator[Part]:
        yield from self.source.beside
        yield from (part for part in self.source.parts if part.is_module)

    @functools.cached_property
    def _last(self) -> tuple[LastCall, tuple[Function, ...]] | None:
        """Call with which it ends, and its functions; None where there is a model function."""
        if self.analysis.selection.model is not None:
            return None
        return ending(self.analysis.module, self.analysis.partition)

    def _script(self) -> Script:
        if self.analysis.selection.model is not None:
            return Script()
        last_call = self._last[0] if self._last is not None else None
        return script_facts(self.analysis.module, self.analysis.partition, last_call)

    def _parts(self) -> tuple[ProgramPart, ...]:
        last = self._last[1] if self._last is not None else ()
        parts = program_parts(self.source, self.analysis, self.labels, self.analysis.joined, last)
        check_parts(parts)
        return parts

    def _space(self) -> SearchSpace:
        labels, indices, late = self.labels, self.analysis.indices, self.analysis.late
        return SearchSpace(
            tuple(
                parameter
                for tree, marker, draw in self.searched
                for parameter in parameters_of(tree, draw, labels, marker.span, indices.get(marker), late)
            )
        )

    def _given(self) -> tuple[tuple[str, int | str], ...]:
        """Return the parameters of the model that bounds and lists read, each with its place."""
        model, read = self.analysis.selection.model, self.analysis.late.given
        if model is None:
            return ()
        places = given_places(self.analysis.joined, model)
        return tuple((name, place) for name, place in places.items() if name in read)

    def _as_braces(self) -> list[Edit]:
        """Return the edits that write all markers in braces, without their defaults."""
        trees = {tree.part: tree for tree in self.analysis.module.trees}
        found = [(trees[marker.span.part], marker, draw) for marker, draw in self.analysis.draws.items()]
        for own in self.analysis.project.modules.values():
            found += [(own.tree, marker, draw) for marker, draw in own.draws.items()]
        return sorted((edit.span, edit.text) for one in found for edit in in_braces(*one))

    def _digest(self) -> str:
        """Return the digest of the text that runs, less defaults, with that of modules that hold markers.

        A marker in a comment counts as in braces, so that the spelling, and the value there, do not matter.
        """
        own = (one for one in self.analysis.project.modules.values() if one.markers)
        marked = (statement for one in own for statement in one.module.statements)
        written = self._as_braces()
        kept = (*marked, *self.analysis.partition.kept)
        texts = (template_text(s, [edit for edit in written if edit[0].inside(s.span)]) for s in kept)
        return digest(texts, (function.name for function in self.analysis.selection.functions))
