from __future__ import annotations

import pytest

from hypertemplate.compiler.dataflow.stateful_functions import remembering
from tests.compiler.support import CHOICE, SETUP, TRIAL, module, placements, reasons, trials_and_fresh_runs


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        pytest.param("def f(x, memo={}): memo[x] = 1", {"f": "memo={}"}, id="a dict that is filled"),
        pytest.param("def f(x, *, memo=[]): memo.append(x)", {"f": "memo=[]"}, id="a list, by keyword"),
        pytest.param(
            "def f(x, a=3, memo=dict()):\n    m = memo\n    m.update(x)", {"f": "memo=dict()"}, id="by a name"
        ),
        pytest.param("f = lambda x, memo=[]: memo.append(x)", {"f": "memo=[]"}, id="of a lambda"),
        pytest.param("def f(x, memo={}): return memo", {}, id="not one that is only read"),
        pytest.param("def f(x, *, memo): memo.append(x)", {}, id="not a parameter without a default"),
        pytest.param("def f(x, memo=None): memo[x] = 1", {}, id="not a default that cannot change"),
        pytest.param("def f(x, memo=seen): memo[x] = 1", {}, id="not what is made elsewhere"),
        pytest.param("def f(x, memo={}):\n    memo = dict(memo)\n    memo[x] = 1", {}, id="not a copy"),
        pytest.param(
            "def make():\n    n = 0\n    def f():\n        nonlocal n\n        n += 1\n    return f\ng = make()",
            {"g": "make()"},
            id="a variable around it",
        ),
        pytest.param(
            "def make():\n    seen = []\n    def f(x): seen.append(x)\n    return f\ng = make()",
            {"g": "make()"},
            id="a list around it",
        ),
        pytest.param(
            "def make(n):\n    def f(x): return x + n\n    return f\ng = make(3)",
            {},
            id="not one it only reads",
        ),
        pytest.param(
            "def log(f):\n    def g(x):\n        g.n += 1\n        return f(x)\n    return g\n"
            "@log\ndef h(x): pass\n@other\ndef i(x): pass",
            {"h": "@log"},
            id="a decorator that counts",
        ),
        pytest.param("add = names.append", {"add": "names.append"}, id="a method that changes its list"),
        pytest.param("get = names.index", {}, id="not one that does not"),
    ],
)
def test_functions_that_remember(text: str, holds: dict[str, str]) -> None:
    assert remembering(module(text)) == holds


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "def f(x, memo={}):\n    memo.setdefault(x, len(memo))\n    return memo[x]\n"
            f"warm = f(1)\nloss = f({CHOICE}), f(5), warm\n",
            id="a memo in a default",
        ),
        pytest.param(
            "memo = {}\ndef f(x, memo=memo):\n    memo[x] = 1\n    return len(memo)\n"
            f"loss = f({CHOICE}), memo\n",
            id="a memo of the module's as the default",
        ),
        pytest.param(
            f"memo = {{}}\nf = lambda x, m=memo: m.setdefault(x, len(m))\nloss = f({CHOICE}), f(3)\n",
            id="of a lambda",
        ),
        pytest.param(
            f"def f():\n    f.calls += 1\n    return f.calls\nf.calls = 0\nf()\nloss = f(), {CHOICE}\n",
            id="an attribute of the function",
        ),
        pytest.param(
            f"names = ['a']\nadd = names.append\nadd({CHOICE})\nloss = list(names)\n", id="a bound method"
        ),
        pytest.param(
            f"names = ['a']\nlist(map(names.append, [{CHOICE}]))\nloss = list(names)\n",
            id="a bound method that is passed on",
        ),
        pytest.param(
            "names = []\nclass Callback:\n    def __init__(self, on_end): self.on_end = on_end\n"
            f"callback = Callback(on_end=names.append)\ncallback.on_end({CHOICE})\nloss = list(names)\n",
            id="a bound method that an object keeps",
        ),
        pytest.param(
            "def meter():\n    seen = []\n    def add(x):\n        seen.append(x)\n        return sum(seen)\n"
            f"    return add\nadd = meter()\nadd(1)\nloss = add({CHOICE})\n",
            id="a closure",
        ),
        pytest.param(
            "def counted(f):\n    def g(x):\n        g.n += 1\n        return f(x)\n    g.n = 0\n    return g\n"
            f"@counted\ndef twice(x): return 2 * x\nloss = twice({CHOICE}), twice.n\n",
            id="a decorated function",
        ),
    ],
)
def test_a_trial_does_not_see_what_another_one_left_there(text: str) -> None:
    found, expected = trials_and_fresh_runs(text)
    assert found == expected


def test_what_no_trial_code_reaches_is_made_once() -> None:
    text = f"def f(x, memo={{}}):\n    memo[x] = 1\n    return 1\nx = f(2)\nloss = x * {CHOICE}\n"
    assert placements(text) == [SETUP, SETUP, TRIAL]


def test_why_it_is_made_for_each_trial() -> None:
    text = f"def f(x, memo={{}}):\n    memo[x] = 1\nloss = f({CHOICE})\n"
    assert reasons(text)[0] == "memo={} in 'f' would carry one trial into the next"


def test_beside_a_model_function_it_stays() -> None:
    text = f"def f(x, memo={{}}):\n    memo[x] = 1\ndef model():\n    return f({CHOICE})\n"
    assert placements(text) == [SETUP, TRIAL]
