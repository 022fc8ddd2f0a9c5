"""Functions that are defined inside other code, and lambdas: the objects they capture and what they do."""

from __future__ import annotations

import ast

from hypertemplate.compiler.dataflow.effects import CLOSURE_ARGUMENT, NOTHING, Closure, Code, Fresh, Objects
from hypertemplate.compiler.dataflow.evaluation.context import DEEPEST, Context
from hypertemplate.compiler.dataflow.evaluation.function_bodies import evaluate_function, result
from hypertemplate.compiler.syntax.nodes import Body, defaults, parameters
from hypertemplate.compiler.syntax.scopes import bound_names


def define(context: Context, node: Body) -> Objects:
    """Define a function; inside another one, the effects of calling it count for that one."""
    for _, default in defaults(node):
        context.value(default)
    scopes = tuple(scope for scope in context.scopes if not scope.of_class)
    closure = Closure(node, scopes)
    made = Fresh(set(captured(context, node)), set(), closure)
    if not scopes:
        made.code.add(_anonymous(context, node))
    else:
        every = frozenset((CLOSURE_ARGUMENT,))
        if node not in context.active and len(context.active) <= DEEPEST:
            found = result(context, closure, {f"({name})": every for name in parameters(node)})
            made.holds |= found - {made}
    return frozenset((made,))


def captured(context: Context, node: ast.AST) -> Objects:
    """Return the objects of the names that a function or generator expression reads."""
    own = bound_names(node) if isinstance(node, Body) else frozenset()
    names = (one for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load))
    return NOTHING.union(*(context.read(one.id) for one in names if one.id not in own))


def _anonymous(context: Context, node: Body) -> str:
    """Turn a lambda of the module into a function under a unique name."""
    name = f"<{id(node)}>"
    if name not in context.known.functions:
        code = Code(name, node, False)
        context.known.functions[name] = [code]
        evaluate_function(context.anew(code.effects), code)
    return name
