from __future__ import annotations

import pytest

from hypertemplate.compiler.entry.exclusions import SHOWN, UNNEEDED
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.stages import explain
from hypertemplate.compiler.syntax.source import position
from tests.compiler.support import (
    MODEL,
    SCRIPT,
    cells,
    codes,
    compiled,
    findings,
    reasons,
    run,
    run_trials,
    source,
)

DATA = "def data():\n    return 1\n"
NEEDS = "def model(x):\n    return {{uniform(0, 1)}}\n"


def left_out(text: str) -> dict[int, str]:
    """Line to reason, for the statements that are left out though something needs them."""
    found = explain(source(text))
    lines = [position(text, one.span.start).line for one in found]
    return {
        line: one.reason
        for line, one in zip(lines, found, strict=True)
        if one.placement is Placement.LEFT_OUT and one.reason not in (UNNEEDED, SHOWN)
    }


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        pytest.param(
            "import os\nprint(os.name)\nx = 3\n'text'\n", {}, id="a module runs as an import would run it"
        ),
        pytest.param(
            "if __name__ == '__main__':\n    x = 1\n", {3: "it is the __main__ part"}, id="the __main__ part"
        ),
        pytest.param(
            "from hyperas import optim\n",
            {3: "it imports what drives a search"},
            id="imports of what drives a search",
        ),
        pytest.param("import hyperas, os\n", {}, id="not an import that also imports something else"),
        pytest.param("best = optim.minimize(model)\n", {3: "it calls minimize"}, id="a call of minimize"),
        pytest.param(
            "for n in range(3):\n    optim.minimize(model)\n", {3: "it calls minimize"}, id="in a loop"
        ),
        pytest.param(
            "x = [optim.minimize(model) for _ in y]\n", {3: "it calls minimize"}, id="in a comprehension"
        ),
        pytest.param("print(model())\n", {3: "it calls model()"}, id="a call of the model"),
        pytest.param(
            "scores = [model() for _ in range(3)]\n", {3: "it calls model()"}, id="several calls of it"
        ),
        pytest.param(
            "def main():\n    optim.minimize(model)\nmain()\n",
            {5: "it calls main()"},
            id="a call of main, which calls minimize",
        ),
        pytest.param(
            "def main():\n    print(model())\nimport sys\nsys.exit(main())\n",
            {6: "it calls main()"},
            id="a call of main, which calls the model",
        ),
        pytest.param(
            "def one(): optim.minimize(model)\ndef two(): one()\ndef three(): two()\nthree()\n",
            {6: "it calls three()"},
            id="through several functions",
        ),
        pytest.param(
            "def two(): one()\ndef one(): two(); model()\ntwo()\n",
            {5: "it calls two()"},
            id="through functions that call each other",
        ),
        pytest.param(
            "if 1:\n    def main(): model()\nmain()\n",
            {5: "it calls main()"},
            id="through a function in a branch",
        ),
        pytest.param(
            "def main():\n    def inner(): model()\n    return inner\nmain()\n",
            {},
            id="not a call of what only makes a function",
        ),
        pytest.param("fit = model\nprint(model)\n", {}, id="not a name that is not called"),
        pytest.param("f = lambda: model()\n", {}, id="not a lambda"),
        pytest.param("def f(x=model()): pass\n", {3: "it calls model()"}, id="a default"),
        pytest.param("@model()\ndef f(): pass\n", {3: "it calls model()"}, id="a decorator"),
        pytest.param("class A:\n    x = model()\n", {3: "it calls model()"}, id="a class body"),
        pytest.param(
            "from scipy.optimize import minimize\nminimize(print, 0)\n", {}, id="not SciPy's minimize"
        ),
    ],
)
def test_what_is_left_out_beside_a_model(text: str, gone: dict[int, str]) -> None:
    assert left_out(MODEL + text) == gone


def test_a_call_of_main_that_calls_its_own_function() -> None:
    text = "def main():\n    def go():\n        optim.minimize(model)\n    go()\nmain()\n"
    assert left_out(MODEL + text) == {7: "it calls main()"}


