"""`optim` with real Keras models and real worker processes, each case as a script of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

TEMPLATE = """
import json
import keras
import numpy as np
from hyperopt import STATUS_OK, Trials, rand, tpe
from hypertemplate import optim
from hypertemplate.distributions import choice, uniform


class Scale(keras.layers.Layer):
    def __init__(self, factor=2.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, inputs):
        return inputs * self.factor

    def get_config(self):
        return {**super().get_config(), 'factor': self.factor}


points = np.random.default_rng(0).normal(size=(400, 4)).astype('float32')
signs = (points.sum(axis=1) > 0).astype('int32')


def data():
    return points[:300], signs[:300], points[300:], signs[300:]


def create_model(x_train, y_train, x_test, y_test):
    model = keras.Sequential([
        keras.layers.Input((4,)),
        Scale({{uniform(0.5, 2)}}),
        keras.layers.Dense({{choice([8, 16])}}, activation='relu'),
        keras.layers.Dense(2, activation='softmax'),
    ])
    model.compile('adam', 'sparse_categorical_crossentropy', metrics=['accuracy'])
    model.fit(x_train, y_train, epochs=1, verbose=0)
    loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
    return {'loss': loss, 'status': STATUS_OK, 'model': model}

"""


def ran(folder: Path, tail: str, text: str = TEMPLATE) -> Any:
    """What a script prints last, which is JSON."""
    script = folder / "script.py"
    script.write_text(text + textwrap.dedent(tail), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script.name],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.keras
def test_a_model_with_a_layer_class_of_the_scripts_comes_back(tmp_path: Path) -> None:
    found = ran(
        tmp_path,
        """
        found = []
        for workers in (None, 1):
            trials = Trials()
            best_run, best_model = optim.minimize(
                create_model, data, tpe.suggest, 2, trials, verbose=False, workers=workers
            )
            scale = best_model.layers[0]
            probabilities = best_model.predict(points[300:], verbose=0)
            found.append({
                'class': type(scale) is Scale,
                'factor': scale.factor == best_run['factor'],
                'units': best_model.layers[1].units == best_run['Dense'],
                'shape': probabilities.shape,
                'score': best_model.evaluate(points[300:], signs[300:], verbose=0)[0],
                'losses': trials.losses(),
                'kept': [trial['tid'] for trial in trials.trials if 'model' in trial['result']],
            })
        print(json.dumps(found))
        """,
    )
    for each in found:
        best = min(each["losses"])
        assert (each["class"], each["factor"], each["units"], each["shape"]) == (True, True, True, [100, 2])
        # Not a model with the same values that was trained anew, but the one that was scored.
        assert each["score"] == pytest.approx(best, rel=1e-4)
        assert each["kept"] == [each["losses"].index(best)]
    assert found[0]["losses"] == pytest.approx(found[1]["losses"], rel=1e-4)


@pytest.mark.keras
@pytest.mark.slow
def test_the_best_models_vote_softly(tmp_path: Path) -> None:
    found = ran(
        tmp_path,
        """
        trials = Trials()
        ensemble = optim.best_ensemble(
            2, create_model, data, rand.suggest, 4, trials, voting='soft', weights=[3, 1], verbose=False
        )
        x, y = points[300:], signs[300:]
        scores = [model.evaluate(x, y, verbose=0)[0] for model in ensemble.model_list]
        outputs = [model.predict(x, verbose=0) for model in ensemble.model_list]
        mean = (3 * outputs[0] + outputs[1]) / 4
        print(json.dumps({
            'scores': scores,
            'losses': sorted(trials.losses()),
            'mean': bool(np.allclose(ensemble.mean(x), mean, atol=1e-5)),
            'classes': bool((ensemble.predict(x) == ensemble.mean(x).argmax(axis=1)).all()),
            'shape': ensemble.predict(x).shape,
        }))
        """,
    )
    assert found["scores"] == pytest.approx(found["losses"][:2], rel=1e-4)
    assert (found["mean"], found["classes"], found["shape"]) == (True, True, [100])


PLAIN = """
import gc
from pathlib import Path
from hyperopt import Trials, rand
from hypertemplate import optim

after = []


def suggest(new_ids, domain, trials, seed):
    gc.collect()
    after.append(int(Path('/proc/self/statm').read_text().split()[1]))
    return rand.suggest(new_ids, domain, trials, seed)


def model():
    megabytes = bytearray(20_000_000)
    return {'loss': {{uniform(0, 1)}}, 'note': 'n' * 1000}

"""


@pytest.mark.long
def test_fifty_trials_in_a_worker_leave_this_process_as_the_fifth_left_it(tmp_path: Path) -> None:
    found = ran(
        tmp_path,
        """
        trials = Trials()
        optim.minimize(model, None, suggest, 51, trials, workers=1, verbose=False)
        print('[%d, %d, %f]' % (len(trials), len(after), after[50] / after[5]))
        """,
        PLAIN,
    )
    trials, asked, growth = found
    assert (trials, asked) == (51, 51)
    assert growth < 1.1
