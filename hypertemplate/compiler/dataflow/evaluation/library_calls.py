"""Calls of builtins, of a library's functions and classes, and of methods of any object."""

from __future__ import annotations

import ast
import builtins
from dataclasses import replace

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.effects import (
    EVERYTHING,
    NOTHING,
    Change,
    Code,
    Fresh,
    Given,
    Objects,
    items,
    reach,
)
from hypertemplate.compiler.dataflow.evaluation.context import Context
from hypertemplate.compiler.dataflow.evaluation.knowledge import INITIALIZERS
from hypertemplate.compiler.dataflow.evaluation.outside import note_call
from hypertemplate.compiler.dataflow.evaluation.receivers import by_origin, class_of
from hypertemplate.compiler.dataflow.evaluation.template_calls import apply, call_each, hand, hand_code, touch
from hypertemplate.compiler.syntax.nodes import last_name, literal_text

_FIRST_STORED = frozenset({"setattr", "operator.setitem", "operator.iadd", "heapq.heappush", "bisect.insort"})


def call_method(
    context: Context, receiver: Objects, name: str, given: Given, alone: bool, *, inherited: bool = False
) -> Objects:
    """Call a method of the template's classes, of a library's, or of either.

    Args:
        context: state of the evaluation.
        receiver: objects that it is called on.
        name: its name.
        given: arguments.
        alone: whether its result is not used, so that it is called for its effect.
        inherited: whether it is called on ``super()``.
    """
    found: set[str | Fresh] = set()
    own, foreign = by_origin(context, receiver, name, inherited=inherited)
    context.effects.computes |= reach(foreign or NOTHING)
    methods = context.known.methods[name] if own is not None else ()
    for code in methods:
        found |= apply(context, code, given, _receiver(code, own or NOTHING))
        if name in context.known.decorated:
            context.effects.call(frozenset((code.root,)), given.every)
    if name in library.MUTATING:
        context.effects.change(receiver, Change.CERTAIN)
        if name in library.KEEPING:
            context.effects.store(receiver, given.every)
        elif name in library.TAKING_ITEMS or name == "send":
            context.effects.store(receiver, items(given.every) | given.every)
        call_each(context, given, items(receiver))
    if name in library.GIVING_ITEMS:
        found |= items(receiver) | given.every
        found |= receiver if name not in ("get", "pop", "popitem", "popleft") else NOTHING
    elif name == "__init__":
        context.effects.store(receiver, given.every)
    elif foreign is not None and name not in library.MUTATING | library.PLAIN_METHODS:
        _foreign_method(context, foreign, name, given, alone)
        found |= foreign | items(foreign) if name in library.GIVING_PARTS else NOTHING
    if methods or context.known.operators:
        found |= touch(context, receiver)
    return frozenset(found)


def _receiver(code: Code, own: Objects) -> Objects:
    """Return the objects that the first parameter of a method may be: of a class method, its class."""
    of_class = any(last_name(one) == "classmethod" for one in getattr(code.node, "decorator_list", ()))
    return own | {code.root} if of_class else own


def call_unbound_method(context: Context, name: str, given: Given, alone: bool) -> Objects:
    """Call a method by its class, with its object as the first argument: ``list.sort(numbers)``."""
    rest = replace(given, positional=given.positional[1:], texts=given.texts[1:])
    return call_method(context, given.first, name, rest, alone)


def _foreign_method(context: Context, receiver: Objects, name: str, given: Given, alone: bool) -> None:
    context.effects.costs = True
    if library.changes_object(name) or (alone and name not in library.SHOWING):
        context.effects.change(receiver, Change.CERTAIN)
        if name in library.FILLING:
            context.effects.change(given.first, Change.CERTAIN)
    else:
        context.effects.change(receiver, Change.HANDED)
    context.effects.change(_result_in(name, given, of_method=True), Change.CERTAIN)
    if name in library.SHOWING:
        context.effects.change(_shown_in(given), Change.CERTAIN)
    hand(context, given)
    context.effects.hand(receiver)


