"""Bounds and lists with names: those that are known before the first trial, and those that are not."""

from __future__ import annotations

import pytest

from tests.compiler.support import MODEL, codes, compiled, findings

ONCE = "; bounds and lists are evaluated once, before the first trial"


def in_model(*lines: str) -> str:
    """A model with these lines, and a marker."""
    body = "".join(f"    {line}\n" for line in lines)
    return f"def model():\n{body}    return {{{{uniform(0, 1)}}}}\n"


def model(*lines: str, given: str = "") -> str:
    """A model function of these lines."""
    return "".join([f"def model({given}):\n", *(f"    {line}\n" for line in lines)])


DATA = "def data():\n    x = [1, 2]\n    return x\n"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param(model("m = 3", "return {{uniform(0, m)}}"), {"high": "3"}, id="a local number"),
        pytest.param(
            model("low, high = 0, 2 * 4", "return {{uniform(low, high)}}"),
            {"low": "0", "high": "2 * 4"},
            id="two numbers that one statement assigns",
        ),
        pytest.param(
            model("m: int = 3", "k = m + 1", "return {{uniform(0, k * k)}}"),
            {"high": "(3 + 1) * (3 + 1)"},
            id="a number of another one",
        ),
        pytest.param(
            model("sizes = [32, 64]", "return {{choice(sizes)}}"), {"options": "[32, 64]"}, id="a local list"
        ),
        pytest.param(
            model("sizes = [n for n in range(3)]", "print(sizes, len(sizes))", "return {{choice(sizes)}}"),
            {"options": "[n for n in range(3)]"},
            id="a list that is only read",
        ),
        pytest.param(
            model("s = [1, 2]", "for k in s: print(s[0], s.count(k))", "return {{choice(s)}}"),
            {"options": "[1, 2]"},
            id="a list whose items are read",
        ),
        pytest.param(
            model("n = 3", "for i in range(n):", "    m = 5", "    x = {{uniform(n, m)}}", "return x"),
            {"low": "3", "high": "5"},
            id="above the loop and in it",
        ),
        pytest.param(
            model("m = 3", "def rate():", "    return {{uniform(0, m)}}", "return rate()"),
            {"high": "3"},
            id="a constant of the function around",
        ),
        pytest.param(
            model("import math as m", "return {{uniform(0, m.log(2))}}"),
            {"high": "__import__('importlib').import_module('math').log(2)"},
            id="an import in the function",
        ),
        pytest.param(
            model("import os.path", "return {{choice(os.path.sizes)}}"),
            {"options": "__import__('os.path').path.sizes"},
            id="an import of a submodule in the function",
        ),
        pytest.param(
            model("from math import log as f", "return {{uniform(0, f(2))}}"),
            {"high": "__import__('math', None, None, ['log']).log(2)"},
            id="an import from a module in the function",
        ),
        pytest.param(
            "SIZE = 8\n" + model("m = SIZE * 2", "return {{uniform(0, m)}}"),
            {"high": "SIZE * 2"},
            id="what is made of the module's names",
        ),
        pytest.param(
            "import numpy as np\n" + model("m = np.log(3)", "return {{uniform(0, m)}}"),
            {"high": "np.log(3)"},
            id="what NumPy computes of a number",
        ),
        pytest.param(
            model("m = .25", "return {{pchoice([(m, 1), (1 - m, 2)])}}"),
            {"p": "1 - 0.25"},
            id="in a probability",
        ),
        pytest.param(
            "class A:\n    m = 3\n    x = {{uniform(0, m)}}\ndef model(): return A\n",
            {"high": "3"},
            id="a class's constant in its body",
        ),
        pytest.param(
            DATA + model("return {{uniform(0, len(x))}}", given="x"),
            {"high": "len(_ht_.given['x'])"},
            id="what data returns",
        ),
        pytest.param(
            DATA + model("n = len(x)", "return {{uniform(0, n - 1)}}", given="x"),
            {"high": "len(_ht_.given['x']) - 1"},
            id="what is made of what data returns",
        ),
        pytest.param(
            DATA + model("return {{uniform(0, top)}}, x", given="x, top=5"),
            {"high": "5"},
            id="a default of a parameter that data gives nothing",
        ),
        pytest.param(
            model("m = 3", "def f(x={{uniform(0, m)}}): return x", "return f()"),
            {"high": "3"},
            id="in a default of an inner function",
        ),
    ],
)
def test_local_names_that_have_a_value_before_the_trial(text: str, values: dict[str, str]) -> None:
    arguments = compiled(text).space.parameters[0].arguments
    found = {argument.name: argument.value or argument.text for argument in arguments}
    assert {name: found[name] for name in values} == values


