"""Places where values stand that reach an expression through names, parameters, options and records."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.markers.argument_names import option_name
from hypertemplate.compiler.syntax.name_scopes import scope_of
from hypertemplate.compiler.syntax.nodes import (
    FunctionNode,
    defaults,
    last_name,
    literal_text,
    own_nodes,
    parameters,
)
from hypertemplate.compiler.syntax.tree import Tree

_SAME = frozenset({"float", "int"})
"""Functions whose result stands for what they get."""

_RECORDS = frozenset({"Namespace", "SimpleNamespace", "dict"})
"""Callables that make an object of the arguments that they are given by name."""

_VIEWS = frozenset({"asdict", "vars"})
"""Functions that make a dictionary of the fields of an object."""

_PARSED = frozenset({"parse_args", "parse_known_args"})
_DEEPEST = 12
"""Most steps from a use to the place of the value."""


@dataclass(frozen=True, eq=False)
class Place:
    """Expression that is the value, in its part."""

    tree: Tree
    node: ast.expr


class Unknown(Exception):
    """Raised where the text does not tell which values reach an expression."""


@dataclass(eq=False)
class Origins:
    """Values that reach expressions of a module, as far as its text tells.

    Attributes:
        module: the template.
        stored: attributes and keys that it sets one by one, other than those of ``self``.
    """

    module: Module
    _calls: dict[str, list[tuple[Tree, ast.Call]]] = field(default_factory=dict)
    _classes: dict[str, list[tuple[Tree, ast.ClassDef]]] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    _functions: dict[str, int] = field(default_factory=dict)
    _added: dict[ast.expr, dict[str, Place]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        changes: list[tuple[Tree, ast.AST, ast.expr, ast.expr]] = []
        for tree in self.module.trees:
            for node in tree.parents:
                match node:
                    case ast.Call(func=func) if name := last_name(func):
                        self._calls.setdefault(name, []).append((tree, node))
                        changes += [(tree, node, *one) for one in _updates(node)]
                    case ast.ClassDef(name=name):
                        self._classes.setdefault(name, []).append((tree, node))
                    case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                        self._functions[name] = self._functions.get(name, 0) + 1
                    case ast.Attribute(value=owner, attr=name, ctx=ast.Store() | ast.Del()):
                        self.stored |= set() if _is_self(owner) else {name}
                    case ast.Assign(targets=[ast.Subscript(value=owner, slice=key)], value=value):
                        changes.append((tree, node, owner, ast.Dict([key], [value])))
                    case ast.Subscript(slice=key, ctx=ast.Store() | ast.Del()):
                        plain = isinstance(tree.parents[node], ast.Assign)
                        self.stored |= set() if plain else {literal_text(key)}
        for change in changes:
            self._change(*change)

    def _change(self, tree: Tree, node: ast.AST, owner: ast.expr, entries: ast.expr) -> None:
        """Note a change of a dictionary: entries that it surely has from then on, or else some keys."""
        found = self.entries(tree, entries)
        places = self.places(tree, owner) if _follows_binder(self.module, tree, node, owner) else []
        if len(places) != 1:
            self.stored |= found.keys()
            return
        added = self._added.setdefault(places[0].node, {})
        self.stored |= added.keys() & found.keys()
        added |= found

    def calls_of(self, name: str) -> Sequence[tuple[Tree, ast.Call]]:
        """Return the calls of whatever has this last name, each with its part."""
        return self._calls.get(name, ())

    def places(self, tree: Tree, node: ast.expr) -> list[Place]:
        """Return the expressions that are the values of an expression; none if in doubt.

        Args:
            tree: part that it stands in.
            node: the expression.
        """
        try:
            return list({id(one.node): one for one in self._places(tree, node, _DEEPEST)}.values())
        except Unknown:
            return []

    def entries(self, tree: Tree, node: ast.expr) -> dict[str, Place]:
        """Return the entries of a dictionary that is written out or copied, and not changed later.

        Args:
            tree: part that the expression stands in.
            node: an expression; if it may have several values, the entries are those of all.
        """
        found: dict[str, Place] = {}
        for place in self.places(tree, node):
            found |= self._entries_of(place.tree, place.node, _DEEPEST) or {}
        return {name: place for name, place in found.items() if name not in self.stored}

    def _entries_of(self, tree: Tree, node: ast.expr, left: int) -> dict[str, Place] | None:
        """Return the entries of a dictionary, as far as they surely count; None of what may be none.

        ``{**first, "rate": 0.1}``, ``dict(first, rate=0.1)`` and ``first | {"rate": 0.1}`` have those of the
        first dictionary that the second one does not replace.
        """
        try:
            (place,) = self._places(tree, node, left)
        except (Unknown, ValueError):
            return None
        match place.node:
            case ast.Dict(keys=keys, values=values):
                texts = [None if key is None else literal_text(key) for key in keys]
                items = [*zip(texts, values, strict=True)]
            case ast.Call(func=func, args=[owner], keywords=[]) if last_name(func) in _VIEWS:
                return self._members(place.tree, owner, left - 1)
            case ast.Attribute(value=owner, attr="__dict__"):
                return self._members(place.tree, owner, left - 1)
            case ast.Call(func=func, args=[first, *_]) if last_name(func) in ("copy", "deepcopy"):
                items = [(None, first)]
            case ast.Call(func=ast.Attribute(value=owner, attr="copy"), args=[], keywords=[]):
                items = [(None, owner)]
            case ast.Call(func=func, args=args, keywords=keywords) if last_name(func) in _RECORDS:
                items = [*((None, one) for one in args), *((one.arg, one.value) for one in keywords)]
            case ast.BinOp(left=one, op=ast.BitOr(), right=other):
                items = [(None, one), (None, other)]
            case _:
                return None
        found: dict[str, Place] = {}
        for name, value in items:
            if name is not None:
                found |= {name: Place(place.tree, value)} if name else {}
                continue
            inner = self._entries_of(place.tree, value, left - 1)
            found = {} if inner is None else found | inner
        return found | self._added.get(place.node, {})

    def _members(self, tree: Tree, owner: ast.expr, left: int) -> dict[str, Place] | None:
        """Return the fields of an object that have one value; None where not all of its names are known."""
        try:
            names = self._member_names(tree, owner, left)
        except (Unknown, ValueError):
            return None
        if names is None:
            return None
        found = {}
        for name in names:
            try:
                found[name], *others = self._of_member(tree, owner, name, left)
            except (Unknown, ValueError):
                continue
            if others:
                del found[name]
        return found

    def _member_names(self, tree: Tree, owner: ast.expr, left: int) -> list[str] | None:
        """Return the names of the fields of a data class, or of the options of argparse."""
        own = self._own_class(tree, owner)
        if own is not None:
            return _field_names(own)
        (place,) = self._places(tree, owner, left)
        match place.node:
            case ast.Call(func=ast.Name(id=made)) if made in self._classes:
                return _field_names(self._class(made)[1])
            case ast.Call(func=func) if last_name(func) in _PARSED:
                added = self.calls_of("add_argument")
                options = [option_name(call, one) for _, call in added for one in call.keywords]
                return [one for one in options if one]
            case ast.Call(func=ast.Name(id=called)) if function := self.module.function(called):
                return self._member_names(function.statement.tree, _returned(function.node), left - 1)
        return None

    def _places(self, tree: Tree, node: ast.expr, left: int) -> Iterator[Place]:
        if not left:
            raise Unknown
        match node:
            case ast.Name():
                yield from self._of_name(tree, node, left - 1)
            case ast.Attribute(value=ast.Name() as owner, attr=attribute) if (
                owner.id not in self.module.aliases
            ):
                yield from self._of_member(tree, owner, attribute, left - 1)
            case ast.Attribute(value=ast.Attribute() as owner, attr=attribute):
                yield from self._of_member(tree, owner, attribute, left - 1)
            case ast.Subscript(
                value=ast.Name() | ast.Attribute() as owner, slice=ast.Constant(value=str(key))
            ):
                yield from self._of_member(tree, owner, key, left - 1)
            case ast.Call(
                func=ast.Attribute(value=ast.Name() | ast.Attribute() as owner, attr="get" | "pop"),
                args=[ast.Constant(value=str(key)), *_],
            ) if not isinstance(owner, ast.Name) or owner.id not in self.module.aliases:
                yield from self._of_member(tree, owner, key, left - 1)
            case ast.NamedExpr(value=value):
                yield from self._places(tree, value, left - 1)
            case ast.Call(func=ast.Name(id=name), args=[only], keywords=[]) if name in _SAME:
                yield from self._places(tree, only, left - 1)
            case _:
                yield Place(tree, node)

    def _of_name(self, tree: Tree, use: ast.Name, left: int) -> Iterator[Place]:
        scope = scope_of(tree, use)
        if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)) and use.id in parameters(scope):
            yield from self._of_parameter(tree, scope, use.id, left)
            return
        binder = self.module.only_binder(tree, use)
        home = tree if scope is not None else self._home(use.id)
        if isinstance(binder, ast.ClassDef):
            yield Place(home, use)
            return
        value = _assigned(home, binder) if binder is not None else None
        if value is None:
            raise Unknown
        yield from self._places(home, value, left)

    def _home(self, name: str) -> Tree:
        binders = self.module.binders.get(name, ())
        if not binders:
            raise Unknown
        return binders[0].tree

    def _of_parameter(self, tree: Tree, function: FunctionNode, name: str, left: int) -> Iterator[Place]:
        """Yield what calls give a parameter, and its default where one does not."""
        given = [self._given(call, function, name, owner) for owner, call in self.callers(tree, function)]
        if not given or None in given:
            yield from self._default(tree, function, name, left)
        for one in given:
            if one is not None:
                yield from self._places(one.tree, one.node, left)

    def callers(self, tree: Tree, function: FunctionNode) -> list[tuple[Tree, ast.Call]]:
        """Return the calls of a function, or of the class that a method ``__init__`` belongs to."""
        if self._functions.get(function.name, 0) > 1 and function.name != "__init__":
            raise Unknown
        owner = tree.parents.get(function)
        made = isinstance(owner, ast.ClassDef) and function.name == "__init__"
        name = owner.name if made and isinstance(owner, ast.ClassDef) else function.name
        return [*self.calls_of(name)]

    def _given(self, call: ast.Call, function: FunctionNode, name: str, tree: Tree) -> Place | None:
        """Return the argument of a call for a parameter; None where there is none."""
        starred = any(isinstance(one, ast.Starred) for one in call.args)
        if starred or any(keyword.arg is None for keyword in call.keywords):
            raise Unknown
        for keyword in call.keywords:
            if keyword.arg == name:
                return Place(tree, keyword.value)
        names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        if names and names[0] in ("self", "cls"):
            del names[0]
        place = names.index(name) if name in names else len(call.args)
        return Place(tree, call.args[place]) if place < len(call.args) else None

    def _default(self, tree: Tree, function: FunctionNode, name: str, left: int) -> Iterator[Place]:
        """Yield the default of a parameter: that of the option of click which sets it, if there is one."""
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Call):
                for keyword in decorator.keywords:
                    if keyword.arg == "default" and option_name(decorator, keyword) == name:
                        yield from self._places(tree, keyword.value, left)
                        return
        default = dict(defaults(function)).get(name)
        if default is None:
            raise Unknown
        yield from self._places(tree, default, left)

    def _of_member(self, tree: Tree, owner: ast.expr, name: str, left: int) -> Iterator[Place]:
        """Yield the values of an attribute or an item of what `owner` stands for."""
        own = self._own_class(tree, owner)
        if own is not None:
            yield from self._of_class(tree, own, name, left)
            return
        if name in self.stored:
            raise Unknown
        yield from self._of_value(tree, owner, name, left)

    def _of_value(self, tree: Tree, owner: ast.expr, name: str, left: int) -> Iterator[Place]:
        for one in self._places(tree, owner, left):
            yield from self._of_object(one, name, left - 1)

    def _of_object(self, place: Place, name: str, left: int) -> Iterator[Place]:
        entries = self._entries_of(place.tree, place.node, left)
        if entries is not None:
            if name not in entries:
                raise Unknown
            yield from self._places(entries[name].tree, entries[name].node, left)
            return
        match place.node:
            case ast.Call(func=func) if last_name(func) in _PARSED:
                yield from self._option(name, left)
            case ast.Call(func=ast.Name(id=called)) if function := self.module.function(called):
                returned = _returned(function.node)
                yield from self._of_value(function.statement.tree, returned, name, left)
            case ast.Call(func=ast.Name(id=made)) if made in self._classes:
                given = _given_fields(place.node, self._class(made)[1], name)
                if given:
                    yield from self._places(place.tree, given[0], left)
                else:
                    yield from self._of_class(*self._class(made), name, left)
            case ast.Name(id=named) if named in self._classes:
                yield from self._of_class(*self._class(named), name, left)
            case _:
                raise Unknown

    def _option(self, name: str, left: int) -> Iterator[Place]:
        """Yield the default of an option of argparse, which the caller of the program may replace."""
        for tree, call in self.calls_of("add_argument"):
            for keyword in call.keywords:
                if keyword.arg == "default" and option_name(call, keyword) == name:
                    yield from self._places(tree, keyword.value, left)
                    return
        raise Unknown

    def _class(self, name: str) -> tuple[Tree, ast.ClassDef]:
        found = self._classes[name]
        if len(found) != 1:
            raise Unknown
        return found[0]

    def _own_class(self, tree: Tree, owner: ast.expr) -> ast.ClassDef | None:
        """Return the class whose method has this ``self``."""
        if not _is_self(owner):
            return None
        return next((one for _, one in tree.ancestors(owner) if isinstance(one, ast.ClassDef)), None)

    def _of_class(self, tree: Tree, owner: ast.ClassDef, name: str, left: int) -> Iterator[Place]:
        """Yield the value of a field of a class: of its body, or assigned to ``self`` in its methods."""
        found = [*self._fields(owner, name), *_assigned_to_self(tree, owner, name)]
        if len(found) != 1:
            raise Unknown
        yield from self._places(tree, found[0], left)

    def _fields(self, owner: ast.ClassDef, name: str) -> Iterator[ast.expr]:
        for statement in owner.body:
            match statement:
                case (
                    ast.Assign(targets=[ast.Name(id=bound)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=bound), value=ast.expr() as value)
                ) if bound == name:
                    yield _field_default(value)


def _field_names(owner: ast.ClassDef) -> list[str]:
    """Return the names of the fields that the body of a data class declares."""
    return [
        one.target.id
        for one in owner.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    ]


def _given_fields(call: ast.Call, owner: ast.ClassDef, name: str) -> list[ast.expr]:
    """Return what the call that makes an object gives a field; empty if it gives nothing.

    Raises:
        Unknown: it gives arguments that are not written out.
    """
    if any(isinstance(one, ast.Starred) for one in call.args) or any(
        one.arg is None for one in call.keywords
    ):
        raise Unknown
    made = any(isinstance(one, ast.FunctionDef) and one.name == "__init__" for one in owner.body)
    positional = {} if made else dict(zip(_field_names(owner), call.args, strict=False))
    named = {one.arg: one.value for one in call.keywords}
    return [found[name] for found in (named, positional) if name in found]


def _updates(call: ast.Call) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what a method adds to a dictionary, as dictionaries: of ``params.update(rate=0.1)``."""
    match call:
        case ast.Call(func=ast.Attribute(value=owner, attr="update"), args=args, keywords=keywords):
            named = [one for one in keywords if one.arg is not None]
            own = ast.Dict([ast.Constant(one.arg) for one in named], [one.value for one in named])
            for added in (*args[:1], own, *(one.value for one in keywords if one.arg is None)):
                yield owner, added


