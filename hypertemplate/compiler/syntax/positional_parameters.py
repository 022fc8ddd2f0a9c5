"""Positional parameters of functions and classes, as the text of their definitions shows them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.syntax.nodes import FunctionNode, last_name

KEPT_SIGNATURES = frozenset(
    (
        *("cache", "contextmanager", "enable_grad", "function", "inference_mode", "jit", "lru_cache"),
        *("njit", "no_grad", "register_keras_serializable"),
    )
)
"""Decorators after which a function or class takes the arguments that its text shows."""

_OF_CLASSES = KEPT_SIGNATURES | {"dataclass", "define", "final", "frozen", "total_ordering"}
_FIELDS = frozenset({"dataclass", "define", "frozen"})
"""Decorators that make the fields of a class the parameters of its ``__init__``."""

_OF_FIELDS = frozenset({"Module", "NamedTuple"})
"""Bases that do so: ``typing.NamedTuple``, and Flax's ``Module``."""

MAKING = ("__init__", "__new__")
"""Methods that take the arguments with which a class is called."""


def of_function(function: FunctionNode, added: int = 0) -> list[str] | None:
    """Return the positional parameters of a function; None if a decorator may have given it others.

    Args:
        function: its definition.
        added: number of arguments that Python adds, such as ``self``.
    """
    if not all(_is_among(one, KEPT_SIGNATURES) for one in function.decorator_list):
        return None
    return [one.arg for one in (*function.args.posonlyargs, *function.args.args)][added:]


def of_class(node: ast.ClassDef) -> list[str] | None:
    """Return the positional parameters of a class, by its ``__init__`` or its fields; None without these."""
    if node.keywords or not all(_is_among(one, _OF_CLASSES) for one in node.decorator_list):
        return None
    made = [one for one in ast.walk(node) if isinstance(one, ast.FunctionDef) and one.name in MAKING]
    match made:
        case [ast.FunctionDef(name="__init__") as function] if function in node.body:
            return of_function(function, 1)
        case []:
            return [*_fields(node)] if _has_fields(node) else None
    return None


def _is_among(decorator: ast.expr, names: frozenset[str]) -> bool:
    return last_name(decorator.func if isinstance(decorator, ast.Call) else decorator) in names


def _has_fields(node: ast.ClassDef) -> bool:
    """Tell whether the fields that a class lists are all that its objects are made of."""
    by_base = any(last_name(base) in _OF_FIELDS for base in node.bases)
    return by_base or (not node.bases and any(_is_among(one, _FIELDS) for one in node.decorator_list))


def _fields(node: ast.ClassDef) -> Iterator[str]:
    """Yield the fields that positional arguments are for."""
    if any("kw_only" in _keywords(one) for one in node.decorator_list):
        return
    for statement in node.body:
        match statement:
            case ast.AnnAssign(annotation=kind) if "KW_ONLY" in ast.unparse(kind):
                return
            case ast.AnnAssign(target=ast.Name(id=name), annotation=kind, value=value):
                if "ClassVar" not in ast.unparse(kind) and not {"init", "kw_only"} & _keywords(value):
                    yield name


def _keywords(node: ast.expr | None) -> set[str | None]:
    """Return the names of the keywords of a call: ``init`` of ``field(init=False)``."""
    return {one.arg for one in node.keywords} if isinstance(node, ast.Call) else set()


def place_of(call: ast.Call, argument: ast.AST) -> int | None:
    """Return the position of an argument; None for a keyword's, and behind one that is unpacked."""
    for place, one in enumerate(call.args):
        if isinstance(one, ast.Starred):
            return None
        if one is argument:
            return place
    return None


def of_text(module: ast.AST, call: ast.Call, argument: ast.AST) -> Iterator[str]:
    """Yield the parameters that an argument is for, of all functions and classes of that name in a text.

    Args:
        module: tree of the text.
        call: the call.
        argument: one of its arguments.
    """
    place, name = place_of(call, argument), last_name(call.func)
    if place is None or name is None:
        return
    for node in ast.walk(module):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if node.name == name:
                names = of_function(node) or []
                yield from names[names[:1] in (["self"], ["cls"]) :][place : place + 1]
            case ast.ClassDef() if node.name == name:
                yield from (of_class(node) or [])[place : place + 1]
