"""Placement of each top-level statement, in setup, in the trial or left out, with the reason."""

from __future__ import annotations

import ast
import functools
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hypertemplate.compiler.dataflow.aliases import built_from, held, is_plain, only_called
from hypertemplate.compiler.dataflow.bindings import bindings, plainly_bound
from hypertemplate.compiler.dataflow.effects import Change
from hypertemplate.compiler.dataflow.framework_state import StateFinder
from hypertemplate.compiler.dataflow.iterators import OneShotFinder
from hypertemplate.compiler.dataflow.module import Function, Module, holding
from hypertemplate.compiler.dataflow.seed_calls import seeds
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.entry.exclusions import BY_COMMENT, left_out
from hypertemplate.compiler.entry.selection import Selection
from hypertemplate.compiler.live_module import IN_MEMORY, Memory, taken_from_memory
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.syntax.hyperas_imports import tells_of_trial

_IMPORTS = (ast.Import, ast.ImportFrom)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

SPACE = "space"
"""Name of the dict of the trial's values, which Hyperas left in reach of templates; some print it."""


RETURNED = "_ht_returned_"
"""Name that is bound to the result of ``data()`` in its call; see `trial_calls`."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Placement of a statement, and the reason in words that complete "this is ... since"."""

    placement: Placement
    reason: str


