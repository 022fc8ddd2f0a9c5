from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hypertemplate.compiler.program import Join
from hypertemplate.runtime.shared_data import SharedData, checksum
from tests.runtime.programs import program

NOTE = "'{0}' was changed in place by trial {1}: later trials see the change; "
COPY = "copy it in the model: {0} = {0}.copy()"
FIRST = "copy it in the model first"


def model(x_train: Any, y_train: Any) -> None: ...


def shared(
    data: Any = None, join: Join | None = None, names: dict[str, Any] | None = None, left: Any = None
) -> SharedData:
    """What a program shares whose `data()` returned this."""
    made = program(folder=Path("/template"), data="data", join=join or Join("position", count=2))
    return SharedData(made, names or {}, data, left or {})


def notes(watched: SharedData, change: Any, number: int = 0) -> tuple[str, ...]:
    """The notes after a trial that does something."""
    watched.look()
    change()
    return watched.changed(number, {"model": model})


def divide(array: Any) -> Any:
    """What a model does that forgets to copy."""

    def change() -> None:
        array[...] = array / 2

    return change


def test_an_array_that_a_trial_changed_is_named() -> None:
    x, y = np.ones((50, 4)), np.ones(50)
    assert notes(shared((x, y)), divide(x)) == (
        "'x_train' was changed in place by trial 0: later trials see the change; "
        "copy it in the model: x_train = x_train.copy()",
    )


def test_nothing_is_said_of_trials_that_change_nothing() -> None:
    x, y = np.ones((50, 4)), np.ones(50)
    assert notes(shared((x, y)), lambda: None) == ()


@pytest.mark.parametrize(
    ("join", "data", "note"),
    [
        pytest.param(
            Join("name", (("images", 1), ("labels", 0))),
            lambda x: (np.ones(3), x),
            (NOTE + COPY).format("images", 1),
            id="by name",
        ),
        pytest.param(
            Join("name", (("images", "x"),)),
            lambda x: {"x": x},
            (NOTE + COPY).format("images", 1),
            id="by a key",
        ),
        pytest.param(
            Join("object"),
            lambda x: {"x": [x]},
            (NOTE + FIRST).format("x_train['x'][0]", 1),
            id="inside the one argument",
        ),
        pytest.param(
            Join("position", count=3),
            lambda x: (0, 0, x),
            (NOTE + FIRST).format("data()[2]", 1),
            id="one that the model has no name for",
        ),
        pytest.param(
            Join("name", (), locals=("scaled",)),
            lambda x: 0,
            (NOTE + COPY).format("scaled", 1),
            id="a local variable that data left",
        ),
    ],
)
def test_an_array_has_the_name_that_the_model_knows_it_by(join: Join, data: Any, note: str) -> None:
    x = np.ones(5)
    assert notes(shared(data(x), join, left={"scaled": x}), divide(x), 1) == (note,)


def test_a_trial_that_fails_before_its_model_is_defined_has_no_names_for_arguments() -> None:
    x = np.ones(5)
    watched = shared((0, x))
    watched.look()
    divide(x)()
    assert watched.changed(0, {}) == ((NOTE + FIRST).format("data()[1]", 0),)


def test_globals_are_watched_and_what_is_an_argument_too_counts_once() -> None:
    x = np.ones(5)
    table: dict[str, Any] = {"a": [np.ones(5)], "b": 1}
    watched = shared((x, 0), names={"x": x, "table": table, "np": np})
    assert notes(watched, lambda: (divide(x)(), divide(table["a"][0])())) == (
        (NOTE + COPY).format("x_train", 0),
        (NOTE + FIRST).format("table['a'][0]", 0),
    )


def test_a_script_has_globals_alone() -> None:
    x = np.ones(5)
    made = program(folder=Path("/template"))
    assert notes(SharedData(made, {"x": x}, None, {}), divide(x)) == ((NOTE + COPY).format("x", 0),)


def test_only_the_first_trials_are_watched() -> None:
    x = np.ones(1000)
    watched = shared((x, 0))
    assert [len(notes(watched, divide(x), number)) for number in range(4)] == [1, 1, 0, 0]


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
def test_any_array_has_a_checksum(value: Any) -> None:
    assert checksum(value) == checksum(value)


def test_what_cannot_change_or_may_take_long_to_read_is_left_alone(tmp_path: Path) -> None:
    constant = np.ones(5)
    constant.flags.writeable = False
    mapped = np.memmap(tmp_path / "x", "float64", "w+", shape=5)
    assert notes(shared((constant, mapped)), divide(mapped)) == ()


def test_tables_of_pandas_are_watched() -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    series = pandas.Series([1, 2, 3])
    kind = pandas.Series(["x", "y"], dtype="category")
    watched = shared((table, series), names={"kind": kind})

    def change() -> None:
        table["c"] = table["a"] / 2
        series.iloc[0] = 7

    assert notes(watched, lambda: None) == ()
    assert notes(watched, change, 1) == (
        (NOTE + COPY).format("x_train", 1),
        (NOTE + COPY).format("y_train", 1),
    )


def test_an_item_of_a_tables_column_is_seen() -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    before = checksum(table)
    table.loc[0, "a"] = 9.0
    assert checksum(table) != before


def test_where_numpy_is_not_loaded_there_are_no_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.ones(5)
    monkeypatch.delitem(sys.modules, "numpy")
    assert notes(shared((x, 0)), divide(x)) == ()
