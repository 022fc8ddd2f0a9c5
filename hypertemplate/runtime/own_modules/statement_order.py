"""Order in which statements of setup and of the trial change what the process has one of.

Setup runs before all trials, also what the file has below a statement of the trial. The compiler puts a
statement there if it shares nothing with the trial statements above it. What it cannot see is found here:
a random generator that is seeded in ``exec`` or by a property, a variable of the environment.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from types import CodeType
from typing import NamedTuple

from hypertemplate.compiler.program import Placement, Program, Statement, in_lines
from hypertemplate.errors import StatementOrderError
from hypertemplate.runtime import seeds
from hypertemplate.runtime.own_modules.environment_reads import EnvironmentReads, environment_reads
from hypertemplate.runtime.own_modules.program_module import compiled

_NAMES = {"random": "Python", "numpy": "NumPy", "torch": "PyTorch", "tensorflow": "TensorFlow"}
"""Packages whose names people write otherwise."""

_SETUP = frozenset({Placement.SETUP, Placement.BOTH, Placement.KEPT})
_TRIAL = frozenset({Placement.TRIAL, Placement.BOTH, Placement.KEPT})


class _Place(NamedTuple):
    """Place of a statement: the number of its part, its own number there, and its line."""

    part: int
    number: int
    line: int


class StatementOrder:
    """Order of the statements of a program.

    Args:
        program: the program.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._placements = _TRIAL
        self._changed: dict[str, _Place] = {}
        self._set: dict[str, _Place] = {}
        self._set_by_import: set[str] = set()
        every = [*self._statements()]
        self._first = next((place for place, one in every if one.placement in _TRIAL), None)
        self._watched = {place for place, one in every if self._may_be_too_early(place, one)}

    def setup(self, whole: Iterable[CodeType]) -> Iterator[CodeType]:
        """Yield the code of setup, a statement at a time where some stand below one of the trial.

        Args:
            whole: the whole code of setup.
        """
        if not self._watched:
            yield from whole
            return
        for place, statement in self._statements():
            if place in self._watched:
                generators, variables = seeds.digests(), {*os.environ.items()}
                yield self._compiled(place, statement)
                self._changed |= dict.fromkeys(_changed(generators, seeds.digests()), place)
                changed = {name for name, _ in {*os.environ.items()} ^ variables}
                self._set |= dict.fromkeys(changed, place)
                if _is_import(statement):
                    self._set_by_import |= changed
            elif statement.placement in _SETUP:
                yield self._compiled(place, statement)

    def keep_data(self) -> None:
        """Leave out of trials what runs in them only if the data cannot be put back."""
        self._placements = _TRIAL - {Placement.KEPT}

    def trial(self, whole: Iterable[CodeType]) -> Iterator[CodeType]:
        """Yield the code of a trial, a statement at a time where setup has changed something below one.

        Args:
            whole: the whole code of a trial.

        Raises:
            StatementOrderError: one of them has drawn from that generator, or read that variable.
        """
        if not (self._changed or self._set):
            yield from whole
            return
        for place, statement in self._statements():
            if statement.placement in self._placements:
                generators = seeds.digests()
                with environment_reads() as reads:
                    yield self._compiled(place, statement)
                self._check(place, _changed(generators, seeds.digests()), self._read(reads))
        self._changed, self._set = {}, {}  # one trial tells

    def _statements(self) -> Iterator[tuple[_Place, Statement]]:
        for part_number, part in enumerate(self._program.parts):
            for number, one in enumerate(part.statements if not part.module else ()):
                yield _Place(part_number, number, one.line), one

    def _may_be_too_early(self, place: _Place, statement: Statement) -> bool:
        """Tell whether a statement of setup is below one of the trial, and no comment says that it may be."""
        is_below = self._first is not None and place >= self._first
        return is_below and statement.placement is Placement.SETUP and not statement.by_comment

    def _compiled(self, place: _Place, statement: Statement) -> CodeType:
        return compiled(self._program.parts[place.part], in_lines([statement]))

    def _read(self, reads: EnvironmentReads) -> set[str]:
        """Return the variables that setup has set and code reads, also by a program that it starts.

        What a library sets when it is imported is for the library.
        """
        names = set(reads.names)
        if reads.all:
            names |= self._set.keys()
        if reads.by_programs:
            names |= self._set.keys() - self._set_by_import
        return names

    def _check(self, place: _Place, packages: Iterable[str], names: Iterable[str]) -> None:
        """Raise an error if setup has changed what a statement of the trial read, by a statement below it."""
        for package in packages:
            below = self._changed.get(package, place)
            if place < below and seeds.is_seeded(package):
                what = f"seeds, or draws from, the random generator of {_NAMES.get(package, package)}"
                raise StatementOrderError(self._told(below, what, place, "draws from that generator"))
        for name in sorted(names):
            below = self._set.get(name, place)
            if place < below:
                what = f"changes the environment variable {name}"
                raise StatementOrderError(self._told(below, what, place, "reads that variable"))

    def _told(self, early: _Place, what: str, above: _Place, does: str) -> str:
        name = self._program.parts[early.part].name
        other = self._program.parts[above.part].name
        place = f"line {above.line}" if other == name else f"{other}, line {above.line},"
        return (
            f"{name}, line {early.line} {what}, and runs before all trials; {place} is above that line, but "
            f"{does} in each trial, so the trials would differ from runs of the whole file: "
            f"add to line {early.line}: # hypertemplate: trial"
        )


def _is_import(statement: Statement) -> bool:
    return statement.text.startswith(("import ", "from "))


def _changed(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """Return the names that have a new value."""
    return [name for name, value in after.items() if name in before and before[name] != value]
