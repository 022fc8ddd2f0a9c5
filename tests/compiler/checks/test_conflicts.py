"""Names that mean two things."""

from __future__ import annotations

import pytest

from tests.compiler.support import (
    MODEL,
    SCRIPT,
    Text,
    analysis,
    beside,
    cells,
    compiled,
    findings,
    reasons,
    run,
)

DATA = "def data():\n    x = 1\n    return x\n"
NEEDS = "def model(x):\n    return x * {{uniform(0, 1)}}\n"
NET = "WIDTH = 3\ndef scale(x): return x * WIDTH\ndef build(x): return scale(x) * {{uniform(0, 1)}}\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(DATA + NEEDS + "data = data()\n", id="in a file"),
        pytest.param(cells(DATA, "data = data()", NEEDS), id="in a notebook"),
    ],
)
def test_a_result_under_the_function_s_own_name_is_left_out(text: Text) -> None:
    assert findings(text) == ""
    assert "it calls data(), whose result the model gets anyway" in reasons(text)
    assert run(text, uniform=0.5) == 0.5


def test_reading_that_result_is_an_error() -> None:
    text = DATA + "def model():\n    return data * {{uniform(0, 1)}}\ndata = data()\n"
    assert findings(text) == (
        "model.py:5:12: error HT005: 'data' is the data function here, not what it returned\n"
        "    5 |     return data * {{uniform(0, 1)}}\n"
        "      |            ^~~~\n"
        "      = help: use another name for the result: loaded = data()"
    )


def test_another_value_under_the_name_of_a_function_is_an_error() -> None:
    assert findings(DATA + NEEDS + "data = 3\n") == (
        "model.py:6:1: error HT005: this rebinds the name of the data function\n"
        "    6 | data = 3\n"
        "      | ^~~~~~~~\n"
        "      = help: use another name for one of the two"
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("data = 3\n" + DATA + NEEDS, id="a value before it"),
        pytest.param(DATA + NEEDS + "import functools\ndata = functools.cache(data)\n", id="a wrapper"),
        pytest.param(DATA + NEEDS + "for data in (): pass\n", id="a loop, which is not followed"),
    ],
)
def test_other_bindings_of_the_name(text: str) -> None:
    assert findings(text) == ""


@pytest.mark.parametrize(
    "main",
    [
        pytest.param("from net import build\nWIDTH = 5\n", id="a value"),
        pytest.param("from net import build\ndef WIDTH(): pass\n", id="a function"),
        pytest.param("from net import build\nfrom x import WIDTH\n", id="an import"),
    ],
)
def test_a_name_of_two_files_that_one_of_them_reads_is_an_error(main: str) -> None:
    text = beside(main + DATA + "optim.minimize(build, data)\n", net=NET)
    assert findings(text) == (
        "net.py:1:1: error HT013: 'WIDTH' is defined again on line 2 of main.py, "
        "and both files run as one module\n"
        "    1 | WIDTH = 3\n"
        "      | ^~~~~~~~~\n"
        "      = help: rename one of the two"
    )


def test_of_two_files_beside_the_template_each_has_its_own_names_only_where_they_differ() -> None:
    main = "from a import build, n\nfrom b import data\noptim.minimize(build, data)\n"
    files = {"a": "n = 1\ndef build(x): return x * {{uniform(0, 1)}}\n", "b": "n = 2\n" + DATA}
    assert findings(beside(main, **files)) == ""
    own = "from a import build, n\nfrom b import load\ndef data(): return n\noptim.minimize(build, data)\n"
    assert findings(beside(own, **files)).startswith("a.py:1:1: error HT013: 'n' is defined again on")
    files["a"] = files["a"].replace("x *", "x * n *")
    head = findings(beside(main, **files)).split("\n")[0]
    assert head == (
        "a.py:1:1: error HT013: 'n' is defined again on line 1 of b.py, and both files run as one module"
    )


@pytest.mark.parametrize(
    "main",
    [
        pytest.param("from net import build, WIDTH\n", id="taken from the other"),
        pytest.param("from net import build, WIDTH as W\nW\n", id="under another name"),
        pytest.param("from net import build\nWIDTH = 3\n", id="the same value"),
        pytest.param("from net import build\nother = 3\n", id="another name"),
        pytest.param("from net import *\n", id="everything"),
    ],
)
def test_names_that_do_not_clash(main: str) -> None:
    assert findings(beside(main + DATA + "optim.minimize(build, data)\n", net=NET)) == ""


