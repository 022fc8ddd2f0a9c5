"""Cells that ran, in front of a model function: which of their statements run again in each trial."""

from __future__ import annotations

from textwrap import dedent

import pytest

from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import CompileError

NAMES = frozenset(
    {
        *(
            "begin",
            "build",
            "clf",
            "Client",
            "client",
            "count",
            "data",
            "helpers",
            "history",
            "hypertemplate",
        ),
        *("keras", "layers", "load", "losses", "make", "model", "net", "np", "opt", "out", "plan", "rate"),
        *("report", "rows", "run", "SVC", "study", "t", "threading", "total", "watch"),
    }
)


def compiled(*texts: str, model: str = "model") -> Program:
    parts = tuple(Part("history", f"In [{n}]", dedent(text)) for n, text in enumerate(texts, 1))
    return compile_source(Source(parts, shown="the notebook"), model=model, memory=Memory(NAMES))


def running(program: Program) -> list[str]:
    """The first lines of the statements that run in each trial, less definitions."""
    lines = [s.text.splitlines()[0] for part in program.parts for s in part.statements]
    return [line for line in lines if not line.startswith(("def ", "class "))]


MODEL = "def model():\n    rows.append({{choice([1, 2])}})\n    return len(rows)"
SEARCH = "def run(n=3):\n    return hypertemplate.tune(model, max_evals=n)"

ALONE = {
    "a list that the model changes": ["rows = []", MODEL],
    "a wrapper around a search": ["import hypertemplate", "rows = []", MODEL, SEARCH, "study = run()"],
    "a wrapper that ran in a loop": [
        *("import hypertemplate", "rows = []", MODEL, SEARCH),
        "for n in (1, 2):\n    study = run(n)",
    ],
    "a search by an object": [
        *("import hypertemplate", "rows = []", MODEL),
        "class Client:\n    def __init__(self, f):\n        self.f = f\n    def go(self):\n"
        "        return hypertemplate.tune(self.f)",
        "client = Client(model)",
        "study = client.go()",
    ],
    "what an earlier search of another model found": [
        *("import hypertemplate", "rows = []", "def build():\n    return {{uniform(0, 1)}}"),
        "def run():\n    return hypertemplate.tune(build).trials",
        "losses = run()",
        "total = min(losses)",
        MODEL.replace("len(rows)", "len(rows) + total"),
    ],
    "a thread that got the list": [
        *("import threading", "rows = []", "def watch(x):\n    x.append(0)"),
        "t = threading.Thread(target=watch, args=(rows,))\nt.start()",
        MODEL,
    ],
    "a thread that a function of the notebook starts": [
        *("import threading", "rows = []", "def watch(x):\n    x.append(0)"),
        "def begin():\n    t = threading.Thread(target=watch, args=(rows,))\n    t.start()\n    return t",
        "t = begin()",
        MODEL,
    ],
    "an estimator that was fitted": [
        *("from sklearn.svm import SVC", "clf = SVC()", "clf.fit([[1]], [1])"),
        "def model():\n    clf.fit([[2]], [{{choice([1, 2])}}])\n    return clf.score([[1]], [1])",
    ],
    "an estimator that a function of another file got": [
        *("from sklearn.svm import SVC\nimport helpers", "clf = SVC()", "helpers.fit(clf)"),
        "def model():\n    clf.fit([[2]], [{{choice([1, 2])}}])\n    return clf.score([[1]], [1])",
    ],
    "an estimator that a function makes which is noticed": [
        *("from sklearn.svm import SVC", "def make():\n    print('made')\n    return SVC()", "clf = make()"),
        "def model():\n    clf.fit([[2]], [{{choice([1, 2])}}])\n    return clf.score([[1]], [1])",
    ],
    "a network from elsewhere": [
        *("import keras", "net = keras.models.load_model('x.keras')"),
        "def model():\n    return net.fit({{choice([1, 2])}})",
    ],
    "an iterator of another file": [
        *("import helpers", "rows = iter(helpers.load())"),
        "def model():\n    return next(rows) * {{choice([1, 2])}}",
    ],
    "a function that swaps what the model rebinds": [
        *(
            "rows = []",
            "def model():\n    global rows\n    rows = [{{choice([1, 2])}}]\n    return len(rows)",
        ),
        "def run():\n    global rows\n    rows = []",
        "run()",
    ],
    "what only reports a value that holds a marker": [
        *("rate = {{choice([1, 2])}}", "def report(x):\n    print(x)\n    return x", "total = report(rate)"),
        "def model():\n    return 2 * {{choice([1, 2])}}",
    ],
}


@pytest.mark.parametrize("texts", [pytest.param(texts, id=name) for name, texts in ALONE.items()])
def test_what_ran_is_left_alone(texts: list[str]) -> None:
    assert running(compiled(*texts)) == []


