"""Which number a trial is judged by, of a fit or of a script, and where it is from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from hypertemplate.origin import Origin
from hypertemplate.runtime.metrics.numbered_names import Names
from hypertemplate.runtime.objective import (
    NO_FIT,
    THE_LOSS,
    Fitted,
    Found,
    Wanted,
    beside,
    from_fit,
    never_finite,
    of_script,
    own_metrics,
    reported,
    with_direction,
)
from hypertemplate.runtime.protocol import Failed

CURVE = [
    {"loss": 0.9, "val_loss": 0.7, "val_accuracy": 0.4},
    {"loss": 0.8, "val_loss": 0.5, "val_accuracy": 0.6},
    {"loss": 0.7, "val_loss": 0.6, "val_accuracy": 0.5},
]


@pytest.mark.parametrize(
    ("curve", "name", "maximize", "found"),
    [
        pytest.param(CURVE, "val_loss", False, (0.5, 2), id="its lowest"),
        pytest.param(CURVE, "val_loss", True, (0.7, 1), id="its highest"),
        pytest.param([{"a": 1.0, "b": 2.0}, {"a": 1.0, "b": 3.0}], "a", True, (1.0, 1), id="the first of equals"),
        pytest.param([{"loss": 2.0}, {"loss": 1.0, "val_loss": 4.0}], "val_loss", False, (4.0, 2), id="in the epochs that have it"),
        pytest.param(CURVE, "val_accuracy", None, (0.6, 2), id="its highest, by its name"),
        pytest.param([{"kappa": 0.1}, {"kappa": 0.3}, {"kappa": 0.2}], "kappa", None, (0.2, 3), id="its last, where nothing says which is better"),
    ],
)  # fmt: skip
def test_the_best_epoch_of_a_fit(curve: Any, name: str, maximize: bool | None, found: Any) -> None:
    number, epoch = found
    of = from_fit(Fitted(curve), Wanted(name, maximize), name)
    assert of is not None
    assert of.number == number
    assert of.metrics == curve[epoch - 1]
    assert of.origin == Origin(name, "fit", epoch, len(curve))


@pytest.mark.parametrize("curve", [pytest.param([], id="no fit"), pytest.param(CURVE, id="a fit without it")])
def test_a_metric_that_is_not_there(curve: Any) -> None:
    assert from_fit(Fitted(curve), Wanted("val_f1", True), "val_f1") is None


@pytest.mark.parametrize(
    ("name", "directions", "more"),
    [
        pytest.param("val_auc", {"auc": False}, True, id="a known name comes before what the metric says"),
        pytest.param("val_dice", {"dice": True}, True, id="what the metric says"),
        pytest.param(
            "my_error", {"my_error": True}, True, id="what the metric says, whatever its name ends in"
        ),
        pytest.param("my_error", {}, False, id="the ending of the name"),
        pytest.param("focal_loss", {}, False, id="the other ending"),
        pytest.param("kappa", {}, None, id="a name that says nothing"),
        pytest.param("cv_score", {"score": True}, None, id="a metric of another name"),
    ],
)
def test_a_direction(name: str, directions: Mapping[str, bool], more: bool | None) -> None:
    fitted = Fitted(CURVE, names=Names(directions=directions))
    assert Wanted(name, None).better_when_more(name, fitted) is more
    assert Wanted(name, False).better_when_more(name, fitted) is False


@pytest.mark.parametrize(
    ("reports", "counted", "name", "number"),
    [
        pytest.param({"val_auc": 0.5}, {"auc"}, "val_auc_2", 0.5, id="as a log of a later network had it"),
        pytest.param({"val_auc": 0.5}, {"auc"}, "val_auc", 0.5, id="as Keras names the first"),
        pytest.param({"auc": 0.5, "auc_1": 0.7}, {"auc", "auc_1"}, "auc_1", 0.7, id="the second of a class"),
        pytest.param(
            {"auc": 0.5, "auc_1": 0.7}, {"auc", "auc_1"}, "auc_3", None, id="of two, the number says which"
        ),
        pytest.param({"recall": 0.5}, set(), "recall_10", None, id="a name of the user's own"),
    ],
)
def test_a_name_that_keras_numbered(reports: Any, counted: Any, name: str, number: float | None) -> None:
    found = from_fit(Fitted([reports], names=Names(counted=frozenset(counted))), Wanted(name, True), name)
    assert (None if found is None else found.number) == number


@pytest.mark.parametrize(
    ("name", "number", "output"),
    [
        pytest.param("val_dense_5_loss", 0.5, 2, id="as Keras says it in this trial"),
        pytest.param("val_dense_2_loss", 0.5, 2, id="as Keras says it where there is no other network"),
        pytest.param("val_price_loss", 0.7, None, id="of an output that the user named"),
    ],
)
def test_a_metric_of_an_output_that_keras_numbered(name: str, number: float, output: int | None) -> None:
    names = Names({"dense_5_loss": "dense_2_loss"}, outputs={"dense_2_loss": 2})
    fitted = Fitted([{"val_dense_2_loss": 0.5, "val_price_loss": 0.7}], names=names)
    found = from_fit(fitted, Wanted(name), name)
    assert found is not None
    assert (found.number, found.origin.output) == (number, output)


def test_what_stands_beside_a_loss_is_the_last_epochs_without_its_loss() -> None:
    assert beside(CURVE) == {"val_loss": 0.6, "val_accuracy": 0.5}
    assert beside([]) == {}


@pytest.mark.parametrize(
    ("curve", "words"),
    [
        pytest.param([], "no Keras, XGBoost or LightGBM fit was seen", id="no fit"),
        pytest.param(CURVE, "the last fit reported loss, val_loss, val_accuracy", id="a fit"),
        pytest.param(
            [{"loss": 1.0}, {"val_loss": 1.0}],
            "the last fit reported loss, val_loss",
            id="not in every epoch",
        ),
        pytest.param([{}], "the last fit reported no finite number", id="a fit that came to nothing"),
    ],
)
def test_what_a_fit_reported_in_words(curve: Any, words: str) -> None:
    assert reported(Fitted(curve)) == words


BESIDE = {"val_loss": 0.6, "val_accuracy": 0.5}
VARIABLE_WINS = "{0} is the code's own variable, not the metric of that name in the last fit"


@pytest.mark.parametrize(
    ("names", "curve", "objective", "maximize", "number", "metrics", "origin"),
    [
        pytest.param({}, CURVE, None, False, 0.5, CURVE[1], Origin("val_loss", "fit", 2, 3), id="the lowest val_loss, unless asked"),
        pytest.param({}, CURVE, "val_accuracy", True, 0.6, CURVE[1], Origin("val_accuracy", "fit", 2, 3), id="a metric of the fit"),
        pytest.param({"score": 3}, CURVE, "score", False, 3.0, BESIDE, Origin("score", "variable"), id="a variable beside a fit"),
        pytest.param({"score": np.float32(0.5)}, [], "score", True, 0.5, {}, Origin("score", "variable"), id="a variable alone"),
        pytest.param({"score": math.inf}, [], "score", False, math.inf, {}, Origin("score", "variable"), id="a variable that diverged"),
        pytest.param({"val_loss": "mse"}, CURVE, "val_loss", False, 0.5, CURVE[1], Origin("val_loss", "fit", 2, 3), id="a variable that is no number"),
    ],
)  # fmt: skip
def test_the_number_of_a_script(
    names: Any, curve: Any, objective: str, maximize: bool, number: float, metrics: Any, origin: Origin
) -> None:
    found = of_script(names, [*names], Fitted(curve), Wanted(objective, maximize))
    assert found == Found(number, metrics, origin, maximize)


def test_the_scripts_own_variable_comes_before_the_fit_with_a_note() -> None:
    found = of_script({"loss": 3.0}, ["loss"], Fitted(CURVE), Wanted("loss"))
    assert (found.number, found.origin) == (3.0, Origin("loss", "variable"))
    assert found.notes == (VARIABLE_WINS.format("loss"),)


def test_a_variable_that_no_trial_makes_does_not_come_before_the_fit() -> None:
    found = of_script({"loss": 3.0}, [], Fitted(CURVE), Wanted("loss"))
    assert (found.number, found.notes) == (0.7, ())


def test_code_that_may_bind_any_name_may_bind_this_one() -> None:
    assert of_script({"loss": 3.0}, None, Fitted(CURVE), Wanted("loss")).number == 3.0


def test_a_list_beside_a_metric_of_its_name_draws_a_note() -> None:
    found = of_script({"loss": [3.0, 0.9]}, ["loss"], Fitted(CURVE), Wanted("loss"))
    assert found.number == 0.7
    assert found.notes == (
        "'loss' is a list of 2 items at the end of the trial, so the metric of that name in the last fit counts",
    )


def test_a_variable_that_is_nan_is_no_missing_one() -> None:
    number = of_script({"score": math.nan}, ["score"], NO_FIT, Wanted("score")).number
    assert isinstance(number, float)
    assert math.isnan(number)


@pytest.mark.parametrize(
    ("names", "curve", "objective", "message", "metrics"),
    [
        pytest.param(
            {"lr": 0.1, "_": 3, "_ht_": 1, "text": "x", "on": True},
            [],
            None,
            "there is no val_loss: no Keras, XGBoost or LightGBM fit was seen; numeric variables: lr; "
            "name one, such as --objective lr:min (or :max)",
            {},
            id="no fit, and nothing asked for",
        ),
        pytest.param(
            {},
            [{"loss": 1.0, "accuracy": 0.5}],
            None,
            "there is no val_loss: the last fit reported loss, accuracy; name one, such as --objective accuracy",
            {"accuracy": 0.5},
            id="a fit without validation",
        ),
        pytest.param(
            {"a": 1, "b": 2.5, "huge": math.inf},
            [{"loss": 1.0}],
            "f1",
            "there is no metric named f1: the last fit reported loss; numeric variables: a, b; "
            "name one, such as --objective b:min (or :max)",
            {},
            id="nothing of this name",
        ),
        pytest.param(
            {"text": "x"},
            [],
            None,
            "there is no val_loss: no Keras, XGBoost or LightGBM fit was seen; assign the number to search by to "
            "a variable at the top level, such as score, and name it: --objective score:max or "
            "--objective score:min",
            {},
            id="no number at all",
        ),
        pytest.param(
            {"score": 1, "b": 2.5},
            [],
            "scor",
            "there is no metric named scor: no Keras, XGBoost or LightGBM fit was seen; "
            "numeric variables: score, b; did you mean --objective score:max (or :min)?",
            {},
            id="a slip",
        ),
        pytest.param(
            {"score": [0.5, 0.9]},
            [],
            "score",
            "'score' is a list of 2 items at the end of the trial, not a number",
            {},
            id="what evaluate returns",
        ),
        pytest.param(
            {"scores": np.array([0.5, 0.9])},
            [],
            "scores",
            "'scores' is an ndarray at the end of the trial, not a number; give its mean a name, mean_scores = "
            "scores.mean(), and search by --objective mean_scores:max or mean_scores:min",
            {},
            id="scores of folds",
        ),
        pytest.param(
            {"images": np.zeros((2, 2))},
            [],
            "images",
            "'images' is an ndarray at the end of the trial, not a number",
            {},
            id="an array of other shape",
        ),
        pytest.param(
            {"score": None},
            [],
            "score",
            "'score' is None at the end of the trial, not a number",
            {},
            id="a variable without a value",
        ),
    ],
)
def test_a_script_without_its_number(
    names: Mapping[str, Any], curve: Any, objective: str | None, message: str, metrics: dict[str, float]
) -> None:
    found = of_script(names, [*names], Fitted(curve), Wanted(objective))
    assert found == Found(Failed("no objective", message), metrics)


@pytest.mark.parametrize(
    ("objective", "said"),
    [
        pytest.param(
            "val_accuracy",
            "val_accuracy is a metric of fit 2 of the trial, but the last fit counts, which reported "
            "loss; have that one report val_accuracy too (give it validation_data), or search by a variable: "
            "best = max(history.history['val_accuracy']) and --objective best:max",
            id="of validation",
        ),
        pytest.param(
            "mae_3",
            "mae_3 is a metric of fit 1 of the trial, but the last fit counts, which reported loss; "
            "have that one report mae_3 too, or search by a variable: best = min(history.history['mae_3']) "
            "and --objective best:min",
            id="with Keras's number",
        ),
        pytest.param(
            None,
            "val_loss is a metric of fit 2 of the trial, but the last fit counts, which reported "
            "loss; have that one report val_loss too (give it validation_data), or search by a variable: "
            "best = min(history.history['val_loss']) and --objective best:min",
            id="the default",
        ),
    ],
)
def test_a_metric_of_an_earlier_fit_is_told_from_one_that_is_nowhere(
    objective: str | None, said: str
) -> None:
    others = {0: {"loss", "mae"}, 1: {"val_loss", "val_accuracy"}}
    found = of_script({}, [], Fitted([{"loss": 1.0}], others=others), Wanted(objective))
    assert found.number == Failed("no objective", said)


def test_a_parameter_is_no_number_to_search_by() -> None:
    found = of_script({"trees": 25, "score": 0.5}, None, NO_FIT, Wanted(), apart=["trees"])
    assert isinstance(found.number, Failed)
    assert "numeric variables: score;" in found.number.message


def test_a_constant_is_no_number_of_a_script() -> None:
    found = of_script({"baseline": 0.9, "score": 0.5}, ["score"], Fitted(CURVE), Wanted("baseline", True))
    assert found.number == Failed(
        "no objective",
        "'baseline' is the same in every trial: no marker affects it; "
        "the last fit reported loss, val_loss, val_accuracy",
    )


def test_only_what_a_trial_makes_is_listed_as_a_number() -> None:
    found = of_script({"baseline": 0.9, "score": 0.5}, ["score"], NO_FIT, Wanted("f1", True))
    assert isinstance(found.number, Failed)
    assert "numeric variables: score;" in found.number.message


def test_an_objective_that_was_never_finite_is_no_missing_one() -> None:
    curve = [{"accuracy": 0.1}, {"accuracy": 0.2}]
    found = of_script({}, [], Fitted(curve, {"loss", "val_loss"}), THE_LOSS)
    assert found == Found(never_finite("val_loss"), {"accuracy": 0.2})
    assert never_finite("val_loss").message == "val_loss was not a finite number after any epoch"


KAPPAS = ({"kappa": 0.1, "loss": 3.0}, {"kappa": 0.3, "loss": 2.0}, {"kappa": 0.2, "loss": 1.0})


@pytest.mark.parametrize(
    ("number", "origin", "maximize", "loss", "epoch"),
    [
        pytest.param(
            0.2, Origin("kappa", "fit", 3, 3), True, -0.3, 2, id="the best epoch of a fit, the highest"
        ),
        pytest.param(0.2, Origin("kappa", "fit", 3, 3), False, 0.1, 1, id="the lowest"),
        pytest.param(0.7, Origin("kappa", "variable"), True, -0.7, None, id="a variable that is to be high"),
        pytest.param(
            0.7, Origin("kappa", "returned"), False, 0.7, None, id="a returned number that is to be low"
        ),
    ],
)
def test_a_number_once_its_direction_is_known(
    number: float, origin: Origin, maximize: bool, loss: float, epoch: int | None
) -> None:
    decided, metrics, found = with_direction(
        number, {"f1": 0.5}, origin, KAPPAS, range(1, 1 + len(KAPPAS)), maximize=maximize
    )
    assert (decided, found.epoch, found.where) == (loss, epoch, origin.where)
    assert metrics == {"f1": 0.5} | (KAPPAS[epoch - 1] if epoch else {})


@pytest.mark.parametrize(
    ("names", "made", "metrics"),
    [
        pytest.param({"f1": 0.5, "n": 3}, ["f1", "n"], {"f1": 0.5, "n": 3.0}, id="numbers, in their order"),
        pytest.param({"base": 0.5, "f1": 0.7}, ["f1"], {"f1": 0.7}, id="not what setup binds"),
        pytest.param({"f1": 0.7}, None, {}, id="nothing where any name may be bound"),
        pytest.param({"lr": 0.1, "score": 0.2}, ["lr", "score"], {}, id="neither a parameter nor the objective"),
        pytest.param(
            {"_f1": 0.7, "text": "1", "on": True, "nan": math.nan, "list": [1], "one": np.ones(1), "none": None},
            ["_f1", "text", "on", "nan", "list", "one", "none"],
            {},
            id="nothing that is no real number",
        ),
        pytest.param(
            {"a": np.float32(0.5), "b": np.int64(2), "c": np.array(0.25), "d": Fraction(1, 4), "e": np.True_},
            ["a", "b", "c", "d", "e"],
            {"a": 0.5, "b": 2.0, "c": 0.25, "d": 0.25},
            id="scalars of NumPy and fractions",
        ),
        pytest.param(
            {f"n{i}": i for i in range(30)},
            [f"n{i}" for i in range(30)],
            {f"n{i}": float(i) for i in range(10, 30)},
            id="the last 20 of many",
        ),
    ],
)  # fmt: skip
def test_the_variables_that_a_trial_binds_are_its_metrics(
    names: Mapping[str, Any], made: Any, metrics: dict[str, float]
) -> None:
    assert [*own_metrics(names, made, {"lr", "score"}).items()] == [*metrics.items()]
