"""Values that local names in bounds and lists have before any function runs.

A constant of a function stands for what it is assigned, and a parameter of the model for what data gives it.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.bindings import bindings
from hypertemplate.compiler.dataflow.effects import Change
from hypertemplate.compiler.dataflow.library import (
    FIRST_ARGUMENT,
    HOLDING_CALLS,
    PLAIN_ATTRIBUTES,
    PLAIN_CALLS,
    PLAIN_METHODS,
)
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.syntax.literals import is_constant, number
from hypertemplate.compiler.syntax.name_scopes import binders_of, scope_of
from hypertemplate.compiler.syntax.nodes import (
    FUNCTIONS,
    FunctionNode,
    defaults,
    is_marker_shaped,
    parameters,
)
from hypertemplate.compiler.syntax.scopes import SCOPES, bound_names, free_names
from hypertemplate.compiler.syntax.tree import Tree

GIVEN = "_ht_.given"
"""Mapping of the arguments that data gives the model, in the namespace in which bounds are evaluated."""

_CALLS = (PLAIN_CALLS | HOLDING_CALLS) - {"hash", "id", "iter", "next", "print", "super"}
_METHODS = PLAIN_METHODS | {"copy", "get", "items", "keys", "values"}
_UNKNOWN_NUMPY = ("load", "from", "genfrom", "memmap", "random", "save", "seterr", "set_")
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class UnknownValueError(Exception):
    """Local name in a bound or list that has no known value before any function runs.

    Args:
        use: name where the bound or list reads it.
        reason: reason, which completes ``'name' ...``.
        written: expression that could be in the marker in place of the name, if there is one.
        function: function that the name is a parameter of, or an empty string.
    """

    def __init__(
        self, use: ast.Name, reason: str, written: ast.expr | None = None, function: str = ""
    ) -> None:
        super().__init__(use.id, reason)
        self.use = use
        self.reason = reason
        self.written = written
        self.function = function


@dataclass(frozen=True, eq=False)
class LocalValues:
    """Local names of one part, and their values.

    Attributes:
        module: template.
        tree: tree of the part.
        model: model function, if there is one.
        given: its parameters that data gives a value.
    """

    module: Module
    tree: Tree
    model: FunctionNode | None
    given: Collection[str]

    def inlined(self, expression: ast.expr) -> ast.expr:
        """Return an expression with a value in place of each local name.

        Raises:
            UnknownValueError: a local name has no known value before any function runs.
        """
        values: dict[int, ast.expr] = {}
        for use in free_names(expression):
            scope = scope_of(self.tree, use.node)
            if scope is not None:
                value = self._value(scope, use.node)
                if _inner_names(expression) & {inner.name for inner in free_names(value)}:
                    raise UnknownValueError(use.node, "has a value with a name that the marker binds")
                values[id(use.node)] = value
        # A deep copy takes what its memo has in place of a node.
        return copy.deepcopy(expression, dict(values)) if values else expression

    def _value(self, scope: ast.AST, use: ast.Name) -> ast.expr:
        if not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            kind = "parameter of a lambda" if isinstance(scope, ast.Lambda) else "variable of a comprehension"
            raise UnknownValueError(use, f"is a {kind}")
        binders = list(binders_of(scope, use.id))
        if not isinstance(scope, ast.ClassDef) and use.id in parameters(scope):
            if binders:
                raise UnknownValueError(use, f"is assigned anew in {scope.name}()")
            return self._argument(scope, use)
        return self._assigned(scope, binders, use)

    def _argument(self, scope: FunctionNode, use: ast.Name) -> ast.expr:
        """Return the value of a parameter: of the model, what data gives it, or its default."""
        default = dict(defaults(scope)).get(use.id)
        if scope is self.model and use.id in self.given:
            if self._changes_argument(scope, use.id):
                raise UnknownValueError(use, f"is changed in {scope.name}()")
            return ast.parse(f"{GIVEN}[{use.id!r}]", mode="eval").body
        if scope is self.model and default is not None and self._is_plain(default):
            return self.inlined(default)
        raise UnknownValueError(use, f"is a parameter of {scope.name}()", function=scope.name)

    def _changes_argument(self, function: FunctionNode, name: str) -> bool:
        """Tell whether a function may change the object of a parameter; a library that gets it does not."""
        return any(
            code.effects.changes.get(f"({name})", Change.HANDED) is not Change.HANDED
            for code in self.module.facts.known.functions.get(function.name, ())
            if code.node is function
        )

    def _assigned(
        self, scope: FunctionNode | ast.ClassDef, binders: list[ast.AST], use: ast.Name
    ) -> ast.expr:
        """Return the value of a name that is assigned once, before it is used, to what is known by then."""
        where = scope.name if isinstance(scope, ast.ClassDef) else f"{scope.name}()"
        if len(binders) > 1:
            raise UnknownValueError(use, f"is assigned more than once in {where}")
        binder = binders[0]
        statement = self._statement(binder)
        if isinstance(statement, _LOOPS):
            raise UnknownValueError(use, f"is the variable of a loop in {where}")
        value = _imported(binder, statement) or _only_value(statement, use.id)
        if value is None:
            raise UnknownValueError(use, f"is known only when {where} runs")
        if not self._stands_before(statement, use):
            raise UnknownValueError(use, f"is assigned in {where} only below, or not always")
        if not isinstance(binder, ast.alias):
            if any(map(is_marker_shaped, ast.walk(value))):
                raise UnknownValueError(use, "depends on a marker")
            if not self._is_plain(value):
                raise UnknownValueError(use, f"is computed in {where}", self._movable(value))
            if not _is_immutable(value) and self._may_change(scope, use):
                raise UnknownValueError(use, f"may be changed in {where} after it is assigned")
        return self.inlined(value)

    def _movable(self, value: ast.expr) -> ast.expr | None:
        """Return an expression if it could be in the marker as it is."""
        try:
            self.inlined(value)
        except UnknownValueError:
            return None
        return value

    def _is_plain(self, value: ast.expr) -> bool:
        """Tell whether an expression gives the same value each time, and changes nothing."""
        return not any(
            isinstance(node, (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom))
            or (isinstance(node, ast.Call) and not self._is_plain_call(node))
            for node in ast.walk(value)
        )

    def _is_plain_call(self, call: ast.Call) -> bool:
        path = self.module.dotted(call.func)
        if path is not None:
            package, _, inner = path.partition(".")
            known = package == "numpy" and not inner.startswith(_UNKNOWN_NUMPY)
            return package == "math" or (known and path not in FIRST_ARGUMENT)
        match call.func:
            case ast.Name(id=name):
                return name in _CALLS and name not in self.module.binders
            case ast.Attribute(attr=method):
                return method in _METHODS
        return False

    def _may_change(self, scope: ast.AST, use: ast.Name) -> bool:
        """Tell whether the object of a name may be changed before a marker uses it."""
        around = [parent for _, parent in self.tree.ancestors(use)]
        inside = around[: around.index(scope)]
        repeated = any(isinstance(parent, (*_LOOPS, *_COMPREHENSIONS, *FUNCTIONS)) for parent in inside)
        place = use.lineno, use.col_offset
        return any(
            isinstance(node, ast.Name)
            and node.id == use.id
            and isinstance(node.ctx, ast.Load)
            and (repeated or (node.lineno, node.col_offset) < place)
            and not self._only_reads(node)
            for node in ast.walk(scope)
        )

    def _only_reads(self, use: ast.Name) -> bool:
        """Tell whether a use of a name leaves its object as it is, and gives it to nothing else."""
        if any(is_marker_shaped(parent) for _, parent in self.tree.ancestors(use)):
            return True
        match self.tree.parents[use]:
            case ast.Subscript(value=value, ctx=ast.Load()) if value is use:
                return True
            case ast.Call(func=ast.Name(id=name)):
                return name in _CALLS | {"print"} and name not in self.module.binders
            case ast.Attribute(attr=name, ctx=ast.Load()):
                return name in _METHODS | PLAIN_ATTRIBUTES
            case ast.For(iter=source) | ast.comprehension(iter=source):
                return source is use
        return isinstance(self.tree.parents[use], (ast.Compare, ast.BinOp, ast.FormattedValue, ast.Starred))

    def _statement(self, node: ast.AST) -> ast.stmt:
        around = (parent for _, parent in self.tree.ancestors(node) if isinstance(parent, ast.stmt))
        return node if isinstance(node, ast.stmt) else next(around)

    def _stands_before(self, statement: ast.stmt, use: ast.Name) -> bool:
        """Tell whether a statement has always run when a name is used: it is above, in a block around."""
        block = self.tree.parents[statement]
        for child, parent in self.tree.ancestors(use):
            if parent is block:
                for body in (getattr(block, name, []) for name in ("body", "orelse", "finalbody")):
                    if statement in body and child in body:
                        return bool(body.index(statement) < body.index(child))
        return False


def _only_value(statement: ast.stmt, name: str) -> ast.expr | None:
    """Return the value that an assignment gives a name; None if only its items, or no value, are known."""
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return None
    values = [value for bound, value in bindings(statement, puts=False) if bound == name]
    return values[0] if len(values) == 1 and not isinstance(values[0], ast.Starred) else None


def _imported(binder: ast.AST, statement: ast.stmt) -> ast.expr | None:
    """Return an expression for what an import inside a function binds; None for any other binder."""
    match binder, statement:
        case ast.alias(name=path, asname=None), ast.Import():
            text = f"__import__({path!r})"
        case ast.alias(name=path), ast.Import():
            text = f"__import__('importlib').import_module({path!r})"
        case ast.alias(name=name), ast.ImportFrom(module=str(path), level=0):
            text = f"__import__({path!r}, None, None, [{name!r}]).{name}"
        case _:
            return None
    return ast.parse(text, mode="eval").body


def _is_immutable(value: ast.expr) -> bool:
    return is_constant(value) or number(value) is not None


def _inner_names(expression: ast.expr) -> set[str]:
    """Return the names that an expression binds inside, such as a comprehension's variables."""
    return set().union(*(bound_names(node) for node in ast.walk(expression) if isinstance(node, SCOPES)))
