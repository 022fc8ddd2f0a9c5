"""A template's top-level statements, functions and import aliases, which the later stages query."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from hypertemplate.compiler.dataflow.aliases import constants
from hypertemplate.compiler.dataflow.bindings import text_values
from hypertemplate.compiler.dataflow.facts import Facts
from hypertemplate.compiler.dataflow.function_effects import knowledge
from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.syntax.hyperas_imports import bound_by_star
from hypertemplate.compiler.syntax.import_paths import bound_paths, origin
from hypertemplate.compiler.syntax.listed_classes import LISTING, listings, may_be_listed
from hypertemplate.compiler.syntax.looked_up_names import (
    LOOKING_UP,
    is_immediate,
    look_ups,
    standing_for_it,
)
from hypertemplate.compiler.syntax.name_scopes import binders_among, binders_of, scope_of
from hypertemplate.compiler.syntax.nodes import bodies, calls, dotted, parameters
from hypertemplate.compiler.syntax.scopes import FunctionNode, Use, names_of
from hypertemplate.compiler.syntax.source import Span, byte_offset_at
from hypertemplate.compiler.syntax.statements import defines, future_features, tests_main
from hypertemplate.compiler.syntax.tree import Tree

_DEF = re.compile(r"def[\s\\]+")


@dataclass(frozen=True, eq=False)
class Function:
    """Function of the module's own scope, with the statement that defines it."""

    name: str
    node: FunctionNode
    statement: TopLevel

    @property
    def span(self) -> Span:
        """Span of its name in its definition."""
        tree = self.statement.tree
        keyword = _DEF.search(tree.text, byte_offset_at(tree.text, self.node.lineno, self.node.col_offset))
        assert keyword is not None
        return Span(tree.part, keyword.end(), keyword.end() + len(self.name))


FILES = "files"
"""Stands for all files among the packages of `OwnUse`: what one module writes, another one may read."""


OBEYED = frozenset({"decimal", "numpy", "pandas", "torch"})
"""Packages whose options their objects obey wherever they compute, or are written as texts."""


@dataclass(frozen=True, slots=True)
class OwnUse:
    """Use of the user's own modules by code, through whatever other modules of theirs.

    Attributes:
        reads: packages whose state it may read.
        sets: packages whose state it may change when it runs.
        texts: texts in it, if it reads or writes files.
        changes: dotted names of objects of these modules that it may change; a module stands for all of
            its objects.
        needs: dotted names of those that it may read.
    """

    reads: frozenset[str] = frozenset()
    sets: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


class ImportedCode(Protocol):
    """Code of the user's own modules that runs when a statement is the first to import them."""

    @property
    def loads(self) -> frozenset[str]:
        """Modules of theirs that the statement imports, first or again, and those that they import."""

    @property
    def runs(self) -> frozenset[str]:
        """Modules of theirs whose code it is."""

    @property
    def reads(self) -> frozenset[str]:
        """Modules of theirs, and packages, whose state it may read."""

    @property
    def sets(self) -> frozenset[str]:
        """Modules of theirs, and packages, whose state it may change."""

    @property
    def texts(self) -> frozenset[str]:
        """Texts in it, if it reads or writes files."""

    @property
    def seeds(self) -> frozenset[str]:
        """Packages whose random generator it seeds."""

    @property
    def draws(self) -> frozenset[str]:
        """Packages whose random generator it seeds, or may draw from."""


