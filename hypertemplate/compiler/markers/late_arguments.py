"""Bounds and lists that name local variables: what to evaluate in their place, once data has its value."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.local_values import GIVEN, LocalValues, UnknownValueError
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.syntax.nodes import FunctionNode
from hypertemplate.compiler.syntax.scopes import free_names


@dataclass(frozen=True, slots=True)
class LateArguments:
    """Bounds and lists with local names.

    Attributes:
        values: argument -> the same with a value in place of each local name.
        unknown: argument -> the local name that has no known value, with the reason.
    """

    values: Mapping[ast.expr, ast.expr]
    unknown: Mapping[ast.expr, UnknownValueError]

    def value(self, argument: ast.expr) -> ast.expr:
        """Return what to evaluate for an argument."""
        return self.values.get(argument, argument)

    def __or__(self, others: LateArguments) -> LateArguments:
        """Return these arguments and those of another module."""
        return LateArguments({**self.values, **others.values}, {**self.unknown, **others.unknown})

    @property
    def given(self) -> frozenset[str]:
        """Parameters of the model that the arguments read."""
        return frozenset().union(*map(given_names, self.values.values()))


NONE_LATE = LateArguments({}, {})
"""Arguments of code without a model function that would have local names."""


def late_arguments(
    module: Module,
    draws: Mapping[Marker, DrawCall],
    model: FunctionNode | None,
    given: Collection[str],
) -> LateArguments:
    """Find the bounds and lists of all markers that name local variables.

    Args:
        module: template.
        draws: call in each marker.
        model: model function, if there is one.
        given: its parameters that data gives a value.
    """
    trees = {tree.part: tree for tree in module.trees}
    values: dict[ast.expr, ast.expr] = {}
    unknown: dict[ast.expr, UnknownValueError] = {}
    for marker, outer in draws.items():
        local = LocalValues(module, trees[marker.span.part], model, given)
        for argument in (node for draw in outer.walk() for node in draw.evaluated_at_load()):
            try:
                inlined = local.inlined(argument)
            except UnknownValueError as error:
                unknown[argument] = error
            else:
                if inlined is not argument:
                    values[argument] = inlined
    return LateArguments(values, unknown)


def given_names(value: ast.expr) -> set[str]:
    """Return the parameters of the model that the value of an argument reads."""
    return {
        node.slice.value
        for node in ast.walk(value)
        if isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
        and ast.unparse(node.value) == GIVEN
    }


def module_names(value: ast.expr) -> set[str]:
    """Return the names of the module that the value of an argument reads."""
    return {use.name for use in free_names(value)}
