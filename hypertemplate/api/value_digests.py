"""Digests of values in memory: what a study can compare of them when it is resumed in another process."""

from __future__ import annotations

import inspect
import sys
import textwrap
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from types import FunctionType
from typing import Any

from hypertemplate.api.called_functions import called_functions
from hypertemplate.compiler.emit.fingerprint import tokens
from hypertemplate.frontend.live.functions import innermost
from hypertemplate.runtime.data_files.value_digest import MOST_ITEMS, kind_of, value_digest
from hypertemplate.runtime.own_code import is_own_class, is_own_function
from hypertemplate.runtime.protocol import ValueDigest
from hypertemplate.runtime.state.attributes import globals_in_code
from hypertemplate.search.searched_template import CODE, code_text

_DEPTH = 6
"""Depth of containers in containers in which functions are looked for."""


def value_digests(names: Iterable[str], values: Mapping[str, Any]) -> dict[str, ValueDigest]:
    """Return the digests of values that a program takes from memory, and of those that its functions read.

    Args:
        names: names that the program takes from memory.
        values: values by name.
    """
    taken = {name: values[name] for name in names if name in values}
    found = dict(taken)
    for function in called_functions([*taken.values(), *_functions_in(taken.values(), _DEPTH)]):
        if is_own_function(function):
            own = globals_in_code(function.__code__) & function.__globals__.keys()
            found = {**{name: function.__globals__[name] for name in own}, **found}
    digests = {name: digest(found[name]) for name in sorted(found)}
    return {name: one for name, one in digests.items() if one is not None}


def _functions_in(values: Iterable[Any], depth: int) -> Iterator[Any]:
    """Yield the functions that containers hold, however deep."""
    for value in values:
        inner = value.values() if isinstance(value, dict) else value
        if depth and isinstance(value, (list, tuple, set, frozenset, dict)) and len(value) <= MOST_ITEMS:
            yield from (one for one in inner if isinstance(innermost(one), FunctionType))
            yield from _functions_in(inner, depth - 1)


def digest(value: Any) -> ValueDigest | None:
    """Return the digest of a value; None for one of which nothing can be compared."""
    return value_digest(value, _described_code)


def _described_code(value: Any) -> tuple[str, str] | None:
    """Describe a function or a class of the user's by its source; return None for what is not code."""
    inner = innermost(value)
    if isinstance(inner, FunctionType):
        return (CODE[0], _code(inner)) if is_own_function(inner) else ("", "")
    if isinstance(inner, type):
        return (CODE[1], _code(inner)) if is_own_class(inner) else ("", "")
    return None if inner is value else (kind_of(inner), "")


def _code(value: FunctionType | type) -> str:
    """Return the tokens of a definition; without its source, what it does in this version of Python."""
    try:
        text = textwrap.dedent(inspect.getsource(value))
    except (OSError, TypeError):
        functions = [value] if isinstance(value, FunctionType) else [*vars(value).values()]
        codes = [code_text(one.__code__) for one in functions if isinstance(one, FunctionType)]
        return repr((sys.version_info[:2], codes))
    try:
        return repr(tokens(text))
    except (tokenize.TokenError, SyntaxError):  # a part of a statement, as around a lambda
        return text
