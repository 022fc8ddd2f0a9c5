"""Selection of the model and data functions, with the options of the file's own ``minimize`` call."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from hypertemplate.compiler.checks.conflicts import twice
from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.module import Function, Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.entry.given_functions import ambiguous, not_a_name, stands_for
from hypertemplate.compiler.entry.minimize_calls import (
    MinimizeCall,
    argument,
    call_for,
    data_args,
    hints,
    minimize_calls,
    named,
)
from hypertemplate.compiler.entry.returned_values import Returned, may_be_objective, returned_kinds
from hypertemplate.compiler.entry.signature import takes_of
from hypertemplate.compiler.markers.grammar import did_you_mean
from hypertemplate.compiler.markers.search_space import Argument
from hypertemplate.compiler.program import Hints
from hypertemplate.compiler.syntax.nodes import last_name, own_nodes, root
from hypertemplate.compiler.syntax.scopes import free_names
from hypertemplate.compiler.syntax.source import Span, byte_offset_at
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
        data_is_missing: whether the data function that was given does not exist or has no name.
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
    markers: tuple[Span, ...],
    model: str | None,
    data: str | None,
) -> tuple[Selection | None, list[Diagnostic]]:
    """Select the model and the data function.

    Args:
        module: the template.
        markers: places of its markers, valid or not; functions that contain one come first among an error's
            candidates.
        model: name of the model function that the user gave, or None.
        data: name of the data function that the user gave, or None.
    """
    found: list[Diagnostic] = []
    calls = minimize_calls(module)
    call = call_for(calls, model, data)
    model_name = model or named(call, "model")
    if model_name is None:
        model_name = usual_model(module)
        if model_name is None and not calls and _is_script(module, markers):
            return Selection(None, None, Hints()), found
    data_name = data or named(call, "data") or usual(module, ("data",))
    given = argument(call, "data") if data is None else None
    unnamed_data = not (given is None or isinstance(given, ast.Name) or _is_none(given))
    if call is not None and given is not None and unnamed_data:
        found.append(not_a_name(module, call, "data", given))
        called = last_name(given.func) if isinstance(given, ast.Call) else None
        data_name = called if called in module.functions else None
    chosen_model = chosen_data = None
    if model_name is None:
        found.append(_no_model(module, call, markers))
    else:
        place = argument(call, "model") if model is None else None
        chosen_model = _look_up(module, model_name, "model", markers, found, place)
    if data_name is not None:
        place = argument(call, "data") if data is None else None
        chosen_data = _look_up(module, data_name, "data", markers, found, place, chosen_model)
    for function in (chosen_model, chosen_data):
        if function is not None:
            found += twice(module, function)
            found += not_a_coroutine(function)
    if chosen_model is None:
        return None, found
    missing = unnamed_data or (data_name is not None and chosen_data is None)
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


def usual_model(module: Module) -> str | None:
    """Return the first of `MODEL_NAMES` that a function has which may return a loss."""
    names = (name for name in MODEL_NAMES if usual(module, (name,)) is not None)
    return next((name for name in names if _may_be_objective(module, name)), None)


def _may_be_objective(module: Module, name: str) -> bool:
    function = _function(module, name)
    return function is None or may_be_objective(module, function)


def _function(module: Module, name: str) -> Function | None:
    """Return the function of a name, which may be imported from a file compiled with the template."""
    origin, _, original = module.aliases.get(name, "").rpartition(".")
    return module.function(original if origin in module.imported else name)


def as_it_runs(module: Module, calls: tuple[MinimizeCall, ...], model: str | None) -> Module:
    """Return a template as it runs: with its ``__main__`` part if no function of it is the objective.

    Args:
        module: the template.
        calls: its calls of ``minimize``.
        model: name of the model function that the user gave, or None.
    """
    if model is not None or calls:
        return module
    script = module.as_main()
    return script if usual_model(script) is None else module


def _is_script(module: Module, markers: tuple[Span, ...]) -> bool:
    """Return True if a marker takes effect at module level: directly, or in a function called there."""
    marked: set[str] = set()
    holding = [s for s in module.statements if s.number in module.marked or any(map(s.holds, markers))]
    while holding:
        statement = holding.pop()
        if not defines(statement.node):
            return True
        for name in (statement.names.binds | _given_to_decorators(module, statement)) - marked:
            marked.add(name)
            holding += module.users.get(name, ())
    return False


def _given_to_decorators(module: Module, statement: TopLevel) -> set[str]:
    """Return the names of objects that a definition's decorators or bases may keep it in, such as a list."""
    makers = [*getattr(statement.node, "decorator_list", ())]
    hearing: set[str] = set()
    if isinstance(statement.node, ast.ClassDef):
        makers += (keyword.value for keyword in statement.node.keywords)
        hearing.update(*(_hearing_of_subclasses(module, base) for base in statement.node.bases))
    names = hearing.union(name for maker in makers for name in root(maker) if name not in module.aliases)
    return names.union(*(binder.names.deferred for name in names for binder in module.binders.get(name, ())))


