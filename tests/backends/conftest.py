"""The backends of Keras that this environment has: ``.venv`` TensorFlow, those of ``.ci/other-backends`` another."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.study import Study

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "tests" / "cases" / "backends"

BACKENDS = [name for name in ("tensorflow", "jax", "torch") if importlib.util.find_spec(name)]


def surroundings(**environment: str) -> dict[str, str]:
    """The environment of a process that finds this hypertemplate."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **environment}


def run(command: list[str], folder: Path, **environment: str) -> str:
    """Run Python with these arguments, to its end and well; what it printed."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=surroundings(**environment),
        capture_output=True,
        text=True,
        timeout=550,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """One after another."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def searched(backend: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folders of two studies of ``digits.py``, searched with the same seed."""
    folder = tmp_path_factory.mktemp(backend)
    shutil.copy(TEMPLATES / "digits.py", folder)
    options = ["--max-evals", "3", "--seed", "7", "--workers", "1"]
    for study in ("first.study", "second.study"):
        command = ["-m", "hypertemplate", "run", "digits.py", "--study", study, *options]
        run(command, folder, KERAS_BACKEND=backend)
    return folder / "first.study", folder / "second.study"


def ended(folder: Path) -> Study:
    """A study whose trials have all ended well."""
    study = read_study(folder).study
    assert [trial.error for trial in study.trials if trial.error] == []
    return study
