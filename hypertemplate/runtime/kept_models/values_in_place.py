"""Values of a trial in place of the markers, in functions that outlive it, such as those of a kept model.

A function that a trial has made reads its markers whenever it is called. Its code is replaced by that of the
same text with the trial's values in it: so it may be called in later trials, and pickled or marshalled for a
process that knows nothing of trials.
"""

from __future__ import annotations

import ast
import gc
import inspect
import linecache
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from hypertemplate.compiler.program import ProgramPart
from hypertemplate.compiler.syntax.source import NEWLINE
from hypertemplate.runtime.draws import Draws

DRAWS = "_ht_"
"""Name of the draws in the text of a program."""


@dataclass(frozen=True, slots=True, eq=False)
class TrialCode:
    """Code that has made functions of a trial.

    Attributes:
        part: part of the program.
        code: its code.
        names: global names of the functions.
        shared: whether the code ran before the trial, so that only what its functions made is the trial's.
    """

    part: ProgramPart
    code: CodeType
    names: dict[str, Any]
    shared: bool = False


def put_in_place(codes: Iterable[TrialCode], draws: Draws, trial: int, model: str | None = None) -> None:
    """Replace the code of every function of a trial that reads markers.

    Args:
        codes: code that has made functions of the trial.
        draws: draws of the trial.
        trial: number of the trial, for tracebacks.
        model: name of the model function, which has been called, and which no model calls again.
    """
    for one in codes:
        inner = _inner(one.code)
        made = _made_in_calls(one.code) if one.shared else nested(one.code)
        wanted = [each for each in made if _reads(each) and not (each in inner and _is_over(each, model))]
        if not wanted:
            continue
        replaced = counterparts(one.code, _compiled(one.part, draws.params, trial))
        # Whatever holds such a function: a layer, a class, a wrapper of a library.
        for function in gc.get_referrers(*wanted):
            if isinstance(function, FunctionType) and function.__globals__ is one.names:
                function.__code__ = replaced.get(id(function.__code__), function.__code__)


