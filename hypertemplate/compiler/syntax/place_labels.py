"""Labels that the code around a value suggests: its keyword, its callee, the name that it is assigned to."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from hypertemplate.compiler.markers.argument_names import argument_name, option_name
from hypertemplate.compiler.markers.grammar import is_label
from hypertemplate.compiler.syntax.nodes import last_name, outside_definitions

Parents = Mapping[ast.AST, ast.AST]
"""Node -> parent node, as a `Tree` has them."""

OwnNames = Callable[[ast.Call, ast.expr], str | None]
"""Parameter of the user's own that an argument of a call is for; None for what is not their own."""

TRANSPARENT = frozenset(
    (
        *("abs", "bool", "conditional", "float", "int", "len", "max", "min", "round", "str", "sum"),
        *("enumerate", "frozenset", "iter", "list", "next", "range", "reversed", "set", "sorted"),
        *("tuple", "zip"),
        *("array", "asarray", "constant", "float16", "float32", "float64", "int32", "int64", "tensor"),
        *("ceil", "exp", "exp2", "floor", "log", "log10", "log2", "pow", "power", "sqrt"),
    )
)
"""Calls that are skipped: ``Dense(int({{...}}))`` is labelled ``Dense``."""

_PAIRED = {"zip": 0, "enumerate": 1}
"""Function -> place, in the tuples that it makes, of what its first argument yields."""

_FILLED = frozenset(("append", "appendleft", "extend", "insert"))
"""Methods after which a label says nothing: ``sizes.append({{...}})`` is labelled ``sizes``."""


def no_own_names(call: ast.Call, argument: ast.expr) -> None:
    """Return None: what is the user's own is not known."""


def labels_around(parents: Parents, node: ast.AST, own: OwnNames = no_own_names) -> Iterator[str]:
    """Yield the labels that the places around a node suggest, going outwards to its statement.

    They are the option or entry of which it is the default, the keyword of the argument, the parameter of a
    positional argument if the callee is the user's own or well known, the name that a ``for`` over ``zip`` or
    ``enumerate`` gives it, else the callee, the string key of a dict entry, of a pair or of an assigned
    subscript, the assigned name or attribute, the parameter of a default, what a ``for`` over it counts.

    Args:
        parents: node -> parent node.
        node: the node.
        own: names of the parameters of the user's own functions.
    """
    child = node
    while not isinstance(child, ast.stmt):
        parent = parents[child]
        label = label_at(parents, child, parent, own)
        if label:
            yield label
        child = parent


def label_at(parents: Parents, child: ast.AST, parent: ast.AST, own: OwnNames = no_own_names) -> str | None:
    """Return the label that a parent suggests for its child, or None."""
    match parent:
        case ast.keyword(arg="default" | "default_factory"):
            call = parents[parent]  # of `field(default=...)`, the name that is assigned says more
            return option_name(call, parent) if isinstance(call, ast.Call) else None
        case ast.keyword(arg=str(name)):
            return name
        case ast.Call(func=func) if child is not func and isinstance(child, ast.expr):
            return (
                own(parent, child)
                or option_name(parent, child)
                or argument_name(parent, child)
                or _target(_loop_target(parents, child))
                or _callee(func)
            )
        case ast.Dict(keys=keys, values=values):
            return next((_string(k) for k, v in zip(keys, values, strict=True) if v is child), None)
        case ast.Assign(targets=[target, *_]) if child is parent.value:
            return _target(target)
        case ast.Tuple() | ast.List():
            return _target(_unpacked_into(parents, parent, child)) or _named_beside(parent, child)
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target) if child is parent.value:
            return _target(target)
        case ast.NamedExpr(target=target) if child is parent.value:
            return target.id
        case ast.arguments():
            return _defaulted(parent, child)
        case ast.For(target=target) | ast.AsyncFor(target=target) | ast.comprehension(target=target):
            if child is parent.iter:
                return _looped(parents, parent, _target(target))
    return None


