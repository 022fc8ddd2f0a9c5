"""Kinds of what a function returns, as far as its text shows: they tell whether it can be the objective."""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterator
from typing import TypeGuard

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.module import Function, Module
from hypertemplate.compiler.syntax.nodes import FunctionNode, last_name, own_nodes, parameters

_NUMBERS = frozenset(["abs", "float", "len", "max", "mean", "min", "round", "sum"])
"""Functions and methods that return a number."""

TRAINING = frozenset(["fit", "fit_generator", "fit_transform", "partial_fit", "train_on_batch"])
"""Methods that train what they are called on."""

_OF_NUMBERS = frozenset(["builtins", "json", "logging", "math", "numpy", "operator", "statistics", "sys"])
"""Modules whose functions take numbers."""

_BUILDING = TRAINING | {"add", "build", "compile", "predict", "summary"}
"""Methods of networks and estimators, which no number has."""


class Returned(enum.Enum):
    """Kind of a returned value."""

    LOSS = enum.auto()
    """A number that is computed, or a dict with one as ``'loss'``."""
    WRITTEN = enum.auto()
    """A number that is written out, such as the 0 of an exit status."""
    BUILT = enum.auto()
    """An instance of a class, such as a network."""
    OBJECT = enum.auto()
    """A tuple, a text: nothing that a search could compare."""
    NOTHING = enum.auto()
    """None, or the end of the function."""
    UNKNOWN = enum.auto()


LOSSES = frozenset([Returned.LOSS, Returned.UNKNOWN])
"""Kinds that may be what a search goes by."""

_NO_LOSS = frozenset([Returned.BUILT, Returned.OBJECT, Returned.NOTHING])


def returned_kinds(module: Module, function: Function) -> frozenset[Returned]:
    """Return the kinds of what a function returns, one or more."""
    return _Kinds(module).of(function.node)


def may_be_objective(module: Module, function: Function) -> bool:
    """Tell whether a function may return a loss: no builder of a network does.

    Where its text does not tell, the rest of the template does: what is used as an object is no loss. What no
    other statement names cannot be part of a script.
    """
    kinds = returned_kinds(module, function)
    if isinstance(function.node, ast.AsyncFunctionDef) or Returned.LOSS in kinds:
        return True
    if all(user is function.statement for user in module.users.get(function.name, ())):
        return not only_builds(module, function)
    return not kinds <= _NO_LOSS and not _used_as_object(module, function)


def only_builds(module: Module, function: Function) -> bool:
    """Tell whether a function surely returns an instance of a class, and calls no method that trains it."""
    calls = (node for node in ast.walk(function.node) if isinstance(node, ast.Call))
    trains = any(isinstance(call.func, ast.Attribute) and call.func.attr in TRAINING for call in calls)
    return not trains and returned_kinds(module, function) == {Returned.BUILT}


