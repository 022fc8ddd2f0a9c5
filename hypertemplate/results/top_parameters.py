"""Parameters that charts show first: the most important ones, else those that most trials have read."""

from __future__ import annotations

from hypertemplate.results.parameter_axes import ParameterAxis
from hypertemplate.results.summary import Summary


def top_parameters(summary: Summary, most: int) -> tuple[ParameterAxis, ...]:
    """Return the `most` first parameters with several values among the trials that have a number."""
    judged = summary.judged
    read = {
        axis.label: [cell.number for trial in judged if (cell := trial.cells[axis.label]).is_read]
        for axis in summary.axes
    }
    varied = [axis for axis in summary.axes if len({*read[axis.label]}) > 1]
    shares = {} if summary.importance is None else summary.importance.shares
    order = sorted(varied, key=lambda axis: (-shares.get(axis.label, 0.0), -len(read[axis.label])))
    return tuple(order[:most])


def in_space_order(summary: Summary, parameters: tuple[ParameterAxis, ...]) -> tuple[ParameterAxis, ...]:
    """Return parameters in the order of the source, where a choice stands before what depends on it."""
    return tuple(axis for axis in summary.axes if axis in parameters)
