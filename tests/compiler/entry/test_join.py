from __future__ import annotations

import pytest

from hypertemplate.compiler.program import Join
from tests.compiler.support import SETUP, TRIAL, codes, compiled, findings, placements, run, run_trials


def template(returns: str, parameters: str, *, data: str = "") -> str:
    """A data function that returns this and a model with these parameters."""
    names = "a = b = c = d = rest = A = B = a_b = d_c = 1\n"
    body = data or f"    return {returns}\n"
    return f"{names}def data():\n{body}def model({parameters}):\n    return {{{{uniform(0, 1)}}}}\n"


def joined(returns: str, parameters: str, *, data: str = "") -> Join:
    """How the two meet."""
    return compiled(template(returns, parameters, data=data)).join


@pytest.mark.parametrize(
    ("returns", "parameters", "names"),
    [
        pytest.param("a, b", "a, b", (("a", 0), ("b", 1)), id="in the same order"),
        pytest.param("a, b", "b, a", (("b", 1), ("a", 0)), id="in another order"),
        pytest.param("(a, b)", "b", (("b", 1),), id="one of two"),
        pytest.param("[a, b, c]", "c, a", (("c", 2), ("a", 0)), id="a list"),
        pytest.param("a, b + 1", "a", (("a", 0),), id="beside an expression"),
        pytest.param("a, b, c", "a, c=0", (("a", 0), ("c", 2)), id="an optional one that is there"),
        pytest.param("a, b", "a, c=0", (("a", 0),), id="an optional one that is not"),
        pytest.param("a, b", "*, b, a", (("b", 1), ("a", 0)), id="keyword-only parameters"),
        pytest.param("a, b", "b, /, a", (("b", 1), ("a", 0)), id="positional-only parameters"),
        pytest.param("a, a", "a", (("a", 0),), id="the first of two alike"),
        pytest.param("{'a': 1, 'b': 2}", "b, a", (("b", "b"), ("a", "a")), id="the keys of a dict"),
        pytest.param("{'a': 1, 2: 3, **rest}", "a", (("a", "a"),), id="beside other keys"),
        pytest.param("dict(a=1, b=2)", "b", (("b", "b"),), id="the keywords of dict()"),
        pytest.param("dict(a=1, **rest)", "a", (("a", "a"),), id="beside unpacked ones"),
        pytest.param("a, b", "a, *args, **more", (("a", 0),), id="more parameters of any number"),
    ],
)
def test_by_name(returns: str, parameters: str, names: tuple[tuple[str, int | str], ...]) -> None:
    assert joined(returns, parameters) == Join("name", names)


def test_by_name_out_of_a_list_for_one_parameter() -> None:
    assert joined("[a, b]", "b") == Join("name", (("b", 1),))


@pytest.mark.parametrize(
    ("returns", "parameters", "count"),
    [
        pytest.param("a, b", "x, y", 2, id="other names"),
        pytest.param("a, b", "a, x", 2, id="half of the names, each at its own place"),
        pytest.param("a / 255, b", "a, b", 2, id="each name at its own place"),
        pytest.param("1, 2, 3", "x, y, z", 3, id="expressions"),
        pytest.param("(1, 2), (3, 4)", "x, y", 2, id="tuples of tuples"),
        pytest.param("1, 2", "x, y=0", 2, id="an optional parameter too"),
        pytest.param("1, 2", "x, y, z=0", 2, id="without the optional parameter"),
        pytest.param("1, 2, 3", "x, *more", 3, id="more than are named"),
        pytest.param("f()", "x, y", 2, id="a call, which only a run can count"),
        pytest.param("rest", "x, y", 2, id="a name, which only a run can count"),
        pytest.param("*rest, 1", "x, y", 2, id="an unpacked one, likewise"),
        pytest.param("a if 1 else b", "x, y", 2, id="a condition, likewise"),
        pytest.param("(1,)", "x", 1, id="a tuple of one"),
        pytest.param("a, b, a, b", "a, b, a_val, b_val", 4, id="names twice, once at their own places"),
        pytest.param("a, b, a, b", "A, B, a_val, b_val", 4, id="likewise in other spelling"),
        pytest.param("a, b", "A, B", 2, id="in another case, each at its own place"),
        pytest.param("a_b, d_c", "bA, cD", 2, id="words in another order, at their places"),
        pytest.param("a / 2, b / 2, c, d", "a, b, c, d", 4, id="expressions of variables at their places"),
        pytest.param("a[:2], a[2:], b", "a, a_val, b", 3, id="two halves of a variable"),
        pytest.param("b / 2, len(a)", "x, b", 2, id="an expression whose place no other takes"),
    ],
)
def test_by_position(returns: str, parameters: str, count: int) -> None:
    text = template(returns, parameters).replace("f()", "dir()")
    assert compiled(text).join == Join("position", count=count)


