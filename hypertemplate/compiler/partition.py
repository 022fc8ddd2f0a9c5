"""Setup, trial or left out: when each top-level statement runs, and why."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hypertemplate.compiler.framework_state import StateFinder
from hypertemplate.compiler.keeping import left_out
from hypertemplate.compiler.markers import Marker
from hypertemplate.compiler.module import Function, Module, TopLevel
from hypertemplate.compiler.notebook_closure import changed
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.selection import Selection

_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

SPACE = "space"
"""The dict of the trial's values, which Hyperas left in the reach of templates; some print it."""

SEEDING = frozenset(
    {
        "keras.utils.set_random_seed",
        "numpy.random.seed",
        "random.seed",
        "tensorflow.compat.v1.set_random_seed",
        "tensorflow.keras.utils.set_random_seed",
        "tensorflow.random.set_random_seed",
        "tensorflow.random.set_seed",
        "tensorflow.set_random_seed",
        "tf_keras.utils.set_random_seed",
        "torch.cuda.manual_seed",
        "torch.cuda.manual_seed_all",
        "torch.manual_seed",
    }
)


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
    """

    def __init__(self, module: Module, selection: Selection, markers: tuple[Marker, ...]) -> None:
        self.module = module
        self.selection = selection
        self._left_out = left_out(module, selection, markers)
        self._trial: dict[int, str] = {}
        self._kept = [s for s in module.statements if s.number not in self._left_out]
        for statement in _holding(self._kept, markers):
            self._make_trial(statement, "it holds a marker")
        self.reads_space = SPACE not in module.binders and SPACE in module.users
        if self.reads_space:
            for statement in module.users[SPACE]:
                self._make_trial(statement, f"it reads '{SPACE}', the trial's values")
        self._share_no_state()

    @property
    def kept(self) -> list[TopLevel]:
        """The statements that run at all, in source order."""
        return self._kept

    @property
    def trial_names(self) -> set[str]:
        """The names that trial statements bind."""
        trial = [s for s in self._kept if s.number in self._trial]
        return set().union(*(s.names.binds | s.names.declares for s in trial))

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
        if number in self._trial:
            return Placed(Placement.TRIAL, self._trial[number])
        if self._seeds(statement):
            return Placed(Placement.BOTH, "it seeds random numbers, for every trial alike")
        return Placed(Placement.SETUP, "no marker reaches it")

    def _is_trial(self, function: Function) -> bool:
        return function.statement.number in self._trial

    def _make_trial(self, first: TopLevel, reason: str) -> None:
        """Make a statement trial, and all that follows from it."""
        waiting = [(first, reason)]
        while waiting:
            statement, why = waiting.pop()
            if statement.number in self._trial or statement.number in self._left_out:
                continue
            self._trial[statement.number] = why
            if self.selection.model is None:
                waiting += self._built_anew(statement)
            for name in sorted(statement.names.binds | statement.names.declares):
                made = f"'{name}', which is made for each trial ({statement.place})"
                waiting += [(user, f"it uses {made}") for user in self.module.users.get(name, ())]
                waiting += [
                    (other, f"it rebinds {made}")
                    for other in self.module.binders.get(name, ())
                    if other.number > statement.number
                ]

    def _built_anew(self, statement: TopLevel) -> Iterator[tuple[TopLevel, str]]:
        """In a script, what a trial statement changes is built in the trial, with all that it depends on."""
        line = statement.place
        for name in sorted(set(changed(statement.node)) - self.module.aliases.keys()):
            waiting = list(self.module.binders.get(name, ()))
            seen: set[int] = set()
            while waiting:
                source = waiting.pop()
                if source.number in seen or isinstance(source.node, _DEFINITIONS):
                    continue
                seen.add(source.number)
                yield source, f"'{name}', which {line} changes in each trial, is built from it"
                for used in source.names.immediately:
                    waiting += self.module.binders.get(used, ())

    def _share_no_state(self) -> None:
        """Make anew for each trial what would carry one trial into the next."""
        held = StateFinder(self.module).names(self._kept)
        grown = True
        while grown and held:
            before = len(self._trial)
            for name in sorted(self._names_in_trial_code() & held.keys()):
                for statement in self.module.binders.get(name, ()):
                    reason = f"{held[name]} in '{name}' would carry one trial into the next"
                    self._make_trial(statement, reason)
            grown = len(self._trial) > before

    def _names_in_trial_code(self) -> set[str]:
        """The names that run in a trial: those of trial statements and of the functions that they reach."""
        numbers = set(self._trial)
        if self.selection.model is not None:
            numbers.add(self.selection.model.statement.number)
        waiting = [s for s in self._kept if s.number in numbers]
        reached: set[str] = set()
        while waiting:
            new = waiting.pop().names.everywhere - reached
            reached |= new
            waiting += [
                statement
                for name in new
                for statement in self.module.binders.get(name, ())
                if isinstance(statement.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            ]
        return reached

    def _seeds(self, statement: TopLevel) -> bool:
        match statement.node:
            case ast.Expr(value=ast.Call(func=func)):
                return self.module.dotted(func) in SEEDING
        return False


def _holding(statements: Iterable[TopLevel], markers: tuple[Marker, ...]) -> list[TopLevel]:
    """The statements that hold a marker; both are in source order."""
    holding: list[TopLevel] = []
    position = 0
    for statement in statements:
        while position < len(markers) and markers[position].span < statement.span:
            position += 1
        if position < len(markers) and markers[position].span.inside(statement.span):
            holding.append(statement)
    return holding
