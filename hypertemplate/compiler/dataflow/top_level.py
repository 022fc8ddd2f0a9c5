"""Top-level statement of a template, and its place in words."""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass, replace

from hypertemplate.compiler.dataflow.bindings import bound_first
from hypertemplate.compiler.syntax.scopes import Names
from hypertemplate.compiler.syntax.source import NEWLINE, Span
from hypertemplate.compiler.syntax.tree import Tree


@dataclass(frozen=True, eq=False)
class TopLevel:
    """Top-level statement.

    Attributes:
        number: number from 0, in source order over all parts.
        tree: tree of its part.
        node: statement itself.
        span: place of the statement, decorators included.
        names: names that it binds and uses.
        calls: function, for a call that a trial makes below the last statement; else an empty text.
    """

    number: int
    tree: Tree
    node: ast.stmt
    span: Span
    names: Names
    calls: str = ""

    @property
    def place(self) -> str:
        """Line as people read it: ``line 3``, ``line 3 of cell 2``, ``line 3 of network.py``."""
        return f"{self.calls}()" if self.calls else place(self.tree, self.node)

    @property
    def is_docstring(self) -> bool:
        """True if it is the docstring of a file."""
        match self.tree.module.body[0]:
            case ast.Expr(value=ast.Constant(value=str())) as first:
                return first is self.node and self.tree.origin.kind == "file"
        return False

    def holds(self, place: Span) -> bool:
        """Tell whether a place is in the statement, or behind it on its last line, where a comment may be."""
        return place.inside(self._lines)

    @functools.cached_property
    def _lines(self) -> Span:
        """The statement with the rest of its last line."""
        end = NEWLINE.search(self.tree.text, self.span.end)
        return replace(self.span, end=end.start() if end is not None else len(self.tree.text))

    @functools.cached_property
    def binds_first(self) -> set[str]:
        """Names that a loop or ``with`` binds before its body, which reads no other value."""
        return bound_first(self.node) - self.names.deferred


def place(tree: Tree, node: ast.expr | ast.stmt, seen_from: Tree | None = None) -> str:
    """Return the line of a node as people read it; seen from another file, with the name of its own."""
    origin = tree.origin
    if origin.cell is not None:
        return f"line {node.lineno} of cell {origin.cell}"
    other = seen_from is not None and seen_from is not tree
    named = origin.module or origin.kind == "history" or other
    return f"line {node.lineno}" + (f" of {origin.name}" if named else "")