def test_a_bound_of_an_inner_distribution_has_local_names() -> None:
    program = compiled(model("m = 3", "return {{choice([0, uniform(0, m)])}}"))
    assert [a.text for a in program.space.parameters[1].arguments] == ["0", "3"]


@pytest.mark.parametrize(
    ("text", "place", "message", "help"),
    [
        pytest.param(
            model("m = 3", "m = 4", "return {{uniform(0, m)}}"),
            "4:25",
            "'m' is assigned more than once in model()",
            "draw a share",
            id="a name that is assigned twice",
        ),
        pytest.param(
            model("m = 3", "m += 1", "return {{uniform(0, m)}}"),
            "4:25",
            "'m' is assigned more than once in model()",
            "draw a share",
            id="a name that grows",
        ),
        pytest.param(
            model("m = 3", "def f():", "    nonlocal m", "    m = 4", "return {{uniform(0, m)}}"),
            "6:25",
            "'m' is assigned more than once in model()",
            "draw a share",
            id="a name that an inner function assigns",
        ),
        pytest.param(
            model("if len('x'):", "    m = 3", "return {{uniform(0, m)}}"),
            "4:25",
            "'m' is assigned in model() only below, or not always",
            "draw a share",
            id="a name that is assigned in a branch",
        ),
        pytest.param(
            model("for i in (1, 2):", "    if i > 1: x = {{uniform(0, m)}}", "    m = 3", "return x"),
            "3:36",
            "'m' is assigned in model() only below, or not always",
            "draw a share",
            id="a name that is assigned below",
        ),
        pytest.param(
            model("sizes = [1]", "sizes.append(2)", "return {{choice(sizes)}}"),
            "4:21",
            "'sizes' may be changed in model() after it is assigned",
            "write the list inside the marker",
            id="a list that grows",
        ),
        pytest.param(
            model("sizes = [1, 2]", "sizes[0] = 3", "return {{choice(sizes)}}"),
            "4:21",
            "'sizes' may be changed in model() after it is assigned",
            "write the list inside the marker",
            id="a list with an item that is assigned",
        ),
        pytest.param(
            model("sizes = [1, 2]", "other = sizes", "other.append(3)", "return {{choice(sizes)}}"),
            "5:21",
            "'sizes' may be changed in model() after it is assigned",
            "write the list inside the marker",
            id="a list with another name",
        ),
        pytest.param(
            model("s = [1]", "for i in (1, 2):", "    x = {{choice(s)}}", "    s.append(i)", "return x"),
            "4:22",
            "'s' may be changed in model() after it is assigned",
            "write the list inside the marker",
            id="a list that grows below, in the same loop",
        ),
        pytest.param(
            "def f(): return 3\n" + model("m = f()", "return {{uniform(0, m)}}"),
            "4:25",
            "'m' is computed in model()",
            "write f() inside the marker",
            id="what a function of the template computes",
        ),
        pytest.param(
            "import numpy as np\n" + model("m = np.random.rand()", "return {{uniform(0, m)}}"),
            "4:25",
            "'m' is computed in model()",
            "write np.random.rand() inside the marker",
            id="a random number",
        ),
        pytest.param(
            "def f(n): return n\n"
            + model("for k in (1, 2):", "    m = f(k)", "    x = {{uniform(0, m)}}", "return x"),
            "5:26",
            "'m' is computed in model()",
            "draw a share",
            id="what a function computes of a loop's variable",
        ),
        pytest.param(
            "def f(n): return n\nW = {{uniform(0, 1)}}\n" + model("m = f(W)", "return {{uniform(0, m)}}"),
            "5:25",
            "'m' is computed in model()",
            "draw a share",
            id="what a function computes of a marker's value",
        ),
        pytest.param(
            model("m = 2 if (k := 3) else k", "return {{uniform(0, m)}}"),
            "3:25",
            "'m' is computed in model()",
            "draw a share",
            id="an expression that binds a name",
        ),
        pytest.param(
            model("for m in (1, 2): x = {{uniform(0, m)}}", "return x"),
            "2:39",
            "'m' is the variable of a loop in model()",
            "draw a share",
            id="a loop's variable",
        ),
        pytest.param(
            model("with open('f') as m: x = {{uniform(0, m)}}", "return x"),
            "2:43",
            "'m' is known only when model() runs",
            "draw a share",
            id="the name of a with statement",
        ),
        pytest.param(
            model("try: 1", "except ValueError as m: x = {{uniform(0, m)}}", "return x"),
            "3:46",
            "'m' is known only when model() runs",
            "draw a share",
            id="the name of an exception",
        ),
        pytest.param(
            model("match 3:", "    case m:", "        x = {{uniform(0, m)}}", "return x"),
            "4:30",
            "'m' is known only when model() runs",
            "draw a share",
            id="a captured name",
        ),
        pytest.param(
            model("match {}:", "    case {**m}:", "        x = {{uniform(0, m)}}", "return x"),
            "4:30",
            "'m' is known only when model() runs",
            "draw a share",
            id="the rest of a mapping",
        ),
        pytest.param(
            model("def m(): return 3", "return {{uniform(0, m())}}"),
            "3:25",
            "'m' is known only when model() runs",
            "draw a share",
            id="an inner function",
        ),
        pytest.param(
            model("from . import m", "return {{uniform(0, m.top)}}"),
            "3:25",
            "'m' is known only when model() runs",
            "draw a share",
            id="a relative import",
        ),
        pytest.param(
            model("m, k = reversed([1, 2])", "return {{uniform(0, m)}}"),
            "3:25",
            "'m' is known only when model() runs",
            "draw a share",
            id="an item of several",
        ),
        pytest.param(
            model("m = (lambda: 3)()", "return {{uniform(0, m)}}"),
            "3:25",
            "'m' is computed in model()",
            "write (lambda: 3)() inside the marker",
            id="the result of a function without a name",
        ),
        pytest.param(
            model("return [{{uniform(0, m)}} for m in (1, 2)]"),
            "2:26",
            "'m' is a variable of a comprehension",
            "draw a share",
            id="a comprehension's variable",
        ),
        pytest.param(
            model("return (lambda m: {{uniform(0, m)}})(3)"),
            "2:36",
            "'m' is a parameter of a lambda",
            "draw a share",
            id="a lambda's parameter",
        ),
        pytest.param(
            "k = 3\n" + model("m = [k]", "return {{choice([k + j for k in (1, 2) for j in m])}}"),
            "4:53",
            "'m' has a value with a name that the marker binds",
            "write the list inside the marker",
            id="a value with a name that means something else in the marker",
        ),
        pytest.param(
            "def build(n):\n    return {{uniform(0, n)}}\n" + model("return build(3)"),
            "2:25",
            "'n' is a parameter of build()",
            "draw the value in model(), and give it to build()",
            id="a parameter of another function",
        ),
        pytest.param(
            DATA + model("x.append(3)", "return {{choice(x)}}", given="x"),
            "6:21",
            "'x' is changed in model()",
            "write the list inside the marker",
            id="a parameter that is changed",
        ),
        pytest.param(
            model("m = (lambda: 3)()", "return {{uniform(0, m)}}"),
            "3:25",
            "'m' is computed in model()",
            "write (lambda: 3)() inside the marker",
            id="what a lambda computes",
        ),
        pytest.param(
            model("if len('x'):", "    m = 3", "else:", "    return {{uniform(0, m)}}", "return m"),
            "5:29",
            "'m' is assigned in model() only below, or not always",
            "draw a share",
            id="a name that the other branch assigns",
        ),
        pytest.param(
            "s = [1, 2]\nx = [{{choice(s)}}]\ns = [3]\nloss = x[0]\n",
            "2:15",
            "'s' is changed in each trial",
            "write the list inside the marker",
            id="a list of a script that another one replaces below",
        ),
        pytest.param(
            DATA + model("x = x[:1]", "return {{choice(x)}}", given="x"),
            "6:21",
            "'x' is assigned anew in model()",
            "write the list inside the marker",
            id="a parameter that is assigned",
        ),
        pytest.param(
            model("return {{uniform(0, m)}}", given="m=print()"),
            "2:25",
            "'m' is a parameter of model()",
            "draw a share",
            id="a default that is computed",
        ),
        pytest.param(
            model("m = {{choice([1, 2])}}", "return {{uniform(0, m)}}"),
            "3:25",
            "'m' depends on a marker",
            "draw a share",
            id="a marker's value under a local name",
        ),
        pytest.param(
            "m = {{uniform(0, 1)}}\n" + model("return {{uniform(0, m)}}"),
            "3:25",
            "'m' depends on a marker",
            "draw a share",
            id="a marker's value",
        ),
        pytest.param(
            "m = {{uniform(0, 1)}}\n" + model("k = m + 1", "return {{uniform(0, k)}}"),
            "4:25",
            "'m' depends on a marker",
            "draw a share",
            id="a local name of a marker's value",
        ),
        pytest.param(
            "a = {{uniform(0, 1)}}\nm = [a]\n" + model("return {{choice(m)}}"),
            "4:21",
            "'m' depends on a marker",
            "write the list inside the marker",
            id="a list of a marker's value",
        ),
        pytest.param(
            "def m(): return {{uniform(0, 1)}}\n" + model("return {{uniform(0, m())}}"),
            "3:25",
            "'m' depends on a marker",
            "draw a share",
            id="a function with a marker",
        ),
        pytest.param(
            "def data():\n    x = [{{uniform(0, 1)}}]\n    return x\n"
            + model("return {{uniform(0, len(x))}}", given="x"),
            "5:25",
            "'x' is made anew in each trial, with the data",
            "draw a share",
            id="what data makes of a marker",
        ),
        pytest.param(
            "def data():\n    x = [{{uniform(0, 1)}}]\n    return 1\n" + model("return {{choice(x)}}"),
            "5:21",
            "'x' is made anew in each trial, with the data",
            "write the list inside the marker",
            id="what data leaves behind of a marker",
        ),
    ],
)
def test_names_without_a_value_before_the_trial(text: str, place: str, message: str, help: str) -> None:
    found = [one for one in findings(text).split("\n") if "HT111" in one or "= help:" in one]
    place_found = next(number for number, one in enumerate(found) if "HT111" in one)
    assert found[place_found] == f"model.py:{place}: error HT111: {message}{ONCE}"
    assert found[place_found + 1].strip().startswith(f"= help: {help}")


