"""Placement of each top-level statement, in setup, in the trial or left out, with the reason."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hypertemplate.compiler.dataflow.files.file_flow import FileFlow
from hypertemplate.compiler.dataflow.framework_state import StateFinder
from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.iterators import OneShotFinder
from hypertemplate.compiler.dataflow.module import Module, holding
from hypertemplate.compiler.dataflow.random_generators import seeds
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
from hypertemplate.compiler.entry.exclusions import BY_COMMENT, SHOWN, UNNEEDED, left_out
from hypertemplate.compiler.entry.selection import Selection
from hypertemplate.compiler.live_module import IN_MEMORY, Memory, taken_from_memory
from hypertemplate.compiler.live_statements import LiveTrial
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.syntax.hyperas_imports import is_report, tells_of_trial
from hypertemplate.compiler.syntax.statements import defines
from hypertemplate.compiler.trial_statements import TrialStatements

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
        return Placed(Placement.SETUP, "no marker reaches it")

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

    A statement is *trial* if it holds a marker, uses a name that a trial statement binds, or stands after one
    and rebinds its name; also if it makes state that trial code uses. This is repeated until nothing changes.

    Args:
        module: template.
        selection: model and data function of the template.
        markers: markers of the template.
        bounds: names that bounds and lists of options use, which must exist after load.
        words: texts of comments on statements, by their number.
        memory: contents of memory, or None for code that is not in memory.
    """
    alive = memory is not None and memory.ran
    setup = {number for number, word in words.items() if word == "setup"}
    reasons = left_out(module, selection, markers, words, memory)
    needed = [s for s in module.statements if s.number not in reasons]
    reads_space = SPACE not in module.binders and SPACE in module.users
    used_up = OneShotFinder(module).names(needed)
    state = used_up | StateFinder(module).names(needed)

    def begin(*, keeps_data: bool = False) -> TrialStatements:
        never = reasons.keys() | setup
        trial = TrialStatements(module, selection, never, reasons.keys(), alive=alive, keeps_data=keeps_data)
        for statement in holding(needed, markers):
            trial.add(statement, "it holds a marker", marked=True)
        for statement in needed:
            if statement.number in module.marked:
                trial.add(statement, module.marked[statement.number], marked=True)
        for statement in module.users[SPACE] if reads_space else ():
            trial.add(statement, f"it reads '{SPACE}', the trial's values", marked=True)
        _add_declared(module, trial, needed, words)
        return trial

    def named(trial: TrialStatements) -> set[str]:
        return _names_in_trial_code(module, selection, needed, trial.reasons)

    def complete(trial: TrialStatements) -> TrialStatements:
        _add_state(trial, named, state)
        trial.add_calls()
        _add_state(trial, named, state)
        return trial

    problems: list[Diagnostic] = []
    if alive:
        chosen = {number for number, word in words.items() if word == "trial"}
        unseen = frozenset(number for number, reason in reasons.items() if reason not in (UNNEEDED, SHOWN))
        live = LiveTrial(module, needed, unseen, state, used_up.keys(), chosen, begin, named)
        trial, problems = live.statements()
    else:
        trial = complete(begin())

    seeds = _seeds_in_setup(module, trial, needed, alive=alive)
    # What draws numbers that the template seeds cannot run at two places.
    apart = complete(begin(keeps_data=True)) if trial.changes_data and not alive and not seeds else trial
    at_load = _needed_at_load(module, trial, bounds)
    taken = taken_from_memory(module, memory, needed, trial.reasons.keys() | setup)
    if alive:
        again = [s for s in needed if s.number not in taken | trial.reasons.keys() | setup]
        problems += live.noticed_definitions(again)
    return Partition(
        module=module,
        selection=selection,
        kept=[s for s in needed if s.number not in taken],
        needed=needed,
        in_memory=memory.names if memory is not None else frozenset(),
        alive=alive,
        reads_space=reads_space,
        left_out=reasons | dict.fromkeys(taken, IN_MEMORY),
        trial=trial.reasons,
        marked=trial.marked,
        setup=setup,
        at_load=at_load,
        files=trial.files,
        changes_data=trial.changes_data,
        for_data=_for_data(module, selection, trial, apart),
        seeds=seeds,
        data_shares=_data_shares(module, selection, trial, state),
        problems=problems,
    )


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


def _add_declared(
    module: Module, trial: TrialStatements, kept: list[TopLevel], words: Mapping[int, str]
) -> None:
    """Add the statements that a comment places in the trial, that name the trial that runs, or report."""
    reporting = {name for name, path in module.aliases.items() if is_report(path) or path == "hypertemplate"}
    for statement in kept:
        tells = "it tells of the trial that runs" if tells_of_trial(statement.node) else ""
        if reporting and not defines(statement.node):
            named: Iterator[str] = reachable(statement.names.immediately, module.deferred)
            if not reporting.isdisjoint(named):
                tells = "it reports to the search"
        if reason := BY_COMMENT if words.get(statement.number) == "trial" else tells:
            trial.add(statement, reason, marked=False)


def _add_state(
    trial: TrialStatements, named: Callable[[TrialStatements], set[str]], state: Mapping[str, str]
) -> None:
    """Add the statements that make values which would carry one trial into the next.

    Args:
        trial: statements to add to.
        named: function that returns the names in the code of a trial.
        state: names of such values, each with the kind of value.
    """
    grown = bool(state)
    while grown:
        before = len(trial.reasons)
        for name in sorted(named(trial) & state.keys()):
            for statement in trial.module.binders.get(name, ()):
                reason = f"{state[name]} in '{name}' would carry one trial into the next"
                trial.add(statement, reason, marked=False)
        grown = len(trial.reasons) > before


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
