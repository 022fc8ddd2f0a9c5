"""What a test may start is what its marks say, and a limit holds it to little processor time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("module", "mark"),
    [
        pytest.param("keras", "keras", id="a framework"),
        pytest.param("tensorflow", "keras", id="another one"),
        pytest.param("ipykernel.kernelapp", "kernel", id="a kernel"),
    ],
)
def test_a_process_of_a_test_without_the_mark_cannot_load(module: str, mark: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith(
        "RuntimeError: tests/test_marks.py::test_a_process_of_a_test_without_the_mark_cannot_load["
    )
    assert last.endswith(f": mark it with pytest.mark.{mark}")


@pytest.mark.kernel
def test_a_process_of_a_test_with_the_mark_can() -> None:
    subprocess.run([sys.executable, "-c", "import ipykernel.kernelapp"], check=True)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param("time.sleep(0.3)", "1 passed", id="waiting costs nothing"),
        pytest.param("while time.process_time() < begun + 0.3: pass", "1 failed", id="computing"),
        pytest.param(
            "subprocess.run([sys.executable, '-c', 'import time\\nwhile time.process_time() < 0.3: pass'])",
            "1 failed",
            id="computing in a process",
        ),
    ],
)
def test_a_test_that_takes_more_processor_time_than_the_limit_fails(
    body: str, outcome: str, tmp_path: Path
) -> None:
    (tmp_path / "test_it.py").write_text(
        f"import subprocess, sys, time\ndef test_it():\n    begun = time.process_time()\n    {body}\n"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.conftest",
        "-c",
        "/dev/null",
        "--cpu-limit",
        "0.2",
    ]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in done.stdout.splitlines()[-1], done.stdout
    assert ("of processor time: mark it with pytest.mark.long" in done.stdout) == (outcome == "1 failed")
