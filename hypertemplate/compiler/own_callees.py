"""Functions of the template, and of the user's own modules, that calls surely run."""

from __future__ import annotations

import ast
import functools
from collections.abc import Mapping
from typing import NamedTuple

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.entry.own_methods import OwnMethods
from hypertemplate.compiler.syntax.name_scopes import binders_among, scope_of
from hypertemplate.compiler.syntax.nodes import FunctionNode
from hypertemplate.compiler.syntax.tree import Tree

PATCHED = frozenset({"__code__", "__defaults__", "__init__", "__kwdefaults__", "__new__"})
"""Attributes whose assignment changes what a function or class accepts."""


class OwnCallee(NamedTuple):
    """Function that a call runs.

    Attributes:
        function: its definition.
        added: number of arguments that Python adds, such as ``self``.
    """

    function: FunctionNode
    added: int

    def parameter(self, place: int) -> str:
        """Return the parameter that a positional argument is for; empty for one of ``*args``."""
        arguments = self.function.args
        names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)][self.added :]
        return names[place] if place < len(names) else ""

    def default(self, name: str) -> ast.expr | None:
        """Return the default of a parameter; None for one without, and for what is not a parameter."""
        arguments = self.function.args
        places = [*arguments.posonlyargs, *arguments.args]
        positional = zip(reversed(places), reversed(arguments.defaults), strict=False)
        by_name = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        return next((default for one, default in (*positional, *by_name) if one.arg == name), None)


class OwnCallees:
    """Finder of the functions that calls in a module run.

    Args:
        module: the template, or a module of the user's own.
        own: the user's own modules, by name.
    """

    def __init__(self, module: Module, own: Mapping[str, Module]) -> None:
        self._module = module
        self._own = own

    def called(self, tree: Tree, call: ast.Call) -> OwnCallee | None:
        """Return the function that a call runs, of a class its ``__init__``; None if in doubt.

        Args:
            tree: part with the call.
            call: the call.
        """
        if is_patched(self._module):
            return None
        match call.func:
            case ast.Name() as name if (found := called_by_name(self._module, tree, name)) is not None:
                return found
            case ast.Attribute() as attribute if method := self._methods.called(tree, attribute):
                return OwnCallee(method.function, method.added)
        return self._imported(tree, call.func)

    @functools.cached_property
    def _methods(self) -> OwnMethods:
        return OwnMethods(self._module)

    def _imported(self, tree: Tree, func: ast.expr) -> OwnCallee | None:
        """Return what a call of an imported name, or of an attribute of an imported module, runs."""
        root = func.value if isinstance(func, ast.Attribute) else func
        path = self._module.dotted(func)
        if not isinstance(root, ast.Name) or path is None or not self._module.always_imported(root.id):
            return None
        home, _, name = path.rpartition(".")
        other = self._own.get(home)
        if other is None or scope_of(tree, root) is not None or is_patched(other):
            return None
        binders = other.binders.get(name, ())
        found = [*binders_among((one.node for one in binders), name)]
        return _made_by(found[0]) if len(found) == 1 and name not in other.declared_global else None


def called_by_name(module: Module, tree: Tree, name: ast.Name) -> OwnCallee | None:
    """Return the function of a module that a call of a name surely runs."""
    return _made_by(module.only_binder(tree, name))


def _made_by(binder: ast.AST | None) -> OwnCallee | None:
    match binder:
        case ast.FunctionDef(decorator_list=[]) | ast.AsyncFunctionDef(decorator_list=[]) as function:
            return OwnCallee(function, 0)
        case ast.ClassDef(bases=[], keywords=[], decorator_list=[], body=body):
            made = [node for special in ("__init__", "__new__") for node in binders_among(body, special)]
            match made:
                case [ast.FunctionDef(name="__init__", decorator_list=[]) as function]:
                    return OwnCallee(function, 1)
    return None


def is_patched(module: Module) -> bool:
    """Tell whether code of a module may change what functions and classes accept."""
    nodes = (node for tree in module.trees for node in ast.walk(tree.module))
    return any(
        isinstance(node, ast.Attribute) and node.attr in PATCHED and not isinstance(node.ctx, ast.Load)
        for node in nodes
    )
