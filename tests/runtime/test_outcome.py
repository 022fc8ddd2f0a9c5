from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from hypertemplate.origin import UNKNOWN, Origin
from hypertemplate.runtime.objective import Curve, Fitted, Wanted
from hypertemplate.runtime.outcome import Scored
from hypertemplate.runtime.outcome import score as score_of
from hypertemplate.runtime.protocol import Complete, Failed, FailureKind


def score(
    returned: Any,
    *,
    name: str = "model",
    maximize: bool = False,
    curve: Curve = (),
    objective: str | None = None,
    diverged: Collection[str] = (),
) -> Scored:
    """The outcome, less where its number is from."""
    scored = score_of(returned, Fitted(curve, diverged), Wanted(objective, maximize), name=name)
    return replace(scored, origin=UNKNOWN, maximize=None)


def history(**lists: list[Any]) -> Any:
    """What Keras's fit returns."""
    return SimpleNamespace(history=lists)


@pytest.mark.parametrize(
    ("returned", "loss"),
    [
        pytest.param(0.5, 0.5, id="a number"),
        pytest.param(np.array([0.5]), 0.5, id="an array of one element"),
        pytest.param({"loss": 0.5}, 0.5, id="a dict"),
        pytest.param({"loss": np.float32(0.5), "status": "ok"}, 0.5, id="a dict as hyperopt has it"),
        pytest.param({"losses": [0.25, 0.5, 0.75]}, 0.5, id="the mean of folds"),
        pytest.param({"losses": (1, 2)}, 1.5, id="folds in a tuple"),
        pytest.param({"loss": 3, "losses": [1, 2]}, 3.0, id="a loss comes before folds"),
        pytest.param(history(val_loss=[0.9, 0.5, 0.7]), 0.5, id="the lowest val_loss of a History"),
        pytest.param(history(val_loss=[math.nan, 0.5]), 0.5, id="a History that began with nan"),
    ],
)
def test_a_loss(returned: Any, loss: float) -> None:
    assert score(returned).outcome == Complete(loss)


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        pytest.param(
            None,
            "create() returned None: return the loss, for example return {'loss': -accuracy}",
            id="nothing",
        ),
        pytest.param(
            [0.4, 0.9],
            "create() returned a list of 2 items, all numbers: return the loss alone, or a dict: "
            "return {'loss': -accuracy}",
            id="what evaluate returns",
        ),
        pytest.param(
            (0.4, 0.9),
            "create() returned a tuple of 2 items, all numbers: return the loss alone, or a dict: "
            "return {'loss': -accuracy}",
            id="a tuple",
        ),
        pytest.param(
            (0.4, object()),
            "create() returned a number and an object: return them as {'loss': loss, 'model': model}",
            id="a loss and a model",
        ),
        pytest.param(
            (0.4, "adam"),
            "create() returned a number and a str: return the number as {'loss': loss}",
            id="a loss and what is no model",
        ),
        pytest.param(
            [],
            "create() returned a list of 0 items, which is not a loss: return a number, "
            "for example return {'loss': -accuracy}",
            id="an empty list",
        ),
        pytest.param(
            True,
            "create() returned True, which is not a loss: return a number, "
            "for example return {'loss': -accuracy}",
            id="a bool",
        ),
        pytest.param(
            "0.5",
            "create() returned a str, which is not a loss: return a number, "
            "for example return {'loss': -accuracy}",
            id="a text",
        ),
        pytest.param(
            object(),
            "create() returned an object, which is not a loss: return a number, "
            "for example return {'loss': -accuracy}",
            id="an object",
        ),
        pytest.param(
            {"accuracy": 0.9, "model": 1},
            "create() returned a dict without 'loss' (its keys: accuracy, model): "
            "add it, as in return {'loss': -accuracy}, or search by another entry: "
            "--objective accuracy:max",
            id="a dict without a loss",
        ),
        pytest.param(
            {"mine": 1.0, "size": 2, "mae": 0.5, "val_mae": 0.5},
            "create() returned a dict without 'loss' (its keys: mine, size, mae, val_mae): "
            "add it, as in return {'loss': -accuracy}, or search by another entry: "
            "--objective val_mae:min",
            id="a dict of errors",
        ),
        pytest.param(
            {"val_acc": 0.5, "los": 1.0},
            "create() returned a dict without 'loss': did you mean 'loss'? it has the key 'los'",
            id="a misspelled loss",
        ),
        pytest.param(
            {"mine": 1.0},
            "create() returned a dict without 'loss' (its keys: mine): "
            "add it, as in return {'loss': -accuracy}, or search by another entry: "
            "--objective mine:max or --objective mine:min",
            id="a dict of a number of the user's own",
        ),
        pytest.param(
            {},
            "create() returned a dict without 'loss' (it is empty): add it, as in return {'loss': -accuracy}",
            id="an empty dict",
        ),
        pytest.param(
            {"loss": None},
            "the loss that create() returned is None: return the loss, "
            "for example return {'loss': -accuracy}",
            id="a dict whose loss is nothing",
        ),
        pytest.param(
            {"loss": [0.4, 0.9]},
            "the loss that create() returned is a list of 2 items, all numbers: return the loss alone, or a dict: "
            "return {'loss': -accuracy}",
            id="a dict whose loss is what evaluate returns",
        ),
        pytest.param(
            {"losses": []},
            "the 'losses' that create() returned must be a list of numbers, one for each fold, got a list of 0 items",
            id="no folds",
        ),
        pytest.param(
            {"losses": [0.5, None]},
            "the 'losses' that create() returned must be a list of numbers, one for each fold, got a list of 2 items "
            "with None in it",
            id="a fold without a loss",
        ),
        pytest.param(
            {"losses": ["0.5", 0.25]},
            "the 'losses' that create() returned must be a list of numbers, one for each fold, got a list of 2 items "
            "with a str in it",
            id="a fold whose loss is a text",
        ),
        pytest.param(
            {"losses": "0.5"},
            "the 'losses' that create() returned must be a list of numbers, one for each fold, got a str",
            id="folds that are a text",
        ),
        pytest.param(
            {"losses": 0.5},
            "the 'losses' that create() returned must be a list of numbers, one for each fold, got a float",
            id="folds that are a number",
        ),
        pytest.param(
            history(loss=[1.0], accuracy=[0.5]),
            "create() returned a History without val_loss (its metrics: loss, accuracy): "
            "give fit() validation_data, or return a number",
            id="a History without validation",
        ),
        pytest.param(
            history(),
            "create() returned a History without val_loss (it is empty): "
            "give fit() validation_data, or return a number",
            id="a History without epochs",
        ),
    ],
)
def test_no_loss(returned: Any, message: str) -> None:
    shared = (
        "another entry" in message
        or "did you mean" in message
        or (" items" in message and "must be" not in message)
        or "return them as" in message
        or "return the number as" in message
    )
    kind: FailureKind = "no objective" if shared else "no loss"
    assert score(returned, name="create").outcome == Failed(kind, message)


