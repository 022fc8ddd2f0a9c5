from __future__ import annotations

import pytest

from hypertemplate.compiler.dataflow.framework_state import StateFinder, makes_state
from tests.compiler.support import LEFT_OUT, SETUP, TRIAL, module, placements, reasons

IMPORTS = """\
import keras, random, torch, sklearn.svm
import numpy as np
import tensorflow as tf
from keras import layers
from keras.optimizers import Adam
from sklearn.linear_model import Ridge
from functools import partial
"""


def held(text: str) -> dict[str, str]:
    """Name to what its value holds."""
    built = module(IMPORTS + text)
    return StateFinder(built).names(list(built.statements))


@pytest.mark.parametrize(
    ("path", "state"),
    [
        pytest.param("keras.layers.Dense", True, id="a layer"),
        pytest.param("keras.optimizers.Adam", True, id="an optimizer"),
        pytest.param("keras.Sequential", True, id="a model"),
        pytest.param("keras.models.load_model", True, id="a model from a file"),
        pytest.param("tensorflow.keras.layers.LSTM", True, id="a layer of tf.keras"),
        pytest.param("tf_keras.metrics.Mean", True, id="a metric of Keras 2"),
        pytest.param("keras.callbacks.EarlyStopping", True, id="a callback, which counts epochs"),
        pytest.param("torch.nn.Linear", True, id="a module of PyTorch"),
        pytest.param("torch.optim.Adam", True, id="an optimizer of PyTorch"),
        pytest.param("sklearn.svm.SVC", True, id="an estimator"),
        pytest.param("random.Random", True, id="a generator of Python"),
        pytest.param("numpy.random.default_rng", True, id="a generator of NumPy"),
        pytest.param("numpy.random.RandomState", True, id="an old generator of NumPy"),
        pytest.param("numpy.random.Generator", True, id="its class"),
        pytest.param("tensorflow.random.Generator", True, id="a generator of TensorFlow"),
        pytest.param("keras.random.SeedGenerator", True, id="a generator of Keras"),
        pytest.param("torch.Generator", True, id="a generator of PyTorch"),
        pytest.param("keras.datasets.mnist.load_data", False, id="a data set"),
        pytest.param("keras.utils.to_categorical", False, id="Keras's utilities"),
        pytest.param("keras.preprocessing.image.ImageDataGenerator", False, id="preprocessing"),
        pytest.param("keras.ops.mean", False, id="an operation"),
        pytest.param("sklearn.preprocessing.StandardScaler", False, id="scikit-learn's preprocessing"),
        pytest.param("sklearn.model_selection.train_test_split", False, id="a function of scikit-learn"),
        pytest.param("torch.nn.functional.relu", False, id="a function of PyTorch"),
        pytest.param("torch.tensor", False, id="a tensor"),
        pytest.param("numpy.random.rand", False, id="a draw"),
        pytest.param("numpy.zeros", False, id="an array"),
        pytest.param("keras_tuner.Hyperband", False, id="a package whose name begins alike"),
    ],
)
def test_what_carries_one_trial_into_the_next(path: str, state: bool) -> None:
    assert makes_state(path) is state


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        pytest.param("opt = Adam(1e-3)", {"opt": "Adam()"}, id="a name that is imported"),
        pytest.param("opt = keras.optimizers.SGD()", {"opt": "SGD()"}, id="a full path"),
        pytest.param("d = layers.Dense(3)", {"d": "Dense()"}, id="a path through an import"),
        pytest.param("d: layers.Layer = layers.Dense(3)", {"d": "Dense()"}, id="an annotated name"),
        pytest.param("a = b = Adam()", {"a": "Adam()", "b": "Adam()"}, id="two names"),
        pytest.param("a, n = Adam(), 3", {"a": "Adam()"}, id="one of a pair"),
        pytest.param(
            "a, b = make(Adam())", {"a": "Adam()", "b": "Adam()"}, id="what is unpacked from one value"
        ),
        pytest.param("x = y = 3\nif (o := Adam()): pass", {"o": "Adam()"}, id="a walrus"),
        pytest.param("opts = [Adam(), 3]", {"opts": "Adam()"}, id="in a list"),
        pytest.param("opts = {'a': (3, {Adam()})}", {"opts": "Adam()"}, id="in a dict of tuples of sets"),
        pytest.param("opts = [layers.Dense(n) for n in x]", {"opts": "Dense()"}, id="in a comprehension"),
        pytest.param(
            "opts = {n: layers.Dense(n) for n in x}", {"opts": "Dense()"}, id="in a dict comprehension"
        ),
        pytest.param("opts = [*[Adam()]]", {"opts": "Adam()"}, id="unpacked into a list"),
        pytest.param("o = Adam() if x else None", {"o": "Adam()"}, id="in one branch of a condition"),
        pytest.param("o = None if x else Adam()", {"o": "Adam()"}, id="in the other"),
        pytest.param("o = x or Adam()", {"o": "Adam()"}, id="as a fallback"),
        pytest.param("o = Adam()\np = o", {"o": "Adam()", "p": "Adam()"}, id="by another name"),
        pytest.param("p = [o]\no = Adam()", {"o": "Adam()", "p": "Adam()"}, id="before its own statement"),
        pytest.param("o = partial(fit, Adam())", {"o": "Adam()"}, id="as an argument"),
        pytest.param("o = fit(opt=Adam())", {"o": "Adam()"}, id="as a keyword"),
        pytest.param("x = layers.Dense(3)(inputs)", {"x": "Dense()"}, id="a layer that is called"),
        pytest.param("o = []\no.append(Adam())", {"o": "Adam()"}, id="appended to a list"),
        pytest.param("o = {}\no['a'] = Adam()", {"o": "Adam()"}, id="put into a dict"),
        pytest.param("o = Box()\no.opt = Adam()", {"o": "Adam()"}, id="put into an object"),
        pytest.param("o = []\no += [Adam()]", {"o": "Adam()"}, id="added to a list"),
        pytest.param("with x:\n    if y:\n        o = Adam()", {"o": "Adam()"}, id="inside blocks"),
        pytest.param("m = Ridge().fit(x, y)", {"m": "Ridge()"}, id="an estimator that fit hands back"),
        pytest.param(
            "m = Ridge()\nn = m.set_params(a=1)", {"m": "Ridge()", "n": "Ridge()"}, id="or set_params"
        ),
        pytest.param("s = Ridge().fit(x, y).score(x, y)", {}, id="not a number that it computes"),
        pytest.param("rng = random.Random(0)", {"rng": "Random()"}, id="a random generator"),
        pytest.param("rng = np.random.default_rng(0)", {"rng": "default_rng()"}, id="of NumPy"),
        pytest.param("n = np.random.default_rng(0).normal()", {}, id="not what it drew"),
        pytest.param("x = np.zeros(3)", {}, id="not an array"),
        pytest.param("x, y = keras.datasets.mnist.load_data()", {}, id="not a data set"),
        pytest.param("x = Adam", {}, id="not the class itself"),
        pytest.param("x = lambda: Adam()", {}, id="not a function that makes one"),
        pytest.param("def f():\n    o = Adam()", {}, id="not a local variable"),
        pytest.param("class A:\n    o = 3", {}, id="not a class"),
    ],
)
def test_names_that_hold_state(text: str, holds: dict[str, str]) -> None:
    assert held(text) == holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        pytest.param("def make(): return Adam()\no = make()", {"o": "Adam()"}, id="what it returns"),
        pytest.param(
            "def make():\n    a = Adam()\n    return a\no = make()", {"o": "Adam()"}, id="through a variable"
        ),
        pytest.param(
            "def make():\n    if x: return None\n    return [Adam()]\no = make()",
            {"o": "Adam()"},
            id="one of its returns",
        ),
        pytest.param(
            "def one(): return Adam()\ndef two(): return one()\no = two()",
            {"o": "Adam()"},
            id="through another function",
        ),
        pytest.param("async def make(): return Adam()\no = make()", {"o": "Adam()"}, id="a coroutine"),
        pytest.param(
            "def make():\n    def inner(): return Adam()\n    return 3\no = make()",
            {},
            id="not what a function inside it returns",
        ),
        pytest.param("def make(): return\no = make()", {}, id="nothing"),
        pytest.param(
            "def a(): return b()\ndef b(): return a()\no = a()", {}, id="functions that call each other"
        ),
        pytest.param("class Net(keras.Model): pass\no = Net()", {"o": "Net()"}, id="a class of Keras's"),
        pytest.param(
            "class A(keras.Model): pass\nclass B(A): pass\no = B()",
            {"o": "B()"},
            id="a class of such a class",
        ),
        pytest.param(
            "class Box:\n    def __init__(self): self.opt = Adam()\no = Box()",
            {"o": "Adam()"},
            id="a class that makes it",
        ),
        pytest.param("class Box:\n    opt = Adam()\no = Box()", {"o": "Adam()"}, id="a class that holds it"),
        pytest.param("class Box(A): pass\no = Box()", {}, id="a class of something else"),
        pytest.param("class Box(list): pass\no = Box(n=3)", {}, id="a plain class"),
        pytest.param("o = unknown()", {}, id="a function that is not there"),
    ],
)
def test_functions_and_classes_of_the_file_are_followed(text: str, holds: dict[str, str]) -> None:
    assert held(text) == holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        pytest.param("from keras.layers import *\nd = Dense(3)", {"d": "Dense()"}, id="a layer"),
        pytest.param("from keras.utils import *\nd = Thing(3)", {}, id="of a module without state"),
        pytest.param("from keras.layers import *\nd = dense(3)", {}, id="a function"),
        pytest.param(
            "from keras.layers import *\nclass Dense: pass\nd = Dense()", {}, id="a class of the file"
        ),
    ],
)
def test_names_that_a_star_import_may_bind(text: str, holds: dict[str, str]) -> None:
    assert held(text) == holds


