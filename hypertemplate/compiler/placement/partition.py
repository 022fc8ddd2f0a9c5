"""Placement of each top-level statement, in setup, in the trial or left out, with the reason."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hypertemplate.compiler.dataflow.files.file_flow import FileFlow
from hypertemplate.compiler.dataflow.framework_state import StateFinder, heard_ends
from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.iterators import OneShotFinder
from hypertemplate.compiler.dataflow.module import Module, holding
from hypertemplate.compiler.dataflow.random_generators import seeds
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
from hypertemplate.compiler.entry.exclusions import BY_COMMENT, SHOWN, UNNEEDED, left_out
from hypertemplate.compiler.entry.selection import Selection
from hypertemplate.compiler.live_module import IN_MEMORY, Memory, taken_from_memory
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.placement.live_statements import LiveTrial
from hypertemplate.compiler.placement.trial_statements import TrialStatements
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.syntax.hyperas_imports import is_report, tells_of_trial
from hypertemplate.compiler.syntax.statements import defines

SPACE = "space"
"""Name of the dict of the trial's values, which Hyperas left in reach of templates; some print it."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Placement of a statement, and the reason in words that complete "this is ... since"."""

    placement: Placement
    reason: str


@dataclass(frozen=True, eq=False)
class Partition:
    """Placement of every top-level statement.

    Attributes:
        module: template.
        selection: model and data function of the template.
        kept: statements that run at all, in source order.
        needed: statements that the trial needs, including those taken from memory.
        in_memory: names that have a value before anything runs.
        alive: whether the template has run, and is in memory.
        reads_space: whether a statement reads `SPACE`.
        left_out: reason of each statement that does not run, by its number.
        trial: reason of each statement that runs in each trial.
        marked: numbers of the trial statements of which a marker is the cause.
        setup: numbers of the statements that a comment places in setup.
        at_load: numbers of the trial statements that run in setup too.
        files: files that the statements read and write.
        changes_data: whether a trial changes what the data function returns.
        for_data: numbers of the trial statements that need not be, if what data returns can be put back.
        seeds: packages whose random generator setup seeds.
        data_shares: object with a state of its own that the data function uses as trials do, and so runs in
            each trial, with its line; empty if there is none.
        problems: findings about statements of live code that would have to run again.
    """

    module: Module
    selection: Selection
    kept: list[TopLevel]
    needed: list[TopLevel]
    in_memory: frozenset[str]
    alive: bool
    reads_space: bool
    left_out: Mapping[int, str]
    trial: Mapping[int, str]
    marked: Collection[int]
    setup: Collection[int]
    at_load: Collection[int]
    files: FileFlow
    changes_data: bool
    for_data: Collection[int]
    seeds: Collection[str]
    data_shares: str
    problems: list[Diagnostic]

    @functools.cached_property
    def marked_names(self) -> set[str]:
        """Names whose values depend on a marker."""
        marked = [s for s in self.kept if s.number in self.marked]
        binds = self.module.facts.binds
        return set().union(*({*s.names.binds, *s.names.declares, *binds(s)} for s in marked))

    @property
    def data_per_trial(self) -> bool:
        """True if the data function is made, and so called, for each trial."""
        data = self.selection.data
        return any(call.names.binds and call.number in self.trial for call in self.module.entry) or (
            data is not None and data.statement.number in self.trial
        )

    @property
    def changed_data(self) -> bool:
        """True if the data function runs in each trial only because the trial changes what it returns."""
        data = self.selection.data
        return self.changes_data and data is not None and data.statement.number not in self.marked

    def placed(self, statement: TopLevel) -> Placed:
        """Return the placement of a statement, with the reason."""
        number = statement.number
        if number in self.left_out:
            return Placed(Placement.LEFT_OUT, self.left_out[number])
        if number in self.for_data:
            return Placed(Placement.KEPT, self.trial[number])
        if number in self.at_load:
            return Placed(Placement.BOTH, f"{self.trial[number]}; and a bound needs it after load")
        if number in self.trial:
            return Placed(Placement.TRIAL, self.trial[number])
        if number in self.setup:
            return Placed(Placement.SETUP, BY_COMMENT)
        return Placed(Placement.SETUP, "no marker affects it")

    def names_in_trial_code(self) -> set[str]:
        """Return the names that run in a trial: of trial statements and of the functions that they reach."""
        return _names_in_trial_code(self.module, self.selection, self.kept, self.trial)


