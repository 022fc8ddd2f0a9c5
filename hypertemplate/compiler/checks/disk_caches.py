"""Functions whose results are cached on disk, though they depend on values of a trial."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.placement.partition import Partition
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.syntax.nodes import FunctionNode

_CACHES = {"joblib.Memory": "cache", "diskcache.Cache": "memoize", "diskcache.FanoutCache": "memoize"}
"""Class of a cache on disk -> its method that caches a function."""


def disk_caches(module: Module, partition: Partition, markers: tuple[Marker, ...]) -> Iterator[Diagnostic]:
    """Report functions with a cache on disk that depend on a marker other than by their arguments.

    Such a cache knows a result by the function's text and arguments, which are the same in all trials.
    """
    caches = {name: method for tree in module.trees for name, method in _caches(module, tree.module)}
    if not caches:
        return
    in_trial = [s for s in partition.kept if partition.placed(s).placement is Placement.TRIAL]
    for statement in partition.kept:
        # The cache itself may be made in each trial, but then for the sake of another one's arguments.
        differing = set().union(*(s.names.binds for s in in_trial if s is not statement)) - caches.keys()
        for node in ast.walk(statement.node):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _is_cached(node, caches):
                span = statement.tree.span(node)
                reads = statement.names.deferred & differing if node is statement.node else ()
                if (reads and statement in in_trial) or any(one.span.inside(span) for one in markers):
                    text = (
                        f"the results of {node.name}() are cached on disk, so trials would get each other's"
                    )
                    help = "pass it the values of the trial as arguments, and put no marker inside it"
                    place = statement.tree.span(node.decorator_list[0])
                    yield error(Code.DISK_CACHE, text, place, help)


def _caches(module: Module, tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the names that are bound to a cache on disk, each with its method."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func)):
                method = _CACHES.get(module.dotted(func) or "")
                if method is not None:
                    yield name, method


def _is_cached(function: FunctionNode, caches: dict[str, str]) -> bool:
    for decorator in function.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        match called:
            case ast.Attribute(value=ast.Name(id=name), attr=method) if caches.get(name) == method:
                return True
    return False
