"""Marked values that change the scale of what is searched: the numbers of two trials then do not compare.

Another loss function has another scale; a penalty and a weight are part of the loss. A search by such a loss
finds the smallest scale, not the best network.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.entry.selection import Selection
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.program import Affected, Program, Scale
from hypertemplate.compiler.syntax.nodes import FunctionNode, last_name, own_nodes, parameters
from hypertemplate.compiler.syntax.tree import Tree
from hypertemplate.origin import DEFAULT, LOSS

_SINCE: dict[str, tuple[Affected, str]] = {
    "loss": ("loss", "each loss function has its own scale"),
    "penalty": ("loss", "the loss contains this penalty"),
    "loss_weights": ("loss", "the loss is weighted by this"),
    "class_weight": ("training loss", "the training loss is weighted by this"),
    "sample_weight": ("training loss", "the training loss is weighted by this"),
    "scoring": ("score", "each scorer has its own scale"),
}
"""Kinds of operands of a number: the number that they change, and why it does not compare."""


def scales(module: Module, selection: Selection, markers: Collection[Marker]) -> tuple[Scale, ...]:
    """Find the marked values that change the scale of a loss or score, each once.

    Args:
        module: template.
        selection: model and data function of the template.
        markers: markers that are searched.
    """
    nodes = {marker.node: marker for marker in markers}
    names = _Names(module.trees)
    help = f"search by a metric, such as {_metric(names)}"
    found: dict[Marker, Scale] = {}
    for call, scope in names.calls if nodes else ():
        for kind, operand in _operands(module, call):
            affects, since = _SINCE[kind]
            for node in names.reached(operand, scope):
                marker = nodes.get(node) if isinstance(node, ast.Set) else None
                if marker is not None and marker not in found:
                    number = "scores" if affects == "score" else "losses"
                    text = f"{since}, so the {number} of two trials are not comparable"
                    found[marker] = Scale(affects, warning(Code.SCALE, text, marker.span, help))
    return tuple(found.values())


def loss_numbers(module: Module, selection: Selection) -> tuple[str, ...]:
    """Return the names of numbers that are a network's loss: of variables of a script, else `LOSS`."""
    names = _Names(module.trees)
    if selection.model is None:
        return tuple(sorted(name for name in names.of_module if names.is_loss(ast.Name(name), None)))
    model = selection.model.node
    for node in own_nodes(model):
        returned = _returned(node.value) if isinstance(node, ast.Return) and node.value is not None else ()
        if any(names.is_loss(value, model) for value in returned):
            return (LOSS,)
    return ()


def scale_warnings(program: Program, objective: str | None) -> tuple[Diagnostic, ...]:
    """Return the warnings on scales that concern a search by an objective.

    Args:
        program: compiled template.
        objective: name of the objective; None for the default.
    """
    if objective is None and program.model is None:
        objective = DEFAULT
    name, losses, results = objective or LOSS, program.loss_numbers, program.script.results
    is_named = objective is not None and objective.endswith("loss")
    concerned: set[Affected] = {"score"}
    if is_named or name in losses:
        concerned.add("loss")
    if objective == LOSS and (results is None or LOSS not in results):
        concerned.add("training loss")
    return tuple(scale.warning for scale in program.scales if scale.affects in concerned)