def partition_of(
    module: Module,
    selection: Selection,
    markers: tuple[Marker, ...],
    bounds: frozenset[str] = frozenset(),
    words: Mapping[int, str] = MappingProxyType({}),
    memory: Memory | None = None,
) -> Partition:
    """Place every top-level statement.

    A statement is *trial* if it contains a marker, uses a name that a trial statement binds, or comes after
    one and rebinds its name; also if it makes state that trial code uses. This is repeated until nothing
    changes.

    Args:
        module: template.
        selection: model and data function of the template.
        markers: markers of the template.
        bounds: names that bounds and lists of options use, which must exist after load.
        words: texts of comments on statements, by their number.
        memory: contents of memory, or None for code that is not in memory.
    """
    alive = memory is not None and memory.ran
    reasons = left_out(module, selection, markers, words, memory)
    causes = _Causes(module, selection, markers, words, reasons, alive)
    needed = causes.needed
    trial, problems = causes.statements()
    seeds = _seeds_in_setup(module, trial, needed, alive=alive)
    anew = trial.reasons.keys() | causes.setup
    taken = taken_from_memory(module, memory, needed, anew)
    if alive:
        again = [s for s in needed if s.number not in taken | anew]
        problems += causes.live.noticed_definitions(again)
    return Partition(
        module=module,
        selection=selection,
        kept=[s for s in needed if s.number not in taken],
        needed=needed,
        in_memory=memory.names if memory is not None else frozenset(),
        alive=alive,
        reads_space=causes.reads_space,
        left_out=reasons | dict.fromkeys(taken, IN_MEMORY),
        trial=trial.reasons,
        marked=trial.marked,
        setup=causes.setup,
        at_load=_needed_at_load(module, trial, bounds),
        files=trial.files,
        changes_data=trial.changes_data,
        for_data=_for_data(module, selection, trial, causes.apart(trial, seeds)),
        seeds=seeds,
        data_shares=_data_shares(module, selection, trial, causes.state),
        problems=problems,
    )


