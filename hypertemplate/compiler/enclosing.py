"""The statement that each marker stands in, as text that layout, comments and spelling do not change."""

from __future__ import annotations

import ast
import copy

from hypertemplate.compiler.parsing import Tree, parse
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.source import Span
from hypertemplate.compiler.spelling import spelled


def enclosing_statements(program: Program) -> dict[str, str]:
    """Label to its marker's innermost statement; of a compound one, such as ``def``, only the head."""
    trees = {tree.part: tree for tree in parse(program.source)[0]}
    return {p.label: _innermost(trees[p.marker.part], p.marker) for p in program.space.parameters}


def _innermost(tree: Tree, marker: Span) -> str:
    around = [
        node
        for node in ast.walk(tree.module)
        if isinstance(node, ast.stmt) and marker.inside(tree.span(node))
    ]
    # The walk goes from the outside in, so that the last one is the innermost.
    head = copy.copy(around[-1])
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        if getattr(head, name, None):
            setattr(head, name, [ast.Pass()] if name == "body" else [])
    return spelled(head)
