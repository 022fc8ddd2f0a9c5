"""Evaluation of code with names instead of objects, to find its possible effects on them.

Where code branches, both ways are taken, and a loop runs twice.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.effects import (
    CLOSURE_ARGUMENT,
    EVERYTHING,
    NOTHING,
    Change,
    Closure,
    Code,
    Effects,
    Fresh,
    Given,
    Objects,
    Scope,
    codes,
    items,
    parts,
    reach,
    whole,
)
from hypertemplate.compiler.markers.grammar import SIGNATURES
from hypertemplate.compiler.syntax.nodes import (
    Body,
    FunctionNode,
    annotations_of,
    bodies,
    dotted,
    evaluated,
    is_marker_shaped,
    last_name,
    statements_of,
)
from hypertemplate.compiler.syntax.scopes import bound_names

_NUMERIC = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
_REPEATED = (ast.Constant, ast.List, ast.Tuple, ast.ListComp)
_DEEPEST = 4
_FIRST_STORED = frozenset({"setattr", "operator.setitem", "operator.iadd", "heapq.heappush", "bisect.insort"})


@dataclass(eq=False, slots=True)
class ClassCode:
    """Class of the template.

    Attributes:
        node: definition of the class.
        bases: names of its bases.
        mutable: whether its body makes a mutable object that its objects share.
    """

    node: ast.ClassDef
    bases: tuple[str, ...]
    mutable: bool


@dataclass(eq=False, slots=True)
class Knowledge:
    """Facts about a template's names, functions and classes.

    Attributes:
        aliases: dotted paths that imports bind, by name.
        objects: names of the module's objects: imports, plain numbers and texts are none.
        functions: functions and lambdas that a name may be, by name.
        methods: methods of all classes by name, and functions inside functions.
        classes: classes of the module by name.
        properties: names of methods that run when an attribute is read or assigned.
        operators: methods that operators, loops and ``with`` call.
        decorated: names of functions that a decorator may have replaced.
        cached: names of functions that cache their results.
        lazy_annotations: whether annotations are not evaluated.
    """

    aliases: Mapping[str, str]
    objects: Collection[str]
    functions: dict[str, list[Code]] = field(default_factory=dict)
    methods: dict[str, list[Code]] = field(default_factory=dict)
    classes: dict[str, ClassCode] = field(default_factory=dict)
    properties: set[str] = field(default_factory=set)
    operators: list[Code] = field(default_factory=list)
    decorated: set[str] = field(default_factory=set)
    cached: set[str] = field(default_factory=set)
    lazy_annotations: bool = False


class Evaluation:
    """Evaluation of one statement of the module, or of one function's body.

    Args:
        known: facts about the template.
        effects: effects to add to.
    """

    def __init__(self, known: Knowledge, effects: Effects) -> None:
        self.known = known
        self.effects = effects
        self.used: set[Code] = set()
        self._scopes: tuple[Scope, ...] = ()
        self._returned: list[set[str | Fresh]] = [set()]
        self._own: list[str] = []
        self._active: list[Body] = []
        self._repeating = False

    # Entry points

    def statement(self, node: ast.stmt) -> None:
        """Evaluate a statement of the module."""
        self._run([node])

    def function(self, code: Code) -> None:
        """Evaluate the body of a function of the template, for any arguments."""
        parameters = (f"({name})" for name in _parameters(code.node))
        objects = {root: frozenset((root,)) for root in parameters}
        found = self._body(Closure(code.node, ()), objects)
        self.effects.gives |= {one for one in found if isinstance(one, str)}
        made = [one for one in found if isinstance(one, Fresh)]
        self.effects.gives_parts |= reach(made)
        self.effects.gives_code |= codes(made)
        if next(bodies(*statements_of(code.node)), None) is not None or _yields(code.node):
            self.effects.gives_code.add(code.root)

    def _body(self, closure: Closure, objects: Mapping[str, Objects]) -> Objects:
        """Return the result of a function whose parameters are these objects."""
        node = closure.node
        around, self._scopes = self._scopes, closure.scopes
        declared = {name for inner in _own(node) if isinstance(inner, ast.Nonlocal) for name in inner.names}
        scope = Scope(bound_names(node) - declared)
        scope.values.update((name, objects.get(f"({name})", NOTHING)) for name in _parameters(node))
        self._scopes += (scope,)
        self._returned.append(set())
        self._own.append(next(iter(_parameters(node)), ""))
        self._active.append(node)
        if isinstance(node, ast.Lambda):
            self._returned[-1] |= self.value(node.body)
        else:
            self._run(node.body)
        self._active.pop()
        self._own.pop()
        self._scopes = around
        return frozenset(self._returned.pop())

    # Findings

    def change(self, objects: Objects, how: Change) -> None:
        """Note a change of objects; if it is not certain, of their contents too."""
        for one in objects if how is Change.CERTAIN else reach(objects):
            if isinstance(one, str) and self.effects.changes.get(one, 0) < how:
                self.effects.changes[one] = how

    def store(self, holders: Objects, held: Objects) -> None:
        """Note that parts are put into other objects."""
        for holder in holders if held else ():
            if isinstance(holder, Fresh):
                holder.holds |= held - {holder}
            else:
                self.effects.holds |= {(holder, part) for part in reach(held) if part != holder}
                self.effects.code |= {(holder, code) for code in codes(held)}

    def bind(self, name: str, objects: Objects) -> None:
        """Note that a name of the module is bound to objects."""
        if name in self.known.aliases:
            return
        for one in objects:
            if isinstance(one, str):
                self.effects.same.add((name, one))
            else:
                self.store(frozenset((name,)), frozenset((one,)))

    def call(self, objects: Objects, given: Given) -> Objects:
        """Call objects of any kind."""
        found: set[str | Fresh] = set()
        for one in objects:
            if isinstance(one, str):
                found |= self._call_root(one, given)
            elif one.closure is not None:
                found |= self._call_closure(one.closure, given)
            else:
                found |= self._call_fresh(one, given)
        if not objects:
            self._unknown(given.every)
        return frozenset(found)

    def apply(
        self, code: Code, given: Given, receiver: Objects = NOTHING, later: Objects = NOTHING
    ) -> Objects:
        """Apply the effects of calling a function of the template, and return its possible results.

        Args:
            code: function that is called.
            given: arguments.
            receiver: object of a method.
            later: arguments of the functions that it has made.
        """
        self.used.add(code)
        effects = code.effects
        bound = code.bind(given, receiver)
        bound[CLOSURE_ARGUMENT] = later

        def at(roots: Iterable[str]) -> Objects:
            found: set[str | Fresh] = set()
            for root in roots:
                if not root.startswith("("):
                    found.add(root)
                elif root.endswith("."):
                    found |= parts(bound.get(whole(root), NOTHING))
                else:
                    found |= bound.get(root, NOTHING)
            return frozenset(found)

        self.effects.costs |= effects.costs
        self.effects.computes |= reach(at(effects.computes))
        for root, how in list(effects.changes.items()):
            self.change(at((root,)), how)
        for holder, part in list(effects.holds):
            self.store(at((holder,)), at((part,)))
        for name, root in list(effects.same):
            self.bind(name, at((root,)))
        for name, function in list(effects.code):
            self.effects.code |= {(root, function) for root in reach(at((name,)))}
        for root, arguments in list(effects.calls.items()):
            called = at((root,))
            if root.startswith("(") and called and code.node not in self._active and len(self._active) < 9:
                self._active.append(code.node)
                self.call(called, Given(rest=at(arguments)))
                self._active.pop()
            else:
                self._note_call(called, at(arguments))
        for root, arguments in list(effects.hands.items()):
            self._may_run(at((root,)), at(arguments))
            self._run_closures(at((root,)))
        made = Fresh(set(at(effects.gives_parts)), set(effects.gives_code))
        return at(effects.gives) | {made}

    def _note_call(self, called: Objects, arguments: Objects) -> None:
        given = reach(arguments)
        for root in reach(called) | codes(called):
            self.effects.calls.setdefault(root, set()).update(given)

    def _may_run(self, objects: Objects, arguments: Objects = NOTHING) -> None:
        """Note that the code of objects may run: they are iterated, or passed to code that may call them."""
        given = reach(arguments)
        for root in reach(objects) | codes(objects):
            self.effects.hands.setdefault(root, set()).update(given)

    def _unknown(self, objects: Objects) -> None:
        """Pass objects to unknown code, which may be the template's own."""
        self.change(objects, Change.UNKNOWN)
        self._may_run(objects, objects)

    def _hand(self, given: Given) -> None:
        """Pass arguments to a library's code, which may call the functions among them."""
        self.change(given.every, Change.HANDED)
        self._run_closures(given.every)
        self._may_run(given.every)

    def _run_closures(self, objects: Objects) -> None:
        for one in objects:
            if isinstance(one, Fresh) and one.closure is not None:
                self._call_closure(one.closure, Given())

    # Calls

    def _call_root(self, root: str, given: Given) -> Objects:
        every = given.every
        root = whole(root) if root not in self.known.functions else root
        if root in self.known.functions:
            found: Objects = NOTHING
            for code in self.known.functions[root]:
                found |= self.apply(code, given)
            if root not in self.known.decorated | self.known.cached:
                return found
            if root in self.known.cached:
                self.change(frozenset((root,)), Change.UNKNOWN)
                return found
        elif root in self.known.classes:
            return self._construct(root, given)
        else:
            found = NOTHING.union(
                *(self.apply(c, given, frozenset((root,))) for c in self.known.methods.get("__call__", ()))
            )
        own = frozenset((root,))
        self._note_call(own, every)
        if root.startswith("("):
            return found | every | own
        self._unknown(own | every)
        self.store(own, every)
        return found | every | own

    def _call_closure(self, closure: Closure, given: Given) -> Objects:
        if closure.node in self._active or len(self._active) > _DEEPEST:
            self._unknown(given.every)
            return NOTHING
        bound = Code("", closure.node, False).bind(given)
        return self._body(closure, {name: found - {""} for name, found in bound.items()})

    def _call_fresh(self, one: Fresh, given: Given) -> Objects:
        """Call a fresh object: an object with ``__call__``, a partial function, a closure."""
        itself: Objects = frozenset((one,))
        found: set[str | Fresh] = set()
        for code in self.known.methods.get("__call__", ()):
            found |= self.apply(code, given, itself)
        for name in sorted(one.code):
            for code in self.known.functions.get(name, ()):
                found |= self.apply(code, Given(), later=given.every)
        functions = frozenset(filter(self._is_function, one.holds))
        if functions:
            found |= self.call(functions, Given(rest=given.every | items(itself)))
        self._unknown(itself | given.every)
        self.store(itself, given.every)
        return frozenset(found) | given.every | itself

    def _construct(self, name: str, given: Given) -> Objects:
        """Create an object of a class of the template."""
        made = Fresh(code={name})
        known = False
        foreign = False
        worklist = [name]
        seen: set[str] = set()
        while worklist:
            one = worklist.pop()
            inner = self.known.classes.get(one)
            if inner is None:
                foreign = True
            elif one not in seen:
                seen.add(one)
                made.holds |= {one} if inner.mutable else set()
                for code in _methods(self.known, one, ("__init__", "__new__", "__post_init__")):
                    known = True
                    self.apply(code, given, frozenset((made,)))
                worklist += inner.bases
        if not known:
            made.holds |= given.every
            if foreign:
                self._hand(given)
        if name in self.known.decorated:
            self._note_call(frozenset((name,)), given.every)
        return frozenset((made,))

    def _method(self, receiver: Objects, name: str, given: Given, alone: bool) -> Objects:
        """Call a method; `alone` if its result is not used, so that it is called for its effect."""
        found: set[str | Fresh] = set()
        self.effects.computes |= reach(receiver) if name not in self.known.methods else set()
        methods = self.known.methods.get(name, ())
        for code in methods:
            found |= self.apply(code, given, receiver)
        if name in library.MUTATING:
            self.change(receiver, Change.CERTAIN)
            if name in library.KEEPING:
                self.store(receiver, given.every)
            elif name in library.TAKING_ITEMS or name == "send":
                self.store(receiver, items(given.every) | given.every)
            self._call_each(given, items(receiver))
        if name in library.GIVING_ITEMS:
            found |= items(receiver) | given.every
            found |= receiver if name not in ("get", "pop", "popitem", "popleft") else NOTHING
        elif name == "__init__":
            self.store(receiver, given.every)
        elif not methods and name not in library.MUTATING | library.PLAIN_METHODS:
            self._foreign_method(receiver, name, given, alone)
        if methods or self.known.operators:
            found |= self.touch(receiver)
        return frozenset(found)

    def _foreign_method(self, receiver: Objects, name: str, given: Given, alone: bool) -> None:
        self.effects.costs = True
        if name.startswith("fit") or (alone and name not in library.SHOWING):
            self.change(receiver, Change.CERTAIN)
            if name == "shuffle":  # of a generator; a Dataset hands back another one
                self.change(given.first, Change.CERTAIN)
        else:
            self.change(receiver, Change.HANDED)
        self._hand(given)
        self._may_run(receiver)

    def _library(self, path: str, given: Given) -> Objects:
        """Call an imported function or class."""
        package, last = path.split(".")[0], path.rpartition(".")[2]
        every = given.every
        self.effects.computes |= reach(every)
        if path in library.FIRST_ARGUMENT:
            self._first_changed(path, given)
        elif package == "numpy" and "out" in given.named:
            self.change(given.named["out"], Change.CERTAIN)
        if path in library.CALLING:
            self._call_each(given, items(every))
        if path in library.COPYING:
            return frozenset((Fresh(),))
        if package in library.HOLDING_PACKAGES:
            self.touch(every)
            return frozenset((Fresh(set(every | items(every))),))
        if package not in library.CHEAP_PACKAGES:
            self.effects.costs = True
            self._hand(given)
        if last in library.GIVING_ITEMS:
            return given.first
        return frozenset((Fresh(set(every) if last[:1].isupper() else set()),))

    def _first_changed(self, path: str, given: Given) -> None:
        self.change(given.first, Change.CERTAIN)
        if path in _FIRST_STORED:
            rest = NOTHING.union(*given.positional[1:], given.rest or NOTHING)
            self.store(given.first, rest | items(rest))

    def _dynamic(self, node: ast.Call) -> Objects:
        """Run a literal text; the effects of any other are unknown."""
        if not node.args:
            return frozenset((EVERYTHING,))
        try:
            module = ast.parse(_text(node.args[0]))
        except (SyntaxError, ValueError):
            module = ast.Module([], [])
        if not module.body:
            self.effects.costs = True
            self.change(frozenset((EVERYTHING,)), Change.UNKNOWN)
        around, self._scopes = self._scopes, ()
        self._run(module.body)
        self._scopes = around
        return frozenset((EVERYTHING,))

    def _builtin(self, name: str, given: Given, node: ast.Call) -> Objects:
        """Call a name that no statement of the template binds: a builtin, or a name from a star import."""
        every = given.every
        found = self.touch(every)
        if name in library.FIRST_ARGUMENT:
            self._first_changed(name, given)
            return found
        if name in library.CALLING:
            self._call_each(given, items(every))
        if name in library.PLAIN_CALLS:
            self._may_run(every)
            return found
        if name == "super":
            return frozenset((f"({self._own[-1]})",)) if self._own else NOTHING
        if name in library.HOLDING_CALLS:
            self._may_run(every)
            if name in ("next", "max", "min", "getattr"):
                return found | every | items(every)
            return found | {Fresh(set(every | items(every)))}
        if name == "vars" and every:
            return every
        if name in library.DYNAMIC:
            self._unknown(every)
            return self._dynamic(node)
        if name != "NotImplementedError" and not name.endswith(("Error", "Exception", "Warning")):
            self.effects.costs = True
            self._hand(given)
        return frozenset((Fresh(set(every) if name[:1].isupper() else set()),))

    def _call_each(self, given: Given, each: Objects) -> None:
        """Call the functions given to a function such as ``map``, with the items of its other arguments."""
        for one in (*given.positional[:1], *given.named.values()):
            functions = frozenset(filter(self._is_function, one))
            if functions:
                self.call(functions, Given(rest=each | given.every - functions))
            elif one and given.positional and one is given.positional[0] and len(given.positional) > 1:
                self.call(one, Given(rest=each))  # names.append

    def _is_function(self, one: str | Fresh) -> bool:
        return one.closure is not None if isinstance(one, Fresh) else one in self.known.functions

    def touch(self, objects: Objects) -> Objects:
        """Compute with objects, and run their operators where the template has methods for them."""
        self.effects.computes |= reach(objects)
        found: set[str | Fresh] = set()
        for code in self.known.operators if objects else ():
            if code.node not in self._active:
                found |= self.apply(code, Given(), objects)
        return frozenset(found)

    # Expressions

    def value(self, node: ast.expr | None) -> Objects:
        """Evaluate an expression; return its possible values."""
        if node is None or isinstance(node, ast.Constant):
            return NOTHING
        evaluate = _VALUES.get(type(node))
        if evaluate is not None:
            return evaluate(self, node)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.touch(self.value(child))
        return NOTHING

    def _look_up(self, name: str) -> Objects | None:
        """Return the possible values of a name in the enclosing scopes; None if it is the module's."""
        for depth, scope in enumerate(reversed(self._scopes)):
            if name not in scope.names:
                continue
            if not scope.of_class or (depth == 0 and name in scope.values):
                return scope.values.get(name, NOTHING)
        return None

    def _name(self, node: ast.Name) -> Objects:
        found = self._look_up(node.id)
        if found is not None:
            return found
        return self._named(node.id)

    def path(self, node: ast.expr) -> str | None:
        """Return the dotted path of an import; None for any other expression."""
        first = node
        while isinstance(first, ast.Attribute):
            first = first.value
        if not isinstance(first, ast.Name) or self._look_up(first.id):
            return None
        return dotted(node, self.known.aliases)

    def _attribute(self, node: ast.Attribute) -> Objects:
        if self.path(node) is not None:
            return NOTHING
        owner = self.value(node.value)
        if node.attr in library.MUTATING:
            self.change(owner, Change.CERTAIN)  # even if only passed on, as in on_end=names.append
            return owner
        found = self._read_attribute(owner, node.attr)
        if node.attr in library.PLAIN_ATTRIBUTES:
            return found
        # A method counts as its object.
        bound = owner if node.attr in self.known.methods or node.attr == "__dict__" else NOTHING
        return found | bound | items(owner)

    def _read_attribute(self, owner: Objects, name: str) -> Objects:
        found: Objects = NOTHING
        if name in self.known.properties:
            found = found.union(*(self.apply(c, Given(), owner) for c in self.known.methods.get(name, ())))
        return found | self.touch(owner)

    def _subscript(self, node: ast.Subscript) -> Objects:
        holder = self.value(node.value)
        self.value(node.slice)
        if EVERYTHING in holder:
            name = _text(node.slice)
            return self._named(name) if name else holder
        return self.touch(holder) | items(holder)

    def _named(self, name: str) -> Objects:
        """Return the module's object of this name."""
        return frozenset((name,)) if name in self.known.objects else NOTHING

    def _call(self, node: ast.Call, alone: bool = False) -> Objects:
        func = node.func
        given = self._given(node)
        path = self.path(func) if isinstance(func, (ast.Name, ast.Attribute)) else None
        if path is not None:
            return self._library(path, given)
        if isinstance(func, ast.Attribute):
            return self._method(self.value(func.value), func.attr, given, alone)
        if isinstance(func, ast.Name) and self._look_up(func.id) is None and not self._named(func.id):
            return self._builtin(func.id, given, node)
        return self.call(self.value(func), given)

    def _given(self, node: ast.Call) -> Given:
        given = Given()
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                given.rest = (given.rest or NOTHING) | items(self._iterated(argument.value))
            elif given.rest is not None:
                given.rest |= self.value(argument)
            else:
                given.positional.append(self.value(argument))
        for keyword in node.keywords:
            found = self.value(keyword.value)
            if keyword.arg is None:
                given.spread = (given.spread or NOTHING) | items(found) | found
            else:
                given.named[keyword.arg] = found
        return given

    def _iterated(self, node: ast.expr) -> Objects:
        """Evaluate an iterable, and iterate over it."""
        objects = self.value(node)
        self._may_run(objects)
        return objects | self.touch(objects)

    def _collection(self, node: ast.List | ast.Tuple | ast.Set) -> Objects:
        if is_marker_shaped(node):
            return self._marked(node.elts[0])
        return frozenset((Fresh(set(NOTHING.union(*map(self.value, node.elts)))),))

    def _marked(self, node: ast.expr) -> Objects:
        """Return the possible values of a marker; its distributions are not called."""
        match node:
            case ast.Set(elts=inner) | ast.List(elts=inner) | ast.Tuple(elts=inner):
                return NOTHING.union(*map(self._marked, inner))
            case ast.Call(func=func, args=given, keywords=keywords) if last_name(func) in SIGNATURES:
                return NOTHING.union(*map(self._marked, [*given, *(keyword.value for keyword in keywords)]))
            case ast.Subscript(value=inner) if isinstance(inner, ast.Call):
                return self._marked(inner)
        return self.value(node)

    def _dict(self, node: ast.Dict) -> Objects:
        for key in node.keys:
            self.value(key)
        held = NOTHING.union(*map(self.value, node.values))
        spread = [items(self.value(v)) for k, v in zip(node.keys, node.values, strict=True) if k is None]
        return frozenset((Fresh(set(held.union(*spread))),))

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> Objects:
        sources = [self._iterated(node.generators[0].iter)]
        self._scopes += (Scope(bound_names(node)),)
        for number, loop in enumerate(node.generators):
            sources += [self._iterated(loop.iter)] if number else []
            self.assign(loop.target, items(sources[-1]))
            for test in loop.ifs:
                self.value(test)
        if isinstance(node, ast.DictComp):
            self.value(node.key)
            held = self.value(node.value)
        else:
            held = self.value(node.elt)
        if isinstance(node, ast.GeneratorExp):
            held = held.union(*sources, self._captured(node))
        self._scopes = self._scopes[:-1]
        return frozenset((Fresh(set(held)),))

    def _captured(self, node: ast.AST) -> Objects:
        """Return the objects of the names that a function or generator expression reads."""
        own = bound_names(node) if isinstance(node, Body) else frozenset()
        names = (one for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load))
        return NOTHING.union(*(self._name(one) for one in names if one.id not in own))

    def _lambda(self, node: ast.Lambda) -> Objects:
        return self._closure(node)

    def _closure(self, node: Body) -> Objects:
        """Define a function; inside another one, the effects of calling it count for that one."""
        for _, default in defaults(node):
            self.value(default)
        scopes = tuple(scope for scope in self._scopes if not scope.of_class)
        closure = Closure(node, scopes)
        made = Fresh(set(self._captured(node)), set(), closure)
        if not scopes:
            made.code.add(self._anonymous(node))
        else:
            every = frozenset((CLOSURE_ARGUMENT,))
            if node not in self._active and len(self._active) <= _DEEPEST:
                found = self._body(closure, {f"({name})": every for name in _parameters(node)})
                made.holds |= found - {made}
        return frozenset((made,))

    def _anonymous(self, node: Body) -> str:
        """Turn a lambda of the module into a function under a unique name."""
        name = f"<{id(node)}>"
        if name not in self.known.functions:
            code = Code(name, node, False)
            self.known.functions[name] = [code]
            Evaluation(self.known, code.effects).function(code)
        return name

    def _if_else(self, node: ast.IfExp) -> Objects:
        self.touch(self.value(node.test))
        return self.value(node.body) | self.value(node.orelse)

    def _either(self, node: ast.BoolOp) -> Objects:
        found = NOTHING.union(*map(self.value, node.values))
        self.touch(found)
        return found

    def _sum(self, node: ast.BinOp) -> Objects:
        both = self.value(node.left) | self.value(node.right)
        found = self.touch(both)
        sides = (node.left, node.right)
        repeated = isinstance(node.op, ast.Mult) and not any(isinstance(one, _REPEATED) for one in sides)
        if isinstance(node.op, _NUMERIC) or repeated:
            return found
        return found | {Fresh(set(both | items(both)))} if both else found

    def _starred(self, node: ast.Starred) -> Objects:
        return items(self._iterated(node.value))

    def _walrus(self, node: ast.NamedExpr) -> Objects:
        found = self.value(node.value)
        scopes = self._scopes
        while self._scopes and node.target.id not in self._scopes[-1].names:
            self._scopes = self._scopes[:-1]
        self.assign(node.target, found)
        self._scopes = scopes
        return found

    def _awaited(self, node: ast.Await) -> Objects:
        return self.value(node.value)

    def _yielded(self, node: ast.Yield | ast.YieldFrom) -> Objects:
        found = self.value(node.value)
        self._returned[-1].add(Fresh(set(found | items(found))))
        return frozenset((CLOSURE_ARGUMENT,))

    # Statements

    def _run(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            run = _STATEMENTS.get(type(statement))
            if run is not None:
                run(self, statement)

    def assign(self, target: ast.expr, objects: Objects) -> None:
        """Bind a target to objects."""
        match target:
            case ast.Name(id=name):
                self._bind_name(name, objects)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                self.touch(objects)
                self._may_run(objects)
                for one in targets:
                    self.assign(one, items(objects))
            case ast.Starred(value=inner):
                self.assign(inner, frozenset((Fresh(set(objects)),)))
            case ast.Attribute(value=owner, attr=name):
                changed = self.value(owner)
                self.change(changed, Change.CERTAIN)
                self.store(changed, objects)
                if name in self.known.properties:
                    for code in self.known.methods.get(name, ()):
                        self.apply(code, Given(rest=objects), changed)
                self.touch(changed)
            case _:
                assert isinstance(target, ast.Subscript)
                holder, index = target.value, target.slice
                self.value(index)
                changed = self.value(holder)
                if EVERYTHING in changed and _text(index):
                    self.bind(_text(index), objects)
                    return
                self.change(changed, Change.CERTAIN)
                self.store(changed, objects | items(objects))
                for code in self.known.methods.get("__setitem__", ()):
                    self.apply(code, Given(rest=objects), changed)
                self.touch(changed)

    def _bind_name(self, name: str, objects: Objects) -> None:
        scope = next((s for s in reversed(self._scopes) if name in s.names), None)
        if scope is None:
            self.bind(name, objects)
            return
        plain = len(self._active) == 1 and not self._repeating and scope is self._scopes[-1]
        before = NOTHING if plain and self._plain else scope.values.get(name, NOTHING)
        scope.values[name] = before | objects

    _plain = False
    """True while a statement runs that binds its names anew, whatever they were before."""

    def _assignment(self, node: ast.Assign) -> None:
        value = node.value
        each = [self.value(one) for one in value.elts] if isinstance(value, (ast.Tuple, ast.List)) else []
        found = frozenset((Fresh(set(NOTHING.union(*each))),)) if each else self.value(value)
        for target in node.targets:
            targets = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
            starred = any(isinstance(one, ast.Starred) for one in (*targets, *getattr(value, "elts", ())))
            if targets and len(targets) == len(each) and not starred:
                self._each_plainly(zip(targets, each, strict=True))
            else:
                self._each_plainly([(target, found)])

    def _each_plainly(self, pairs: Iterable[tuple[ast.expr, Objects]]) -> None:
        for target, objects in pairs:
            self._plain = self._at_top
            self.assign(target, objects)
            self._plain = False

    _at_top = True

    def _annotated(self, node: ast.AnnAssign) -> None:
        if not self.known.lazy_annotations and not self._active:
            self.value(node.annotation)
        if node.value is not None:
            self._each_plainly([(node.target, self.value(node.value))])

    def _augmented(self, node: ast.AugAssign) -> None:
        added = self.value(node.value)
        if isinstance(node.target, ast.Name):
            changed = self._name(node.target)
            self.change(changed, Change.CERTAIN)
            self.store(changed, items(added))
            self._bind_name(node.target.id, self.touch(changed))
        else:
            self.assign(node.target, items(added) | added)
            self.change(self.value(node.target), Change.CERTAIN)

    def _deletion(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, (ast.Attribute, ast.Subscript)):
                changed = self.value(target.value)
                self.change(changed, Change.CERTAIN)
                self.touch(changed)

    def _expression(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            self._call(node.value, alone=True)
        else:
            self.value(node.value)

    def _inside(self, *blocks: Sequence[ast.stmt], again: bool = False) -> None:
        """Run blocks that may or may not run; those of a loop run twice."""
        top, self._at_top = self._at_top, False
        for block in blocks:
            self._run(block)
        if again and not self._repeating and self._scopes:
            self._repeating = True
            for block in blocks:
                self._run(block)
            self._repeating = False
        self._at_top = top

    def _condition(self, node: ast.If) -> None:
        self.touch(self.value(node.test))
        self._inside(node.body, node.orelse)

    def _loop(self, node: ast.While) -> None:
        self.touch(self.value(node.test))
        self._inside(node.body, again=True)
        self._inside(node.orelse)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self.assign(node.target, items(self._iterated(node.iter)))
        self._inside(node.body, again=True)
        self._inside(node.orelse)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for one in node.items:
            context = self.value(one.context_expr)
            found = self.touch(context) | context | items(context)
            self._may_run(context)
            if one.optional_vars is not None:
                self.assign(one.optional_vars, found)
        self._run(node.body)

    def _try(self, node: ast.Try) -> None:
        self._inside(node.body)
        for handler in node.handlers:
            self.value(handler.type)
            if handler.name is not None:
                self._bind_name(handler.name, NOTHING)
            self._inside(handler.body)
        self._inside(node.orelse, node.finalbody)

    def _match(self, node: ast.Match) -> None:
        subject = self.value(node.subject)
        self.touch(subject)
        taken = subject | parts(subject)
        for case in node.cases:
            for pattern in ast.walk(case.pattern):
                name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
                if isinstance(name, str):
                    self._bind_name(name, taken)
            self.value(case.guard)
            self._inside(case.body)

    def _return(self, node: ast.Return) -> None:
        self._returned[-1] |= self.value(node.value)

    def _raise(self, node: ast.Raise | ast.Assert) -> None:
        for child in (node.exc, node.cause) if isinstance(node, ast.Raise) else (node.test, node.msg):
            self.touch(self.value(child))

    def _definition(self, node: FunctionNode) -> None:
        if not self.known.lazy_annotations:
            for annotation in annotations_of(node):
                self.value(annotation)
        if not self._scopes:
            defined: Objects = frozenset((node.name,))
            for _, default in defaults(node):
                self.store(defined, self.value(default))
        elif self._scopes[-1].of_class and len(self._scopes) == 1:
            for _, default in defaults(node):
                self.store(frozenset((self._class,)), self.value(default))
            defined = frozenset((self._class,))
        else:
            defined = self._closure(node)
        result = self._decorated(node.decorator_list, defined)
        if self._scopes or result != defined:
            self._bind_name(node.name, result)

    _class = ""

    def _decorated(self, decorators: list[ast.expr], defined: Objects) -> Objects:
        """Return the possible results of decorators on a function or class."""
        for decorator in reversed(decorators):
            given = Given([defined])
            inner = decorator.func if isinstance(decorator, ast.Call) else decorator
            path = self.path(inner) if isinstance(inner, (ast.Name, ast.Attribute)) else None
            if path is None and isinstance(inner, ast.Name) and self._look_up(inner.id) is None:
                path = inner.id if inner.id not in self.known.objects else None
            if path is not None:
                if isinstance(decorator, ast.Call):
                    arguments = self._given(decorator)
                    self._hand(arguments)
                    if path == "functools.wraps":
                        continue
                self._decorated_by_library(path, defined)
            elif isinstance(decorator, ast.Attribute):
                if decorator.attr in ("setter", "getter", "deleter"):
                    continue
                defined |= self._method(self.value(decorator.value), decorator.attr, given, True)
            else:
                defined |= self.call(self.value(decorator), given)
        return defined

    def _decorated_by_library(self, path: str, defined: Objects) -> None:
        package = path.split(".")[0]
        if path in library.CACHES:
            for root in reach(defined):
                for code in self.known.functions.get(root, ()):
                    self.effects.costs |= code.effects.costs
        elif package not in library.CHEAP_PACKAGES and path not in library.HOLDING_CALLS:
            self.effects.costs = True

    def _class_definition(self, node: ast.ClassDef) -> None:
        bases = NOTHING.union(*(self.value(one) for one in node.bases))
        keywords = [self.value(one.value) for one in node.keywords]
        top = not self._scopes
        made: Objects = frozenset((node.name,)) if top else frozenset((Fresh(),))
        self.store(made, bases)
        scope = Scope(bound_names(node), of_class=True)
        around, self._class = self._class, node.name if top else self._class
        self._scopes += (scope,)
        self._run(node.body)
        self._scopes = self._scopes[:-1]
        self._class = around
        held = NOTHING.union(*scope.values.values())
        self.store(made, held)
        self._hooks(made | bases, keywords, held)
        result = self._decorated(node.decorator_list, made)
        if not top or result != made:
            self._bind_name(node.name, result)

    def _hooks(self, owners: Objects, keywords: list[Objects], held: Objects) -> None:
        """Run the template's methods that the creation of a class calls."""
        every = owners.union(*keywords, held)
        for name in ("__init_subclass__", "__set_name__"):
            for code in self.known.methods.get(name, ()):
                self.apply(code, Given(rest=every), every)
        if keywords or any(one in self.known.classes for one in owners):
            for name in ("__new__", "__prepare__", "__call__", "__init__"):
                for code in self.known.methods.get(name, ()):
                    base = self.known.classes.get(code.root)
                    if base is not None and ("type" in base.bases or keywords):
                        self.apply(code, Given(rest=every), every.union(*keywords))


_VALUES: dict[type, Callable[..., Objects]] = {
    ast.Name: Evaluation._name,
    ast.Attribute: Evaluation._attribute,
    ast.Subscript: Evaluation._subscript,
    ast.Call: Evaluation._call,
    ast.List: Evaluation._collection,
    ast.Tuple: Evaluation._collection,
    ast.Set: Evaluation._collection,
    ast.Dict: Evaluation._dict,
    ast.ListComp: Evaluation._comprehension,
    ast.SetComp: Evaluation._comprehension,
    ast.DictComp: Evaluation._comprehension,
    ast.GeneratorExp: Evaluation._comprehension,
    ast.Lambda: Evaluation._lambda,
    ast.IfExp: Evaluation._if_else,
    ast.BoolOp: Evaluation._either,
    ast.BinOp: Evaluation._sum,
    ast.Starred: Evaluation._starred,
    ast.NamedExpr: Evaluation._walrus,
    ast.Await: Evaluation._awaited,
    ast.Yield: Evaluation._yielded,
    ast.YieldFrom: Evaluation._yielded,
}

_STATEMENTS: dict[type, Callable[..., None]] = {
    ast.Expr: Evaluation._expression,
    ast.Assign: Evaluation._assignment,
    ast.AnnAssign: Evaluation._annotated,
    ast.AugAssign: Evaluation._augmented,
    ast.Delete: Evaluation._deletion,
    ast.If: Evaluation._condition,
    ast.While: Evaluation._loop,
    ast.For: Evaluation._for,
    ast.AsyncFor: Evaluation._for,
    ast.With: Evaluation._with,
    ast.AsyncWith: Evaluation._with,
    ast.Try: Evaluation._try,
    ast.Match: Evaluation._match,
    ast.Return: Evaluation._return,
    ast.Raise: Evaluation._raise,
    ast.Assert: Evaluation._raise,
    ast.FunctionDef: Evaluation._definition,
    ast.AsyncFunctionDef: Evaluation._definition,
    ast.ClassDef: Evaluation._class_definition,
}
if hasattr(ast, "TryStar"):  # pragma: no branch - Python 3.11
    _STATEMENTS[ast.TryStar] = Evaluation._try


def _text(node: ast.expr) -> str:
    """Return a literal text; an empty one for any other expression."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _parameters(node: Body) -> list[str]:
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [one.arg for one in (*every, arguments.vararg, arguments.kwarg) if one is not None]


def defaults(node: Body) -> Iterable[tuple[str, ast.expr]]:
    """Yield the parameters of a function that have a default, each with its default."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs: list[tuple[ast.arg, ast.expr | None]] = [
        *zip(reversed(positional), reversed(arguments.defaults), strict=False),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return ((one.arg, value) for one, value in pairs if value is not None)


def _own(node: Body) -> Iterable[ast.AST]:
    return evaluated(*statements_of(node))


def _yields(node: Body) -> bool:
    return any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in _own(node))


def _methods(known: Knowledge, owner: str, names: Iterable[str]) -> Iterable[Code]:
    return (code for name in names for code in known.methods.get(name, ()) if code.root == owner)
