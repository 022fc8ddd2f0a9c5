"""References of statements to the user's own modules and to names in them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import dropwhile, takewhile

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.syntax.import_paths import bound_paths, loaded_paths
from hypertemplate.compiler.syntax.nodes import FUNCTIONS
from hypertemplate.compiler.syntax.nodes import evaluated as running
from hypertemplate.compiler.syntax.tree import Tree

_IMPORTS = (ast.Import, ast.ImportFrom)
_CONTAINERS = (ast.Attribute, ast.Dict, ast.List, ast.Tuple, ast.Set, ast.Starred)


@dataclass(frozen=True, slots=True)
class Reference:
    """A name of a module that code uses.

    Attributes:
        module: name of the module.
        name: the name; empty if the code may use any name of the module.
        evaluated: whether a statement computes with it when it runs.
    """

    module: str
    name: str
    evaluated: bool = False


def resolved(path: str, modules: Collection[str], *, evaluated: bool = False) -> Reference | None:
    """Return what a dotted path refers to in some modules; None if it is in none of them."""
    head, rest = path, ""
    while head:
        if head in modules:
            return Reference(head, rest.partition(".")[0], evaluated)
        head, _, last = head.rpartition(".")
        rest = f"{last}.{rest}" if rest else last
    return None


def references(module: Module, statement: TopLevel, modules: Collection[str]) -> Iterator[Reference]:
    """Yield the references of a statement to some modules, those in functions included; imports bind only.

    Args:
        module: module of the statement.
        statement: the statement.
        modules: names of the modules.
    """
    inner = dict(_inner_paths(statement))
    nodes = dict.fromkeys(use.node for use in statement.names.uses)
    if inner:
        every = (node for node in ast.walk(statement.node) if isinstance(node, ast.Name))
        nodes |= dict.fromkeys(node for node in every if node.id in inner)
    for name in nodes:
        path = inner.get(name.id, module.aliases.get(name.id))
        if path is not None:
            whole, evaluated = _with_attributes(statement, name, path), computes(statement.tree, name)
            found = resolved(whole, modules, evaluated=evaluated)
            yield from () if found is None else (found,)
        for reached in module.reaches.get(name.id, ()) if name.id not in inner else ():
            found = resolved(reached, modules, evaluated=computes(statement.tree, name))
            yield from () if found is None else (found,)
    for node in ast.walk(statement.node):
        if isinstance(node, ast.Call):
            yield from (Reference(path, "") for path in loaded_paths(node, "")[-1:] if path in modules)


def runs(tree: Tree, node: ast.AST) -> bool:
    """Return True if an expression may be evaluated when its top-level statement runs.

    A lambda that is given to a call may be called there.
    """
    function: ast.AST | None = None
    given = False
    for child, parent in tree.ancestors(node):
        body = getattr(parent, "body", None) if isinstance(parent, FUNCTIONS) else None
        if body is child or (isinstance(body, list) and child in body):
            function, given = parent, False
        given = given or isinstance(parent, ast.Call)
    return function is None or (isinstance(function, ast.Lambda) and given)


def computes(tree: Tree, name: ast.Name) -> bool:
    """Return True if a statement that runs does more with a name than bind its value or derive from it."""
    return runs(tree, name) and not _is_inert(tree, name)


def _is_inert(tree: Tree, name: ast.Name) -> bool:
    around = dropwhile(lambda pair: isinstance(pair[1], _CONTAINERS), tree.ancestors(name))
    child, parent = next(around)
    match parent:
        case ast.Assign(targets=targets):
            return child is parent.value and all(isinstance(target, ast.Name) for target in targets)
        case ast.AnnAssign(target=target):
            return child is parent.annotation or isinstance(target, ast.Name)
        case ast.ClassDef(bases=bases):
            return child in bases
        case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns):
            return child is returns
    return isinstance(parent, (ast.arg, ast.arguments))


def loaded(statement: TopLevel, modules: Collection[str], *, later: bool) -> Iterator[str]:
    """Yield the modules that a statement imports when it runs.

    Args:
        statement: the statement.
        modules: names of the modules that count.
        later: whether imports in functions count too.
    """
    package = statement.tree.origin.package
    for node in ast.walk(statement.node) if later else running(statement.node):
        yield from (path for path in loaded_paths(node, package) if path in modules)


def _inner_paths(statement: TopLevel) -> Iterator[tuple[str, str]]:
    """Yield the names that imports in functions bind there, with their paths."""
    top = {*running(statement.node)}
    for node in ast.walk(statement.node):
        if isinstance(node, _IMPORTS) and node not in top:
            yield from bound_paths(node, statement.tree.origin.package)


def _with_attributes(statement: TopLevel, name: ast.Name, path: str) -> str:
    """Return the path of a name with the attributes that follow it."""
    parents = (parent for _, parent in statement.tree.ancestors(name))
    attributes = takewhile(lambda parent: isinstance(parent, ast.Attribute), parents)
    return ".".join([path, *(one.attr for one in attributes if isinstance(one, ast.Attribute))])