@pytest.mark.parametrize(
    ("returns", "parameters"),
    [
        pytest.param("a", "a", id="one name"),
        pytest.param("a", "x", id="one name of another name"),
        pytest.param("dir()", "x", id="a call"),
        pytest.param("{'k': 1}", "x", id="a dict whose keys are no parameters"),
        pytest.param("{}", "x", id="an empty dict"),
        pytest.param("[a, b]", "x", id="a list"),
        pytest.param("[]", "x", id="an empty list"),
        pytest.param("1", "x, y=0", id="beside an optional parameter"),
    ],
)
def test_as_one_object(returns: str, parameters: str) -> None:
    assert joined(returns, parameters) == Join("object")


@pytest.mark.parametrize(
    ("returns", "parameters"),
    [
        pytest.param("a", "", id="a model without parameters"),
        pytest.param("a", "**more", id="only keywords of any name"),
        pytest.param("None", "x=0", id="nothing to hand over"),
        pytest.param("a, b, c", "x=0", id="optional parameters that nothing fits"),
    ],
)
def test_not_at_all(returns: str, parameters: str) -> None:
    assert joined(returns, parameters) == Join("none")


@pytest.mark.parametrize(
    ("data", "parameters", "join"),
    [
        pytest.param(
            "    if a:\n        return a, b\n    return a, b\n",
            "b, a",
            Join("name", (("b", 1), ("a", 0))),
            id="two returns alike",
        ),
        pytest.param(
            "    if a:\n        return None, None\n    return a, b\n",
            "a, b",
            Join("position", count=2),
            id="an early return of nothings",
        ),
        pytest.param(
            "    if a:\n        return\n    return a, b\n",
            "b, a",
            Join("name", (("b", 1), ("a", 0))),
            id="a bare return",
        ),
        pytest.param(
            "    if a:\n        return None\n    return a, b\n",
            "b, a",
            Join("name", (("b", 1), ("a", 0))),
            id="a return of None",
        ),
        pytest.param(
            "    def norm(a):\n        return a\n    return norm(a), norm(b)\n",
            "x, y",
            Join("position", count=2),
            id="not the return of a function inside it",
        ),
        pytest.param(
            "    class A:\n        def f(self): return 1, 2, 3\n    return (lambda: 3), a\n",
            "x, y",
            Join("position", count=2),
            id="nor of a method or a lambda",
        ),
        pytest.param(
            "    return (dir(),\n            {'k': 1})\n",
            "x, y",
            Join("position", count=2),
            id="over several lines",
        ),
        pytest.param(
            "    for i in a:\n        yield i, b\n", "x", Join("object"), id="a generator is one object"
        ),
        pytest.param("    yield from a\n    return b\n", "x", Join("object"), id="also one that delegates"),
        pytest.param(
            "    try:\n        return dir()\n    except KeyError:\n        return 1, 2\n",
            "x, y",
            Join("position", count=2),
            id="a call in one place, two items in another",
        ),
    ],
)
def test_every_return_counts(data: str, parameters: str, join: Join) -> None:
    assert joined("", parameters, data=data) == join


@pytest.mark.parametrize(
    ("returns", "parameters", "shown"),
    [
        pytest.param("b, a", "a, c", "data() returns b, a, but model() needs a, c", id="half of the names"),
        pytest.param(
            "a, b / 2",
            "b, a",
            "data() returns a, an expression, but model() needs b, a",
            id="a name at another's place",
        ),
        pytest.param("a, b, c", "x, y", "data() returns a, b, c, but model() needs x, y", id="too many"),
        pytest.param(
            "1, 2",
            "x, y, z",
            "data() returns 2 values, but model() needs x, y, z",
            id="too few",
        ),
        pytest.param(
            "[a, b]", "x, y, z", "data() returns a, b, but model() needs x, y, z", id="a list of too few"
        ),
        pytest.param(
            "{'a': 1, 'b': 2}", "a, c", "data() returns a, b, but model() needs a, c", id="half of the keys"
        ),
        pytest.param(
            "{'a': 1}", "x, y", "data() returns a, but model() needs x, y", id="a dict for two parameters"
        ),
        pytest.param(
            "a", "a, b", "data() returns a, but model() needs a, b", id="one name for two parameters"
        ),
    ],
)
def test_what_does_not_fit(returns: str, parameters: str, shown: str) -> None:
    head, *_ = findings(template(returns, parameters)).split("\n")
    assert head == f"model.py:4:5: error HT006: {shown}"


