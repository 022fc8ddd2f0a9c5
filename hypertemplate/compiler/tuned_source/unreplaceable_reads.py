"""Code that reads the values of a trial as a whole, which ordinary code does not have."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.analysis import Analysis
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error
from hypertemplate.compiler.placement.partition import SPACE
from hypertemplate.compiler.syntax.hyperas_imports import TRIAL
from hypertemplate.compiler.syntax.tree import Tree

_HELP = "name the value first, as in rate = {{...}}, and read that name here"


def unreplaceable_reads(analysis: Analysis) -> Iterator[Diagnostic]:
    """Yield an error for each place that reads Hyperas's ``space`` or the parameters of the trial."""
    modules = [analysis.module, *(own.module for own in analysis.project.modules.values())]
    for module in modules:
        for tree in module.trees:
            for node in ast.walk(tree.module):
                if isinstance(node, (ast.Name, ast.Attribute)) and module.dotted(node) == f"{TRIAL}.params":
                    yield _error(tree, node, "trial.params")
    for statement in analysis.partition.kept if analysis.partition.reads_space else ():
        for use in statement.names.uses:
            if use.name == SPACE:
                yield _error(statement.tree, use.node, SPACE)


def _error(tree: Tree, node: ast.expr, name: str) -> Diagnostic:
    text = f"this reads {name}, which only a search fills"
    return error(Code.NOT_PLAIN, text, tree.span(node), _HELP)
