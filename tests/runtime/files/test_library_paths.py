"""Libraries that open files by themselves, as stand-ins of a few lines; h5py, SQLite and dbm are the real ones."""

from __future__ import annotations

import dbm.dumb
import inspect
import os
import shelve
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import h5py
import pytest

from hypertemplate.runtime.files import current_view
from hypertemplate.runtime.files.library_paths import FUNCTIONS, redirect_libraries
from hypertemplate.runtime.files.path_arguments import DATABASES, FILES, Takes, hook, redirected
from hypertemplate.runtime.files.trial_files import to_read, to_write
from hypertemplate.runtime.hooks.imports import ImportWatcher

STAND_INS = sorted(set(FUNCTIONS) - {"h5py", "sqlite3", "dbm"})


def stand_in(name: str, functions: tuple[Takes, ...]) -> ModuleType:
    """A module whose functions return what they are given as path."""
    module = ModuleType(name)
    for one in functions:
        *holders, function = one.where.split(".")
        holder: Any = module
        for part in holders:
            if not hasattr(holder, part):
                setattr(
                    holder, part, type(part, (), {}) if part[0].isupper() else ModuleType(f"{name}.{part}")
                )
            holder = getattr(holder, part)
        setattr(holder, function, _returning(one))
    return module


def _returning(one: Takes) -> Any:
    def function(*args: Any, **kwargs: Any) -> Any:
        given = args[one.position] if len(args) > one.position else kwargs[one.parameter]
        SEEN.append(given)
        return None if one.where.endswith("__init__") else given

    return function


SEEN: list[Any] = []


@pytest.fixture
def hooked(doors: None) -> Iterator[None]:
    undo = redirect_libraries(ImportWatcher())
    yield
    undo()


@pytest.mark.parametrize("name", STAND_INS)
def test_paths_of_a_library_are_the_trials(name: str, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = stand_in(name, FUNCTIONS[name])
    for loaded in (module, *(value for value in vars(module).values() if isinstance(value, ModuleType))):
        monkeypatch.setitem(sys.modules, loaded.__name__, loaded)
    undo = [*hook(module, FUNCTIONS[name])]
    assert undo
    Path("x.out").write_text("mine")
    for one in FUNCTIONS[name]:
        function: Any = module
        for part in one.where.split("."):
            function = getattr(function, part)
        before = (None,) * one.position
        SEEN.clear()
        function(*before, "x.out", "r")
        function(*before, **{one.parameter: b"x.out"})
        function(*before, "/elsewhere/x.out")
        assert [str(own / "x.out"), os.fsencode(own / "x.out"), "/elsewhere/x.out"] == SEEN, one.where
    for give_back in undo:
        give_back()
    assert [*hook(module, FUNCTIONS[name])]


def test_the_mode_decides(here: Path, hooked: None, own: Path) -> None:
    with current_view.behind(), h5py.File(here / "theirs.h5", "w") as file:
        file["x"] = 1
    with h5py.File("mine.h5", "w") as file:
        file["x"] = 2
    with h5py.File("theirs.h5", mode="a") as file:
        file["x"][()] = 3
    with h5py.File("theirs.h5") as changed, h5py.File("mine.h5", "r") as mine:
        assert (changed["x"][()], mine["x"][()]) == (3, 2)
    with current_view.behind(), h5py.File(here / "theirs.h5") as file:
        assert file["x"][()] == 1
    assert not (here / "mine.h5").exists() or (own / "mine.h5").exists()


def test_a_database_is_the_users_where_it_is_there_and_else_the_trials(
    here: Path, hooked: None, own: Path
) -> None:
    with current_view.behind():
        (here / "theirs.db").touch()
    for name in ("theirs.db", "mine.db", ":memory:", "file:memory?mode=memory"):
        connection = sqlite3.connect(name, uri=name.startswith("file:"))
        connection.execute("create table t (x)")
        connection.close()
    assert dbm.dumb.__name__ in sys.modules
    with shelve.open("shelf") as shelf:
        shelf["x"] = 1
    with shelve.open("shelf", "r") as shelf:
        assert dict(shelf) == {"x": 1}
    with current_view.behind():
        assert sorted(path.name for path in here.iterdir()) == ["model.study", "theirs.db"]
        assert (here / "theirs.db").stat().st_size > 0
        assert (own / "mine.db").stat().st_size > 0


def test_lists_and_what_has_no_value_yet(own: Path) -> None:
    Path("x.out").write_text("mine")
    assert redirected(["x.out", "y.out"], to_read) == [str(own / "x.out"), "y.out"]
    assert redirected(("x.out",), to_write) == (str(own / "x.out"),)
    nothing = object()
    assert redirected(nothing, to_read) is nothing


def test_tables_of_modes_know_all_of_them() -> None:
    assert {"r", "r+", "a", "w", "w-", "x"} == set(FILES)
    assert {"r", "w", "c", "n"} == set(DATABASES)


def test_a_class_in_c_and_what_is_missing_are_passed_over() -> None:
    module: Any = ModuleType("stand_in")
    module.Kind = dict
    assert [
        *hook(module, (Takes("Kind.update", 1, "path", to_read), Takes("missing.x", 0, "path", to_read)))
    ] == []


def test_functions_look_as_before(hooked: None) -> None:
    assert next(iter(inspect.signature(h5py.File.__init__).parameters)) == "self"
    assert "name" in inspect.signature(h5py.File.__init__).parameters
