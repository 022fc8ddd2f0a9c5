"""Calls of the template's functions, methods, classes and closures, and the arguments of calls."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from hypertemplate.compiler.dataflow.effects import (
    CLOSURE_ARGUMENT,
    NOTHING,
    Change,
    Closure,
    Code,
    Effects,
    Fresh,
    Given,
    Object,
    Objects,
    items,
    parts,
    reach,
    whole,
)
from hypertemplate.compiler.dataflow.evaluation.context import DEEPEST, Context
from hypertemplate.compiler.dataflow.evaluation.file_uses import apply_files
from hypertemplate.compiler.dataflow.evaluation.function_bodies import result
from hypertemplate.compiler.dataflow.evaluation.knowledge import INITIALIZERS, ClassCode, Knowledge
from hypertemplate.compiler.dataflow.evaluation.path_texts import argument_texts, fold

_MOST_ACTIVE = 8


def call(context: Context, objects: Objects, given: Given) -> Objects:
    """Call objects of any kind."""
    found: set[str | Fresh] = set()
    for one in objects:
        if isinstance(one, str):
            found |= _call_root(context, one, given)
        elif one.closure is not None:
            found |= _call_closure(context, one.closure, given)
        else:
            found |= _call_fresh(context, one, given)
    if not objects:
        context.effects.run_unknown(given.every)
    return frozenset(found)


def apply(
    context: Context,
    code: Code,
    given: Given,
    receiver: Objects = NOTHING,
    later: Objects = NOTHING,
    *,
    held: bool = False,
) -> Objects:
    """Apply the effects of calling a function of the template, and return its possible results.

    Args:
        context: state of the evaluation.
        code: function that is called.
        given: arguments.
        receiver: object of a method.
        later: arguments of the functions that it has made.
        held: whether other code may call it, which passes arguments that are not known.
    """
    context.used.add(code)
    bound = code.bind(given, receiver)
    bound[CLOSURE_ARGUMENT] = later
    _apply_changes(context, code.effects, bound)
    _apply_calls(context, code, bound)
    apply_files(context, code, given, held=held)
    made = Fresh(set(_at(bound, code.effects.gives_parts)), set(code.effects.gives_code))
    given_back = _at(bound, code.effects.gives)
    return given_back | {made} if made.holds or made.code or not given_back else given_back


def _at(bound: Mapping[str, Objects], roots: Iterable[str]) -> Objects:
    """Return the objects that the roots of a function stand for in a call."""
    found: set[str | Fresh] = set()
    for root in roots:
        if not root.startswith("("):
            found.add(root)
        elif root.endswith("."):
            found |= parts(bound.get(whole(root), NOTHING))
        else:
            found |= bound.get(root, NOTHING)
    return frozenset(found)


def _apply_changes(context: Context, effects: Effects, bound: Mapping[str, Objects]) -> None:
    context.effects.costs |= effects.costs
    context.effects.uses_up |= reach(_at(bound, effects.uses_up))
    context.effects.indexed |= reach(_at(bound, effects.indexed))
    context.effects.binds |= effects.binds
    context.effects.outside |= effects.outside
    context.effects.computes |= reach(_at(bound, effects.computes))
    for root, how in list(effects.changes.items()):
        context.effects.change(_at(bound, (root,)), how)
    for holder, part in list(effects.holds):
        context.effects.store(_at(bound, (holder,)), _at(bound, (part,)))
    for name, root in list(effects.same):
        context.bind(name, _at(bound, (root,)))
    for name, function in list(effects.code):
        context.effects.code |= {(root, function) for root in reach(_at(bound, (name,)))}


def _apply_calls(context: Context, code: Code, bound: Mapping[str, Objects]) -> None:
    for root, arguments in list(code.effects.calls.items()):
        called = _at(bound, (root,))
        nested = code.node in context.active or len(context.active) > _MOST_ACTIVE
        if root.startswith("(") and called and not nested:
            context.active.append(code.node)
            call(context, called, Given(rest=_at(bound, arguments)))
            context.active.pop()
        else:
            context.effects.call(called, _at(bound, arguments))
    for root, arguments in list(code.effects.hands.items()):
        context.effects.hand(_at(bound, (root,)), _at(bound, arguments))
        _run_closures(context, _at(bound, (root,)))


def touch(context: Context, objects: Objects) -> Objects:
    """Compute with objects, and run their operators where the template has methods for them."""
    context.effects.computes |= reach(objects)
    found: set[str | Fresh] = set()
    for code in context.known.operators if objects else ():
        if code.node not in context.active:
            found |= apply(context, code, Given(), objects)
    return frozenset(found)


def hand(context: Context, given: Given) -> None:
    """Pass arguments to a library's code, which may call the functions among them."""
    context.effects.change(given.every, Change.HANDED)
    hand_code(context, given)


def hand_code(context: Context, given: Given) -> None:
    """Let a library's code, which changes no arguments, call the functions among them."""
    _run_closures(context, given.every)
    context.effects.hand(given.every)


def _run_closures(context: Context, objects: Objects) -> None:
    for one in objects:
        if isinstance(one, Fresh) and one.closure is not None:
            _call_closure(context, one.closure, Given())


