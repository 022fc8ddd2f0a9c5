"""Evaluation of expressions: the objects that their values may be."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Mapping

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.effects import (
    CLOSURE_ARGUMENT,
    EVERYTHING,
    NOTHING,
    Change,
    Fresh,
    Given,
    Objects,
    Scope,
    items,
)
from hypertemplate.compiler.dataflow.evaluation.assignments import assign
from hypertemplate.compiler.dataflow.evaluation.closures import captured, define
from hypertemplate.compiler.dataflow.evaluation.context import Context
from hypertemplate.compiler.dataflow.evaluation.file_uses import note_files
from hypertemplate.compiler.dataflow.evaluation.in_place import (
    change_arguments,
    change_by_method,
    copies_nothing,
    made_by_python,
)
from hypertemplate.compiler.dataflow.evaluation.library_calls import (
    call_builtin,
    call_library,
    call_method,
    call_unbound_method,
)
from hypertemplate.compiler.dataflow.evaluation.outside import note_method, note_store
from hypertemplate.compiler.dataflow.evaluation.path_texts import fold, item_texts
from hypertemplate.compiler.dataflow.evaluation.receivers import class_of
from hypertemplate.compiler.dataflow.evaluation.template_calls import (
    apply,
    arguments_of,
    call,
    iterated,
    touch,
)
from hypertemplate.compiler.markers.grammar import SIGNATURES
from hypertemplate.compiler.syntax.nodes import is_marker_shaped, is_own_name, last_name, literal_text
from hypertemplate.compiler.syntax.scopes import bound_names

_NUMERIC = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
_REPEATED = (ast.Constant, ast.List, ast.Tuple, ast.ListComp)


def _name(context: Context, node: ast.Name) -> Objects:
    return context.read(node.id)


def _attribute(context: Context, node: ast.Attribute) -> Objects:
    if context.path(node) is not None:
        return NOTHING
    owner = context.value(node.value)
    if node.attr in library.MUTATING:
        context.effects.change(owner, Change.CERTAIN)  # even if only passed on, as in on_end=names.append
        return owner
    if node.attr == "__class__":
        return owner | class_of(context, owner)
    found = _read_attribute(context, owner, node.attr)
    if node.attr in library.PLAIN_ATTRIBUTES:
        return found
    # A method counts as its object.
    bound = owner if node.attr in context.known.methods or node.attr == "__dict__" else NOTHING
    return found | bound | items(owner)


def _read_attribute(context: Context, owner: Objects, name: str) -> Objects:
    found: Objects = NOTHING
    if name in context.known.properties:
        found = found.union(*(apply(context, c, Given(), owner) for c in context.known.methods.get(name, ())))
        if name in context.known.cached_properties:
            context.effects.change(owner, Change.UNKNOWN)
    return found | touch(context, owner)


def _subscript(context: Context, node: ast.Subscript) -> Objects:
    holder = context.value(node.value)
    context.value(node.slice)
    if context.path(node.value) == "sys.modules" and is_own_name(node.slice):
        return frozenset((EVERYTHING,))
    if EVERYTHING in holder:
        name = literal_text(node.slice)
        return context.named(name) if name else holder
    context.effects.indexed |= {one for one in holder if isinstance(one, str)}
    return touch(context, holder) | items(holder)


def call_expression(context: Context, node: ast.Call) -> Objects:
    """Evaluate a call."""
    func, alone = node.func, node in context.unused
    given = arguments_of(context, node)
    path = context.path(func) if isinstance(func, (ast.Name, ast.Attribute)) else None
    builtin = isinstance(func, ast.Name) and context.look_up(func.id) is None and not context.named(func.id)
    function = func.id if isinstance(func, ast.Name) and builtin and not path else path
    if function in library.CALLING and node.args and _is_mutating(context, node.args[0]):
        context.effects.change(items(given.every), Change.CERTAIN)
    note_files(context, node, function, given)
    if function in library.FIRST_ARGUMENT or function == "next":
        for argument in node.args[:1]:
            note_store(context, argument)
    imports = path == "importlib.import_module" or (builtin and getattr(func, "id", "") == "__import__")
    if imports and node.args and is_own_name(node.args[0]):
        return frozenset((EVERYTHING,))
    if path is not None:
        change_arguments(context, node, path, given)
        found = call_library(context, path, given, alone)
        if library.is_method_of_class(path):
            found |= call_unbound_method(context, path.rpartition(".")[2], given, alone)
        return found | {Fresh(in_place=True)} if copies_nothing(node, path) else found
    if isinstance(func, ast.Call) and context.path(func.func) == "operator.methodcaller" and func.args:
        more = arguments_of(context, func)
        called = Given([*given.positional, *more.positional[1:]], more.rest, more.named, more.spread)
        return call_unbound_method(context, literal_text(func.args[0]), called, alone)
    if isinstance(func, ast.Attribute) and _is_builtin_class(context, func.value):
        return call_unbound_method(context, func.attr, given, alone)
    if isinstance(func, ast.Attribute):
        note_method(context, func, alone)
        inherited = isinstance(func.value, ast.Call) and last_name(func.value.func) == "super"
        receiver = context.value(func.value)
        change_by_method(context, node, receiver, given)
        found = call_method(context, receiver, func.attr, given, alone, inherited=inherited)
        if not (receiver and context.known.keeps_state and made_by_python(context, func.value)):
            return found
        named = frozenset(one for one in receiver if isinstance(one, str))
        context.effects.change(named, Change.HANDED)  # also by `queue.get()`
        return found | {Fresh(set(receiver | given.every))}
    if isinstance(func, ast.Name) and builtin:
        return call_builtin(context, func.id, given, node)
    return call(context, context.value(func), given)


def _is_builtin_class(context: Context, node: ast.expr) -> bool:
    """Tell whether an expression is a class of Python's own, such as ``list``."""
    if not isinstance(node, ast.Name) or context.look_up(node.id) is not None or context.named(node.id):
        return False
    return node.id not in context.known.aliases and isinstance(getattr(builtins, node.id, None), type)