def test_a_module_is_no_value() -> None:
    assert held("o = 3\nimport os as o\no = Adam()") == {}


U = "{{uniform(0, 1)}}"


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        pytest.param(f"opt = Adam()\ndef model():\n    return opt, {U}\n", TRIAL, id="used by the model"),
        pytest.param(
            f"opt = Adam()\ndef f(): return opt\ndef model():\n    return f(), {U}\n",
            TRIAL,
            id="through a function",
        ),
        pytest.param(
            f"opt = Adam()\nclass F:\n    def f(self): return opt\ndef model():\n    return F(), {U}\n",
            TRIAL,
            id="through a class",
        ),
        pytest.param(
            f"opt = Adam()\nW = {U}\ndef f(): return opt\ndef model():\n    return W\n",
            LEFT_OUT,
            id="not where no trial uses it",
        ),
        pytest.param(
            f"opt = Adam()\ndef data():\n    return opt\ndef model(x):\n    return {U}\n",
            SETUP,
            id="not where only data uses it",
        ),
        pytest.param(
            f"opt = Adam()\nW = opt, {U}\ndef model():\n    return W\n", TRIAL, id="by a trial statement"
        ),
        pytest.param(
            "opt = Adam()\ndef model():\n    return opt\n" + f"x = {U}\n",
            TRIAL,
            id="by a model without a marker of its own",
        ),
    ],
)
def test_state_is_made_for_each_trial_where_trial_code_uses_it(text: str, placed: object) -> None:
    line = IMPORTS.count("\n")
    assert placements(IMPORTS + text)[line] is placed