def _hearing_of_subclasses(module: Module, base: ast.expr) -> set[str]:
    """Return a base and its own bases, if one of them has code that runs when a class is made of it."""

    def classes(name: str) -> list[ast.ClassDef]:
        return [one.node for one in module.binders.get(name, ()) if isinstance(one.node, ast.ClassDef)]

    def bases(name: str) -> Iterator[str]:
        yield from (above for node in classes(name) for one in node.bases for above in root(one))

    names = {name for name in reachable(root(base), bases) if name not in module.aliases}
    nodes = (node for name in names for node in classes(name))
    hears = any(bool(node.keywords) or any(map(_is_subclass_hook, node.body)) for node in nodes)
    return names if hears else set()


def _is_subclass_hook(part: ast.stmt) -> bool:
    return isinstance(part, ast.FunctionDef) and part.name == "__init_subclass__"


def _no_model(module: Module, call: MinimizeCall | None, markers: tuple[Span, ...]) -> Diagnostic:
    given = argument(call, "model")
    if call is not None and given is not None:
        return not_a_name(module, call, "model", given)
    for name in MODEL_NAMES:
        if name in module.functions:
            return _no_loss(module.functions[name][-1])
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
    marked = [function for function in candidates if _holds_marker(function, markers)]
    listed = ", ".join(f"{f.name} ({f.statement.place})" for f in marked or candidates)
    text = f"no function is named model or create_model; the file has {listed}"
    if len(marked) == 1 and all(map(marked[0].statement.holds, markers)):
        text = f"no function is named model or create_model; the markers are in {listed}"
    model = min(marked or candidates, key=lambda f: Returned.LOSS not in returned_kinds(module, f))
    help = f"choose the model: --model {model.name}"
    if any(f.name not in {model.name, *model.statement.names.everywhere} for f in marked):
        help += f"; markers in other functions count only if {model.name}() calls these"
    return error(Code.NO_MODEL, text, None, help)


def _no_loss(function: Function) -> Diagnostic:
    """Report a function that builds a network, if no statement trains it."""
    text = f"{function.name}() returns no loss, and no statement of the file calls it"
    help = f"add the lines that train and score it, or return {{'loss': loss}} from {function.name}()"
    return error(Code.NO_MODEL, text, function.span, help)


def _candidates(module: Module, markers: tuple[Span, ...]) -> list[Function]:
    """Return the functions of the module, those that contain a marker first."""
    functions = [definitions[-1] for definitions in module.functions.values()]
    return sorted(functions, key=lambda f: (not _holds_marker(f, markers), f.statement.number))


def _holds_marker(function: Function, markers: tuple[Span, ...]) -> bool:
    return any(map(function.statement.holds, markers))


