"""Values in memory, on their way to another process."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from hypertemplate.errors import LoadError
from hypertemplate.runtime.values import read_values, unpicklable, write_values


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "values"
    shared = [1]
    size = write_values(path, {"a": shared, "b": shared, "f": lambda x: x + len(shared)})
    assert size == path.stat().st_size
    values = read_values(str(path))
    assert values["a"] is values["b"]
    assert values["f"](1) == 2


def test_without_a_file_there_are_no_values() -> None:
    assert read_values("") == {}


def test_the_path_of_imports_goes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "values"
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "added"), ""])
    write_values(file, {})
    monkeypatch.setattr(sys, "path", ["mine"])
    read_values(str(file))
    assert sys.path[0] == "mine"
    assert sys.path[-1] == str(tmp_path / "added")


def test_a_value_that_does_not_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "vanishing.py").write_text("class Thing:\n    pass\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    import vanishing  # type: ignore[import-not-found]

    file = tmp_path / "values"
    write_values(file, {"thing": vanishing.Thing()})
    (tmp_path / "vanishing.py").unlink()
    del sys.modules["vanishing"]
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    sys.path_importer_cache.clear()
    with pytest.raises(LoadError) as caught:
        read_values(str(file))
    assert caught.value.message == (
        "the values in memory cannot be read in a worker process: ModuleNotFoundError: No module named 'vanishing'"
    )


def test_what_cannot_be_pickled_is_named_with_the_reason() -> None:
    values = {"lock": threading.Lock(), "number": 1, "lines": (line for line in ["a"])}
    assert unpicklable(values) == {
        "lock": "TypeError: cannot pickle '_thread.lock' object",
        "lines": "TypeError: cannot pickle 'generator' object",
    }
