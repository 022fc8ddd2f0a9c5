"""A template's top-level statements, functions and import aliases: what the later stages ask about."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from hypertemplate.compiler.dataflow.aliases import Sharing, constants
from hypertemplate.compiler.dataflow.bindings import bound_first
from hypertemplate.compiler.dataflow.function_effects import changed_when_called, local_effects, returned_by
from hypertemplate.compiler.dataflow.mutations import Local, changed, dotted
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.syntax.hyperas_imports import bound_by_star
from hypertemplate.compiler.syntax.scopes import FunctionNode, Names, Use, names_of
from hypertemplate.compiler.syntax.source import Span, byte_offset_at
from hypertemplate.compiler.syntax.statements import defines, future_features, tests_main
from hypertemplate.compiler.syntax.tree import Tree

_DEF = re.compile(r"def[\s\\]+")


@dataclass(frozen=True, eq=False)
class TopLevel:
    """One top-level statement.

    Attributes:
        number: from 0, in source order over all parts.
        tree: its part.
        node: the statement.
        span: where it stands, decorators included.
        names: what it binds and uses.
    """

    number: int
    tree: Tree
    node: ast.stmt
    span: Span
    names: Names

    @property
    def place(self) -> str:
        """Its line, as people read it: ``line 3``, ``line 3 of cell 2``, ``line 3 of network.py``."""
        return place(self.tree, self.node)

    @functools.cached_property
    def binds_first(self) -> set[str]:
        """The names that a loop or ``with`` binds before its body, which reads no other value."""
        return bound_first(self.node) - self.names.deferred


@dataclass(frozen=True, eq=False)
class Function:
    """A function of the module's own scope and the statement that defines it."""

    name: str
    node: FunctionNode
    statement: TopLevel

    @property
    def span(self) -> Span:
        """Where its name stands in its definition."""
        tree = self.statement.tree
        keyword = _DEF.search(tree.text, byte_offset_at(tree.text, self.node.lineno, self.node.col_offset))
        assert keyword is not None
        return Span(tree.part, keyword.end(), keyword.end() + len(self.name))


@dataclass(frozen=True, eq=False)
class Module:
    """All parts of a template as one module.

    Attributes:
        trees: the parts.
        statements: in source order.
        functions: name to its definitions at module scope, in source order; those inside an ``if`` or
            ``try`` at the top level count.
        nested: name to the first definition inside a function or class.
        aliases: name to the dotted path that an import anywhere binds it to.
        stars: the modules of star imports.
        binders: name to the statements that bind it at module scope.
        users: name to the statements that name it anywhere.
    """

    trees: tuple[Tree, ...]
    statements: tuple[TopLevel, ...]
    functions: dict[str, list[Function]] = field(default_factory=dict)
    nested: dict[str, FunctionNode] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    binders: dict[str, list[TopLevel]] = field(default_factory=dict)
    users: dict[str, list[TopLevel]] = field(default_factory=dict)

    @property
    def is_notebook(self) -> bool:
        """Whether the parts are cells or history, of which only what is needed is kept."""
        return any(tree.origin.kind != "file" for tree in self.trees)

    def imports_part(self, node: ast.stmt) -> bool:
        """Whether a statement imports from a file that is compiled with the template."""
        return isinstance(node, ast.ImportFrom) and node.module in self.imported

    @functools.cached_property
    def imported(self) -> frozenset[str]:
        """The names under which the template imports the files that are compiled with it."""
        return frozenset(tree.origin.module for tree in self.trees if tree.origin.module)

    def always_imported(self, name: str) -> bool:
        """Whether imports alone bind a name, and all to the same."""
        binders = self.binders.get(name, ())
        paths = {path for one in binders for bound, path in _imported(one.node) if bound == name}
        return len(paths) == 1 and all(isinstance(one.node, (ast.Import, ast.ImportFrom)) for one in binders)

    @functools.cached_property
    def local(self) -> Local:
        """What calls of imported and of the template's own functions do to what they are given."""
        return local_effects((tree.module for tree in self.trees), self.aliases)

    @functools.cached_property
    def sharing(self) -> Sharing:
        """Which names may stand for the same object, or for one that holds the other's."""
        nodes = [statement.node for statement in self.statements]
        functions = {name: [one.node for one in found] for name, found in self.functions.items()}
        returned, returning = returned_by(functions, self.local)
        alone = {name for name, names in returned.items() if not names}
        return Sharing(nodes, self.aliases.keys() | self.constants | alone, returned, returning)

    @functools.cached_property
    def constants(self) -> frozenset[str]:
        """The names that only ever have values that nothing can change: numbers, texts, sizes."""
        return constants({name: [one.node for one in found] for name, found in self.binders.items()})

    @functools.cached_property
    def changers(self) -> dict[str, list[TopLevel]]:
        """Name to the statements that change the object it holds, or bind it by a call, when they run."""
        changers: dict[str, list[TopLevel]] = {}
        for statement in self.statements:
            names = set(changed(statement.node, local=self.local))
            for name in names.union(*self.changes_of_calls(statement)):
                changers.setdefault(name, []).append(statement)
        return changers

    def changes_of_calls(self, statement: TopLevel) -> Iterator[set[str]]:
        """For each function and so on that a statement names the module's names that a call of it changes."""
        for name in statement.names.immediately & self.changed_when_called.keys():
            yield self.changed_when_called[name]

    @functools.cached_property
    def changed_when_called(self) -> dict[str, set[str]]:
        """For each function, and what holds one, the module's names that calling it binds or changes."""
        functions = [one for found in self.functions.values() for one in found]
        defining = {one.statement for one in functions} | {s for s in self.statements if defines(s.node)}
        return changed_when_called(
            [(one.node, one.names, one in defining) for one in self.statements], self.local
        )

    def function(self, name: str) -> Function | None:
        """The definition that counts: the last one."""
        return self.functions[name][-1] if name in self.functions else None

    def dotted(self, node: ast.expr) -> str | None:
        """The full path of a name or attribute through the imports: ``keras.layers.Dense``.

        None where the expression is neither, or where its first name is no import.
        """
        return dotted(node, self.aliases)


