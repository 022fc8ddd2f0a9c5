"""Expressions that give what a marker drew in one trial, without the marker."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.diagnostics.edit import Edit, edited
from hypertemplate.compiler.markers.draw_call import DrawCall, OptionCall
from hypertemplate.compiler.markers.indices import index_expressions
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.syntax.literals import is_constant
from hypertemplate.compiler.syntax.tree import Tree
from hypertemplate.compiler.tuned_source.placed_expressions import placed
from hypertemplate.compiler.tuned_source.tuned_values import number_literal

Index = tuple[int, ...]

Values = Callable[[DrawCall, "Index | None"], float]
"""Function that returns what a call drew: a number, or the number of an option."""

_SEQUENCES = frozenset({"list", "range", "sorted", "tuple"})
"""Builtins whose results have an item for each number."""


@dataclass(frozen=True, eq=False)
class DrawnExpressions:
    """Writer of expressions in the place of markers.

    Attributes:
        module: module that the markers are in.
        tree: part that they are in.
        value: what each call drew.
    """

    module: Module
    tree: Tree
    value: Values

    def replacement(self, marker: Marker, draw: DrawCall, indices: Sequence[Index] | None) -> Edit:
        """Return the edit that puts what a marker drew into its place.

        Args:
            marker: the marker.
            draw: call in it.
            indices: index values of a marker that draws once for each iteration, else None.
        """
        if indices is None or marker.subscript is None:
            text = self.text(draw, None)
        else:
            text = self._indexed(draw, index_expressions(marker.subscript), indices)
        return Edit(marker.span, placed(text, self.tree, marker.node))

    def text(self, draw: DrawCall, index: Index | None) -> str:
        """Return the expression for what a call drew, which may be on several lines."""
        value = self.value(draw, index)
        if draw.options is not None:
            return self._option(draw.options[int(value)], index)
        if draw.listing is not None:
            return self._item(draw, str(int(value)))
        return number_literal(value)

    def _option(self, option: OptionCall, index: Index | None) -> str:
        """Return the user's text of an option, with what the distributions inside it drew."""
        span = self.tree.span(option.node)
        if [inner.call for inner in option.inner] == [option.node]:
            return self.text(option.inner[0], index)
        edits = [
            Edit(self.tree.span(inner.call), placed(self.text(inner, index), self.tree, inner.call))
            for inner in option.inner
        ]
        return edited(self.tree.text[: span.end], edits)[span.start :]

    def _item(self, draw: DrawCall, number: str) -> str:
        """Return an item of a list that is not written out in its marker."""
        assert draw.listing is not None
        item = f"{listed(self.module, self.tree, draw.listing)}[{number}]"
        return f"{item}[1]" if draw.distribution == "pchoice" else item

    def _indexed(self, draw: DrawCall, subscript: Sequence[ast.expr], indices: Sequence[Index]) -> str:
        """Return the expression for a marker that drew a value for each of some indices."""
        names = [self.tree.one_line(one) for one in subscript]
        if draw.listing is not None:
            numbers = {index: str(int(self.value(draw, index))) for index in indices}
            return self._item(draw, _looked_up(numbers, names))
        texts = {index: self.text(draw, index) for index in indices}
        if len({*texts.values()}) == 1:
            return next(iter(texts.values()))
        if draw.options is None or all(is_constant(option.node) for option in draw.options):
            return _looked_up(texts, names)
        return _conditional(texts, names)


def listed(module: Module, tree: Tree, node: ast.expr) -> str:
    """Return the text of a list that is not written out in its marker, to be followed by an index.

    What may be a view of a dict, for example, which has no item for each number, is made a list.
    """
    text = tree.one_line(node)
    if isinstance(node, ast.Name):
        value = module.only_value(tree, node)
        is_list = value is None or not isinstance(value, ast.Call) or _gives_sequence(module, value)
    else:
        is_list = _gives_sequence(module, node)
    return text if is_list else f"[*{text}]" if isinstance(node, (ast.Call, ast.Name)) else f"[*({text})]"


def _gives_sequence(module: Module, node: ast.expr) -> bool:
    """Tell whether an expression surely gives something that has an item for each number."""
    match node:
        case ast.ListComp() | ast.List() | ast.Attribute():
            return True
        case ast.Call(func=ast.Name(id=name)):
            return name in _SEQUENCES and name not in module.binders
    return False


def _looked_up(texts: Mapping[Index, str], names: Sequence[str]) -> str:
    """Return a tuple with its index, or a dict where the indices do not count up.

    >>> _looked_up({(0,): "64", (1,): "32"}, ["i"]), _looked_up({(2,): "64", (4,): "32"}, ["n"])
    ('(64, 32)[i]', '{2: 64, 4: 32}[n]')
    """
    axes = [sorted({index[axis] for index in texts}) for axis in range(len(names))]
    if all(axis == [*range(axis[0], axis[0] + len(axis))] for axis in axes):
        places = "".join(_place(name, axis[0]) for name, axis in zip(names, axes, strict=True))
        return f"{_nested(texts, axes, ())}{places}"
    keys = {(str(index[0]) if len(index) == 1 else str(index)): text for index, text in texts.items()}
    pairs = ", ".join(f"{key}: {text}" for key, text in keys.items())
    return f"{{{pairs}}}[{', '.join(names)}]"


def _place(name: str, first: int) -> str:
    if not first:
        return f"[{name}]"
    name = name if name.isidentifier() else f"({name})"
    return f"[{name} - {first}]" if first > 0 else f"[{name} + {-first}]"


def _nested(texts: Mapping[Index, str], axes: Sequence[Sequence[int]], index: Index) -> str:
    if not axes:
        return texts[index]
    items = [_nested(texts, axes[1:], (*index, number)) for number in axes[0]]
    return f"({', '.join(items)}{',' * (len(items) == 1)})"


def _conditional(texts: Mapping[Index, str], names: Sequence[str]) -> str:
    """Return a chain of conditionals, of which each creates its object where it is reached."""
    found: dict[str, list[Index]] = {}
    for index, text in texts.items():
        found.setdefault(text, []).append(index)
    *tested, last = sorted(found, key=lambda text: len(found[text]))
    pieces = [f"{_operand(text)} if {_test(names, found[text])} else " for text in tested]
    return "".join([*pieces, _operand(last)])


def _operand(text: str) -> str:
    node = ast.parse(f"({text}\n)", mode="eval").body
    bare = (ast.Constant, ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.Dict, ast.Set)
    return text if isinstance(node, bare) or (isinstance(node, ast.Tuple) and text[0] == "(") else f"({text})"


def _test(names: Sequence[str], indices: Sequence[Index]) -> str:
    keys = [str(index[0]) if len(index) == 1 else str(index) for index in indices]
    name = names[0] if len(names) == 1 else f"({', '.join(names)})"
    name = name if len(names) > 1 or name.isidentifier() else f"({name})"
    return f"{name} == {keys[0]}" if len(keys) == 1 else f"{name} in ({', '.join(keys)})"
