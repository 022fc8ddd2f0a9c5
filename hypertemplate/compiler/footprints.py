"""Footprint of a top-level statement: all that running it reads and leaves, as far as the text tells."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.data_values import opaque_names
from hypertemplate.compiler.dataflow.effects import Change
from hypertemplate.compiler.dataflow.files.file_access import Use
from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.imported_state import is_own
from hypertemplate.compiler.dataflow.library import SEEDING
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.random_generators import Draws
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.syntax.literals import is_constant
from hypertemplate.compiler.syntax.nodes import bodies, evaluated, outside
from hypertemplate.compiler.syntax.statements import defines, future_features

_SHUFFLING = frozenset({"numpy.random.shuffle", "random.shuffle"})
"""Functions that draw to change what they are given."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """All that running a statement reads and leaves. A random generator counts as a name.

    Attributes:
        reads: names whose values it may read, also in functions that it may call.
        binds: names that it certainly gives other values, whatever these were.
        writes: names that it may bind, and those through which an object is seen that it may change.
        lasting: whether it may leave something that no name tells: a setting, or a file.
        unseen: whether its value is from code that is not known.
        quiet: whether it runs no code that a setting may change: a definition, or a constant.
    """

    reads: frozenset[str]
    binds: frozenset[str]
    writes: frozenset[str]
    lasting: bool
    unseen: bool
    quiet: bool

    def conflicts(self, other: Footprint) -> bool:
        """Tell whether it may make a difference which of two statements runs first."""
        return bool(
            self.writes & (other.reads | other.writes)
            or other.writes & self.reads
            or (self.lasting and not other.quiet)
            or (other.lasting and not self.quiet)
            or (self.unseen and other.unseen)
        )


class Footprints:
    """Footprints of the statements of a module.

    Args:
        module: the module.
    """

    def __init__(self, module: Module) -> None:
        self._module = module
        self._draws = Draws(module)
        self._opaque = opaque_names(module)
        self.of = functools.cache(self._footprint)

    def _footprint(self, statement: TopLevel) -> Footprint:
        module, facts = self._module, self._module.facts
        seeded, touched = self._draws.seeded(statement), self._touched(statement)
        changed = {
            name
            for name, how in facts.changes(statement).items()
            if how is not Change.HANDED or name in self._opaque
        }
        changed |= {*facts.uses_up(statement)} - module.constants
        changed = changed.union(*map(facts.aliases.seen_through, changed))
        changed = changed.union(*map(facts.aliases.seen_through, facts.changes_inside(statement)))
        written = (changed | statement.names.binds | {*facts.binds(statement)}) - self._of_loops(statement)
        drawn = _generators(touched)
        lasting, unseen = self._left(statement)
        # Unknown code may draw; of what only loads something, that would be said too often.
        surely_drawn = _generators(self._draws.certain(statement)) if unseen else drawn
        only_seeds = _generators(seeded) if is_seed(module, statement.node) else frozenset[str]()
        return Footprint(
            reads=frozenset(self._read(statement)) | changed | (drawn - only_seeds),
            binds=frozenset(statement.names.binds if _surely_binds(statement.node) else ()) | only_seeds,
            writes=frozenset(written) | surely_drawn,
            lasting=lasting,
            unseen=unseen,
            quiet=_is_quiet(statement.node),
        )

    def seeded(self, statement: TopLevel) -> frozenset[str]:
        """Return the random generators that a statement seeds, as names."""
        return _generators(self._draws.seeded(statement))

    def _of_loops(self, statement: TopLevel) -> set[str]:
        """Return the variables of a loop that only such loops read, each its own."""
        users = self._module.users
        return {
            name
            for name in statement.binds_first
            if all(name in user.binds_first for user in users.get(name, ()))
        }

    def _read(self, statement: TopLevel) -> Iterator[str]:
        """Yield the names that a statement may read, also in methods of objects that it names."""
        names = statement.names.immediately | statement.names.maybe
        yield from reachable(names, lambda name: self._code_of(name) if name in self._module.binders else ())

    @functools.cached_property
    def _coded(self) -> frozenset[str]:
        """Names that definitions and lambdas bind."""
        binders = self._module.binders.items()
        return frozenset(name for name, found in binders if any(any(bodies(one.node)) for one in found))

    def _code_of(self, name: str) -> Iterable[str]:
        """Return the names in the code that calling a name, or a method of its object, may run."""
        binders = self._module.binders[name]
        made = set[str]().union(*(one.names.immediately for one in binders if not defines(one.node)))
        return self._module.deferred(name) | (made & self._coded)

    def _touched(self, statement: TopLevel) -> frozenset[str]:
        """Return the packages from whose generator a statement may draw; see `Draws.touched`.

        A call that is given a number as its seed draws from a generator of its own.
        """
        calls = [one for one in evaluated(statement.node) if isinstance(one, ast.Call)]
        if calls and all(self._draws_apart(one) for one in calls):
            return frozenset()
        return self._draws.touched(statement)

    def _draws_apart(self, call: ast.Call) -> bool:
        path = self._module.dotted(call.func) or ""
        return path.startswith("sklearn.") and any(
            one.arg == "random_state" and self._is_number(one.value) for one in call.keywords
        )

    def _is_number(self, node: ast.expr) -> bool:
        """Tell whether an expression is a whole number, or a name of one."""
        if isinstance(node, ast.Name):
            binders = [one.node for one in self._module.binders.get(node.id, ())]
            values = [one.value for one in binders if isinstance(one, ast.Assign)]
            is_known = bool(values) and len(values) == len(binders)
            return is_known and not any(
                isinstance(one, ast.Name) or not self._is_number(one) for one in values
            )
        return isinstance(node, ast.Constant) and isinstance(node.value, int)

    def _left(self, statement: TopLevel) -> tuple[bool, bool]:
        """Tell whether a statement may leave what no name tells, and whether unknown code makes its value."""
        facts, names = self._module.facts, statement.names
        left = {path for path in facts.outside(statement) if not _is_of_generator(path)}
        # What a name is bound to is all that people want of a call.
        made = {path for path in left if is_own(path)} if _only_binds(statement.node) else set[str]()
        lasting = (
            bool(left - made)
            or names.star
            or names.dynamic
            or facts.binds_anything(statement)
            or any(future_features(statement.node))
            or any(
                Use.WRITES in one.use and not one.use & (Use.OPAQUE | Use.MENTIONED)
                for one in facts.files(statement)
            )
        )
        return lasting, bool(made)


def _is_of_generator(path: str) -> bool:
    """Tell whether a function leaves nothing but the state of a random generator, which counts as a name."""
    return path in SEEDING or path in _SHUFFLING


def is_seed(module: Module, node: ast.stmt) -> bool:
    """Tell whether a statement is a call that seeds, and nothing else: ``np.random.seed(1)``."""
    match node:
        case ast.Expr(value=ast.Call(func=func, args=args, keywords=keywords)):
            given = [*args, *(keyword.value for keyword in keywords)]
            return module.dotted(func) in SEEDING and all(
                isinstance(one, ast.Constant | ast.Name) for one in given
            )
    return False


def is_import(statement: TopLevel) -> bool:
    """Tell whether a statement imports names from well-known packages alone."""
    match statement.node:
        case ast.Import(names=names):
            return not any(is_own(one.name) for one in names)
        case ast.ImportFrom(module=str(path), level=0):
            return not (is_own(path) or statement.names.star or path == "__future__")
    return False


def _surely_binds(node: ast.stmt) -> bool:
    """Tell whether a statement that runs gives its names other values."""
    if isinstance(node, ast.AnnAssign):
        return node.value is not None
    return defines(node) or isinstance(node, ast.Assign | ast.Import | ast.ImportFrom)


def _is_quiet(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return not any(isinstance(inner, ast.Call) for one in outside(node) for inner in ast.walk(one))
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return value is not None and _only_binds(node) and is_constant(value)


def _only_binds(node: ast.stmt) -> bool:
    """Tell whether a statement only assigns to names: ``a = b = load()``."""
    match node:
        case ast.Assign(targets=targets):
            return all(_is_name(target) for target in targets)
        case ast.AnnAssign(target=ast.Name(), value=ast.expr()):
            return True
    return False


def _is_name(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(map(_is_name, target.elts))
    return isinstance(target.value if isinstance(target, ast.Starred) else target, ast.Name)


def _generators(packages: Iterable[str]) -> frozenset[str]:
    return frozenset(f"generator of {package}" for package in packages)
