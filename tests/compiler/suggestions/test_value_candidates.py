"""Values that rules propose: where they are found, and which never are."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.suggestions.shown_value import shown
from hypertemplate.compiler.suggestions.value_candidates import candidates
from tests.compiler.support import module

KERAS = "import keras\nfrom keras import layers\n"
NETWORK = f"{KERAS}net = keras.Sequential()\n"


def found(text: str) -> list[str]:
    """What rules propose, as ``today -> distribution``, in the order of the text."""
    every = sorted(candidates(module(text)), key=lambda one: one.place.tree.span(one.place.node))
    return [f"{shown(one.place.tree, one.place.node)} -> {one.draw}" for one in every]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("drop = 0.2\nlayers.Dropout(drop)\n", "drop = 0.2", id="a name"),
        pytest.param("drop: float = 0.2\nlayers.Dropout(drop)\n", "drop = 0.2", id="an annotated name"),
        pytest.param("n, drop = 3, 0.2\nlayers.Dropout(drop)\n", "drop = 0.2", id="one of several names"),
        pytest.param("layers.Dropout(drop := 0.2)\n", "drop = 0.2", id="a name bound where it is used"),
        pytest.param(
            "a = 0.2\nb = a\nlayers.Dropout(float(b))\n", "a = 0.2", id="a name of a name, converted"
        ),
        pytest.param("def f():\n    d = 0.2\n    layers.Dropout(d)\nf()\n", "d = 0.2", id="a local name"),
        pytest.param("def f(d=0.2):\n    layers.Dropout(d)\nf()\n", "d=0.2", id="the default of a parameter"),
        pytest.param(
            "def f(*, d=0.2):\n    layers.Dropout(d)\nf()\n", "d=0.2", id="that of a keyword-only parameter"
        ),
        pytest.param(
            "def f(n, d=0.3):\n    layers.Dropout(d)\nf(1, 0.2)\n", "f(0.2)", id="what a call gives"
        ),
        pytest.param(
            "def f(n, d=0.3):\n    layers.Dropout(d)\nf(1, d=0.2)\n", "d=0.2", id="what a call gives by name"
        ),
        pytest.param(
            "class Net:\n    def __init__(self, d):\n        layers.Dropout(d)\nNet(0.2)\n",
            "Net(0.2)",
            id="what makes an object",
        ),
        pytest.param(
            "class Net(keras.Model):\n    def __init__(self, d=0.2):\n        super().__init__()\n        self.d = d\n"
            "        layers.Dropout(self.d)\nNet()\n",
            "d=0.2",
            id="an attribute of self",
        ),
        pytest.param(
            "class Net:\n    def __init__(self):\n        self.d: float = 0.2\n    def f(self):\n        layers.Dropout(self.d)\n"
            "Net().f()\n",
            "d = 0.2",
            id="an annotated attribute of self",
        ),
        pytest.param(
            "class C:\n    DROP = 0.2\nlayers.Dropout(C.DROP)\n", "DROP = 0.2", id="an attribute of a class"
        ),
        pytest.param(
            "from dataclasses import dataclass, field\n@dataclass\nclass C:\n    d: float = field(default=0.2)\n"
            "c = C()\nlayers.Dropout(c.d)\n",
            "d = 0.2",
            id="a field of a data class",
        ),
        pytest.param(
            "from dataclasses import dataclass, field\n@dataclass\nclass C:\n    d: float = 0.3\nc = C(d=0.2)\nlayers.Dropout(c.d)\n",
            "d=0.2",
            id="a field that is given",
        ),
        pytest.param(
            "from dataclasses import dataclass\n@dataclass\nclass C:\n    n: int\n    d: float = 0.3\n"
            "c = C(4, 0.2)\nlayers.Dropout(c.d)\n",
            "C(0.2)",
            id="a field that is given by its position",
        ),
        pytest.param(
            "from dataclasses import asdict, dataclass\n@dataclass\nclass C:\n    rate: float = 0.2\n    seed: int = 3\n"
            "def f(c=C(seed=4)):\n    layers.Dropout(**asdict(c))\nf()\n",
            "rate = 0.2",
            id="fields that are passed as a dictionary",
        ),
        pytest.param(
            "from dataclasses import asdict, dataclass\n@dataclass\nclass C:\n    rate: float = 0.2\n"
            "    def make(self):\n        layers.Dropout(**vars(self))\nC().make()\n",
            "rate = 0.2",
            id="an object's own fields",
        ),
        pytest.param(
            "import argparse\ndef options():\n    p = argparse.ArgumentParser()\n    p.add_argument('--rate', default=0.2)\n"
            "    return p.parse_args()\nlayers.Dropout(**options().__dict__)\n",
            "rate = 0.2",
            id="options that are passed as a dictionary",
        ),
        pytest.param("c = {'d': 0.2}\nlayers.Dropout(c['d'])\n", "'d': 0.2", id="an entry of a dictionary"),
        pytest.param("c = dict(d=0.2)\nlayers.Dropout(c['d'])\n", "d=0.2", id="an entry of dict()"),
        pytest.param(
            "from types import SimpleNamespace\nc = SimpleNamespace(d=0.2)\nlayers.Dropout(c.d)\n",
            "d=0.2",
            id="a namespace",
        ),
        pytest.param(
            "from types import SimpleNamespace as S\nclass N:\n    pass\nn = N()\nn.c = 1\nc = dict(a=dict(d=0.2))\n"
            "layers.Dropout(c['a']['d'])\n",
            "",
            id="an entry of an entry is not followed",
        ),
        pytest.param(
            "import argparse\np = argparse.ArgumentParser()\np.add_argument('-n', default=1)\np.add_argument('--drop', default=0.2)\n"
            "a = p.parse_args()\nlayers.Dropout(a.drop)\n",
            "drop = 0.2",
            id="an option of argparse",
        ),
        pytest.param(
            "import argparse\np = argparse.ArgumentParser()\np.add_argument('--drop', default=0.2)\n"
            "a, rest = p.parse_known_args()\nlayers.Dropout(a.drop)\n",
            "drop = 0.2",
            id="an option among unknown ones",
        ),
        pytest.param(
            "import argparse\ndef parse():\n    p = argparse.ArgumentParser()\n    p.add_argument('--drop', default=0.2)\n"
            "    return p.parse_args()\na = parse()\nlayers.Dropout(a.drop)\n",
            "drop = 0.2",
            id="options that a function returns",
        ),
        pytest.param(
            "import click\n@click.command()\n@click.option('--n', default=1)\n@click.option('--d', default=0.2)\n"
            "def main(n, d):\n    layers.Dropout(d)\nif __name__ == '__main__':\n    main()\n",
            "d = 0.2",
            id="an option of click",
        ),
        pytest.param("layers.Dropout(**{'rate': 0.2})\n", "'rate': 0.2", id="unpacked arguments"),
        pytest.param("layers.Dropout(**dict(rate=0.2))\n", "rate=0.2", id="unpacked arguments of dict()"),
        pytest.param("layers.Dropout(**options())\n", "", id="not unpacked arguments of a function"),
        pytest.param(
            "if (d := 0.2):\n    layers.Dropout(d)\n", "d = 0.2", id="a name bound in an expression"
        ),
        pytest.param(
            "@other\n@more()\ndef f(d=0.2):\n    layers.Dropout(d)\nf()\n",
            "d=0.2",
            id="with other decorators",
        ),
        pytest.param(
            "class C:\n    d = 0.2\nclass Net:\n    def __init__(self):\n        self.c = C()\n        layers.Dropout(self.c.d)\nNet()\n",
            "d = 0.2",
            id="an attribute of an attribute",
        ),
        pytest.param(
            "class C:\n    d = 0.2\nif x:\n    class C:\n        d = 0.3\nc = C()\nlayers.Dropout(c.d)\n",
            "",
            id="not of an object of a class defined twice",
        ),
        pytest.param(
            "def f(d):\n    layers.Dropout(d)\nif x:\n    def f(d):\n        pass\nf(0.2)\n",
            "",
            id="not of a function defined twice",
        ),
        pytest.param("c = {}\nlayers.Dropout(c['d'])\n", "", id="not a missing entry"),
        pytest.param(
            "c = {'d': 0.2}\nc['d'] = 0.3\nlayers.Dropout(c['d'])\n",
            "c['d'] = 0.3",
            id="an entry that is set again",
        ),
        pytest.param(
            "c = {'d': 0.2, **o}\nlayers.Dropout(c['d'])\n", "", id="not an entry that others may replace"
        ),
        pytest.param(
            "c = {**o, 'd': 0.2}\nlayers.Dropout(c['d'])\n", "'d': 0.2", id="an entry that replaces others"
        ),
        pytest.param(
            "c = {'d': 0.2}\nlayers.Dropout(c.get('d', 0.3))\n", "'d': 0.2", id="an entry that get() reads"
        ),
        pytest.param(
            "import math\nlayers.Dropout(math.get('d', 0.3))\n", "", id="not what a module's get() reads"
        ),
        pytest.param("d = 0.2\nd = 0.3\nlayers.Dropout(d)\n", "", id="not a name that is bound twice"),
        pytest.param("for d in (0.1, 0.2):\n    layers.Dropout(d)\n", "", id="not a name that a loop binds"),
        pytest.param("with open('f') as d:\n    layers.Dropout(d)\n", "", id="not a name that with binds"),
        pytest.param("a, *b = 0.1, 0.2\nlayers.Dropout(a)\n", "", id="not a name among a variable number"),
        pytest.param(
            "(a, b), c = (0.1, 0.2), 0.3\nlayers.Dropout(a)\n", "", id="not a name in an inner tuple"
        ),
        pytest.param("def f(d):\n    layers.Dropout(d)\nf(*rest)\n", "", id="not what a call unpacks"),
        pytest.param(
            "def f(d):\n    layers.Dropout(d)\nprint(f)\n", "", id="not a parameter that nothing gives"
        ),
        pytest.param("def f(d=f2()):\n    layers.Dropout(d)\nf()\n", "", id="not the result of a function"),
        pytest.param(
            "def f():\n    return g()\nlayers.Dropout(f().d)\n", "", id="not an attribute of a result"
        ),
        pytest.param(
            "def f():\n    pass\nc = f()\nlayers.Dropout(c.d)\n", "", id="not an attribute of nothing"
        ),
        pytest.param("c = thing()\nlayers.Dropout(c.d)\n", "", id="not an attribute of an unknown object"),
        pytest.param(
            "c = argparse.parse_args()\nlayers.Dropout(c.d)\n", "", id="not an option that is not there"
        ),
        pytest.param(
            "p.add_argument('--drop', default=0.2)\na = p.parse_args()\na.drop = min(a.drop, 0.5)\n"
            "layers.Dropout(a.drop)\n",
            "",
            id="not an option that is set again",
        ),
        pytest.param(
            "c = dict(e=1)\nlayers.Dropout(c['d'])\n", "", id="not an entry that dict() is not given"
        ),
        pytest.param(
            "class C:\n    d = 0.2\nclass C:\n    d = 0.3\nlayers.Dropout(C.d)\n",
            "",
            id="not of a class defined twice",
        ),
        pytest.param(
            "class C:\n    d = 0.2\n    def f(self):\n        self.d += 0.1\n        layers.Dropout(self.d)\nC().f()\n",
            "",
            id="not an attribute that is added to",
        ),
        pytest.param(
            "def f(d):\n    return f(d)\nlayers.Dropout(f(0.2))\nf(f)\n",
            "",
            id="not through a function that calls itself",
        ),
        pytest.param(
            "def g(d):\n    layers.Dropout(d)\n    g(d)\ng(0.2)\n",
            "",
            id="not a parameter that is its own argument",
        ),
        pytest.param(
            "d = 0.2\nlayers.Dropout(d)\nlayers.MultiHeadAttention(3, 2, dropout=d)\n",
            "d = 0.2",
            id="arguments of two names with one range",
        ),
        pytest.param(
            "def f():\n    args = parser.parse_args()\n    layers.Dropout(**vars(args))\nf()\n"
            "parser.add_argument('--rate', default=0.2)\n",
            "rate = 0.2",
            id="options as a dictionary, in a function",
        ),
        pytest.param("layers.Dropout(**asdict(unknown))\n", "", id="not of an unknown object"),
        pytest.param("layers.Dropout(**asdict(open('x')))\n", "", id="not of another object"),
        pytest.param(
            "def f(c):\n    layers.Dropout(**asdict(c))\nclass A:\n    rate: float = 0.1\n"
            "f(A())\nf(A(rate=0.2))\n",
            "",
            id="not of two objects",
        ),
        pytest.param(
            "class A:\n    rate: float = 0.1\n    noise_shape: object\na = A(*given)\nlayers.Dropout(**asdict(a))\n",
            "",
            id="not of fields that are given together",
        ),
        pytest.param(
            "class A:\n    rate: float = 0.1\n    def f(self, r):\n        self.rate = r\n"
            "a = A()\nlayers.Dropout(**asdict(a))\n",
            "",
            id="not of a field that is set later",
        ),
        pytest.param(
            "class A:\n    rate: float\ndef f(d=0.2):\n    layers.Dropout(**asdict(A(rate=d)))\nf()\nf(0.3)\n",
            "",
            id="not of a field with two values",
        ),
        pytest.param("layers.Dropout(0.1 + 0.1)\n", "", id="not arithmetic"),
        pytest.param("print(f'{layers.Dropout(0.2)}')\n", "", id="not in a text"),
        pytest.param("layers.Dropout({{uniform(0, 0.3)}})\n", "", id="not a marker"),
        pytest.param("layers.Dropout(0.2)  # tune: uniform(0, 0.3)\n", "", id="not what a comment marks"),
        pytest.param("Dropout(0.2)\n", "", id="not of an unknown package"),
        pytest.param("from keras.layers import *\nDropout(0.2)\n", "Dropout(0.2)", id="of a star import"),
        pytest.param("[layers.Dropout(0.2) for d in (1, 2)]\n", "Dropout(0.2)", id="in a comprehension"),
        pytest.param("epochs = drop_epochs = 1\nseed = 0.2\nlayers.Dropout(seed)\n", "", id="not a seed"),
        pytest.param("d = 0.2\nlayers.Dropout(d)\nkeras.Input(d)\n", "", id="not what is a shape, too"),
        pytest.param("d = 0.2\nlayers.Dropout(d)\nf(random_state=d)\n", "", id="not what is a seed, too"),
        pytest.param("d = 0.2\nlayers.Dropout(d)\nf(shape=(1, d))\n", "", id="not what is a part of a shape"),
        pytest.param(
            "d = 0.2\nlayers.Dropout(d)\nkeras.optimizers.Adam(d)\n", "", id="not what means two things"
        ),
    ],
)
def test_the_place_where_a_value_stands(code: str, expected: str) -> None:
    places = [one.partition(" -> ")[0] for one in found(f"{KERAS}{code}") if "choice" not in one]
    assert places == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            "net.add(layers.Dense(64))\nnet.add(layers.Dense(10))\n", [64], id="all but the last layer"
        ),
        pytest.param("net.add(layers.Dense(64))\n", [], id="not a single layer"),
        pytest.param(
            "net.add(layers.Dense(64))\nnet.add(layers.ReLU())\nnet.add(layers.Dense(1))\n",
            [64],
            id="with a layer between",
        ),
        pytest.param(
            "net.add(layers.Dense(64))\nnet.add(layers.ReLU())\n", [], id="not before one that only passes on"
        ),
        pytest.param(
            "net.add(layers.Dense(64))\nnet.add(thing)\nnet.add(layers.Dense(1))\n",
            [],
            id="not before an unknown layer",
        ),
        pytest.param(
            "if a:\n    net.add(layers.Dense(64))\nelse:\n    net.add(layers.Dense(1))\n",
            [],
            id="not before one in another branch",
        ),
        pytest.param(
            "if a:\n    net.add(layers.Dense(64))\n    net.add(layers.Dense(32))\nnet.add(layers.Dense(1))\n",
            [64, 32],
            id="before one in the same branch, or behind it",
        ),
        pytest.param(
            "net = keras.Sequential([layers.Dense(64)])\nnet.add(layers.Dense(1))\n",
            [64],
            id="in a list that is added to",
        ),
        pytest.param(
            "keras.Sequential(layers=[layers.Dense(64), layers.Dense(1)])\n", [64], id="in a list by name"
        ),
        pytest.param(
            "keras.Sequential([layers.Dense(64), layers.Dense(1)])\n", [64], id="in a list without a name"
        ),
        pytest.param(
            "many = [layers.Dense(64)]\nmany.append(layers.Dense(1))\nkeras.Sequential(many)\n",
            [64],
            id="in a list with a name",
        ),
        pytest.param("f([layers.Dense(64), layers.Dense(1)])\n", [], id="not in a list for something else"),
        pytest.param("[[layers.Dense(64)], layers.Dense(1)]\n", [], id="not in a list in a list"),
        pytest.param(
            "net.add(layers.TimeDistributed(layers.Dense(64)))\nnet.add(layers.LSTM(2))\n",
            [64],
            id="in a wrapper",
        ),
        pytest.param(
            "hidden = layers.Dense(64)\nnet.add(hidden)\nnet.add(layers.Dense(1))\n",
            [64],
            id="a layer with a name",
        ),
        pytest.param(
            "hidden = layers.Dense(64)\nlast = layers.Dense(1)\nnet.add(hidden)\nnet.add(last)\n",
            [64],
            id="before a layer with a name",
        ),
        pytest.param("a = layers.Dense(64)\na = a\n", [], id="not a layer that is named in a circle"),
        pytest.param("hidden = layers.Dense(64)\n", [], id="not a layer that nothing uses"),
        pytest.param("units = [layers.Dense(64)][0]\n", [], id="not a layer in some expression"),
        pytest.param(
            "layers.Dense(layers.Dense(64))\n", [], id="not a layer that is an argument of another one"
        ),
        pytest.param("x = layers.Dense(64)(i)\ny = layers.Dense(1)(x)\n", [64], id="a layer that is called"),
        pytest.param(
            "x = layers.Dense(64)(i)\nx = layers.Dense(32)(x)\nx = layers.Dense(1)(x)\n",
            [64, 32],
            id="one name again and again",
        ),
        pytest.param("x = layers.Dense(64)(i)\nx = layers.Dense(1)(inputs=x)\n", [64], id="inputs by name"),
        pytest.param("y = layers.Dense(1)(layers.Dense(64)(i))\n", [64], id="calls inside each other"),
        pytest.param(
            "x = layers.Dense(64)(i)\nkeras.Model(i, x)\ny = layers.Dense(1)(x)\n",
            [],
            id="not an output of a network",
        ),
        pytest.param(
            "x = layers.Dense(64)(i)\nprint(x.shape)\ny = layers.Dense(1)(x)\n",
            [64],
            id="a shape that is read",
        ),
        pytest.param(
            "x = layers.Dense(64)(i)\ny = layers.Dense(1)(x + i)\n", [], id="not what is added to something"
        ),
        pytest.param(
            "x = layers.Dense(64)(i)\nz = layers.Add()([x, i])\ny = layers.Dense(1)(z)\n",
            [],
            id="nor by a layer",
        ),
        pytest.param(
            "x = layers.Dense(64)(i)\nz = layers.Concatenate()([x, i])\ny = layers.Dense(1)(z)\n",
            [64],
            id="what is put beside something",
        ),
        pytest.param(
            "x = layers.Dense(64)(i)\nz = layers.concatenate([x, i])\ny = layers.Dense(1)(z)\n",
            [64],
            id="likewise by a function",
        ),
        pytest.param("x = layers.Dense(64)(i)\nz = [x]\n", [], id="not what is in a list"),
        pytest.param(
            "x = layers.Dense(64)(i)\nz = layers.Reshape((8, 8))(x)\ny = layers.Dense(1)(z)\n",
            [],
            id="not what is reshaped",
        ),
        pytest.param("x, y = layers.Dense(64)(i)\n", [], id="not what is taken apart"),
        pytest.param("layers.Dense(64)(i)\n", [], id="not what nothing gets"),
        pytest.param(
            "x = layers.Dense(64)(i)\ns = x\nif a:\n    s = layers.Dense(64)(s)\ny = layers.Dense(1)(layers.add([x, s]))\n",
            [],
            id="not what may be added to something",
        ),
        pytest.param(
            "x = i\nfor _ in range(2):\n    y = layers.add([x, x])\n    x = layers.Dense(64)(y)\ny = layers.Dense(1)(x)\n",
            [],
            id="not what the next iteration adds to something",
        ),
        pytest.param(
            "def block(x, n):\n    x = layers.Dense(n)(x)\n    return layers.ReLU()(x)\nx = block(i, 64)\ny = layers.Dense(1)(x)\n",
            [64],
            id="what a function of the template returns",
        ),
        pytest.param(
            "def block(x):\n    return layers.Dense(1)(x)\nx = layers.Dense(64)(i)\ny = block(x)\n",
            [64],
            id="what a function gets",
        ),
        pytest.param(
            "def block(x):\n    return x + 1\nx = layers.Dense(64)(i)\ny = block(x)\n",
            [],
            id="not what a function adds to",
        ),
        pytest.param(
            "def block(x):\n    return 1\nx = layers.Dense(64)(i)\ny = block(x)\n",
            [],
            id="not what a function does not use",
        ),
        pytest.param(
            "def block(*x):\n    return 1\nx = layers.Dense(64)(i)\ny = block(1, 2, x)\n",
            [],
            id="not what a function collects",
        ),
        pytest.param("def f(x):\n    return f(x)\nf(layers.Dense(64)(i))\n", [], id="not in a circle"),
        pytest.param(
            "def f(x):\n    return layers.Dense(64)(x)\n", [], id="not of a function that nothing calls"
        ),
        pytest.param(
            "class Net(keras.Model):\n    def __init__(self):\n        self.a = layers.Dense(64)\n        self.b = layers.Dense(1)\n"
            "    def call(self, x):\n        x = self.a(x)\n        return self.b(x)\nNet()\n",
            [64],
            id="a layer of a class",
        ),
        pytest.param(
            "class Net(keras.Model):\n    def __init__(self):\n        self.a = layers.Dense(64)\nNet()\n",
            [],
            id="not one that is not used",
        ),
        pytest.param("self.a = layers.Dense(64)\n", [], id="not without a class"),
        pytest.param("x = (layers.Dense(64)(i) for _ in (1,))\n", [], id="not in a generator"),
        pytest.param("return_ = lambda: layers.Dense(64)(i)\n", [], id="not in a lambda"),
    ],
)
def test_units_are_proposed_for_layers_that_others_follow(code: str, expected: list[int]) -> None:
    units = [one for one in found(f"{KERAS if 'net =' in code else NETWORK}{code}") if "log=True" in one]
    assert [int("".join(c for c in one.partition(" -> ")[0] if c.isdigit())) for one in units] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            "n = 3\nfor _ in range(n):\n    net.add(layers.Dense(2))\nnet.add(layers.Dense(1))\n",
            ["n = 3 -> uniformint(1, 5)"],
            id="of dense layers",
        ),
        pytest.param(
            "for _ in range(2):\n    net.add(layers.Dense(2))\nnet.add(layers.Dense(1))\n",
            ["range(2) -> uniformint(1, 4)"],
            id="without a name",
        ),
        pytest.param(
            "for _ in range(2):\n    net.add(layers.Dense(2))\n",
            [],
            id="not where the last layer is among them",
        ),
        pytest.param(
            "for _ in range(2):\n    net.add(layers.Conv2D(2, 3))\n    net.add(layers.MaxPool2D())\nnet.add(layers.Dense(1))\n",
            [],
            id="not of layers that shrink",
        ),
        pytest.param(
            "for _ in range(1, 2):\n    net.add(layers.Dense(2))\nnet.add(layers.Dense(1))\n",
            [],
            id="not of other loops",
        ),
        pytest.param(
            "for _ in range(n):\n    net.add(layers.Dense(2))\nnet.add(layers.Dense(1))\n",
            [],
            id="not of an unknown number",
        ),
        pytest.param(
            "for _ in range(0):\n    net.add(layers.Dense(2))\nnet.add(layers.Dense(1))\n",
            [],
            id="not of none",
        ),
        pytest.param("for _ in range(3):\n    print(1)\n", [], id="not of iterations that add none"),
    ],
)
def test_numbers_of_layers(code: str, expected: list[str]) -> None:
    assert found(f"{NETWORK}{code}") == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            "keras.optimizers.Adam(0.01, beta_1=0.8)\n", [], id="not with an argument that others lack"
        ),
        pytest.param("keras.optimizers.SGD(0.01)\n", [], id="not in place of one with another usual rate"),
        pytest.param(
            "from keras.optimizers import Adam\nAdam(0.01)\n", [], id="not where the others are not imported"
        ),
        pytest.param("keras.optimizers.Adam(0.01, 0.9)\n", [], id="not with a second positional argument"),
        pytest.param("torch.optim.Adam(p)\n", [], id="not of other packages"),
        pytest.param(
            "from keras import optimizers as o\no.Nadam()\n",
            ["choice([o.Adam, o.RMSprop, o.Nadam])"],
            id="in the spelling of the file",
        ),
    ],
)
def test_classes_of_optimizers(code: str, expected: list[str]) -> None:
    classes = [one for one in found(f"import keras\nimport torch\n{code}") if "RMSprop" in one]
    assert [one.partition(" -> ")[2] for one in classes] == expected


def test_estimators_that_the_template_tunes_itself_are_left_to_it() -> None:
    text = (
        "from sklearn.model_selection import RandomizedSearchCV\nfrom sklearn.pipeline import make_pipeline\n"
        "from sklearn.svm import SVC\nfrom sklearn.linear_model import Ridge\n"
        "svc = SVC(C=1.0)\npipe = make_pipeline(svc)\nRandomizedSearchCV(estimator=pipe, param_distributions={})\n"
        "loss = Ridge(alpha=1.0).fit(x, y).score(x, y)\n"
    )
    assert found(text) == ["alpha=1.0 -> uniform(0.001, 100, log=True)"]


DICTIONARY = "from sklearn.ensemble import RandomForestClassifier\nimport copy\nP = {'max_depth': 5, 'n_estimators': 100}\n"
DEPTH, TREES = "'max_depth': 5", "'n_estimators': 100"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("RandomForestClassifier(**dict(P))", [DEPTH, TREES], id="a copy by dict()"),
        pytest.param("RandomForestClassifier(**P.copy())", [DEPTH, TREES], id="by its method"),
        pytest.param("RandomForestClassifier(**copy.copy(P))", [DEPTH, TREES], id="by the module copy"),
        pytest.param(
            "from copy import deepcopy as d, deepcopy\nRandomForestClassifier(**deepcopy(P))",
            [DEPTH, TREES],
            id="a deep one",
        ),
        pytest.param("RandomForestClassifier(**{**P})", [DEPTH, TREES], id="unpacked into another one"),
        pytest.param(
            "Q = dict(P, max_depth=6)\nRandomForestClassifier(**Q)",
            [TREES, "max_depth=6"],
            id="dict() replaces an entry",
        ),
        pytest.param(
            "Q = {**P, 'max_depth': 6}\nRandomForestClassifier(**Q)",
            [TREES, "'max_depth': 6"],
            id="a display replaces an entry",
        ),
        pytest.param(
            "RandomForestClassifier(**(P | {'max_depth': 6}))", [TREES, "'max_depth': 6"], id="a union does"
        ),
        pytest.param(
            "RandomForestClassifier(**({'max_depth': 6} | P))",
            [DEPTH, TREES],
            id="a union the other way round",
        ),
        pytest.param(
            "Q = dict(P)\nR = dict(Q, **{'max_depth': 6})\nRandomForestClassifier(**R)",
            [TREES, "'max_depth': 6"],
            id="a copy of a copy",
        ),
        pytest.param(
            "Q = dict(P)\nRandomForestClassifier(max_depth=Q['max_depth'], n_estimators=Q.pop('n_estimators'))",
            [DEPTH, TREES],
            id="entries of a copy one by one",
        ),
        pytest.param("RandomForestClassifier(**{**P, **o})", [], id="not what others may replace"),
        pytest.param(
            "RandomForestClassifier(**{**o, 'max_depth': 6, k: 3})", ["'max_depth': 6"], id="behind others"
        ),
        pytest.param(
            "P.update(max_depth=7)\nRandomForestClassifier(**P)",
            [TREES, "max_depth=7"],
            id="an updated entry",
        ),
        pytest.param(
            "P.update({'max_depth': 7}, **{'n_estimators': 9})\nRandomForestClassifier(**P)",
            ["'max_depth': 7"],
            id="entries that are updated otherwise",
        ),
        pytest.param(
            "P['max_depth'] = 7\nRandomForestClassifier(**P)",
            [TREES, "P['max_depth'] = 7"],
            id="one that is set",
        ),
        pytest.param(
            "def f():\n    Q = P.copy()\n    Q.update(max_depth=7)\n    Q['max_leaf_nodes'] = 30\n"
            "    return RandomForestClassifier(**Q)\n",
            [TREES, "max_depth=7", "Q['max_leaf_nodes'] = 30"],
            id="of a copy in a function",
        ),
        pytest.param(
            "if x:\n    P.update(max_depth=7)\nRandomForestClassifier(**P)",
            [TREES],
            id="not if it may be updated",
        ),
        pytest.param(
            "P['max_depth'] = 7\nP.update(max_depth=8)\nRandomForestClassifier(**P)", [TREES], id="nor twice"
        ),
        pytest.param(
            "for P['max_depth'] in (1, 2):\n    RandomForestClassifier(**P)", [TREES], id="nor by a loop"
        ),
        pytest.param("del P['max_depth']\nRandomForestClassifier(**P)", [TREES], id="nor one that is gone"),
        pytest.param(
            "f(P).update(max_depth=7)\nRandomForestClassifier(**P)", [TREES], id="nor what is unknown"
        ),
        pytest.param(
            "x = P.update(max_depth=7)\nRandomForestClassifier(**P)",
            [TREES, "max_depth=7"],
            id="in an assignment",
        ),
        pytest.param("for P in ():\n    RandomForestClassifier(**P)", [], id="not of a name bound twice"),
    ],
)
def test_dictionaries_that_are_copied(code: str, expected: list[str]) -> None:
    assert [one.partition(" -> ")[0] for one in found(f"{DICTIONARY}{code}\n")] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            "from sklearn.ensemble import RandomForestClassifier as RF\nRF(10, max_depth=3)\n",
            ["RF(10)", "max_depth=3"],
            id="a class",
        ),
        pytest.param("import sklearn.svm as S\nS.SVC(C=1.0)\n", ["C=1.0"], id="a module"),
        pytest.param("from sklearn import svm as S\nS.SVC(C=1.0)\n", ["C=1.0"], id="a module of a package"),
        pytest.param(
            "from sklearn.svm import SVC\nModel = SVC\nModel(C=1.0)\n", ["C=1.0"], id="an assigned class"
        ),
        pytest.param(
            "import tensorflow as tf\nL = tf.keras.layers\ntf.keras.Sequential([L.Dense(64), L.Dropout(0.3), L.Dense(1)])\n",
            ["Dense(64)", "Dropout(0.3)"],
            id="an assigned module",
        ),
        pytest.param(
            "import tensorflow as tf\ndef f():\n    K = tf.keras\n    L = K.layers\n    return K.Sequential([L.Dense(64), L.Dense(1)])\n",
            ["Dense(64)"],
            id="modules assigned in a function",
        ),
        pytest.param(
            "import tensorflow.keras.layers as L\nfrom keras import Sequential as S\nS([L.Dense(64), L.Dense(1)])\n",
            ["Dense(64)"],
            id="a module of layers",
        ),
        pytest.param(
            "from keras.layers import Dense as D, Bidirectional as B, LSTM as M, concatenate as join\n"
            "h = B(M(32))(x)\nh = D(64)(h)\nh = join([h, h])\ny = D(1)(h)\n",
            ["M(32)", "D(64)"],
            id="layers one by one",
        ),
        pytest.param(
            "from sklearn.svm import SVC\nfrom sklearn.model_selection import GridSearchCV as G\nG(SVC(C=1.0), {})\n",
            [],
            id="not what a grid search tunes",
        ),
        pytest.param(
            "from keras.layers import Input as I, Dropout\nd = 0.3\nI(d)\nDropout(d)\n", [], id="not a shape"
        ),
        pytest.param(
            "from lightgbm import train as t\nt({'learning_rate': 0.1}, x, 100)\n",
            ["'learning_rate': 0.1", "t(100)"],
            id="a function with a dictionary",
        ),
        pytest.param("SVC = f\nModel = SVC\nModel(C=1.0)\n", [], id="not what is of no package"),
        pytest.param("[SVC][0](C=1.0)\n", [], id="not what has no name"),
    ],
)
def test_what_is_called_under_another_name(code: str, expected: list[str]) -> None:
    assert [one.partition(" -> ")[0] for one in found(code) if "choice" not in one] == expected


ESTIMATORS = "from sklearn.linear_model import Lasso, Ridge\nfrom keras.optimizers import Adam\n"
GOOD = "good = Lasso(alpha=1.0)\nscore = good.fit(x, y).score(x, y)\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(f"{GOOD}bad = Ridge(alpha=2.0)\n", [1.0], id="what nothing reads"),
        pytest.param(f"{GOOD}bad = Adam(learning_rate=2.0)\n", [1.0], id="an optimizer that nothing reads"),
        pytest.param(
            f"{GOOD}bad = Ridge(alpha=2.0)\nbad.fit(x, y)\n", [1.0], id="what is trained and nothing more"
        ),
        pytest.param(
            f"{GOOD}bad: Ridge = Ridge(alpha=2.0).set_params(tol=1)\nbad.fit(x, y)\nprint(bad.score(x, y))\n",
            [1.0],
            id="what is shown beside a result",
        ),
        pytest.param(
            "bad = Ridge(alpha=2.0)\nbad.fit(x, y)\nprint(bad.score(x, y))\n", [2.0], id="what alone is shown"
        ),
        pytest.param(f"{GOOD}bad = Ridge(alpha=2.0)\nbad.score(x, y)\n", [1.0, 2.0], id="a cell's value"),
        pytest.param(
            f"{GOOD}bad = Ridge(alpha=2.0)\nother = bad.score(x, y)\n", [1.0, 2.0], id="another variable"
        ),
        pytest.param(
            f"def f():\n    {GOOD.replace(chr(10), chr(10) + '    ')}bad = Ridge(alpha=2.0)\n"
            "    other = bad.score(x, y)\n    return score\nf()\n",
            [1.0],
            id="a local variable that is not returned",
        ),
        pytest.param(
            f"def f():\n    {GOOD.replace(chr(10), chr(10) + '    ')}bad = Ridge(alpha=2.0)\n"
            "    other = bad.score(x, y)\n    return score + other\nf()\n",
            [1.0, 2.0],
            id="one that is",
        ),
        pytest.param(
            f"def f():\n    {GOOD.replace(chr(10), chr(10) + '    ')}bad = Ridge(alpha=2.0)\n"
            "    other = bad.score(x, y)\nf()\n",
            [1.0, 2.0],
            id="a variable of a main function",
        ),
        pytest.param(
            f"{GOOD}def f():\n    bad = Ridge(alpha=2.0)\n    return [lambda: bad]\nf()\n",
            [1.0, 2.0],
            id="what an inner function reads",
        ),
        pytest.param(
            f"{GOOD}def f():\n    bad = Ridge(alpha=2.0)\n    bad = bad\n    return 1\nf()\n",
            [1.0],
            id="what is only bound to its own name",
        ),
        pytest.param(
            f"{GOOD}class C:\n    bad = Ridge(alpha=2.0)\n", [1.0, 2.0], id="what a class holds may be read"
        ),
        pytest.param(
            f"{GOOD}a, b = Ridge(alpha=2.0), 1\n", [1.0, 2.0], id="one of several names may be read"
        ),
    ],
)
def test_objects_that_have_no_part_in_the_result(code: str, expected: list[float]) -> None:
    text = f"{ESTIMATORS}{code}"
    assert [float(one.partition("=")[2].partition(" ")[0]) for one in found(text)] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("model = xgb.train({'eta': 0.3}, data)\n", 0, id="a model that nothing reads"),
        pytest.param(
            "model = xgb.train({'eta': 0.3}, data, evals=[(data, 'v')], evals_result=kept)\n",
            1,
            id="one whose training is watched",
        ),
    ],
)
def test_models_whose_training_is_watched(code: str, expected: int) -> None:
    assert len(found(f"import xgboost as xgb\n{code}")) == expected
