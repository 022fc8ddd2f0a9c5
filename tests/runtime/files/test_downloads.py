"""Libraries that download, cache and lock keep their files where they put them."""

from __future__ import annotations

import os
import shutil
import sys
import urllib.request
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hypertemplate.runtime.files import current_view

CODE = """
import os, shutil
def get_file(root):
    os.makedirs(root, exist_ok=True)
    with open(root + '/partial', 'w') as file:
        file.write('1')
    os.replace(root + '/partial', root + '/data.csv')
    os.close(os.open(root + '/x.lock', os.O_CREAT | os.O_WRONLY))
    os.symlink('data.csv', root + '/link')
    os.link(root + '/data.csv', root + '/second')
    os.truncate(root + '/second', 1)
    os.remove(root + '/x.lock')
    os.mkdir(root + '/old')
    os.rmdir(root + '/old')
    os.makedirs(root + '/old/one')
    shutil.rmtree(root + '/old')
def given(function):
    return function()
"""


def library(name: str) -> Any:
    module = ModuleType(name)
    exec(compile(CODE, f"/site-packages/{name}.py", "exec"), vars(module))
    return module


@pytest.mark.parametrize(
    "name", ["torchvision.datasets.mnist", "huggingface_hub.file_download", "keras.src.utils.file_utils"]
)
def test_what_a_library_downloads_is_there_for_all_trials(
    name: str, here: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = library(name)
    monkeypatch.setitem(sys.modules, name, module)
    module.get_file("data")
    with current_view.behind():
        assert sorted(path.name for path in (here / "data").iterdir()) == ["data.csv", "link", "second"]
        assert not (own / "data").exists()
    assert Path("data/data.csv").read_text() == "1"


def test_what_is_fetched_from_an_address(here: Path, own: Path) -> None:
    with current_view.behind():
        (here / "remote.csv").write_text("1")
    urllib.request.urlretrieve(f"file://{here}/remote.csv", "data.csv")
    with current_view.behind():
        assert (here / "data.csv").read_text() == "1"


def test_what_the_users_function_writes_is_the_trials_whoever_calls_it(
    here: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = library("joblib.memory")
    monkeypatch.setitem(sys.modules, "joblib.memory", module)
    module.given(lambda: Path("x.txt").write_text("mine"))
    assert Path("x.txt").read_text() == (own / "x.txt").read_text() == "mine"


def test_what_another_library_writes_is_the_trials(
    here: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = library("somelib.files")
    monkeypatch.setitem(sys.modules, "somelib.files", module)
    module.get_file("data")
    assert sorted(os.listdir("data")) == ["data.csv", "link", "second"]
    shutil.rmtree("data")
    assert os.listdir() == []