def place(tree: Tree, node: ast.expr | ast.stmt, seen_from: Tree | None = None) -> str:
    """The line of a node as people read it; from another file with the name of its own."""
    origin = tree.origin
    if origin.cell is not None:
        return f"line {node.lineno} of cell {origin.cell}"
    other = seen_from is not None and seen_from is not tree
    named = origin.module or origin.kind == "history" or other
    return f"line {node.lineno}" + (f" of {origin.name}" if named else "")


def build_module(trees: tuple[Tree, ...]) -> Module:
    """Index the statements of all parts."""
    lazy = any(_has_lazy_annotations(tree) for tree in trees)
    statements = tuple(
        TopLevel(number, tree, node, tree.span(node), names_of(node, lazy_annotations=lazy))
        for number, (tree, node) in enumerate((tree, node) for tree in trees for node in tree.module.body)
    )
    module = Module(trees, statements)
    for statement in statements:
        starred = bound_by_star(statement.node)
        if starred:
            statement.names.binds |= starred
            statement.names.star = False
        if module.imports_part(statement.node):
            statement.names.uses += _renamed(statement.node)
        for function in _functions_of(statement):
            module.functions.setdefault(function.name, []).append(function)
        for name in statement.names.binds | statement.names.declares:
            module.binders.setdefault(name, []).append(statement)
        for name in statement.names.everywhere:
            module.users.setdefault(name, []).append(statement)
    for tree in trees:
        for node in ast.walk(tree.module):
            _index(node, module)
    return module


def _renamed(node: ast.stmt) -> Iterator[Use]:
    """What an import from a file compiled with the template reads: ``build`` of ``build as model``."""
    assert isinstance(node, ast.ImportFrom)
    for alias in node.names:
        if alias.asname is not None:
            yield Use(alias.name, ast.copy_location(ast.Name(alias.name), alias), True, False)


def _imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Pairs of a name that an import binds and the dotted path of what it is."""
    match node:
        case ast.Import(names=names):
            for alias in names:
                path = alias.name if alias.asname else alias.name.split(".")[0]
                yield alias.asname or path, path
        case ast.ImportFrom(module=str(origin), names=names, level=0):
            yield from ((alias.asname or alias.name, f"{origin}.{alias.name}") for alias in names)


def _index(node: ast.AST, module: Module) -> None:
    match node:
        case ast.ImportFrom(module=str(origin), names=[ast.alias(name="*")], level=0):
            module.stars.append(origin)
        case ast.Import() | ast.ImportFrom():
            module.aliases.update(_imported(node))
        case ast.FunctionDef() | ast.AsyncFunctionDef() if node.name not in module.functions:
            module.nested.setdefault(node.name, node)


def _functions_of(statement: TopLevel) -> Iterator[Function]:
    """The functions that a top-level statement defines at module scope."""
    waiting: list[ast.AST] = [statement.node]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield Function(node.name, node, statement)
        elif not isinstance(node, (ast.ClassDef, ast.expr)):
            waiting += list(ast.iter_child_nodes(node))


def _has_lazy_annotations(tree: Tree) -> bool:
    return any("annotations" in future_features(node) for node in tree.module.body)


def immediate_calls(statement: TopLevel) -> Iterator[ast.Call]:
    """The calls that run when the statement does: not those in bodies of functions and lambdas."""
    if isinstance(statement.node, ast.If) and tests_main(statement.node):
        return calls_outside_functions(list(statement.node.orelse))
    return calls_outside_functions([statement.node])


def calls_outside_functions(nodes: list[ast.AST]) -> Iterator[ast.Call]:
    """The calls below `nodes` that are not in the body of a function defined there."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            waiting += getattr(node, "decorator_list", [])
            waiting += [default for default in (*node.args.defaults, *node.args.kw_defaults) if default]
        else:
            if isinstance(node, ast.Call):
                yield node
            waiting += list(ast.iter_child_nodes(node))


def holding(statements: Iterable[TopLevel], markers: tuple[Marker, ...]) -> list[TopLevel]:
    """The statements that hold a marker; both are in source order."""
    holding: list[TopLevel] = []
    position = 0
    for statement in statements:
        start = (statement.span.part, statement.span.start)
        while position < len(markers) and (markers[position].span.part, markers[position].span.start) < start:
            position += 1
        if position < len(markers) and markers[position].span.inside(statement.span):
            holding.append(statement)
    return holding
