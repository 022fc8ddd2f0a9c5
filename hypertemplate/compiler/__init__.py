"""Compiler from source to program: pure functions over frozen data, one stage after another.

`compile_source` shows the stages on one screen. Nothing here uses a file, a clock, the environment or a
process, and no user code runs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypertemplate.compiler.analysis import Analysis, analyse, check, no_markers
from hypertemplate.compiler.checks.loss_scales import loss_numbers, scales
from hypertemplate.compiler.checks.shared_outputs import outputs, overwritten
from hypertemplate.compiler.dataflow.module import build_module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Severity, error, in_order, raise_errors
from hypertemplate.compiler.emit.assembly import check_parts, program_parts, template_text
from hypertemplate.compiler.emit.fingerprint import digest
from hypertemplate.compiler.emit.program_text import render_program as render_program
from hypertemplate.compiler.entry.join import given_places
from hypertemplate.compiler.entry.marked_options import marked_options
from hypertemplate.compiler.entry.minimize_calls import minimize_calls
from hypertemplate.compiler.entry.returned_numbers import returned_numbers
from hypertemplate.compiler.entry.selection import functions_elsewhere, usual_model
from hypertemplate.compiler.last_call import ending
from hypertemplate.compiler.live_module import Memory as Memory
from hypertemplate.compiler.markers.labels import assign_labels
from hypertemplate.compiler.markers.parameters import parameters_of
from hypertemplate.compiler.markers.search_space import SearchSpace
from hypertemplate.compiler.objective_warnings import returns_nothing
from hypertemplate.compiler.program import Placement, Program
from hypertemplate.compiler.reached_names import reached_names
from hypertemplate.compiler.remarks import remarks_on
from hypertemplate.compiler.script_results import (
    constants,
    counters,
    last_value,
    may_report,
    numbers,
    results,
)
from hypertemplate.compiler.set_attributes import set_attributes
from hypertemplate.compiler.syntax.source import Source, Span
from hypertemplate.compiler.syntax.tree import parse
from hypertemplate.errors import CompileError


@dataclass(frozen=True, slots=True)
class Explained:
    """Placement of one top-level statement, and its reason."""

    span: Span
    placement: Placement
    reason: str


def compile_source(
    source: Source, *, model: str | None = None, data: str | None = None, memory: Memory | None = None
) -> Program:
    """Compile a template.

    Args:
        source: source from a frontend.
        model: name of the model function; by default the one in the file's ``minimize`` call, else ``model``
            or ``create_model``.
        data: name of the data function; likewise, else ``data`` if there is one.
        memory: values in memory, if the template is the source of live functions; `model` and `data` then
            name these, and without a model the source is a script.

    Raises:
        CompileError: the template has errors; each stage reports all that it finds before the next begins.
        InternalError: the program of a template that parses does not parse, which is a bug.
    """
    try:
        return _compile(source, model, data, memory)
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
    remarks = remarks_on(analysis.module, analysis.selection, analysis.partition)
    placed = ((s, analysis.partition.placed(s)) for s in above)
    follows = f"it follows the search on {above[-1].place}" if below else ""
    return (
        *(
            Explained(s.span, p.placement, "; ".join([p.reason, *remarks.get(s.number, ())]))
            for s, p in placed
        ),
        *(Explained(s.span, Placement.LEFT_OUT, follows) for s in below),
    )


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


def _given(analysis: Analysis) -> tuple[tuple[str, int | str], ...]:
    """Return the parameters of the model that bounds and lists read, each with its place in the arguments."""
    model, read = analysis.selection.model, analysis.late.given
    if model is None:
        return ()
    return tuple(pair for pair in given_places(analysis.joined, model).items() if pair[0] in read)


def _compile(source: Source, model: str | None, data: str | None, memory: Memory | None) -> Program:
    analysis = analyse(source, model, data, memory)
    found = analysis.found + check(analysis)
    function = analysis.selection.data
    if memory is not None and function is not None and (analysis.joined.locals or analysis.leaked):
        # Its local variables are captured where it returns, which requires its source.
        own = memory.source | {function.name}
        if own != memory.source:
            return _compile(source, model, data, replace(memory, source=own))
    searched = [(s.tree, marker, draw) for s, marker, draw in analysis.searched()]
    labels, clashes = assign_labels(searched)
    found += clashes
    written = sorted(outputs(analysis.module, analysis.partition, source.path), key=lambda one: one.span)
    found += (overwritten(output) for output in written if not output.relative)
    if not searched:
        found = no_markers(analysis, found, source)
    raise_errors(found, source)
    indices, late = analysis.indices, analysis.late
    space = SearchSpace(
        tuple(
            parameter
            for tree, marker, draw in searched
            for parameter in parameters_of(tree, draw, labels, marker.span, indices.get(marker), late)
        )
    )
    selection = analysis.selection
    last = ending(analysis.module, analysis.partition) if selection.model is None else None
    parts = program_parts(source, analysis, labels, analysis.joined, last[1] if last is not None else None)
    check_parts(parts)
    project = analysis.project
    marked = (s for own in project.modules.values() if own.markers for s in own.module.statements)
    texts = (template_text(statement) for statement in (*marked, *analysis.partition.kept))
    return Program(
        source=replace(source, beside=()),
        parts=parts,
        space=space,
        model=selection.model.name if selection.model is not None else None,
        data=selection.data.name if selection.data is not None else None,
        data_per_trial=analysis.partition.data_per_trial,
        changed_data=analysis.partition.changed_data,
        keeps_data=bool(analysis.partition.for_data),
        join=analysis.joined,
        given=_given(analysis),
        digest=digest(texts, (function.name for function in selection.functions)),
        data_args=selection.data_args,
        leaked=analysis.leaked,
        live=analysis.live,
        reads_space=analysis.partition.reads_space,
        warnings=in_order([d for d in found if d.severity is Severity.WARNING]),
        hints=selection.hints,
        writes=tuple(dict.fromkeys(output.path for output in written if not output.relative)),
        reached=reached_names(analysis.module, analysis.partition, analysis.live),
        set_attributes=set_attributes(analysis.module, analysis.partition.kept),
        seeds=tuple(sorted(analysis.partition.seeds)),
        results=results(analysis.module, analysis.partition) if selection.model is None else None,
        numbers=numbers(analysis.module, analysis.partition) if selection.model is None else (),
        counters=counters(analysis.module) if selection.model is None else (),
        last_value=last_value(analysis.module) if selection.model is None else "",
        may_report=bool(project.modules) or may_report(analysis.partition.kept, memory),
        last_call=last[0] if last is not None else None,
        scales=scales(
            analysis.module, selection, [m for tree, m, _ in searched if not tree.origin.is_module]
        ),
        returns_nothing=returns_nothing(selection.model),
        data_shares=analysis.partition.data_shares,
        returned=returned_numbers(selection.model),
        loss_numbers=loss_numbers(analysis.module, selection),
        constants=constants(analysis.module, analysis.partition) if selection.model is None else (),
        anew=tuple(project.anew),
        marked=tuple(project.modules),
        marked_options=marked_options(searched, space.parameters),
        is_live=memory is not None,
    )
