"""The user's own modules that a trial may be the first to import, and that may read what trials set."""

from __future__ import annotations

from collections.abc import Iterable

from hypertemplate.compiler.dataflow.imported_state import common, set_packages
from hypertemplate.compiler.dataflow.module import FILES, Module, imported_by
from hypertemplate.compiler.placement.partition import Partition
from hypertemplate.compiler.syntax.source import Part

_ENVIRONMENT = ("environ", "getenv")


def dependent_modules(module: Module, partition: Partition, own: Iterable[Part]) -> tuple[str, ...]:
    """Return the names of modules whose import, in a trial, may read what code of trials has set.

    What a trial sets may be what setup has set already, so that nothing differs; the next one sets another
    value.

    Args:
        module: template.
        partition: placement of its statements.
        own: texts of the user's own modules.
    """
    statements = (*partition.kept, *module.entry)
    running = [s for s in statements if s.number in partition.trial or s.calls]
    codes = [code for s in running for code in imported_by(module, s)] if module.imported_code else []
    if not codes:
        return ()
    sets = set[str]().union(*(set_packages(module, s, module.read_when_run(s)) for s in running)) - {FILES}
    if not any(word in part.text for part in own for word in _ENVIRONMENT):
        sets.discard("os")
    return tuple(sorted({name for code in codes if common(code.reads, sets) for name in code.runs}))
