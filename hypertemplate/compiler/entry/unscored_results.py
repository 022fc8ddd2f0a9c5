"""Results of a model function that are surely no loss, so that each trial would fail."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, replace

from hypertemplate.compiler.checks.keras_code.keras_networks import (
    builds_network,
    called_method,
    has_metrics,
    is_without_validation,
)
from hypertemplate.compiler.dataflow.module import Function, Module
from hypertemplate.compiler.markers.grammar import did_you_mean
from hypertemplate.compiler.syntax.name_scopes import scope_of, uses_of
from hypertemplate.compiler.syntax.nodes import is_marker_shaped, own_nodes

NOTHING = "nothing"
EXAMPLE = "return the loss, as in return {'loss': -accuracy}"
_OR_A_METRIC = "or name a metric of a fit with --objective"

_RESULTS = {
    **dict.fromkeys(("all", "any", "bool", "callable", "hasattr", "isinstance"), "a bool"),
    **dict.fromkeys(("ascii", "bin", "chr", "format", "hex", "input", "repr", "str"), "a str"),
    **dict.fromkeys(("frozenset", "set"), "a set"),
    **dict.fromkeys(("dir", "list", "sorted"), "a list"),
    "print": NOTHING,
    "tuple": "a tuple",
}
"""Builtin function -> kind of its result."""

_STR_METHODS = frozenset({"format", "join"})
_ALIKE = 0.75
"""Least similarity of a key to ``loss`` of which it is a misspelling: ``val_loss`` is less like it."""

_APART = frozenset({"loss", "losses", "model", "status"})
"""Keys of a returned dict that name no other number."""


def misspelled_loss(keys: Iterable[object]) -> str:
    """Return the key of a returned dict that is most likely a misspelling of ``loss``; else an empty text.

    >>> misspelled_loss(["val_acc", "los"]), misspelled_loss(["val_loss", "cost"])
    ('los', '')
    """
    others = [key for key in keys if isinstance(key, str) and key not in _APART]
    return did_you_mean("loss", others, cutoff=_ALIKE) or ""


def meant_loss(key: str) -> str:
    """Ask whether a misspelled key of a returned dict is the loss.

    >>> meant_loss("los")
    "did you mean 'loss'? it has the key 'los'"
    """
    return f"did you mean 'loss'? it has the key {key!r}"


@dataclass(frozen=True, slots=True)
class Unscored:
    """Result that cannot be a loss.

    Attributes:
        what: what it is, with an article.
        node: expression that gives it, or None where a function just ends.
        help: what to write instead.
    """

    what: str
    node: ast.expr | None = None
    help: str = f"{EXAMPLE}, {_OR_A_METRIC}"

    @property
    def is_nothing(self) -> bool:
        """True for None."""
        return self.what == NOTHING


def unscored(module: Module, function: Function) -> Unscored | None:
    """Return the first of a function's results, if surely none of them is a loss; None if in doubt."""
    return _unscored(module, function, frozenset())


def _unscored(module: Module, function: Function, callers: frozenset[Function]) -> Unscored | None:
    node = function.node
    if function in callers or node.decorator_list or isinstance(node, ast.AsyncFunctionDef):
        return None
    nodes = list(own_nodes(node))
    for one in nodes:
        if isinstance(one, (ast.Yield, ast.YieldFrom)):
            return Unscored("a generator", one, "write return instead of yield")
    results = _Results(module, function, callers | {function})
    found = [results.of(one.value) for one in nodes if isinstance(one, ast.Return)]
    certain = [one for one in found if one is not None]
    if len(certain) < len(found):
        return None
    return next((one for one in certain if not one.is_nothing), Unscored(NOTHING))


