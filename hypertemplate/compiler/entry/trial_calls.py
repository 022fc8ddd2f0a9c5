"""The calls of data and model as statements: what a trial does below the last statement of a template."""

from __future__ import annotations

import ast

from hypertemplate.compiler.dataflow.module import Function, Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.entry.selection import Selection
from hypertemplate.compiler.syntax.scopes import names_of

RETURNED = "_ht_returned_"
"""Name that is bound to the result of ``data()`` in its call."""


def add_calls(module: Module, selection: Selection) -> None:
    """Add ``_ht_returned_ = data()`` and ``model(*_ht_returned_)`` to a template, if it has the functions.

    What holds for the statements of a script then holds for a template with a model function too: what they
    read, and what they change.
    """
    if selection.model is None:
        return
    given = ""
    if selection.data is not None:
        name, arguments = selection.data.name, selection.data_args
        # What data_args name is evaluated before any trial, so that nothing that a trial makes is meant.
        text = (
            f"{RETURNED} = {name}(*{arguments.text})" if arguments is not None else f"{RETURNED} = {name}()"
        )
        _add(module, selection.data, text, f"{RETURNED} = {name}()")
        given = f"*{RETURNED}"
    text = f"{selection.model.name}({given})"
    _add(module, selection.model, text, text)


def _add(module: Module, function: Function, text: str, read: str) -> None:
    """Add a call.

    Args:
        module: the template.
        function: the function to call.
        text: the call.
        read: the call with the names that it reads.
    """
    number = len(module.statements) + len(module.entry)
    statement = function.statement
    names = names_of(ast.parse(read).body[0])
    call = TopLevel(number, statement.tree, ast.parse(text).body[0], statement.span, names, function.name)
    module.entry.append(call)
    for name in names.binds:
        module.binders.setdefault(name, []).append(call)
    for name in names.everywhere:
        module.users.setdefault(name, []).append(call)
