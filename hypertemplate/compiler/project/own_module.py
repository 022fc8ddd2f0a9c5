"""One of the user's own modules that a template imports, with the markers in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.project.references import runs
from hypertemplate.compiler.syntax.statements import is_main_guard
from hypertemplate.compiler.syntax.tree import Tree


@dataclass(frozen=True, eq=False)
class OwnModule:
    """A module of the user's own.

    Attributes:
        module: its statements.
        markers: markers in source order.
        draws: the call in each marker; markers with an error in their call are missing.
        found: diagnostics of its markers.
    """

    module: Module
    markers: tuple[Marker, ...]
    draws: dict[Marker, DrawCall]
    found: list[Diagnostic]

    @property
    def tree(self) -> Tree:
        """Its text as a tree."""
        return self.module.trees[0]

    @property
    def name(self) -> str:
        """Name under which it is imported."""
        return self.tree.origin.module

    @property
    def running(self) -> Iterator[TopLevel]:
        """Statements that run when it is imported."""
        return (statement for statement in self.module.statements if not is_main_guard(statement.node))

    def held_by(self, statement: TopLevel) -> list[Marker]:
        """Return the markers in a statement."""
        return [marker for marker in self.markers if marker.span.inside(statement.span)]

    def evaluated_by(self, statement: TopLevel) -> list[Marker]:
        """Return the markers that a statement may read when it runs."""
        return [marker for marker in self.held_by(statement) if runs(self.tree, marker.node)]