def _operands(module: Module, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """Yield the expressions in a call that change the scale of a loss or score, each with its kind."""
    name, path = last_name(call.func), module.dotted(call.func) or ""
    method = isinstance(call.func, ast.Attribute)
    if method and name == "compile" and len(call.args) > 1:
        yield "loss", call.args[1]
    if name in ("add_loss", "ActivityRegularization") or ".regularizers." in path:
        yield from (("penalty", value) for value in (*call.args, *(one.value for one in call.keywords)))
    for keyword in call.keywords:
        given = keyword.arg or ""
        if given.endswith("_regularizer"):
            yield "penalty", keyword.value
        elif (
            (method and name == "compile" and given in ("loss", "loss_weights"))
            or (method and name == "fit" and given in ("class_weight", "sample_weight"))
            or given == "scoring"
        ):
            yield given, keyword.value


def _returned(value: ast.expr) -> Iterator[ast.expr]:
    """Yield what serves as the loss of what a model function returns: of a dict its entry."""
    if not isinstance(value, ast.Dict):
        yield value
        return
    for key, entry in zip(value.keys, value.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == LOSS:
            yield entry


def _metric(names: _Names) -> str:
    """Write an objective that a network's own metrics allow."""
    for call, _ in names.calls:
        for keyword in call.keywords:
            if keyword.arg == "metrics" and isinstance(keyword.value, (ast.List, ast.Tuple)):
                for one in keyword.value.elts:
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        return f"val_{one.value}"
    return "val_mae with metrics=['mae']"


class _Names:
    """Expressions that names stand for, in a module and in its functions.

    Args:
        trees: parts of the template.

    Attributes:
        of_module: values that statements outside functions assign, by name.
        calls: every call, with the function that contains it, or None.
    """

    def __init__(self, trees: Iterable[Tree]) -> None:
        self.of_module: dict[str, list[ast.AST]] = {}
        self.calls: list[tuple[ast.Call, FunctionNode | None]] = []
        self._of_functions: dict[FunctionNode, dict[str, list[ast.AST]]] = {}
        for tree in trees:
            self._enter(tree.module, None)

    def _enter(self, node: ast.AST, scope: FunctionNode | None) -> None:
        for child in ast.iter_child_nodes(node):
            inside = scope
            match child:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        self._bind(target, value, scope)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    self._bind(target, value, scope)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self._names(scope).setdefault(child.name, []).append(child)
                    inside = child
                case ast.ClassDef():
                    self._names(scope).setdefault(child.name, []).append(child)
                case ast.Call():
                    self.calls.append((child, scope))
            self._enter(child, inside)

    def _names(self, scope: FunctionNode | None) -> dict[str, list[ast.AST]]:
        return self.of_module if scope is None else self._of_functions.setdefault(scope, {})

    def _bind(self, target: ast.expr, value: ast.expr, scope: FunctionNode | None) -> None:
        match target:
            case ast.Name(id=name):
                self._names(scope).setdefault(name, []).append(value)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                for index, one in enumerate(targets):
                    self._bind(one, ast.Subscript(value, ast.Constant(index), ast.Load()), scope)

    def meant(self, name: str, scope: FunctionNode | None) -> list[ast.AST]:
        """Return what a name may stand for; a parameter of a function stands for what calls give it."""
        local = self._of_functions.get(scope, {}).get(name, []) if scope is not None else []
        if scope is None or name not in parameters(scope):
            return local or self.of_module.get(name, [])
        place = parameters(scope).index(name)
        given: list[ast.AST] = []
        for call, _ in self.calls:
            if last_name(call.func) == scope.name:
                given += [one.value for one in call.keywords if one.arg == name]
                given += call.args[place : place + 1]
        return local + given

    def reached(self, node: ast.AST, scope: FunctionNode | None) -> Iterator[ast.AST]:
        """Yield the nodes of an expression, and of what the names in it stand for.

        Of a dictionary or a class of settings that is only the entry which is read: ``config["decay"]``.
        """
        seen: set[ast.AST] = {node}
        worklist = [node]
        while worklist:
            one = worklist.pop()
            yield one
            found = self._member(one, scope)
            if found is None:
                meant = self.meant(one.id, scope) if isinstance(one, ast.Name) else []
                found = [*ast.iter_child_nodes(one), *meant]
            worklist += [each for each in found if each not in seen]
            seen.update(found)

    def _member(self, node: ast.AST, scope: FunctionNode | None) -> list[ast.AST] | None:
        """Return what an entry or attribute of a name stands for; None for anything else, and if in doubt."""
        match node:
            case (
                ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str(key)))
                | ast.Attribute(value=ast.Name(id=name), attr=key)
            ):
                owners = self.meant(name, scope)
                found = [value for owner in owners for value in self._entries(owner, key, scope)]
                return found if found and len(found) == len(owners) else None
        return None

    def _entries(self, owner: ast.AST, key: str, scope: FunctionNode | None) -> Iterator[ast.AST]:
        """Yield the one entry of a dictionary, or attribute of a class or its object; nothing if in doubt."""
        found: list[ast.AST] = []
        match owner:
            case ast.Dict(keys=keys, values=values) if None not in keys:
                pairs = zip(keys, values, strict=True)
                found += [value for k, value in pairs if isinstance(k, ast.Constant) and k.value == key]
            case ast.Call(func=ast.Name(id=name), keywords=keywords):
                found += [one.value for one in keywords if one.arg == key]
                if not found and all(one.arg is not None for one in keywords):
                    classes = (one for one in self.meant(name, scope) if isinstance(one, ast.ClassDef))
                    found += [value for one in classes for value in self._entries(one, key, scope)]
            case ast.ClassDef(body=body):
                for statement in body:
                    match statement:
                        case (
                            ast.Assign(targets=[ast.Name(id=name)], value=value)
                            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                        ) if name == key:
                            found.append(value)
        yield from found if len(found) == 1 else ()

    def is_loss(self, node: ast.AST, scope: FunctionNode | None, seen: frozenset[str] = frozenset()) -> bool:
        """Tell whether a number is a network's loss, as far as it shows: of a history, or of ``evaluate``."""
        match node:
            case ast.Name(id=name):
                inner = seen | {name}
                return name not in seen and any(
                    self.is_loss(one, scope, inner) for one in self.meant(name, scope)
                )
            case ast.Subscript(value=value, slice=ast.Constant(value=str(key))):
                return key.endswith(LOSS)
            case ast.Subscript(value=value, slice=index):
                first = isinstance(index, ast.Constant) and index.value == 0
                return self.is_loss(value, scope, seen) and (first or not self._is_evaluated(value, scope))
            case ast.Call(func=ast.Attribute(attr="evaluate" | "fit")):
                return True
            case ast.Call(args=arguments, func=func):
                inside = [*arguments, *([func.value] if isinstance(func, ast.Attribute) else [])]
                return any(self.is_loss(one, scope, seen) for one in inside)
            case ast.BinOp(left=left, right=right):
                return self.is_loss(left, scope, seen) or self.is_loss(right, scope, seen)
        return False

    def _is_evaluated(self, node: ast.AST, scope: FunctionNode | None) -> bool:
        """Tell whether an expression is what ``evaluate`` returned: only its first item is the loss."""
        values = self.meant(node.id, scope) if isinstance(node, ast.Name) else [node]
        return any(isinstance(one, ast.Call) and last_name(one.func) == "evaluate" for one in values)
