"""Processes that user code forks from a worker: they never answer in the worker's place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.studies import study_data

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("child", "status"),
    [
        pytest.param("        sys.exit(3)\n", 3, id="that exit"),
        pytest.param("        sys.exit('no')\n", 1, id="that exit with a text"),
        pytest.param("        return -1000.0\n", 0, id="that return"),
        pytest.param("        raise ValueError('in the child')\n", 1, id="that raise"),
    ],
)
def test_forked_children(child: str, status: int, tmp_path: Path) -> None:
    template = tmp_path / "model.py"
    template.write_text(
        f"import os, sys\n\ndef model():\n    pid = os.fork()\n    if pid == 0:\n{child}"
        f"    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == {status}\n"
        "    return {{uniform(0, 1)}}\n"
    )
    command = [sys.executable, "-m", "hypertemplate", "run", str(template), "--max-evals", "3"]
    done = subprocess.run(
        [*command, "--study", str(tmp_path / "study")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    trials = study_data(tmp_path / "study")["trials"]
    assert [(trial["state"], trial["error"]) for trial in trials] == [("COMPLETE", None)] * 3, done.stderr
    assert all(trial["loss"] == trial["params"]["uniform"] for trial in trials)


def test_a_child_that_is_forked_while_the_template_loads(tmp_path: Path) -> None:
    template = tmp_path / "model.py"
    template.write_text(
        "import os\n\npid = os.fork()\nif pid:\n    os.waitpid(pid, 0)\n\n"
        "def model():\n    return {{uniform(0, 1)}}\n"
    )
    command = [sys.executable, "-m", "hypertemplate", "run", str(template), "--max-evals", "2"]
    done = subprocess.run(
        [*command, "--study", str(tmp_path / "study")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
