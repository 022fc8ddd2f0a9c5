"""A program under other labels, such as those that an earlier version gave to its study."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace

from hypertemplate.compiler.markers.search_space import Parameter, SearchSpace
from hypertemplate.compiler.program import Program

_READ = re.compile(r"(_ht_(?:\.\w+\(|\[)(?:_ht_\.at\()?)('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")
"""A draw in a program's text up to its label, and the label; no user's code has the name ``_ht_``."""


def with_labels(program: Program, labels: Mapping[str, str]) -> Program:
    """Return a program with other labels.

    Args:
        program: compiled template.
        labels: present label -> other label; of the draws of one marker, ``units[0]`` and so on, all or none.
    """
    base = {_base(label): _base(other) for label, other in labels.items()}

    def written(match: re.Match[str]) -> str:
        label = ast.literal_eval(match[2])
        return f"{match[1]}{base.get(label, label)!r}"

    parts = tuple(
        replace(part, statements=tuple(replace(s, text=_READ.sub(written, s.text)) for s in part.statements))
        for part in program.parts
    )
    parameters = tuple(_renamed(parameter, labels) for parameter in program.space.parameters)
    options = tuple(replace(one, label=labels.get(one.label, one.label)) for one in program.marked_options)
    return replace(program, parts=parts, space=SearchSpace(parameters), marked_options=options)


def _base(label: str) -> str:
    """Return ``units`` of ``units[0]``."""
    return re.sub(r"\[[-\d,]+\]$", "", label)


def _renamed(parameter: Parameter, labels: Mapping[str, str]) -> Parameter:
    def other(label: str) -> str:
        return labels.get(label, label)

    options = parameter.options
    if options is not None:
        options = tuple(replace(one, inner=other(one.inner)) for one in options)
    parent = (other(parameter.parent[0]), parameter.parent[1]) if parameter.parent is not None else None
    return replace(parameter, label=other(parameter.label), options=options, parent=parent)