def _call_root(context: Context, root: str, given: Given) -> Objects:
    every = given.every
    root = whole(root) if root not in context.known.functions else root
    if root in context.known.functions:
        found: Objects = NOTHING
        for code in context.known.functions[root]:
            found |= apply(context, code, given)
        if root not in context.known.decorated | context.known.cached:
            return found
        if root in context.known.cached:
            context.effects.change(frozenset((root,)), Change.UNKNOWN)
            return found
    elif root in context.known.classes:
        return _construct(context, root, given)
    else:
        found = NOTHING.union(
            *(apply(context, c, given, frozenset((root,))) for c in context.known.methods.get("__call__", ()))
        )
    own = frozenset((root,))
    context.effects.call(own, every)
    if root.startswith("("):
        return found | every | own
    context.effects.run_unknown(own | every)
    context.effects.store(own, every)
    return found | every | own


def _call_closure(context: Context, closure: Closure, given: Given) -> Objects:
    if closure.node in context.active or len(context.active) > DEEPEST:
        context.effects.run_unknown(given.every)
        return NOTHING
    code = Code("", closure.node, False)
    bound = code.bind(given)
    texts = argument_texts(context, code, given)
    return result(context, closure, {name: found - {""} for name, found in bound.items()}, texts)


def _call_fresh(context: Context, one: Fresh, given: Given) -> Objects:
    """Call a fresh object: an object with ``__call__``, a partial function, a closure."""
    itself: Objects = frozenset((one,))
    found: set[str | Fresh] = set()
    for code in context.known.methods.get("__call__", ()):
        found |= apply(context, code, given, itself)
    for name in sorted(one.code):
        for code in context.known.functions.get(name, ()):
            found |= apply(context, code, Given(), later=given.every)
    functions = _functions(context, one.holds)
    if functions:
        found |= call(context, functions, Given(rest=given.every | items(itself)))
    context.effects.run_unknown(itself | given.every)
    context.effects.store(itself, given.every)
    return frozenset(found) | given.every | itself


def _construct(context: Context, name: str, given: Given) -> Objects:
    """Create an object of a class of the template."""
    made = Fresh(code={name}, made_of=name)
    known = False
    foreign = False
    worklist = [name]
    seen: set[str] = set()
    while worklist:
        one = worklist.pop()
        inner = context.known.classes.get(one)
        if inner is None:
            foreign = True
        elif one not in seen:
            seen.add(one)
            made.holds |= {one} if inner.mutable else set()
            for code in _constructors(context.known, one):
                known = True
                apply(context, code, given, frozenset((made,)))
            _run_hooks(context, one, inner, given, made)
            worklist += inner.bases
    if not known:
        made.holds |= given.every
        if foreign:
            hand(context, given)
    if name in context.known.decorated:
        context.effects.call(frozenset((name,)), given.every)
    return frozenset((made,))


def _run_hooks(context: Context, name: str, code: ClassCode, given: Given, made: Fresh) -> None:
    """Run what a metaclass does when an object is made of its class, and what the object does at its end."""
    for one in context.known.methods.get("__del__", ()):
        if one.root == name:
            apply(context, one, Given(), frozenset((made,)))
    metaclasses = {keyword.value.id for keyword in code.node.keywords if isinstance(keyword.value, ast.Name)}
    for one in context.known.methods.get("__call__", ()):
        if one.root in metaclasses:
            apply(context, one, Given(rest=given.every), frozenset((one.root,)))


def _constructors(known: Knowledge, owner: str) -> Iterator[Code]:
    """Yield the methods of a class that run when an object of it is created."""
    for name in INITIALIZERS:
        yield from (code for code in known.methods.get(name, ()) if code.root == owner)


def _functions(context: Context, objects: Iterable[Object]) -> Objects:
    """Return the functions among objects."""
    return frozenset(
        one
        for one in objects
        if (one.closure is not None if isinstance(one, Fresh) else one in context.known.functions)
    )


def call_each(context: Context, given: Given, each: Objects) -> None:
    """Call the functions given to a function such as ``map``, with the items of its other arguments."""
    for one in (*given.positional[:1], *given.named.values()):
        functions = _functions(context, one)
        if functions:
            call(context, functions, Given(rest=each | given.every - functions))
        elif one and given.positional and one is given.positional[0] and len(given.positional) > 1:
            call(context, one, Given(rest=each))  # names.append


def arguments_of(context: Context, node: ast.Call) -> Given:
    """Evaluate the arguments of a call."""
    given = Given()
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            given.rest = (given.rest or NOTHING) | items(iterated(context, argument.value))
        elif given.rest is not None:
            given.rest |= context.value(argument)
        else:
            given.positional.append(context.value(argument))
            given.texts.append(fold(context, argument))
    for keyword in node.keywords:
        found = context.value(keyword.value)
        if keyword.arg is None:
            given.spread = (given.spread or NOTHING) | items(found) | found
        else:
            given.named[keyword.arg] = found
            given.named_texts[keyword.arg] = fold(context, keyword.value)
    return given


def iterated(context: Context, node: ast.expr) -> Objects:
    """Evaluate an iterable, and iterate over it."""
    objects = context.value(node)
    context.effects.hand(objects)
    context.effects.uses_up |= reach(objects)
    return objects | touch(context, objects)
