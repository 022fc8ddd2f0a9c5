"""Remarks on statements in an explanation: what makes a file a script, its costs, and which data is kept."""

from __future__ import annotations

from collections.abc import Collection

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.entry.selection import MODEL_NAMES, Selection
from hypertemplate.compiler.placement.data_reuse import data_reuse
from hypertemplate.compiler.placement.partition import Partition
from hypertemplate.compiler.program import DataReuse
from hypertemplate.compiler.script.last_call import ending


def remarks_on(
    module: Module, selection: Selection, partition: Partition, own: Collection[str] = ()
) -> dict[int, tuple[str, ...]]:
    """Return the remarks on each statement, by its number.

    Args:
        module: template.
        selection: its model and data function.
        partition: placement of its statements.
        own: modules of the user's own whose text is known.
    """
    if selection.model is not None:
        return _on_data(selection, data_reuse(module, selection, partition, own))
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


def _on_data(selection: Selection, reuse: DataReuse | None) -> dict[int, tuple[str, ...]]:
    """Return the remark on a data function that a marker has run in each trial."""
    data = selection.data
    if data is None or reuse is None:
        return {}
    if reuse.refused:
        said = f"{data.name}() runs in every trial: {reuse.refused}"
    else:
        others = f" and of {', '.join(reuse.names)}" if reuse.names else ""
        said = f"{data.name}() runs once for each combination of the values that it reads{others}"
    return {data.statement.number: (said,)}
