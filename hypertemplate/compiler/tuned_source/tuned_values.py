"""Values of one trial, by the labels of a template."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from hypertemplate.compiler.analysis import Analysis
from hypertemplate.compiler.markers.parameters import parameters_of
from hypertemplate.compiler.markers.search_space import Dimension, Parameter, Params

_EXPONENT = re.compile(r"e([+-])0*(\d+)$")


@dataclass(frozen=True, slots=True)
class TunedValues:
    """Values of one trial.

    Attributes:
        params: drawn value by label; a choice as the number of its option.
        dimensions: dimension of each label of the template.
        unread: labels whose values the trial did without.
    """

    params: Params
    dimensions: Mapping[str, Dimension]
    unread: frozenset[str] = frozenset()

    def read(self, label: str) -> float | None:
        """Return what the trial read under a label, an ``int`` where only whole numbers are; else None."""
        if label not in self.params or label in self.unread:
            return None
        value = self.params[label]
        return int(value) if self.dimensions[label].integral else float(value)


def parameters(analysis: Analysis) -> dict[str, Parameter]:
    """Return the parameters that a template searches, by label."""
    labels, _ = analysis.labelled
    return {
        parameter.label: parameter
        for tree, marker, draw in analysis.marked
        for parameter in parameters_of(
            tree, draw, labels, marker.span, analysis.indices.get(marker), analysis.late
        )
    }


def number_literal(value: float) -> str:
    """Write a number as short as it stays exact, and of its type.

    >>> number_literal(1e-05), number_literal(0.1 + 0.2), number_literal(64.0), number_literal(64)
    ('1e-5', '0.30000000000000004', '64.0', '64')
    """
    if not math.isfinite(value):
        return f"float({str(value)!r})"
    return _EXPONENT.sub(lambda found: f"e{found[1].strip('+')}{found[2]}", repr(value))


def default_literal(value: float) -> str:
    """Write a number as the default of a distribution, which gives it the type that it draws.

    >>> default_literal(64.0), default_literal(1e16)
    ('64', '1e16')
    """
    text = number_literal(value)
    return text.removesuffix(".0")
