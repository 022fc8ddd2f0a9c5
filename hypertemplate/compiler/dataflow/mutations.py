"""Which objects a statement changes, as far as its text tells."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hypertemplate.compiler.dataflow.aliases import MUTATING, shared
from hypertemplate.compiler.dataflow.bindings import bindings, loop_sources, plainly_bound, through

Body = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_BODIES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)

SEEDING = frozenset(
    {
        "keras.utils.set_random_seed",
        "numpy.random.seed",
        "random.seed",
        "tensorflow.compat.v1.set_random_seed",
        "tensorflow.keras.utils.set_random_seed",
        "tensorflow.random.set_random_seed",
        "tensorflow.random.set_seed",
        "tensorflow.set_random_seed",
        "tf_keras.utils.set_random_seed",
        "torch.cuda.manual_seed",
        "torch.cuda.manual_seed_all",
        "torch.manual_seed",
    }
)
"""Calls that seed random numbers; a template's own run in every trial."""

FIRST_ARGUMENT = frozenset(
    {
        *("bisect.insort", "bisect.insort_left", "bisect.insort_right", "delattr", "setattr"),
        *("heapq.heapify", "heapq.heappop", "heapq.heappush", "heapq.heappushpop", "heapq.heapreplace"),
        *("numpy.copyto", "numpy.fill_diagonal", "numpy.place", "numpy.put", "numpy.put_along_axis"),
        *("numpy.add.at", "numpy.maximum.at", "numpy.minimum.at", "numpy.multiply.at", "numpy.subtract.at"),
        *("numpy.putmask", "numpy.random.shuffle", "operator.delitem", "operator.iadd"),
        *("operator.setitem", "random.shuffle"),
    }
)
"""Functions that change what they are given first."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A function of the template that changes what it is given.

    Attributes:
        positional: its parameters by position, without ``self``.
        others: those by keyword alone.
        rest: the names of ``*rest`` and ``**rest``, or an empty text each.
        changed: the parameters that it changes.
    """

    positional: tuple[str, ...]
    others: frozenset[str]
    rest: tuple[str, str]
    changed: frozenset[str]

    def given(self, call: ast.Call) -> Iterator[ast.expr]:
        """The arguments of a call that the function changes."""
        spread = False
        for position, argument in enumerate(call.args):
            spread = spread or isinstance(argument, ast.Starred)
            name = self.positional[position] if position < len(self.positional) else self.rest[0]
            if name in self.changed or spread:
                yield argument
        for keyword in call.keywords:
            known = keyword.arg in self.positional or keyword.arg in self.others
            if keyword.arg is None or (keyword.arg if known else self.rest[1]) in self.changed:
                yield keyword.value


@dataclass(frozen=True, slots=True)
class Local:
    """What calls of a template's own functions and of imported ones do to what they are given.

    Attributes:
        aliases: name to the dotted path that an import binds it to.
        signatures: the name of each function of the template that changes what it is given; of a class, for
            its ``__init__``; of a method with a dot before it.
        methods: the names of methods that change their object.
    """

    aliases: Mapping[str, str] = field(default_factory=dict)
    signatures: Mapping[str, tuple[Signature, ...]] = field(default_factory=dict)
    methods: frozenset[str] = frozenset()


NOTHING_KNOWN = Local()


def changed(node: ast.AST, *, bodies: bool = False, local: Local = NOTHING_KNOWN) -> Iterator[str]:
    """The names whose objects a statement changes in place.

    That is by an item or attribute that is assigned or deleted, an augmented assignment, a method called
    for its effect alone or known to change its object (also where it is only passed on, as in
    ``Callback(on_end=names.append)``), one called ``fit``, or a function known to change what it is given.
    What changes an item of a loop changes what is looped over.

    Args:
        node: the statement.
        bodies: whether bodies of functions and classes count, which run when they are called.
        local: what is known of imports and of the template's own functions.
    """
    looped = loop_sources(node)
    for name in _changed(outside_bodies(node), local):
        yield from through(name, looped)
    if bodies:
        for inner in outermost_bodies(node):
            yield from changed_in_body(inner, local)


def outermost_bodies(node: ast.AST) -> Iterator[Body]:
    """The functions and lambdas in a statement, classes entered; not those inside others."""
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield inner
        else:
            waiting += list(ast.iter_child_nodes(inner))


def changed_in_body(function: Body, local: Local) -> set[str]:
    """The names, parameters among them, whose objects a function changes that it did not make itself.

    After ``x = x.astype(float)`` at the top of its body, ``x`` is its own; after ``b = a``, ``b`` is ``a``.
    """
    return _changed_and_returned(function, local)[0]


def returned_from_outside(function: Body, local: Local) -> set[str]:
    """The names, parameters among them, whose objects a function hands back."""
    return _changed_and_returned(function, local)[1]


