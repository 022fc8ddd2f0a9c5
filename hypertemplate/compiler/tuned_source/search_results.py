"""Results of a search that code reads after its call, as far as one run of the model gives them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.entry.minimize_calls import MinimizeCall
from hypertemplate.compiler.syntax.nodes import last_name, literal_text, own_nodes
from hypertemplate.compiler.syntax.scopes import FunctionNode
from hypertemplate.compiler.syntax.tree import Tree

WIDTH = 100
"""Columns beyond which a dict has a line for each item."""


@dataclass(frozen=True, slots=True)
class SearchResults:
    """Results of a search.

    Attributes:
        params: best values by label, as `minimize` returns them.
        loss: loss of the best trial; None where it is not known.
        model: expression for the best model; empty if the model function does not return one.
    """

    params: Mapping[str, object]
    loss: float | None
    model: str

    def bound(self, call: MinimizeCall, targets: list[ast.expr]) -> dict[str, str]:
        """Return the names that a search binds and that one run can give, each with its value's text."""
        named = [keyword.arg for keyword in call.node.keywords]
        if last_name(call.node.func) != "minimize" or {"eval_space", "return_space"} & {*named}:
            return {}
        match targets:
            case [ast.Tuple(elts=[ast.Name(id=run), ast.Name(id=model)])] if run != model:
                best = {run: self.params_text()}
                return best | {model: self.model} if self.model else best
        return {}

    def params_text(self, indent: str = "", newline: str = "\n") -> str:
        """Return the best values as a dict display."""
        items = [f"{label!r}: {value!r}" for label, value in self.params.items()]
        text = f"{{{', '.join(items)}}}"
        if len(text) <= WIDTH:
            return text
        lines = [f"{indent}    {item}," for item in items]
        return newline.join(["{", *lines, f"{indent}}}"])

    def of_study(self, tree: Tree, use: ast.Name) -> Iterator[Edit]:
        """Yield the edit that replaces a use of a study by what it gives; none where one run cannot."""
        parent = tree.parents[use]
        if not isinstance(parent, ast.Attribute):
            return
        around = tree.parents[parent]
        match parent.attr:
            case "best_params":
                yield Edit(tree.span(parent), self.params_text())
            case "best_loss" if self.loss is not None:
                yield Edit(tree.span(parent), f"({self.loss!r})")
            case "best_model" if self.model and isinstance(around, ast.Call) and around.func is parent:
                yield Edit(tree.span(around), self.model)


def returns_model(function: FunctionNode) -> bool:
    """Tell whether all that a function returns are dicts with a model."""
    values = [node.value for node in own_nodes(function) if isinstance(node, ast.Return)]
    return bool(values) and all(value is not None and _has_model(value) for value in values)


def _has_model(value: ast.expr) -> bool:
    match value:
        case ast.Dict(keys=keys):
            return any(key is not None and literal_text(key) == "model" for key in keys)
        case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
            return any(keyword.arg == "model" for keyword in keywords)
    return False
