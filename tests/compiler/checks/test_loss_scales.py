"""Marked values that change the scale of a loss, and the searches that go by that loss."""

from __future__ import annotations

from textwrap import dedent

import pytest

from hypertemplate.compiler.checks.loss_scales import scale_warnings
from hypertemplate.compiler.diagnostics.diagnostic import render_all
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.stages import compile_source
from tests.compiler.support import source

IMPORTS = """\
import keras
from keras import regularizers
from keras.regularizers import l2
from sklearn.model_selection import cross_val_score
net = keras.Sequential()
"""
FIT = "history = net.fit(x, y)\n"
SEVERAL = "each loss function has its own scale, so the losses of two trials are not comparable"
PENALTY = "the loss contains this penalty, so the losses of two trials are not comparable"
WEIGHTED = "the loss is weighted by this, so the losses of two trials are not comparable"


def program(text: str, *, model: bool = False) -> Program:
    body = f"def model():\n{_indented(text)}" if model else f"x = y = 1\n{text}"
    return compile_source(source(f"{IMPORTS}{body}"))


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("net.compile('adam', loss={{choice(['mse', 'mae'])}})", SEVERAL, id="a loss"),
        pytest.param("net.compile('adam', {{choice(['mse', 'mae'])}})", SEVERAL, id="by position"),
        pytest.param("net.compile('adam', {'a': {{choice(['mse', 'mae'])}}})", SEVERAL, id="of an output"),
        pytest.param("kind = {{choice(['mse', 'mae'])}}\nnet.compile('adam', loss=kind)", SEVERAL, id="by a name"),
        pytest.param("net.compile('adam', keras.losses.Huber({{uniform(1, 2)}}))", SEVERAL, id="in a loss's arguments"),
        pytest.param(
            "a = {{uniform(0, 1)}}\ndef focal(y, p):\n    return a * y\nnet.compile('adam', loss=focal)",
            SEVERAL,
            id="in a loss of the file's own",
        ),
        pytest.param(
            "def build(kind):\n    net.compile('adam', loss=kind)\nbuild({{choice(['mse', 'mae'])}})",
            SEVERAL,
            id="through a function",
        ),
        pytest.param("keras.layers.Dense(1, kernel_regularizer=l2({{uniform(0, 1)}}))", PENALTY, id="a regularizer"),
        pytest.param("r = regularizers.L1(l1={{uniform(0, 1)}})", PENALTY, id="a regularizer with a name"),
        pytest.param("keras.layers.ActivityRegularization({{uniform(0, 1)}})", PENALTY, id="a layer that regularizes"),
        pytest.param("net.add_loss({{uniform(0, 1)}} * x)", PENALTY, id="an added loss"),
        pytest.param("net.compile('adam', 'mse', loss_weights=[1, {{uniform(0, 1)}}])", WEIGHTED, id="weights of losses"),
    ],
)  # fmt: skip
def test_a_script_searched_by_a_loss(text: str, message: str) -> None:
    made = program(f"{text}\n{FIT}")
    for objective in (None, "val_loss", "loss", "val_out_loss"):
        assert [one.message for one in scale_warnings(made, objective)] == [message]
    assert scale_warnings(made, "val_accuracy") == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("c = {'a': 1, 'b': {{uniform(0, 1)}}}\nl2(c['b'])", id="an entry of a dictionary"),
        pytest.param("c = {**o, 'b': {{uniform(0, 1)}}}\nl2(c['a'])", id="of one with others in it"),
        pytest.param("c = dict(b={{uniform(0, 1)}}, **o)\nl2(c['a'])", id="of dict() with others"),
        pytest.param("c = dict(b={{uniform(0, 1)}})\nl2(c['b'])", id="of dict()"),
        pytest.param("class C:\n    b = {{uniform(0, 1)}}\nl2(C.b)", id="an attribute"),
        pytest.param("class C:\n    b = 1\nc = C(b={{uniform(0, 1)}})\nl2(c.b)", id="one that is given"),
        pytest.param("class C:\n    def b(self):\n        return {{uniform(0, 1)}}\nl2(C.b)", id="a method"),
    ],
)
def test_a_member_that_changes_the_scale(text: str) -> None:
    made = program(f"o = {{}}\n{text}\n{FIT}")
    assert [one.message for one in scale_warnings(made, None)] == [PENALTY]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("net.compile({{choice(['adam', 'sgd'])}}, loss='mse')", id="an optimizer"),
        pytest.param("net.compile('adam', 'mse', metrics=[{{choice(['mae', 'mape'])}}])", id="a metric"),
        pytest.param("keras.layers.Dropout({{uniform(0, 1)}})", id="a layer"),
        pytest.param("c = {'a': {{uniform(0, 1)}}, 'b': 1}\nl2(c['b'])", id="another entry of a dictionary"),
        pytest.param("c = dict(a={{uniform(0, 1)}}, b=1)\nl2(c['b'])", id="another entry of dict()"),
        pytest.param("class C:\n    a = {{uniform(0, 1)}}\n    b = 1\nl2(C.b)", id="another attribute"),
        pytest.param(
            "class C:\n    a: float = {{uniform(0, 1)}}\n    b: float = 1\nc = C()\nl2(c.b)",
            id="another attribute of an object",
        ),
        pytest.param(
            "class C:\n    a: float = {{uniform(0, 1)}}\n    b: float = 1\nc = C(b=2)\nl2(c.b)",
            id="another attribute that is given",
        ),
    ],
)
def test_what_leaves_a_loss_as_it_is(text: str) -> None:
    assert program(f"{text}\n{FIT}").scales == ()


