"""What a framework says when a device has no memory for an array: real ones, of 40 terabytes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hypertemplate.search.storage.sqlite.reader import read_study
from tests.backends.conftest import TEMPLATES, surroundings

pytestmark = [pytest.mark.keras, pytest.mark.slow]


def test_a_trial_that_is_too_large_fails_and_the_next_one_has_a_new_worker(
    backend: str, tmp_path: Path
) -> None:
    shutil.copy(TEMPLATES / "too_large.py", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "hypertemplate", "run", "too_large.py", "--algo", "grid", "--workers", "1"],
        cwd=tmp_path,
        env=surroundings(KERAS_BACKEND=backend),
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    trials = read_study(tmp_path / "too_large.study").study.trials
    assert [trial.loss for trial in trials] == [10.0, None, 20.0]
    assert [trial.failure for trial in trials] == [None, "out of accelerator memory", None]
    error = trials[1].error or ""
    assert error.startswith("out of accelerator memory: ")
    assert error.endswith(" (too_large.py:5)")
    assert error in done.stderr
    assert (
        "worker 0 is replaced: the last trial ran out of accelerator memory, and may still hold some"
        in done.stderr
    )