@dataclass(frozen=True, eq=False)
class Module:
    """Module that all parts of a template form.

    Attributes:
        trees: parts of the template.
        statements: statements in source order.
        functions: definitions at module scope, by name, in source order; those inside an ``if`` or
            ``try`` at the top level count.
        nested: first definitions inside functions or classes, by name.
        aliases: dotted paths that imports anywhere bind, by name.
        stars: modules of star imports.
        binders: statements that bind a name at module scope, by name.
        users: statements that use a name anywhere, by name.
        entry: calls of data and model, as if they were below the last statement; see `enter`.
        given: names that have a value before anything runs, and that no statement binds.
        given_code: those among them whose values are code that is not here, or objects with such code.
        shared: pairs among them whose objects are, or hold, the same one.
        reaches: dotted paths in modules with markers that their code leads to, by name.
        marked: statements that a marker in an imported module reaches, by number, with the reason.
        loads: packages of the user's own that a statement imports anew, by its number.
        own_uses: uses of the user's own modules by statements, also in functions, by number.
        imported_code: code of these modules that imports of a statement run, also in functions, by number.
    """

    trees: tuple[Tree, ...]
    statements: tuple[TopLevel, ...]
    functions: dict[str, list[Function]] = field(default_factory=dict)
    nested: dict[str, FunctionNode] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    binders: dict[str, list[TopLevel]] = field(default_factory=dict)
    users: dict[str, list[TopLevel]] = field(default_factory=dict)
    entry: list[TopLevel] = field(default_factory=list)
    given: frozenset[str] = frozenset()
    given_code: frozenset[str] = frozenset()
    shared: frozenset[tuple[str, str]] = frozenset()
    reaches: Mapping[str, frozenset[str]] = field(default_factory=dict)
    marked: dict[int, str] = field(default_factory=dict)
    loads: dict[int, set[str]] = field(default_factory=dict)
    own_uses: dict[int, OwnUse] = field(default_factory=dict)
    imported_code: dict[int, ImportedCode] = field(default_factory=dict)

    @property
    def package(self) -> str:
        """Package that relative imports of the template start from."""
        return self.trees[-1].origin.package if self.trees else ""

    def as_main(self) -> Module:
        """Return the template as a main program, in which the statements of the ``__main__`` part run too."""
        trees = tuple(tree if tree.origin.module else tree.as_main() for tree in self.trees)
        return self if trees == self.trees else build_module(trees)

    @property
    def lazy_annotations(self) -> bool:
        """True if annotations are not evaluated."""
        return any(_has_lazy_annotations(tree) for tree in self.trees)

    @property
    def is_notebook(self) -> bool:
        """True if the parts are cells or history, of which only the needed statements are kept."""
        return any(tree.origin.kind != "file" for tree in self.trees)

    def imports_part(self, node: ast.stmt) -> bool:
        """Tell whether a statement imports from a file that is compiled with the template."""
        return isinstance(node, ast.ImportFrom) and origin(node, self.package) in self.imported

    @functools.cached_property
    def imported(self) -> frozenset[str]:
        """Names under which the template imports the files that are compiled with it."""
        return frozenset(tree.origin.module for tree in self.trees if tree.origin.module)

    def deferred(self, name: str) -> set[str]:
        """Return the names in the functions and lambdas of the statements that bind a name."""
        return set().union(*(binder.names.deferred for binder in self.binders.get(name, ())))

    @functools.cached_property
    def declared_global(self) -> frozenset[str]:
        """Names that some function declares ``global``."""
        nodes = (node for tree in self.trees for node in ast.walk(tree.module))
        return frozenset(name for node in nodes if isinstance(node, ast.Global) for name in node.names)

    @functools.cached_property
    def _unknown_binders(self) -> tuple[TopLevel, ...]:
        """Statements that may bind names which the text does not show: star imports, ``exec``."""
        return tuple(s for s in self.statements if s.names.dynamic or s.names.star)

    def only_binder(self, tree: Tree, use: ast.Name) -> ast.AST | None:
        """Return the node that alone binds a name, wherever it is used; None for parameters, and if in doubt.

        Args:
            tree: part with the use.
            use: the name, where it is used or bound.
        """
        scope, name = scope_of(tree, use), use.id
        if scope is None:
            statements = self.binders.get(name, [])
            others = (s for s in self._unknown_binders if s.names.dynamic or s.number > statements[0].number)
            if not statements or name in self.declared_global | self.given or any(others):
                return None
            found = list(binders_among((one.node for one in statements), name))
            if len(set(statements)) > 1:  # the name may not stand in one: a star import of an own module
                return None
        elif isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)) and name not in parameters(scope):
            found = list(binders_of(scope, name))
        else:
            return None
        return found[0] if len(found) == 1 else None

    def only_value(self, tree: Tree, use: ast.Name) -> ast.expr | None:
        """Return the value of a name that alone is assigned to it; None if in doubt.

        Args:
            tree: part with the use.
            use: the name, where it is used.
        """
        binder = self.only_binder(tree, use)
        match tree.parents.get(binder) if binder is not None else None:
            case ast.Assign(targets=[target], value=value) if target is binder:
                return value
        return None

    def read_when_run(self, statement: TopLevel) -> set[str]:
        """Return the names that a statement reads when it runs, also in functions that it names."""
        reads = statement.names.immediately - statement.binds_first
        return reads.union(*map(self._read_when_called, reads))

    def _read_when_called(self, name: str) -> frozenset[str]:
        """Return the names that the functions bound to a name read when called, also through others."""
        if name not in self._called:
            self._called[name] = frozenset(reachable(self.deferred(name), self.deferred))
        return self._called[name]

    @functools.cached_property
    def _called(self) -> dict[str, frozenset[str]]:
        return {}

    def always_imported(self, name: str) -> bool:
        """Tell whether imports alone bind a name, and all to the same path."""
        binders = self.binders.get(name, ())
        imports = ((one.node, one.tree.origin.package) for one in binders)
        paths = {path for found in imports for bound, path in bound_paths(*found) if bound == name}
        return len(paths) == 1 and all(isinstance(one.node, (ast.Import, ast.ImportFrom)) for one in binders)

    @functools.cached_property
    def made_with(self) -> Mapping[str, frozenset[str]]:
        """Names of objects that obey options of the packages which made them, by these packages."""

        def computed(name: str) -> Iterator[str]:
            for user in self.users.get(name, ()):
                if name in user.names.immediately and not defines(user.node):
                    yield from user.names.binds

        packages = {name: path.partition(".")[0] for name, path in self.aliases.items()}
        return {
            one: frozenset(reachable([n for n, package in packages.items() if package == one], computed))
            for one in OBEYED & {*packages.values()}
        }

    @functools.cached_property
    def constants(self) -> frozenset[str]:
        """Names that only ever have immutable values: numbers, texts, sizes."""
        return constants({name: [one.node for one in found] for name, found in self.binders.items()})

    @functools.cached_property
    def facts(self) -> Facts:
        """Facts about the statements, and about the calls of data and model that follow them."""
        objects = self.given.union(self.binders) - self.aliases.keys() - self.constants
        trees = [tree.module for tree in self.trees]
        values = text_values({name: [one.node for one in found] for name, found in self.binders.items()})
        lazy = self.lazy_annotations
        known = knowledge(trees, self.aliases, objects, lazy_annotations=lazy, values=values)
        given = self.given & objects
        return Facts(known, [*self.statements, *self.entry], given, self.given_code, self.shared)

    def function(self, name: str) -> Function | None:
        """Return the definition that counts: the last one."""
        return self.functions[name][-1] if name in self.functions else None

    def dotted(self, node: ast.expr) -> str | None:
        """Return the full path of a name or attribute through the imports: ``keras.layers.Dense``.

        Return None if the expression is neither, or if its first name is not an import.
        """
        return dotted(node, self.aliases)


