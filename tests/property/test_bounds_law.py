"""A list of options with names is, before the first trial, what it is where its marker stands in a fresh run.

The compiler may refuse a marker; it may not evaluate it to something else.
"""

from __future__ import annotations

import ast
import textwrap
from typing import Any

import pytest
from hypothesis import event, given, reject
from hypothesis import strategies as st

from hypertemplate.compiler.program import Program
from hypertemplate.compiler.stages import compile_source
from hypertemplate.errors import CompileError
from hypertemplate.runtime.loaded_program import load
from tests.compiler.support import source

pytestmark = pytest.mark.property

HEAD = """\
import math
TOP = [7, 8]
n, m = 4, 5
s, t = [1], [2, 3]
def grow(rows):
    rows.append(0)
    return rows
def data():
    x, y = [1, 2], 3
    return x, y
"""

STATEMENTS = (
    *("n = 3", "n = y", "m = n + 1", "m = len(x)", "n, m = 2, 5", "n += 1", "n, m = m, n", "n = max(x) * 2"),
    *("s = [1, 2]", "s = [n, m]", "s = x", "s = list(x)", "s = TOP", "s = [v * 2 for v in x]", "s = x + [n]"),
    *("t = s", "t = sorted(s)", "t = [s[0], n]", "t = grow([4])", "t = (5, 6)", "s += [4]", "s = s[:1] * 2"),
    *("s.append(3)", "s[0] = 5", "t.append(9)", "x.append(4)", "x = x[:1]", "grow(s)", "grow(x)", "y = 4"),
    *(
        "print(s, len(x))",
        "for n in (1, 2):\n    pass",
        "if n > 2:\n    s = [9]",
        "del n\nn = 6",
        "x[0] += 1",
    ),
    *(
        "def f():\n    nonlocal n\n    n = 8\nf()",
        "def f():\n    s.append(1)\nf()",
        "import math as n\nn = 1",
    ),
    *("with open('/dev/null') as m:\n    m = 1", "(lambda: s.append(2))()", "k = {'s': s}\nk['s'].append(7)"),
    *("TOP.append(1)", "global TOP\nTOP = [3, 3]", "from math import pi as n", "n = int(math.sqrt(9))"),
)
LISTS = ("s", "t", "x", "TOP", "s + [n]", "list(range(n + 1))", "[v + m for v in s]", "sorted(t)", "x[:y]")
AROUND = (
    "{}",
    "for i in (0, 1):\n{}",
    "if x:\n{}",
    "def build():\n{}\nbuild()",
    "found += [0 for i in (1,)]\n{}",
)

statements = st.lists(st.sampled_from(STATEMENTS), max_size=4)


@st.composite
def models(draw: st.DrawFn) -> str:
    """A model function with one marker, whose options have names."""
    text = textwrap.indent(draw(bodies()) + "\nreturn found", "    ")
    return f"{HEAD}def model(x, y, n=1):\n{text}\n"


@st.composite
def scripts(draw: st.DrawFn) -> str:
    """A script with one marker, whose options have names."""
    text = draw(bodies()).replace("nonlocal n", "global n")
    return f"{HEAD}x, y = data()\n{text}\nloss = len(found)\n"


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """Statements, one of which adds what a marker draws to ``found``."""
    marker = f"found.append({{{{choice({draw(st.sampled_from(LISTS))})}}}})"
    around = draw(st.sampled_from(AROUND))
    inside = [*draw(st.lists(st.sampled_from(STATEMENTS), max_size=1)), marker]
    inside += draw(st.lists(st.sampled_from(STATEMENTS), max_size=1))
    depth = "    " if "\n" in around and not around.startswith("found") else ""
    nested = textwrap.indent("\n".join(inside), depth)
    body = ["found = []", *draw(statements), around.format(nested), *draw(statements)]
    return "\n".join(body)


def parses(text: str) -> bool:
    try:
        ast.parse(text)
        compile(text, "model.py", "exec")
    except SyntaxError:
        return False
    return True


def options(program: Program) -> list[Any]:
    """The options that a worker tells of, before the first trial."""
    loaded = load(program, 0)
    (dimension,) = loaded.space
    return [ast.literal_eval(option.text) for option in dimension.options]


def in_a_fresh_run(text: str) -> list[list[Any]]:
    """The options where the marker stands, each time that it is reached."""
    plain = text.replace("{{choice(", "list((").replace(")}}", "))")
    namespace: dict[str, Any] = {}
    exec(compile(plain, "model.py", "exec", dont_inherit=True), namespace)
    if "model" not in namespace:
        return _lists(namespace["found"])
    return _lists(namespace["model"](*namespace["data"]()))


def _lists(found: list[Any]) -> list[list[Any]]:
    return [one for one in found if isinstance(one, list)]


@given(scripts())
def test_options_of_a_script_before_the_trial_are_those_of_a_fresh_run(text: str) -> None:
    check(text)


@given(models())
def test_options_of_a_model_before_the_trial_are_those_of_a_fresh_run(text: str) -> None:
    check(text)


def check(text: str) -> None:
    """Options are the same before the first trial and where their marker stands."""
    if not parses(text):
        reject()
    try:
        reached = in_a_fresh_run(text)
    except Exception as error:
        event(f"the program raises {type(error).__name__}")
        reject()
    try:
        program = compile_source(source(text))
    except CompileError:
        event("refused")
        return
    event("accepted")
    assert reached == [options(program)] * len(reached)
