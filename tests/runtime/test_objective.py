from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from hypertemplate.runtime.objective import beside, from_fit, is_maximised, never_finite, of_script, reported
from hypertemplate.runtime.protocol import Failed

CURVE = [
    {"loss": 0.9, "val_loss": 0.7, "val_accuracy": 0.4},
    {"loss": 0.8, "val_loss": 0.5, "val_accuracy": 0.6},
    {"loss": 0.7, "val_loss": 0.6, "val_accuracy": 0.5},
]


@pytest.mark.parametrize(
    "name",
    [
        *("accuracy", "val_accuracy", "acc", "val_acc", "valAcc", "test_acc", "testacc", "Accuracy"),
        *("sparse_categorical_accuracy", "top_k_categorical_accuracy", "auc", "auc_1", "val_AUC", "roc_auc"),
        *("f1", "F1", "f1_score", "val_f1", "r2_score", "R2", "mean_io_u", "iou", "mIoU"),
        *("precision", "recall_1", "precision_at_recall"),
    ],
)
def test_more_of_it_is_better(name: str) -> None:
    assert is_maximised(name)


@pytest.mark.parametrize(
    "name",
    [
        "loss",
        "val_loss",
        "mae",
        "error2",
        "accumulated_error",
        "previous",
        "conf1",
        "var2",
        "acceptance",
    ],
)
def test_less_of_it_is_better(name: str) -> None:
    assert not is_maximised(name)


@pytest.mark.parametrize(
    ("curve", "name", "maximize", "found"),
    [
        pytest.param(CURVE, "val_loss", False, (0.5, CURVE[1]), id="its lowest"),
        pytest.param(CURVE, "val_loss", True, (0.7, CURVE[0]), id="its highest"),
        pytest.param([{"a": 1.0, "b": 2.0}, {"a": 1.0, "b": 3.0}], "a", True, (1.0, {"a": 1.0, "b": 2.0}), id="the first of equals"),
        pytest.param([{"loss": 2.0}, {"loss": 1.0, "val_loss": 4.0}], "val_loss", False, (4.0, {"loss": 1.0, "val_loss": 4.0}), id="in the epochs that have it"),
        pytest.param(CURVE, "val_f1", True, None, id="a fit without it"),
        pytest.param([], "val_loss", False, None, id="no fit"),
    ],
)  # fmt: skip
def test_the_best_epoch_of_a_fit(curve: Any, name: str, maximize: bool, found: Any) -> None:
    assert from_fit(curve, name, maximize=maximize) == found


def test_what_stands_beside_a_loss_is_the_last_epochs_without_its_loss() -> None:
    assert beside(CURVE) == {"val_loss": 0.6, "val_accuracy": 0.5}
    assert beside([]) == {}


@pytest.mark.parametrize(
    ("curve", "words"),
    [
        pytest.param([], "no Keras fit was run", id="no fit"),
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
    assert reported(curve) == words


BESIDE = {"val_loss": 0.6, "val_accuracy": 0.5}


@pytest.mark.parametrize(
    ("names", "curve", "objective", "maximize", "found"),
    [
        pytest.param({}, CURVE, None, False, (0.5, CURVE[1]), id="the lowest val_loss, unless asked"),
        pytest.param({}, CURVE, "val_accuracy", True, (0.6, CURVE[1]), id="a metric of the fit"),
        pytest.param({"loss": 3.0}, CURVE, "loss", False, (0.7, CURVE[2]), id="the fit's comes before a variable"),
        pytest.param({"score": 3}, CURVE, "score", False, (3.0, BESIDE), id="a variable beside a fit"),
        pytest.param({"score": np.float32(0.5)}, [], "score", True, (0.5, {}), id="a variable alone"),
        pytest.param({"score": math.inf}, [], "score", False, (math.inf, {}), id="a variable that diverged"),
    ],
)  # fmt: skip
def test_the_number_of_a_script(
    names: Mapping[str, Any], curve: Any, objective: str | None, maximize: bool, found: Any
) -> None:
    assert of_script(names, curve, objective, maximize=maximize) == found


def test_a_variable_that_is_nan_is_no_missing_one() -> None:
    number, _ = of_script({"score": math.nan}, [], "score", maximize=False)
    assert isinstance(number, float)
    assert math.isnan(number)


@pytest.mark.parametrize(
    ("names", "curve", "objective", "message", "metrics"),
    [
        pytest.param(
            {"lr": 0.1, "_": 3, "_ht_": 1, "text": "x", "on": True},
            [],
            None,
            "there is no val_loss: no Keras fit was run; the script's numbers are lr; "
            "name one with --objective NAME",
            {},
            id="no fit, and nothing asked for",
        ),
        pytest.param(
            {},
            [{"loss": 1.0, "accuracy": 0.5}],
            None,
            "there is no val_loss: the last fit reported loss, accuracy; name one with --objective NAME",
            {"accuracy": 0.5},
            id="a fit without validation",
        ),
        pytest.param(
            {"a": 1, "b": 2.5, "huge": math.inf},
            [{"loss": 1.0}],
            "f1",
            "nothing is called f1: the last fit reported loss; the script's numbers are a, b; "
            "name one with --objective NAME",
            {},
            id="nothing of this name",
        ),
        pytest.param(
            {"score": [0.5, 0.9]},
            [],
            "score",
            "'score' is a list of 2 items at the end of the script, not a number",
            {},
            id="what evaluate returns",
        ),
        pytest.param(
            {"score": None},
            [],
            "score",
            "'score' is None at the end of the script, not a number",
            {},
            id="a variable without a value",
        ),
    ],
)
def test_a_script_without_its_number(
    names: Mapping[str, Any], curve: Any, objective: str | None, message: str, metrics: dict[str, float]
) -> None:
    found = of_script(names, curve, objective, maximize=False)
    assert found == (Failed("no objective", message), metrics)


def test_there_is_nothing_to_maximise_without_a_name() -> None:
    message = "val_loss is minimised: name with --objective NAME what is to be maximised"
    assert of_script({}, CURVE, None, maximize=True) == (Failed("no objective", message), BESIDE)


def test_an_objective_that_was_never_finite_is_no_missing_one() -> None:
    curve = [{"accuracy": 0.1}, {"accuracy": 0.2}]
    found = of_script({}, curve, None, maximize=False, diverged={"loss", "val_loss"})
    assert found == (never_finite("val_loss"), {"accuracy": 0.2})
    assert never_finite("val_loss").message == "val_loss was not a finite number after any epoch"
