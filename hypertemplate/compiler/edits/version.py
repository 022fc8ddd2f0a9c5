"""One of two versions of a template: its statements, and the labels of the draws in them."""

from __future__ import annotations

import ast
import builtins
import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hypertemplate.compiler.analysis import Analysis, analyse
from hypertemplate.compiler.dataflow.module import Module, build_module
from hypertemplate.compiler.dataflow.top_level import TopLevel, place
from hypertemplate.compiler.edits import branches
from hypertemplate.compiler.edits.caught_errors import CaughtErrors
from hypertemplate.compiler.edits.changes import Branch
from hypertemplate.compiler.entry.own_functions.lasting_definitions import LastingDefinitions
from hypertemplate.compiler.entry.own_functions.own_callees import OwnCallee, OwnCallees
from hypertemplate.compiler.footprints import Footprint, Footprints
from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.markers.parameters import indexed, parameters_of
from hypertemplate.compiler.syntax.hyperas_imports import is_replaced
from hypertemplate.compiler.syntax.name_scopes import scope_of
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.compiler.syntax.tree import Tree, parse

Index = tuple[int, ...] | None
"""Values of the indices of one draw of a subscripted marker; None for a marker that draws once."""

_WORD = re.compile(r"\w+")
_HOLE = "{{}}"

_REBINDING = tuple(
    map(frozenset, (["setattr"], ["__setattr__"], ["__dict__"], ["__main__"], ["sys", "modules"]))
)
"""Names in code, some together, with which it may bind any name of a module."""


@dataclass(frozen=True, eq=False)
class Version:
    """Version of a template.

    Attributes:
        source: its source.
        analysis: what is known of it.
        is_after: whether it is the later one of two.
        begun_with: labels of its parameters, in order, under which trials ran it; empty for its own.
    """

    source: Source
    analysis: Analysis
    is_after: bool
    begun_with: tuple[str, ...] = ()

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
        searched, (labels, _) = self.analysis.marked, self.analysis.labelled
        own = [
            parameter.label
            for tree, marker, outer in searched
            for parameter in parameters_of(
                tree,
                outer,
                labels,
                marker.span,
                self.analysis.indices.get(marker),
                self.analysis.late,
            )
        ]
        # An earlier version of the compiler may have made others.
        known = dict(zip(own, self.begun_with, strict=True)) if len(own) == len(self.begun_with) else {}
        found: dict[DrawCall, Mapping[Index, str]] = {}
        for _, marker, outer in searched:
            indices = self.analysis.indices.get(marker)
            for draw in outer.walk():
                label = labels[draw]
                named = {None: label} if indices is None else {one: indexed(label, one) for one in indices}
                found[draw] = {index: known.get(one, one) for index, one in named.items()}
        return found

    @functools.cached_property
    def own_modules(self) -> Mapping[str, View]:
        """The user's own modules that it imports, by name."""
        found = {name: View(self, one.module) for name, one in self.analysis.project.modules.items()}
        for part in self.source.beside:
            trees, _ = parse(Source((part,)))
            found.setdefault(part.module, View(self, build_module(trees)))
        return found

    @functools.cached_property
    def caught_errors(self) -> CaughtErrors:
        """Errors that its code may catch."""
        module, chosen = self.analysis.module, self.analysis.selection
        views = (View(self, module), *self.own_modules.values())
        uncalled = [
            function.statement.node
            for function in (chosen.model, chosen.data)
            if function is not None
            and not any(user.node in self.running for user in module.users.get(function.name, ()))
        ]
        return CaughtErrors([tree for view in views for tree in view.module.trees], self.names, uncalled)

    @functools.cached_property
    def lasting(self) -> LastingDefinitions:
        """Functions and classes that stay as their texts define them."""
        own = {name: view.module for name, view in self.own_modules.items()}
        return LastingDefinitions(self.analysis.module, own)

    @property
    def _nodes(self) -> Iterator[ast.AST]:
        own = (one.module for one in self.analysis.project.modules.values())
        trees = (tree.module for module in (self.analysis.module, *own) for tree in module.trees)
        return (node for tree in trees for node in ast.walk(tree))

    @functools.cached_property
    def _words(self) -> frozenset[str]:
        """Words in the text of modules without markers."""
        return frozenset(word for part in self.source.beside for word in _WORD.findall(part.text))

    @functools.cached_property
    def names(self) -> frozenset[str]:
        """Names that code mentions: of variables, attributes, functions, classes and imports."""
        found = set(self._words)
        for node in self._nodes:
            match node:
                case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                    found.add(name)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    found.add(name)
        return frozenset(found)

    @functools.cached_property
    def bound_names(self) -> frozenset[str]:
        """Names that code binds in any scope; of modules without markers all words but builtins."""
        found = {word for word in self._words if not hasattr(builtins, word)}
        for node in self._nodes:
            found.update(bound_by(node))
        return frozenset(found)

    @functools.cached_property
    def running(self) -> Mapping[ast.AST, TopLevel]:
        """Statements that trials need, those whose results are in memory too, by their nodes."""
        return {statement.node: statement for statement in self.analysis.partition.needed}


