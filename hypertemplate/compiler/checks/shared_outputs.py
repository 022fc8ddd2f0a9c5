"""Files that every trial writes under the same name: concurrent trials overwrite each other's.

Trials that run at once have a folder each, where relative paths lie. A file that trials only add to is one
for all of them, and nothing of it is lost; if they read it too, they read each other's.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.files.file_access import Access, Use, collide
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.placement.partition import Partition
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.syntax.source import Span

_FIXED = re.compile(r"[/\\]|[A-Za-z]:[/\\]|[A-Za-z][A-Za-z0-9+.-]*://")
"""Beginning of a path that does not depend on the working directory."""

_NOT_SURE = Use.PERHAPS | Use.MENTIONED | Use.OPAQUE | Use.REMOVES


@dataclass(frozen=True, slots=True)
class Output:
    """File that every trial writes.

    Attributes:
        path: path as written.
        span: place of the path.
        added_to: whether trials only add to it, and read it.
        relative: whether it lies in the trial's own folder.
    """

    path: str
    span: Span
    added_to: bool
    relative: bool


def outputs(module: Module, partition: Partition, beside: str) -> Iterator[Output]:
    """Yield the literal paths that code in a trial writes to.

    Args:
        module: template.
        partition: placements of its statements.
        beside: path of the template; what lies below its folder counts as relative, as in trials.
    """
    folder = re.match(r".*[/\\]", beside)
    accesses = list(dict.fromkeys(_in_trials(module, partition)))
    places = Counter(access.node for access in accesses)
    written = {one.node: one for one in accesses if _is_shared(one) and places[one.node] == 1}
    for statement in module.statements if written else ():
        for node in ast.walk(statement.node):
            if isinstance(node, ast.expr) and node in written:
                access = written[node]
                read = any(Use.READS in other.use and collide(access, other) for other in accesses)
                if read or Use.ADDS not in access.use:
                    path = access.path.shown
                    relative = not _FIXED.match(path) or (folder is not None and path.startswith(folder[0]))
                    yield Output(path, statement.tree.span(node), Use.ADDS in access.use, relative)


def overwritten(output: Output) -> Diagnostic:
    """Warn about a file that every trial writes."""
    name = re.split(r"[/\\]", output.path.rstrip("/\\"))[-1]
    does = "adds to" if output.added_to else "writes"
    effect = "reads what others added" if output.added_to else "parallel trials overwrite each other's"
    return warning(
        Code.OUTPUT,
        f"every trial {does} {output.path!r}, and {effect}",
        output.span,
        f'write to trial.folder / "{name}", with: from hypertemplate import trial',
    )


def _in_trials(module: Module, partition: Partition) -> Iterator[Access]:
    """Yield the files that trials read and write: their statements, and the calls of data and model."""
    for statement in partition.kept:
        if partition.placed(statement).placement in (Placement.TRIAL, Placement.BOTH, Placement.KEPT):
            yield from partition.files.accesses(statement)
    selection = partition.selection
    for call in module.entry:
        if not call.names.binds or partition.data_per_trial:
            yield from partition.files.accesses(call)
    if not module.entry and selection.model is not None:
        yield from module.facts.files_of(selection.model.name)


def _is_shared(access: Access) -> bool:
    path = access.path.literal
    if path is None or path in ("", ".") or path.startswith("/dev/"):
        return False
    return access.use & (Use.WRITES | _NOT_SURE) == Use.WRITES