@pytest.mark.parametrize(
    ("returned", "kind", "message"),
    [
        pytest.param(math.nan, "not finite", "the loss is nan", id="nan"),
        pytest.param({"loss": -math.inf}, "not finite", "the loss is -inf", id="minus infinity"),
        pytest.param(
            {"losses": [1.0, math.nan]},
            "not finite",
            "of the 'losses' that model() returned, number 2 of 2 is nan",
            id="a fold is nan",
        ),
        pytest.param(
            history(val_loss=[math.nan, math.inf]), "not finite", "the loss is nan", id="a lost History"
        ),
        pytest.param(
            {"loss": 1.0, "status": "fail"},
            "reported",
            "model() returned the status 'fail'",
            id="STATUS_FAIL",
        ),
        pytest.param(
            {"status": "running"},
            "reported",
            "model() returned the status 'running', which is neither 'ok' nor 'fail'",
            id="another status",
        ),
    ],
)
def test_a_failure(returned: Any, kind: Any, message: str) -> None:
    assert score(returned).outcome == Failed(kind, message)


def test_maximising_negates() -> None:
    assert score(0.9, maximize=True) == Scored(Complete(-0.9), {})
    assert score({"losses": [1, 2]}, maximize=True).outcome == Complete(-1.5)


@pytest.mark.parametrize(
    ("returned", "maximize", "folds", "note"),
    [
        pytest.param({"losses": [1, 2]}, False, (1.0, 2.0), "", id="a list"),
        pytest.param({"losses": np.array([1.0, 2.0])}, True, (-1.0, -2.0), "", id="an array, maximised"),
        pytest.param({"loss": 1.5, "losses": [1, 2]}, False, (1.0, 2.0), "", id="the loss is their mean"),
        pytest.param(
            {"loss": 1.0, "losses": [1, 2]},
            False,
            (),
            "model() returned the loss 1, and 'losses' with a mean of 1.5: the loss counts, and the others are not "
            "kept",
            id="the loss is another number",
        ),
        pytest.param({"losses": [1]}, False, (), "", id="one loss"),
        pytest.param({"losses": [1, math.inf]}, False, (), "", id="a loss that is not finite"),
        pytest.param({"loss": 1.0, "losses": "none"}, False, (), "", id="a text beside a loss"),
    ],
)
def test_losses_of_folds_are_kept(returned: Any, maximize: bool, folds: tuple[float, ...], note: str) -> None:
    scored = score(returned, maximize=maximize)
    assert (scored.folds, scored.notes) == (folds, (note,) if note else ())


