"""Lists that decorators, class bodies and calls fill: each trial fills them anew, and what fills them is used."""

from __future__ import annotations

import pytest

from tests.compiler.support import (
    BOTH,
    CHOICE,
    LEFT_OUT,
    SETUP,
    TRIAL,
    cells,
    compiled,
    findings,
    placements,
    trials_and_fresh_runs,
)

REGISTER = "hooks = []\ndef register(f):\n    hooks.append(f)\n    return f\n"
BUILD = f"@register\ndef build():\n    return {CHOICE}\n"
MODEL = "def model():\n    return [f() for f in hooks]\n"
BASE = "class Base: pass\n"
LISTED = "def model(): return [c.rate for c in Base.__subclasses__()]\n"

TEMPLATES = {
    "a decorator that registers, read by the model": REGISTER + BUILD + MODEL,
    "a decorator that registers, read by a script": f"{REGISTER}{BUILD}loss = [f() for f in hooks]\n",
    "a call that registers, read by the model": (
        "rates = []\ndef register(rate):\n    rates.append(rate)\n"
        f"rate = {CHOICE}\nregister(rate)\ndef model():\n    return rates\n"
    ),
    "a class body that appends": (
        f"names = []\nrate = {CHOICE}\nclass Config:\n    names.append(rate)\nloss = names\n"
    ),
    "a class body that appends, read by the model": (
        f"names = []\nrate = {CHOICE}\nclass Config:\n    names.append(rate)\ndef model():\n    return names\n"
    ),
    "a class that hears of its subclasses": (
        "class Base:\n    rates = []\n    def __init_subclass__(cls): Base.rates.append(cls.rate)\n"
        f"class Net(Base): rate = {CHOICE}\nclass Deep(Net): pass\nloss = Base.rates\n"
    ),
    "a class that hears of the subclasses of its subclasses": (
        "class Base:\n    rates = []\n    def __init_subclass__(cls): Base.rates.append(getattr(cls, 'rate', None))\n"
        f"class Layer(Base): pass\nclass Net(Layer): rate = {CHOICE}\nloss = Base.rates\n"
    ),
    "a class of a class of classes": (
        "class Meta(type):\n    rates = []\n    def __init__(cls, *given):\n        Meta.rates.append(cls.rate)\n"
        f"class Net(metaclass=Meta): rate = {CHOICE}\nloss = Meta.rates\n"
    ),
    "a class that lists what derives from it": (
        f"{BASE}class Net(Base): rate = {CHOICE}\nclass Deep(Base): rate = 1\n{LISTED}"
    ),
    "a class that lists what derives from it, read by a script": (
        f"{BASE}class Net(Base): rate = {CHOICE}\nloss = [c.rate for c in Base.__subclasses__()]\n"
    ),
    "a class that lists unmarked ones": (
        f"{BASE}class Net(Base): rate = 2\nclass Deep(Base): rate = 3\n"
        f"def model(): return {CHOICE}, [c.rate for c in Base.__subclasses__()]\n"
    ),
    "classes that derive from what derives from it": (
        f"{BASE}class Layer(Base): rate = 1\nclass Net(Layer): rate = {CHOICE}\n"
        "def below(c): return [c.__name__, *(one for inner in c.__subclasses__() for one in below(inner))]\n"
        "def model(): return below(Base), Base.__subclasses__()[0].__subclasses__()[0].rate\n"
    ),
    "a class that lists them by a text": (
        f"{BASE}class Net(Base): rate = {CHOICE}\nloss = [c.rate for c in getattr(Base, '__subclasses__')()]\n"
    ),
    "a class that the class of classes lists": (
        f"{BASE}class Net(Base): rate = {CHOICE}\nloss = [c.rate for c in type.__subclasses__(Base)]\n"
    ),
    "a class that lists them in a method of its own": (
        "class Base:\n    @classmethod\n    def every(cls): return {c.__name__: c.rate for c in cls.__subclasses__()}\n"
        f"class Net(Base): rate = {CHOICE}\nclass Deep(Base): rate = 1\nloss = Base.every()\n"
    ),
    "a class that lists what type() has made": (
        f"{BASE}Net = type('Net', (Base,), {{'rate': {CHOICE}}})\n{LISTED}"
    ),
    "a class that lists what a function has made": (
        f"{BASE}def make(value):\n    class Net(Base): rate = value\n    return Net\nnet = make({CHOICE})\n{LISTED}"
    ),
    "a class that lists what each trial makes": (
        f"{BASE}def model():\n    class Net(Base): rate = {CHOICE}\n"
        "    return [c.rate for c in Base.__subclasses__()]\n"
    ),
    "a class of many kinds that lists them": (
        "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass Base(Generic[T]): pass\n"
        f"class Net(Base[int]): rate = {CHOICE}\n{LISTED}"
    ),
    "classes that are counted before and after one of them": (
        f"{BASE}before = len(Base.__subclasses__())\nclass Net(Base): rate = {CHOICE}\n"
        "def model(): return before, len(Base.__subclasses__()), Net.rate\n"
    ),
    "an imported class that lists them": (
        f"import argparse\nclass Net(argparse.Action): rate = {CHOICE}\n"
        "loss = argparse.Action.__subclasses__()[-1].rate\n"
    ),
    "an imported class that lists an unmarked one": (
        "import argparse\nclass Net(argparse.Action): rate = 1\n"
        f"def model(): return {CHOICE}, argparse.Action.__subclasses__()[-1].rate\n"
    ),
    "functions that are found by their names": (
        f"def layer_one(): return {CHOICE}\ndef layer_two(): return 2\n"
        "loss = [globals()[name]() for name in sorted(globals()) if name.startswith('layer_')]\n"
    ),
    "functions that are found among the names": (
        f"def layer_one(): return {CHOICE}\nloss = [eval(name)() for name in sorted(dir()) if name[:6] == 'layer_']\n"
    ),
    "names that are listed before the model": (
        f"layer_one = 1\nnames = [name for name in dir() if name[:6] == 'layer_']\nloss = names, {CHOICE}\n"
    ),
    "a function for each type": (
        "from functools import singledispatch\n@singledispatch\ndef f(x): return 1\n@f.register(int)\n"
        f"def _(x): return x * 2\ndef model(): return f({CHOICE}), f('a')\n"
    ),
    "a class that is said to derive from another": (
        "import abc\nclass Base(abc.ABC): pass\nclass Net: pass\nBase.register(Net)\n"
        f"def model(): return {CHOICE}, isinstance(Net(), Base)\n"
    ),
    "a list's own method as the decorator": (
        f"layers = []\n@layers.append\ndef build():\n    return {CHOICE}\nloss = [f() for f in layers]\n"
    ),
    "a model that fills a list of the module": (
        f"seen = []\ndef model():\n    seen.append({CHOICE})\n    return list(seen)\n"
    ),
    "a model that changes what data() returns": (
        f"def data():\n    return [1, 2]\ndef model(x):\n    x.append({CHOICE})\n    return x\n"
    ),
    "a model that remembers in a default": (
        f"def f(x, memo=[]):\n    memo.append(x)\n    return len(memo)\ndef model():\n    return f({CHOICE})\n"
    ),
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_trial_is_a_fresh_run(name: str) -> None:
    found, expected = trials_and_fresh_runs(TEMPLATES[name])
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(REGISTER + BUILD + MODEL, id="a decorator that registers"),
        pytest.param(f"{REGISTER}{BUILD}loss = [f() for f in hooks]\n", id="in a script"),
        pytest.param(
            f"layers = []\n@layers.append\ndef build():\n    return {CHOICE}\nloss = [f() for f in layers]\n",
            id="a list's own method as the decorator",
        ),
        pytest.param(
            f"names = []\nrate = {CHOICE}\nclass Config:\n    names.append(rate)\ndef model(): return names\n",
            id="a class body that appends",
        ),
    ],
)
def test_a_marker_that_a_registry_brings_to_the_trial_is_no_mistake(text: str) -> None:
    assert findings(text) == ""


