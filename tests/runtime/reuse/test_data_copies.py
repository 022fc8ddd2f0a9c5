"""A copy is what was copied, to the last byte and stride; changes of one reach no other."""

from __future__ import annotations

import array
import datetime
import decimal
import importlib
import sys
from collections import Counter, OrderedDict, deque
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from hypertemplate.runtime.reuse.data_copies import DataCopies, NotCopiedError
from hypertemplate.runtime.reuse.plain_data import key_of, not_plain

X = np.arange(60.0).reshape(6, 10)

SPARSE: Any = importlib.import_module("scipy.sparse")


def copies(value: Any, most_bytes: int = 1 << 20) -> DataCopies:
    return DataCopies(value, lambda size: size <= most_bytes)


def read_only(array: Any) -> Any:
    made = array.copy()
    made.flags.writeable = False
    return made


def strides(array: Any) -> list[int]:
    """The strides of an array that matter."""
    return [step for step, size in zip(array.strides, array.shape, strict=True) if size > 1 and array.size]


ARRAYS = [
    pytest.param(X, id="rows"),
    pytest.param(X.T, id="columns"),
    pytest.param(np.asfortranarray(X), id="in Fortran's order"),
    pytest.param(X[::2, 3:7], id="a part of another one"),
    pytest.param(X[::-1], id="backwards"),
    pytest.param(X[:0], id="no rows"),
    pytest.param(np.broadcast_to(np.arange(3), (4, 3)), id="repeated rows"),
    pytest.param(np.array(3.5), id="a scalar"),
    pytest.param(read_only(X), id="read-only"),
    pytest.param(np.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")]), id="records"),
    pytest.param(np.array(["a", None, 3], dtype=object), id="objects"),
    pytest.param(np.array(["a", "bcd"]), id="texts"),
    pytest.param(np.array(["2026-01-01"], dtype="datetime64[D]"), id="dates"),
]


@pytest.mark.parametrize("array", ARRAYS)
def test_an_array_is_laid_out_as_it_was(array: Any) -> None:
    assert not_plain([array]) == ""
    made = copies(array).copied()
    assert made.dtype == array.dtype
    assert made.shape == array.shape
    assert strides(made) == strides(array)
    assert made.flags.writeable == array.flags.writeable
    assert made.tolist() == array.tolist()
    assert not np.shares_memory(made, array)


def test_arrays_that_share_memory_share_it_again() -> None:
    kept = copies({"all": X, "same": X, "some": [X[1], X[:, ::-2]], "other": np.arange(5)})
    made = kept.copied()
    assert made["all"] is made["same"]
    made["all"][1, 1] = -1
    assert made["some"][0][1] == -1
    assert made["some"][1][1].tolist() == [*X[1, ::-2].tolist()[:4], -1]
    again = kept.copied()
    assert again["all"].tolist() == X.tolist()


@pytest.mark.parametrize(
    "value",
    [
        None,
        (1, 2.5, "text", b"bytes", 3j, True, range(3), slice(2)),
        {"a": [1, {2, 3}, frozenset({4})], (1, "b"): deque([1], maxlen=3)},
        OrderedDict(a=1),
        Counter("aab"),
        (datetime.datetime(2026, 1, 2), datetime.timedelta(1), decimal.Decimal("1.5"), Fraction(1, 3)),
        (np.float32(1.5), np.dtype("f4"), Path("a/b"), bytearray(b"x")),
        (pd.Timestamp("2026-01-01"), pd.NaT),
    ],
    ids=str,
)
def test_plain_values_are_copied(value: Any) -> None:
    assert not_plain([value]) == ""
    assert repr(copies(value).copied()) == repr(value)


def test_one_list_in_two_places_stays_one() -> None:
    one: list[Any] = [1]
    one.append(one)
    made = copies((one, [one])).copied()
    assert made[0] is made[1][0] is made[0][1]


FRAME = pd.DataFrame(
    {"a": [1, 2, 3], "b": [0.5, np.nan, 2.5], "c": ["x", None, "z"], "d": pd.Categorical(["u", "v", "u"])},
    index=pd.Index(["i", "j", "k"], name="row"),
)


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(FRAME, id="columns of many types"),
        pytest.param(FRAME.iloc[:2], id="some rows"),
        pytest.param(FRAME.set_index(["a", "c"]), id="two indices"),
        pytest.param(pd.DataFrame(X).iloc[1::2, 2:5], id="a part of numbers"),
        pytest.param(pd.DataFrame({"n": pd.array([1, None], dtype="Int64")}), id="numbers that may lack"),
        pytest.param(pd.DataFrame({"o": pd.Series([1, "a"], dtype=object)}), id="objects"),
        pytest.param(pd.date_range("2026", periods=3, tz="UTC").to_frame(), id="times"),
    ],
)
def test_a_frame_is_copied(frame: pd.DataFrame) -> None:
    assert not_plain([frame]) == ""
    kept = copies(frame)
    made = kept.copied()
    pd.testing.assert_frame_equal(made, frame)
    for before, after in zip(frame._mgr.blocks, made._mgr.blocks, strict=True):
        if isinstance(before.values, np.ndarray):
            assert strides(before.values) == strides(after.values)
    made.iloc[0, 0] = made.iloc[1, 0]
    pd.testing.assert_frame_equal(kept.copied(), frame)


