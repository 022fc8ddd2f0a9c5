"""Remarks on statements in an explanation: what makes a file a script, and what that costs."""

from __future__ import annotations

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.entry.selection import MODEL_NAMES, Selection
from hypertemplate.compiler.placement.partition import Partition
from hypertemplate.compiler.script.last_call import ending


def remarks_on(module: Module, selection: Selection, partition: Partition) -> dict[int, tuple[str, ...]]:
    """Return the remarks on each statement, by its number.

    Args:
        module: template.
        selection: its model and data function.
        partition: placement of its statements.
    """
    if selection.model is not None:
        return {}
    found: dict[int, tuple[str, ...]] = {}
    for name in MODEL_NAMES:
        for function in module.functions.get(name, ())[-1:]:
            found[function.statement.number] = ("it returns no loss, so the file is searched as a script",)
    last = ending(module, partition)
    for statement in partition.kept if last is not None else ():
        if (
            last is not None
            and last[0].function in statement.names.immediately
            and partition.module.facts.costs(statement)
        ):
            found[statement.number] = (f"{last[0].function}() reloads its data in each trial",)
    return found
