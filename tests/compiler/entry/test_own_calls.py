"""Calls of one's own functions: a warning where Python raises TypeError, and no other."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.compiler.support import SCRIPT, codes, findings

TRAINER = """class Trainer:
    def fit(self, x, y, epochs=1):
        return x
    @classmethod
    def make(cls, n):
        return cls()
    @staticmethod
    def scale(x):
        return x
"""

BUILD = "def build(units, rate=0.5):\n    return units * rate\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(f"{BUILD}x = build()", "build(): missing a required argument: 'units'", id="missing"),
        pytest.param(f"{BUILD}x = build(1, 2, 3)", "build(): too many positional arguments", id="too many"),
        pytest.param(
            f"{BUILD}x = build(1, size=2)",
            "build(): got an unexpected keyword argument 'size'",
            id="an unknown keyword",
        ),
        pytest.param(
            f"{BUILD}x = build(1, units=2)", "build(): multiple values for argument 'units'", id="twice"
        ),
        pytest.param(
            f"{BUILD}def train():\n    return build()\n",
            "build(): missing a required argument: 'units'",
            id="in a function",
        ),
        pytest.param(
            "def train():\n    def build(units):\n        return units\n    return build()\n",
            "build(): missing a required argument: 'units'",
            id="of an inner function",
        ),
        pytest.param(
            "class Net:\n    def __init__(self, units):\n        self.units = units\nnet = Net()",
            "Net(): missing a required argument: 'units'",
            id="of a class",
        ),
        pytest.param(
            f"from math import *\n{BUILD}x = build()",
            "build(): missing a required argument: 'units'",
            id="below a star import",
        ),
        pytest.param(
            f"{TRAINER}    def run(self):\n        self.fit(1)\nx = Trainer().run()",
            "Trainer.fit(): missing a required argument: 'y'",
            id="a method of self",
        ),
        pytest.param(
            f"{TRAINER}x = Trainer().fit(1, 2, 3, 4)",
            "Trainer.fit(): too many positional arguments",
            id="a method of a new object",
        ),
        pytest.param(
            f"{TRAINER}def main():\n    trainer = Trainer()\n    return trainer.fit(1, 2, epoch=3)",
            "Trainer.fit(): got an unexpected keyword argument 'epoch'",
            id="a method of a variable",
        ),
        pytest.param(
            f"{TRAINER}x = Trainer.fit(1, 2)",
            "Trainer.fit(): missing a required argument: 'y'",
            id="a method of the class",
        ),
        pytest.param(
            f"{TRAINER}x = Trainer.make()",
            "Trainer.make(): missing a required argument: 'n'",
            id="a classmethod",
        ),
        pytest.param(
            f"{TRAINER}x = Trainer().scale()",
            "Trainer.scale(): missing a required argument: 'x'",
            id="a staticmethod",
        ),
        pytest.param(
            f"{TRAINER}class Other(Trainer):\n    pass\nx = Other().fit()",
            "Trainer.fit(): missing a required argument: 'x'",
            id="an inherited method",
        ),
    ],
)
def test_a_call_that_its_function_does_not_accept(text: str, said: str) -> None:
    assert f"HT311: {said}\n" in findings(f"{text}\n{SCRIPT}")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{BUILD}x = build(1)\ny = build(1, rate=2)", id="it fits"),
        pytest.param(
            f"{BUILD}x = build(*[1])\ny = build(**{{'units': 1}})", id="arguments that only a run knows"
        ),
        pytest.param(
            "def build(*layers, **more): pass\nbuild(1, 2, x=3)", id="a function that takes anything"
        ),
        pytest.param("import functools\n@functools.cache\ndef build(x): pass\nbuild(1, 2)", id="a decorator"),
        pytest.param(f"{BUILD}build = lambda: 1\nx = build()", id="another value of the name"),
        pytest.param(
            "if MODE:\n    def build(): pass\nelse:\n    def build(x): pass\nbuild()", id="two definitions"
        ),
        pytest.param(f"{BUILD}def set():\n    global build\n    build = len\nx = build('')", id="a global"),
        pytest.param(f"{BUILD}exec('build = print')\nx = build()", id="exec"),
        pytest.param(f"{BUILD}from math import *\nx = build()", id="above a star import"),
        pytest.param(f"{BUILD}build.__defaults__ = (1, 2)\nx = build()", id="other defaults"),
        pytest.param(f"{BUILD}def train(build):\n    return build()\n", id="a parameter of that name"),
        pytest.param(f"{BUILD}x = [build() for build in [int]]", id="a variable of a comprehension"),
        pytest.param(
            f"{BUILD}try:\n    build()\nexcept TypeError:\n    pass", id="a failure that is expected"
        ),
        pytest.param(
            f"import contextlib\n{BUILD}with contextlib.suppress(TypeError):\n    build()",
            id="one that is suppressed",
        ),
        pytest.param("class Net(dict):\n    def __init__(self, x): pass\nNet()", id="a class with a base"),
        pytest.param(
            "class Net:\n    def __init__(self, x): pass\n    __init__ = object.__init__\nNet()",
            id="another __init__",
        ),
        pytest.param("class Net: pass\nNet()", id="a class without one"),
        pytest.param("class A:\n    def f(): return 1\n    x = f()\n", id="in the body of a class"),
        pytest.param("build = print\nbuild(1)", id="no function of the template"),
        pytest.param(
            f"{TRAINER}a = Trainer.make(1)\na.fit(1)\nb = Trainer()\nb.fit(1, 2)\nTrainer.fit(b, 1, 2)\n"
            "b.scale(1)\nb.make(1)\nTrainer().fit(1, y=2, epochs=3)",
            id="methods whose arguments fit",
        ),
        pytest.param(
            f"{TRAINER}x = Trainer()\nx.fit = len\nx.fit([])", id="an attribute in place of the method"
        ),
        pytest.param(f"{TRAINER}setattr(Trainer, 'fit', len)\nx = Trainer().fit()", id="setattr"),
        pytest.param(
            f"{TRAINER}    def run(self):\n        self.fit()\nclass B(Trainer):\n    def fit(self): pass\nB().run()",
            id="a method that a derived class has too",
        ),
        pytest.param(f"{TRAINER}x = len\nx = Trainer()\nx.fit()", id="a variable with two values"),
        pytest.param(f"{TRAINER}def f(x):\n    return x.fit()", id="a parameter"),
        pytest.param(
            "class A(dict):\n    def f(self, x): pass\nA().f()", id="a method of a class with a base"
        ),
        pytest.param("class A:\n    @property\n    def f(self): return print\nA().f(1)", id="a property"),
        pytest.param(
            "class A:\n    def f(self, x): pass\n    f = print\nA().f()", id="two values of a method"
        ),
    ],
)
def test_calls_without_a_warning(text: str) -> None:
    assert "CALL" not in codes(f"MODE = 1\n{text}\n{SCRIPT}")


PARAMETERS = st.sampled_from(
    [
        "",
        "a",
        "a, b",
        "a, b=1",
        "a, /",
        "a, /, b",
        "*, a",
        "*, a=1",
        "*more",
        "a, *more, b",
        "**more",
        "a, /, **more",
    ]
)
ARGUMENTS = st.sampled_from(["", "1", "1, 2", "1, 2, 3", "a=1", "b=1", "1, a=2", "1, b=2", "c=1", "a=1, b=2"])


@given(PARAMETERS, ARGUMENTS, st.sampled_from(["function", "class", "method", "static"]))
def test_the_warning_comes_where_python_refuses_the_call(parameters: str, arguments: str, kind: str) -> None:
    own = f"self, {parameters}".rstrip(", ") if parameters != "*more" else parameters
    text, call = {
        "function": (f"def build({parameters}): pass\n", "build"),
        "class": (f"class build:\n    def __init__({own}): pass\n", "build"),
        "method": (f"class Net:\n    def build({own}): pass\nnet = Net()\n", "net.build"),
        "static": (f"class Net:\n    @staticmethod\n    def build({parameters}): pass\n", "Net.build"),
    }[kind]
    refused = False
    names: dict[str, object] = {}
    exec(textwrap.dedent(text), names)
    try:
        exec(f"{call}({arguments})", names)
    except TypeError:
        refused = True
    assert ("CALL" in codes(f"{text}x = {call}({arguments})\n{SCRIPT}")) is refused
