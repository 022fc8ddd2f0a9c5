"""Advice of single diagnostics, followed by hand: it ends the finding, and no other comes in its place.

Those of ``tests/cases/errors`` are in ``test_advice.py``. Here a template is told with what replaces a part of
it; the replacement has what the help spelled.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
from hypertemplate.compiler.objective_warnings import objective_warnings
from hypertemplate.compiler.stages import compile_source
from hypertemplate.errors import CompileError
from tests.compiler.support import SCRIPT, Text, beside, project, source

MODEL = "def model():\n    return {{uniform(0, 1)}}\n"
NETWORK = """\
import keras
x = y = None
def model():
    net = keras.Sequential([keras.layers.Dense({{choice([1, 2])}})])
    net.compile('sgd', 'mse', metrics=['mae'])
"""
SEARCH = "from hyperopt import tpe\nfrom hyperas import optim\n"
SEEDED = """\
import numpy as np
from sklearn.model_selection import train_test_split
np.random.seed(1)
def data():
    return train_test_split(range(9))
def model(a, b):
    return a[0] * {{uniform(0, 1)}}
"""
DATA = "def data(root):\n    return root\ndef model(x):\n    return x * {{uniform(0, 1)}}\n"
NO_RETURN = "return {'loss': -accuracy}"


def found(text: Text, given: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Every finding about a template, those on its result included."""
    try:
        whole = source(text) if isinstance(text, str) else text
        program = compile_source(whole, model=given.get("model"), data=given.get("data"))
    except CompileError as error:
        return error.diagnostics
    return (*program.warnings, *objective_warnings(program, None))


