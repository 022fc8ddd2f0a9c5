"""Findings on a whole template, for which every statement has to have its place."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from hypertemplate.compiler.analysis import Analysis
from hypertemplate.compiler.checks import names as name_checks
from hypertemplate.compiler.checks.argument_ranges import argument_ranges
from hypertemplate.compiler.checks.disk_caches import disk_caches
from hypertemplate.compiler.checks.fractional_sizes import fractional_sizes
from hypertemplate.compiler.checks.keras_code.missing_metrics import missing_metrics
from hypertemplate.compiler.checks.keras_code.misspelled_names import misspelled_names
from hypertemplate.compiler.checks.keras_code.old_keras import old_keras
from hypertemplate.compiler.checks.late_bounds import LoadTime
from hypertemplate.compiler.checks.moved_names.moved_attributes import moved_attributes
from hypertemplate.compiler.checks.moved_names.moved_imports import moved_imports
from hypertemplate.compiler.checks.outdated_files import outdated_files
from hypertemplate.compiler.checks.python2 import python_2
from hypertemplate.compiler.checks.unbound_locals import unbound_locals
from hypertemplate.compiler.checks.unreached_markers import check_reached
from hypertemplate.compiler.checks.whole_numbers import fraction_for_a_whole_number
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, Severity, error
from hypertemplate.compiler.differing_draws import left_out_draws, repeated_draws
from hypertemplate.compiler.entry.join import unreturned
from hypertemplate.compiler.entry.own_functions.own_calls import misfits
from hypertemplate.compiler.module_markers import has_markers
from hypertemplate.compiler.project.idle_markers import idle_markers
from hypertemplate.compiler.project.own_state import imports_by_text
from hypertemplate.compiler.syntax.source import Source

_OF_TEXT = (name_checks.check_reserved, moved_imports, moved_attributes, old_keras, misspelled_names)
"""Checks of the text of one module."""


def check(analysis: Analysis, source: Source) -> list[Diagnostic]:
    """Return the diagnostics that need the whole module: on names, bounds, unreachable markers."""
    module, selection, partition = analysis.module, analysis.selection, analysis.partition
    marked = [own for own in analysis.project.modules.values() if own.markers]
    found = [
        *(
            problem
            for text in (module, *(own.module for own in marked))
            for look in _OF_TEXT
            for problem in look(text)
        ),
        *python_2(module, partition.kept),
        *unbound_locals(module, partition.kept),
        *fractional_sizes(module, partition.kept),
        *missing_metrics(module, partition.kept),
        *argument_ranges(module, partition.kept, analysis.draws),
        *disk_caches(module, partition, analysis.markers),
        *left_out_draws(module, partition),
        *repeated_draws(module, partition),
        *_undefined(analysis),
    ]
    # In code that is in memory, other markers belong to other models and earlier attempts, and an object
    # with the name of a function may be that function.
    if not partition.alive:
        found += outdated_files(module, partition, source, ends=analysis.ends)
        found += name_checks.check_functions(module, selection, partition)
        own_modules = {name: own.module for name, own in analysis.project.modules.items()}
        found += misfits(module, partition.kept, own_modules)
        # Which markers nothing reaches is not known before the model is.
        if not any(d.code in (Code.NO_MODEL, Code.NOT_A_FUNCTION) for d in analysis.found):
            found += check_reached(module, selection, partition, analysis.markers, analysis.not_run)
            found += idle_markers(analysis.project, analysis.reached)
    load_time = LoadTime(analysis.late, partition, analysis.leaked, analysis.project)
    for statement, marker, draw in analysis.searched():
        found += load_time.problems(draw, statement)
        own = analysis.project.modules.get(statement.tree.origin.module)
        home = own.module if own is not None and statement.tree.origin.is_module else module
        fraction = fraction_for_a_whole_number(home, statement.tree, marker, draw)
        found += [fraction] if fraction is not None else []
    return found


def _undefined(analysis: Analysis) -> Iterator[Diagnostic]:
    """Yield errors for undefined names; a warning where Hyperas took a local variable of data instead."""
    data, model = analysis.selection.data, analysis.selection.model
    for undefined in analysis.undefined:
        if data is not None and model is not None and name_checks.leaked(analysis.selection, undefined):
            if undefined.certain:
                names, declared = [undefined.name], undefined.declared
                yield from unreturned(model, data, names, undefined.span, declared=declared)
        else:
            later = [s for s in analysis.below if undefined.name in s.names.binds]
            partition = analysis.partition
            yield (
                name_checks.defined_below(undefined, later[0], analysis.module.statements[-1])
                if later
                else name_checks.check_undefined(analysis.module, partition, undefined)
            )


def no_markers(analysis: Analysis, found: list[Diagnostic], source: Source) -> list[Diagnostic]:
    """Return the findings of a template in which nothing is searched.

    Without any marker that is the only error: nobody knows yet which function the others would concern.
    """
    absent = not has_markers((*analysis.markers, *analysis.project.markers), found)
    errors = any(d.severity is Severity.ERROR for d in found)
    if errors and not absent:
        return found
    model = analysis.selection.model
    if absent and any(part.is_search and part.kind == "cell" for part in source.parts):
        text = "the markers are in %%tune cells, which are searches of their own"
        return [
            *(d for d in found if d.severity is not Severity.ERROR),
            error(Code.NO_MARKERS, text, None, "run these cells in the notebook, or leave %%tune out"),
        ]
    nothing = error(
        Code.NO_MARKERS,
        "there are no markers, so there is nothing to search"
        if absent and not analysis.marked_below
        else "no marker takes effect, so there is nothing to search",
        model.span if model is not None else None,
        _advice_without_markers(analysis, source),
    )
    return [*(d for d in found if d.severity is not Severity.ERROR), nothing]


def _advice_without_markers(analysis: Analysis, source: Source) -> str:
    if source.unknown_folder:
        return (
            f"line {source.unknown_folder} adds a folder to sys.path that is known only when it runs, and "
            "markers in its modules are not found: name the folder in PYTHONPATH"
        )
    for statement in analysis.module.statements:
        if imports_by_text(statement):
            return (
                f"{statement.place} imports a module whose name only a run knows, and markers in it "
                "are not found: import it by its name"
            )
    advice = _mark_a_value(analysis, source)
    has_code = any(part.kind != "history" for part in source.parts[-1:])
    if analysis.partition.alive or not source.path or not has_code:
        return advice
    return f"{advice}; to have markers proposed: hypertemplate suggest {shlex.quote(source.name)}"


def _mark_a_value(analysis: Analysis, source: Source) -> str:
    model, marker = analysis.selection.model, "{{uniform(0, 0.5)}}"
    if model is None and any(part.kind == "history" for part in source.parts[-1:]):
        return f"%%tune searches this cell alone: replace a value in it with a marker, as in rate = {marker}"
    if model is None:
        return f"replace a value in the file with a marker, as in rate = {marker}"
    marked = [
        name
        for name, (*_, last) in analysis.module.functions.items()
        if any(held.span.inside(last.statement.span) for held in analysis.markers)
    ]
    if analysis.partition.alive and marked:
        functions = ", ".join(f"{name}()" for name in marked)
        return f"the markers are in {functions}: pass {marked[0]}, or mark a value in {model.name}()"
    of_keras = any("keras" in part.text for part in source.parts)
    return f"mark a value in {model.name}(), as in {f'Dropout({marker})' if of_keras else f'rate = {marker}'}"