def _looped(
    parents: Parents, loop: ast.For | ast.AsyncFor | ast.comprehension, target: str | None
) -> str | None:
    """Return what the number of iterations counts: ``epochs`` of ``for epoch in range(...)``.

    A counter such as ``i`` says nothing; then it is what the loop makes: ``n_LSTM``.
    """
    if not isinstance(loop.iter, ast.Call) or last_name(loop.iter.func) != "range":
        return target
    if target is not None and len(target.strip("_")) > 1 and target not in _COUNTERS:
        return "epochs" if target == "ep" else _plural(target)
    repeated: ast.AST | list[ast.stmt]
    repeated = parents[loop] if isinstance(loop, ast.comprehension) else loop.body
    made = _made(repeated if isinstance(repeated, list) else [repeated])
    if made is not None:
        return f"n_{made}"
    return "repeats" if isinstance(repeated, list) else None


def _plural(name: str) -> str:
    """Return the plural of a name: ``batches`` of ``batch``."""
    if name.endswith(("ch", "sh", "x", "z")) and not name.endswith("epoch"):
        return f"{name}es"
    if re.search("[^aeiou]y$", name):
        return f"{name[:-1]}ies"
    return name if name.endswith("s") else f"{name}s"


def _loop_target(parents: Parents, node: ast.expr) -> ast.expr | None:
    """Return the name that a loop gives to what `node` yields: ``b`` of ``for a, b in zip(x, node)``."""
    match parent := parents[node]:
        case ast.For() | ast.AsyncFor() | ast.comprehension() if node is parent.iter:
            return parent.target
        case ast.Call(func=func, args=args) if node in args and last_name(func) in _PAIRED:
            place = args.index(node) + _PAIRED[last_name(func) or ""]
            return _item(_loop_target(parents, parent), place)
    return None


def _unpacked_into(parents: Parents, items: ast.Tuple | ast.List, item: ast.AST) -> ast.expr | None:
    """Return what is assigned an item: ``b`` of ``a, b = x, item``, and of ``for a, b in [(x, item)]``."""
    place = next(n for n, one in enumerate(items.elts) if one is item)
    match outer := parents[items]:
        case ast.Assign(targets=[target, *_]) if items is outer.value:
            return _item(target, place)
        case ast.Tuple() | ast.List():
            return _item(_loop_target(parents, outer), place)
    return None


def _named_beside(items: ast.Tuple | ast.List, item: ast.AST) -> str | None:
    """Return the name that a tuple gives its second item: ``scale`` of ``('scale', item)`` in a pipeline."""
    match items:
        case ast.Tuple(elts=[name, second, *_]) if second is item:
            return _string(name)
    return None


def _item(targets: ast.expr | None, place: int) -> ast.expr | None:
    """Return one of several targets, of which none takes a variable number of items."""
    if not isinstance(targets, (ast.Tuple, ast.List)) or place >= len(targets.elts):
        return None
    return None if any(isinstance(one, ast.Starred) for one in targets.elts) else targets.elts[place]


_COUNTERS = frozenset({"idx", "index", "ii", "jj", "kk", "num", "number", "it", "iteration"})


def _made(nodes: Iterable[ast.AST]) -> str | None:
    """Return the first class that nodes make an instance of, by the case of its name."""
    for node in outside_definitions(*nodes):
        name = last_name(node.func) if isinstance(node, ast.Call) else None
        if name is not None and name[:1].isupper():
            return name
    return None


def _callee(func: ast.expr) -> str | None:
    """Return the last name of a callee: ``Dense`` of ``layers.Dense`` and of ``layers.Dense(3)``."""
    while isinstance(func, (ast.Call, ast.Subscript)):
        func = func.func if isinstance(func, ast.Call) else func.value
    name = last_name(func)
    if name in _FILLED and isinstance(func, ast.Attribute):
        return last_name(func.value)
    return None if name in TRANSPARENT else name


def _string(node: ast.expr | None) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_label(node.value):
        return node.value
    return None


def _target(node: ast.expr | None) -> str | None:
    """Return the name of the assigned target; of several targets the first."""
    match node:
        case ast.Name(id="_"):
            return None
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=key):
            return _string(key)
        case ast.Tuple(elts=[first, *_]) | ast.List(elts=[first, *_]) | ast.Starred(value=first):
            return _target(first)
    return None


def _defaulted(arguments: ast.arguments, child: ast.AST) -> str | None:
    """Return the parameter whose default is `child`."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = zip(reversed(positional), reversed(arguments.defaults), strict=False)
    keyword_only = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    for parameter, default in (*defaults, *keyword_only):
        if default is child:
            return parameter.arg
    return None
