"""What a study compares of values in memory."""

from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy
import pytest

from hypertemplate.api.value_digests import digest

pandas: Any = pytest.importorskip("pandas")
sparse: Any = pytest.importorskip("scipy.sparse")


def table(**columns: Any) -> Any:
    return pandas.DataFrame(columns)


def of_days(*days: str) -> Any:
    return numpy.array(days, dtype="datetime64[D]")


@pytest.mark.parametrize(
    ("make", "other", "kind"),
    [
        pytest.param(lambda: 3, lambda: 4, "3", id="a number"),
        pytest.param(lambda: "x" * 100, lambda: "y" * 100, "str of 102 characters", id="a long text"),
        pytest.param(lambda: numpy.arange(6.0), lambda: numpy.arange(6.0) + 1, "float64 array (6,)", id="numbers"),
        pytest.param(lambda: of_days("2020-01-01"), lambda: of_days("2020-01-02"), "datetime64[D] array (1,)", id="days"),
        pytest.param(
            lambda: numpy.asfortranarray(numpy.eye(3)),
            lambda: numpy.asfortranarray(numpy.diag([1.0, 1, 2])),
            "float64 array (3, 3)",
            id="columns first",
        ),
        pytest.param(
            lambda: numpy.eye(4)[::2, ::3], lambda: numpy.ones((4, 4))[::2, ::3], "float64 array (2, 2)", id="gaps"
        ),
        pytest.param(
            lambda: numpy.array(["a", None, object], dtype=object),
            lambda: numpy.array(["b", None, object], dtype=object),
            "object array (3,)",
            id="objects",
        ),
        pytest.param(lambda: numpy.array([]), lambda: numpy.array([1.0]), "float64 array (0,)", id="nothing"),
        pytest.param(lambda: table(a=[1], b=["x"]), lambda: table(a=[1], b=["y"]), "DataFrame (1, 2)", id="a table"),
        pytest.param(lambda: table(a=[1]), lambda: table(b=[1]), "DataFrame (1, 1)", id="its columns"),
        pytest.param(
            lambda: pandas.Series([1, 2], index=["a", "b"]),
            lambda: pandas.Series([1, 2], index=["a", "c"]),
            "Series (2,)",
            id="an index of a series",
        ),
        pytest.param(lambda: pandas.Index([1, 2]), lambda: pandas.Index([1, 3]), "int64 array (2,)", id="an index"),
        pytest.param(
            lambda: table(a=pandas.to_datetime(["2020-01-01"]).tz_localize("UTC")),
            lambda: table(a=pandas.to_datetime(["2020-01-02"]).tz_localize("UTC")),
            "DataFrame (1, 1)",
            id="times of a zone",
        ),
        pytest.param(
            lambda: table(a=pandas.Categorical(["a", "b"])),
            lambda: table(a=pandas.Categorical(["b", "a"])),
            "DataFrame (2, 1)",
            id="categories",
        ),
        pytest.param(
            lambda: sparse.lil_matrix(numpy.eye(2)),
            lambda: sparse.lil_matrix(numpy.ones((2, 2))),
            "float64 lil_matrix (2, 2)",
            id="a sparse matrix by rows",
        ),
        pytest.param(
            lambda: {"train": (numpy.zeros(2), [1])},
            lambda: {"train": (numpy.ones(2), [1])},
            "dict of 1",
            id="a split",
        ),
        pytest.param(lambda: {"b", "a"}, lambda: {"b", "c"}, "set of 2", id="a set"),
    ],
)  # fmt: skip
def test_values_differ_where_their_contents_do(
    make: Callable[[], Any], other: Callable[[], Any], kind: str
) -> None:
    found, again, changed = digest(make()), digest(make()), digest(other())
    assert found is not None
    assert (found, found.kind) == (again, kind)
    assert changed != found


@pytest.mark.parametrize(
    ("value", "is_plain"),
    [
        pytest.param([1, 2], True, id="a list that may be a history"),
        pytest.param({"a": {"b": numpy.ones(1)}}, False, id="data in a dict"),
        pytest.param((1, 2), False, id="a tuple, which cannot grow"),
    ],
)
def test_what_trials_may_add_to_is_marked(value: Any, is_plain: bool) -> None:
    found = digest(value)
    assert found is not None
    assert found.is_plain == is_plain


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(len, "builtins.len", id="a function of Python"),
        pytest.param(functools.partial, "functools.partial", id="a class of Python"),
        pytest.param(numpy.mean, "numpy.mean", id="a function of NumPy"),
        pytest.param(numpy.sin, "numpy.sin", id="a universal function"),
    ],
)
def test_what_libraries_define_is_known_by_its_name(value: Any, kind: str) -> None:
    found = digest(value)
    assert found is not None
    assert (found.kind, found.unseen) == (kind, ())


def test_a_module_has_no_digest_of_its_own() -> None:
    assert digest(sys) is None


def test_only_some_elements_of_much_data_count() -> None:
    large = numpy.zeros(2**23 + 2**20)
    many = [numpy.zeros(2**14)] * 500
    for value in (large, many, pandas.DataFrame({f"c{n}": large[: 2**20] for n in range(30)})):
        assert digest(value) == digest(value)
    before = digest(large)
    large[2**20 :] = 1
    assert digest(large) != before


def test_another_process_finds_the_same() -> None:
    code = (
        "from hypertemplate.api.value_digests import digest; import numpy; "
        "print(digest({'a': {1, 'x'}, object: numpy.array([None, 'y'], dtype=object)}).contents)"
    )
    one, other = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    )
    assert one == other


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(3, True, id="a number"),
        pytest.param({"a": [1, ("x", None)], 2: {True}}, True, id="containers of plain values"),
        pytest.param([[[[[[[1]]]]]]], False, id="containers that are too deep"),
        pytest.param([0] * 10_001, False, id="a list with too many items"),
        pytest.param([object()], False, id="a list with an object"),
        pytest.param({object(): 1}, False, id="a dict with an object as a key"),
        pytest.param(type("Text", (str,), {})("x"), False, id="a text of another class"),
        pytest.param(numpy.float32(1.0), True, id="a number of NumPy"),
        pytest.param(numpy.arange(6.0), True, id="an array"),
        pytest.param(numpy.array(["a", None, 1], dtype=object), True, id="an array of plain objects"),
        pytest.param(numpy.array([[], 1], dtype=object), False, id="an array with a list in it"),
        pytest.param([numpy.zeros(2**20, "uint8")] * 200, False, id="arrays of which elements count"),
        pytest.param(numpy.ma.array([1.0], mask=[True]), False, id="an array with a mask"),
        pytest.param(table(a=[1, 2], b=["x", "y"]), True, id="a table"),
        pytest.param(table(a=[1, 2])["a"], True, id="a column"),
        pytest.param(table(a=pandas.Categorical(["x"])), False, id="a table with categories"),
        pytest.param(table(a=[1]).set_index([["x"], ["y"]]), False, id="an index of pairs"),
        pytest.param(functools.partial(int), False, id="an object"),
    ],
)
def test_digests_of_all_that_a_value_is(value: object, expected: bool) -> None:
    found = digest(value)
    assert (found is not None and found.is_whole) is expected