@pytest.mark.parametrize(
    ("returns", "parameters", "crossed"),
    [
        pytest.param("A, B, C, D", "a, c, b, d", "B would not become 'b'", id="another case"),
        pytest.param("a_, b_", "b, a", "a_ would not become 'a'", id="underscores"),
        pytest.param("xTrain, y", "label, x_train", "xTrain would not become 'x_train'", id="camel case"),
        pytest.param("XTrain, Y", "label, train_x", "XTrain would not become 'train_x'", id="capitals"),
        pytest.param("xtrain, y", "label, x_train", "xtrain would not become 'x_train'", id="one word"),
        pytest.param("train_x, y", "y_, x_train", "train_x would not become 'x_train'", id="order of words"),
        pytest.param("a, B", "b, c=0", "B would not become 'b'", id="an optional parameter beside it"),
        pytest.param("c, d, B", "b, *more", "B would not become 'b'", id="beyond the named parameters"),
        pytest.param("a, B", "c, d, *, b=0", "B would not become 'b'", id="a keyword-only parameter"),
        pytest.param("{'A': 1, 'B': 2}", "a", "A would not become 'a'", id="a key of a dict"),
        pytest.param(
            "a / 2, b / 2, c / 2, d / 2",
            "a, c, b, d",
            "an expression of b would not become 'b'",
            id="expressions of one variable each",
        ),
    ],
)
def test_joins_by_position_that_cross(returns: str, parameters: str, crossed: str) -> None:
    bound = "a = b = c = d = A = B = C = D = a_ = b_ = xTrain = XTrain = xtrain = train_x = y = Y = 1"
    data = f"    {bound}\n    return {returns}\n"
    head, *_ = findings(template("", parameters, data=data)).split("\n")
    assert head.partition("by position, ")[2] == f"{crossed} of model()"
    assert codes(template("", parameters, data=data)) == ["JOIN"]


def test_the_message_of_a_crossed_join_says_the_order() -> None:
    data = "    if a:\n        return A, B\n    return B, A\n"
    assert findings(template("", "a, b", data=data)) == (
        "model.py:6:5: error HT006: data() returns B, A: by position, B would not become 'b' of model()\n"
        "    6 | def model(a, b):\n"
        "      |     ^~~~~\n"
        "      = help: return them in the order of model(): a, b"
    )


@pytest.mark.parametrize("parameters", ["*, x", "*, x, y"])
def test_what_only_a_run_can_count_is_not_given_to_keyword_only_parameters(parameters: str) -> None:
    needs = parameters.removeprefix("*, ")
    assert findings(template("dir()", parameters)).startswith(
        f"model.py:4:5: error HT006: data() returns an expression, but model() needs {needs}\n"
    )


@pytest.mark.parametrize(
    ("data", "parameters", "shown"),
    [
        pytest.param(
            "    if a:\n        return a, b\n    return b, a\n",
            "b, a",
            "data() returns the same names in different places: a, b or b, a",
            id="two orders",
        ),
        pytest.param(
            "    if a:\n        return 1\n    return 1, 2\n",
            "x, y, z",
            "data() returns an expression or 2 values, but model() needs x, y, z",
            id="two counts",
        ),
        pytest.param(
            "    if a:\n        return 1, 2\n    return 1, 2, 3\n",
            "x, y",
            "data() returns 2 values or 3 values, but model() needs x, y",
            id="one of two counts",
        ),
        pytest.param("    pass\n", "x, y", "data() returns nothing, but model() needs x, y", id="nothing"),
        pytest.param("    return None\n", "x", "data() returns nothing, but model() needs x", id="None"),
    ],
)
def test_returns_that_do_not_fit(data: str, parameters: str, shown: str) -> None:
    head, *_ = findings(template("", parameters, data=data)).split("\n")
    assert head.partition("HT006: ")[2] == shown


def test_data_with_parameters_cannot_be_called() -> None:
    text = "def data(path, n=1):\n    return 1\ndef model(x):\n    return {{uniform(0, 1)}}\n"
    assert findings(text) == (
        "model.py:1:5: error HT006: data() is called without arguments, but needs path\n"
        "    1 | def data(path, n=1):\n"
        "      |     ^~~~\n"
        "      = help: write def data(path=PATH), with a value in place of PATH"
    )


