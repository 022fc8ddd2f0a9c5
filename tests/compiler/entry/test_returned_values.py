"""Functions that are named as an objective is: which may be one, by what they return."""

from __future__ import annotations

import pytest

from tests.compiler.support import compiled, findings

U = "{{uniform(0, 1)}}"
USE = "net = create_model()\nnet.fit()\n"
IMPORTS = "import keras\nfrom keras import Sequential\n"


def model_of(body: str, rest: str) -> str | None:
    """The model function of a template with a function ``create_model``; None for a script."""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return compiled(f"{IMPORTS}RATE = {U}\ndef create_model(x=RATE):\n{lines}{rest}").model


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("return Sequential()", id="an instance of a class"),
        pytest.param("return keras.Model(x)", id="an instance of a class of a module"),
        pytest.param("net = Sequential()\nnet.add(x)\nreturn net", id="a variable"),
        pytest.param("net: object = Sequential()\nreturn net", id="a variable with an annotation"),
        pytest.param("net = start(x)\nnet.compile('adam')\nreturn net", id="what it compiles"),
        pytest.param("net = Sequential() if x else keras.Model()\nreturn net", id="one of two"),
        pytest.param("if x:\n    return Sequential()\nreturn None", id="a network or nothing"),
        pytest.param("return Sequential(), keras.Model()", id="two networks"),
        pytest.param("return [Sequential()]", id="a list of networks"),
        pytest.param("yield Sequential()", id="what generates"),
        pytest.param("return build(x)", id="what another function builds"),
        pytest.param("return create_model(x - 1) or x", id="what the file uses as an object"),
        pytest.param("return create_model(x) if x else Sequential()", id="itself, at last"),
    ],
)
def test_a_builder_whose_result_the_file_uses_is_no_objective(body: str) -> None:
    rest = "def start(x):\n    return x\ndef build(x):\n    return Sequential()\n"
    assert model_of(body, rest + USE) is None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("return {'loss': x}", id="a dict with a loss"),
        pytest.param("return dict(loss=x)", id="a dict that is called"),
        pytest.param("return {'losses': [x]}", id="a dict with losses"),
        pytest.param("result = {}\nresult['loss'] = x\nreturn result", id="a dict that is filled"),
        pytest.param("return -x", id="a negated number"),
        pytest.param("return 1 - x", id="a difference"),
        pytest.param("return float(x)", id="a number"),
        pytest.param("loss = 0\nloss += x\nreturn loss", id="a sum"),
        pytest.param("if x:\n    return Sequential()\nreturn -x", id="a network or a number"),
        pytest.param("return score(x)", id="a number of another function"),
    ],
)
def test_a_function_that_returns_a_loss_is_the_objective_whatever_the_file_does(body: str) -> None:
    assert model_of(body, "def score(x):\n    return -x\n" + USE) == "create_model"


@pytest.mark.parametrize(
    ("body", "rest", "expected"),
    [
        pytest.param("return x", "", "create_model", id="not called, a value of any kind"),
        pytest.param("return x, Sequential()", "", "create_model", id="not called, two values"),
        pytest.param("pass", "", "create_model", id="not called, nothing"),
        pytest.param("return x", "print(create_model())\n", "create_model", id="its result is printed"),
        pytest.param("return 0", "y = create_model()\n", "create_model", id="its result has a name"),
        pytest.param("pass", "create_model()\n", None, id="called, and returns nothing"),
        pytest.param("return x", "create_model().fit(1)\n", None, id="its result is trained at once"),
        pytest.param("return x", "def main():\n    net = create_model()\n    net.fit()\nmain()\n", None, id="used in a function"),
        pytest.param("return build(x)", "keras.evaluate(create_model(), 1)\n", None, id="given to a function of a library"),
        pytest.param("return build(x)", "class Trainer:\n    pass\nTrainer(create_model())\n", None, id="given to the file's own class"),
        pytest.param("return x", "import numpy\nprint(numpy.log(create_model()))\n", "create_model", id="given to NumPy"),
        pytest.param("return {'x': x}", "y = create_model()\n", "create_model", id="a dict of numbers"),
        pytest.param("return lambda: x", "y = create_model()\n", None, id="a function"),
        pytest.param("return dict(x=x)", "y = create_model()\n", "create_model", id="a dict of numbers that is called"),
    ],
)  # fmt: skip
def test_where_its_text_does_not_tell_the_file_does(body: str, rest: str, expected: str | None) -> None:
    assert model_of(body, "from nets import build\n" + rest) == expected


def test_a_function_that_trains_what_it_returns_is_the_model_where_nothing_calls_it() -> None:
    body = "net = Sequential()\nnet.fit(x)\nreturn net"
    assert model_of(body, "") == "create_model"


def test_the_first_usual_name_that_may_be_an_objective_counts() -> None:
    text = f"def model():\n    return dict()\ndef create_model():\n    return -{U}\nmodel().fit()\n"
    assert compiled(text).model == "create_model"


def test_a_function_that_is_named_is_the_model_whatever_it_returns() -> None:
    text = f"def create_model():\n    net = dict(a={U})\n    return net\n{USE}"
    assert compiled(text).model is None
    assert compiled(text, model="create_model").model == "create_model"


def test_a_builder_alone_is_an_error() -> None:
    text = f"{IMPORTS}def create_model():\n    return Sequential({U})\n"
    assert "create_model() returns no loss, and no statement of the file calls it" in findings(text)


def test_the_history_of_what_is_returned_may_be_used() -> None:
    text = f"def model():\n    return net.fit({U})\nnet = dict()\nprint(model().history)\n"
    assert compiled(text).model == "model"
