"""Which functions are the model and the data, and what the file's own ``minimize`` call asks for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from hypertemplate.compiler.codes import Code
from hypertemplate.compiler.diagnostics import Diagnostic, error, warning
from hypertemplate.compiler.grammar import did_you_mean
from hypertemplate.compiler.markers import Marker, last_name
from hypertemplate.compiler.module import Function, Module, is_main_guard
from hypertemplate.compiler.program import Hints
from hypertemplate.compiler.source import Span
from hypertemplate.compiler.space import Argument

_POSITIONS = ("model", "data", "algo", "max_evals", "trials", "functions", "rseed")
"""The positional order of ``minimize`` in Hyperas and here; the ensembles take a number before it."""

_ALGORITHMS = {"tpe": "tpe", "rand": "random", "random": "random", "anneal": "anneal"}
_OURS = ("hyperas", "hypertemplate")
MODEL_NAMES = ("model", "create_model")


@dataclass(frozen=True, eq=False)
class MinimizeCall:
    """A call of ``minimize``: its arguments by name."""

    node: ast.Call
    arguments: dict[str, ast.expr]


@dataclass(frozen=True, eq=False)
class Selection:
    """The functions that were chosen, and the hints of the ``minimize`` call that named them.

    Without a model the template is a script: its own statements are the trial.

    Attributes:
        model: the model function, or None in a script.
        data: the data function, or None without one.
        hints: what the call asks for.
        data_is_missing: whether a data function was named that is not there.
        data_args: the expression of the arguments that the call gives to the data function, or None.
        data_args_count: how many these are, where the expression tells; None if only a run can.
    """

    model: Function | None
    data: Function | None
    hints: Hints
    data_is_missing: bool = False
    data_args: Argument | None = None
    data_args_count: int | None = None

    @property
    def functions(self) -> tuple[Function, ...]:
        """The chosen functions."""
        return tuple(function for function in (self.model, self.data) if function is not None)


def is_minimize(node: ast.Call, module: Module) -> bool:
    """Whether a call is Hyperas's or our ``minimize`` (not, say, SciPy's)."""
    name = last_name(node.func)
    if name not in ("minimize", "best_models", "best_ensemble"):
        return False
    path = module.dotted(node.func)
    if path is not None:
        return path.split(".")[0] in _OURS
    base = node.func.value if isinstance(node.func, ast.Attribute) else None
    # Without an import that tells: `optim.minimize`, or a bare name that comes with a star import.
    return last_name(base) == "optim" if base is not None else name not in module.binders


def minimize_calls(module: Module) -> tuple[MinimizeCall, ...]:
    """Every such call of the file, inside functions and guards too, in source order."""
    calls = [
        (tree.part, node.lineno, node.col_offset, MinimizeCall(node, _arguments(node)))
        for tree in module.trees
        for node in ast.walk(tree.module)
        if isinstance(node, ast.Call) and is_minimize(node, module)
    ]
    return tuple(call for *_, call in sorted(calls, key=lambda call: call[:3]))


def _arguments(node: ast.Call) -> dict[str, ast.expr]:
    named = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg is not None}
    given = node.args if last_name(node.func) == "minimize" else node.args[1:]
    return dict(zip(_POSITIONS, given, strict=False)) | named


def select(
    module: Module, markers: tuple[Marker, ...], model: str | None, data: str | None
) -> tuple[Selection | None, list[Diagnostic]]:
    """Choose the model and the data function.

    Args:
        module: the template.
        markers: its markers; functions that hold one come first among the candidates of an error.
        model: the name that the user gave, or None.
        data: likewise.
    """
    found: list[Diagnostic] = []
    calls = minimize_calls(module)
    call = _call_for(calls, model)
    unnamed = model is None and not calls and not set(MODEL_NAMES) & module.functions.keys()
    if unnamed and _is_script(module, markers):
        return Selection(None, None, Hints()), found
    model_name = model or _named(call, "model")
    if model is None:
        found += _disagreement(module, calls)
    if model_name is None:
        model_name = next((name for name in MODEL_NAMES if name in module.functions), None)
    data_name = data or _named(call, "data")
    if data_name is None and "data" in module.functions:
        data_name = "data"
    chosen_model = chosen_data = None
    if model_name is None:
        found.append(_no_model(module, call, markers))
    else:
        place = _argument(call, "model") if model is None else None
        chosen_model = _look_up(module, model_name, "model", markers, found, place)
    if data_name is not None:
        place = _argument(call, "data") if data is None else None
        chosen_data = _look_up(module, data_name, "data", markers, found, place)
    for function in (chosen_model, chosen_data):
        if function is not None:
            found += _twice(module, function)
            if isinstance(function.node, ast.AsyncFunctionDef):
                text = f"'{function.name}' is a coroutine (async def); data and model are plain functions"
                found.append(_at(function, Code.NOT_A_FUNCTION, text, "write def instead of async def"))
    if chosen_model is None:
        return None, found
    missing = data_name is not None and chosen_data is None
    arguments, count = _data_args(module, call)
    return Selection(chosen_model, chosen_data, _hints(module, call), missing, arguments, count), found


def _data_args(module: Module, call: MinimizeCall | None) -> tuple[Argument | None, int | None]:
    """The ``data_args`` of the file's own call: a tuple for the data function's parameters."""
    node = _argument(call, "data_args")
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return None, 0
    tree = next(tree for tree in module.trees if node in tree.parents)
    argument = Argument("data_args", tree.one_line(node), tree.span(node), False)
    items = node.elts if isinstance(node, (ast.Tuple, ast.List)) else [ast.Starred(node)]
    return argument, None if any(isinstance(item, ast.Starred) for item in items) else len(items)


def _is_script(module: Module, markers: tuple[Marker, ...]) -> bool:
    """Whether a marker takes effect at module level: there, or in a function that is called there."""
    marked: set[str] = set()
    statements = [s for s in module.statements if not is_main_guard(s.node)]
    holding = [s for s in statements if any(marker.span.inside(s.span) for marker in markers)]
    while holding:
        statement = holding.pop()
        if not defines(statement.node):
            return True
        for name in statement.names.binds - marked:
            marked.add(name)
            holding += [s for s in module.users.get(name, ()) if not is_main_guard(s.node)]
    return False


def defines(node: ast.stmt) -> bool:
    """Whether a statement defines something that runs when it is called, a lambda too."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return True
        case ast.Assign(value=ast.Lambda()) | ast.AnnAssign(value=ast.Lambda()):
            return True
    return False


