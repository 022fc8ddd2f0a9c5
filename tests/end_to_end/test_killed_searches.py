"""A search with a pruner whose process is killed at any moment, and resumed, ends as one that was not."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest

from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.study import Trial, TrialState
from tests.paper_keras import KERAS

pytestmark = pytest.mark.slow

TRIALS, EPOCHS, KILLS = 90, 18, 20

MODEL = f"""
import math
import time
import keras

def losses(rate, depth):
    for epoch in range({EPOCHS}):
        time.sleep(0.004)
        yield abs(rate - 0.3) + depth / 10 + math.exp(-epoch * rate) + 0.01 * math.sin(7 * epoch + depth)

def model():
    net = keras.Model()
    net.fit(losses({{{{uniform(0.05, 1, name='rate')}}}}, {{{{choice([0, 1, 2, 3], name='depth')}}}}))
    return min(net.history['val_loss'])
"""

GENERATOR = KERAS.replace("len(losses)", str(EPOCHS))
"""The same with a fit that takes a generator, which computes an epoch after the other."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    libraries = tmp_path / "site-packages"
    libraries.mkdir()
    (libraries / "keras.py").write_text(dedent(GENERATOR))
    (tmp_path / "model.py").write_text(MODEL)
    return tmp_path


def started(folder: Path, study: str, *options: str) -> subprocess.Popen[str]:
    path = os.pathsep.join((str(folder / "site-packages"), os.environ.get("PYTHONPATH", "")))
    command = ["run", "model.py", "--study", study, "--max-evals", str(TRIALS), *options]
    return subprocess.Popen(
        [sys.executable, "-m", "hypertemplate", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )


def killed(folder: Path, study: str, chance: random.Random, finished: int, *options: str) -> None:
    """Start or resume a search, and kill its process some moments after so many of its trials have ended."""
    process = started(folder, study, *options)
    assert process.stderr is not None
    for line in process.stderr:
        finished -= bool(re.match(r" +\d+ +(?:[\d.]+|pruned) ", line))
        if finished <= 0:
            break
    time.sleep(chance.random() * 0.25)
    process.kill()
    process.communicate()


def ended(trial: Trial) -> tuple[object, ...]:
    curves = [[(r.step, r.epoch, r.metrics, r.stop) for r in curve.reports] for curve in trial.curves]
    shown = (trial.number, trial.state, trial.params, trial.loss, trial.error, trial.estimate, trial.metrics)
    return (*shown, curves)


def final(folder: Path, study: str, *options: str) -> list[Trial]:
    process = started(folder, study, *options)
    _, error = process.communicate(timeout=300)
    assert process.returncode == 0, error
    kept = read_study(folder / study)
    assert kept.running == ()
    assert not kept.damage
    return list(kept.study.trials)


@pytest.mark.parametrize(
    ("algorithm", "method"), [("random", "asha"), ("random", "hyperband"), ("bayes", "asha")]
)
def test_a_search_that_is_killed_at_random_moments_ends_as_one_that_is_not(
    folder: Path, algorithm: str, method: str
) -> None:
    chance, options = random.Random(method), ("--algo", algorithm, f"--prune={method}")
    whole = final(folder, "whole.study", *options)
    assert 15 < sum(trial.state is TrialState.PRUNED for trial in whole) < 80
    for _ in range(KILLS):
        killed(folder, "killed.study", chance, 1, *options)
    again = final(folder, "killed.study", *options)
    assert [trial.number for trial in again] == list(range(TRIALS))
    assert [ended(trial) for trial in again] == [ended(trial) for trial in whole]


def test_with_two_workers_every_trial_is_accounted_for_and_every_curve_is_whole(folder: Path) -> None:
    chance, options = random.Random(5), ("--algo", "random", "--prune", "--workers", "2")
    for _ in range(KILLS):
        killed(folder, "killed.study", chance, 3, *options)
    trials = final(folder, "killed.study", *options)
    assert [trial.number for trial in trials] == list(range(TRIALS))
    for trial in trials:
        (curve,) = trial.curves
        assert [report.step for report in curve.reports] == list(range(len(curve.reports)))
        stops = [report.stop for report in curve.reports if report.stop]
        if trial.state is TrialState.PRUNED:
            assert stops == [trial.error] == [curve.reports[-1].stop]
        elif trial.state is TrialState.FAILED:  # while its worker started, the other one ran three trials
            assert (trial.error, stops) == ("the search was killed 2 times while this trial ran", [])
        else:
            assert (trial.state, len(curve.reports), stops) == (TrialState.COMPLETE, EPOCHS, [])
