"""Arrays, tensors and tables of libraries: their kinds in words, and what of their contents is compared.

Nothing here imports a library: where NumPy, pandas, SciPy, PyTorch or polars are not loaded there is nothing
of theirs.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from typing import Any

FEWEST_BYTES = 2**12
"""Fewest bytes of one array that count."""

MOST_ITEMS = 10_000
"""Most items of a container that count; of more, items spread over it."""

_SPARSE = ("data", "indices", "indptr", "row", "col", "offsets", "rows")
"""Attributes of SciPy's sparse matrices that are arrays."""

Part = Callable[[Any, str, int], str]
"""Function that describes a part of a value, given the way to it and the number of bytes that count."""

Sampled = Callable[[str], None]
"""Function that is told the way to a part of which not all counts."""


def data_kind(value: Any) -> str:
    """Return the kind of an array, a tensor or a table in words; an empty text for anything else."""
    name, package = type(value).__name__, _package(value)
    if _is_table(value, package) or (package == "polars" and hasattr(value, "rows")):
        return f"{name} {value.shape}"
    if package == "scipy" and hasattr(value, "nnz"):
        return f"{value.dtype} {name} {value.shape}"
    array = as_array(value)
    return "" if array is None else f"{array.dtype} array {array.shape}"


def data_text(value: Any, path: str, most: int, part: Part, sampled: Sampled) -> str:
    """Return a text that differs where the contents of an array, a tensor or a table do; else an empty one.

    Args:
        value: the value.
        path: way to it.
        most: number of bytes of it that count.
        part: describes a part.
        sampled: is told of what does not count as a whole.
    """
    package = _package(value)
    if _is_table(value, package):
        return _table(value, path, most, part, sampled)
    if package == "polars" and hasattr(value, "rows"):
        step = _step(len(value), path, sampled)
        return repr((value.schema, value.gather_every(step).rows()))
    if package == "scipy" and hasattr(value, "nnz"):
        held = [getattr(value, one) for one in _SPARSE if hasattr(value, one)]
        return repr([elements(one, path, most, part, sampled) for one in held])
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.ma.MaskedArray):
        texts = [
            elements(one, path, most // 2, part, sampled)
            for one in (value.data, numpy.ma.getmaskarray(value))
        ]
        return repr((texts, repr(value.fill_value)))
    if package == "pandas" and hasattr(value, "to_numpy"):
        return _index(value, path, most, part, sampled)
    array = as_array(value)
    return "" if array is None else elements(array, path, most, part, sampled)


def as_array(value: Any) -> Any:
    """Return a NumPy array of the elements of an array or a tensor; None for anything else."""
    numpy, package = sys.modules.get("numpy"), _package(value)
    if numpy is None:
        return None
    if isinstance(value, (numpy.ndarray, numpy.generic)):
        return numpy.asarray(value)
    if package == "pandas" and hasattr(value, "to_numpy"):
        return value.to_numpy()
    if package == "torch" and type(value).__name__ in ("Tensor", "Parameter"):
        return _torch_array(value)
    if package in ("tensorflow", "jax", "jaxlib") and hasattr(value, "__array__") and hasattr(value, "shape"):
        return numpy.asarray(value)
    return None


def elements(array: Any, path: str, most: int, part: Part, sampled: Sampled) -> str:
    """Return a checksum of the elements of an array, or of as many, spread over it, as have so many bytes."""
    array = sys.modules["numpy"].asarray(array)
    if array.dtype.names:  # between the fields there may be bytes that nobody has set
        share = most // len(array.dtype.names)
        return repr([elements(array[one], path, share, part, sampled) for one in array.dtype.names])
    flat = (array.T if array.flags.f_contiguous else array).flat
    if array.dtype.hasobject:
        some = flat[:: _step(array.size, path, sampled)].tolist()
        return repr([part(one, f"{path}[...]", most // max(1, len(some))) for one in some])
    step = max(1, array.nbytes // max(most, FEWEST_BYTES))
    if step > 1:
        sampled(path)
    if array.flags.c_contiguous or array.flags.f_contiguous:
        flat = (array if array.flags.c_contiguous else array.T).reshape(-1)  # a view
    return f"{zlib.crc32(flat[::step].tobytes()):08x}"


def _step(size: int, path: str, sampled: Sampled) -> int:
    if size > MOST_ITEMS:
        sampled(path)
    return max(1, size // MOST_ITEMS)


def _package(value: Any) -> str:
    return str(type(value).__module__).partition(".")[0]


def _is_table(value: Any, package: str) -> bool:
    return package == "pandas" and hasattr(value, "iloc")


def _torch_array(tensor: Any) -> Any:
    if tensor.layout is not sys.modules["torch"].strided or tensor.is_quantized or tensor.is_meta:
        return None
    plain = tensor.detach().cpu().resolve_conj().resolve_neg()
    return (plain.float() if str(plain.dtype) == "torch.bfloat16" else plain).numpy()


def _table(table: Any, path: str, most: int, part: Part, sampled: Sampled) -> str:
    """Describe a pandas frame or series with its names, its index and its attributes."""
    columns = [table] if table.ndim == 1 else [table.iloc[:, place] for place in range(table.shape[1])]
    share = most // (len(columns) + 1)
    names = (
        [part(table.name, path, share)]
        if table.ndim == 1
        else [_index(table.columns, path, share, part, sampled)]
    )
    rows = [_column(one, path, share, part, sampled) for one in columns]
    index = _index(table.index, f"{path}.index", share, part, sampled)
    return repr((names, rows, index, part(dict(table.attrs), f"{path}.attrs", share)))


def _index(index: Any, path: str, most: int, part: Part, sampled: Sampled) -> str:
    """Describe an index of pandas, or its elements as they lie in a column."""
    names = [part(one, path, most) for one in getattr(index, "names", ())]
    freq = str(getattr(index, "freq", None))
    levels = getattr(index, "nlevels", 1)
    if levels > 1:
        each = [index.get_level_values(place) for place in range(levels)]
        return repr((names, [_column(one, path, most // levels, part, sampled) for one in each]))
    return repr((type(index).__name__, names, freq, _column(index, path, most, part, sampled)))


def _column(column: Any, path: str, most: int, part: Part, sampled: Sampled) -> str:
    dtype = column.dtype
    values = getattr(column, "array", column)
    if not hasattr(values, "codes"):
        return repr((str(dtype), elements(column.to_numpy(), path, most, part, sampled)))
    categories = _index(values.categories, path, most // 2, part, sampled)
    return repr((str(values.ordered), categories, elements(values.codes, path, most // 2, part, sampled)))