def test_weights_of_classes_and_samples_change_the_training_loss_alone() -> None:
    made = program("net.fit(x, y, class_weight={0: {{uniform(0, 1)}}}, sample_weight={{uniform(1, 2)}} * x)")
    assert [one.message[:17] for one in scale_warnings(made, "loss")] == ["the training loss"] * 2
    assert scale_warnings(made, "val_loss") == ()
    own = program("net.fit(x, y, class_weight={0: {{uniform(0, 1)}}})\nloss = net.evaluate(x, y)")
    assert scale_warnings(own, "loss") == ()


def test_scores_of_different_scorers() -> None:
    made = program("score = cross_val_score(net, x, y, scoring={{choice(['f1', 'r2'])}}).mean()")
    (found,) = scale_warnings(made, "score")
    assert found.message == "each scorer has its own scale, so the scores of two trials are not comparable"


@pytest.mark.parametrize(
    ("result", "warned"),
    [
        pytest.param("return net.evaluate(x, y)", True, id="evaluate alone"),
        pytest.param("loss, acc = net.evaluate(x, y)\nreturn {'loss': loss, 'model': net}", True, id="its first item"),
        pytest.param("loss, acc = net.evaluate(x, y)\nreturn {'loss': -acc, 'model': net}", False, id="its second"),
        pytest.param("score = net.evaluate(x, y)\nreturn score[0]", True, id="its first item by index"),
        pytest.param("score = net.evaluate(x, y)\nreturn score[1]", False, id="its second by index"),
        pytest.param("h = net.fit(x, y)\nreturn min(h.history['val_loss'])", True, id="of the history"),
        pytest.param("h = net.fit(x, y)\nreturn h.history['val_loss'][-1] * 2", True, id="its last"),
        pytest.param("h = net.fit(x, y)\nreturn {'loss': -max(h.history['val_acc'])}", False, id="an accuracy of the history"),
        pytest.param("h = net.fit(x, y)\nreturn {'loss': 1 - h.history['val_acc'][-1]}", False, id="an error rate"),
        pytest.param("return net.fit(x, y)", True, id="the History"),
        pytest.param("a = b\nb = a\nreturn a", False, id="names that go round in circles"),
        pytest.param("return", False, id="nothing"),
    ],
)  # fmt: skip
def test_a_model_function_that_returns_a_loss(result: str, warned: bool) -> None:
    made = program(
        f"x = y = 1\nnet.compile('adam', loss={{{{choice(['mse', 'mae'])}}}})\n{result}", model=True
    )
    assert bool(scale_warnings(made, None)) is warned
    assert scale_warnings(made, "val_mae") == ()


def test_a_variable_that_is_a_loss_under_another_name() -> None:
    made = program(
        dedent("""\
            net.compile('adam', loss={{choice(['mse', 'mae'])}}, metrics=['mae'])
            error, mae = net.evaluate(x, y)
            """)
    )
    assert made.loss_numbers == ("error",)
    (found,) = scale_warnings(made, "error")
    assert found.help == "search by a metric, such as val_mae"
    assert scale_warnings(made, "mae") == ()


def test_the_warning_shows_the_value_and_names_a_metric() -> None:
    text = "net.compile(loss={{choice(['mse', 'mae'])}}, metrics=['mae'])\nreturn min(net.fit().history['val_loss'])"
    compiled = program(text, model=True)
    assert render_all(scale_warnings(compiled, None), compiled.source) == (
        f"model.py:7:22: warning HT309: {SEVERAL}\n"
        "    7 |     net.compile(loss={{choice(['mse', 'mae'])}}, metrics=['mae'])\n"
        "      |                      ^~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "      = help: search by a metric, such as val_mae"
    )
