"""Places of a text without markers where a template had them: what stood in a trial there still does."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.entry.selection import Selection
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.markers.search_space import Argument
from hypertemplate.compiler.module_markers import ModuleMarkers
from hypertemplate.compiler.syntax.nodes import last_name
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.tree import Tree


@dataclass(frozen=True, slots=True)
class ReplacedMarkers:
    """Markers of a template that a text has values for.

    Attributes:
        spans: their places in the text, in order.
        data_args: expression for the arguments of the data function, a tuple; empty for none.
    """

    spans: tuple[Span, ...]
    data_args: str = ""

    def added(self, marked: ModuleMarkers, trees: Iterable[Tree]) -> ModuleMarkers:
        """Return the markers of some parts, with the replaced ones, which draw nothing."""
        call = ast.Call(ast.Name(""), [], [])
        own = (
            Marker(span, _expression(tree, span), call, "choice")
            for tree in trees
            for span in self.spans
            if span.part == tree.part
        )
        every = sorted((*marked.markers, *own), key=lambda marker: marker.span)
        return marked._replace(markers=tuple(every))

    def completed(self, module: Module, selection: Selection) -> Selection:
        """Return the functions with the arguments of the data function, which no search gives any more.

        They stand where the text calls it.

        Args:
            module: the text.
            selection: the functions.
        """
        data = selection.data
        if not self.data_args or data is None:
            return selection
        calls = (node for tree in module.trees for node in tree.parents if isinstance(node, ast.Call))
        given = next(one.args for one in calls if last_name(one.func) == data.name and one.args)
        argument = Argument("data_args", self.data_args, data.span, False)
        count = None if any(isinstance(item, ast.Starred) for item in given) else len(given)
        node = ast.Tuple(given, ast.Load())
        return replace(selection, data_args=argument, data_args_node=node, data_args_count=count)


def _expression(tree: Tree, span: Span) -> ast.expr:
    """Return the expression that a text at a place is, less the parentheses around it."""
    nodes = (node for node in ast.walk(tree.module) if isinstance(node, ast.expr))
    return next(node for node in nodes if tree.span(node).inside(span))  # the outermost one comes first


def replaced_markers(edits: Sequence[Edit], marked: Sequence[Edit], data_args: str = "") -> ReplacedMarkers:
    """Return the places of markers once edits are made.

    Args:
        edits: all edits of a template, in source order.
        marked: those among them that replace markers.
        data_args: as in `ReplacedMarkers`.
    """
    spans: list[Span] = []
    moved: dict[int, int] = {}
    for edit in edits:
        part, (start, end) = edit.span.part, (edit.span.start, edit.span.end)
        begin = start + moved.get(part, 0)
        if edit in marked:
            spans.append(Span(part, begin, begin + len(edit.text)))
        moved[part] = moved.get(part, 0) + len(edit.text) - (end - start)
    return ReplacedMarkers(tuple(spans), data_args)
