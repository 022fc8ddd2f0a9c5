"""Which number counts where a real Keras reports some: one process, in which scripts are searched as cells are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

pytestmark = [pytest.mark.keras, pytest.mark.long]

SEARCHES = '''
import json, sys
import keras
from hypertemplate.api.tune import tune_text
from hypertemplate.errors import NoTrialError

TEXT = """
import keras
import numpy as np

def agreement(y_true, y_pred):
    return keras.ops.mean(y_pred)

x, y = np.random.default_rng(0).normal(size=(40, 2)), np.arange(40) % 2
for fold in range({{choice([2, 1], name='folds')}}):
    net = keras.Sequential([keras.layers.Dense(1, activation='sigmoid')])
    net.compile('sgd', 'binary_crossentropy', run_eagerly=True, metrics=[
        'accuracy', agreement, keras.metrics.AUC(), keras.metrics.AUC(curve='PR'),
        keras.metrics.CosineSimilarity(name='alike')])
    net.fit(x, y, validation_split=0.5, verbose=0, epochs=3)
loss, accuracy, *others = net.evaluate(x, y, verbose=0)
history = {name: values for name, values in net.history.history.items()}
"""
OUTPUTS = """
import keras
import numpy as np

x, y = np.random.default_rng(0).normal(size=(40, 2)), np.arange(40) % 2
for fold in range({{choice([1, 2], name='folds')}}):
    into = keras.Input((2,))
    hidden = into
    for _ in range({{choice([1, 2], name='layers')}}):
        hidden = keras.layers.Dense(2)(hidden)
    net = keras.Model(into, [keras.layers.Dense(1)(hidden), keras.layers.Dense(1)(hidden)])
    net.compile('sgd', 'mse')
    net.fit(x, [y, y - 1], validation_split=0.5, verbose=0, epochs=2)
    net.fit(x, [y, y - 1], validation_split=0.5, verbose=0, epochs=5, initial_epoch=2)
"""
found = {}
for objective in sys.argv[1:]:
    keras.utils.clear_session()
    text = OUTPUTS if "dense" in objective else TEXT
    evals = 4 if "dense" in objective else 2
    try:
        study = tune_text(text, name="cell", values={}, objective=objective, max_evals=evals, algo="grid")
    except NoTrialError as error:
        found[objective] = str(error)
        continue
    best = study.best_trial
    found[objective] = {
        "html": study._repr_html_(), "text": repr(study), "params": [dict(t.params) for t in study.trials],
        "curves": [t.curve for t in study.trials], "losses": [t.loss for t in study.trials],
        "origin": [best.objective, best.source, best.epoch, best.epochs], "value": best.value,
        "errors": [t.error for t in study.trials], "best": best.number, "metrics": best.metrics,
    }
print("FOUND", json.dumps(found))
'''


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of searches by each objective, by its name, with what was printed as ``notes``."""
    objectives = ("accuracy", "val_auc_1", "val_alike", "val_agreement", "val_dense_2_loss")
    program = tmp_path_factory.mktemp("number") / "searches.py"
    program.write_text(SEARCHES, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, program, *objectives],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.rpartition("FOUND ")[2])
    return {**found, "notes": done.stderr}


def test_the_scripts_own_variable_counts_before_the_fits_metric_of_its_name(searched: Any) -> None:
    by = searched["accuracy"]
    assert by["origin"] == ["accuracy", "variable", None, None]
    assert (
        "note: accuracy is the code's own variable, not the metric of that name in the last fit"
        in (searched["notes"])
    )
    assert ", maximised\n" in by["text"]


def test_metrics_of_one_class_are_found_by_their_place_whatever_keras_has_counted(searched: Any) -> None:
    by = searched["val_auc_1"]
    assert by["origin"][:2] == ["val_auc_1", "fit"]
    assert {params["folds"] for params in by["params"]} == {1, 2}
    for curve, loss in zip(by["curves"], by["losses"], strict=True):
        assert {"auc", "auc_1", "val_auc", "val_auc_1"} < curve[0].keys()
        assert not any(name.endswith(("_2", "_3")) for name in curve[0])
        assert -loss == max(epoch["val_auc_1"] for epoch in curve)


def test_keras_says_the_direction_of_a_metric_of_its_own(searched: Any) -> None:
    by = searched["val_alike"]
    lowest = min(by["losses"])
    assert by["value"] == -lowest
    assert lowest == -max(epoch["val_alike"] for epoch in by["curves"][by["best"]])
    name, where, epoch, epochs = by["origin"]
    assert (name, where, epochs) == ("val_alike", "fit", 3)
    of = " of the last of 2 fits" if by["params"][by["best"]]["folds"] == 2 else ""
    assert f"val_alike {-lowest:.6g} at epoch {epoch} of 3{of} (highest), maximised" in by["text"]
    assert by["metrics"].items() >= by["curves"][by["best"]][epoch - 1].items(), "and numbers of the script"
    assert "val_alike (maximised)" in by["html"]


def test_where_neither_a_name_nor_keras_tells_the_search_asks(searched: Any) -> None:
    assert searched["val_agreement"] == (
        "it is not known whether val_agreement should be high or low: "
        "give --objective val_agreement:max or --objective val_agreement:min"
    )


def test_an_output_has_one_name_however_many_networks_there_were_before(searched: Any) -> None:
    by = searched["val_dense_2_loss"]
    shapes = {(params["folds"], params["layers"]): at for at, params in enumerate(by["params"])}
    for layers, output in ((1, 2), (2, 1)):
        first, again = (by["errors"][shapes[folds, layers]] for folds in (1, 2))
        assert first == again
        if first is None:
            at = shapes[2, layers]
            assert by["losses"][at] == min(epoch["val_dense_2_loss"] for epoch in by["curves"][at])
        else:
            assert f"val_dense_2_loss is a metric of output {output} of this network" in first
    assert sum(error is not None for error in by["errors"]) == 2


def test_epochs_have_the_numbers_that_keras_gives_them(searched: Any) -> None:
    by = searched["val_dense_2_loss"]
    _, _, epoch, epochs = by["origin"]
    assert (epochs, len(by["curves"][by["best"]])) == (5, 3)
    assert 3 <= epoch <= 5
    assert by["metrics"].items() >= by["curves"][by["best"]][epoch - 3].items(), "and numbers of the script"
    fits = 2 * by["params"][by["best"]]["folds"]
    assert f"at epoch {epoch} of 5 of the last of {fits} fits (lowest), minimised" in by["text"]