def _follows_binder(module: Module, tree: Tree, node: ast.AST, owner: ast.expr) -> bool:
    """Tell whether code runs wherever the one statement does that binds a name, and below it."""
    binder = module.only_binder(tree, owner) if isinstance(owner, ast.Name) else None
    home = tree.parents.get(binder) if binder is not None else None
    statement = tree.parents[node] if isinstance(node, ast.expr) else node
    if not isinstance(home, ast.Assign) or not isinstance(statement, ast.Expr | ast.Assign):
        return False
    block = tree.parents[home]
    bodies = [value for _, value in ast.iter_fields(block) if isinstance(value, list) and home in value]
    return any(statement in body and body.index(home) < body.index(statement) for body in bodies)


def _field_default(value: ast.expr) -> ast.expr:
    """Return the default in ``field(default=0.1)``; any other expression itself."""
    if isinstance(value, ast.Call) and last_name(value.func) == "field":
        return next((one.value for one in value.keywords if one.arg == "default"), value)
    return value


def _assigned_to_self(tree: Tree, owner: ast.ClassDef, name: str) -> list[ast.expr]:
    return list(_self_values(owner).get(name, ()))


@functools.lru_cache(maxsize=64)
def _self_values(owner: ast.ClassDef) -> dict[str, list[ast.expr]]:
    """Map the attributes that methods assign to ``self`` to the values."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(owner):
        match node:
            case (
                ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)], value=value)
                | ast.AnnAssign(
                    target=ast.Attribute(value=ast.Name(id="self"), attr=name), value=ast.expr() as value
                )
            ):
                found.setdefault(name, []).append(value)
            case ast.AugAssign(target=ast.Attribute(value=ast.Name(id="self"), attr=name)):
                found.setdefault(name, []).extend([node.value, node.value])
    return found


def _assigned(tree: Tree, binder: ast.AST) -> ast.expr | None:
    """Return the value that a node which binds a name gets; None if it is not a plain assignment."""
    match parent := tree.parents.get(binder):
        case ast.Assign(targets=targets, value=value) if binder in targets:
            return value
        case ast.AnnAssign(value=value) if parent.target is binder:
            return value
        case ast.NamedExpr(value=value):
            return value
        case ast.Tuple(elts=items):
            outer = tree.parents.get(parent)
            place = next(n for n, one in enumerate(items) if one is binder)
            if isinstance(outer, ast.Assign) and isinstance(outer.value, ast.Tuple):
                values = outer.value.elts
                plain = not any(isinstance(one, ast.Starred) for one in (*items, *values))
                return values[place] if plain and len(values) == len(items) else None
            if isinstance(outer, ast.Assign) and _is_parsed(outer.value) and not place:
                return outer.value
    return None


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _is_parsed(node: ast.expr) -> bool:
    """Tell whether a call returns the options first: ``args, rest = parser.parse_known_args()``."""
    return isinstance(node, ast.Call) and last_name(node.func) == "parse_known_args"


def _returned(function: FunctionNode) -> ast.expr:
    """Return the only result of a function."""
    found = [node.value for node in own_nodes(function) if isinstance(node, ast.Return)]
    if len(found) != 1 or found[0] is None:
        raise Unknown
    return found[0]
