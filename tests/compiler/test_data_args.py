"""``data_args`` of the file's own ``minimize`` call: the arguments of the data function."""

from __future__ import annotations

import pytest

from tests.compiler.support import codes, compiled, findings

TEXT = """
from hyperas import optim
PATH = "digits.csv"
def data(path, size=3):
    return path
def model(x):
    return x, {{uniform(0, 1)}}
"""


def called(data_args: str) -> str:
    return f"{TEXT}optim.minimize(model, data, data_args={data_args})\n"


@pytest.mark.parametrize(
    "data_args",
    [
        pytest.param("('a.csv',)", id="one"),
        pytest.param("['a.csv', 5]", id="a list of two"),
        pytest.param("(PATH,)", id="a name of the module"),
        pytest.param("ARGUMENTS", id="a name whose number of items only a run tells"),
        pytest.param("(*A, 1)", id="an unpacked list"),
    ],
)
def test_arguments_that_fit(data_args: str) -> None:
    program = compiled(called(data_args))
    assert program.data_args is not None
    assert program.data_args.text == data_args


def test_none_is_no_arguments() -> None:
    assert codes(called("None")) == ["JOIN"]


@pytest.mark.parametrize(
    ("data_args", "count"), [pytest.param("()", 0, id="too few"), pytest.param("(1, 2, 3)", 3, id="too many")]
)
def test_arguments_that_do_not_fit(data_args: str, count: int) -> None:
    assert findings(called(data_args)) == (
        f"model.py:8:39: error HT006: data() does not take the {count} arguments that data_args gives\n"
        f"    8 | optim.minimize(model, data, data_args={data_args})\n"
        f"      |                                       ^{'~' * (len(data_args) - 1)}\n"
        "      = help: give one for each of its parameters: path, size"
    )
