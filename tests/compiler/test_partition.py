from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.compiler.support import (
    BOTH,
    KEPT,
    LEFT_OUT,
    MODEL,
    SCRIPT,
    SETUP,
    TRIAL,
    analysis,
    compiled,
    placements,
    reasons,
    run_trials,
)

U = "{{uniform(0, 1)}}"


def first(text: str) -> Sequence[object]:
    """The placements of a text's statements before the last one of a script."""
    return list(placements(text + SCRIPT))[:-1]


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(f"x = {U}", id="an assignment"),
        pytest.param(f"def f():\n    return {U}", id="the body of a function"),
        pytest.param(f"def f(x={U}): pass", id="a default"),
        pytest.param(f"@print({U})\ndef f(): pass", id="a decorator"),
        pytest.param(f"f = lambda: {U}", id="a lambda"),
        pytest.param(f"class A:\n    x = {U}", id="a class body"),
        pytest.param(f"class A:\n    def f(self):\n        return {U}", id="a method"),
        pytest.param(f"if 1:\n    x = {U}", id="a block"),
        pytest.param(f"print({U})", id="an expression"),
        pytest.param(f"async def f():\n    await g({U})", id="a coroutine"),
        pytest.param(f"x: int = {U}", id="an annotated assignment"),
        pytest.param(f"x = [{U} for _ in range(3)]", id="a comprehension"),
        pytest.param(f"with open({U}): pass", id="a with statement"),
    ],
)
def test_a_statement_with_a_marker_anywhere_is_trial(statement: str) -> None:
    assert first(statement + "\n") == [TRIAL]


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("{{choice([print, len])}}('abc')", id="the call of what is chosen"),
        pytest.param("{{choice([A])}}.append(1)", id="a method of what is chosen"),
        pytest.param("{{choice([A])}}[0] = 1", id="an item of what is chosen"),
        pytest.param("{{uniform(0, 1)}} + 1", id="a sum"),
    ],
)
def test_a_statement_that_begins_with_a_marker_is_trial(statement: str) -> None:
    assert first(f"A = [0]\n{statement}\n")[1] is TRIAL