def _made_in_calls(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of what the functions in some code define when they are called."""
    for inner in _inner(code):
        is_function = inner.co_flags & inspect.CO_NEWLOCALS and inner.co_flags & inspect.CO_OPTIMIZED
        yield from nested(inner) if is_function else _made_in_calls(inner)


def nested(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of functions and classes inside some code, at any depth."""
    for inner in _inner(code):
        yield inner
        yield from nested(inner)


def _inner(code: CodeType) -> list[CodeType]:
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def _reads(code: CodeType) -> bool:
    """Return True if some code, or code inside it, names the draws."""
    return DRAWS in code.co_names or any(map(_reads, _inner(code)))


def _is_over(code: CodeType, model: str | None) -> bool:
    """Return True for the model function, unless functions inside it read markers too."""
    return code.co_name == model and not any(map(_reads, _inner(code)))


def counterparts(old: CodeType, new: CodeType) -> dict[int, CodeType]:
    """Map the identity of each code inside `old` to its like inside `new`, where there is no doubt."""
    found: dict[int, CodeType] = {}
    ours, theirs = _by_form(old), _by_form(new)
    for form, codes in ours.items():
        others = theirs.get(form, [])
        for one, other in zip(codes, others, strict=True) if len(codes) == len(others) else ():
            found[id(one)] = other
            found |= counterparts(one, other)
    return found


def _by_form(code: CodeType) -> dict[tuple[object, ...], list[CodeType]]:
    """Return the code of the functions and classes inside some code, those that look alike together."""
    found: dict[tuple[object, ...], list[CodeType]] = {}
    for inner in _inner(code):
        found.setdefault(_form(inner), []).append(inner)
    return found


def _form(code: CodeType) -> tuple[object, ...]:
    return code.co_name, code.co_firstlineno, code.co_varnames[: code.co_argcount], code.co_freevars


def _compiled(part: ProgramPart, values: Mapping[str, Any], trial: int) -> CodeType:
    """Compile the trial part with values in place; tracebacks show its text, and AutoGraph reads it."""
    text = in_place(part.kept if part.module else part.trial, values)
    filename = f"{part.filename} (trial {trial})"
    lines = [f"{line}\n" for line in NEWLINE.split(text)[:-1]]
    linecache.cache[filename] = (len(text), None, lines, filename)
    code: CodeType = compile(text, filename, "exec", part.flags, dont_inherit=True)
    return code


def in_place(text: str, values: Mapping[str, Any]) -> str:
    """Replace the draws in the text of a program by values; lines stay lines.

    >>> in_place("f = lambda x: x * (_ht_['rate'])", {"rate": 0.5})
    'f = lambda x: x * (0.5)'
    >>> in_place("(16, 32)[_ht_[_ht_.at('n', i)]]", {"n[0]": 1, "n[1]": 0})
    "(16, 32)[{(0): 1, (1): 0}[__import__('operator').index(i)]]"
    >>> in_place("_ht_.option('size', SIZES)", {"size": 2})
    '[*SIZES][2]'
    """
    return _Text(text, values).substituted(ast.parse(text))


class _Text:
    """Text in which draws are replaced; places are those of its UTF-8 bytes, as in the syntax tree."""

    def __init__(self, text: str, values: Mapping[str, Any]) -> None:
        self._bytes = text.encode()
        self._values = values
        self._lines = [0]
        for line in self._bytes.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def substituted(self, node: ast.AST) -> str:
        """Return the text of a node with values in place."""
        start, end = self._place(node) if hasattr(node, "lineno") else (0, len(self._bytes))
        pieces: list[str] = []
        for draw in _draws(node):
            at, after = self._place(draw)
            pieces += [self._bytes[start:at].decode(), self._value(draw, self._bytes[at:after].count(b"\n"))]
            start = after
        return "".join([*pieces, self._bytes[start:end].decode()])

    def _place(self, node: Any) -> tuple[int, int]:
        return (
            self._lines[node.lineno - 1] + node.col_offset,
            self._lines[node.end_lineno - 1] + node.end_col_offset,
        )

    def _value(self, draw: ast.Subscript | ast.Call, breaks: int) -> str:
        """Return the text for a draw, with as many line breaks as it had."""
        if isinstance(draw, ast.Subscript):
            return self._drawn(draw.slice)
        assert isinstance(draw.func, ast.Attribute)
        label, listing = draw.args
        shown = self.substituted(listing)
        chosen = f"[{chr(10) * (breaks - shown.count(chr(10)))}*{shown}][{self._drawn(label)}]"
        return f"{chosen}[1]" if draw.func.attr == "weighted" else chosen

    def _drawn(self, label: ast.expr) -> str:
        """Return the text of the number drawn for a label."""
        if isinstance(label, ast.Constant):
            known = self._values.get(str(label.value))
            return f"{{}}[{label.value!r}]" if known is None else _literal(known)
        assert isinstance(label, ast.Call)
        name, *indices = label.args
        assert isinstance(name, ast.Constant)
        first = f"{name.value!s}["
        drawn = {key[len(first) : -1]: value for key, value in self._values.items() if key.startswith(first)}
        table = ", ".join(f"({key}): {_literal(value)}" for key, value in drawn.items() if _is_index(key))
        numbers = [f"__import__('operator').index({self.substituted(index)})" for index in indices]
        return f"{{{table}}}[{', '.join(numbers)}]"


def _draws(node: ast.AST) -> list[ast.Subscript | ast.Call]:
    """Return the outermost draws in a node, in the order of the text."""
    if isinstance(node, ast.Subscript) and _is_draws(node.value):
        return [node]
    if isinstance(node, ast.Call) and _is_method(node.func):
        return [node]
    found = [draw for child in ast.iter_child_nodes(node) for draw in _draws(child)]
    return sorted(found, key=lambda draw: (draw.lineno, draw.col_offset))


def _is_draws(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == DRAWS


def _is_method(function: ast.expr) -> bool:
    """Return True for a method that picks an option."""
    return (
        isinstance(function, ast.Attribute)
        and _is_draws(function.value)
        and function.attr in ("option", "weighted")
    )


def _is_index(text: str) -> bool:
    return all(one.lstrip("-").isdigit() for one in text.split(","))


def _literal(value: float) -> str:
    if not math.isfinite(value):
        return "(1e999 - 1e999)" if math.isnan(value) else f"({'-' * (value < 0)}1e999)"
    return repr(value) if value >= 0 else f"({value!r})"