def call_library(context: Context, path: str, given: Given, alone: bool = False) -> Objects:
    """Call an imported function or class; `alone` if its result is not used."""
    note_call(context, path, alone=alone)
    package, last = path.split(".")[0], path.rpartition(".")[2]
    every = given.every
    context.effects.computes |= reach(every)
    if path in library.FIRST_ARGUMENT:
        _first_changed(context, path, given)
    elif path in library.SECOND_ARGUMENT:
        for one in given.positional[:2]:
            context.effects.change(one, Change.CERTAIN)
    context.effects.change(_written_to(path, given), Change.CERTAIN)
    if path.startswith(library.PATCHES):
        context.effects.change(given.first, Change.UNKNOWN)
    if path in library.CALLING:
        call_each(context, given, items(every))
    if path in library.REMAKING:
        made: Objects = frozenset((Fresh(),))
        for code in (code for name in INITIALIZERS for code in context.known.methods.get(name, ())):
            apply(context, code, Given(rest=every), made)
    if path in library.COPYING:
        return frozenset((Fresh(),))
    if path in library.VIEWS:
        return given.first
    if package in library.HOLDING_PACKAGES:
        touch(context, every)
        return frozenset((Fresh(set(every | items(every))),))
    if package in library.CHEAP_PACKAGES:
        hand_code(context, given)  # such as the function that `re.sub` calls
    else:
        context.effects.costs = True
        hand(context, given)
    if last in library.GIVING_ITEMS or path in library.ARRAY_VIEWS:
        return given.first
    holds = last[:1].isupper() or path.startswith(library.PATCHES) or library.keeps_state(path)
    return frozenset((Fresh(set(every) if holds else set()),))


def _written_to(path: str, given: Given) -> Objects:
    """Return the objects into which a function writes its result: ``out``, by its name or its place."""
    if library.shows(path):
        return _shown_in(given)
    package, _, name = path.rpartition(".")
    return _result_in(name if package == "numpy" else "", given)


def _result_in(name: str, given: Given, *, of_method: bool = False) -> Objects:
    """Return the objects into which a function of NumPy, or a method of an array, writes its result."""
    place = library.WRITTEN_TO.get(name, len(given.positional) + 1) - of_method
    named = (given.named.get(keyword, NOTHING) for keyword in library.WRITTEN_BY_KEYWORD)
    return NOTHING.union(*given.positional[place : place + 1], *named)


def _shown_in(given: Given) -> Objects:
    """Return the objects into which a call that shows something writes it."""
    return NOTHING.union(*(given.named.get(name, NOTHING) for name in library.SHOWN_IN))


def _first_changed(context: Context, path: str, given: Given) -> None:
    context.effects.change(given.first, Change.CERTAIN)
    if path in _FIRST_STORED:
        rest = NOTHING.union(*given.positional[1:], given.rest or NOTHING)
        context.effects.store(given.first, rest | items(rest))


def _dynamic(context: Context, node: ast.Call) -> Objects:
    """Run a literal text; the effects of any other are unknown."""
    if not node.args:
        return frozenset((EVERYTHING,))
    try:
        module = ast.parse(literal_text(node.args[0]))
    except (SyntaxError, ValueError):
        module = ast.Module([], [])
    if not module.body:
        context.effects.costs = True
        context.effects.change(frozenset((EVERYTHING,)), Change.UNKNOWN)
    around, context.scopes = context.scopes, ()
    context.run(module.body)
    context.scopes = around
    return frozenset((EVERYTHING,))


def call_builtin(context: Context, name: str, given: Given, node: ast.Call) -> Objects:
    """Call a name that no statement of the template binds: a builtin, or a name from a star import."""
    every = given.every
    if name in library.OUTSIDE_CALLS:
        note_call(context, f"builtins.{name}", alone=True)
    elif not hasattr(builtins, name):
        note_call(context, f"{library.STAR}{name}", alone=True)
    found = touch(context, every)
    if name in library.FIRST_ARGUMENT:
        _first_changed(context, name, given)
        return found
    if name in library.CALLING:
        call_each(context, given, items(every))
    if name in library.PLAIN_CALLS | library.HOLDING_CALLS:
        context.effects.uses_up |= reach(every)
    if name == "print":
        context.effects.change(_shown_in(given), Change.CERTAIN)
    if name in library.PLAIN_CALLS:
        context.effects.hand(every)
        return found
    if name == "super":
        return frozenset((f"({context.receivers[-1]})",)) if context.receivers else NOTHING
    if name in library.HOLDING_CALLS:
        context.effects.hand(every)
        if name == "next":
            context.effects.change(given.first, Change.CERTAIN)
        if name == "getattr" and any(literal_text(one) in library.MUTATING for one in node.args[1:2]):
            context.effects.change(given.first, Change.CERTAIN)  # as where it is written ``names.append``
        if name in ("next", "max", "min", "getattr"):
            return found | every | items(every)
        if name == "memoryview":
            return every
        if name == "type" and len(given.positional) == 3 and context.known.lists_classes:
            context.effects.change(items(given.positional[1]), Change.CERTAIN)
        if name == "type" and len(given.positional) == 1:
            found |= every | class_of(context, every)
        return found | {Fresh(set(every | items(every)))}
    if name == "vars" and every:
        return every
    if name in library.DYNAMIC:
        context.effects.run_unknown(every)
        return _dynamic(context, node)
    if name != "NotImplementedError" and not name.endswith(("Error", "Exception", "Warning")):
        context.effects.costs = True
        hand(context, given)
    return frozenset((Fresh(set(every) if name[:1].isupper() else set()),))