def test_of_a_notebook_what_fills_a_registry_is_kept() -> None:
    notebook = cells(REGISTER, BUILD, MODEL)
    assert findings(notebook) == ""


DATA = "import numpy as np\nimport sklearn\nnames = ['a', 'b']\n"


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        pytest.param(f"def model(): return sklearn.f(names, {CHOICE})\n", [TRIAL, TRIAL], id="a list"),
        pytest.param(
            f"x = np.load(names)\ndef model(): return sklearn.f(names, x, {CHOICE})\n",
            [SETUP, SETUP, TRIAL],
            id="not one that data are loaded with",
        ),
        pytest.param(
            f"def data(): return np.load(names)\ndef model(x): return sklearn.f(names, x, {CHOICE})\n",
            [SETUP, SETUP, TRIAL],
            id="nor what data() reads",
        ),
        pytest.param(
            f"n = len(names)\ndef f(x, y=n): return x\ndef model(): return sklearn.f(f, {CHOICE})\n",
            [SETUP, SETUP, SETUP, TRIAL],
            id="nor plain functions",
        ),
        pytest.param(
            f"n = 3\nn = [n]\ndef model(): return sklearn.f(n, {CHOICE})\n",
            [LEFT_OUT, SETUP, TRIAL, TRIAL],
            id="nor numbers",
        ),
        pytest.param(
            "def model():\n    names.append(1)\n    return {{choice(names)}}\n", [BOTH, TRIAL], id="options"
        ),
    ],
)
def test_what_a_library_may_change_is_made_anew_where_that_costs_nothing(text: str, placed: object) -> None:
    assert placements(DATA + text)[2:] == placed


def test_data_that_no_trial_changes_are_loaded_once() -> None:
    text = (
        f"def data(): return np.load('x'), np.load('y')\ndef model(x, y): return sklearn.f(x, y, {CHOICE})\n"
    )
    assert not compiled(DATA + text).data_per_trial
    text = f"def data(): return np.load('x'), 1\ndef model(x, y):\n    x /= {CHOICE}\n    return x\n"
    assert compiled(DATA + text).data_per_trial
