"""Old names of modules, which files of users still name."""

from __future__ import annotations

import importlib
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from hypertemplate.compiler.markers.search_space import SearchSpace
from hypertemplate.renamed_modules import RENAMED

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_an_old_name_gives_the_module_itself(old: str, new: str) -> None:
    module = importlib.import_module(old)
    assert module is importlib.import_module(new)
    assert (module.__name__, module.__spec__ and module.__spec__.name) == (new, new)


@pytest.mark.parametrize("old", RENAMED)
def test_no_file_has_an_old_name(old: str) -> None:
    path = ROOT.joinpath(*old.split("."))
    assert not path.with_suffix(".py").exists()
    assert not path.exists()


def test_other_names_are_not_found() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such"):
        importlib.import_module("hypertemplate.runtime.no_such")


def test_a_pickle_under_an_old_name_is_read() -> None:
    """In a process that has imported neither name before."""
    pickled = pickle.dumps(SearchSpace(()), protocol=0).replace(
        b"hypertemplate.compiler.markers.search_space", b"hypertemplate.compiler.space"
    )
    assert b"hypertemplate.compiler.space" in pickled
    code = f"import pickle; print(type(pickle.loads({pickled!r})).__module__)"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout == "hypertemplate.compiler.markers.search_space\n"


def test_installing_twice_is_installing_once() -> None:
    import hypertemplate

    before = len(sys.meta_path)
    importlib.reload(hypertemplate)
    assert len(sys.meta_path) == before
