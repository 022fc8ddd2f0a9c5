"""Statements of cells that ran of which nothing is left, and those that did again what was done.

Cells that ran, one after another, are a program without loops around them: of the statements that a trial
needs, one counts if something that it left is read before it is replaced. So a cell that was edited and run
again stands in the place of its older version, unless something that this one left is still there.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeGuard

from hypertemplate.compiler.dataflow.kept_statements import closure
from hypertemplate.compiler.dataflow.library import sets_option
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.entry.driver_calls import Searches
from hypertemplate.compiler.entry.minimize_calls import minimize_calls
from hypertemplate.compiler.footprints import Footprint, Footprints, is_import
from hypertemplate.compiler.live_module import have_searched
from hypertemplate.compiler.syntax.hyperas_imports import is_replaced
from hypertemplate.compiler.syntax.literals import is_constant
from hypertemplate.compiler.syntax.nodes import evaluated, is_marker_shaped
from hypertemplate.compiler.syntax.statements import future_features, is_main_guard

_ADDING_ONCE = frozenset({"sys.path.append", "sys.path.insert"})
"""Functions that add to a list in which only the first of two equal items counts."""


def overwritten(
    module: Module,
    gone: Collection[TopLevel],
    roots: Collection[TopLevel],
    model: str,
    failed: Collection[int] = (),
) -> set[TopLevel]:
    """Return the statements of which nothing is left, and those that repeat what was done.

    Args:
        module: the cells that ran, in the order in which they ran.
        gone: statements that are known to be gone.
        roots: statements that define the functions of the search.
        model: name of the model function.
        failed: numbers of the parts that raised an error: some of their statements may not have run.
    """
    statements = _needed(module, gone, roots, model)
    if any(statement.names.dynamic or "eval" in statement.names.everywhere for statement in statements):
        return set()
    cells = _Cells(module, Footprints(module), frozenset(failed))
    found: set[TopLevel] = set()
    # The first of two that do the same stays, where others may need it, unless nothing is left of it.
    for part in (cells.repeated, cells.dead, cells.repeated):
        found |= set(part([one for one in statements if one not in found]))
    return found


def earlier_searches(module: Module, model: str, data: str | None) -> set[TopLevel]:
    """Return the statements that drove a search of a model before the last one did: the program is more.

    Args:
        module: the cells that ran, in the order in which they ran.
        model: name of the model function.
        data: name of the data function, if there is one.
    """
    starts = frozenset(call.node for call in minimize_calls(module))
    searches = Searches(module, starts, model, data)
    return set([one for one in module.statements if searches.drives(one)][:-1])


def _needed(
    module: Module, gone: Collection[TopLevel], roots: Collection[TopLevel], model: str
) -> list[TopLevel]:
    """Return the statements that a trial may need, in order: no searches, and none that only show values."""
    searches = have_searched(module, model)
    candidates = [
        one
        for one in module.statements
        if not (one in gone or one.number in searches or is_replaced(one.node) or is_main_guard(one.node))
    ]
    kept = closure(module, candidates, roots, results=False, alive=False)
    return [one for one in candidates if one.number in kept or any(future_features(one.node))]


@dataclass(frozen=True, slots=True)
class _Setting:
    """Statement that sets options to values that are the same each time: ``os.environ['A'] = '1'``.

    Attributes:
        key: text that two such statements share if they do the same.
        targets: what it sets.
    """

    key: str
    targets: frozenset[str]

    @property
    def is_of_items(self) -> bool:
        """True if what modules define stays what it is."""
        return all(one.endswith(("]", ")")) for one in self.targets)

    def meets(self, other: _Setting) -> bool:
        """Tell whether another setting may change what this one has set."""
        pairs = ((one, two) for one in self.targets for two in other.targets)
        return any(one == two or one.startswith(f"{two}.") or two.startswith(f"{one}.") for one, two in pairs)


@dataclass(frozen=True, eq=False)
class _Cells:
    """Cells that ran.

    Attributes:
        module: their statements.
        footprints: what these read and leave.
        failed: numbers of the parts that raised an error.
    """

    module: Module
    footprints: Footprints
    failed: frozenset[int]

    def dead(self, statements: list[TopLevel]) -> Iterator[TopLevel]:
        """Yield the statements all of whose effects are replaced before anything reads them, last first."""
        replaced: frozenset[str] = frozenset()
        settings: set[str] = set()
        loaded = set(self._imported_again(statements))
        for statement in reversed(statements):
            found, setting = self.footprints.of(statement), self._setting(statement)
            if setting is not None and setting.key in settings:
                yield statement
                continue
            if found.writes and not found.lasting and found.writes <= replaced:
                yield statement
                continue
            has_run = self._has_run(statement)
            replaced = (replaced | found.binds if has_run else replaced) - found.reads
            if setting is not None:
                settings |= {setting.key} if has_run else set()
            elif not (found.quiet or statement in loaded):
                settings = set()

    def _has_run(self, statement: TopLevel) -> bool:
        """Tell whether a statement has surely run, or will: one with a marker runs in each trial.

        Where IPython does not know markers, because the extension is not loaded, such a statement fails.
        """
        return statement.tree.part not in self.failed or any(map(is_marker_shaped, evaluated(statement.node)))

    def _imported_again(self, statements: list[TopLevel]) -> Iterator[TopLevel]:
        """Yield the imports of what has been imported before, whose code does not run again."""
        imported: set[str] = set()
        for statement in statements:
            bound = set(_imports(statement.node).values()) if is_import(statement) else set()
            if bound and bound <= imported:
                yield statement
            imported |= bound

    def repeated(self, statements: list[TopLevel]) -> Iterator[TopLevel]:
        """Yield what does again what was done: imports, settings, and constants that names have."""
        known: dict[str, str] = {}
        settings: dict[_Setting, Footprint] = {}
        features: set[str] = set()
        for statement in statements:
            future = {*future_features(statement.node)}  # those of one cell hold for all below it
            if future and future <= features:
                yield statement
                continue
            features |= future if self._has_run(statement) else set()
            found, setting = self.footprints.of(statement), self._setting(statement)
            bound = _imports(statement.node) if is_import(statement) else _constant(statement.node)
            if setting in settings or (bound and bound.items() <= known.items()):
                yield statement
                continue
            if found.lasting and setting is None:
                settings = {}
            if found.lasting and not (setting and setting.is_of_items):
                known = {}  # a module may have other contents
            changed = found.writes - {name for name, text in bound.items() if known.get(name) == text}
            settings = {
                one: has
                for one, has in settings.items()
                if not changed & (has.reads | has.writes) and not (setting and setting.meets(one))
            }
            known = {name: text for name, text in known.items() if name not in changed}
            if self._has_run(statement):
                known |= bound
                settings |= {setting: found} if setting is not None else {}

    def _setting(self, statement: TopLevel) -> _Setting | None:
        """Return the setting that a statement is; None if it is something else."""
        found = self.footprints.of(statement)
        if not found.lasting or not found.writes <= self.footprints.seeded(statement):
            return None
        node = statement.node
        match node:
            case ast.Assign(targets=[ast.Subscript() | ast.Attribute() as target], value=ast.Constant()):
                targets = {ast.unparse(target)}
            case ast.Expr(value=ast.Call(args=args, keywords=keywords)):
                given = [*args, *(keyword.value for keyword in keywords)]
                paths = {*self.module.facts.outside(statement)}
                is_set = all(self._sets(path, statement) for path in paths)
                if not is_set or not all(isinstance(one, ast.Constant) for one in given):
                    return None
                first = f"({ast.unparse(args[0])})" if len(args) > 1 else "()"
                targets = {f"{path}{first}" if "." in path else path for path in paths}
            case _:
                return None
        return _Setting(ast.dump(node), frozenset(targets))

    def _sets(self, path: str, statement: TopLevel) -> bool:
        """Tell whether a statement that leaves something with a function or module leaves the same again."""
        if "." in path:
            return path in _ADDING_ONCE or sets_option(path)
        called = (
            f for name in self.module.read_when_run(statement) for f in self.module.functions.get(name, ())
        )
        nodes = [inner for one in called for inner in ast.walk(one.node)]
        stored = {ast.unparse(one) for one in nodes if _is_place(one) and isinstance(one.ctx, ast.Store)}
        loaded = {ast.unparse(one) for one in nodes if _is_place(one) and isinstance(one.ctx, ast.Load)}
        return not stored & loaded and not any(isinstance(one, ast.AugAssign) for one in nodes)


def _is_place(node: ast.AST) -> TypeGuard[ast.Attribute | ast.Subscript]:
    return isinstance(node, ast.Attribute | ast.Subscript)


def _imports(node: ast.stmt) -> dict[str, str]:
    """Return what an import binds, by name, each with a text that tells what it is."""
    assert isinstance(node, ast.Import | ast.ImportFrom)
    origin = f"{'.' * node.level}{node.module}" if isinstance(node, ast.ImportFrom) else ""
    return {alias.asname or alias.name: f"{origin} {alias.name} {alias.asname}" for alias in node.names}


def _constant(node: ast.stmt) -> dict[str, str]:
    """Return the name that a statement gives a constant, with the text of this; else nothing."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_constant(value):
            return {name: ast.dump(value)}
    return {}
