from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hypertemplate.compiler.program import Reached
from hypertemplate.runtime.state import record as records
from hypertemplate.runtime.state.arrays import checksum, is_array
from hypertemplate.runtime.state.record import Changes, Record
from hypertemplate.runtime.state.recorded_state import Root

BACK = "'{0}' was changed in place by trial {1}; it is put back before each trial. "
KEPT = "'{0}' was changed in place by trial {1} and cannot be put back: {2}; "
COPY = "copy it in the model instead: {0} = {0}.copy()"
FIRST = "copy it in the model instead"
BACK_COPY, BACK_FIRST = f"C{COPY[1:]}", f"C{FIRST[1:]}"


def model(x_train: Any, y_train: Any) -> None: ...


def record(*given: Any, own: bool = False, names: dict[str, Any] | None = None) -> Record:
    """The record of what the model is given, by position, and of what names hold."""
    arguments = (Root(number, None, value) for number, value in enumerate(given))
    named = (Root(name, Reached(name, ""), value) for name, value in (names or {}).items())
    return Record((*arguments, *named), own=own)


def halve(array: Any) -> None:
    """Do what a model does that forgets to copy."""
    array[...] = array / 2


def test_an_array_that_a_trial_changed_is_named_once_and_put_back() -> None:
    x, y = np.ones((50, 4)), np.ones(50)
    shared = record(x, y)
    halve(x)
    assert shared.compare(0, model) == Changes((BACK.format("x_train", 0) + BACK_COPY.format("x_train"),))
    shared.put_back()
    assert (x == 1).all()
    halve(x)
    assert shared.compare(1, model) == Changes()
    shared.put_back()
    assert (x == 1).all()
    assert shared.compare(2, model) == Changes()


def test_later_trials_are_compared_too() -> None:
    x = np.ones(5)
    shared = record(x)
    assert [shared.compare(number, model) for number in range(9)] == [Changes()] * 9
    halve(x)
    assert shared.compare(9, model).notes == (BACK.format("x_train", 9) + BACK_COPY.format("x_train"),)


@pytest.mark.parametrize(
    ("given", "names", "note"),
    [
        pytest.param(
            lambda x: (0, x), {}, BACK.format("y_train", 1) + BACK_COPY.format("y_train"), id="a parameter"
        ),
        pytest.param(
            lambda x: ({"x": [x]},),
            {},
            BACK.format("x_train['x'][0]", 1) + BACK_FIRST,
            id="inside a parameter",
        ),
        pytest.param(
            lambda x: (0, 0, x), {}, BACK.format("data()[2]", 1) + BACK_FIRST, id="one without a name"
        ),
        pytest.param(lambda x: (0,), {"x": True}, BACK.format("x", 1) + BACK_COPY.format("x"), id="a global"),
        pytest.param(
            lambda x: (x,),
            {"x": True},
            BACK.format("x_train", 1) + BACK_COPY.format("x_train"),
            id="both counts once",
        ),
    ],
)
def test_an_array_has_the_name_that_the_model_knows_it_by(given: Any, names: Any, note: str) -> None:
    x = np.ones(5)
    shared = record(*given(x), names=dict.fromkeys(names, x))
    halve(x)
    assert shared.compare(1, model).notes == (note,)


def test_a_trial_that_fails_before_its_model_is_defined_has_no_names_for_arguments() -> None:
    x = np.ones(5)
    shared = record(0, x)
    halve(x)
    assert shared.compare(0, None).notes[0].startswith("'data()[1]' was changed in place by trial 0")


def test_what_is_too_large_for_a_copy_wears_a_worker_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "COPIED_BYTES", 1000)
    small, large = np.ones(100), np.ones(200)
    shared = record(small, large)
    halve(small)
    assert shared.compare(0, model).lasting == ""
    shared.put_back()
    halve(large)
    said = KEPT.format("y_train", 1, "the program is loaded anew") + COPY.format("y_train")
    lasting = "trial 1 changed 'y_train', which cannot be put back"
    assert shared.compare(1, model) == Changes((said,), lasting)


