from __future__ import annotations

from textwrap import dedent

import pytest

from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.program import Program, Reached
from hypertemplate.compiler.stages import compile_source

from .support import beside, cells, compiled, source

MODEL = "def model():\n    return {{uniform(0, 1)}} + "


def reached(program: Program) -> dict[str, Reached]:
    """What is known of each name that a worker compares."""
    return {one.name: one for one in program.reached}


def alive(text: str) -> Program:
    """The program of a template that is in memory, whose lists no trial makes anew."""
    memory = Memory(frozenset({"a", "b", "keep", "model"}))
    return compile_source(source(text), model="model", memory=memory)


def names(text: str) -> list[str]:
    """The names that a worker compares, in order."""
    return [one.name for one in compiled(text).reached]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"a = [1]\nb = [2]\n{MODEL}a[0]", ["a"], id="what the model names, and nothing else"),
        pytest.param(f"a = [1]\ndef f(): return a\n{MODEL}f()[0]", ["a", "f"], id="what its functions name"),
        pytest.param(
            f"a = [1]\nclass K:\n    def m(self): return a\nk = K()\n{MODEL}k.m()[0]",
            ["k"],
            id="what holds more",
        ),
        pytest.param("from net import a, b\n" + MODEL + "a.n", ["a"], id="what an import binds"),
        pytest.param("a = [1]\nx = {{uniform(0, 1)}}\nloss = a[0]\nb = x + a[0]", ["a"], id="a script"),
        pytest.param(f"a = []\nb = 1\n{MODEL}len(a) + b", ["a", "b"], id="in the order of their lines"),
        pytest.param(
            f"a = [1]\nb = [2]\n{MODEL}globals()['a'][0]", ["a", "b"], id="all where names are computed"
        ),
        pytest.param(
            "a = [1]\ndef data(): return a\n\ndef model(x):\n    return {{uniform(0, 1)}} + x",
            ["a", "data"],
            id="what data names",
        ),
        pytest.param("a = [{{uniform(0, 1)}}]\ndef model(): return a[0]", [], id="not what each trial makes"),
    ],
)
def test_names_that_setup_binds_and_trials_reach(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_a_name_has_the_line_that_binds_it_last() -> None:
    text = f"a = [1]\na = [2]\nfrom net import b\n{MODEL}a[0] + b"
    assert compiled(text).reached == (
        Reached("a", "line 2", assigned=True),
        Reached("b", "line 3", imported=True),
    )


def test_a_line_of_a_cell_or_of_another_file_says_so() -> None:
    text = f"{MODEL}a[0]"
    assert compiled(cells("a = [1]", text)).reached == (Reached("a", "line 1 of cell 1", assigned=True),)
    made = compiled(beside(f"from net import f\n{MODEL}f()", net="a = [1]\ndef f(): return a[0]\n"))
    assert reached(made)["a"].place == "line 1 of net.py"


@pytest.mark.parametrize(
    ("use", "grows_only"),
    [
        pytest.param("a.append(x)", True, id="appended to"),
        pytest.param("a.append(x)\n    a.extend([x])", True, id="twice"),
        pytest.param("a[x] = 1", True, id="an item that is set"),
        pytest.param("a.append(x)\n    print(len(a))", False, id="read too"),
        pytest.param("a.append(a)", False, id="added to itself"),
        pytest.param("a.clear()", False, id="emptied"),
        pytest.param("x += a.append(x) is None", False, id="the result is used"),
        pytest.param("keep(a)", False, id="handed to a function"),
    ],
)
def test_a_name_that_trials_only_add_to(use: str, grows_only: bool) -> None:
    text = f"from net import keep\na = []\ndef model():\n    x = {{{{uniform(0, 1)}}}}\n    {use}\n    return x\n"
    assert reached(alive(text))["a"].grows_only is grows_only


def test_a_name_that_is_read_by_another_name_does_not_only_grow() -> None:
    text = """
        a = []
        b = a
        def model():
            a.append({{uniform(0, 1)}})
            return len(b)
    """
    assert not reached(alive(dedent(text)))["a"].grows_only


def test_names_that_come_from_memory() -> None:
    text = f"a = [1]\nb = [2]\n{MODEL}a[0] + c[0]"
    made = compile_source(source(text), model="model", memory=Memory(frozenset({"a", "b", "c", "model"})))
    assert made.reached == (Reached("c", ""), Reached("a", "line 1"))
