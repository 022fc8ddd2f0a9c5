"""Markers in every kind of place, in a real Keras process: trial 2 sees its own values as trial 1 does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.studies import study_data

TEMPLATE = Path(__file__).parents[1] / "cases" / "end_to_end" / "keras_semantics.py"

PLACES = {
    "constant": "a module constant that another function uses",
    "class_body": "a class body",
    "tf_function": "a function under @tf.function",
    "default": "a default argument",
    "dataset_map": "a function given to Dataset.map",
    "depth": "the range of a loop that builds layers",
    "loop": "the body of that loop",
}


def search(folder: Path, max_evals: int) -> list[dict[str, Any]]:
    """Run trials in a process of their own; returns them."""
    command = [sys.executable, "-m", "hypertemplate", "run", str(TEMPLATE), "--max-evals", str(max_evals)]
    done = subprocess.run(
        [*command, "--study", str(folder)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    trials: list[dict[str, Any]] = study_data(folder)["trials"]
    return trials


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return search(tmp_path_factory.mktemp("first") / "study", 3)


pytestmark = pytest.mark.keras


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("place", [pytest.param(place, id=words) for place, words in PLACES.items()])
def test_a_marker_has_the_value_of_its_trial_in(
    place: str, number: int, trials: list[dict[str, Any]]
) -> None:
    trial = trials[number]
    assert trial["metrics"][place] == pytest.approx(trial["params"][place], rel=1e-6)


def test_the_trials_drew_different_values(trials: list[dict[str, Any]]) -> None:
    assert len({trial["params"]["constant"] for trial in trials}) == 3


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize(
    ("metric", "value"),
    [
        pytest.param("data_calls", 1, id="data runs once in a worker"),
        pytest.param("built", 0, id="a module-level layer is new"),
        pytest.param("steps", 0, id="a module-level optimizer is new"),
    ],
)
def test_no_trial_carries_into_the_next(
    metric: str, value: int, number: int, trials: list[dict[str, Any]]
) -> None:
    assert trials[number]["metrics"][metric] == value


def test_the_same_seed_gives_the_same_point_and_loss(trials: list[dict[str, Any]], tmp_path: Path) -> None:
    (again,) = search(tmp_path / "study", 1)
    assert again["params"] == trials[0]["params"]
    assert again["loss"] == pytest.approx(trials[0]["loss"], rel=1e-5)
