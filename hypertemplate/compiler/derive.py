"""Calls with their labels become the parameters of the search space."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.draws import DrawCall, OptionCall
from hypertemplate.compiler.literals import is_literal, number
from hypertemplate.compiler.parsing import Tree
from hypertemplate.compiler.source import Span
from hypertemplate.compiler.space import Argument, Option, Parameter


def parameters(tree: Tree, draw: DrawCall, labels: dict[DrawCall, str], marker: Span) -> Iterator[Parameter]:
    """The parameter of a marker, then those of the distributions inside its options."""
    yield from _parameters(tree, draw, labels, marker, None)


def _parameters(
    tree: Tree, draw: DrawCall, labels: dict[DrawCall, str], place: Span, parent: tuple[str, int] | None
) -> Iterator[Parameter]:
    yield Parameter(
        label=labels[draw],
        distribution=draw.distribution,
        arguments=tuple(_arguments(tree, draw)),
        options=None if draw.options is None else tuple(_option(tree, o, labels) for o in draw.options),
        marker=place,
        parent=parent,
    )
    for index, option in enumerate(draw.options or ()):
        for inner in option.inner:
            yield from _parameters(tree, inner, labels, tree.span(inner.call), (labels[draw], index))


def _arguments(tree: Tree, draw: DrawCall) -> Iterator[Argument]:
    for name, node in draw.numbers:
        yield _argument(tree, name, node)
    if draw.listing is not None:
        yield _argument(tree, "options" if draw.distribution == "choice" else "p_options", draw.listing)
    for option in draw.options or ():
        if option.probability is not None:
            yield _argument(tree, "p", option.probability)


def _argument(tree: Tree, name: str, node: ast.expr) -> Argument:
    return Argument(name, tree.one_line(node), tree.span(node), number(node) is not None)


def _option(tree: Tree, option: OptionCall, labels: dict[DrawCall, str]) -> Option:
    whole = [draw for draw in option.inner if draw.call is option.node]
    inner = labels[whole[0]] if whole else ""
    return Option(tree.one_line(option.node), is_literal(option.node), inner)