class _Kinds:
    """Kinds of the values of expressions, through names and the template's own functions."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._entered: set[FunctionNode] = set()

    def of(self, function: FunctionNode) -> frozenset[Returned]:
        """Return the kinds of what a function returns."""
        if function in self._entered:
            return frozenset()
        self._entered.add(function)
        nodes = list(own_nodes(function))
        if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in nodes):
            return frozenset([Returned.OBJECT])
        values = [node.value for node in nodes if isinstance(node, ast.Return)]
        found = [kind for value in values for kind in self._of_value(value, function, frozenset())]
        return frozenset(found or [Returned.NOTHING])

    def _of_value(
        self, value: ast.expr | None, function: FunctionNode, seen: frozenset[str]
    ) -> Iterator[Returned]:
        match value:
            case None | ast.Constant(value=None):
                yield Returned.NOTHING
            case ast.Constant(value=int() | float()):
                yield Returned.WRITTEN
            case ast.Constant() | ast.JoinedStr() | ast.Tuple() | ast.List() | ast.Lambda() | ast.ListComp():
                yield Returned.OBJECT
            case ast.Dict(keys=keys):
                named = {key.value for key in keys if isinstance(key, ast.Constant)}
                yield Returned.LOSS if named & {"loss", "losses"} else Returned.UNKNOWN
            case ast.UnaryOp(op=ast.USub()) | ast.BinOp():
                yield Returned.LOSS
            case ast.IfExp(body=body, orelse=orelse):
                yield from self._of_value(body, function, seen)
                yield from self._of_value(orelse, function, seen)
            case ast.Call():
                yield from self._of_call(value)
            case ast.Name(id=name) if name not in seen:
                yield from self._of_name(name, function, seen | {name})
            case _:
                yield Returned.UNKNOWN

    def _of_call(self, call: ast.Call) -> Iterator[Returned]:
        name = last_name(call.func) or ""
        own = self._module.function(name) if isinstance(call.func, ast.Name) else None
        if own is not None:
            yield from self.of(own.node)
        elif name == "dict" and isinstance(call.func, ast.Name):
            given = {keyword.arg for keyword in call.keywords}
            yield Returned.LOSS if given & {"loss", "losses"} else Returned.UNKNOWN
        elif name in _NUMBERS:
            yield Returned.LOSS
        else:
            known = self._module.dotted(call.func) is not None or name in self._module.binders
            is_class = known and name.lstrip("_")[:1].isupper()
            yield Returned.BUILT if is_class else Returned.UNKNOWN

    def _of_name(self, name: str, function: FunctionNode, seen: frozenset[str]) -> Iterator[Returned]:
        values: list[ast.expr] = []
        for node in own_nodes(function):
            match node:
                case ast.Attribute(value=ast.Name(id=target), attr=method):
                    if target == name and method in _BUILDING:
                        yield Returned.BUILT
                        return
                case ast.Assign(targets=targets, value=value):
                    values += [value for one in targets if isinstance(one, ast.Name) and one.id == name]
                    values += [ast.Dict([one.slice], [value]) for one in targets if _item_of(one, name)]
                case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
                    values.append(value)
                case ast.AugAssign(target=ast.Name(id=target)) if target == name:
                    yield Returned.LOSS
        if not values or name in parameters(function):
            yield Returned.UNKNOWN
        for value in values:
            yield from self._of_value(value, function, seen)


def _item_of(target: ast.expr, name: str) -> TypeGuard[ast.Subscript]:
    """Tell whether a target is an item of a variable: ``result["loss"]``."""
    return (
        isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id == name
    )


def _used_as_object(module: Module, function: Function) -> bool:
    """Tell whether code outside a function uses what it returns as an object that is no `History`.

    It uses an attribute of it, or gives it to a function first, as in ``cross_val_score(create_model(), x)``.
    """
    inside = set(ast.walk(function.node))
    nodes = [n for tree in module.trees for n in ast.walk(tree.module) if n not in inside]
    bound = {
        target.id
        for node in nodes
        if isinstance(node, ast.Assign) and _calls(node.value, function.name)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    used = (value for node in nodes for value in _as_objects(module, node))
    return any(
        _calls(value, function.name) or (isinstance(value, ast.Name) and value.id in bound) for value in used
    )


def _as_objects(module: Module, node: ast.AST) -> Iterator[ast.expr]:
    """Yield what a node uses as an object."""
    match node:
        case ast.Attribute(value=value, attr=attribute) if attribute != "history":
            yield value
        case ast.Call(args=[first, *_]) if _takes_objects(module, node):
            yield first


def _takes_objects(module: Module, call: ast.Call) -> bool:
    """Tell whether a call is one of the template's own code, or of a library that does more than compute."""
    path = module.dotted(call.func)
    if path is not None:
        return path.split(".")[0] not in _OF_NUMBERS and not library.shows(path)
    return isinstance(call.func, ast.Name) and call.func.id in module.binders


def _calls(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
