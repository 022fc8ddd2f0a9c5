"""Facts of each top-level statement: the changes it makes, its cost, the objects its names share."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.aliases import Aliases
from hypertemplate.compiler.dataflow.bindings import through
from hypertemplate.compiler.dataflow.effects import EVERYTHING, Change, Effects, Fresh, Given, Objects
from hypertemplate.compiler.dataflow.evaluation.context import Context
from hypertemplate.compiler.dataflow.evaluation.evaluator import begin
from hypertemplate.compiler.dataflow.evaluation.knowledge import INITIALIZERS, Knowledge
from hypertemplate.compiler.dataflow.evaluation.template_calls import apply
from hypertemplate.compiler.dataflow.files.file_access import Access
from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.syntax.nodes import dotted, evaluated, last_name
from hypertemplate.compiler.syntax.statements import defines


class Facts:
    """Facts about the statements of a template.

    Args:
        known: effects of its functions.
        statements: statements in source order.
        given: names of objects that exist before anything runs.
        given_code: those of them that are, or have, code which is not here: what it changes is unknown.
        shared: pairs of them whose objects are, or hold, the same one.

    Attributes:
        aliases: names that may stand for the same object.
        changers: by name, the statements that change its object, or bind it by a call, when they run.
    """

    def __init__(
        self,
        known: Knowledge,
        statements: Iterable[TopLevel],
        given: frozenset[str] = frozenset(),
        given_code: frozenset[str] = frozenset(),
        shared: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.known = known
        self._shared = shared
        self._effects: dict[int, Effects] = {}
        self._code: dict[str, set[str]] = {}
        self._parts: set[str] = set()
        for statement in statements:
            effects = self._effects[statement.number] = Effects()
            begin(known, effects).run([statement.node])
            self._parts |= {name for name, root in effects.same if root.endswith(".")}
            effects.merge_parts()
        self._connect()
        while self._call_what_is_held():
            self._connect()
        for effects in self._effects.values():
            filled = frozenset(name for name in effects.indexed if self._fills_when_read(name))
            effects.change(filled, Change.UNKNOWN)
        # A name of the module itself, as in `this = sys.modules[__name__]`, is as good as the module.
        same = set().union(*(one.same for one in self._effects.values()))
        itself = {EVERYTHING, *(name for name, other in same if other == EVERYTHING)}
        self._binding_anything = {n for n, one in self._effects.items() if itself & one.changes.keys()}
        for effects in self._effects.values():
            if given_code & (effects.calls.keys() | effects.hands.keys()):
                effects.change(given, Change.UNKNOWN)
                effects.costs = True
            _change_what_is_bound(effects, known.objects)
        self.aliases = Aliases(*self._pairs())
        self._costly = self._find_costly(statements)
        self.changers: dict[str, list[TopLevel]] = {}
        for statement in statements:
            effects = self._effects[statement.number]
            changed = {name for name, how in effects.changes.items() if how is not Change.HANDED}
            for name in sorted(changed | (effects.binds - statement.names.binds)):
                self.changers.setdefault(name, []).append(statement)

    def changes(self, statement: TopLevel) -> Mapping[str, Change]:
        """Return the names of the objects that running a statement changes, each with its certainty."""
        return self._effects[statement.number].changes

    def changes_inside(self, statement: TopLevel) -> Collection[str]:
        """Return the names whose contents a statement changes: ``a`` of ``a[0].append(1)``.

        A name that is bound to a part of an object is one of them: it may be anything that the object holds.
        """
        effects = self._effects[statement.number]
        certain = {name for name, how in effects.changes.items() if how is Change.CERTAIN}
        return effects.inside | (certain & self._parts)

    def certain_changes(self, statement: TopLevel) -> set[str]:
        """Return the names that functions bind in it, and those whose objects it changes for certain."""
        inside = self.changes_inside(statement)
        certain = {name for name, how in self.changes(statement).items() if how is Change.CERTAIN}
        found = {other for name in certain for other in self.aliases.same(name)}
        return found.union(self.binds(statement), *(self.aliases.reached(name) for name in inside))

    def files(self, statement: TopLevel) -> Collection[Access]:
        """Return the files that running a statement reads and writes, in the order in which it may."""
        return self._effects[statement.number].files

    def files_of(self, name: str) -> Iterator[Access]:
        """Yield the files that the functions of a name, or the methods of the class, read and write."""
        methods = (code for codes in self.known.methods.values() for code in codes if code.root == name)
        for code in (*self.known.functions.get(name, ()), *methods):
            yield from code.effects.files

    def binds(self, statement: TopLevel) -> Collection[str]:
        """Return the names that functions bind in the module when a statement runs and calls them."""
        return self._effects[statement.number].binds

    def uses_up(self, statement: TopLevel) -> Collection[str]:
        """Return the names whose objects a statement iterates over, which uses up an iterator."""
        return self._effects[statement.number].uses_up

    def outside(self, statement: TopLevel) -> Collection[str]:
        """Return what a statement may leave something with outside the template: functions, modules."""
        return self._effects[statement.number].outside

    def ends(self, statement: TopLevel) -> bool:
        """Tell whether a statement may end the process when it runs."""
        raised = [node.exc for node in evaluated(statement.node) if isinstance(node, ast.Raise)]
        kinds = {last_name(one.func if isinstance(one, ast.Call) else one) for one in raised if one}
        return "SystemExit" in kinds or not library.ENDS.isdisjoint(self.outside(statement))

    def costs(self, statement: TopLevel) -> bool:
        """Tell whether running a statement again may take time, or be noticed."""
        return statement.number in self._costly

    def binds_anything(self, statement: TopLevel) -> bool:
        """Tell whether a statement may bind any name of the module, as ``exec`` may."""
        return statement.number in self._binding_anything

    def _fills_when_read(self, name: str) -> bool:
        """Tell whether a name's object, or a part of it, gets an item when code reads one that it lacks."""
        nodes = (node for value in self.known.values.get(name, ()) for node in ast.walk(value))
        return any(self._makes_filled(node.func) for node in nodes if isinstance(node, ast.Call))

    def _makes_filled(self, func: ast.expr) -> bool:
        made = self.known.classes.get(func.id) if isinstance(func, ast.Name) else None
        bases = made.node.bases if made is not None else [func]
        return any(dotted(one, self.known.aliases) == library.FILLED_BY_READING for one in bases)

    def _find_costly(self, statements: Iterable[TopLevel]) -> set[int]:
        """Find costly statements, and those that compute with their results: arrays, but no list of two."""
        using: dict[str, list[TopLevel]] = {}
        for statement in statements:
            for name in self._effects[statement.number].computes:
                using.setdefault(name, []).append(statement)

        def computing(statement: TopLevel) -> Iterator[TopLevel]:
            for name in () if defines(statement.node) else statement.names.binds:
                yield from using.get(name, ())

        costly = (statement for statement in statements if self._effects[statement.number].costs)
        return {statement.number for statement in reachable(costly, computing)}

    def _pairs(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        every = self._effects.values()
        same = set(self._shared).union(*(one.same for one in every))
        return same, set().union(*(one.holds for one in every))

    def _connect(self) -> None:
        """Note the names through which the template's code may be run."""
        self._code = {}
        same, holds = self._pairs()
        for name, other in (*same, *holds, *((o, n) for n, o in same)):
            self._code.setdefault(name, set()).add(other)
        for effects in self._effects.values():
            for name, code in effects.code:
                self._code.setdefault(name, set()).add(code)

    def _call_what_is_held(self) -> bool:
        """Apply the effects of functions that are called through their holders; tell whether any is new."""
        reached: dict[str, list[str]] = {}
        grown = False
        for effects in self._effects.values():
            before = effects.size()
            for root, arguments in [*effects.calls.items(), *effects.hands.items()]:
                if root not in reached:
                    reached[root] = sorted(self._runs(through(root, self._code)))
                if reached[root]:
                    self._run(effects, reached[root], frozenset(arguments))
            effects.merge_parts()
            grown = grown or effects.size() != before
        return grown

    def _runs(self, names: Collection[str]) -> Iterable[str]:
        return (name for name in names if name in self.known.functions or name in self.known.classes)

    def _run(self, effects: Effects, names: Iterable[str], arguments: frozenset[str]) -> None:
        context = begin(self.known, effects)
        costs = effects.costs
        given = Given(rest=arguments)
        for name in names:
            for code in self.known.functions.get(name, ()):
                apply(context, code, given, later=arguments, held=True)
            if name in self.known.classes:
                self._run_methods(context, name, given, frozenset(arguments))
        effects.costs = costs

    def _run_methods(self, context: Context, name: str, given: Given, arguments: frozenset[str]) -> None:
        """Apply the effects of all methods of a class, of which some may be called on an object of it."""
        changes = context.effects.changes
        before = changes.get(name, 0)
        for method, codes in self.known.methods.items():
            for code in codes:
                if code.root == name:
                    # What makes an object changes that one alone.
                    receiver: Objects = frozenset((Fresh() if method in INITIALIZERS else name,))
                    apply(context, code, given, receiver, later=arguments, held=True)
        if changes.get(name, 0) > max(before, Change.UNKNOWN):
            changes[name] = Change.UNKNOWN  # no method is called for certain


def _change_what_is_bound(effects: Effects, objects: Collection[str]) -> None:
    """Count changes of a name that the statement itself binds, such as a loop's, for its source.

    Args:
        effects: effects of the statement.
        objects: names of the module's objects, all of which code may reach by their names as texts.
    """
    if effects.changes.pop(EVERYTHING, None) is not None:
        for name in objects:
            effects.changes.setdefault(name, Change.UNKNOWN)
    sources: dict[str, set[str]] = {}
    for name, root in effects.same:
        sources.setdefault(name, set()).add(root)
    for name in sources.keys() & effects.changes.keys():
        for root in through(name, sources):
            effects.changes[root] = max(effects.changes.get(root, Change.HANDED), effects.changes[name])