def test_the_else_of_the_main_part_is_kept() -> None:
    text = "if __name__ == '__main__':\n    W = 1\nelse:\n    W = 2\n"
    assert codes(text + MODEL.replace("return", "return W *")) == []


CALLS_DATA = "it calls data(), whose result the model gets anyway"


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        pytest.param(DATA + NEEDS + "x = data()\n", {5: CALLS_DATA}, id="a call whose result nothing uses"),
        pytest.param(DATA + NEEDS + "data()\n", {5: CALLS_DATA}, id="a call without a name"),
        pytest.param(
            DATA + "W = data()\n" + NEEDS.replace("return", "return W *"),
            {},
            id="a call whose result the model uses",
        ),
        pytest.param(
            DATA + "W = data()\nV = W + 1\n" + NEEDS.replace("return", "return V *"),
            {},
            id="or uses through another name",
        ),
        pytest.param(
            DATA + "W = data()\ndef f(): return W\n" + NEEDS.replace("return", "return f() *"),
            {},
            id="or through a function",
        ),
        pytest.param(
            DATA + "W = data()\nprint(W)\n" + NEEDS,
            {3: CALLS_DATA, 4: "it uses 'W' of line 3, which is left out"},
            id="a call whose result is only printed",
        ),
        pytest.param(
            DATA + "def load(): return data()\nW = load()\n" + NEEDS,
            {},
            id="not a call through another function",
        ),
        pytest.param(DATA + "W = [data for _ in range(3)]\n" + NEEDS, {}, id="not the name alone"),
    ],
)
def test_calls_of_data(text: str, gone: dict[int, str]) -> None:
    assert left_out(text) == gone


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        pytest.param(
            "best = model()\nprint(best)\n",
            {3: "it calls model()", 4: "it uses 'best' of line 3, which is left out"},
            id="what uses a name at once",
        ),
        pytest.param(
            "best = model()\nx = best\ny = x\n",
            {
                3: "it calls model()",
                4: "it uses 'best' of line 3, which is left out",
                5: "it uses 'x' of line 4, which is left out",
            },
            id="and what uses that",
        ),
        pytest.param(
            "best = model()\ndef show(): print(best)\n",
            {3: "it calls model()"},
            id="not a function, which uses it when called",
        ),
        pytest.param(
            "best = model()\ndef show(b=best): pass\n",
            {3: "it calls model()", 4: "it uses 'best' of line 3, which is left out"},
            id="but its default",
        ),
        pytest.param(
            "best = model()\nclass A:\n    b = best\n",
            {3: "it calls model()", 4: "it uses 'best' of line 3, which is left out"},
            id="a class body",
        ),
        pytest.param(
            "best = model()\nbest = 3\nprint(best)\n",
            {3: "it calls model()"},
            id="not once another statement binds it",
        ),
        pytest.param(
            "best = model()\nbest += 1\n",
            {3: "it calls model()", 4: "it uses 'best' of line 3, which is left out"},
            id="what adds to it",
        ),
        pytest.param(
            "best = 3\nprint(best)\nbest = model()\nprint(best)\n",
            {5: "it calls model()", 6: "it uses 'best' of line 5, which is left out"},
            id="only what stands after it",
        ),
        pytest.param(
            "from hyperas import optim\nprint(optim)\n",
            {3: "it imports what drives a search", 4: "it uses 'optim' of line 3, which is left out"},
            id="what uses an import",
        ),
        pytest.param(
            "import hyperas, os\nprint(hyperas, os)\n",
            {4: "it uses 'hyperas' of line 3, which is left out"},
            id="what uses a part of an import",
        ),
        pytest.param(
            "if __name__ == '__main__':\n    x = 1\nprint(x)\n",
            {3: "it is the __main__ part"},
            id="not what uses the __main__ part, which is an error",
        ),
    ],
)
def test_what_uses_what_is_left_out(text: str, gone: dict[int, str]) -> None:
    assert left_out(MODEL + text) == gone


