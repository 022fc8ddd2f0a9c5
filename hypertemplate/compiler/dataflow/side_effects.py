"""Statements that can run a second time unnoticed: they only bind names, and build what these hold."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from hypertemplate.compiler.dataflow.aliases import MUTABLE
from hypertemplate.compiler.dataflow.bindings import bindings
from hypertemplate.compiler.dataflow.effects import Change
from hypertemplate.compiler.dataflow.evaluation.knowledge import INITIALIZERS
from hypertemplate.compiler.dataflow.evaluation.receivers import Origin, written_origin
from hypertemplate.compiler.dataflow.framework_state import GENERATORS, makes_state
from hypertemplate.compiler.dataflow.imported_state import is_own
from hypertemplate.compiler.dataflow.library import (
    CHEAP_PACKAGES,
    GIVING_ITEMS,
    HOLDING_CALLS,
    KEEPING,
    MUTATING,
    PLAIN_CALLS,
    PLAIN_METHODS,
    TAKING_ITEMS,
)
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.syntax.nodes import evaluated, literal_text, root

_SILENT_CALLS = (PLAIN_CALLS | HOLDING_CALLS) - {"print"}
"""Builtins that show nothing."""

_BUILDING = frozenset({"build", "compile", "double", "float", "set_params", "to"})
"""Methods that build a network or an estimator without computing with data."""

_SPEAKING = frozenset({"close", "put", "send", "throw", "write", "writelines"})
"""Methods that others may notice."""

_SILENT_METHODS = (KEEPING | TAKING_ITEMS | GIVING_ITEMS | PLAIN_METHODS | MUTATING | _BUILDING) - _SPEAKING
"""Methods that change at most the object that they belong to."""

_SILENT_DECORATORS = frozenset({"classmethod", "property", "staticmethod"})

_ARRAYS = frozenset(
    f"numpy.{name}" for name in ("arange", "array", "asarray", "eye", "full", "linspace", "ones", "zeros")
)
"""Functions that make an array of their arguments."""

_UNSEEN_BASES = frozenset({"ABC", "Enum", "NamedTuple", "Protocol", "dict", "list", "object", "set", "tuple"})

_LOADING = frozenset({"applications"})
"""Modules of constructors that load weights from elsewhere."""


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of a statement: the names whose objects it may change, and the functions seen so far."""

    made: frozenset[str]
    seen: set[str] = field(default_factory=set)