def test_what_is_too_large_for_a_copy_ends_a_search_in_the_users_own_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(records, "COPIED_BYTES", 0)
    x = np.ones(100)
    shared = record(x, own=True)
    halve(x)
    assert shared.compare(0, model) == Changes(
        (),
        "'x_train' was changed in place by trial 0 and cannot be put back, so the next trial would not begin as "
        "it did; copy it in the model instead: x_train = x_train.copy(), or pass workers=1",
    )


def test_an_array_with_another_shape_cannot_be_put_back() -> None:
    x = np.ones(6)
    shared = record(x)
    x.resize((3, 3), refcheck=False)
    assert shared.compare(0, model).lasting == "trial 0 changed 'x_train', which cannot be put back"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(np.zeros((2000, 50, 50), "float32"), id="a big one"),
        pytest.param(np.zeros((100_000, 64)), id="rows of a power of two"),
        pytest.param(np.zeros((64, 100_000)).T, id="transposed"),
        pytest.param(np.zeros(100_000)[::3], id="a part of one"),
    ],
)
def test_a_change_of_a_whole_array_or_of_one_column_is_seen(value: Any) -> None:
    before = checksum(value)
    assert checksum(value) == before
    value[..., :1] = 5.0
    column = checksum(value)
    value[...] = 1.0
    assert len({before, column, checksum(value)}) == 3


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(np.zeros((0, 3)), id="an empty array"),
        pytest.param(np.array(0.0), id="a single number"),
        pytest.param(np.array(["a", None], dtype=object), id="objects"),
        pytest.param(np.ma.masked_less(np.arange(5.0), 2), id="a masked array"),
        pytest.param(np.zeros(3, [("a", "i4"), ("b", "f8")]), id="records"),
    ],
)
def test_any_array_is_compared(value: Any) -> None:
    shared = record(value)
    assert shared.compare(0, model) == Changes()


def test_what_cannot_change_or_may_take_long_to_read_is_left_alone(tmp_path: Path) -> None:
    constant = np.ones(5)
    constant.flags.writeable = False
    mapped = np.memmap(tmp_path / "x", "float64", "w+", shape=5)
    shared = record(constant, mapped)
    halve(mapped)
    assert shared.compare(0, model) == Changes()


def test_tables_of_pandas_are_put_back() -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    series = pandas.Series([1, 2, 3], name="n")
    kind = pandas.Series(["x", "y"], dtype="category")
    same = (table.copy(), series.copy(), kind.copy())
    shared = record(table, series, names={"kind": kind})
    assert shared.compare(0, model) == Changes()
    table["c"] = table["a"] / 2
    table.loc[0, "b"] = "z"
    series.iloc[0] = 7
    kind.iloc[0] = "y"
    assert [note.partition(" ")[0] for note in shared.compare(1, model).notes] == [
        "'x_train'",
        "'y_train'",
        "'kind'",
    ]
    shared.put_back()
    for now, before in zip((table, series, kind), same, strict=True):
        assert now.equals(before)
    assert list(table.columns) == ["a", "b"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda table: table.rename(columns={"a": "z"}, inplace=True), id="another name"),
        pytest.param(lambda table: table.drop(index=0, inplace=True), id="a row less"),
        pytest.param(lambda table: table.insert(0, "new", 1), id="a new column"),
    ],
)
@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_the_shape_and_the_names_of_a_table_are_put_back(change: Any) -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    before = table.copy()
    shared = record(table)
    change(table)
    assert len(shared.compare(0, model).notes) == 1
    shared.put_back()
    pandas.testing.assert_frame_equal(table, before)


def test_where_numpy_is_not_loaded_there_are_no_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.ones(5)
    monkeypatch.delitem(sys.modules, "numpy")
    assert not is_array(x)
