"""The example of Hyperas's README as a script: only its two lines of imports and Keras's paths are today's."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

CASE = Path(__file__).parents[1] / "cases" / "end_to_end" / "hyperas_readme.py"
ROOT = Path(__file__).parents[2]
GUARD = "if __name__ == '__main__':\n"

OPTIONS = {
    "Dense": (32, 64, 128),
    "Activation": ("relu", "sigmoid"),
    "choice": ("two", "three"),
    "add": ("Dropout(0.5)", "Activation('linear')"),
    "optimizer": ("rmsprop", "adam", "sgd"),
    "batch_size": (64, 128),
}
"""What each choice may come to; layers are shown as their source."""


def as_it_was(text: str) -> str:
    return text


def without_the_guard(text: str) -> str:
    before, _, after = text.partition(GUARD)
    return before + textwrap.dedent(after)


def in_short(text: str) -> str:
    return without_the_guard(text).replace("max_evals=5", "max_evals=2")


def with_workers(text: str) -> str:
    return without_the_guard(text).replace("trials=Trials())", "trials=Trials(),\nworkers=2)")


@pytest.mark.keras
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(as_it_was, id="under a guard, as it was", marks=pytest.mark.slow),
        pytest.param(in_short, id="at the top of the script, without a guard"),
        pytest.param(with_workers, id="without a guard, in two worker processes", marks=pytest.mark.slow),
    ],
)
def test_the_script_prints_the_evaluation_and_the_best_run(
    change: Callable[[str], str], tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(change(CASE.read_text(encoding="utf-8")), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script.name],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *trials, head, evaluation, middle, best_run = done.stdout.splitlines()
    assert (head, middle) == (
        "Evaluation of best performing model:",
        "Best performing model chosen hyper-parameters:",
    )
    loss, accuracy = ast.literal_eval(evaluation)
    assert loss > 0
    assert 0.2 < accuracy <= 1
    best = ast.literal_eval(best_run)
    assert set(best) == {*OPTIONS, "Dropout", "Dropout_1"}
    assert [label for label, options in OPTIONS.items() if best[label] not in options] == []
    assert [label for label in ("Dropout", "Dropout_1") if not 0 <= best[label] <= 1] == []
    # In this process, what trials print is seen; a worker's is kept apart.
    printed = [line for line in trials if line.startswith("Best validation acc of epoch:")]
    count = 2 if change is in_short else 5
    assert len(printed) == (0 if change is with_workers else count)
    assert (
        f"searching 8 parameters in script.py for the lowest loss: {count} trials, tpe, seed 1337"
        in done.stderr
    )
    assert [path.name for path in tmp_path.iterdir() if path.name != "__pycache__"] == ["script.py"]
