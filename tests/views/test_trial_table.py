"""A study's trials as a table, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace

import pytest

from hypertemplate.errors import UsageError
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.views.data_notes import data_notes
from hypertemplate.views.trial_table import (
    OVERVIEW,
    chosen,
    csv_text,
    overview,
    overview_cells,
    study_json,
    study_lines,
    trials_csv,
)
from tests.search.spaces import chosen as choice
from tests.search.spaces import numeric

SPACE = (
    numeric("rate", "uniform", low=0, high=1),
    choice("opt", "keras.optimizers.SGD(0.1)", "'adam'", "(1, 2)", literal=False),
    choice("size", "'größe'", "None", "[1, 'x']", "True"),
)
WHEN = "2026-01-02T03:04:05.000+00:00"
STUDY = Study(
    "model",
    "d1",
    1337,
    SPACE,
    template="src/model.py",
    max_evals=20,
    frozen=("size",),
    versions={"keras": "3"},
    trials=(
        Trial(
            0,
            TrialState.COMPLETE,
            {"rate": 0.123456, "opt": 0, "size": 0},
            0.5,
            {"acc": 0.75},
            (),
            WHEN,
            1.25,
        ),
        Trial(
            1,
            TrialState.FAILED,
            {"rate": 0.5, "opt": 1},
            None,
            {},
            (),
            WHEN,
            0.5,
            1,
            "ValueError: no\x1b[31m",
        ),
        Trial(
            2,
            TrialState.COMPLETE,
            {"rate": 0.25, "size": 2},
            0.25,
            {"f1": math.nan},
            (),
            WHEN,
            3.0,
            frozen=("size",),
        ),
        Trial(3, TrialState.PRUNED, {"rate": 0.75, "size": 3}, 0.125, {}, (), WHEN, 0.25),
    ),
)
KEPT = Kept(STUDY, (Trial(4, TrialState.RUNNING, {"rate": 1.0, "opt": 2, "size": 1}, started_at=WHEN),))


@pytest.mark.parametrize(
    ("sort", "top", "numbers"),
    [
        ("number", None, [0, 1, 2, 3, 4]),
        ("number", 2, [0, 1]),
        ("loss", None, [2, 0, 1, 3, 4]),
        ("duration", None, [3, 1, 0, 2, 4]),
        ("state", None, [4, 0, 2, 3, 1]),
        ("state", 9, [4, 0, 2, 3, 1]),
        ("time", None, [3, 1, 0, 2, 4]),
        ("acc", 1, [0]),
        ("f1", 2, [0, 1]),
        ("size", 2, [0, 4]),
    ],
)
def test_trials_are_sorted_and_those_without_such_a_value_come_last(
    sort: str, top: int | None, numbers: list[int]
) -> None:
    assert [trial.number for trial in chosen(KEPT, sort, top)] == numbers


@pytest.mark.parametrize(
    ("sort", "numbers"),
    [
        pytest.param("val_accuracy", [2, 1, 0, 3], id="more of a metric is better"),
        pytest.param("rmse", [0, 1, 2, 3], id="less of a metric is better"),
        pytest.param("neg_log_loss", [2, 1, 0, 3], id="a loss with a minus"),
        pytest.param("speed", [0, 1, 2, 3], id="a name that does not tell ascends"),
        pytest.param("r2", [2, 1, 0, 3], id="the objective, of which more is better"),
    ],
)
def test_the_best_come_first_by_a_metric_whose_name_tells_which_that_is(
    sort: str, numbers: list[int]
) -> None:
    found = [
        Trial(number, TrialState.COMPLETE, {}, -number, {sort: float(number)} if number < 3 else {})
        for number in range(3)
    ]
    trials = (*found, Trial(3, TrialState.FAILED, {}, None))
    study = replace(STUDY, trials=trials, maximize=sort == "r2", objective="r2" if sort == "r2" else None)
    assert [trial.number for trial in chosen(Kept(study), sort, None)] == numbers


@pytest.mark.parametrize(
    ("sort", "said"),
    [("acx", "did you mean acc?"), ("siz", "did you mean size?"), ("zzz", "there are number, loss, duration, state, acc, f1, rate, opt, size")],
)  # fmt: skip
def test_a_column_that_is_misspelled_is_named(sort: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        chosen(KEPT, sort, None)
    assert str(raised.value) == f"there is no column named {sort!r}; {said}"


def test_the_table() -> None:
    assert study_lines("model.study", KEPT, chosen(KEPT, "number", None), held=True) == [
        "model.study: src/model.py, 4 of 20 trials, 1 running, tpe, seed 1337",
        "",
        "trial        loss     time      acc    rate  opt       size",
        "    0     0.50000     1.2s  0.75     0.1235  SGD(0.1)  'größe'",
        "    1      failed     0.5s        -  0.5     'adam'    -",
        "       ValueError: no",
        "    2     0.25000     3.0s        -  0.25    -         [1, 'x']",
        "    3      pruned     0.2s        -  0.75    -         True",
        "    4     running        -        -  1       (1, 2)    None",
        "",
        "set: size=[1, 'x'] in trial 2",
        "",
        "best of 4 trials (1 failed, 1 pruned): trial 2, loss 0.25, minimised",
        "  rate  0.25",
        "  size  [1, 'x']  (set)",
        "metrics of trial 2",
        "  f1    nan",
    ]


def test_without_a_search_what_has_not_ended_waits() -> None:
    lines = study_lines("model.study", KEPT, chosen(KEPT, "number", None), held=False)
    assert lines[0] == (
        "model.study: src/model.py, 4 of 20 trials, 1 waiting, no search is running, tpe, seed 1337"
    )
    assert "    4     waiting        -        -  1       (1, 2)    None" in lines
    assert overview("m", KEPT, held=False) == {**overview("m", KEPT, held=True), "running": 0, "waiting": 1}
    assert overview_cells("m", KEPT, held=False)[1] == "4 of 20 (1 waiting)"


def test_on_a_terminal_no_line_of_a_trial_is_wider() -> None:
    lines = study_lines("model.study", KEPT, chosen(KEPT, "number", 2), 44, held=True)
    assert lines[:8] == [
        "model.study: src/model.py, 4 of 20 trials,",
        "             1 running, tpe, seed 1337",
        "",
        "trial       loss    time     acc",
        "    0    0.50000    1.2s 0.75",
        "       rate=0.1235 opt=SGD(0.1) size='größe'",
        "    1     failed    0.5s       -",
        "       rate=0.5 opt='adam'",
    ]
    long = replace(STUDY.trials[1], error="ValueError: " + "x" * 99)
    assert max(map(len, study_lines("m", KEPT, (long,), 60, held=True)[3:6])) <= 60


def test_a_reason_of_several_lines_is_shown_whole_without_cutting_a_word() -> None:
    several = replace(STUDY.trials[1], error="ValueError: shapes differ (model.py:3)\nexpected: 2\n  got: 3")
    assert study_lines("m", KEPT, (several,), 32, held=True)[6:10] == [
        "       ValueError: shapes differ",
        "       (model.py:3)",
        "         expected: 2",
        "           got: 3",
    ]


def test_a_reason_is_shown_whole_once() -> None:
    failed = replace(STUDY.trials[1], error="ValueError: no\nexpected: 2")
    lines = study_lines("m", KEPT, (failed, replace(failed, number=3)), held=True)
    assert [line.strip() for line in lines[4:6]] == ["ValueError: no", "expected: 2"]
    assert lines[7] == "       as trial 1: ValueError: no"


def test_a_study_that_maximises_shows_scores() -> None:
    trial = Trial(0, TrialState.COMPLETE, {"rate": 0.5}, -0.9, duration_s=1.0)
    kept = Kept(replace(STUDY, maximize=True, trials=(trial,)))
    assert study_lines("m", kept, (trial,), held=True)[2:4] == [
        "trial       score     time    rate  opt       size",
        "    0     0.90000     1.0s  0.5     -         -",
    ]
    assert overview_cells("m", kept, held=True) == ("m", "1 of 20", "score 0.9, maximised", "src/model.py")
    assert study_json(kept, ())["study"]["direction"] == "maximize"  # type: ignore[index]


def test_a_study_that_has_only_begun() -> None:
    kept = Kept(replace(STUDY, trials=()))
    assert study_lines("m", kept, (), held=True) == ["m: src/model.py, 0 of 20 trials, tpe, seed 1337"]
    assert study_json(kept, ())["best"] is None
    assert overview_cells("m", kept, held=True) == ("m", "0 of 20", "-", "src/model.py")


def test_json_has_values_and_no_number_that_json_does_not_have() -> None:
    kept = replace(KEPT, models={2: "best.keras"})
    data = study_json(kept, chosen(kept, "number", None))
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    best = {
        "number": 2,
        "state": "COMPLETE",
        "loss": 0.25,
        "params": {"rate": 0.25, "size": [1, "x"]},
        "read": ["rate", "size"],
        "not_read": [],
        "metrics": {"f1": None},
        "started_at": WHEN,
        "duration_s": 3.0,
        "worker": 0,
        "error": None,
        "objective": "loss",
        "direction": "minimize",
        "value": 0.25,
        "source": None,
        "epoch": None,
        "epochs": None,
        "equal_to": None,
        "model": "best.keras",
        "generation": 0,
        "left_out": None,
        "repeats": 1,
        "losses": [],
        "sd": None,
        "confirmed": None,
        "not_reached": [],
        "other_data": [],
    }
    assert data["study"] == {
        "name": "model",
        "template": "src/model.py",
        "arguments": [],
        "digest": "d1",
        "seed": 1337,
        "algorithm": "tpe",
        "max_evals": 20,
        "objective": "loss",
        "direction": "minimize",
        "set": ["size"],
        "versions": {"keras": "3"},
    }
    assert data["best"] == best
    trials = data["trials"]
    assert isinstance(trials, list)
    assert trials[2] == best
    assert [trial["state"] for trial in trials] == ["COMPLETE", "FAILED", "COMPLETE", "PRUNED", "RUNNING"]
    assert trials[0]["params"] == {"rate": 0.123456, "opt": "keras.optimizers.SGD(0.1)", "size": "größe"}
    assert trials[4]["params"] == {"rate": 1.0, "opt": "(1, 2)", "size": None}


def test_csv_has_a_column_for_everything() -> None:
    text = trials_csv(KEPT, chosen(KEPT, "number", None))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == [
        *("number", "state", "loss", "duration_s", "started_at", "worker", "error", "not_read"),
        *("objective", "direction", "value", "source", "epoch", "epochs", "equal_to", "model"),
        *("generation", "left_out", "repeats", "losses", "sd", "confirmed", "not_reached"),
        "other_data",
        *("metrics.acc", "metrics.f1", "params.rate", "params.opt", "params.size"),
    ]
    assert [row["params.size"] for row in rows] == ["größe", "", '[1, "x"]', "true", ""]
    assert [row["metrics.f1"] for row in rows] == ["", "", "nan", "", ""]
    assert rows[0]["params.rate"] == "0.123456"


def test_values_that_a_trial_did_not_read_are_told_from_those_that_it_read() -> None:
    params = {"rate": 0.5, "opt": 1, "size": 1}
    complete = Trial(0, TrialState.COMPLETE, params, 0.5, duration_s=1.0, unused=("rate", "size"))
    failed = replace(complete, number=1, state=TrialState.FAILED, loss=None, error="ValueError: no")
    kept = Kept(replace(STUDY, trials=(complete, failed)))
    trials = chosen(kept, "number", None)
    assert study_lines("m", kept, trials, held=True)[3:6] == [
        "    0     0.50000     1.0s       -  'adam'    -",
        "    1      failed     1.0s       -  'adam'    -",
        "       ValueError: no",
    ]
    listed = study_json(kept, trials)["trials"]
    assert isinstance(listed, list)
    assert [(one["read"], one["not_read"], one["not_reached"]) for one in listed] == [
        (["opt"], ["rate", "size"], []),
        (["opt"], [], ["rate", "size"]),
    ]
    assert listed[0]["params"] == listed[1]["params"] == {"rate": 0.5, "opt": "adam", "size": None}
    rows = list(csv.DictReader(io.StringIO(trials_csv(kept, trials))))
    assert [(row["params.rate"], row["not_read"], row["not_reached"]) for row in rows] == [
        ("", '["rate", "size"]', "[]"),
        ("", "[]", '["rate", "size"]'),
    ]
    assert [trial.number for trial in chosen(kept, "rate", 1)] == [0], "neither has a rate to sort by"


@pytest.mark.parametrize("sort", ["number", "loss", "time", "state", "rate", "acc"])
def test_trials_that_do_not_count_are_below_those_that_do(sort: str) -> None:
    left = Trial(
        0, TrialState.COMPLETE, {"rate": 0.0}, 0.01, {"acc": 0.0}, duration_s=0.1, left_out="'x' is gone"
    )
    trials = tuple(replace(trial, number=trial.number + 1) for trial in STUDY.trials)
    kept = Kept(replace(STUDY, trials=trials, left_out=(left,)))
    assert chosen(kept, sort, None)[-1] == left
    assert left not in chosen(kept, sort, 4)


def read(digest: str) -> list[str]:
    return ["relative", "/a.csv", "a.csv", "1", digest]


@pytest.mark.parametrize(
    ("before", "line", "named"),
    [
        pytest.param([], None, [], id="all trials have read the same"),
        pytest.param(
            [["0", "a.csv", *read("9:old")]],
            "trials 0 to 3 read earlier contents of a.csv",
            ["a.csv"],
            id="the file has changed since",
        ),
        pytest.param([["0", "a.csv", *read("9:new")]], None, [], id="the file is as it was"),
        pytest.param(
            [["0", f"{name}.csv", *read("9:old")] for name in "abcdefg"],
            "trials 0 to 3 read earlier contents of a.csv, b.csv, c.csv, d.csv, e.csv and 2 other files",
            [f"{name}.csv" for name in "abcdefg"],
            id="files that have changed or are gone",
        ),
    ],
)
def test_trials_that_read_other_data_are_named(
    before: list[list[str]], line: str | None, named: list[str]
) -> None:
    trials = (*STUDY.trials, replace(STUDY.trials[0], number=4, generation=1))
    options = {"data_files": {"a.csv": read("9:new")}, "data_before": before}
    kept = Kept(replace(STUDY, trials=trials), options=options)
    lines = study_lines("m", kept, chosen(kept, "number", None), held=False)
    assert [one for one in lines if "earlier contents" in one] == ([line] if line else [])
    listed = study_json(kept, trials)["trials"]
    assert isinstance(listed, list)
    assert [sorted(one["other_data"]) for one in listed] == [named] * 4 + [[]]


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([3], "trial 3 read earlier contents of a.csv"),
        ([3, 4], "trials 3 and 4 read earlier contents of a.csv"),
        ([3, 4, 5], "trials 3 to 5 read earlier contents of a.csv"),
        ([3, 5, 6], "trials 3, 5 and 6 read earlier contents of a.csv"),
        ([0, *range(3, 9)], "7 trials from 0 to 8 read earlier contents of a.csv"),
    ],
)
def test_many_trials_are_named_briefly(numbers: list[int], text: str) -> None:
    options = {"data_files": {}, "data_before": [["0", "a.csv", *read("9:old")]]}
    trials = tuple(replace(STUDY.trials[0], number=number) for number in numbers)
    assert data_notes(Kept(replace(STUDY, trials=trials), options=options)) == [text]


def test_an_overview_of_a_study() -> None:
    assert overview("a/m.study", KEPT, held=True) == {
        "folder": "a/m.study",
        "template": "src/model.py",
        "trials": 4,
        "max_evals": 20,
        "running": 1,
        "waiting": 0,
        "failed": 1,
        "best": 0.25,
        "objective": "loss",
        "direction": "minimize",
        "started_at": WHEN,
    }
    assert overview_cells("a/m.study", KEPT, held=True) == (
        "a/m.study",
        "4 of 20 (1 running)",
        "loss 0.25, minimised",
        "src/model.py",
    )
    assert csv_text(OVERVIEW, [overview("a, b", KEPT, held=False)]) == (
        "folder,template,trials,max_evals,running,waiting,failed,best,objective,direction,started_at\n"
        f'"a, b",src/model.py,4,20,0,1,1,0.25,loss,minimize,{WHEN}\n'
    )
