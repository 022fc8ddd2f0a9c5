"""Conversion of frozen dataclasses to and from JSON values, by their type hints.

Workers and driver exchange JSON lines, never pickles. A dataclass becomes an object of its fields, a tuple a
list, an enum its value. A member of a union of dataclasses carries its class name under ``"type"``, so that
`decode` can tell the members apart.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")

PLAIN = frozenset({str, int, float, bool, type(None)})
"""Types whose values are JSON as they are."""


def encode(value: Any) -> Any:
    """Convert a dataclass, an enum, a container of these, or a plain JSON value to a JSON value."""
    kind: type = type(value)
    if kind in PLAIN:
        return value
    if (names := _names(kind)) is not None:
        return {"type": kind.__name__, **{name: encode(getattr(value, name)) for name in names}}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    return value


@typing.overload
def decode(kind: type[T], data: Any) -> T: ...


@typing.overload
def decode(kind: Any, data: Any) -> Any: ...


def decode(kind: Any, data: Any) -> Any:
    """Convert `data`, which `encode` wrote, to a value of type `kind`.

    A field that `data` lacks, as what an earlier version wrote may, has its default.

    Raises:
        ValueError: `data` does not have the shape of `kind`.
    """
    try:
        return _decode(kind, data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{data!r:.100}") from error


def _decode(kind: Any, data: Any) -> Any:
    origin = typing.get_origin(kind)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints, optional = _hints(kind), _optional(kind)
        names = (name for name in _names(kind) or () if name in data or name not in optional)
        return kind(**{name: _decode(hints[name], data[name]) for name in names})
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind(data)
    if origin is tuple:
        return _decode_tuple(typing.get_args(kind), data)
    if origin in (dict, Mapping):
        item = typing.get_args(kind)[1]
        return {key: _decode(item, value) for key, value in data.items()}
    if origin in (typing.Union, types.UnionType):
        return _decode_union(typing.get_args(kind), data)
    return data


def _decode_tuple(items: tuple[Any, ...], data: list[Any]) -> tuple[Any, ...]:
    if len(items) == 2 and items[1] is Ellipsis:
        return tuple(_decode(items[0], value) for value in data)
    return tuple(_decode(item, value) for item, value in zip(items, data, strict=True))


def _decode_union(members: tuple[Any, ...], data: Any) -> Any:
    if data is None and types.NoneType in members:
        return None
    classes = {m.__name__: m for m in members if isinstance(m, type) and dataclasses.is_dataclass(m)}
    if classes:
        return _decode(classes[data["type"]], data)
    for member in members:
        if typing.get_origin(member) is not None:
            return _decode(member, data)
    return data


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@functools.cache
def _optional(kind: Any) -> frozenset[str]:
    """Return the names of a dataclass's fields that have a default."""
    none = dataclasses.MISSING
    fields = dataclasses.fields(kind)
    return frozenset(one.name for one in fields if one.default is not none or one.default_factory is not none)


@functools.cache
def _names(kind: type) -> tuple[str, ...] | None:
    """Return the names of a dataclass's fields; None for another class."""
    return tuple(field.name for field in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else None
