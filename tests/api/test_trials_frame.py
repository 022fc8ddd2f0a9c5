"""The table of a study's trials: types of its columns, and what is missing."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import hypertemplate
from hypertemplate.api.trials_frame import typed_frame
from hypertemplate.errors import UsageError
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Trial, TrialState
from tests.results.studies import PLAN, digits
from tests.search.spaces import chosen, numeric

pd: Any = pytest.importorskip("pandas")

SPACE = (
    numeric("rate", "uniform", low=0, high=1),
    numeric("units", "uniformint", integral=True, low=1, high=9),
    chosen("size", "32", "64"),
    chosen("act", "'relu'", "'elu'"),
    chosen("flag", "True", "False"),
    chosen("odd", "None", "[1, 2]", "(3, 3)"),
    chosen("mixed", "1", "0.5"),
    chosen("never", "1", "2"),
)


def loaded(folder: Path, *trials: Trial) -> hypertemplate.Study:
    with closing(SqliteStorage(folder)) as storage:
        storage.create(replace(PLAN, space=SPACE))
        for trial in trials:
            storage.add(trial)
    return hypertemplate.load_study(folder)


def test_columns_have_types_and_what_was_not_read_is_missing(tmp_path: Path) -> None:
    whole = Trial(
        0,
        TrialState.COMPLETE,
        {"rate": 0.5, "units": 3, "size": 1, "act": 0, "flag": 1, "odd": 1, "mixed": 0},
        0.25,
        {"acc": 0.5},
        duration_s=2.0,
    )
    unread = replace(
        whole,
        number=1,
        params={"rate": 0.25, "units": 4, "size": 0, "act": 1, "flag": 0, "odd": 2, "mixed": 1},
        unused=("units", "act", "odd", "size", "flag"),
    )
    failed = Trial(2, TrialState.FAILED, {"rate": 0.75}, error="no")
    frame = loaded(tmp_path / "model.study", whole, unread, failed).to_frame()
    types = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert types["params_rate"] == types["params_mixed"] == types["loss"] == types["duration_s"] == "Float64"
    assert types["params_units"] == types["params_size"] == types["number"] == types["equal_to"] == "Int64"
    assert types["params_flag"] == "boolean"
    assert types["params_act"].startswith("str")
    assert types["params_odd"] == "object"
    assert types["metrics_acc"] == "Float64"
    assert frame["params_units"].tolist() == [3, pd.NA, pd.NA]
    assert frame["params_size"].tolist() == [64, pd.NA, pd.NA]
    assert frame["params_flag"].tolist() == [False, pd.NA, pd.NA]
    assert frame["params_odd"].tolist() == [[1, 2], pd.NA, pd.NA]
    assert frame["params_act"].isna().tolist() == [False, True, True]
    assert frame["error"].isna().tolist() == [True, True, False]
    assert frame["loss"].mean() == 0.25
    assert "params_never" not in frame


def test_a_study_without_trials_is_an_empty_table() -> None:
    assert len(typed_frame([])) == 0


def test_a_study_has_figures(tmp_path: Path) -> None:
    pytest.importorskip("plotly")
    study = digits(3)
    with closing(SqliteStorage(tmp_path / "digits.study")) as storage:
        storage.create(replace(study, trials=()))
        for trial in study.trials:
            storage.add(trial)
    found = hypertemplate.load_study(tmp_path / "digits.study")
    assert len(found.plot_history().data) == 2
    assert len(found.plot_curves().data) == 3
    assert found.plot_curves("loss").layout.yaxis.title.text == "loss"
    assert found.plot_parallel().data[0].type == "parcoords"
    assert found.plot_slice("Dropout").layout.xaxis.title.text == "Dropout"
    with pytest.raises(UsageError, match="no trial reported 'gone', only loss, val_loss"):
        found.plot_curves("gone")
    with pytest.raises(UsageError, match="too few to tell"):
        found.plot_importance()
    assert 'class="chart"' in found._repr_html_()
