"""Which files of the user's a program has imported."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from hypertemplate.runtime.own_modules import imported_sources
from hypertemplate.runtime.protocol import Ready
from tests.runtime.programs import program
from tests.runtime.talk import load_answer


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A template's folder in the working folder; what lies there."""
    texts = {
        "work/near.py": "X = 1\n",
        "work/src/beside.py": "import inner.deep\n",
        "work/src/inner/__init__.py": "",
        "work/src/inner/deep.py": "Y = 2\n",
        "work/src/unused.py": "",
        "work/venv/lib/site-packages/installed.py": "",
        "elsewhere/far.py": "",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv(
        "PYTHONPATH", f"{tmp_path}/work:{tmp_path}/work/venv/lib/site-packages:{tmp_path}/elsewhere"
    )
    return tmp_path / "work"


def test_a_worker_tells_the_digests_of_what_the_program_has_imported(written: Path) -> None:
    setup = "import json, beside, near, installed, far"
    answer = load_answer(program(setup, "def model(): return 0", folder=written / "src"))
    assert isinstance(answer, Ready)
    assert answer.files == {
        "beside.py": digest(written / "src/beside.py"),
        "inner/__init__.py": digest(written / "src/inner/__init__.py"),
        "inner/deep.py": digest(written / "src/inner/deep.py"),
        "near.py": digest(written / "near.py"),
    }


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            "open('src/beside.py', 'ab').truncate(imported_sources.MAX_BYTES + 1)", id="it is too large"
        ),
        pytest.param("os.remove('src/beside.py')", id="it is gone"),
        pytest.param("sys.modules['beside'] = Lazy('beside')", id="what stands for it would import more"),
    ],
)
def test_a_module_without_a_file_to_read_is_passed_over(written: Path, statement: str) -> None:
    setup = f"""
        import os, sys, beside
        from types import ModuleType
        from hypertemplate.runtime.own_modules import imported_sources
        class Lazy(ModuleType):
            def __getattr__(self, name): raise ImportError(name)
        {statement}
    """
    answer = load_answer(program(setup, "def model(): return 0", folder=written / "src"))
    assert isinstance(answer, Ready)
    assert set(answer.files) == {"inner/__init__.py", "inner/deep.py"}


def test_our_own_modules_are_not_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    package = Path(imported_sources.__file__).parents[2]
    monkeypatch.chdir(package)
    assert imported_sources.imported_files(str(package / "model.py")) == {}