def test_a_history_has_nothing_to_maximise() -> None:
    assert score(history(val_loss=[0.5]), maximize=True).outcome == Failed(
        "no loss",
        "model() returned a History, whose val_loss is minimised: name another metric with --objective",
    )


def test_metrics_are_the_last_epochs_less_its_loss_and_the_dicts_own() -> None:
    curve = [{"loss": 0.9, "mae": 3.0}, {"loss": 0.8, "mae": 2.0}]
    returned = {
        "loss": 0.5,
        "status": "ok",
        "model": 7,
        "mae": np.float32(1.5),
        "n": 3,
        "name": "x",
        "bad": math.nan,
    }
    scored = score(returned, curve=curve)
    assert scored == Scored(Complete(0.5), {"mae": 1.5, "n": 3.0}, (), 7)


def test_a_failed_trial_keeps_its_metrics_and_no_model() -> None:
    scored = score({"loss": math.nan, "mae": 2, "model": 7}, curve=[{"loss": 0.5, "val_loss": 1.5}])
    assert scored == Scored(Failed("not finite", "the loss is nan"), {"val_loss": 1.5, "mae": 2.0}, (), None)


def test_a_history_gives_the_metrics_of_its_best_epoch() -> None:
    lists = history(val_loss=[0.9, 0.5, 0.7], val_mae=[3, 2, 1], loss=[1, 2, 3, 4, 5, 6])
    scored = score(lists, curve=[{"val_loss": 0.7}])
    assert scored == Scored(Complete(0.5), {"val_loss": 0.5, "val_mae": 2.0})


WORST = "so the search looks for the worst model"


