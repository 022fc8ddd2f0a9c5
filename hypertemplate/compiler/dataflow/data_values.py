"""Values that are known to be data: numbers, texts, arrays, tables, tensors, and containers of these.

A library that gets data leaves them alone. Any other value may hold a model, an optimizer, a callback or an
iterator, which it may change.
"""

from __future__ import annotations

import ast
import builtins
import re

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.bindings import bindings
from hypertemplate.compiler.dataflow.framework_state import StateFinder, makes_state, returned_values
from hypertemplate.compiler.dataflow.iterators import ITERATING_CALLS, ITERATING_METHODS, is_one_shot
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.markers.grammar import SIGNATURES
from hypertemplate.compiler.syntax.nodes import own_nodes, parameters
from hypertemplate.compiler.syntax.scopes import FunctionNode, bound_names
from hypertemplate.compiler.syntax.statements import defines

_UNKNOWN = "a value that is not known"
_ITERATES = re.compile(r"dataset|flow|generator|iterator|loader|from_directory", re.IGNORECASE)
_DATA_PACKAGES = frozenset(
    {
        *("datetime", "glob", "imblearn", "json", "math", "numpy", "os", "pandas", "polars", "random", "re"),
        *("scipy", "skimage", "statistics", "string", "tensorflow", "keras", "tf_keras", "time", "torch"),
    }
)
_DATA_MODULES = (
    "sklearn.datasets.",
    "sklearn.metrics.",
    "sklearn.model_selection.",
    "sklearn.preprocessing.",
)
_MODELS = ("tensorflow.data.", "tensorflow.saved_model.", "torch.hub.", "torch.jit.", "torch.load")
_TABLES = frozenset({"pandas.DataFrame", "pandas.Series", "pandas.Index"})


def opaque_names(module: Module) -> set[str]:
    """Return the names of a module whose objects are not known to be data."""
    known = _DataFinder(module).names(list(module.statements))
    return {
        name
        for name, binders in module.binders.items()
        if name not in module.aliases
        and (name in known or not all(_shows_value(binder, name) for binder in binders))
    }


def _shows_value(binder: TopLevel, name: str) -> bool:
    """Tell whether a statement binds a name to an expression, or defines it."""
    return defines(binder.node) or any(name == bound for bound, _ in bindings(binder.node, puts=False))


class _DataFinder(StateFinder):
    """Finder of names whose values are not known to be data."""

    def __init__(self, module: Module) -> None:
        super().__init__(module)
        self._local_values: list[dict[str, list[ast.expr]]] = []

    def maker(self, value: ast.expr | None) -> str | None:
        """Return a text for an expression that is not known to be data, else None."""
        match value:
            case ast.Name(id=name):
                return self._named(name)
            case ast.Attribute(value=owner):
                path = self.module.dotted(value)
                if path is None:
                    return self.maker(owner)
                return None if library.is_known(path.split(".")[0]) else _UNKNOWN
            case None | ast.Constant() | ast.JoinedStr() | ast.Compare() | ast.UnaryOp():
                return None
            case ast.GeneratorExp() | ast.Await() | ast.Yield():
                return _UNKNOWN
        return super().maker(value)

    def _named(self, name: str) -> str | None:
        values = self._local_values[-1] if self._local_values else {}
        if name in values:
            found, values[name] = values[name], []  # a name that is bound to what it was counts once
            made = self._any(found)
            values[name] = found
            return made
        if name in self.module.aliases:
            return None if library.is_known(self.module.aliases[name].split(".")[0]) else _UNKNOWN
        known = name in self.module.binders or hasattr(builtins, name)
        return self._known.get(name) if known else _UNKNOWN

    def _call(self, call: ast.Call, func: ast.expr) -> str | None:
        path = self.module.dotted(func)
        if path is not None:
            return None if _gives_data(path) else _UNKNOWN
        if isinstance(func, ast.Attribute):
            if func.attr in library.GIVING_DATA:
                return None
            return _UNKNOWN if func.attr in ITERATING_METHODS else self.maker(func.value)
        if not isinstance(func, ast.Name):
            return _UNKNOWN
        if self.module.function(func.id) is not None:
            return self._local(func.id) or self._given(call)
        if func.id in self.module.binders or func.id in ITERATING_CALLS:
            return _UNKNOWN
        if func.id in library.PLAIN_CALLS:
            return None
        holds = func.id in library.HOLDING_CALLS or func.id in SIGNATURES  # a marker gives one of its options
        return self._given(call) if holds else _UNKNOWN

    def _given(self, call: ast.Call) -> str | None:
        return self._any([*call.args, *(keyword.value for keyword in call.keywords)])

    def _returned(self, node: FunctionNode) -> str | None:
        if any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in own_nodes(node)):
            return _UNKNOWN
        values: dict[str, list[ast.expr]] = {name: [] for name in parameters(node)}
        for statement in node.body:
            for name, value in bindings(statement, given=True):
                values.setdefault(name, []).append(value)
        unread = bound_names(node) - values.keys()
        values |= {name: [ast.Yield()] for name in unread}
        self._local_values.append(values)
        made = self._any(list(returned_values(node)))
        self._local_values.pop()
        return made


def _gives_data(path: str) -> bool:
    """Tell whether an imported function returns data."""
    package, last = path.split(".")[0], path.rpartition(".")[2]
    if path in _TABLES:
        return True
    if is_one_shot(path) or makes_state(path) or last[:1].isupper() or _ITERATES.search(last):
        return False
    return (package in _DATA_PACKAGES and not path.startswith(_MODELS)) or path.startswith(_DATA_MODULES)
