"""Trials that are stopped early where a real Keras fits: the others end as they would without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

pytestmark = [pytest.mark.keras, pytest.mark.slow]

SEARCHES = '''
import json
from hypertemplate.api.tune import tune_text

TEXT = """
import keras
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(80, 4)).astype('float32')
y = (x[:, 0] > 0).astype('float32')
net = keras.Sequential([keras.layers.Dense(1, activation='sigmoid')])
net.compile(keras.optimizers.SGD({{loguniform(-9, 1, name='rate')}}), 'binary_crossentropy')
net.fit(x, y, validation_split=0.5, verbose=0, epochs=9)
tuned = 0
if {{choice([False, True], name='tuning')}}:
    try:
        net.fit(x, y, validation_split=0.5, verbose=0, epochs=1)
    except Exception:
        tuned = -1
    tuned += 1
"""

def searched(**options):
    study = tune_text(TEXT, name="cell", values={}, max_evals=18, algo="random", seed=3, objective="val_loss", **options)
    return study, [
        (trial.state.value, trial.loss, trial.params, trial.error, trial.metrics.get("tuned"), curves(study, trial))
        for trial in study.trials
    ]

def curves(study, trial):
    frame = study.curves()
    own = frame[(frame["trial"] == trial.number) & (frame["metric"] == "val_loss")]
    return own["value"].tolist()

study, pruned = searched(prune="asha", prune_fit=1)
_, whole = searched()
print(json.dumps([pruned, whole, repr(study).splitlines()[-1]]))
'''


@pytest.fixture(scope="module")
def found() -> Any:
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
    run = subprocess.run(
        [sys.executable, "-c", SEARCHES],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def test_trials_that_run_to_their_end_are_as_without(found: Any) -> None:
    pruned, whole, _ = found
    states = {state for state, *_ in pruned}
    assert states == {"COMPLETE", "PRUNED"}
    for one, other in zip(pruned, whole, strict=True):
        assert one[2] == other[2], "random search draws the same points"
        if one[0] == "COMPLETE":
            assert one == other


def test_trials_that_are_stopped_end_at_a_rung_and_begin_no_other_fit(found: Any) -> None:
    pruned, whole, _ = found
    for one, other in zip(pruned, whole, strict=True):
        if one[0] == "PRUNED":
            _, _, params, error, tuned, curve = one
            assert len(curve) in (1, 3)
            assert curve == other[-1][: len(curve)]
            assert "val_loss" in error
            assert tuned == (None if params["tuning"] else 0)


def test_the_end_says_what_was_saved(found: Any) -> None:
    pruned, _, last = found
    count = sum(state == "PRUNED" for state, *_ in pruned)
    assert last.startswith(f"{count} of 18 trials pruned: ")
