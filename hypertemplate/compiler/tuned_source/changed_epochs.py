"""Number of epochs of a template's fits, as edits of its text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.syntax.tree import Tree

_NAME = re.compile(r"(?:n_?|nb_?|num_?|max_?|number_of_)?epochs?\Z", re.IGNORECASE)


def changed_epochs(trees: Sequence[Tree], epochs: int) -> tuple[Edit, ...]:
    """Return the edits that give each call with ``epochs=`` another number.

    A name that such an argument is, or else one that is assigned and says so, gets the number where it is
    assigned.

    Args:
        trees: parts of the template.
        epochs: the number.
    """
    given = [*_arguments(trees)]
    names = {value.id for _, value in given if isinstance(value, ast.Name)}
    edits = [Edit(tree.span(value), str(epochs)) for tree, value in given if not isinstance(value, ast.Name)]
    for tree in trees:
        for node in ast.walk(tree.module):
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    if name in names or (not given and _NAME.match(name)):
                        edits.append(Edit(tree.span(value), str(epochs)))
    return tuple(sorted(edits, key=lambda edit: edit.span))


def _arguments(trees: Sequence[Tree]) -> Iterator[tuple[Tree, ast.expr]]:
    """Yield the arguments that are numbers of epochs."""
    for tree in trees:
        for node in ast.walk(tree.module):
            if isinstance(node, ast.Call):
                yield from (
                    (tree, k.value) for k in node.keywords if k.arg is not None and _NAME.match(k.arg)
                )
