"""Functions that are passed to a search, and the rejection of objects without readable source."""

from __future__ import annotations

import functools
import linecache
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hypertemplate.errors import ReadError
from hypertemplate.units import with_article

DEEPEST = 32
"""Most decorators on one function."""

_BUILT_IN = (
    types.BuiltinFunctionType,
    types.MethodWrapperType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.ClassMethodDescriptorType,
)


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A function that was passed to the search.

    Attributes:
        role: parameter that it was passed for: ``model``, ``data`` or ``functions``.
        function: function without its decorators.
    """

    role: str
    function: types.FunctionType

    @property
    def name(self) -> str:
        """Name in its ``def``; the variable that holds it may have another name."""
        return self.function.__code__.co_name

    @property
    def file(self) -> str:
        """File name that its code was compiled with."""
        return self.function.__code__.co_filename

    @property
    def line(self) -> int:
        """Line of its first decorator or of its ``def``, from 1."""
        return self.function.__code__.co_firstlineno

    @property
    def text(self) -> str:
        """The whole text that it was compiled from, or an empty string if it is not available."""
        return source_text(self.function)


def given_functions(
    model: object, data: object | None, functions: Sequence[Callable[..., object]]
) -> tuple[Given, ...]:
    """Return the passed functions, the model first.

    Raises:
        ReadError: an object is not a function with a source, or two functions share a name.
    """
    passed = [("model", model), *([] if data is None else [("data", data)])]
    passed += [("functions", function) for function in functions]
    found: dict[str, Given] = {}
    for role, value in passed:
        given = Given(role, _function(role, value))
        other = found.setdefault(given.name, given)
        if other.function is not given.function:
            raise ReadError(
                f"{other.role} and {role} are two functions with one name, '{given.name}'; rename one of them"
            )
        if other is not given and role == "data":
            raise ReadError(f"model and data are one function, '{given.name}'; data is what makes the data")
    return tuple(found.values())


def _function(role: str, value: object) -> types.FunctionType:
    inner = innermost(value)
    passed = "build" if role == "functions" else role
    define = f"write def {passed}(...): and pass {passed}"
    match inner:
        case types.FunctionType(__name__="<lambda>"):
            what, help = "a lambda", define
        case types.FunctionType():
            owner = inner.__qualname__.split("<locals>.")[-1].rpartition(".")[0]
            if not owner:
                return inner
            what, help = f"{owner}.{inner.__name__}, which belongs to a class", define
        case str():
            what, help = f"the text {inner!r}", "pass the function itself, without quotes"
        case functools.partial():
            name = getattr(inner.func, "__name__", "...")
            what = f"a functools.partial of {name}"
            help = f"write def {passed}(...): return {name}(...) and pass {passed}"
        case types.MethodType():
            what = f"{inner.__name__}, a method of {with_article(type(inner.__self__).__name__)}"
            help = define
        case type():
            what = f"the class {inner.__name__}"
            help = f"write def {passed}(...): return {inner.__name__}(...) and pass {passed}"
        case _ if isinstance(inner, _BUILT_IN):
            what, help = f"{inner.__name__}, which is built in and has no source", define
        case _ if callable(inner):
            what, help = f"an object of class {type(inner).__name__}", define
        case None:
            what, help = "None", define
        case _:
            what = with_article(type(inner).__name__)
            help = f"pass the function without calling it, or {define}"
    subject = "each of functions" if role == "functions" else role
    raise ReadError(f"{subject} must be a function that is defined with def, got {what}; {help}")


def innermost(value: object) -> object:
    """Return the function below the decorators, or the value itself.

    Decorators that declare what they wrap are followed, and so are TensorFlow's; the contents of others are
    searched for the function whose name the decorated one has taken.
    """
    for _ in range(DEEPEST):
        inner = _wrapped(value) or next(_replaced(value), None)
        if inner is None:
            break
        value = inner
    return value


def _wrapped(value: object) -> object | None:
    """Return the callable that a decorated function declares as wrapped."""
    for attribute in ("__wrapped__", "python_function") if callable(value) else ():
        inner: object = getattr(value, attribute, None)
        if callable(inner):
            return inner
    return None


def _replaced(value: object) -> Iterator[types.FunctionType]:
    """Yield the functions held inside a value, through several decorators, that it has replaced."""
    waiting = _held(value)
    for _ in range(DEEPEST):
        if not waiting:
            return
        inner = waiting.pop(0)
        if isinstance(inner, types.FunctionType) and inner is not value and _stands_for(inner, value):
            yield inner
        waiting += _held(inner)


def _stands_for(function: types.FunctionType, value: object) -> bool:
    """Return True if the function's name has that value where the function is defined."""
    return function.__globals__.get(function.__code__.co_name) is value


def _held(value: object) -> list[object]:
    """List the callables in a function's closure, or in the attributes of a callable object."""
    if isinstance(value, types.FunctionType):
        held = closure_values(value)
    elif isinstance(value, type) or not callable(value):
        return []
    else:
        held = getattr(value, "__dict__", {})
    return [inner for inner in held.values() if callable(inner)]


def closure_values(function: types.FunctionType) -> dict[str, object]:
    """Return the variables of enclosing functions that a function uses and that have values."""
    values: dict[str, object] = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            values[name] = cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    return values


def source_text(function: types.FunctionType) -> str:
    """Return the whole text that a function was compiled from, or an empty string if it is not available."""
    file = function.__code__.co_filename
    linecache.checkcache(file)
    return "".join(linecache.getlines(file, function.__globals__))