@pytest.mark.parametrize(
    ("returned", "curve", "notes"),
    [
        pytest.param(
            0.9,
            [{"val_accuracy": 0.8}, {"val_accuracy": 0.9}],
            (f"the loss equals val_accuracy, {WORST}: return -val_accuracy, or use --maximize",),
            id="the last accuracy",
        ),
        pytest.param(
            0.9,
            [{"val_acc": 0.9}, {"val_acc": 0.8}],
            (f"the loss equals val_acc, {WORST}: return -val_acc, or use --maximize",),
            id="the highest accuracy",
        ),
        pytest.param(
            {"loss": 0.75, "F1": 0.75},
            [],
            (f"the loss equals F1, {WORST}: return -F1, or use --maximize",),
            id="a number of the dict",
        ),
        pytest.param(-0.9, [{"accuracy": -0.9}], (), id="a negated accuracy"),
        pytest.param(0.9, [{"val_loss": 0.9}], (), id="a loss"),
        pytest.param(0.9, [{"accuracy": 0.8}], (), id="another number"),
        pytest.param(0.5, [{"accuracy": 0.5 + 1e-6}], (), id="nearly the same number"),
        pytest.param(0.9, [{"loss": 0.1, "accuracy": 0.2}, {"loss": 0.9}], (), id="an accuracy of old"),
    ],
)
def test_a_loss_that_is_an_accuracy_draws_a_note(returned: Any, curve: Any, notes: tuple[str, ...]) -> None:
    assert score(returned, curve=curve).notes == notes


def test_no_note_where_accuracies_are_to_be_maximised() -> None:
    assert score(0.9, maximize=True, curve=[{"accuracy": 0.9}]).notes == ()


def test_a_negated_accuracy_that_is_maximised_draws_a_note() -> None:
    note = "the number equals -accuracy, so --maximize looks for the worst model: leave --maximize out"
    assert score({"loss": -0.9, "accuracy": 0.9}, maximize=True).notes == (note,)


def test_no_note_where_the_number_was_asked_for_by_name() -> None:
    assert score(None, objective="accuracy", curve=[{"accuracy": 0.9}]) == Scored(
        Complete(0.9), {"accuracy": 0.9}
    )


CURVE = [
    {"loss": 0.9, "accuracy": 0.1, "val_accuracy": 0.4},
    {"loss": 0.8, "accuracy": 0.2, "val_accuracy": 0.6},
    {"loss": 0.7, "accuracy": 0.3, "val_accuracy": 0.5},
]


@pytest.mark.parametrize(
    ("returned", "objective", "maximize", "number", "metrics"),
    [
        pytest.param(None, "val_accuracy", True, 0.6, CURVE[1], id="of the fit, where nothing is returned"),
        pytest.param(0.25, "val_accuracy", True, 0.6, CURVE[1], id="of the fit, before a number"),
        pytest.param(
            {"loss": 0.25, "f1": 0.5}, "loss", False, 0.25, {"f1": 0.5}, id="of the dict, before the fit's"
        ),
        pytest.param(
            {"loss": 0.25, "f1": 0.5}, "f1", True, 0.5, {"f1": 0.5, "loss": 0.25}, id="of the dict, by name"
        ),
        pytest.param({"f1": 0.5}, "f1", False, 0.5, {"f1": 0.5}, id="of a dict without a loss"),
        pytest.param(
            {"loss": 0.25, "f1": 0.5},
            "val_accuracy",
            False,
            0.4,
            CURVE[0] | {"f1": 0.5},
            id="of the fit, beside what the dict has",
        ),
        pytest.param(
            history(val_accuracy=[0.4, 0.6, 0.5], loss=[3, 2, 1]),
            "val_accuracy",
            True,
            0.6,
            {"val_accuracy": 0.6, "loss": 2.0},
            id="of a History, its highest",
        ),
        pytest.param(
            history(val_accuracy=[0.4, 0.6, 0.5]),
            "val_accuracy",
            False,
            0.4,
            {"val_accuracy": 0.4},
            id="of a History, its lowest",
        ),
    ],
)
def test_an_objective(
    returned: Any, objective: str, maximize: bool, number: float, metrics: dict[str, float]
) -> None:
    scored = score(returned, objective=objective, maximize=maximize, curve=CURVE)
    extra = {} if "val_accuracy" in metrics else {"accuracy": 0.3, "val_accuracy": 0.5}
    if hasattr(returned, "history"):
        extra = {}
    assert scored == Scored(Complete(-number if maximize else number), extra | metrics)