def test_the_same_import_in_two_files_is_the_same_thing() -> None:
    net = "import math\nimport os.path\nfrom json import dumps\n"
    net += "def build(x): return math.sin(x) * len(dumps(os.name)) * {{uniform(0, 1)}}\n"
    main = "import math, os.path\nfrom json import loads, dumps\nfrom net import build\n"
    assert findings(beside(main + DATA + "optim.minimize(build, data)\n", net=net)) == ""


def test_a_function_of_two_files_is_said_to_be_in_two() -> None:
    text = beside("from net import build\n" + DATA + "def build(x): return {{uniform(0, 1)}}\n", net=NET)
    head = findings(text, model="build").split("\n")[0]
    assert head == (
        "net.py:3:5: warning HT007: 'build' is defined again on line 5 of main.py, which replaces this one"
    )


@pytest.mark.parametrize("name", ["model", "create_model"])
def test_a_function_under_its_usual_name_from_a_file_beside_is_the_model(name: str) -> None:
    template = beside(
        f"from net import build as {name}, load as data\n", net=NET + DATA.replace("data", "load")
    )
    program = compiled(template)
    assert (program.model, program.data) == ("build", "load")
    assert run(template, uniform=1) == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param({}, ["SEVERAL_CALLS"], id="without a choice"),
        pytest.param({"data": "small"}, [], id="the first"),
        pytest.param({"data": "large"}, [], id="the second"),
    ],
)
def test_of_calls_with_different_data_the_user_chooses(options: dict[str, str], said: list[str]) -> None:
    text = DATA.replace("data", "small") + DATA.replace("data():\n    x = 1", "large(n):\n    x = n")
    text += NEEDS + "optim.minimize(model, small)\noptim.minimize(model, large, data_args=(2,))\n"
    found = findings(text, **options)
    assert ("HT012" in found) == bool(said)
    if not said:
        assert found == ""
        assert analysis(text, **options).selection.data_args_count == (1 if options["data"] == "large" else 0)


def test_of_two_models_only_what_the_chosen_one_needs_is_searched() -> None:
    text = "def first():\n    return {{uniform(0, 1)}}\ndef second():\n    return {{normal(0, 1)}}\n"
    program = compiled(text, model="first")
    assert [parameter.label for parameter in program.space.parameters] == ["uniform"]
    assert findings(text, model="first") == (
        "model.py:4:12: warning HT109: neither data nor model uses 'second', so this marker is not searched\n"
        "    4 |     return {{normal(0, 1)}}\n"
        "      |            ^~~~~~~~~~~~~~~~\n"
        "      = help: remove it, or use its value"
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def f(): return {{normal(0, 1)}}\nf()\n", id="a function that the file calls"),
        pytest.param("def f(x={{normal(0, 1)}}): pass\n", id="a default"),
        pytest.param("@print\ndef f(): return {{normal(0, 1)}}\n", id="a decorated function"),
        pytest.param("class A:\n    x = {{normal(0, 1)}}\n", id="a class body"),
        pytest.param("def f(): return {{normal(0, 1)}}\nglobals()\n", id="under globals()"),
        pytest.param("def f(): return {{normal(0, 1)}}\ng = f\ndef f(): pass\ng\n", id="kept by a name"),
    ],
)
def test_a_marker_that_may_run_is_searched(text: str) -> None:
    assert len(compiled(text + SCRIPT).space.parameters) == 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def f(): return {{normal(0, 1)}}\n", id="a function"),
        pytest.param("f = lambda: {{normal(0, 1)}}\n", id="a lambda"),
        pytest.param(
            "def f(): return {{normal(0, 1)}}\nif 1:\n    def f(): pass\n", id="one of two branches"
        ),
        pytest.param("class A:\n    def f(self): return {{normal(0, 1)}}\n", id="a method"),
        pytest.param("def f(): return {{normal(0, 1)}}\ndef f(): pass\nf()\n", id="a replaced function"),
        pytest.param(
            "def f(): return {{normal(0, 1)}}\ndef g(): return f()\n", id="what only such a one calls"
        ),
    ],
)
def test_a_marker_that_nothing_runs_is_not_searched(text: str) -> None:
    assert len(compiled(text + MODEL).space.parameters) == 1
