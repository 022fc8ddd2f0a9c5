"""Names of the user's modules that code in memory reads: globals, attributes of modules, and late imports."""

from __future__ import annotations

import ast
import contextlib
import dis
import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from hypertemplate.runtime.own_code import is_own_file, is_own_module
from hypertemplate.runtime.state.attributes import globals_in_code, named_by_texts

Named = tuple[str, Any]
"""Name for people, and the value."""

_LOOKS_UP = frozenset({"attrgetter", "getattr", "vars"})
"""Names of what finds attributes by texts."""


def words_of(function: FunctionType) -> frozenset[str]:
    """Return the names that a function's code reads, those of attributes included."""
    found: set[str] = set(named_by_texts(function.__code__))
    for code in _codes(function.__code__):
        found.update(code.co_names)
        if not _LOOKS_UP.isdisjoint(code.co_names):
            found.update(one for one in code.co_consts if isinstance(one, str) and one.isidentifier())
    return frozenset(found)


def globals_of(function: FunctionType) -> Iterator[Named]:
    """Yield the names of its module that a function reads, with their values; modules among them, too."""
    names = function.__globals__
    read = globals_in_code(function.__code__) | named_by_texts(function.__code__)
    yield from ((name, names[name]) for name in sorted(read & names.keys()))


def attributes_of(module: ModuleType, words: Iterable[str]) -> Iterator[Named]:
    """Yield the names of a module of the user's that code reads, by the words in it; of others nothing."""
    if is_own_module(module):
        names = vars(module)
        yield from ((f"{module.__name__}.{word}", names[word]) for word in sorted({*words} & names.keys()))


def imported_in(function: FunctionType) -> frozenset[str]:
    """Return the names of modules that a function imports when it runs."""
    package = str(function.__globals__.get("__package__") or "")
    found: set[str] = set()
    for code in _codes(function.__code__):
        level: object = 0
        constants: list[object] = []
        for one in dis.get_instructions(code):
            if one.opname in ("LOAD_CONST", "LOAD_SMALL_INT"):
                constants = [*constants[-1:], one.argval]
            elif one.opname == "IMPORT_NAME":
                level = constants[0] if len(constants) > 1 else 0
                found.update(_resolved(str(one.argval), level if isinstance(level, int) else 0, package))
    return frozenset(found)


def imported_by(text: str) -> frozenset[str]:
    """Return the names of modules that functions in a text import when they run."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = (one for one in ast.walk(ast.parse(text)) if isinstance(one, kinds))
    return frozenset(name for one in functions for name in _imports(one, ""))


def files_of(modules: Iterable[str]) -> dict[str, str]:
    """Return the texts by name of modules of the user's, and of those that these import."""
    found: dict[str, str] = {}
    pending = [*modules]
    while pending:
        name = pending.pop()
        file = None if name in found else _file_of(name)
        if file is None:
            continue
        with contextlib.suppress(OSError, ValueError, SyntaxError):
            found[name] = file.read_text(encoding="utf-8")
            package = name if file.stem == "__init__" else name.rpartition(".")[0]
            pending += _imports(ast.parse(found[name]), package)
    return found


def _imports(tree: ast.AST, package: str) -> Iterator[str]:
    for one in ast.walk(tree):
        if isinstance(one, ast.Import):
            yield from (name.name for name in one.names)
        elif isinstance(one, ast.ImportFrom):
            for base in _resolved(one.module or "", one.level, package):
                yield from (base, *(f"{base}.{name.name}" for name in one.names))


def _resolved(name: str, level: int, package: str) -> Iterator[str]:
    with contextlib.suppress(ImportError, ValueError):
        yield importlib.util.resolve_name("." * level + name, package) if level else name


def _file_of(name: str) -> Path | None:
    """Return the file of a module of the user's, without importing anything; None for another one."""
    top, *rest = name.split(".")
    module = sys.modules.get(top)
    origin = getattr(module, "__file__", None)
    if module is None:
        with contextlib.suppress(ImportError, ValueError, AttributeError):
            spec = importlib.util.find_spec(top)
            origin = None if spec is None else spec.origin
    if not is_own_file(origin) or not str(origin).endswith(".py"):
        return None
    place = Path(str(origin))
    if not rest:
        return place
    inside = place.parent.joinpath(*rest)
    candidates = (inside / "__init__.py", inside.with_suffix(".py"))
    return next((one for one in candidates if one.is_file()), None) if place.stem == "__init__" else None


def words_in(text: str) -> frozenset[str]:
    """Return the words in a text."""
    return frozenset(re.findall(r"\w+", text))


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)
