"""Digest of a value: what a study can compare of the data of its trials in another process."""

from __future__ import annotations

import enum
import types
import zlib
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from hypertemplate.runtime.data_files.digests.data_contents import MOST_ITEMS, data_kind
from hypertemplate.runtime.data_files.digests.visit import (
    PLAIN,
    Code,
    HoldsCodeError,
    Visit,
    code_name,
    is_named,
    is_told,
    kind_of,
    told,
)
from hypertemplate.runtime.data_files.digests.whole_values import is_whole
from hypertemplate.runtime.protocol import DIGEST_VERSION, ValueDigest

MOST_BYTES = 64 * 2**20
"""Bytes of arrays that count in one value, with all that it holds; of more, elements spread over each."""

MOST_CHARACTERS = 60
"""Longest text of a value that is stored as it is."""

_DEPTH = 6
"""Depth of containers in containers in which data and objects are looked for."""

_MOST_UNSEEN = 5
"""Most parts of a value that are named as not compared."""


@dataclass(frozen=True, slots=True)
class Digested:
    """Value with its digest.

    Attributes:
        digest: its digest.
        functions: functions of the user's that it is or holds.
        modules: modules that it holds.
    """

    digest: ValueDigest
    functions: tuple[FunctionType, ...]
    modules: tuple[ModuleType, ...]


def value_digest(value: Any, code: Code, kind: str = "") -> ValueDigest:
    """Return the digest of a value.

    Args:
        value: the value.
        code: describes the text of the user's own functions and classes.
        kind: its kind in words; by default it is told from the value.

    Raises:
        HoldsCodeError: `code` refuses what the value holds.
    """
    return digested(value, code, kind).digest


def digested(value: Any, code: Code, kind: str = "") -> Digested:
    """Return a value's digest with the code that it holds; arguments and errors as of `value_digest`."""
    try:
        return _digested(value, code, kind)
    except HoldsCodeError:
        raise
    except Exception:  # an object of a library, or one that takes the place of another, may refuse anything
        name = type(value).__qualname__
        return Digested(ValueDigest(name, "", unseen=(f"({name})",), version=DIGEST_VERSION), (), ())


def _digested(value: Any, code: Code, kind: str) -> Digested:
    visit = Visit(code)
    text = visit.text(value, "", MOST_BYTES)
    is_container = isinstance(value, (list, dict, set))
    unseen = [*visit.unseen.items()]
    found = ValueDigest(
        kind or _kind(value),
        f"{zlib.crc32(text.encode(errors='replace')):08x}",
        is_container and not _holds_arrays(value, _DEPTH),
        is_whole(value, MOST_BYTES),
        tuple(f"{path} ({what})" for path, what in unseen[:_MOST_UNSEEN]),
        is_container and _holds_objects(value, _DEPTH),
        DIGEST_VERSION,
    )
    return Digested(found, tuple(visit.functions), tuple(visit.modules))


def _kind(value: Any) -> str:
    """Return the kind of a value in words; of a short one, its text."""
    if type(value) in PLAIN or is_told(value):
        text = told(value)
        name = type(value).__name__
        return text if len(text) <= MOST_CHARACTERS else f"{name} of {len(text)} characters"
    if isinstance(value, enum.Enum):
        return f"{type(value).__qualname__}.{value.name}"
    if isinstance(value, (FunctionType, type, types.BuiltinFunctionType)) or is_named(value):
        return code_name(value) or kind_of(value)
    if isinstance(value, (list, tuple, set, frozenset, dict)):
        return f"{type(value).__name__} of {len(value)}"
    return data_kind(value) or kind_of(value)


def _holds_arrays(value: Any, depth: int) -> bool:
    """Tell whether a container holds data: an array, a table, or a container that does."""
    return any(
        hasattr(one, "shape")
        or (isinstance(one, (list, tuple, dict)) and depth > 0 and _holds_arrays(one, depth - 1))
        for one in _items(value)
    )


def _holds_objects(value: Any, depth: int) -> bool:
    """Tell whether a container holds what is neither a plain value nor such a container."""
    return any(
        depth > 0 and _holds_objects(one, depth - 1)
        if isinstance(one, (list, tuple, dict, set))
        else type(one) not in PLAIN
        for one in _items(value)
    )


def _items(value: Any) -> list[Any]:
    return [*(value.values() if isinstance(value, dict) else value)][:MOST_ITEMS]