@pytest.mark.parametrize(
    ("returned", "curve", "kind", "message"),
    [
        pytest.param(
            None,
            [],
            "no objective",
            "there is no metric named val_f1: create() returned None, and no Keras, XGBoost or LightGBM fit was seen; "
            "return it, as in return {'val_f1': val_f1}",
            id="nothing returned and nothing run",
        ),
        pytest.param(
            0.5,
            CURVE,
            "no objective",
            "there is no metric named val_f1: create() returned a float, "
            "and the last fit reported loss, accuracy, val_accuracy; name one, such as --objective val_accuracy",
            id="a number, and a fit without it",
        ),
        pytest.param(
            0.5,
            [],
            "no objective",
            "there is no metric named val_f1: create() returned a float, and no Keras, XGBoost or LightGBM fit was seen; "
            "without --objective, the search uses the returned loss",
            id="a number alone",
        ),
        pytest.param(
            {"loss": 1, "val_f2": 2},
            [],
            "no objective",
            "there is no metric named val_f1: create() returned a dict with loss, val_f2, "
            "and no Keras, XGBoost or LightGBM fit was seen; did you mean --objective val_f2:min (or :max)?",
            id="a slip",
        ),
        pytest.param(
            {"loss": 1, "accuracy": 2, "model": 3, "status": "ok"},
            [{}],
            "no objective",
            "there is no metric named val_f1: create() returned a dict with loss, accuracy, "
            "and the last fit reported no finite number; "
            "search by another entry: --objective accuracy:max",
            id="a dict, and a fit of one lost epoch",
        ),
        pytest.param(
            {},
            [],
            "no objective",
            "there is no metric named val_f1: create() returned a dict, and no Keras, XGBoost or LightGBM fit was seen; "
            "return it, as in return {'val_f1': val_f1}",
            id="an empty dict",
        ),
        pytest.param(
            history(loss=[1.0], accuracy=[0.5]),
            [],
            "no objective",
            "create() returned a History without val_f1 (its metrics: loss, accuracy)",
            id="a History without it",
        ),
        pytest.param(
            {"val_f1": "high"},
            [],
            "no loss",
            "the val_f1 that create() returned is a str, which is not a loss: "
            "return a number, for example return {'loss': -accuracy}",
            id="a dict where it is no number",
        ),
        pytest.param(
            {"status": "fail", "val_f1": 0.5},
            [],
            "reported",
            "create() returned the status 'fail'",
            id="a dict that reports a failure",
        ),
    ],
)
def test_no_objective(returned: Any, curve: Any, kind: Any, message: str) -> None:
    found = score(returned, name="create", objective="val_f1", curve=curve)
    assert found.outcome == Failed(kind, message)


def test_an_objective_that_an_earlier_fit_reported_says_so() -> None:
    fitted = Fitted([{"loss": 1.0}], others={0: {"val_f1"}})
    found = score_of(0.5, fitted, Wanted("val_f1"))
    assert found.outcome == Failed(
        "no objective",
        "val_f1 is a metric of fit 1 of the trial, but the last fit counts, which reported loss; have that one "
        "report val_f1 too (give it validation_data), or return it: "
        "return {'val_f1': max(history.history['val_f1'])}",
    )


def test_a_history_without_what_an_earlier_fit_reported_says_so() -> None:
    fitted = Fitted([{"loss": 1.0}], others={0: {"loss", "val_loss"}})
    assert score_of(history(loss=[1.0]), fitted).outcome == Failed(
        "no objective",
        "model() returned a History without val_loss (its metrics: loss); val_loss is a metric of fit 1 of the "
        "trial, but the last fit counts, which reported loss; have that one report val_loss too (give it "
        "validation_data), or return the History of the other fit",
    )


