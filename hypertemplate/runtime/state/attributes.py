"""Attributes of instances, functions, classes and modules, and cells of closures."""

from __future__ import annotations

import dis
import functools
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from types import CellType, CodeType, FunctionType, MemberDescriptorType, ModuleType
from typing import Any

from hypertemplate.runtime.kept_models.values_in_place import DRAWS
from hypertemplate.runtime.own_code import is_own_class, is_own_function, package_of
from hypertemplate.runtime.state.held_state import exchanged, holds, same

Values = dict[str, Any]


class Attributes:
    """The values that an object has by name, by identity.

    Args:
        read: gives those that are compared.
        write: gives the object the recorded ones.
        module: name of the module whose names they are; empty for another object.
    """

    def __init__(self, read: Callable[[], Values], write: Callable[[Values], None], module: str = "") -> None:
        self._read = read
        self._write = write
        self.module = module
        self.values = read()

    def changed(self) -> bool:
        """Return True if a name has another value, is new or is gone."""
        now = self._read()
        if now.keys() != self.values.keys():
            return True
        before = self.values
        return not same(tuple(now.values()), tuple(before[name] for name in now))

    def differing(self) -> list[str]:
        """Return the names that have another value, are new or are gone, in their alphabetical order."""
        now, before = self._read(), self.values
        return sorted(
            name
            for name in now.keys() | before.keys()
            if not (name in now and name in before and same((now[name],), (before[name],)))
        )

    def restorable(self) -> bool:
        """Return True: attributes can always be put back."""
        return True

    def put_back(self) -> None:
        """Restore the value of each name."""
        self._write(self.values)

    def holds(self, value: object) -> bool:
        """Return True if a value is an object, or a tuple with it."""
        return any(holds(one, value) for one in self.values.values())

    def exchange(self, old: object, new: object) -> None:
        """Give the names that hold an object another one."""
        self.values = {name: exchanged(one, old, new) for name, one in self.values.items()}
        self.put_back()


FRAMEWORKS = frozenset({"keras", "tf_keras", "torch"})
"""Packages whose classes give their subclasses attributes that belong together."""


def of_framework(kind: type) -> bool:
    """Return True if a class belongs to a framework or derives from one of its classes."""
    return any(package_of(base) in FRAMEWORKS for base in kind.__mro__)


def of_instance(instance: object, names: Values, *, own: bool) -> Attributes:
    """Record the attributes of an instance.

    Args:
        instance: the instance.
        names: its ``__dict__``.
        own: whether the user wrote its class.
    """
    kind = type(instance)
    of_librarys = _always if package_of(kind) in _STANDARD else _is_public
    counts = _counting_in_instances(kind) if own else of_librarys
    everything = dict(names)

    def read() -> Values:
        return {name: value for name, value in names.items() if counts(name)}

    def write(values: Values) -> None:
        if own and of_framework(kind):
            _replace(names, read(), values)
        else:  # those that do not count go with those that do
            names.clear()
            names.update(everything | values)

    return Attributes(read, write)


def of_everything(names: Values) -> Attributes:
    """Record all of a ``__dict__``, whatever its names are for."""

    def write(values: Values) -> None:
        names.clear()
        names.update(values)

    return Attributes(lambda: dict(names), write)


def of_slots(instance: object) -> Attributes | None:
    """Record the attributes of an instance that its classes name in ``__slots__``; None without any."""
    slots = {slot.__name__: slot for slot in _slots(type(instance))}
    if not slots:
        return None

    def read() -> Values:
        found = {}
        for name, slot in slots.items():
            try:
                found[name] = slot.__get__(instance, type(instance))
            except AttributeError:  # it has no value
                continue
        return found

    def write(values: Values) -> None:
        for name in read().keys() - values.keys():
            slots[name].__delete__(instance)
        for name, value in values.items():
            slots[name].__set__(instance, value)

    return Attributes(read, write)


def of_function(function: FunctionType) -> Attributes:
    """Record a function's attributes and its defaults."""
    names = vars(function)

    def read() -> Values:
        return {**names, _DEFAULTS: function.__defaults__, _KEYWORD_DEFAULTS: function.__kwdefaults__}

    def write(values: Values) -> None:
        names.clear()
        names.update(values)
        function.__defaults__ = names.pop(_DEFAULTS)
        function.__kwdefaults__ = names.pop(_KEYWORD_DEFAULTS)

    return Attributes(read, write)


def of_closure(function: FunctionType) -> Attributes | None:
    """Record the variables in a function's closure; None without any."""
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    if not cells:
        return None

    def read() -> Values:
        held = ((name, _held_in(cell)) for name, cell in cells.items())
        return {name: value for name, value in held if value is not cells[name]}

    def write(values: Values) -> None:
        for name in read().keys() - values.keys():
            del cells[name].cell_contents
        for name, value in values.items():
            cells[name].cell_contents = value

    return Attributes(read, write)


def of_partial(function: functools.partial[Any]) -> Attributes:
    """Record the function and the arguments of a partial function."""
    names = ("func", "args", "keywords")

    def write(values: Values) -> None:
        function.__setstate__((*(values[name] for name in names), vars(function)))  # type: ignore[attr-defined]

    return Attributes(lambda: {name: getattr(function, name) for name in names}, write)


