"""Code of the user's own modules that runs when a statement of a template is the first to import them."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.module import Module, OwnUse
from hypertemplate.compiler.dataflow.random_generators import Draws
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.project.own_state import OwnCode, OwnState
from hypertemplate.compiler.project.references import Reference, loaded, resolved
from hypertemplate.compiler.syntax.nodes import evaluated, root
from hypertemplate.compiler.syntax.statements import defines, is_main_guard

_NONE: frozenset[str] = frozenset()


def imported_code(template: Module, modules: OwnCode, state: OwnState) -> Mapping[int, ImportedModules]:
    """Return the code that imports of each statement run, also those in functions, by its number.

    Args:
        template: the template.
        modules: the user's own modules.
        state: what their code reads and changes.
    """
    found: dict[int, ImportedModules] = {}
    draws: dict[str, Draws] = {}
    before: tuple[str, ...] = ()
    inside: list[tuple[TopLevel, tuple[str, ...]]] = []
    for statement in template.statements if modules else ():
        here = tuple(loaded(statement, modules, later=False))
        if here:
            found[statement.number] = ImportedModules(here, before, modules, state, draws)
            before += here
        elif every := tuple(loaded(statement, modules, later=True)):
            inside.append((statement, every))
    for statement, every in inside:
        found[statement.number] = ImportedModules(every, before, modules, state, draws)
    return found


@dataclass(frozen=True, eq=False)
class ImportedModules:
    """Modules that an import loads, less those that are loaded before, with what their code does.

    Attributes:
        names: modules that it names, and the packages around them.
        before: modules that statements above it name.
        modules: the user's own modules.
        state: what their code reads and changes.
        generators: random generators of modules, by name.
    """

    names: tuple[str, ...]
    before: tuple[str, ...]
    modules: OwnCode
    state: OwnState
    generators: dict[str, Draws]

    @functools.cached_property
    def loads(self) -> frozenset[str]:
        """Modules that the statement imports, first or again, and those that they import."""
        return frozenset(reachable(self.names, self._loads))

    @functools.cached_property
    def runs(self) -> frozenset[str]:
        """Modules that it is the first to import."""
        return self.loads - {*reachable(self.before, self._loads)}

    @functools.cached_property
    def _statements(self) -> list[tuple[str, TopLevel]]:
        """Statements that run, each with the name of its module."""
        return [(name, s) for name in sorted(self.runs) for s in self._running(name)]

    def _running(self, name: str) -> Iterator[TopLevel]:
        return (s for s in self.modules[name].statements if not is_main_guard(s.node))

    def _loads(self, name: str) -> Iterator[str]:
        """Yield the modules that the import of a module loads."""
        for statement in self._running(name):
            yield from loaded(statement, self.modules, later=False)

    @functools.cached_property
    def _reached(self) -> list[Reference]:
        """References that the statements lead to when they run."""
        start = (one for name, s in self._statements for one in self._named(name, s))
        return self.state.reached(dict.fromkeys(start))

    def _named(self, name: str, statement: TopLevel) -> Iterator[Reference]:
        """Yield what a statement names when it runs."""
        module = self.modules[name]
        nodes = [*evaluated(statement.node)]
        inner = {node.value for node in nodes if isinstance(node, ast.Attribute)}
        for node in nodes:
            if not isinstance(node, (ast.Name, ast.Attribute)) or node in inner:
                continue
            path = module.dotted(node)
            if path is not None:
                found = resolved(path, self.modules)
                yield from () if found is None else (found,)
            else:
                bound = (one for one in root(node) if one in module.binders)
                yield from (Reference(name, one) for one in bound if one not in statement.names.binds)

    @functools.cached_property
    def _use(self) -> OwnUse:
        uses = [self.state.used(self._reached)]
        for name, statement in self._statements:
            names = statement.names.immediately | statement.names.binds
            uses.append(self.state.use_by(name, [*evaluated(statement.node)], names))
        return OwnUse(
            _NONE.union(*(one.reads for one in uses)),
            _NONE.union(*(one.sets for one in uses)),
            _NONE.union(*(one.texts for one in uses)),
        )

    @property
    def reads(self) -> frozenset[str]:
        """Modules of the user's own, and packages, whose state the code may read."""
        return self._use.reads

    @property
    def sets(self) -> frozenset[str]:
        """Modules of the user's own, and packages, whose state the code may change."""
        return self._use.sets

    @property
    def texts(self) -> frozenset[str]:
        """Texts in the code, if it reads or writes files."""
        return self._use.texts

    @functools.cached_property
    def seeds(self) -> frozenset[str]:
        """Packages whose random generator the code seeds."""
        if not self.modules.may_seed:
            return _NONE
        running = (self._draws(name).seeded(s) for name, s in self._statements)
        called = (self._draws(name).seeded_in(s) for name, s in self._called)
        return _NONE.union(*running, *called)

    @functools.cached_property
    def draws(self) -> frozenset[str]:
        """Packages whose random generator the code seeds, or may draw from."""
        running = (self._draws(name).touched(s) for name, s in self._statements)
        called = (self._draws(name).touched_in(s) for name, s in self._called)
        return self.seeds.union(*running, *called)

    @property
    def _called(self) -> Iterator[tuple[str, TopLevel]]:
        """Definitions that the code leads to."""
        for one in self._reached:
            yield from ((one.module, s) for s in self.state.code(one) if defines(s.node))

    def _draws(self, name: str) -> Draws:
        if name not in self.generators:
            self.generators[name] = Draws(self.modules[name], self.modules)
        return self.generators[name]
