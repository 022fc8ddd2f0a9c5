"""Parameters of the user's own functions and classes, after which labels are made."""

from __future__ import annotations

import ast
import functools
from collections.abc import Mapping
from typing import NamedTuple

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.syntax.name_scopes import binders_among, scope_of
from hypertemplate.compiler.syntax.nodes import last_name
from hypertemplate.compiler.syntax.positional_parameters import (
    MAKING,
    of_class,
    of_function,
    place_of,
)
from hypertemplate.compiler.syntax.tree import Tree

_BY_TEXT = frozenset({"__dict__", "__setattr__", "delattr", "eval", "exec", "patch", "setattr", "vars"})
"""Names with which code may replace a function that a text names."""

_PATCHED = frozenset({"__code__", "__init__", "__new__"})
"""Attributes whose assignment may give a function or class other parameters."""


class _Definition(NamedTuple):
    """A definition of a function or class, or an import of one.

    Attributes:
        home: module of the definition.
        node: the definition.
    """

    home: Module
    node: ast.AST


class OwnParameters:
    """Finder of the parameters that positional arguments in a module are for.

    A label needs less certainty than what a call runs: a class of a library may be a base, and code elsewhere
    may look attributes up, as long as no text names the function.

    Args:
        module: the template, or a module of the user's own.
        own: the user's own modules, by name.
    """

    def __init__(self, module: Module, own: Mapping[str, Module]) -> None:
        self._module = module
        self._own = own

    def name(self, tree: Tree, call: ast.Call, argument: ast.AST) -> str | None:
        """Return the parameter that an argument is for; None for what is not the user's own, and if in doubt.

        Args:
            tree: part with the call.
            call: the call.
            argument: one of its arguments.
        """
        place = place_of(call, argument)
        names = self._names(tree, call.func) if place is not None else None
        found = "".join(names[place : place + 1]) if names is not None and place is not None else ""
        return found if found.strip("_") else None

    def _names(self, tree: Tree, func: ast.expr) -> list[str] | None:
        """Return the positional parameters of what a call runs; None if in doubt."""
        name = last_name(func)
        if name is None:
            return None
        definition = self._definition(self._module, tree, func)
        if definition is None:
            return None
        replaced = _replaced(definition.home) | _replaced(self._module)
        return self._parameters(definition) if replaced.isdisjoint({name, *_PATCHED}) else None

    def _parameters(self, definition: _Definition) -> list[str] | None:
        """Return the positional parameters of a function, or of a class by its ``__init__`` or a base's."""
        seen: set[ast.AST] = set()
        found: _Definition | None = definition
        while found is not None and found.node not in seen:
            seen.add(found.node)
            if not isinstance(found.node, ast.ClassDef):
                return of_function(found.node) if isinstance(found.node, ast.FunctionDef) else None
            names = of_class(found.node)
            if names is not None or any([*binders_among(found.node.body, one)] for one in MAKING):
                return names
            found = self._base(found.home, found.node)
        return None

    def _base(self, home: Module, node: ast.ClassDef) -> _Definition | None:
        """Return the only base of a class, if it is one of the user's own."""
        trees = (tree for tree in home.trees if node in tree.parents)
        if len(node.bases) != 1 or node.keywords or node.decorator_list:
            return None
        return self._definition(home, next(trees), node.bases[0])

    def _definition(self, module: Module, tree: Tree, func: ast.expr) -> _Definition | None:
        """Return the only definition that a name, or an attribute of a module, stands for."""
        if isinstance(func, ast.Name):
            binder = module.only_binder(tree, func)
            if isinstance(binder, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                return _Definition(module, binder)
        root = func.value if isinstance(func, ast.Attribute) else func
        path = module.dotted(func)
        if not isinstance(root, ast.Name) or path is None or scope_of(tree, root) is not None:
            return None
        # A file that is compiled with the template defines the name that an import binds, once more.
        is_part = path.rpartition(".")[0] in module.imported
        return self._at(path) if is_part or module.always_imported(root.id) else None

    def _at(self, path: str) -> _Definition | None:
        """Return what a dotted path stands for, also where a package imports it from one of its modules."""
        seen: set[str] = set()
        while path not in seen:
            seen.add(path)
            home, _, name = path.rpartition(".")
            module = self._module if home in self._module.imported else self._own.get(home)
            if module is None or name in module.declared_global:
                return None
            nodes = [one.node for one in module.binders.get(name, ())]
            match [*binders_among((one for one in nodes if not module.imports_part(one)), name)]:
                case [ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() as node]:
                    return _Definition(module, node)
                case [ast.alias()] if name in module.aliases:
                    path = module.aliases[name]
        return None


@functools.lru_cache(maxsize=64)
def _replaced(module: Module) -> frozenset[str]:
    """Return the names of what code of a module may replace: attributes that it sets, and texts."""
    nodes = [node for tree in module.trees for node in ast.walk(tree.module)]
    stored = {
        node.attr for node in nodes if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)
    }
    words = {last_name(node) for node in nodes if isinstance(node, ast.Name | ast.Attribute)}
    if not _BY_TEXT.isdisjoint(words):
        texts = (node.value for node in nodes if isinstance(node, ast.Constant))
        stored |= {text.rpartition(".")[2] for text in texts if isinstance(text, str)}
    return frozenset(stored)
