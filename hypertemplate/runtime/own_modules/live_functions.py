"""Functions of modules in memory, which run the rewritten text of their module as long as a search runs.

A module that the user's code has imported does not run again: what it made, its state and its classes stay
the objects that other code holds. Only the code of its functions is another one, and is put back.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

from hypertemplate.errors import LoadError
from hypertemplate.runtime.draws import Draws
from hypertemplate.runtime.kept_models.values_in_place import DRAWS, counterparts, nested
from hypertemplate.runtime.pickles import send_by_name, send_by_value


class LiveFunctions:
    """Functions of the user's modules that are in memory.

    Args:
        values: values that the user's code uses, among them functions of these modules.
    """

    def __init__(self, values: Iterable[object]) -> None:
        self._values = list(values)
        self._before: list[tuple[FunctionType, CodeType]] = []
        self._modules: list[ModuleType] = []

    def rewrite(self, name: str, rewritten: CodeType, *, once: bool) -> None:
        """Have the functions of a module run other code, which is that of its rewritten text.

        Args:
            name: name of the module, which is loaded.
            rewritten: code of the rewritten text.
            once: whether trials use this module, rather than import it anew.

        Raises:
            LoadError: the text is not the one that the module was imported from.
        """
        module = sys.modules[name]
        original = _code(module)
        other = counterparts(original, rewritten)
        known = {code: code for code in nested(original)}
        held = _functions(vars(module), name) if once else ()
        current = {id(one) for one in (*held, *filter(_is_function, self._values))}
        for function in _functions_with(module):
            code = known.get(function.__code__)
            if code is not None:
                self._before.append((function, function.__code__))
                function.__code__ = other.get(id(code)) or _refusing(function)
            elif id(function) in current and function.__code__.co_filename == module.__file__:
                raise LoadError(_changed(module))
        self._modules.append(module)
        send_by_value(module)

    def begin(self, draws: Draws) -> None:
        """Have the functions read the values of a trial."""
        for module in self._modules:
            vars(module)[DRAWS] = draws

    def give_back(self) -> None:
        """Have the functions run their own code again."""
        for function, code in self._before:
            function.__code__ = code
        for module in self._modules:
            vars(module).pop(DRAWS, None)
            send_by_name(module)
        self._before, self._modules = [], []


def _code(module: ModuleType) -> CodeType:
    """Return the code of a module as an import would make it now."""
    loader: Any = module.__spec__.loader if module.__spec__ is not None else None
    try:
        code: CodeType = loader.get_code(module.__name__)
    except SyntaxError:  # Python has imported another text
        raise LoadError(_changed(module)) from None
    return code


def _functions_with(module: ModuleType) -> list[FunctionType]:
    """Return the functions that use the names of a module, whatever holds them."""
    names = vars(module)
    gc.unfreeze()  # what is frozen, it does not look at
    every = (one for one in gc.get_referrers(names) if isinstance(one, FunctionType))
    return [function for function in every if function.__globals__ is names]


def _functions(names: Mapping[str, Any], module: str) -> Iterator[FunctionType]:
    """Yield the functions among names, and the methods of the classes that a module defines."""
    for value in [*names.values()]:
        inner: Any = value.__func__ if isinstance(value, staticmethod | classmethod) else value
        if _is_function(inner):
            yield inner
        elif isinstance(inner, type) and type.__getattribute__(inner, "__module__") == module:
            yield from _functions(type.__getattribute__(inner, "__dict__"), "")


def _is_function(value: object) -> bool:
    return isinstance(value, FunctionType)


def _changed(module: ModuleType) -> str:
    name = module.__name__
    return (
        f"{module.__file__} has changed since it was imported: run  import importlib, {name}; "
        f"importlib.reload({name})  and then what imports from it, or restart Python"
    )


def _refusing(function: FunctionType) -> CodeType:
    """Return code for a function to which the rewritten code cannot be given: a call of it raises LoadError.

    The function was made with a variable around it that only a bound in its marker uses.
    """
    text = (
        f"{function.__qualname__}() was made before the search, and a bound in its marker uses a variable "
        "around it: make it in the model, or write the bound as a number"
    )
    around = ", ".join(function.__code__.co_freevars)
    lines = f"raise __import__('hypertemplate').LoadError({text!r})\n    {around}\n"
    whole = f"def outer({around}):\n  def refusing(*_, **__):\n    {lines}"
    code = compile(whole, function.__code__.co_filename, "exec", dont_inherit=True)
    return next(inner for inner in nested(code) if inner.co_name == "refusing")
