"""Statements that run in each trial, and the reasons: a marker reaches them, or they carry state along."""

from __future__ import annotations

import ast
import functools
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from hypertemplate.compiler.dataflow.aliases import built_from, held, is_plain, only_called
from hypertemplate.compiler.dataflow.bindings import bindings, plainly_bound
from hypertemplate.compiler.dataflow.effects import Change
from hypertemplate.compiler.dataflow.files.file_flow import FileFlow
from hypertemplate.compiler.dataflow.framework_state import python_objects
from hypertemplate.compiler.dataflow.graph import Graph, reachable
from hypertemplate.compiler.dataflow.imported_state import (
    BUILTINS,
    FIGURE,
    begins,
    changed_packages,
    common,
    handed,
    imported_sets,
    imports_own,
    ordered_packages,
    read_packages,
    reads_package,
    registered,
    set_packages,
)
from hypertemplate.compiler.dataflow.library import BEGUN
from hypertemplate.compiler.dataflow.module import Module, imported_by
from hypertemplate.compiler.dataflow.random_generators import Draws
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.entry.selection import Selection
from hypertemplate.compiler.entry.trial_calls import RETURNED
from hypertemplate.compiler.syntax.statements import defines

_IMPORTS = (ast.Import, ast.ImportFrom)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class _Cause(NamedTuple):
    """A statement that is trial, and whether a marker is the cause."""

    statement: TopLevel
    marked: bool


_Edges = Iterator[tuple[_Cause, str]]


