"""Functions and methods of the template, and of the user's own modules, that calls surely run."""

from __future__ import annotations

import ast
import functools
from collections.abc import Mapping
from typing import NamedTuple

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.entry.own_functions.lasting_definitions import LastingDefinitions, is_builtin
from hypertemplate.compiler.syntax.name_scopes import binders_among, binders_of, scope_of
from hypertemplate.compiler.syntax.nodes import FunctionNode, last_name
from hypertemplate.compiler.syntax.tree import Tree

_HARMLESS = frozenset({"dataclasses.dataclass", "typing.final"})
"""Decorators that leave the methods of a class alone."""


class Method(NamedTuple):
    """A method that a call runs.

    Attributes:
        owner: class that defines it.
        function: its definition.
        added: number of arguments that Python adds.
    """

    owner: ast.ClassDef
    function: FunctionNode
    added: int


class _Owner(NamedTuple):
    """A class, or an object of it."""

    node: ast.ClassDef
    is_class: bool


class OwnMethods:
    """Finder of the methods that calls in a template surely run.

    Args:
        module: the template, or a module of the user's own.
        lasting: what stays as its text defines it.
    """

    def __init__(self, module: Module, lasting: LastingDefinitions) -> None:
        self._module = module
        self._lasting = lasting
        self._in_module = {node for tree in module.trees for node in ast.walk(tree.module)}

    def called(self, tree: Tree, function: ast.Attribute) -> Method | None:
        """Return the method that a call of an attribute runs; None if in doubt.

        Args:
            tree: part with the call.
            function: what is called.
        """
        name = function.attr
        owner = self._owner(tree, function.value) if self._lasting.keep_method(name) else None
        if owner is None or not self._is_plain(owner.node):
            return None
        # An object may be one of a derived class, which may have another method of that name.
        found = [(one, node) for one in self._lasting.classes for node in binders_among(one.body, name)]
        match found:
            case [(home, ast.FunctionDef() | ast.AsyncFunctionDef() as node)] if home in self._line(
                owner.node
            ):
                match node.decorator_list:
                    case []:
                        return Method(home, node, 0 if owner.is_class else 1)
                    case [ast.Name(id="staticmethod" as kind)] if is_builtin(self._module, kind):
                        return Method(home, node, 0)
                    case [ast.Name(id="classmethod" as kind)] if is_builtin(self._module, kind):
                        return Method(home, node, 1)
        return None

    def _owner(self, tree: Tree, value: ast.expr) -> _Owner | None:
        """Return the class that an expression is or that its object is surely of."""
        match value:
            case ast.Call(func=ast.Name() as name):
                made = self._module.only_binder(tree, name)
                return _Owner(made, False) if isinstance(made, ast.ClassDef) else None
            case ast.Name():
                return _of_first_parameter(tree, value) or self._bound(tree, value)
        return None

    def _bound(self, tree: Tree, name: ast.Name) -> _Owner | None:
        binder = self._module.only_binder(tree, name)
        if isinstance(binder, ast.ClassDef):
            return _Owner(binder, True)
        home = next((one for one in self._module.trees if binder in one.parents), tree)
        match home.parents.get(binder) if binder is not None else None:
            case ast.Assign(targets=[ast.Name() as target], value=ast.Call(func=ast.Name()) as made):
                return self._owner(home, made) if target is binder else None
        return None

    def _line(self, node: ast.ClassDef) -> list[ast.ClassDef]:
        """Return a class and those that it derives from, as far as the template defines them."""
        found = [node]
        for base in found:
            found += [one for name in base.bases for one in self._base(name) if one not in found]
        return found

    def _base(self, base: ast.expr) -> list[ast.ClassDef]:
        trees = (tree for tree in self._module.trees if base in tree.parents)
        binders = (self._module.only_binder(tree, base) for tree in trees if isinstance(base, ast.Name))
        return [one for one in binders if isinstance(one, ast.ClassDef)]

    def _is_plain(self, node: ast.ClassDef) -> bool:
        """Return True if a class, and what derives from it, has the methods that the texts show."""
        line = self._line(node)
        return all(
            self._lasting.keep_name(one.name)
            and all(map(self._has_own_alone, self._lasting.derived(one.name)))
            for one in line
        ) and all(map(self._has_own_alone, line))

    def _has_own_alone(self, node: ast.ClassDef) -> bool:
        """Return True if nothing but its text gives a class of this module its methods."""
        decorators = (one.func if isinstance(one, ast.Call) else one for one in node.decorator_list)
        return (
            node in self._in_module
            and not node.keywords
            and all(self._module.dotted(one) in _HARMLESS for one in decorators)
            and all(self._base(base) or self._is_empty(base) for base in node.bases)
            and not any([*binders_among(node.body, name)] for name in ("__new__", "__getattribute__"))
        )

    def _is_empty(self, base: ast.expr) -> bool:
        """Return True for a base without methods of its own."""
        match base:
            case ast.Name(id="object" as name):
                return is_builtin(self._module, name)
        return self._module.dotted(base) == "abc.ABC"


def _of_first_parameter(tree: Tree, name: ast.Name) -> _Owner | None:
    """Return the class around a method whose ``self`` or ``cls`` a name is."""
    scope = scope_of(tree, name)
    if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef) or binders_of(scope, name.id):
        return None
    first = [*scope.args.posonlyargs, *scope.args.args][:1]
    around = tree.parents.get(scope)
    if not isinstance(around, ast.ClassDef) or [one.arg for one in first] != [name.id]:
        return None
    kinds = [last_name(decorator) for decorator in scope.decorator_list]
    return None if "staticmethod" in kinds else _Owner(around, "classmethod" in kinds)


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
        lasting: what stays as its text defines it.
    """

    def __init__(self, module: Module, own: Mapping[str, Module], lasting: LastingDefinitions) -> None:
        self._module = module
        self._own = own
        self._lasting = lasting

    def called(self, tree: Tree, call: ast.Call) -> OwnCallee | None:
        """Return the function that a call runs, of a class its ``__init__``; None if in doubt.

        Args:
            tree: part with the call.
            call: the call.
        """
        match call.func:
            case ast.Name() as name if self._lasting.keep_name(name.id):
                found = _made_by(self._module.only_binder(tree, name))
                return found or self._imported(tree, name)
            case ast.Attribute() as attribute:
                method = self.method(tree, attribute)
                found = OwnCallee(method.function, method.added) if method is not None else None
                return found or self._imported(tree, attribute)
        return None

    def method(self, tree: Tree, function: ast.Attribute) -> Method | None:
        """Return the method that a call of an attribute runs; None if in doubt."""
        return self._methods.called(tree, function)

    @functools.cached_property
    def _methods(self) -> OwnMethods:
        return OwnMethods(self._module, self._lasting)

    def _imported(self, tree: Tree, func: ast.expr) -> OwnCallee | None:
        """Return what a call of an imported name, or of an attribute of an imported module, runs."""
        root = func.value if isinstance(func, ast.Attribute) else func
        path = self._module.dotted(func)
        if not isinstance(root, ast.Name) or path is None or not self._module.always_imported(root.id):
            return None
        home, _, name = path.rpartition(".")
        other = self._own.get(home)
        if other is None or scope_of(tree, root) is not None or not self._lasting.keep_name(name):
            return None
        binders = other.binders.get(name, ())
        found = [*binders_among((one.node for one in binders), name)]
        return _made_by(found[0]) if len(found) == 1 and name not in other.declared_global else None


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
