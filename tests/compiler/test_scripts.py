from __future__ import annotations

import pytest

from tests.compiler.support import (
    LEFT_OUT,
    SETUP,
    TRIAL,
    cells,
    codes,
    compiled,
    findings,
    labels,
    placements,
    reasons,
    run,
    run_trials,
)

U = "{{uniform(0, 1)}}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"x = {U}\n", id="a value"),
        pytest.param(f"print({U})\n", id="a call"),
        pytest.param("x = <<uniform(0, 1)>>\n", id="the other spelling"),
        pytest.param(f"for i in range(3):\n    x = {U}\n", id="a loop"),
        pytest.param(f"model = dict(rate={U})\nmodel.pop('rate')\n", id="a variable named model"),
        pytest.param(f"def build():\n    return {U}\nx = build()\n", id="a function that is called"),
        pytest.param(f"build = lambda: {U}\nx = build()\n", id="a lambda that is called"),
        pytest.param(f"build: object = lambda: {U}\nx = build()\n", id="a lambda with an annotation"),
        pytest.param(f"class A:\n    rate = {U}\nx = A.rate\n", id="a class that is used"),
        pytest.param(
            f"def f():\n    return {U}\ndef g():\n    return f()\nx = g()\n", id="through another one"
        ),
        pytest.param(f"def data():\n    return 1\nx = data() * {U}\n", id="beside a function named data"),
    ],
)
def test_a_template_with_markers_at_module_level_and_no_model_is_a_script(text: str) -> None:
    program = compiled(text)
    assert program.model is None
    assert program.join.how == "none"
    assert not program.warnings


@pytest.mark.parametrize(
    ("text", "model", "expected"),
    [
        pytest.param(f"x = {U}\ndef model():\n    return x\n", None, "model", id="a function named model"),
        pytest.param(
            f"x = {U}\ndef build():\n    return x\noptim.minimize(build)\n",
            None,
            "build",
            id="minimize names one",
        ),
        pytest.param(f"x = {U}\ndef build():\n    return x\n", "build", "build", id="the user names one"),
    ],
)
def test_with_a_model_function_it_is_none(text: str, model: str | None, expected: str) -> None:
    assert compiled(text, model=model).model == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"def build():\n    return {U}\n", "NO_MODEL", id="a function that nothing calls"),
        pytest.param("x = 1\n", "NO_MARKERS", id="no marker"),
        pytest.param("model = dict\n", "NO_MARKERS", id="no marker, beside a variable named model"),
        pytest.param(f"model = lambda: {U}\n", "NOT_A_FUNCTION", id="a lambda named model"),
    ],
)
def test_without_a_marker_that_takes_effect_at_module_level_a_model_is_missing(
    text: str, expected: str
) -> None:
    assert codes(text) == [expected]


KERAS = """import random
import keras
from keras import layers
import numpy as np

random.seed(1)
SCALE = 255.0


def load():
    return np.ones((10, 3)), np.ones(10)


x, y = load()
x = x / SCALE
notes = []
notes.append('begun')
model = keras.Sequential()
model.add(layers.Dense({{choice([8, 16])}}))
model.compile('adam', loss='mse')
model.summary()
history = model.fit(x, y, epochs=<<choice([1, 2])>>)
score = model.evaluate(x, y)
print(score)
done = True
"""


def test_what_a_marker_reaches_is_the_trial_and_the_rest_is_setup() -> None:
    assert placements(KERAS) == [*[SETUP] * 11, *[TRIAL] * 7, SETUP]
    assert reasons(KERAS)[11:13] == [
        "'model', which line 19 changes in each trial, is built from it",
        "contains a marker",
    ]
    assert reasons(KERAS)[17] == "it uses 'score', which is made for each trial (line 23)"
    assert labels(KERAS) == ["Dense", "epochs"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("a.append({U})", id="a method called for its effect"),
        pytest.param("a[0] = {U}", id="an item that is assigned"),
        pytest.param("a.x = {U}", id="an attribute that is assigned"),
        pytest.param("a += [{U}]", id="an augmented assignment"),
        pytest.param("a[0] += {U}", id="an augmented item"),
        pytest.param("del a[int({U})]", id="a deletion"),
        pytest.param("b = a.fit({U})", id="a fit"),
        pytest.param("for one in a: one.x = {U}", id="its items in a loop"),
        pytest.param("if {U}:\n    a.append(1)", id="in a block"),
    ],
)
def test_what_a_trial_statement_changes_is_built_in_the_trial(change: str) -> None:
    text = f"import string\nbase = [1]\nother = 2\na = [base, base]\n{change.format(U=U)}\n"
    assert placements(text) == [SETUP, TRIAL, SETUP, TRIAL, TRIAL]


