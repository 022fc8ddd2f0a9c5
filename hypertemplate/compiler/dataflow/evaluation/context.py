"""State of one evaluation: the names in scope, the code that runs, and the effects found so far."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from hypertemplate.compiler.dataflow.effects import NOTHING, Code, Effects, Fresh, Objects, Scope
from hypertemplate.compiler.dataflow.evaluation.knowledge import Knowledge
from hypertemplate.compiler.dataflow.files.path_pattern import UNKNOWN, Folded, either
from hypertemplate.compiler.syntax.nodes import Body, dotted

DEEPEST = 4
"""Number of bodies of functions inside each other that are evaluated."""


@dataclass(frozen=True, slots=True)
class Language:
    """Functions that evaluate each kind of expression and statement.

    Attributes:
        expressions: functions by the class of the expression; that of `ast.expr` is for all others.
        statements: functions by the class of the statement; others have no effects.
    """

    expressions: Mapping[type, Callable[..., Objects]]
    statements: Mapping[type, Callable[..., None]]


@dataclass(eq=False, slots=True)
class Context:
    """State of the evaluation of one statement of the module, or of one function's body.

    Attributes:
        known: facts about the template.
        effects: effects to add to.
        language: functions that evaluate expressions and statements.
        used: functions of the template that were called.
        scopes: enclosing scopes, the innermost last; none at the module's level.
        results: possible results of the functions whose bodies run, the innermost last.
        receivers: first parameter of each function whose body runs, the innermost last.
        active: functions whose bodies run, or whose effects are applied.
        owner: class of the module whose body runs, or an empty text.
        code: function of the template whose effects are found.
        repeating: whether a loop's body runs a second time.
        at_top: whether a statement runs that is in no branch or loop.
        plain: whether a statement binds its names anew, whatever they were before.
        unused: calls whose results nothing uses, so that they are made for their effect.
    """

    known: Knowledge
    effects: Effects
    language: Language
    used: set[Code] = field(default_factory=set)
    scopes: tuple[Scope, ...] = ()
    results: list[set[str | Fresh]] = field(default_factory=lambda: [set()])
    receivers: list[str] = field(default_factory=list)
    active: list[Body] = field(default_factory=list)
    owner: str = ""
    code: Code | None = None
    repeating: bool = False
    at_top: bool = True
    plain: bool = False
    unused: set[ast.Call] = field(default_factory=set)

    def anew(self, effects: Effects) -> Context:
        """Return the state of another evaluation of the same template."""
        return Context(self.known, effects, self.language)

    def value(self, node: ast.expr | None) -> Objects:
        """Evaluate an expression; return its possible values."""
        if node is None or isinstance(node, ast.Constant):
            return NOTHING
        evaluate = self.language.expressions.get(type(node)) or self.language.expressions[ast.expr]
        return evaluate(self, node)

    def run(self, statements: Iterable[ast.stmt]) -> None:
        """Evaluate statements, one after another."""
        for statement in statements:
            evaluate = self.language.statements.get(type(statement))
            if evaluate is not None:
                evaluate(self, statement)

    def look_up(self, name: str) -> Objects | None:
        """Return the possible values of a name in the enclosing scopes; None if it is the module's."""
        for depth, scope in enumerate(reversed(self.scopes)):
            if name not in scope.names:
                continue
            if not scope.of_class or (depth == 0 and name in scope.values):
                return scope.values.get(name, NOTHING)
        return None

    def named(self, name: str) -> Objects:
        """Return the module's object of this name."""
        return frozenset((name,)) if name in self.known.objects else NOTHING

    def read(self, name: str) -> Objects:
        """Return the possible values of a name."""
        found = self.look_up(name)
        return self.named(name) if found is None else found

    def path(self, node: ast.expr) -> str | None:
        """Return the dotted path of an import; None for any other expression."""
        first = node
        while isinstance(first, ast.Attribute):
            first = first.value
        if not isinstance(first, ast.Name) or self.look_up(first.id):
            return None
        return dotted(node, self.known.aliases)

    def bind_name(self, name: str, objects: Objects, texts: Folded = UNKNOWN) -> None:
        """Bind a name to objects, of which `texts` are the paths, in the innermost scope that has it."""
        scope = next((s for s in reversed(self.scopes) if name in s.names), None)
        if scope is None:
            self.bind(name, objects)
            return
        certain = len(self.active) == 1 and not self.repeating and scope is self.scopes[-1]
        before = NOTHING if certain and self.plain else scope.values.get(name, NOTHING)
        scope.values[name] = before | objects
        earlier = scope.texts.get(name) if not (certain and self.plain) else None
        scope.texts[name] = texts if earlier is None else either(earlier, texts)

    def bind(self, name: str, objects: Objects) -> None:
        """Note that a name of the module is bound to objects."""
        self.effects.binds.add(name)
        if name in self.known.aliases:
            return
        for one in objects:
            if isinstance(one, str):
                self.effects.same.add((name, one))
            else:
                self.effects.store(frozenset((name,)), frozenset((one,)))