def bound_by(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node itself binds, in whatever scope."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
            yield name
        case ast.alias(name=name, asname=other):
            yield other or name.partition(".")[0]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name


def version_of(
    source: Source,
    model: str | None,
    data: str | None,
    memory: Memory | None,
    *,
    is_after: bool,
    begun_with: tuple[str, ...] = (),
) -> Version:
    """Analyse a version; arguments as in `edits_between` and `Version`.

    Raises:
        CompileError: it has errors that leave its statements without a place.
    """
    return Version(source, analyse(source, model, data, memory), is_after, begun_with)


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
    def _callees(self) -> OwnCallees:
        own = {name: view.module for name, view in self.version.own_modules.items()}
        return OwnCallees(self.module, own, self.version.lasting)

    def own_callee(self, call: ast.Call) -> OwnCallee | None:
        """Return the function with a text that a call surely runs; None if in doubt."""
        known = self.version.lasting.are_imports_known
        return self._callees.called(self.tree(call), call) if known else None

    @functools.cached_property
    def _footprints(self) -> Footprints:
        return Footprints(self.module)

    @functools.cached_property
    def _tops(self) -> Mapping[ast.AST, TopLevel]:
        return {statement.node: statement for statement in self.module.statements}

    @functools.cached_property
    def sets_something(self) -> bool:
        """True if a statement that a trial needs leaves what others may read without a name: a setting."""
        needed = (one for one in self.module.statements if one.node in self.version.running)
        return any(self._footprints.of(one).lasting for one in needed)

    def footprint(self, node: ast.stmt) -> Footprint | None:
        """Return what running a top-level statement reads and leaves; None for any other."""
        return self._footprints.of(self._tops[node]) if node in self._tops else None

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

    def branch(self, test: ast.expr, *, taken: bool, is_alone: bool = False) -> Branch | None:
        """Return the branch in which a test has a result; None unless it tests one draw against constants.

        Args:
            test: the test.
            taken: the result.
            is_alone: whether only this version has the test: then its name must surely be bound there.
        """
        draws: set[DrawCall] = set()

        def is_value(node: ast.expr) -> bool:
            draw = self._drawn(node, is_alone=is_alone)
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

    def _drawn(self, node: ast.expr, *, is_alone: bool) -> DrawCall | None:
        """Return the draw of a marker, or of a name that is bound to one marker and to nothing else."""
        match node:
            case ast.Call(func=ast.Name(id="conditional") as func, args=[inner], keywords=[]):
                binders = self.module.binders.get(func.id, ())
                same = binders and all(is_replaced(binder.node) for binder in binders)
                return self._drawn(inner, is_alone=is_alone) if same else None
            case ast.Name():
                return self.drawn_by_name(node, is_alone=is_alone)
        return self.draw(node) if isinstance(node, ast.Set) else None

    def drawn_by_name(self, node: ast.Name, *, is_alone: bool) -> DrawCall | None:
        """Return the draw that a name is bound to, and to nothing else; None if in doubt.

        Args:
            node: the name, where it is used.
            is_alone: whether only this version has the code: then the name must surely be bound there.
        """
        tree = self.tree(node)
        is_of_module = scope_of(tree, node) is None
        if is_of_module and (
            self.module is not self.version.analysis.module  # `nets.optimizer = 'sgd'`
            or any(names <= self.version.names for names in _REBINDING)
        ):
            return None
        value = self.module.only_value(tree, node)
        if value is None or (is_alone and not _is_after(tree, node, tree.parents[value])):
            return None
        return self.draw(value) if isinstance(value, ast.Set) else None


def _is_after(tree: Tree, node: ast.AST, binder: ast.AST) -> bool:
    """Tell whether code runs after a statement only: it is below it in its block, or in a block below it."""
    block = tree.parents[binder]
    around = [child for child, parent in tree.ancestors(node) if parent is block]
    bodies = [value for _, value in fields(block) if isinstance(value, list) and binder in value]
    return any(one in body and body.index(one) > body.index(binder) for body in bodies for one in around)


_IGNORED = frozenset({"kind", "type_comment"})
"""Fields of nodes that no code can tell."""


def fields(node: ast.AST) -> Iterator[tuple[str, object]]:
    """Yield the fields of a node that have a meaning, with their values."""
    return ((name, getattr(node, name, None)) for name in node._fields if name not in _IGNORED)
