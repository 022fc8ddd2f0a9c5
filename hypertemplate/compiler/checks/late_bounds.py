"""Checks of bounds and lists, which are evaluated once, before the first trial."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.effects import Change
from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error, warning
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.grammar import check_logarithms, check_numbers
from hypertemplate.compiler.markers.late_arguments import LateArguments, given_names
from hypertemplate.compiler.markers.local_values import UnknownValueError
from hypertemplate.compiler.markers.marked_defaults import unfit_default
from hypertemplate.compiler.markers.resolve import dimension_of
from hypertemplate.compiler.placement.partition import Partition
from hypertemplate.compiler.project.marked_modules import MarkedModules
from hypertemplate.compiler.syntax.literals import number
from hypertemplate.compiler.syntax.scopes import free_names
from hypertemplate.compiler.syntax.statements import defines
from hypertemplate.compiler.syntax.tree import Tree

_ONCE = "bounds and lists are evaluated once, before the first trial"
_MADE_ANEW = "is made anew in each trial, with the data"
_LIST = "write the list inside the marker"
_DEFAULT = "write the value of the default, or leave it out"
_SHARE = "draw a share, {{uniform(0, 1)}}, and compute the value from it"


@dataclass(frozen=True, eq=False)
class LoadTime:
    """Checker of the bounds and lists of a template.

    Attributes:
        late: those with local names.
        partition: placement of the statements.
        leaked: local variables of data that the model reads as if they were the module's.
        project: the user's own modules that the template imports.
    """

    late: LateArguments
    partition: Partition
    leaked: Collection[str]
    project: MarkedModules

    def problems(self, draw: DrawCall, statement: TopLevel) -> Iterator[Diagnostic]:
        """Yield errors for the bounds and lists of a marker that have no value before the first trial."""
        for call in draw.walk():
            arguments = list(call.evaluated_at_load())
            found = [problem for one in arguments for problem in self._problems(call, one, statement)]
            yield from found or self._folded(call, statement.tree)

    def _problems(self, call: DrawCall, argument: ast.expr, statement: TopLevel) -> Iterator[Diagnostic]:
        tree, is_list = statement.tree, call.listing is not None
        advice = _DEFAULT if argument is call.default else _LIST if is_list else _SHARE
        unknown = self.late.unknown.get(argument)
        if unknown is not None:
            text = f"'{unknown.use.id}' {unknown.reason}; {_ONCE}"
            place, movable = tree.span(unknown.use), self._movable(unknown, statement)
            if movable:
                edits = (Edit(place, movable),)
                yield error(Code.NOT_YET_DEFINED, text, place, f"write {movable} inside the marker", edits)
            else:
                advice = self._advice(unknown) if advice is _SHARE else advice
                yield error(Code.NOT_YET_DEFINED, text, place, advice)
            return
        value = self.late.value(argument)
        for use in free_names(value):
            reason = self._reason(use.name, statement, is_list=is_list)
            if reason:
                # A name in the value of a local one is elsewhere.
                place = tree.span(use.node if value is argument else argument)
                yield error(Code.NOT_YET_DEFINED, f"'{use.name}' {reason}; {_ONCE}", place, advice)
        for name in sorted(given_names(value)) if self._data_runs_anew else ():
            text = f"'{name}' {_MADE_ANEW}; {_ONCE}"
            yield error(Code.NOT_YET_DEFINED, text, tree.span(argument), advice)

    def _reason(self, name: str, statement: TopLevel, *, is_list: bool) -> str:
        """Return why a name of the module has another value in a trial than before; else an empty text."""
        if name in self._marked(statement):
            return "depends on a marker"
        if statement.tree.origin.is_module:
            return ""
        if name in self.leaked and self._data_runs_anew:
            return _MADE_ANEW
        # What is drawn between changed bounds is a value all the same; an option is another one.
        return "is changed in each trial" if is_list and self._is_changed(name, statement) else ""

    def _marked(self, statement: TopLevel) -> Collection[str]:
        """Return the names of a statement's module whose values depend on a marker."""
        origin = statement.tree.origin
        return self.project.marked[origin.module] if origin.is_module else self.partition.marked_names

    def _is_changed(self, name: str, statement: TopLevel) -> bool:
        """Tell whether a trial surely changes a name of the module before a marker draws, or load after it.

        Args:
            name: the name.
            statement: statement that holds the marker.
        """
        partition, first = self.partition, self._first_run(statement)
        facts, model = partition.module.facts, partition.selection.model
        for other in (s for s in partition.kept if s.number in partition.trial):
            differs = (other.number > first) == (other.number in partition.at_load)
            if differs and name in other.names.binds | facts.certain_changes(other):
                return True
        codes = facts.known.functions.get(model.name, ()) if model is not None else ()
        changed = (c for code in codes for c, how in code.effects.changes.items() if how is Change.CERTAIN)
        return name in {one.rstrip(".") for one in changed}.union(*(code.effects.binds for code in codes))

    def _first_run(self, statement: TopLevel) -> int:
        """Return the number of the first statement that may run a statement's markers."""
        kept = (*self.partition.kept, *self.partition.module.entry)

        def users(one: TopLevel) -> list[TopLevel]:
            return [s for s in kept if s.names.everywhere & one.names.binds] if defines(one.node) else []

        return min(
            (s.number for s in reachable([statement], users) if not defines(s.node)), default=len(kept)
        )

    @property
    def _data_runs_anew(self) -> bool:
        return self.partition.data_per_trial and not self.partition.for_data

    def _movable(self, unknown: UnknownValueError, statement: TopLevel) -> str:
        """Return an expression to write in place of a name; an empty text if there is none."""
        written = unknown.written
        if written is None or not {u.name for u in free_names(written)}.isdisjoint(self._marked(statement)):
            return ""
        text = statement.tree.one_line(written)
        return text if isinstance(written, ast.Call) else f"({text})"

    def _advice(self, unknown: UnknownValueError) -> str:
        """Return what to write where a bound has no value before the trial."""
        model = self.partition.selection.model
        if unknown.function and model is not None and unknown.function != model.name:
            return f"draw the value in {model.name}(), and give it to {unknown.function}()"
        return _SHARE

    def _folded(self, call: DrawCall, tree: Tree) -> Iterator[Diagnostic]:
        """Yield what is wrong with bounds that are known once constants stand for their names."""
        nodes = dict(call.numbers)
        known = {name: number(self.late.value(node)) for name, node in nodes.items()}
        numbers = {name: value for name, value in known.items() if value is not None}
        arguments = {*nodes.values(), *filter(None, (call.default,))}
        if not nodes or len(numbers) < len(nodes) or self.late.values.keys().isdisjoint(arguments):
            return
        problem = check_numbers(call.distribution, numbers, log=call.log)
        if problem is not None:
            place = tree.span(nodes.get(problem.argument, call.call))
            yield error(problem.code, problem.message, place, problem.help)
        elif (doubt := check_logarithms(call.distribution, numbers)) is not None:
            yield warning(doubt.code, doubt.message, tree.span(call.call), doubt.help)
        elif call.default is not None and (default := number(self.late.value(call.default))) is not None:
            dimension = dimension_of(call.distribution, numbers, log=call.log)
            unfit = unfit_default(dimension, call.distribution, default, numbers, is_stated=call.is_stated)
            if unfit is not None:
                yield warning(unfit.code, unfit.message, tree.span(call.default), unfit.help)