def _look_up(
    module: Module,
    name: str,
    role: str,
    markers: tuple[Span, ...],
    found: list[Diagnostic],
    place: ast.expr | None,
    model: Function | None = None,
) -> Function | None:
    """Return the function of this name, or None, adding the reason to `found`.

    Args:
        module: the template.
        name: name of the function.
        role: model or data.
        markers: places of the template's markers.
        found: diagnostics.
        place: where the file's own call names it, None if the command line did.
        model: model function, for which data is looked up.
    """
    function = _function(module, name)
    functions = stands_for(module, place) if isinstance(place, ast.Name) else []
    if function is not None and functions in ([], [name]):
        if is_main_guard(function.statement.node):
            text = f"the {role} function '{name}' is defined in the __main__ part, which is left out"
            help = "move it above the __main__ part"
            found.append(error(Code.NOT_A_FUNCTION, text, function.span, help))
        return function
    if isinstance(place, ast.Name) and functions:
        found.append(ambiguous(module, place, role, functions))
    elif name in module.nested:
        found.append(_nested(module, name))
    elif name in module.binders:
        found.append(_not_defined_here(module, name, role))
    else:
        found.append(_unknown(module, name, role, markers, place, model))
    return None


def _unknown(
    module: Module,
    name: str,
    role: str,
    markers: tuple[Span, ...],
    place: ast.expr | None,
    model: Function | None,
) -> Diagnostic:
    """Report a name that no function has; arguments as in `_look_up`."""
    candidates = [f.name for f in _candidates(module, markers)]
    meant = did_you_mean(name, candidates)
    option = "" if place is not None else f"--{role} "
    edits: tuple[Edit, ...] = ()
    needed = takes_of(model).required if model is not None else []
    if meant:
        help = f"did you mean {option}{meant}?"
    elif role == "model" and place is None and usual_model(module) is None and _is_script(module, markers):
        help = f"the file is searched as a script: leave out --model {name}"
    elif role == "model" or model is None:
        help = f"define it: def {name}(...):"
    elif needed:
        help = f"define it: def {name}(): ... return {', '.join(needed)}"
    elif place is not None:
        help = f"{model.name}() needs no data: write None in place of {name}"
        edits = (Edit(_span(module, place), "None"),)
    else:
        help = f"leave out --data {name}"
    span = _span(module, place) if place is not None else None
    code = Code.NO_MODEL if role == "model" else Code.NO_DATA
    listed = ", ".join(candidates) or "no function"
    return error(code, f"no function is named '{name}'; the file has {listed}", span, help, edits)


def _not_defined_here(module: Module, name: str, role: str) -> Diagnostic:
    place = module.binders[name][-1].span
    if name in module.aliases:
        text = f"the {role} function '{name}' is imported from {module.aliases[name].rpartition('.')[0]}"
        help = "give hypertemplate the file that defines it, or define it here"
    else:
        text = f"the {role} '{name}' is not a function defined with def"
        help = f"write def {name}(...): and return the result"
        match module.binders[name][-1]:
            case TopLevel(node=ast.Assign(targets=[ast.Name()], value=ast.Lambda() as function), tree=tree):
                arguments = ast.unparse(function.args)
                help = f"write def {name}({arguments}): return {tree.one_line(function.body)}"
                return error(Code.NOT_A_FUNCTION, text, place, help, (Edit(place, help[6:]),))
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
        help, edits = "write def instead of async def", tuple[Edit, ...]()
        waits = (ast.Await, ast.AsyncFor, ast.AsyncWith)
        if any(isinstance(node, waits) for node in own_nodes(function.node)):
            help = "write a plain function that calls asyncio.run()"
        else:
            tree = function.statement.tree
            start = byte_offset_at(tree.text, function.node.lineno, function.node.col_offset)
            edits = (Edit(Span(tree.part, start, tree.text.index("def", start)), ""),)
        yield error(Code.NOT_A_FUNCTION, text, function.span, help, edits)


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
