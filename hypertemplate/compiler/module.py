"""A template's top-level statements, functions and import aliases: what the later stages ask about."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hypertemplate.compiler.effects import changed
from hypertemplate.compiler.parsing import Tree
from hypertemplate.compiler.replaced import bound_by_star
from hypertemplate.compiler.scopes import FunctionNode, Names, Use, names_of
from hypertemplate.compiler.source import Span, byte_offset_at

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
        origin = self.tree.origin
        if origin.cell is not None:
            return f"line {self.node.lineno} of cell {origin.cell}"
        return f"line {self.node.lineno}" + (f" of {origin.name}" if origin.module else "")


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
        changers: name to the statements that change the object it holds, when they run.
    """

    trees: tuple[Tree, ...]
    statements: tuple[TopLevel, ...]
    functions: dict[str, list[Function]] = field(default_factory=dict)
    nested: dict[str, FunctionNode] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    binders: dict[str, list[TopLevel]] = field(default_factory=dict)
    users: dict[str, list[TopLevel]] = field(default_factory=dict)
    changers: dict[str, list[TopLevel]] = field(default_factory=dict)

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

    @functools.cached_property
    def changed_when_called(self) -> dict[str, set[str]]:
        """For each function, lambda and class the module's names that running it binds or changes."""
        defined = [(n, s) for n, found in self.binders.items() for s in found if defines(s.node)]
        changes: dict[str, set[str]] = {}
        for name, statement in defined:
            own = statement.names.deferred & set(changed(statement.node, bodies=True))
            changes.setdefault(name, set()).update(own | statement.names.declares)
        grown = True
        while grown:
            grown = False
            for name, statement in defined:
                called = statement.names.deferred & changes.keys()
                more = set().union(*(changes[other] for other in called)) - changes[name]
                changes[name] |= more
                grown = grown or bool(more)
        return changes

    def function(self, name: str) -> Function | None:
        """The definition that counts: the last one."""
        return self.functions[name][-1] if name in self.functions else None

    def dotted(self, node: ast.expr) -> str | None:
        """The full path of a name or attribute through the imports: ``keras.layers.Dense``.

        None where the expression is neither, or where its first name is no import.
        """
        attributes: list[str] = []
        while isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self.aliases:
            return None
        return ".".join([self.aliases[node.id], *reversed(attributes)])


def defines(node: ast.stmt) -> bool:
    """Whether a statement defines something that runs when it is called, a lambda too."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return True
        case ast.Assign(value=ast.Lambda()) | ast.AnnAssign(value=ast.Lambda()):
            return True
    return False


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
        for name in set(changed(statement.node)):
            module.changers.setdefault(name, []).append(statement)
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


def _index(node: ast.AST, module: Module) -> None:
    match node:
        case ast.Import(names=names):
            for alias in names:
                path = alias.name if alias.asname else alias.name.split(".")[0]
                module.aliases[alias.asname or path] = path
        case ast.ImportFrom(module=str(origin), names=[ast.alias(name="*")], level=0):
            module.stars.append(origin)
        case ast.ImportFrom(module=str(origin), names=names, level=0):
            for alias in names:
                module.aliases[alias.asname or alias.name] = f"{origin}.{alias.name}"
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


def future_features(node: ast.stmt) -> Iterator[str]:
    """The features of a ``from __future__ import``, which becomes compiler flags."""
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        yield from (alias.name for alias in node.names)


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


def is_main_guard(node: ast.stmt) -> bool:
    """Whether a statement is ``if __name__ == "__main__":`` and nothing else.

    With an ``else``, which is what an import runs, it is an ordinary statement whose test is false.
    """
    return isinstance(node, ast.If) and not node.orelse and tests_main(node)


def tests_main(node: ast.stmt) -> bool:
    """Whether a statement is an ``if __name__ == "__main__"``, whose test is false in a trial."""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = [node.test.left, *node.test.comparators]
    named = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    main = any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)
    return named and main and all(isinstance(op, ast.Eq) for op in node.test.ops)
