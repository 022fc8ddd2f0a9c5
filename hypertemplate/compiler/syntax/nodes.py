"""Walkers over syntax trees: what a statement evaluates when it runs, and what functions do later."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Body = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_FIELDS = re.compile(r"%(\(\w+\))?[-+#0 ]*[\d.]*[a-zA-Z]|\{[^{}]*\}")
"""Places in a text that formatting fills in."""

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
"""Nodes whose bodies run when they are called."""


def evaluated(*nodes: ast.AST) -> Iterator[ast.AST]:
    """Yield what runs when statements do, in no particular order.

    That is all but the bodies of functions: decorators, defaults and annotations run, and so do bodies of
    classes and comprehensions. A generator expression may be gone through at once, as in ``any(f(x) for x in
    xs)``, so it is here, and also among the `bodies`.
    """
    worklist = list(nodes)
    while worklist:
        node = worklist.pop()
        yield node
        worklist += outside(node) if isinstance(node, FUNCTIONS) else ast.iter_child_nodes(node)


def outside(node: Body) -> list[ast.AST]:
    """Return what of a function's definition runs in place: decorators, defaults, annotations."""
    arguments = node.args
    found: list[ast.AST] = [*arguments.defaults, *(one for one in arguments.kw_defaults if one is not None)]
    if not isinstance(node, ast.Lambda):
        found += [*node.decorator_list, *annotations_of(node)]
    return found


def annotations_of(node: FunctionNode) -> list[ast.expr]:
    """Return the annotations of a function's parameters and of its result."""
    found = [*(one.annotation for one in _arguments(node)), node.returns]
    return [one for one in found if one is not None]


def parameters(node: Body) -> list[str]:
    """Return the names of a function's parameters, ``*rest`` and ``**options`` last."""
    return [one.arg for one in _arguments(node)]


def _arguments(node: Body) -> list[ast.arg]:
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return every + [one for one in (arguments.vararg, arguments.kwarg) if one is not None]


def defaults(node: Body) -> Iterator[tuple[str, ast.expr]]:
    """Yield the parameters of a function that have a default, each with its default."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs: list[tuple[ast.arg, ast.expr | None]] = [
        *zip(reversed(positional), reversed(arguments.defaults), strict=False),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return ((one.arg, value) for one, value in pairs if value is not None)


def bodies(*nodes: ast.AST) -> Iterator[Body | ast.GeneratorExp]:
    """Yield the functions, lambdas and generator expressions that statements make: what may run later.

    Those inside the body of another one are that one's own.
    """
    for node in evaluated(*nodes):
        if isinstance(node, (*FUNCTIONS, ast.GeneratorExp)):
            yield node


def statements_of(node: Body) -> list[ast.stmt]:
    """Return the body of a function; of a lambda as one statement."""
    return [ast.Expr(node.body)] if isinstance(node, ast.Lambda) else node.body


def calls(nodes: Iterable[ast.AST]) -> Iterator[ast.Call]:
    """Yield the calls that run when these nodes do."""
    return (node for node in evaluated(*nodes) if isinstance(node, ast.Call))


def unused_calls(node: ast.expr) -> Iterator[ast.Call]:
    """Yield the calls whose results an expression that is a statement does not use: they have an effect.

    Those of ``[names.append(x) for x in xs]`` and of ``done and log.close()`` are some, too.
    """
    match node:
        case ast.Call():
            yield node
        case ast.ListComp(elt=inner) | ast.SetComp(elt=inner) | ast.Await(value=inner):
            yield from unused_calls(inner)
        case ast.IfExp(body=first, orelse=last):
            yield from (*unused_calls(first), *unused_calls(last))
        case ast.BoolOp(values=[*_, last]):
            yield from unused_calls(last)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            yield from (call for part in parts for call in unused_calls(part))


def outside_definitions(*nodes: ast.AST) -> Iterator[ast.AST]:
    """Yield nodes and all below them but the insides of functions and classes, in source order."""
    worklist: list[ast.AST] = list(reversed(nodes))
    while worklist:
        node = worklist.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            worklist += reversed(list(ast.iter_child_nodes(node)))


def own_nodes(function: FunctionNode) -> Iterator[ast.AST]:
    """Yield the nodes of a function's body, without the insides of functions and classes, in source order."""
    return outside_definitions(*function.body)


def dotted(node: ast.expr, aliases: Mapping[str, str]) -> str | None:
    """Return the full path of a name or attribute through the imports: ``keras.layers.Dense``.

    None where the expression is neither, or where its first name is not imported.
    """
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in aliases:
        return None
    return ".".join([aliases[node.id], *reversed(attributes)])


def last_name(node: ast.AST) -> str | None:
    """Return ``c`` of ``c`` and of ``a.b.c``; None for anything else."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return None


def literal_text(node: ast.expr) -> str:
    """Return a literal text; an empty one for any other expression."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def name_texts(node: ast.AST) -> Iterator[str]:
    """Yield the texts in code, with ``*`` for what is filled in: ``run*.csv``."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield _FIELDS.sub("*", inner.value)
        elif isinstance(inner, ast.JoinedStr):
            yield "".join(literal_text(part) or "*" for part in inner.values)


def root(node: ast.expr) -> Iterator[str]:
    """Yield ``a`` of ``a.b[c].d``; nothing where there is no name at the root."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        yield node.id


def is_marker_shaped(node: ast.AST) -> bool:
    """Tell whether a node is a set of one set or dict: it always raises, so it is meant for a marker."""
    return isinstance(node, ast.Set) and len(node.elts) == 1 and isinstance(node.elts[0], (ast.Set, ast.Dict))


def is_own_name(node: ast.expr) -> bool:
    """Return True for ``__name__``, the name of the module that the code belongs to."""
    return isinstance(node, ast.Name) and node.id == "__name__"
