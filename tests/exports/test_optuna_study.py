"""Studies as Optuna's, read back with Optuna."""

from __future__ import annotations

import datetime
import math
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.errors import UsageError
from hypertemplate.exports.base import Target
from hypertemplate.exports.optuna_study import write_optuna
from hypertemplate.search.storage.snapshot import Kept
from tests.exports.studies import HOSTILE, KEPT, ONLY_FAILURES, STUDY, TRIALS


@pytest.fixture(scope="module")
def optuna() -> Any:
    return pytest.importorskip("optuna")


def written(optuna: Any, kept: Kept, path: Path, *, force: bool = False) -> Any:
    """Export a study, and load it with Optuna."""
    write_optuna(kept, Target(str(path), "model", force))
    return optuna.load_study(study_name="model", storage=f"sqlite:///{path}")


def test_optuna_reads_what_was_searched(optuna: Any, tmp_path: Path) -> None:
    study = written(optuna, KEPT, tmp_path / "o.db")
    state = optuna.trial.TrialState
    assert [trial.state for trial in study.trials] == [
        state.COMPLETE,
        state.COMPLETE,
        state.PRUNED,
        state.FAIL,
    ]
    assert (study.best_value, study.best_trial.number) == (0.25, 1)
    assert study.direction.name == "MINIMIZE"
    assert study.metric_names == ["val_loss"]
    assert study.user_attrs["template"] == "src/model.py"
    assert "lognormal" not in study.user_attrs["space"]["shift"]
    first = study.trials[0]
    assert first.params == {
        "rate": 0.01,
        HOSTILE: 0.3,
        "block": "drop(uniform(0, 1))",
        "block.1": 0.25,
        "shift": -1.5,
        "units": 32,
        "same": "True",
    }
    distributions = optuna.distributions
    assert first.distributions["rate"] == distributions.FloatDistribution(1e-4, 0.1, log=True)
    assert first.distributions[HOSTILE] == distributions.FloatDistribution(0, 1, step=0.1)
    assert first.distributions["units"] == distributions.IntDistribution(8, 64)
    assert first.distributions["shift"] == distributions.FloatDistribution(-1.5, 4.0)  # as far as was seen
    assert first.distributions["same"] == distributions.CategoricalDistribution(("1", "True", "1.0"))
    assert first.intermediate_values == {1: 0.9, 2: math.inf, 3: 0.5}
    assert first.duration == datetime.timedelta(seconds=12.5)
    assert first.datetime_start.astimezone(datetime.timezone.utc).isoformat() == "2026-01-02T03:04:05+00:00"
    assert (first.user_attrs["metrics.acc"], first.user_attrs['metrics.top/5 "x"']) == ("nan", 0.75)


def test_what_a_trial_did_not_read_is_no_parameter(optuna: Any, tmp_path: Path) -> None:
    study = written(optuna, KEPT, tmp_path / "o.db")
    _, second, pruned, failed = study.trials
    assert "shift" not in second.params
    assert second.user_attrs["not_read"] == {"shift": 4.0}
    assert "units" not in second.params  # set outside of the range
    assert second.user_attrs["outside"] == {"units": 100}
    assert second.user_attrs["set"] == ["units"]
    assert (pruned.value, pruned.intermediate_values) == (None, {1: 2.5})
    assert failed.user_attrs["not_reached"] == {"shift": 0.5, "units": 9}
    assert failed.user_attrs["error"] == "ValueError: <b>no</b>\nmore"


def test_rows_are_those_that_optuna_writes_itself(
    optuna: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = replace(
        KEPT, study=replace(STUDY, trials=(*TRIALS, replace(TRIALS[0], number=4, loss=-math.inf, curves=())))
    )
    fast = written(optuna, kept, tmp_path / "fast.db").trials
    monkeypatch.setattr("hypertemplate.exports.optuna_rows.KNOWN_MAJOR", 0)
    slow = written(optuna, kept, tmp_path / "slow.db").trials
    assert len(fast) == 5
    assert [vars(trial) for trial in fast] == [vars(trial) for trial in slow]


def test_a_maximised_number_is_the_users(optuna: Any, tmp_path: Path) -> None:
    study = written(optuna, replace(KEPT, study=replace(STUDY, maximize=True)), tmp_path / "o.db")
    assert (study.best_value, study.direction.name) == (-0.25, "MAXIMIZE")


def test_only_failures_have_no_best_trial(optuna: Any, tmp_path: Path) -> None:
    study = written(optuna, ONLY_FAILURES, tmp_path / "o.db")
    assert len(study.trials) == 1
    with pytest.raises(ValueError, match=r"No trials are completed|Record does not exist"):
        _ = study.best_trial


def test_a_storage_may_hold_other_studies_and_each_is_replaced_only_on_request(
    optuna: Any, tmp_path: Path
) -> None:
    path = tmp_path / "o.db"
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    optuna.create_study(study_name="other", storage=f"sqlite:///{path}")
    written(optuna, KEPT, path)
    with pytest.raises(
        UsageError, match=r"the study model in .* exists already; name another place with --output"
    ):
        written(optuna, ONLY_FAILURES, path)
    assert len(written(optuna, ONLY_FAILURES, path, force=True).trials) == 1
    assert sorted(optuna.get_all_study_names(f"sqlite:///{path}")) == ["model", "other"]


def a_database(path: Path) -> str:
    sqlite3.connect(path / "mine.db").executescript("create table trials (number int)")
    return str(path / "mine.db")


def a_text(path: Path) -> str:
    (path / "mine.txt").write_text("mine" * 1000)
    return str(path / "mine.txt")


@pytest.mark.parametrize(
    ("where", "said"),
    [
        pytest.param(a_database, "is a database of something else", id="another database"),
        pytest.param(a_text, "Optuna cannot write there: file is not a database", id="another file"),
        pytest.param(str, "is a folder; name a file in it", id="a folder"),
        pytest.param(lambda path: f"{path}/no/o.db", "there is no folder", id="no such folder"),
        pytest.param(lambda path: "nosuch://x/y", "Optuna cannot write there: Can't load plugin", id="a wrong URL"),
        pytest.param(lambda path: "sqlite:////proc/o.db", "Optuna cannot write there: unable to open", id="read-only"),
    ],
)  # fmt: skip
def test_where_nothing_can_be_written(optuna: Any, where: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        write_optuna(KEPT, Target(where(tmp_path), "model"))
    assert said in str(raised.value)


def test_a_failure_in_the_middle_leaves_no_study(
    optuna: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("hypertemplate.exports.optuna_study.optuna_trial", fail)
    with pytest.raises(KeyboardInterrupt):
        written(optuna, KEPT, tmp_path / "o.db")
    assert optuna.get_all_study_names(f"sqlite:///{tmp_path}/o.db") == []


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(UsageError, match=r'pip install "hypertemplate\[optuna\]"'):
        write_optuna(KEPT, Target(str(tmp_path / "o.db"), "model"))
