"""Messages as bytes: every field of every message, and of all that messages hold, comes back as it was."""

from __future__ import annotations

import dataclasses
import enum
import itertools
import types
import typing
from collections.abc import Mapping
from typing import Any

import pytest

from hypertemplate.runtime.protocol import FromWorker, ToWorker, from_worker, to_line, to_worker

PLAIN: dict[Any, list[Any]] = {
    **{bool: [True, False], int: [0, 7], float: [0.5, float("inf")], str: ["", "é\n"]},
    **{type(None): [None]},
}


def samples(kind: Any) -> list[Any]:
    """Values of a type, in which each member of each union occurs at least once."""
    items = typing.get_args(kind)
    match typing.get_origin(kind):
        case None if kind in PLAIN:
            return PLAIN[kind]
        case None if dataclasses.is_dataclass(kind):
            return samples_of_fields(kind)
        case None if issubclass(kind, enum.Enum):
            return list(kind)
        case typing.Literal:
            return list(items)
        case typing.Union | types.UnionType:
            return [value for item in items for value in samples(item)]
        case collection if collection is tuple and items[1:] != (...,):
            return [tuple(values) for values in cycled([samples(item) for item in items])]
        case collection if issubclass(collection, Mapping):
            keys, values = map(samples, items)
            return [{}, dict(zip(keys * len(values), values * len(keys), strict=True))]
        case collection:
            return [collection(), collection(samples(items[0]))]


def samples_of_fields(kind: Any) -> list[Any]:
    """Objects of a dataclass, with each sample of each field in at least one of them."""
    hints = typing.get_type_hints(kind)
    return [
        kind(*values) for values in cycled([samples(hints[one.name]) for one in dataclasses.fields(kind)])
    ]


def cycled(columns: list[list[Any]]) -> list[tuple[Any, ...]]:
    """Rows with a value of each column, as many as the longest column has values."""
    rows = max(map(len, columns), default=1)
    return [*itertools.islice(zip(*map(itertools.cycle, columns), strict=False), rows)] or [()]


@pytest.mark.parametrize("kind", typing.get_args(ToWorker), ids=lambda kind: kind.__name__)
def test_every_field_of_what_a_driver_sends_comes_back(kind: type) -> None:
    for message in samples(kind):
        assert to_worker(to_line(message)) == message


@pytest.mark.parametrize("kind", typing.get_args(FromWorker), ids=lambda kind: kind.__name__)
def test_every_field_of_what_a_worker_sends_comes_back(kind: type) -> None:
    for message in samples(kind):
        assert from_worker(to_line(message)) == message
