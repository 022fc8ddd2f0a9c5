"""Conversion of `data()`'s result into the model's arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from hypertemplate.compiler.program import Join
from hypertemplate.errors import HypertemplateError
from hypertemplate.units import counted, with_article


class JoinError(HypertemplateError):
    """Mismatch of `data()`'s result and the model's parameters."""


def model_arguments(
    join: Join, returned: Any, data: str, model: str, left: Mapping[str, Any] | None = None
) -> dict[str, Any] | tuple[Any, ...]:
    """Return the model's arguments: a tuple of them in order, or a dict by name.

    Args:
        join: join of data and model.
        returned: result of the data function.
        data: name of the data function, for messages.
        model: name of the model function, for messages.
        left: local variables that the data function left.

    Raises:
        JoinError: `returned` has another shape than the compiler saw; the message has both shapes.
    """
    if join.how == "none":
        return ()
    if join.how == "object":
        return (returned,)
    if join.how == "position":
        if not isinstance(returned, (tuple, list)) or len(returned) != join.count:
            items = counted(join.count, "item")
            advice = f"{model}() takes {items}: return a tuple of {items} from {data}()"
            raise JoinError(f"{data}() returned {shape(returned)}, but {advice}")
        return tuple(returned)
    named = {name: _picked(join, returned, place, data, model) for name, place in join.names}
    for name in join.locals:
        if left is None or name not in left:
            raise JoinError(f"{data}() ended without a value for {name}, which {model}() needs")
        named[name] = left[name]
    return named


def given(
    places: tuple[tuple[str, int | str], ...], arguments: dict[str, Any] | tuple[Any, ...]
) -> dict[str, Any]:
    """Return the arguments that bounds and lists read, by parameter.

    Args:
        places: parameter and place of each, as in `Program.given`.
        arguments: the model's arguments.
    """
    return {name: arguments[place] for name, place in places}  # type: ignore[index]


def call(model: Callable[..., Any], arguments: dict[str, Any] | tuple[Any, ...]) -> Any:
    """Call the model function, with the parameters before a ``/`` in its signature by position."""
    if isinstance(arguments, tuple):
        return model(*arguments)
    parameters = inspect.signature(model).parameters.values()
    first = [p.name for p in parameters if p.kind is p.POSITIONAL_ONLY and p.name in arguments]
    rest = {name: value for name, value in arguments.items() if name not in first}
    return model(*(arguments[name] for name in first), **rest)


def shape(value: Any) -> str:
    """Describe the shape of `value`.

    >>> shape((1, 2)), shape(None), shape([0])
    ('a tuple of 2 items', 'None', 'a list of 1 item')
    """
    if value is None:
        return "None"
    name = with_article(type(value).__name__)
    return f"{name} of {counted(len(value), 'item')}" if isinstance(value, (tuple, list)) else name


def _picked(join: Join, returned: Any, place: int | str, data: str, model: str) -> Any:
    needs = f"{model}() needs {', '.join(name for name, _ in join.names)}"
    if isinstance(place, str):
        if not isinstance(returned, Mapping):
            raise JoinError(f"{data}() returned {shape(returned)}, not a dict, and {needs}")
        if place not in returned:
            keys = ", ".join(map(str, returned)) or "none"
            raise JoinError(f"{data}() returned a dict without {place!r} (its keys: {keys}), and {needs}")
        return returned[place]
    if not isinstance(returned, (tuple, list)) or place >= len(returned):
        raise JoinError(f"{data}() returned {shape(returned)}, and {needs}")
    return returned[place]
