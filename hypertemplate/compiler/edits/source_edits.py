"""Comparison of two versions of a template: what trials of the one are worth for the other."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.edits.changes import Changed, Edits, MarkerPair
from hypertemplate.compiler.edits.version import Version, version_of
from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.errors import CompileError


def edits_between(
    before: Source, after: Source, *, model: str | None, data: str | None, memory: Memory | None = None
) -> Edits:
    """Compare two versions of a template, by the markers and the statements of each.

    Args:
        before: earlier version, as the frontend read it, with the files beside it.
        after: present version, likewise.
        model: name of the model function; None if not given.
        data: name of the data function; None if not given.
        memory: values in memory, if the template is the source of live functions.

    Raises:
        CompileError: the present version has errors.
    """
    now = version_of(after, model, data, memory)
    try:
        then = version_of(before, model, data, memory)
    except CompileError:
        return Edits(changed=(Changed("the earlier version no longer compiles"),))
    if _text(then) != _text(now) or before.beside != after.beside:
        return Edits(changed=(Changed("the code changed"),))
    return Edits(markers=tuple(_pairs(then, now)))


def _text(version: Version) -> list[str]:
    trees = (tree.module for tree in version.analysis.module.trees)
    own = (one.tree.module for one in version.analysis.project.modules.values())
    return [ast.dump(module) for module in (*own, *trees)]


def _pairs(before: Version, after: Version) -> Iterator[MarkerPair]:
    for (_, labels), (draw, others) in zip(before.labels.items(), after.labels.items(), strict=True):
        same = tuple((number, number) for number in range(len(draw.options or ())))
        for (_, label), (_, other) in zip(labels, others, strict=True):
            yield MarkerPair(label, other, "the same line", same if draw.options is not None else None, True)
