"""Functions that outlive their trial, such as those of a kept model, compute with the values of their trial."""

from __future__ import annotations

import gc
import inspect
import io
import pickle
import weakref
from textwrap import dedent
from typing import Any

import pytest

from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.runtime import pickles
from hypertemplate.runtime.kept_models.values_in_place import in_place
from hypertemplate.runtime.loaded_program import LoadedProgram, load

pytestmark = pytest.mark.usefixtures("loading")


def loaded(text: str) -> LoadedProgram:
    return load(compile_source(Source((Part("file", "model.py", dedent(text)),), "")), 1, own=True)


def run(program: LoadedProgram, number: int, *, kept: bool = True) -> Any:
    """A trial with the option or number of this number everywhere, and what its model function returned."""
    program.restore()
    params = {
        dimension.label: number if dimension.options else number / 2 + 0.25 for dimension in program.space
    }
    returned = program.run(program.draws(params), 1)
    if kept:
        program.put_values_in_place(number)
    return returned


FUNCTIONS = [
    pytest.param("def model():\n    return lambda x: x * {{uniform(0, 1)}}", id="a number in a lambda"),
    pytest.param("def model():\n    return lambda x: x + {{choice([10, -20])}}", id="constants"),
    pytest.param("def model():\n    return lambda x: x + {{choice([abs(-3), max(4, 5)])}}", id="options that are calls"),
    pytest.param("SIZES = [10, 20]\ndef model():\n    return lambda x: x + {{choice(SIZES)}}", id="a list by its name"),
    pytest.param(
        "PAIRS = [(0.5, 10), (0.5, 20)]\ndef model():\n    return lambda x: x + {{pchoice(\n    PAIRS)}}",
        id="pairs by their name, on two lines",
    ),
    pytest.param(
        "def model():\n    return lambda x: [x + {{choice([10, 20])[i]}} for i in range(3)]", id="a draw for each index"
    ),
    pytest.param(
        "SIZES = [10, 20]\ndef model():\n    return lambda x: [x + {{choice(SIZES)[i, j]}} for i in range(2) for j in range(2)]",
        id="a draw for each pair of indices, from a list by its name",
    ),
    pytest.param(
        "def model():\n    return lambda x: x + {{choice([0, uniform(0.1, 0.5), choice([7, 8])])}}", id="inner distributions"
    ),
    pytest.param(
        "def model():\n    def inner(x):\n        return (lambda: x * {{uniform(0, 1)}})()\n    return inner",
        id="a function in a function",
    ),
    pytest.param(
        "def model():\n    f, g = (lambda x: x * {{uniform(0, 1)}}), (lambda x: x - {{uniform(0, 1)}})\n"
        "    return lambda x: f(x) + g(x)",
        id="two on a line, in a closure",
    ),
    pytest.param(
        "class Net:\n    def call(self, x):\n        return x * {{uniform(0, 1)}}\ndef model():\n    return Net().call",
        id="a method",
    ),
    pytest.param(
        "class Net:\n    @staticmethod\n    def call(x):\n        return x * {{uniform(0, 1)}}\n"
        "def model():\n    from functools import partial\n    return partial(Net.call)",
        id="a static method in a partial",
    ),
    pytest.param(
        "def scale(x):\n    return x * {{uniform(0, 1)}}\ndef model():\n    return lambda x: scale(x) + 1",
        id="a function of the module that it calls",
    ),
    pytest.param(
        "SCALE = {{uniform(0, 1)}}\ndef double(x):\n    return 2 * x\ndef model():\n    return lambda x: double(x) * SCALE",
        id="a variable of the module",
    ),
    pytest.param(
        "def model():\n    def numbers(x):\n        for i in range(2):\n            yield x + i * {{choice([10, 20])}}\n"
        "    return lambda x: list(numbers(x))",
        id="a generator",
    ),
    pytest.param(
        "import functools\ndef model():\n    return functools.partial(lambda y, x: x * {{uniform(0, 1)}}, 0)",
        id="a function in an object of a library",
    ),
    pytest.param(
        "def model():\n    return lambda x: '' if x is None else f'é {x}' * {{choice([1, 2])}}", id="text that is not ASCII"
    ),
]  # fmt: skip


