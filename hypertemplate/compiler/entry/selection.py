"""Selection of the model and data functions, with the options of the file's own ``minimize`` call."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from hypertemplate.compiler.checks.conflicts import twice
from hypertemplate.compiler.dataflow.module import Function, Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error
from hypertemplate.compiler.entry.minimize_calls import (
    MinimizeCall,
    argument,
    call_for,
    data_args,
    hints,
    minimize_calls,
    named,
)
from hypertemplate.compiler.markers.grammar import did_you_mean
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.markers.search_space import Argument
from hypertemplate.compiler.program import Hints
from hypertemplate.compiler.syntax.nodes import root
from hypertemplate.compiler.syntax.scopes import free_names
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.statements import defines, is_main_guard

MODEL_NAMES = ("model", "create_model")


@dataclass(frozen=True, eq=False)
class Selection:
    """The selected functions, and the hints of the ``minimize`` call that named them.

    Without a model the template is a script: its own statements are the trial.

    Attributes:
        model: the model function, or None in a script.
        data: the data function, or None.
        hints: options in the call.
        data_is_missing: whether a data function was named that does not exist.
        data_args: expression for the data function's arguments in the call, or None.
        data_args_count: number of these arguments, if the expression shows it; None if only a run can.
        data_args_node: node of the expression in the file.
    """

    model: Function | None
    data: Function | None
    hints: Hints
    data_is_missing: bool = False
    data_args: Argument | None = None
    data_args_count: int | None = None
    data_args_node: ast.expr | None = None

    @property
    def functions(self) -> tuple[Function, ...]:
        """The selected functions."""
        return tuple(function for function in (self.model, self.data) if function is not None)

    @property
    def names(self) -> set[str]:
        """Names of the module that a trial starts from: those of the functions, and those in `data_args`."""
        given = free_names(self.data_args_node) if self.data_args_node is not None else []
        return {function.name for function in self.functions} | {use.name for use in given}


def select(
    module: Module,
    markers: tuple[Marker, ...],
    model: str | None,
    data: str | None,
) -> tuple[Selection | None, list[Diagnostic]]:
    """Select the model and the data function.

    Args:
        module: the template.
        markers: its markers; functions that contain one come first among an error's candidates.
        model: name of the model function that the user gave, or None.
        data: name of the data function that the user gave, or None.
    """
    found: list[Diagnostic] = []
    calls = minimize_calls(module)
    call = call_for(calls, model, data)
    unnamed = model is None and not calls and usual(module, MODEL_NAMES) is None
    if unnamed and _is_script(module, markers):
        return Selection(None, None, Hints()), found
    model_name = model or named(call, "model")
    if model_name is None:
        model_name = usual(module, MODEL_NAMES)
    data_name = data or named(call, "data") or usual(module, ("data",))
    given = argument(call, "data") if data is None else None
    if not (given is None or isinstance(given, ast.Name) or _is_none(given)):
        text = f"the data that minimize() gets must be the name of a function, got {_text(module, given)}"
        help = "define it with def, and pass its name"
        found.append(error(Code.NOT_A_FUNCTION, text, _span(module, given), help))
    chosen_model = chosen_data = None
    if model_name is None:
        found.append(_no_model(module, call, markers))
    else:
        place = argument(call, "model") if model is None else None
        chosen_model = _look_up(module, model_name, "model", markers, found, place)
    if data_name is not None:
        place = argument(call, "data") if data is None else None
        chosen_data = _look_up(module, data_name, "data", markers, found, place)
    for function in (chosen_model, chosen_data):
        if function is not None:
            found += twice(module, function)
            found += not_a_coroutine(function)
    if chosen_model is None:
        return None, found
    missing = data_name is not None and chosen_data is None
    own = call if data is None or named(call, "data") == data else None
    node, arguments, count = data_args(module, own)
    return Selection(chosen_model, chosen_data, hints(module, call), missing, arguments, count, node), found


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def usual(module: Module, names: tuple[str, ...]) -> str | None:
    """Return the first of these names that a function has, here or in a file compiled with the template."""
    for name in names:
        if name in module.functions or module.aliases.get(name, "").rpartition(".")[0] in module.imported:
            return name
    return None


def _is_script(module: Module, markers: tuple[Marker, ...]) -> bool:
    """Return True if a marker takes effect at module level: directly, or in a function called there."""
    marked: set[str] = set()
    statements = [s for s in module.statements if not is_main_guard(s.node)]
    holding = [s for s in statements if any(marker.span.inside(s.span) for marker in markers)]
    while holding:
        statement = holding.pop()
        if not defines(statement.node):
            return True
        for name in (statement.names.binds | _given_to_decorators(module, statement)) - marked:
            marked.add(name)
            holding += [s for s in module.users.get(name, ()) if not is_main_guard(s.node)]
    return False


def _given_to_decorators(module: Module, statement: TopLevel) -> set[str]:
    """Return the names of objects that a definition's decorators may keep it in, such as a list."""
    decorators = getattr(statement.node, "decorator_list", ())
    names = {name for decorator in decorators for name in root(decorator) if name not in module.aliases}
    return names.union(*(binder.names.deferred for name in names for binder in module.binders.get(name, ())))


def _no_model(module: Module, call: MinimizeCall | None, markers: tuple[Marker, ...]) -> Diagnostic:
    given = argument(call, "model")
    if given is not None:
        text = f"the model that minimize() gets must be the name of a function, got {_text(module, given)}"
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
    """Return the functions of the module, those that contain a marker first."""
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
    """Return the function of this name, or None, adding the reason to `found`.

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


def not_a_coroutine(function: Function) -> Iterator[Diagnostic]:
    """Report a coroutine function, which nobody would await."""
    if isinstance(function.node, ast.AsyncFunctionDef):
        text = f"'{function.name}' is a coroutine (async def); data and model are plain functions"
        yield _at(function, Code.NOT_A_FUNCTION, text, "write def instead of async def")


def _at(function: Function, code: Code, text: str, help: str) -> Diagnostic:
    return error(code, text, function.span, help)


def _text(module: Module, node: ast.expr) -> str:
    """Return the source text of a node of any part, on one line."""
    return next(tree for tree in module.trees if node in tree.parents).one_line(node)


def _span(module: Module, node: ast.expr | ast.stmt) -> Span:
    """Return the span of a node of any part."""
    tree = next(tree for tree in module.trees if node in tree.parents)
    return tree.span(node)


def functions_elsewhere(source_module: Module, model: str | None, data: str | None) -> set[str]:
    """Return the modules that the template imports its functions from, as it names them.

    The functions are the model, the data, and the list in ``functions=[...]``.

    Args:
        source_module: the template.
        model: name of the model function that the user gave, or None.
        data: name of the data function that the user gave, or None.
    """
    call = call_for(minimize_calls(source_module), model, data)
    asked = [name for name in (model or named(call, "model"), data or named(call, "data")) if name]
    names = [*asked, *(name for name in (*MODEL_NAMES, "data") if name not in source_module.functions)]
    called = argument(call, "functions")
    listed = called.elts if isinstance(called, (ast.List, ast.Tuple)) else []
    names += [item.id for item in listed if isinstance(item, ast.Name)]
    paths = {source_module.aliases.get(name, "").rpartition(".")[0] for name in names}
    if not all(name in source_module.binders or name in source_module.aliases for name in asked):
        paths |= set(source_module.stars)
    return paths - {""}