def test_a_model_without_parameters_does_not_care_about_a_function_called_data() -> None:
    assert codes("def data(path):\n    return 1\ndef model():\n    return {{uniform(0, 1)}}\n") == []


def test_an_empty_tuple_is_shown_as_one() -> None:
    assert findings(template("()", "a")).startswith("model.py:4:5: error HT006: data() returns (), but")


def test_keyword_only_parameters_are_not_given_by_position() -> None:
    text = "def data():\n    return 1, 2\ndef model(*, x, y):\n    return x, y, {{uniform(0, 1)}}\n"
    if codes(text) == []:
        assert run(text, uniform=0.5) == (1, 2, 0.5)


def test_names_meet_whatever_their_order() -> None:
    text = """
def data():
    x_train, y_train, x_test = 1, 2, 3
    return x_train, y_train, x_test

def model(x_test, x_train):
    return x_test, x_train, {{uniform(0, 1)}}
"""
    assert run(text, uniform=0.5) == (3, 1, 0.5)


def test_every_parameter_of_data_is_in_the_line_to_write() -> None:
    text = "def data(path, size):\n    return 1\ndef model(x):\n    return {{uniform(0, 1)}}\n"
    assert findings(text).endswith(
        "= help: write def data(path=PATH, size=SIZE), with values in place of PATH and SIZE"
    )


# Local variables of data that it does not return, as Hyperas had it


@pytest.mark.parametrize(
    ("data", "parameters", "join"),
    [
        pytest.param("a = 1; return", "a", Join("name", (), locals=("a",)), id="no return value"),
        pytest.param("a = 1", "a", Join("name", (), locals=("a",)), id="no return at all"),
        pytest.param(
            "a = b = 1; return a, 2",
            "b, a",
            Join("name", (("a", 0),), locals=("b",)),
            id="one of two is returned",
        ),
        pytest.param(
            "b = 1; return {'a': 2}",
            "a, b",
            Join("name", (("a", "a"),), locals=("b",)),
            id="one of two is a key",
        ),
        pytest.param(
            "a = b = 1; return a",
            "a, b",
            Join("name", (), locals=("a", "b")),
            id="the one that is returned is local",
        ),
        pytest.param(
            "import math as b; (a := 1); return a, 3",
            "b",
            Join("name", (), locals=("b",)),
            id="however it is bound",
        ),
        pytest.param(
            "a = b = 1; return a, b + 1",
            "*, a, b",
            Join("name", (("a", 0),), locals=("b",)),
            id="keyword-only",
        ),
    ],
)
def test_a_parameter_may_be_a_local_variable_that_data_does_not_return(
    data: str, parameters: str, join: Join
) -> None:
    text = f"def data():\n    {data}\ndef model({parameters}):\n    return {{{{uniform(0, 1)}}}}\n"
    assert compiled(text).join == join
    assert codes(text) == ["UNRETURNED_LOCAL"]


def test_the_warning_says_what_to_return() -> None:
    text = (
        "def data():\n    a = b = c = 1\n    return a, 2\ndef model(b, a, c):\n    return {{uniform(0, 1)}}\n"
    )
    assert findings(text) == (
        "model.py:4:5: warning HT010: model() uses b, c, local to data()\n"
        "    4 | def model(b, a, c):\n"
        "      |     ^~~~~\n"
        "      = help: return b, c from data(), and take them as parameters of model()"
    )


@pytest.mark.parametrize(
    ("data", "parameters"),
    [
        pytest.param("a = 1; return 2, a", "a, x", id="a name that data does not bind"),
        pytest.param("a = 1; return g", "g, a", id="what is returned is not a local one"),
        pytest.param("a = b = 1; return 2, a, b, 3", "x, b, a", id="a name that neither knows"),
    ],
)
def test_what_is_no_local_variable_either_is_an_error(data: str, parameters: str) -> None:
    text = f"g = 1\ndef data():\n    {data}\ndef model({parameters}):\n    return {{{{uniform(0, 1)}}}}\n"
    assert codes(text) == ["JOIN"]


def test_the_values_are_those_that_data_left() -> None:
    text = """
def data(flag=True):
    a = 1
    if flag:
        b = a + 1
        return a, 2
    return (a,
        4)
def model(b, a):
    return a, b, {{uniform(0, 1)}}
"""
    assert run(text, uniform=0) == (1, 2, 0)