def with_given(
    module: Module,
    names: Collection[str],
    imports: Mapping[str, str],
    code: Collection[str],
    shared: Collection[tuple[str, str]],
    reaches: Mapping[str, frozenset[str]],
) -> Module:
    """Add what has a value before anything runs.

    Args:
        module: the template.
        names: names of the values.
        imports: dotted paths of the modules and of what libraries define among them, by name.
        code: names of the values that are, or have, code which is not in the template.
        shared: pairs of names whose objects are, or hold, the same one.
        reaches: dotted paths in modules with markers that their code leads to, by name.
    """
    given = frozenset(module.users.keys() & set(names)) - module.binders.keys()
    module.aliases.update({name: path for name, path in imports.items() if name in given})
    same = frozenset(pair for pair in shared if given.issuperset(pair))
    leading = {name: paths for name, paths in reaches.items() if name in given}
    return replace(module, given=given, given_code=given.intersection(code), shared=same, reaches=leading)


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
            _index(node, module, tree.origin.package)
    _add_look_ups(module)
    return module


def _add_look_ups(module: Module) -> None:
    """Count names that statements look up by their texts as used; any name, where the text is not known."""
    known = standing_for_it(statement.node for statement in module.statements)
    for statement in module.statements if known or any(s in module.users for s in LOOKING_UP) else ():
        own = statement.names.binds | statement.names.declares
        for found in look_ups(statement.tree, statement.node, known):
            names = {found.name} if found.name else module.binders.keys() - own
            _add_uses(module, statement, names, found.node, found.immediate)
    if any(LISTING in tree.text for tree in module.trees):
        _add_listed(module)
    for users in module.users.values():
        users.sort(key=lambda one: one.number)


