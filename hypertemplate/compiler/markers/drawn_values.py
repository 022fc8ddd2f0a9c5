"""The values that drawn numbers stand for: the one place where the index of an option becomes what it is."""

from __future__ import annotations

from hypertemplate.compiler.markers.search_space import Dimension, Option, Params
from hypertemplate.compiler.syntax.literals import known_value


def decoded(space: tuple[Dimension, ...], params: Params) -> dict[str, float | Option]:
    """Label to what was drawn, in the order of the space: the chosen option of a choice, else the number.

    An option that consists of a distribution stands for what that drew, at any depth.

    Args:
        space: every dimension.
        params: as drawn; labels that it does not have are left out.
    """
    dimensions = {dimension.label: dimension for dimension in space}
    return {
        dimension.label: _followed(dimension, params, dimensions)
        for dimension in space
        if dimension.label in params
    }


def represented(space: tuple[Dimension, ...], params: Params) -> set[str]:
    """The labels of the distributions that chosen options consist of: their choices have the same value."""
    found = (_option(dimension, params) for dimension in space if dimension.label in params)
    return {option.inner for option in found if option is not None and option.inner}


def constant(option: Option) -> object:
    """The value of an option that is a constant, else its source text."""
    return next(iter(known_value(option.text)), option.text)


def python_values(space: tuple[Dimension, ...], params: Params) -> dict[str, object]:
    """Label to value, as Python code sees it: a choice as its constant or its source text."""
    return {
        label: constant(drawn) if isinstance(drawn, Option) else drawn
        for label, drawn in decoded(space, params).items()
    }


def _option(dimension: Dimension, params: Params) -> Option | None:
    """The chosen option; None where the dimension is no choice."""
    return dimension.options[int(params[dimension.label])] if dimension.options else None


def _followed(dimension: Dimension, params: Params, dimensions: dict[str, Dimension]) -> float | Option:
    option = _option(dimension, params)
    if option is None:
        return params[dimension.label]
    return _followed(dimensions[option.inner], params, dimensions) if option.inner else option