def test_a_statement_that_is_a_marker_is_trial() -> None:
    assert first(f"{U}\n") == [TRIAL]


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        pytest.param(f"a = 1\nb = {U}\nc = 2\n", [SETUP, TRIAL, SETUP], id="nothing that does not touch it"),
        pytest.param(f"a = {U}\nb = a\nc = b\n", [TRIAL] * 3, id="what uses it, and what uses that"),
        pytest.param(f"a = {U}\ndef f(): return a\nb = f\n", [TRIAL] * 3, id="a function that names it"),
        pytest.param(f"def f(): return a\na = {U}\n", [TRIAL, TRIAL], id="a function above it"),
        pytest.param(
            f"a = {U}\nclass A:\n    def f(self): return a\n", [TRIAL, TRIAL], id="a method that names it"
        ),
        pytest.param(f"a = {U}\nf = lambda: a\n", [TRIAL, TRIAL], id="a lambda that names it"),
        pytest.param(
            f"a = {U}\nb = [a for _ in range(3)]\n", [TRIAL, TRIAL], id="a comprehension that names it"
        ),
        pytest.param(
            f"a = {U}\nb = [a for a in range(3)]\n", [TRIAL, SETUP], id="not a comprehension's own variable"
        ),
        pytest.param(f"a = {U}\ndef f(a): return a\n", [TRIAL, SETUP], id="not a parameter of that name"),
        pytest.param(
            f"a = {U}\ndef f():\n    a = 1\n    return a\n",
            [TRIAL, SETUP],
            id="not a local variable of that name",
        ),
        pytest.param(
            f"a = {U}\nx.a = 1\n".replace("x.a", "print.a"),
            [TRIAL, SETUP],
            id="not an attribute of that name",
        ),
        pytest.param(f"a = 1\na = {U}\n", [SETUP, TRIAL], id="not a binding before it"),
        pytest.param(f"a = {U}\na = 1\nb = a\n", [TRIAL] * 3, id="a binding after it"),
        pytest.param(f"a = {U}\ndel a\n", [TRIAL, TRIAL], id="a deletion after it"),
        pytest.param(f"a = {U}\nfor a in range(3): pass\n", [TRIAL, TRIAL], id="a loop that binds it"),
        pytest.param(f"a = {U}\nimport os as a\n", [TRIAL, TRIAL], id="an import that binds it"),
        pytest.param(
            f"a = {U}\ndef f():\n    global a\n    a = 2\n",
            [TRIAL, TRIAL],
            id="a function that declares it global",
        ),
        pytest.param(
            f"def f():\n    global a\n    a = {U}\nb = 1\nprint(a)\n",
            [TRIAL, SETUP, TRIAL],
            id="what uses a global of a trial function",
        ),
        pytest.param(
            f"def f(x):\n    global a\n    a = x\nf({U})\nb = [a]\n",
            [SETUP, TRIAL, TRIAL],
            id="what uses a global that a call with a marker binds",
        ),
        pytest.param(
            f"class A:\n    def __init__(self, x):\n        global a\n        a = x\nc = A({U})\nb = [a]\n",
            [SETUP, TRIAL, TRIAL],
            id="what uses a global that a class binds when it is called with a marker",
        ),
        pytest.param(
            "a = 1\ndef f():\n    global a\n    a = 2\n" + f"b = [a, {U}]\nf()\n",
            [TRIAL] * 4,
            id="a global that a call binds again below a marker",
        ),
        pytest.param(
            f"if {U} > 0:\n    import os as lib\nelse:\n    import sys as lib\nx = lib\n",
            [TRIAL, TRIAL],
            id="an import that a marker chooses",
        ),
        pytest.param(
            f"class A:\n    x = {U}\nclass B(A): pass\nb = B()\n",
            [TRIAL] * 3,
            id="a subclass and its instance",
        ),
        pytest.param(
            f"class A:\n    a = a = 1\na = {U}\nclass B:\n    a = a\n",
            [SETUP, TRIAL, TRIAL],
            id="a class body that reads it first",
        ),
        pytest.param(
            f"a = {U}; b = 1; c = a\n", [TRIAL, SETUP, TRIAL], id="statements of one line, each for itself"
        ),
    ],
)
def test_what_follows_from_a_marker(text: str, placed: list[object]) -> None:
    assert first(text) == placed


@pytest.mark.parametrize(
    ("text", "per_trial"),
    [
        pytest.param("def data():\n    return 1\n", False, id="plain data"),
        pytest.param(f"def data():\n    return {U}\n", True, id="a marker in it"),
        pytest.param(f"A = {U}\ndef data():\n    return A\n", True, id="a name that depends on a marker"),
        pytest.param(
            f"A = {U}\ndef f(): return A\ndef data():\n    return f()\n", True, id="through a function"
        ),
        pytest.param(
            f"A = {U}\ndef data():\n    A = 1\n    return A\n", False, id="a local variable of that name"
        ),
        pytest.param("", False, id="no data"),
    ],
)
def test_when_data_runs(text: str, per_trial: bool) -> None:
    assert compiled(text + "def model(x=0):\n    return {{uniform(0, 1)}}\n").data_per_trial is per_trial


def test_left_out_comes_before_all_else() -> None:
    assert placements(
        MODEL + f"best = optim.minimize(model), {U}\nif __name__ == '__main__':\n    x = {U}\n"
    ) == [
        TRIAL,
        LEFT_OUT,
        LEFT_OUT,
    ]


def test_the_names_that_depend_on_a_marker() -> None:
    text = f"import keras\nopt = keras.optimizers.Adam()\na = {U}\nb = 1\ndef f():\n    global c\n    c = a\n"
    text += "def model():\n    return opt, f()\n"
    assert analysis(text).partition.marked_names == {"a", "f", "c", "model"}


def test_a_cached_function_over_a_marker_is_made_anew_for_each_trial() -> None:
    text = """
import functools

@functools.lru_cache
def width():
    return {{choice([64, 128])}}

def model():
    return width(), width()
"""
    assert run_trials(compiled(text), [{"choice": 0}, {"choice": 1}]) == [(64, 64), (128, 128)]


