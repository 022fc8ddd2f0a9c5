"""Statements that no trial can tell, and those that only look so."""

from __future__ import annotations

import ast

import pytest

from hypertemplate.compiler.edits.idle_code import IdleCode
from hypertemplate.compiler.edits.version import View, version_of
from tests.compiler.support import source

TEMPLATE = "import matplotlib.pyplot as plt\nimport seaborn as sns\n{}\ndef model(x=0):\n    return {{{{uniform(0, 1)}}}}\n"


def is_idle(statement: str, template: str = "") -> bool:
    version = version_of(source(TEMPLATE.format(template)), None, None, None, is_after=True)
    return IdleCode(View(version, version.analysis.module))(ast.parse(statement).body[0])


@pytest.mark.parametrize(
    "statement",
    [
        "pass",
        "'a text'",
        "x",
        "history.history['loss'][-1]",
        "x[1:, ::2]",
        "print()",
        "print('a', x, sep='', flush=True)",
        "print(f'{x:.3f} {y!r:>{n}}')",
        "print(-x + y * 2, not z, a < b <= c, (a, [b]))",
        "print(a and b, len(x), round(x, 2))",
        "model.summary()",
        "plt.plot(x, y)",
        "plt.title('a')",
        "import matplotlib.pyplot as figures",
        "if verbose:\n    print(x)\nelse:\n    pass",
    ],
)
def test_it_is_idle(statement: str) -> None:
    assert is_idle(statement)


@pytest.mark.parametrize(
    ("statement", "template"),
    [
        pytest.param("x = 1", "", id="an assignment"),
        pytest.param("print(next(x))", "", id="a call of something else"),
        pytest.param("print(x, file=log)", "", id="another output"),
        pytest.param("print(*x)", "", id="what may use up an iterator"),
        pytest.param("print(x << 3)", "", id="an operator that may be the template's own"),
        pytest.param("print(x in y)", "", id="a membership, which may use up an iterator"),
        pytest.param("print(x)", "def print(x):\n    pass", id="a print of the template's own"),
        pytest.param("print(x)", "import sys\nsys.stdout = open('a')", id="an output of the template's own"),
        pytest.param("print(x)", "class A:\n    def __repr__(self):\n        return next(a)", id="code that runs when it prints"),
        pytest.param("print(x['a'])", "from collections import defaultdict", id="items that reading adds"),
        pytest.param("model.summary()", "def summary():\n    pass", id="a method that the template may have"),
        pytest.param("model.fit()", "", id="another method"),
        pytest.param("f().summary()", "", id="a method of what a call returns"),
        pytest.param("f(1)(2)", "", id="a call of a call"),
        pytest.param("sns.barplot(x)", "", id="a plot that draws random numbers"),
        pytest.param("'a text'", "print(__doc__)", id="a text that code may read"),
        pytest.param("if f(x):\n    pass", "", id="a condition that calls"),
        pytest.param("if x:\n    y = 1", "", id="a branch that does something"),
        pytest.param("print({1: f(2)})", "", id="a dict"),
        pytest.param("import os", "", id="an import"),
    ],
)  # fmt: skip
def test_it_is_not_idle(statement: str, template: str) -> None:
    assert not is_idle(statement, template)
