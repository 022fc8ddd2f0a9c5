"""Effects of code on objects: what it changes, where it puts what, and what else it may call.

An object is known by its *root*: a name of the module, or a parameter such as ``(x)``. What a name holds,
however deep, has the root with a dot: ``names.``. What code makes itself is a `Fresh` object.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Body = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Change(enum.IntEnum):
    """How sure it is that an object is changed.

    Attributes:
        HANDED: a library's code was given it, which seldom changes what it is given.
        UNKNOWN: code was called that is not known, perhaps the template's own.
        CERTAIN: it is changed in place wherever this code runs.
    """

    HANDED = 1
    UNKNOWN = 2
    CERTAIN = 3


@dataclass(eq=False, slots=True)
class Fresh:
    """An object that the code itself has made.

    Attributes:
        holds: what was put into it.
        code: the functions and classes of the template that made it, whose code calling it may run.
        closure: the function that it is, if it is one that was defined on the way.
    """

    holds: set[Object] = field(default_factory=set)
    code: set[str] = field(default_factory=set)
    closure: Closure | None = None


@dataclass(eq=False, slots=True)
class Scope:
    """The names of a function, class body or comprehension, and the objects that they may be."""

    names: frozenset[str]
    of_class: bool = False
    values: dict[str, Objects] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A function or lambda inside other code, and the scopes around it."""

    node: Body
    scopes: tuple[Scope, ...]


Object = str | Fresh
Objects = frozenset[Object]
NOTHING: Objects = frozenset()

CLOSURE_ARGUMENT = "(*)"
"""The root of whatever the functions inside a function are given when they are called."""


EVERYTHING = "*"
"""The root of all names of the module at once: what ``globals()`` holds."""


def reach(objects: Iterable[Object]) -> frozenset[str]:
    """The roots among objects, and of all that these hold."""
    found: set[str] = set()
    seen: set[Fresh] = set()
    worklist = list(objects)
    while worklist:
        one = worklist.pop()
        if isinstance(one, str):
            found.add(one)
        elif one not in seen:
            seen.add(one)
            worklist += one.holds
    return frozenset(found)


def items(objects: Iterable[Object]) -> Objects:
    """What items and attributes of objects may be."""
    found: set[Object] = set()
    for one in objects:
        found |= {part_of(one)} if isinstance(one, str) else one.holds
    return frozenset(found)


def parts(objects: Iterable[Object]) -> Objects:
    """What items of objects may be, and items of these, and so on."""
    found: set[Object] = set()
    worklist = list(items(objects))
    while worklist:
        one = worklist.pop()
        if one not in found:
            found.add(one)
            worklist += items((one,))
    return frozenset(found)


def part_of(root: str) -> str:
    """The root of what a root's object holds."""
    return root if root.endswith(".") else f"{root}."


def whole(root: str) -> str:
    """The root of the object that holds what this root stands for: a name or a parameter."""
    return root.removesuffix(".")


def codes(objects: Iterable[Object]) -> set[str]:
    """The functions and classes whose code calling these objects, or what they hold, may run."""
    found: set[str] = set()
    seen: set[Fresh] = set()
    worklist = list(objects)
    while worklist:
        one = worklist.pop()
        if isinstance(one, Fresh) and one not in seen:
            seen.add(one)
            found |= one.code
            worklist += one.holds
    return found