def test_trial_two_sees_what_trial_one_saw() -> None:
    text = """
seen = 0
rate = {{uniform(0, 1)}}
def model():
    global seen
    seen += 1
    return seen, rate
"""
    assert run_trials(compiled(text), [{"rate": 0.25}, {"rate": 0.5}]) == [(1, 0.25), (1, 0.5)]


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        pytest.param(f"a = []\na.append({U})\n", [TRIAL, TRIAL], id="a list that a method fills"),
        pytest.param(f"a = {{}}\na['x'] = {U}\n", [TRIAL, TRIAL], id="a dict whose item is assigned"),
        pytest.param(
            f"a = print\na.rate = {U}\n", [TRIAL, TRIAL], id="an object whose attribute is assigned"
        ),
        pytest.param(f"a = 1\na += {U}\n", [TRIAL, TRIAL], id="a number that is added to"),
        pytest.param(f"a = {{}}\ndel a[{U}]\n", [TRIAL, TRIAL], id="a dict whose item is deleted"),
        pytest.param(
            f"a = []\nfor i in range(3):\n    a.append({U})\n", [TRIAL, TRIAL], id="a list that a loop fills"
        ),
        pytest.param(
            f"b = [1]\na = [b]\na.append({U})\nc = 1\n",
            [TRIAL, TRIAL, TRIAL, SETUP],
            id="with all that it is built from",
        ),
        pytest.param(
            f"b = 1\nc = b * 2, f'{{b}}'\na = [c]\na.append({U})\n",
            [SETUP, SETUP, TRIAL, TRIAL],
            id="but not numbers and texts, which nothing can change",
        ),
        pytest.param(
            f"b = [1]\nn = len(b)\na = [n, b[0] / 2, b > a, str(b), -b[0], sum(b)]\na.append({U})\n".replace(
                "sum(b)", "b.mean()"
            ),
            [SETUP, SETUP, TRIAL, TRIAL],
            id="nor what sizes and sums were taken of",
        ),
        pytest.param(
            f"def make(): return []\na = make()\na.append({U})\n",
            [SETUP, TRIAL, TRIAL],
            id="but not the functions that make it",
        ),
        pytest.param(f"class A: pass\na = A()\na.rate = {U}\n", [SETUP, TRIAL, TRIAL], id="nor the classes"),
        pytest.param(f"import os\nos.environ['A'] = str({U})\n", [SETUP, TRIAL], id="not a module"),
        pytest.param(f"a = []\nb = a\nb.append({U})\n", [TRIAL, TRIAL, TRIAL], id="by another name"),
        pytest.param(f"a = [1]\nb = {U}\nprint(a)\n", [SETUP, TRIAL, SETUP], id="nothing that is only read"),
        pytest.param(f"a = [1]\na.sort()\nb = {U}\n", [SETUP, SETUP, TRIAL], id="nothing that setup changes"),
    ],
)
def test_what_the_trial_part_changes_is_built_in_the_trial(text: str, placed: list[object]) -> None:
    assert first(text) == placed


def test_why_it_is_built_in_the_trial() -> None:
    assert reasons(f"n = [1]\na = [n]\na.append({U})\n" + SCRIPT)[:3] == [
        "'a', which line 3 changes in each trial, is built from it",
        "'a', which line 3 changes in each trial, is built from it",
        "contains a marker",
    ]


def test_a_list_that_a_loop_fills_is_the_same_in_trial_two() -> None:
    text = """
layers = []
for _ in range(2):
    layers.append({{choice([8, 16])}})
def model():
    return list(layers)
"""
    assert run_trials(compiled(text), [{"layers": 0}, {"layers": 1}]) == [[8, 8], [16, 16]]


IMPORT = "from keras.optimizers import Adam\n"


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        pytest.param(
            "A = [Adam()]\ndef model():\n    return {{choice(A)}}\n", [BOTH], id="a list of options"
        ),
        pytest.param(
            "N = 3\nA = [Adam(N)]\ndef model():\n    return {{choice(A)}}\n",
            [SETUP, BOTH],
            id="with what it is made of",
        ),
        pytest.param(
            "A = [Adam()]\nB = list(A)\ndef model():\n    return {{choice(B)}}\n",
            [BOTH, BOTH],
            id="through another name",
        ),
        pytest.param(
            "A = [Adam()]\nB = len(A)\ndef model():\n    return {{uniform(0, B)}}, A\n",
            [BOTH, BOTH],
            id="a bound",
        ),
        pytest.param(
            "A = [Adam()]\ndef model():\n    return {{choice([1, 2])}}, A\n",
            [TRIAL],
            id="not where no bound needs it",
        ),
    ],
)
def test_what_a_bound_needs_of_what_is_made_anew_runs_in_setup_too(text: str, placed: list[object]) -> None:
    assert list(placements(IMPORT + text))[1:-1] == placed


