"""Statements of live code that run again in each trial.

What ran is left alone: its results are in memory, and the worker puts back what a trial changes of them. Only
what a marker reaches runs again, and what builds an object that must be new in each trial, if nobody can
notice.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.effects import Change
from hypertemplate.compiler.dataflow.kept_statements import shows
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.side_effects import Repeatable
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error, warning
from hypertemplate.compiler.placement.trial_statements import TrialStatements
from hypertemplate.compiler.syntax.statements import defines


@dataclass(frozen=True, eq=False)
class LiveTrial:
    """Finder of the statements of live code that run again.

    Args:
        module: template.
        needed: statements that the trial needs.
        apart: numbers of the statements that are not part of the template.
        state: names of values that would carry one trial into the next, each with the kind of value.
        used_up: those among them that reading exhausts.
        chosen: numbers of the statements that comments place in the trial.
        begin: function that returns the statements that markers and comments have run in each trial.
        named: function that returns the names in the code of a trial.
    """

    module: Module
    needed: Collection[TopLevel]
    apart: frozenset[int]
    state: Mapping[str, str]
    used_up: Collection[str]
    chosen: Collection[int]
    begin: Callable[[], TrialStatements]
    named: Callable[[TrialStatements], set[str]]

    def statements(self) -> tuple[TrialStatements, list[Diagnostic]]:
        """Return the statements that run again, and what is to be said of those that would have to."""
        trial = self.begin()
        built: list[str] = []
        tried: set[str] = set()
        while names := self._new_in_each_trial(trial) - tried:
            # All at once is fast; if one of them cannot be built, each is tried by itself.
            for some in (names, *({name} for name in sorted(names) if len(names) > 1)):
                grown, more = self._with(built, some)
                # Otherwise the object in memory is used, and put back after each trial.
                if not self._used_elsewhere(trial, grown) and self._noticed(grown) == self._noticed(trial):
                    trial, built = grown, more
                    if some is names:
                        break
            tried |= names
        return trial, [*self._noticed(trial), *self._left_alone(trial), *self._changed_before(trial)]

    def _with(self, built: list[str], names: set[str]) -> tuple[TrialStatements, list[str]]:
        """Also build the objects of some names in each trial, and the state that building them takes."""
        trial = self.begin()
        for one in built:
            self._build(trial, one)
        before = set(trial.reasons)
        while more := sorted(names - set(built)):
            for one in more:
                self._build(trial, one)
            built = [*built, *more]
            running = (s for s in self.needed if s.number in trial.reasons.keys() - before)
            names = self.state.keys() & set().union(*(s.names.everywhere for s in running))
        return trial, built

    def _build(self, trial: TrialStatements, name: str) -> None:
        why = f"what runs in each trial may change '{name}'"
        if name in self.state:
            why = f"{self.state[name]} in '{name}' would carry one trial into the next"
        for binder in self.module.binders.get(name, ()):
            trial.add(binder, why, marked=False)

    def _new_in_each_trial(self, trial: TrialStatements) -> set[str]:
        """Return the names of state, and of objects that running statements may change in some way."""
        running = [s for s in self.needed if s.number in trial.marked]
        read = set[str]().union(*(s.names.immediately | self.module.facts.changes(s).keys() for s in running))
        return (self.named(trial) & self.state.keys()) | (read - self.module.aliases.keys())

    def _used_elsewhere(self, trial: TrialStatements, grown: TrialStatements) -> bool:
        """Tell whether a statement that does not run again may have changed what would be built."""
        more = [s for s in self.needed if s.number in grown.reasons.keys() - trial.reasons.keys()]
        built = set().union(*(statement.names.binds for statement in more))
        alone = (s for s in self.module.statements if s.number not in self.apart.union(grown.reasons))
        return any(
            used & set(self.used_up) or not shows(self.module, statement)
            for statement in alone
            if (used := statement.names.immediately & built)
        )

    def _noticed(self, trial: TrialStatements) -> list[Diagnostic]:
        """Return errors for statements that no marker reaches, and that cannot run again unnoticed."""
        running = [s for s in self.needed if s.number in trial.reasons]
        made = set().union(*(s.names.binds for s in running))
        followed: set[str] = set()
        found: list[Diagnostic] = []
        for statement in running:
            chosen = statement.number in trial.marked or statement.number in self.chosen
            if chosen or statement.names.immediately & followed:
                changed = {name for name, how in self._changes(statement) if how is not Change.HANDED}
                followed |= statement.names.binds | changed
            elif not self._repeatable(statement, made):
                why = trial.reasons[statement.number]
                text = f"this has run, and would have to run again in each trial: {why}"
                help = (
                    f"move it into the model function, or end its first line with  {_TRIAL}  to run it again"
                )
                found.append(error(Code.RAN, text, statement.span, help))
        return found

    def _left_alone(self, trial: TrialStatements) -> Iterator[Diagnostic]:
        """Yield warnings for statements that may have changed an object that is made anew."""
        made = set().union(*(s.names.binds for s in self.needed if s.number in trial.reasons))
        for statement in self.module.statements:
            apart = statement.number in self.apart or statement.number in trial.reasons
            if apart or statement.names.binds or shows(self.module, statement):
                continue
            changed = sorted(name for name, _ in self._changes(statement) if name in made)
            if changed and not self._repeatable(statement, made):
                made_anew = f"'{changed[0]}', which is made for each trial"
                text = f"this may have changed {made_anew}, but does not run again"
                help = f"end its first line with  {_TRIAL}  if it has to run again, else with  {_SKIP}"
                yield warning(Code.RAN, text, statement.span, help)

    def _changed_before(self, trial: TrialStatements) -> Iterator[Diagnostic]:
        """Yield warnings for statements that change what they may have changed already when they ran."""
        made = self.module.aliases.keys() | set().union(
            *(s.names.binds for s in self.needed if s.number in trial.reasons)
        )
        for statement in self.needed if trial.marked else ():
            changes = self.module.facts.changes(statement) if statement.number in trial.marked else {}
            for name in sorted(name for name, how in changes.items() if how is not Change.HANDED):
                if name not in made:
                    text = f"this may change '{name}' in each trial, and may have done so when it ran"
                    help = f"make '{name}' in the model function, or move this there"
                    yield warning(Code.RAN, text, statement.span, help)

    def noticed_definitions(self, again: Iterable[TopLevel]) -> Iterator[Diagnostic]:
        """Yield errors for definitions that run again, to see what functions rebind, but are noticed."""
        for statement in again:
            if defines(statement.node) and not self._repeatable(statement, ()):
                text = "this has run, and would have to run again: functions rebind a name that it reads"
                yield error(Code.RAN, text, statement.span, "remove its decorator, or the global statement")

    @functools.cached_property
    def _repeatable(self) -> Repeatable:
        return Repeatable(self.module, self.state.keys())

    def _changes(self, statement: TopLevel) -> Iterator[tuple[str, Change]]:
        for name, how in self.module.facts.changes(statement).items():
            yield from ((same, how) for same in self.module.facts.aliases.reached(name))


_TRIAL, _SKIP = "# hypertemplate: trial", "# hypertemplate: skip"
