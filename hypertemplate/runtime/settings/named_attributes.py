"""Attributes of installed modules, and of what is in them, that the user's own functions set.

A function of another cell, or of a module of the user's, is no text of the program. So what its code may
set is read from the code itself: the names of the attributes that it stores, and the modules, classes and
functions that it names.
"""

from __future__ import annotations

import opcode
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any, TypeGuard

from hypertemplate.runtime.own_code import MODULE_NAME, OURS, is_own_class, is_own_function, is_own_module
from hypertemplate.runtime.settings.setting_kinds import Setting, changed_keys

_STORES = frozenset(opcode.opmap[name] for name in ("STORE_ATTR", "DELETE_ATTR"))
_ITEMS = frozenset({opcode.opmap["STORE_SUBSCR"], opcode.opmap["DELETE_SUBSCR"]})
_EXTENDED = opcode.EXTENDED_ARG

_BY_TEXT = frozenset({"__delattr__", "__dict__", "__setattr__", "delattr", "patch", "setattr", "vars"})
"""Names with which code sets an attribute that a text names."""

_CHANGING = frozenset(
    {
        "add",
        "append",
        "clear",
        "discard",
        "extend",
        "insert",
        "pop",
        "popitem",
        "remove",
        "setdefault",
        "update",
    }
)
"""Methods with which code changes a list, dict or set."""

_NEVER = frozenset({"__main__", MODULE_NAME, "sys"})
"""Modules whose attributes are other state, or the system's."""

_DEEPEST = 3
"""Most modules in a row by which code names one: ``tf.keras.backend``."""


Part = type | FunctionType
"""Class or function of a module."""


class _Kept:
    """Value of an attribute, with the elements of a list, dict or set; equal if all are the same objects.

    Args:
        value: the value.
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Any) -> None:
        self.value = value
        self._elements = _elements(value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Kept) or self.value is not other.value:
            return False
        mine, others = self._elements, other._elements
        return len(mine) == len(others) and all(map(_is, mine, others))

    def refill(self) -> None:
        """Give the value the elements that it had."""
        value, elements = self.value, self._elements
        if type(value) is dict:
            value.clear()
            value.update(zip(elements[::2], elements[1::2], strict=True))
        elif type(value) is set:
            value.clear()
            value.update(elements)
        elif type(value) is list:
            value[:] = elements


class _Code:
    """Names in the user's code.

    Attributes:
        sets: names of attributes that it may set.
        changes: names whose values it may change, if these are lists, dicts or sets.
        names: all names of attributes and globals.
        texts: texts in it.
    """

    def __init__(self, codes: Iterable[CodeType]) -> None:
        self.sets: set[str] = set()
        self.changes: set[str] = set()
        self.names: set[str] = set()
        self.texts: set[str] = set()
        pending = [*codes]
        while pending:
            code = pending.pop()
            self._add(code)
            pending += [one for one in code.co_consts if isinstance(one, CodeType)]

    def _add(self, code: CodeType) -> None:
        names = {*code.co_names}
        texts = {one for one in code.co_consts if type(one) is str}
        self.names |= names
        self.texts |= texts
        operations = {*code.co_code[::2]}
        if not operations.isdisjoint(_STORES):
            self.sets.update(_stored(code))
        if not names.isdisjoint(_BY_TEXT):
            self.sets.update(one.rpartition(".")[2] for one in texts)
        if not operations.isdisjoint(_ITEMS) or not names.isdisjoint(_CHANGING):
            self.changes |= names


def named_attributes(namespace: Mapping[str, Any], codes: Iterable[CodeType]) -> Iterator[Setting]:
    """Yield settings: attributes of installed modules, and of what is in them, that the user's code may set.

    Args:
        namespace: names of the program.
        codes: code of the program that is in none of its functions.
    """
    namespaces = [*_namespaces(namespace)]
    code = _Code((*codes, *(each for names in namespaces for each in _codes(names))))
    sets = code.sets | code.changes
    holders = _holders(namespaces, code) if sets else {}
    for module, parts in holders.items():
        for owner in (None, *parts):
            found = _named(module if owner is None else owner, code)
            if found:
                yield _setting(module.__name__, owner, found)


def _namespaces(namespace: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the names of the program, of the user's modules, and of what functions in memory use."""
    found = {id(namespace): namespace}
    found.update((id(vars(one)), vars(one)) for one in [*sys.modules.values()] if _is_own(one))
    functions = (one for one in [*namespace.values()] if isinstance(one, FunctionType))
    found.update((id(one.__globals__), one.__globals__) for one in functions if is_own_function(one))
    yield from found.values()


def _codes(names: Mapping[str, Any]) -> Iterator[CodeType]:
    for value in [*names.values()]:
        members = [*vars(value).values()] if isinstance(value, type) and is_own_class(value) else [value]
        yield from (function.__code__ for member in members for function in _functions(member))


