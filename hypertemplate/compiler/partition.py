"""Setup, trial or left out: when each top-level statement runs, and why."""

from __future__ import annotations

import ast
import functools
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hypertemplate.compiler.effects import SEEDING, changed, held
from hypertemplate.compiler.framework_state import StateFinder
from hypertemplate.compiler.keeping import BY_COMMENT, left_out
from hypertemplate.compiler.markers import Marker
from hypertemplate.compiler.module import (
    Function,
    Module,
    TopLevel,
    calls_outside_functions,
    immediate_calls,
)
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.selection import Selection

_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef)

SPACE = "space"
"""The dict of the trial's values, which Hyperas left in the reach of templates; some print it."""


@dataclass(frozen=True, slots=True)
class Placed:
    """When a statement runs, and the reason in words that complete "this is ... since"."""

    placement: Placement
    reason: str


class Partition:
    """The placement of every top-level statement.

    A statement is *trial* if it holds a marker, names anywhere a name that a trial statement binds, or
    stands after a trial statement and rebinds a name that it binds; also if it makes framework state or
    a random generator that trial code uses. Repeated until nothing changes.

    Args:
        module: the template.
        selection: its model and data function.
        markers: its markers.
        bounds: the names that bounds and lists of options use, which must be there after load.
        words: what comments say of statements, by their number.
    """

    def __init__(
        self,
        module: Module,
        selection: Selection,
        markers: tuple[Marker, ...],
        bounds: frozenset[str] = frozenset(),
        words: Mapping[int, str] = MappingProxyType({}),
    ) -> None:
        self.module = module
        self.selection = selection
        self._left_out = left_out(module, selection, markers, words)
        self._trial: dict[int, str] = {}
        self._marked: set[int] = set()
        self._setup = {number for number, word in words.items() if word == "setup"}
        self._followed: dict[tuple[str, bool], int] = {}
        self._rebuilt: set[str] = set()
        self._in_between: set[str] = set()
        self._called: dict[str, frozenset[str]] = {}
        self._kept = [s for s in module.statements if s.number not in self._left_out]
        for statement in _holding(self._kept, markers):
            self._make_trial(statement, "it holds a marker", marked=True)
        self.reads_space = SPACE not in module.binders and SPACE in module.users
        if self.reads_space:
            for statement in module.users[SPACE]:
                self._make_trial(statement, f"it reads '{SPACE}', the trial's values", marked=True)
        for statement in self._kept:
            if words.get(statement.number) == "trial":
                self._make_trial(statement, BY_COMMENT, marked=False)
        self._share_no_state()
        self._at_load = self._needed_at_load(bounds)

    @property
    def kept(self) -> list[TopLevel]:
        """The statements that run at all, in source order."""
        return self._kept

    @functools.cached_property
    def marked_names(self) -> set[str]:
        """The names whose values depend on a marker."""
        marked = [s for s in self._kept if s.number in self._marked]
        return set().union(*(s.names.binds | s.names.declares for s in marked))

    @property
    def data_per_trial(self) -> bool:
        """Whether the data function is made, and so called, for each trial."""
        data = self.selection.data
        return data is not None and self._is_trial(data)

    def placed(self, statement: TopLevel) -> Placed:
        """When a statement runs, and why."""
        number = statement.number
        if number in self._left_out:
            return Placed(Placement.LEFT_OUT, self._left_out[number])
        if number in self._at_load:
            return Placed(Placement.BOTH, f"{self._trial[number]}; and a bound needs it after load")
        if number in self._trial:
            return Placed(Placement.TRIAL, self._trial[number])
        if number in self._setup:
            return Placed(Placement.SETUP, BY_COMMENT)
        if self._seeds(statement):
            return Placed(Placement.SEEDING, "it seeds random numbers, for every trial alike")
        return Placed(Placement.SETUP, "no marker reaches it")

    def _is_trial(self, function: Function) -> bool:
        return function.statement.number in self._trial

    def _make_trial(self, first: TopLevel, reason: str, *, marked: bool) -> None:
        """Make a statement trial, and all that follows from it; `marked` if a marker is the cause."""
        waiting = deque([(first, reason, marked)])
        while waiting:
            statement, why, by_marker = waiting.popleft()
            number = statement.number
            if number in self._left_out or number in self._setup:
                continue
            if number in (self._marked if by_marker else self._trial):
                continue
            self._trial.setdefault(number, why)
            if by_marker:
                self._marked.add(number)
            for name in sorted(statement.names.binds | statement.names.declares):
                waiting += self._follow(statement, name, by_marker)
            waiting += [(source, because, False) for source, because in self._built_anew(statement)]
            waiting += [(source, because, False) for source, because in self._bound_again(statement)]

    def _follow(
        self, statement: TopLevel, name: str, by_marker: bool
    ) -> Iterator[tuple[TopLevel, str, bool]]:
        """What uses a name of a trial statement, and what rebinds it below; each only once for a name."""
        made = f"'{name}', which is made for each trial ({statement.place})"
        first = self._followed.get((name, by_marker))
        if first is None:
            yield from ((user, f"it uses {made}", by_marker) for user in self.module.users.get(name, ()))
        if first is None or statement.number < first:
            self._followed[name, by_marker] = statement.number
            for other in self.module.binders.get(name, ()):
                if statement.number < other.number and (first is None or other.number <= first):
                    yield other, f"it rebinds {made}", by_marker

    def _built_anew(self, statement: TopLevel) -> Iterator[tuple[TopLevel, str]]:
        """What a trial statement changes is built in the trial, with all that it depends on."""
        place = statement.place
        for name in sorted(self._changes(statement) - self.module.aliases.keys() - self._rebuilt):
            self._rebuilt.add(name)
            waiting = list(self.module.binders.get(name, ()))
            seen: set[int] = set()
            while waiting:
                source = waiting.pop()
                if source.number in seen or isinstance(source.node, _DEFINITIONS):
                    continue
                seen.add(source.number)
                yield source, f"'{name}', which {place} changes in each trial, is built from it"
                holders = set(held(source.node))
                for used in source.names.immediately:
                    # A class is there to be called, unless what it holds is handed on: `a = Settings.sizes`.
                    waiting += [
                        binder
                        for binder in self.module.binders.get(used, ())
                        if used in holders or not isinstance(binder.node, ast.ClassDef)
                    ]

    def _changes(self, statement: TopLevel) -> set[str]:
        """The names whose objects a statement changes; in a script, through functions that it names too.

        What a model function changes of the module stays changed, as it would in a loop over its calls.
        """
        names = set(changed(statement.node))
        if self.selection.model is None:
            called = self.module.changed_when_called
            names = names.union(*(called[name] for name in statement.names.immediately & called.keys()))
        return names

    def _bound_again(self, statement: TopLevel) -> Iterator[tuple[TopLevel, str]]:
        """What binds or changes a name that a trial statement reads, where something does so after it.

        In setup all of it has run before any trial statement does, which would then read the last value.
        """
        for name in sorted(self._read_when_run(statement) - self._in_between):
            others = [*self.module.binders.get(name, ()), *self.module.changers.get(name, ())]
            if any(other.number > statement.number for other in others):
                self._in_between.add(name)
                reason = f"{statement.place}, which runs in each trial, uses '{name}' in between"
                yield from ((other, reason) for other in others)

    def _read_when_run(self, statement: TopLevel) -> set[str]:
        """The names that a statement reads when it runs, in functions that it names too."""
        reads = set(statement.names.immediately)
        return reads.union(*map(self._read_when_called, reads))

    def _read_when_called(self, name: str) -> frozenset[str]:
        """The names that the functions bound to a name read when they are called, through others too."""
        if name not in self._called:
            reads: set[str] = set()
            waiting = {name}
            while waiting:
                for binder in self.module.binders.get(waiting.pop(), ()):
                    more = binder.names.deferred - reads
                    reads |= more
                    waiting |= more
            self._called[name] = frozenset(reads)
        return self._called[name]

    def _share_no_state(self) -> None:
        """Make anew for each trial what would carry one trial into the next."""
        held = StateFinder(self.module).names(self._kept)
        grown = True
        while grown and held:
            before = len(self._trial)
            for name in sorted(self._names_in_trial_code() & held.keys()):
                for statement in self.module.binders.get(name, ()):
                    reason = f"{held[name]} in '{name}' would carry one trial into the next"
                    self._make_trial(statement, reason, marked=False)
            grown = len(self._trial) > before

    def _needed_at_load(self, bounds: frozenset[str]) -> set[int]:
        """The statements that run in setup too, since bounds and lists use what they bind."""
        needed: set[int] = set()
        seen: set[str] = set()
        waiting = set(bounds)
        while waiting:
            name = waiting.pop()
            seen.add(name)
            for statement in (*self.module.binders.get(name, ()), *self.module.changers.get(name, ())):
                if statement.number in self._trial and statement.number not in self._marked:
                    needed.add(statement.number)
                    waiting |= statement.names.everywhere - seen
        return needed

    def _names_in_trial_code(self) -> set[str]:
        """The names that run in a trial: those of trial statements and of the functions that they reach."""
        numbers = set(self._trial)
        if self.selection.model is not None:
            numbers.add(self.selection.model.statement.number)
        reached: set[str] = set()
        waiting = set().union(*(s.names.everywhere for s in self._kept if s.number in numbers))
        while waiting:
            name = waiting.pop()
            reached.add(name)
            for statement in self.module.binders.get(name, ()):
                # What a function or lambda of it names, a trial may run; the rest ran in setup.
                waiting |= statement.names.deferred - reached
        return reached

    def _seeds(self, statement: TopLevel) -> bool:
        """Whether a statement that binds nothing seeds random numbers, itself or through a local function."""
        if statement.names.binds or not isinstance(statement.node, (ast.Expr, ast.If, ast.Try, ast.With)):
            return False
        waiting = list(immediate_calls(statement))
        seen: set[str] = set()
        while waiting:
            func = waiting.pop().func
            if self.module.dotted(func) in SEEDING:
                return True
            function = self.module.function(func.id) if isinstance(func, ast.Name) else None
            if function is not None and function.name not in seen:
                seen.add(function.name)
                waiting += calls_outside_functions(list(function.node.body))
        return False


def _holding(statements: Iterable[TopLevel], markers: tuple[Marker, ...]) -> list[TopLevel]:
    """The statements that hold a marker; both are in source order."""
    holding: list[TopLevel] = []
    position = 0
    for statement in statements:
        start = (statement.span.part, statement.span.start)
        while position < len(markers) and (markers[position].span.part, markers[position].span.start) < start:
            position += 1
        if position < len(markers) and markers[position].span.inside(statement.span):
            holding.append(statement)
    return holding