def test_why_it_is_made_for_each_trial() -> None:
    text = f"opts = [Adam()]\nby_name = dict(a=opts)\ndef model():\n    return by_name, {U}\n"
    assert reasons(IMPORTS + text)[-3:] == [
        "Adam() in 'opts' would carry one trial into the next",
        "Adam() in 'by_name' would carry one trial into the next",
        "contains a marker",
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("opt = Adam()\nget = lambda: opt\n", id="a lambda"),
        pytest.param("opt = Adam()\nif True:\n    def get(): return opt\n", id="a function in a branch"),
        pytest.param(
            "opt = Adam()\ntry:\n    def get(): return opt\nfinally: pass\n", id="a function in a try"
        ),
    ],
)
def test_state_behind_other_functions(text: str) -> None:
    line = IMPORTS.count("\n")
    assert placements(IMPORTS + text + f"def model():\n    return get(), {U}\n")[line] is TRIAL


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("o = [Adam()] + [3]", id="lists that are joined"),
        pytest.param("o = [Adam()] * 3", id="a list that is repeated"),
        pytest.param("a = {'x': Adam()}\no = a['x']", id="an item"),
        pytest.param("for o in [Adam(), Adam(1)]: pass", id="a loop's variable"),
    ],
)
def test_state_inside_other_expressions(text: str) -> None:
    assert held(text).get("o") == "Adam()"
