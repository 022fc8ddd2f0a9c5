"""What may be passed as a function, and what each other thing is told."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from hypertemplate.errors import ReadError
from hypertemplate.frontend.live.functions import closure_values, given_functions, innermost, source_text

Function = Callable[..., Any]


def build(x: int = 1) -> int:
    return x


def load() -> int:
    return 1


class Net:
    def __call__(self) -> int:
        return 1

    def train(self) -> int:
        return 1

    @classmethod
    def made(cls) -> int:
        return 1


class Held:
    """A decorator that says nothing of what it wraps."""

    def __init__(self, function: Function) -> None:
        self.function = function

    def __call__(self) -> Any:
        return self.function()


def quiet(function: Function) -> Function:
    def inner(*arguments: object) -> Any:
        return function(*arguments)

    return inner


class Traced:
    """As TensorFlow's: what it was made from is an attribute."""

    def __init__(self, function: Function) -> None:
        self.python_function = function

    def __call__(self) -> Any:
        return self.python_function()


@Held
def held() -> int:
    return 1


@quiet
@quiet
def quieted() -> int:
    return 1


@Traced
@functools.lru_cache
def traced() -> int:
    return 1


DEFINE = "write def model(...): and pass model"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(lambda x: x, f"got a lambda; {DEFINE}", id="a lambda"),
        pytest.param(len, f"got len, which is built in and has no source; {DEFINE}", id="a built-in"),
        pytest.param(str.upper, f"got upper, which is built in and has no source; {DEFINE}", id="a built-in method"),
        pytest.param([].append, f"got append, which is built in and has no source; {DEFINE}", id="a built-in method of an object"),
        pytest.param(Net(), f"got an object of class Net; {DEFINE}", id="an object that can be called"),
        pytest.param(Net, "got the class Net; write def model(...): return Net(...) and pass model", id="a class"),
        pytest.param(int, "got the class int; write def model(...): return int(...) and pass model", id="a built-in class"),
        pytest.param(Net().train, f"got train, a method of a Net; {DEFINE}", id="a method"),
        pytest.param(Net.made, f"got made, a method of a type; {DEFINE}", id="a class method"),
        pytest.param(Net.train, f"got Net.train, which belongs to a class; {DEFINE}", id="a function of a class"),
        pytest.param("model", "got the text 'model'; pass the function itself, without quotes", id="a name in quotes"),
        pytest.param(functools.partial(build, 1), "got a functools.partial of build; write def model(...): return build(...) and pass model", id="a partial"),
        pytest.param(functools.partial(Net()), "got a functools.partial of ...; write def model(...): return ...(...) and pass model", id="a partial of what has no name"),
        pytest.param(3, f"got an int; pass the function without calling it, or {DEFINE}", id="a number"),
        pytest.param(None, f"got None; {DEFINE}", id="nothing"),
    ],
)  # fmt: skip
def test_what_is_no_function_is_said(value: object, message: str) -> None:
    with pytest.raises(ReadError) as raised:
        given_functions(value, None, ())
    assert str(raised.value) == f"model must be a function that is defined with def, {message}"


def test_each_parameter_is_named() -> None:
    with pytest.raises(ReadError) as raised:
        given_functions(build, 3, ())
    assert str(raised.value).startswith("data must be a function that is defined with def, got an int; ")
    with pytest.raises(ReadError) as raised:
        given_functions(build, None, [lambda: 1])
    assert str(raised.value) == (
        "each of functions must be a function that is defined with def, got a lambda; "
        "write def build(...): and pass build"
    )


def _another(name: str) -> Function:
    namespace: dict[str, Function] = {}
    exec(f"def {name}(): return 2", namespace)
    return namespace[name]


@pytest.mark.parametrize(
    ("data", "functions", "message"),
    [
        pytest.param(_another("build"), [], "model and data are two functions with one name, 'build'; rename one of them", id="model and data"),
        pytest.param(load, [_another("load")], "data and functions are two functions with one name, 'load'; rename one of them", id="data and another"),
        pytest.param(build, [], "model and data are one function, 'build'; data is what makes the data", id="one for both"),
    ],
)  # fmt: skip
def test_two_functions_cannot_share_a_name(data: Function, functions: list[Function], message: str) -> None:
    with pytest.raises(ReadError) as raised:
        given_functions(build, data, functions)
    assert str(raised.value) == message


def test_roles_come_in_order_and_each_function_once() -> None:
    found = given_functions(build, load, [build, load, quieted])
    assert [(given.role, given.name) for given in found] == [
        ("model", "build"),
        ("data", "load"),
        ("functions", "quieted"),
    ]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        pytest.param(build, "build", id="a plain function"),
        pytest.param(
            functools.lru_cache(functools.wraps(load)(lambda: 1)), "load", id="what functools.wraps says"
        ),
        pytest.param(held, "held", id="an object that holds the function whose name it has"),
        pytest.param(quieted, "quieted", id="closures that hold it"),
        pytest.param(traced, "traced", id="TensorFlow's"),
        pytest.param(quiet(build), "inner", id="a wrapper under another name is itself"),
    ],
)
def test_decorators_are_looked_through(value: object, name: str) -> None:
    assert getattr(innermost(value), "__name__", "") == name


def test_what_wraps_itself_ends() -> None:
    def endless() -> None: ...

    endless.__wrapped__ = endless  # type: ignore[attr-defined]
    assert innermost(endless) is endless


def test_variables_around_a_function() -> None:
    def outer() -> Function:
        size = 3

        def inner() -> object:
            return size, late

        if not size:
            late = 1
        return inner

    inner = outer()
    assert closure_values(inner) == {"size": 3}  # type: ignore[arg-type]


def test_the_text_of_a_function_is_that_of_its_file() -> None:
    assert "def test_the_text_of_a_function" in source_text(build)  # type: ignore[arg-type]
    assert source_text(_another("f")) == ""  # type: ignore[arg-type]
