"""Every number says what it is: its name, its direction, the epoch that has it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from hypertemplate.origin import UNKNOWN, Origin
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Curve, Report, Study, Trial, TrialState
from hypertemplate.views.html import study_html
from hypertemplate.views.objective_text import metric_epoch, number_text, objective_name
from hypertemplate.views.study_text import best_lines, opening_line
from hypertemplate.views.trial_columns import TrialTable
from hypertemplate.views.trial_table import study_json, study_lines, trials_csv
from tests.search.fakes import fitted

CURVE = (
    {"loss": 0.75, "val_loss": 0.75, "accuracy": 0.25},
    {"loss": 0.5, "val_loss": 0.25, "accuracy": 0.5},
    {"loss": 0.25, "val_loss": 0.5, "accuracy": 0.75},
)


def study(loss: float, origin: Origin, **options: Any) -> Study:
    """A study with one trial, whose metrics are those of its best epoch, or of its last."""
    metrics = CURVE[(origin.epoch or 3) - 1]
    beside = {name: value for name, value in metrics.items() if origin.epoch or name != "loss"}
    trial = Trial(0, TrialState.COMPLETE, {}, loss, beside, fitted(*CURVE), duration_s=1.0, origin=origin)
    return Study("m", "d", 0, (), trials=(trial,), template="m.py", max_evals=1, **options)


FIT = study(0.25, Origin("val_loss", "fit", 2, 3), objective="val_loss")
HISTORY = replace(FIT, objective=None)
HIGH = study(-0.75, Origin("accuracy", "fit", 3, 3), objective="accuracy", maximize=True)
RETURNED = study(-0.5, Origin("loss", "returned"))
VARIABLE = study(-0.5, Origin("accuracy", "variable"), objective="accuracy", maximize=True)
UNKNOWN_DIRECTION = study(0.5, Origin("kappa", "variable"), objective="kappa", maximize=None)


@pytest.mark.parametrize(
    ("of", "text"),
    [
        pytest.param(FIT, "val_loss 0.25 at epoch 2 of 3 (lowest), minimised", id="of a fit"),
        pytest.param(HISTORY, "val_loss 0.25 at epoch 2 of 3 (lowest), minimised", id="of a History"),
        pytest.param(
            study(0.25, Origin("val_loss", "fit", 2, 3, fits=5)),
            "val_loss 0.25 at epoch 2 of 3 of the last of 5 fits (lowest), minimised",
            id="of the last fit of several",
        ),
        pytest.param(HIGH, "accuracy 0.75 at epoch 3 of 3 (highest), maximised", id="of a fit, the highest"),
        pytest.param(RETURNED, "loss -0.5, minimised", id="what the model returned"),
        pytest.param(VARIABLE, "accuracy 0.5, maximised", id="a variable"),
        pytest.param(UNKNOWN_DIRECTION, "kappa 0.5", id="of unknown direction"),
    ],
)
def test_a_number_in_words(of: Study, text: str) -> None:
    assert number_text(of, of.trials[0], "g") == text


@pytest.mark.parametrize(
    ("of", "name", "text"),
    [
        pytest.param(replace(FIT, trials=(replace(FIT.trials[0], origin=UNKNOWN),)), "val_loss", "val_loss 0.25 at epoch 2 of 3 (lowest), minimised", id="a script"),
        pytest.param(replace(HISTORY, trials=(replace(FIT.trials[0], origin=UNKNOWN),)), "val_loss", "val_loss 0.25 at epoch 2 of 3 (lowest), minimised", id="a History"),
        pytest.param(replace(RETURNED, trials=(replace(RETURNED.trials[0], origin=UNKNOWN),)), "loss", "loss -0.5, minimised", id="a returned loss"),
    ],
)  # fmt: skip
def test_a_study_of_an_earlier_version_tells_by_its_curves(of: Study, name: str, text: str) -> None:
    assert objective_name(of) == name
    assert number_text(of, of.trials[0], "g") == text


@pytest.mark.parametrize(
    ("origin", "at"),
    [
        pytest.param(Origin("val_loss", "fit", 7, 8, earlier=5), "epoch 7 of 8", id="a number of the fit"),
        pytest.param(Origin("loss", "returned", earlier=5), "epoch 8 of 8", id="a number of the code"),
    ],
)
def test_epochs_of_a_fit_that_goes_on_are_counted_as_keras_does(origin: Origin, at: str) -> None:
    of = study(0.25, replace(origin, epoch=origin.epoch and origin.epoch - 5))
    trial = replace(of.trials[0], origin=origin)
    assert metric_epoch(of, trial, "val_loss") == at


def test_steps_have_the_users_own_numbers_and_no_total() -> None:
    reports = tuple(Report(step, step * 10, {"loss": value}) for step, value in enumerate((3.0, 1.0, 2.0)))
    curves = (Curve(0, None, reports, "step"),)
    of = replace(FIT, objective="loss")
    trial = replace(of.trials[0], loss=1.0, origin=Origin("loss", "fit", 10, 20, unit="step"), curves=curves)
    assert number_text(replace(of, trials=(trial,)), trial, "g").startswith("loss 1 at step 10 (lowest)")
    table = TrialTable(replace(of, trials=(trial,)), None)
    assert [line.split()[3] for line in (*table.heading(), *table.lines(of, trial))] == ["step", "10"]
    stopped = replace(trial, state=TrialState.PRUNED, loss=None)
    assert number_text(of, stopped, "g") == "pruned after step 20"
    assert TrialTable(of, None).lines(of, stopped)[0].split()[3] == "20"


def test_a_trial_that_was_stopped_names_no_number_and_no_unit_of_others() -> None:
    reports = tuple(Report(step, step, {"val_loss": 1.0}) for step in range(3))
    complete = replace(RETURNED.trials[0], curves=(Curve(0, None, reports, "step"),))
    origin = Origin("val_loss", "fit", 1, 1, unit="step")
    stopped = replace(complete, number=1, state=TrialState.PRUNED, origin=origin)
    stopped = replace(stopped, curves=(Curve(0, None, reports[:2], "step"),))
    of = replace(RETURNED, trials=(complete, stopped))
    assert objective_name(of) == "loss", "the number of the complete trials"
    table = TrialTable(of, None)
    cells = [table.heading()[0], *(table.lines(of, trial)[0] for trial in of.trials)]
    assert [line.split()[3] for line in cells] == ["step", "2", "1"], "a complete one came to its end"


def test_a_history_of_an_unknown_epoch_has_its_name() -> None:
    of = study(0.25, Origin("val_loss", "fit"))
    assert objective_name(of) == "val_loss"
    assert number_text(of, of.trials[0], "g") == "val_loss 0.25, minimised"


def test_the_line_of_a_trial_names_its_epoch() -> None:
    for of in (FIT, HISTORY):
        table = TrialTable(of, None, with_best=True)
        assert [*table.heading(), *table.lines(of, of.trials[0])] == [
            "trial    val_loss  best so far     time    epoch        loss    accuracy",
            "    0     0.25000      0.25000     1.0s   2 of 3     0.5         0.5",
        ]
        assert study_lines("s", Kept(of), of.trials, held=True)[2:4] == [
            "trial    val_loss     time    epoch     loss  accuracy",
            "    0     0.25000     1.0s   2 of 3  0.5       0.5",
        ]


def test_a_long_name_has_a_column_that_is_wide_enough() -> None:
    of = study(-0.5, Origin("mean_val_accuracy", "variable"), objective="mean_val_accuracy", maximize=True)
    table = TrialTable(of, None)
    start, end = table.result_span()
    assert table.heading()[0][start:end] == "mean_val_accuracy"
    assert table.lines(of, of.trials[0])[0][start:end].strip() == "0.50000"


@pytest.mark.parametrize(
    ("of", "lines"),
    [
        pytest.param(
            FIT,
            [
                "best of 1 trial: trial 0, val_loss 0.25 at epoch 2 of 3 (lowest), minimised",
                "metrics of trial 0, at epoch 2 of 3",
                "  loss      0.5",
                "  val_loss  0.25",
                "  accuracy  0.5",
            ],
            id="of a fit: all are of that epoch",
        ),
        pytest.param(
            VARIABLE,
            [
                "best of 1 trial: trial 0, accuracy 0.5, maximised",
                "metrics of trial 0, at epoch 3 of 3",
                "  val_loss  0.5",
                "  accuracy  0.75",
            ],
            id="a variable, and the fit's metric of its name",
        ),
        pytest.param(
            replace(
                VARIABLE,
                trials=(
                    replace(
                        VARIABLE.trials[0], curves=(Curve(0, 9), replace(VARIABLE.trials[0].curves[0], fit=1))
                    ),
                ),
            ),
            [
                "best of 1 trial: trial 0, accuracy 0.5, maximised",
                "metrics of trial 0, at epoch 3 of 3 of the last of 2 fits",
                "  val_loss  0.5",
                "  accuracy  0.75",
            ],
            id="of one of several fits, as of folds",
        ),
    ],
)
def test_two_numbers_of_one_name_are_told_apart(of: Study, lines: list[str]) -> None:
    assert best_lines(of) == lines


def test_a_metric_that_the_model_returned_is_of_no_epoch() -> None:
    trial = replace(RETURNED.trials[0], metrics={"val_loss": 0.5, "accuracy": 0.625})
    assert best_lines(replace(RETURNED, trials=(trial,)))[1:] == [
        "metrics of trial 0",
        "  val_loss  0.5  (at epoch 3 of 3)",
        "  accuracy  0.625",
    ]


@pytest.mark.parametrize(
    ("of", "aim"),
    [
        pytest.param(FIT, "for the lowest val_loss", id="low"),
        pytest.param(HIGH, "for the highest accuracy", id="high"),
        pytest.param(UNKNOWN_DIRECTION, "for the best kappa", id="unknown"),
    ],
)
def test_a_search_begins_by_saying_what_it_looks_for(of: Study, aim: str) -> None:
    assert f"in m.py {aim}: 1 trial" in opening_line(of)


def test_json_and_csv_say_which_objective_applied() -> None:
    kept = Kept(HISTORY, models={0: "best.keras"})
    data: Any = study_json(kept, HISTORY.trials)
    said = {
        **{"objective": "val_loss", "direction": "minimize", "value": 0.25, "source": "fit"},
        **{"epoch": 2, "epochs": 3, "model": "best.keras"},
    }
    assert data["study"]["objective"] == "val_loss"
    assert data["best"].items() >= said.items()
    (row,) = csv.DictReader(io.StringIO(trials_csv(kept, HISTORY.trials)))
    assert row.items() >= {name: str(value) for name, value in said.items()}.items()
    high: Any = study_json(Kept(HIGH), ())
    assert (high["best"]["loss"], high["best"]["value"], high["best"]["direction"]) == (
        -0.75,
        0.75,
        "maximize",
    )
    unknown: Any = study_json(Kept(UNKNOWN_DIRECTION), UNKNOWN_DIRECTION.trials)
    assert (unknown["best"], unknown["study"]["direction"]) == (None, None)


def test_the_table_says_which_trials_model_was_kept() -> None:
    lines = study_lines("s", Kept(FIT, models={0: "best.keras"}), FIT.trials, held=True)
    assert lines[-1] == "model of trial 0: best.keras"
    assert "model of trial" not in "".join(study_lines("s", Kept(FIT), FIT.trials, held=True))


def test_the_table_in_a_notebook_says_it_too() -> None:
    text = study_html(HISTORY)
    assert "val_loss (minimised)" in text
    assert ">epoch</th>" in text
    assert ">2 of 3</td>" in text


def test_a_trial_that_was_stopped_early_says_when() -> None:
    trial = Trial(
        0,
        TrialState.PRUNED,
        {},
        curves=(Curve(0, 9, (Report(0, 0, {"val_loss": 1.0}),)),),
        origin=Origin("val_loss", "fit", 1, 1),
    )
    of = Study("m", "", 0, (), objective="val_loss", trials=(trial,))
    assert number_text(of, trial, "g") == "pruned after epoch 1 of 9"


def test_the_opening_line_knows_what_the_ending_of_a_name_says() -> None:
    of = Study("m", "", 0, (), objective="chamfer_error", maximize=None, max_evals=3)
    assert "for the lowest chamfer_error: 3 trials" in opening_line(of)