def _changed_and_returned(function: Body, local: Local) -> tuple[set[str], set[str]]:
    if isinstance(function, ast.Lambda):
        return set(changed(ast.Expr(function.body), local=local)), set(shared(function.body))
    found: set[str] = set()
    returned: set[str] = set()
    own: dict[str, set[str]] = {}
    for statement in function.body:
        looped = loop_sources(statement)
        for name in _changed(ast.walk(statement), local):
            found |= _from_outside(name, looped, own)
        for node in outside_bodies(statement):
            if isinstance(node, ast.Return) and node.value is not None:
                returned = returned.union(*(_from_outside(n, looped, own) for n in shared(node.value)))
        bound = plainly_bound(statement)
        after: dict[str, set[str]] = {}
        for name, value in bindings(statement):
            before = set() if name in bound else own.get(name, {name})
            outside = (_from_outside(other, looped, own) for other in shared(value))
            after[name] = after.get(name, set()).union(before, *outside)
        own |= after
    return found, returned


def _from_outside(name: str, looped: Mapping[str, set[str]], own: Mapping[str, set[str]]) -> set[str]:
    """The names from outside a function whose objects a name in it may stand for."""
    found: set[str] = set()
    for one in through(name, looped):
        if one not in looped or one in looped[one]:
            found |= own.get(one, {one})
    return found


def _changed(nodes: Iterable[ast.AST], local: Local) -> Iterator[str]:
    for inner in nodes:
        match inner:
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                yield from root(inner)
            case ast.AugAssign(target=ast.Name(id=name)):
                yield name
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=attribute) as func, args=arguments)):
                yield from root(func)
                if attribute == "shuffle":  # of a generator; a Dataset hands back another one
                    yield from _names(arguments[:1])
            case ast.Call():
                yield from _by_call(inner, local)
            case ast.For(iter=source) | ast.comprehension(iter=source) if "__iter__" in local.methods:
                yield from shared(source)
            case ast.withitem(context_expr=source) if {"__enter__", "__exit__"} & local.methods:
                yield from shared(source)
            case ast.Attribute(attr=attribute) if attribute in MUTATING | local.methods:
                yield from (name for name in root(inner) if name not in local.aliases)


def _by_call(call: ast.Call, local: Local) -> Iterator[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    path = dotted(call.func, local.aliases) or name
    if path in FIRST_ARGUMENT:
        yield from _names(call.args[:1])
    elif path.startswith("numpy."):
        yield from _names(keyword.value for keyword in call.keywords if keyword.arg == "out")
    key = path
    if isinstance(call.func, ast.Attribute):
        key = f".{call.func.attr}"
        if call.func.attr.startswith("fit"):
            yield from root(call.func)  # history = model.fit(...)
    elif name and "__call__" in local.methods:
        yield name
    for signature in local.signatures.get(key, ()):
        yield from _names(signature.given(call))


def _names(expressions: Iterable[ast.expr]) -> Iterator[str]:
    for expression in expressions:
        yield from shared(expression)


def dotted(node: ast.expr, aliases: Mapping[str, str]) -> str | None:
    """The full path of a name or attribute through the imports: ``keras.layers.Dense``.

    None where the expression is neither, or where its first name is no import.
    """
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in aliases:
        return None
    return ".".join([aliases[node.id], *reversed(attributes)])


def outside_bodies(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a statement does: all nodes but those inside functions and classes that it defines."""
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        yield inner
        if not isinstance(inner, _BODIES):
            waiting += list(ast.iter_child_nodes(inner))


def held(node: ast.AST) -> Iterator[str]:
    """The names of which a statement takes an attribute or item."""
    for inner in ast.walk(node):
        if isinstance(inner, (ast.Attribute, ast.Subscript)) and isinstance(inner.ctx, ast.Load):
            yield from root(inner)


def changed_parts(node: ast.AST) -> Iterator[str]:
    """The names of which a statement changes a part: ``a`` of ``a[0].append(1)``."""
    for inner in outside_bodies(node):
        match inner:
            # Called for its effect alone; one whose value is used, as of `x[0].reshape(2)`, seldom changes.
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=part))) if not isinstance(part, ast.Name):
                yield from root(part)
            case ast.Subscript(value=ast.Attribute() | ast.Subscript() as part, ctx=ast.Store() | ast.Del()):
                yield from root(part)
            case ast.Attribute(value=ast.Attribute() | ast.Subscript() as part, ctx=ast.Store() | ast.Del()):
                yield from root(part)


def with_attributes(node: ast.AST) -> set[str]:
    """The names of which an attribute is assigned somewhere, such as ``f`` by ``f.calls += 1``."""
    found = (
        one for one in ast.walk(node) if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)
    )
    return {one.value.id for one in found if isinstance(one.value, ast.Name)}


def root(node: ast.expr) -> Iterator[str]:
    """``a`` of ``a.b[c].d``; nothing where there is no name at the root."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        yield node.id
