"""Digests of values in memory: what a study can compare of them when it is resumed in another process."""

from __future__ import annotations

import inspect
import sys
import textwrap
import tokenize
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from hypertemplate.compiler.emit.fingerprint import tokens
from hypertemplate.frontend.live.functions import innermost
from hypertemplate.runtime.data_files.digests.value_digest import Digested, digested
from hypertemplate.runtime.data_files.digests.visit import Code
from hypertemplate.runtime.own_code import is_own_class, is_own_function
from hypertemplate.runtime.own_modules.own_names import (
    attributes_of,
    files_of,
    globals_of,
    imported_by,
    imported_in,
    words_in,
    words_of,
)
from hypertemplate.runtime.protocol import DIGEST_VERSION, ValueDigest
from hypertemplate.search.searched_template import CODE, code_text


def value_digests(
    names: Iterable[str],
    values: Mapping[str, Any],
    texts: Iterable[str] = (),
    *,
    home: Iterable[str] = (),
    without: Iterable[str] = (),
) -> dict[str, ValueDigest]:
    """Return the digests of values that a program takes from memory, and of all that its code there reads.

    Args:
        names: names that the program takes from memory.
        values: values by name.
        texts: what runs anew: it reads attributes of modules, and imports some.
        home: names of the modules whose names are those of the program.
        without: names of modules whose code runs anew, and is compared as text.
    """
    texts = [*texts]
    words = frozenset[str]().union(*map(words_in, texts))
    modules = {name for name in words & values.keys() if isinstance(values[name], ModuleType)}
    walk = _Walk(frozenset({"__main__", *home}), frozenset(without))
    walk.take([(name, values[name]) for name in sorted({*names, *modules}) if name in values], words)
    walk.take_imports(frozenset[str]().union(*map(imported_by, texts)), words)
    return {name: walk.digests[name] for name in sorted(walk.digests)}


def digest(value: Any) -> ValueDigest | None:
    """Return the digest of a value; None for a module, of which nothing can be compared by itself."""
    return None if isinstance(value, ModuleType) else _digested(value, _code).digest


class _Walk:
    """Walk over values in memory and the names that their code reads, in turn.

    Args:
        home: names of modules whose names need no name of their module before theirs.
        without: names of modules that are left out.

    Attributes:
        digests: digests by name.
    """

    def __init__(self, home: frozenset[str], without: frozenset[str]) -> None:
        self.digests: dict[str, ValueDigest] = {}
        self._home = home
        self._without = without
        self._taken: dict[str, object] = {}
        self._texts: dict[int, tuple[object, str]] = {}
        self._functions: dict[int, FunctionType] = {}
        self._modules: set[tuple[str, frozenset[str]]] = set()

    def take(self, named: Iterable[tuple[str, Any]], words: frozenset[str]) -> None:
        """Digest values with names, and what their code leads to.

        Args:
            named: pairs of a name and a value.
            words: words of the code that reads them, by which it reads attributes of modules.
        """
        pending = [(name, value, words) for name, value in reversed([*named])]
        while pending:
            name, value, around = pending.pop()
            if issubclass(type(value), ModuleType):  # an object may refuse to tell its class
                pending += [(*one, around) for one in self._attributes(value, around)]
                continue
            if self._taken.setdefault(name, value) is not value or name in self.digests:
                continue
            found = _digested(value, self._code)
            self.digests[name] = found.digest
            pending += [(module.__name__, module, around) for module in found.modules]
            for function in found.functions:
                if self._functions.setdefault(id(function), function) is function:
                    inner = words_of(function)
                    pending += [(self._named(function, *one), one[1], inner) for one in globals_of(function)]
                    self.take_imports(imported_in(function), inner)

    def take_imports(self, names: Iterable[str], words: frozenset[str]) -> None:
        """Digest modules that code imports when it runs: their texts, and what loaded ones have.

        Args:
            names: their names.
            words: words of that code.
        """
        wanted = sorted({*names} - self._without)
        for name, text in files_of(wanted).items():
            if name not in self._without:
                contents = f"{zlib.crc32(repr(_tokens(text)).encode(errors='replace')):08x}"
                self.digests[name] = ValueDigest("a module", contents, version=DIGEST_VERSION)
        for name in wanted:
            if isinstance(module := sys.modules.get(name), ModuleType):
                self.take(self._attributes(module, words), words)

    def _attributes(self, module: ModuleType, words: frozenset[str]) -> list[tuple[str, Any]]:
        key = module.__name__, words
        if key in self._modules or module.__name__ in self._without:
            return []
        self._modules.add(key)
        return [*attributes_of(module, words)]

    def _named(self, function: FunctionType, name: str, value: object) -> str:
        """Return the name for a global of a function; with the function, if another value has that name."""
        names = function.__globals__
        home = str(names.get("__name__") or Path(str(names.get("__file__"))).stem)
        name = name if home in self._home else f"{home}.{name}"
        is_other = name in self._taken and self._taken[name] is not value
        return f"{name} of {function.__qualname__}" if is_other else name

    def _code(self, code: FunctionType | type) -> str:
        if code.__module__ in self._without:
            return code.__qualname__
        if id(code) not in self._texts:
            self._texts[id(code)] = code, _code(code)
        return self._texts[id(code)][1]


def _digested(value: Any, code: Code) -> Digested:
    inner = innermost(value)
    if isinstance(inner, FunctionType) and is_own_function(inner):
        return digested(value, code, CODE[0])
    return digested(value, code, CODE[1] if isinstance(inner, type) and is_own_class(inner) else "")


def _code(value: FunctionType | type) -> str:
    """Return the tokens of a definition; without its source, what it does in this version of Python."""
    try:
        text = textwrap.dedent(inspect.getsource(value))
    except (OSError, TypeError):  # of a class, its functions and attributes tell
        told = code_text(value.__code__) if isinstance(value, FunctionType) else ""
        return repr((sys.version_info[:2], told))
    return repr(_tokens(text))


def _tokens(text: str) -> list[str]:
    try:
        return tokens(text)
    except (tokenize.TokenError, SyntaxError):  # a part of a statement, as around a lambda
        return [text]
