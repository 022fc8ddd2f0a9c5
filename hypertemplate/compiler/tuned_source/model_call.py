"""Call of the model with the data joined as in a search, as ordinary code."""

from __future__ import annotations

import ast
from collections.abc import Collection

from hypertemplate.compiler.entry.selection import Selection
from hypertemplate.compiler.entry.signature import takes_of
from hypertemplate.compiler.program import Join

RESULT, RETURNED = "result", "returned"
"""Names that the statements bind, unless the template has them already."""


def model_call(selection: Selection, joined: Join, taken: Collection[str]) -> tuple[str, list[str]]:
    """Return the name of the model's result, and the statements that call data and model.

    Args:
        selection: the functions, with a model.
        joined: join of what data returns and the model's parameters, without local variables of data.
        taken: names of the template.
    """
    assert selection.model is not None
    result, model = free_name(RESULT, taken), selection.model.name
    if joined.how == "none" or selection.data is None:
        return result, [f"{result} = {model}()"]
    data = _data_call(selection)
    if joined.how == "object":
        return result, [f"{result} = {model}({data})"]
    if joined.how == "position" or _is_in_order(selection, joined):
        return result, [f"{result} = {model}(*{data})"]
    returned = free_name(RETURNED, taken)
    given = ", ".join(f"{name}={returned}[{place!r}]" for name, place in joined.names)
    return result, [f"{returned} = {data}", f"{result} = {model}({given})"]


def free_name(name: str, taken: Collection[str]) -> str:
    """Return a name, with a number behind it if it is taken."""
    numbered = (name, *(f"{name}_{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in numbered if one not in taken)


def _data_call(selection: Selection) -> str:
    assert selection.data is not None
    name, node = selection.data.name, selection.data_args_node
    if node is None:
        return f"{name}()"
    items = node.elts if isinstance(node, (ast.Tuple, ast.List)) else [ast.Starred(node, ast.Load())]
    return f"{name}({', '.join(map(ast.unparse, items))})"


def _is_in_order(selection: Selection, joined: Join) -> bool:
    """Tell whether the items of every tuple that data returns are the model's arguments in their order."""
    assert selection.model is not None
    assert selection.data is not None
    names = tuple(name for name, _ in joined.names)
    positional = takes_of(selection.model).positional
    returned = [
        node.value
        for node in ast.walk(selection.data.node)
        if isinstance(node, ast.Return) and node.value is not None
    ]
    in_place = [place for _, place in joined.names] == [*range(len(names))]
    return (
        in_place
        and tuple(positional[: len(names)]) == names
        and all(isinstance(one, (ast.Tuple, ast.List)) and len(one.elts) == len(names) for one in returned)
    )
