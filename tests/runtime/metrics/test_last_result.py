"""The number of a trial of a script that ends with a call such as ``main()``."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from hypertemplate.compiler.program import LastCall
from hypertemplate.origin import Origin
from hypertemplate.runtime.metrics.last_result import Ended, of_last_call, script_names
from hypertemplate.runtime.objective import Fitted, Found, Wanted
from hypertemplate.runtime.protocol import Failed

CURVE = [
    {"loss": 2.0, "val_loss": 0.5, "val_accuracy": 0.8},
    {"loss": 1.0, "val_loss": 0.7, "val_accuracy": 0.7},
]
FITTED = Fitted(CURVE)


def found(returned: Any, name: str, number: str, *, maximize: bool | None = None, **variables: Any) -> Found:
    """What is found where ``main`` returned a value; `number` is its name, as far as the text shows."""
    ended = (variables, returned)
    script = script_names({"RATE": 0.1, "main": found}, ("RATE",), ended)
    return of_last_call(script, LastCall("main", number), ended, FITTED, Wanted(name, maximize))


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(0.25, id="a float"),
        pytest.param(np.float32(0.25), id="a NumPy number"),
        pytest.param(np.array(0.25), id="an array without axes"),
    ],
)
def test_a_number_with_a_fraction_counts(number: object) -> None:
    one = found(number, "error", "error", error=number)
    assert (one.number, one.origin, one.maximize) == (0.25, Origin("error", "returned"), False)
    assert one.metrics == {"val_loss": 0.7, "val_accuracy": 0.7}


@pytest.mark.parametrize(
    "returned",
    [
        pytest.param(0, id="an exit status"),
        pytest.param(True, id="a bool"),
        pytest.param(None, id="nothing"),
        pytest.param(np.int64(3), id="a NumPy integer"),
        pytest.param("done", id="a text"),
        pytest.param([0.5], id="a list"),
    ],
)
def test_in_place_of_anything_else_the_last_fit_counts(returned: object) -> None:
    one = found(returned, "main", "main")
    assert (one.number, one.origin, one.maximize) == (0.5, Origin("val_loss", "fit", 1, 2), False)


@pytest.mark.parametrize(
    ("variables", "advice"),
    [
        pytest.param({}, "have main() return the number to search by, as in return score", id="no number"),
        pytest.param(
            {"total": 3.5},
            "numeric variables: total; name one, such as --objective total:min (or :max); or have main() return "
            "the number to search by, as in return score",
            id="a number that is not returned",
        ),
    ],
)
def test_a_main_function_that_returns_nothing_may_return_the_number(
    variables: dict[str, Any], advice: str
) -> None:
    ended = (variables, None)
    script = script_names({"main": found}, (), ended)
    one = of_last_call(script, LastCall("main", ""), ended, Fitted([]), Wanted("val_loss", maximize=False))
    said = f"there is no val_loss: no Keras, XGBoost or LightGBM fit was seen; {advice}"
    assert one.number == Failed("no objective", said)


def test_a_history_counts_by_its_validation_loss() -> None:
    one = found(SimpleNamespace(history={"val_loss": [0.4, 0.3]}), "result", "result")
    assert (one.number, one.maximize) == (0.3, False)


def test_of_a_dict_the_loss_counts_and_the_rest_is_beside_it() -> None:
    one = found({"loss": 0.2, "f1": 0.9}, "loss", "loss")
    assert (one.number, one.origin, one.maximize) == (0.2, Origin("loss", "returned"), False)
    assert one.metrics == {"val_loss": 0.7, "val_accuracy": 0.7, "f1": 0.9}


@pytest.mark.parametrize(
    ("name", "origin", "number", "maximize"),
    [
        pytest.param("f1", Origin("f1", "returned"), 0.9, True, id="an entry of the dict that is returned"),
        pytest.param("kappa", Origin("kappa", "variable"), 0.6, None, id="a local variable"),
        pytest.param("RATE", Origin("RATE", "variable"), 0.1, None, id="a variable of the module"),
        pytest.param("val_accuracy", Origin("val_accuracy", "fit", 1, 2), 0.8, True, id="a metric of the fit"),
    ],
)  # fmt: skip
def test_an_objective_may_be_any_of_them(
    name: str, origin: Origin, number: float, maximize: bool | None
) -> None:
    one = found({"loss": 0.2, "f1": 0.9}, name, "loss", kappa=0.6)
    assert (one.number, one.origin, one.maximize) == (number, origin, maximize)


@pytest.mark.parametrize(
    ("returned", "maximize"),
    [
        pytest.param(0.7, True, id="the accuracy of the last epoch, which is also its loss"),
        pytest.param(0.8, True, id="the best accuracy"),
        pytest.param(0.5, False, id="the lowest loss"),
        pytest.param(0.3, None, id="another number"),
    ],
)
def test_a_number_that_equals_a_metric_has_its_direction(returned: float, maximize: bool | None) -> None:
    curve = [dict(CURVE[0]), CURVE[1] | {"val_loss": 0.9}]
    ended: Ended = ({}, returned)
    script = script_names({}, (), ended)
    one = of_last_call(script, LastCall("main", "main"), ended, Fitted(curve), Wanted("main", None))
    assert one.maximize is maximize


@pytest.mark.parametrize(
    ("returned", "maximize", "message"),
    [
        pytest.param({}, None, "main() returned a dict without 'loss' (it is empty); add it, as in return {'loss': -accuracy}", id="an empty dict"),
        pytest.param({"f1": 1}, None, "(its keys: f1); search by another entry: --objective f1:max", id="a dict without loss"),
        pytest.param({"f1": "high"}, None, "(its keys: f1); add it, as in return {'loss': -accuracy}", id="a dict of texts"),
        pytest.param({"loss": "low"}, None, "the loss that main() returned is a str, not a number", id="a text as loss"),
        pytest.param(None, True, "main() returned None, not acc; name another objective", id="nothing, to be maximised"),
    ],
)  # fmt: skip
def test_a_result_that_cannot_count(returned: object, maximize: bool | None, message: str) -> None:
    number = found(returned, "acc", "acc", maximize=maximize).number
    assert isinstance(number, Failed)
    assert message in number.message


def test_a_call_that_did_not_reach_its_end_leaves_the_last_fit() -> None:
    script = script_names({"RATE": 0.1}, None, None)
    assert of_last_call(script, LastCall("main", "main"), None, FITTED, Wanted("main", None)).number == 0.5


def test_local_variables_do_not_hide_those_that_a_trial_binds() -> None:
    script = script_names({"loss": 1.0, "x": 2.0}, ("loss",), ({"loss": 3.0, "x": 4.0}, None))
    assert script.values == {"loss": 1.0, "x": 4.0}
    assert script.made == {"loss", "x"}