class _Results:
    """Values of the expressions of a function.

    Args:
        module: the template.
        function: the function.
        entered: the function, and those that call it.
    """

    def __init__(self, module: Module, function: Function, entered: frozenset[Function]) -> None:
        self._module = module
        self._tree = function.statement.tree
        self._entered = entered
        self._names: set[str] = set()

    def of(self, value: ast.expr | None) -> Unscored | None:
        """Return an expression's value as a result, or None if it may be a loss."""
        match value:
            case None | ast.Constant(value=None):
                return Unscored(NOTHING)
            case ast.Dict():
                return self._of_dict(value)
            case ast.IfExp(body=body, orelse=orelse):
                first, last = self.of(body), self.of(orelse)
                return first if last is not None else None
            case ast.Name():
                return self._of_name(value)
            case ast.Call():
                return self._of_call(value)
        what = _kind(value)
        return Unscored(what, value) if what else None

    def _of_dict(self, value: ast.Dict) -> Unscored | None:
        if not all(isinstance(key, ast.Constant) for key in value.keys):
            return None
        entries = {
            key.value: one
            for key, one in zip(value.keys, value.values, strict=True)
            if isinstance(key, ast.Constant)
        }
        match entries.get("status"):
            case ast.Constant(value=str(status)) if status != "ok":
                known = "" if status == "fail" else ": write 'ok', or leave it out"
                return Unscored(
                    f"the status {status!r}", value, f"only a trial with the status 'ok' counts{known}"
                )
        if "loss" in entries:
            loss = self.of(entries["loss"])
            if loss is None:
                return None
            what = "None" if loss.is_nothing else loss.what
            return Unscored(f"{what} as the loss", entries["loss"], EXAMPLE)
        if "losses" in entries:
            return None
        keys = [key for key in entries if isinstance(key, str)]
        if misspelled := misspelled_loss(keys):
            return Unscored("a dict without 'loss'", value, meant_loss(misspelled))
        numbers = [key for key in keys if key not in _APART]
        other = f"--objective {numbers[0]}:max, or :min if lower is better" if numbers else ""
        named = f"; or search by another entry, as in {other}" if other else ""
        return Unscored("a dict without 'loss'", value, f"add it, as in return {{'loss': -accuracy}}{named}")

    def _of_name(self, name: ast.Name) -> Unscored | None:
        binder = self._module.only_binder(self._tree, name)
        if isinstance(binder, ast.FunctionDef) and not binder.decorator_list:
            return Unscored(f"the function {name.id}", name, f"call it: {name.id}(...)")
        value = self._module.only_value(self._tree, name)
        if value is None or name.id in self._names:
            return None
        if isinstance(value, ast.Dict) and not self._is_only_returned(name):
            return None
        self._names.add(name.id)
        found = self.of(value)
        self._names.remove(name.id)
        return replace(found, node=name) if found is not None else None

    def _is_only_returned(self, name: ast.Name) -> bool:
        """Tell whether nothing but a return statement uses a name, so that nothing changes its object."""
        scope = scope_of(self._tree, name)
        uses = [use for use in uses_of(self._tree, name.id) if scope_of(self._tree, use) is scope]
        return all(isinstance(self._tree.parents[use], (ast.Assign, ast.Return)) for use in uses)

    def _of_call(self, call: ast.Call) -> Unscored | None:
        match call.func:
            case ast.Name(id=name) if self._is_builtin(call.func):
                return Unscored(_RESULTS[name], call) if name in _RESULTS else None
            case ast.Name(id=name) if (own := self._module.function(name)) is not None:
                if self._module.only_binder(self._tree, call.func) is not own.node:
                    return None
                found = _unscored(self._module, own, self._entered)
                return replace(found, node=call) if found is not None else None
            case ast.Attribute(value=ast.Constant(value=str()), attr=method) if method in _STR_METHODS:
                return Unscored("a str", call)
        score = f"score it, and {EXAMPLE}, {_OR_A_METRIC}"
        if builds_network(self._module, call):
            return Unscored("a network", call, score)
        if self._is_estimator(call):
            return Unscored("an estimator", call, score)
        return self._of_network(call)

    def _is_builtin(self, name: ast.Name) -> bool:
        return name.id not in self._module.binders and scope_of(self._tree, name) is None

    def _is_estimator(self, call: ast.Call) -> bool:
        path = self._module.dotted(call.func) or ""
        return path.startswith("sklearn.") and path.rpartition(".")[2][:1].isupper()

    def _of_network(self, call: ast.Call) -> Unscored | None:
        """Return what a method of a network returns."""
        called = called_method(self._module, self._tree, call)
        if called is None:
            return None
        network, method = called
        if method == "fit" and is_without_validation(call):
            help = "give fit() validation_data, or return a number"
            return Unscored("a History without val_loss", call, f"{help}, {_OR_A_METRIC}")
        as_list = not any(k.arg in (None, "return_dict") for k in call.keywords)
        if method == "evaluate" and as_list and has_metrics(self._tree, network):
            help = "return its first number, the loss, as in return {'loss': scores[0]}"
            return Unscored("a list of the loss and the metrics", call, f"{help}, {_OR_A_METRIC}")
        return None


def _kind(value: ast.expr) -> str:
    """Return the kind of an expression's value, if it surely is no number; else an empty text."""
    match value:
        case ast.Constant(value=bool()) | ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return "a bool"
        case ast.Constant(value=str()) | ast.JoinedStr() | ast.BinOp(left=ast.Constant(value=str())):
            return "a str"
        case ast.Constant(value=bytes()):
            return "bytes"
        case ast.Tuple() | ast.List() | ast.ListComp():
            return "a tuple" if isinstance(value, ast.Tuple) else "a list"
        case ast.Set() | ast.SetComp() if not is_marker_shaped(value):
            return "a set"
        case ast.Lambda():
            return "a function"
        case ast.GeneratorExp():
            return "a generator"
    return ""
