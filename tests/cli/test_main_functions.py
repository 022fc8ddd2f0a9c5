"""Programs that do everything in ``main()``: what it returns, how it ends. Real processes, plain Python."""

from __future__ import annotations

import textwrap

import pytest

from tests.cli.conftest import Cli, Template

MAIN = """\
import sys


def load():
    return [1, 2]


def main():
    rate = {{uniform(0, 1)}}
    error = abs(rate - 0.25) * len(load())
    acc = 1 - error
    ENDING


if __name__ == "__main__":
    CALL
"""
SET = ("--set", "rate=0.5", "--max-evals", "1")


def program(ending: str, call: str = "main()") -> str:
    """A program whose main function ends with these lines."""
    return MAIN.replace("ENDING", textwrap.indent(ending, "    ").lstrip()).replace("CALL", call)


@pytest.mark.parametrize(
    ("ending", "call", "best"),
    [
        pytest.param("return error", "main()", "error 0.5, minimised", id="a variable, by its name"),
        pytest.param("return acc", "sys.exit(main())", "acc 0.5, maximised", id="handed to exit"),
        pytest.param("return {'loss': error, 'acc': acc}", "main()", "loss 0.5, minimised", id="a dict"),
        pytest.param("print(acc)\nreturn error\nsys.exit(4)", "main()", "error 0.5, minimised", id="in between"),
    ],
)  # fmt: skip
def test_what_main_returns_is_searched_by(
    cli: Cli, template: Template, ending: str, call: str, best: str
) -> None:
    template(program(ending, call), "train.py")
    status, out, _ = cli("run", "train.py", *SET)
    assert status == 0
    assert out.startswith(f"best of 1 trial: trial 0, {best}\n")


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param("return 0", id="an exit status"),
        pytest.param("sys.exit()", id="an exit"),
        pytest.param("sys.exit(0)", id="an exit with the status 0"),
        pytest.param("print(acc)", id="nothing"),
    ],
)
def test_an_objective_may_be_a_variable_of_main(cli: Cli, template: Template, ending: str) -> None:
    template(program("global reached\nreached = acc\n" + ending, "sys.exit(main())"), "train.py")
    status, out, _ = cli("run", "train.py", "--objective", "reached:max", *SET)
    assert status == 0
    assert out.startswith("best of 1 trial: trial 0, reached 0.5, maximised\n")


def test_a_local_variable_of_main_may_be_the_objective(cli: Cli, template: Template) -> None:
    template(program("return 0"), "train.py")
    status, out, _ = cli("run", "train.py", "--objective", "acc", *SET)
    assert status == 0
    assert out.startswith(
        "best of 1 trial: trial 0, acc 0.5, maximised\n  rate   0.5  (set)\nmetrics of trial 0\n  error  0.5\n"
    )


def test_where_nothing_says_whether_more_is_better_the_search_asks(cli: Cli, template: Template) -> None:
    template(program("return error * 2"), "train.py")
    status, _, err = cli("run", "train.py", "--set", "rate=0.5", "--max-evals", "3")
    assert status == 2
    assert (
        "not known whether main should be high or low: give --objective main:max or --objective main:min\n"
        in err
    )
    status, out, _ = cli("run", "train.py", "--objective", "main:min", "--max-evals", "2", "--rerun-equal")
    assert status == 0
    assert out.startswith("best of 2 trials: trial ")


@pytest.mark.parametrize(
    ("code", "said"),
    [pytest.param("3", "sys.exit(3)", id="a status"), pytest.param("'no data'", "sys.exit('no data')", id="a text")],
)  # fmt: skip
def test_any_other_exit_fails_the_trial(cli: Cli, template: Template, code: str, said: str) -> None:
    template(program(f"sys.exit({code})"), "train.py")
    status, _, err = cli("run", "train.py", "--objective", "acc", *SET)
    assert status == 3
    assert f"the trial called {said}\n" in err
