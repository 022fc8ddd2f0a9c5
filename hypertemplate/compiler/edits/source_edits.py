"""Comparison of two versions of a template: what trials of the one are worth for the other."""

from __future__ import annotations

import functools
from dataclasses import replace

from hypertemplate.compiler.edits.changes import Changed, Edits
from hypertemplate.compiler.edits.labelled_edits import labelled
from hypertemplate.compiler.edits.program_facts import other_program, told_of_labels
from hypertemplate.compiler.edits.template_comparison import compared
from hypertemplate.compiler.edits.version import Version, version_of
from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.errors import CompileError


def edits_between(
    before: Source,
    after: Source,
    *,
    model: str | None,
    data: str | None,
    memory: Memory | None = None,
    earlier_data: str | None = None,
) -> Edits:
    """Compare two versions of a template, by the markers and the statements of each.

    Args:
        before: earlier version, as the frontend read it, with the files beside it.
        after: present version, likewise.
        model: name of the model function; None if not given.
        data: name of the data function; None if not given.
        memory: values in memory, if the template is the source of live functions.
        earlier_data: name of the data function of the earlier version; by default `data`.

    Raises:
        CompileError: the present version has errors.
    """
    try:
        return _edits_between(before, after, model, data, memory, earlier_data or data)
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
) -> Edits:
    now = (
        _present(after, model, data)
        if memory is None
        else version_of(after, model, data, memory, is_after=True)
    )
    try:
        then = version_of(before, model, earlier_data, memory, is_after=False)
    except CompileError:
        return Edits(changed=(Changed("the earlier version no longer compiles"),))
    modules = list(compared(then, now))
    edits = labelled(modules)
    others = (*other_program(then, now, modules[-1]), *told_of_labels(then, now, edits))
    return replace(edits, changed=tuple(dict.fromkeys((*edits.changed, *others))))
