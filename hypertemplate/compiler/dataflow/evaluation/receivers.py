"""Receivers of method calls: the method of a name may be the template's, a library's, or either.

A method is found by its name. Unless its object surely is of one class, it may be any class's.
"""

from __future__ import annotations

import ast
import enum
import functools
import operator
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.effects import Fresh, Object, Objects
from hypertemplate.compiler.dataflow.evaluation.context import Context
from hypertemplate.compiler.dataflow.evaluation.knowledge import ClassCode, Knowledge
from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.syntax.nodes import FunctionNode, dotted, is_marker_shaped


class Origin(enum.Flag):
    """Code that a method may be of."""

    OWN = enum.auto()
    LIBRARY = enum.auto()


_EITHER = Origin.OWN | Origin.LIBRARY
_PLAIN_BASES = frozenset({"ABC", "abc.ABC", "object"})
_DELEGATING = ("__getattr__", "__getattribute__", "__new__")
_WRITTEN_OUT = (
    *(ast.Constant, ast.Dict, ast.DictComp, ast.JoinedStr, ast.List, ast.ListComp, ast.Set, ast.SetComp),
    ast.Tuple,
)


def by_origin(
    context: Context, receiver: Objects, name: str, *, inherited: bool = False
) -> tuple[Objects | None, Objects | None]:
    """Return the objects whose method may be the template's, and those whose may be a library's.

    Either is None if the method surely is the other's. There may be no objects where nothing is known.

    Args:
        context: state of the evaluation.
        receiver: objects that the method is called on.
        name: name of the method.
        inherited: whether it is called on ``super()``.
    """
    if name not in context.known.methods:
        return None, receiver
    if not receiver:
        return receiver, receiver
    each = {one: _of_object(context, one, name, inherited) for one in receiver}
    own = frozenset(one for one, origin in each.items() if Origin.OWN in origin)
    foreign = frozenset(one for one, origin in each.items() if Origin.LIBRARY in origin)
    return own or None, foreign or None


def written_origin(known: Knowledge, func: ast.Attribute) -> Origin:
    """Return the origin of a method that is called, by what the names of the module are bound to."""
    if func.attr not in known.methods:
        return Origin.LIBRARY
    if not known.assigned_attributes.isdisjoint((func.attr, "*")):
        return _EITHER
    return _of_expression(known, func.value, func.attr, frozenset())


def may_be_foreign(context: Context, func: ast.Attribute) -> bool:
    """Tell whether a method that is called may be a library's."""
    if isinstance(func.value, ast.Name):
        receiver = context.read(func.value.id)
        if receiver:
            return by_origin(context, receiver, func.attr)[1] is not None
    return Origin.LIBRARY in written_origin(context.known, func)


def class_of(context: Context, objects: Objects) -> Objects:
    """Return the classes of the template that objects may be of: ``type(x)``, ``x.__class__``."""
    itself = {context.code.itself: context.code.root} if context.code is not None else {}
    found: set[Object] = set()
    for one in objects:
        if isinstance(one, Fresh):
            found |= {one.made_of} - {""}
        else:
            found |= {itself[one]} if one in itself else context.known.classes.keys()
    return frozenset(found)


def _of_object(context: Context, one: Object, name: str, inherited: bool) -> Origin:
    known = context.known
    if not known.assigned_attributes.isdisjoint((name, "*")):
        return _EITHER
    if not isinstance(one, str):
        return _of_class(known, one.made_of, name) if one.made_of else _EITHER
    if context.code is not None and one == context.code.itself:
        return _of_itself(known, context.code.root, name, inherited)
    if one in known.classes:
        return _of_class(known, one, name)
    return _of_values(known, one, name, frozenset())


def _of_itself(known: Knowledge, owner: str, name: str, inherited: bool) -> Origin:
    """Return the origin of a method of the object that a method of a class runs on."""
    classes = {one for one in known.classes if owner in reachable((one,), lambda n: _bases(known, n))}
    if owner not in classes or owner in known.bases_inside:
        return _EITHER
    if inherited:
        classes = {base for one in classes for base in _bases(known, one)} - classes
    return _joined(_of_class(known, one, name) for one in classes)


def _bases(known: Knowledge, name: str) -> Iterable[str]:
    return known.classes[name].bases if name in known.classes else ()


def _joined(origins: Iterable[Origin]) -> Origin:
    return functools.reduce(operator.or_, origins, Origin(0)) or _EITHER


def _of_class(known: Knowledge, owner: str, name: str) -> Origin:
    """Return the origin of a method of an object of a class; either, where none of its classes has it."""
    return _joined(_looked_up(known, owner, name))


def _looked_up(known: Knowledge, owner: str, name: str) -> Iterator[Origin]:
    """Yield the origins of a method in a class, or else in its bases."""
    worklist = [owner]
    seen: set[str] = set()
    while worklist:
        one = worklist.pop()
        if one in seen or one in _PLAIN_BASES:
            continue
        seen.add(one)
        code = known.classes.get(one)
        if code is None:
            yield Origin.LIBRARY
        elif (
            one not in known.plain_classes or code.node.keywords or any(_binds(code, n) for n in _DELEGATING)
        ):
            yield _EITHER
        elif any(isinstance(part, FunctionNode) and part.name == name for part in code.node.body):
            yield Origin.OWN
        elif _binds(code, name):
            yield _EITHER
        else:
            worklist += code.bases


def _binds(code: ClassCode, name: str) -> bool:
    names = (
        getattr(node, "id", getattr(node, "name", None)) for part in code.node.body for node in ast.walk(part)
    )
    return name in names


def _of_values(known: Knowledge, name: str, method: str, seen: frozenset[str]) -> Origin:
    """Return the origin of a method of a name of the module, by the expressions that the name is bound to."""
    values = known.values.get(name)
    if not values or name in known.aliases or name in seen:
        return _EITHER
    return _joined(_of_expression(known, value, method, seen | {name}) for value in values)


def _of_expression(known: Knowledge, node: ast.expr, method: str, seen: frozenset[str]) -> Origin:
    match node:
        case ast.Name(id=name):
            return _of_values(known, name, method, seen)
        case ast.IfExp(body=first, orelse=other):
            return _joined(_of_expression(known, one, method, seen) for one in (first, other))
        case ast.BoolOp(values=values):
            return _joined(_of_expression(known, one, method, seen) for one in values)
        case ast.Call(func=ast.Name(id=name)) if name in known.classes:
            return _of_class(known, name, method)
        case ast.Call(func=func, keywords=keywords) if method not in (one.arg for one in keywords):
            path = dotted(func, known.aliases)
            return Origin.LIBRARY if path is not None and _is_class(path) else _EITHER
    literal = isinstance(node, _WRITTEN_OUT) and not is_marker_shaped(node)
    return Origin.LIBRARY if literal else _EITHER


def _is_class(path: str) -> bool:
    package, last = path.split(".")[0], path.rpartition(".")[2]
    return last[:1].isupper() and library.is_known(package)