@dataclass(frozen=True, eq=False)
class _Causes:
    """Causes that make statements of a template trial: markers, comments, state that trials would share.

    Attributes:
        module: template.
        selection: model and data function of the template.
        markers: markers of the template.
        words: texts of comments on statements, by their number.
        left_out: reason of each statement that does not run, by its number.
        alive: whether the template has run, and is in memory.
    """

    module: Module
    selection: Selection
    markers: tuple[Marker, ...]
    words: Mapping[int, str]
    left_out: Mapping[int, str]
    alive: bool

    @functools.cached_property
    def needed(self) -> list[TopLevel]:
        """Statements that are not left out."""
        return [s for s in self.module.statements if s.number not in self.left_out]

    @functools.cached_property
    def setup(self) -> set[int]:
        """Numbers of the statements that a comment places in setup."""
        return self._with_word("setup")

    @property
    def reads_space(self) -> bool:
        """True if a statement reads `SPACE`."""
        return SPACE not in self.module.binders and SPACE in self.module.users

    @functools.cached_property
    def used_up(self) -> Mapping[str, str]:
        """Names of values that reading exhausts, each with the kind of value."""
        return OneShotFinder(self.module).names(self.needed)

    @functools.cached_property
    def state(self) -> Mapping[str, str]:
        """Names of values that would carry one trial into the next, each with the kind of value."""
        found = {**self.used_up, **StateFinder(self.module).names(self.needed)}
        return found | {name: self._ends[name] for name in self._ends.keys() & self.module.declared_global}

    @functools.cached_property
    def _ends(self) -> Mapping[str, str]:
        return {} if self.alive else heard_ends(self.module)

    @functools.cached_property
    def live(self) -> LiveTrial:
        """Finder of the statements of live code that run again."""
        unseen = frozenset(n for n, reason in self.left_out.items() if reason not in (UNNEEDED, SHOWN))
        chosen, used_up = self._with_word("trial"), self.used_up.keys()
        return LiveTrial(
            self.module, self.needed, unseen, self.state, used_up, chosen, self.begin, self.named
        )

    def statements(self) -> tuple[TrialStatements, list[Diagnostic]]:
        """Return the trial statements, and problems of live code that would have to run again."""
        return self.live.statements() if self.alive else (self.complete(self.begin()), [])

    def apart(self, trial: TrialStatements, seeds: Collection[str]) -> TrialStatements:
        """Return the statements that are trial even if what data returns is put back.

        Args:
            trial: all trial statements.
            seeds: packages whose random generator setup seeds; what draws from it cannot run at two places.
        """
        if not trial.changes_data or self.alive or seeds:
            return trial
        return self.complete(self.begin(keeps_data=True))

    def begin(self, *, keeps_data: bool = False) -> TrialStatements:
        """Return the statements that markers and comments have run in each trial, and what follows.

        Args:
            keeps_data: whether what data returns is put back after a trial that changes it.
        """
        never = self.left_out.keys() | self.setup
        left_out = self.left_out.keys()
        trial = TrialStatements(
            self.module, self.selection, never, left_out, alive=self.alive, keeps_data=keeps_data
        )
        for statement in holding(self.needed, self.markers):
            trial.add(statement, "contains a marker", marked=True)
        for statement in self.needed:
            if statement.number in self.module.marked:
                trial.add(statement, self.module.marked[statement.number], marked=True)
        for statement in self.module.users[SPACE] if self.reads_space else ():
            trial.add(statement, f"it reads '{SPACE}', the trial's values", marked=True)
        self._add_declared(trial)
        return trial

    def complete(self, trial: TrialStatements) -> TrialStatements:
        """Add to trial statements what makes state that they use, and the calls of data and model."""
        self._add_state(trial)
        trial.add_calls()
        self._add_state(trial)
        return trial

    def named(self, trial: TrialStatements) -> set[str]:
        """Return the names in the code of a trial."""
        return _names_in_trial_code(self.module, self.selection, self.needed, trial.reasons)

    def _used(self, trial: TrialStatements) -> set[str]:
        """Return the names in the code of a trial, and those whose objects it ends by rebinding the name."""
        names = self.named(trial)
        running = [s for s in self.needed if s.number in trial.reasons]
        functions = (s for s in self.needed if s.names.binds & names)
        declared = set[str]().union(*(s.names.declares for s in (*running, *functions)))
        return names | (declared & self._ends.keys())

    def _ended(self, trial: TrialStatements) -> Iterator[str]:
        """Yield the names of objects, at whose end code runs, that trial statements rebind or delete."""
        for name in self._ends:
            if any(binder.number in trial.reasons for binder in self.module.binders[name]):
                yield name

    def _with_word(self, word: str) -> set[int]:
        return {number for number, said in self.words.items() if said == word}

    def _add_declared(self, trial: TrialStatements) -> None:
        """Add the statements that a comment places in the trial, that name the trial that runs, or report."""
        module, aliases = self.module, self.module.aliases.items()
        reporting = {name for name, path in aliases if is_report(path) or path == "hypertemplate"}
        for statement in self.needed:
            tells = "it uses the trial's number, folder or values" if tells_of_trial(statement.node) else ""
            if reporting and not defines(statement.node):
                named: Iterator[str] = reachable(statement.names.immediately, module.deferred)
                if not reporting.isdisjoint(named):
                    tells = "it reports to the search"
            if reason := BY_COMMENT if self.words.get(statement.number) == "trial" else tells:
                trial.add(statement, reason, marked=False)

    def _add_state(self, trial: TrialStatements) -> None:
        """Add the statements that make values which would carry one trial into the next."""
        grown = bool(self.state or self._ends)
        while grown:
            before = len(trial.reasons)
            carried = {name: self.state[name] for name in self._used(trial) & self.state.keys()}
            carried |= {name: self._ends[name] for name in self._ended(trial)}
            for name, kind in sorted(carried.items()):
                for statement in self.module.binders.get(name, ()):
                    reason = f"{kind} in '{name}' would carry one trial into the next"
                    trial.add(statement, reason, marked=False)
            grown = len(trial.reasons) > before


