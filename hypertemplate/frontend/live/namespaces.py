"""Values that functions reach: their globals and the variables of enclosing functions."""

from __future__ import annotations

import builtins
import dis
import re
import types
from collections.abc import Iterator, Sequence

from hypertemplate.errors import ReadError
from hypertemplate.frontend.ipython import shell, user_values
from hypertemplate.frontend.live.functions import Given, closure_values, innermost
from hypertemplate.frontend.project_modules import may_hold_marker

_OWN = re.compile(r"__\w*__|_{1,3}|_i{1,3}|_i?\d+|_[dio]h|In|Out|exit|quit|get_ipython|_exit_code")
_CONSTANTS = (str, bytes, int, float, complex)
_PACKAGES = ("hyperas", "hypertemplate")
_DISTRIBUTIONS = ("hyperas.distributions", "hypertemplate.distributions")


def values_of(functions: Sequence[Given]) -> dict[str, object]:
    """Collect every value that the functions can reach, by name; those of the model's module come first.

    Python's own names, IPython's and the search's own functions are left out.

    Raises:
        ReadError: two functions reach different values under one name.
    """
    values: dict[str, object] = {}
    owners: dict[str, Given] = {}
    for given in functions:
        own = _variables(given)
        # A function without markers comes from memory and keeps its own module's names.
        needed = reached(given) if given is functions[0] or _may_be_remade(given) else set()
        for name, value in own.items():
            owner = owners.get(name)
            if owner is not None and owner is not given and name in needed:
                if _differ(values[name], value):
                    raise ReadError(_conflict(name, owner, given))
            elif name in needed or name not in values:
                values[name] = value
            if name in needed:
                owners.setdefault(name, given)
    return values


def _may_be_remade(given: Given) -> bool:
    """Return True if a function's module may contain markers, which make code run again in each trial."""
    return may_hold_marker(given.text)


def _conflict(name: str, one: Given, other: Given) -> str:
    return (
        f"'{name}' is one thing to {one.name} (module {one.function.__module__}) "
        f"and another to {other.name} (module {other.function.__module__}); rename one of them"
    )


def foreign_names(own: Sequence[Given], functions: Sequence[Given]) -> set[str]:
    """Return names that only functions of other modules reach, and whose values differ in their modules."""
    used = set().union(*(reached(given) for given in own))
    foreign: set[str] = set()
    for given in functions:
        if given not in own:
            variables = _variables(given)
            mine = [_variables(one) for one in own]
            foreign |= {
                name
                for name in reached(given) - used
                if any(name in values and _differ(values[name], variables[name]) for values in mine)
            }
    return foreign


def _variables(given: Given) -> dict[str, object]:
    variables = given.function.__globals__
    running = shell()
    if running is not None and running.user_ns is variables:
        variables = user_values(running)
    found = variables | closure_values(given.function)
    return {name: value for name, value in found.items() if not _OWN.fullmatch(name) and not _drives(value)}


def _drives(value: object) -> bool:
    """Return True if a value belongs to this package's search functions; distributions do not."""
    if isinstance(value, types.ModuleType):
        module = value.__name__
    elif isinstance(value, (types.FunctionType, type)):
        module = str(value.__module__)
    else:
        return False
    if module == "hypertemplate" or getattr(value, "__name__", "") == "report":
        return False  # a trial reports by it
    return module.split(".")[0] in _PACKAGES and module not in _DISTRIBUTIONS


def _differ(one: object, other: object) -> bool:
    """Return True if two values of a name are not interchangeable; two modules count as stand-ins for one."""
    if one is other or (isinstance(one, types.ModuleType) and isinstance(other, types.ModuleType)):
        return False
    return not (type(one) is type(other) and isinstance(one, _CONSTANTS) and one == other)


def reached(given: Given) -> set[str]:
    """Return the global and enclosing names that a function's code uses, directly or through its calls."""
    variables = given.function.__globals__
    names = set(given.function.__code__.co_freevars)
    waiting: list[object] = [given.function]
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, type):
            waiting += [innermost(member) for member in vars(value).values()]
        elif isinstance(value, types.FunctionType) and value.__globals__ is variables:
            waiting += closure_values(value).values()
            found = set(_global_names(value.__code__)) & variables.keys() - names
            names |= found
            waiting += [innermost(variables[name]) for name in found]
    return names - vars(builtins).keys()


def _global_names(code: types.CodeType) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield str(instruction.argval)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _global_names(constant)
