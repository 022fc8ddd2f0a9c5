"""Values that carry one trial into the next: layers, optimizers, estimators, random generators.

A module-level ``opt = Adam()`` fails in the second trial, and a shared ``Dense`` keeps the first trial's
weights. The maker of such a value is found from its defining call, through the file's own functions and
import aliases; no other file is opened.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.bindings import bindings
from hypertemplate.compiler.dataflow.module import Module, immediate_calls
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.syntax.nodes import own_nodes
from hypertemplate.compiler.syntax.scopes import FunctionNode

GENERATORS = frozenset(
    {
        "keras.random.SeedGenerator",
        "numpy.random.Generator",
        "numpy.random.RandomState",
        "numpy.random.default_rng",
        "random.Random",
        "random.SystemRandom",
        "tensorflow.keras.random.SeedGenerator",
        "tensorflow.random.Generator",
        "tensorflow.random.Generator.from_non_deterministic_state",
        "tensorflow.random.Generator.from_seed",
        "torch.Generator",
    }
)
_FRAMEWORKS = ("keras.", "tensorflow.keras.", "tf_keras.", "torch.nn.", "torch.optim.", "sklearn.")
_ONLY_CLASSES = ("torch.nn.", "torch.optim.", "sklearn.")
_STATELESS = frozenset({"datasets", "utils", "preprocessing", "ops", "backend", "config", "random"})
_RETURNS_SELF = frozenset({"fit", "set_params", "to", "eval", "train", "cuda", "cpu", "double", "float"})


class StateFinder:
    """Finder of module-level names whose values hold framework state or a random generator."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self._classes = {s.node.name: s.node for s in module.statements if isinstance(s.node, ast.ClassDef)}
        self._known: dict[str, str] = {}
        self._made: dict[str, str | None] = {}

    def names(self, statements: list[TopLevel]) -> dict[str, str]:
        """Map the names that `statements` bind to the state in their values, such as ``Adam()``."""
        grown = True
        while grown:
            before = len(self._known)
            self._made.clear()  # a function may return a name that has become known since
            for statement in statements:
                for name, value in bindings(statement.node, given=True):
                    maker = None if name in self.module.aliases else self.maker(value)
                    if maker is not None:
                        self._known.setdefault(name, maker)
            grown = len(self._known) > before
        return self._known

    def maker(self, value: ast.expr | None) -> str | None:
        """Return the part of an expression's value that holds state, or None."""
        match value:
            case ast.Name(id=name):
                return self._known.get(name)
            case ast.Call(func=func):
                return self._call(value, func)
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return self._any(items)
            case ast.Dict(values=values):
                return self._any(values)
            case ast.ListComp(elt=item) | ast.SetComp(elt=item) | ast.GeneratorExp(elt=item):
                return self.maker(item)
            case ast.DictComp(value=item) | ast.Starred(value=item) | ast.NamedExpr(value=item):
                return self.maker(item)
            case ast.IfExp(body=body, orelse=other):
                return self.maker(body) or self.maker(other)
            case ast.BoolOp(values=values):
                return self._any(values)
            case ast.BinOp(left=left, right=right):
                return self.maker(left) or self.maker(right)
            case ast.Subscript(value=whole):
                return self.maker(whole)
        return None

    def _any(self, values: list[ast.expr]) -> str | None:
        return next(filter(None, map(self.maker, values)), None)

    def _call(self, call: ast.Call, func: ast.expr) -> str | None:
        path = self.module.dotted(func) or self._starred(func)
        if path is not None:
            if makes_state(path):
                return f"{path.rpartition('.')[2]}()"
        elif isinstance(func, ast.Name):
            made = self._local(func.id)
            if made is not None:
                return made
        elif isinstance(func, ast.Attribute) and isinstance(func.value, (ast.Call, ast.Name)):
            # A method: an estimator's carries state on only if it returns the estimator itself.
            return self.maker(func.value) if func.attr in _RETURNS_SELF else None
        elif isinstance(func, ast.Call):
            return self.maker(func)  # a layer called on a tensor: Dense(3)(x)
        return self._any([*call.args, *(keyword.value for keyword in call.keywords)])

    def _starred(self, func: ast.expr) -> str | None:
        """Return the path of a bare name that only ``from keras.layers import *`` can have bound."""
        if isinstance(func, ast.Name) and func.id not in self.module.binders:
            for origin in self.module.stars:
                if makes_state(f"{origin}.{func.id}") and func.id[0].isupper():
                    return f"{origin}.{func.id}"
        return None

    def _local(self, name: str) -> str | None:
        """Return the stateful content of the result of calling a function or class of this file."""
        if name not in self._made:
            self._made[name] = None  # a recursive function makes what its other returns make
            function = self.module.function(name)
            if function is not None:
                self._made[name] = self._returned(function.node)
            elif name in self._classes:
                self._made[name] = self._constructed(self._classes[name])
        return self._made[name]

    def _returned(self, node: FunctionNode) -> str | None:
        inside = dict(pair for statement in node.body for pair in bindings(statement, given=True))
        for value in returned_values(node):
            if isinstance(value, ast.Name) and value.id in inside:
                value = inside[value.id]
            made = self.maker(value)
            if made is not None:
                return made
        return None

    def _constructed(self, node: ast.ClassDef) -> str | None:
        for base in node.bases:
            path = self.module.dotted(base)
            if path is not None and makes_state(path):
                return f"{node.name}()"
            if isinstance(base, ast.Name) and self._local(base.id) is not None:
                return f"{node.name}()"
        values = (pair[1] for method in node.body for pair in bindings(method, attributes=True, given=True))
        return self._any(list(values))


