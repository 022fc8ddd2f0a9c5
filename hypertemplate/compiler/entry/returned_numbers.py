"""Names of the numbers that a model function returns as its loss, as far as its text shows."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.dataflow.module import Function
from hypertemplate.compiler.program import ReturnedNumber
from hypertemplate.compiler.syntax.nodes import FunctionNode, last_name, literal_text, own_nodes

_THE_SAME = frozenset({"float", "item", "max", "mean", "median", "min", "round"})
"""Functions and methods whose result is better when that of which they take it is."""


def returned_numbers(function: Function | None) -> tuple[ReturnedNumber, ...]:
    """Return what a model function returns as its loss, if it is not computed there but for its sign."""
    returned = own_nodes(function.node) if function is not None else ()
    values = (node.value for node in returned if isinstance(node, ast.Return) and node.value is not None)
    found: dict[str, ReturnedNumber] = {}
    for loss in filter(None, map(_loss, values)):
        assert function is not None
        names = _Names(function.node)
        text = ast.unparse(loss)
        if named := names.of(loss):
            found[text] = ReturnedNumber(text, named, names.negated)
    return tuple(found.values())


def _loss(value: ast.expr) -> ast.expr | None:
    """Return what counts of a returned value; None for a dict that has it as a metric too, or its negation.

    The first trial tells of that one.
    """
    if not isinstance(value, ast.Dict):
        return value
    entries = [(key, entry) for key, entry in zip(value.keys, value.values, strict=True) if key is not None]
    losses = [entry for key, entry in entries if literal_text(key) == "loss"]
    texts = [ast.unparse(entry) for _, entry in entries]
    if not losses or texts.count(ast.unparse(losses[0])) > 1:
        return None
    match losses[0]:
        case ast.UnaryOp(operand=inner) if ast.unparse(inner) in texts:
            return None
    return losses[0]


class _Names:
    """Names of a number, those of the call that computes it before those of the variables that have it.

    Args:
        function: function that returns it.

    Attributes:
        negated: whether the number is the negation of what has the names, or that subtracted from a number.
    """

    def __init__(self, function: FunctionNode) -> None:
        self._nodes = list(own_nodes(function))
        self._seen: set[str] = set()
        self._changed = False
        self._several = False
        self.negated = False

    def of(self, loss: ast.expr) -> tuple[str, ...]:
        """Return the names, none if the number is computed further, or negated in some places alone."""
        names = tuple(self._of(loss))
        return () if self._changed or (self.negated and self._several) else names

    def _of(self, value: ast.expr) -> Iterator[str]:
        match value:
            case ast.Name(id=name) if name not in self._seen:
                self._seen.add(name)
                assigned = list(self._assigned(name))
                self._several |= len(assigned) > 1
                for one in assigned:
                    yield from self._of(one)
                yield name
            case ast.Call(func=ast.Attribute(value=inner, attr=method), args=[]) if method in _THE_SAME:
                yield from self._of(inner)
            case ast.Call(func=func, args=[inner, *_]) if last_name(func) in _THE_SAME:
                yield from self._of(inner)
            case ast.Call(func=ast.Attribute(attr="score"), args=[_, _, *_]):
                yield "accuracy_score"  # of an estimator, its accuracy or R2
            case ast.Call(func=func) if last_name(func) == "cross_val_score":
                yield "accuracy_score"
            case ast.Call(func=func) if last_name(func):
                yield last_name(func) or ""
            case ast.Subscript(value=inner, slice=ast.Constant(value=int(place))):
                yield from self._metric(inner, place)
            case ast.Subscript(value=inner, slice=ast.UnaryOp()):  # the last epoch of a history
                yield from self._metric(inner, 0)
            case ast.Subscript(slice=key) if literal_text(key):
                yield literal_text(key)
            case (
                ast.UnaryOp(op=ast.USub(), operand=inner)
                | ast.BinOp(left=ast.Constant(), op=ast.Sub(), right=inner)
            ):
                self.negated = not self.negated
                yield from self._of(inner)
            case ast.UnaryOp() | ast.BinOp(left=ast.Constant()):
                self._changed = True

    def _assigned(self, name: str) -> Iterator[ast.expr]:
        """Yield the values that are assigned to a variable."""
        for node in self._nodes:
            match node:
                case ast.Assign(targets=targets, value=value):
                    if any(isinstance(one, ast.Name) and one.id == name for one in targets):
                        yield value
                case ast.AugAssign(target=ast.Name(id=target)) if target == name:
                    self._changed = True

    def _metric(self, whole: ast.expr, place: int) -> Iterator[str]:
        """Yield the name of an item: of what ``evaluate`` returned, or of one of a history."""
        values = [whole, *(self._assigned(whole.id) if isinstance(whole, ast.Name) else ())]
        for value in values:
            if isinstance(value, ast.Call) and last_name(value.func) == "evaluate":
                yield from self._metrics()[place - 1 : place] if place > 0 else ()
            elif isinstance(value, ast.Subscript):
                yield from self._of(value)

    def _metrics(self) -> list[str]:
        """Return the metrics that the function's network is compiled with, an empty text for an object."""
        for node in self._nodes:
            if isinstance(node, ast.Call) and last_name(node.func) == "compile":
                for keyword in node.keywords:
                    if keyword.arg == "metrics" and isinstance(keyword.value, ast.List):
                        return [literal_text(one) for one in keyword.value.elts]
        return []
