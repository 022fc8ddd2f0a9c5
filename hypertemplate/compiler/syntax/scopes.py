"""Names that a statement binds and uses, by Python's scopes.

The standard library's `symtable` would do, but since Python 3.12 it reports the variables of an inlined
comprehension as the module's; and it has no places, which messages need.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeGuard

from hypertemplate.compiler.syntax.nodes import last_name, own_nodes

_DYNAMIC = frozenset({"exec", "globals", "locals", "vars"})
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_MARKED_NAME = re.compile(r"@([A-Za-z_]\w*)")
_FORGIVING = {"NameError", "Exception", "BaseException"}

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

SCOPES = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Lambda,
    ast.ClassDef,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
"""Nodes that have a scope of their own."""


@dataclass(frozen=True, slots=True)
class Use:
    """A read of a module-level name.

    Attributes:
        name: name that is read.
        node: node that reads it.
        immediate: whether the statement itself reads it, rather than a function when called.
        guarded: whether a ``try`` around it catches a NameError.
    """

    name: str
    node: ast.Name
    immediate: bool
    guarded: bool


@dataclass(slots=True)
class Names:
    """Module-level names of one top-level statement.

    Attributes:
        binds: names that the statement binds or deletes.
        declares: names that its functions declare ``global``; calling them may bind these.
        uses: reads of names of the module or the builtins, in no particular order.
        maybe: names that a class body both binds and reads: first the module's, later its own.
        star: whether it is a star import.
        dynamic: whether it calls ``exec``, ``globals`` or ``vars``, which can define any name.
    """

    binds: set[str] = field(default_factory=set)
    declares: set[str] = field(default_factory=set)
    uses: list[Use] = field(default_factory=list)
    maybe: set[str] = field(default_factory=set)
    star: bool = False
    dynamic: bool = False

    @property
    def everywhere(self) -> set[str]:
        """Names that it reads, also in the bodies of functions."""
        return {use.name for use in self.uses} | self.maybe

    @property
    def deferred(self) -> set[str]:
        """Names that its functions and lambdas read when called."""
        return {use.name for use in self.uses if not use.immediate}

    @property
    def immediately(self) -> set[str]:
        """Names that the statement itself reads."""
        return {use.name for use in self.uses if use.immediate} | self.maybe


@dataclass(slots=True)
class _Scope:
    kind: str
    outer: _Scope | None
    immediate: bool
    bound: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    loads: list[tuple[ast.Name, bool]] = field(default_factory=list)
    inner: list[_Scope] = field(default_factory=list)

    def child(self, kind: str, immediate: bool) -> _Scope:
        scope = _Scope(kind, self, self.immediate and immediate)
        self.inner.append(scope)
        return scope


def names_of(statement: ast.stmt, *, lazy_annotations: bool = False) -> Names:
    """Collect the module-level names of one top-level statement.

    Args:
        statement: the statement.
        lazy_annotations: whether ``from __future__ import annotations`` is in force.
    """
    names = Names()
    top = _Scope("module", None, True)
    _fill(top, [(statement, False)], names, lazy_annotations)
    names.binds |= top.bound
    _resolve(top, names)
    if names.dynamic or any(use.name == "eval" for use in names.uses):
        _read_texts(statement, names)
    names.uses += _used_by_expressions(statement)
    return names


def _used_by_expressions(statement: ast.stmt) -> Iterator[Use]:
    """Yield the names in texts that libraries evaluate, as in ``df.query("a > @limit")``.

    A text that has a name of its own is evaluated by what reads that name, as a function would be.
    """
    for node in ast.walk(statement):
        immediate = not isinstance(statement, _DEFINITIONS) and not isinstance(node, ast.Assign)
        match node:
            case ast.Call(func=ast.Attribute(attr="eval" | "evaluate"), args=[text, *_]):
                found = [name for one in _texts(text) for name in _names_in(one)]
            case ast.Call(func=ast.Attribute(attr="query"), args=[text, *_]) | ast.Assign(value=text):
                found = [name for one in _texts(text) for name in _MARKED_NAME.findall(one)]
            case _:
                continue
        yield from (Use(name, ast.copy_location(ast.Name(name), node), immediate, True) for name in found)


def _texts(node: ast.expr) -> list[str]:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return [one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _names_in(text: str) -> set[str]:
    """Return the names in an expression; of a part of one, those that pandas takes from the code."""
    try:
        tree = ast.parse(text.replace("@", ""))
    except (SyntaxError, ValueError):
        return {*_MARKED_NAME.findall(text)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _read_texts(statement: ast.stmt, names: Names) -> None:
    """Add what texts name that ``exec``, ``globals()`` and the like may be given: ``globals()["n"] = 1``."""
    immediate = any(use.immediate for use in names.uses if use.name in _DYNAMIC | {"eval"})
    targets = [node.slice for node in ast.walk(statement) if _is_dynamic_target(node)]
    for node in ast.walk(statement):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                body = ast.parse(node.value).body
            except (SyntaxError, ValueError):
                continue
            inner = Names()
            top = _Scope("module", None, True)
            _fill(top, [(part, False) for part in body], inner, False)
            _resolve(top, inner)
            place = ast.copy_location(ast.Name("", ast.Load()), node)
            names.uses += [Use(use.name, place, immediate, True) for use in inner.uses]
            known = node in targets or not all(isinstance(one, ast.Constant) for one in targets)
            named = {node.value} if known and node.value.isidentifier() else set()
            (names.binds if immediate else names.declares).update(top.bound | named)


def _is_dynamic_target(node: ast.AST) -> TypeGuard[ast.Subscript]:
    """Tell whether an item of ``globals()`` or the like is assigned or deleted."""
    if not isinstance(node, ast.Subscript) or isinstance(node.ctx, ast.Load):
        return False
    return isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") in _DYNAMIC


def free_names(expression: ast.expr) -> list[Use]:
    """Return the names that an expression takes from its surroundings, in source order."""
    uses = names_of(ast.Expr(expression)).uses
    return sorted(uses, key=lambda use: (use.node.lineno, use.node.col_offset))


@functools.lru_cache(maxsize=256)
def bound_names(node: ast.AST) -> frozenset[str]:
    """Return the names that a function, lambda, class or comprehension binds in its own scope."""
    top = _Scope("module", None, True)
    _fill(top, [(node, False)], Names(), False)
    own = top.inner[0]
    if own.kind == "generic":
        own = own.inner[0]
    return frozenset(own.bound - own.globals)


def _fill(scope: _Scope, waiting: list[tuple[ast.AST, bool]], names: Names, lazy: bool) -> None:
    """Collect the names that `scope` binds and reads; nested scopes are filled on the way."""
    while waiting:
        node, guarded = waiting.pop()
        match node:
            case ast.Name():
                _name(scope, node, guarded, names)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                waiting += [(n, guarded) for n in _function(scope, node, guarded, names, lazy)]
            case ast.ClassDef():
                scope.bound.add(node.name)
                generic = _generic(scope, node)
                _fill(generic.child("class", True), [(n, guarded) for n in node.body], names, lazy)
                _fill(generic, [(n, guarded) for n in (*node.bases, *node.keywords)], names, lazy)
                waiting += [(n, guarded) for n in node.decorator_list]
            case _ if type(node).__name__ == "TypeAlias":  # pragma: no cover - Python 3.12, tested there
                scope.bound.add(node.name.id)  # type: ignore[attr-defined]
                _fill(_generic(scope, node), [(node.value, guarded)], names, lazy)  # type: ignore[attr-defined]
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                waiting.append((node.generators[0].iter, guarded))
                _comprehension(scope.child("comprehension", True), node, guarded, names, lazy)
            case ast.NamedExpr():
                # In a comprehension the name belongs to the scope around it.
                _nearest(scope).bound.add(node.target.id)
                waiting.append((node.value, guarded))
            case ast.With() | ast.AsyncWith():
                inside = guarded or any(_suppresses(item.context_expr) for item in node.items)
                waiting += [(n, inside) for n in node.body]
                waiting += [(n, guarded) for n in node.items]
            case ast.Try():
                inside = guarded or any(_forgives(one.type) for one in node.handlers)
                waiting += [(n, inside) for n in node.body]
                waiting += [(n, guarded) for n in (*node.handlers, *node.orelse, *node.finalbody)]
            case _:
                _bind(scope, node, guarded, names)
                waiting += [(n, guarded) for n in _children(node, lazy)]


def _children(node: ast.AST, lazy: bool) -> Iterable[ast.AST]:
    if isinstance(node, ast.AnnAssign) and lazy:
        return [child for child in (node.target, node.value) if child is not None]
    return ast.iter_child_nodes(node)


def _name(scope: _Scope, node: ast.Name, guarded: bool, names: Names) -> None:
    if isinstance(node.ctx, ast.Load):
        scope.loads.append((node, guarded))
        names.dynamic = names.dynamic or node.id in _DYNAMIC
    else:
        scope.bound.add(node.id)


def _bind(scope: _Scope, node: ast.AST, guarded: bool, names: Names) -> None:
    """Record the names that a node binds by itself, without an `ast.Name`."""
    match node:
        case ast.Import():
            scope.bound |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        case ast.ImportFrom():
            bound = {alias.asname or alias.name for alias in node.names}
            names.star = names.star or "*" in bound
            scope.bound |= bound - {"*"}
        case ast.AugAssign(target=ast.Name() as target):
            scope.loads.append((target, guarded))
        case ast.Global():
            scope.globals |= set(node.names)
        case ast.Nonlocal():
            scope.nonlocals |= set(node.names)
        case ast.ExceptHandler(name=str(name)):
            scope.bound.add(name)
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            scope.bound.add(name)
        case ast.MatchMapping(rest=str(name)):
            scope.bound.add(name)
        case _:
            pass


def _function(
    scope: _Scope,
    node: FunctionNode | ast.Lambda,
    guarded: bool,
    names: Names,
    lazy: bool,
) -> list[ast.AST]:
    """Fill a function's own scope; return the nodes that the enclosing scope evaluates."""
    generic = _generic(scope, node)
    body = generic.child("function", False)
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
    body.bound |= {argument.arg for argument in every}
    outside: list[ast.AST] = [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]
    if isinstance(node, ast.Lambda):
        _fill(body, [(node.body, guarded)], names, lazy)
        return outside
    scope.bound.add(node.name)
    _fill(body, [(n, guarded) for n in node.body], names, lazy)
    annotations = [*(a.annotation for a in every), node.returns] if not lazy else []
    _fill(generic, [(a, guarded) for a in annotations if a is not None], names, lazy)
    return [*node.decorator_list, *outside]


