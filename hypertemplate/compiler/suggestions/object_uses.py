"""Parts that the objects which a template makes have in its result."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import IntEnum

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.syntax.name_scopes import scope_of, uses_of
from hypertemplate.compiler.syntax.nodes import FunctionNode, last_name, own_nodes
from hypertemplate.compiler.syntax.tree import Tree

_CHANGING = frozenset({"fit", "partial_fit", "set_params"})
"""Methods of estimators that tell nothing."""

_SHOWING = frozenset({"display", "pprint", "print"})
"""Functions that only show something."""

_WATCHED = frozenset({"callbacks", "eval_set", "evals", "evals_result", "valid_sets"})
"""Arguments by which a function that trains reports how good the model is, whatever becomes of the model."""

_Seen = set[tuple[ast.AST | None, str]]
"""Names, with their scopes, whose uses are followed already."""


class Part(IntEnum):
    """The part that an object has in the result, the larger the nearer."""

    NONE = 0
    SHOWN = 1
    USED = 2


class ObjectUses:
    """Parts that objects have in the result of a template, as far as its text tells; in doubt they are used.

    Args:
        module: the template.
    """

    def __init__(self, module: Module) -> None:
        self._module = module

    def part(self, tree: Tree, call: ast.Call, *, estimator: bool) -> Part:
        """Return the part of an object.

        Args:
            tree: part of the template that makes it.
            call: call that makes it.
            estimator: whether it is one of scikit-learn, of whose training nothing is reported.
        """
        if any(one.arg in _WATCHED for one in call.keywords):
            return Part.USED
        node: ast.AST = call
        while True:
            match parent := tree.parents[node]:
                case ast.Attribute(attr=method) if method in _CHANGING:  # which returns the object
                    node = tree.parents[parent]
                case ast.Attribute():
                    return self._of_expression(tree, call, set(), estimator=estimator, made=False)
                case ast.Call(func=func) if func is node:
                    return Part.USED  # a layer: what it gives is a part of a network
                case _:
                    return self._of_expression(tree, call, set(), estimator=estimator, made=True)

    def _of_expression(self, tree: Tree, node: ast.expr, seen: _Seen, *, estimator: bool, made: bool) -> Part:
        """Return the part of what an expression gives.

        Args:
            tree: part that it stands in.
            node: the expression.
            seen: names whose uses are followed already.
            estimator: as for `part`.
            made: whether it is the object itself, or is made of it; else it is computed by it.
        """
        statement = next(parent for _, parent in tree.ancestors(node) if isinstance(parent, ast.stmt))
        match statement:
            case ast.Expr(value=ast.Call(func=func)) if last_name(func) in _SHOWING:
                return Part.SHOWN
            case ast.Assign(targets=[ast.Name() as name]) | ast.AnnAssign(target=ast.Name() as name):
                return self._of_name(tree, name, seen, estimator=estimator, made=made)
        return Part.USED

    def _of_name(self, tree: Tree, name: ast.Name, seen: _Seen, *, estimator: bool, made: bool) -> Part:
        """Return the part of what a name is bound to: that of the most important of its uses."""
        scope = scope_of(tree, name)
        if isinstance(scope, (ast.ClassDef, ast.Lambda)) or (not made and not _is_local(scope)):
            return Part.USED  # a variable of a script or of a main function may be the objective
        if (scope, name.id) in seen:
            return Part.NONE
        seen.add((scope, name.id))
        parts = (
            self._of_use(home, use, seen, estimator=estimator)
            for home, use in self._uses(tree, name.id, scope)
        )
        return max(parts, default=Part.NONE)

    def _uses(self, tree: Tree, name: str, scope: ast.AST | None) -> Iterator[tuple[Tree, ast.Name]]:
        for home in self._module.trees if scope is None else (tree,):
            for use in uses_of(home, name):
                if isinstance(use.ctx, ast.Load) and scope_of(home, use) is scope:
                    yield home, use

    def _of_use(self, tree: Tree, use: ast.Name, seen: _Seen, *, estimator: bool) -> Part:
        """Return the part of one use of a name; a statement ``model.fit(x, y)`` alone is none."""
        match attribute := tree.parents[use]:
            case ast.Attribute(attr=method) if estimator and method in _CHANGING:
                call = tree.parents[attribute]
                if isinstance(call, ast.Call) and isinstance(tree.parents[call], ast.Expr):
                    return Part.NONE
        return self._of_expression(tree, use, seen, estimator=estimator, made=False)


def _is_local(scope: ast.AST | None) -> bool:
    """Tell whether a scope is a function that returns something: its other variables are its own."""
    return isinstance(scope, FunctionNode) and any(
        isinstance(node, ast.Return) and node.value is not None for node in own_nodes(scope)
    )
