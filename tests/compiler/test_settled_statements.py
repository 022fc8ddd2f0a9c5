"""Statements of live code that have left the same values in memory make no difference to trials."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.edits.source_edits import Left, edits_between
from hypertemplate.compiler.live_module import Memory
from tests.compiler.support import source

NP = "import numpy as np\n"
SEED, DRAW = "np.random.seed(0)\n", "x = np.random.rand(5)\n"
SEED_ALL = "import random\ndef seed_all(n):\n    random.seed(n)\n    np.random.seed(n)\n"
FRESH = "def fresh():\n    np.random.seed(3)\n    return np.random.rand(2)\n"


def model(loss: str) -> str:
    return f"def model():\n    return {{{{uniform(0, 1)}}}} + {loss}\n"


def changed(before: str, after: str, same: str) -> bool:
    """Whether trials of one version count no more under the other.

    Args:
        before: earlier version.
        after: present version.
        same: names whose values are the same.
    """
    names = frozenset(
        {"a", "b", "f", "h", "k", "np", "seed_all", "x", "z", "model", "random", "fresh", "it", "os"}
    )
    left = Left(Memory(names), frozenset(same.split()))
    edits = edits_between(source(before), source(after), model="model", data=None, left=left)
    return bool(edits.changed)


@pytest.mark.parametrize(
    ("before", "more", "below", "same"),
    [
        pytest.param("k = 3\n", "k += 1\nk -= 1\n", model("k"), "k", id="a number that is what it was"),
        pytest.param("k = {'a': 1}\n", "k['a'] = 1\n", model("k['a']"), "k", id="an item that is what it was"),
        pytest.param("a = 3\nk = a * 2\n", "a = 6\nk = a\n", model("k"), "k", id="a value from another one that trials do not read"),
        pytest.param("x = [1]\nk = 1\n", "for k in x:\n    pass\n", model("k"), "k", id="a loop"),
        pytest.param(NP + SEED + DRAW, SEED, model("x.sum()"), "x", id="a seed below what was drawn"),
        pytest.param(NP + SEED + DRAW, SEED, model("x.sum() + np.random.rand()"), "x", id="a seed below what was drawn, where trials draw"),
        pytest.param(NP + SEED + DRAW, "z = np.random.rand(5)\n", model("x.sum() + np.random.rand()"), "x", id="draws that only cells need, where trials draw"),
        pytest.param(NP + SEED + "x = np.arange(5)\nnp.random.shuffle(x)\n", SEED + "x = np.arange(5)\nnp.random.shuffle(x)\n", model("x[0]"), "x", id="numbers that are shuffled again"),
        pytest.param(NP + SEED, "np.random.seed(1)\n" + SEED, model("np.random.rand()"), "k", id="another seed above the last one"),
        pytest.param(NP + SEED_ALL + "seed_all(1)\n" + DRAW, "seed_all(1)\n", model("x.sum()"), "x", id="a function that seeds"),
        pytest.param(NP + FRESH + "x = fresh()\n", "x = fresh()\n", model("x.sum()"), "x", id="a function that seeds and draws"),
    ],
)  # fmt: skip
def test_cells_that_leave_what_there_was(before: str, more: str, below: str, same: str) -> None:
    assert not changed(before + below, before + more + below, same)
    assert not changed(before + more + below, before + below, same)


@pytest.mark.parametrize(
    ("before", "more", "below", "same"),
    [
        pytest.param("k = 3\n", "k += 1\nk -= 1\n", model("k"), "", id="a number that nobody compared"),
        pytest.param("a = 3\nb = f(a)\n", "a += 1\nb = f(a)\n", model("b"), "a", id="an object that is made of another number"),
        pytest.param("a = 3\nb = f(a)\n", "a += 1\nb = f(a)\na -= 1\n", model("b + a"), "a", id="an object that was made of another number"),
        pytest.param("a = 3\nimport os\nos.environ['A'] = str(a)\n", "a += 1\na -= 1\n", model("a"), "a", id="a setting that was made of it"),
        pytest.param("import os\nk = 1\n", "os.environ['A'] = '2'\n", model("k"), "k", id="a setting"),
        pytest.param("import own\nk = 1\n", "k = own.load()\n", model("k"), "k", id="what code of the user's own may have left"),
        pytest.param("a = [1]\nb = a\n", "b = [1]\n", model("a.append(2) or len(b)"), "a b", id="an equal list in the place of one that trials change"),
        pytest.param("a = [1]\nb = a\n", "b = [1]\n", model("a[0].sort() or len(b)"), "a b", id="an equal list of lists that trials change"),
        pytest.param("k = 1\n", "k = eval('1')\n", model("k"), "k", id="code that may read anything"),
        pytest.param(NP + SEED, "np.random.seed(1)\n", model("np.random.rand()"), "k", id="another seed"),
        pytest.param(NP + SEED + "z = 1\n", "z = {{choice([1, 2])}} + np.random.rand()\n" + SEED, model("z + np.random.rand()"), "k", id="a seed below what a trial has drawn"),
        pytest.param(NP + SEED + FRESH + "x = fresh()\n", "seed = fresh()[0]\nnp.random.seed(int(seed))\n", model("x.sum()"), "x", id="a seed that was drawn"),
        pytest.param(NP + SEED_ALL + "seed_all(1)\n" + DRAW, "seed_all(2)\n", model("x.sum()"), "x", id="a function that seeds otherwise"),
        pytest.param("it = iter([1, 2])\n", "next(it)\n", model("next(it)"), "k", id="an iterator"),
    ],
)  # fmt: skip
def test_cells_that_may_leave_something_else(before: str, more: str, below: str, same: str) -> None:
    assert changed(before + below, before + more + below, same)
