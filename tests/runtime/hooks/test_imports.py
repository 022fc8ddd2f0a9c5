from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hypertemplate.runtime.hooks.imports import ImportWatcher


@pytest.fixture
def watcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImportWatcher]:
    """An installed watcher, and a path on which tests write modules that nobody else has."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    watcher = ImportWatcher()
    watcher.install()
    yield watcher
    sys.meta_path.remove(watcher)
    for name in set(sys.modules) - before:
        del sys.modules[name]


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    importlib.invalidate_caches()


def test_an_action_runs_after_the_module_has(watcher: ImportWatcher, tmp_path: Path) -> None:
    write(tmp_path, "watched_one.py", "value = 1")
    seen: list[int] = []
    watcher.watch("watched_one", lambda module: seen.append(module.value))
    watcher.watch("watched_one", lambda module: seen.append(module.value + 1))
    assert seen == []
    importlib.import_module("watched_one")
    importlib.import_module("watched_one")
    assert seen == [1, 2]


def test_an_action_for_a_loaded_module_runs_at_once(watcher: ImportWatcher) -> None:
    seen: list[ModuleType] = []
    watcher.watch("sys", seen.append)
    assert seen == [sys]


def test_a_module_inside_a_package_can_be_watched(watcher: ImportWatcher, tmp_path: Path) -> None:
    write(tmp_path, "watched_package/__init__.py", "")
    write(tmp_path, "watched_package/inner.py", "")
    seen: list[str] = []
    watcher.watch("watched_package.inner", lambda module: seen.append(module.__name__))
    importlib.import_module("watched_package.inner")
    assert seen == ["watched_package.inner"]


@pytest.mark.parametrize(
    ("before", "own", "during", "after"),
    [
        pytest.param((700, 10, 10), "", (10_000, 1_000, 1_000), (700, 10, 10), id="rarely while it runs"),
        pytest.param((0, 10, 10), "", (0, 10, 10), (0, 10, 10), id="never, as before"),
        pytest.param((300_000, 5, 5), "", (300_000, 5, 5), (300_000, 5, 5), id="more rarely, as before"),
        pytest.param((700, 10, 10), "gc.set_threshold(9, 9, 9)", (9, 9, 9), (9, 9, 9), id="as it says"),
    ],
)
def test_garbage_is_collected_rarely_while_a_watched_module_runs(
    watcher: ImportWatcher,
    tmp_path: Path,
    before: tuple[int, int, int],
    own: str,
    during: tuple[int, int, int],
    after: tuple[int, int, int],
) -> None:
    write(tmp_path, "watched_inner.py", f"import gc\n{own}")
    write(tmp_path, "watched_outer.py", "import gc, watched_inner\nduring = gc.get_threshold()")
    for name in ("watched_inner", "watched_outer"):
        watcher.watch(name, lambda module: None)
    usual = gc.get_threshold()
    gc.set_threshold(*before)
    try:
        found = importlib.import_module("watched_outer").during
        assert (found, gc.get_threshold()) == (during, after)
    finally:
        gc.set_threshold(*usual)


def test_garbage_is_collected_as_usual_while_a_module_of_the_user_s_runs(
    watcher: ImportWatcher, tmp_path: Path
) -> None:
    write(tmp_path, "watched_by_none.py", "import gc\nduring = gc.get_threshold()")
    watcher.outermost = contextlib.nullcontext
    assert importlib.import_module("watched_by_none").during == gc.get_threshold()


def test_the_module_looks_as_if_nobody_had_watched(watcher: ImportWatcher, tmp_path: Path) -> None:
    write(tmp_path, "watched_two.py", "during = __spec__.loader, __loader__")
    watcher.watch("watched_two", lambda module: None)
    module = importlib.import_module("watched_two")
    assert module.__spec__ is not None
    for loader in (module.__loader__, module.__spec__.loader, *module.during):
        assert type(loader) is SourceFileLoader


def test_a_spec_that_is_only_asked_for_answers_for_its_loader(watcher: ImportWatcher, tmp_path: Path) -> None:
    write(tmp_path, "watched_three.py", "")
    seen: list[ModuleType] = []
    watcher.watch("watched_three", seen.append)
    spec = importlib.util.find_spec("watched_three")
    assert spec is not None
    assert spec.loader is not None
    assert spec.loader.get_filename() == str(tmp_path / "watched_three.py")  # type: ignore[attr-defined]
    assert seen == []


def test_a_module_that_fails_runs_no_action(watcher: ImportWatcher, tmp_path: Path) -> None:
    write(tmp_path, "watched_four.py", "raise OSError('no')")
    seen: list[ModuleType] = []
    watcher.watch("watched_four", seen.append)
    with pytest.raises(OSError, match="no"):
        importlib.import_module("watched_four")
    assert seen == []


def test_a_module_runs_in_the_watchers_context_and_its_actions_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    @contextlib.contextmanager
    def around() -> Iterator[None]:
        order.append("before")
        yield
        order.append("after")

    write(tmp_path, "watched_seven.py", "")
    monkeypatch.syspath_prepend(str(tmp_path))
    watcher = ImportWatcher(around)
    watcher.install()
    watcher.watch("watched_seven", lambda module: order.append("action"))
    try:
        importlib.import_module("watched_seven")
    finally:
        sys.meta_path.remove(watcher)
        del sys.modules["watched_seven"]
    assert order == ["before", "after", "action"]


def test_a_module_that_nobody_has_is_not_found(watcher: ImportWatcher) -> None:
    watcher.watch("watched_nothing", lambda module: None)
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("watched_nothing")


def test_a_folder_without_init_has_no_loader_to_be_told_by(watcher: ImportWatcher, tmp_path: Path) -> None:
    write(tmp_path, "watched_folder/inner.py", "")
    watcher.watch("watched_folder", lambda module: None)
    assert importlib.import_module("watched_folder.inner").__name__ == "watched_folder.inner"


def test_a_reloaded_module_runs_the_action_again(watcher: ImportWatcher, tmp_path: Path) -> None:
    write(tmp_path, "watched_five.py", "")
    seen: list[ModuleType] = []
    watcher.watch("watched_five", seen.append)
    module = importlib.import_module("watched_five")
    importlib.reload(module)
    assert seen == [module, module]


def test_a_namespace_spec_without_a_loader_passes_through(watcher: ImportWatcher) -> None:
    class Finder:
        def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
            return ModuleSpec(name, None) if name == "watched_six" else None

    class OldFinder:
        """From before Python 3.4."""

    watcher.watch("watched_six", lambda module: None)
    finders: list[Any] = [OldFinder(), Finder()]
    sys.meta_path[1:1] = finders
    try:
        spec = watcher.find_spec("watched_six", None)
    finally:
        del sys.meta_path[1:3]
    assert spec is not None
    assert spec.loader is None


def test_two_watchers_of_one_module_both_act(watcher: ImportWatcher, tmp_path: Path) -> None:
    """A search inside a search: each has a watcher, and each asks all the other finders."""
    write(tmp_path, "watched_twice.py", "value = 1")
    seen: list[str] = []
    other = ImportWatcher()
    other.install()
    try:
        watcher.watch("watched_twice", lambda module: seen.append("outer"))
        other.watch("watched_twice", lambda module: seen.append("inner"))
        importlib.import_module("watched_twice")
    finally:
        other.uninstall()
    assert sorted(seen) == ["inner", "outer"]
