"""Studies as runs of MLflow, read back with MLflow."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.errors import UsageError
from hypertemplate.exports.base import Target
from hypertemplate.exports.mlflow_runs import Names, _is_new_file, _unsynced, write_mlflow
from tests.exports.studies import HOSTILE, KEPT, STUDY


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with an exported study; its tables take seconds to create."""
    pytest.importorskip("mlflow")
    path = tmp_path_factory.mktemp("mlflow") / "runs.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(path.parent)
        patch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
        write_mlflow(KEPT, Target(str(path), "model"))
    return path


def runs(path: Path) -> tuple[Any, dict[int, Any], Any]:
    """The client, the runs of trials by number, and the parent run."""
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{path}")
    experiment = client.get_experiment_by_name("model")
    found = client.search_runs([experiment.experiment_id])
    trials = {
        int(run.data.tags["hypertemplate.trial"]): run
        for run in found
        if "hypertemplate.trial" in run.data.tags
    }
    (parent,) = (run for run in found if "hypertemplate.trial" not in run.data.tags)
    return client, trials, parent


def test_a_parent_run_has_one_for_each_trial(stored: Path) -> None:
    client, trials, parent = runs(stored)
    assert sorted(trials) == [0, 1, 2, 3]
    assert {run.data.tags["mlflow.parentRunId"] for run in trials.values()} == {parent.info.run_id}
    assert [trials[number].info.status for number in range(4)] == ["FINISHED", "FINISHED", "KILLED", "FAILED"]
    best = client.get_metric_history(parent.info.run_id, "best val_loss")
    assert sorted((one.step, one.value) for one in best) == [(0, 0.5), (1, 0.25)]
    assert parent.data.tags["hypertemplate.direction"] == "minimize"


def test_a_trial_has_its_values_curves_and_times(stored: Path) -> None:
    client, trials, _ = runs(stored)
    first = trials[0]
    (key,) = (
        key for key in first.data.params if key not in ("rate", "block", "block.1", "shift", "units", "same")
    )
    assert first.data.tags[f"hypertemplate.name.{key}"] == HOSTILE
    assert first.data.params[key] == str(3 * 0.1)
    assert (first.data.params["block"], first.data.params["same"]) == ("drop(uniform(0, 1))", "true")
    history = client.get_metric_history(first.info.run_id, "val_loss")
    assert [(one.step, one.value) for one in history] == [(1, 0.9), (3, 0.5)]
    assert first.data.tags["hypertemplate.infinite"] == "val_loss at 2: inf"
    assert first.data.metrics["result/val_loss"] == 0.5
    assert first.data.metrics["result/top/5 _x_"] == 0.75
    assert first.info.end_time - first.info.start_time == 12500
    assert trials[3].data.tags["mlflow.note.content"] == "ValueError: <b>no</b>\nmore"


def test_what_a_trial_did_not_read_is_no_parameter(stored: Path) -> None:
    _, trials, _ = runs(stored)
    assert "shift" not in trials[1].data.params
    assert "units" not in trials[3].data.params


def test_a_study_is_replaced_only_on_request(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "runs.db"
    shutil.copy(stored, path)
    with pytest.raises(UsageError, match=r"the study model in .* exists already; .* replace it with --force"):
        write_mlflow(KEPT, Target(str(path), "model"))
    write_mlflow(replace(KEPT, study=replace(STUDY, maximize=True)), Target(str(path), "model", force=True))
    _, trials, parent = runs(path)
    assert len(trials) == 4
    assert parent.data.metrics["best val_loss"] == -0.25


def test_a_failure_in_the_middle_leaves_no_run(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlflow import MlflowClient

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    shutil.copy(stored, tmp_path / "runs.db")
    monkeypatch.setattr("hypertemplate.exports.mlflow_runs._improvements", fail)
    with pytest.raises(KeyboardInterrupt):
        write_mlflow(KEPT, Target(str(tmp_path / "runs.db"), "other"))
    client = MlflowClient(f"sqlite:///{tmp_path}/runs.db")
    assert client.search_runs([client.get_experiment_by_name("other").experiment_id]) == []


@pytest.mark.parametrize(
    ("where", "said"),
    [
        pytest.param("", "is a folder; name a file in it, such as runs.db", id="a folder"),
        pytest.param("no/runs.db", "there is no folder", id="no such folder"),
    ],
)
def test_where_nothing_can_be_written(where: str, said: str, tmp_path: Path) -> None:
    pytest.importorskip("mlflow")
    with pytest.raises(UsageError, match=said):
        write_mlflow(KEPT, Target(str(tmp_path / where), "model"))


def test_a_store_that_mlflow_refuses(tmp_path: Path) -> None:
    pytest.importorskip("mlflow")
    with pytest.raises(UsageError, match="nosuch://x: MLflow cannot write there: "):
        write_mlflow(KEPT, Target("nosuch://x", "model"))


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(UsageError, match=r'pip install "hypertemplate\[mlflow\]"'):
        write_mlflow(KEPT, Target(str(tmp_path / "runs.db"), "model"))


def test_names_are_made_acceptable_and_stay_apart() -> None:
    names = Names()
    assert [names[name] for name in ("a", "top/5", 'a"', "a'", "a_", "../x", "", "a\nb", "x" * 300)] == [
        "a",
        "top/5",
        "a_",
        "a__2",
        "a__3",
        "___x",
        "_",
        "a_b",
        "x" * 240,
    ]
    assert names['a"'] == "a_"
    assert names.tags["hypertemplate.name.a__2"] == "a'"


@pytest.mark.parametrize(
    ("uri", "is_new"),
    [
        pytest.param("sqlite:///new.db", True, id="a file that is not there"),
        pytest.param("sqlite:///runs.db", False, id="a file that has runs"),
        pytest.param("sqlite:///runs.db?timeout=5", False, id="that file with an option"),
        pytest.param("http://localhost:5000", False, id="a server"),
    ],
)
def test_only_a_new_file_is_written_without_waiting_for_the_disk(
    uri: str, is_new: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("runs.db").touch()
    assert _is_new_file(uri) is is_new


def test_other_files_of_the_process_are_written_safely_afterwards(tmp_path: Path) -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy")

    def waits() -> int:
        with sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'a.db'}").connect() as connection:
            found: int = connection.execute(sqlalchemy.text("PRAGMA synchronous")).scalar_one()
            return found

    with _unsynced():
        assert waits() == 0
    assert waits() == 2