class TrialStatements:
    """Statements that are trial, in a graph whose edges say why one statement makes another one trial.

    Args:
        module: template.
        selection: model and data function of the template.
        never: numbers of the statements that are left out, or that a comment places in setup.
        left_out: numbers of the statements that are left out.
        alive: whether the template has run, and is in memory.
        keeps_data: whether what data returns is put back after a trial that changes it.

    Attributes:
        reasons: reason of each trial statement, by its number.
        marked: numbers of the trial statements of which a marker is the cause.
        files: files that the statements read and write.
        changes_data: whether a trial changes what the data function returns.
    """

    def __init__(
        self,
        module: Module,
        selection: Selection,
        never: Collection[int],
        left_out: Collection[int],
        *,
        alive: bool,
        keeps_data: bool = False,
    ) -> None:
        self.module = module
        self.selection = selection
        self.reasons: dict[int, str] = {}
        self.marked: set[int] = set()
        self.changes_data = False
        self._never = never
        self._left_out = left_out
        self._alive = alive
        self._keeps_data = keeps_data
        self._graph = Graph(self._edges)
        self._postponed: list[tuple[_Cause, str]] | None = []
        self._followed: dict[tuple[str, bool], int] = {}
        self._rebuilt: set[TopLevel] = set()
        self._in_between: set[tuple[str, int]] = set()
        self._declared = set().union(*(statement.names.declares for statement in module.statements))
        self._draws = Draws(module)
        self._touched: dict[int, frozenset[str]] = {}
        self.files = FileFlow(module, left_out, self.module.read_when_run)
        self._set: dict[int, set[str]] = {}
        self._acted: dict[int, set[str]] = {}
        self._last: set[str] = set()  # reasons that are given where there is no other one
        self._better: dict[int, str] = {}

    def add(self, statement: TopLevel, reason: str, *, marked: bool) -> None:
        """Add a statement, and all that follow from it; `marked` if a marker is the cause."""
        for cause, why in self._possible([(_Cause(statement, marked), reason)]):
            self._graph.reach(cause, why)

    def add_calls(self) -> None:
        """Add the calls of data and model, and the statements that follow from them."""
        postponed, self._postponed = self._postponed or [], None
        for cause, why in postponed:
            self._graph.reach(cause, why)
        for call in self.module.entry:
            if not call.names.binds:
                self.add(call, "it is the trial", marked=False)

    def _possible(self, edges: Iterable[tuple[_Cause, str]]) -> _Edges:
        """Yield edges to statements that can be trial; those to the calls of data and model are postponed."""
        for cause, why in edges:
            if cause.statement.number in self._never:
                continue
            if cause.statement.calls and self._postponed is not None:
                self._postponed.append((cause, why))
            else:
                yield cause, why

    def _edges(self, cause: _Cause) -> _Edges:
        """Note that a statement is trial, and yield those that are trial since it is."""
        statement, marked = cause
        known = statement.number in self.reasons
        why = self._graph.reached[cause]
        if why in self._last:
            why = self._better.get(statement.number, why)
        self.reasons.setdefault(statement.number, why)
        if marked:
            self.marked.add(statement.number)
        if marked or not known:
            for other, because in self._possible(self._consequences(statement, why, marked)):
                if because not in self._last:
                    self._give(other.statement.number, because)
                yield other, because

    def _give(self, number: int, reason: str) -> None:
        """Take note of a reason that says more than one of those that are given last."""
        if number not in self.reasons:
            self._better.setdefault(number, reason)
        elif self.reasons[number] in self._last:
            self.reasons[number] = reason

    def _consequences(self, statement: TopLevel, why: str, marked: bool) -> _Edges:
        """Yield the statements that are trial since a statement is, for the reason `why`."""
        # Functions that have been defined rebind names when a trial calls them.
        declared = set() if self._alive and defines(statement.node) else statement.names.declares
        for name in sorted({*statement.names.binds, *declared, *self.module.facts.binds(statement)}):
            for other, because in self._follow(statement, name, marked):
                yield _Cause(other, marked), because
        for other, because in self._follow_given(statement):
            yield _Cause(other, marked), because
        if statement.names.binds and statement.calls and self.selection.data is not None:
            yield _Cause(self.selection.data.statement, marked), why
        for other, because in (
            *self._told_through_modules(statement),
            *self._called_back(statement),
            *self._told_through_files(statement, marked),
            *self._ordered_with(statement),
        ):
            yield _Cause(other, marked), because
        for other, because in (*self._built_anew(statement), *self._bound_again(statement)):
            yield _Cause(other, marked=False), because
        for other, because in self._drawn_later(statement):
            yield _Cause(other, marked), because
        for other, because in (*self._written_again(statement), *self._ended_later(statement)):
            yield _Cause(other, marked=False), because

    def _told_through_files(self, statement: TopLevel, marked: bool) -> Iterator[tuple[TopLevel, str]]:
        """Yield later statements that may read what a trial statement writes to files."""
        return iter(()) if self._alive else self.files.told(statement, marked)

    def _written_again(self, statement: TopLevel) -> Iterator[tuple[TopLevel, str]]:
        """Yield the statements that write what trial statements read, if these write it too."""
        if self.files.accesses(statement) and not self._alive:
            yield from self.files.bound_again(self.reasons.keys())
            yield from self.files.disturbed(self.reasons.keys())

    def _ended_later(self, statement: TopLevel) -> Iterator[tuple[TopLevel, str]]:
        """Yield later statements that may end the process, as ``sys.exit()`` below ``main()`` does."""
        because = f"it may end the run, after {statement.place}, which runs in each trial"
        later = [] if defines(statement.node) else self._not_trial(*self._ending)
        yield from ((other, because) for other in later if other.number > statement.number)

    @functools.cached_property
    def _ending(self) -> list[TopLevel]:
        """Statements that may end the process; code that has run has not."""
        return [] if self._alive else [s for s in self.module.statements if self.module.facts.ends(s)]

    def _told_through_modules(self, statement: TopLevel) -> Iterator[tuple[TopLevel, str]]:
        """Yield later statements that may read what a trial statement leaves in imported modules."""
        module = self.module
        later = self._not_trial(*module.statements[statement.number + 1 :])
        if module.facts.binds_anything(statement):
            because = f"{statement.place}, which runs in each trial, may bind any name"
            others = module.aliases.keys() | (BUILTINS - module.binders.keys())
            yield from ((other, because) for other in later if other.names.immediately - others)
        if self._alive:
            return
        reads = self.module.read_when_run(statement)
        if set_here := self._sets(statement):
            because = (
                f"{statement.place}, which runs in each trial, sets {', '.join(sorted(set_here))} before it"
            )
            yield from ((other, because) for other in later if imports_own(module, other))
        below = [] if statement.calls else self._not_trial(*self._before_model)
        yield from self._told_to_imports(statement, (*later, *below))
        packages = changed_packages(module, statement, reads) | module.loads.get(statement.number, set())
        packages |= {one.partition(".")[0] for one in imported_sets(module, statement)}
        because = f"{statement.place}, which runs in each trial, may change {', '.join(sorted(packages))}"
        self._last.add(because)
        given = handed(module, packages) if packages else set()
        for other in (*later, *below) if packages else ():
            read = self.module.read_when_run(other)
            if read & given or reads_package(module, other, read, packages):
                yield other, because
        used = read_packages(module, statement, reads)
        for other in later if used else ():
            if both := self._sets(other) & used:
                options = ", ".join(sorted(both))
                yield other, f"{statement.place}, which runs in each trial, may read options of {options}"

    def _told_to_imports(
        self, statement: TopLevel, later: Iterable[TopLevel]
    ) -> Iterator[tuple[TopLevel, str]]:
        """Yield later statements whose imports a trial statement comes before, and may matter to."""
        module, plain = self.module, isinstance(statement.node, _IMPORTS)
        reads = self.module.read_when_run(statement)
        code, where = [*imported_by(module, statement)], f"{statement.place}, which runs in each trial,"
        runs = set[str]().union(*(one.runs for one in code))
        # Of what an import runs the modules are known, of other code the packages.
        sets = set[str]().union(
            *(one.sets for one in code), () if plain else changed_packages(module, statement, reads)
        )
        read = set[str]().union(
            *(one.reads for one in code), () if plain else read_packages(module, statement, reads)
        )
        for other in later:
            for one in imported_by(module, other):
                if both := ", ".join(sorted(runs & one.loads)):
                    yield other, f"{where} imports {both} before it"
                elif both := common(sets, one.reads):
                    yield other, f"{where} may change {both}, which its import reads"
                elif both := common(read, one.sets):
                    yield other, f"{where} may read {both}, which its import changes"

    def _ordered_with(self, statement: TopLevel) -> Iterator[tuple[TopLevel, str]]:
        """Yield the statements that act on the same state of a library: its figure, its log."""
        packages = set[str]() if self._alive else self._ordered(statement)
        if not packages:
            return
        for other in self._not_trial(*self.module.statements[statement.number + 1 :]):
            if both := packages & self._ordered(other):
                shown = ", ".join(sorted(both))
                yield other, f"{statement.place}, which runs in each trial, calls {shown} before it"
        for package in packages & BEGUN if not statement.calls else ():
            yield from self._begun(statement, package)

    def _begun(self, statement: TopLevel, package: str) -> Iterator[tuple[TopLevel, str]]:
        """Yield the statements above that have begun, or added to, what a trial statement adds to."""
        what = "draws on the same figure" if package == FIGURE else f"adds to the same run of {package}"
        for other in reversed(self.module.statements[: statement.number + 1]):
            if (
                other is not statement
                and other.number not in self._left_out
                and package in self._ordered(other)
            ):
                yield other, f"{statement.place}, which runs in each trial, {what}"
            if begins(self.module, other, package):
                return

    def _ordered(self, statement: TopLevel) -> set[str]:
        """Return the packages on whose own state running a statement acts."""
        if statement.number not in self._acted:
            self._acted[statement.number] = ordered_packages(self.module, statement)
        return self._acted[statement.number]

    def _called_back(self, statement: TopLevel) -> Iterator[tuple[TopLevel, str]]:
        """Yield later readers of what a package may call or change while a trial statement runs."""
        given = set[str]().union(*(names for at, names in self._registered if at < statement.number))
        if not given or defines(statement.node):
            return
        because = f"a package may change what it reads while {statement.place} runs in each trial"
        for other in self._not_trial(*self.module.statements[statement.number + 1 :]):
            if not defines(other.node) and self.module.read_when_run(other) & given:
                yield other, because

    @functools.cached_property
    def _registered(self) -> list[tuple[int, set[str]]]:
        """Names of the objects that packages have been given for good, with the statement that gives them."""
        running = [s for s in self.module.statements if s.number not in self._left_out and not self._alive]
        found = ((s.number, registered(self.module, s)) for s in running)
        return [(number, names) for number, names in found if names]

    def _sets(self, statement: TopLevel) -> set[str]:
        """Return the packages of which running a statement sets an option."""
        if statement.number not in self._set:
            reads = self.module.read_when_run(statement)
            self._set[statement.number] = set_packages(self.module, statement, reads)
        return self._set[statement.number]

    def _drawn_later(self, statement: TopLevel) -> Iterator[tuple[TopLevel, str]]:
        """Yield later statements that may draw other numbers than in setup, since a trial statement draws."""
        mine = self._generators(statement)
        if mine:
            because = f"{statement.place}, which runs in each trial, may draw random numbers before it"
            self._last.add(because)
            later = self._not_trial(*self.module.statements[statement.number + 1 :], *self._before_model)
            yield from ((other, because) for other in later if mine & self._generators(other))

    @property
    def _before_model(self) -> list[TopLevel]:
        return [call for call in self.module.entry if call.names.binds]

    @functools.cached_property
    def _seeded(self) -> frozenset[str]:
        """Packages whose random generator the template seeds, other than in the model."""
        if self._alive:
            return frozenset()  # what has run does not run again
        running = [s for s in self.module.statements if s.number not in self._left_out]
        return frozenset().union(*map(self.seeded, (*running, *self._before_model)))

    def seeded(self, statement: TopLevel) -> frozenset[str]:
        """Return the packages whose random generator a statement seeds."""
        return self._draws.seeded(statement)

    def _generators(self, statement: TopLevel) -> frozenset[str]:
        """Return the packages whose generator, which the template seeds, a statement may change."""
        if not self._seeded:
            return self._seeded
        if statement.number not in self._touched:
            self._touched[statement.number] = self._draws.touched(statement) & self._seeded
        return self._touched[statement.number]

    def _follow(self, statement: TopLevel, name: str, marked: bool) -> Iterator[tuple[TopLevel, str]]:
        """Yield users of a trial statement's name, and later statements that rebind it, once per name."""
        made = f"{_shown(name)}, which is made for each trial ({statement.place})"
        first = self._followed.get((name, marked))
        if first is not None and first <= statement.number:
            return
        self._followed[name, marked] = statement.number
        for user in self.module.users.get(name, ()):
            # An earlier statement has read another value; a function reads the name when it is called.
            if user.number > statement.number or name in user.names.deferred:
                yield user, f"it uses {made}"
        for other in (*self.module.binders.get(name, ()), *self.module.facts.changers.get(name, ())):
            if statement.number < other.number and (first is None or other.number <= first):
                yield other, f"it rebinds {made}"

    def _follow_given(self, statement: TopLevel) -> Iterator[tuple[TopLevel, str]]:
        """Yield later users of objects in memory, if a trial statement may change them."""
        facts = self.module.facts
        changed = {name for name, how in facts.changes(statement).items() if how is not Change.HANDED}
        reached = set[str]().union(*map(facts.aliases.reached, changed))
        for name in sorted(reached & self.module.given):
            because = f"it uses '{name}', which {statement.place} may change in each trial"
            later = self._not_trial(*self.module.statements[statement.number + 1 :])
            seen = facts.aliases.seen_through(name)
            yield from ((user, because) for user in later if self.module.read_when_run(user) & seen)

    def _built_anew(self, statement: TopLevel) -> Iterator[tuple[TopLevel, str]]:
        """Yield the statements that build the objects that a trial statement changes, with their parts."""
        changes = self.module.facts.changes(statement)
        for name in sorted(changes.keys() - self.module.aliases.keys() - statement.binds_first):
            if changes[name] is Change.CERTAIN:
                yield from self._built_with_parts(statement, name)
            elif not self._alive and (changes[name] is Change.UNKNOWN or name != RETURNED):
                yield from self._built_cheaply(statement, name)

    def _built_with_parts(self, statement: TopLevel, name: str) -> Iterator[tuple[TopLevel, str]]:
        """Yield the statements that bind a name that a statement surely changes, or a possible part of it."""
        module = self.module
        because = f"{_shown(name)}, which {statement.place} changes in each trial, is built from it"
        if name == RETURNED:
            self.changes_data = True
            because = f"{statement.place} changes what it returns"
            if self._keeps_data:
                return
        start = self._bound_before(name, statement)
        for same in sorted(module.facts.aliases.reached(name) - {name}):
            start += [one for one in module.binders.get(same, ()) if one.number < statement.number]
        built = (source for source in start if not isinstance(source.node, _IMPORTS))
        for source in reachable(built, self._parts, self._rebuilt):
            yield source, because

    def _parts(self, source: TopLevel) -> Iterator[TopLevel]:
        """Yield the statements that bind names whose objects may be part of the result of a statement."""
        if isinstance(source.node, _FUNCTIONS):
            return
        holders = set(held(source.node))
        for used in source.names.immediately & built_from(source.node) - self.module.constants:
            for binder in self._bound_before(used, source):
                if not only_called(binder.node, used in holders):
                    yield binder

    def _built_cheaply(self, statement: TopLevel, name: str) -> Iterator[tuple[TopLevel, str]]:
        """Yield the statements that bind a name that a statement may change, if they cheaply run again."""
        because = f"{statement.place}, which runs in each trial, may change {_shown(name)}"
        for same in sorted(self.module.facts.aliases.reached(name)):
            for source in self.module.binders.get(same, ()):
                if source.number < statement.number and self._is_cheap(source) and self._spreads(source):
                    yield source, because

    def _spreads(self, statement: TopLevel) -> bool:
        """Tell whether running a statement again runs nothing costly again, such as loading data."""
        return not any(map(self.module.facts.costs, reachable(self._not_trial(statement), self._users)))

    def _not_trial(self, *statements: TopLevel) -> list[TopLevel]:
        return [s for s in statements if s.number not in self.reasons and s.number not in self._left_out]

    def _users(self, statement: TopLevel) -> Iterator[TopLevel]:
        """Yield the statements that are not trial yet and read a name that a statement binds."""
        for name in statement.names.binds | statement.names.declares:
            users = self._not_trial(*self.module.users.get(name, ()))
            yield from (u for u in users if u.number > statement.number or name in u.names.deferred)

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
        for name in sorted(self.module.read_when_run(statement)):
            before = self._bound_before(name, statement)
            since = before[-1].number if before else -1
            seen = module.facts.aliases.seen_through(name)
            changing = (module.facts.changers, self._given_objects_of_python)
            others = [other for same in seen for found in changing for other in found.get(same, ())]
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

    @functools.cached_property
    def _given_objects_of_python(self) -> dict[str, list[TopLevel]]:
        """Statements that call an object of Python's own, or give it to a library, by its name."""
        found: dict[str, list[TopLevel]] = {}
        names = set[str]() if self._alive else python_objects(self.module)
        for statement in self.module.statements if names else ():
            changes = self.module.facts.changes(statement)
            for name in names.intersection(changes):
                if changes[name] is Change.HANDED and statement.number not in self._left_out:
                    found.setdefault(name, []).append(statement)
        return found


def _shown(name: str) -> str:
    return "what data() returns" if name == RETURNED else f"'{name}'"
