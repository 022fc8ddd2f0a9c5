from __future__ import annotations

import pytest

from hypertemplate.compiler.program import Join
from tests.compiler.support import codes, compiled, findings, run


def template(returns: str, parameters: str, *, data: str = "") -> str:
    """A data function that returns this and a model with these parameters."""
    names = "a = b = c = d = rest = 1\n"
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
            "data() returns an expression, an expression, but model() needs x, y, z",
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
            "data() returns an expression or an expression, an expression, but model() needs x, y, z",
            id="two counts",
        ),
        pytest.param(
            "    if a:\n        return 1, 2\n    return 1, 2, 3\n",
            "x, y",
            "data() returns an expression, an expression or an expression, an expression, an expression, but model() needs x, y",
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
        "      = help: give them defaults: def data(path=...):"
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
    assert findings(text).endswith("= help: give them defaults: def data(path=..., size=...):")
