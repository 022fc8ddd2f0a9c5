"""Comparison of two versions of a template: what trials of the one are worth for the other."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

from hypertemplate.compiler.analysis import analyse
from hypertemplate.compiler.edits.changes import Changed, Edits
from hypertemplate.compiler.edits.labelled_edits import labelled
from hypertemplate.compiler.edits.program_facts import other_program, told_of_labels
from hypertemplate.compiler.edits.template_comparison import compared
from hypertemplate.compiler.edits.version import Version, version_of
from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.settled_statements import settled_statements
from hypertemplate.compiler.syntax.source import Source, Span
from hypertemplate.errors import CompileError


@dataclass(frozen=True, slots=True)
class Left:
    """Values that live code has left in memory.

    Attributes:
        memory: the values there are.
        same: names of those that the trials of both versions have seen, and that are wholly equal.
    """

    memory: Memory
    same: frozenset[str]


def edits_between(
    before: Source,
    after: Source,
    *,
    model: str | None,
    data: str | None,
    memory: Memory | None = None,
    earlier_data: str | None = None,
    left: Left | None = None,
    begun_with: tuple[str, ...] = (),
) -> Edits:
    """Compare two versions of a template, by the markers and the statements of each.

    Args:
        before: earlier version, as the frontend read it, with the files beside it.
        after: present version, likewise.
        model: name of the model function; None if not given.
        data: name of the data function; None if not given.
        memory: values in memory, if the template is the source of live functions.
        earlier_data: name of the data function of the earlier version; by default `data`.
        left: values that both versions have left in memory, if both are live code with a complete text.
        begun_with: labels, in order, of the parameters with which trials ran the earlier version; empty for
            those that its text has.

    Raises:
        CompileError: the present version has errors.
    """
    try:
        return _edits_between(before, after, model, data, memory, earlier_data or data, left, begun_with)
    except RecursionError:
        return Edits(changed=(Changed("the code is nested too deep to be compared"),))


@functools.lru_cache(maxsize=1)
def _present(source: Source, model: str | None, data: str | None) -> Version:
    """Analyse the present version in files, once for all earlier ones."""
    return version_of(source, model, data, None, is_after=True)


def _edits_between(
    before: Source,
    after: Source,
    model: str | None,
    data: str | None,
    memory: Memory | None,
    earlier_data: str | None,
    left: Left | None,
    begun_with: tuple[str, ...],
) -> Edits:
    now = (
        _present(after, model, data)
        if memory is None
        else version_of(after, model, data, memory, is_after=True)
    )
    try:
        then = version_of(before, model, earlier_data, memory, is_after=False, begun_with=begun_with)
    except CompileError:
        return Edits(changed=(Changed("the earlier version no longer compiles"),))
    had, has = (_settled(version, model, name, left) for version, name in ((then, earlier_data), (now, data)))
    modules = list(compared(then, now, (had, has)))
    edits = labelled(modules)
    others = (*other_program(then, now, modules[-1]), *told_of_labels(then, now, edits))
    return replace(edits, changed=tuple(dict.fromkeys((*edits.changed, *others))))


def _settled(version: Version, model: str | None, data: str | None, left: Left | None) -> frozenset[Span]:
    """Return the spans of the statements of a version that make no difference, by what is in memory."""
    if left is None:
        return frozenset()
    return settled_statements(version.analysis, analyse(version.source, model, data, left.memory), left.same)
