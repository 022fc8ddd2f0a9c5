"""A model that returns what can be no loss: a warning where a search goes by what it returns, and no other."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.objective_warnings import check_result, objective_warnings
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import CompileError
from tests.compiler.support import cells, compiled

HEAD = "def model():\n    rate = {{uniform(0, 1)}}\n"


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        pytest.param(f"{HEAD}    print(rate)\n", True, id="no return"),
        pytest.param(f"{HEAD}    if rate > 1:\n        return\n    return None\n", True, id="only None"),
        pytest.param(
            f"{HEAD}    def inner():\n        return rate\n    inner()\n", True, id="an inner return"
        ),
        pytest.param(f"{HEAD}    return rate\n", False, id="a number"),
        pytest.param(f"{HEAD}    raise ValueError(rate)\n", False, id="it always raises"),
        pytest.param(f"{HEAD}    import sys\n    sys.exit(rate)\n", False, id="it ends the process"),
        pytest.param(f"{HEAD}    (lambda: rate)()\n", True, id="a call of no name"),
        pytest.param(f"{HEAD}    if rate > 1:\n        return\n    return rate\n", False, id="now and then"),
        pytest.param(
            f"import hypertemplate\n{HEAD}    hypertemplate.report(loss=rate)\n", False, id="it reports"
        ),
        pytest.param(f"import functools\n@functools.cache\n{HEAD}    print(rate)\n", False, id="a decorator"),
        pytest.param(f"{HEAD}    return rate\n{HEAD}    print(rate)\n", True, id="the last definition"),
    ],
)
def test_a_model_that_returns_nothing(text: str, warned: bool) -> None:
    program = compiled(text, model="model")
    said = [("HT312", "model() returns nothing, so each trial would fail")] * warned
    assert [(one.code.value, one.message) for one in objective_warnings(program, None)] == said
    assert objective_warnings(program, "val_accuracy") == ()


def test_a_script_returns_nothing_and_has_no_need_to() -> None:
    assert objective_warnings(compiled(cells("loss = {{uniform(0, 1)}}\n")), "loss") == ()


IMPORTS = "import keras\nfrom keras.models import Model\nfrom sklearn.svm import SVC\n"
NETWORK = "    net = keras.Sequential([])\n    net.compile('sgd', loss='mse')\n"
COMPILED = "    net.compile(metrics=['mae'])\n"
UNKNOWN_METRICS = NETWORK.replace("'mse'", "'mse', metrics=other")
UNPACKED = NETWORK.replace("'mse'", "'mse', **other")
BY_PLACE = NETWORK.replace("loss='mse'", "'mse', None, other")
WITH_METRICS = NETWORK.replace("'mse'", "'mse', metrics=['mae']")


@pytest.mark.parametrize(
    ("body", "what"),
    [
        pytest.param("    return {'score': rate}\n", "a dict without 'loss'", id="a dict without a loss"),
        pytest.param(
            "    result = {'acc': rate}\n    return result\n", "a dict without 'loss'", id="its name"
        ),
        pytest.param("    return {}\n", "a dict without 'loss'", id="an empty dict"),
        pytest.param("    return {'loss': None}\n", "None as the loss", id="None in a dict"),
        pytest.param("    return {'loss': [rate]}\n", "a list as the loss", id="a list in a dict"),
        pytest.param("    return {'loss': rate, 'status': 'OK'}\n", "the status 'OK'", id="another status"),
        pytest.param("    return {'loss': rate, 'status': 'fail'}\n", "the status 'fail'", id="fail alone"),
        pytest.param("    return str(rate)\n", "a str", id="a number as a text"),
        pytest.param("    return 'done'\n", "a str", id="a text"),
        pytest.param("    return f'{rate}'\n", "a str", id="an f-string"),
        pytest.param("    return '%.3f' % rate\n", "a str", id="a formatted text"),
        pytest.param("    return '{}'.format(rate)\n", "a str", id="format"),
        pytest.param("    return b''\n", "bytes", id="bytes"),
        pytest.param("    return rate, 1\n", "a tuple", id="a tuple"),
        pytest.param("    return [rate]\n", "a list", id="a list"),
        pytest.param("    return [rate for _ in 'ab']\n", "a list", id="a comprehension"),
        pytest.param("    return {rate}\n", "a set", id="a set"),
        pytest.param("    return (rate for _ in 'ab')\n", "a generator", id="a generator expression"),
        pytest.param("    yield rate\n", "a generator", id="a generator"),
        pytest.param("    return lambda: rate\n", "a function", id="a lambda"),
        pytest.param("    return helper\n", "the function helper", id="a call forgotten"),
        pytest.param("    return helper(rate)\n", "a str", id="a function of the file"),
        pytest.param("    return print(rate)\n", "nothing", id="print"),
        pytest.param("    return rate > 0\n", "a bool", id="a comparison"),
        pytest.param(
            "    if rate:\n        return 'a'\n    return 'b', rate\n", "a str", id="in each branch"
        ),
        pytest.param("    return 'a' if rate else None\n", "a str", id="either of two"),
        pytest.param("    return SVC(C=rate)\n", "an estimator", id="an estimator"),
        pytest.param(f"{NETWORK}    return net\n", "a network", id="a network"),
        pytest.param("    return Model(rate)\n", "a network", id="a network's class by its name"),
        pytest.param(
            f"{NETWORK}    return net.fit(1, 2, 32, 5)\n", "a History without val_loss", id="no validation"
        ),
        pytest.param(
            f"{WITH_METRICS}    return net.evaluate(1, 2)\n",
            "a list of the loss and the metrics",
            id="the loss and metrics",
        ),
    ],
)
def test_results_that_can_be_no_loss(body: str, what: str) -> None:
    helper = "def helper(x=0):\n    return str(x)\n"
    program = compiled(f"{IMPORTS}{helper}{HEAD}{body}", model="model")
    said = [one.message for one in objective_warnings(program, None)]
    assert said == [f"model() returns {what}, so each trial would fail"]
    assert objective_warnings(program, "score") == ()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("    return {'loss': rate}\n", id="a loss"),
        pytest.param("    return {'loss': rate, 'status': STATUS_OK}\n", id="a status by name"),
        pytest.param("    return {'losses': [rate]}\n", id="losses"),
        pytest.param("    return {**other, 'acc': rate}\n", id="an unpacked dict"),
        pytest.param("    return {LOSS: rate}\n", id="a key by name"),
        pytest.param("    result = {'acc': rate}\n    result['loss'] = 1\n    return result\n", id="added"),
        pytest.param("    result = {'acc': rate}\n    add(result)\n    return result\n", id="given away"),
        pytest.param("    result = 'x'\n    result = rate\n    return result\n", id="bound twice"),
        pytest.param("    if rate:\n        return 'none'\n    return rate\n", id="in a branch"),
        pytest.param("    return rate if rate else 'none'\n", id="one of two"),
        pytest.param("    return {{uniform(1, 2)}}\n", id="a marker"),
        pytest.param("    return Decimal(rate)\n", id="a class of numbers"),
        pytest.param("    return other\n", id="a name unknown"),
        pytest.param("    return max([rate])\n", id="a function of a list"),
        pytest.param("    str = float\n    return str(rate)\n", id="a local of a builtin's name"),
        pytest.param("    return other.format(rate)\n", id="a method of no text"),
        pytest.param("    return loop(rate)\n", id="a function that may return a loss"),
        pytest.param("    return decorated\n", id="a decorated function"),
        pytest.param("    return cached(rate)\n", id="a call of a decorated function"),
        pytest.param("    return again(rate)\n", id="a function that calls itself"),
        pytest.param("    loop = other\n    return loop(rate)\n", id="a local of a function's name"),
        pytest.param("    one = two\n    two = one\n    return one\n", id="names of each other"),
        pytest.param(f"{NETWORK}    return net.fit(1, 2, validation_split=0.5)\n", id="a split"),
        pytest.param(f"{NETWORK}    return net.fit(1, 2, callbacks=other)\n", id="callbacks may add it"),
        pytest.param(f"{NETWORK}    return net.fit(1, 2, **other)\n", id="unpacked arguments"),
        pytest.param(f"{NETWORK}    return net.evaluate(1, 2)\n", id="the loss alone"),
        pytest.param(f"{NETWORK}    return net.evaluate(1, 2, return_dict=True)\n", id="as a dict"),
        pytest.param("    return made().evaluate(1, 2)\n", id="an unknown network"),
        pytest.param("    return net.evaluate(1)\n", id="another one"),
        pytest.param(f"{NETWORK}{COMPILED}    return net.evaluate(1, 2)\n", id="compiled twice"),
        pytest.param(f"{UNKNOWN_METRICS}    return net.evaluate(1, 2)\n", id="metrics by name"),
        pytest.param(f"{UNPACKED}    return net.evaluate(1, 2)\n", id="unpacked arguments of compile"),
        pytest.param(f"{BY_PLACE}    return net.evaluate(1, 2)\n", id="metrics by place"),
    ],
)
def test_results_that_may_be_a_loss(body: str) -> None:
    names = "from other import *\nfrom decimal import Decimal\nimport functools\n"
    functions = (
        "@functools.cache\ndef cached(x):\n    return str(x)\n\ndecorated = cached\n"
        "def loop(x):\n    return x\n\ndef again(x):\n    return again(x)\n"
    )
    program = compiled(f"{IMPORTS}{names}{functions}{HEAD}{body}", model="model")
    assert objective_warnings(program, None) == ()


def test_reports_of_a_function_that_the_model_calls_count() -> None:
    loop = "import hypertemplate\ndef loop(x):\n    hypertemplate.report(loss=x)\n"
    assert objective_warnings(compiled(f"{loop}{HEAD}    loop(rate)\n", model="model"), None) == ()


@pytest.mark.parametrize(
    ("loops", "warned"),
    [
        pytest.param("def loop(x):\n    hypertemplate.report(loss=x)\n", 0, id="it reports"),
        pytest.param("def loop(x):\n    print(x)\n", 1, id="it reports nothing"),
    ],
)
def test_reports_of_an_imported_module_count(loops: str, warned: int) -> None:
    template = Part("file", "net.py", f"import loops\n{HEAD}    loops.loop(rate)\n")
    beside = Part("file", "loops.py", loops, module="loops", is_module=True)
    program = compile_source(Source((template,), beside=(beside,)), model="model")
    assert len(objective_warnings(program, None)) == warned


def test_a_search_by_what_is_no_loss_is_refused_unless_another_number_is_named() -> None:
    program = compiled(f"{HEAD}    return {{'score': rate}}\n", model="model")
    with pytest.raises(CompileError, match="error HT312"):
        check_result(program, None)
    check_result(program, "score")
    check_result(compiled(f"{HEAD}    return rate\n", model="model"), None)


def test_a_misspelled_loss_is_asked_for_by_its_key() -> None:
    program = compiled(f"{IMPORTS}{HEAD}    return {{'val_acc': rate, 'los': rate}}\n", model="model")
    assert [one.help for one in objective_warnings(program, None)] == [
        "did you mean 'loss'? it has the key 'los'"
    ]