def follows(line: int) -> str:
    return f"it comes after the search on line {line}"


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        pytest.param(
            "best = optim.minimize(model)\nx = 1\nopen('a', 'w')\nimport sys; sys.exit(0)\n",
            {4: "it calls minimize", 5: follows(4), 6: follows(4), 7: follows(4)},
            id="minimize",
        ),
        pytest.param(
            "optim.minimize(model, data); data = data()\nmodel = 3\n",
            {4: follows(4), 5: follows(4)},
            id="minimize, on the same line too",
        ),
        pytest.param(
            "from hypertemplate import tune\nstudy = tune(model, data=data)\nx = study\n",
            {4: "it imports what drives a search", 5: "it calls minimize", 6: follows(5)},
            id="tune",
        ),
        pytest.param(
            "import hypertemplate as ht\nht.tune('other.py')\nht.tune(model)\nx = 1\n",
            {
                4: "it imports what drives a search",
                5: "it calls minimize",
                6: follows(5),
                7: follows(5),
            },
            id="tune through its module",
        ),
        pytest.param(
            "def main():\n    optim.minimize(model)\nx = 1\nmain()\nx = 2\n",
            {7: "it calls main()", 8: follows(7)},
            id="a function that calls it",
        ),
        pytest.param(
            "def main():\n    optim.minimize(model)\nx = 1\nif __name__ == '__main__':\n    main()\nx = 2\n",
            {7: "it is the __main__ part", 9: follows(7)},
            id="the __main__ part that calls such a function",
        ),
        pytest.param(
            "if __name__ == '__main__':\n    best = optim.minimize(model)\nprint(best)\n",
            {4: "it is the __main__ part", 6: follows(4)},
            id="the __main__ part",
        ),
        pytest.param(
            "if __name__ == '__main__':\n    optim.minimize(model)\nelse:\n    x = 1\nx = 2\n",
            {8: follows(4)},
            id="the __main__ part, whose else is kept",
        ),
        pytest.param(
            "if __name__ == '__main__':\n    print(1)\nx = 2\n",
            {4: "it is the __main__ part"},
            id="not a __main__ part without a search",
        ),
        pytest.param("print(model())\nx = 2\n", {4: "it calls model()"}, id="not a call of the model"),
        pytest.param(
            "from elephas.hyperparam import HyperParamModel\n"
            "HyperParamModel(0).minimize(model=model, data=data, max_evals=5)\nx = 1\n",
            {5: "it calls minimize", 6: follows(5)},
            id="minimize of elephas",
        ),
        pytest.param(
            "import helpers\nbest = helpers.run(model, data, 5)\nx = 1\n",
            {5: "it drives a search of model()", 6: follows(5)},
            id="an imported wrapper",
        ),
        pytest.param(
            "import helpers\nhelpers.Search().go(build=model, load=data)\nx = 1\n",
            {5: "it drives a search of model()", 6: follows(5)},
            id="a method of an imported wrapper",
        ),
        pytest.param(
            "from hyperopt import fmin\nbest = fmin(model, {}, max_evals=3)\nx = 1\n",
            {5: "it drives a search of model()", 6: follows(5)},
            id="what gets the model and says so",
        ),
        pytest.param(
            "import helpers\ndef search():\n    helpers.run(model, data)\nsearch()\nx = 1\n",
            {7: "it calls search()", 8: follows(7)},
            id="a function around an imported wrapper",
        ),
        pytest.param(
            "import helpers\ndef check(model, data):\n    helpers.run(model, data)\nx = 1\n",
            {},
            id="not what a function does with its own parameters",
        ),
        pytest.param("print(model, data)\nx = 1\n", {}, id="not a builtin that gets both"),
        pytest.param("import helpers\nhelpers.show(model)\nx = 1\n", {}, id="not what gets the model alone"),
    ],
)
def test_what_follows_the_search_is_left_out(text: str, gone: dict[int, str]) -> None:
    assert left_out("def data(): pass\n" + MODEL + text) == gone


