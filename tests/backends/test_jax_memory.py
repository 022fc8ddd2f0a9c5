"""Trials in one process that trains with JAX: it does not keep what it compiles for each of them."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.backends.conftest import run

pytestmark = [
    pytest.mark.keras,
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("jax") is None, reason="JAX is not installed"),
]

# The widths make what is compiled for each trial another program.
TEMPLATE = """\
import os
import keras
import numpy as np

def resident():
    with open('/proc/self/statm') as file:
        return int(file.read().split()[1]) * os.sysconf('SC_PAGE_SIZE')

def data():
    x = np.random.default_rng(0).normal(size=(128, 16)).astype('float32')
    return x, (x.sum(axis=1) > 0).astype('int32')

def model(x, y):
    net = keras.Sequential([
        keras.Input((16,)),
        keras.layers.Dense({{uniformint(8, 256)}}, activation='relu'),
        keras.layers.Dropout({{uniform(0, 0.5)}}),
        keras.layers.Dense({{uniformint(8, 128)}}, activation='relu'),
        keras.layers.Dense(2, activation='softmax'),
    ])
    net.compile(keras.optimizers.Adam({{loguniform(-7, -3)}}), 'sparse_categorical_crossentropy')
    history = net.fit(x, y, epochs=1, batch_size={{choice([16, 32, 64])}}, verbose=0)
    return {'loss': history.history['loss'][-1], 'resident': resident()}
"""

SEARCH = """\
import json
from pathlib import Path
import hypertemplate
study = hypertemplate.tune(Path('model.py'), max_evals=40, verbose=False)
print(json.dumps([trial.metrics['resident'] for trial in study.trials]))
"""


def test_forty_trials_in_one_process_stay_within_100_mib_after_the_first_five(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(TEMPLATE, encoding="utf-8")
    printed = run(["-c", SEARCH], tmp_path, KERAS_BACKEND="jax")
    resident = json.loads(printed.splitlines()[-1])
    assert len(resident) == 40
    print(f"MiB after each trial: {[int(size) >> 20 for size in resident]}")
    # JAX lets go of everything from time to time, after some 40 such trials: the last one alone says little.
    assert max(resident[5:]) - resident[4] < 100 * 2**20
