"""Evaluation of expressions whose value is known without running anything."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

_OPERATORS: dict[type[ast.operator], Callable[..., float | complex]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
}


def number(node: ast.expr) -> float | None:
    """Evaluate arithmetic on numbers such as ``-2``, ``1e-3`` or ``2 ** 10``; None for anything else.

    >>> number(ast.parse("2 ** 3 - 1", mode="eval").body)
    7
    """
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=inner):
            operand = number(inner)
            return operand if operand is None or isinstance(sign, ast.UAdd) else -operand
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _arithmetic(op, number(left), number(right))
    return None


def _arithmetic(op: ast.operator, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    # 9 ** 9 ** 9 must not block `check`.
    if isinstance(op, (ast.Pow, ast.LShift)) and (abs(left) > 1e6 or abs(right) > 400):
        return None
    try:
        result = _OPERATORS[type(op)](left, right)
    except (ArithmeticError, ValueError, TypeError):  # 1.5 << 2
        return None
    return None if isinstance(result, complex) else result  # (-8) ** 0.5


def is_literal(node: ast.expr) -> bool:
    """Return True if `ast.literal_eval` can evaluate the node: constants and displays of constants."""
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def known_value(text: str) -> tuple[()] | tuple[object]:
    """Evaluate a literal, or arithmetic on numbers; empty for any other expression.

    >>> known_value("10 ** -2"), known_value("[1, 2]"), known_value("Adam()")
    ((0.01,), ([1, 2],), ())
    """
    try:
        node = ast.parse(f"({text}\n)", mode="eval").body
    except (SyntaxError, ValueError):  # the repr of an object in a list created at load time
        return ()
    if is_literal(node):
        return (ast.literal_eval(node),)
    result = number(node)
    return () if result is None else (result,)


def is_constant(node: ast.expr) -> bool:
    """Return True for an immutable constant, so that one object can serve every evaluation."""
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(operand=ast.Constant(value=int() | float() | complex())):
            return True
        case ast.Tuple(elts=items):
            return all(map(is_constant, items))
    return False


def same_value(left: object, right: object) -> bool:
    """Compare two values so that 1 equals 1.0 but not True, in containers too."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same_value, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_value(left[key], right[key]) for key in left)
    return bool(left == right)
