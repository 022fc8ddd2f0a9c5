"""Calls that drive a search: those that reach ``minimize`` or the model, also through other functions."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.module import Module, immediate_calls
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.entry.minimize_calls import is_minimize
from hypertemplate.compiler.syntax.nodes import calls, last_name
from hypertemplate.compiler.syntax.scopes import FunctionNode, bound_names
from hypertemplate.compiler.syntax.statements import tests_main

_Callable = FunctionNode | ast.Lambda
_SAYS_SEARCH = re.compile(r"minimi[sz]e|optimi[sz]e|fmin|tune|search", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Searches:
    """Classifier of calls that drive a search.

    Functions are identified by name; methods as ``Class.method``, if the class is in the file and the
    receiver is an instance of it, as far as the text shows: ``Study().run()``, ``self.run()``. Whatever gets
    both the model and the data function is the user's own wrapper of ``minimize``, and so is what gets the
    model and has a name that says so.

    Args:
        module: the template.
        starts: calls of ``minimize``.
        model: name of the model function, or None. A call of it is no search, but has no place in a program
            either.
        data: name of the data function, or None; it is called for its result.
    """

    module: Module
    starts: Collection[ast.Call]
    model: str | None
    data: str | None
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
            if call in self.starts:
                return "it calls minimize"
            if self._wraps(call):
                return f"it drives a search of {self.model}()"
            for name in self._callees(call, None):
                if name in self._driving or name in self._using_model:
                    return f"it calls {name.removesuffix('.__init__')}()"
        return None

    def drives(self, statement: TopLevel) -> bool:
        """Tell whether a statement drives a search when the file itself runs, with its ``__main__`` part."""
        node = statement.node
        runs = node.body if tests_main(node) else [node]
        return any(
            call in self.starts
            or self._wraps(call)
            or not self._driving.isdisjoint(self._callees(call, None))
            for call in calls(runs)
        )

    def _wraps(self, call: ast.Call, local: Collection[str] = ()) -> bool:
        """Tell whether a call gets the model, and the data function or a name that says what it does.

        Args:
            call: the call.
            local: names that are not the module's in its place.
        """
        name = last_name(call.func)
        if isinstance(call.func, ast.Name) and name not in self.module.binders and name not in local:
            return False  # a builtin, such as print
        arguments = (*call.args, *(keyword.value for keyword in call.keywords))
        given = {argument.id for argument in arguments if isinstance(argument, ast.Name)}.difference(local)
        if self.model not in given or name in (self.model, self.data) or is_minimize(call, self.module):
            return False
        return self.data in given or _SAYS_SEARCH.search(name or "") is not None

    @functools.cached_property
    def _driving(self) -> set[str]:
        """Names of everything whose call would start a search."""
        return self._reaching(
            name
            for name, _, node in self._callables()
            if any(
                call in self.starts or self._wraps(call, bound_names(node))
                for call in _calls_when_called(node)
            )
        )

    @functools.cached_property
    def _using_model(self) -> set[str]:
        """Names of the model and of everything whose call would call it."""
        return self._reaching([self.model] if self.model is not None else [])

    def _reaching(self, names: Iterable[str]) -> set[str]:
        """Return names, and those of everything whose call would call one of them."""
        return set(reachable(names, lambda name: self._callers.get(name, ())))

    @functools.cached_property
    def _callers(self) -> dict[str, set[str]]:
        callers: dict[str, set[str]] = {}
        for name, owner, node in self._callables():
            for call in _calls_when_called(node):
                for callee in self._callees(call, owner):
                    callers.setdefault(callee, set()).add(name)
        return callers

    def _callables(self) -> Iterator[tuple[str, str | None, _Callable]]:
        """Yield the functions, lambdas and methods of the file, each with its class."""
        for name, definitions in self.module.functions.items():
            if name != self.data:
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
