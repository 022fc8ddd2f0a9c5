"""Digest of a value: what a study can compare of the data of its trials in another process.

Nothing here imports a library: where NumPy, pandas, SciPy, PyTorch or polars are not loaded there is nothing
of theirs.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

from hypertemplate.runtime.own_code import is_own_class
from hypertemplate.runtime.protocol import ValueDigest

MOST_BYTES = 64 * 2**20
"""Bytes of arrays that count in one value, with all that it holds; of more, elements spread over each."""

FEWEST_BYTES = 2**12
"""Fewest bytes of one array that count."""

MOST_ITEMS = 10_000
"""Most items of a container that count."""

MOST_CHARACTERS = 60
"""Longest text of a value that is stored as it is."""

_DEPTH = 6
"""Depth of containers in containers that is compared."""

_SPARSE = ("data", "indices", "indptr", "row", "col", "offsets", "rows")
"""Attributes of SciPy's sparse matrices that are arrays."""

_PLAIN = (bool, int, float, complex, str, bytes, range, type(None))
"""Classes of values whose text tells all of them."""

_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")

Code = Callable[[Any], tuple[str, str] | None]
"""Function that describes a value that is code; it returns None for any other."""


def value_digest(value: Any, code: Code) -> ValueDigest | None:
    """Return the digest of a value; None for one of which nothing can be compared.

    Args:
        value: the value.
        code: describes what is code in it.

    Raises:
        BaseException: whatever `code` raises.
    """
    kind, text = _described(value, _DEPTH, MOST_BYTES, code)
    if not kind:
        return None
    is_plain = isinstance(value, (list, dict, set)) and not _holds_arrays(value)
    contents = f"{zlib.crc32(text.encode(errors='replace')):08x}" if text else ""
    return ValueDigest(kind, contents, is_plain, _is_whole(value, _DEPTH, MOST_BYTES))


def _described(value: Any, depth: int, most: int, code: Code) -> tuple[str, str]:
    """Return the kind of a value in words, and a text that differs where its contents do.

    Args:
        value: the value.
        depth: number of containers in each other that are looked into.
        most: number of bytes of arrays that count.
        code: describes what is code.
    """
    if isinstance(value, ModuleType):
        return "", ""
    if isinstance(value, _PLAIN):
        text = repr(value)
        short = text if len(text) <= MOST_CHARACTERS else f"{type(value).__name__} of {len(text)} characters"
        return short, text
    described = code(value)
    if described is not None:
        return described
    if isinstance(value, (list, tuple, set, frozenset, dict)):
        return _container(value, depth, most, code)
    return _library_value(value, most)