class Partition:
    """Placement of every top-level statement.

    A statement is *trial* if it holds a marker, uses a name that a trial statement binds, or stands after one
    and rebinds its name; also if it makes state that trial code uses. This is repeated until nothing changes.

    Args:
        module: template.
        selection: model and data function of the template.
        markers: markers of the template.
        bounds: names that bounds and lists of options use, which must exist after load.
        words: texts of comments on statements, by their number.
        memory: contents of memory, or None for code that is not in memory.

    Attributes:
        in_memory: names that have a value before anything runs.
        alive: whether the template has run, and is in memory.
        needed: statements that the trial needs, including those taken from memory.
    """

    def __init__(
        self,
        module: Module,
        selection: Selection,
        markers: tuple[Marker, ...],
        bounds: frozenset[str] = frozenset(),
        words: Mapping[int, str] = MappingProxyType({}),
        memory: Memory | None = None,
    ) -> None:
        self.module = module
        self.selection = selection
        self.in_memory = memory.names if memory is not None else frozenset()
        self.alive = memory is not None and memory.ran
        self._left_out = left_out(module, selection, markers, words, memory)
        self._trial: dict[int, str] = {}
        self._marked: set[int] = set()
        self._setup = {number for number, word in words.items() if word == "setup"}
        self._followed: dict[tuple[str, bool], int] = {}
        self._rebuilt: set[int] = set()
        self._in_between: set[tuple[str, int]] = set()
        self._declared = set().union(*(statement.names.declares for statement in module.statements))
        self._called: dict[str, frozenset[str]] = {}
        self._kept = [s for s in module.statements if s.number not in self._left_out]
        self._postponed: list[tuple[TopLevel, str, bool]] | None = []
        for statement in holding(self._kept, markers):
            self._make_trial(statement, "it holds a marker", marked=True)
        self.reads_space = SPACE not in module.binders and SPACE in module.users
        for statement in module.users[SPACE] if self.reads_space else ():
            self._make_trial(statement, f"it reads '{SPACE}', the trial's values", marked=True)
        for statement in self._kept:
            tells = "it tells of the trial that runs" if tells_of_trial(statement.node) else ""
            if reason := BY_COMMENT if words.get(statement.number) == "trial" else tells:
                self._make_trial(statement, reason, marked=False)
        self._share_no_state()
        self._enter()
        self._share_no_state()
        self._at_load = self._needed_at_load(bounds)
        self._take_from(memory)

    @property
    def kept(self) -> list[TopLevel]:
        """Statements that run at all, in source order."""
        return self._kept

    @functools.cached_property
    def marked_names(self) -> set[str]:
        """Names whose values depend on a marker."""
        marked = [s for s in self._kept if s.number in self._marked]
        return set().union(*(s.names.binds | s.names.declares for s in marked))

    @property
    def data_per_trial(self) -> bool:
        """True if the data function is made, and so called, for each trial."""
        return any(call.names.binds and call.number in self._trial for call in self.module.entry) or (
            self.selection.data is not None and self._is_trial(self.selection.data)
        )

    def placed(self, statement: TopLevel) -> Placed:
        """Return the placement of a statement, with the reason."""
        number = statement.number
        if number in self._left_out:
            return Placed(Placement.LEFT_OUT, self._left_out[number])
        if number in self._at_load:
            return Placed(Placement.BOTH, f"{self._trial[number]}; and a bound needs it after load")
        if number in self._trial:
            return Placed(Placement.TRIAL, self._trial[number])
        if number in self._setup:
            return Placed(Placement.SETUP, BY_COMMENT)
        if seeds(self.module, statement):
            return Placed(Placement.SEEDING, "it seeds random numbers, for every trial alike")
        return Placed(Placement.SETUP, "no marker reaches it")

    def _enter(self) -> None:
        """Add the consequences of the calls of data and model."""
        postponed, self._postponed = self._postponed or [], None
        for statement, why, by_marker in postponed:
            self._make_trial(statement, why, marked=by_marker)
        for call in self.module.entry:
            if not call.names.binds:
                self._make_trial(call, "it is the trial", marked=False)

    def _take_from(self, memory: Memory | None) -> None:
        """Leave out the statements whose results are in memory."""
        self.needed = self._kept
        taken = taken_from_memory(self.module, memory, self._kept, self._trial.keys() | self._setup)
        self._left_out |= dict.fromkeys(taken, IN_MEMORY)
        self._kept = [s for s in self._kept if s.number not in taken]

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
            if statement.calls and self._postponed is not None:
                self._postponed.append((statement, why, by_marker))
                continue
            if number in (self._marked if by_marker else self._trial):
                continue
            self._trial.setdefault(number, why)
            if by_marker:
                self._marked.add(number)
            for name in sorted(statement.names.binds | statement.names.declares):
                waiting += self._follow(statement, name, by_marker)
            if statement.names.binds and statement.calls and self.selection.data is not None:
                waiting.append((self.selection.data.statement, why, by_marker))
            waiting += [(source, because, False) for source, because in self._built_anew(statement)]
            waiting += [(source, because, False) for source, because in self._bound_again(statement)]

    def _follow(
        self, statement: TopLevel, name: str, by_marker: bool
    ) -> Iterator[tuple[TopLevel, str, bool]]:
        """Yield users of a trial statement's name, and later statements that rebind it, once per name."""
        made = f"{_shown(name)}, which is made for each trial ({statement.place})"
        first = self._followed.get((name, by_marker))
        if first is not None and first <= statement.number:
            return
        self._followed[name, by_marker] = statement.number
        for user in self.module.users.get(name, ()):
            # An earlier statement has read another value; a function reads the name when it is called.
            if user.number > statement.number or name in user.names.deferred:
                yield user, f"it uses {made}", by_marker
        for other in (*self.module.binders.get(name, ()), *self.module.facts.changers.get(name, ())):
            if statement.number < other.number and (first is None or other.number <= first):
                yield other, f"it rebinds {made}", by_marker

    def _built_anew(self, statement: TopLevel) -> Iterator[tuple[TopLevel, str]]:
        """Yield the statements that build the objects that a trial statement changes, with their parts."""
        changes = self.module.facts.changes(statement)
        for name in sorted(changes.keys() - self.module.aliases.keys() - statement.binds_first):
            if changes[name] is Change.CERTAIN:
                yield from self._built_with_parts(statement, name)
            elif not self.alive and (changes[name] is Change.UNKNOWN or name != RETURNED):
                yield from self._built_cheaply(statement, name)

    def _built_with_parts(self, statement: TopLevel, name: str) -> Iterator[tuple[TopLevel, str]]:
        """Yield the statements that bind a name that a statement surely changes, or a possible part of it."""
        module = self.module
        because = f"{_shown(name)}, which {statement.place} changes in each trial, is built from it"
        waiting = self._bound_before(name, statement)
        for same in sorted(module.facts.aliases.reached(name) - {name}):
            waiting += [one for one in module.binders.get(same, ()) if one.number < statement.number]
        while waiting:
            source = waiting.pop()
            if source.number in self._rebuilt or isinstance(source.node, _IMPORTS):
                continue
            self._rebuilt.add(source.number)
            yield source, because
            made_of = source.names.immediately & built_from(source.node) - module.constants
            holders = set(held(source.node))
            for used in () if isinstance(source.node, _FUNCTIONS) else made_of:
                binders = self._bound_before(used, source)
                waiting += [one for one in binders if not only_called(one.node, used in holders)]

    def _built_cheaply(self, statement: TopLevel, name: str) -> Iterator[tuple[TopLevel, str]]:
        """Yield the statements that bind a name that a statement may change, if they cheaply run again."""
        because = f"{statement.place}, which runs in each trial, may change {_shown(name)}"
        for same in sorted(self.module.facts.aliases.reached(name)):
            for source in self.module.binders.get(same, ()):
                if source.number < statement.number and self._is_cheap(source) and self._spreads(source):
                    yield source, because

    def _spreads(self, statement: TopLevel) -> bool:
        """Tell whether running a statement again runs nothing costly again, such as loading data."""
        seen: set[int] = set()
        worklist = [statement]
        while worklist:
            one = worklist.pop()
            if one.number in seen or one.number in self._trial or one.number in self._left_out:
                continue
            seen.add(one.number)
            if self.module.facts.costs(one):
                return False
            for name in one.names.binds | one.names.declares:
                users = self.module.users.get(name, ())
                worklist += [u for u in users if u.number > one.number or name in u.names.deferred]
        return True

    def _is_cheap(self, statement: TopLevel) -> bool:
        """Tell whether a statement can run again without notice, and its result may change."""
        node = statement.node
        if isinstance(node, _IMPORTS) or self.module.facts.costs(statement):
            return False
        if isinstance(node, _FUNCTIONS):
            functions = self.module.facts.known.functions.get(node.name, ())
            return bool(node.decorator_list) or any(code.mutable for code in functions)
        values = [value for _, value in bindings(node)]
        if values and all(is_plain(value, self.module.constants.__contains__) for value in values):
            return False
        return not only_called(node, True)

    def _bound_before(self, name: str, statement: TopLevel) -> list[TopLevel]:
        """Return the statements one of which has bound a name when a statement starts, the last one first."""
        found: list[TopLevel] = []
        for binder in reversed(self.module.binders.get(name, [])):
            if binder.number >= statement.number or binder.number in self._left_out:
                continue
            found.append(binder)
            if name in plainly_bound(binder.node) and name not in self._declared:
                break
        return found

    def _bound_again(self, statement: TopLevel) -> Iterator[tuple[TopLevel, str]]:
        """Yield the statements that bind or change a name which a trial statement reads, if any does later.

        In setup all of them would run before the trial statement, which would then read the last value.
        """
        module = self.module
        for name in sorted(self._read_when_run(statement)):
            before = self._bound_before(name, statement)
            since = before[-1].number if before else -1
            seen = module.facts.aliases.seen_through(name)
            others = [other for same in seen for other in module.facts.changers.get(same, ())]
            if module.always_imported(name):
                # There is one such object, for setup and trial: earlier statements have already changed it.
                others = [other for other in others if other.number > statement.number]
            else:
                others = [
                    other for other in (*module.binders.get(name, ()), *others) if other.number >= since
                ]
            below = (o for o in others if o.number > statement.number and (o.names.binds or not o.calls))
            if (name, since) not in self._in_between and any(below):
                self._in_between.add((name, since))
                reason = f"{statement.place}, which runs in each trial, uses {_shown(name)} in between"
                yield from ((other, reason) for other in others)

    def _read_when_run(self, statement: TopLevel) -> set[str]:
        """Return the names that a statement reads when it runs, also in functions that it names."""
        reads = statement.names.immediately - statement.binds_first
        return reads.union(*map(self._read_when_called, reads))

    def _read_when_called(self, name: str) -> frozenset[str]:
        """Return the names that the functions bound to a name read when called, also through others."""
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
        """Make anew for each trial the values that would carry one trial into the next."""
        held = OneShotFinder(self.module).names(self._kept) | StateFinder(self.module).names(self._kept)
        grown = True
        while grown and held:
            before = len(self._trial)
            for name in sorted(self.names_in_trial_code() & held.keys()):
                for statement in self.module.binders.get(name, ()):
                    reason = f"{held[name]} in '{name}' would carry one trial into the next"
                    self._make_trial(statement, reason, marked=False)
            grown = len(self._trial) > before

    def _needed_at_load(self, bounds: frozenset[str]) -> set[int]:
        """Return the statements that also run in setup, since bounds and lists use what they bind."""
        needed: set[int] = set()
        seen: set[str] = set()
        waiting = set(bounds)
        while waiting:
            name = waiting.pop()
            seen.add(name)
            for statement in (*self.module.binders.get(name, ()), *self.module.facts.changers.get(name, ())):
                if statement.calls:
                    continue
                if statement.number in self._trial and statement.number not in self._marked:
                    needed.add(statement.number)
                    waiting |= statement.names.everywhere - seen
        return needed

    def names_in_trial_code(self) -> set[str]:
        """Return the names that run in a trial: of trial statements and of the functions that they reach."""
        numbers = set(self._trial)
        if self.selection.model is not None:
            numbers.add(self.selection.model.statement.number)
        trial, reached = (s for s in self._kept if s.number in numbers), set[str]()
        waiting = set().union(*(s.names.everywhere - s.binds_first for s in trial))
        while waiting:
            name = waiting.pop()
            reached.add(name)
            for statement in self.module.binders.get(name, ()):
                # A trial may run the names in its functions and lambdas; the others ran in setup.
                waiting |= statement.names.deferred - reached
        return reached


def _shown(name: str) -> str:
    return "what data() returns" if name == RETURNED else f"'{name}'"
