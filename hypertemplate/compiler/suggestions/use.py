"""A call of something that rules know, with the arguments that its text shows."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from hypertemplate.compiler.suggestions.origins import Place
from hypertemplate.compiler.syntax.literals import is_literal, number
from hypertemplate.compiler.syntax.tree import Tree


@dataclass(frozen=True, eq=False)
class Use:
    """Call of a known callable.

    Attributes:
        tree: part that it stands in.
        call: the call.
        path: dotted path of what is called, through imports: ``keras.layers.Dense``; of a method its name.
        arguments: places of the arguments by name, those in a dictionary of parameters too.
        words: names that the whole template has anywhere, such as ``early_stopping``.
        called: last names of what the template calls and has imported.
    """

    tree: Tree
    call: ast.Call
    path: str
    arguments: Mapping[str, Place]
    words: frozenset[str] = field(repr=False)
    called: frozenset[str] = field(repr=False)

    def value(self, *names: str) -> object:
        """Return the first of these arguments that is a literal; None if there is none."""
        for name in names:
            place = self.arguments.get(name)
            if place is not None and is_literal(place.node):
                return ast.literal_eval(place.node)
        return None

    def mentions(self, *words: str) -> bool:
        """Tell whether the template has one of these names anywhere."""
        return not self.words.isdisjoint(words)


def today(node: ast.expr) -> object:
    """Return the value of a literal that may be searched: a number, text, truth value, tuple of numbers.

    Of anything else, arithmetic too, it is `NO_VALUE`.

    >>> today(ast.parse("-0.5", mode="eval").body), today(ast.parse("2 * 16", mode="eval").body) is NO_VALUE
    (-0.5, True)
    """
    match node:
        case ast.Constant(value=bool() | int() | float() | str() | None as value):
            return value
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant(value=int() | float())):
            return number(node)
        case ast.Tuple(elts=[_, *_] as items) if all(isinstance(today(one), int) for one in items):
            return tuple(today(one) for one in items)
    return NO_VALUE


class _NoValue:
    """Stands for the value of what is no literal."""


NO_VALUE = _NoValue()
"""Value of code that is no literal."""
