"""Names that setup binds and trials reach, whose values the worker compares after each trial."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable

from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.placement.partition import Partition
from hypertemplate.compiler.program import Placement, Reached

_ASSIGNMENTS = (ast.Assign, ast.AnnAssign)
_IMPORTS = (ast.Import, ast.ImportFrom)
_IN_TRIAL = (Placement.TRIAL, Placement.BOTH, Placement.KEPT)
_ADDING = frozenset({"add", "append", "appendleft", "extend", "insert", "update"})


def reached_names(module: Module, partition: Partition, live: Iterable[str]) -> tuple[Reached, ...]:
    """Return each name that setup binds, or memory holds, and that trial code reaches, by its line.

    Args:
        module: the template.
        partition: placement of its statements.
        live: names whose values come from memory.
    """
    memory = frozenset(live)
    bound: dict[str, TopLevel] = {}
    for statement in partition.needed:
        if partition.placed(statement).placement is not Placement.TRIAL:
            bound |= dict.fromkeys(statement.names.binds | statement.names.declares, statement)
    names = _named(module, partition)
    code = [
        s
        for s in partition.needed
        if partition.placed(s).placement in _IN_TRIAL or (s.names.binds & names and s.names.deferred)
    ]
    if any(s.names.dynamic or s.names.star for s in code):
        names |= bound.keys() | memory
    growing = _only_added_to(module, code, names - bound.keys() - memory)
    lines = {name: s.number for name, s in bound.items()}
    return tuple(
        Reached(
            name,
            bound[name].place if name in bound else "",
            assigned=name not in memory and isinstance(bound[name].node, _ASSIGNMENTS),
            grows_only=name in growing,
            imported=name in bound and isinstance(bound[name].node, _IMPORTS),
        )
        for name in sorted(names & (bound.keys() | memory), key=lambda name: (lines.get(name, -1), name))
    )


def _named(module: Module, partition: Partition) -> set[str]:
    """Return the names in trial code, also in functions that it reaches; those of the data function count."""
    names = partition.names_in_trial_code()
    data = partition.selection.data
    made = [data.name] if data is not None else []
    return names.union(reachable(made, module.deferred))


def _only_added_to(module: Module, code: list[TopLevel], made: set[str]) -> set[str]:
    """Return the names to whose objects trial code only adds, under no other name and without a read.

    Args:
        module: the template.
        code: statements of the trial, and of functions that it reaches.
        made: names that each trial binds anew, which may be what is added.
    """
    used: Counter[str] = Counter()
    added: Counter[str] = Counter()
    for node in (node for statement in code for node in ast.walk(statement.node)):
        match node:
            case ast.Name(id=name):
                used[name] += 1
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method))):
                added[name] += method in _ADDING
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))]):
                added[name] += 1
    aliases = module.facts.aliases
    return {
        name
        for name, times in added.items()
        if times == used[name] and (aliases.holders(name) | aliases.reached(name)) - made == {name}
    }
