"""Conversion of labelled calls into the parameters of the search space."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from hypertemplate.compiler.diagnostics.edit import edited
from hypertemplate.compiler.markers.draw_call import DrawCall, OptionCall
from hypertemplate.compiler.markers.grammar import IN_LOGARITHMS
from hypertemplate.compiler.markers.late_arguments import NONE_LATE, LateArguments
from hypertemplate.compiler.markers.marked_defaults import default_removals
from hypertemplate.compiler.markers.search_space import Argument, Option, Parameter
from hypertemplate.compiler.syntax.literals import is_literal, number
from hypertemplate.compiler.syntax.source import NEWLINE, Span
from hypertemplate.compiler.syntax.tree import Tree


def parameters_of(
    tree: Tree,
    draw: DrawCall,
    labels: dict[DrawCall, str],
    marker: Span,
    indices: Sequence[tuple[int, ...]] | None,
    late: LateArguments = NONE_LATE,
) -> Iterator[Parameter]:
    """Yield the parameters of a marker, each followed by those of the distributions inside its options.

    Args:
        tree: tree of the marker's part.
        draw: call in the marker.
        labels: label of every call.
        marker: the whole marker.
        indices: index values of a marker that draws once for each iteration, else None.
        late: bounds and lists with local names.
    """
    if indices is None:
        yield from _parameters(tree, draw, labels[draw], labels, marker, None, None, late)
        return
    for values in indices:
        label = indexed(labels[draw], values)
        yield from _parameters(tree, draw, label, labels, marker, None, values, late)


def indexed(label: str, values: tuple[int, ...]) -> str:
    """Return the label of one draw of a subscripted marker: ``units[0]``, ``units[0,2]``."""
    return f"{label}[{','.join(map(str, values))}]"


def _parameters(
    tree: Tree,
    draw: DrawCall,
    label: str,
    labels: dict[DrawCall, str],
    place: Span,
    parent: tuple[str, int] | None,
    draws: tuple[int, ...] | None,
    late: LateArguments,
) -> Iterator[Parameter]:
    def inner_label(inner: DrawCall) -> str:
        return labels[inner] if draws is None else indexed(labels[inner], draws)

    yield Parameter(
        label=label,
        distribution=IN_LOGARITHMS[draw.distribution] if draw.log else draw.distribution,
        arguments=tuple(_arguments(tree, draw, late)),
        options=None if draw.options is None else tuple(_option(tree, o, inner_label) for o in draw.options),
        marker=place,
        draws=draws,
        parent=parent,
        log=draw.log,
        default=_default(tree, draw, late),
        default_option=draw.default_option,
        is_stated=draw.is_stated,
    )
    for index, option in enumerate(draw.options or ()):
        for inner in option.inner:
            call = tree.span(inner.call)
            parent_option = (label, index)
            yield from _parameters(tree, inner, inner_label(inner), labels, call, parent_option, draws, late)


def _arguments(tree: Tree, draw: DrawCall, late: LateArguments) -> Iterator[Argument]:
    for name, node in draw.numbers:
        yield _argument(tree, name, node, late)
    if draw.listing is not None:
        yield _argument(tree, "options" if draw.distribution == "choice" else "p_options", draw.listing, late)
    for option in draw.options or ():
        if option.probability is not None:
            yield _argument(tree, "p", option.probability, late)


def _argument(tree: Tree, name: str, node: ast.expr, late: LateArguments) -> Argument:
    value = late.value(node)
    is_number = number(value) is not None
    if value is node:
        return Argument(name, tree.one_line(node), tree.span(node), is_number)
    written = ast.unparse(value)
    return Argument(name, written if is_number else tree.one_line(node), tree.span(node), is_number, written)


def _default(tree: Tree, draw: DrawCall, late: LateArguments) -> Argument | None:
    if draw.default is None or draw.options is not None:
        return None
    argument = _argument(tree, "default", draw.default, late)
    # Of a list, the default may be a literal of any kind, and is evaluated beside it.
    return argument if draw.listing is None else replace(argument, literal=False)


def _option(tree: Tree, option: OptionCall, label: Callable[[DrawCall], str]) -> Option:
    whole = [draw for draw in option.inner if draw.call is option.node]
    inner = label(whole[0]) if whole else ""
    return Option(option_text(tree, option), is_literal(option.node), inner)


def option_text(tree: Tree, option: OptionCall) -> str:
    """Return the source text of an option; defaults of the distributions inside are no part of what it is."""
    edits = [edit for inner in option.inner for edit in default_removals(tree, inner)]
    if not edits:
        return tree.one_line(option.node)
    span = tree.span(option.node)
    text = edited(tree.text[: span.end], edits)[span.start :]
    return ast.unparse(ast.parse(f"({text}\n)", mode="eval").body) if NEWLINE.search(text) else text