AGAIN = {
    "what holds a marker, and what follows from it": (
        ["rate = {{choice([1, 2])}}", "def report(x):\n    print(x)\n    return x", "total = report(rate)"],
        "def model():\n    return total",
        ["rate = ((1, 2)[_ht_['rate']])", "total = report(rate)"],
    ),
    "a list that a marker grows": (
        ["layers = []", "layers.append({{choice([1, 2])}})", "layers.append(3)", "print(layers)"],
        "def model():\n    return sum(layers)",
        ["layers = []", "layers.append(((1, 2)[_ht_['layers']]))", "layers.append(3)"],
    ),
    "a result of a list that a marker grows": (
        [
            "layers = []",
            "layers.append({{choice([1, 2])}})",
            "def load(x):\n    print(x)\n    return len(x)",
            "plan = load(layers)",
            "count = load(layers)",
        ],
        "def model():\n    return plan",
        ["layers = []", "layers.append(((1, 2)[_ht_['layers']]))", "plan = load(layers)"],
    ),
    "a dictionary that a marker hands to another file": (
        ["import helpers", "plan = {}", "total = helpers.load(plan, {{choice([1, 2])}})"],
        "def model():\n    return total, plan",
        ["plan = {}", "total = helpers.load(plan, ((1, 2)[_ht_['load']]))"],
    ),
    "a fresh estimator": (
        ["from sklearn.svm import SVC", "def make():\n    return SVC()", "clf = make()"],
        "def model():\n    clf.fit([[2]], [{{choice([1, 2])}}])\n    return clf.score([[1]], [1])",
        ["clf = make()"],
    ),
    "an iterator that was used in between": (
        ["rows = iter([1, 2, 3])", "next(rows)"],
        "def model():\n    return next(rows) * {{choice([1, 2])}}",
        ["rows = iter([1, 2, 3])", "next(rows)"],
    ),
    "a list that a function swaps": (
        [
            *(
                "rows = []\nplan = [1]",
                "def run():\n    global rows, plan\n    rows, plan = plan, rows",
                "run()",
            ),
            "rows.append({{choice([1, 2])}})",
        ],
        "def model():\n    return sum(rows)",
        ["rows = []", "plan = [1]", "run()", "rows.append(((1, 2)[_ht_['rows']]))"],
    ),
    "a network of layers with names": (
        ["import keras", "rows = keras.layers.Dense(3)", "out = rows(keras.Input((2,)))"],
        "def model():\n    return keras.Model(out).fit({{choice([1, 2])}})",
        ["rows = keras.layers.Dense(3)", "out = rows(keras.Input((2,)))"],
    ),
    "an iterator over what is written out": (
        ["rows = iter([1, 2, 3])"],
        "def model():\n    return next(rows) * {{choice([1, 2])}}",
        ["rows = iter([1, 2, 3])"],
    ),
    "what a comment has run again": (
        ["def load():\n    print('!')\n    return []", "rows = load()  # hypertemplate: trial"],
        MODEL,
        ["rows = load()"],
    ),
    "what a comment has run again below a marker": (
        [
            "import helpers",
            "layers = []",
            "layers.append({{choice([1, 2])}})",
            "helpers.load(layers)  # hypertemplate: trial",
        ],
        "def model():\n    return sum(layers)",
        ["layers = []", "layers.append(((1, 2)[_ht_['layers']]))", "helpers.load(layers)"],
    ),
    "what a comment leaves out below a marker": (
        [
            "import helpers",
            "layers = []",
            "layers.append({{choice([1, 2])}})",
            "helpers.load(layers)  # hypertemplate: skip",
        ],
        "def model():\n    return sum(layers)",
        ["layers = []", "layers.append(((1, 2)[_ht_['layers']]))"],
    ),
}


@pytest.mark.parametrize(
    ("texts", "model", "runs"), [pytest.param(*case, id=name) for name, case in AGAIN.items()]
)
def test_what_runs_again(texts: list[str], model: str, runs: list[str]) -> None:
    assert running(compiled(*texts, model)) == runs