@dataclass(slots=True)
class Effects:
    """What running a statement or calling a function does.

    Attributes:
        changes: the roots of the objects that it changes in place.
        inside: the names of which it changes what they hold; see `merge_parts`.
        same: pairs of a name of the module that it binds and a root that the name then is, or is a part of.
        holds: pairs of a root and another one that is put into it.
        code: pairs of a name of the module and a function or class that calling it may run.
        calls: the roots that it calls, each with those of the arguments.
        hands: the roots that it hands to code that may call them, likewise.
        gives: the roots that its result may be.
        gives_parts: the roots that its result may hold.
        gives_code: the functions and classes that calling its result may run.
        computes: the roots of the objects that it computes with.
        costs: whether running it again may take time, or be noticed: it reads files, or a library is called.
    """

    changes: dict[str, Change] = field(default_factory=dict)
    inside: set[str] = field(default_factory=set)
    same: set[tuple[str, str]] = field(default_factory=set)
    holds: set[tuple[str, str]] = field(default_factory=set)
    code: set[tuple[str, str]] = field(default_factory=set)
    calls: dict[str, set[str]] = field(default_factory=dict)
    hands: dict[str, set[str]] = field(default_factory=dict)
    gives: set[str] = field(default_factory=set)
    gives_parts: set[str] = field(default_factory=set)
    gives_code: set[str] = field(default_factory=set)
    computes: set[str] = field(default_factory=set)
    costs: bool = False

    def merge_parts(self) -> None:
        """Count what is done to the parts of objects for the names of the objects."""
        self.inside |= {whole(root) for root, how in self.changes.items() if how is Change.UNKNOWN}
        for root in [root for root in self.changes if root.endswith(".")]:
            how = self.changes.pop(root)
            self.inside |= {whole(root)} if how is Change.CERTAIN else set()
            self.changes[whole(root)] = max(self.changes.get(whole(root), how), how)
        for table in (self.calls, self.hands):
            for root in [root for root in table if root.endswith(".")]:
                table.setdefault(whole(root), set()).update(table.pop(root))
        self.same = {(whole(name), whole(root)) for name, root in self.same if whole(name) != whole(root)}
        self.holds = {(whole(one), whole(part)) for one, part in self.holds if whole(one) != whole(part)}
        self.code = {(whole(name), code) for name, code in self.code}
        self.computes = set(map(whole, self.computes))

    def size(self) -> tuple[int, ...]:
        """How much is in it: effects only grow, so equal sizes mean that nothing was added."""
        tables = [self.calls, self.hands]
        called = [size for table in tables for size in (len(table), sum(map(len, table.values())))]
        found = [len(self.same), len(self.holds), len(self.code), len(self.computes)]
        found += [len(self.gives), len(self.gives_parts), len(self.gives_code)]
        return (len(self.changes), sum(self.changes.values()), self.costs, *called, *found)


@dataclass(slots=True)
class Given:
    """The arguments of a call.

    Attributes:
        positional: by position, up to the first ``*rest``.
        rest: what ``*rest`` holds, and what follows it.
        named: by keyword.
        spread: what ``**rest`` holds.
        nodes: the expressions by position.
    """

    positional: list[Objects] = field(default_factory=list)
    rest: Objects | None = None
    named: dict[str, Objects] = field(default_factory=dict)
    spread: Objects | None = None

    @property
    def every(self) -> Objects:
        """All that the call is given."""
        more = [one for one in (self.rest, self.spread) if one is not None]
        return NOTHING.union(*self.positional, *self.named.values(), *more)

    @property
    def first(self) -> Objects:
        """What is given first."""
        return self.positional[0] if self.positional else self.rest or NOTHING


@dataclass(eq=False, slots=True)
class Code:
    """A function, method or lambda of the template, and what calling it does.

    Attributes:
        root: its name; of a method that of its class.
        node: its definition.
        method: whether it gets its object first.
        effects: what is known so far.
        mutable: the parameters whose defaults are objects that may change.
    """

    root: str
    node: Body
    method: bool
    effects: Effects = field(default_factory=Effects)
    mutable: frozenset[str] = frozenset()

    def bind(self, given: Given, receiver: Objects = NOTHING) -> dict[str, Objects]:
        """The objects of its parameters in a call, by their roots."""
        return {f"({name})": found for name, found in self._bound(given, receiver)}

    def _bound(self, given: Given, receiver: Objects) -> Iterator[tuple[str, Objects]]:
        arguments = self.node.args
        names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        if self.method and names:
            yield names.pop(0), receiver
        spread = given.spread or NOTHING
        for position, name in enumerate(names):
            if position < len(given.positional):
                yield name, given.positional[position]
            elif name in given.named:
                yield name, given.named[name]
            else:
                own = frozenset((self.root,)) if name in self.mutable else NOTHING
                yield name, (given.rest or NOTHING) | spread | own
        for name in (one.arg for one in arguments.kwonlyargs):
            own = frozenset((self.root,)) if name in self.mutable else NOTHING
            yield name, given.named.get(name, spread | own)
        if arguments.vararg is not None:
            left = NOTHING.union(*given.positional[len(names) :], given.rest or NOTHING)
            yield arguments.vararg.arg, frozenset((Fresh(set(left)),)) if left else NOTHING
        if arguments.kwarg is not None:
            known = {*names, *(one.arg for one in arguments.kwonlyargs)}
            left = spread.union(*(found for name, found in given.named.items() if name not in known))
            yield arguments.kwarg.arg, frozenset((Fresh(set(left)),)) if left else NOTHING
