"""Statements that can run a second time unnoticed."""

from __future__ import annotations

from textwrap import dedent

import pytest

from hypertemplate.compiler.dataflow.framework_state import StateFinder
from hypertemplate.compiler.dataflow.module import build_module
from hypertemplate.compiler.dataflow.side_effects import Repeatable
from hypertemplate.compiler.syntax.tree import parse
from tests.compiler.support import source

SILENT = {
    "a container that is written out": "rows = [1, 'two', {'three': 3}]",
    "a number that is computed": "rate = 2 * 3 + len('abc')",
    "a builtin that holds its arguments": "pairs = list(zip('ab', (1, 2)))",
    "a container of the standard library": "import collections\ncounts = collections.Counter('abc')",
    "an array that is written out": "import numpy as np\nx = np.ones((2, 3))",
    "a random generator": "import numpy as np\nrng = np.random.default_rng(0)",
    "a layer": "from keras import layers\nhead = layers.Dense(3)",
    "a layer of a star import": "from keras.layers import *\nhead = Dense(3)",
    "a layer that is called": "from keras import layers, Input\nout = layers.Dense(3)(Input((2,)))",
    "an estimator in a network's place": "from sklearn.svm import SVC\nclf = SVC(C=2)",
    "a file that is read": "rows = open('x.csv')",
    "a file that is read as bytes": "rows = open('x.csv', mode='rb')",
    "a function of the file that only makes": "def make(n):\n    return [n]\nrows = make(3)",
    "functions that call each other": (
        "def one(n):\n    return two(n - 1) if n else []\ndef two(n):\n    return one(n)\nrows = one(3)"
    ),
    "a class of the file": "class Row:\n    def __init__(self):\n        self.x = []\nrow = Row()",
    "a class with a base of the file": "class A:\n    pass\nclass B(A):\n    pass\nb = B()",
    "a class that derives from a layer": "import keras\nclass Mine(keras.layers.Layer):\n    pass\nmine = Mine()",
    "a class that derives from a builtin": "class Rows(list):\n    pass\nrows = Rows()",
    "a definition": "def f(x=1):\n    print(x)",
    "a definition of what rebinds a name": "n = 0\ndef f(x):\n    global n\n    exec('n = x')",
    "a property": "class A:\n    @property\n    def x(self):\n        return 1\n    @x.setter\n    def x(self, y):\n        print(y)",
    "a decorator that keeps nothing": "import functools\n@functools.lru_cache(maxsize=3)\ndef f(x):\n    print(x)",
    "a method of a text": "text = ' a'.strip()",
    "a method of a container that is written out": "names = {'a': 1}\nfirst = names.get('a')",
    "a method of a class of the file": (
        "class Row:\n    def size(self):\n        return 3\nrow = Row()\nsize = row.size()"
    ),
    "a method of self": (
        "class Row:\n    def size(self):\n        return self.count()\n    def count(self):\n        return 3\n"
        "row = Row()\nsize = row.size()"
    ),
    "an import": "import os",
}

NOTICED = {
    "a text that is shown": "x = print('hello')",
    "what uses up an iterator": "rows = iter([1, 2])\nx = next(rows)",
    "a function of another file": "from helpers import load\nx = load()",
    "a network that is loaded": "import keras\nbase = keras.models.load_model('x.keras')",
    "weights from elsewhere": "from keras.applications import VGG16\nbase = VGG16()",
    "a warning": "import warnings\nx = warnings.warn('no')",
    "a file that is written": "log = open('x.log', 'w')",
    "a file that is read and written": "log = open('x.log', 'r+')",
    "a mode that is computed": "log = open('x.log', mode=MODE)",
    "a function that nothing defines": "x = load()",
    "a function that shows something": "def make(n):\n    print(n)\n    return [n]\nrows = make(3)",
    "a function that calls one that shows": (
        "def show(n):\n    print(n)\ndef make(n):\n    show(n)\n    return [n]\nrows = make(3)"
    ),
    "a method that another may notice": "x = client.send(3)",
    "a method of something that ran": "from web import Session\nsession = Session()\nx = session.get('a')",
    "a method of a class of the file that shows": (
        "class Row:\n    def size(self):\n        print(3)\nrow = Row()\nsize = row.size()"
    ),
    "a method that only a class of the file may have": (
        "from web import client\nclass Row:\n    def size(self):\n        return 3\nsize = client.size()"
    ),
    "an attribute of any name that may be a method": (
        "class Row:\n    def size(self):\n        return 3\nrow = Row()\nrow.size = print\nsize = row.size()"
    ),
    "a class that shows itself": "class Row:\n    def __init__(self):\n        print(3)\nrow = Row()",
    "a class of a library": "import threading\nclass T(threading.Thread):\n    pass\nt = T()",
    "a class with a base that is computed": "class T(bases()[0]):\n    pass\nt = T()",
    "a class with a metaclass": "class T(metaclass=M):\n    pass\nt = T()",
    "a lambda": "f = lambda: 3\nx = f()",
    "a function in a list": "x = [len][0]('abc')",
    "a decorator of the file": "def register(f):\n    return f\n@register\ndef f():\n    pass",
    "a block with an end": "with open('x') as file:\n    x = 3",
    "a deletion": "x = 1\ndel x",
    "a name that a function rebinds": "y = 1\ndef f():\n    global y\n    y = 2\nf()",
    "code as a text": "exec('x = 1')",
    "a change of what is not made anew": "rows = [1]\nrows.append(2)",
}


def can_run_again(text: str, made: frozenset[str] = frozenset()) -> bool:
    """Whether the last statement of a text can."""
    trees, _ = parse(source(dedent(text)))
    module = build_module(trees)
    state = StateFinder(module).names(list(module.statements))
    return Repeatable(module, state.keys())(module.statements[-1], made)


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in SILENT.items()])
def test_what_nobody_notices(text: str) -> None:
    assert can_run_again(text)


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in NOTICED.items()])
def test_what_may_be_noticed(text: str) -> None:
    assert not can_run_again(text)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        pytest.param("rows = [1]\nrows.append(2)", "rows", id="a list that grows"),
        pytest.param(
            "from keras.layers import Dense\nd = Dense(3)\nout = d(4)", "d", id="a layer that is called"
        ),
    ],
)
def test_what_is_made_anew_may_be_changed(text: str, made: str) -> None:
    assert can_run_again(text, frozenset({made}))