def _call_for(calls: tuple[MinimizeCall, ...], model: str | None) -> MinimizeCall | None:
    """The call that counts: the one that names the model asked for, else the first."""
    for call in calls:
        if model is None or _named(call, "model") == model:
            return call
    return calls[0] if len(calls) == 1 else None


def _argument(call: MinimizeCall | None, what: str) -> ast.expr | None:
    return call.arguments.get(what) if call is not None else None


def _named(call: MinimizeCall | None, what: str) -> str | None:
    node = _argument(call, what)
    return node.id if isinstance(node, ast.Name) else None


def _disagreement(module: Module, calls: tuple[MinimizeCall, ...]) -> list[Diagnostic]:
    names = list(dict.fromkeys(name for name in (_named(call, "model") for call in calls) if name))
    if len(names) < 2:
        return []
    text = f"several minimize() calls name different models: {', '.join(names)}"
    return [error(Code.NO_MODEL, text, _span(module, calls[0].node), f"choose one: --model {names[0]}")]


def _no_model(module: Module, call: MinimizeCall | None, markers: tuple[Marker, ...]) -> Diagnostic:
    given = _argument(call, "model")
    if given is not None:
        text = f"the model that minimize() gets must be the name of a function, got {ast.unparse(given)}"
        return error(Code.NOT_A_FUNCTION, text, _span(module, given), "define it with def, and pass its name")
    for name in MODEL_NAMES:
        if name in module.nested:
            return _nested(module, name)
        if name in module.binders:
            return _not_defined_here(module, name, "model")
    candidates = _candidates(module, markers)
    if not candidates:
        return error(
            Code.NO_MODEL,
            "no model function: the file defines no function",
            None,
            "put what builds, trains and scores into: def model(...): ... return {'loss': loss}",
        )
    first = candidates[0]
    listed = ", ".join(f"{f.name} ({f.statement.place})" for f in candidates)
    text = f"no function is named model or create_model; the file has {listed}"
    return error(Code.NO_MODEL, text, None, f"say which one is the model: --model {first.name}")


def _candidates(module: Module, markers: tuple[Marker, ...]) -> list[Function]:
    """The functions of the module, those that hold a marker first."""
    functions = [definitions[-1] for definitions in module.functions.values()]

    def holds_marker(function: Function) -> bool:
        return any(marker.span.inside(function.statement.span) for marker in markers)

    return sorted(functions, key=lambda f: (not holds_marker(f), f.statement.number))


