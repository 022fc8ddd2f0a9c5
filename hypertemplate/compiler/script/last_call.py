"""Call with which a script ends, such as ``main()``, whose result may be what the search goes by."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.dataflow.kept_statements import shows
from hypertemplate.compiler.dataflow.module import Function, Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.entry.returned_values import LOSSES, TRAINING, returned_kinds
from hypertemplate.compiler.placement.partition import Partition
from hypertemplate.compiler.program import LastCall, Placement
from hypertemplate.compiler.syntax.nodes import (
    calls,
    is_marker_shaped,
    last_name,
    outside_definitions,
    own_nodes,
    parameters,
)
from hypertemplate.compiler.syntax.statements import defines
from hypertemplate.origin import LOSS

_MAIN = "main"

_RUNNERS = frozenset(["Fire", "SystemExit", "exit", "quit", "run"])
"""Functions that take the result of a main function, or call it: ``sys.exit(main())``, ``app.run(main)``."""

_CONVERSIONS = frozenset(["float", "float32", "float64", "item", "numpy", "round"])


def ending(module: Module, partition: Partition) -> tuple[LastCall, tuple[Function, ...]] | None:
    """Return the last call of a script, with its function and those that it may hand over to.

    Return None if the trial is more than one such call: assignments may be beside it, but no statement
    that trains, or gives a marker's value to another function of the template.
    """
    running = [s for s in partition.kept if partition.placed(s).placement is Placement.TRIAL]
    found: list[Function] = []
    for statement in running:
        if defines(statement.node):
            continue
        dropped = list(_dropped_calls(module, statement))
        found += dropped
        beside = () if dropped or shows(module, statement) else calls([statement.node])
        is_alike = _is_alike(module, partition, statement)
        if any(_trains(call) or (_is_own(module, call) and not is_alike) for call in beside):
            return None
    if len(found) != 1:
        return None
    (function,) = found
    ends = _handed_over(module, function)
    numbers = {_number(module, one, frozenset()) for one in ends} - {""}
    number = numbers.pop() if len(numbers) == 1 else ""
    given = dict.fromkeys(name for one in ends for name in parameters(one.node))
    return LastCall(function.name, number, tuple(given)), ends


def _trains(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in TRAINING


def _is_alike(module: Module, partition: Partition, statement: TopLevel) -> bool:
    """Return True for an assignment that does the same in each trial: it makes what a trial changes."""
    if not isinstance(statement.node, ast.Assign) or any(map(is_marker_shaped, ast.walk(statement.node))):
        return False
    binders = (one for name in statement.names.immediately for one in module.binders.get(name, ()))
    return all(partition.placed(one).placement is Placement.SETUP for one in binders)


def _is_own(module: Module, call: ast.Call) -> bool:
    """Tell whether a call is one of a function of the template, or of a class of it with arguments."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name not in module.binders.keys() - module.aliases.keys():
        return False
    is_class = any(isinstance(statement.node, ast.ClassDef) for statement in module.binders[name])
    return not is_class or bool(call.args or call.keywords)


def _handed_over(module: Module, function: Function) -> tuple[Function, ...]:
    """Return a function and the commands that it hands over to: those of a click group or of subparsers."""
    found = [function]
    for group in found:
        for own in module.functions.values():
            if own[-1] not in found and _is_command(module, own[-1], group.name):
                found.append(own[-1])
    return tuple(found)


def _is_command(module: Module, function: Function, group: str) -> bool:
    """Return True for ``@group.command()``, ``group.add_command(f)``, ``set_defaults(run=f)`` in main."""
    for decorator in function.node.decorator_list:
        match decorator.func if isinstance(decorator, ast.Call) else decorator:
            case ast.Attribute(value=ast.Name(id=name), attr="command" | "group") if name == group:
                return True
    for user in module.users.get(function.name, ()):
        for node in ast.walk(user.node):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=name), attr="add_command"),
                    args=[ast.Name(id=added), *_],
                ) if (name, added) == (group, function.name):
                    return True
                case ast.Call(func=ast.Attribute(attr="set_defaults"), keywords=keywords) if group == _MAIN:
                    given = (one.value for one in keywords)
                    if any(isinstance(one, ast.Name) and one.id == function.name for one in given):
                        return True
    return False


def _dropped_calls(module: Module, statement: TopLevel) -> Iterator[Function]:
    """Yield the functions of the template that a statement calls without keeping what they return.

    A function ``main`` counts wherever its result goes.
    """
    for call in calls([statement.node]):
        if isinstance(call.func, ast.Name) and call.func.id == _MAIN and module.function(_MAIN) is not None:
            yield module.functions[_MAIN][-1]
            return
    for node in outside_definitions(statement.node):
        match node:
            case ast.Expr(value=ast.Call() as call) | ast.Raise(exc=ast.Call() as call):
                yield from _called(module, call)


def _called(module: Module, call: ast.Call) -> Iterator[Function]:
    function = module.function(call.func.id) if isinstance(call.func, ast.Name) else None
    if function is not None:
        yield function
    elif last_name(call.func) in _RUNNERS:
        for given in call.args:
            if isinstance(given, ast.Call):
                yield from _called(module, given)
            elif isinstance(given, ast.Name) and (named := module.function(given.id)) is not None:
                yield named


def _number(module: Module, function: Function, seen: frozenset[str]) -> str:
    """Return the name of the number that a function returns; empty if it cannot return one.

    What ``fit`` returns is none: the history of the last fit counts anyway.
    """
    if not returned_kinds(module, function) & LOSSES:
        return ""
    values = [node.value for node in own_nodes(function.node) if isinstance(node, ast.Return)]
    named = {_name(module, function, value, seen | {function.name}) for value in values if value is not None}
    found = named - {""}
    return found.pop() if len(found) == 1 else function.name if found else ""


def _name(module: Module, function: Function, value: ast.expr, seen: frozenset[str]) -> str:
    """Return the name of a returned number: a variable's, ``loss`` for a dict, else the function's."""
    match value:
        case ast.Constant():
            return ""
        case ast.Name(id=name):
            assigned = [
                node.value
                for node in own_nodes(function.node)
                if isinstance(node, ast.Assign)
                and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
            ]
            if assigned and all(_is_fit(one) for one in assigned):
                return ""
            return LOSS if any(isinstance(one, ast.Dict) for one in assigned) else name
        case ast.Dict():
            return LOSS
        case ast.Call(func=ast.Name(id=name)) if name not in seen and module.function(name) is not None:
            return _number(module, module.functions[name][-1], seen)
        case ast.Call(func=func, args=[inner]) if last_name(func) in _CONVERSIONS:
            return _name(module, function, inner, seen)
        case ast.Call(func=ast.Attribute(value=inner, attr=method), args=[]) if method in _CONVERSIONS:
            return _name(module, function, inner, seen)
    return "" if _is_fit(value) else function.name


def _is_fit(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and last_name(value.func) == "fit"