def _data_shares(
    module: Module, selection: Selection, trial: TrialStatements, state: Mapping[str, str]
) -> str:
    """Name the state that the data function shares with trials, if that alone has it run in each."""
    data = selection.data
    number = data.statement.number if data is not None else -1
    if data is None or number not in trial.reasons or number in trial.marked or trial.changes_data:
        return ""
    names = sorted(data.statement.names.everywhere & state.keys())
    made = ((name, one) for name in names for one in module.binders.get(name, ()))
    return next((f"'{name}' ({one.place})" for name, one in made if one.number in trial.reasons), "")


def _for_data(
    module: Module, selection: Selection, trial: TrialStatements, apart: TrialStatements
) -> set[int]:
    """Return the numbers of the statements that are trial only since a trial changes what data returns.

    Args:
        module: template.
        selection: model and data function of the template.
        trial: all trial statements.
        apart: those that are trial for other reasons.
    """
    data = selection.data
    calls = {call.number for call in module.entry if call.names.binds}
    if data is None or not apart.reasons.keys().isdisjoint({data.statement.number, *calls}):
        return set()
    return trial.reasons.keys() - apart.reasons.keys()


def _needed_at_load(module: Module, trial: TrialStatements, bounds: frozenset[str]) -> set[int]:
    """Return the statements that also run in setup, since bounds and lists use what they bind."""
    unmarked = trial.reasons.keys() - trial.marked
    running = [s for s in module.statements if s.number in unmarked] if bounds else []
    changes = {statement: module.facts.certain_changes(statement) for statement in running}

    def making(name: str) -> list[TopLevel]:
        binders = (*module.binders.get(name, ()), *module.facts.changers.get(name, ()))
        through_others = [statement for statement in running if name in changes[statement]]
        return [*(s for s in binders if s.number in unmarked and not s.calls), *through_others]

    def used(name: str) -> set[str]:
        return set().union(*(statement.names.everywhere for statement in making(name)))

    return {statement.number for name in reachable(bounds, used) for statement in making(name)}


def _seeds_in_setup(
    module: Module, trial: TrialStatements, kept: list[TopLevel], *, alive: bool
) -> frozenset[str]:
    """Return the packages whose random generator setup seeds; of live code, by what runs again."""
    setup = [s for s in (*kept, *module.entry[:-1]) if s.number not in trial.reasons]
    return frozenset().union(*(trial.seeded(s) for s in setup if not alive or seeds(module, s)))


def _names_in_trial_code(
    module: Module, selection: Selection, kept: list[TopLevel], trial: Collection[int]
) -> set[str]:
    numbers = set(trial)
    if selection.model is not None:
        numbers.add(selection.model.statement.number)
    running = (s for s in kept if s.number in numbers)
    names = set[str]().union(*(s.names.everywhere - s.binds_first for s in running))
    # A trial may run the names in functions and lambdas of other statements; the others ran in setup.
    return set(reachable(names, module.deferred))
