"""Code that every trial fails on, and that a reader of the text sees: what is found, and what is left alone."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
from hypertemplate.compiler.diagnostics.edit import edited
from tests.compiler.support import compiled

HEAD = """\
import math
import keras
import numpy as np
from keras import layers, losses
from keras.layers import Dense, Dropout
from other import *
x, y = 1, 2
"""
RATE = "    rate = {{uniform(0, 1)}}\n"
NETWORK = f"{RATE}    net = keras.Sequential([Dense(1)])\n    net.compile('sgd', 'mse')\n"
WITH_METRICS = NETWORK.replace("'mse'", "'mse', metrics=['mae']")


def found(body: str) -> list[Diagnostic]:
    text = f"{HEAD}def model(a):\n{body}    return score(locals())\n\ndef data():\n    return 1\n"
    return list(compiled(text).warnings)


def messages(body: str) -> list[str]:
    return [one.message for one in found(body)]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        pytest.param(f"{RATE}    x = x * rate\n", "x", id="a name of the module, assigned"),
        pytest.param(f"{RATE}    total += rate\n", "total", id="counted up from nothing"),
        pytest.param(f"{RATE}    b = f(later)\n    later = rate\n", "later", id="in another order"),
        pytest.param(
            f"{RATE}    for i in later:\n        later = rate\n", "later", id="what a loop goes over"
        ),
        pytest.param(f"{RATE}    if later > 1:\n        later = rate\n", "later", id="a condition"),
        pytest.param(f"{RATE}    b = f'{{later}}'\n    later = rate\n", "later", id="in an f-string"),
        pytest.param(f"{RATE}    b = f(k=later)\n    later: int = rate\n", "later", id="a keyword"),
        pytest.param(f"{RATE}    b: int = later or 1\n    later = rate\n", "later", id="the first of two"),
        pytest.param(f"{RATE}    b = 1 if later else 2\n    later = rate\n", "later", id="what is tested"),
        pytest.param(f"{RATE}    b = 0 < later < rate\n    later = b\n", "later", id="what is compared"),
    ],
)
def test_a_local_that_has_no_value_yet(body: str, name: str) -> None:
    assert messages(body) == [f"'{name}' is read here before model() gives it a value"]


def test_a_local_with_the_name_of_a_global_is_told_from_it() -> None:
    (own, other) = found(f"{RATE}    x = x * rate\n    later = later * rate\n")
    assert own.help == "model() assigns 'x', which makes it a local variable: assign to another name"
    assert other.help == "give 'later' a value above this line"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"{RATE}    a = a * rate\n", id="a parameter"),
        pytest.param(f"    global x\n{RATE}    x = x * rate\n", id="a global"),
        pytest.param(f"{RATE}    if rate:\n        b = 1\n    b = b * rate\n", id="perhaps bound"),
        pytest.param(f"{RATE}    f(lambda: later)\n    later = 1\n", id="read later"),
        pytest.param(f"{RATE}    b = [later for later in 'ab']\n    later = b\n", id="a comprehension"),
        pytest.param(f"{RATE}    b = rate and later\n    later = b\n", id="read now and then"),
        pytest.param(f"{RATE}    b = 0 < rate < later\n    later = b\n", id="compared now and then"),
        pytest.param(f"{RATE}    b = 1 if rate else later\n    later = b\n", id="one of two"),
        pytest.param(f"{RATE}    f(later := 1, later)\n    later = later\n", id="bound in the expression"),
        pytest.param(
            f"{RATE}    if rate:\n        raise E\n    b = c\n    c = b\n", id="perhaps never reached"
        ),
        pytest.param(f"{RATE}    try:\n        b = c\n    except E:\n        c = 1\n", id="tried"),
        pytest.param(
            f"{RATE}    c = 1\n    def g():\n        nonlocal c\n        c = c + rate\n    g()\n",
            id="another's",
        ),
        pytest.param(
            f"{RATE}    for i in 'ab':\n        if i == 'b':\n            f(b)\n        b = 1\n", id="a loop"
        ),
        pytest.param(f"{RATE}    import os\n    os = os\n", id="an import"),
        pytest.param(f"{RATE}    b: int\n    b = rate\n", id="a type alone"),
    ],
)
def test_locals_that_may_have_a_value(body: str) -> None:
    assert messages(body) == []


@pytest.mark.parametrize(
    ("expression", "message", "new"),
    [
        ("Dense(n / 2)", "Dense() takes a whole number, and / gives a fraction", "Dense(int(n / 2))"),
        ("range(n * 0.5)", "range() takes a whole number, and 0.5 is a float", "range(int(n * 0.5))"),
        ("Dense(32.0)", "Dense() takes a whole number, and 32.0 is a float", "Dense(32)"),
        ("Dense(half)", "Dense() takes a whole number, and / gives a fraction", "Dense(int(half))"),
        (
            "layers.Conv2D(8, kernel_size=-(n / 2))",
            "kernel_size of Conv2D() takes a whole number, and / gives a fraction",
            "layers.Conv2D(8, kernel_size=int(-(n / 2)))",
        ),
        (
            "range(float(n))",
            "range() takes a whole number, and float() gives a float",
            "range(int(float(n)))",
        ),
        (
            "range(np.ceil(n))",
            "range() takes a whole number, and numpy.ceil() gives a float",
            "range(int(np.ceil(n)))",
        ),
        (
            "range(math.sqrt(n))",
            "range() takes a whole number, and math.sqrt() gives a float",
            "range(int(math.sqrt(n)))",
        ),
        (
            "net.fit(x, epochs={{choice([4, 8])}} / 2)",
            "epochs of fit() takes a whole number, and / gives a fraction",
            "net.fit(x, epochs=int({{choice([4, 8])}} / 2))",
        ),
    ],
    ids=lambda text: text,
)
def test_a_fraction_where_a_whole_number_is_needed(expression: str, message: str, new: str) -> None:
    body = f"{RATE}    n = a\n    half = n / 2\n    b = {expression}\n"
    (one,) = found(body)
    assert one.message == message
    text = f"{HEAD}def model(a):\n{body}"
    assert edited(text, one.edits) == text.replace(expression, new)


def test_a_fraction_that_no_one_can_round_has_no_fix() -> None:
    (one,) = found(f"{RATE}    b = Dense(2.5)\n")
    assert (one.help, one.edits) == ("write 2", ())


@pytest.mark.parametrize(
    "expression",
    [
        *(
            "Dense(n // 2)",
            "Dense(int(n / 2))",
            "range(math.floor(n))",
            "range(round(n / 2))",
            "Dense(n * 2)",
        ),
        *("Dropout(n / 2)", "other(n / 2)", "Dense(unknown)", "range(*[n / 2])", "Dense(a)"),
    ],
)
def test_what_may_be_a_whole_number(expression: str) -> None:
    assert messages(f"{RATE}    n = a\n    b = {expression}\n") == []


def test_keras_2_makes_sizes_whole() -> None:
    text = (
        "from tf_keras.layers import Dense\ndef model():\n    return float(Dense({{choice([1, 2])}} / 2))\n"
    )
    assert compiled(text).warnings == ()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(
            f"{NETWORK}    h = net.fit(x, y, epochs=3)\n    b = min(h.history['val_loss'])\n",
            "this fit reports no val_loss: it has no validation",
            id="no validation",
        ),
        pytest.param(
            f"{NETWORK}    b = net.fit(x, y).history['val_mae'][-1]\n",
            "this fit reports no val_mae: it has no validation",
            id="without a name",
        ),
        pytest.param(
            f"{NETWORK}    h = net.fit(x, y, validation_split=0.1)\n    b = h.history['val_accuracy']\n",
            "this fit reports no val_accuracy: the network is compiled without metrics",
            id="no metrics",
        ),
        pytest.param(
            f"{NETWORK}    b, c = net.evaluate(x, y)\n",
            "evaluate() returns the loss alone: the network is compiled without metrics",
            id="two of one",
        ),
        pytest.param(
            f"{NETWORK}    b = net.evaluate(x, y)\n    b = b\n    c = net.evaluate(x)[1]\n",
            "evaluate() returns the loss alone: the network is compiled without metrics",
            id="the second of one",
        ),
        pytest.param(
            f"{WITH_METRICS}    b = -net.evaluate(x, y)\n",
            "evaluate() returns a list of the loss and the metrics",
            id="a list negated",
        ),
    ],
)
def test_a_metric_that_is_not_reported(body: str, message: str) -> None:
    assert messages(body) == [message]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"{WITH_METRICS}    b, c = net.evaluate(x, y)\n    d = -c\n", id="two of two"),
        pytest.param(f"{NETWORK}    b = -net.evaluate(x, y)\n", id="one number"),
        pytest.param(f"{NETWORK}    b = net.evaluate(x, return_dict=True)['loss']\n", id="a dict"),
        pytest.param(f"{WITH_METRICS}    b = net.evaluate(x, y)[1]\n", id="the second of two"),
        pytest.param(f"{NETWORK}    b = net.fit(x, y).history['loss'][0]\n", id="the loss"),
        pytest.param(f"{NETWORK}    b = net.fit(x, y, callbacks=[a]).history['val_f1']\n", id="a callback"),
        pytest.param(f"{NETWORK}    b = net.fit(x, y, **a).history['f1']\n", id="unpacked"),
        pytest.param(
            f"{NETWORK}    b = net.fit(x, y, validation_data=a).history['val_loss']\n", id="validated"
        ),
        pytest.param(f"{NETWORK}    b = net.fit(x, y).history[name]\n", id="a key by name"),
        pytest.param(
            f"{RATE}    b = -other.evaluate(x)[1]\n    c = other.fit().history['val_loss']\n", id="another"
        ),
    ],
)
def test_metrics_that_may_be_reported(body: str) -> None:
    assert messages(body) == []


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("Dropout(25)", "got 25"),
        ("Dropout(rate=-0.5)", "got -0.5"),
        ("Dropout(share)", "got 50"),
        ("Dropout({{uniform(0, 2)}})", "but uniform() draws up to 2"),
        ("Dropout({{uniform(-1, 1)}})", "but uniform() draws down to -1"),
        ("layers.Dropout({{loguniform(0, 2)}})", "but loguniform() draws up to 7.38906"),
        ("keras.layers.Dropout({{choice([0.25, 25])}})", "got 25"),
    ],
)
def test_a_number_outside_of_its_range(expression: str, what: str) -> None:
    assert messages(f"{RATE}    share = 50\n    b = {expression}\n") == [
        f"rate of Dropout() is between 0 and 1, {what}"
    ]


def test_a_number_outside_of_its_range_under_a_star_import() -> None:
    text = (
        "from keras.layers import *\ndef model():\n    return float(SpatialDropout1D({{choice([1, 2])}}))\n"
    )
    assert [one.message for one in compiled(text).warnings] == [
        "rate of SpatialDropout1D() is between 0 and 1, got 2"
    ]


@pytest.mark.parametrize(
    "expression",
    [
        *("Dropout(0.5)", "Dropout(a)", "Dropout()", "Dropout({{uniform(0, 1)}})", "Dropout({{randint(2)}})"),
        *("Dropout({{choice([0.1, a])}})", "Dropout({{choice(options)}})", "Dropout({{loguniform(-3, -1)}})"),
        *("Dense(25)", "other.Dropout(25)", "Dropout({{normal(0, 1)}})", "keras.Dropout"),
    ],
)
def test_a_number_that_may_be_in_its_range(expression: str) -> None:
    assert messages(f"{RATE}    b = {expression}\n") == []
