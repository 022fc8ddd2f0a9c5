"""Calls that seed random numbers: they run in setup, and again in every trial."""

from __future__ import annotations

import ast

from hypertemplate.compiler.dataflow.library import SEEDING
from hypertemplate.compiler.dataflow.module import Module, immediate_calls
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.syntax.nodes import calls


def seeds(module: Module, statement: TopLevel) -> bool:
    """Tell whether a statement that binds nothing seeds random numbers, perhaps through a local function."""
    if statement.names.binds or not isinstance(statement.node, (ast.Expr, ast.If, ast.Try, ast.With)):
        return False
    waiting = list(immediate_calls(statement))
    seen: set[str] = set()
    while waiting:
        func = waiting.pop().func
        if module.dotted(func) in SEEDING:
            return True
        function = module.function(func.id) if isinstance(func, ast.Name) else None
        if function is not None and function.name not in seen:
            seen.add(function.name)
            waiting += calls(function.node.body)
    return False