class Repeatable:
    """Classifier of statements that can run again with no effect but on the names that they bind.

    Args:
        module: template.
        stateful: names whose values are framework state, such as layers, which may be called.
    """

    def __init__(self, module: Module, stateful: Collection[str]) -> None:
        self._module = module
        self._stateful = stateful
        self._classes: dict[str, ast.ClassDef] = {}
        self._methods: dict[str, list[ast.stmt]] = {}
        for statement in module.statements:
            if isinstance(statement.node, ast.ClassDef):
                self._classes[statement.node.name] = statement.node
                for name, body in _methods(statement.node):
                    self._methods.setdefault(name, []).extend(body)

    def __call__(self, statement: TopLevel, made: Collection[str]) -> bool:
        """Tell whether a statement can run again.

        Args:
            statement: the statement.
            made: names whose objects are made anew, so that they may be changed.
        """
        changes = self._module.facts.changes(statement)
        changed = {name for name, how in changes.items() if how is not Change.HANDED}
        own = frozenset(statement.names.binds).union(made)
        return changed <= own and self._is_silent([statement.node], _Run(own))

    def _is_silent(self, nodes: Iterable[ast.AST], run: _Run) -> bool:
        return all(self._allows(node, run) for node in evaluated(*nodes))

    def _allows(self, node: ast.AST, run: _Run) -> bool:
        match node:
            case ast.With() | ast.AsyncWith() | ast.Delete() | ast.Await():
                return False
            case ast.Global(names=names):
                return run.made.issuperset(names)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return all(map(self._is_silent_decorator, node.decorator_list))
            case ast.Call(func=func):
                path = self._module.dotted(func)
                return only_makes(path) if path is not None else self._allows_call(node, run)
        return True

    def _is_silent_decorator(self, decorator: ast.expr) -> bool:
        func = decorator.func if isinstance(decorator, ast.Call) else decorator
        path = self._module.dotted(func)
        if path is not None:
            return not is_own(path)
        of_property = isinstance(func, ast.Attribute) and func.attr in ("getter", "setter", "deleter")
        return of_property or (isinstance(func, ast.Name) and func.id in _SILENT_DECORATORS)

    def _allows_call(self, call: ast.Call, run: _Run) -> bool:
        match call.func:
            case ast.Name(id=name) if name in self._module.binders:
                return name in self._stateful or self._runs_silently(name, run)
            case ast.Name(id="open"):
                return _only_reads(call)
            case ast.Name(id=name):
                starred = (f"{origin}.{name}" for origin in self._module.stars)
                return name in _SILENT_CALLS or any(map(only_makes, starred))
            case ast.Attribute(attr=method) as func:
                own = self._methods.get(method)
                foreign = own is None or self._may_be_foreign(func)
                return (own is None or self._is_silent_body(f".{method}", own, run)) and (
                    not foreign or self._is_silent_elsewhere(func, run)
                )
        return isinstance(call.func, ast.Call)  # a layer that is called on a tensor: Dense(3)(x)

    def _may_be_foreign(self, func: ast.Attribute) -> bool:
        """Tell whether a method of the template's, called on a name of the module, may be a library's too."""
        of_module = any(name in self._module.binders for name in root(func))
        return of_module and Origin.LIBRARY in written_origin(self._module.facts.known, func)

    def _is_silent_elsewhere(self, func: ast.Attribute, run: _Run) -> bool:
        return func.attr in _SILENT_METHODS and all(self._is_plain(one, run) for one in root(func.value))

    def _is_plain(self, name: str, run: _Run) -> bool:
        """Tell whether a name is one of code, of what is made anew, or of a container that is written out."""
        values = [
            value
            for binder in self._module.binders.get(name, ())
            for bound, value in bindings(binder.node, puts=False)
            if bound == name
        ]
        return name in run.made or all(isinstance(value, (*MUTABLE, ast.Constant)) for value in values)

    def _runs_silently(self, name: str, run: _Run) -> bool:
        """Tell whether calling a name of the template runs nothing that is noticed."""
        if name in self._module.functions:
            functions = self._module.functions[name]
            return self._is_silent_body(name, [node for one in functions for node in one.node.body], run)
        made = self._classes.get(name)
        if made is None:
            return False
        bodies = [node for method, body in _methods(made) if method in INITIALIZERS for node in body]
        bases = all(self._is_silent_base(base, run) for base in made.bases)
        return bases and not made.keywords and self._is_silent_body(name, bodies, run)

    def _is_silent_base(self, base: ast.expr, run: _Run) -> bool:
        path = self._module.dotted(base)
        if path is not None:
            return only_makes(path)
        name = base.id if isinstance(base, ast.Name) else ""
        return name in _UNSEEN_BASES or (name in self._classes and self._runs_silently(name, run))

    def _is_silent_body(self, name: str, body: list[ast.stmt], run: _Run) -> bool:
        if name in run.seen:
            return True
        run.seen.add(name)
        return self._is_silent(body, run)


def only_makes(path: str) -> bool:
    """Tell whether calling a dotted path makes an object and does nothing else that is noticed."""
    package, *inner, name = path.split(".") if "." in path else (path, path)
    if package in CHEAP_PACKAGES:
        return package != "warnings"
    if path in GENERATORS or path in _ARRAYS:
        return True
    return makes_state(path) and name[0].isupper() and not _LOADING & set(inner)


def _methods(node: ast.ClassDef) -> Iterable[tuple[str, list[ast.stmt]]]:
    for inner in node.body:
        if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield inner.name, inner.body


def _only_reads(call: ast.Call) -> bool:
    """Tell whether a call of ``open`` opens a file to read it."""
    given = [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
    return all(literal_text(mode).startswith("r") and "+" not in literal_text(mode) for mode in given)
