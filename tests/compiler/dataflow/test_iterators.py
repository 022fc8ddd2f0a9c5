from __future__ import annotations

import pytest

from hypertemplate.compiler.dataflow.iterators import OneShotFinder
from tests.compiler.support import (
    CHOICE,
    SETUP,
    TRIAL,
    cells,
    compiled,
    module,
    placements,
    reasons,
    run_trials,
    trials_and_fresh_runs,
)

IMPORTS = "import csv, glob, itertools, os\nfrom pathlib import Path\n"


def held(text: str) -> dict[str, str]:
    """Name to what its value holds."""
    built = module(IMPORTS + text)
    return OneShotFinder(built).names(list(built.statements))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        pytest.param("it = iter(x)", {"it": "iter()"}, id="an iterator"),
        pytest.param("it = (i for i in x)", {"it": "a generator"}, id="a generator expression"),
        pytest.param("it = zip(a, b)", {"it": "zip()"}, id="pairs"),
        pytest.param("it = map(f, a)", {"it": "map()"}, id="what is mapped"),
        pytest.param("it = filter(f, a)", {"it": "filter()"}, id="what is filtered"),
        pytest.param("it = enumerate(a)", {"it": "enumerate()"}, id="what is numbered"),
        pytest.param("it = reversed(a)", {"it": "reversed()"}, id="what is turned round"),
        pytest.param("f = open('x')", {"f": "open()"}, id="an open file"),
        pytest.param("f = csv.reader(open('x'))", {"f": "reader()"}, id="what reads a file"),
        pytest.param("it = itertools.count()", {"it": "count()"}, id="a counter"),
        pytest.param("it = ds.as_numpy_iterator()", {"it": "as_numpy_iterator()"}, id="a method's iterator"),
        pytest.param("it = jt = iter(x)", {"it": "iter()", "jt": "iter()"}, id="by two names"),
        pytest.param("it = iter(x)\njt = it", {"it": "iter()", "jt": "iter()"}, id="by another name"),
        pytest.param("a, b = iter(x), 3", {"a": "iter()"}, id="one of a pair"),
        pytest.param("its = [iter(x), 3]", {"its": "iter()"}, id="in a list"),
        pytest.param("a, *b = [iter(x), iter(y)]", {"a": "iter()", "b": "iter()"}, id="an item of a list"),
        pytest.param("a, b = [iter(i) for i in x]", {"a": "iter()", "b": "iter()"}, id="of a comprehension"),
        pytest.param("its = {'a': iter(x)}", {"its": "iter()"}, id="in a dict"),
        pytest.param("its = []\nits.append(iter(x))", {"its": "iter()"}, id="appended to a list"),
        pytest.param("def f():\n    yield 1\nit = f()", {"it": "f()"}, id="a generator of the file"),
        pytest.param("def f():\n    yield from x\nit = f()", {"it": "f()"}, id="one that delegates"),
        pytest.param("def f():\n    return zip(a, b)\nit = f()", {"it": "zip()"}, id="what is returned"),
        pytest.param("class A:\n    def __next__(self): pass\nit = A()", {"it": "A()"}, id="its own class"),
        pytest.param("class A:\n    def run(self): pass\nit = A()", {}, id="not another class"),
        pytest.param("x = list(zip(a, b))", {}, id="not a list of it"),
        pytest.param("x = dict(zip(a, b))", {}, id="not a dict of it"),
        pytest.param("x = sorted(map(f, a))", {}, id="not what is sorted"),
        pytest.param("x = [i for i in zip(a, b)]", {}, id="not a list comprehension"),
        pytest.param("x = [*zip(a, b)]", {}, id="not its items"),
        pytest.param("x, y = zip(*a)", {}, id="not what is unpacked from it"),
        pytest.param("a, *rest = map(int, text)", {}, id="nor the rest"),
        pytest.param("x = make(iter(a))", {}, id="not what an unknown function makes of it"),
        pytest.param("x = zip(a, b)[0]()", {}, id="not what is called"),
        pytest.param("x = f.open('a')", {}, id="not a method of the same name"),
        pytest.param("x = glob.glob('*')", {}, id="not a list of files"),
        pytest.param("def zip(a): return 3\nx = zip(a)", {}, id="not the file's own function"),
        pytest.param("def f():\n    def g():\n        yield 1\n    return 3\nx = f()", {}, id="not inside"),
        pytest.param("with open('x') as f:\n    y = f.read()", {}, id="not a file that is closed"),
        pytest.param("for x in zip(a, b): pass", {}, id="not what a loop goes through"),
        pytest.param("x = []\nx += map(f, a)", {}, id="not a list that it is added to"),
        pytest.param("x = {}\nx.update(zip(a, b))", {}, id="nor a dict"),
        pytest.param("def f():\n    it = iter(x)", {}, id="not a local variable"),
    ],
)
def test_names_that_hold_what_is_used_up(text: str, holds: dict[str, str]) -> None:
    assert held(text) == holds


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"it = iter([1, 2, 3])\nloss = next(it), {CHOICE}\n", id="an iterator"),
        pytest.param(
            f"it = iter([1, 2, 3])\nfirst = next(it)\nloss = first, next(it), {CHOICE}\n",
            id="one that setup has begun",
        ),
        pytest.param(
            "def rows():\n    yield from range(5)\n"
            f"it = rows()\nhead = next(it)\nloss = head, [n * {CHOICE} for n in it]\n",
            id="a generator of the file",
        ),
        pytest.param(
            f"import io\nf = io.StringIO('1 2')\nloss = f.read(), {CHOICE}\n", id="a file in memory"
        ),
        pytest.param(
            f"it = iter([1, 2])\ndef take(): return next(it)\nloss = take(), {CHOICE}\n", id="in a function"
        ),
        pytest.param(
            f"it = iter([1, 2])\ngen = (i for i in it)\ndef model():\n    return next(gen), {CHOICE}\n",
            id="beside a model function",
        ),
    ],
)
def test_each_trial_reads_it_from_the_beginning(text: str) -> None:
    found, expected = trials_and_fresh_runs(text)
    assert found == expected


def test_what_trial_code_does_not_reach_is_read_once() -> None:
    text = f"pairs = zip('ab', (1, 2))\ntable = dict(pairs)\nloss = len(table), {CHOICE}\n"
    assert placements(text) == [SETUP, SETUP, TRIAL]


def test_why_it_is_made_for_each_trial() -> None:
    assert reasons(f"it = iter('ab')\nloss = list(it), {CHOICE}\n")[0] == (
        "iter() in 'it' would carry one trial into the next"
    )


def test_in_a_notebook_too() -> None:
    notebook = cells("it = iter([1, 2, 3])", "next(it)", f"loss = next(it) * {CHOICE}")
    program = compiled(notebook)
    assert [names["loss"] for names in run_trials(program, [{"loss": 0}] * 2)] == [20, 20]