def _generic(scope: _Scope, node: ast.AST) -> _Scope:
    """Open the scope of a definition's type parameters (Python 3.12), which holds its signature and bases."""
    generic = scope.child("generic", True)
    generic.bound |= {parameter.name for parameter in getattr(node, "type_params", ())}
    return generic


def _comprehension(
    scope: _Scope,
    node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
    guarded: bool,
    names: Names,
    lazy: bool,
) -> None:
    results: list[ast.AST] = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    for number, generator in enumerate(node.generators):
        results += [generator.target, *generator.ifs]
        results += [generator.iter] if number else []
    _fill(scope, [(n, guarded) for n in results], names, lazy)


def _nearest(scope: _Scope) -> _Scope:
    """Return the scope that a walrus binds in: the nearest one other than a comprehension's."""
    while scope.kind in ("comprehension", "generic") and scope.outer is not None:
        scope = scope.outer
    return scope


def _forgives(caught: ast.expr | None) -> bool:
    """Tell whether a NameError is among the exceptions that a ``try`` catches."""
    return caught is None or any(last_name(node) in _FORGIVING for node in ast.walk(caught))


def _suppresses(manager: ast.expr) -> bool:
    """Tell whether a context manager is a ``contextlib.suppress`` of a NameError."""
    return (
        isinstance(manager, ast.Call)
        and last_name(manager.func) == "suppress"
        and any(map(_forgives, manager.args))
    )


