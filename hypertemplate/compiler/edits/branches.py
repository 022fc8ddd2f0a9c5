"""Branches that test one drawn value against constants, and which of them a value takes."""

from __future__ import annotations

import ast
import functools
import operator
from collections.abc import Callable
from typing import Any

from hypertemplate.compiler.edits.changes import Branch
from hypertemplate.compiler.syntax.literals import is_constant

VALUE = "_"
"""Name in the place of the drawn value, in the text of a test."""

_PLAIN = (bool, int, float, str, bytes, type(None))
"""Types of values that no code changes."""

_OPERATORS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}


def is_test(node: ast.expr, is_value: Callable[[ast.expr], bool]) -> bool:
    """Tell whether an expression tests one value against constants, and does nothing else.

    Args:
        node: expression.
        is_value: function that tells whether a part of it stands for the value.
    """
    match node:
        case _ if is_value(node):
            return True
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return is_test(inner, is_value)
        case ast.BoolOp(values=parts):
            return all(is_test(part, is_value) for part in parts)
        case ast.Compare(left=left, ops=ops, comparators=rights):
            sides = (left, *rights)
            return all(is_value(side) or _is_constant(side) for side in sides) and all(
                not isinstance(op, ast.Is | ast.IsNot) or _is_single(right)
                for op, right in zip(ops, rights, strict=True)
            )
    return False


def _is_constant(node: ast.expr) -> bool:
    return is_constant(node) or (isinstance(node, ast.List | ast.Set) and all(map(is_constant, node.elts)))


def _is_single(node: ast.expr) -> bool:
    """Tell whether there is one object of this value, so that ``is`` asks for the value."""
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))


def with_value(test: ast.expr, is_value: Callable[[ast.expr], bool]) -> ast.expr:
    """Return a test with `VALUE` in the places of the value; arguments as in `is_test`."""

    def placed(node: ast.expr) -> ast.expr:
        match node:
            case _ if is_value(node):
                return ast.Name(VALUE)
            case ast.UnaryOp(op=ast.Not() as negation, operand=inner):
                return ast.UnaryOp(negation, placed(inner))
            case ast.BoolOp(op=op, values=parts):
                return ast.BoolOp(op, list(map(placed, parts)))
            case ast.Compare(left=left, ops=ops, comparators=rights):
                return ast.Compare(placed(left), ops, list(map(placed, rights)))
        return node

    return placed(test)


def takes(branch: Branch, value: object) -> bool:
    """Tell whether a trial with a drawn value may take a branch.

    Args:
        branch: the branch.
        value: the drawn value; for an option that is not a constant, anything but a plain one.
    """
    if not isinstance(value, _PLAIN):
        return True
    try:
        return bool(_result(_parsed(branch.test), value)) is branch.taken
    except TypeError:  # `'relu' > 3`: the trial fails there
        return True


@functools.lru_cache(maxsize=256)
def _parsed(test: str) -> ast.expr:
    return ast.parse(test, mode="eval").body


def _result(node: ast.expr, value: object) -> Any:
    match node:
        case ast.Name():
            return value
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return not _result(inner, value)
        case ast.BoolOp(op=op, values=parts):
            results = (_result(part, value) for part in parts)
            return all(results) if isinstance(op, ast.And) else any(results)
        case ast.Compare(left=first, ops=comparisons, comparators=rights):
            left = _result(first, value)
            for comparison, right in zip(comparisons, [_result(one, value) for one in rights], strict=True):
                if not _OPERATORS[type(comparison)](left, right):
                    return False
                left = right
            return True
    return ast.literal_eval(node)


def shown(test: ast.expr, label: str, *, taken: bool) -> str:
    """Write the condition under which a test has a result, as people read it: ``optimizer='sgd'``."""
    match test:
        case ast.Compare(left=ast.Name(), ops=[ast.Eq()], comparators=[right]) if taken:
            return f"{label}={ast.unparse(right)}"
        case ast.Compare(left=ast.Name(), ops=[ast.NotEq()], comparators=[right]) if not taken:
            return f"{label}={ast.unparse(right)}"
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            test = ast.Compare(left, [ast.NotEq()], [right])
        case _ if not taken:
            test = ast.UnaryOp(ast.Not(), test)
    return _Named(label).named(test)


class _Named(ast.NodeTransformer):
    """Transformer that writes a label in the place of a value."""

    def __init__(self, label: str) -> None:
        self._label = label

    def named(self, test: ast.expr) -> str:
        """Return the text of a test."""
        return ast.unparse(self.visit(test))

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Rename the value."""
        return ast.Name(self._label)
