"""Decoding of drawn numbers into values: the one place that turns the index of an option into the option."""

from __future__ import annotations

from collections.abc import Mapping

from hypertemplate.compiler.markers.search_space import Dimension, Option, Params
from hypertemplate.compiler.syntax.literals import known_value


def decoded(space: tuple[Dimension, ...], params: Params) -> dict[str, float | Option]:
    """Map each label to its drawn value, in the order of the space: a choice's option, else the number.

    An option that is a distribution is replaced by the value drawn from that, at any depth.

    Args:
        space: all dimensions.
        params: drawn numbers; labels without one are left out.
    """
    dimensions = {dimension.label: dimension for dimension in space}
    return {
        dimension.label: followed(dimension, params, dimensions)
        for dimension in space
        if dimension.label in params
    }


def represented(space: tuple[Dimension, ...], params: Params) -> set[str]:
    """Return the labels of distributions that are chosen options: their choices have the same value."""
    found = (_option(dimension, params) for dimension in space if dimension.label in params)
    return {option.inner for option in found if option is not None and option.inner}


def constant(option: Option) -> object:
    """Return the value of an option that is a constant, else its source text."""
    return next(iter(known_value(option.text)), option.text)


def python_values(space: tuple[Dimension, ...], params: Params) -> dict[str, object]:
    """Map each label to its value for Python code: a choice's constant or its source text."""
    return {
        label: constant(drawn) if isinstance(drawn, Option) else drawn
        for label, drawn in decoded(space, params).items()
    }


def _option(dimension: Dimension, params: Params) -> Option | None:
    """Return the chosen option; None if the dimension is not a choice."""
    return dimension.options[int(params[dimension.label])] if dimension.options else None


def followed(dimension: Dimension, params: Params, dimensions: Mapping[str, Dimension]) -> float | Option:
    """Return the drawn value of a dimension that a trial reached, as in `decoded`."""
    option = _option(dimension, params)
    if option is None:
        return params[dimension.label]
    return followed(dimensions[option.inner], params, dimensions) if option.inner else option