def _resolve(top: _Scope, names: Names) -> None:
    """Separate the module's names from those of functions, classes and comprehensions."""
    waiting = [top]
    while waiting:
        scope = waiting.pop()
        waiting += scope.inner
        if scope is not top:
            names.declares |= scope.globals & scope.bound
        for node, guarded in scope.loads:
            owner = _owner(scope, node.id)
            if owner is top:
                names.uses.append(Use(node.id, node, scope.immediate, guarded))
            elif owner.kind == "class":
                names.maybe.add(node.id)


def _outermost(scope: _Scope) -> _Scope:
    return scope if scope.outer is None else _outermost(scope.outer)


def _owner(scope: _Scope, name: str) -> _Scope:
    """Return the scope that defines `name`, read in `scope`; the module's for a global or builtin."""
    start = scope
    while scope.outer is not None:
        if name in scope.globals:
            return _outermost(scope)
        # Functions do not see the names of a class body around them.
        visible = scope.kind != "class" or scope is start
        if visible and name in scope.bound and name not in scope.nonlocals:
            return scope
        scope = scope.outer
    return scope


def unassigned_globals(statement: ast.stmt) -> set[str]:
    """Return the names that all functions that declare them ``global`` surely read first: ``n += 1``.

    What is first read in a branch, a loop or a ``try`` may be read only where it is bound.
    """
    read: set[str] = set()
    bound: set[str] = set()
    for function in ast.walk(statement):
        if isinstance(function, FunctionNode):
            first: dict[str, ast.expr_context] = {}
            for node in _surely_evaluated(function.body):
                if isinstance(node, ast.Name):
                    first.setdefault(node.id, node.ctx)
            declared = (node.names for node in own_nodes(function) if isinstance(node, ast.Global))
            for name in (name for names in declared for name in names):
                (read if isinstance(first.get(name), ast.Load) else bound).add(name)
    return read - bound