def test_an_objective_that_was_never_finite_is_no_missing_one() -> None:
    found = score(None, objective="val_loss", curve=[{"accuracy": 0.1}], diverged={"val_loss"})
    assert found == Scored(
        Failed("not finite", "val_loss was not a finite number after any epoch"), {"accuracy": 0.1}
    )


def test_a_model_is_kept_with_an_objective_too() -> None:
    assert score({"loss": 1, "f1": 0.5, "model": 7}, objective="f1").model == 7


@pytest.mark.parametrize(
    ("returned", "objective", "origin"),
    [
        pytest.param(0.5, None, Origin("loss", "returned"), id="a number"),
        pytest.param({"loss": 0.5}, None, Origin("loss", "returned"), id="a dict"),
        pytest.param({"loss": 0.5, "f1": 1}, "f1", Origin("f1", "returned"), id="another entry of the dict"),
        pytest.param(0.5, "val_accuracy", Origin("val_accuracy", "fit", 2, 3), id="a metric of the fit"),
        pytest.param(history(val_loss=[3, 2, 1, 2]), None, Origin("val_loss", "fit", 3, 4), id="a History"),
        pytest.param(
            history(val_accuracy=[0.4, 0.6, 0.5]),
            "val_accuracy",
            Origin("val_accuracy", "fit", 2, 3),
            id="the History of the last fit",
        ),
        pytest.param(
            history(val_loss=[3, 2, 1], loss=[1, 2, 3, 4, 5, 6]),
            None,
            Origin("val_loss", "fit"),
            id="a History that was validated now and then, of an unknown epoch",
        ),
    ],
)
def test_where_a_number_is_from(returned: Any, objective: str | None, origin: Origin) -> None:
    assert score_of(returned, Fitted(CURVE), Wanted(objective, objective is not None)).origin == origin


def test_epochs_of_a_fit_that_goes_on_have_the_numbers_that_keras_says() -> None:
    later = Origin("val_loss", "fit", 7, 8)
    returned = SimpleNamespace(history={"val_loss": [3, 1, 2]}, epoch=[5, 6, 7])
    assert score_of(returned).origin == later
    fitted = Fitted([{"val_loss": 3}, {"val_loss": 1}, {"val_loss": 2}], numbers=(6, 7, 8))
    assert score_of(1, fitted, Wanted("val_loss")).origin == later


@pytest.mark.parametrize(
    ("returned", "objective", "loss", "maximize"),
    [
        pytest.param({"dice": 0.5}, "dice", 0.5, None, id="that nothing tells"),
        pytest.param({"f1": 0.5}, "f1", 0.5, True, id="that its name tells"),
        pytest.param({"my_loss": 0.5}, "my_loss", 0.5, False, id="that the end of its name tells"),
    ],
)
def test_while_the_direction_is_unknown_the_loss_is_the_number(
    returned: Any, objective: str, loss: float, maximize: bool | None
) -> None:
    scored = score_of(returned, wanted=Wanted(objective, None))
    assert (scored.outcome, scored.maximize) == (Complete(loss), maximize)


@pytest.mark.parametrize(
    ("objective", "message"),
    [
        pytest.param(
            None,
            "create() returned None, and no loss was reported: hypertemplate.report(...) reported los; "
            "name one, such as --objective los:min (or :max)",
            id="no loss",
        ),
        pytest.param(
            "nosuch",
            "there is no metric named nosuch: create() returned None, and hypertemplate.report(...) reported los; "
            "name one, such as --objective los:min (or :max)",
            id="another name",
        ),
        pytest.param(
            "loss",
            "there is no metric named loss: create() returned None, and hypertemplate.report(...) reported los; "
            "did you mean --objective los:min (or :max)?",
            id="a slip",
        ),
    ],
)
def test_reports_of_ones_own_without_the_objective(objective: str | None, message: str) -> None:
    reported = Fitted([{"los": 1.0}], unit="step")
    found = score_of(None, reported, Wanted(objective, False if objective is None else None), name="create")
    assert found.outcome == Failed("no objective", message)
