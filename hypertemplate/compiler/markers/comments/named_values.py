"""Names by which a comment says which of several values it is for: the labels that their places suggest."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.markers.argument_names import first_name
from hypertemplate.compiler.markers.comments.line_values import Value, outermost
from hypertemplate.compiler.syntax.place_labels import Parents, labels_around
from hypertemplate.compiler.syntax.positional_parameters import of_text


class NamedValues:
    """Values with the names of their places.

    Args:
        parents: node -> parent node.
        values: the values, in source order.
    """

    def __init__(self, parents: Parents, values: Iterable[Value]) -> None:
        self.values = tuple(values)
        self._labels = {one: [*dict.fromkeys(_labels(parents, one.node))] for one in self.values}

    def named(self, name: str) -> tuple[Value, ...]:
        """Return the values of a name: those that it would label, else those inside what it would label."""
        exact = [one for one in self.values if self._labels[one][:1] == [name]]
        inside = [one for one in self.values if name in self._labels[one]]
        return tuple(outermost(exact or inside))

    @functools.cached_property
    def names(self) -> dict[Value, str]:
        """The name by which a comment can say each value; values without one are missing."""
        found: dict[Value, str] = {}
        for value in self.values:
            own = (name for name in self._labels[value] if self.named(name) == (value,))
            name = next(own, "")
            if name:
                found[value] = name
        return found


def _labels(parents: Parents, node: ast.expr) -> Iterator[str]:
    """Yield the labels of a place, its own first, and names of the parameter that it is for.

    Of a layer's first parameter that is ``units`` or ``rate``; of a function in the same text, which need not
    be certain here, since a name that fits two values is refused.
    """
    yield from labels_around(parents, node)
    match parents[node]:
        case ast.Call() as call:
            name = first_name(call, node)
            yield from () if name is None else (name,)
            yield from of_text(_root(parents, call), call, node)


def _root(parents: Parents, node: ast.AST) -> ast.AST:
    while node in parents:
        node = parents[node]
    return node