def _surely_evaluated(statements: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Yield the nodes of statements up to the first branch, loop or ``try``, in order; see `_in_order`."""
    for statement in statements:
        match statement:
            case ast.If(test=first) | ast.While(test=first) | ast.For(iter=first) | ast.Match(subject=first):
                yield from _in_order([first])
            case ast.With(items=[ast.withitem(context_expr=first), *_]):
                yield from _in_order([first])
        if isinstance(getattr(statement, "body", None), list) and not isinstance(statement, _DEFINITIONS):
            return
        yield from _in_order([statement])


def _in_order(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield nodes in the order in which they are evaluated; what ``+=`` changes is read first.

    What a definition, an import or the like binds is a name that is assigned. What may not be evaluated is
    left out, such as the second operand of ``and``.
    """
    for node in nodes:
        yield node
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from _in_order([value, *targets])
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from _in_order([value, target])
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                yield from _in_order([ast.Name(name, ast.Load()), value])
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield from _in_order([*node.decorator_list, ast.Name(node.name, ast.Store())])
            case ast.BoolOp(values=[first, *_]) | ast.IfExp(test=first) | ast.Assert(test=first):
                yield from _in_order([first])
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                yield from _in_order([node.generators[0].iter])
            case ast.Lambda():
                pass
            case _:
                scope = _Scope("module", None, True)
                _bind(scope, node, False, Names())
                yield from (ast.Name(name, ast.Store()) for name in scope.bound)
                yield from _in_order(ast.iter_child_nodes(node))
