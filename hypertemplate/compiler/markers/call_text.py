"""Distributions as people read them: calls, or for a scale of logarithms its bounds as values."""

from __future__ import annotations

import math

from hypertemplate.compiler.markers.grammar import LOG_BOUNDED, number_text, value_text
from hypertemplate.compiler.markers.search_space import Argument, Dimension, Parameter


def call_text(parameter: Parameter) -> str:
    """Return the distribution's call, with positional arguments as in the source.

    On a scale of logarithms, it is the range of the values: ``1e-05 .. 0.1, log``, for
    ``loguniform(-11.5, -2.3)`` too.
    """
    texts = [argument.text for argument in parameter.arguments]
    if parameter.distribution in LOG_BOUNDED:
        low, high, *step = (_value(argument, log=parameter.log) for argument in parameter.arguments)
        return _range(low, high, *(step or ["1"] * (parameter.written == "uniformint")))
    if parameter.options is not None:
        options = [option.text for option in parameter.options]
        if parameter.distribution == "pchoice":
            options = [f"({p}, {option})" for p, option in zip(texts, options, strict=True)]
        texts = [f"[{', '.join(options)}]"]
    return f"{parameter.distribution}({', '.join(texts)})"


def range_text(dimension: Dimension, digits: int = 6) -> str:
    """Return the range of a dimension on a scale of logarithms, exact to some digits."""
    numbers = dimension.numbers
    low, high = (f"{math.exp(numbers[name]):.{digits}g}" for name in ("low", "high"))
    return _range(low, high, *(repr(value) for name, value in numbers.items() if name == "q"))


def _value(argument: Argument, *, log: bool) -> str:
    """Return the value that an argument stands for: as in the source where only a run knows it."""
    value = argument.number
    if log or argument.name == "q":
        return argument.text if value is None else number_text(value)
    return f"exp({argument.text})" if value is None else value_text(value)


def _range(low: str, high: str, *step: str) -> str:
    return ", ".join([f"{low} .. {high}", "log", *(f"step {one}" for one in step)])