def test_parts_of_a_frame_do_not_show_each_others_changes() -> None:
    train, test = copies((FRAME.iloc[:2], FRAME.iloc[1:])).copied()
    train.loc["j", "a"] = 9
    assert test.loc["j", "a"] == 2


def test_columns_and_indices_are_copied() -> None:
    column, index = copies((FRAME["b"], FRAME.index)).copied()
    pd.testing.assert_series_equal(column, FRAME["b"])
    pd.testing.assert_index_equal(index, FRAME.index)


@pytest.mark.parametrize("kind", ["csr", "csc", "coo", "bsr", "dia"])
def test_a_sparse_matrix_is_copied(kind: str) -> None:
    matrix = SPARSE.csr_matrix(X).asformat(kind)
    kept = copies(matrix)
    made = kept.copied()
    assert not_plain([matrix]) == ""
    assert (made != matrix).nnz == 0
    made.data[...] = 0
    assert (kept.copied() != matrix).nnz == 0


class Table:
    """A stand-in for a table of Polars."""

    def __init__(self, *dtypes: str) -> None:
        self.dtypes = dtypes
        self.cells = (1, 2)

    def clone(self) -> Table:
        made = Table(*self.dtypes)
        made.cells = self.cells
        return made

    def estimated_size(self) -> float:
        return 1000.0


def test_a_table_of_polars_is_cloned(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = SimpleNamespace(DataFrame=Table, Series=type("Series", (), {"dtype": "i"}), Object="object")
    monkeypatch.setitem(sys.modules, "polars", stand_in)
    table = Table("i64", "str")
    kept = copies([table, {"same": table}])
    made = kept.copied()
    assert not_plain([table]) == ""
    assert kept.size_bytes > 1000
    assert made[0] is made[1]["same"] is not table
    assert made[0].cells is table.cells
    assert not_plain([Table("object")]).endswith("Table")
    assert not_plain([stand_in.Series()]) == ""


class Own:
    pass


class OwnArray(np.ndarray):
    pass


@pytest.mark.parametrize(
    ("value", "named"),
    [
        pytest.param([Own()], "Own", id="an object"),
        pytest.param({"a": lambda: 1}, "function", id="a function"),
        pytest.param((Own,), "type", id="a class"),
        pytest.param(iter([1]), "list_iterator", id="an iterator"),
        pytest.param(np.random.default_rng(1), "Generator", id="a generator"),
        pytest.param(X.view(OwnArray), "OwnArray", id="a class of arrays"),
        pytest.param(sys, "module", id="a module"),
    ],
)
def test_what_is_no_plain_data_is_named(value: Any, named: str) -> None:
    assert not_plain([value]).endswith(named)


@pytest.mark.parametrize(
    ("value", "named"),
    [
        pytest.param(np.array([[1], None], dtype=object), "list", id="lists in an array"),
        pytest.param(
            np.array([(1, [])], dtype=[("a", "i4"), ("b", "O")]), "tuple|void", id="lists in records"
        ),
        pytest.param(pd.DataFrame({"a": [Own()]}), "Own", id="objects in a frame"),
        pytest.param(pd.Series([Own()]), "Own", id="objects in a column"),
        pytest.param(pd.Index([Own()]), "Own", id="objects in an index"),
        pytest.param(pd.Series(pd.Categorical([Own()])), "Own", id="objects in categories"),
        pytest.param(SPARSE.lil_matrix(X), "list", id="rows of a sparse matrix"),
    ],
)
def test_objects_in_arrays_are_plain_values(value: Any, named: str) -> None:
    assert not_plain([value]) == ""
    with pytest.raises(NotCopiedError, match=f"an array or table in it holds a ({named})"):
        copies(value)


def test_what_has_no_room_is_not_copied() -> None:
    with pytest.raises(NotCopiedError, match=r"it takes \d+ B, more than --reuse-memory allows"):
        copies(X, 100)


def test_objects_that_share_an_array_are_not_copied() -> None:
    cells = np.array(["a", "b", "c"], dtype=object)
    with pytest.raises(NotCopiedError, match="share memory"):
        copies((cells, cells[1:]))


@pytest.mark.parametrize(
    "memory",
    [
        pytest.param(bytearray(16), id="bytes"),
        pytest.param(array.array("d", [1, 2]), id="an array of Python"),
    ],
)
def test_an_array_in_the_memory_of_another_object_is_not_copied(memory: Any) -> None:
    whole = np.frombuffer(memory)
    for value in ((memory, whole), (whole[1:],)):
        with pytest.raises(NotCopiedError, match="the memory of another object"):
            DataCopies(value, lambda _: True)
    fixed = np.frombuffer(bytes(16))
    (copied,) = DataCopies((fixed,), lambda _: True).copied()
    assert (copied.tolist(), copied.flags.writeable) == ([0, 0], False)


def test_an_array_that_is_a_part_of_a_frame_beside_it_is_not_copied() -> None:
    frame = pd.DataFrame(X)
    with pytest.raises(NotCopiedError, match="a part of a table"):
        copies((frame, frame.to_numpy()))


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, 1.0), (1, True), ([1], (1,)), ({"a": 1, "b": 2}, {"b": 2, "a": 1}), (np.float32(1), np.float64(1))],
)
def test_values_of_other_types_have_other_keys(one: Any, other: Any) -> None:
    assert key_of(one) == key_of(one) != None  # noqa: E711
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize("value", [X, Own(), [Own()], len])
def test_what_is_no_plain_value_has_no_key(value: Any) -> None:
    assert key_of(value) is None
