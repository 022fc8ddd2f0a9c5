"""How what `data()` returns becomes the model's arguments: by name, by position, or an error."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from hypertemplate.compiler.codes import Code
from hypertemplate.compiler.diagnostics import Diagnostic, error
from hypertemplate.compiler.framework_state import own_nodes
from hypertemplate.compiler.module import Function
from hypertemplate.compiler.program import Join
from hypertemplate.compiler.selection import Selection


@dataclass(frozen=True, slots=True)
class Returned:
    """One ``return`` of the data function.

    Attributes:
        names: the name or key of each item; None for an expression.
        keys: where each item is: an index, or a key of a dict.
        known: whether the number of items is; a bare name or a call may hold a tuple.
        is_dict: whether it is a dict display, which by position is one object.
        is_list: whether it is a list display, which is one object where the model takes one.
    """

    names: tuple[str | None, ...]
    keys: tuple[int | str, ...]
    known: bool
    is_dict: bool = False
    is_list: bool = False


def join(selection: Selection) -> tuple[Join, list[Diagnostic]]:
    """How the two meet; `Join("none")` stands in where they do not."""
    none = Join("none")
    required, optional, more = _parameters(selection.model)
    if selection.data is None:
        if not required:
            return none, []
        text = f"{selection.model.name}() needs {', '.join(required)}, and there is no data function"
        help = f"define it: def data(): ... return {', '.join(required)}"
        return none, [error(Code.NO_DATA, text, selection.model.span, help)]
    needs = _parameters(selection.data)[0]
    if needs:
        text = f"{selection.data.name}() is called without arguments, but needs {', '.join(needs)}"
        help = f"give them defaults: def {selection.data.name}({needs[0]}=...):"
        return none, [error(Code.JOIN, text, selection.data.span, help)]
    returns = [_one_list(r) if len(required) == 1 else r for r in _returned(selection.data)]
    listed = ", ".join(required)
    if not required and (not returns or not (optional or more)):
        return none, []
    if not returns:
        text = f"{selection.data.name}() returns nothing, but {selection.model.name}() needs {listed}"
        help = f"end it with: return {listed}"
        return none, [error(Code.JOIN, text, selection.data.span, help)]
    found = _by_name(returns, required, optional) or _by_position(returns, required, optional, more)
    if found is not None:
        return found, []
    if not required:
        return none, []  # every parameter has a default, and no name says that data() is meant for it
    return none, [_mismatch(selection, returns, required)]


def _parameters(function: Function) -> tuple[list[str], list[str], bool]:
    """Required parameters, those with a default, and whether it takes any number by position."""
    arguments = function.node.args
    positional = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    without = len(positional) - len(arguments.defaults)
    pairs = list(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))
    required = positional[:without] + [a.arg for a, default in pairs if default is None]
    optional = positional[without:] + [a.arg for a, default in pairs if default is not None]
    return required, optional, arguments.vararg is not None


def _returned(data: Function) -> list[Returned]:
    """What each ``return`` of the data function hands back; ``return None`` hands back nothing."""
    nodes = list(own_nodes(data.node))
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in nodes):
        return [Returned((None,), (0,), False)]  # a generator: one object
    values = [node.value for node in nodes if isinstance(node, ast.Return) and node.value is not None]
    return [
        _items(value) for value in values if not (isinstance(value, ast.Constant) and value.value is None)
    ]


def _items(value: ast.expr) -> Returned:
    match value:
        case ast.Tuple(elts=items) | ast.List(elts=items) if not any(
            isinstance(item, ast.Starred) for item in items
        ):
            names = tuple(item.id if isinstance(item, ast.Name) else None for item in items)
            return Returned(names, tuple(range(len(items))), True, is_list=isinstance(value, ast.List))
        case ast.Dict(keys=keys):
            texts = [k.value for k in keys if isinstance(k, ast.Constant) and isinstance(k.value, str)]
            return Returned(tuple(texts), tuple(texts), True, is_dict=True)
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            words = [keyword.arg for keyword in keywords if keyword.arg is not None]
            return Returned(tuple(words), tuple(words), True, is_dict=True)
        case ast.Name(id=name):
            return Returned((name,), (0,), False)
    return Returned((None,), (0,), False)


def _one_list(returned: Returned) -> Returned:
    """A list display as the one object that a model with one parameter takes."""
    return Returned((None,), (0,), False) if returned.is_list and len(returned.names) != 1 else returned


def _by_name(returns: list[Returned], required: list[str], optional: list[str]) -> Join | None:
    """All required parameters are among the names of every return, at the same place in each."""
    if not all(set(required) <= set(r.names) for r in returns):
        return None
    if not all(r.known for r in returns):
        same = all(not r.known and [*r.names] == required for r in returns)
        return Join("object") if same else None
    wanted = [*required, *(name for name in optional if all(name in r.names for r in returns))]
    layouts = {tuple((name, r.keys[r.names.index(name)]) for name in wanted) for r in returns}
    return Join("name", layouts.pop()) if wanted and len(layouts) == 1 else None


def _by_position(
    returns: list[Returned], required: list[str], optional: list[str], more: bool
) -> Join | None:
    """No returned name is a parameter's, or each that is stands at that parameter's place."""
    parameters = [*required, *optional]
    for returned in returns:
        for place, name in enumerate(returned.names):
            if name in parameters and (returned.is_dict or parameters.index(name) != place):
                return None
        if not returned.known and len(required) > 1 and returned.names[0] in parameters:
            return None
    known = [r for r in returns if r.known]
    counts = {1 if r.is_dict else len(r.names) for r in known}
    if not counts:
        # Only a run can tell how many items a bare name or a call holds.
        return Join("position", count=len(required)) if len(required) > 1 else Join("object")
    count = counts.pop()
    if counts or not _takes(count, required, parameters, more):
        return None
    return Join("object") if any(r.is_dict for r in known) else Join("position", count=count)


def _takes(count: int, required: list[str], parameters: list[str], more: bool) -> bool:
    return len(required) <= count and (more or count <= len(parameters))


def _mismatch(selection: Selection, returns: list[Returned], required: list[str]) -> Diagnostic:
    assert selection.data is not None
    model, data = selection.model, selection.data
    shown = " or ".join(
        dict.fromkeys(", ".join(name or "an expression" for name in r.names) for r in returns)
    )
    text = f"{data.name}() returns {shown}, but {model.name}() needs {', '.join(required)}"
    help = f"return them by these names: return {', '.join(required)}"
    return error(Code.JOIN, text, model.span, help)