def test_what_is_changed_starts_afresh_in_each_trial() -> None:
    text = f"base = [1]\nfound = [*base]\nfound.append({U})\nresult = len(found)\n"
    first, second = run_trials(compiled(text), [{"found": 0.5}, {"found": 0.25}])
    assert (first["found"], second["found"]) == ([1, 0.5], [1, 0.25])
    assert second["result"] == 2


@pytest.mark.parametrize(
    ("middle", "call"),
    [
        pytest.param("def add(x): found.append(x)\n", "add({U})", id="a function"),
        pytest.param(
            "def inner(x): found.append(x)\ndef add(x): inner(x)\n", "add({U})", id="through another one"
        ),
        pytest.param(
            "def add(x):\n    global found\n    found = [*found, x]\n", "add({U})", id="a global name"
        ),
        pytest.param(
            "class Add:\n    def add(self, x):\n        found.append(x)\nadd = Add()\n",
            "add.add({U})",
            id="a method of an object",
        ),
        pytest.param(
            "class Add:\n    def __init__(self, x):\n        found.append(x)\n",
            "add = Add({U})",
            id="a class",
        ),
    ],
)
def test_what_a_function_changes_that_a_trial_statement_calls_starts_afresh_too(
    middle: str, call: str
) -> None:
    text = f"found = []\n{middle}{call.format(U=U)}\n"
    for names in run_trials(compiled(text), [{labels(text)[0]: 0.5}] * 2):
        assert names["found"] == [0.5]


def test_what_is_only_read_is_made_once() -> None:
    text = f"import itertools\ncount = itertools.count()\ndef load(): return next(count)\nx = load()\ny = x + {U}\n"
    first, second = run_trials(compiled(text), [{"y": 0}, {"y": 1}])
    assert (first["y"], second["y"]) == (0, 1)


def test_a_name_that_is_rebound_between_has_the_value_of_its_place_in_each_trial() -> None:
    text = f"n = 1\nfirst = n * {U}\nn = 2\nsecond = n * {U}\n"
    assert placements(text) == [TRIAL] * 4
    for names in run_trials(compiled(text), [{"first": 1, "second": 1}] * 2):
        assert (names["first"], names["second"]) == (1, 2)


def test_any_variable_may_be_the_objective_so_an_unused_one_is_no_mistake() -> None:
    assert findings(f"loss = {U}\n") == ""
    assert run(f"loss = {U}\n", loss=0.5)["loss"] == 0.5


def test_a_function_that_nothing_calls_is_a_mistake_in_a_script_too() -> None:
    assert findings(f"loss = {U}\ndef build():\n    return {U}\n") == (
        "model.py:3:12: warning HT109: nothing uses 'build', so this marker is not searched\n"
        "    3 |     return {{uniform(0, 1)}}\n"
        "      |            ^~~~~~~~~~~~~~~~~\n"
        "      = help: remove it, or use its value"
    )


def test_an_undefined_name_is_an_error_where_the_script_reads_it() -> None:
    text = f"x = nothing + {U}\ndef unused(): return missing\ndef used(): return gone\ny = used()\n"
    assert findings(text) == (
        "model.py:1:5: error HT301: 'nothing' is not defined\n"
        f"    1 | x = nothing + {U}\n"
        "      |     ^~~~~~~\n"
        "      = help: import it, or define 'nothing' at the top level\n"
        "model.py:3:20: error HT301: 'gone' is not defined\n"
        "    3 | def used(): return gone\n"
        "      |                    ^~~~\n"
        "      = help: import it, or define 'gone' at the top level"
    )


def test_a_bound_may_use_what_the_script_made_before_any_trial() -> None:
    assert codes("N = 3\nx = {{uniform(0, N)}}\n") == []
    assert codes(f"N = {U}\nx = {{{{uniform(0, N)}}}}\n") == ["NOT_YET_DEFINED"]


# The same in a notebook, of which only what is needed is kept


def test_of_a_notebook_what_the_markers_need_is_kept() -> None:
    head, *rest = KERAS.split("\n\n\n")
    notebook = cells(head, *rest, "model.save('a')\nimport json\njson.dumps(1)\nunused = 3")
    assert [placement for placement, reason in zip(placements(notebook), reasons(notebook), strict=True)] == [
        *[SETUP] * 7,
        *(SETUP, SETUP, LEFT_OUT, LEFT_OUT),
        *[TRIAL] * 3,
        *(LEFT_OUT, TRIAL, TRIAL, LEFT_OUT, LEFT_OUT),
        *(TRIAL, SETUP, SETUP, LEFT_OUT),
    ]


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([f"score = [1, {U}]", "loss = score[0] * 2"], id="an item"),
        pytest.param([f"score = {U}", "a = score", "loss: float = a + 1"], id="through another variable"),
        pytest.param([f"h = dict(loss={U})", "loss = h['loss']", "print(loss)"], id="that is printed"),
        pytest.param([f"loss = {U}", "loss"], id="that is shown at the end of the cell"),
    ],
)
def test_a_variable_that_is_computed_from_the_trial_may_be_the_objective_and_is_kept(
    texts: list[str],
) -> None:
    notebook = cells(*texts)
    label = labels(notebook)[0]
    assert "loss" in run(notebook, **{label: 0})


