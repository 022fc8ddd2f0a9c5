"""Dotted paths of names: through imports, and through other names for what is imported."""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.syntax.name_scopes import scope_of
from hypertemplate.compiler.syntax.nodes import last_name
from hypertemplate.compiler.syntax.tree import Tree

_DEEPEST = 5
"""Most names of names: ``layers = keras.layers; L = layers``."""


@dataclass(frozen=True, eq=False)
class Callees:
    """Dotted paths of what a template calls and reads.

    Attributes:
        module: the template.
    """

    module: Module

    def path(self, tree: Tree, func: ast.expr) -> str:
        """Return the dotted path of what is called; of a method its name, without a dot; else an empty text.

        >>> from hypertemplate.compiler.dataflow.module import build_module
        >>> from hypertemplate.compiler.syntax.source import Part, Source
        >>> from hypertemplate.compiler.syntax.tree import parse
        >>> text = "import tensorflow as tf; L = tf.keras.layers; L.Dense(3)"
        >>> (tree,), _ = parse(Source((Part("file", "net.py", text),)))
        >>> Callees(build_module((tree,))).path(tree, tree.module.body[-1].value.func)
        'tensorflow.keras.layers.Dense'
        """
        found = self.dotted(tree, func)
        if found is not None:
            return found
        return func.attr if isinstance(func, ast.Attribute) else ""

    def dotted(self, tree: Tree, node: ast.expr) -> str | None:
        """Return the dotted path of a name or attribute; None if it does not begin with what is imported."""
        return self._dotted(tree, node, _DEEPEST)

    @functools.cached_property
    def _assigned(self) -> frozenset[str]:
        """Names that are assigned a name or attribute, in whatever scope."""
        return frozenset(
            node.targets[0].id
            for tree in self.module.trees
            for node in tree.parents
            if isinstance(node, ast.Assign)
            and isinstance(node.value, (ast.Name, ast.Attribute))
            and isinstance(node.targets[0], ast.Name)
        )

    def name(self, tree: Tree, func: ast.expr) -> str:
        """Return the last name of what is called, as its package has it; empty for what has no name."""
        found = self.dotted(tree, func)
        return (last_name(func) or "") if found is None else found.rpartition(".")[2]

    def _dotted(self, tree: Tree, node: ast.expr, left: int) -> str | None:
        imported = self.module.dotted(node)
        if imported is not None or not left:
            return imported
        if isinstance(node, ast.Attribute):
            owner = self._dotted(tree, node.value, left)
            return None if owner is None else f"{owner}.{node.attr}"
        if not isinstance(node, ast.Name):
            return None
        value = self.module.only_value(tree, node) if node.id in self._assigned else None
        if value is not None:
            return self._dotted(tree, value, left - 1)
        unknown = node.id not in self.module.binders and scope_of(tree, node) is None
        return next((f"{star}.{node.id}" for star in self.module.stars), None) if unknown else None