@pytest.mark.parametrize(
    ("wrong", "old", "new", "help"),
    [
        pytest.param("rate = {{choise([1, 2])}}\nloss = rate\n", "choise", "choice", "did you mean choice?", id="a misspelled marker in a script is its only fault"),
        pytest.param("rate = {{1, 2}}\nloss = rate\n", "{{1, 2}}", "{{choice([1, 2])}}", "write {{choice([1, 2])}}", id="values in a marker of a script"),
        pytest.param("a, b = {{uniform(0, 1), uniform(0, 2)}}\nloss = a + b\n", "{{uniform(0, 1), uniform(0, 2)}}", "{{uniform(0, 1)}}, {{uniform(0, 2)}}", "give each its own marker: {{uniform(0, 1)}}, {{uniform(0, 2)}}", id="two markers in one"),
        pytest.param(f"{SEARCH}{MODEL}optim.minimize(model=model, algo=tpe.suggest)\nrate = {{{{uniform(0, 2)}}}}\n", "rate = {{uniform(0, 2)}}\n", "", "remove it", id="a marker below the search"),
        pytest.param(f"{SEARCH}{MODEL}optim.minimize(model=model, data=data, algo=tpe.suggest)\n", "data=data", "data=None", "write None in place of data", id="data that there is not"),
        pytest.param(f"from hypertemplate import tune\n{DATA}tune(model, data=data, data_args=(1, 2))\n", "(1, 2)", "(1,)", "one for each of its parameters: root", id="arguments of data"),
        pytest.param("def model():\n    return scale * {{uniform(0, 1)}}\nprint(model(), scale := 3)\n", "print(model(), scale := 3)", "scale = 3\nprint(model())", "define 'scale' in a statement of its own", id="a name of a statement that is left out"),
        pytest.param(f"{NETWORK}    net.fit(x, y)\n    return net.predict_proba(x)[0]\n", "predict_proba(x)", "predict(x)", "write predict(...)", id="a method that models had"),
        pytest.param("import keras\nrate = {{uniform(0, 1)}}\nsgd = keras.optimizers.SGD(decay=1e-6)\nloss = rate\n", "decay=1e-6", "learning_rate=keras.optimizers.schedules.InverseTimeDecay(0.01, 1, 1e-6)", "keras.optimizers.schedules.InverseTimeDecay", id="an optimizer's decay"),
        pytest.param("def model():\n    rate = {{uniform(0, 1)}}\n    print(rate)\n", "print(rate)", "return {'loss': -rate}", NO_RETURN, id="a model that returns nothing"),
        pytest.param("def model():\n    yield {{uniform(0, 1)}}\n", "yield", "return", "write return instead of yield", id="a generator"),
        pytest.param("def model():\n    return {'loss': {{uniform(0, 1)}}, 'status': 'done'}\n", "'done'", "'ok'", "write 'ok'", id="a status that is not known"),
        pytest.param("def model():\n    return {'loss': {{uniform(0, 1)}}, 'status': 'done'}\n", ", 'status': 'done'", "", "or leave it out", id="a status, left out"),
        pytest.param("def model():\n    return {'kappa': {{uniform(0, 1)}}}\n", "'kappa': ", "'loss': -", NO_RETURN, id="a dict without a loss"),
        pytest.param(f"{NETWORK}    return net.fit(x, y)\n", "fit(x, y)", "fit(x, y, validation_data=(x, y))", "give fit() validation_data", id="a History without a validation"),
        pytest.param(f"{NETWORK}    scores = net.evaluate(x, y)\n    return scores\n", "return scores", "return {'loss': scores[0]}", "return {'loss': scores[0]}", id="a list of scores"),
        pytest.param("def model():\n    return 0.5\n", "0.5", "{{uniform(0, 0.5)}}", "{{uniform(0, 0.5)}}", id="a model without a marker"),
        pytest.param("import keras\ndef model():\n    net = keras.layers.Dropout(0.5)\n    return net(1)\n", "Dropout(0.5)", "Dropout({{uniform(0, 0.5)}})", "Dropout({{uniform(0, 0.5)}})", id="a network without a marker"),
        pytest.param("n = 0\nfor i in range(60):\n    for j in range(60):\n        n += {{uniform(0, 1)[i, j]}}\n", "[i, j]", "[i]", "use fewer indices", id="too many draws"),
        pytest.param("n = 0\nfor i in range(60):\n    for j in range(60):\n        n += {{uniform(0, 1)[i, j]}}\n", "range(60)", "range(6)", "or shorter loops", id="too many draws, of shorter loops"),
        pytest.param("def model(items=(1,)):\n    n = 0\n    for i, item in enumerate(items):\n        n += {{uniform(0, 1)[i]}}\n    return n\n", "{{uniform(0, 1)[i]}}", "{{uniform(0, 1)[i:8]}}", "{{uniform(0, 1)[i:8]}}", id="an unknown number of draws"),
        pytest.param("rate = {{uniform(0, 1)}}\nloss = rate * 2  # hypertemplate: setup\n", "  # hypertemplate: setup", "", "remove the comment", id="a comment that cannot be"),
        pytest.param(SEEDED + "print(data())\n", "print(data())", "print(data())  # hypertemplate: setup", "'# hypertemplate: setup' at the end of line 8", id="a draw that is left out, run"),
        pytest.param(SEEDED + "print(data())\n", "print(data())", "print(data())  # hypertemplate: skip", "'# hypertemplate: skip'", id="a draw that is left out, silenced"),
        pytest.param("import tensorflow as tf\na = tf.random.uniform((3,), seed=1)\ndef model():\n    return a[0] * {{uniform(0, 1)}} + tf.random.uniform((), seed=1)\n", "uniform((), seed=1)", "uniform((), seed=2)", "give one of them another seed", id="two operations of one seed"),
        pytest.param(f"try:\n    {SCRIPT}except ValueError, e:\n    pass\n", "ValueError, e", "ValueError as e", "except Error as e:", id="except of Python 2"),
        pytest.param(f"{SCRIPT}print loss\n", "print loss", "print(loss)", "print(...)", id="print of Python 2"),
        pytest.param(f"{SCRIPT}exec 'a = 1'\n", "exec 'a = 1'", "exec('a = 1')", "exec(...)", id="exec of Python 2"),
        pytest.param("async def f():\n    return {{uniform(0, 1)}}\nloss = await f()\n", "loss = await f()", "import asyncio\nloss = asyncio.run(f())", "asyncio.run(f())", id="await outside a function"),
        pytest.param("import asyncio\nrate = {{uniform(0, 1)}}\nloss = rate\nasync with asyncio.Lock():\n    print(loss)\n", "async with asyncio.Lock():\n    print(loss)", "async def main():\n    async with asyncio.Lock():\n        print(loss)\nasyncio.run(main())", "put it into a function, async def main():, and call asyncio.run(main())", id="another statement of async"),
        pytest.param("import importlib, sys\nnets = importlib.import_module('nets' + sys.argv[1])\nloss = nets.run()\n", "nets = importlib.import_module('nets' + sys.argv[1])", "import nets\nloss = {{uniform(0, 1)}}", "import it by its name", id="a module whose name is computed"),
    ],
)  # fmt: skip
def test_a_help_that_is_followed_ends_its_finding(wrong: str, old: str, new: str, help: str) -> None:
    assert any(help in one.help for one in found(wrong, {})), [one.help for one in found(wrong, {})]
    assert len(found(wrong, {})) == 1
    assert found(wrong.replace(old, new), {}) == ()