def _library_value(value: Any, most: int) -> tuple[str, str]:
    name = type(value).__name__
    package = str(type(value).__module__).partition(".")[0]
    if package == "pandas" and hasattr(value, "iloc"):
        return _table(value, most)
    if package == "polars" and hasattr(value, "rows"):
        step = max(1, len(value) // MOST_ITEMS)
        return f"{name} {value.shape}", repr((value.schema, value.gather_every(step).rows()))
    if package == "scipy" and hasattr(value, "nnz"):
        parts = [_elements(getattr(value, one), most) for one in _SPARSE if hasattr(value, one)]
        return f"{value.dtype} {name} {value.shape}", repr(parts)
    array = _as_array(value, package)
    if array is not None:
        return f"{array.dtype} array {array.shape}", _elements(array, most)
    return kind_of(value), ""


def kind_of(value: Any) -> str:
    """Return the name of the class of a value, as it is in every process."""
    kind = type(value)
    # The module of a user's own class may be named otherwise in another process.
    return kind.__qualname__ if is_own_class(kind) else f"{kind.__module__}.{kind.__qualname__}"


def _as_array(value: Any, package: str) -> Any:
    """Return a NumPy array of the elements of an array or a tensor; None for anything else."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    if isinstance(value, (numpy.ndarray, numpy.generic)):
        return numpy.asarray(value)
    if package == "pandas" and hasattr(value, "to_numpy"):
        return value.to_numpy()
    if package == "torch" and type(value).__name__ == "Tensor":
        return _torch_array(value)
    if package in ("tensorflow", "jax", "jaxlib") and hasattr(value, "__array__") and hasattr(value, "shape"):
        return numpy.asarray(value)
    return None


def _torch_array(tensor: Any) -> Any:
    if tensor.layout is not sys.modules["torch"].strided or tensor.is_quantized or tensor.is_meta:
        return None
    plain = tensor.detach().cpu().resolve_conj().resolve_neg()
    return (plain.float() if str(plain.dtype) == "torch.bfloat16" else plain).numpy()


def _elements(array: Any, most: int) -> str:
    """Return a checksum of the elements of an array, or of as many, spread over it, as have so many bytes."""
    array = sys.modules["numpy"].asarray(array)
    flat = (array.T if array.flags.f_contiguous else array).flat
    if array.dtype.hasobject:
        some = flat[:: max(1, array.size // MOST_ITEMS)].tolist()
        return _ADDRESS.sub("", repr(some))
    step = max(1, array.nbytes // max(most, FEWEST_BYTES))
    if array.flags.c_contiguous or array.flags.f_contiguous:
        flat = (array if array.flags.c_contiguous else array.T).reshape(-1)  # a view
    return f"{zlib.crc32(flat[::step].tobytes()):08x}"


def _table(table: Any, most: int) -> tuple[str, str]:
    """Describe a pandas frame or series."""
    columns = [table] if table.ndim == 1 else [table.iloc[:, place] for place in range(table.shape[1])]
    names = [table.name] if table.ndim == 1 else list(table.columns)
    kinds = [str(column.dtype) for column in columns]
    share = most // (len(columns) + 1)
    rows = [_elements(column.to_numpy(), share) for column in (*columns, table.index)]
    return f"{type(table).__name__} {table.shape}", repr((names, kinds, rows))


def _container(value: Any, depth: int, most: int, code: Code) -> tuple[str, str]:
    kind = f"{type(value).__name__} of {len(value)}"
    if depth == 0 or len(value) > MOST_ITEMS:
        return kind, kind
    share = most // max(1, len(value))
    if isinstance(value, dict):
        items = [
            (_ADDRESS.sub("", repr(key)), *_described(one, depth - 1, share, code))
            for key, one in value.items()
        ]
    else:
        items = [("", *_described(one, depth - 1, share, code)) for one in value]
    # The order of a set is another one in each process.
    return kind, repr(sorted(items) if isinstance(value, (set, frozenset)) else items)


def _holds_arrays(value: Any) -> bool:
    """Tell whether a container holds data: an array, a table, or a container that does."""
    items = value.values() if isinstance(value, dict) else value
    return any(
        hasattr(one, "shape") or (isinstance(one, (list, tuple, dict)) and _holds_arrays(one))
        for one in [*items][:MOST_ITEMS]
    )


def _is_whole(value: Any, depth: int, most: int) -> bool:
    """Tell whether the digest of a value tells all of it; arguments as in `_described`."""
    kind = type(value)
    if kind in _PLAIN:
        return True
    if kind in (list, tuple, set, frozenset, dict):
        if depth == 0 or len(value) > MOST_ITEMS:
            return False
        items = [*value, *value.values()] if kind is dict else [*value]
        return all(_is_whole(one, depth - 1, most // max(1, len(value))) for one in items)
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    if numpy is not None and (kind is numpy.ndarray or isinstance(value, numpy.generic)):
        return _has_whole_elements(value, most)
    if pandas is not None and kind in (pandas.DataFrame, pandas.Series):
        return _is_whole_table(value, most)
    return False


def _has_whole_elements(array: Any, most: int) -> bool:
    """Tell whether all elements of a NumPy array count in its checksum, whole."""
    if array.dtype.hasobject:
        return array.size <= MOST_ITEMS and all(type(one) in _PLAIN for one in array.flat)
    return bool(array.nbytes < 2 * max(most, FEWEST_BYTES))


def _is_whole_table(table: Any, most: int) -> bool:
    kinds = sys.modules["numpy"].dtype, sys.modules["pandas"].StringDtype
    columns = [table] if table.ndim == 1 else [table.iloc[:, place] for place in range(table.shape[1])]
    names = [table.name] if table.ndim == 1 else list(table.columns)
    parts = [*columns, table.index]
    return (
        not table.attrs
        and all(type(one) in _PLAIN for one in names)
        and all(isinstance(one.dtype, kinds) for one in parts)
        and all(_has_whole_elements(one.to_numpy(), most // (len(columns) + 1)) for one in parts)
    )