def _add_listed(module: Module) -> None:
    """Count the classes that have bases as used where code lists what derives from a class."""
    listed = set[str]().union(*(s.names.binds for s in module.statements if may_be_listed(s.node)))
    for statement in module.statements:
        for node in listings(statement.node):
            immediate = is_immediate(statement.tree, node)
            _add_uses(module, statement, listed - statement.names.binds, node, immediate)


def _add_uses(
    module: Module, statement: TopLevel, names: Collection[str], node: ast.expr, immediate: bool
) -> None:
    """Count names as used by a statement; it is no mistake if one of them is not bound there."""
    place = ast.copy_location(ast.Name("", ast.Load()), node)
    for name in set(names) - statement.names.everywhere:
        module.users.setdefault(name, []).append(statement)
    statement.names.uses += [Use(name, place, immediate, True) for name in sorted(names)]


def _renamed(node: ast.stmt) -> Iterator[Use]:
    """Yield the uses of an import from a file compiled with the template: ``build`` of ``build as model``."""
    assert isinstance(node, ast.ImportFrom)
    for alias in node.names:
        if alias.asname is not None:
            yield Use(alias.name, ast.copy_location(ast.Name(alias.name), alias), True, False)


def _index(node: ast.AST, module: Module, package: str) -> None:
    match node:
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            module.stars.extend(path for path in (origin(node, package),) if path is not None)
        case ast.Import() | ast.ImportFrom():
            module.aliases.update(bound_paths(node, package))
        case ast.FunctionDef() | ast.AsyncFunctionDef() if node.name not in module.functions:
            module.nested.setdefault(node.name, node)


def _functions_of(statement: TopLevel) -> Iterator[Function]:
    """Yield the functions that a top-level statement defines at module scope."""
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
    """Return the calls that run with the statement, without those in bodies of functions and lambdas."""
    if tests_main(statement.node) and not statement.tree.is_main:
        return calls(statement.node.orelse)
    return calls([statement.node])


def holding(statements: Iterable[TopLevel], markers: tuple[Marker, ...]) -> list[TopLevel]:
    """Return the statements that hold a marker; both are in source order."""
    holding: list[TopLevel] = []
    position = 0
    for statement in statements:
        start = (statement.span.part, statement.span.start)
        while position < len(markers) and (markers[position].span.part, markers[position].span.start) < start:
            position += 1
        if position < len(markers) and markers[position].span.inside(statement.span):
            holding.append(statement)
    return holding


def imported_by(module: Module, statement: TopLevel) -> Iterator[ImportedCode]:
    """Yield the code that imports of a statement run, and those in functions that it names."""
    if not module.imported_code:
        return
    names = module.read_when_run(statement)
    called = {binder for name in names for binder in module.binders.get(name, ()) if any(bodies(binder.node))}
    for one in (*called, *(() if defines(statement.node) else (statement,))):
        if one.number in module.imported_code:
            yield module.imported_code[one.number]
