"""Calls that start a search: those that reach ``minimize`` or the model, also through other functions."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass, field

from hypertemplate.compiler.dataflow.module import Module, immediate_calls
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.entry.minimize_calls import is_minimize
from hypertemplate.compiler.entry.selection import Selection
from hypertemplate.compiler.syntax.nodes import calls
from hypertemplate.compiler.syntax.scopes import FunctionNode

_Callable = FunctionNode | ast.Lambda


@dataclass(frozen=True, eq=False)
class Searches:
    """Classifier of calls that start a search.

    Functions are identified by name; methods as ``Class.method``, if the class is in the file and the
    receiver is an instance of it, as far as the text shows: ``Study().run()``, ``self.run()``.

    Args:
        module: the template.
        selection: its model and data function. A call of the model is not a search, but has no place in a
            program either; the data function is called for its result.
    """

    module: Module
    selection: Selection
    _classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    _instances: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Collect the file's classes and their instances."""
        nodes = [node for tree in self.module.trees for node in ast.walk(tree.module)]
        self._classes.update({node.name: node for node in nodes if isinstance(node, ast.ClassDef)})
        for node in nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id=made))):
                    if made in self._classes:
                        self._instances[name] = made

    def called(self, statement: TopLevel) -> str | None:
        """Return the reason why running a statement would start a search: ``it calls main()``; else None."""
        for call in immediate_calls(statement):
            if is_minimize(call, self.module):
                return "it calls minimize"
            for name in self._callees(call, None):
                if name in self._searching:
                    return f"it calls {name.removesuffix('.__init__')}()"
        return None

    @functools.cached_property
    def _searching(self) -> set[str]:
        """Names of the model and of everything whose call would start a search or call the model."""
        searching = {self.selection.model.name} if self.selection.model is not None else set()
        called: dict[str, set[str]] = {}
        for name, owner, node in self._callables():
            calls = list(_calls_when_called(node))
            if any(is_minimize(call, self.module) for call in calls):
                searching.add(name)
            called[name] = {callee for call in calls for callee in self._callees(call, owner)}
        grown = True
        while grown:
            more = {name for name, callees in called.items() if callees & searching}
            grown = not more <= searching
            searching |= more
        return searching

    def _callables(self) -> Iterator[tuple[str, str | None, _Callable]]:
        """Yield the functions, lambdas and methods of the file, each with its class."""
        data = self.selection.data.name if self.selection.data is not None else None
        for name, definitions in self.module.functions.items():
            if name != data:
                yield name, None, definitions[-1].node
        for statement in self.module.statements:
            match statement.node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as value):
                    yield name, None, value
        for name, node in self._classes.items():
            for method in node.body:
                if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield f"{name}.{method.name}", name, method

    def _callees(self, call: ast.Call, owner: str | None) -> Iterator[str]:
        """Yield possible callees, with the names of `_callables`; `owner` is the enclosing class."""
        match call.func:
            case ast.Name(id=name) if name in self._classes:
                yield from self._methods(name, "__init__")
            case ast.Name(id=name):
                yield name
                if name in self._instances:
                    yield from self._methods(self._instances[name], "__call__")
            case ast.Call(func=ast.Name(id=name)):
                yield from self._methods(name, "__call__")
            case ast.Attribute(attr=method, value=receiver):
                yield from self._methods(self._class_of(receiver, owner), method)

    def _class_of(self, receiver: ast.expr, owner: str | None) -> str | None:
        match receiver:
            case ast.Call(func=ast.Name(id=name)) if name in self._classes:
                return name
            case ast.Name(id=name) if name in self._classes:
                return name
            case ast.Name(id=name) if name in self._instances:
                return self._instances[name]
            case ast.Name(id="self" | "cls"):
                return owner
        return None

    def _methods(self, name: str | None, method: str) -> Iterator[str]:
        """Yield a method of a class: its own, or the first among its bases in the file."""
        waiting = [name]
        seen: set[str] = set()
        while waiting:
            node = self._classes.get(waiting.pop(0) or "")
            if node is None or node.name in seen:
                continue
            seen.add(node.name)
            if any(getattr(inner, "name", None) == method for inner in node.body):
                yield f"{node.name}.{method}"
                return
            waiting += [base.id for base in node.bases if isinstance(base, ast.Name)]


def _calls_when_called(function: _Callable) -> Iterator[ast.Call]:
    """Yield the calls that run when a function is called, also through its own inner functions."""
    inner = {
        node.name: node
        for node in ast.walk(function)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node is not function
    }
    waiting: list[_Callable] = [function]
    while waiting:
        body = waiting.pop().body
        for call in calls(body if isinstance(body, list) else [body]):
            yield call
            if isinstance(call.func, ast.Name) and call.func.id in inner:
                waiting.append(inner.pop(call.func.id))
