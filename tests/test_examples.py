"""The examples, searched as the README says, as processes of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.studies import study_data

EXAMPLES = Path(__file__).parent.parent / "examples"


def searched(name: str, max_evals: int, study: Path) -> dict[str, Any]:
    """What is kept of a search of an example."""
    words = ["run", str(EXAMPLES / name), "--max-evals", str(max_evals), "--study", str(study)]
    ran = subprocess.run(
        [sys.executable, "-m", "hypertemplate", *words], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    found = study_data(study)
    assert [trial["state"] for trial in found["trials"]] == ["COMPLETE"] * max_evals
    return found


@pytest.mark.long
def test_tpe_finds_the_valley(tmp_path: Path) -> None:
    assert searched("rosenbrock.py", 100, tmp_path / "study")["best"]["loss"] < 1


@pytest.mark.slow
def test_a_loop_of_ones_own_learns_digits(tmp_path: Path) -> None:
    assert searched("custom_loop.py", 10, tmp_path / "study")["best"]["metrics"]["val_accuracy"] > 0.9


@pytest.mark.slow
@pytest.mark.keras
def test_the_demo_reads_digits(tmp_path: Path) -> None:
    assert searched("digits_mlp.py", 30, tmp_path / "study")["best"]["metrics"]["accuracy"] > 0.95


@pytest.mark.slow
@pytest.mark.keras
def test_the_network_learns_from_all_of_fashion_mnist(tmp_path: Path) -> None:
    assert searched("fashion_mnist_cnn.py", 8, tmp_path / "study")["best"]["metrics"]["accuracy"] > 0.85
