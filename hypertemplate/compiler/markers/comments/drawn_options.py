"""Values that an option of a choice can give, of which the distributions in it draw parts."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from hypertemplate.compiler.markers.call_text import is_option
from hypertemplate.compiler.markers.grammar import CHOICES, SIGNATURES
from hypertemplate.compiler.syntax.literals import number
from hypertemplate.compiler.syntax.nodes import last_name

Drawn = dict[ast.Call, ast.expr]
"""Call of a distribution -> the expression that stands in its place."""


def drawn_parts(value: ast.expr, option: ast.expr, draws: Mapping[ast.Call, str]) -> Drawn | None:
    """Return what the distributions in an option draw when it gives a value; None if it cannot give it.

    >>> value, option = (ast.parse(text, mode="eval").body for text in ("Adam(1e-3)", "Adam(uniform(0, 1))"))
    >>> [ast.unparse(part) for part in drawn_parts(value, option, draws_in(option)).values()]
    ['0.001']

    Args:
        value: an expression.
        option: an option.
        draws: calls of distributions in it, each with the name of the distribution.
    """
    if isinstance(option, ast.Call) and option in draws:
        return _drawn(value, option, draws)
    if not any(node in draws for node in ast.walk(option)):
        return {} if _is_option(value, option) else None
    return _fields(value, option, draws)


def _is_option(value: ast.expr, option: ast.expr) -> bool:
    """Tell whether a value is an option, as `is_option` does; most are compared without writing them down."""
    one, other = number(value), number(option)
    if one is not None or other is not None:
        return one is not None and other is not None and repr(one) == repr(other)
    if type(value) is not type(option):
        return False
    if isinstance(value, ast.Constant) and isinstance(option, ast.Constant):
        return repr(value.value) == repr(option.value)
    return is_option(ast.unparse(value), ast.unparse(option))


def draws_in(option: ast.expr) -> dict[ast.Call, str]:
    """Return what may be calls of distributions in an option, by their names."""
    calls = (node for node in ast.walk(option) if isinstance(node, ast.Call))
    names = {call: last_name(call.func) or "" for call in calls}
    return {call: name for call, name in names.items() if name in SIGNATURES}


def options_of(call: ast.Call, distribution: str) -> list[ast.expr] | None:
    """Return the options of a choice that are written out; None for a list that a run makes."""
    named = [one.value for one in call.keywords if one.arg in SIGNATURES[distribution]]
    listed = next(iter((*call.args, *named)), None)
    if not isinstance(listed, (ast.List, ast.Tuple)) or any(isinstance(o, ast.Starred) for o in listed.elts):
        return None
    if distribution == "choice":
        return listed.elts
    return [pair.elts[1] for pair in listed.elts if isinstance(pair, (ast.Tuple, ast.List)) and pair.elts[1:]]


def _fields(value: ast.AST, option: ast.AST, draws: Mapping[ast.Call, str]) -> Drawn | None:
    """Return the parts in the fields of two nodes; None if they are not of one kind."""
    if type(value) is not type(option):
        return None
    found: Drawn = {}
    for (_, one), (_, other) in zip(ast.iter_fields(value), ast.iter_fields(option), strict=True):
        parts = _field(one, other, draws)
        if parts is None:
            return None
        found |= parts
    return found


def _field(value: object, option: object, draws: Mapping[ast.Call, str]) -> Drawn | None:
    if isinstance(value, ast.expr) and isinstance(option, ast.expr):
        return drawn_parts(value, option, draws)
    if isinstance(value, ast.AST) and isinstance(option, ast.AST):
        return _fields(value, option, draws)
    if not isinstance(value, list) or not isinstance(option, list):
        return {} if value == option else None
    if len(value) != len(option):
        return None
    parts = [_field(one, other, draws) for one, other in zip(value, option, strict=True)]
    return None if None in parts else {call: node for part in parts for call, node in (part or {}).items()}


def _drawn(value: ast.expr, call: ast.Call, draws: Mapping[ast.Call, str]) -> Drawn | None:
    """Return a draw with the value that it gives: a number, or what an option of a choice can give."""
    options = options_of(call, draws[call]) if draws[call] in CHOICES else None
    if options is None:
        is_drawn = draws[call] in CHOICES or number(value) is not None
    else:
        is_drawn = any(drawn_parts(value, option, draws) is not None for option in options)
    return {call: value} if is_drawn else None
