"""Searches of unchanged code that boosts trees, in worker processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.studies import study_data

pytestmark = pytest.mark.long

SCRIPT = """
import numpy as np
import lightgbm
from xgboost.sklearn import XGBClassifier

rng = np.random.default_rng(0)
x = rng.normal(size=(200, 4))
y = (x[:, 0] * x[:, 1] > 0).astype(int)
old_x, old_y = x[:100], y[:100]
screened = lightgbm.train({'objective': 'binary', 'num_threads': 1, 'verbose': -1}, lightgbm.Dataset(x, y), 2)

trees = XGBClassifier(n_estimators=27, learning_rate={{loguniform(-6, 0)}}, max_depth=3, n_jobs=1)
trees.fit(old_x, old_y, eval_set=[(old_x, old_y), (x[100:], y[100:])], verbose=False)
rounds = trees.get_booster().num_boosted_rounds()
again = XGBClassifier(n_estimators=3, n_jobs=1)
if {{choice([False, True], name='again')}}:
    again.fit(x, y)
"""


def searched(script: Path, study: Path, *options: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "hypertemplate", "run", str(script), "--study", str(study), *options]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=script.parent)
    assert ran.returncode == 0, ran.stderr
    return study_data(study)


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("boosting") / "train.py"
    path.write_text(SCRIPT)
    return path


@pytest.mark.slow
def test_bad_trials_stop_early_and_two_workers_agree_with_one(script: Path, tmp_path: Path) -> None:
    options = ("--max-evals", "18", "--algo", "random", "--objective", "validation_1-logloss")
    whole = searched(script, tmp_path / "whole", *options, "--workers", "2")["trials"]
    pruned = searched(script, tmp_path / "pruned", *options, "--prune")["trials"]
    assert {trial["state"] for trial in whole} == {"COMPLETE"}
    assert {trial["state"] for trial in pruned} == {"COMPLETE", "PRUNED"}
    for one, other in zip(pruned, whole, strict=True):
        assert one["params"] == other["params"]
        if one["state"] == "COMPLETE":
            assert (one["loss"], one["objective"]) == (other["loss"], "val_logloss")
            assert one["metrics"]["rounds"] == 27
        else:
            assert one["error"].startswith("the best val_logloss up to round ")
            # A trial that is stopped begins no other fit, watched or not.
            assert one["metrics"].get("rounds") in ((None,) if one["params"]["again"] else (3, 9))
        assert one["metrics"].keys() >= {"logloss", "val_logloss"}


ALIVE = """
import numpy as np
from lightgbm import Dataset, train as fit
from xgboost import DMatrix, train

import hypertemplate

rng = np.random.default_rng(0)
x = rng.normal(size=(100, 3))
y = (x[:, 0] > 0).astype(int)

def boosted(params):
    log = {}
    train(params, DMatrix(x, y), 9, evals=[(DMatrix(x, y), 'eval')], evals_result=log, verbose_eval=False)
    return log['eval']['logloss'][-1]

def model():
    fit({'objective': 'binary', 'num_threads': 1, 'verbose': -1}, Dataset(x, y), 3, valid_sets=[Dataset(x, y)])
    return boosted({'objective': 'binary:logistic', 'nthread': 1, 'eta': {{uniform(0.1, 0.9)}}})

before = train, fit
study = hypertemplate.tune(model, max_evals=2, algo='random')
frame = study.curves()
print(sorted(set(zip(frame['trial'], frame['fit'], frame['metric']))))
print(len(frame), (train, fit) == before)
"""


def test_functions_that_a_notebook_has_imported_before_are_watched_too(tmp_path: Path) -> None:
    (tmp_path / "cells.py").write_text(ALIVE)
    ran = subprocess.run(
        [sys.executable, "cells.py"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert ran.returncode == 0, ran.stderr
    each = [
        (trial, at, name) for trial in (0, 1) for at, name in ((1, "val_binary_logloss"), (2, "val_logloss"))
    ]
    assert ran.stdout.splitlines() == [str(each), f"{2 * (3 + 9)} True"]