@pytest.mark.parametrize(
    ("wrong", "right", "help"),
    [
        pytest.param(beside("from nets import model\nSIZE = 3\nprint(SIZE)\n", nets="SIZE = 2\ndef model():\n    return SIZE * {{uniform(0, 1)}}\n"), beside("from nets import model\nWIDTH = 3\nprint(WIDTH)\n", nets="SIZE = 2\ndef model():\n    return SIZE * {{uniform(0, 1)}}\n"), "rename one of the two", id="one name in two files"),
        pytest.param(project("import nets\nloss = nets.run()\n", {"nets.py": "def run():\n    return {{uniform(0, 1)}}\ndef other():\n    return {{uniform(0, 2)}}\n"}), project("import nets\nloss = nets.run() + nets.other()\n", {"nets.py": "def run():\n    return {{uniform(0, 1)}}\ndef other():\n    return {{uniform(0, 2)}}\n"}), "use its value", id="a marker of another module, used"),
        pytest.param(project("import nets\nloss = nets.run()\n", {"nets.py": "def run():\n    return {{uniform(0, 1)}}\nif __name__ == '__main__':\n    RATE = {{uniform(0, 2)}}\n"}), project("import nets\nloss = nets.run() + nets.RATE\n", {"nets.py": "def run():\n    return {{uniform(0, 1)}}\nRATE = {{uniform(0, 2)}}\nif __name__ == '__main__':\n    pass\n"}), "move it above the __main__ part", id="a marker in the main part of another module"),
    ],
)  # fmt: skip
def test_a_help_that_is_followed_in_another_file_ends_its_finding(
    wrong: Text, right: Text, help: str
) -> None:
    (one,) = found(wrong, {})
    assert help in one.help
    assert found(right, {}) == ()


@pytest.mark.parametrize(
    ("text", "given", "option"),
    [
        pytest.param("rate = {{uniform(0, 1)}}\nloss = rate\n", {"model": "train"}, "leave out --model train", id="a model of a script"),
        pytest.param(MODEL, {"data": "load"}, "leave out --data load", id="data of a model without"),
        pytest.param(f"{MODEL}def load():\n    return 1\n", {"data": "laod"}, "--data load", id="misspelled data"),
        pytest.param("def net():\n    return {{uniform(0, 1)}}\ndef deep():\n    return net() + {{uniform(0, 2)}}\n", {}, "--model deep", id="a model that calls another"),
    ],
)  # fmt: skip
def test_an_option_that_is_followed_ends_its_finding(text: str, given: dict[str, str], option: str) -> None:
    (one,) = found(text, given)
    assert option in one.help
    named = re.search(r"(?<!leave out )--(model|data) (\w+)", one.help)
    assert found(text, {named[1]: named[2]} if named else {}) == ()
