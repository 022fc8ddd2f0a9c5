"""Diagnostics for the model or data of a ``minimize`` call that is not the name of a function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.dataflow.module import Function, Module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.entry.minimize_calls import MinimizeCall
from hypertemplate.compiler.syntax.nodes import FUNCTIONS, last_name, own_nodes, parameters
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.tree import Tree


def not_a_name(module: Module, call: MinimizeCall, role: str, given: ast.expr) -> Diagnostic:
    """Report an argument that is an expression; a call of a data function gives its arguments as well."""
    tree = _tree(module, given)
    text = f"minimize() takes the name of the {role} function, got {tree.one_line(given)}"
    help, edits = "define it with def at the top level, and pass its name", tuple[Edit, ...]()
    if role == "data" and isinstance(given, ast.Call) and isinstance(given.func, ast.Name):
        function = module.function(given.func.id)
        arguments = _arguments(tree, given, function) if function is not None else None
        if arguments is not None and "data_args" not in call.arguments:
            help, edits = _with_arguments(tree, call.node, given, arguments)
    return error(Code.NOT_A_FUNCTION, text, tree.span(given), help, edits)


def _arguments(tree: Tree, call: ast.Call, function: Function) -> list[str] | None:
    """Return the texts of a call's arguments by position; None if they have none, or it gives a function."""
    names = [one.arg for one in (*function.node.args.posonlyargs, *function.node.args.args)]
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    rest = names[len(call.args) : len(call.args) + len(given)]
    starred = any(isinstance(argument, ast.Starred) for argument in call.args)
    if starred or set(rest) != given.keys() or _returns_a_function(function):
        return None
    return [tree.one_line(argument) for argument in (*call.args, *(given[name] for name in rest))]


def _returns_a_function(function: Function) -> bool:
    nodes = list(own_nodes(function.node))
    inner = {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    returned = [node.value for node in nodes if isinstance(node, ast.Return)]
    return any(
        isinstance(value, ast.Lambda) or (isinstance(value, ast.Name) and value.id in inner)
        for value in returned
    )


def _with_arguments(
    tree: Tree, call: ast.Call, given: ast.Call, arguments: list[str]
) -> tuple[str, tuple[Edit, ...]]:
    """Return the help and the edits that pass a function by its name, and its arguments as ``data_args``."""
    name = tree.one_line(given.func)
    named = Edit(tree.span(given), name)
    if not arguments:
        return f"write data={name}", (named,)
    more = f", data_args=({', '.join(arguments)}{',' if len(arguments) == 1 else ''})"
    ends = [tree.span(one).end for one in call.args] + [tree.span(one).end for one in call.keywords]
    last = max(ends)
    place = Span(tree.part, last, last)
    if last == named.span.end:
        return f"write data={name}{more}", (Edit(named.span, name + more),)
    return f"write data={name}{more}", (named, Edit(place, more))


def stands_for(module: Module, node: ast.Name) -> list[str]:
    """Return the functions of the module that a name can be in its place, other than one of its own name.

    The name is a parameter, the variable of a loop over written functions, or assigned.
    """
    found: set[str] = set()
    seen: set[ast.expr] = set()
    worklist: list[ast.expr] = [node]
    while worklist:
        one = worklist.pop(0)
        if one in seen:
            continue
        seen.add(one)
        if isinstance(one, ast.Name):
            values = list(_values(module, one))
            worklist += values
            if not values and one is not node and one.id in module.functions:
                found.add(one.id)
        elif isinstance(one, ast.IfExp):
            worklist += [one.body, one.orelse]
    return sorted(found, key=lambda name: module.functions[name][-1].statement.number)


def _values(module: Module, name: ast.Name) -> Iterator[ast.expr]:
    """Yield what a name is given: in the calls of its function, by its loop, in assignments around it."""
    tree = _tree(module, name)
    for _, scope in tree.ancestors(name):
        if isinstance(scope, FUNCTIONS) and name.id in parameters(scope):
            yield from _given(module, scope, name.id)
            return
        if isinstance(scope, (*FUNCTIONS, ast.Module)):
            yield from _assigned(scope, name.id)


def _given(module: Module, function: ast.AST, parameter: str) -> Iterator[ast.expr]:
    """Yield the arguments that calls of a function give one of its parameters."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return
    place = parameters(function).index(parameter)
    for tree in module.trees:
        for node in tree.parents:
            if isinstance(node, ast.Call) and last_name(node.func) == function.name:
                yield from node.args[place : place + 1]
                yield from (one.value for one in node.keywords if one.arg == parameter)


def _assigned(scope: ast.AST, name: str) -> Iterator[ast.expr]:
    """Yield the values that assignments and loops of a scope give a name."""
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                yield value
            case ast.For(target=ast.Name(id=target), iter=ast.List(elts=items) | ast.Tuple(elts=items)):
                yield from items if target == name else ()


def ambiguous(module: Module, name: ast.Name, role: str, functions: list[str]) -> Diagnostic:
    """Report a name that stands for functions, one of which the user must choose."""
    listed = " or ".join([", ".join(functions[:-1]), functions[-1]] if functions[1:] else functions)
    text = f"'{name.id}' can be {listed} here, but a search needs the name of one {role} function"
    help = f"choose one: --{role} {functions[0]}" if functions[1:] else f"say so: --{role} {functions[0]}"
    return error(Code.NOT_A_FUNCTION, text, _tree(module, name).span(name), help)


def _tree(module: Module, node: ast.expr) -> Tree:
    return next(tree for tree in module.trees if node in tree.parents)