def test_what_fills_a_list_of_options_runs_in_setup_too() -> None:
    text = IMPORT + "A = [Adam()]\nA.append(Adam(1))\ndef model():\n    return {{choice(A)}}\n"
    assert placements(text)[1:3] == [BOTH, BOTH]


def test_why_it_runs_in_setup_too() -> None:
    assert reasons(IMPORT + "A = [Adam()]\ndef model():\n    return {{choice(A)}}\n")[1] == (
        "Adam() in 'A' would carry one trial into the next; and a bound needs it after load"
    )


ROWS = "class Rows:\n    def __init__(self, rows):\n        self.rows = rows\n"


@pytest.mark.parametrize(
    ("text", "per_trial", "changed"),
    [
        pytest.param(
            f"{ROWS}def data():\n    return Rows([3])\ndef model(rows):\n    return {{{{uniform(0, 1)}}}} + rows.rows[0]\n",
            False,
            False,
            id="an object of the template's own class that the model reads",
        ),
        pytest.param(
            "def data():\n    return [3], 4\ndef model(x, y):\n    x += [{{uniform(0, 1)}}]\n    return x\n",
            True,
            True,
            id="a list that the model changes",
        ),
        pytest.param(
            "def data():\n    return {{choice([1, 2])}}, 4\ndef model(x, y):\n    return x\n",
            True,
            False,
            id="a marker in data",
        ),
    ],
)
def test_data_runs_in_each_trial_where_it_must(text: str, per_trial: bool, changed: bool) -> None:
    program = compiled(text)
    assert (program.data_per_trial, program.changed_data, program.keeps_data) == (per_trial, changed, changed)


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        pytest.param(
            "a = [1]\na.append(2)\nb = [a]\na = b[0]\n",
            [KEPT] * 4,
            id="what it is built from, and what uses that",
        ),
        pytest.param("a = [1]\na.append({{choice([1, 2])}})\n", [TRIAL] * 2, id="what a marker reaches"),
        pytest.param(
            "import random\nrandom.seed(1)\na = [random.random()]\n",
            [SETUP, SETUP, TRIAL],
            id="seeded numbers",
        ),
    ],
)
def test_what_the_data_that_a_trial_changes_is_built_from(text: str, placed: list[object]) -> None:
    functions = "def data():\n    return a, 4\ndef model(x, y):\n    x += [{{uniform(0, 1)}}]\n    return x\n"
    made = placements(text + functions)
    assert made[-2 - len(placed) : -2] == placed
    assert made[-2:] == [KEPT if KEPT in placed else TRIAL, TRIAL]


def test_a_name_from_a_module_that_first_runs_after_a_trial_s_setting_is_the_trial_s() -> None:
    text = "import own.settings\nown.settings.rate = {{uniform(0, 1)}}\nfrom own2 import build\nloss = build(1)\n"
    assert "line 2, which runs in each trial, sets own before it" in reasons(text)


