"""One trial, shown whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hypertemplate.origin import Origin, Where
from hypertemplate.search.study import Curve, Report, Study, Trial, TrialRun, TrialState
from hypertemplate.views.trial_report import TrialFiles, trial_report
from tests.search.spaces import numeric

STUDY = Study("m", "d", 1, (numeric("rate", "uniform", low=0, high=1),), template="model.py", max_evals=3)
CURVE = Curve(
    0,
    3,
    tuple(Report(n, n, {"loss": 1 - n / 4, **({"val": n / 2} if n else {})}) for n in range(3)),
)
DONE = Trial(
    3,
    TrialState.COMPLETE,
    {"rate": 0.25},
    0.5,
    {"f1": 0.75},
    (CURVE,),
    "2026-01-02T03:04:05.000+00:00",
    12.34,
    1,
)
FILES = TrialFiles("m.study/trials/0003", "one\n\ntwo\n", {"b.csv": 2048, "a.csv": 3}, "m.study/best.keras")
NOTHING = TrialFiles("m.study/trials/0003", "", {})


def test_a_trial_is_shown_with_all_that_it_left() -> None:
    assert trial_report(STUDY, DONE, FILES) == [
        "trial 3 of model.py: complete, started 2026-01-02 03:04:05, took 12.3s, worker 1",
        "loss 0.5, minimised",
        "  rate  0.25",
        "metrics of trial 3",
        "  f1    0.75",
        "",
        "fit: 3 epochs",
        "  ● loss",
        "         1 ┤●",
        "           │ ●",
        "           │  ●",
        "           │   ●",
        "      0.75 ┤    ●",
        "           │     ●",
        "           │      ●",
        "           │       ●",
        "       0.5 ┤        ●",
        "           └─────────",
        "            1       3",
        "",
        "        first       last",
        "  loss  1      █▅▁  0.5",
        "  val   0.5     ▁█  1",
        "",
        "last output of trial 3",
        "  one",
        "",
        "  two",
        "",
        "files in m.study/trials/0003",
        "  a.csv  3 B",
        "  b.csv  2.0 KiB",
        "",
        "model: m.study/best.keras",
    ]


def test_each_run_of_a_trial_is_shown() -> None:
    runs = (
        TrialRun(0, 0.25, duration_s=1.0),
        TrialRun(1, 0.75, folds=(0.5, 1.0)),
        TrialRun(2, None, error="no\nm"),
    )
    trial = replace(DONE, curves=(), metrics={}, repeats=3, runs=runs)
    assert trial_report(STUDY, trial, NOTHING)[1:] == [
        "loss 0.5 (mean of 2 runs, sd 0.35), minimised",
        "  rate  0.25",
        "",
        "runs",
        "  run 1  0.25  1.0s",
        "  run 2  0.75        mean of 0.5, 1",
        "  run 3  no",
    ]
    folded = replace(DONE, curves=(), metrics={}, folds=(0.5, 0.5))
    assert trial_report(STUDY, folded, NOTHING)[1:] == [
        "loss 0.5 (2 losses, all the same), minimised",
        "  rate  0.25",
        "",
        "losses: 0.5, 0.5",
    ]


def test_a_trial_that_failed_is_shown_with_its_reason_and_its_traceback() -> None:
    failed = replace(
        DONE,
        state=TrialState.FAILED,
        loss=None,
        metrics={},
        curves=(CURVE, replace(CURVE, fit=1)),
        started_at="",
        duration_s=None,
        error="ValueError: no (model.py:3)\nreally",
        traceback="Traceback:\n  line\n",
    )
    lines = trial_report(STUDY, failed, NOTHING)
    assert lines[:9] == [
        "trial 3 of model.py: failed, started at an unknown time, worker 1",
        "failed",
        "  rate  0.25",
        "",
        "ValueError: no (model.py:3)",
        "  really",
        "",
        "traceback",
        "  Traceback:",
    ]
    assert [line for line in lines if line.startswith("fit")] == ["fit 1: 3 epochs", "fit 2: 3 epochs"]


def test_a_value_that_a_failed_trial_had_not_come_to_says_so() -> None:
    space = (numeric("rate", "uniform", low=0, high=1), numeric("units", "randint", integral=True, low=9))
    failed = Trial(0, TrialState.FAILED, {"rate": 0.5, "units": 3}, error="no", unused=("units",))
    study = Study("m", "d", 0, space, template="m.py", trials=(failed,))
    lines = trial_report(study, failed, TrialFiles("m.study/trials/0", "", {}))
    assert [line for line in lines if line.startswith("  ")][:2] == [
        "  rate   0.5",
        "  units  3  (not reached)",
    ]


@pytest.mark.parametrize("width", [40, 60])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long = replace(DONE, error="word " * 30, curves=(Curve(0, 200, CURVE.reports * 60),))
    assert max(map(len, trial_report(STUDY, long, FILES, width))) <= width


@pytest.mark.parametrize(
    ("where", "said"),
    [
        pytest.param("fit", True, id="of the fit"),
        pytest.param("returned", False, id="that the model returned"),
    ],
)
def test_a_curve_is_the_objective_only_if_trials_are_judged_by_it(where: Where, said: bool) -> None:
    judged = replace(DONE, origin=Origin("loss", where))
    pruned = replace(DONE, state=TrialState.PRUNED, loss=None, error="worse")
    study = replace(STUDY, objective="loss", trials=(judged,))
    for trial in (judged, pruned):
        lines = trial_report(study, trial, NOTHING)
        assert any(line.startswith("  loss (the objective) ") for line in lines) is said


def test_blocks_of_a_long_curve_stay_in_one_line() -> None:
    curve = Curve(0, 100, tuple(Report(n, n, {"val_multi_logloss": 1 / (n + 1)}) for n in range(100)))
    lines = trial_report(STUDY, replace(DONE, curves=(curve,)), NOTHING, 60)
    (blocks,) = (line for line in lines if "\u2581\u2581" in line)
    assert max(map(len, lines)) <= 60
    assert blocks.split()[0] == "val_multi_logloss"
