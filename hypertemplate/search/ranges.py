"""Values that a user gives a parameter and that the search itself would never draw."""

from __future__ import annotations

import math
from collections.abc import Iterable

from hypertemplate.compiler.markers.resolve import resolve_literal
from hypertemplate.compiler.markers.search_space import Dimension, SearchSpace
from hypertemplate.search.settings import Setting, drawn


def outside(settings: Iterable[Setting], space: SearchSpace) -> list[str]:
    """A note on each value that lies outside its range, as far as the template is literal.

    Args:
        settings: as `hypertemplate.search.settings.parse_settings` gave them.
        space: their parameters.
    """
    notes = []
    for setting in settings:
        dimension = resolve_literal(space[setting.label])
        if dimension is None or dimension.options:
            continue
        low, high = _range(dimension)
        value = drawn(setting, dimension)
        if not (low <= value <= high or math.isclose(value, low) or math.isclose(value, high)):
            numbers = ", ".join(f"{number:g}" for number in dimension.numbers.values())
            draws = f", which draws from {low:.4g} to {high:.4g}" if "log" in dimension.distribution else ""
            notes.append(
                f"{setting.label}={setting.text} lies outside {dimension.distribution}({numbers}){draws}"
            )
    return notes


def _range(dimension: Dimension) -> tuple[float, float]:
    """The lowest and the highest value; a step may lead a little beyond the bounds."""
    numbers = dimension.numbers
    if "mu" in numbers:
        return (0.0 if "log" in dimension.distribution else -math.inf), math.inf
    low, high = numbers["low"], numbers.get("high", 0)
    if dimension.distribution == "randint":
        return (low, high - 1) if "high" in numbers else (0, low - 1)
    if "log" in dimension.distribution:
        low, high = math.exp(low), math.exp(high)
    step = numbers.get("q")
    if step is None:
        return low, high
    return min(low, round(low / step) * step), max(high, round(high / step) * step)