def _is_mutating(context: Context, node: ast.expr) -> bool:
    """Tell whether an expression is a method of Python's own classes that changes its object."""
    if not isinstance(node, ast.Attribute) or not _is_builtin_class(context, node.value):
        return False
    return node.attr in library.MUTATING


def _collection(context: Context, node: ast.List | ast.Tuple | ast.Set) -> Objects:
    if is_marker_shaped(node):
        return _marked(context, node.elts[0])
    return frozenset((Fresh(set(NOTHING.union(*map(context.value, node.elts)))),))


def _marked(context: Context, node: ast.expr) -> Objects:
    """Return the possible values of a marker; its distributions are not called."""
    match node:
        case ast.Set(elts=inner) | ast.List(elts=inner) | ast.Tuple(elts=inner):
            return NOTHING.union(*(_marked(context, one) for one in inner))
        case ast.Call(func=func, args=given, keywords=keywords) if last_name(func) in SIGNATURES:
            values = [*given, *(keyword.value for keyword in keywords)]
            return NOTHING.union(*(_marked(context, one) for one in values))
        case ast.Subscript(value=inner) if isinstance(inner, ast.Call):
            return _marked(context, inner)
    return context.value(node)


def _dict(context: Context, node: ast.Dict) -> Objects:
    for key in node.keys:
        context.value(key)
    held = NOTHING.union(*map(context.value, node.values))
    spread = [items(context.value(v)) for k, v in zip(node.keys, node.values, strict=True) if k is None]
    return frozenset((Fresh(set(held.union(*spread))),))


def _comprehension(
    context: Context, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
) -> Objects:
    sources = [iterated(context, node.generators[0].iter)]
    context.scopes += (Scope(bound_names(node)),)
    for number, loop in enumerate(node.generators):
        sources += [iterated(context, loop.iter)] if number else []
        assign(context, loop.target, items(sources[-1]), item_texts(context, loop.iter))
        for test in loop.ifs:
            context.value(test)
    if isinstance(node, ast.DictComp):
        context.value(node.key)
        held = context.value(node.value)
    else:
        held = context.value(node.elt)
    if isinstance(node, ast.GeneratorExp):
        held = held.union(*sources, captured(context, node))
    context.scopes = context.scopes[:-1]
    return frozenset((Fresh(set(held)),))


def _if_else(context: Context, node: ast.IfExp) -> Objects:
    touch(context, context.value(node.test))
    return context.value(node.body) | context.value(node.orelse)


def _either(context: Context, node: ast.BoolOp) -> Objects:
    found = NOTHING.union(*map(context.value, node.values))
    touch(context, found)
    return found


def _sum(context: Context, node: ast.BinOp) -> Objects:
    both = context.value(node.left) | context.value(node.right)
    found = touch(context, both)
    sides = (node.left, node.right)
    repeated = isinstance(node.op, ast.Mult) and not any(isinstance(one, _REPEATED) for one in sides)
    if isinstance(node.op, _NUMERIC) or repeated:
        return found
    return found | {Fresh(set(both | items(both)))} if both else found


def _starred(context: Context, node: ast.Starred) -> Objects:
    return items(iterated(context, node.value))


def _walrus(context: Context, node: ast.NamedExpr) -> Objects:
    found = context.value(node.value)
    scopes = context.scopes
    while context.scopes and node.target.id not in context.scopes[-1].names:
        context.scopes = context.scopes[:-1]
    assign(context, node.target, found, fold(context, node.value))
    context.scopes = scopes
    return found


def _awaited(context: Context, node: ast.Await) -> Objects:
    return context.value(node.value)


def _yielded(context: Context, node: ast.Yield | ast.YieldFrom) -> Objects:
    found = context.value(node.value)
    context.results[-1].add(Fresh(set(found | items(found))))
    return frozenset((CLOSURE_ARGUMENT,))


def _comparison(context: Context, node: ast.Compare) -> Objects:
    """Evaluate a comparison: ``in`` uses up an iterator."""
    for test, operand in zip(node.ops, node.comparators, strict=True):
        if isinstance(test, (ast.In, ast.NotIn)):
            iterated(context, operand)
    return _other(context, node)


def _other(context: Context, node: ast.expr) -> Objects:
    """Evaluate an expression whose value is a number, a text or the like."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            touch(context, context.value(child))
    return NOTHING


EXPRESSIONS: Mapping[type, Callable[..., Objects]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Call: call_expression,
    ast.List: _collection,
    ast.Tuple: _collection,
    ast.Set: _collection,
    ast.Dict: _dict,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Lambda: define,
    ast.IfExp: _if_else,
    ast.BoolOp: _either,
    ast.BinOp: _sum,
    ast.Compare: _comparison,
    ast.Starred: _starred,
    ast.NamedExpr: _walrus,
    ast.Await: _awaited,
    ast.Yield: _yielded,
    ast.YieldFrom: _yielded,
    ast.expr: _other,
}
"""Functions that evaluate expressions, by their class; that of `ast.expr` is for all others."""
