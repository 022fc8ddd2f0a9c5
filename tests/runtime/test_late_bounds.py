"""Bounds and lists that are evaluated when data has run: what a worker tells of, and what trials make of it."""

from __future__ import annotations

from typing import Any

import pytest

from hypertemplate.compiler.emit.program_text import render_program
from hypertemplate.compiler.program import Program
from hypertemplate.errors import LoadError
from hypertemplate.runtime.loaded_program import LoadedProgram, load
from tests.compiler.support import compiled

pytestmark = pytest.mark.usefixtures("loading")

TEMPLATES = {
    "by position": "def data():\n    return [1, 2, 3], 4\ndef model(x, y):\n    return {{uniform(0, len(x) + y)}}\n",
    "by name": "def data():\n    y, x = 4, [1, 2, 3]\n    return y, x\n"
    "def model(x, y):\n    return {{uniform(0, len(x) + y)}}\n",
    "as one object": "def data():\n    x = [1, 2, 4]\n    return x\ndef model(x):\n    return {{uniform(0, sum(x))}}\n",
    "left behind": "def data():\n    x = 7\n    return 0\ndef model(y):\n    return {{uniform(0, x)}} + y\n",
    "a local variable that data does not return": "def data():\n    x = 7\n"
    "def model(x):\n    return {{uniform(0, x)}}\n",
    "a dict": "def data():\n    return {'x': 7}\ndef model(x):\n    return {{uniform(0, x)}}\n",
    "a constant of it": "def data():\n    x = [1, 2]\n    return x\n"
    "def model(x):\n    n = len(x) * 3 + 1\n    return {{uniform(0, n)}}\n",
    "a default": "def data():\n    return 1\ndef model(x, top=7):\n    return {{uniform(0, top)}} * x\n",
    "beside what is used up": "def data():\n    return iter([1]), 7\n"
    "def model(x, y):\n    return {{uniform(0, y)}} * next(x)\n",
    "an import": "def model():\n    from fractions import Fraction as F\n    return {{uniform(0, F(14, 2))}}\n",
}


def trial(loaded: LoadedProgram, **params: float) -> Any:
    """One trial, as a worker runs it."""
    loaded.restore()
    return loaded.run(loaded.draws(params), 1)


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in TEMPLATES.items()])
def test_a_bound_of_what_data_gives_the_model(text: str) -> None:
    loaded = load(compiled(text), 1)
    assert [dimension.numbers for dimension in loaded.space] == [{"low": 0, "high": 7}]
    assert [trial(loaded, uniform=2.5), trial(loaded, uniform=3.5)] == [2.5, 3.5]


def test_a_list_that_data_gives_the_model() -> None:
    text = "def data():\n    x = ['a', 'b']\n    return x\ndef model(x):\n    return {{choice(x)}}\n"
    loaded = load(compiled(text), 1)
    assert [option.text for option in loaded.space[0].options] == ["'a'", "'b'"]
    assert [trial(loaded, choice=1), trial(loaded, choice=0)] == ["b", "a"]


def test_a_local_list_has_its_objects_made_in_each_trial() -> None:
    text = (
        "def model():\n    made = [[], [1]]\n    one = {{choice(made)}}\n    one.append(2)\n    return one\n"
    )
    loaded = load(compiled(text), 1)
    assert [trial(loaded, one=0), trial(loaded, one=0), trial(loaded, one=1)] == [[2], [2], [1, 2]]


def test_data_is_let_go_of_once_the_bounds_are_known() -> None:
    loaded = load(compiled(TEMPLATES["beside what is used up"]), 1)
    assert loaded.names["_ht_"].given == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "def data():\n    x = []\n    return x\ndef model(x):\n    return {{uniform(0, len(x))}}\n",
            "model.py:5:12: uniform() needs low < high, got low=0, high=0 (from len(x))",
            id="data without anything",
        ),
        pytest.param(
            "def data():\n    x = 'a'\n    return x\ndef model(x):\n    return {{uniform(0, x)}}\n",
            "model.py:5:25: uniform() needs a number for high, got x = 'a'",
            id="a text",
        ),
    ],
)
def test_a_bound_that_cannot_be_drawn_from_is_named_as_it_is_written(text: str, message: str) -> None:
    with pytest.raises(LoadError) as caught:
        load(compiled(text), 1)
    assert caught.value.message == message


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in TEMPLATES.items()])
def test_the_program_for_people_has_the_middle_of_the_range(text: str) -> None:
    assert shown(compiled(text)) == [3.5]


def shown(program: Program) -> list[object]:
    """What ``program.py`` prints."""
    found: list[object] = []
    code = compile(render_program(program), "program.py", "exec")
    exec(code, {"__name__": "__main__", "print": found.append})
    return found
