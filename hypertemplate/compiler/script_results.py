"""Variables of a script that may be its objective, and constants, which are the same in each trial."""

from __future__ import annotations

import ast

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
    bound: dict[str, list[TopLevel]] = {}
    for statement in partition.kept:
        for name in statement.names.binds:
            bound.setdefault(name, []).append(statement)
    return tuple(
        Constant(name, binders[-1].place, name in used and not all(map(_is_number, binders)))
        for name, binders in sorted(bound.items())
        if name not in made and not any(binder.calls for binder in binders)
    )


def _is_number(statement: TopLevel) -> bool:
    """Tell whether a statement assigns a number that is written out."""
    match statement.node:
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return number_of(value) is not None
    return False