@pytest.mark.parametrize(
    ("text", "head"),
    [
        pytest.param(
            model("low = 3", "return {{uniform(low, 1)}}"),
            "model.py:3:14: error HT104: uniform() needs low < high, got low=3, high=1",
            id="bounds out of order",
        ),
        pytest.param(
            model("step = 0", "return {{quniform(0, 1, step)}}"),
            "model.py:3:29: error HT104: quniform() needs q > 0 (the step), got q=0",
            id="a step of zero",
        ),
        pytest.param(
            model("low = 1e-4", "return {{loguniform(low, 1e-1)}}"),
            "model.py:3:14: warning HT107: ",
            id="values where logarithms are meant",
        ),
        pytest.param(
            model("low = 0", "return {{uniform(low, 1, log=True)}}"),
            "model.py:3:22: error HT104: uniform(log=True) needs bounds above 0, got low=0",
            id="a bound without a logarithm",
        ),
        pytest.param(
            model("high = 3", "return {{uniform(0, high, default=4)}}"),
            "model.py:3:39: warning HT117: uniform() draws from 0 to 3, and its default is 4: it is left out",
            id="a default beyond a bound",
        ),
        pytest.param(
            model("value = 4", "return {{uniform(0, 3, default=value)}}"),
            "model.py:3:36: warning HT117: uniform() draws from 0 to 3, and its default is 4: it is left out",
            id="a default that has a name",
        ),
    ],
)
def test_constants_are_checked_like_numbers_that_are_written(text: str, head: str) -> None:
    assert findings(text).startswith(head)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(model("high = 3", "return {{uniform(0, high, default=high / 2)}}"), id="within the range"),
        pytest.param(model("sizes = [1, 2]", "return {{choice(sizes, default=2)}}"), id="an item"),
        pytest.param(model("sizes = [1, 2]", "two = 2", "return {{choice(sizes, default=two)}}"), id="a name for it"),
    ],
)  # fmt: skip
def test_defaults_of_constants(text: str) -> None:
    assert findings(text) == ""