def _look_up(
    module: Module,
    name: str,
    role: str,
    markers: tuple[Marker, ...],
    found: list[Diagnostic],
    place: ast.expr | None,
) -> Function | None:
    """The function of this name, or None and what keeps it from being the model or data.

    `place` is where the file's own call names it, None if the command line did.
    """
    origin, _, original = module.aliases.get(name, "").rpartition(".")
    function = module.function(original if origin in module.imported else name)
    if function is not None:
        if is_main_guard(function.statement.node):
            text = f"the {role} function '{name}' is defined in the __main__ part, which is left out"
            found.append(_at(function, Code.NOT_A_FUNCTION, text, "move it above the __main__ part"))
        return function
    code = Code.NO_MODEL if role == "model" else Code.NO_DATA
    if name in module.nested:
        found.append(_nested(module, name))
    elif name in module.binders:
        found.append(_not_defined_here(module, name, role))
    else:
        candidates = [f.name for f in _candidates(module, markers)]
        meant = did_you_mean(name, candidates)
        listed = ", ".join(candidates) or "no function"
        option = "" if place is not None else f"--{role} "
        help = f"did you mean {option}{meant}?" if meant else f"define it: def {name}(...):"
        span = _span(module, place) if place is not None else None
        found.append(error(code, f"no function is named '{name}'; the file has {listed}", span, help))
    return None


def _not_defined_here(module: Module, name: str, role: str) -> Diagnostic:
    place = module.binders[name][-1].span
    if name in module.aliases:
        text = f"the {role} function '{name}' is imported from {module.aliases[name].rpartition('.')[0]}"
        help = "give hypertemplate the file that defines it, or define it here"
    else:
        text = f"the {role} '{name}' is not a function defined with def"
        help = f"write def {name}(...): and return the result"
    return error(Code.NOT_A_FUNCTION, text, place, help)


def _nested(module: Module, name: str) -> Diagnostic:
    node = module.nested[name]
    text = f"'{name}' is defined inside another function or a class"
    return error(
        Code.NOT_A_FUNCTION, text, _span(module, node), f"move def {name} to the top level of the file"
    )


def _twice(module: Module, function: Function) -> Iterator[Diagnostic]:
    """A warning for each earlier definition that the last one replaces."""
    for earlier in module.functions[function.name][:-1]:
        # The branches of an if, or of try and except, are alternatives, not copies.
        if earlier.node is earlier.statement.node and function.node is function.statement.node:
            text = f"'{function.name}' is defined again on {function.statement.place}, and that one counts"
            help = "remove this one, or give it another name"
            place = earlier.span
            yield warning(Code.DUPLICATE_FUNCTION, text, place, help)


def _at(function: Function, code: Code, text: str, help: str) -> Diagnostic:
    return error(code, text, function.span, help)


def _span(module: Module, node: ast.expr | ast.stmt) -> Span:
    """Where a node of some part stands."""
    tree = next(tree for tree in module.trees if node in tree.parents)
    return tree.span(node)


def _hints(module: Module, call: MinimizeCall | None) -> Hints:
    if call is None:
        return Hints()
    return Hints(
        max_evals=_count(_value(module, call.arguments.get("max_evals"))),
        algorithm=_algorithm(call.arguments.get("algo")),
        seed=_count(_value(module, call.arguments.get("rseed"))),
    )


def _value(module: Module, node: ast.expr | None) -> ast.expr | None:
    """What a name is assigned, where the module does so once; else the expression itself."""
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
    """``tpe`` of ``tpe.suggest``, of ``hyperopt.tpe.suggest`` and of ``partial(tpe.suggest, ...)``."""
    if isinstance(node, ast.Call) and last_name(node.func) == "partial" and node.args:
        node = node.args[0]
    if isinstance(node, ast.Attribute) and node.attr == "suggest":
        return _ALGORITHMS.get(last_name(node.value) or "")
    return None


def functions_elsewhere(source_module: Module, model: str | None, data: str | None) -> set[str]:
    """The modules that the template imports its model or data function from, as it names them.

    Args:
        source_module: the template.
        model: the name that the user gave, or None.
        data: likewise.
    """
    call = _call_for(minimize_calls(source_module), model)
    asked = [name for name in (model or _named(call, "model"), data or _named(call, "data")) if name]
    names = [*asked, *(name for name in (*MODEL_NAMES, "data") if name not in source_module.functions)]
    paths = {source_module.aliases.get(name, "").rpartition(".")[0] for name in names}
    if not all(name in source_module.binders or name in source_module.aliases for name in asked):
        paths |= set(source_module.stars)
    return paths - {""}