def test_what_a_function_template_computes_beside_its_model_is_not() -> None:
    notebook = cells("x = [1, 2]", "small = x[0]", f"def model():\n    return x, {U}")
    assert placements(notebook) == [SETUP, LEFT_OUT, TRIAL]


def test_layers_that_a_loop_freezes_are_frozen_in_each_trial() -> None:
    notebook = cells(
        "class Layer: trainable = True\nbase = [Layer(), Layer()]",
        "for layer in base:\n    layer.trainable = {{choice([True, False])}}",
        "result = [layer.trainable for layer in base]",
    )
    assert placements(notebook) == [SETUP, TRIAL, TRIAL, TRIAL]
    assert run(notebook, trainable=1)["result"] == [False, False]


def test_code_that_binds_any_name_leaves_the_results_open() -> None:
    program = compiled("rate = 2\nloss = {{uniform(0, 1)}}\nglobals()[str(loss)] = rate\n")
    assert (program.script.results, program.script.constants) == (None, ())


@pytest.mark.parametrize(
    ("end", "placement"),
    [
        pytest.param("sys.exit()", TRIAL, id="sys.exit"),
        pytest.param("exit(0)", TRIAL, id="exit"),
        pytest.param("raise SystemExit", TRIAL, id="SystemExit"),
        pytest.param("raise SystemExit(0)", TRIAL, id="SystemExit with a status"),
        pytest.param("if sys.argv[1:]:\n    sys.exit(1)", TRIAL, id="under a condition"),
        pytest.param("finish()", TRIAL, id="in a function"),
        pytest.param("def stop():\n    sys.exit(1)", SETUP, id="a function that nothing calls"),
    ],
)
def test_what_ends_the_run_below_a_trial_statement_does_so_in_the_trial(end: str, placement: object) -> None:
    text = f"import sys\ndef finish():\n    os._exit(0)\nimport os\nx = {U}\n{end}\n"
    assert placements(text)[-1] == placement


def test_what_ends_the_run_above_the_first_trial_statement_does_so_before_any_trial() -> None:
    text = (
        f"import sys\ndef main():\n    return {U}\nif len(sys.argv) > 3:\n    sys.exit('usage')\nx = main()\n"
    )
    assert placements(text) == [SETUP, TRIAL, SETUP, TRIAL]


@pytest.mark.parametrize(
    ("value", "certain"),
    [
        pytest.param("clf.score(x, y)", True, id="an estimator's score"),
        pytest.param("-accuracy_score(x, y)", True, id="a negated score"),
        pytest.param("1 - clf.score(x, y) / 2", True, id="arithmetic on one"),
        pytest.param("rate * 3", True, id="arithmetic on a drawn value"),
        pytest.param("rate * width", False, id="arithmetic on an unknown value"),
        pytest.param("scores.mean()", True, id="a mean"),
        pytest.param("scores.mean(axis=0)", False, id="means along an axis"),
        pytest.param("f1_score(x, y, average='macro')", True, id="an average of scores"),
        pytest.param("f1_score(x, y, average=None)", False, id="scores of classes"),
        pytest.param("mean(*several)", True, id="a function of several"),
        pytest.param("mean(**options)", False, id="unknown arguments"),
        pytest.param("sqrt(rate)", True, id="of a number"),
        pytest.param("sqrt(scores)", False, id="of each element"),
        pytest.param("sqrt()", False, id="of nothing"),
        pytest.param("rate if width else 2", True, id="one of two"),
        pytest.param("rate if width else scores", False, id="a number or another thing"),
        pytest.param("clf.best_", False, id="an attribute"),
        pytest.param("found()", False, id="a function of one's own"),
    ],
)
def test_what_is_surely_a_number(value: str, certain: bool) -> None:
    script = compiled(f"from mine import *\nrate = {U}\nif rate:\n    result = {value}\n").script
    assert script.numbers == ("result",)
    assert script.certain == (("result",) if certain else ())


def test_a_variable_with_another_value_is_no_certain_number() -> None:
    script = compiled(f"from mine import *\nresult = sum({U})\nresult = found(result)\n").script
    assert (script.numbers, script.certain) == (("result",), ())


def test_what_makes_objects_assigns_no_number() -> None:
    program = compiled(f"from mine import *\npipe = make_pipe({U})\nscores = cross_val_score(pipe)\n")
    assert program.script.numbers == ()
