"""The file's own calls of ``minimize``, and the options in them."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import place
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error, warning
from hypertemplate.compiler.markers.search_space import Argument
from hypertemplate.compiler.program import Hints
from hypertemplate.compiler.syntax.nodes import last_name
from hypertemplate.compiler.syntax.tree import Tree

_POSITIONS = ("model", "data", "algo", "max_evals", "trials", "functions", "rseed")
"""Positional order of ``minimize`` in Hyperas and here; the ensembles take a number before it."""

_ALGORITHMS = {"tpe": "tpe", "bayes": "bayes", "rand": "random", "random": "random", "anneal": "anneal"}
_OURS = ("hyperas", "hypertemplate")


@dataclass(frozen=True, eq=False)
class MinimizeCall:
    """A call of ``minimize``, with its arguments by name."""

    node: ast.Call
    arguments: dict[str, ast.expr]


def is_minimize(node: ast.Call, module: Module) -> bool:
    """Return True for a call of Hyperas's or hypertemplate's ``minimize``, or of one with their arguments.

    Elephas has one, ``HyperParamModel(sc).minimize(model=model, data=data)``. SciPy's is none.
    """
    name = last_name(node.func)
    path = module.dotted(node.func)
    if name == "tune":
        return path is not None and path.split(".")[0] in _OURS
    if name not in ("minimize", "best_models", "best_ensemble"):
        return False
    if {"model", "data"} <= {keyword.arg for keyword in node.keywords}:
        return True
    if path is not None:
        return path.split(".")[0] in _OURS
    base = node.func.value if isinstance(node.func, ast.Attribute) else None
    # Without an explicit import: `optim.minimize`, or a bare name from a star import.
    return last_name(base) == "optim" if base is not None else name not in module.binders


def minimize_calls(module: Module) -> tuple[MinimizeCall, ...]:
    """Return all such calls of the file, also inside functions and guards, in source order."""
    calls = [
        (tree.part, node.lineno, node.col_offset, MinimizeCall(node, _arguments(node)))
        for tree in module.trees
        for node in ast.walk(tree.module)
        if isinstance(node, ast.Call) and is_minimize(node, module)
    ]
    return tuple(call for *_, call in sorted(calls, key=lambda call: call[:3]))


def _arguments(node: ast.Call) -> dict[str, ast.expr]:
    named = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg is not None}
    if last_name(node.func) == "tune":
        return _functions(node, named)
    given = node.args if last_name(node.func) == "minimize" else node.args[1:]
    return dict(zip(_POSITIONS, given, strict=False)) | named


def _functions(node: ast.Call, named: dict[str, ast.expr]) -> dict[str, ast.expr]:
    """Return the arguments of ``tune``, whose first one is the model function, or the path of a file."""
    first = node.args[0] if node.args else named.get("template")
    if not isinstance(first, ast.Name):
        return {}
    return {"model": first} | {name: value for name, value in named.items() if name != "model"}


def argument(call: MinimizeCall | None, what: str) -> ast.expr | None:
    """Return an argument of a call by name; None if the argument or the call is missing."""
    return call.arguments.get(what) if call is not None else None


def named(call: MinimizeCall | None, what: str) -> str | None:
    """Return the name that an argument consists of; None for anything else, or without a call."""
    node = argument(call, what)
    return node.id if isinstance(node, ast.Name) else None


def call_for(calls: tuple[MinimizeCall, ...], model: str | None, data: str | None) -> MinimizeCall | None:
    """Return the relevant call: of those with the requested model, the one with that data, else the first.

    A single call is relevant whatever it names.
    """
    fitting = [call for call in calls if model is None or named(call, "model") == model]
    with_data = [call for call in fitting if named(call, "data") == data]
    return next(iter(with_data or fitting), calls[0] if len(calls) == 1 else None)


def disagreements(
    module: Module, calls: tuple[MinimizeCall, ...], model: str | None, data: str | None
) -> list[Diagnostic]:
    """Report calls that differ if the user has not chosen one."""
    models = {name: call for call in reversed(calls) if (name := named(call, "model"))}
    if model is None and len(models) > 1:
        listed = list(reversed(models))
        text = f"several minimize() calls name different models: {', '.join(listed)}"
        help = f"choose one: --model {listed[0]}"
        return [error(Code.NO_MODEL, text, _tree(module, calls[0].node).span(calls[0].node), help)]
    first = call_for(calls, model, data)
    same = [call for call in calls if first is not None and named(call, "model") == named(first, "model")]
    sets = {name: call for call in reversed(same) if (name := named(call, "data"))}
    if data is None and first is not None and len(sets) > 1:
        listed = [f"{name} ({_line(module, call.node)})" for name, call in reversed(sets.items())]
        text = f"several minimize() calls give '{named(first, 'model')}' different data: {', '.join(listed)}"
        help = f"choose one: --data {next(reversed(sets))}"
        return [error(Code.SEVERAL_CALLS, text, _tree(module, first.node).span(first.node), help)]
    alike = [call for call in same if named(call, "data") == named(first, "data")]
    return [
        warning(
            Code.SEVERAL_CALLS,
            f"several minimize() calls give different data_args; those of {_line(module, first.node)} count",
            _tree(module, call.node).span(call.node),
            "remove the calls that you do not mean",
        )
        for call in alike
        if first is not None and _text(call) != _text(first)
    ]


def _text(call: MinimizeCall) -> str:
    """Return the ``data_args`` of a call, for comparison."""
    node = argument(call, "data_args")
    return ast.dump(node) if node is not None else ""


def _tree(module: Module, node: ast.expr) -> Tree:
    return next(tree for tree in module.trees if node in tree.parents)


def _line(module: Module, node: ast.expr) -> str:
    return place(_tree(module, node), node)


def hints(module: Module, call: MinimizeCall | None) -> Hints:
    """Return the options in a call, as far as they are written out; none without a call."""
    if call is None:
        return Hints()
    return Hints(
        max_evals=_count(_value(module, call.arguments.get("max_evals"))),
        algorithm=_algorithm(call.arguments.get("algo")),
        seed=_count(_value(module, call.arguments.get("rseed"))),
    )


def _value(module: Module, node: ast.expr | None) -> ast.expr | None:
    """Return the value of a name that the module assigns once; else the expression itself."""
    if isinstance(node, ast.Name) and len(module.binders.get(node.id, ())) == 1:
        match module.binders[node.id][0].node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == node.id:
                return value
    return node


def _count(node: ast.expr | None) -> int | None:
    match node:
        case ast.Constant(value=int(value)) if not isinstance(value, bool) and value >= 0:
            return value
    return None


def _algorithm(node: ast.expr | None) -> str | None:
    """Return ``tpe`` for ``tpe.suggest``, ``hyperopt.tpe.suggest`` and ``partial(tpe.suggest, ...)``."""
    if isinstance(node, ast.Call) and last_name(node.func) == "partial" and node.args:
        node = node.args[0]
    if isinstance(node, ast.Attribute) and node.attr == "suggest":
        return _ALGORITHMS.get(last_name(node.value) or "")
    return None


def data_args(
    module: Module, call: MinimizeCall | None
) -> tuple[ast.expr | None, Argument | None, int | None]:
    """Return the ``data_args`` of the file's own call: its node, the expression, and the number of items."""
    node = argument(call, "data_args")
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return None, None, 0
    tree = _tree(module, node)
    expression = Argument("data_args", tree.one_line(node), tree.span(node), False)
    items = node.elts if isinstance(node, (ast.Tuple, ast.List)) else [ast.Starred(node)]
    return node, expression, None if any(isinstance(item, ast.Starred) for item in items) else len(items)
