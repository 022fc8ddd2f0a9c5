"""Values as people recognize them: with the name, the argument or the callee that they belong to."""

from __future__ import annotations

import ast

from hypertemplate.compiler.markers.argument_names import option_name
from hypertemplate.compiler.syntax.nodes import defaults, last_name
from hypertemplate.compiler.syntax.tree import Tree


def shown(tree: Tree, node: ast.expr) -> str:
    """Return a value with what tells what it is: ``Dropout(0.2)``, ``learning_rate=1e-3``, ``LR = 1e-3``."""
    code, name = tree.one_line(node), name_of(tree, node)
    match parent := tree.parents[node]:
        case ast.keyword(arg="default") if name:
            return f"{name} = {code}"
        case ast.keyword(arg=str(argument)):
            return f"{argument}={code}"
        case ast.Call(func=func) if node is not func:
            return f"{last_name(func) or '...'}({code})"
        case ast.Dict(keys=keys, values=values):
            key = next(k for k, v in zip(keys, values, strict=True) if v is node)
            return f"{tree.one_line(key)}: {code}" if key is not None else code
        case ast.arguments():
            return f"{name}={code}"
        case ast.Assign(targets=[ast.Subscript() as target]):
            return f"{tree.one_line(target)} = {code}"
    return f"{name} = {code}" if name and not isinstance(parent, ast.Call) else code


def name_of(tree: Tree, node: ast.expr) -> str:
    """Return the name that a value has as a variable, field, parameter or option; empty if it has none."""
    match parent := tree.parents[node]:
        case ast.Assign(targets=[target]) | ast.AnnAssign(target=target) | ast.NamedExpr(target=target):
            return last_name(target) or ""
        case ast.Tuple(elts=values):
            outer = tree.parents[parent]
            targets = outer.targets[0] if isinstance(outer, ast.Assign) else None
            paired = isinstance(targets, ast.Tuple) and len(targets.elts) == len(values)
            place = next(number for number, one in enumerate(values) if one is node)
            return last_name(targets.elts[place]) or "" if paired and isinstance(targets, ast.Tuple) else ""
        case ast.keyword(arg="default"):
            call = tree.parents[parent]
            return (option_name(call, parent) or name_of(tree, call)) if isinstance(call, ast.Call) else ""
        case ast.arguments():
            function = tree.parents[parent]
            assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            return next(name for name, value in defaults(function) if value is node)
    return ""
