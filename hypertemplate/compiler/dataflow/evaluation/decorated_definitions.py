"""Evaluation of the statements that define functions and classes, and of their decorators."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.effects import NOTHING, Change, Fresh, Given, Objects, Scope, reach
from hypertemplate.compiler.dataflow.evaluation.closures import define
from hypertemplate.compiler.dataflow.evaluation.context import Context
from hypertemplate.compiler.dataflow.evaluation.expressions import call_expression
from hypertemplate.compiler.dataflow.evaluation.library_calls import call_method
from hypertemplate.compiler.dataflow.evaluation.outside import note_call
from hypertemplate.compiler.dataflow.evaluation.template_calls import apply, arguments_of, call, hand
from hypertemplate.compiler.syntax.nodes import FunctionNode, annotations_of, defaults
from hypertemplate.compiler.syntax.scopes import bound_names


def _definition(context: Context, node: FunctionNode) -> None:
    if not context.known.lazy_annotations:
        for annotation in annotations_of(node):
            context.value(annotation)
    if not context.scopes:
        defined: Objects = frozenset((node.name,))
        for _, default in defaults(node):
            context.effects.store(defined, context.value(default))
    elif context.scopes[-1].of_class and len(context.scopes) == 1:
        for _, default in defaults(node):
            context.effects.store(frozenset((context.owner,)), context.value(default))
        defined = frozenset((context.owner,))
    else:
        defined = define(context, node)
    result = _decorated(context, node.decorator_list, defined)
    if context.scopes or result != defined:
        context.bind_name(node.name, result)


def _decorated(context: Context, decorators: list[ast.expr], defined: Objects) -> Objects:
    """Return the possible results of decorators on a function or class."""
    for decorator in reversed(decorators):
        given = Given([defined])
        inner = decorator.func if isinstance(decorator, ast.Call) else decorator
        path = context.path(inner) if isinstance(inner, (ast.Name, ast.Attribute)) else None
        if path is None and isinstance(inner, ast.Name) and context.look_up(inner.id) is None:
            path = inner.id if inner.id not in context.known.objects else None
        if path is not None:
            if isinstance(decorator, ast.Call):
                arguments = arguments_of(context, decorator)
                hand(context, arguments)
                if path == "functools.wraps":
                    continue
            _decorated_by_library(context, path, defined)
        elif isinstance(decorator, ast.Attribute):
            if decorator.attr in ("setter", "getter", "deleter"):
                continue
            defined |= call_method(context, context.value(decorator.value), decorator.attr, given, True)
        elif isinstance(decorator, ast.Call):
            if isinstance(inner, ast.Attribute):  # such as `@f.register(int)`
                context.effects.store(context.value(inner.value), defined)
            context.unused.add(decorator)
            defined |= call(context, call_expression(context, decorator), given)
        else:
            defined |= call(context, context.value(decorator), given)
    return defined


def _decorated_by_library(context: Context, path: str, defined: Objects) -> None:
    package = path.split(".")[0]
    if "." in path:
        note_call(context, path, alone=False)
    if path in library.CACHES:
        for root in reach(defined):
            for code in context.known.functions.get(root, ()):
                context.effects.costs |= code.effects.costs
    elif package not in library.CHEAP_PACKAGES and path not in library.HOLDING_CALLS:
        context.effects.costs = True


def _class_definition(context: Context, node: ast.ClassDef) -> None:
    bases = NOTHING.union(*(context.value(one) for one in node.bases))
    keywords = [context.value(one.value) for one in node.keywords]
    top = not context.scopes
    made: Objects = frozenset((node.name,)) if top else frozenset((Fresh(),))
    context.effects.store(made, bases)
    scope = Scope(bound_names(node), of_class=True)
    around, context.owner = context.owner, node.name if top else context.owner
    context.scopes += (scope,)
    context.run(node.body)
    context.scopes = context.scopes[:-1]
    context.owner = around
    held = NOTHING.union(*scope.values.values())
    context.effects.store(made, held)
    _note_derived(context, node, bases, made)
    _hooks(context, made | bases, keywords, held)
    result = _decorated(context, node.decorator_list, made)
    if not top or result != made:
        context.bind_name(node.name, result)


def _note_derived(context: Context, node: ast.ClassDef, bases: Objects, made: Objects) -> None:
    """Note that the bases of a class list it, where that is read: here, or in a module of the user's own."""
    if context.known.lists_classes:
        context.effects.change(bases, Change.CERTAIN)
        context.effects.store(bases, made)
    for base in node.bases:
        path = context.path(base)
        if path is not None and (context.known.lists_classes or not library.is_known(path.split(".")[0])):
            context.effects.outside.add(path)


def _hooks(context: Context, owners: Objects, keywords: list[Objects], held: Objects) -> None:
    """Run the template's methods that the creation of a class calls."""
    every = owners.union(*keywords, held)
    for name in ("__init_subclass__", "__set_name__"):
        for code in context.known.methods.get(name, ()):
            apply(context, code, Given(rest=every), every)
    if keywords or any(one in context.known.classes for one in owners):
        for name in ("__new__", "__prepare__", "__call__", "__init__"):
            for code in context.known.methods.get(name, ()):
                base = context.known.classes.get(code.root)
                if base is not None and ("type" in base.bases or keywords):
                    apply(context, code, Given(rest=every), every.union(*keywords))


STATEMENTS: Mapping[type, Callable[..., None]] = {
    ast.FunctionDef: _definition,
    ast.AsyncFunctionDef: _definition,
    ast.ClassDef: _class_definition,
}
"""Functions that evaluate definitions, by the class of the statement."""
