"""One of two versions of a template: its statements, and the labels of the draws in them."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hypertemplate.compiler.analysis import Analysis, analyse
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel, place
from hypertemplate.compiler.edits import branches
from hypertemplate.compiler.edits.changes import Branch
from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.labels import assign_labels
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.markers.parameters import indexed
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.compiler.syntax.tree import Tree

Index = tuple[int, ...] | None
"""Values of the indices of one draw of a subscripted marker; None for a marker that draws once."""

_HOLE = "{{}}"


@dataclass(frozen=True, eq=False)
class Version:
    """Version of a template.

    Attributes:
        source: its source.
        analysis: what is known of it.
        is_after: whether it is the later one of two.
    """

    source: Source
    analysis: Analysis
    is_after: bool

    @functools.cached_property
    def draws(self) -> Mapping[ast.AST, DrawCall]:
        """Draws by their nodes: whole markers, and calls inside options."""
        found: dict[ast.AST, DrawCall] = {}
        for marker, draw in self._marked:
            found[marker.node] = draw
            found.update((inner.call, inner) for inner in draw.walk() if inner is not draw)
        return found

    @functools.cached_property
    def range_nodes(self) -> frozenset[ast.AST]:
        """Nodes of ranges and lists of options, which are evaluated once, when the template is loaded."""
        expressions = (one for draw in self.draws.values() for one in draw.evaluated_at_load())
        return frozenset(node for one in expressions for node in ast.walk(one))

    @functools.cached_property
    def subscripts(self) -> Mapping[DrawCall, ast.expr]:
        """Subscripts of the draws that are whole markers, where they have one."""
        return {draw: marker.subscript for marker, draw in self._marked if marker.subscript is not None}

    @property
    def _marked(self) -> Iterator[tuple[Marker, DrawCall]]:
        own = (one.draws for one in self.analysis.project.modules.values())
        for draws in (self.analysis.draws, *own):
            yield from draws.items()

    @functools.cached_property
    def labels(self) -> Mapping[DrawCall, Mapping[Index, str]]:
        """Labels, by index, of each draw that is searched, also inside options."""
        searched = list(self.analysis.searched())
        labels, _ = assign_labels([(statement.tree, marker, draw) for statement, marker, draw in searched])
        found: dict[DrawCall, Mapping[Index, str]] = {}
        for _, marker, outer in searched:
            indices = self.analysis.indices.get(marker)
            for draw in outer.walk():
                label = labels[draw]
                found[draw] = (
                    {None: label} if indices is None else {one: indexed(label, one) for one in indices}
                )
        return found

    @functools.cached_property
    def running(self) -> Mapping[ast.AST, TopLevel]:
        """Statements that trials need, those whose results are in memory too, by their nodes."""
        return {statement.node: statement for statement in self.analysis.partition.needed}


def version_of(
    source: Source, model: str | None, data: str | None, memory: Memory | None, *, is_after: bool
) -> Version:
    """Analyse a version; arguments as in `edits_between`.

    Raises:
        CompileError: it has errors that leave its statements without a place.
    """
    return Version(source, analyse(source, model, data, memory), is_after)


@dataclass(frozen=True, eq=False)
class View:
    """Module of a version: the template itself, or one of the user's own modules.

    Attributes:
        version: the version.
        module: its module.
    """

    version: Version
    module: Module

    def draw(self, node: ast.AST) -> DrawCall | None:
        """Return the draw that a node is: a whole marker, or a call inside an option."""
        return self.version.draws.get(node)

    def tree(self, node: ast.AST) -> Tree:
        """Return the tree of a node."""
        return next(tree for tree in self.module.trees if node in tree.parents)

    def place(self, node: ast.expr | ast.stmt) -> str:
        """Return the line of a node as people read it."""
        return place(self.tree(node), node)

    @functools.cached_property
    def _keys(self) -> dict[ast.AST, str]:
        return {}

    def key(self, node: ast.AST) -> str:
        """Return a text that nodes share which differ in layout and in the contents of markers alone."""
        if node not in self._keys:
            self._keys[node] = self._key(node)
        return self._keys[node]

    def _key(self, node: ast.AST) -> str:
        if node in self.version.draws:
            return _HOLE
        if isinstance(node, ast.Constant):
            return f"{type(node.value).__name__}:{node.value!r}"
        return f"{type(node).__name__}({','.join(map(self._value_key, (v for _, v in fields(node))))})"

    def _value_key(self, value: object) -> str:
        if isinstance(value, list):
            return f"[{','.join(map(self._value_key, value))}]"
        return self.key(value) if isinstance(value, ast.AST) else repr(value)

    def branch(self, test: ast.expr, *, taken: bool) -> Branch | None:
        """Return the branch in which a test has a result; None unless it tests one draw against constants."""
        draws: set[DrawCall] = set()

        def is_value(node: ast.expr) -> bool:
            draw = self._drawn(node)
            draws.update(() if draw is None else (draw,))
            return draw is not None

        if not branches.is_test(test, is_value) or len(draws) != 1:
            return None
        label = self.version.labels.get(draws.pop(), {}).get(None)
        if label is None:
            return None
        plain = branches.with_value(test, is_value)
        shown = branches.shown(plain, label, taken=taken)
        return Branch(label, self.version.is_after, ast.unparse(plain), taken, shown)

    def _drawn(self, node: ast.expr) -> DrawCall | None:
        """Return the draw of a marker, or of a name that is bound to one marker and to nothing else."""
        value = self.module.only_value(self.tree(node), node) if isinstance(node, ast.Name) else node
        return self.draw(value) if isinstance(value, ast.Set) else None


_IGNORED = frozenset({"kind", "type_comment"})
"""Fields of nodes that no code can tell."""


def fields(node: ast.AST) -> Iterator[tuple[str, object]]:
    """Yield the fields of a node that have a meaning, with their values."""
    return ((name, getattr(node, name, None)) for name in node._fields if name not in _IGNORED)
