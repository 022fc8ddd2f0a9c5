"""Effects of code on objects: its changes, the places where it puts objects, and the code it may call.

An object is known by its *root*: a name of the module, or a parameter such as ``(x)``. The contents of a
name's object, however deep, have the root with a dot: ``names.``. An object that code makes is `Fresh`.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from hypertemplate.compiler.dataflow.files.file_access import Access
from hypertemplate.compiler.dataflow.files.path_pattern import Folded

Body = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Change(enum.IntEnum):
    """Certainty that an object is changed.

    Attributes:
        HANDED: a library's code got it, which seldom changes its arguments.
        UNKNOWN: unknown code was called, perhaps the template's own.
        CERTAIN: it is changed in place wherever this code runs.
    """

    HANDED = 1
    UNKNOWN = 2
    CERTAIN = 3


@dataclass(eq=False, slots=True)
class Fresh:
    """Object that the code itself has made.

    Attributes:
        holds: objects that were put into it.
        code: functions and classes of the template that made it, whose code calling it may run.
        closure: the function that it is, if the code defined one.
        made_of: class of the template that it is an object of, where that is known.
        in_place: whether it is an estimator that changes what it is given, rather than a copy.
    """

    holds: set[Object] = field(default_factory=set)
    code: set[str] = field(default_factory=set)
    closure: Closure | None = None
    made_of: str = ""
    in_place: bool = False


@dataclass(eq=False, slots=True)
class Scope:
    """Names of a function, class body or comprehension, and the objects and paths that they may be."""

    names: frozenset[str]
    of_class: bool = False
    values: dict[str, Objects] = field(default_factory=dict)
    texts: dict[str, Folded] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """Function or lambda inside other code, and the scopes around it."""

    node: Body
    scopes: tuple[Scope, ...]


Object = str | Fresh
Objects = frozenset[Object]
NOTHING: Objects = frozenset()

CLOSURE_ARGUMENT = "(*)"
"""Root of every argument of a function inside a function."""


EVERYTHING = "*"
"""Root of all names of the module at once, the contents of ``globals()``."""


def reach(objects: Iterable[Object]) -> frozenset[str]:
    """Return the roots among objects, and of all objects that these hold."""
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
    """Return the possible items and attributes of objects."""
    found: set[Object] = set()
    for one in objects:
        found |= {part_of(one)} if isinstance(one, str) else one.holds
    return frozenset(found)


def parts(objects: Iterable[Object]) -> Objects:
    """Return the possible items of objects, and the items of these, and so on."""
    found: set[Object] = set()
    worklist = list(items(objects))
    while worklist:
        one = worklist.pop()
        if one not in found:
            found.add(one)
            worklist += items((one,))
    return frozenset(found)


def part_of(root: str) -> str:
    """Return the root of the contents of a root's object."""
    return root if root.endswith(".") else f"{root}."


def whole(root: str) -> str:
    """Return the root of the object whose contents a root stands for: a name or a parameter."""
    return root.removesuffix(".")