def test_a_return_in_an_inner_function_leaves_nothing() -> None:
    text = """
def data():
    def inner():
        b = 5
        return b
    b = inner() + 1
    return None
def model(b):
    return b, {{uniform(0, 1)}}
"""
    assert run(text, uniform=0) == (6, 0)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("b = 5", id="one statement"),
        pytest.param("b = 5;  # why", id="a semicolon and a comment behind it"),
        pytest.param("'doc'\n    a = 1\n    b = a + 4", id="several"),
        pytest.param("if dir():\n        pass\n    else: b = 5\n    b = 5", id="one after a block"),
        pytest.param("b = 5\n    if not b:\n        b = 6", id="one before a block"),
        pytest.param("a = 1\n    if a:\n        b = 5\n    else:\n        raise ValueError", id="in a block"),
        pytest.param("for b in range(6):\n        a = b", id="in a loop"),
        pytest.param("try:\n        b = 5\n    finally:\n        a = 2", id="in a try"),
        pytest.param("with memoryview(b''):\n        b = 5", id="in a with"),
        pytest.param("match 5:\n        case b:\n            pass", id="in a match"),
        pytest.param("b = 5\n    def inner():\n        b = 6", id="before a function"),
        pytest.param("b = 5\n    class Inner:\n        b = 6", id="before a class"),
        pytest.param("b = 5\n    from hyperas import optim", id="before an import that does not run"),
        pytest.param("b = {{choice([5])}}", id="a marker"),
    ],
)
def test_a_data_function_without_a_return_leaves_its_variables_at_its_end(body: str) -> None:
    text = f"def data():\n    {body}\ndef model(b):\n    return b, {{{{uniform(0, 1)}}}}\n"
    assert run(text, uniform=0, b=0) == (5, 0)


def test_no_line_moves_where_variables_are_left() -> None:
    text = "def data():\n    if 1:\n        b = 5\n\ndef model(b):\n    return b, {{uniform(0, 1)}}\n"
    assert compiled(text).parts[0].kept == (
        "def data():\n    if 1:\n        b = 5; _ht_.leave(locals(), None)\n\n"
        "def model(b):\n    return b, (_ht_['uniform'])\n"
    )


@pytest.mark.parametrize(
    "returns",
    [
        pytest.param("return n", id="a name"),
        pytest.param("return", id="nothing"),
        pytest.param("return (n)", id="parentheses"),
        pytest.param("return(n)", id="parentheses without a blank"),
        pytest.param("return n, \\\n        n", id="over lines"),
        pytest.param("return [\n        i for i in range(n)\n    ]  # all", id="a comment behind it"),
        pytest.param("return {{choice([1, 2])}}", id="a marker"),
        pytest.param("return n if n else lambda: 1", id="a lambda"),
    ],
)
def test_a_name_of_the_model_may_be_a_local_variable_of_data(returns: str) -> None:
    text = f"def data():\n    n = 3\n    {returns}\ndef model():\n    return n + {{{{uniform(0, 1)}}}}\n"
    assert codes(text) in ([], ["UNRETURNED_LOCAL"])
    assert compiled(text).leaked == ("n",)
    assert run(text, uniform=0.5, choice=1) == 3.5


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("n += 1", 4.5, id="what it adds to"),
        pytest.param("n = n + 1", 4.5, id="what it assigns from itself"),
        pytest.param("if n: n = 1", 1.5, id="what it tests first"),
        pytest.param("for n in range(n): pass", 2.5, id="what a loop starts from"),
    ],
)
def test_the_model_may_declare_it_global(body: str, expected: float) -> None:
    text = (
        "def data():\n    n = 3\n    return 0\n"
        f"def model(x):\n    global n\n    {body}\n    return n + {{{{uniform(0, 1)}}}}\n"
    )
    assert compiled(text).leaked == ("n",)
    assert "= help: declare n in data() too: global n" in findings(text)
    assert run_trials(compiled(text), [{"uniform": 0.5}] * 2) == [expected] * 2
    assert codes(text.replace("    n = 3", "    global n\n    n = 3")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "def model():\n    global n\n    n = {{uniform(0, 1)}}\n    return n\n", [], id="assigned"
        ),
        pytest.param(
            "def start():\n    global n\n    n = 0\n"
            "def model():\n    global n\n    start()\n    n += {{uniform(0, 1)}}\n    return n\n",
            [],
            id="assigned in another function",
        ),
        pytest.param(
            "def model():\n    global n\n    n += {{uniform(0, 1)}}\n    return n\n",
            ["UNDEFINED_NAME"],
            id="only added to",
        ),
        pytest.param(
            "def data():\n    n = 3\n    return 0\n"
            "def model(x):\n    global n\n    n = 1\n    return n + {{uniform(0, 1)}}\n",
            [],
            id="assigned by the model, whatever data calls so",
        ),
        *(
            pytest.param(
                f"def model():\n    global n\n    {bound}\n    return n, {{{{uniform(0, 1)}}}}\n",
                [],
                id=bound,
            )
            for bound in (
                "def n(): return 1",
                "class n: pass",
                "import os.path as n",
                "import n.path",
                "match 1:\n        case n: pass",
                "try: print()\n    except Exception as n: raise n",
            )
        ),
        pytest.param(
            "def model():\n    global n\n    return {{uniform(0, 1)}}\n", [], id="declared and never used"
        ),
    ],
)
def test_a_global_name_is_one_that_some_function_assigns(text: str, found: list[str]) -> None:
    assert codes(text) == found