FIGURES = "import matplotlib.pyplot as plt\nimport pandas as pd\nimport seaborn as sns\n"


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        pytest.param(
            f"plt.plot({U})\nplt.legend()\nplt.savefig('a.png')\nx = 1\n",
            [TRIAL, TRIAL, TRIAL, SETUP],
            id="what is drawn and saved after a trial's curve",
        ),
        pytest.param(
            f"plt.hist([1])\nplt.figure()\nplt.grid()\npd.Series([{U}]).plot()\nax = plt.gca()\n",
            [SETUP, TRIAL, TRIAL, TRIAL, TRIAL],
            id="the figure that a trial draws on",
        ),
        pytest.param(
            f"plt.grid()\nplt.figure()\nplt.plot({U})\nplt.figure()\nplt.plot({U})\n",
            [SETUP, TRIAL, TRIAL, TRIAL, TRIAL],
            id="no figure but those of the trial",
        ),
        pytest.param(
            f"plt.style.use('ggplot')\nsns.lineplot(x=[1], y=[{U}])\nplt.title('x')\n",
            [SETUP, TRIAL, TRIAL],
            id="seaborn, and an option",
        ),
        pytest.param(
            f"def draw(y):\n    fig = plt.figure()\n    plt.plot(y)\nplt.grid()\ndraw({U})\nplt.savefig('a')\n",
            [SETUP, SETUP, TRIAL, TRIAL],
            id="a function that draws",
        ),
        pytest.param(
            f"from helpers import draw\ndraw({U})\nplt.savefig('a.png')\n",
            [SETUP, TRIAL, TRIAL],
            id="a function of the user's that may draw",
        ),
    ],
)
def test_what_draws_on_the_figure_of_a_trial_is_trial(text: str, placed: list[object]) -> None:
    assert first(FIGURES + text)[3:] == placed


@pytest.mark.parametrize(
    ("imports", "text", "placed"),
    [
        pytest.param(
            "import logging",
            f"logging.info('start')\nlogging.info('loss %s', {U})\nlogging.info('done')\n",
            [SETUP, TRIAL, TRIAL],
            id="a log",
        ),
        pytest.param(
            "import wandb",
            f"wandb.login()\nwandb.init()\nwandb.log({U})\nwandb.finish()\n",
            [SETUP, TRIAL, TRIAL, TRIAL],
            id="the record of a run, which a trial begins and ends",
        ),
        pytest.param(
            "import mlflow",
            f"mlflow.log_text('a', 'b')\nmlflow.start_run()\nmlflow.log_metric('a', {U})\nmlflow.end_run()\n",
            [SETUP, TRIAL, TRIAL, TRIAL],
            id="a run that is begun above",
        ),
        pytest.param(
            "import tensorflow as tf",
            f"tf.summary.scalar('rate', {U}, step=0)\ntf.summary.flush()\n",
            [TRIAL, TRIAL],
            id="the writer of summaries",
        ),
        pytest.param(
            "import tensorflow as tf",
            f"tf.summary.scalar('rate', {U}, step=0)\nx = tf.constant(1)\n",
            [TRIAL, SETUP],
            id="not what makes something",
        ),
        pytest.param(
            "import warnings", f"warnings.warn(str({U}))\nwarnings.warn('b')\n", [TRIAL, TRIAL], id="warnings"
        ),
        pytest.param(
            "import numpy as np",
            f"np.savez('x', {U})\nnp.savez('y', 1)\n",
            [TRIAL, SETUP],
            id="not files apart",
        ),
    ],
)
def test_calls_for_their_effect_on_one_library_keep_their_order(
    imports: str, text: str, placed: list[object]
) -> None:
    assert first(f"{imports}\n{text}")[1:] == placed


def test_why_a_call_keeps_its_order() -> None:
    assert reasons(f"import logging\nlogging.info({U})\nlogging.info('done')\n" + SCRIPT)[2] == (
        "line 2, which runs in each trial, calls logging before it"
    )
    assert reasons(FIGURES + f"plt.grid()\nplt.plot({U})\n" + SCRIPT)[3] == (
        "line 5, which runs in each trial, draws on the same figure"
    )


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        pytest.param("", "df.query('a > @limit')", id="in a query"),
        pytest.param("rule = 'a > @limit'\n", "df.query(rule)", id="in a query with a name of its own"),
        pytest.param("", "pd.eval('df.a > limit')", id="in an expression"),
        pytest.param("def pick(t): return t.query('a > @limit')\n", "pick(df)", id="in a function"),
    ],
)
def test_a_name_in_a_text_that_pandas_evaluates_is_that_of_the_trial(rule: str, rows: str) -> None:
    text = f"import pandas as pd\ndf = pd.read_csv('x.csv')\nlimit = 3\n{rule}limit = {{{{randint(9)}}}}\nrows = {rows}\nloss = 1\n"
    assert placements(text)[-2] is TRIAL