def test_a_default_that_has_no_value_before_the_trial_is_refused_with_what_to_write() -> None:
    for marker in ("uniform(0, 1, default=i)", "choice(S, default=i)"):
        text = "S = [0, 1]\n" + model("for i in range(2):", f"    x = {{{{{marker}}}}}", "return x")
        assert "'i' is the variable of a loop in model(); " in findings(text)
        assert "write the value of the default, or leave it out" in findings(text)


@pytest.mark.parametrize(
    ("refused", "followed"),
    [
        pytest.param(
            model("sizes = [1]", "sizes.append(2)", "return {{choice(sizes)}}"),
            model("sizes = [1]", "sizes.append(2)", "return {{choice([sizes[0], sizes[1]])}}"),
            id="the list inside the marker",
        ),
        pytest.param(
            "def f(): return 3\n" + model("m = f()", "return {{uniform(0, m)}}"),
            "def f(): return 3\n" + model("m = f()", "return {{uniform(0, f())}}"),
            id="the expression inside the marker",
        ),
        pytest.param(
            model("for m in (1, 2): x = {{uniform(0, m)}}", "return x"),
            model("for m in (1, 2): x = m * {{uniform(0, 1)}}", "return x"),
            id="a share",
        ),
        pytest.param(
            "def build(n):\n    return {{uniform(0, n)}}\n" + model("return build(3)"),
            "def build(n):\n    return n\n" + model("return build({{uniform(0, 3)}})"),
            id="a value that is drawn in the model",
        ),
    ],
)
def test_the_advice_works_when_it_is_followed(refused: str, followed: str) -> None:
    assert codes(refused) == ["NOT_YET_DEFINED"]
    assert codes(followed) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("M = 3\ndef model():\n    return {{uniform(0, M)}}\n", id="a constant of the module"),
        pytest.param("def model():\n    return {{uniform(0, M)}}\nM = 3\n", id="one that stands below"),
        pytest.param(
            "import math\ndef model():\n    return {{loguniform(math.log(1e-5), math.log(1e-1))}}\n",
            id="a function of a module",
        ),
        pytest.param(
            "M = [1]\ndef model():\n    return {{choice([m * 2 for m in M])}}\n",
            id="a comprehension's own variable",
        ),
        pytest.param(
            "M = [1]\ndef model():\n    return {{choice(sorted(M, key=lambda m: -m))}}\n",
            id="a lambda's own parameter",
        ),
        pytest.param(
            "def model(x=0):\n    m = 3\n    return {{choice([m, x])}}\n", id="locals in written options"
        ),
        pytest.param(
            "M = 3\ndef model():\n    global M\n    M = 4\n    return {{uniform(0, 3)}}\n",
            id="a global that the function sets",
        ),
        pytest.param(
            "M = 3\nclass A:\n    M = 4\ndef model():\n    return A, {{uniform(0, M)}}\n",
            id="a name that another class has",
        ),
        pytest.param(
            "M = 3\ndef f(M): return M\ndef model():\n    return f, {{uniform(0, M)}}\n",
            id="a name that another function has",
        ),
        pytest.param(
            "m = 3\ndef model(m={{uniform(0, m)}}):\n    return m\n",
            id="in a default of the function that has it",
        ),
        pytest.param(
            "m = 3\n@print({{uniform(0, m)}})\ndef f(): m = 1\n" + MODEL,
            id="in a decorator of the function that has it",
        ),
        pytest.param(
            "m = 3\nclass A(print({{uniform(0, m)}})): m = 1\n" + MODEL,
            id="in a base of the class that has it",
        ),
        pytest.param(
            "m = 3\nf = lambda m={{uniform(0, m)}}: m\n" + in_model("f"),
            id="in a default of the lambda that has it",
        ),
    ],
)
def test_a_bound_that_is_known_in_time(text: str) -> None:
    assert set(codes(text)) <= {"UNREACHED_MARKER"}


def test_a_method_does_not_see_the_names_of_its_class() -> None:
    text = (
        "M = 3\nclass A:\n    M = 4\n    def f(self): return {{uniform(0, M)}}\ndef model(): return A().f()\n"
    )
    assert codes(text) == []


def test_a_list_of_optimizers_does_not_depend_on_a_marker() -> None:
    text = "from keras.optimizers import Adam\nOPTS = [Adam()]\ndef model():\n    return {{choice(OPTS)}}\n"
    assert "depends on a marker" not in findings(text)