@pytest.mark.parametrize(
    ("texts", "place", "message"),
    [
        pytest.param(
            [
                "def load():\n    print('!')\n    return []",
                "rows = load()",
                "rows.append({{choice([1, 2])}})",
            ],
            "In [2], line 1",
            "'rows', which line 1 of In [3] changes in each trial, is built from it",
            id="what built a list that a marker changes, and may be noticed",
        ),
        pytest.param(
            [
                "rows = [3]",
                "def load():\n    print(rows)\n    rows.append(4)",
                "load()",
                "rows.append({{choice([1, 2])}})",
            ],
            "In [3], line 1",
            "it rebinds 'rows', which is made for each trial (line 1 of In [1])",
            id="what has changed it before, and is noticed",
        ),
        pytest.param(
            [
                "rows = []\nplan = []",
                "def run():\n    global rows\n    rows = [1]",
                "@plan.append\ndef load():\n    return rows",
            ],
            "In [3], line 1",
            "functions rebind a name that it reads",
            id="a definition that is noticed, and reads what is rebound",
        ),
    ],
)
def test_what_cannot_run_again_is_an_error(texts: list[str], place: str, message: str) -> None:
    with pytest.raises(CompileError) as caught:
        compiled(*texts, "def model():\n    run()\n    return sum(rows) + {{choice([1, 2])}} + len(plan)")
    said = f"{place}, column 1: error HT307: this has run, and would have to run again"
    first = str(caught.value).splitlines()[0]
    assert (first[: len(said)], first.rpartition("again")[2].partition(": ")[2]) == (said, message)


def test_what_is_changed_on_top_of_what_ran_is_said() -> None:
    program = compiled(
        "make = dict(put=(lambda s: s.append)([1]))",
        "make['put']({{choice([1, 2])}})",
        "def model():\n    return len(make)",
    )
    assert [(one.message, one.help) for one in program.warnings] == [
        (
            "this may change 'make' in each trial, and may have done so when it ran",
            "make 'make' in the model function, or move this there",
        )
    ]


def test_what_may_have_changed_what_is_made_anew_is_said() -> None:
    program = compiled(
        "import threading\nrows = []",
        "rows.append({{choice([1, 2])}})",
        "threading.Thread(target=print, args=(rows,)).start()",
        "threading.Thread(target=print, args=(rows,)).start()  # hypertemplate: skip",
        "def model():\n    return sum(rows)",
    )
    assert running(program) == ["rows = []", "rows.append(((1, 2)[_ht_['rows']]))"]
    assert [(one.message, one.help) for one in program.warnings] == [
        (
            "this may have changed 'rows', which is made for each trial, but does not run again",
            "end its first line with  # hypertemplate: trial  if it has to run again, "
            "else with  # hypertemplate: skip",
        )
    ]


LOAD = "def load():\n    print('!')\n    return []"
GROWN = ["rows.append({{choice([1, 2])}})", "def model():\n    return sum(rows)"]
REBOUND = "def model():\n    run()\n    return sum(rows) + {{choice([1, 2])}} + len(plan)"
THREAD = "threading.Thread(target=print, args=(rows,)).start()"
PUT = "make = dict(put=(lambda s: s.append)([1]))"
TRIAL, SKIP = "  # hypertemplate: trial", "  # hypertemplate: skip"


@pytest.mark.parametrize(
    ("texts", "help", "followed"),
    [
        pytest.param(
            [LOAD, "rows = load()", *GROWN],
            "move it into the model function, or end its first line with  # hypertemplate: trial  to run it again",
            [
                [LOAD, "rows = load()" + TRIAL, *GROWN],
                [LOAD, f"def model():\n    rows = load()\n    {GROWN[0]}\n    return sum(rows)"],
            ],
            id="what would have to run again",
        ),
        pytest.param(
            ["rows = []\nplan = []", "def run():\n    global rows\n    rows = [1]", f"@plan.append\n{LOAD[:10]}:\n    return rows", REBOUND],
            "remove its decorator, or the global statement",
            [
                ["rows = []\nplan = []", "def run():\n    global rows\n    rows = [1]", f"{LOAD[:10]}:\n    return rows", REBOUND],
                ["rows = []\nplan = []", "def run():\n    rows = [1]", f"@plan.append\n{LOAD[:10]}:\n    return rows", REBOUND],
            ],
            id="a definition",
        ),
        pytest.param(
            [PUT, "make['put']({{choice([1, 2])}})", "def model():\n    return len(make)"],
            "make 'make' in the model function, or move this there",
            [
                [f"def model():\n    {PUT}\n    make['put']({{{{choice([1, 2])}}}})\n    return len(make)"],
                [PUT, "def model():\n    make['put']({{choice([1, 2])}})\n    return len(make)"],
            ],
            id="what is changed on top of what ran",
        ),
        pytest.param(
            ["import threading\nrows = []", GROWN[0], THREAD, GROWN[1]],
            "end its first line with  # hypertemplate: trial  if it has to run again, else with  # hypertemplate: skip",
            [["import threading\nrows = []", GROWN[0], THREAD + end, GROWN[1]] for end in (TRIAL, SKIP)],
            id="what may have changed what is made anew",
        ),
    ],
)  # fmt: skip
def test_what_a_help_says_ends_its_finding(texts: list[str], help: str, followed: list[list[str]]) -> None:
    try:
        found = compiled(*texts).warnings
    except CompileError as error:
        found = error.diagnostics
    assert [one.help for one in found] == [help]
    assert [compiled(*cells).warnings for cells in followed] == [()] * len(followed)
