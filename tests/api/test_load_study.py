"""A study that the command has written, in the user's own code."""

from __future__ import annotations

import pickle
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import hypertemplate
from hypertemplate.errors import NoModelError, NoTrialError, UsageError
from hypertemplate.runtime.kept_models.checkpoint import UntrustedError
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Study, Trial, TrialState
from tests.search.fakes import fitted
from tests.search.spaces import chosen, numeric

RECORD = Study(
    "model",
    "d1",
    1337,
    (numeric("rate", "uniform", low=0, high=1), chosen("units", "32", "64")),
    max_evals=3,
    template="model.py",
)
TRIALS = (
    Trial(0, TrialState.COMPLETE, {"rate": 0.5, "units": 1}, 0.25, {"error": 0.5}, duration_s=1.0),
    Trial(1, TrialState.FAILED, {"rate": 1.0, "units": 0}, error="ValueError: no", duration_s=2.0),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "model.study"


def written(folder: Path, *trials: Trial, model: str | None = None) -> None:
    with closing(SqliteStorage(folder)) as storage:
        storage.create(RECORD)
        for trial in trials:
            storage.add(trial, model if trial.number == 0 else None)


def test_a_study_on_the_disk_has_what_the_search_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(folder, *TRIALS)
    study = hypertemplate.load_study(str(folder))
    assert isinstance(study, hypertemplate.Study)
    assert (study.name, [trial.number for trial in study.trials]) == ("model", [0, 1])
    assert [trial.params["units"] for trial in study.trials] == [64, 32]
    assert (study.best_params, study.best_loss) == ({"rate": 0.5, "units": 64}, 0.25)
    with pytest.raises(NoModelError, match=r"trial 0 has no model: the template returned none under 'model'"):
        study.best_model()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert [row["params_units"] for row in study.to_frame()] == [64, 32]


def test_a_model_that_was_not_kept_is_told_apart_from_one_that_was_not_returned(folder: Path) -> None:
    worse = replace(TRIALS[0], number=2, loss=0.5)
    written(folder, *TRIALS, worse, model="models/trial-0000.keras")
    study = hypertemplate.load_study(folder)
    reasons = {
        1: "trial 1 has no model: it failed",
        2: "the model of trial 2 was not kept: only the best one is; to keep more, search with --keep-models N",
        3: "there is no trial 3",
    }
    for number, reason in reasons.items():
        with pytest.raises(NoModelError) as caught:
            study.model(number)
        assert str(caught.value) == f"{folder}: {reason}"


def test_the_learning_curves_are_a_tidy_table(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = fitted({"loss": 2.0}, {"loss": 1.0, "val_loss": 1.5}), fitted({"loss": 3.0})
    written(folder, replace(TRIALS[0], curves=first), replace(TRIALS[1], curves=second))
    study = hypertemplate.load_study(str(folder))
    frame = study.curves()
    assert list(frame.columns) == ["trial", "fit", "step", "epoch", "metric", "value", "seconds"]
    best = frame[(frame["trial"] == 0) & (frame["metric"] == "loss")]
    assert best["value"].tolist() == [2.0, 1.0]
    assert (best["fit"].tolist(), best["step"].tolist(), best["epoch"].tolist()) == ([1, 1], [1, 2], [1, 2])
    assert frame.groupby("metric")["trial"].count().to_dict() == {"loss": 3, "val_loss": 1}
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert [row["value"] for row in study.curves() if row["trial"] == 1] == [3.0]


def test_a_study_without_a_trial(folder: Path) -> None:
    written(folder)
    with pytest.raises(NoTrialError, match="no trial has run"):
        _ = hypertemplate.load_study(folder).best_loss


def test_a_pickled_model_is_loaded_with_trust_only(folder: Path) -> None:
    written(folder, *TRIALS, model="models/trial-0000.pickle")
    (folder / "models").mkdir()
    (folder / "models/trial-0000.pickle").write_bytes(pickle.dumps({"weights": 1}))
    study = hypertemplate.load_study(folder)
    with pytest.raises(UntrustedError) as caught:
        study.best_model()
    assert str(caught.value) == (
        "trial-0000.pickle is a pickle, which can run any code when it is loaded; if you know who made it, "
        "pass trust=True"
    )
    with pytest.raises(UsageError, match=r"^trust must be True or False, got 'yes'$"):
        study.best_model(trust="yes")  # type: ignore[arg-type]
    assert study.best_model(trust=True) == {"weights": 1}


@pytest.mark.parametrize("trust", [False, True])
def test_keras_loads_a_model_in_safe_mode_unless_it_is_trusted(
    trust: bool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load_model(path: str, *, custom_objects: dict[str, Any], safe_mode: bool) -> object:
        return path, custom_objects, safe_mode

    keras = ModuleType("keras")
    keras.saving = SimpleNamespace(load_model=load_model)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keras", keras)
    written(folder, *TRIALS, model="models/trial-0000.keras")
    found = hypertemplate.load_study(folder).best_model(trust=trust)
    assert found == (str(folder / "models/trial-0000.keras"), {}, not trust)


def test_what_the_command_has_begun_the_command_goes_on_with(folder: Path) -> None:
    written(folder, *TRIALS)
    study = hypertemplate.load_study(folder)
    goes_on = (
        f"{folder}: resume it with the command that wrote it: hypertemplate run model.py --study {folder}"
    )
    for max_evals, more in ((None, ""), (40, " --max-evals 40")):
        with pytest.raises(UsageError) as caught:
            study.resume(max_evals)
        assert str(caught.value) == goes_on + more


def test_what_is_no_study(tmp_path: Path) -> None:
    for place, why in (("no", ": no such study"), ("", " is not a study: it has no study.db")):
        with pytest.raises(UsageError) as caught:
            hypertemplate.load_study(tmp_path / place)
        assert str(caught.value) == f"{tmp_path / place}{why}"
