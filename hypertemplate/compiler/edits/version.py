"""One of two versions of a template: its statements, and the labels of the draws in them."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hypertemplate.compiler.analysis import Analysis, analyse
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.labels import assign_labels
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.markers.parameters import indexed
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.compiler.syntax.tree import Tree

Index = tuple[int, ...] | None
"""Values of the indices of one draw of a subscripted marker; None for a marker that draws once."""


@dataclass(frozen=True, eq=False)
class Place:
    """Node of a version, with its tree and the module that it belongs to."""

    tree: Tree
    node: ast.AST
    module: Module


@dataclass(frozen=True, eq=False)
class Version:
    """Version of a template.

    Attributes:
        source: its source.
        analysis: what is known of it.
    """

    source: Source
    analysis: Analysis

    @functools.cached_property
    def draws(self) -> Mapping[ast.AST, DrawCall]:
        """Draws by their nodes: whole markers, and calls inside options."""
        found: dict[ast.AST, DrawCall] = {}
        for marker, draw in self._marked:
            found[marker.node] = draw
            found.update((inner.call, inner) for inner in draw.walk() if inner is not draw)
        return found

    @functools.cached_property
    def subscripts(self) -> Mapping[DrawCall, ast.expr]:
        """Subscripts of the draws that have one, in whole markers."""
        return {draw: marker.subscript for marker, draw in self._marked if marker.subscript is not None}

    @property
    def _marked(self) -> Iterator[tuple[Marker, DrawCall]]:
        own = (one.draws for one in self.analysis.project.modules.values())
        for draws in (self.analysis.draws, *own):
            yield from draws.items()

    @functools.cached_property
    def labels(self) -> Mapping[DrawCall, tuple[tuple[Index, str], ...]]:
        """Labels of each draw that is searched, by index; those inside options too."""
        searched = list(self.analysis.searched())
        labels, _ = assign_labels([(statement.tree, marker, draw) for statement, marker, draw in searched])
        found: dict[DrawCall, tuple[tuple[Index, str], ...]] = {}
        for _, marker, outer in searched:
            indices = self.analysis.indices.get(marker)
            for draw in outer.walk():
                label = labels[draw]
                found[draw] = (
                    ((None, label),)
                    if indices is None
                    else tuple((values, indexed(label, values)) for values in indices)
                )
        return found

    @functools.cached_property
    def running(self) -> frozenset[TopLevel]:
        """Statements that trials need, those whose results are in memory too."""
        return frozenset(self.analysis.partition.needed)


def version_of(source: Source, model: str | None, data: str | None, memory: Memory | None) -> Version:
    """Analyse a version; arguments as in `edits_between`.

    Raises:
        CompileError: it has errors that leave its statements without a place.
    """
    return Version(source, analyse(source, model, data, memory))
