"""Evaluation of assignments and deletions: the objects that targets are bound to, and that they change."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping

from hypertemplate.compiler.dataflow.effects import EVERYTHING, NOTHING, Change, Fresh, Given, Objects, items
from hypertemplate.compiler.dataflow.evaluation.context import Context
from hypertemplate.compiler.dataflow.evaluation.outside import note_store
from hypertemplate.compiler.dataflow.evaluation.path_texts import fold
from hypertemplate.compiler.dataflow.evaluation.template_calls import apply, touch
from hypertemplate.compiler.dataflow.files.path_pattern import UNKNOWN, Folded
from hypertemplate.compiler.syntax.nodes import literal_text


def assign(context: Context, target: ast.expr, objects: Objects, texts: Folded = UNKNOWN) -> None:
    """Bind a target to objects; `texts` are the paths that these may be."""
    match target:
        case ast.Name(id=name):
            context.bind_name(name, objects, texts)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            touch(context, objects)
            context.effects.hand(objects)
            for one in targets:
                assign(context, one, items(objects))
        case ast.Starred(value=inner):
            assign(context, inner, frozenset((Fresh(set(objects)),)))
        case ast.Attribute(value=owner, attr=name):
            note_store(context, target)
            changed = context.value(owner)
            context.effects.change(changed, Change.CERTAIN)
            context.effects.store(changed, objects)
            if name in context.known.properties:
                for code in context.known.methods.get(name, ()):
                    apply(context, code, Given(rest=objects), changed)
            touch(context, changed)
        case _:
            assert isinstance(target, ast.Subscript)
            note_store(context, target)
            holder, index = target.value, target.slice
            context.value(index)
            changed = context.value(holder)
            by_name = isinstance(holder, ast.Attribute)  # `__dict__`, which no one reads the texts of
            if EVERYTHING in changed and literal_text(index) and not by_name:
                context.bind(literal_text(index), objects)
                return
            context.effects.change(changed, Change.CERTAIN)
            context.effects.store(changed, objects | items(objects))
            for code in context.known.methods.get("__setitem__", ()):
                apply(context, code, Given(rest=objects), changed)
            touch(context, changed)


def _assignment(context: Context, node: ast.Assign) -> None:
    value = node.value
    each = [context.value(one) for one in value.elts] if isinstance(value, (ast.Tuple, ast.List)) else []
    found = frozenset((Fresh(set(NOTHING.union(*each))),)) if each else context.value(value)
    for target in node.targets:
        targets = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
        starred = any(isinstance(one, ast.Starred) for one in (*targets, *getattr(value, "elts", ())))
        if targets and len(targets) == len(each) and not starred:
            folded = [fold(context, one) for one in getattr(value, "elts", ())]
            _each_plainly(context, zip(targets, each, folded, strict=True))
        else:
            _each_plainly(context, [(target, found, fold(context, value))])


def _each_plainly(context: Context, bound: Iterable[tuple[ast.expr, Objects, Folded]]) -> None:
    for target, objects, texts in bound:
        context.plain = context.at_top
        assign(context, target, objects, texts)
        context.plain = False


def _annotated(context: Context, node: ast.AnnAssign) -> None:
    if not context.known.lazy_annotations and not context.active:
        context.value(node.annotation)
    if node.value is not None:
        _each_plainly(context, [(node.target, context.value(node.value), fold(context, node.value))])


def _augmented(context: Context, node: ast.AugAssign) -> None:
    added = context.value(node.value)
    if isinstance(node.target, ast.Name):
        note_store(context, node.target)
        changed = context.read(node.target.id)
        context.effects.change(changed, Change.CERTAIN)
        context.effects.store(changed, items(added))
        context.bind_name(node.target.id, touch(context, changed))
    else:
        assign(context, node.target, items(added) | added)
        context.effects.change(context.value(node.target), Change.CERTAIN)


def _deletion(context: Context, node: ast.Delete) -> None:
    for target in _flat(node.targets):
        if isinstance(target, (ast.Attribute, ast.Subscript)):
            note_store(context, target)
            changed = context.value(target.value)
            context.effects.change(changed, Change.CERTAIN)
            touch(context, changed)
        else:
            assert isinstance(target, ast.Name)
            context.bind_name(target.id, NOTHING)


def _flat(targets: list[ast.expr]) -> Iterator[ast.expr]:
    """Yield the names, attributes and items of targets, those in brackets one after another."""
    for target in targets:
        if isinstance(target, (ast.Tuple, ast.List)):
            yield from _flat(target.elts)
        else:
            yield target


STATEMENTS: Mapping[type, Callable[..., None]] = {
    ast.Assign: _assignment,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Delete: _deletion,
}
"""Functions that evaluate assignments and deletions, by the class of the statement."""
