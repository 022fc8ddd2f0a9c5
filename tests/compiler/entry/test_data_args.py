"""``data_args`` of the file's own ``minimize`` call: the arguments of the data function."""

from __future__ import annotations

import pytest

from tests.compiler.support import cells, codes, compiled, findings

TEXT = """
from hyperas import optim
PATH = "digits.csv"
def data(path, size=3):
    return path
def model(x):
    return x, {{uniform(0, 1)}}
"""


def called(data_args: str) -> str:
    return f"ARGUMENTS = A = ['a.csv']{TEXT}optim.minimize(model, data, data_args={data_args})\n"


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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "if __name__ == '__main__':\n    X = 3\n    optim.minimize(model, data, data_args=(X, 1))\n",
            "error HT301: 'X' is defined only in the __main__ part, which is left out",
            id="of the __main__ part",
        ),
        pytest.param(
            "def main():\n    X = 3\n    optim.minimize(model, data, data_args=(X, 1))\nmain()\n",
            "error HT301: 'X' is a variable of main(), which is not called; data_args needs the module's",
            id="of a function",
        ),
        pytest.param(
            "optim.minimize(model, data, data_args=(X, 1))\n",
            "error HT301: 'X' is not defined",
            id="of nothing",
        ),
        pytest.param(
            "X = {{choice([1, 2])}}\noptim.minimize(model, data, data_args=(X, 1))\n",
            "error HT111: 'X' depends on a marker, and data_args are read before any trial",
            id="of a marker",
        ),
    ],
)
def test_a_name_in_data_args_that_is_not_there(text: str, found: str) -> None:
    assert found in findings(TEXT + text).split("\n")[0]


def test_what_data_args_name_is_kept_in_a_notebook() -> None:
    program = compiled(cells("X = 'a.csv'\nY = 1", TEXT + "optim.minimize(model, data, data_args=(X, 1))\n"))
    assert [statement.text for statement in program.parts[0].statements] == ["X = 'a.csv'"]


def test_one_value_is_no_tuple_of_arguments() -> None:
    assert findings(called("'a.csv'")) == (
        "model.py:8:39: error HT006: data_args is a tuple of the data function's arguments, got 'a.csv'\n"
        "    8 | optim.minimize(model, data, data_args='a.csv')\n"
        "      |                                       ^~~~~~~\n"
        "      = help: write data_args=('a.csv',)"
    )
