"""The models that a search on two workers keeps, of a Keras template that writes and loads ``best.keras``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.search.storage.sqlite.reader import read_study
from tests.studies import study_data

pytestmark = pytest.mark.keras

# The learning rate is 0: what a model predicts for a 1 is the weight that it was built with, which its trial drew.
TEMPLATE = """\
import keras
import numpy as np
from keras.callbacks import ModelCheckpoint
from keras.models import load_model


def data():
    x_train = np.ones((8, 1), "float32")
    return x_train, x_train * 0


def model(x_train, y_train):
    net = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(
        1, use_bias=False, kernel_initializer=keras.initializers.Constant({{uniform(1, 10)}}))])
    net.compile(keras.optimizers.SGD(0.0), loss="mae")
    net.fit(x_train, y_train, epochs=2, verbose=0, callbacks=[
        ModelCheckpoint("best.keras", monitor="loss", save_best_only=True)])
    best = load_model("best.keras")
    return {"loss": float(best.evaluate(x_train, y_train, verbose=0)), "model": best}
"""
PREDICT = """\
import json, sys
import keras, numpy
print(json.dumps([float(keras.saving.load_model(path).predict(numpy.ones((1, 1)), verbose=0)[0, 0])
                  for path in sys.argv[1:]]))
"""


def search(folder: Path, *options: str) -> str:
    """Search in a folder, in a process; what it printed as its result."""
    (folder / "model.py").write_text(TEMPLATE, encoding="utf-8")
    command = [sys.executable, "-m", "hypertemplate", "run", "model.py", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def predicted(*models: Path) -> list[float]:
    """What models predict for a 1, each loaded in a process without the template."""
    done = subprocess.run(
        [sys.executable, "-c", PREDICT, *map(str, models)], capture_output=True, text=True, check=True
    )
    values: list[float] = json.loads(done.stdout.splitlines()[-1])
    return values


@pytest.mark.slow
def test_two_workers_keep_the_two_best_models(tmp_path: Path) -> None:
    options = ("--workers", "2", "--keep-models", "2", "--algo", "random")
    out = search(tmp_path, "--max-evals", "6", *options)
    study = tmp_path / "model.study"
    assert out.endswith("\nwritten to model.study: study.db, program.py, best.keras\n")
    check(study)
    assert len(study_data(study)["trials"]) == 6
    search(tmp_path, "--max-evals", "12", *options)
    check(study)
    assert len(study_data(study)["trials"]) == 12
    assert [path.name for path in tmp_path.iterdir() if path.name not in ("model.py", "model.study")] == []


def check(study: Path) -> None:
    """Every trial has scored its own model, and those of the two best are kept."""
    trials: list[dict[str, Any]] = study_data(study)["trials"]
    assert [trial["state"] for trial in trials] == ["COMPLETE"] * len(trials)
    assert [trial["loss"] for trial in trials] == pytest.approx(
        [next(iter(trial["params"].values())) for trial in trials]
    )
    first, second = sorted(trials, key=lambda trial: trial["loss"])[:2]
    kept = read_study(study).models
    assert sorted(kept) == sorted([first["number"], second["number"]])
    assert sorted(path.name for path in (study / "models").iterdir()) == sorted(
        Path(p).name for p in kept.values()
    )
    losses = predicted(study / "best.keras", study / kept[first["number"]], study / kept[second["number"]])
    assert losses == pytest.approx([first["loss"], first["loss"], second["loss"]])
    for trial in trials:
        assert (study / "trials" / f"{trial['number']:04}" / "best.keras").exists()