def python_objects(module: Module) -> set[str]:
    """Return the names of objects of `library.keeps_state`, and of what methods of these return."""
    packages = {path.split(".")[0] for path in module.aliases.values()}
    if not any(map(library.keeps_state, packages)) and "numpy" not in packages:
        return set()
    return set(_PythonObjects(module).names(list(module.statements)))


class _PythonObjects(StateFinder):
    """Finder of names that are bound to objects of Python's own which keep a state."""

    def _call(self, call: ast.Call, func: ast.expr) -> str | None:
        path = self.module.dotted(func)
        if path is not None:
            return path if library.keeps_state(path) else None
        if isinstance(func, ast.Name):
            return self._local(func.id)
        return self.maker(func.value) if isinstance(func, ast.Attribute) else None


def heard_ends(module: Module) -> dict[str, str]:
    """Map names to a word, if code runs when their objects end.

    Setup would hold such an object beyond the trial that rebinds or deletes the name.
    """
    methods = module.facts.known.methods.get("__del__", ())
    classes = {code.root for code in methods}
    given: set[str] = set()
    for call in (call for statement in module.statements for call in immediate_calls(statement)):
        if (module.dotted(call.func) or "").startswith("weakref."):
            arguments = (*call.args, *(keyword.value for keyword in call.keywords))
            given.update(node.id for one in arguments for node in ast.walk(one) if isinstance(node, ast.Name))
    return {
        name: "an object whose end runs code"
        for name in module.binders
        if name in given or any(one.names.immediately & classes for one in module.binders[name])
    }


def makes_state(path: str) -> bool:
    """Tell whether calling a dotted path makes framework state or a random generator."""
    if path in GENERATORS:
        return True
    if not path.startswith(_FRAMEWORKS) or _STATELESS & set(path.split(".")[1:-1]):
        return False
    return path.rpartition(".")[2][0].isupper() if path.startswith(_ONLY_CLASSES) else True


def returned_values(function: FunctionNode) -> Iterator[ast.expr]:
    """Yield the values that a function returns, without those of inner functions."""
    for node in own_nodes(function):
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value