def test_under_a_star_import_a_local_variable_of_data_is_the_models_without_a_word() -> None:
    text = (
        "from math import *\ndef data():\n    n, e = 3, 4\n    return 0\n"
        "def model(x):\n    return n + {{uniform(0, 1)}}\n"
    )
    assert codes(text) == []
    assert compiled(text).leaked == ("n",)
    assert run(text, uniform=0.5) == 3.5


def test_a_function_that_the_model_calls_may_use_it_too() -> None:
    text = "def data():\n    n = 3\n    return n\ndef half(): return n / 2\ndef model(x):\n    return half(), {{randint(3)}}\n"
    assert run(text, randint=1) == (1.5, 1)


def test_of_a_script_a_local_variable_of_data_is_undefined() -> None:
    text = "def data():\n    n = 3\n    return n\nx = n + {{uniform(0, 1)}}\n"
    assert codes(text) == ["UNDEFINED_NAME"]


# The dict of the trial's values, which Hyperas left in the reach of templates


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        pytest.param(
            "def model():\n    print(space)\n    return {{uniform(0, 1)}}\n", True, id="in the model"
        ),
        pytest.param(
            "print(space.keys())\ndef model():\n    return {{uniform(0, 1)}}\n", True, id="in the module"
        ),
        pytest.param(
            "space = 1\ndef model():\n    return space, {{uniform(0, 1)}}\n", False, id="if it is defined"
        ),
        pytest.param(
            "def model(space=1):\n    return space, {{uniform(0, 1)}}\n", False, id="as a parameter"
        ),
        pytest.param(
            "def model():\n    space = {{uniform(0, 1)}}\n    return space\n", False, id="as a local variable"
        ),
        pytest.param("def model():\n    return {{uniform(0, 1)}}\n", False, id="not at all"),
    ],
)
def test_the_dict_of_values_is_there_where_the_template_reads_and_does_not_define_it(
    text: str, reads: bool
) -> None:
    assert compiled(text).reads_space is reads
    assert codes(text) == []


def test_what_reads_the_values_runs_in_the_trial() -> None:
    text = "n = 1\nunits = space['units']\nboth = units + n\ndef model():\n    units = {{randint(3)}}\n    return both\n"
    assert placements(text) == [SETUP, TRIAL, TRIAL, TRIAL]


@pytest.mark.parametrize(
    ("body", "warned"),
    [
        pytest.param("return a", "", id="returned alone"),
        pytest.param("return b, a", "", id="among others"),
        pytest.param("return {'first': a}", "", id="in a dict"),
        pytest.param("return dict(first=a)", "", id="in a call of dict"),
        pytest.param("if b:\n        return b, a\n    return a", "", id="of each return"),
        pytest.param(
            "if b:\n        return a\n    return b", "model() uses a, local to data()", id="of one alone"
        ),
        pytest.param("return a + 1", "model() uses a, local to data()", id="another value"),
        pytest.param("print(a)", "model() uses a, local to data()", id="never"),
    ],
)
def test_what_data_returns_draws_no_warning_where_the_model_uses_it(body: str, warned: str) -> None:
    text = f"def data():\n    a = b = 1\n    {body}\ndef model():\n    return {{{{uniform(0, 1)}}}} + a\n"
    assert warned in findings(text)
    assert codes(text) == ["UNRETURNED_LOCAL"] * bool(warned)