def test_the_search_sees_the_program_as_it_stood_at_its_call() -> None:
    text = (
        "X = [1, 2]\ndef data():\n    return X\ndef model(x):\n    return x[0] + {{uniform(0, 1)}}\n"
        "optim.minimize(model, data)\nX = [100]\ndef model(x):\n    return 7\n"
    )
    assert run(text, uniform=0) == 1
    assert codes(text) == []


def test_of_several_searches_the_program_is_that_at_the_chosen_one() -> None:
    text = (
        "X = 1\ndef one():\n    return X + {{uniform(0, 1)}}\ndef two():\n    return X + {{uniform(0, 1)}}\n"
        "optim.minimize(one)\nX = 2\noptim.minimize(two)\nX = 3\n"
    )
    assert "NO_MODEL" in codes(text)
    for model, expected in (("one", 1), ("two", 2)):
        assert run_trials(compiled(text, model=model), [{"uniform": 0}]) == [expected]


def test_a_search_above_its_functions_is_not_where_the_program_ends() -> None:
    notebook = cells("optim.minimize(model=model)", "X = 1", "def model():\n    return X, {{uniform(0, 1)}}")
    assert run(notebook, uniform=0) == (1, 0)


def test_a_marker_below_the_search_draws_a_warning() -> None:
    text = MODEL + "optim.minimize(model)\nx = {{uniform(0, 1)}}\n"
    assert findings(text) == (
        "model.py:4:5: warning HT109: this marker is not searched: it comes after the search on line 3\n"
        "    4 | x = {{uniform(0, 1)}}\n"
        "      |     ^~~~~~~~~~~~~~~~~\n"
        "      = help: remove it, or move it above the search"
    )


def test_a_name_that_is_defined_below_the_search_is_missing() -> None:
    text = "def model():\n    return f({{uniform(0, 1)}})\noptim.minimize(model)\ndef f(x): return x\n"
    assert findings(text) == (
        "model.py:2:12: error HT301: 'f' is defined only on line 4, which comes after the search on line 3\n"
        "    2 |     return f({{uniform(0, 1)}})\n"
        "      |            ^\n"
        "      = help: define 'f' above the search"
    )


def test_a_comment_below_the_search_is_no_directive() -> None:
    text = MODEL + "optim.minimize(model)\nx = 1\n# hypertemplate: setup\n"
    assert codes(text) == []


@pytest.mark.parametrize(
    ("call", "evals", "names"),
    [
        pytest.param("tune(build, data=load, max_evals=7)", 7, ("build", "load"), id="tune"),
        pytest.param(
            "HyperParamModel(0).minimize(model=build, data=load, max_evals=7)",
            7,
            ("build", "load"),
            id="minimize of elephas",
        ),
    ],
)
def test_the_options_of_other_calls(call: str, evals: int, names: tuple[str, str]) -> None:
    text = (
        "from hypertemplate import tune\nfrom elephas.hyperparam import HyperParamModel\n"
        f"def load(): return 1\ndef build(x): return {{{{uniform(0, 1)}}}}\n{call}\n"
    )
    program = compiled(text)
    assert (program.model, program.data) == names
    assert program.hints.max_evals == evals


def test_reasons_complete_a_sentence() -> None:
    text = "import random\nrandom.seed(1)\nA = {{uniform(0, 1)}}\nB = A\nC = 1\nA = 3\n" + MODEL + "model()\n"
    found = reasons(text.replace("    return", "    return A + B + C +"))
    assert [*found[:3], *found[4:]] == [
        "no marker affects it",
        "no marker affects it",
        "contains a marker",
        "no marker affects it",
        "it rebinds 'A', which is made for each trial (line 3)",
        "it uses 'A', which is made for each trial (line 3)",
        "it calls model()",
    ]


def test_a_reason_names_the_line_that_the_value_comes_from() -> None:
    assert reasons("A = {{uniform(0, 1)}}\nB = A\nA = 3\n" + SCRIPT)[1] == (
        "it uses 'A', which is made for each trial (line 1)"
    )