def codes(objects: Iterable[Object]) -> set[str]:
    """Return the functions and classes whose code may run when these objects, or their parts, are called."""
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
    """Effects of running a statement or calling a function.

    Attributes:
        changes: roots of the objects that it changes in place.
        inside: names whose contents it changes; see `merge_parts`.
        same: pairs of a name of the module that it binds and a root that the name then is, or is a part of.
        holds: pairs of a root and another one that is put into it.
        code: pairs of a name of the module and a function or class that calling it may run.
        calls: roots that it calls, each with those of the arguments.
        hands: roots that it passes to code that may call them, likewise.
        gives: roots that its result may be.
        gives_parts: roots that its result may hold.
        gives_code: functions and classes that calling its result may run.
        gives_texts: paths that its result may be.
        computes: roots of the objects that it computes with.
        files: files that it reads and writes, in the order in which it may.
        indexed: roots of the objects of which it reads an item.
        uses_up: roots of the objects that it iterates over, which uses iterators up.
        binds: names of the module that it binds.
        outside: imported functions and modules by which it may leave something outside the template.
        costs: whether running it again may take time, or be noticed: it reads files, or calls a library.
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
    gives_texts: Folded = frozenset()
    computes: set[str] = field(default_factory=set)
    files: dict[Access, None] = field(default_factory=dict)
    indexed: set[str] = field(default_factory=set)
    uses_up: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    costs: bool = False

    def change(self, objects: Objects, how: Change) -> None:
        """Note a change of objects; if it is not certain, of their contents too."""
        for one in objects if how is Change.CERTAIN else reach(objects):
            if isinstance(one, str) and self.changes.get(one, 0) < how:
                self.changes[one] = how

    def store(self, holders: Objects, held: Objects) -> None:
        """Note that parts are put into other objects."""
        for holder in holders if held else ():
            if isinstance(holder, Fresh):
                holder.holds |= held - {holder}
            else:
                self.holds |= {(holder, part) for part in reach(held) if part != holder}
                self.code |= {(holder, code) for code in codes(held)}

    def call(self, called: Objects, arguments: Objects) -> None:
        """Note a call of objects."""
        given = reach(arguments)
        for root in reach(called) | codes(called):
            self.calls.setdefault(root, set()).update(given)

    def hand(self, objects: Objects, arguments: Objects = NOTHING) -> None:
        """Note that the code of objects may run: they are iterated, or passed to code that may call them."""
        given = reach(arguments)
        for root in reach(objects) | codes(objects):
            self.hands.setdefault(root, set()).update(given)

    def run_unknown(self, objects: Objects) -> None:
        """Note that objects are passed to unknown code, which may be the template's own."""
        self.change(objects, Change.UNKNOWN)
        self.hand(objects, objects)

    def merge_parts(self) -> None:
        """Count changes of the parts of objects for the names of the objects."""
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
        self.uses_up = set(map(whole, self.uses_up))
        self.indexed = set(map(whole, self.indexed))

    def size(self) -> tuple[int, ...]:
        """Measure the effects: they only grow, so equal sizes mean that nothing was added."""
        tables = [self.calls, self.hands]
        called = [size for table in tables for size in (len(table), sum(map(len, table.values())))]
        found = [len(self.same), len(self.holds), len(self.code), len(self.computes)]
        found += [len(self.indexed), len(self.uses_up), len(self.binds), len(self.outside)]
        found += [len(self.gives), len(self.gives_parts), len(self.gives_code)]
        found += [len(self.gives_texts), len(self.files)]
        return (len(self.changes), sum(self.changes.values()), self.costs, *called, *found)


@dataclass(slots=True)
class Given:
    """Arguments of a call.

    Attributes:
        positional: arguments by position, up to the first ``*rest``.
        rest: contents of ``*rest``, and the arguments after it.
        named: arguments by keyword.
        spread: contents of ``**rest``.
        texts: paths that arguments may be, by position.
        named_texts: paths that arguments may be, by keyword.
    """

    positional: list[Objects] = field(default_factory=list)
    rest: Objects | None = None
    named: dict[str, Objects] = field(default_factory=dict)
    spread: Objects | None = None
    texts: list[Folded] = field(default_factory=list)
    named_texts: dict[str, Folded] = field(default_factory=dict)

    @property
    def every(self) -> Objects:
        """All objects that the call gets."""
        more = [one for one in (self.rest, self.spread) if one is not None]
        return NOTHING.union(*self.positional, *self.named.values(), *more)

    @property
    def first(self) -> Objects:
        """Objects that the first argument may be."""
        return self.positional[0] if self.positional else self.rest or NOTHING


@dataclass(eq=False, slots=True)
class Code:
    """Function, method or lambda of the template, and the effects of calling it.

    Attributes:
        root: its name; for a method that of its class.
        node: its definition.
        method: whether its object is the first argument.
        effects: effects known so far.
        mutable: parameters whose defaults are mutable.
    """

    root: str
    node: Body
    method: bool
    effects: Effects = field(default_factory=Effects)
    mutable: frozenset[str] = frozenset()

    @property
    def itself(self) -> str:
        """Root of the object that a method is called on; an empty text for a function."""
        arguments = self.node.args
        names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        return f"({names[0]})" if self.method and names else ""

    def bind(self, given: Given, receiver: Objects = NOTHING) -> dict[str, Objects]:
        """Return the objects of its parameters in a call, by their roots."""
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
