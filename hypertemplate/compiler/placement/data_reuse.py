"""Reuse of what a data function returns: the values that decide it, or the reason why it runs in every trial.

What is decided here holds for every call. What a call did besides returning is found when it runs, by
`hypertemplate.runtime.reuse`.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator

from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.imported_state import changed_packages, handed, reads_package
from hypertemplate.compiler.dataflow.kept_statements import closure
from hypertemplate.compiler.dataflow.module import Function, Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.entry.selection import Selection
from hypertemplate.compiler.placement.partition import SPACE, Partition
from hypertemplate.compiler.program import DataReuse
from hypertemplate.compiler.syntax.hyperas_imports import tells_of_trial
from hypertemplate.compiler.syntax.nodes import annotations_of, outside

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

_PLAIN_CALLS = frozenset(
    {"abs", "bool", "dict", "float", "int", "len", "list", "max", "min", "range", "round", "set", "sorted"}
    | {"str", "sum", "tuple"}
) & frozenset(dir(builtins))
"""Builtins that make values of values, and do nothing else."""


def data_reuse(
    module: Module, selection: Selection, partition: Partition, own: Collection[str] = ()
) -> DataReuse | None:
    """Return the reuse of what the data function returns; None if it runs once, unless models change that.

    Args:
        module: template.
        selection: its model and data function.
        partition: placement of its statements.
        own: modules of the user's own, whose state is compared after a call.
    """
    data, model = selection.data, selection.model
    if data is None or model is None or not partition.data_per_trial or partition.changed_data:
        return None
    before = _needed_in_trial(module, partition, data.statement)
    refusals = (*_refusals(module, partition, data, before), *_told(module, data, model, own))
    if refused := next(iter(refusals), ""):
        return DataReuse(refused=refused)
    names = {name for one in before if not isinstance(one.node, _FUNCTIONS) for name in one.names.binds}
    return DataReuse(tuple(sorted(names)))


def _needed_in_trial(module: Module, partition: Partition, data: TopLevel) -> list[TopLevel]:
    """Return the statements that run in each trial and that a call of the data function may depend on."""
    kept = closure(module, partition.kept, [data], results=False, alive=partition.alive)
    return [one for one in partition.kept if one.number in kept and one.number in partition.trial]


def _refusals(module: Module, partition: Partition, data: Function, before: list[TopLevel]) -> Iterator[str]:
    """Yield the reasons, in what runs before, why the data function has to run in every trial."""
    if partition.reads_space and SPACE in _read_by(module, data):
        yield f"it reads '{SPACE}', all the trial's values"
    for one in before:
        if tells_of_trial(one.node):
            yield f"it may use the trial's number or folder ({one.place})"
        elif one.names.dynamic:
            yield f"{one.place} looks names up by their texts"
        elif not _is_known(module, one):
            yield f"it needs {one.place}, which runs in each trial"
    given = partition.selection.data_args
    if given is not None and not _only_computes(module, ast.parse(given.text, mode="eval").body):
        yield f"it is given {given.text}"


def _told(module: Module, data: Function, model: Function, own: Collection[str]) -> Iterator[str]:
    """Yield the reason, in packages whose state nothing compares, why it has to run in every trial."""
    packages = changed_packages(module, data.statement, _read_by(module, data)).difference(own)
    read, statement = _read_by(module, model), model.statement
    if packages and (read & handed(module, packages) or reads_package(module, statement, read, packages)):
        yield f"it may tell {model.name}() something through {', '.join(sorted(packages))}"


def _read_by(module: Module, function: Function) -> set[str]:
    """Return the names that a call of a function reads, also through others."""
    return set(reachable([function.name], module.deferred))


def _is_known(module: Module, statement: TopLevel) -> bool:
    """Tell whether a statement defines a function, or binds names whose values tell all that it does."""
    if isinstance(statement.node, _FUNCTIONS):
        return _is_plain_function(statement.node)
    return _is_value(module, statement)


def _is_plain_function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether defining a function computes nothing."""
    annotations = annotations_of(node)
    return all(isinstance(one, ast.Constant) or one in annotations for one in outside(node))


def _is_value(module: Module, statement: TopLevel) -> bool:
    """Tell whether a statement only gives values to names."""
    match statement.node:
        case ast.Assign(targets=targets, value=value):
            pass
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            targets = [target]
        case _:
            return False
    return all(isinstance(target, ast.Name) for target in targets) and _only_computes(module, value)


def _only_computes(module: Module, value: ast.expr) -> bool:
    """Tell whether an expression draws, and computes with constants, names and builtins."""
    pending: list[ast.AST] = [value]
    while pending:
        node = pending.pop()
        match node:
            case ast.Set(elts=[ast.Set()]):
                continue  # a marker: what its options are is compared as the value
            case ast.Call(func=ast.Name(id=name)) if name in _PLAIN_CALLS and name not in module.binders:
                pass
            case ast.Call() | ast.Attribute() | ast.Await() | ast.Lambda() | ast.NamedExpr():
                return False
        pending += ast.iter_child_nodes(node)
    return True
