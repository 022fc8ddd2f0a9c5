"""A trial of real Keras finds settings and random numbers as a fresh run of the file does, whatever others did."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.studies import study_data

TEMPLATE = Path(__file__).parents[1] / "cases" / "end_to_end" / "settings_and_seeds.py"

FRESH = """
import json, sys
names = {"__name__": "fresh"}
exec(sys.argv[1], names)
print(json.dumps(names["model"](*names["data"]())))
"""


def run(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.keras
def test_each_trial_finds_what_a_fresh_run_finds(tmp_path: Path) -> None:
    study = tmp_path / "study"
    run("-m", "hypertemplate", "run", str(TEMPLATE), "--max-evals", "3", "--study", str(study))
    text = re.sub(r"\{\{.*?\}\}", "1", TEMPLATE.read_text(encoding="utf-8"))
    expected = json.loads(run("-c", FRESH, text).splitlines()[-1])
    for trial in study_data(study)["trials"]:
        assert {"loss": trial["loss"], **trial["metrics"]} == pytest.approx(expected, rel=1e-6)