def _functions(member: object) -> Iterator[FunctionType]:
    """Yield the functions of a module or class that a member of it is, or is made of."""
    match member:
        case FunctionType():
            yield member
        case staticmethod(__func__=FunctionType() as function):
            yield function
        case classmethod(__func__=FunctionType() as function):
            yield function
        case property():
            found = (member.fget, member.fset, member.fdel)
            yield from (one for one in found if isinstance(one, FunctionType))


def _holders(namespaces: Iterable[Mapping[str, Any]], code: _Code) -> dict[ModuleType, dict[Part, None]]:
    """Return the installed modules that the code may name, each with what it may name in there."""
    values = [one for names in namespaces for one in [*names.values()]]
    texts = (sys.modules[text] for text in code.texts & sys.modules.keys())
    first = [sys.modules["builtins"], *texts, *(one for one in values if isinstance(one, ModuleType))]
    found: dict[ModuleType, dict[Part, None]] = {}
    for one in values:
        module = sys.modules.get(one.__module__) if _is_part(one) else None
        if module is not None and _is_installed(module):
            found.setdefault(module, {})[one] = None
    pending = [(one, 1) for one in first]
    seen: set[int] = set()
    while pending:
        module, depth = pending.pop()
        if id(module) in seen or not _is_installed(module):
            continue
        seen.add(id(module))
        parts = found.setdefault(module, {})
        inside = object.__getattribute__(module, "__dict__")
        for name in code.names & inside.keys():
            value = inside[name]
            if isinstance(value, ModuleType) and depth < _DEEPEST:
                pending.append((value, depth + 1))
            elif _is_part(value):
                parts[value] = None
    return found


def _is_own(module: object) -> TypeGuard[ModuleType]:
    return isinstance(module, ModuleType) and is_own_module(module)


def _is_part(value: object) -> TypeGuard[Part]:
    """Tell whether a value is a class or function that the user did not write."""
    if isinstance(value, type):
        return not is_own_class(value)
    return isinstance(value, FunctionType) and not is_own_function(value)


def _is_installed(module: ModuleType) -> bool:
    inside = object.__getattribute__(module, "__dict__")
    name = inside.get("__name__")
    if not isinstance(name, str) or name in _NEVER or name.partition(".")[0] == OURS:
        return False
    return sys.modules.get(name) is module and not is_own_module(module)


def _named(owner: ModuleType | Part, code: _Code) -> frozenset[str]:
    """Return the names of attributes that the code may set, or whose value it may change."""
    inside = _dict(owner)
    containers = (name for name in code.changes & inside.keys() if type(inside[name]) in (dict, list, set))
    return frozenset(code.sets).union(containers)


class _Present:
    """Those of some names that an owner has.

    They are read a few times in each trial and almost never change; comparing all names that the owner has
    with those of last time takes a tenth of looking all up.

    Args:
        names: the names.
    """

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._every: list[str] = []
        self._found: frozenset[str] = frozenset()

    def among(self, inside: Mapping[str, Any]) -> frozenset[str]:
        every = [*inside]
        if every != self._every:
            self._every = every
            self._found = self._names.intersection(every)
        return self._found


def _setting(package: str, owner: Part | None, names: frozenset[str]) -> Setting:
    present = _Present(names)

    def read(module: ModuleType) -> dict[str, _Kept]:
        inside = _dict(owner or module)
        found = ((name, inside[name]) for name in present.among(inside))
        return {name: _Kept(value) for name, value in found if not isinstance(value, ModuleType)}

    def write(module: ModuleType, recorded: dict[str, _Kept]) -> None:
        holder = owner or module
        now = read(module)
        for name in now.keys() - recorded.keys():
            delattr(holder, name)
        for name, kept in recorded.items():
            if name not in now or kept.value is not now[name].value:
                setattr(holder, name, kept.value)
            if kept != now.get(name):
                kept.refill()

    return Setting(package, read, write, changed_keys)


def _dict(owner: ModuleType | Part) -> Mapping[str, Any]:
    found: Mapping[str, Any]
    if isinstance(owner, type):
        found = type.__getattribute__(owner, "__dict__")
    else:
        found = object.__getattribute__(owner, "__dict__")
    return found


def _elements(value: Any) -> tuple[Any, ...]:
    if type(value) is dict:
        return tuple(one for item in value.items() for one in item)
    return (*value,) if type(value) in (list, set) else ()


def _is(one: object, other: object) -> bool:
    return one is other


def _stored(code: CodeType) -> Iterator[str]:
    """Yield the names of the attributes that code sets or deletes, without those of functions inside it."""
    high = 0
    operations = code.co_code
    for at in range(0, len(operations), 2):
        argument = high | operations[at + 1]
        if operations[at] in _STORES:
            yield code.co_names[argument]
        high = argument << 8 if operations[at] == _EXTENDED else 0