@pytest.mark.parametrize("text", FUNCTIONS)
@pytest.mark.parametrize("kept", [pytest.param(True, id="kept"), pytest.param(False, id="remembered")])
def test_it_computes_as_in_its_trial(text: str, kept: bool) -> None:
    program = loaded(text)
    first = run(program, 0, kept=kept)
    before = first(3)
    second = run(program, 1, kept=kept)
    program.restore()
    assert second(3) != before
    assert first(3) == before


@pytest.mark.parametrize("text", FUNCTIONS)
def test_its_pickle_needs_nothing_of_the_trials(text: str) -> None:
    program = loaded(text)
    run(program, 1)
    function = run(program, 0)
    file = io.BytesIO()
    pickles.dump(function, file)
    expected = function(3)
    program.restore()
    assert b"_ht_" not in file.getvalue()
    assert b"hypertemplate.runtime" not in file.getvalue()
    assert pickle.loads(file.getvalue())(3) == expected


def test_its_source_is_what_it_computes() -> None:
    program = loaded("\n\ndef model():\n    return lambda x: x * {{choice([2, 3])}}\n")
    function = run(program, 1)
    assert inspect.getsource(function).strip() == "return lambda x: x * ((2, 3)[1])"
    assert function.__code__.co_firstlineno == 4
    assert function.__code__.co_filename == "<model.py> (trial 1)"


@pytest.mark.parametrize(
    ("text", "put"),
    [
        pytest.param("(_ht_['a']) ** 2", "(1e999) ** 2", id="infinity"),
        pytest.param("(_ht_['b'])", "((1e999 - 1e999))", id="not a number"),
        pytest.param("(_ht_['c'])", "((-0.5))", id="below zero"),
        pytest.param("(_ht_['d'])", "({}['d'])", id="an option that was not chosen"),
        pytest.param("_ht_.leave(1, (_ht_['c']))", "_ht_.leave(1, ((-0.5)))", id="another method"),
        pytest.param("_ht_.option('e', \\\n\nX)", "[\n\n*X][1]", id="line breaks"),
    ],
)
def test_values_as_text(text: str, put: str) -> None:
    values = {"a": float("inf"), "b": float("nan"), "c": -0.5, "e": 1}
    text = text.replace("\\\n\n", "\n\n")
    assert in_place(text, values) == put.replace("(1e999) ** 2", "((1e999)) ** 2")


SHARED = [
    pytest.param(
        "def show():\n    return globals()['RATE']", id="a function of setup looks a name up by its text"
    ),
    pytest.param(
        "COUNT = 0\ndef show():\n    global COUNT\n    COUNT += 1\n    return RATE if 'RATE' in dir() else COUNT",
        id="a function of setup binds a global name",
    ),
]


@pytest.mark.parametrize("setup", SHARED)
def test_where_setup_could_tell_the_names_are_shared(setup: str) -> None:
    program = loaded(f"{setup}\nRATE = {{{{uniform(0, 1)}}}}\ndef model():\n    return show(), RATE\n")
    assert run(program, 0)[1] == 0.25
    assert run(program, 1)[1] == 0.75


def test_a_worker_lets_go_of_what_a_trial_has_bound() -> None:
    text = "class Big: pass\nBIG = [Big(), {{uniform(0, 1)}}]\ndef model():\n    return lambda: BIG\n"
    program = load(compile_source(Source((Part("file", "model.py", text),), "")), 1)
    program.restore()
    program.run(program.draws({"BIG": 0.5}), 1)
    big = weakref.ref(program.names["BIG"][0])
    gc.disable()  # nothing is in a circle
    try:
        program.restore()
        assert big() is None
    finally:
        gc.enable()
