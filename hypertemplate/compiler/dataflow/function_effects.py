"""What running the functions and classes of a template changes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.aliases import shared
from hypertemplate.compiler.dataflow.bindings import bindings
from hypertemplate.compiler.dataflow.mutations import (
    Body,
    Local,
    Signature,
    changed,
    changed_in_body,
    outermost_bodies,
    returned_from_outside,
)
from hypertemplate.compiler.syntax.scopes import FunctionNode, Names, bound_names


@dataclass(frozen=True, slots=True)
class _Known:
    """A function of the template, and how calls of it are told: its name, ``.name`` for a method."""

    key: str
    function: Body
    method: bool


def local_effects(modules: Iterable[ast.Module], aliases: Mapping[str, str]) -> Local:
    """What the functions, methods and lambdas of a template do to what they are given.

    It is repeated until nothing changes, since one may hand its parameter on to another.
    """
    known = [one for module in modules for one in _functions(module, "")]
    local = Local(aliases)
    while True:
        signatures: dict[str, tuple[Signature, ...]] = {}
        methods: set[str] = set()
        for one in known:
            signature, changes_itself = _signature(one, local)
            if signature.changed:
                signatures[one.key] = (*signatures.get(one.key, ()), signature)
            if changes_itself and one.key.startswith("."):
                methods.add(one.key[1:])
        after = Local(aliases, signatures, frozenset(methods))
        if after == local:
            return local
        local = after


def _functions(node: ast.AST, inside: str) -> Iterator[_Known]:
    """The functions below a node; `inside` is the name of the class that it is, if it is one."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in child.decorator_list)
                key = child.name
                if inside:
                    key = inside if child.name == "__init__" else f".{child.name}"
                yield _Known(key, child, bool(inside) and not static)
                yield from _functions(child, "")
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as function):
                yield _Known(name, function, False)
            case ast.ClassDef():
                yield from _functions(child, child.name)
            case ast.stmt() | ast.excepthandler():
                yield from _functions(child, inside)


def _signature(known: _Known, local: Local) -> tuple[Signature, bool]:
    """What a function changes of what it is given, and whether a method changes its object."""
    arguments = known.function.args
    positional = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    own = positional.pop(0) if known.method and positional else ""
    others = frozenset(one.arg for one in arguments.kwonlyargs)
    rest = tuple(one.arg if one else "" for one in (arguments.vararg, arguments.kwarg))
    names = changed_in_body(known.function, local)
    changed = names & {*positional, *others, *rest}
    return Signature(tuple(positional), others, (rest[0], rest[1]), frozenset(changed)), own in names


def kept_functions(statement: ast.stmt) -> Iterator[tuple[str, ast.Name | ast.Lambda]]:
    """Pairs of a name and a function or class that what it is bound to may call later.

    That is ``twice`` of ``f = twice``, ``fs = [twice]`` and ``f = partial(twice, 2)``; ``log`` of
    ``Callback(on_end=log)``; ``Counter`` of ``counter = Counter()``. What a plain function was given, as in
    ``rows = list(map(parse, lines))``, it has called already.
    """
    for name, value in bindings(statement):
        waiting: list[ast.expr] = [value]
        while waiting:
            match waiting.pop():
                case ast.Name() | ast.Lambda() as function:
                    yield name, function
                case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Dict(values=items):
                    waiting += items
                case ast.Call(func=ast.Name() | ast.Attribute() as func, args=given, keywords=keywords):
                    last = func.attr if isinstance(func, ast.Attribute) else func.id
                    if last[0].isupper() or last == "partial":
                        waiting += [*given, *(keyword.value for keyword in keywords)]
                        waiting += [func] if isinstance(func, ast.Name) else []


def changed_defaults(function: Body, local: Local) -> Iterator[tuple[str, ast.expr]]:
    """Pairs of a parameter that a function changes in place and its default value."""
    inside = changed_in_body(function, local)
    return (pair for pair in _default_values(function.args) if pair[0] in inside)


def _default_values(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    for one, value in zip(reversed(positional), reversed(arguments.defaults), strict=False):
        yield one.arg, value
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            yield one.arg, default


def returned_by(
    functions: Mapping[str, Iterable[FunctionNode]], local: Local
) -> tuple[dict[str, set[str]], dict[str, bool]]:
    """For functions that hand back what they did not make the module's names, and whether parameters too."""
    returned: dict[str, set[str]] = {}
    returning: dict[str, bool] = {}
    for name, found in functions.items():
        for function in found:
            names = returned_from_outside(function, local)
            own = names & bound_names(function)
            if names:
                returned[name] = returned.get(name, set()) | (names - own)
                returning[name] = returning.get(name, False) or bool(own)
    return returned, returning


def changed_when_called(
    statements: Iterable[tuple[ast.stmt, Names, bool]], local: Local
) -> dict[str, set[str]]:
    """For each function, lambda and class the module's names that running it binds or changes.

    Also for each name that holds such a function: a callback, an object of the class.

    Args:
        statements: each with its names, and whether it defines functions or a class.
        local: what functions do to what they are given.
    """
    changes: dict[str, set[str]] = {}
    calls: dict[str, set[str]] = {}
    for node, names, defining in statements:
        kept = list(kept_functions(node))
        made = {name for name, function in kept if isinstance(function, ast.Lambda)}
        made |= names.binds if defining else set()
        own = names.deferred & set(changed(node, bodies=True, local=local)) if made else set()
        for function in outermost_bodies(node) if made else ():
            own = own.union(*(shared(value) for _, value in changed_defaults(function, local)))
        for name in made:
            changes[name] = changes.get(name, set()) | own | names.declares
            calls[name] = calls.get(name, set()) | names.deferred
        for name, held in kept:
            if isinstance(held, ast.Name):
                calls.setdefault(name, set()).add(held.id)
    grown = True
    while grown:
        grown = False
        for name, called in calls.items():
            more = set().union(*(changes[other] for other in called & changes.keys()))
            if not more <= changes.get(name, set()):
                changes.setdefault(name, set()).update(more)
                grown = True
    return changes