def of_default_factory(held: defaultdict[Any, Any]) -> Attributes:
    """Record the function that makes the values of a dict."""

    def write(values: Values) -> None:
        held.default_factory = values[_FACTORY]

    return Attributes(lambda: {_FACTORY: held.default_factory}, write)


def of_class(kind: type) -> Attributes:
    """Record the attributes of a class, except those that Python or a library gives it."""
    counts = _counting(kind)

    def read() -> Values:
        return {
            name: value
            for name, value in type.__getattribute__(kind, "__dict__").items()
            if not (name.startswith("__") and name.endswith("__")) and name != "_abc_impl" and counts(name)
        }

    def write(values: Values) -> None:
        for name in read().keys() - values.keys():
            type.__delattr__(kind, name)
        for name, value in values.items():
            type.__setattr__(kind, name, value)

    return Attributes(read, write)


def of_module(names: Values, counted: frozenset[str] | None = None) -> Attributes:
    """Record the values of a module's names, less those that Python gives it and the modules among them.

    Args:
        names: the module's ``__dict__``.
        counted: the names that count; None for all.
    """

    def read() -> Values:
        wanted = names.keys() if counted is None else counted & names.keys()
        return {
            name: names[name]
            for name in wanted
            if not name.startswith("__") and name != DRAWS and not isinstance(names[name], ModuleType)
        }

    def write(values: Values) -> None:
        _replace(names, read(), values)

    return Attributes(read, write, str(names.get("__name__", "")))


@functools.lru_cache(maxsize=1 << 14)  # functions are looked at after each trial, and seldom change
def globals_in_code(code: CodeType) -> frozenset[str]:
    """Return the names of its module that a function's code, or that of one inside it, reads or binds."""
    names = (one.argval for each in _codes(code) for one in dis.get_instructions(each) if _is_global(one))
    return frozenset(names)


def attributes_in_code(code: CodeType) -> frozenset[str]:
    """Return the names of attributes that a function's code, or that of one inside it, uses."""
    return frozenset(name for each in _codes(code) for name in each.co_names)


_EVALUATING = frozenset({"eval", "evaluate", "exec", "globals", "query"})
"""Names of what finds names of a module by texts."""


def named_by_texts(code: CodeType) -> frozenset[str]:
    """Return the words in the texts of a function's code, where it may evaluate these, or look them up."""
    codes = [each for each in _codes(code) if not _EVALUATING.isdisjoint(each.co_names)]
    texts = [one for each in codes for one in each.co_consts if isinstance(one, str)]
    return frozenset(word for text in texts for word in re.findall(r"\w+", text))


def bound_globals(code: CodeType) -> frozenset[str]:
    """Return the names of its module that a function's code, or that of one inside it, binds."""
    instructions = (one for each in _codes(code) for one in dis.get_instructions(each))
    return frozenset(one.argval for one in instructions if one.opname in ("STORE_GLOBAL", "DELETE_GLOBAL"))


def _is_global(instruction: dis.Instruction) -> bool:
    return instruction.opname.endswith(("_GLOBAL", "_NAME"))


def _codes(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of a function, and of those inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


_FACTORY = "default_factory"

_DEFAULTS, _KEYWORD_DEFAULTS = " defaults", " keyword defaults"
"""No attribute begins with a space."""

_NEUTRAL = frozenset({"_collections_abc", "abc", "builtins", "collections", "collections.abc", "typing"})
"""Modules whose classes give their subclasses no private attributes of their own."""


_STANDARD = sys.stdlib_module_names
"""Packages whose objects have no more to their private attributes than state: they compute nothing late."""


def _always(name: str) -> bool:
    return True


def _is_public(name: str) -> bool:
    return not name.startswith("_")


def _counting(kind: type) -> Callable[[str], bool]:
    """Return the test of which attributes of a user's class count.

    If the class derives from a library's, private ones count only if the user's own code names them.
    """
    if all(is_own_class(base) or base.__module__ in _NEUTRAL for base in kind.__mro__):
        return _always
    code = _named_by(kind)
    return lambda name: _is_public(name) or name in code


def _counting_in_instances(kind: type) -> Callable[[str], bool]:
    """Return the test of which attributes of the instances of a user's class count.

    They are those that count in the class; but a framework keeps public ones of its own in its instances.
    """
    if not of_framework(kind):
        return _counting(kind)
    code = _named_by(kind)
    return lambda name: name in code


def _replace(names: Values, now: Values, values: Values) -> None:
    for name in now.keys() - values.keys():
        del names[name]
    names.update(values)


def _held_in(cell: CellType) -> Any:
    """Return the contents of a cell; the cell itself if it is empty."""
    try:
        return cell.cell_contents
    except ValueError:
        return cell


def _slots(kind: type) -> Iterator[MemberDescriptorType]:
    for base in kind.__mro__:
        if "__slots__" in type.__getattribute__(base, "__dict__"):
            members = type.__getattribute__(base, "__dict__").values()
            yield from (member for member in members if isinstance(member, MemberDescriptorType))


def _named_by(kind: type) -> frozenset[str]:
    """Return the names that functions of the user's own classes use, of a class and its bases."""
    members = (vars(base).values() for base in kind.__mro__ if is_own_class(base))
    functions = (member for found in members for member in found if isinstance(member, FunctionType))
    codes = (each for one in functions if is_own_function(one) for each in _codes(one.__code__))
    return frozenset().union(*(each.co_names for each in codes))
