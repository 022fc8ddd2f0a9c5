"""Marked defaults of options that a template reads from its own command line."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.markers.search_space import Parameter
from hypertemplate.compiler.program import MarkedOption
from hypertemplate.compiler.syntax.nodes import last_name, literal_text
from hypertemplate.compiler.syntax.tree import Tree

_ADD = frozenset({"add_argument", "add_option", "option", "Option"})
"""Functions of argparse, optparse, click and typer that are given an option's names."""

_DEFINE = "DEFINE_"
"""Beginning of absl's functions, which are given a name and a default."""

_BY_NAME = frozenset(
    {"HfArgumentParser", "defopt", "fire", "jsonargparse", "simple_parsing", "typer", "tyro"}
)
"""Names of what makes options of the parameters of functions, or of the fields of classes."""


@dataclass(frozen=True, slots=True)
class _Option:
    """An option of a command line.

    Attributes:
        names: its names, with their dashes.
        default: expression of its default, or None.
    """

    names: tuple[str, ...]
    default: ast.expr | None


def marked_options(
    searched: Iterable[tuple[Tree, Marker, DrawCall]], parameters: Iterable[Parameter]
) -> tuple[MarkedOption, ...]:
    """Find the marked defaults of options, each with the names of its option.

    Args:
        searched: markers that are searched, with their trees.
        parameters: parameters of the search space.
    """
    labels = {parameter.marker: parameter.label for parameter in parameters}
    nodes: dict[ast.AST, str] = {}
    trees: dict[int, Tree] = {}
    for tree, marker, _ in searched:
        trees[id(tree)] = tree
        nodes[marker.node] = labels[marker.span]
    return tuple(option for tree in trees.values() for option in _marked_in(tree, nodes))


def _marked_in(tree: Tree, labels: Mapping[ast.AST, str]) -> Iterator[MarkedOption]:
    nodes = [*ast.walk(tree.module)]
    bound = {
        target.id: node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    options = [option for option in _options(nodes) if option.names]
    every = dict.fromkeys(name for option in options for name in option.names)
    for option in options:
        found = {labels[node]: None for node in _reached(option.default, bound) if node in labels}
        others = tuple(name for name in every if name not in option.names)
        yield from (MarkedOption(label, option.names, others) for label in found)


def given(option: MarkedOption, arguments: Sequence[str]) -> str:
    """Return the argument that gives an option a value, as it is written; empty if none does.

    A longer option may be abbreviated where no other has that name: ``--learn`` for ``--learning-rate``.
    """
    for argument in itertools.takewhile(lambda one: one != "--", arguments):
        name = argument.partition("=")[0]
        if name in option.names:
            return name
        if name.startswith("--"):
            if name not in option.others and any(one.startswith(name) for one in option.names):
                return name
        elif argument[:2] in option.names:  # -l0.9
            return argument[:2]
    return ""


def _options(nodes: Sequence[ast.AST]) -> Iterator[_Option]:
    for node in nodes:
        if isinstance(node, ast.Call):
            yield from _called(node, nodes)
    used = {last_name(node) for node in nodes if isinstance(node, (ast.Name, ast.Attribute))}
    used |= {node.name.partition(".")[0] for node in nodes if isinstance(node, ast.alias)}
    if not used & _BY_NAME:
        return
    for node in nodes:
        match node:
            case ast.arguments():
                last = [*node.posonlyargs, *node.args][::-1]
                pairs = [*zip(last, node.defaults[::-1], strict=False)]
                for parameter, default in [*pairs, *zip(node.kwonlyargs, node.kw_defaults, strict=True)]:
                    yield _Option(_named(parameter.arg), default)
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield _Option(_named(name), node.value)


def _called(call: ast.Call, nodes: Sequence[ast.AST]) -> Iterator[_Option]:
    """Yield the options that a call adds, or gives a default."""
    function, places = last_name(call.func) or "", call.args
    values = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    if function == "set_defaults":
        for name, value in values.items():
            yield from (_Option(names, value) for names in _stored_as(name, nodes))
    elif function in _ADD:
        first = places[0] if function == "Option" and places else None
        yield _Option(_names(call), values.get("default", first))
    elif function.startswith(_DEFINE) and places and (name := literal_text(places[0])):
        default = values.get("default", places[1] if len(places) > 1 else None)
        yield _Option((f"--{name}", f"-{name}"), default)


def _stored_as(name: str, nodes: Sequence[ast.AST]) -> Iterator[tuple[str, ...]]:
    """Yield the names of each option whose value a parser stores under a name."""
    for node in nodes:
        if isinstance(node, ast.Call) and last_name(node.func) in _ADD:
            names = _names(node)
            dest = next((literal_text(one.value) for one in node.keywords if one.arg == "dest"), "")
            if name == dest or any(name == one.lstrip("-").replace("-", "_") for one in names):
                yield names


def _names(call: ast.Call) -> tuple[str, ...]:
    return tuple(text for one in call.args if (text := literal_text(one)).startswith("-"))


def _named(name: str) -> tuple[str, ...]:
    """Return the names of the option that is made of a parameter."""
    return tuple(dict.fromkeys((f"--{name}", f"--{name.replace('_', '-')}")))


def _reached(default: ast.expr | None, bound: Mapping[str, ast.expr]) -> Iterator[ast.AST]:
    """Yield the nodes of a default, and those of the value of each variable that it names."""
    for node in ast.walk(default) if default is not None else ():
        yield node
        if isinstance(node, ast.Name) and node.id in bound:
            yield from ast.walk(bound[node.id])
