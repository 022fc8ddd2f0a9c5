"""Templates in the manner of Hyperas's own examples run two real trials, unchanged, with today's Keras."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.studies import study_data

CASES = Path(__file__).parents[1] / "cases" / "end_to_end"


# test_no_alarm.py runs them too, shortened and all in one process.
@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.parametrize("name", ["simple", "functional", "lstm", "intermediate", "generator"])
def test_two_trials_of(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hypertemplate", "run", str(CASES / f"hyperas_{name}.py")]
    done = subprocess.run(
        [*command, "--study", str(tmp_path / "study")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    trials = study_data(tmp_path / "study")["trials"]
    assert [(trial["state"], trial["error"]) for trial in trials] == [("COMPLETE", None)] * 2
