"""Variables of a script that may be its objective, and constants, which are the same in each trial."""

from __future__ import annotations

import ast

from hypertemplate.compiler.dataflow.files.file_access import collide, tells
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.partition import Partition
from hypertemplate.compiler.program import Constant, Placement
from hypertemplate.compiler.syntax.literals import number as number_of

_IN_TRIAL = (Placement.TRIAL, Placement.BOTH)


def results(module: Module, partition: Partition) -> tuple[str, ...] | None:
    """Return the names that a trial of a script may give a value; None if it may be any name."""
    running = [s for s in partition.kept if partition.placed(s).placement in _IN_TRIAL]
    if any(module.facts.binds_anything(s) or s.names.star for s in running):
        return None
    numbers = {statement.number for statement in running}
    found = set().union(*(s.names.binds | s.names.declares for s in running))
    changers = module.facts.changers.items()
    return tuple(sorted(found.union(n for n, by in changers if any(s.number in numbers for s in by))))


def constants(module: Module, partition: Partition) -> tuple[Constant, ...]:
    """Return the names that a script's setup alone binds, each with the line that does so last."""
    made = results(module, partition)
    if made is None:
        return ()
    used = partition.names_in_trial_code()
    written = _Written(module, partition)
    bound: dict[str, list[TopLevel]] = {}
    for statement in partition.kept:
        for name in statement.names.binds:
            bound.setdefault(name, []).append(statement)
    return tuple(
        Constant(
            name, binders[-1].place, name in used and not all(map(_is_number, binders)), written.below(name)
        )
        for name, binders in sorted(bound.items())
        if name not in made and not any(binder.calls for binder in binders)
    )


class _Written:
    """Files that setup reads and that trial statements write further down."""

    def __init__(self, module: Module, partition: Partition) -> None:
        self._module = module
        self._setup = [s for s in partition.kept if partition.placed(s).placement not in _IN_TRIAL]
        self._trial = [s for s in partition.kept if partition.placed(s).placement in _IN_TRIAL]

    def below(self, name: str) -> str:
        """Say which file the value of a name is read from above what writes it, if there is one."""
        for reader in self._behind(name):
            for writer in self._trial:
                found = self._path(writer, reader)
                if found and writer.number > reader.number:
                    return f"{reader.place} reads '{found}' before {writer.place} writes it; move it below"
        return ""

    def _path(self, writer: TopLevel, reader: TopLevel) -> str:
        """Return the path that one statement may read of what another one writes, or nothing."""
        facts = self._module.facts
        pairs = ((write, read) for read in facts.files(reader) for write in facts.files(writer))
        return next(
            (read.path.shown for write, read in pairs if collide(write, read) and tells(write, read)), ""
        )

    def _behind(self, name: str) -> list[TopLevel]:
        """Return the statements of setup that the value of a name is from, the nearest first."""
        found: list[TopLevel] = []
        names = {name}
        for statement in reversed(self._setup):
            if names & statement.names.binds:
                found.append(statement)
                names |= set(statement.names.immediately)
        return found


def _is_number(statement: TopLevel) -> bool:
    """Tell whether a statement assigns a number that is written out."""
    match statement.node:
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return number_of(value) is not None
    return False
